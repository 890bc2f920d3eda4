//! The ways of telling: requests that are made of a message, and what their answers mean. Nothing here knows a network.

mod chat;
mod events;

use crate::message::{MOST_ALERTS, Rendering};
use crate::receiver::Receiver;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Request, Response, StatusCode};
use notifications_contract::Channel;
use serde_json::{Value, json};
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
    /// Slack's Web API.
    pub slack: String,
    /// WeCom's API for apps.
    pub wecom: String,
    /// DingTalk's API for apps.
    pub dingtalk: String,
    /// Feishu's open platform.
    pub feishu: String,
}

impl Default for Bases {
    fn default() -> Self {
        Self {
            telegram: "https://api.telegram.org".into(),
            pagerduty: "https://events.pagerduty.com/v2/enqueue".into(),
            slack: "https://slack.com/api".into(),
            wecom: "https://qyapi.weixin.qq.com/cgi-bin".into(),
            dingtalk: "https://oapi.dingtalk.com".into(),
            feishu: "https://open.feishu.cn/open-apis".into(),
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
    /// It has all of it, and did not say whether it took it. Nobody is to get a mail twice, so it is not sent again.
    Unknown(String),
}

impl Outcome {
    /// Why it was not taken, or is not known to be; none when it was.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Taken => None,
            Self::Later { why, .. } | Self::Refused(why) | Self::Unknown(why) => Some(why),
        }
    }
}

/// What an app is given to show with its messages.
pub struct GivenToken {
    /// The token itself.
    pub text: String,
    /// For how long it holds, if that is said.
    pub lasts: Option<Duration>,
}

/// The request for the token with which messages are sent, where an app has to ask for one.
pub fn token_request(receiver: &Receiver, bases: &Bases) -> Result<Option<Request<Bytes>>, http::Error> {
    let secret = receiver.value("secret");
    match receiver.channel.word {
        "wecom-app" => {
            let (corp, secret) = (model::link::escape(receiver.value("corp")), model::link::escape(secret));
            let url = format!("{}/gettoken?corpid={corp}&corpsecret={secret}", bases.wecom);
            Request::get(url).body(Bytes::new()).map(Some)
        }
        "dingtalk-app" => {
            let (app, secret) = (model::link::escape(receiver.value("app")), model::link::escape(secret));
            let url = format!("{}/gettoken?appkey={app}&appsecret={secret}", bases.dingtalk);
            Request::get(url).body(Bytes::new()).map(Some)
        }
        "feishu-app" => {
            let url = format!("{}/auth/v3/tenant_access_token/internal", bases.feishu);
            let body = json!({ "app_id": receiver.value("app"), "app_secret": secret });
            post(&url, &body).map(Some)
        }
        _ => Ok(None),
    }
}

/// The token in an answer, or what it means that there is none.
pub fn token_in(channel: &str, answer: &Response<Bytes>) -> Result<GivenToken, Outcome> {
    match outcome(channel, answer) {
        Outcome::Taken => {
            let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
            let token = ["access_token", "tenant_access_token"].iter().find_map(|name| body[*name].as_str());
            let nothing = || Outcome::Refused("it gives no token for what is said of the app".into());
            let text = token.filter(|token| !token.is_empty()).ok_or_else(nothing)?.to_owned();
            let lasts = ["expires_in", "expire"].iter().find_map(|name| body[*name].as_u64());
            Ok(GivenToken { text, lasts: lasts.map(Duration::from_secs) })
        }
        refused => Err(refused),
    }
}

/// The requests that tell a receiver, one after the other; mail is sent otherwise. `now` is in seconds since 1970, and `token` is
/// what [`token_request`] has got.
pub fn requests(
    said: &Rendering<'_>,
    bases: &Bases,
    now: i64,
    token: &str,
) -> Result<Vec<Request<Bytes>>, http::Error> {
    let receiver = said.receiver;
    let url = receiver.value("url");
    match receiver.channel.word {
        "slack-bot" => {
            let mut message = chat::slack(said);
            message["channel"] = receiver.value("room").into();
            let request = post(&format!("{}/chat.postMessage", bases.slack), &message)?;
            Ok(vec![with_token(request, receiver.value("token"))?])
        }
        "wecom-app" => {
            let url = format!("{}/message/send?access_token={}", bases.wecom, model::link::escape(token));
            Ok(vec![post(&url, &chat::wecom_app(said))?])
        }
        "dingtalk-app" => {
            let token = model::link::escape(token);
            let way = "topapi/message/corpconversation/asyncsend_v2";
            let url = format!("{}/{way}?access_token={token}", bases.dingtalk);
            Ok(vec![post(&url, &chat::dingtalk_app(said, now))?])
        }
        "feishu-app" => {
            let url = format!("{}/message/v4/batch_send/", bases.feishu);
            Ok(vec![with_token(post(&url, &chat::feishu_app(said))?, token)?])
        }
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
    if status.is_success() && is_taken(channel, answer.body()) {
        return Outcome::Taken;
    }
    if !may_pass(status) && !is_busy(channel, answer.body()) {
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

/// Whether a service says in the body of an answer that too much came at once, or that it is busy: not all say so by its status.
fn is_busy(channel: &str, body: &[u8]) -> bool {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let is_one_of = |name: &str, codes: &[i64]| body[name].as_i64().is_some_and(|code| codes.contains(&code));
    match channel {
        "dingtalk" | "dingtalk-app" => is_one_of("errcode", &[-1, 130_101, 410_100]),
        "wecom" | "wecom-app" => is_one_of("errcode", &[-1, 45_009, 45_033]),
        "feishu" | "feishu-app" => is_one_of("code", &[11_232, 99_991_400]),
        "slack-bot" => {
            let words =
                ["fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable"];
            body["error"].as_str().is_some_and(|error| words.contains(&error))
        }
        _ => false,
    }
}

/// Whether a service says that the token of an app does not hold any more, or never did. It has taken nothing then.
pub fn is_token_gone(channel: &str, answer: &Response<Bytes>) -> bool {
    let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let code = |name: &str| body[name].as_i64();
    match channel {
        "wecom-app" => matches!(code("errcode"), Some(40_014 | 42_001)),
        // Newer functions say it as a part of a number that stands for all refusals.
        "dingtalk-app" => match code("errcode") {
            Some(40_014 | 42_001) => true,
            Some(88) => {
                let part =
                    body["sub_code"].as_str().and_then(|text| text.parse().ok()).or_else(|| code("sub_code"));
                matches!(part, Some(40_014 | 42_001))
            }
            _ => false,
        },
        "feishu-app" => code("code") == Some(99_991_663),
        _ => false,
    }
}

/// Whether an answer of success is one: some services say in its body that they refuse.
fn is_taken(channel: &str, body: &[u8]) -> bool {
    let number = |name: &str| {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        body.get(name).and_then(Value::as_i64)
    };
    match channel {
        "dingtalk" | "dingtalk-app" | "wecom" | "wecom-app" => number("errcode") == Some(0),
        "feishu-app" => number("code") == Some(0),
        "slack-bot" => {
            let body: Value = serde_json::from_slice(body).unwrap_or_default();
            body["ok"] == true
        }
        // Its older bots answer with another word.
        "feishu" => number("code").or_else(|| number("StatusCode")) == Some(0),
        _ => true,
    }
}

#[cfg(test)]
mod tests;
