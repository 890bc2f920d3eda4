//! Alerts on lists over a simulated cluster: who keeps them, what they find, and who hears of it.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod stage;

use list_alerts::{ForCaller, MOST_TOLD};
use model::{ConsoleError, KindSlug, Namespace, TableQuery};
use monitoring_contract::{ListAlertFields, ListAlertRow, ListAlerts as _, ListStanding, LookedAtListAlert};
use playground_kubernetes::{Effect, FaultRule};
use stage::{Stage, lantern, names, note, on_bad_notes, rows};
use std::time::Duration;

const NOTHING: [&str; 0] = [];

fn is_forbidden<T>(answer: &Result<T, ConsoleError>) -> bool {
    matches!(answer, Err(ConsoleError::Forbidden { .. }))
}

/// The one row that somebody is shown, and the form that changes it.
async fn only(who: &ForCaller) -> (ListAlertRow, ListAlertFields) {
    let mut rows = rows(who).await;
    assert_eq!(rows.len(), 1);
    let row = rows.remove(0);
    let opened = who.list_alert(lantern(), row.id.clone()).await.unwrap();
    let fields = ListAlertFields {
        id: row.id.clone(),
        version: opened.version,
        name: row.name.clone(),
        hold: "0s".into(),
        ..ListAlertFields::of(&row.query)
    };
    (row, fields)
}

#[tokio::test]
async fn what_a_list_finds_fires_and_ends_and_survives_a_restart() {
    let stage = Stage::new().await;
    stage.add("shop", "good");
    stage.add("shop", "bad-1");
    let ada = stage.caller("ada", "administrator", None).await;
    ada.save_list_alert(on_bad_notes("Bad notes", "")).await.unwrap();
    assert_eq!(stage.console.trail(1).await, [("ada".into(), "create list alert".into(), true)]);
    assert_eq!(rows(&ada).await[0].standing, ListStanding::New);

    stage.fires(&["shop/bad-1"]).await;
    let before = stage.lists.firing(&lantern()).await.unwrap();
    stage.restarted().look().await.unwrap();
    assert_eq!(stage.restarted().firing(&lantern()).await.unwrap(), before, "it is the same alert");
    stage.add("bank", "bad-2");
    stage.fires(&["bank/bad-2", "shop/bad-1"]).await;
    let ListStanding::Known(state) = rows(&ada).await.remove(0).standing else { panic!("it is known") };
    assert_eq!((state.matched, state.firing), (2, 2));
    stage.delete("shop", "bad-1");
    stage.fires(&["bank/bad-2"]).await;

    let (row, fields) = only(&ada).await;
    ada.save_list_alert(ListAlertFields { hold: "1h".into(), ..fields.clone() }).await.unwrap();
    stage.fires(&NOTHING).await;
    let late = ada.save_list_alert(fields).await.unwrap_err();
    assert!(late.to_string().contains("ada changed it"), "{late}");
    let known = ada.known(&lantern()).await.unwrap().alerts;
    assert_eq!((known.len(), known[0].is_firing), (1, false), "it waits whether it lasts");
    let remove = LookedAtListAlert { cluster: lantern(), id: row.id, version: 2 };
    ada.remove_list_alert(remove.clone()).await.unwrap();
    assert!(rows(&ada).await.is_empty() && ada.known(&lantern()).await.unwrap().alerts.is_empty());
    assert!(matches!(ada.remove_list_alert(remove).await, Err(ConsoleError::NotFound { .. })));
}

#[tokio::test]
async fn thousands_of_objects_are_a_few_alerts() {
    let stage = Stage::new().await;
    stage.cluster.insert_bulk((0..3_000).map(|number| note("shop", &format!("bad-{number:04}"))));
    let ada = stage.caller("ada", "administrator", None).await;
    ada.save_list_alert(on_bad_notes("Bad notes", "shop")).await.unwrap();

    let mut wanted: Vec<String> = (0..MOST_TOLD).map(|number| format!("shop/bad-{number:04}")).collect();
    wanted.insert(0, format!("{} more", 3_000 - MOST_TOLD));
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    stage.fires(&wanted).await;
    let more = stage.lists.firing(&lantern()).await.unwrap().pop().unwrap();
    assert!(more.labels.contains(&("namespace".into(), "shop".into())), "{:?}", more.labels);
}

#[tokio::test]
async fn an_alert_is_kept_where_somebody_may_write_rules_and_nowhere_else() {
    let stage = Stage::new().await;
    let ben = stage.caller("ben", "regular", Some(("shop", "project-editor"))).await;
    let cyd = stage.caller("cyd", "regular", Some(("shop", "project-viewer"))).await;

    ben.save_list_alert(on_bad_notes("Mine", "shop")).await.unwrap();
    for (who, name, kind, namespaces) in [
        (&cyd, "no right", "configmaps", "shop"),
        (&ben, "of others", "configmaps", "bank"),
        (&ben, "of others too", "configmaps", "shop bank"),
        (&ben, "of all", "configmaps", ""),
        // Everybody may read nodes; they are in no project, whatever the form says.
        (&ben, "of the cluster", "nodes", "shop"),
    ] {
        let fields =
            ListAlertFields { kind: kind.into(), search: String::new(), ..on_bad_notes(name, namespaces) };
        assert!(is_forbidden(&who.save_list_alert(fields).await), "{name}");
        assert_eq!(stage.console.trail(1).await[0].1, "create list alert", "{name} is not in the trail");
    }
    let unseen = ListAlertFields { kind: "roles".into(), ..on_bad_notes("unseen", "bank") };
    assert!(is_forbidden(&ben.save_list_alert(unseen).await));
    assert_eq!(stage.console.database.list_alerts(&lantern()).await.unwrap().len(), 1);

    let (row, fields) = only(&ben).await;
    assert!(row.may_change);
    assert!(!rows(&cyd).await[0].may_change, "who sees the objects sees the alert");
    let remove = LookedAtListAlert { cluster: lantern(), id: row.id, version: 1 };
    assert!(is_forbidden(&cyd.save_list_alert(fields).await));
    assert!(is_forbidden(&cyd.remove_list_alert(remove).await));
}

#[tokio::test]
async fn wrong_fields_change_nothing_and_are_told_at_the_field() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;
    ada.save_list_alert(on_bad_notes("Bad notes", "")).await.unwrap();
    let field = async |fields: ListAlertFields| match ada.save_list_alert(fields).await {
        Err(ConsoleError::Invalid { problems }) => problems[0].field.clone(),
        other => panic!("{other:?}"),
    };

    assert_eq!(field(on_bad_notes("bad NOTES", "")).await, "name");
    assert_eq!(field(on_bad_notes("", "shop")).await, "name");
    assert_eq!(field(on_bad_notes("x", "nowhere")).await, "namespaces");
    let search = ListAlertFields { search: "colour:red".into(), ..on_bad_notes("x", "") };
    assert_eq!(field(search).await, "search");
    let kind = ListAlertFields { kind: "unicorns".into(), ..on_bad_notes("x", "") };
    assert!(matches!(ada.save_list_alert(kind).await, Err(ConsoleError::NotFound { .. })));
    assert_eq!(stage.console.database.list_alerts(&lantern()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_form_offers_the_places_where_an_alert_may_be_kept() {
    let stage = Stage::new().await;
    stage.add("shop", "bad-1");
    stage.add("bank", "bad-2");
    let ada = stage.caller("ada", "administrator", None).await;
    let ben = stage.caller("ben", "regular", Some(("shop", "project-editor"))).await;
    let cyd = stage.caller("cyd", "regular", Some(("shop", "project-viewer"))).await;
    let query = |kind: &str| TableQuery::of(lantern(), KindSlug::parse(kind).unwrap());
    let bad = TableQuery { search: "name:bad".into(), ..query("configmaps") };
    let shop = vec![Namespace::parse("shop").unwrap()];

    let plan = ada.plan_list_alert(bad.clone()).await.unwrap();
    assert!(plan.places.contains(&vec![]) && plan.places.contains(&shop));
    assert_eq!(plan.matched, Ok(2));
    let plan = ben.plan_list_alert(bad.clone()).await.unwrap();
    assert_eq!((plan.places, plan.matched), (vec![shop.clone()], Ok(1)));
    let narrow = TableQuery { namespaces: shop.clone(), ..bad.clone() };
    assert_eq!(ben.plan_list_alert(narrow).await.unwrap().places, [shop]);
    assert!(cyd.plan_list_alert(bad).await.unwrap().places.is_empty());
    assert!(ben.plan_list_alert(query("nodes")).await.unwrap().places.is_empty());
    assert_eq!(ada.plan_list_alert(query("nodes")).await.unwrap().places, [vec![]]);
}

#[tokio::test]
async fn one_that_is_switched_off_ends_and_comes_back_with_the_rights_of_who_saved_it() {
    let stage = Stage::new().await;
    stage.add("shop", "bad-1");
    let ada = stage.caller("ada", "administrator", None).await;
    let ben = stage.caller("ben", "regular", Some(("shop", "project-editor"))).await;
    let cyd = stage.caller("cyd", "regular", Some(("shop", "project-viewer"))).await;
    ben.save_list_alert(on_bad_notes("Bad notes", "shop")).await.unwrap();
    stage.fires(&["shop/bad-1"]).await;
    let (row, _) = only(&ada).await;
    let at = |version: i64| LookedAtListAlert { cluster: lantern(), id: row.id.clone(), version };
    assert!(is_forbidden(&cyd.switch_list_alert(at(1), false).await));

    ada.switch_list_alert(at(1), false).await.unwrap();
    assert_eq!(stage.console.trail(1).await, [("ada".into(), "switch off list alert".into(), true)]);
    stage.fires(&NOTHING).await;
    assert!(matches!(rows(&ben).await[0].standing, ListStanding::Off { .. }));
    assert!(ben.known(&lantern()).await.unwrap().alerts.is_empty());
    let late = ben.switch_list_alert(at(1), true).await.unwrap_err();
    assert!(late.to_string().contains("ada changed it"), "{late}");

    ada.switch_list_alert(at(2), true).await.unwrap();
    stage.fires(&["shop/bad-1"]).await;
    assert_eq!(rows(&ada).await[0].written_by, "ben");
}

#[tokio::test]
async fn a_writer_who_has_lost_their_rights_finds_nothing() {
    let stage = Stage::new().await;
    stage.add("shop", "bad-1");
    let ben = stage.caller("ben", "regular", Some(("shop", "project-editor"))).await;
    let ada = stage.caller("ada", "administrator", None).await;
    ben.save_list_alert(on_bad_notes("Bad notes", "shop")).await.unwrap();
    stage.fires(&["shop/bad-1"]).await;
    let before = stage.console.trail(100).await.len();

    // Who may look and not keep alerts any more hears nothing, and so does who may do neither.
    stage.console.leave("ben", "shop").await;
    stage.console.join("ben", "shop", "project-viewer").await;
    stage.fires(&NOTHING).await;
    assert_eq!(rows(&ada).await[0].standing, ListStanding::Withdrawn);
    stage.console.leave("ben", "shop").await;
    stage.console.join("ben", "shop", "project-editor").await;
    stage.fires(&["shop/bad-1"]).await;
    stage.console.leave("ben", "shop").await;
    stage.fires(&NOTHING).await;
    stage.console.join("ben", "shop", "project-editor").await;
    stage.fires(&["shop/bad-1"]).await;
    stage.console.disable("ben").await;
    stage.fires(&NOTHING).await;
    assert_eq!(stage.console.trail(100).await.len(), before, "what nobody has asked for is not in the trail");

    // Whoever saves it lets it find what they may see.
    let (_, fields) = only(&ada).await;
    ada.save_list_alert(fields).await.unwrap();
    stage.fires(&["shop/bad-1"]).await;
    assert_eq!(rows(&ada).await[0].written_by, "ada");
}

#[tokio::test]
async fn another_tenant_sees_none_of_it() {
    let stage = Stage::new().await;
    stage.add("shop", "bad-1");
    stage.add("bank", "bad-2");
    let ada = stage.caller("ada", "administrator", None).await;
    let ben = stage.caller("ben", "regular", Some(("shop", "project-editor"))).await;
    let dora = stage.caller("dora", "regular", Some(("bank", "project-admin"))).await;
    let eve = stage.caller("eve", "regular", None).await;
    ben.save_list_alert(on_bad_notes("Of the shop", "shop")).await.unwrap();
    ada.save_list_alert(on_bad_notes("Of all", "")).await.unwrap();
    stage.fires(&["bank/bad-2", "shop/bad-1", "shop/bad-1"]).await;

    let seen = async |who: &ForCaller| names(&who.known(&lantern()).await.unwrap().alerts);
    assert_eq!(seen(&ada).await.len(), 3);
    assert_eq!(seen(&ben).await, ["shop/bad-1", "shop/bad-1"], "what everybody is told of what is theirs");
    assert_eq!(seen(&dora).await, ["bank/bad-2"]);
    assert!(rows(&dora).await.is_empty(), "neither the alert of others nor the one on everything");
    assert_eq!(rows(&ben).await.len(), 1);
    assert!(eve.list_alerts(lantern()).await.is_err() && seen(&eve).await.is_empty());
    let (row, fields) = only(&ben).await;
    assert!(is_forbidden(&dora.list_alert(lantern(), row.id.clone()).await));
    assert!(is_forbidden(&dora.save_list_alert(fields).await));
}

#[tokio::test]
async fn a_cluster_that_does_not_answer_begins_and_ends_nothing_and_says_so() {
    let stage = Stage::new().await;
    stage.add("shop", "bad-1");
    let ada = stage.caller("ada", "administrator", None).await;
    ada.save_list_alert(on_bad_notes("Bad notes", "")).await.unwrap();
    stage.fires(&["shop/bad-1"]).await;

    let of_notes = |verb: &str, effect| FaultRule {
        verbs: vec![verb.into()],
        resource: "configmaps".into(),
        effect,
        ..FaultRule::default()
    };
    stage.cluster.faults().add(of_notes("watch", Effect::Unavailable));
    let once = FaultRule { remaining: Some(1), ..of_notes("watch", Effect::WatchDrop) };
    stage.cluster.faults().add(once);
    let is_unknown = async || {
        stage.lists.look().await.unwrap();
        matches!(rows(&ada).await[0].standing, ListStanding::Unknown { .. })
    };
    for _ in 0..600 {
        if is_unknown().await {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    stage.delete("shop", "bad-1");
    stage.add("shop", "bad-2");
    assert!(is_unknown().await);
    assert_eq!(names(&stage.lists.firing(&lantern()).await.unwrap()), ["shop/bad-1"]);
    let known = ada.known(&lantern()).await.unwrap();
    assert_eq!((known.unknown.len(), known.unknown[0].name.as_str()), (1, "Bad notes"));
    assert!(!known.unknown[0].cause.is_empty());

    stage.cluster.faults().clear();
    stage.fires(&["shop/bad-2"]).await;
}
