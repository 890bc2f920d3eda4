//! The ways of telling: requests that are made of a message, and what their answers mean. Nothing here knows a network.

mod chat;
mod events;

use crate::message::{MOST_ALERTS, Rendering};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Request, Response, StatusCode};
use notifications_contract::Channel;
use serde_json::Value;
use std::time::Duration;

/// `Retry-After` above this is not believed.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(3600);
/// The longest answer that is told, in bytes.
const LONGEST_TOLD: usize = 200;

/// Where services are that have one address for everybody.
#[derive(Clone, Debug)]
pub struct Bases {
    /// Telegram's Bot API.
    pub telegram: String,
    /// PagerDuty's Events API v2.
    pub pagerduty: String,
}

impl Default for Bases {
    fn default() -> Self {
        Self {
            telegram: "https://api.telegram.org".into(),
            pagerduty: "https://events.pagerduty.com/v2/enqueue".into(),
        }
    }
}

/// How many alerts one message may be about. People are told how many more there are; a program has to hear of each, and of the
/// end of each: an incident that nobody ends stays open.
pub fn most_alerts(channel: &Channel) -> usize {
    match channel.word {
        // Each is a request of its own, and all of a message have to be done before it counts as given up.
        "pagerduty" => 10,
        _ if channel.has_words() => usize::MAX,
        _ => MOST_ALERTS,
    }
}

/// What came of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver's system took it.
    Taken,
    /// It did not, and may later.
    Later {
        /// Why.
        why: String,
        /// When it wants to be asked again, if it says so.
        after: Option<Duration>,
    },
    /// It will not.
    Refused(String),
}

impl Outcome {
    /// Why it was not taken; none when it was.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Taken => None,
            Self::Later { why, .. } | Self::Refused(why) => Some(why),
        }
    }
}

/// The requests that tell a receiver, one after the other; mail is sent otherwise. `now` is in seconds since 1970.
pub fn requests(said: &Rendering<'_>, bases: &Bases, now: i64) -> Result<Vec<Request<Bytes>>, http::Error> {
    let receiver = said.receiver;
    let url = receiver.value("url");
    match receiver.channel.word {
        "webhook" => {
            let request = post(url, &events::webhook(said))?;
            let (user, token) = (receiver.value("user"), receiver.value("token"));
            Ok(vec![match user {
                "" => with_token(request, token)?,
                user => with_password(request, user, receiver.value("password"))?,
            }])
        }
        "slack" => Ok(vec![post(url, &chat::slack(said))?]),
        "teams" => Ok(vec![post(url, &chat::teams(said))?]),
        "discord" => Ok(vec![post(url, &chat::discord(said))?]),
        "telegram" => {
            let token = model::link::escape(receiver.value("token"));
            let url = format!("{}/bot{token}/sendMessage", bases.telegram);
            Ok(vec![post(&url, &chat::telegram(said, receiver.value("chat")))?])
        }
        "dingtalk" => {
            let url = chat::signed_dingtalk(url, receiver.value("signing"), now);
            Ok(vec![post(&url, &chat::dingtalk(said))?])
        }
        "feishu" => Ok(vec![post(url, &chat::feishu(said, receiver.value("signing"), now))?]),
        "wecom" => Ok(vec![post(url, &chat::wecom(said))?]),
        "pagerduty" => {
            let events = events::pagerduty(said, receiver.value("key"));
            events.iter().map(|event| post(&bases.pagerduty, event)).collect()
        }
        _ => Ok(Vec::new()),
    }
}

fn post(url: &str, body: &Value) -> Result<Request<Bytes>, http::Error> {
    Request::post(url)
        .header(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"))
        .body(Bytes::from(body.to_string()))
}

fn with_token(request: Request<Bytes>, token: &str) -> Result<Request<Bytes>, http::Error> {
    if token.is_empty() { Ok(request) } else { with_proof(request, &format!("Bearer {token}")) }
}

fn with_password(request: Request<Bytes>, user: &str, password: &str) -> Result<Request<Bytes>, http::Error> {
    with_proof(request, &format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
}

fn with_proof(mut request: Request<Bytes>, proof: &str) -> Result<Request<Bytes>, http::Error> {
    let mut shown = HeaderValue::from_str(proof)?;
    shown.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, shown);
    Ok(request)
}

/// What an answer means.
pub fn outcome(channel: &str, answer: &Response<Bytes>) -> Outcome {
    let status = answer.status();
    let said = || {
        let text = crate::message::one_line(&String::from_utf8_lossy(answer.body()));
        let text = crate::message::shortened(text.trim(), LONGEST_TOLD);
        if text.is_empty() { format!("it answers {status}") } else { format!("it answers {status}: {text}") }
    };
    if status.is_success() {
        return if is_taken(channel, answer.body()) { Outcome::Taken } else { Outcome::Refused(said()) };
    }
    if !may_pass(status) {
        return Outcome::Refused(said());
    }
    let after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let after = after.map(Duration::from_secs).map(|after| after.min(LONGEST_RETRY_AFTER));
    Outcome::Later { why: said(), after }
}

/// What an answer means of which no more is known than its status, and why not.
pub fn outcome_unread(channel: &str, status: StatusCode, why: String) -> Outcome {
    match status {
        // What says in its body whether it took a message has said nothing.
        status if status.is_success() && !is_taken(channel, &[]) => Outcome::Refused(why),
        status if status.is_success() => Outcome::Taken,
        status if may_pass(status) => Outcome::Later { why, after: None },
        _ => Outcome::Refused(why),
    }
}

fn may_pass(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT)
}

/// Whether an answer of success is one: some services say in its body that they refuse.
fn is_taken(channel: &str, body: &[u8]) -> bool {
    let number = |name: &str| {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        body.get(name).and_then(Value::as_i64)
    };
    match channel {
        "dingtalk" | "wecom" => number("errcode") == Some(0),
        // Its older bots answer with another word.
        "feishu" => number("code").or_else(|| number("StatusCode")) == Some(0),
        _ => true,
    }
}

#[cfg(test)]
mod tests;
