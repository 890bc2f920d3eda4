//! The form of a rule that there is.

use super::address::{asked, place, template as template_named};
use super::form::{Opening, rule_page};
use crate::cluster::use_cluster;
use crate::kept;
use crate::words::text;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::{ConsoleError, Level, link};
use monitoring_contract::{
    OpenedRule, RemoveRule, RuleFields, RulePlace, RuleTemplate, SwitchRule, read_rule,
};
use ui::{Banner, PageHeader, PageTitle, Problem, SkeletonDetail, awaited};

/// The rule that the address names, for changing and removing it.
#[component]
pub fn EditRulePage() -> impl IntoView {
    let (cluster, path, query) = (use_cluster(), use_params_map(), use_query_map());
    let which = Memo::new(move |_| Ok::<_, ConsoleError>(place(&path.read(), &query.read(), cluster.get()?)));
    let found = Resource::new_blocking(
        move || which.get(),
        |place| async move { Ok::<_, ConsoleError>((read_rule(place.clone()?).await?, place?)) },
    );
    let content = move || {
        Suspend::new(async move {
            match found.await {
                Ok((opened, place)) => draw(opened, place),
                Err(error) => {
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! { <Problem error on_retry is_page=true/> }.into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=text("rule.edit")/>
        <Transition fallback=|| view! { <SkeletonDetail/> }>{awaited(content)}</Transition>
    }
}

fn draw(opened: OpenedRule, place: RulePlace) -> AnyView {
    let OpenedRule { rule, template, interval, version, managed_by, sees_everything } = opened;
    let template = template.unwrap_or_default();
    let kind = format!("{} / {} / {} / {}", place.cluster, place.namespace, place.object, place.group);
    let (title, is_off) = (rule.name.clone(), rule.is_off);
    let kept = RuleFields {
        cluster: place.cluster.clone(),
        namespace: place.namespace,
        object: place.object,
        group: place.group,
        index: place.index,
        interval,
        version,
        name: rule.name,
        template: template.word,
        kind: template.kind,
        target: template.target,
        threshold: template.threshold,
        comparison: template.comparison,
        query: rule.query,
        severity: rule.severity,
        hold: if rule.hold.is_empty() { "0s".to_owned() } else { rule.hold },
        summary: rule.summary,
        description: rule.description,
        runbook: rule.runbook,
    };
    // What was asked about is still what was opened then: its version too.
    let fields = use_query_map().with_untracked(|query| {
        let is_query = template_named(query).is_some_and(|word| word.is_empty());
        let kept = if is_query { RuleFields { template: String::new(), ..kept } } else { kept };
        asked(query, &kept.cluster).unwrap_or(kept)
    });
    let off = is_off.then(|| view! { <Banner level=Level::Inactive>{text("rule.off.banner")}</Banner> });
    let (switch, removal) = (switch(&fields, is_off), removal(&fields));
    let template = RuleTemplate::find(&fields.template);
    let opening = Opening { fields, template, projects: None, confined: !sees_everything, managed_by };
    view! {
        <PageHeader title kind/>
        {off}
        {rule_page(opening)}
        {switch}
        {removal}
    }
    .into_any()
}

/// Which rule it is, and as it was looked at.
fn which(fields: &RuleFields) -> Vec<(&'static str, String)> {
    vec![
        ("fields[cluster]", fields.cluster.to_string()),
        ("fields[namespace]", fields.namespace.clone()),
        ("fields[object]", fields.object.clone()),
        ("fields[group]", fields.group.clone()),
        ("fields[index]", fields.index.clone()),
        ("fields[version]", fields.version.clone()),
    ]
}

fn switch(fields: &RuleFields, is_off: bool) -> AnyView {
    let words = if is_off {
        (text("rule.switch-on"), text("rule.switch-on.text"), text("rule.switched-on"))
    } else {
        (text("rule.switch-off"), text("rule.switch-off.text"), text("rule.switched-off"))
    };
    kept::switch(SwitchRule::PATH, which(fields), is_off, words)
}

fn removal(fields: &RuleFields) -> AnyView {
    let (back, words) = (link::rules(&fields.cluster), (text("rule.remove"), text("rule.remove.text")));
    kept::removal(RemoveRule::PATH, which(fields), back, words)
}
