//! Links by mail: what is told of one that could not be sent, and sending it again.

use crate::Stage;
use database::audit::Outcome;
use identity::Forgotten;
use model::{ConsoleError, Language, System};
use notifier::{Encryption, MailSettings, Mailer};
use people_contract::{People, PeopleQuery, UnsentMail};
use tenants::{LetterError, Letters};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Nobody listens there.
const NOWHERE: u16 = 1;

/// Mail by way of a port of this machine.
fn by(stage: &Stage, port: u16) -> Letters {
    let settings = MailSettings {
        host: "127.0.0.1".into(),
        port,
        encryption: Encryption::None,
        credentials: None,
        from: "Orrery <orrery@example.org>".into(),
    };
    Letters {
        database: stage.database.clone(),
        mailer: Mailer::new(&settings).unwrap(),
        public_url: "http://console.example".into(),
    }
}

/// A mail server that takes one mail: its port, and what it took.
async fn mail_server() -> (u16, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let taking = tokio::spawn(async move {
        let (from, mut to) = listener.accept().await.unwrap().0.into_split();
        let mut lines = BufReader::new(from).lines();
        let mut mail = String::new();
        to.write_all(b"220 mail.test\r\n").await.unwrap();
        while mail.is_empty() {
            if lines.next_line().await.unwrap().unwrap() != "DATA" {
                to.write_all(b"250 well\r\n").await.unwrap();
                continue;
            }
            to.write_all(b"354 go on\r\n").await.unwrap();
            while let Some(line) = lines.next_line().await.unwrap().filter(|line| line != ".") {
                mail.push_str(&line);
                mail.push('\n');
            }
            to.write_all(b"250 taken\r\n").await.unwrap();
        }
        mail
    });
    (port, taking)
}

/// What somebody is told of Cleo's mail, which is the same in the list and on her page.
async fn told(stage: &Stage, who: Uuid) -> Option<UnsentMail> {
    let seen = stage.as_(who).await;
    let row = seen.person("cleo".into()).await.unwrap().row;
    assert!(seen.people(PeopleQuery::default()).await.unwrap().people.contains(&row));
    row.unsent_mail
}

#[tokio::test]
async fn a_mail_that_was_not_sent_is_told_to_who_may_send_it_again_and_until_one_is_sent() {
    let mut stage = Stage::new().await;
    let ada = stage.account("ada", "administrator").await;
    let auditor = stage.account("bea", "auditor").await;
    let cleo = stage.account("cleo", "regular").await;
    stage.database.describe_account(cleo, "", "cleo@example.org").await.unwrap();
    let token = stage.tenants.accounts.issue_link(Some(cleo)).await.unwrap();
    let forgotten = Forgotten { account: cleo, name: "cleo".into(), email: "cleo@example.org".into(), token };

    let sent = by(&stage, NOWHERE).send(&forgotten, Language::Chinese).await;

    let Err(LetterError::Unsent(why)) = sent else { panic!("it was sent: {sent:?}") };
    assert_eq!(told(&stage, ada).await, None, "mail is sent no more: it cannot be sent again");
    stage.tenants.letters = Some(by(&stage, NOWHERE));
    assert_eq!(told(&stage, ada).await.map(|mail| mail.why), Some(why));
    assert_eq!(told(&stage, auditor).await, None, "who only looks cannot send it again");
    let refused = stage.as_(auditor).await.send_link("cleo".into()).await.unwrap_err();
    assert!(matches!(refused, ConsoleError::Forbidden { .. }), "{refused}");

    let again = stage.as_(ada).await.send_link("cleo".into()).await.unwrap_err();
    assert!(matches!(&again, ConsoleError::Unavailable { system: System::Mail, .. }), "{again}");
    let trail = stage.database.audit_trail(10).await.unwrap();
    let tried = trail.iter().find(|entry| entry.decision.action == "send link" && entry.decision.is_allowed);
    assert!(matches!(&tried.unwrap().outcome, Some(Outcome::Failed(_))), "{trail:?}");
    assert!(told(&stage, ada).await.is_some());

    let (port, taking) = mail_server().await;
    stage.tenants.letters = Some(by(&stage, port));
    stage.as_(ada).await.send_link("cleo".into()).await.unwrap();
    let mail = taking.await.unwrap();
    assert!(mail.contains("To: cleo@example.org"), "{mail}");
    assert!(mail.contains("=?utf-8?b?6YeN5paw6K6+572u5a+G56CB?="), "in the language of the first: {mail}");
    assert_eq!(told(&stage, ada).await, None);
    let nothing = stage.as_(ada).await.send_link("cleo".into()).await.unwrap_err();
    assert!(matches!(nothing, ConsoleError::NotFound { .. }), "{nothing}");
}

#[tokio::test]
async fn nobody_sends_a_link_to_who_is_more_than_they_are_or_has_no_address() {
    let mut stage = Stage::new().await;
    let ada = stage.account("ada", "administrator").await;
    let role = stage.own_role(model::Tier::Platform, "accounts.manage").await;
    let bea = stage.account("bea", &role).await;
    stage.tenants.letters = Some(by(&stage, NOWHERE));
    for account_id in [ada, bea] {
        let (why, language) = ("no such user".into(), Language::English);
        let mail = database::unsent_mails::UnsentMail { account_id, tried_at: 10, why, language };
        stage.database.keep_unsent_mail(&mail).await.unwrap();
    }

    let listed = stage.as_(bea).await.people(PeopleQuery::default()).await.unwrap().people;
    let told: Vec<&str> =
        listed.iter().filter(|row| row.unsent_mail.is_some()).map(|row| row.name.as_str()).collect();
    assert_eq!(told, ["bea"]);

    let upwards = stage.as_(bea).await.send_link("ada".into()).await.unwrap_err();
    let nowhere = stage.as_(bea).await.send_link("bea".into()).await.unwrap_err();

    assert_eq!((crate::at(upwards).0.as_str(), crate::at(nowhere).0.as_str()), ("name", "email"));
}
