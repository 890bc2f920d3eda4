//! The forms of all actions but deleting: a sentence that says what will happen, the fields, the button.

use super::trial::Trial;
use super::{Asked, Sending, common_fields, kubectl, send_on_submit};
use crate::words::{fault, text, text_of, text_with};
use leptos::html;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::Level;
use resources_contract::{ActByForm, ActionKind, Outcome};
use ui::{Button, ButtonKind, Checkbox, Field, FormProblems, Problem, form_fields, use_toasts};

/// The form of one action.
pub(super) fn form(asked: &Asked, on_done: Callback<()>) -> AnyView {
    let sending = Sending::of::<ActByForm>();
    let problems = FormProblems::of(sending.error.into());
    let toasts = use_toasts();
    let done_words = text_of("done", asked.action.word());
    let done = Callback::new(move |_: Vec<Outcome>| {
        on_done.run(());
        toasts.say(Level::Healthy, done_words.clone());
    });
    let kind = match asked.action {
        ActionKind::Drain | ActionKind::RollBack => ButtonKind::Danger,
        _ => ButtonKind::Primary,
    };
    let word = asked.action.word();
    let general = move || {
        let error = sending.error.get()?;
        let is_at_field = matches!(&error, model::ConsoleError::Invalid { problems } if problems.iter().any(|problem| problem.field == "replicas"));
        (!is_at_field).then(|| view! { <Problem error/> })
    };
    let submit = send_on_submit::<ActByForm>(sending, done);
    let hidden = [("fields[action]", word.to_owned())];
    let fields = form_fields(ActByForm::PATH, &hidden, || fields(asked, problems));
    let (trial, filled_in) = (Trial::of(asked), NodeRef::<html::Form>::new());
    let read = move || filled_in.get_untracked().iter().for_each(|form| trial.read(form));
    Effect::new(move |_| {
        if filled_in.get().is_some() {
            read();
        }
    });
    view! {
        <form
            class="form"
            method="post"
            action=ActByForm::url()
            node_ref=filled_in
            on:submit=submit
            on:input=move |_| read()
            on:change=move |_| read()
        >
            {common_fields(asked)}
            <input type="hidden" name="fields[action]" value=word/>
            <p>{explanation(asked)}</p>
            {fields}
            {general}
            <div class="form-actions">
                <a class="button" href=asked.close.clone()>{text("cancel")}</a>
                <Button kind form_type="submit" busy=sending.is_busy>{text_of("action", word)}</Button>
            </div>
        </form>
        {trial.shown()}
        {kubectl::panel(asked, trial.wish())}
    }
    .into_any()
}

pub(super) fn explanation(asked: &Asked) -> String {
    match (asked.action, asked.revision) {
        (ActionKind::RollBack, Some(revision)) => text_with("roll-back.to", &[("revision", &revision)]),
        (action, _) => text_of("explain", action.word()),
    }
}

pub(super) fn fields(asked: &Asked, problems: FormProblems) -> AnyView {
    match asked.action {
        ActionKind::Scale => {
            // Of many each has its own.
            let present = asked.current.map(|current| current.to_string());
            let hint = present.as_ref().map(|present| text_with("replicas.now", &[("count", present)]));
            let present = present.unwrap_or_default();
            view! {
                <Field
                    name="fields[replicas]"
                    label=text("replicas")
                    hint=hint.unwrap_or_default()
                    value=RwSignal::new(present.clone())
                    problem=fault(problems.at("replicas"))
                    input_type="number"
                    required=true
                />
            }
            .into_any()
        }
        ActionKind::RollBack => {
            let revision = asked.revision.map(|revision| revision.to_string());
            view! { <input type="hidden" name="fields[revision]" value=revision/> }.into_any()
        }
        ActionKind::Drain => view! {
            <Checkbox
                name="fields[delete_empty_dir_data]"
                value="true"
                label=text("drain.empty-dir")
                hint=text("drain.empty-dir.hint")
            />
            <Checkbox name="fields[force]" value="true" label=text("drain.force") hint=text("drain.force.hint")/>
        }
        .into_any(),
        _ => ().into_any(),
    }
}
