//! The pages of rules, rendered as the server does, over a port that answers what the test says.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::chart::{Chart, Frame, Scale, Series};
use model::{
    ClusterName, ConsoleError, FieldProblem, KindSlug, Namespace, ObjectName, ResourceRef, Thing, Timestamp,
    Unit,
};
use monitoring_contract::*;
use monitoring_pages::{EditRulePage, NewRulePage, RulesPage};
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Fake {
    book: Option<RuleBook>,
    opened: Option<OpenedRule>,
    preview: Option<RulePreview>,
    asked: Arc<Mutex<Vec<RuleFields>>>,
}

fn untold<T>() -> Result<T, ConsoleError> {
    Err(ConsoleError::unknown(Thing::Rule))
}

#[async_trait]
impl Rules for Fake {
    async fn rules(&self, _: ClusterName) -> Result<RuleBook, ConsoleError> {
        self.book.clone().map_or_else(untold, Ok)
    }

    async fn read_rule(&self, _: RulePlace) -> Result<OpenedRule, ConsoleError> {
        self.opened.clone().map_or_else(untold, Ok)
    }

    async fn preview_rule(&self, fields: RuleFields) -> Result<RulePreview, ConsoleError> {
        self.asked.lock().unwrap().push(fields);
        self.preview.clone().map_or_else(untold, Ok)
    }

    async fn save_rule(&self, _: RuleFields) -> Result<(), ConsoleError> {
        untold()
    }

    async fn remove_rule(&self, _: LookedAtRule) -> Result<(), ConsoleError> {
        untold()
    }

    async fn switch_rule(&self, _: LookedAtRule, _: bool) -> Result<(), ConsoleError> {
        untold()
    }
}

async fn render(address: &str, fake: Fake) -> String {
    rendering::render(&format!("/clusters/harbour/monitoring/rules{address}"), || {
        provide_context::<Arc<dyn Rules>>(Arc::new(fake));
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/clusters/:cluster/monitoring/rules") view=RulesPage/>
                    <Route path=path!("/clusters/:cluster/monitoring/rules/new") view=NewRulePage/>
                    <Route path=path!("/clusters/:cluster/monitoring/rules/:namespace/:name") view=EditRulePage/>
                </Routes>
            </Router>
        }
    })
    .await
}

fn shop() -> Namespace {
    Namespace::parse("shop").unwrap()
}

fn rule(name: &str, state: Option<RuleState>) -> KeptRule {
    KeptRule {
        name: name.into(),
        is_alert: true,
        query: "up{job=\"<a>\"} == 0".into(),
        severity: "critical".into(),
        hold: "5m".into(),
        summary: "It is <down>".into(),
        description: String::new(),
        runbook: String::new(),
        state,
        is_off: false,
    }
}

fn book(rules: Vec<KeptRule>, may_change: bool, sees_everything: bool) -> Fake {
    let resource = ResourceRef {
        cluster: ClusterName::parse("harbour").unwrap(),
        kind: KindSlug::parse("prometheusrules.monitoring.coreos.com").unwrap(),
        namespace: Some(shop()),
        name: ObjectName::parse("own").unwrap(),
    };
    let group = RuleGroup { name: "a b".into(), interval: "2m".into(), rules };
    let object = RuleObject {
        resource,
        managed_by: "Helm".into(),
        may_change,
        has_unreadable_off: false,
        groups: vec![group],
    };
    let may_make_in = if may_change { vec![shop()] } else { Vec::new() };
    let list = RuleList { objects: vec![object], unknown: None, may_make_in, sees_everything };
    Fake { book: Some(RuleBook::Known(list)), ..Fake::default() }
}

#[tokio::test]
async fn rules_stand_by_object_with_how_they_are() {
    let recorded = KeptRule { is_alert: false, ..rule("x:y", None) };
    let broken = rule("Broken", Some(RuleState::Broken("it <fails>".into())));
    let rules = vec![rule("Fires", Some(RuleState::Firing(2))), broken, rule("New", None), recorded];

    let html = render("", book(rules.clone(), true, true)).await;

    assert!(html.contains("shop / own") && html.contains("a b · critical · every 2m"), "{html}");
    for words in ["2 firing", "Cannot be evaluated", "it &lt;fails&gt;", "Being taken up", "Records a series"]
    {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(!html.contains("Not taken up"), "others of its object are evaluated: {html}");
    assert!(html.contains("It is &lt;down&gt;") && html.contains("5m"), "{html}");
    // What records is no alert, so it has no form.
    assert!(html.contains("rules/shop/own?group=a%20b&amp;rule=2") && !html.contains("rule=3"), "{html}");
    assert!(html.contains("rules/new") && html.contains("Kept by Helm"), "{html}");
    let html = render("", book(rules, false, false)).await;
    assert!(
        !html.contains("rules/new") && !html.contains("rule=0") && !html.contains("Kept by Helm"),
        "{html}"
    );
}

#[tokio::test]
async fn an_object_of_which_nothing_is_evaluated_may_not_be_selected() {
    let html = render("", book(vec![rule("New", None), rule("Newer", None)], true, true)).await;

    assert!(html.contains("Not taken up") && html.contains("does not select its object"), "{html}");
    assert!(!html.contains("Being taken up"), "{html}");
}

#[tokio::test]
async fn many_rules_are_narrowed_and_keep_their_places() {
    let quiet = KeptRule { severity: "info".into(), ..rule("Calm", Some(RuleState::Quiet)) };
    let rules = vec![rule("Fires", Some(RuleState::Firing(2))), quiet];
    let shown =
        async |search: &str| render(&format!("?search={search}"), book(rules.clone(), true, true)).await;

    let html = shown("calm").await;
    assert!(html.contains("Calm") && !html.contains("Fires"), "{html}");
    assert!(html.contains("group=a%20b&amp;rule=1"), "{html}");
    let html = shown("state:firing%20shop").await;
    assert!(html.contains("Fires") && !html.contains("Calm"), "{html}");
    let html = shown("bank").await;
    assert!(html.contains("No rule is like that") && !html.contains("No rules yet"), "{html}");
}

#[tokio::test]
async fn where_there_is_none_or_can_be_none_the_page_says_so() {
    let list = RuleList { may_make_in: vec![shop()], ..RuleList::default() };
    let html = render("", Fake { book: Some(RuleBook::Known(list)), ..Fake::default() }).await;
    assert!(html.contains("No rules yet") && html.contains("rules/new"), "{html}");

    for page in ["", "/new"] {
        let html = render(page, Fake { book: Some(RuleBook::NotServed), ..Fake::default() }).await;
        assert!(html.contains("harbour keeps no rules") && html.contains("Prometheus Operator"), "{html}");
    }
    let unknown = RuleList { unknown: Some("no answer within 4 s".into()), ..RuleList::default() };
    let Some(RuleBook::Known(list)) = book(vec![rule("New", None)], true, true).book else { panic!() };
    let list = RuleList { objects: list.objects, ..unknown };
    let html = render("", Fake { book: Some(RuleBook::Known(list)), ..Fake::default() }).await;
    assert!(
        html.contains("no answer within 4 s") && html.contains("Not known") && !html.contains("Not taken up"),
        "{html}"
    );
}

#[tokio::test]
async fn templates_are_offered_to_who_can_use_them() {
    let html = render("/new", book(Vec::new(), true, true)).await;
    assert!(html.contains("template=memory-of-limit") && html.contains("template=node-cpu"), "{html}");
    assert!(html.contains("template=query"), "{html}");

    let html = render("/new", book(Vec::new(), true, false)).await;
    assert!(html.contains("template=memory-of-limit") && !html.contains("template=node-cpu"), "{html}");
    let html = render("/new", book(Vec::new(), false, false)).await;
    assert!(html.contains("Nowhere to write one") && !html.contains("template="), "{html}");
}

#[tokio::test]
async fn the_form_of_a_template_asks_for_what_it_needs_and_no_more() {
    let html = render("/new?template=memory-of-limit", book(Vec::new(), true, false)).await;

    for field in [
        "name",
        "namespace",
        "kind",
        "target",
        "comparison",
        "threshold",
        "severity",
        "hold",
        "object",
        "group",
    ] {
        assert!(html.contains(&format!("name=\"fields[{field}]\"")), "{field}: {html}");
    }
    assert!(!html.contains("fields[query]") && html.contains("Threshold, in %"), "{html}");
    assert!(html.contains("value=\"90\"") && html.contains("value=\"orrery-alerts\""), "{html}");
    assert!(html.contains("formmethod=\"get\"") && html.contains("rules/new#past"), "{html}");

    let html = render("/new?template=quota-used", book(Vec::new(), true, false)).await;
    assert!(!html.contains("fields[kind]") && !html.contains("fields[target]"), "{html}");
    let html = render("/new?template=node-not-ready", book(Vec::new(), true, true)).await;
    assert!(!html.contains("fields[threshold]") && html.contains("Empty for all of them"), "{html}");
    let html = render("/new?template=restarts", book(Vec::new(), true, true)).await;
    assert!(html.contains("each is watched by itself") && !html.contains("Empty for all"), "{html}");
    let html = render("/new?template=memory-used", book(Vec::new(), true, true)).await;
    assert!(!html.contains("each is watched by itself"), "it adds up: {html}");
    assert!(render("/new?template=none", book(Vec::new(), true, true)).await.contains("the template none"));
}

#[tokio::test]
async fn a_rule_begins_with_the_query_that_somebody_came_with() {
    let html = render("/new?template=query&query=up%20%3D%3D%200", book(Vec::new(), true, true)).await;

    assert!(html.contains("up == 0</textarea>"), "{html}");
}

#[tokio::test]
async fn who_sees_one_project_is_told_of_the_fence() {
    let confined = "kept with the rule&#x27;s project in it";
    let plain = "kept with the rule's project in it";
    let told = |html: &str| html.contains(confined) || html.contains(plain);

    assert!(told(&render("/new?template=query", book(Vec::new(), true, false)).await));
    assert!(!told(&render("/new?template=query", book(Vec::new(), true, true)).await));
}

fn past() -> RulePast {
    let frame = Frame { start: 1_795_405_680, end: 1_795_409_280, step: 30 };
    let values = vec![Some(0.25); frame.points()];
    let series =
        vec![Series { key: String::new(), label: "{pod=\"a\"}".into(), color: 0, is_earlier: false, values }];
    let scale = Scale {
        frame,
        low: 0.0,
        high: 1.0,
        ticks: vec![0.0, 0.5],
        unit: Unit::Ratio,
        is_stacked: false,
        is_logarithmic: false,
    };
    let svg = "<svg class=\"chart-drawing\"></svg>".into();
    let episode = Episode {
        series: "{pod=\"<a>\"}".into(),
        from: Timestamp(1_795_405_680),
        seconds: 1500,
        is_open: true,
    };
    RulePast {
        query: "up{namespace=\"shop\"} > 0.9".into(),
        confined_to: Some(shop()),
        chart: Some(Chart { svg, scale, series, left_out: 0, warnings: Vec::new() }),
        threshold: Some(0.9),
        unit: Unit::Ratio,
        step: 60,
        episodes: vec![episode],
        fired: 3,
        seconds: 2460,
        series: 2,
    }
}

#[tokio::test]
async fn what_was_asked_about_is_answered_beside_the_form_with_everything_still_in_it() {
    let preview = RulePreview::Shown(Box::new(past()));
    let fake = Fake { preview: Some(preview), ..book(Vec::new(), true, false) };
    let fields = "fields%5Btemplate%5D=memory-of-limit&fields%5Bnamespace%5D=shop&fields%5Btarget%5D=web&fields%5Bthreshold%5D=71&fields%5Bhold%5D=5m";

    let html = render(&format!("/new?{fields}"), fake.clone()).await;

    let asked = fake.asked.lock().unwrap();
    let first = asked.first().unwrap();
    assert_eq!(
        (first.template.as_str(), first.target.as_str(), first.threshold.as_str()),
        ("memory-of-limit", "web", "71")
    );
    assert!(html.contains("value=\"web\"") && html.contains("value=\"71\""), "{html}");
    assert!(
        html.contains("Would have fired 3 times, for 41 min in all") && html.contains("for 2 series."),
        "{html}"
    );
    assert!(html.contains("chart-drawing") && html.matches("class=\"chart-mark\"").count() == 1, "{html}");
    assert!(html.contains("90 %") && html.contains("Confined to project shop"), "{html}");
    assert!(html.contains("{pod=\"&lt;a&gt;\"}") || html.contains("&lt;a&gt;"), "{html}");
    assert!(html.contains("25 min, and still does"), "{html}");
}

#[tokio::test]
async fn what_is_wrong_is_told_where_the_past_would_stand_and_nothing_is_asked_without_being_wished() {
    let problem = FieldProblem::new("query", "at character 3: <unclosed>");
    let fake = Fake { preview: Some(RulePreview::Wrong(vec![problem])), ..book(Vec::new(), true, true) };

    let html =
        render("/new?fields%5Btemplate%5D=&fields%5Bquery%5D=sum(&fields%5Bhold%5D=5m", fake.clone()).await;
    assert!(html.contains("at character 3: &lt;unclosed&gt;") && html.contains("sum(</textarea>"), "{html}");

    fake.asked.lock().unwrap().clear();
    let html = render("/new?template=query", fake.clone()).await;
    assert!(fake.asked.lock().unwrap().is_empty() && html.contains("Before it is saved"), "{html}");
}

#[tokio::test]
async fn what_is_switched_off_says_so_and_is_found_by_that() {
    let off = KeptRule { is_off: true, ..rule("Noisy", None) };
    let rules = vec![rule("Fires", Some(RuleState::Firing(2))), off];

    let html = render("?search=state:off", book(rules.clone(), true, true)).await;

    assert!(html.contains("Noisy") && !html.contains("Fires") && html.contains(">Off<"), "{html}");
    assert!(html.contains("Nothing evaluates it.") && !html.contains("Not taken up"), "{html}");
    assert!(html.contains("group=a%20b&amp;rule=1"), "{html}");
    let mut broken = book(rules, true, true);
    if let Some(RuleBook::Known(list)) = &mut broken.book {
        list.objects[0].has_unreadable_off = true;
    }
    assert!(render("", broken).await.contains("orrery.dev/rules-off of this object cannot be read"));
}

#[tokio::test]
async fn a_rule_is_switched_off_and_on_from_its_form() {
    let html = render("/shop/own?group=a%20b&rule=2", opened()).await;
    assert!(html.contains("action=\"/api/monitoring/switch-rule\""), "works without scripts: {html}");
    assert!(html.contains("name=\"on\" value=\"false\""), "{html}");
    assert!(html.contains("Its alerts end") && !html.contains("This rule is switched off"), "{html}");

    let mut off = opened();
    off.opened.as_mut().unwrap().rule.is_off = true;
    let html = render("/shop/own?group=a%20b&rule=2", off).await;
    assert!(html.contains("name=\"on\" value=\"true\""), "{html}");
    assert!(html.contains("This rule is switched off") && html.contains("Switch the rule on"), "{html}");
}

fn opened() -> Fake {
    let rule = KeptRule { severity: "page".into(), hold: "7m".into(), ..rule("Down", None) };
    let opened = OpenedRule {
        rule,
        template: None,
        interval: "90s".into(),
        version: "u1/7+abc".into(),
        managed_by: "Helm".into(),
        sees_everything: false,
    };
    Fake { opened: Some(opened), ..Fake::default() }
}

#[tokio::test]
async fn the_form_of_a_rule_names_what_was_looked_at() {
    let html = render("/shop/own?group=a%20b&rule=2", opened()).await;

    let forms = html.matches("<form").count();
    for (field, value) in [("version", "u1/7+abc"), ("group", "a b"), ("index", "2"), ("object", "own")] {
        assert_eq!(
            html.matches(&format!("name=\"fields[{field}]\" value=\"{value}\"")).count(),
            forms,
            "{field}: {html}"
        );
    }
    assert!(html.contains("== 0</textarea>") && html.contains("value=\"7m\" selected"), "{html}");
    assert!(html.contains("It was page, which is none of these") && html.contains("Kept by Helm"), "{html}");
    assert!(html.contains("rules/shop/own#past") && html.contains("value=\"90s\""), "{html}");
}

#[tokio::test]
async fn a_rule_that_a_template_says_is_edited_as_one_or_as_its_query() {
    let mut fake = opened();
    let template = FilledTemplate {
        word: "memory-of-limit".into(),
        kind: "statefulsets".into(),
        target: "db".into(),
        threshold: "85".into(),
        comparison: "at-least".into(),
    };
    fake.opened.as_mut().unwrap().template = Some(template);

    let html = render("/shop/own?group=a%20b&rule=2", fake.clone()).await;
    for words in [
        "name=\"fields[template]\" value=\"memory-of-limit\"",
        "value=\"statefulsets\" selected",
        "value=\"85\"",
        "value=\"at-least\" selected",
        "group=a%20b&amp;rule=2&amp;template=query",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(!html.contains("fields[query]"), "{html}");

    let html = render("/shop/own?group=a%20b&rule=2&template=query", fake).await;
    assert!(html.contains("== 0</textarea>") && !html.contains("fields[threshold]"), "{html}");
    assert!(html.contains("name=\"fields[template]\" value=\"\""), "{html}");
}

#[tokio::test]
async fn a_question_about_a_form_does_not_make_it_newer_than_it_was() {
    let fake = Fake { preview: Some(RulePreview::Unmeasured), ..opened() };
    let fields = "fields%5Bgroup%5D=a%20b&fields%5Bindex%5D=2&fields%5Bversion%5D=u1/6%2Bold&fields%5Bhold%5D=5m&fields%5Bquery%5D=mine";

    let html = render(&format!("/shop/own?{fields}"), fake).await;

    assert!(html.contains("value=\"u1/6+old\"") && html.contains("mine</textarea>"), "{html}");
    assert!(html.contains("nothing is known of its past"), "{html}");
}

#[tokio::test]
async fn a_rule_that_is_not_there_says_so() {
    assert!(render("/shop/own?group=a&rule=0", Fake::default()).await.contains("the rule"));
}
