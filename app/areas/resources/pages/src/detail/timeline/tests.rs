#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use model::{ClusterName, KindSlug, Namespace, ObjectName, ResourceRef, Timestamp};
use records_contract::{EventRecord, Piece};
use resources_contract::{
    Condition, CopyHindrances, EventView, History, Outside, Revision, Rollout, Writing, WrittenPart,
};

fn resource() -> ResourceRef {
    ResourceRef {
        cluster: ClusterName::parse("harbour").unwrap(),
        kind: KindSlug::parse("deployments").unwrap(),
        namespace: Some(Namespace::parse("shop").unwrap()),
        name: ObjectName::parse("web").unwrap(),
    }
}

fn event(at: i64, level: Level, reason: &str) -> EventView {
    EventView {
        level,
        reason: reason.into(),
        message: "Back-off restarting failed container".into(),
        count: 7,
        last_seen: Timestamp(at),
        source: "kubelet".into(),
        about: None,
    }
}

fn object() -> ObjectView {
    let condition = Condition {
        kind: "Available".into(),
        state: "False".into(),
        level: Level::Failed,
        reason: "MinimumReplicasUnavailable".into(),
        message: "too few".into(),
        since: Some(Timestamp(400)),
    };
    let revision = |number, created| Revision {
        before: None,
        diff: Vec::new(),
        number,
        current: number == 2,
        created,
        images: vec!["web:2".into()],
        cause: "newer".into(),
        pods: (0, 1),
    };
    ObjectView {
        resource: resource(),
        kind_title: "Deployment".into(),
        uid: "u".into(),
        resource_version: "1".into(),
        created: Some(Timestamp(100)),
        deleting_since: None,
        finalizers: Vec::new(),
        status: None,
        owners: Vec::new(),
        labels: Vec::new(),
        annotations: Vec::new(),
        findings: Vec::new(),
        facts: Vec::new(),
        conditions: vec![condition],
        containers: Vec::new(),
        tree: Vec::new(),
        tree_more: 0,
        requested: vec![],
        copying: CopyHindrances::default(),
        outside: Outside::default(),
        pulled_by_default: None,
        events: vec![event(500, Level::Warning, "BackOff"), event(310, Level::Healthy, "Scaled")],
        revisions: vec![revision(2, Some(Timestamp(300))), revision(1, None)],
        actions: Vec::new(),
        has_log: true,
        terminal: None,
        secret: false,
        described: false,
    }
}

fn line(at: i64, action: &str, refused: Option<&str>, outcome: Option<&str>) -> AuditLine {
    AuditLine {
        at: Timestamp(at),
        person: "ada".into(),
        address: None,
        action: action.into(),
        resource: "deployments.apps".into(),
        cluster: Some("harbour".into()),
        namespace: Some("shop".into()),
        name: Some("web".into()),
        refused: refused.map(str::to_owned),
        outcome: outcome.map(str::to_owned),
        detail: String::new(),
        request: "r".into(),
        recording: None,
    }
}

#[test]
fn everything_that_is_known_stands_in_one_order_and_what_has_no_time_is_left_out() {
    let lines = [
        line(299, "apply_manifest", None, Some("done")),
        line(290, "scale", Some("deployments/scale: patch"), None),
        line(280, "restart", None, Some("failed")),
    ];

    let moments = moments(&object(), &lines, &[], &[], &History::default());

    let told: Vec<_> =
        moments.iter().map(|moment| (moment.at.0, moment.of, moment.level, moment.title.as_str())).collect();
    assert_eq!(
        told,
        [
            (500, Of::Events, Level::Warning, "BackOff"),
            (400, Of::States, Level::Failed, "Available: False"),
            (310, Of::Events, Level::Healthy, "Scaled"),
            (300, Of::Rollouts, Level::Progressing, "Revision 2"),
            (299, Of::People, Level::Finished, "apply manifest"),
            (290, Of::People, Level::Inactive, "scale"),
            (280, Of::People, Level::Failed, "restart"),
            (100, Of::States, Level::Finished, "Created"),
        ]
    );
    assert_eq!(moments[1].words, "MinimumReplicasUnavailable: too few");
    assert_eq!(moments[3].words, "web:2 · newer");
    assert_eq!(moments[5].words, "Refused: deployments/scale: patch");
    assert_eq!((moments[0].count, moments[0].by.as_str()), (7, "kubelet"));
}

#[test]
fn each_moment_is_counted_once_in_a_stretch_that_leads_to_it() {
    let moments = moments(&object(), &[], &[], &[], &History::default());

    let frame = frame(&moments).unwrap();
    let counts = counted(&moments, frame);

    assert_eq!((frame.start, frame.end), (100, 500));
    assert!(frame.points() <= 49 && counts.len() == frame.points());
    assert_eq!(counts.iter().map(|count| count[0]).sum::<u64>(), moments.len() as u64);
    assert_eq!(
        counts
            .iter()
            .map(|[_, failed, warned]| (failed, warned))
            .fold((0, 0), |(a, b), (c, d)| (a + c, b + d)),
        (1, 1)
    );
    for (index, [total, ..]) in counts.into_iter().enumerate() {
        let from = frame.at(index).0;
        let to = Some(from + i64::from(frame.step) - 1);
        let choice = Choice { from: Some(from), to, ..Choice::default() };
        assert_eq!(moments.iter().filter(|moment| choice.is_then(moment)).count() as u64, total);
    }
    assert_eq!(super::frame(&moments[..1]), None);
}

#[test]
fn what_an_address_asks_for_is_read_back() {
    let mut query = ParamsMap::new();
    for (name, value) in [("tab", "timeline"), ("of", "people"), ("from", "10"), ("to", "x")] {
        query.insert(name, value.to_owned());
    }

    let choice = Choice::parse(&query);

    assert_eq!(choice, Choice { of: Some(Of::People), from: Some(10), ..Choice::default() });
    let address = ObjectAddress::parse(resource(), &query);
    assert_eq!(
        choice.href(&address),
        "/clusters/harbour/deployments/shop/web?tab=timeline&of=people&from=10"
    );

    query.insert("alerts", "week".to_owned());
    let choice = Choice::parse(&query);
    assert!(choice.is_week && choice.href(&address).ends_with("&of=people&from=10&alerts=week"));
}

#[test]
fn an_alert_is_told_when_it_began_and_when_it_was_over() {
    let fired = PastAlert {
        name: "Crashing".into(),
        level: Level::Failed,
        severity: "critical".into(),
        from: Timestamp(350),
        from_step: 60,
        is_older: false,
        until: Some(Timestamp(390)),
        until_step: 60,
        about: None,
    };
    let still = PastAlert { from: Timestamp(200), is_older: true, until: None, ..fired.clone() };
    let until = Some(Timestamp(190));
    let (from_step, until_step) = (600, 600);
    let days_ago = PastAlert { from: Timestamp(180), from_step, until, until_step, ..fired.clone() };

    let moments = moments(&object(), &[], &[fired, still, days_ago], &[], &History::default());

    let alerts = moments.iter().filter(|moment| moment.of == Of::Alerts);
    let told: Vec<_> = alerts
        .map(|moment| (moment.at.0, moment.level, moment.title.as_str(), moment.words.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (390, Level::Finished, "Crashing is over", ""),
            (350, Level::Failed, "Crashing fires", ""),
            (200, Level::Failed, "Crashing fires", "It fired before that already."),
            (190, Level::Finished, "Crashing is over", "At this time, or up to 10m earlier."),
            (180, Level::Failed, "Crashing fires", "From this time, or up to 10m later."),
        ]
    );
}

#[test]
fn what_the_cluster_has_forgotten_is_told_once_and_only_of_this_object() {
    let pod = ResourceRef {
        kind: KindSlug::parse("pods").unwrap(),
        name: ObjectName::parse("web-7d9c5b6f4-x2k9q").unwrap(),
        ..resource()
    };
    let record = |at: i64, count, about: &ResourceRef| EventRecord {
        id: format!("{at}.{count}"),
        at_ms: at * 1000 + 400,
        namespace: "shop".into(),
        kind: "Pod".into(),
        name: about.name.to_string(),
        reason: "BackOff".into(),
        is_warning: true,
        message: vec![
            Piece { text: "Back-off".into(), is_hit: true },
            Piece { text: " restarting failed container".into(), is_hit: false },
        ],
        count,
        source: "kubelet".into(),
        resource: Some(about.clone()),
    };
    // The cluster still tells of the first; the last happened to another workload of this name.
    let past =
        [record(500, 7, &resource()), record(450, 6, &pod), record(440, 5, &resource()), record(99, 1, &pod)];

    let moments = moments(&object(), &[], &[], &past, &History::default());

    let events = moments.iter().filter(|moment| moment.of == Of::Events);
    let told: Vec<_> =
        events.map(|moment| (moment.at.0, moment.count, moment.about.as_ref() == Some(&pod))).collect();
    assert_eq!(told, [(500, 7, false), (450, 6, true), (440, 5, false), (310, 7, false)]);
    let kept = moments.iter().find(|moment| moment.at.0 == 450).unwrap();
    assert_eq!((kept.level, kept.words.as_str()), (Level::Warning, "Back-off restarting failed container"));
}

#[test]
fn who_wrote_an_object_is_told_whatever_they_wrote_it_with() {
    let settings = ResourceRef {
        kind: KindSlug::parse("configmaps").unwrap(),
        name: ObjectName::parse("settings").unwrap(),
        ..resource()
    };
    let writing = |at: i64, by: &str, part, about: Option<&ResourceRef>| Writing {
        at: Timestamp(at),
        by: by.into(),
        part,
        about: about.cloned(),
    };
    let writings = vec![
        writing(450, "helm", WrittenPart::Object, None),
        writing(440, "kube-controller-manager", WrittenPart::Scale, None),
        writing(430, "kubectl", WrittenPart::Object, Some(&settings)),
        writing(301, "orrery", WrittenPart::Object, None),
        writing(120, "orrery", WrittenPart::Object, None),
        writing(99, "kubectl", WrittenPart::Object, Some(&settings)),
    ];
    let history = History { writings, ..History::default() };
    let lines = [line(299, "apply_manifest", None, Some("done")), line(119, "scale", Some("patch"), None)];

    let moments = moments(&object(), &lines, &[], &[], &history);

    let changes = moments.iter().filter(|moment| moment.of == Of::Changes);
    let told: Vec<_> = changes
        .map(|moment| (moment.at.0, moment.title.as_str(), moment.about.as_ref() == Some(&settings)))
        .collect();
    assert_eq!(
        told,
        [
            (450, "Written by helm", false),
            (440, "Scaled by kube-controller-manager", false),
            (430, "Written by kubectl", true),
            // Of the other the trail tells who it was; this one was refused, so that somebody else wrote.
            (120, "Written by orrery", false),
        ]
    );
}

#[test]
fn a_project_is_told_of_what_was_rolled_out_and_done_in_it() {
    let project = ResourceRef {
        kind: KindSlug::parse("namespaces").unwrap(),
        namespace: None,
        name: ObjectName::parse("shop").unwrap(),
        ..resource()
    };
    let object = ObjectView {
        resource: project,
        conditions: Vec::new(),
        events: Vec::new(),
        revisions: Vec::new(),
        ..object()
    };
    let rollout = Rollout {
        resource: resource(),
        kind_title: "Deployment".into(),
        number: 7,
        at: Timestamp(350),
        images: vec!["web:7".into()],
        cause: "newer".into(),
    };
    let history = History { rollouts: vec![rollout], ..History::default() };
    let lines = [line(300, "restart", None, Some("done")), line(200, "scale", Some("patch"), None)];

    let moments = moments(&object, &lines, &[], &[], &history);

    let told: Vec<_> =
        moments.iter().map(|one| (one.at.0, one.of, one.title.as_str(), one.words.as_str())).collect();
    assert_eq!(
        told,
        [
            (350, Of::Rollouts, "Deployment: revision 7", "web:7 · newer"),
            (300, Of::People, "restart", "deployments.apps web"),
            (200, Of::People, "scale", "deployments.apps web · Refused: patch"),
            (100, Of::States, "Created", ""),
        ]
    );
    assert_eq!(moments[0].about, Some(resource()));
}
