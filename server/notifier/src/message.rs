//! What is told, before it has its words, and with them.

use crate::receiver::Receiver;
use crate::template::{self, Labels};
use crate::words::Words;
use minijinja::{Value, context};
use model::{ClusterName, Level, Timestamp};
use monitoring_contract::Alert;
use notifications_contract::Reason;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most alerts that a message keeps; of others it says how many they are.
pub const MOST_ALERTS: usize = 50;
/// The longest summary of an alert, in characters.
const LONGEST_SUMMARY: usize = 300;
/// The longest subject by a template, in bytes.
const LONGEST_SUBJECT: usize = 300;
/// How many names of alerts stand in a subject.
const NAMED: usize = 3;

/// An alert that is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// Tells it from others of its cluster.
    pub fingerprint: String,
    /// As it was.
    pub alert: Alert,
}

impl Told {
    /// An alert under its fingerprint.
    pub fn new(fingerprint: String, alert: Alert) -> Self {
        Self { fingerprint, alert }
    }

    /// As it is kept.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("alerts have no keys that JSON lacks")
    }

    /// What was kept, if this version can read it.
    pub fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// The order in which alerts are told.
pub fn worst_first(alerts: &mut [Told]) {
    alerts.sort_by(|one, other| {
        (one.alert.level, &one.alert.name, &one.fingerprint).cmp(&(
            other.alert.level,
            &other.alert.name,
            &other.fingerprint,
        ))
    });
}

/// A message, as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Where the alerts are; none for a trial.
    pub cluster: Option<ClusterName>,
    /// The worst first, at most [`MOST_ALERTS`].
    pub alerts: Vec<Told>,
    /// How many there are in all.
    pub total: usize,
    /// When they were looked at.
    pub at: Timestamp,
}

impl Message {
    /// A message about alerts of a cluster.
    pub fn about(cluster: ClusterName, mut alerts: Vec<Told>, now: i64) -> Self {
        worst_first(&mut alerts);
        let total = alerts.len();
        alerts.truncate(MOST_ALERTS);
        Self { cluster: Some(cluster), alerts, total, at: Timestamp(now) }
    }

    /// A message about alerts that are made up, for looking at words.
    pub fn example(now: i64) -> Self {
        let label = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let labels = vec![label("namespace", "shop"), label("pod", "web-0"), label("container", "web")];
        let crash = Alert {
            summary: "Pod shop/web-0 starts again and again.".into(),
            description: "The container web of the pod shop/web-0 has ended five times in ten minutes."
                .into(),
            since: Some(Timestamp(now - 600)),
            ..Alert::firing("KubePodCrashLooping", Level::Failed, "critical", labels)
        };
        let labels = vec![label("namespace", "shop"), label("deployment", "web")];
        let behind = Alert {
            summary: "Deployment shop/web has fewer pods than it should have.".into(),
            since: Some(Timestamp(now - 900)),
            ..Alert::firing("KubeDeploymentReplicasMismatch", Level::Warning, "warning", labels)
        };
        let told = |alert: Alert| Told::new(alert.name.clone(), alert);
        let cluster = ClusterName::parse("example").expect("it is a name");
        Self::about(cluster, vec![told(crash), told(behind)], now)
    }

    /// A trial.
    pub fn test(now: i64) -> Self {
        Self { cluster: None, alerts: Vec::new(), total: 0, at: Timestamp(now) }
    }

    /// As it is kept.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("alerts have no keys that JSON lacks")
    }

    /// What was kept, if this version can read it.
    pub fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// A message in the words of its receiver.
pub struct Rendering<'m> {
    /// To whom.
    pub receiver: &'m Receiver,
    /// Why.
    pub reason: Reason,
    /// What about.
    pub message: &'m Message,
    /// Where people open the console.
    pub public_url: &'m str,
}

impl Rendering<'_> {
    fn words(&self) -> &'static Words {
        Words::of(self.receiver.language())
    }

    /// What it is about, in a line.
    pub fn subject(&self) -> String {
        // Why a template fails is said in the text.
        if let Ok(Some(subject)) = self.own_subject() {
            return subject;
        }
        let words = self.words();
        let Some(cluster) = &self.message.cluster else { return words.test_subject.to_owned() };
        let mut names: Vec<&str> = self.message.alerts.iter().map(|told| told.alert.name.as_str()).collect();
        names.dedup();
        let more = if names.len() > NAMED { ", …" } else { "" };
        names.truncate(NAMED);
        let count = self.message.total;
        format!("[{}] {cluster} · {count} · {}{more}", words.reason(self.reason), names.join(", "))
    }

    /// All of it as plain text that a limit in bytes lets through; what does not fit is counted.
    pub fn text(&self, limit_bytes: usize) -> String {
        let words = self.words();
        let mut text = self.subject();
        if self.message.cluster.is_none() {
            return format!("{text}\n{}\n{}", words.test_text, self.link(model::link::NOTIFICATIONS));
        }
        match self.own_subject().and_then(|_| self.own_text()) {
            Ok(None) => {}
            Ok(Some(own)) => return shortened(&format!("{text}\n{own}"), limit_bytes),
            // Nobody goes without being told because of it.
            Err(why) => text.push_str(&format!("\n\n{}", words.template_failed(&why))),
        }
        // Room for the last line.
        let limit = limit_bytes.saturating_sub(60);
        let mut told = 0;
        for alert in &self.message.alerts {
            let block = self.block(&alert.alert);
            if told > 0 && text.len() + block.len() > limit {
                break;
            }
            text.push_str(&block);
            told += 1;
        }
        if self.message.total > told {
            text.push_str(&format!("\n\n{}", words.more(self.message.total - told)));
        }
        shortened(&text, limit_bytes)
    }

    /// The subject by the receiver's template; none where it has none.
    pub fn own_subject(&self) -> Result<Option<String>, String> {
        let said = self.by_template(&self.receiver.said.template.subject)?;
        Ok(said
            .map(|said| shortened(one_line(&said).trim(), LONGEST_SUBJECT))
            .filter(|said| !said.is_empty()))
    }

    /// What stands below it by the receiver's template; none where it has none.
    pub fn own_text(&self) -> Result<Option<String>, String> {
        self.by_template(&self.receiver.said.template.text)
    }

    fn by_template(&self, template: &str) -> Result<Option<String>, String> {
        if template.is_empty() || self.message.cluster.is_none() {
            return Ok(None);
        }
        template::render(template, &self.values()).map(Some)
    }

    /// The message as a page, for mail.
    pub fn html(&self) -> Result<String, String> {
        let said = match self.message.cluster {
            None => Some(self.words().test_text.to_owned()),
            Some(_) => self.own_text().unwrap_or_default(),
        };
        let words = self.words();
        let own = context! {
            subject => self.subject(), said => said.unwrap_or_default(), language => self.receiver.language().tag(),
            since => words.since, open => words.open, runbook => words.runbook,
        };
        template::mail(&context! { ..own, ..self.values() })
    }

    /// What templates can say.
    fn values(&self) -> Value {
        let left = self.message.total - self.message.alerts.len();
        let more = if left > 0 { self.words().more(left) } else { String::new() };
        let alerts: Vec<Value> = self.message.alerts.iter().map(|told| self.value(&told.alert)).collect();
        let cluster = self.message.cluster.as_ref().map(ToString::to_string).unwrap_or_default();
        context! {
            reason => self.words().reason(self.reason), status => self.reason.word(), cluster, alerts, more,
            count => self.message.total, receiver => self.receiver.name, console => self.public_url,
        }
    }

    fn value(&self, alert: &Alert) -> Value {
        let labels: BTreeMap<String, String> = alert.labels.iter().cloned().collect();
        let severity = if alert.severity.is_empty() { self.words().no_severity } else { &alert.severity };
        let color = match alert.level {
            Level::Failed => "#c8323f",
            Level::Warning => "#b26a00",
            _ => "#6b7280",
        };
        context! {
            name => alert.name, severity, color, level => alert.level.word(),
            summary => self.summary(alert),
            description => alert.description,
            namespace => labels.get("namespace").cloned().unwrap_or_default(),
            object => alert.resource.as_ref().map(ToString::to_string).unwrap_or_default(),
            since => alert.since.map(Timestamp::to_rfc3339).unwrap_or_default(),
            address => self.address(alert).unwrap_or_default(),
            runbook => alert.runbook.clone().unwrap_or_default(),
            labels => Value::from_object(Labels(labels)),
        }
    }

    fn block(&self, alert: &Alert) -> String {
        let words = self.words();
        let severity = if alert.severity.is_empty() { words.no_severity } else { &alert.severity };
        let mut block = format!("\n\n{severity} · {}", alert.name);
        if let Some(resource) = &alert.resource {
            block.push_str(&format!(" · {resource}"));
        }
        let summary = self.summary(alert);
        if !summary.is_empty() {
            block.push_str(&format!("\n{}", shortened(&one_line(&summary), LONGEST_SUMMARY)));
        }
        if let Some(since) = alert.since {
            block.push_str(&format!("\n{} {}", words.since, since.to_rfc3339()));
        }
        for address in self.address(alert).into_iter().chain(alert.runbook.clone()) {
            block.push_str(&format!("\n{address}"));
        }
        block
    }

    /// What an alert says in a line; may be empty.
    pub fn line(&self, alert: &Alert) -> String {
        match alert.list.as_ref().and_then(|list| Some((list, list.more?))) {
            Some((list, more)) => self.words().more_objects(more, &list.line()),
            None => alert.summary.clone(),
        }
    }

    /// The same, or all that it says when it has no line.
    fn summary(&self, alert: &Alert) -> String {
        let line = self.line(alert);
        if line.is_empty() { alert.description.clone() } else { line }
    }

    /// Where in the console an alert is looked into: the object that it is about, the list that it is about, or the alerts of
    /// its cluster.
    pub fn address(&self, alert: &Alert) -> Option<String> {
        let page = match (&alert.resource, &alert.list, &self.message.cluster) {
            (Some(resource), _, _) => model::link::object(resource),
            (None, Some(list), _) => model::link::table(&list.query),
            (None, None, Some(cluster)) => model::link::alerts(cluster),
            (None, None, None) => return None,
        };
        Some(self.link(&page))
    }

    fn link(&self, page: &str) -> String {
        format!("{}{page}", self.public_url)
    }
}

/// A text without breaks and other letters that steer.
pub fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// At most so many bytes of a text, cut between letters.
pub fn shortened(text: &str, limit_bytes: usize) -> String {
    if text.len() <= limit_bytes {
        return text.to_owned();
    }
    let mut end = limit_bytes.saturating_sub('…'.len_utf8());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &text[..end])
}
