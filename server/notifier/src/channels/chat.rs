//! Messages to people in chats. All are sent as text: what alerts say can neither call people nor be markup. Who is called is said
//! beside the text, where the receiver names them.

use crate::message::Rendering;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::Timestamp;
use notifications_contract::Reason;
use notifications_contract::channels::EVERYBODY;
use serde_json::{Value, json};

/// Slack takes 40,000 characters and shows far fewer without a click.
const SLACK_BYTES: usize = 8_000;
/// A card of Teams may have 28 KB.
const TEAMS_BYTES: usize = 8_000;
/// Discord takes 2,000 characters.
const DISCORD_BYTES: usize = 1_900;
/// Telegram takes 4,096 characters.
const TELEGRAM_BYTES: usize = 4_000;
/// DingTalk takes 20,000 bytes.
const DINGTALK_BYTES: usize = 8_000;
/// A work notification of DingTalk takes 2,048 bytes with all that stands around its text.
const DINGTALK_APP_BYTES: usize = 1_700;
/// Feishu takes 20 KB.
const FEISHU_BYTES: usize = 8_000;
/// WeCom takes 2,048 bytes.
const WECOM_BYTES: usize = 2_000;

/// <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>: three letters are escaped, and nothing else
/// is special then, not even `<!channel>`.
pub fn slack(said: &Rendering<'_>) -> Value {
    let text = said.text(SLACK_BYTES).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    json!({ "text": text, "mrkdwn": false })
}

/// An adaptive card, as webhooks of Teams' workflows take it.
pub fn teams(said: &Rendering<'_>) -> Value {
    let text = said.text(TEAMS_BYTES);
    let (subject, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let color = match said.reason {
        Reason::Firing | Reason::Repeat => "attention",
        Reason::Resolved => "good",
        Reason::Test => "default",
    };
    let run = |text: &str, more: Value| {
        let mut run = json!({ "type": "TextRun", "text": text });
        if let (Some(run), Value::Object(more)) = (run.as_object_mut(), more) {
            run.extend(more);
        }
        json!({ "type": "RichTextBlock", "inlines": [run] })
    };
    let lines = rest.lines().filter(|line| !line.is_empty()).map(|line| run(line, json!({})));
    let body: Vec<Value> =
        std::iter::once(run(subject, json!({ "weight": "bolder", "color": color }))).chain(lines).collect();
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "content": { "type": "AdaptiveCard", "version": "1.2", "body": body },
        }],
    })
}

/// Whom a message calls: nobody when it only says that something is over.
enum Called<'r> {
    Everybody,
    These(Vec<&'r str>),
}

impl<'r> Called<'r> {
    fn by(said: &Rendering<'r>) -> Self {
        match (said.reason, said.receiver.value("call")) {
            (Reason::Resolved, _) | (_, "") => Self::These(Vec::new()),
            (_, EVERYBODY) => Self::Everybody,
            (_, some) => Self::These(some.split(", ").collect()),
        }
    }

    fn is_everybody(&self) -> bool {
        matches!(self, Self::Everybody)
    }

    /// Those that are named: by numbers of telephones, and by ids.
    fn numbers_and_ids(self) -> (Vec<&'r str>, Vec<&'r str>) {
        let Self::These(some) = self else { return (Vec::new(), Vec::new()) };
        let is_number = |one: &&str| {
            one.len() >= 7 && one.trim_start_matches('+').bytes().all(|letter| letter.is_ascii_digit())
        };
        some.into_iter().partition(is_number)
    }
}

/// <https://discord.com/developers/docs/resources/webhook#execute-webhook>: nobody else is called, whatever the text says. Ids are
/// people, or roles with `&` before them.
pub fn discord(said: &Rendering<'_>) -> Value {
    let called = Called::by(said);
    let (everyone, ids) = match &called {
        Called::Everybody => (vec!["everyone"], Vec::new()),
        Called::These(some) => (Vec::new(), some.clone()),
    };
    let (roles, users): (Vec<&str>, Vec<&str>) = ids.iter().copied().partition(|id| id.starts_with('&'));
    let roles: Vec<&str> = roles.into_iter().map(|id| id.trim_start_matches('&')).collect();
    let mut calls: Vec<String> = ids.iter().map(|id| format!("<@{id}>")).collect();
    calls.extend(called.is_everybody().then(|| "@everyone".to_owned()));
    let content = match calls.join(" ") {
        calls if calls.is_empty() => said.text(DISCORD_BYTES),
        calls => format!("{}\n{calls}", said.text(DISCORD_BYTES.saturating_sub(calls.len()))),
    };
    json!({
        "content": content,
        "allowed_mentions": { "parse": everyone, "users": users, "roles": roles },
    })
}

/// <https://core.telegram.org/bots/api#sendmessage>, without a way of reading markup.
pub fn telegram(said: &Rendering<'_>, chat: &str) -> Value {
    let text = said.text(TELEGRAM_BYTES);
    json!({ "chat_id": chat, "text": text, "link_preview_options": { "is_disabled": true } })
}

/// DingTalk's chatbot. Who is called has to stand in the text too.
pub fn dingtalk(said: &Rendering<'_>) -> Value {
    let called = Called::by(said);
    let is_everybody = called.is_everybody();
    let (numbers, ids) = called.numbers_and_ids();
    let names: Vec<String> = numbers.iter().chain(&ids).map(|one| format!("@{one}")).collect();
    let mut content = said.text(DINGTALK_BYTES);
    if !names.is_empty() {
        content = format!("{content}\n{}", names.join(" "));
    }
    json!({
        "msgtype": "text",
        "text": { "content": content },
        "at": { "isAtAll": is_everybody, "atMobiles": numbers, "atUserIds": ids },
    })
}

/// A work notification of an app of DingTalk to people and departments. Of two that say the same DingTalk drops the second for a
/// day and answers that all is well, so each says when it was sent.
pub fn dingtalk_app(said: &Rendering<'_>, now: i64) -> Value {
    let content = format!("{}\n{}", said.text(DINGTALK_APP_BYTES), Timestamp(now).to_rfc3339());
    let mut message = json!({
        "agent_id": number(said.receiver.value("agent")),
        "msg": { "msgtype": "text", "text": { "content": content } },
    });
    match said.receiver.value("users") {
        "" => {}
        EVERYBODY => message["to_all_user"] = true.into(),
        _ => message["userid_list"] = written_to(said, "users").join(",").into(),
    }
    let departments = written_to(said, "departments");
    if !departments.is_empty() {
        message["dept_id_list"] = departments.join(",").into();
    }
    message
}

/// The address of a DingTalk chatbot with a moment and its signature, where the bot wants one.
pub fn signed_dingtalk(url: &str, secret: &str, now: i64) -> String {
    if secret.is_empty() {
        return url.to_owned();
    }
    let moment = now * 1000;
    let sign = signature(secret, &format!("{moment}\n{secret}"));
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}timestamp={moment}&sign={}", model::link::escape(&sign))
}

/// Feishu's and Lark's bot: a post, whose runs of text are not searched for mentions.
pub fn feishu(said: &Rendering<'_>, secret: &str, now: i64) -> Value {
    let called = match Called::by(said) {
        Called::Everybody => vec![EVERYBODY],
        Called::These(some) => some,
    };
    let mut message = json!({ "msg_type": "post", "content": feishu_post(said, &called) });
    if !secret.is_empty() {
        // Unlike elsewhere the text is the key, and nothing is signed.
        message["timestamp"] = now.to_string().into();
        message["sign"] = signature(&format!("{now}\n{secret}"), "").into();
    }
    message
}

/// A message of an app of Feishu to people and departments.
pub fn feishu_app(said: &Rendering<'_>) -> Value {
    json!({
        "user_ids": written_to(said, "users"),
        "department_ids": written_to(said, "departments"),
        "msg_type": "post",
        "content": feishu_post(said, &[]),
    })
}

fn feishu_post(said: &Rendering<'_>, called: &[&str]) -> Value {
    let text = said.text(FEISHU_BYTES);
    let (subject, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let mut lines: Vec<Value> = rest
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| json!([{ "tag": "text", "text": line }]))
        .collect();
    if !called.is_empty() {
        lines.push(called.iter().map(|id| json!({ "tag": "at", "user_id": id })).collect());
    }
    json!({ "post": { "zh_cn": { "title": subject, "content": lines } } })
}

/// Whom an app writes to, by the name of the field that says it.
fn written_to<'r>(said: &Rendering<'r>, field: &str) -> Vec<&'r str> {
    said.receiver.value(field).split(", ").filter(|one| !one.is_empty()).collect()
}

/// WeCom's group bot.
pub fn wecom(said: &Rendering<'_>) -> Value {
    let called = Called::by(said);
    let is_everybody = called.is_everybody();
    let (numbers, mut ids) = called.numbers_and_ids();
    ids.extend(is_everybody.then_some("@all"));
    json!({
        "msgtype": "text",
        "text": {
            "content": said.text(WECOM_BYTES),
            "mentioned_list": ids,
            "mentioned_mobile_list": numbers,
        },
    })
}

/// A message of an app of WeCom to people, departments and those with a tag.
pub fn wecom_app(said: &Rendering<'_>) -> Value {
    let agent = said.receiver.value("agent");
    let users = match said.receiver.value("users") {
        EVERYBODY => "@all".to_owned(),
        _ => written_to(said, "users").join("|"),
    };
    json!({
        "touser": users,
        "toparty": written_to(said, "departments").join("|"),
        "totag": written_to(said, "tags").join("|"),
        "msgtype": "text",
        "agentid": number(agent),
        "text": { "content": said.text(WECOM_BYTES) },
    })
}

/// The number of an app as the number that it is.
fn number(agent: &str) -> Value {
    agent.parse::<i64>().map_or_else(|_| Value::from(agent), Value::from)
}

fn signature(key: &str, text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    STANDARD.encode(hmac::sign(&key, text.as_bytes()))
}
