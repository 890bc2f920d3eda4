//! Who may say who is told of alerts, and what is kept of it.

use crate::{Stage, at, garden, harbour};
use database::deliveries::DeliveryState as Kept;
use model::{ConsoleError, Thing};
use notifications_contract::{Notifications, ReceiverFields, ReceiverPlace, TemplateFields, TemplatePreview};
use uuid::Uuid;
use workspaces_contract::MemberPlace;

fn shop() -> ReceiverPlace {
    ReceiverPlace::In(crate::shop())
}

fn webhook(place: ReceiverPlace, url: &str, token: &str) -> ReceiverFields {
    let settings = [("url".to_owned(), url.to_owned()), ("token".to_owned(), token.to_owned())].into();
    ReceiverFields { name: "On call".into(), settings, ..ReceiverFields::new(place, "webhook") }
}

const URL: &str = "https://hooks.example.org/in";

#[tokio::test]
async fn who_edits_a_project_says_who_is_told_and_who_looks_at_it_sees_that_without_secrets() {
    let (_stage, editor, viewer) = Stage::with_shop().await;

    let id = editor.save_receiver(webhook(shop(), URL, "hush-hush")).await.unwrap();

    let list = viewer.receivers().await.unwrap();
    assert_eq!((list.receivers.len(), list.places.len()), (1, 0));
    assert_eq!(list.receivers[0].target, "hooks.example.org");
    let seen = viewer.receiver(id.clone()).await.unwrap();
    assert_eq!((seen.may_change, seen.kept.as_slice()), (false, ["token".to_owned()].as_slice()));
    assert!(!format!("{seen:?}{list:?}").contains("hush"));
    let refused = viewer.save_receiver(webhook(shop(), URL, "")).await;
    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
    for refused in [
        viewer.delete_receiver(id.clone()).await,
        viewer.switch_receiver(id.clone(), false).await,
        viewer.test_receiver(id.clone()).await,
        viewer.save_receiver(ReceiverFields { id: id.clone(), ..seen.fields }).await.map(drop),
    ] {
        assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
    }
    assert_eq!(editor.receivers().await.unwrap().places, [shop()]);
    editor.delete_receiver(id).await.unwrap();
}

#[tokio::test]
async fn a_receiver_of_another_place_is_as_unknown_as_one_that_is_not_there() {
    let (stage, editor, _) = Stage::with_shop().await;
    let ada = stage.account("ada", "administrator").await;
    let ada = stage.as_(ada).await;
    let foreign = ada.save_receiver(webhook(ReceiverPlace::Platform, URL, "")).await.unwrap();

    for id in [foreign, Uuid::nil().to_string(), "none".into()] {
        for unknown in [
            editor.receiver(id.clone()).await.map(drop),
            editor.delete_receiver(id.clone()).await,
            editor.test_receiver(id.clone()).await,
        ] {
            assert_eq!(unknown, Err(ConsoleError::unknown(Thing::Receiver)));
        }
    }
    assert!(editor.receivers().await.unwrap().receivers.is_empty());
    for place in [
        ReceiverPlace::Platform,
        ReceiverPlace::In(MemberPlace::Cluster(harbour())),
        ReceiverPlace::In(MemberPlace::Workspace(garden())),
    ] {
        assert!(editor.save_receiver(webhook(place, URL, "")).await.is_err());
    }
}

#[tokio::test]
async fn a_secret_stays_until_there_is_another_and_goes_to_no_other_address() {
    let (stage, editor, _) = Stage::with_shop().await;
    let id = editor.save_receiver(webhook(shop(), URL, "hush")).await.unwrap();
    let change = |version, url: &str, token: &str| ReceiverFields {
        id: id.clone(),
        version,
        ..webhook(shop(), url, token)
    };
    let secrets = async || {
        let stored = stage.database.receiver(id.parse().unwrap()).await.unwrap().unwrap();
        stage.tenants.notifier.read(&stored).unwrap().value("token").to_owned()
    };

    editor.save_receiver(change(1, URL, "")).await.unwrap();
    assert_eq!(secrets().await, "hush");
    let (field, _) = at(editor.save_receiver(change(2, "https://evil.example/in", "")).await.unwrap_err());
    assert_eq!(field, "token");
    editor.save_receiver(change(2, "https://new.example.org/in", "another")).await.unwrap();
    assert_eq!(secrets().await, "another");
    let (_, message) = at(editor.save_receiver(change(2, URL, "late")).await.unwrap_err());
    assert!(message.contains("somebody else changed this receiver"), "{message}");
    assert_eq!(secrets().await, "another");
}

#[tokio::test]
async fn a_secret_that_the_way_can_do_without_is_removed_also_where_the_address_changes() {
    let (stage, editor, _) = Stage::with_shop().await;
    let id = editor.save_receiver(webhook(shop(), URL, "hush")).await.unwrap();
    let change = |version, url: &str, removed: &[&str]| ReceiverFields {
        id: id.clone(),
        version,
        removed: removed.iter().map(|name| (*name).to_owned()).collect(),
        ..webhook(shop(), url, "")
    };
    let kept = async || editor.receiver(id.clone()).await.unwrap().kept;

    editor.save_receiver(change(1, URL, &[])).await.unwrap();
    assert_eq!(kept().await, ["token"]);
    editor.save_receiver(change(2, "https://new.example.org/in", &["token"])).await.unwrap();

    assert!(kept().await.is_empty());
    let stored = stage.database.receiver(id.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(stage.tenants.notifier.read(&stored).unwrap().value("token"), "");
}

#[tokio::test]
async fn what_cannot_be_told_is_refused_at_its_field() {
    let (_stage, editor, _) = Stage::with_shop().await;
    let wrong = async |fields| at(editor.save_receiver(fields).await.unwrap_err()).0;

    assert_eq!(wrong(webhook(shop(), "ftp://x", "")).await, "url");
    let nothing = ReceiverFields { matchers: "pod=~\".*\"".into(), ..webhook(shop(), URL, "") };
    assert_eq!(wrong(nothing).await, "matchers");
    let mail = ReceiverFields {
        settings: [("to".to_owned(), "ada@example.org".to_owned())].into(),
        name: "Mail".into(),
        ..ReceiverFields::new(shop(), "email")
    };
    assert_eq!(wrong(mail).await, "channel", "nobody has set a mail server");
}

#[tokio::test]
async fn a_trial_that_does_not_arrive_says_why_and_is_in_the_trail_of_messages() {
    let (stage, editor, _) = Stage::with_shop().await;
    let id = editor.save_receiver(webhook(shop(), "https://127.0.0.1:9/in", "")).await.unwrap();

    let (_, message) = at(editor.test_receiver(id.clone()).await.unwrap_err());

    assert!(message.contains("is not in the public internet"), "{message}");
    let sent = stage.database.deliveries_to(id.parse().unwrap(), 10).await.unwrap();
    assert_eq!((sent.len(), sent[0].state), (1, Kept::Failed));
}

#[tokio::test]
async fn the_words_of_messages_are_kept_by_who_may_change_them_and_stay_when_the_rest_is_changed() {
    let (_stage, editor, viewer) = Stage::with_shop().await;
    let chat = |id: &str, version| ReceiverFields {
        id: id.to_owned(),
        version,
        name: "Chat".into(),
        settings: [("url".to_owned(), URL.to_owned())].into(),
        ..ReceiverFields::new(shop(), "slack")
    };
    let id = editor.save_receiver(chat("", 0)).await.unwrap();
    let words = |version, text: &str| TemplateFields {
        id: id.clone(),
        version,
        subject: "{{ reason }}: {{ cluster }}".into(),
        text: text.into(),
    };

    for refused in
        [viewer.save_template(words(1, "")).await, viewer.preview_template(words(1, "")).await.map(drop)]
    {
        assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
    }
    let (field, message) = at(editor.save_template(words(1, "{{ clutser }}")).await.unwrap_err());
    assert!(field == "text" && message.starts_with("line 1: undefined value"), "{message}");
    assert_eq!(at(editor.save_template(words(1, &"x".repeat(2001))).await.unwrap_err()).0, "text");
    let preview = editor.preview_template(words(1, "{{ alerts[1].name }}")).await.unwrap();
    let said = "KubeDeploymentReplicasMismatch".to_owned();
    assert_eq!(preview, TemplatePreview::Shown { subject: "Firing: example".into(), text: said });

    editor.save_template(words(1, "{{ more }}")).await.unwrap();
    assert!(editor.save_template(words(1, "late")).await.is_err(), "somebody else changed it");
    editor.save_receiver(chat(&id, 2)).await.unwrap();
    let kept = viewer.receiver(id.clone()).await.unwrap();
    assert_eq!((kept.template.text.as_str(), kept.fields.version), ("{{ more }}", 3));

    let hook = editor.save_receiver(webhook(shop(), URL, "")).await.unwrap();
    let (field, _) = at(editor.save_template(TemplateFields { id: hook, ..words(1, "") }).await.unwrap_err());
    assert_eq!(field, "text", "who takes fields takes no words");
}
