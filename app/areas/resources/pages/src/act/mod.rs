//! Doing something with objects: dialogs over forms that work without scripts.

mod delete;
mod forms;
mod job;
mod kubectl;
mod many;
mod partly;
mod selection;
mod sending;
mod title;
mod trial;
mod undo;

pub use job::job_panel;
pub(crate) use kubectl::{folded, object as named, of_metadata};
pub use sending::{Sending, send_on_submit};
pub(crate) use undo::say_done;

use crate::words::text;
use leptos::html;
use leptos::prelude::*;
use leptos::reactive::send_wrapper_ext::SendOption;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use model::{ConsoleError, TableQuery};
use resources_contract::{ActionKind, DeletePlan, Target, preview_delete};
use ui::{Glyph, Icon, Problem, awaited};
use web_sys::HtmlFormElement;

/// What the address asks to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// What.
    pub action: ActionKind,
    /// With which objects, all of one kind.
    pub targets: Vec<Target>,
    /// With everything that a query finds, instead.
    pub many: Option<Found>,
    /// The value in force, where the action sets one.
    pub current: Option<i64>,
    /// The revision to roll back to.
    pub revision: Option<i64>,
    /// The address without the question.
    pub close: String,
    /// Where to go when it was done.
    pub next: String,
}

/// Everything that a query finds.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The query.
    pub query: TableQuery,
    /// How many objects it finds.
    pub count: u64,
}

/// The dialog of what the address asks, while it asks something. What deleting takes along is fetched here, so that it
/// is there when the dialog is drawn. `on_done` is called when the cluster has taken the command.
pub fn action_dialog(asked: Memo<Option<Asked>>, on_done: Callback<()>) -> AnyView {
    let plan = Resource::new_blocking(
        move || asked.get(),
        |asked| async move {
            match asked {
                Some(Asked { action: ActionKind::Delete, targets, many: None, .. }) => {
                    Some(preview_delete(targets).await)
                }
                _ => None,
            }
        },
    );
    let content = move || {
        Suspend::new(async move {
            // The page may be gone before its turn comes, and again before the answer does.
            asked.try_get_untracked()?;
            let plan = plan.await;
            asked.try_get_untracked()?.map(|now| dialog(&now, asked, plan, on_done))
        })
    };
    view! { <Transition fallback=|| ()>{awaited(content)}</Transition> }.into_any()
}

/// Asks before an action is carried out. It is open because the address says so; closing it is going back to the
/// address without the question. The server renders it open, so it works without scripts; with scripts it is modal.
fn dialog(
    asked: &Asked,
    now: Memo<Option<Asked>>,
    plan: Option<Result<DeletePlan, ConsoleError>>,
    on_done: Callback<()>,
) -> AnyView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            // Open already, but not modal: only scripts can make it so. It fails only outside the document.
            dialog.remove_attribute("open").ok();
            ui::open_modal(&dialog);
            let dialog = SendOption::new_local(Some(dialog));
            // Taken away while it is open, it would take the focus along; closed, it gives it back to what opened it.
            on_cleanup(move || {
                dialog.as_ref().iter().for_each(|dialog| dialog.close());
                request_animation_frame(|| ui::rescue_focus("#main"));
            });
        }
    });
    let go = use_navigate();
    let this = asked.clone();
    let closed = move |_| {
        // Also when the page closed it, because it has gone on already.
        if now.try_get_untracked().flatten().as_ref() == Some(&this) {
            go(&this.close, NavigateOptions { scroll: false, ..Default::default() });
        }
    };
    let title = title::of(asked);
    let close = asked.close.clone();
    // What would become of it is a text that wants room.
    let is_wide = asked.many.is_none() && asked.action != ActionKind::Delete;
    let body = match (&asked.many, plan) {
        (Some(found), _) => many::form(asked, found, on_done),
        (None, Some(Ok(plan))) => delete::form(asked, plan, on_done),
        (None, Some(Err(error))) => view! { <Problem error/> }.into_any(),
        (None, None) => forms::form(asked, on_done),
    };
    view! {
        <dialog
            class="dialog"
            open=true
            data-wide=is_wide.then_some("")
            aria-label=title.clone()
            node_ref=dialog
            on:close=closed
        >
            <header class="dialog-header">
                <h2>{title.clone()}</h2>
                <a class="icon-button" href=close aria-label=text("close") title=text("close")>
                    <Icon glyph=Glyph::Cross/>
                </a>
            </header>
            <div class="dialog-body">{body}</div>
        </dialog>
    }
    .into_any()
}

/// Why it failed the last time, unless that is said at one of these fields.
fn general_problem(
    sending: Sending,
    own: &'static [&'static str],
) -> impl Fn() -> Option<AnyView> + Send + 'static {
    move || {
        let error = sending.error.get()?;
        let is_at_field = matches!(&error, ConsoleError::Invalid { problems }
            if problems.iter().any(|problem| own.contains(&problem.field.as_str())));
        (!is_at_field).then(|| view! { <Problem error/> }.into_any())
    }
}

/// Whether a form asks for something yet. A dialog that is taken away lets go of the field that is typed into, which tells of its
/// change only then, when nothing is left that could hear of it.
fn still_asks(form: &HtmlFormElement) -> bool {
    matches!(form.closest("dialog[open]"), Ok(Some(_)))
}

/// The hidden fields that every command's form has.
fn common_fields(asked: &Asked) -> AnyView {
    let Some(first) = asked.targets.first() else { return ().into_any() };
    let lines: Vec<String> = asked.targets.iter().map(Target::to_line).collect();
    view! {
        <input type="hidden" name="fields[cluster]" value=first.resource.cluster.to_string()/>
        <input type="hidden" name="fields[kind]" value=first.resource.kind.to_string()/>
        <input type="hidden" name="fields[targets]" value=lines.join("\n")/>
        <input type="hidden" name="fields[next]" value=asked.next.clone()/>
    }
    .into_any()
}
