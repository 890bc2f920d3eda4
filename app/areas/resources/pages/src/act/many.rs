//! The form for everything that a query finds: it can be tried out first.

use super::{Asked, Found, Sending, delete, forms, general_problem, kubectl, send_on_submit, still_asks};
use crate::words::{text, text_of};
use leptos::form::FromFormData;
use leptos::html;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::Namespace;
use resources_contract::{Action, ActionKind, ManyAction, ManyByForm};
use ui::{Button, ButtonKind, FormProblems, form_fields};

pub(super) fn form(asked: &Asked, found: &Found, on_done: Callback<()>) -> AnyView {
    let sending = Sending::of::<ManyByForm>();
    let problems = FormProblems::of(sending.error.into());
    let is_deletion = asked.action == ActionKind::Delete;
    let word = asked.action.word();
    let hidden = [("fields[action]", word.to_owned())];
    let chosen = RwSignal::new(String::new());
    let fields = form_fields(ManyByForm::PATH, &hidden, || match asked.action {
        ActionKind::Delete => delete::propagation(chosen),
        _ => forms::fields(asked, problems),
    });
    // Where nothing is to be typed, a key too many tries it out and changes nothing.
    let begins_at_trial = !matches!(asked.action, ActionKind::Delete | ActionKind::Scale | ActionKind::Taint);
    let number = is_deletion.then(|| found.count.to_string());
    let (confirm, missing) = delete::confirm(number, sending, ManyByForm::PATH);
    let explanation = if is_deletion { text("many.delete").to_owned() } else { forms::explanation(asked) };
    let kind = if is_deletion { ButtonKind::Danger } else { ButtonKind::Primary };
    let general = general_problem(sending, &["replicas", "confirm", "taint_key"]);
    let done = Callback::new(move |_: String| on_done.run(()));
    let submit = send_on_submit::<ManyByForm>(sending, done);
    let (wish, filled_in) = (RwSignal::new(None::<Action>), NodeRef::<html::Form>::new());
    let read = move || {
        if let Some(form) = filled_in.try_get_untracked().flatten().filter(still_asks) {
            wish.set(wish_of(&form));
        }
    };
    let by_hand = if is_deletion {
        kubectl::panel_of_deletion(asked, chosen.into())
    } else {
        kubectl::panel(asked, wish.into())
    };
    view! {
        <form
            class="form"
            method="post"
            action=ManyByForm::url()
            node_ref=filled_in
            on:submit=submit
            on:input=move |_| read()
            on:change=move |_| read()
        >
            {query_fields(asked, found)}
            <input type="hidden" name="fields[action]" value=word/>
            <p>{explanation}</p>
            {fields}
            {confirm}
            {general}
            <p class="hint">{text("many.try.hint")}</p>
            <div class="form-actions">
                <a class="button" href=asked.close.clone()>{text("cancel")}</a>
                <Button
                    form_type="submit"
                    name="fields[is_trial]"
                    value="true"
                    busy=sending.is_busy
                    first=begins_at_trial
                >
                    {text("many.try")}
                </Button>
                <Button kind form_type="submit" busy=sending.is_busy disabled_because=missing>
                    {text_of("action", word)}
                </Button>
            </div>
        </form>
        {by_hand}
    }
    .into_any()
}

/// What the form asks for at this moment; nothing while it is not filled in.
fn wish_of(form: &web_sys::HtmlFormElement) -> Option<Action> {
    let fields = web_sys::FormData::new_with_form(form).ok()?;
    let filled_in = ManyByForm::from_form_data(&fields).ok()?;
    match filled_in.fields.work().ok()?.what {
        ManyAction::Act(action) => Some(action),
        ManyAction::Delete(_) => None,
    }
}

/// What is hidden in the form: the query, and how many objects the reader saw.
fn query_fields(asked: &Asked, found: &Found) -> AnyView {
    let query = &found.query;
    let namespaces: Vec<&str> = query.namespaces.iter().map(Namespace::as_str).collect();
    view! {
        <input type="hidden" name="fields[cluster]" value=query.cluster.to_string()/>
        <input type="hidden" name="fields[kind]" value=query.kind.to_string()/>
        <input type="hidden" name="fields[namespaces]" value=namespaces.join(",")/>
        <input type="hidden" name="fields[search]" value=query.search.clone()/>
        <input type="hidden" name="fields[count]" value=found.count.to_string()/>
        <input type="hidden" name="fields[next]" value=asked.next.clone()/>
    }
    .into_any()
}
