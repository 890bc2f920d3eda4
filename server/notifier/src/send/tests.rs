#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use crate::tests::{receiver, sink};
use outbound::{Limits, Reach};
use std::time::Duration;

macro_rules! answer {
    ($body:literal) => {
        concat!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n", $body)
    };
}

const FIRST: &str = answer!(r#"{"errcode":0,"access_token":"first","expires_in":7200}"#);
const SECOND: &str = answer!(r#"{"errcode":0,"access_token":"second","expires_in":7200}"#);
const TAKEN: &str = answer!(r#"{"errcode":0}"#);
const GONE: &str = answer!(r#"{"errcode":42001,"errmsg":"access_token expired"}"#);
const NOBODY: &str = answer!(r#"{"errcode":81013,"errmsg":"user invalid"}"#);

async fn sender(answers: &'static [&'static str]) -> (Sender, impl Fn() -> Vec<String>) {
    let (url, heard) = sink(answers).await;
    let hosts = Arc::new(BTreeSet::from(["127.0.0.1".to_owned()]));
    let limits = Limits { patience: Duration::from_secs(5), longest_answer: 1000 };
    let sender = Sender {
        outbound: Outbound::new(Reach::Public(Arc::clone(&hosts)), limits, "").unwrap(),
        mailer: None,
        database: Database::in_memory().await.unwrap(),
        seal: Seal::random(),
        hosts,
        bases: Bases { wecom: url, ..Bases::default() },
        public_url: "https://orrery.example.org".into(),
        tokens: Tokens::default(),
    };
    // The first line of each request, behind the address of the service.
    let lines = move || {
        let heard = heard.lock().unwrap();
        let line =
            |request: &String| request.lines().next().unwrap().split("/hook").nth(1).unwrap().to_owned();
        heard.iter().map(line).map(|line| line.replace(" HTTP/1.1", "")).collect()
    };
    (sender, lines)
}

async fn told(sender: &Sender, secret: &str) -> Outcome {
    let receiver =
        receiver("wecom-app", &[("corp", "c"), ("secret", secret), ("agent", "1"), ("users", "ada")]);
    sender.send(&receiver, Reason::Firing, &Message::test(now_seconds()), Uuid::nil()).await
}

const ASKED: &str = "/gettoken?corpid=c&corpsecret=hush";
const BY_FIRST: &str = "/message/send?access_token=first";
const BY_SECOND: &str = "/message/send?access_token=second";

#[tokio::test]
async fn an_app_asks_once_for_what_it_shows_with_many_messages() {
    let (sender, heard) = sender(&[FIRST, TAKEN, TAKEN, SECOND, TAKEN]).await;

    for _ in 0..2 {
        assert_eq!(told(&sender, "hush").await, Outcome::Taken);
    }
    assert_eq!(heard(), [ASKED, BY_FIRST, BY_FIRST]);

    assert_eq!(told(&sender, "another").await, Outcome::Taken);
    assert_eq!(heard()[3..], ["/gettoken?corpid=c&corpsecret=another", BY_SECOND]);
}

#[tokio::test]
async fn a_token_that_does_not_hold_any_more_is_asked_for_once_again() {
    let (sender, heard) = sender(&[FIRST, TAKEN, GONE, SECOND, TAKEN, TAKEN]).await;

    for _ in 0..3 {
        assert_eq!(told(&sender, "hush").await, Outcome::Taken);
    }

    assert_eq!(heard(), [ASKED, BY_FIRST, BY_FIRST, ASKED, BY_SECOND, BY_SECOND]);
}

#[tokio::test]
async fn a_service_that_takes_no_token_is_not_asked_without_end() {
    let (sender, heard) = sender(&[FIRST, GONE, SECOND, NOBODY]).await;

    assert!(matches!(told(&sender, "hush").await, Outcome::Refused(why) if why.contains("42001")));
    assert_eq!(heard(), [ASKED, BY_FIRST], "it was new");

    // Nor is it asked for another one because it refuses something else.
    assert!(matches!(told(&sender, "hush").await, Outcome::Refused(why) if why.contains("81013")));
    assert!(matches!(told(&sender, "hush").await, Outcome::Refused(_)));
    assert_eq!(heard()[2..], [ASKED, BY_SECOND, BY_SECOND]);
}
