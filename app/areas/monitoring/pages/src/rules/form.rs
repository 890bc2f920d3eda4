//! The form of a rule, beside what it would have done.

use super::address::OWN;
use super::past::past;
use crate::urgency::{Urgency, urgency};
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::{Level, Namespace, link};
use monitoring_contract::{HOLDS, RuleAbout, RuleComparison, RuleFields, RuleTemplate, SaveRule, Severity};
use ui::{Banner, Card, Command, Field, FormProblems, Select, TextArea, command_form};

/// A form as it is opened.
pub struct Opening {
    /// What stands in it.
    pub fields: RuleFields,
    /// By which template; none for a query.
    pub template: Option<&'static RuleTemplate>,
    /// The projects for choosing one; none where the rule has its place.
    pub projects: Option<Vec<Namespace>>,
    /// Whether the rule sees its project only.
    pub confined: bool,
    /// What keeps its object as it is; empty when nobody says so.
    pub managed_by: String,
}

/// The names of the fields that show what is wrong with them. Those that are not there have no problems that can be
/// corrected, so they are told of above the button.
const NEW: [&str; 15] = [
    "namespace",
    "object",
    "group",
    "interval",
    "name",
    "kind",
    "target",
    "comparison",
    "threshold",
    "query",
    "severity",
    "hold",
    "summary",
    "description",
    "runbook",
];
const EDITED: [&str; 12] = [
    "interval",
    "name",
    "kind",
    "target",
    "comparison",
    "threshold",
    "query",
    "severity",
    "hold",
    "summary",
    "description",
    "runbook",
];

/// The form and the past.
pub fn rule_page(opening: Opening) -> AnyView {
    let Opening { fields, template, projects, confined, managed_by } = opening;
    let cluster = fields.cluster.clone();
    let is_new = projects.is_some();
    let here = match &projects {
        Some(_) => link::new_rule(&cluster, ""),
        None => format!("{}/{}/{}", link::rules(&cluster), fields.namespace, link::escape(&fields.object)),
    };
    let hidden = hidden(&fields, is_new);
    let command = Command {
        hidden,
        fields: if is_new { &NEW } else { &EDITED },
        cancel: Some((text("cancel").to_owned(), link::rules(&cluster))),
        ask: Some((text("rule.past.show").to_owned(), format!("{here}#past"))),
        ..Command::new(SaveRule::PATH, if is_new { text("rule.make") } else { text("rule.save") })
    };
    let title = template
        .map_or_else(|| text("rule.own").to_owned(), |template| text_of("rule.template", template.word));
    let managed = (!managed_by.is_empty()).then(|| {
        view! { <Banner level=Level::Warning>{text_with("rules.managed", &[("manager", &managed_by)])}</Banner> }
    });
    let severity = fields.severity.clone();
    let form = command_form(command, |problems| all(fields, template, projects, confined, problems));
    view! {
        {managed}
        <div class="silence-page">
            <Card title=title>{form}</Card>
            <div id="past" class="rule-past">{past(cluster, severity)}</div>
        </div>
    }
    .into_any()
}

fn hidden(fields: &RuleFields, is_new: bool) -> Vec<(&'static str, String)> {
    let mut hidden =
        vec![("fields[cluster]", fields.cluster.to_string()), ("fields[template]", fields.template.clone())];
    if !is_new {
        hidden.extend([
            ("fields[namespace]", fields.namespace.clone()),
            ("fields[object]", fields.object.clone()),
            ("fields[group]", fields.group.clone()),
            ("fields[index]", fields.index.clone()),
            ("fields[version]", fields.version.clone()),
        ]);
    }
    hidden
}

fn all(
    fields: RuleFields,
    template: Option<&'static RuleTemplate>,
    projects: Option<Vec<Namespace>>,
    confined: bool,
    problems: FormProblems,
) -> AnyView {
    let as_query = (template.is_some() && projects.is_none()).then(|| {
        let RuleFields { cluster, namespace, object, group, index, .. } = &fields;
        let place = format!("{}/{namespace}/{}", link::rules(cluster), link::escape(object));
        let href = format!("{place}?group={}&rule={index}&template={OWN}", link::escape(group));
        view! { <p class="field-hint"><a href=href>{text("rule.as-query")}</a></p> }
    });
    let projects = projects.map(|projects| project(&fields.namespace, &projects, problems));
    let kept_in = projects.is_some().then(|| kept_in(&fields, problems));
    let interval = fields.interval.clone();
    let measured = match template {
        Some(template) => of_template(&fields, template, problems),
        None => own_query(&fields, problems),
    };
    // A template says itself what it is about.
    let fence =
        (confined && template.is_none()).then(|| view! { <p class="field-hint">{text("rule.confined")}</p> });
    let RuleFields { name, severity, hold, summary, description, runbook, .. } = fields;
    view! {
        <Field
            name="fields[name]"
            label=text("rule.name")
            value=Signal::stored(name)
            problem=problems.at("name")
            autocomplete="off"
            required=true
        />
        {projects}
        {measured}
        {as_query}
        {fence}
        {how_urgent(&severity, hold, problems)}
        <Field
            name="fields[summary]"
            label=text("rule.summary")
            value=Signal::stored(summary)
            problem=problems.at("summary")
            autocomplete="off"
        />
        <TextArea
            name="fields[description]"
            label=text("rule.description")
            hint=text("rule.description.hint")
            value=Signal::stored(description)
            problem=problems.at("description")
            lines=3
        />
        <Field
            name="fields[runbook]"
            label=text("rule.runbook")
            hint=text("rule.runbook.hint")
            value=Signal::stored(runbook)
            problem=problems.at("runbook")
            autocomplete="off"
        />
        {kept_in}
        <Field
            name="fields[interval]"
            label=text("rule.interval")
            hint=text("rule.interval.hint")
            value=Signal::stored(interval)
            problem=problems.at("interval")
            code=true
            autocomplete="off"
        />
    }
    .into_any()
}

fn project(chosen: &str, projects: &[Namespace], problems: FormProblems) -> AnyView {
    let options: Vec<_> = projects.iter().map(|name| (name.to_string(), name.to_string())).collect();
    view! {
        <Select
            name="fields[namespace]"
            label=text("rule.project")
            options=Signal::stored(options)
            value=Signal::stored(chosen.to_owned())
            problem=problems.at("namespace")
        />
    }
    .into_any()
}

fn kept_in(fields: &RuleFields, problems: FormProblems) -> AnyView {
    view! {
        <div class="field-row">
            <Field
                name="fields[object]"
                label=text("rule.object")
                hint=text("rule.object.hint")
                value=Signal::stored(fields.object.clone())
                problem=problems.at("object")
                code=true
                autocomplete="off"
            />
            <Field
                name="fields[group]"
                label=text("rule.group")
                hint=text("rule.group.hint")
                value=Signal::stored(fields.group.clone())
                problem=problems.at("group")
                code=true
                autocomplete="off"
            />
        </div>
    }
    .into_any()
}

fn own_query(fields: &RuleFields, problems: FormProblems) -> AnyView {
    view! {
        <TextArea
            name="fields[query]"
            label=text("rule.promql")
            hint=text("rule.promql.hint")
            value=Signal::stored(fields.query.clone())
            problem=problems.at("query")
            lines=4
        />
    }
    .into_any()
}

/// What a template asks for: of what, and from where on.
fn of_template(fields: &RuleFields, template: &RuleTemplate, problems: FormProblems) -> AnyView {
    let kinds = template.about.kinds();
    let options: Vec<_> = kinds.iter().map(|kind| ((*kind).to_owned(), text_of("rule.kind", kind))).collect();
    let chosen =
        if fields.kind.is_empty() { kinds.first().copied().unwrap_or_default() } else { &fields.kind };
    let chosen = chosen.to_owned();
    let kind = (kinds.len() > 1).then(|| {
        view! {
            <Select
                name="fields[kind]"
                label=text("rule.kind")
                options=Signal::stored(options)
                value=Signal::stored(chosen)
                problem=problems.at("kind")
            />
        }
    });
    let target = (template.about != RuleAbout::Project).then(|| {
        let hint = match (template.adds_up, template.about.needs_name()) {
            (true, _) => "",
            (false, true) => text("rule.target.several"),
            (false, false) => text("rule.target.hint"),
        };
        view! {
            <Field
                name="fields[target]"
                label=text_of("rule.target", template.about.word())
                hint
                value=Signal::stored(fields.target.clone())
                problem=problems.at("target")
                code=true
                autocomplete="off"
                required=template.about.needs_name()
            />
        }
    });
    view! {
        <p class="field-hint">{text_of("rule.template.text", template.word)}</p>
        <div class="field-row">{kind}{target}</div>
        {beyond(fields, template, problems)}
    }
    .into_any()
}

/// From where on it is bad, where that is not said by the template.
fn beyond(fields: &RuleFields, template: &RuleTemplate, problems: FormProblems) -> Option<AnyView> {
    let unit = template.unit.word()?;
    let sides =
        RuleComparison::ALL.map(|side| (side.word().to_owned(), text_of("rule.comparison", side.word())));
    let side = RuleComparison::parse(&fields.comparison).unwrap_or(template.comparison);
    let both = view! {
        <div class="field-row">
            <Select
                name="fields[comparison]"
                label=text("rule.comparison")
                options=Signal::stored(sides.to_vec())
                value=Signal::stored(side.word().to_owned())
                problem=problems.at("comparison")
            />
            <Field
                name="fields[threshold]"
                label=text_of("rule.threshold", unit)
                value=Signal::stored(fields.threshold.clone())
                problem=problems.at("threshold")
                autocomplete="off"
                required=true
            />
        </div>
    };
    Some(both.into_any())
}

fn how_urgent(severity: &str, hold: String, problems: FormProblems) -> AnyView {
    let known = Severity::parse(severity);
    // A word of somebody else's is not kept without being said.
    let hint = if known.is_some() || severity.is_empty() {
        String::new()
    } else {
        text_with("rule.severity.was", &[("word", &severity)])
    };
    let severity = known.unwrap_or(Severity::Warning).word().to_owned();
    urgency(Urgency { severity, hint, hold, lasts: text("rule.hold"), holds: &HOLDS }, problems)
}
