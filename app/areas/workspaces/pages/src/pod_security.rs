//! How much the pods of a project may ask of their nodes.

use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::{PodSecurity, PodSecurityLevel, link};
use ui::{Card, Command, FormProblems, Select, command_form};
use workspaces_contract::{ProjectSummary, SecurePods, WorkspaceView};

/// The names of the fields.
pub const FIELDS: [&str; 2] = ["enforce", "warn"];

/// The level that pods must keep to, and the one that is warned of.
pub fn fields(now: PodSecurity, problems: FormProblems) -> AnyView {
    let of_cluster = (String::new(), text("pod-security.own").to_owned());
    let levels = PodSecurityLevel::ALL;
    let levels = levels.map(|level| (level.word().to_owned(), text_of("pod-security", level.word())));
    let options = Signal::stored(std::iter::once(of_cluster).chain(levels).collect::<Vec<_>>());
    let chosen =
        |level: Option<PodSecurityLevel>| Signal::stored(level.map_or("", PodSecurityLevel::word).to_owned());
    view! {
        <Select
            name="fields[enforce]"
            label=text("pod-security.enforce")
            hint=text("pod-security.enforce.hint")
            options
            value=chosen(now.enforce)
            problem=problems.at("enforce")
        />
        <Select
            name="fields[warn]"
            label=text("pod-security.warn")
            hint=text("pod-security.warn.hint")
            options
            value=chosen(now.warn)
            problem=problems.at("warn")
        />
    }
    .into_any()
}

/// The form of a project that is there.
pub fn card(view: &WorkspaceView, project: &ProjectSummary, on_change: Callback<String>) -> AnyView {
    let now = project.pod_security;
    let command = Command {
        hidden: vec![
            ("fields[workspace]", view.summary.name.to_string()),
            ("fields[cluster]", project.cluster.to_string()),
            ("fields[namespace]", project.namespace.to_string()),
        ],
        cancel: Some((text("cancel").to_owned(), link::workspace(&view.summary.name))),
        fields: &FIELDS,
        done: Some(text("done.saved").to_owned()),
        on_done: Some(on_change),
        ..Command::new(SecurePods::PATH, text("save"))
    };
    let form = command_form(command, move |problems| {
        view! { <p>{text("pod-security.text")}</p> {fields(now, problems)} }.into_any()
    });
    view! { <Card title=text_with("pod-security.title", &[("name", &project.namespace)])>{form}</Card> }
        .into_any()
}

/// What a project's row says of it; nothing where the cluster's own level holds.
pub fn told(now: PodSecurity) -> Option<AnyView> {
    let enforced = |level: PodSecurityLevel| text_with("pod-security.enforced", &[("level", &level.word())]);
    let warned = |level: PodSecurityLevel| text_with("pod-security.warned", &[("level", &level.word())]);
    let parts: Vec<String> = now.enforce.map(enforced).into_iter().chain(now.warn.map(warned)).collect();
    (!parts.is_empty()).then(|| view! { <span class="about">{ui::listed(&parts)}</span> }.into_any())
}
