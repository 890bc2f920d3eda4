//! Labels and annotations, and the form that changes them.

use crate::act::{Sending, send_on_submit};
use crate::address::ObjectAddress;
use crate::words::{text, text_of};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::Level;
use resources_contract::{ActByForm, ActionKind, ObjectView, Outcome, Target};
use ui::{Button, ButtonKind, Card, CardGrid, FormProblems, Labels, Problem, TextArea, use_toasts};

pub(super) fn tab(object: Signal<ObjectView>, address: Signal<ObjectAddress>) -> AnyView {
    let metadata = Memo::new(move |_| {
        let object = object.read();
        let can_change = object
            .actions
            .iter()
            .any(|offered| offered.action == ActionKind::SetMetadata && offered.missing.is_none());
        (object.labels.clone(), object.annotations.clone(), can_change)
    });
    let shown = move || {
        let (labels, annotations, _) = metadata.get();
        view! {
            <Card title=text("labels")>{chips(labels)}</Card>
            <Card title=text("annotations")>{chips(annotations)}</Card>
        }
    };
    // The form keeps what is being typed when the object changes meanwhile.
    let form = move || {
        let (labels, annotations, can_change) = metadata.get_untracked();
        can_change.then(|| {
            let object = object.read_untracked();
            let target = Target { resource: object.resource.clone(), uid: Some(object.uid.clone()) };
            form(target, lines(labels), lines(annotations), address.read_untracked().tab("labels"))
        })
    };
    view! { <CardGrid>{shown}{form}</CardGrid> }.into_any()
}

fn chips(pairs: Vec<(String, String)>) -> AnyView {
    if pairs.is_empty() {
        view! { <p class="hint">{text("none")}</p> }.into_any()
    } else {
        view! { <Labels labels=pairs/> }.into_any()
    }
}

fn lines(pairs: Vec<(String, String)>) -> String {
    pairs.into_iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("\n")
}

fn form(target: Target, labels: String, annotations: String, next: String) -> AnyView {
    let sending = Sending::of::<ActByForm>();
    let problems = FormProblems::of(sending.error.into());
    let toasts = use_toasts();
    let done =
        Callback::new(move |_: Vec<Outcome>| toasts.say(Level::Healthy, text_of("done", "set_metadata")));
    let general = move || {
        let error = sending.error.get()?;
        (!matches!(error, model::ConsoleError::Invalid { .. })).then(|| view! { <Problem error/> })
    };
    let hidden = |name: &'static str, value: String| view! { <input type="hidden" name=name value=value/> };
    let submit = send_on_submit::<ActByForm>(sending, done);
    view! {
        <Card title=text("metadata.change") wide=true>
            <form class="form" method="post" action=ActByForm::url() on:submit=submit>
                {hidden("fields[cluster]", target.resource.cluster.to_string())}
                {hidden("fields[kind]", target.resource.kind.to_string())}
                {hidden("fields[targets]", target.to_line())}
                {hidden("fields[action]", ActionKind::SetMetadata.word().to_owned())}
                {hidden("fields[next]", next)}
                {hidden("fields[labels_before]", labels.clone())}
                {hidden("fields[annotations_before]", annotations.clone())}
                <TextArea
                    name="fields[labels]"
                    label=text("labels")
                    hint=text("metadata.hint")
                    value=RwSignal::new(labels)
                    problem=problems.at("labels")
                />
                <TextArea
                    name="fields[annotations]"
                    label=text("annotations")
                    hint=text("metadata.hint")
                    value=RwSignal::new(annotations)
                    problem=problems.at("annotations")
                />
                {general}
                <div class="form-actions">
                    <Button kind=ButtonKind::Primary form_type="submit" busy=sending.is_busy>{text("save")}</Button>
                </div>
            </form>
        </Card>
    }
    .into_any()
}
