//! Labels and annotations, and the form that changes them.

use crate::act::{Sending, folded, of_metadata, say_done, send_on_submit};
use crate::address::ObjectAddress;
use crate::words::{text, text_of};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use resources_contract::{ActByForm, ActionKind, MetadataChange, ObjectView, Outcome, Target, to_lines};
use ui::{
    Button, ButtonKind, Card, CardGrid, FormProblems, Labels, Problem, TextArea, form_fields, sent_value,
    use_toasts,
};

pub(super) fn tab(object: Signal<ObjectView>, address: Signal<ObjectAddress>) -> AnyView {
    let metadata = Memo::new(move |_| {
        let object = object.read();
        let can_change = object
            .actions
            .iter()
            .any(|offered| offered.action == ActionKind::SetMetadata && offered.missing.is_none());
        (object.labels.clone(), object.annotations.clone(), can_change)
    });
    // Those of secrets are not told: they may hold the values.
    let is_secret = Memo::new(move |_| object.read().resource.kind.as_str() == "secrets");
    let shown = move || {
        let (labels, annotations, _) = metadata.get();
        let is_secret = is_secret.get();
        view! {
            <Card title=text("labels")>{chips(labels)}</Card>
            <Card title=text("annotations")>
                {if is_secret {
                    view! { <p class="hint">{text("annotations.secret")}</p> }.into_any()
                } else {
                    chips(annotations)
                }}
            </Card>
        }
    };
    let can_change = Memo::new(move |_| metadata.read().2);
    let form = move || {
        can_change.get().then(|| {
            let target = {
                let object = object.read_untracked();
                Target { resource: object.resource.clone(), uid: Some(object.uid.clone()) }
            };
            let labels = Edited::of(Memo::new(move |_| to_lines(&metadata.read().0)));
            let annotations = Edited::of(Memo::new(move |_| to_lines(&metadata.read().1)));
            form(target, labels, annotations, address.read_untracked().tab("labels"))
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

/// A text that begins as the live one. As long as nobody types it follows that one; what is typed stays, together with
/// what it began from, so that the difference is what the reader meant.
#[derive(Clone, Copy)]
struct Edited {
    began: RwSignal<String>,
    typed: RwSignal<String>,
}

impl Edited {
    fn of(live: Memo<String>) -> Self {
        let text = live.get_untracked();
        let edited = Self { began: RwSignal::new(text.clone()), typed: RwSignal::new(text) };
        Effect::new(move |before: Option<()>| {
            let now = live.get();
            if before.is_some() {
                edited.follow(now);
            }
        });
        edited
    }

    /// The live text has changed.
    fn follow(self, now: String) {
        if *self.typed.read_untracked() == *self.began.read_untracked() {
            self.typed.set(now.clone());
            self.began.set(now);
        }
    }

    /// What was typed is what is there now.
    fn saved(self) {
        self.began.set(self.typed.get_untracked());
    }
}

fn form(target: Target, labels: Edited, annotations: Edited, next: String) -> AnyView {
    let sending = Sending::of::<ActByForm>();
    let problems = FormProblems::of(sending.error.into());
    let toasts = use_toasts();
    let changed = target.clone();
    let done = Callback::new(move |outcomes: Vec<Outcome>| {
        labels.saved();
        annotations.saved();
        let words = text_of("done", "set_metadata");
        say_done(words, std::slice::from_ref(&changed), &outcomes, toasts);
    });
    let general = move || {
        let error = sending.error.get()?;
        (!matches!(error, model::ConsoleError::Invalid { .. })).then(|| view! { <Problem error/> })
    };
    let hidden = |name: &'static str, value: String| view! { <input type="hidden" name=name value=value/> };
    let submit = send_on_submit::<ActByForm>(sending, done);
    let action = [("fields[action]", ActionKind::SetMetadata.word().to_owned())];
    for (edited, name) in [(labels, "fields[labels_before]"), (annotations, "fields[annotations_before]")] {
        // What was typed is about what was there then.
        if let Some(before) = sent_value(ActByForm::PATH, &action, name) {
            edited.began.set(before);
        }
    }
    let fields = form_fields(ActByForm::PATH, &action, || texts(labels, annotations, problems));
    let resource = target.resource.clone();
    let commands = Signal::derive(move || {
        let change = MetadataChange::between(
            [labels.began.read().as_str(), labels.typed.read().as_str()],
            [annotations.began.read().as_str(), annotations.typed.read().as_str()],
        );
        // What cannot be read is told at its field when it is sent.
        change.map(|change| of_metadata(&resource, &change)).unwrap_or_default()
    });
    let is_changed = Memo::new(move |_| !commands.read().is_empty());
    let by_hand = move || is_changed.get().then(|| folded(commands));
    view! {
        <Card title=text("metadata.change") wide=true>
            <form class="form" method="post" action=ActByForm::url() on:submit=submit>
                {hidden("fields[cluster]", target.resource.cluster.to_string())}
                {hidden("fields[kind]", target.resource.kind.to_string())}
                {hidden("fields[targets]", target.to_line())}
                {hidden("fields[action]", ActionKind::SetMetadata.word().to_owned())}
                {hidden("fields[next]", next)}
                <input type="hidden" name="fields[labels_before]" value=move || labels.began.get()/>
                <input type="hidden" name="fields[annotations_before]" value=move || annotations.began.get()/>
                {fields}
                {general}
                <div class="form-actions">
                    <Button kind=ButtonKind::Primary form_type="submit" busy=sending.is_busy>{text("save")}</Button>
                </div>
            </form>
            {by_hand}
        </Card>
    }
    .into_any()
}

fn texts(labels: Edited, annotations: Edited, problems: FormProblems) -> AnyView {
    view! {
        <TextArea
            name="fields[labels]"
            label=text("labels")
            hint=text("metadata.hint")
            value=labels.typed
            problem=problems.at("labels")
            on_input=move |text| labels.typed.set(text)
        />
        <TextArea
            name="fields[annotations]"
            label=text("annotations")
            hint=text("metadata.hint")
            value=annotations.typed
            problem=problems.at("annotations")
            on_input=move |text| annotations.typed.set(text)
        />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str) -> Edited {
        Edited { began: RwSignal::new(text.into()), typed: RwSignal::new(text.into()) }
    }

    #[test]
    fn after_saving_the_form_begins_from_what_was_saved() {
        Owner::new().with(|| {
            let labels = edited("app=web\nold=1");
            labels.typed.set("app=web".into());
            labels.saved();

            assert_eq!(labels.began.get_untracked(), "app=web", "the next removal is told from this");

            labels.follow("app=web\nnew=1".into());
            assert_eq!(labels.typed.get_untracked(), "app=web\nnew=1");
        });
    }

    #[test]
    fn what_is_being_typed_stays_when_the_object_changes() {
        Owner::new().with(|| {
            let labels = edited("app=web");
            labels.typed.set("app=web\nmine=1".into());

            labels.follow("app=web\ntheirs=1".into());

            assert_eq!(labels.typed.get_untracked(), "app=web\nmine=1");
            assert_eq!(labels.began.get_untracked(), "app=web");
        });
    }
}
