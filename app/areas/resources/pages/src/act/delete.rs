//! Deleting: what goes along is shown first, and what is dangerous asks for the name.

use super::partly::{self, Partly};
use super::{Asked, Sending, common_fields, general_problem, kubectl, send_on_submit};
use crate::detail::tree_nodes;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use model::{Level, link};
use resources_contract::{DeleteByForm, DeletePlan, DeleteWarning, KEPT_DAYS, Outcome, confirmation_word};
use ui::{
    Banner, Button, ButtonKind, Field, FormProblems, LinkButton, Select, Tree, form_fields, use_toasts,
};

/// The form, with what goes along.
pub(super) fn form(asked: &Asked, plan: DeletePlan, on_done: Callback<()>) -> AnyView {
    let sending = Sending::of::<DeleteByForm>();
    let went = RwSignal::new(None::<Partly>);
    let done = when_deleted(asked, went, on_done);
    let (close, bin) = (asked.close.clone(), bin_of(asked));
    let in_place = move || {
        let restore = bin.clone().map(|href| view! { <LinkButton href>{text("undo.deleted")}</LinkButton> });
        Some(went.get()?.view(restore.into_any(), &close))
    };
    let general = general_problem(sending, &["confirm"]);
    let DeletePlan { trees, counts, warnings, confirm_by_name } = plan;
    let warning = |warning: DeleteWarning| view! { <Banner level=Level::Warning>{said(warning)}</Banner> };
    let count = |(kind, count): (String, u64)| {
        view! { <li>{kind}" "<strong>{ui::quantity::number(count as i64)}</strong></li> }
    };
    let word = confirm_by_name.then(|| confirmation_word(&asked.targets));
    // Where nothing is to be typed, a key too many deletes nothing and changes nothing.
    let begins_at_way_out = word.is_none().then_some("");
    let (confirm, missing) = confirm(word, sending, DeleteByForm::PATH);
    let chosen = RwSignal::new(String::new());
    let propagation = form_fields(DeleteByForm::PATH, &[], || propagation(chosen));
    let submit = send_on_submit::<DeleteByForm>(sending, done);
    view! {
        {in_place}
        <form
            class="form confirm-delete"
            hidden=move || went.read().is_some()
            method="post"
            action=DeleteByForm::url()
            on:submit=submit
        >
            {common_fields(asked)}
            {partly::field()}
            {warnings.into_iter().map(warning).collect_view()}
            <p>{text("delete.along")}</p>
            <ul class="delete-counts">{counts.into_iter().map(count).collect_view()}</ul>
            <div class="delete-tree"><Tree nodes=tree_nodes(trees) title=text("delete.along")/></div>
            {propagation}
            {confirm}
            <p class="hint">{text_with("delete.kept", &[("days", &KEPT_DAYS)])}</p>
            {general}
            <div class="form-actions">
                <a class="button" data-first=begins_at_way_out href=asked.close.clone()>{text("cancel")}</a>
                <Button kind=ButtonKind::Danger form_type="submit" busy=sending.is_busy disabled_because=missing>
                    {text_of("action", "delete")}
                </Button>
            </div>
        </form>
        {kubectl::panel_of_deletion(asked, chosen.into())}
    }
    .into_any()
}

/// The address of what was deleted in the cluster of these objects.
fn bin_of(asked: &Asked) -> Option<String> {
    asked.targets.first().map(|target| link::deleted(&target.resource.cluster))
}

/// Says that it was done, with the way to what was deleted; where it went well with some objects only, that is shown in place
/// of the form.
fn when_deleted(
    asked: &Asked,
    went: RwSignal<Option<Partly>>,
    on_done: Callback<()>,
) -> Callback<Vec<Outcome>> {
    let (toasts, bin, go) = (use_toasts(), bin_of(asked), use_navigate());
    Callback::new(move |outcomes: Vec<Outcome>| {
        if let Some(partly) = Partly::of(&outcomes) {
            went.set(Some(partly));
            return;
        }
        on_done.run(());
        let words = text_of("done", "delete");
        match bin.clone() {
            Some(bin) => {
                let go = go.clone();
                let open = move || go(&bin, NavigateOptions::default());
                toasts.offer(Level::Healthy, words, text("undo.deleted"), open);
            }
            None => toasts.say(Level::Healthy, words),
        }
    })
}

/// A warning in the reader's words.
fn said(warning: DeleteWarning) -> String {
    match warning {
        DeleteWarning::Again { what, controller } => {
            text_with("delete.again", &[("what", &what), ("controller", &controller)])
        }
        DeleteWarning::Waits { what, finalizers } => {
            text_with("delete.waits", &[("what", &what), ("finalizers", &ui::listed(&finalizers))])
        }
        DeleteWarning::Unanswered { what, services } => {
            text_with("delete.unanswered", &[("what", &what), ("services", &ui::listed(&services))])
        }
        DeleteWarning::Used { what, by, more: 0 } => {
            text_with("delete.used", &[("what", &what), ("by", &ui::listed(&by))])
        }
        DeleteWarning::Used { what, by, more } => {
            text_with("delete.used-more", &[("what", &what), ("by", &ui::listed(&by)), ("more", &more)])
        }
    }
}

/// The field for typing the name, or how many they are, and why the button waits while it is not typed. Before scripts run
/// the button works: the server of this command compares too.
pub(super) fn confirm(
    word: Option<String>,
    sending: Sending,
    command: &str,
) -> (AnyView, Signal<Option<String>>) {
    let Some(word) = word else { return (().into_any(), Signal::stored(None)) };
    let typed = RwSignal::new(String::new());
    let lives = RwSignal::new(false);
    Effect::new(move |_| lives.set(true));
    let label = text_with("delete.type", &[("word", &word)]);
    let missing = Signal::derive(move || {
        (lives.get() && *typed.read() != word).then(|| text("delete.type.missing").to_owned())
    });
    let field = || {
        view! {
            <Field
                name="fields[confirm]"
                label
                value=typed
                problem=FormProblems::of(sending.error.into()).at("confirm")
                autocomplete="off"
                code=true
                first=true
                on_input=move |text| typed.set(text)
            />
        }
        .into_any()
    };
    (form_fields(command, &[], field), missing)
}

/// The field for what happens to what the objects own; once another than the usual is chosen, that is written into `chosen`.
pub(super) fn propagation(chosen: RwSignal<String>) -> AnyView {
    let words = [("Background", "background"), ("Foreground", "foreground"), ("Orphan", "orphan")];
    let options = words.map(|(value, word)| (value.to_owned(), text_of("propagation", word)));
    view! {
        <Select
            name="fields[propagation]"
            label=text("propagation")
            options=Signal::stored(options.to_vec())
            value=Signal::stored("Background".to_owned())
            on_change=move |propagation| chosen.set(propagation)
        />
    }
    .into_any()
}
