//! Asking before something is gone.

use crate::words::{text, text_with};
use crate::{Button, ButtonKind, Field};
use leptos::prelude::*;

/// Asks to type the name of what will be deleted, and says what goes with it. A form that posts to `action` with the
/// field `confirm`, so it works without scripts; there the server compares the name.
#[component]
pub fn ConfirmDelete(
    /// The name to type.
    #[prop(into)]
    name: String,
    /// What it is, in words: "Deployment shop/web".
    #[prop(into)]
    what: Signal<String>,
    /// What goes with it, one line each.
    #[prop(optional)]
    goes_along: Vec<String>,
    /// Where the form is posted.
    #[prop(into)]
    action: String,
    /// More fields, such as how dependants are treated.
    #[prop(optional, into)]
    fields: ViewFnOnce,
    /// What the server said against it.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
    /// It is being deleted now.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Called instead of posting, where scripts run.
    #[prop(optional, into)]
    on_confirm: Option<Callback<()>>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let live = RwSignal::new(false);
    Effect::new(move |_| live.set(true));
    let label = text_with("delete.type", &[("name", &name)]);
    let missing = Memo::new(move |_| {
        (live.get() && *typed.read() != name).then(|| text_with("delete.missing", &[("name", &name)]))
    });
    let along = (!goes_along.is_empty()).then(|| {
        let line = |line: String| view! { <li>{line}</li> };
        view! {
            <p>{text("delete.along")}</p>
            <ul class="goes-along">{goes_along.into_iter().map(line).collect_view()}</ul>
        }
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        if missing.read_untracked().is_some() {
            event.prevent_default();
        } else if let Some(on_confirm) = on_confirm {
            event.prevent_default();
            on_confirm.run(());
        }
    };
    view! {
        <form class="form confirm-delete" method="post" action=action on:submit=send>
            <p>{move || text_with("delete.what", &[("what", &what.read().as_str())])}</p>
            {along}
            {fields.run()}
            <Field
                name="confirm"
                label=label
                value=typed
                problem=problem
                autocomplete="off"
                on_input=move |value| typed.set(value)
            />
            <div class="form-actions">
                <Button kind=ButtonKind::Danger form_type="submit" busy=busy disabled_because=missing>
                    {text("delete")}
                </Button>
            </div>
        </form>
    }
}
