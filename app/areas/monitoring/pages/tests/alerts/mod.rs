//! Alerts, who looks after them, and where they go.

use crate::support::{Fake, alert, answered, pod, render};
use model::{ClusterName, ConsoleError, Level, System, Timestamp};
use monitoring_contract::*;

/// Alerts of which there are none.
fn quiet() -> Alerts {
    Alerts {
        alerts: vec![],
        rules: None,
        notifying: Notifying::Missing,
        unmeasured: None,
        unknown_lists: vec![],
    }
}

fn told(alerts: Vec<Alert>, notifying: Notifying) -> Fake {
    Fake { alerts: answered(Alerts { alerts, rules: None, notifying, ..quiet() }), ..Fake::default() }
}

#[tokio::test]
async fn an_alert_leads_to_a_silence_where_there_is_who_keeps_it_and_the_right() {
    let begin =
        "/clusters/harbour/monitoring/silences/new?matchers=alertname%3D%22Down%22%0Anamespace%3D%22shop%22";
    let mine = vec![alert("Down")];
    let foreign = vec![Alert { may_silence: false, ..alert("Down") }];

    let html = render("/alerts", told(mine.clone(), Notifying::Silences(Vec::new()))).await;
    assert!(html.contains(begin), "{html}");
    assert!(html.contains("silences/new?matchers=\"") && !html.contains("\"#silences\""), "{html}");
    for fake in [told(mine, Notifying::Missing), told(foreign, Notifying::Silences(Vec::new()))] {
        assert!(!render("/alerts", fake).await.contains("silences/new"));
    }
}

#[tokio::test]
async fn what_is_held_back_says_by_which_alert() {
    let held = Alert { is_inhibited: true, ..alert("Down") };
    let named = Alert { inhibited_by: vec!["NodeDown · critical".into()], ..held.clone() };

    let html = render("/alerts", told(vec![named], Notifying::Silences(Vec::new()))).await;
    assert!(html.contains("as long as this fires: NodeDown · critical."), "{html}");
    let html = render("/alerts", told(vec![held], Notifying::Silences(Vec::new()))).await;
    assert!(html.contains("because a worse alert says the same"), "{html}");
    assert!(
        html.contains("data-level=\"inactive\" class=\"status\""),
        "it looks like one that is told: {html}"
    );
}

#[tokio::test]
async fn where_no_rules_are_evaluated_quiet_is_not_well() {
    let alerts = |rules| Fake { alerts: answered(Alerts { rules, ..quiet() }), ..Fake::default() };

    let html = render("/alerts", alerts(Some(Vec::new()))).await;
    assert!(html.contains("evaluates no rules") && html.contains("-vmalert.proxyURL"), "{html}");
    assert!(!render("/alerts", alerts(None)).await.contains("evaluates no rules"));
}

#[tokio::test]
async fn labels_of_how_an_alert_was_measured_are_folded() {
    let label = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let labels = [
        ("instance", "10.0.0.7:8080"),
        ("job", "kube-state-metrics"),
        ("namespace", "shop"),
        ("pod", "web-0"),
    ];
    let down = Alert { labels: labels.map(label).into(), ..alert("Down") };

    let html = render("/alerts", told(vec![down], Notifying::Missing)).await;

    let (_, shown) = html.split_once("class=\"alert-labels\"").unwrap();
    let (shown, folded) = shown.split_once("2 more labels").unwrap();
    assert!(shown.contains("web-0") && !shown.contains("10.0.0.7:8080"), "{shown}");
    assert!(folded.contains("10.0.0.7:8080"), "they are there without scripts too: {folded}");
}

#[tokio::test]
async fn many_alerts_are_narrowed_by_words_labels_and_how_they_stand() {
    let labels = |namespace: &str| vec![("namespace".to_owned(), namespace.to_owned())];
    let full = Alert { summary: "A <disk> is full".into(), ..alert("Full") };
    let taken = Acknowledged { by: "mara".into(), note: String::new(), at: Timestamp(1_795_405_680) };
    let slow = Alert { labels: labels("bank"), acknowledged: Some(taken), ..alert("Slow") };
    let shown = async |query: &str| {
        render(&format!("/alerts{query}"), told(vec![full.clone(), slow.clone()], Notifying::Missing)).await
    };
    let both = |html: &str| (html.contains("alert-name\">Full"), html.contains("alert-name\">Slow"));

    let all = shown("").await;
    assert_eq!(both(&all), (true, true), "{all}");
    assert!(all.contains("alerts?stand=taken") && all.contains("alerts?acknowledge=f00d\""), "{all}");
    for (query, expected) in [
        ("?search=disk", (true, false)),
        ("?search=namespace:bank", (false, true)),
        ("?search=severity:critical", (true, true)),
        ("?stand=open", (true, false)),
        ("?stand=taken", (false, true)),
    ] {
        let html = shown(query).await;
        assert_eq!(both(&html), expected, "{query}: {html}");
    }
    let html = shown("?stand=taken&search=mara").await;
    assert!(html.contains("acknowledge=f00d&amp;stand=taken&amp;search=mara"), "{html}");
    let html = shown("?stand=muted").await;
    assert!(html.contains("No alert is like that") && !html.contains("Nothing warns"), "{html}");
}

#[tokio::test]
async fn what_fired_before_is_told_of_the_stretch_that_is_chosen() {
    let past = |name: &str, until| PastAlert {
        name: name.into(),
        level: Level::Failed,
        severity: "critical".into(),
        from: Timestamp(1_795_405_680),
        from_step: 600,
        is_older: until,
        until: until.then_some(Timestamp(1_795_405_980)),
        until_step: 600,
        about: Some(pod("web-0")),
    };
    let alerts = vec![past("Down", false), past("Slow", true)];
    let fired = answered(Fired { alerts, total: 240, step: 600 });
    let fake = Fake { fired, ..told(vec![], Notifying::Missing) };

    let before = render("/alerts", fake.clone()).await;
    let html = render("/alerts?past=7d", fake.clone()).await;

    assert!(before.contains("/alerts?past=7d#fired") && !before.contains("still fires"), "{before}");
    assert_eq!(*fake.asked.lock().unwrap(), ["fired Last(604800)"]);
    assert!(html.contains("still fires") && html.contains("or before"), "{html}");
    assert!(
        html.contains("/clusters/harbour/pods/shop/web-0") && html.contains("238 earlier ones"),
        "{html}"
    );
    assert!(html.contains("known to 10m"), "{html}");
}

#[tokio::test]
async fn an_alert_says_who_looks_after_it_and_leads_to_saying_so_only_where_one_may() {
    let note = "<waiting> for a disk".to_owned();
    let made = Acknowledged { by: "mara".into(), note, at: Timestamp(1_795_405_680) };
    let taken = Alert { acknowledged: Some(made), ..alert("Down") };
    let foreign = Alert { may_silence: false, ..alert("Down") };
    let shown = async |address: &str, alert: &Alert| {
        render(address, told(vec![alert.clone()], Notifying::Missing)).await
    };

    let html = shown("/alerts", &alert("Down")).await;
    assert!(html.contains("alerts?acknowledge=f00d") && !html.contains("looks after it"), "{html}");
    let html = shown("/alerts", &taken).await;
    assert!(html.contains("mara looks after it") && html.contains("&lt;waiting&gt; for a disk"), "{html}");
    let html = shown("/alerts?acknowledge=f00d", &taken).await;
    assert!(html.contains("Acknowledge Down") && html.contains("Nobody looks after it any more"), "{html}");
    let html = shown("/alerts?acknowledge=f00d", &foreign).await;
    assert!(!html.contains("alert[note]") && !html.contains("acknowledge=f00d"), "{html}");
}

#[tokio::test]
async fn a_silenced_alert_says_by_whom_and_why_and_only_who_may_ends_it() {
    let silence = |may_end| Silence {
        id: "5f1c".into(),
        matchers: vec![Matcher::equal("alertname", "<Down>")],
        starts: Timestamp(1_795_405_680),
        ends: Timestamp(1_795_412_880),
        created_by: "mara".into(),
        reason: "a new disk is on its way".into(),
        is_active: true,
        may_end,
    };
    let silenced = Alert { silenced_by: vec!["5f1c".into()], ..alert("Down") };

    let html =
        render("/alerts", told(vec![silenced.clone()], Notifying::Silences(vec![silence(true)]))).await;
    assert!(html.contains("Silenced by mara: a new disk is on its way"), "{html}");
    assert!(html.contains("alertname=\"&lt;Down&gt;\"") && html.contains("value=\"5f1c\""), "{html}");
    assert_eq!(html.matches("silences/new?matchers=a").count(), 1, "only the one that follows it: {html}");
    assert!(html.contains("\"#silences\"") && html.contains("id=\"silences\""), "{html}");
    assert!(html.contains("&amp;begins=2026-11-23T05%3A48\""), "{html}");

    let foreign = Alert { may_silence: false, ..silenced };
    let html = render("/alerts", told(vec![foreign], Notifying::Silences(vec![silence(false)]))).await;
    assert!(!html.contains("value=\"5f1c\"") && !html.contains("silences/new"), "{html}");
}

#[tokio::test]
async fn what_fires_is_told_for_each_cluster_and_so_is_that_it_is_not_known() {
    let firing = |name: &str, alerts: Vec<Alert>, problem| Firing {
        cluster: ClusterName::parse(name).unwrap(),
        total: alerts.len() as u32 * 3,
        alerts,
        problem,
    };
    let system = System::Monitoring("quarry".into());
    let broken =
        ConsoleError::Unavailable { system, cause: "no answer within 4 s".into(), may_be_done: false };
    let both = vec![firing("harbour", vec![alert("Down")], None), firing("quarry", vec![], Some(broken))];

    let html = render("/firing", Fake { firing: both, ..Fake::default() }).await;
    assert!(html.contains("harbour / shop") && html.contains("Pod is &lt;crash&gt; looping."), "{html}");
    assert!(html.contains("2 more in harbour") && html.contains("no answer within 4 s"), "{html}");

    let quiet = Fake { firing: vec![firing("harbour", vec![], None)], ..Fake::default() };
    assert!(render("/firing", quiet).await.contains("Nothing warns"));
    assert!(!render("/firing", Fake::default()).await.contains("Alerts that fire"));
}

#[tokio::test]
async fn the_form_of_a_silence_shows_what_it_would_be_about() {
    let fake = Fake::default();

    let html = render("/silences/new?matchers=alertname%3D%22Down%22", fake.clone()).await;

    assert_eq!(*fake.asked.lock().unwrap(), ["alertname=\"Down\""]);
    assert!(html.contains("KubePodCrashLooping") && html.contains("pods/shop/web-0"), "{html}");
    assert!(html.contains("alertname=\"Down\"</textarea>"), "{html}");
    assert!(html.contains("name=\"silence[begins]\"") && html.contains("In UTC, for work that is planned"));
    let later = "/silences/new?matchers=alertname%3D%22Down%22&begins=2026-11-23T05%3A48";
    assert!(render(later, fake).await.contains("value=\"2026-11-23T05:48\""));
}

#[tokio::test]
async fn alerts_lead_to_their_object_and_rules_are_shown_to_who_may_see_all() {
    let rule = Rule {
        group: "apps".into(),
        name: "KubePodCrashLooping".into(),
        query: "x > 0".into(),
        severity: "warning".into(),
        holds_seconds: 900,
        state: RuleState::Broken("many-to-many matching".into()),
    };
    let whole = Alerts { alerts: vec![alert("KubePodCrashLooping")], rules: Some(vec![rule]), ..quiet() };
    let html = render("/alerts", Fake { alerts: answered(whole), ..Fake::default() }).await;

    assert!(
        html.contains("/clusters/harbour/pods/shop/web-0?tab=metrics") && html.contains("&lt;crash&gt;"),
        "{html}"
    );
    assert!(html.contains("many-to-many matching") && html.contains("15m"), "{html}");
    assert!(html.contains("aria-label=\"Rules\""), "{html}");
    assert!(html.contains("/clusters/harbour/monitoring/explore?query=x%20%3E%200"), "{html}");

    let none = quiet();
    let html = render("/alerts", Fake { alerts: answered(none), ..Fake::default() }).await;
    assert!(html.contains("Nothing warns") && !html.contains("aria-label=\"Rules\""), "{html}");
}

fn way(conditions: &[&str], receiver: &str, firing: Option<u32>, routes: Vec<Route>) -> Route {
    Route {
        conditions: conditions.iter().map(|text| (*text).to_owned()).collect(),
        receiver: receiver.into(),
        goes_on: receiver == "archive",
        grouped_by: vec!["namespace".into()],
        repeats_after: "12h".into(),
        muted: vec!["weekends".into()],
        active: Vec::new(),
        firing,
        routes,
    }
}

#[tokio::test]
async fn where_alerts_go_is_a_tree_with_what_goes_there_now() {
    let below = vec![
        way(&["severity=\"<critical>\""], "pager", Some(2), Vec::new()),
        way(&[], "archive", Some(1), Vec::new()),
    ];
    let routing = Routing {
        source: "monitoring/alertmanager-main".into(),
        root: way(&[], "default", Some(0), below),
        inhibitions: vec![Inhibition {
            source: vec!["severity=\"critical\"".into()],
            target: vec!["severity=\"warning\"".into()],
            equal: vec!["namespace".into()],
        }],
        firing: Some(3),
        held: 2,
    };
    let html = render("/alerts/routing", Fake { routing: Some(routing.clone()), ..Fake::default() }).await;
    assert!(html.contains("stand=muted\">2 more are silenced or held back"), "{html}");
    assert!(html.contains("3 alerts fire now") && html.contains("monitoring/alertmanager-main"), "{html}");
    assert!(
        html.contains("&lt;critical&gt;") && html.contains("2 now") && html.contains("All of these"),
        "{html}"
    );
    assert!(
        html.contains("one message for each namespace · again after 12h · not during weekends"),
        "{html}"
    );
    assert!(html.contains("held against the next ways too") && html.contains("While this fires"), "{html}");

    let uncounted = Routing { root: way(&[], "default", None, Vec::new()), firing: None, held: 0, ..routing };
    let html = render("/alerts/routing", Fake { routing: Some(uncounted), ..Fake::default() }).await;
    assert!(html.contains("is not known") && !html.contains(" now<"), "{html}");
    assert!(!html.contains("held back."), "{html}");
    assert!(render("/alerts/routing", Fake::default()).await.contains("No Alertmanager was found"));
}
