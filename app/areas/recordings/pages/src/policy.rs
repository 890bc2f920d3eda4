//! What is recorded in a place, and the forms that change it.

use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::ClusterName;
use recordings_contract::{Days, KEPT_DAYS, PolicyOf, PolicyView, RecordTerminals};
use ui::{Card, Checkbox, Command, Field, command_form};

/// What is recorded: for a project what it and its cluster say, for a cluster what that says.
pub fn policy(cluster: &ClusterName, policy: &PolicyView, on_change: Callback<String>) -> AnyView {
    let parts: Vec<AnyView> = match &policy.namespace {
        Some(namespace) => {
            let of_cluster = policy.projects.map(|days| {
                let words = text_with("policy.by-cluster", &[("days", &days)]);
                view! { <p>{words}</p> }.into_any()
            });
            let is_own = policy.projects.is_none() || policy.project.is_some();
            let may_change = policy.may_change_project && policy.projects.is_none();
            let own = is_own
                .then(|| part(cluster, namespace, PolicyOf::Project, policy.project, may_change, on_change));
            of_cluster.into_iter().chain(own).collect()
        }
        None => [(PolicyOf::Projects, policy.projects), (PolicyOf::Nodes, policy.nodes)]
            .map(|(of, days)| part(cluster, "", of, days, policy.may_change_cluster, on_change))
            .into(),
    };
    let title = match &policy.namespace {
        Some(namespace) => text_with("policy.of-project", &[("name", namespace)]),
        None => text_with("policy.of-cluster", &[("name", cluster)]),
    };
    view! {
        <Card title>
            <div class="recording-policies">{parts}</div>
            <p class="field-hint">{text("policy.text")}</p>
            <p class="field-hint">{text("policy.kubectl")}</p>
        </Card>
    }
    .into_any()
}

/// One switch, or what it says for who may not change it.
fn part(
    cluster: &ClusterName,
    namespace: &str,
    of: PolicyOf,
    days: Days,
    may_change: bool,
    on_change: Callback<String>,
) -> AnyView {
    let label = text_of("policy", of.word());
    if !may_change {
        let state = match days {
            Some(days) => text_with("policy.on", &[("days", &days)]),
            None => text("policy.off").to_owned(),
        };
        return view! { <p><strong>{label}</strong>": "{state}</p> }.into_any();
    }
    let command = Command {
        hidden: vec![
            ("fields[cluster]", cluster.to_string()),
            ("fields[namespace]", namespace.to_owned()),
            ("fields[of]", of.word().to_owned()),
        ],
        fields: &["days"],
        on_done: Some(on_change),
        ..Command::new(RecordTerminals::PATH, text("save"))
    };
    let form = command_form(command, move |problems| {
        let value = days.unwrap_or(KEPT_DAYS).to_string();
        view! {
            <Checkbox name="fields[record]" value="true" label checked=Signal::stored(days.is_some())/>
            <Field
                name="fields[days]"
                label=text("days")
                value=Signal::stored(value)
                problem=problems.at("days")
                input_type="number"
                autocomplete="off"
            />
        }
        .into_any()
    });
    view! { <div>{form}</div> }.into_any()
}
