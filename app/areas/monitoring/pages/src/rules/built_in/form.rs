//! The form that installs, updates and removes groups of ready-made rules.

use super::address::asked;
use super::group::{Looked, group};
use crate::words::{text, text_of};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use model::{ClusterName, Namespace, link};
use monitoring_contract::{
    BuiltInAct, BuiltInFields, BuiltInGroupView, BuiltInKept, BuiltInList, BuiltInStanding, SaveBuiltIn,
};
use ui::{Card, Checkbox, Command, FormProblems, Select, command_form};

/// The names of the fields that show what is wrong with them.
const FIELDS: [&str; 3] = ["groups", "namespace", "act"];

/// The form around all groups; the callback is run once something was done.
pub fn form(list: BuiltInList, cluster: &ClusterName, looked: &Looked, again: Callback<()>) -> AnyView {
    let BuiltInList { groups, may_make_in, seen } = list;
    let here = link::built_in_rules(cluster);
    let fields = use_query_map().with_untracked(|query| asked(query, cluster));
    let command = Command {
        hidden: vec![("fields[cluster]", cluster.to_string()), ("fields[seen]", seen)],
        fields: &FIELDS,
        cancel: Some((text("cancel").to_owned(), link::rules(cluster))),
        ask: Some((text("built-in.preview").to_owned(), format!("{here}#change"))),
        on_done: Some(Callback::new(move |_| again.run(()))),
        ..Command::new(SaveBuiltIn::PATH, text("built-in.do"))
    };
    command_form(command, |problems| all(groups, &may_make_in, cluster, (fields.as_ref(), looked), problems))
}

fn all(
    groups: Vec<BuiltInGroupView>,
    projects: &[Namespace],
    cluster: &ClusterName,
    (asked, looked): (Option<&BuiltInFields>, &Looked),
    problems: FormProblems,
) -> AnyView {
    let wanting = problems.at("groups");
    let is_new = groups.iter().any(|group| group.standing == BuiltInStanding::Absent);
    let choice = choice(if is_new { projects } else { &[] }, asked, problems);
    let drawn = groups.into_iter().map(|view| {
        let is_chosen = match asked {
            Some(fields) => fields.groups.contains(&view.word),
            None => is_usual(&view),
        };
        group(view, cluster, is_chosen, looked)
    });
    view! {
        {choice}
        <p class="field-problem" role="alert">{move || wanting.get()}</p>
        {drawn.collect_view()}
    }
    .into_any()
}

/// Whether a group is chosen before anybody has chosen: one that is missing or has become old, where there is something to
/// install. What somebody has changed by hand is theirs.
fn is_usual(view: &BuiltInGroupView) -> bool {
    let is_open = matches!(view.standing, BuiltInStanding::Absent | BuiltInStanding::Older);
    is_open
        && view.rules.iter().any(|rule| {
            let is_open = match rule.kept {
                BuiltInKept::Off => false,
                BuiltInKept::Absent => rule.elsewhere.is_empty(),
                BuiltInKept::Same | BuiltInKept::Otherwise => true,
            };
            rule.query.is_some() && is_open
        })
}

/// What is done with the groups, and where new ones go.
fn choice(projects: &[Namespace], asked: Option<&BuiltInFields>, problems: FormProblems) -> AnyView {
    let acts = BuiltInAct::ALL.map(|act| (act.word().to_owned(), text_of("built-in.act", act.word())));
    let act = asked.map(|fields| fields.act.clone()).filter(|act| !act.is_empty());
    let act = act.unwrap_or_else(|| BuiltInAct::default().word().to_owned());
    let twice = asked.is_some_and(|fields| !fields.twice.is_empty());
    // What watches a cluster usually lives there.
    let usual = projects.iter().find(|project| project.as_str().contains("monitoring"));
    let usual = usual.or_else(|| projects.first()).map(ToString::to_string);
    let chosen = asked.map(|fields| fields.namespace.clone()).filter(|name| !name.is_empty()).or(usual);
    let options: Vec<_> = projects.iter().map(|name| (name.to_string(), name.to_string())).collect();
    let project = (!options.is_empty()).then(|| {
        view! {
            <Select
                name="fields[namespace]"
                label=text("built-in.project")
                options=Signal::stored(options)
                value=Signal::stored(chosen.unwrap_or_default())
                problem=problems.at("namespace")
            />
        }
    });
    view! {
        <Card title=text("built-in.choice")>
            <div class="field-row">
                <Select
                    name="fields[act]"
                    label=text("built-in.act")
                    options=Signal::stored(acts.to_vec())
                    value=Signal::stored(act)
                    problem=problems.at("act")
                />
                {project}
            </div>
            <Checkbox
                name="fields[twice]"
                value="true"
                label=text("built-in.twice")
                hint=text("built-in.twice.hint")
                checked=Signal::stored(twice)
            />
        </Card>
    }
    .into_any()
}
