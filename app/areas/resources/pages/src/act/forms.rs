//! The forms of all actions but deleting: a sentence that says what will happen, the fields, the button.

use super::partly::{self, Partly};
use super::trial::Trial;
use super::undo::Back;
use super::{Asked, Sending, common_fields, general_problem, kubectl, send_on_submit, still_asks, undo};
use crate::words::{text, text_of, text_with};
use leptos::html;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use resources_contract::{ActByForm, ActionKind, Outcome, TaintEffect};
use ui::{Button, ButtonKind, Checkbox, Field, FormProblems, Select, Toasts, form_fields, use_toasts};

/// The form of one action.
pub(super) fn form(asked: &Asked, on_done: Callback<()>) -> AnyView {
    let sending = Sending::of::<ActByForm>();
    let problems = FormProblems::of(sending.error.into());
    let toasts = use_toasts();
    let went = RwSignal::new(None::<(Partly, Back)>);
    let done = when_done(asked, went, on_done, toasts);
    let leave = partly::leave(asked);
    let close = asked.close.clone();
    let in_place = move || {
        let (went, back) = went.get()?;
        Some(went.view(partly::undo(&back, leave, toasts), &close))
    };
    let kind = match asked.action {
        ActionKind::Drain | ActionKind::RollBack => ButtonKind::Danger,
        _ => ButtonKind::Primary,
    };
    let word = asked.action.word();
    let general = general_problem(sending, &["replicas", "taint_key"]);
    let submit = send_on_submit::<ActByForm>(sending, done);
    let hidden = [("fields[action]", word.to_owned())];
    let fields = form_fields(ActByForm::PATH, &hidden, || fields(asked, problems));
    let (trial, filled_in) = (Trial::of(asked), NodeRef::<html::Form>::new());
    let read = move || {
        if let Some(form) = filled_in.try_get_untracked().flatten().filter(still_asks) {
            trial.read(&form);
        }
    };
    Effect::new(move |_| {
        if let Some(form) = filled_in.get() {
            trial.read(&form);
        }
    });
    view! {
        {in_place}
        <form
            class="form"
            hidden=move || went.read().is_some()
            method="post"
            action=ActByForm::url()
            node_ref=filled_in
            on:submit=submit
            on:input=move |_| read()
            on:change=move |_| read()
        >
            {common_fields(asked)}
            {partly::field()}
            <input type="hidden" name="fields[action]" value=word/>
            <p>{explanation(asked)}</p>
            {fields}
            {general}
            <div class="form-actions">
                <a class="button" href=asked.close.clone()>{text("cancel")}</a>
                {Trial::button()}
                <Button kind form_type="submit" busy=sending.is_busy>{text_of("action", word)}</Button>
            </div>
        </form>
        <div hidden=move || went.read().is_some()>{trial.shown()}</div>
        {kubectl::panel(asked, trial.wish())}
    }
    .into_any()
}

/// Says that it was done, with a way back; where it went well with some objects only, that is shown in place of the form.
fn when_done(
    asked: &Asked,
    went: RwSignal<Option<(Partly, Back)>>,
    on_done: Callback<()>,
    toasts: Toasts,
) -> Callback<Vec<Outcome>> {
    let words = text_of("done", asked.action.word());
    let targets = asked.targets.clone();
    Callback::new(move |outcomes: Vec<Outcome>| match Partly::of(&outcomes) {
        Some(partly) => went.set(Some((partly, Back::of(&targets, &outcomes)))),
        None => {
            on_done.run(());
            undo::say_done(words.clone(), &targets, &outcomes, toasts);
        }
    })
}

pub(super) fn explanation(asked: &Asked) -> String {
    match (asked.action, asked.revision) {
        (ActionKind::RollBack, Some(revision)) => text_with("roll-back.to", &[("revision", &revision)]),
        (ActionKind::Trigger, _) if is_of_jobs(asked) => text("explain.run-again").to_owned(),
        (action, _) => text_of("explain", action.word()),
    }
}

/// Whether it is done with jobs, which nothing runs again by itself.
fn is_of_jobs(asked: &Asked) -> bool {
    let found = asked.many.as_ref().map(|many| &many.query.kind);
    let kind = found.or_else(|| asked.targets.first().map(|target| &target.resource.kind));
    kind.is_some_and(|kind| kind.as_str() == "jobs")
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
                    problem=problems.at("replicas")
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
        ActionKind::Taint => taint(problems),
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

/// The fields of a taint.
fn taint(problems: FormProblems) -> AnyView {
    let effects = TaintEffect::ALL.map(|effect| (effect.word().to_owned(), text_of("taint", effect.word())));
    view! {
        <Field
            name="fields[taint_key]"
            label=text("taint.key")
            hint=text("taint.key.hint")
            problem=problems.at("taint_key")
            required=true
            code=true
        />
        <Field name="fields[taint_value]" label=text("taint.value") hint=text("taint.value.hint") code=true/>
        <Select
            name="fields[taint_effect]"
            label=text("taint.effect")
            options=Signal::stored(effects.to_vec())
            value=Signal::stored(TaintEffect::NoSchedule.word().to_owned())
        />
        <Checkbox
            name="fields[taint_remove]"
            value="true"
            label=text("taint.remove")
            hint=text("taint.remove.hint")
        />
    }
    .into_any()
}
