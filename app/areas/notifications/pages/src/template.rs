//! The words in which a receiver is told: its templates, and what they would say.

use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use model::{FieldProblem, link};
use notifications_contract::{
    Channel, ReceiverView, SaveTemplate, TemplateFields, TemplatePreview, preview_template,
};
use ui::{
    Card, Command, Field, FormProblems, Problem, SkeletonCards, TextArea, awaited, command_form,
    problem_words,
};

/// Where the preview stands on the page.
const PREVIEW: &str = "preview";
/// What templates can say of a message, and of each of its alerts.
const VALUES: [&str; 8] = ["reason", "status", "cluster", "count", "receiver", "console", "alerts", "more"];
const OF_ALERTS: [&str; 11] = [
    "name",
    "severity",
    "level",
    "summary",
    "description",
    "namespace",
    "object",
    "since",
    "address",
    "runbook",
    "labels.team",
];

/// The templates of a receiver that people read, for who may change it.
pub fn template(view: &ReceiverView, on_change: Callback<String>) -> Option<AnyView> {
    let is_read = Channel::find(&view.fields.channel).is_some_and(Channel::has_words);
    if !view.may_change || !is_read {
        return None;
    }
    let kept = TemplateFields {
        id: view.fields.id.clone(),
        version: view.fields.version,
        subject: view.template.subject.clone(),
        text: view.template.text.clone(),
    };
    let (query, of_form) = (use_query_map(), kept.clone());
    let asked = Memo::new(move |_| asked(&query.read(), &kept));
    let form = form(asked.get_untracked(), on_change);
    let preview = preview(asked, of_form);
    let content = view! {
        <div class="silence-page">
            <Card title=text("template")>{form}</Card>
            <div id=PREVIEW>{preview}</div>
        </div>
    };
    Some(content.into_any())
}

/// What stands in the form: what is kept, or what was asked about.
fn asked(query: &ParamsMap, kept: &TemplateFields) -> TemplateFields {
    let said = |field: &str| query.get(&format!("fields[{field}]"));
    match said("subject").zip(said("text")) {
        Some((subject, text)) => TemplateFields { subject, text, ..kept.clone() },
        None => kept.clone(),
    }
}

fn form(fields: TemplateFields, on_change: Callback<String>) -> AnyView {
    let TemplateFields { id, version, subject, text: body } = fields;
    let command = Command {
        ask: Some((text("template.show").to_owned(), format!("{}#{PREVIEW}", link::receiver(&id)))),
        hidden: vec![("fields[id]", id), ("fields[version]", version.to_string())],
        fields: &["subject", "text"],
        on_done: Some(on_change),
        ..Command::new(SaveTemplate::PATH, text("template.save"))
    };
    let inputs = move |problems: FormProblems| {
        view! {
            <Field
                name="fields[subject]"
                label=text("template.subject")
                hint=text("template.subject.hint")
                value=Signal::stored(subject)
                problem=problems.at("subject")
                code=true
                autocomplete="off"
                placeholder="[{{ reason }}] {{ cluster }}: {{ count }}"
            />
            <TextArea
                name="fields[text]"
                label=text("template.text")
                hint=text("template.text.hint")
                value=Signal::stored(body)
                problem=problems.at("text")
                lines=8
            />
            {values()}
        }
        .into_any()
    };
    command_form(command, inputs)
}

fn values() -> AnyView {
    let names = |names: &[&'static str]| {
        let one = |name: &&'static str| view! { <code>{*name}</code>" " };
        names.iter().map(one).collect_view()
    };
    view! {
        <details class="template-values">
            <summary>{text("template.values")}</summary>
            <p>{names(&VALUES)}</p>
            <p>{text("template.values.alerts")}" "{names(&OF_ALERTS)}</p>
            <pre>"{% for alert in alerts %}\n{{ alert.severity|upper }} {{ alert.name }}: {{ alert.summary }}\n{% endfor %}"</pre>
        </details>
    }
    .into_any()
}

fn preview(asked: Memo<TemplateFields>, kept: TemplateFields) -> AnyView {
    let answer = Resource::new(move || asked.get(), preview_template);
    let content = move || {
        let is_kept = asked.get() == kept;
        Suspend::new(async move {
            match answer.await {
                Ok(TemplatePreview::Shown { subject, text }) => shown(subject, text, is_kept),
                Ok(TemplatePreview::Wrong(problems)) => wrong(problems),
                Err(error) => {
                    let on_retry = Callback::new(move |()| answer.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        <Card title=text("template.preview")>
            <Transition fallback=|| view! { <SkeletonCards count=1/> }>{awaited(content)}</Transition>
        </Card>
    }
    .into_any()
}

fn shown(subject: String, body: String, is_kept: bool) -> AnyView {
    let words = if is_kept { text("template.preview.kept") } else { text("template.preview.new") };
    view! {
        <p class="field-hint">{words}</p>
        <div class="message-preview">
            <strong>{subject}</strong>
            <pre>{body}</pre>
        </div>
    }
    .into_any()
}

fn wrong(problems: Vec<FieldProblem>) -> AnyView {
    let line = |problem: FieldProblem| {
        let field = if problem.field == "subject" { text("template.subject") } else { text("template.text") };
        view! { <li>{text_with("template.wrong.at", &[("field", &field), ("problem", &problem_words(&problem))])}</li> }
    };
    view! {
        <div class="query-fault" role="alert">
            <strong>{text("template.wrong")}</strong>
            <ul>{problems.into_iter().map(line).collect_view()}</ul>
        </div>
    }
    .into_any()
}
