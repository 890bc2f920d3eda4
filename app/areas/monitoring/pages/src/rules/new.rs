//! A new rule: what it is to measure, then its form.

use super::address::{OWN, asked, template, wished};
use super::form::{Opening, rule_page};
use super::list::not_served;
use crate::cluster::use_cluster;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{ClusterName, ConsoleError, Namespace, link};
use monitoring_contract::{
    OWN_GROUP, OWN_OBJECT, RuleAbout, RuleBook, RuleFields, RuleList, RuleTemplate, Severity, read_rules,
};
use ui::{Card, Empty, Glyph, PageHeader, PageTitle, Problem, SkeletonDetail, awaited};

/// The templates for choosing, or the form of the one that the address names.
#[component]
pub fn NewRulePage() -> impl IntoView {
    let (cluster, query) = (use_cluster(), use_query_map());
    let chosen = Memo::new(move |_| template(&query.read()));
    let found = Resource::new_blocking(
        move || cluster.get(),
        |cluster| async move { Ok::<_, ConsoleError>((read_rules(cluster.clone()?).await?, cluster?)) },
    );
    let content = move || {
        let chosen = chosen.get();
        Suspend::new(async move {
            match (found.await, chosen) {
                (Ok((RuleBook::NotServed, cluster)), _) => not_served(&cluster),
                (Ok((RuleBook::Known(list), _)), _) if list.may_make_in.is_empty() => {
                    let (title, explanation) = (text("rule.nowhere"), text("rule.nowhere.text"));
                    view! { <Empty glyph=Glyph::Lock title explanation/> }.into_any()
                }
                (Ok((RuleBook::Known(list), cluster)), None) => choice(&list, &cluster),
                (Ok((RuleBook::Known(list), cluster)), Some(word)) => form(list, cluster, &word),
                (Err(error), _) => {
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=text("rule.new")/>
        <PageHeader
            title=text("rule.new")
            kind=cluster.get_untracked().map(|cluster| cluster.to_string()).unwrap_or_default()
        />
        <Transition fallback=|| view! { <SkeletonDetail/> }>{awaited(content)}</Transition>
    }
}

/// All templates that the reader can use, by what they are about.
fn choice(list: &RuleList, cluster: &ClusterName) -> AnyView {
    let offered = RuleAbout::ALL.into_iter().filter(|about| about.is_in_project() || list.sees_everything);
    let card = |about: RuleAbout| {
        let templates = RuleTemplate::all().filter(|template| template.about == about);
        let entry = |template: &'static RuleTemplate| {
            let words = text_of("rule.template", template.word);
            entry(link::new_rule(cluster, template.word), words, text_of("rule.template.text", template.word))
        };
        let entries = templates.map(entry).collect_view();
        view! { <Card title=text_of("rule.about", about.word())><ul class="rule-templates">{entries}</ul></Card> }
    };
    let own =
        entry(link::new_rule(cluster, OWN), text("rule.own").to_owned(), text("rule.own.text").to_owned());
    view! {
        <p class="hint">{text("rule.choose")}</p>
        <div class="rule-choice">
            {offered.map(card).collect_view()}
            <Card title=text("rule.about.own")><ul class="rule-templates">{own}</ul></Card>
        </div>
    }
    .into_any()
}

fn entry(href: String, words: String, explanation: String) -> AnyView {
    view! { <li><a href=href>{words}</a><span class="field-hint">{explanation}</span></li> }.into_any()
}

fn form(list: RuleList, cluster: ClusterName, word: &str) -> AnyView {
    let template = RuleTemplate::find(word);
    if template.is_none() && !word.is_empty() {
        let error = ConsoleError::missing(text_with("rule.template.unknown", &[("word", &word)]));
        return view! { <Problem error/> }.into_any();
    }
    let query = use_query_map();
    let fields = query.with_untracked(|query| asked(query, &cluster));
    let fields = fields.unwrap_or_else(|| {
        let query = query.with_untracked(wished);
        RuleFields { query, ..beginning(template, &list.may_make_in, cluster) }
    });
    let confined = template.is_some_and(|template| template.about.is_in_project()) || !list.sees_everything;
    rule_page(Opening {
        fields,
        template,
        projects: Some(list.may_make_in),
        confined,
        managed_by: String::new(),
    })
}

/// The form as it begins.
fn beginning(template: Option<&RuleTemplate>, projects: &[Namespace], cluster: ClusterName) -> RuleFields {
    let about_nodes = template.is_some_and(|template| template.about == RuleAbout::Node);
    // What watches a cluster usually lives there.
    let monitoring = projects.iter().find(|project| about_nodes && project.as_str() == "monitoring");
    let project = monitoring.or_else(|| projects.first());
    let severity = template.map_or(Severity::Warning, |template| template.severity);
    let told = |group: &str| template.map(|template| text_of(group, template.word)).unwrap_or_default();
    RuleFields {
        namespace: project.map(ToString::to_string).unwrap_or_default(),
        object: OWN_OBJECT.to_owned(),
        group: OWN_GROUP.to_owned(),
        name: told("rule.template"),
        template: template.map(|template| template.word.to_owned()).unwrap_or_default(),
        threshold: template.map(|template| template.threshold.to_string()).unwrap_or_default(),
        severity: severity.word().to_owned(),
        hold: template.map_or("5m", |template| template.hold).to_owned(),
        summary: told("rule.template.summary"),
        ..RuleFields::new(cluster)
    }
}
