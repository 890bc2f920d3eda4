//! The page of ready-made rules, rendered as the server does, over a port that answers what the test says.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{ClusterName, ConsoleError, FieldProblem, KindSlug, Namespace, ObjectName, ResourceRef};
use monitoring_contract::*;
use monitoring_pages::BuiltInRulesPage;
use resources_contract::{DiffLine, DocumentPreview, PreviewOutcome};
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Fake {
    book: Option<BuiltInBook>,
    preview: Option<BuiltInPreview>,
    asked: Arc<Mutex<Vec<BuiltInFields>>>,
}

fn untold<T>() -> Result<T, ConsoleError> {
    Err(ConsoleError::missing("the catalogue"))
}

#[async_trait]
impl BuiltInRules for Fake {
    async fn built_in(&self, _: ClusterName) -> Result<BuiltInBook, ConsoleError> {
        self.book.clone().map_or_else(untold, Ok)
    }

    async fn past_built_in(&self, _: ClusterName, rule: String) -> Result<RulePreview, ConsoleError> {
        Ok(RulePreview::Wrong(vec![FieldProblem::new("rule", format!("asked about {rule}"))]))
    }

    async fn preview_built_in(&self, fields: BuiltInFields) -> Result<BuiltInPreview, ConsoleError> {
        self.asked.lock().unwrap().push(fields);
        self.preview.clone().map_or_else(untold, Ok)
    }

    async fn save_built_in(&self, _: BuiltInFields) -> Result<(), ConsoleError> {
        untold()
    }
}

async fn render(question: &str, fake: Fake) -> String {
    rendering::render(&format!("/clusters/harbour/monitoring/rules/built-in{question}"), || {
        provide_context::<Arc<dyn BuiltInRules>>(Arc::new(fake));
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/clusters/:cluster/monitoring/rules/built-in") view=BuiltInRulesPage/>
                </Routes>
            </Router>
        }
    })
    .await
}

fn object(name: &str) -> ResourceRef {
    ResourceRef {
        cluster: ClusterName::parse("harbour").unwrap(),
        kind: KindSlug::parse("prometheusrules.monitoring.coreos.com").unwrap(),
        namespace: Some(Namespace::parse("monitoring").unwrap()),
        name: ObjectName::parse(name).unwrap(),
    }
}

/// The whole catalogue, of which nothing is installed.
fn catalogue() -> BuiltInList {
    let rule = |rule: &BuiltInRule| BuiltInRuleView {
        key: rule.key(),
        alert: rule.alert.into(),
        severity: rule.severity.word().into(),
        hold: rule.hold.into(),
        summary: rule.summary.into(),
        query: Some(rule.picks[0].into()),
        lacking: Vec::new(),
        kept: BuiltInKept::Absent,
        elsewhere: Vec::new(),
    };
    let group = |group: &BuiltInGroup| BuiltInGroupView {
        word: group.word.into(),
        standing: BuiltInStanding::Absent,
        object: None,
        rules: group.rules.iter().map(rule).collect(),
        own: Vec::new(),
    };
    let projects = ["default", "monitoring"].map(|name| Namespace::parse(name).unwrap());
    BuiltInList {
        groups: BuiltInGroup::ALL.iter().map(group).collect(),
        may_make_in: projects.into(),
        seen: "as it was".into(),
    }
}

fn known(list: BuiltInList) -> Fake {
    Fake { book: Some(BuiltInBook::Known(list)), ..Fake::default() }
}

#[tokio::test]
async fn every_rule_of_the_catalogue_is_told_in_words() {
    let html = render("", known(catalogue())).await;

    assert!(!html.contains(">built-in."), "a text is missing: {html}");
    for words in
        ["Control plane", "KubePodCrashLooping", "A container ends again and again", "Show the last 24 hours"]
    {
        assert!(html.contains(words), "{words}");
    }
    assert!(html.contains("past=KubeNodeNotReady") && html.contains("value=\"as it was\""), "{html}");
    assert!(html.contains("/api/monitoring/save-built-in"), "{html}");
}

#[tokio::test]
async fn a_group_says_how_it_is_and_a_rule_what_it_lacks_and_who_else_has_it() {
    let mut list = catalogue();
    list.groups[0].standing = BuiltInStanding::Changed;
    list.groups[0].object = Some(object("orrery-built-in-nodes"));
    list.groups[0].own = vec!["Mine".into()];
    list.groups[0].rules[0].kept = BuiltInKept::Otherwise;
    list.groups[0].rules[1].query = None;
    list.groups[0].rules[1].lacking = vec!["kube_node_info".into()];
    list.groups[1].standing = BuiltInStanding::Older;
    list.groups[2].rules[0].elsewhere = vec!["monitoring/theirs".into()];

    let html = render("", known(list)).await;

    for words in [
        "Changed by hand",
        "Older than the catalogue",
        "Installed, and different",
        "Not measured here: kube_node_info",
        "Also in monitoring/theirs",
        "gone when it is brought up to date: Mine",
        "orrery-built-in-nodes",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
}

/// The page from the heading of a group on, to the next group.
fn group_of<'a>(html: &'a str, word: &str) -> &'a str {
    let (_, after) = html.split_once(&format!("value=\"{word}\"")).unwrap();
    after.split("class=\"rule-list\"").next().unwrap()
}

#[tokio::test]
async fn the_rules_of_a_group_are_folded_behind_how_many_there_are() {
    let mut list = catalogue();
    let all = list.groups[0].rules.len();
    list.groups[0].rules[0].kept = BuiltInKept::Same;
    list.groups[0].rules[1].query = None;

    let html = render("", known(list)).await;

    let nodes = group_of(&html, "nodes");
    assert!(nodes.contains(&format!("{all} rules · 1 installed · 1 not measured here")), "{nodes}");
    assert!(nodes.contains("id=\"group-nodes\"") && html.contains("href=\"#group-nodes\""), "{nodes}");
    assert!(html.contains("<details") && !html.contains("<details open"), "{html}");
    assert!(html.contains(&format!("1 of {all}")), "{html}");
}

#[tokio::test]
async fn a_search_unfolds_what_it_finds_and_keeps_every_choice_in_sight() {
    let html = render("?search=KubeNodeNotReady&fields[cluster]=harbour", known(catalogue())).await;

    let (nodes, etcd) = (group_of(&html, "nodes"), group_of(&html, "etcd"));
    assert!(nodes.contains("<details open") && nodes.contains(" · 1 found"), "{nodes}");
    assert!(nodes.contains("<tr hidden"), "the others of the group are hidden: {nodes}");
    assert!(!etcd.contains("<details open") && etcd.contains(" · 0 found"), "{etcd}");
    for group in BuiltInGroup::ALL {
        assert!(html.contains(&format!("value=\"{}\"", group.word)), "{} can be chosen", group.word);
    }
    let kept = html.matches("name=\"fields[cluster]\" value=\"harbour\"").count();
    assert_eq!(kept, 2, "the search keeps what the form asked: {html}");
}

#[tokio::test]
async fn what_was_asked_about_is_answered_with_what_would_change() {
    let preview = DocumentPreview {
        resource: object("orrery-built-in-nodes"),
        outcome: PreviewOutcome::Created,
        diff: vec![DiffLine::Added("kind: PrometheusRule".into())],
        conflicts: Vec::new(),
        warnings: vec!["It is <late>".into()],
        remarks: Vec::new(),
        restarts: None,
        quotas: Vec::new(),
    };
    let fake = Fake { preview: Some(BuiltInPreview::Written(vec![preview])), ..known(catalogue()) };
    let question = "?fields[cluster]=harbour&fields[groups][]=nodes&fields[groups][]=etcd\
                    &fields[namespace]=default&fields[act]=install";

    let html = render(question, fake.clone()).await;

    assert!(html.contains("will be created") && html.contains("kind: PrometheusRule"), "{html}");
    assert!(html.contains("It is &lt;late&gt;"), "{html}");
    let asked = fake.asked.lock().unwrap().clone();
    assert_eq!(asked[0].groups, ["nodes", "etcd"]);
    assert_eq!((asked[0].namespace.as_str(), asked[0].act.as_str()), ("default", "install"));

    let gone = BuiltInPreview::Removed(vec![object("orrery-built-in-nodes")]);
    let html = render(question, Fake { preview: Some(gone), ..known(catalogue()) }).await;
    assert!(html.contains("These objects will go") && html.contains("recycle bin"), "{html}");
}

#[tokio::test]
async fn the_past_of_a_rule_is_told_where_it_was_asked_for() {
    let html = render("?past=KubeNodeNotReady%2Fcritical", known(catalogue())).await;

    assert!(html.contains("asked about KubeNodeNotReady/critical"), "{html}");
    assert!(html.contains("KubeNodeNotReady: The last 24 hours"), "{html}");
}

#[tokio::test]
async fn where_there_can_be_none_the_page_says_so() {
    let html = render("", Fake { book: Some(BuiltInBook::NotServed), ..Fake::default() }).await;
    assert!(html.contains("harbour keeps no rules") && html.contains("Prometheus Operator"), "{html}");

    let html = render("", Fake { book: Some(BuiltInBook::Unmeasured), ..Fake::default() }).await;
    assert!(html.contains("Nothing that measures this cluster"), "{html}");

    let html = render("", Fake::default()).await;
    assert!(html.contains("the catalogue"), "{html}");
}
