//! Silences, from a request to the Alertmanager of a playground's cluster and back.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use database::acknowledgements::Acknowledgement;
use model::{ConsoleError, Timestamp};
use monitoring_contract::{
    AcknowledgeFields, Alert, Alerts, EndSilenceFields, Measured, Monitoring, Notifying, Silence,
    SilenceFields, WithdrawFields,
};
use playground::{Options, Playground};
use prometheus::{ForCaller, Prometheus};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use test_stage::{Console, harbour};

/// How long a world may take to come up on a busy machine.
const LONG: Duration = Duration::from_secs(120);

struct Stage {
    _playground: Playground,
    console: Console,
    prometheus: Arc<Prometheus>,
}

impl Stage {
    async fn new() -> Self {
        let playground = playground::start(Options::default()).await.unwrap();
        let console = Console::new(playground.kubeconfig(), "harbour").await;
        let prometheus = measuring(&console);
        let mut stage = Self { _playground: playground, console, prometheus };
        // Pods come up in the seconds after; what was not found is looked for again only after a while.
        let looker = stage.console.caller("looker", "administrator", None).await;
        let until = Instant::now() + LONG;
        loop {
            let alerts =
                Monitoring::alerts(&stage.prometheus.for_caller(Arc::clone(&looker)), harbour()).await;
            match alerts.unwrap() {
                Measured::Answered(alerts) if fires(&alerts, "shop").is_some() => return stage,
                other => assert!(Instant::now() < until, "nothing fires: {other:?}"),
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
            stage.prometheus = measuring(&stage.console);
        }
    }

    /// What somebody sees.
    async fn caller(&self, name: &str, role: &str, project: Option<(&str, &str)>) -> ForCaller {
        self.prometheus.for_caller(self.console.caller(name, role, project).await)
    }
}

/// One that has found out nothing yet.
fn measuring(console: &Console) -> Arc<Prometheus> {
    Prometheus::new(Arc::clone(&console.kubernetes), console.database.clone(), BTreeMap::new())
}

fn fields(matchers: &str) -> SilenceFields {
    SilenceFields {
        cluster: harbour(),
        matchers: matchers.into(),
        begins: String::new(),
        hours: 2,
        reason: "the disk is on its way".into(),
    }
}

async fn alerts(caller: &ForCaller) -> Alerts {
    match Monitoring::alerts(caller, harbour()).await.unwrap() {
        Measured::Answered(alerts) => *alerts,
        Measured::Missing(missing) => panic!("there is no monitoring: {missing:?}"),
    }
}

fn silences(alerts: &Alerts) -> &[Silence] {
    match &alerts.notifying {
        Notifying::Silences(silences) => silences,
        other => panic!("silences are not known: {other:?}"),
    }
}

/// An alert about something in a namespace, of which somebody is told.
fn fires<'a>(alerts: &'a Alerts, namespace: &str) -> Option<&'a Alert> {
    alerts.alerts.iter().find(|alert| {
        alert.labels.iter().any(|(name, value)| name == "namespace" && value == namespace)
            && alert.is_firing
            && !alert.is_inhibited
    })
}

fn conditions(alert: &Alert) -> String {
    alert.matchers.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn an_alert_is_silenced_by_a_member_of_its_project_and_by_nobody_else() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;
    let ben = stage.caller("ben", "regular", Some(("shop", "project-editor"))).await;
    let cyd = stage.caller("cyd", "regular", Some(("shop", "project-viewer"))).await;
    let dan = stage.caller("dan", "regular", Some(("blog", "project-editor"))).await;
    let before = alerts(&ben).await;
    let alert = fires(&before, "shop").unwrap();
    let conditions = conditions(alert);
    assert!(alert.may_silence && alert.silenced_by.is_empty());
    let preview = Monitoring::preview_silence(&ben, harbour(), conditions.clone()).await.unwrap();
    assert!(preview.iter().any(|found| found.labels == alert.labels), "{preview:?}");

    // Who only looks, who is at home elsewhere, and what reaches beyond the project are refused.
    for (who, text) in [(&cyd, &*conditions), (&dan, &*conditions), (&ben, "alertname=~\"Kube.*\"")] {
        let refused = who.create_silence(fields(text)).await;
        assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{text}: {refused:?}");
    }
    assert!(silences(&alerts(&ada).await).is_empty());
    ben.create_silence(fields(&conditions)).await.unwrap();

    // The playground may still be living through its past, where the silence is yet to begin, and its Alertmanager hears of
    // alerts every now and then.
    let until = Instant::now() + LONG;
    let after = loop {
        let after = alerts(&ben).await;
        let is_held = |found: &Alert| found.labels == alert.labels && !found.silenced_by.is_empty();
        if silences(&after).iter().all(|silence| silence.is_active) && after.alerts.iter().any(is_held) {
            break after;
        }
        assert!(Instant::now() < until, "the silence never begins: {:?}", after.notifying);
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    let [silence] = silences(&after) else { panic!("{:?}", after.notifying) };
    assert_eq!((silence.created_by.as_str(), silence.reason.as_str()), ("ben", "the disk is on its way"));
    assert!(silence.may_end);
    let silenced = after.alerts.iter().find(|found| found.labels == alert.labels).unwrap();
    assert_eq!(silenced.silenced_by, std::slice::from_ref(&silence.id));
    assert!(alerts(&dan).await.alerts.iter().all(|alert| alert.silenced_by.is_empty()));

    let end = || EndSilenceFields { cluster: harbour(), id: silence.id.clone() };
    for who in [&cyd, &dan] {
        let refused = Monitoring::end_silence(who, end()).await;
        assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
    }
    Monitoring::end_silence(&ada, end()).await.unwrap();
    assert!(silences(&alerts(&ben).await).is_empty());
    assert!(matches!(Monitoring::end_silence(&ada, end()).await, Err(ConsoleError::NotFound { .. })));

    // One that is planned holds nothing back yet.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap_or(i64::MAX);
    let tomorrow = Timestamp(now + 86_400).to_minutes();
    let begins = Timestamp::parse_minutes(&tomorrow).unwrap();
    ben.create_silence(SilenceFields { begins: tomorrow, ..fields(&conditions) }).await.unwrap();
    let planned = alerts(&ben).await;
    let [silence] = silences(&planned) else { panic!("{:?}", planned.notifying) };
    assert_eq!((silence.is_active, silence.starts), (false, begins));
    assert_eq!(silence.ends, Timestamp(begins.0 + 2 * 3600));
    assert!(planned.alerts.iter().all(|found| !found.silenced_by.contains(&silence.id)));
}

#[tokio::test]
async fn what_makes_no_sense_is_told_at_its_field_and_makes_nothing() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;

    for (text, field) in [("alertname", "matchers"), ("pod=~\"(\"", "matchers"), ("pod=~\".*\"", "matchers")]
    {
        match ada.create_silence(fields(text)).await {
            Err(ConsoleError::Invalid { problems }) => assert_eq!(problems[0].field, field),
            other => panic!("{text}: {other:?}"),
        }
    }
    let over = SilenceFields { begins: "2020-02-02T02:02".into(), ..fields("pod=\"web-0\"") };
    match ada.create_silence(over).await {
        Err(ConsoleError::Invalid { problems }) => assert_eq!(problems[0].field, "begins"),
        other => panic!("{other:?}"),
    }
    assert!(silences(&alerts(&ada).await).is_empty());
}

#[tokio::test]
async fn an_alert_is_looked_after_by_who_may_silence_it_for_everybody_to_see_until_it_begins_anew() {
    let stage = Stage::new().await;
    let ben = stage.caller("ben", "regular", Some(("shop", "project-editor"))).await;
    let cyd = stage.caller("cyd", "regular", Some(("shop", "project-viewer"))).await;
    let dan = stage.caller("dan", "regular", Some(("blog", "project-editor"))).await;
    let fingerprint = fires(&alerts(&ben).await, "shop").unwrap().fingerprint.clone();
    let taken = |note: &str| AcknowledgeFields {
        cluster: harbour(),
        fingerprint: fingerprint.clone(),
        note: note.into(),
    };
    let seen = async |who: &ForCaller| {
        let alerts = alerts(who).await.alerts;
        alerts.into_iter().find(|alert| alert.fingerprint == fingerprint).unwrap()
    };

    assert!(!seen(&cyd).await.may_silence && seen(&ben).await.may_silence);
    let refused = cyd.acknowledge(taken("")).await;
    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
    let unknown = dan.acknowledge(taken("")).await;
    assert!(matches!(unknown, Err(ConsoleError::NotFound { .. })), "{unknown:?}");
    let long = ben.acknowledge(taken(&"x".repeat(301))).await;
    assert!(matches!(long, Err(ConsoleError::Invalid { .. })), "{long:?}");
    assert_eq!(seen(&cyd).await.acknowledged, None);

    ben.acknowledge(taken(" the disk is on its way ")).await.unwrap();
    let told = seen(&cyd).await.acknowledged.unwrap();
    assert_eq!((told.by.as_str(), told.note.as_str()), ("ben", "the disk is on its way"));
    let reads = stage.console.database.acknowledgements(&harbour()).await.unwrap();
    let mut earlier = reads[0].clone();
    earlier.made_at = seen(&cyd).await.since.unwrap().0 - 1;
    stage.console.database.acknowledge(&harbour(), &earlier).await.unwrap();
    assert_eq!(seen(&cyd).await.acknowledged, None, "it was another one that somebody looked after");

    // Two others were looked after for a long time, of which one still fires.
    let ada = stage.caller("ada", "administrator", None).await;
    let mut others = alerts(&ada).await.alerts.into_iter().filter(|alert| alert.is_firing);
    let fires_on = others.find(|alert| alert.fingerprint != fingerprint).unwrap().fingerprint;
    for print in ["ended", &fires_on] {
        let made_at = earlier.made_at - 40 * 86_400;
        let old = Acknowledgement { fingerprint: print.to_owned(), made_at, ..earlier.clone() };
        stage.console.database.acknowledge(&harbour(), &old).await.unwrap();
    }

    ben.acknowledge(taken("")).await.unwrap();
    let kept = stage.console.database.acknowledgements(&harbour()).await.unwrap();
    let is_kept = |print: &str| kept.iter().any(|one| one.fingerprint == print);
    assert!(!is_kept("ended") && is_kept(&fires_on), "{kept:?}");
    let withdrawn = WithdrawFields { cluster: harbour(), fingerprint: fingerprint.clone() };
    assert!(cyd.withdraw_acknowledgement(withdrawn.clone()).await.is_err());
    ben.withdraw_acknowledgement(withdrawn).await.unwrap();
    assert_eq!(seen(&cyd).await.acknowledged, None);
}
