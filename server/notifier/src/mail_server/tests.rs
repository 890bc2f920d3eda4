//! Which mail server sends.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use crate::Bases;
use crate::channels::Outcome;
use crate::mail::tests::server;
use crate::message::Message;
use crate::send::Sender;
use crate::tests::receiver;
use database::Database;
use database::mail_servers::NewMailServer;
use model::{ClusterName, Namespace};
use notifications_contract::Reason;
use outbound::{Limits, Outbound, Reach};
use std::time::Duration;
use uuid::Uuid;

const HERE: &str = "127.0.0.1";

fn said(port: u16, from: &str) -> MailServerSaid {
    MailServerSaid {
        host: HERE.into(),
        port,
        security: MailSecurity::None,
        user: "ada".into(),
        from: from.into(),
    }
}

fn kept(sealed_by: &Seal, place: &Place, said: &MailServerSaid) -> NewMailServer {
    NewMailServer {
        settings: serde_json::to_string(said).unwrap(),
        sealed_password: Some(seal(sealed_by, place, "hush")),
    }
}

/// A console whose own mails come from `console@example.org`.
async fn sender(port: u16) -> Sender {
    let hosts = Arc::new(BTreeSet::from([HERE.to_owned()]));
    let limits = Limits { patience: Duration::from_secs(5), longest_answer: 100 };
    let settings = MailSettings {
        host: HERE.into(),
        port,
        encryption: Encryption::None,
        credentials: None,
        from: "console@example.org".into(),
    };
    Sender {
        outbound: Outbound::new(Reach::Public(Arc::clone(&hosts)), limits, "").unwrap(),
        mailer: Some(Mailer::new(&settings).unwrap()),
        database: Database::in_memory().await.unwrap(),
        seal: Seal::random(),
        hosts,
        bases: Bases::default(),
        public_url: "https://orrery.example.org".into(),
        tokens: Default::default(),
    }
}

async fn told(sender: &Sender, place: Option<&Place>) -> Outcome {
    let mut receiver = receiver("email", &[("to", "ada@x.org")]);
    receiver.place = place.cloned();
    sender.send(&receiver, Reason::Test, &Message::test(7), Uuid::new_v4()).await
}

#[tokio::test]
async fn the_nearest_mail_server_sends_and_the_consoles_own_where_there_is_none() {
    let (port, heard) = server(&[]).await;
    let sender = sender(port).await;
    let cluster = ClusterName::parse("harbour").unwrap();
    let shop = sender.database.ensure_project(&cluster, &Namespace::parse("shop").unwrap()).await.unwrap();
    let (cluster, shop) = (Place::Cluster(cluster), Place::Project(shop));
    let from = || heard.lock().unwrap().iter().rfind(|line| line.starts_with("MAIL")).cloned().unwrap();

    assert_eq!(told(&sender, Some(&shop)).await, Outcome::Taken);
    assert_eq!(from(), "MAIL FROM:<console@example.org>");
    for (place, address) in [(&cluster, "harbour@example.org"), (&shop, "shop@example.org")] {
        let new = kept(&sender.seal, place, &said(port, address));
        assert!(sender.database.set_mail_server(place, "", &new).await.unwrap());
        assert_eq!(told(&sender, Some(&shop)).await, Outcome::Taken);
        assert_eq!(from(), format!("MAIL FROM:<{address}>"));
    }
    assert_eq!(told(&sender, Some(&cluster)).await, Outcome::Taken);
    assert_eq!(from(), "MAIL FROM:<harbour@example.org>");
    assert_eq!(told(&sender, None).await, Outcome::Taken);
    assert_eq!(from(), "MAIL FROM:<console@example.org>");
}

#[tokio::test]
async fn a_mail_server_that_cannot_be_used_is_not_passed_over() {
    let (port, heard) = server(&[]).await;
    let sender = sender(port).await;
    let place = Place::Cluster(ClusterName::parse("harbour").unwrap());
    let sealed_for = |other: &Place| kept(&sender.seal, other, &said(port, "harbour@example.org"));
    let elsewhere = Place::Cluster(ClusterName::parse("meadow").unwrap());
    let another_key = kept(&Seal::random(), &place, &said(port, "harbour@example.org"));

    for unusable in [another_key, sealed_for(&elsewhere)] {
        assert!(sender.database.set_mail_server(&place, "", &unusable).await.unwrap());
        let Outcome::Refused(why) = told(&sender, Some(&place)).await else { panic!("it was told") };
        assert!(why.contains("enter it again"), "{why}");
        assert!(sender.database.remove_mail_server(&place).await.unwrap());
    }
    let inside = MailServerSaid { host: "10.0.0.1".into(), ..said(port, "harbour@example.org") };
    let inside = MailServerSaid { security: MailSecurity::Tls, ..inside };
    let new = kept(&sender.seal, &place, &inside);
    assert!(sender.database.set_mail_server(&place, "", &new).await.unwrap());
    let Outcome::Refused(why) = told(&sender, Some(&place)).await else { panic!("it was told") };
    assert!(why.contains("is not in the public internet"), "{why}");
    assert!(heard.lock().unwrap().is_empty());
}
