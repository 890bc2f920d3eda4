//! Who may say by which mail server a place is told, and what is kept of it.

use crate::{Stage, at, garden, harbour, shop};
use model::ConsoleError;
use notifications_contract::{
    MailSecurity, MailSender, MailServerFields, MailServers, MailStep, MailTrialFields, Notifications,
    ReceiverFields, ReceiverPlace,
};
use workspaces_contract::MemberPlace;

fn fields(version: &str, password: &str) -> MailServerFields {
    MailServerFields {
        version: version.into(),
        host: "mail.example.org".into(),
        user: "shop".into(),
        password: password.into(),
        from: "Shop <shop@example.org>".into(),
        ..MailServerFields::new(shop())
    }
}

fn trial(to: &str) -> MailTrialFields {
    MailTrialFields { place: shop(), to: to.into(), language: "en".into() }
}

async fn password(stage: &Stage) -> Option<bool> {
    let stored = stage.database.mail_servers().await.unwrap().pop()?;
    Some(stage.tenants.notifier.read_mail_server(&stored).unwrap().has_password())
}

#[tokio::test]
async fn who_says_who_is_told_says_by_which_mail_server_and_nobody_reads_its_password() {
    let (stage, editor, viewer) = Stage::with_shop().await;

    editor.save_mail_server(fields("", "hush-hush")).await.unwrap();

    let list = viewer.mail_servers().await.unwrap();
    assert_eq!((list.servers.len(), list.places.len()), (1, 0));
    assert_eq!(list.servers[0].address, "mail.example.org:465");
    let seen = viewer.mail_server(shop()).await.unwrap();
    assert_eq!((seen.may_change, seen.is_kept, seen.is_readable), (false, true, true));
    assert!(!format!("{seen:?}{list:?}").contains("hush"));
    let stored = format!("{:?}", stage.database.mail_servers().await.unwrap());
    assert!(!stored.contains("hush"), "{stored}");
    for refused in [
        viewer.save_mail_server(fields(&seen.fields.version, "")).await,
        viewer.try_mail_server(trial("ada@example.org")).await,
        viewer.remove_mail_server(shop()).await,
    ] {
        assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
    }
    for place in [MemberPlace::Cluster(harbour()), MemberPlace::Workspace(garden())] {
        let foreign = MailServerFields { place: place.clone(), ..fields("", "hush") };
        assert!(editor.save_mail_server(foreign).await.is_err());
        assert!(editor.mail_server(place).await.is_err());
    }
    assert_eq!(editor.mail_servers().await.unwrap().places, [shop()]);
    editor.remove_mail_server(shop()).await.unwrap();
    assert_eq!(password(&stage).await, None);
}

#[tokio::test]
async fn a_password_stays_until_there_is_another_and_goes_to_no_other_server() {
    let (stage, editor, _) = Stage::with_shop().await;
    editor.save_mail_server(fields("", "hush")).await.unwrap();
    let version = async || editor.mail_server(shop()).await.unwrap().fields.version;
    let first = version().await;

    let renamed = MailServerFields { from: "other@example.org".into(), ..fields(&first, "") };
    editor.save_mail_server(renamed).await.unwrap();
    assert_eq!(password(&stage).await, Some(true));
    let late = at(editor.save_mail_server(fields(&first, "late")).await.unwrap_err()).1;
    assert!(late.contains("somebody else changed"), "{late}");

    let now = version().await;
    for moved in [
        MailServerFields { host: "evil.example".into(), ..fields(&now, "") },
        MailServerFields { port: "2525".into(), ..fields(&now, "") },
        MailServerFields { security: MailSecurity::None, port: "465".into(), ..fields(&now, "") },
        MailServerFields { user: "somebody".into(), ..fields(&now, "") },
    ] {
        assert_eq!(at(editor.save_mail_server(moved).await.unwrap_err()).0, "password");
    }
    let nameless = MailServerFields { user: String::new(), ..fields(&now, "") };
    editor.save_mail_server(nameless).await.unwrap();
    assert_eq!(password(&stage).await, Some(false), "who signs in no more needs none");
}

#[tokio::test]
async fn a_trial_is_kept_with_the_step_that_failed_and_inside_addresses_are_not_asked() {
    let (_stage, editor, viewer) = Stage::with_shop().await;
    let inside = MailServerFields { host: "169.254.169.254".into(), ..fields("", "hush") };
    editor.save_mail_server(inside).await.unwrap();

    assert_eq!(at(editor.try_mail_server(trial("nobody")).await.unwrap_err()).0, "to");
    editor.try_mail_server(trial("ada@example.org")).await.unwrap();

    let told = viewer.mail_server(shop()).await.unwrap();
    let kept = told.trial.unwrap();
    assert_eq!((kept.step, kept.to.as_str()), (MailStep::Find, "ada@example.org"));
    assert!(kept.problem.contains("is not in the public internet"), "{}", kept.problem);
    assert!(viewer.mail_servers().await.unwrap().servers[0].trial.is_some());
    let other = MailServerFields { host: "mail.example.org".into(), ..fields(&told.fields.version, "hush") };
    editor.save_mail_server(other).await.unwrap();
    assert_eq!(editor.mail_server(shop()).await.unwrap().trial, None, "it was of another one");
}

#[tokio::test]
async fn mail_is_a_way_where_somebody_sends_it() {
    let (stage, editor, _) = Stage::with_shop().await;
    let mail = || ReceiverFields {
        name: "Mail".into(),
        settings: [("to".to_owned(), "ada@example.org".to_owned())].into(),
        ..ReceiverFields::new(ReceiverPlace::In(shop()), "email")
    };
    let ada = stage.account("ada", "administrator").await;
    let ada = stage.as_(ada).await;
    assert_eq!(at(editor.save_receiver(mail()).await.unwrap_err()).0, "channel");
    assert_eq!(editor.mail_server(shop()).await.unwrap().otherwise, MailSender::Nobody);

    let cluster = MemberPlace::Cluster(harbour());
    ada.save_mail_server(MailServerFields { place: cluster.clone(), ..fields("", "hush") }).await.unwrap();

    assert_eq!(editor.mail_server(shop()).await.unwrap().otherwise, MailSender::Of(cluster));
    assert!(editor.receivers().await.unwrap().channels.contains(&"email".to_owned()));
    let id = editor.save_receiver(mail()).await.unwrap();
    let mail_by = editor.receiver(id).await.unwrap().mail_by;
    assert_eq!(mail_by, Some(MailSender::Of(MemberPlace::Cluster(harbour()))));
    let everywhere = ReceiverFields { place: ReceiverPlace::Platform, ..mail() };
    assert_eq!(at(ada.save_receiver(everywhere).await.unwrap_err()).0, "channel");
}
