//! Switches that make the API server misbehave, for tests of those who depend on it.

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::rest::request::RequestInfo;

/// The path at which faults are switched on and off over HTTP.
pub(crate) const SWITCHBOARD: &str = "/playground/faults";

/// A misbehaviour, and the requests it befalls.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FaultRule {
    /// Verbs as in authorization (`get`, `watch`, `create`); empty for all.
    pub verbs: Vec<String>,
    /// `plural` or `plural.group`; empty for all.
    pub resource: String,
    /// How the path begins; empty for all.
    pub path_prefix: String,
    /// How many times it still happens; none for ever.
    pub remaining: Option<u32>,
    /// What happens.
    pub effect: Effect,
}

/// What can go wrong.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "type")]
pub enum Effect {
    /// Nothing.
    #[default]
    Nothing,
    /// The answer comes late.
    Delay {
        /// By how much.
        milliseconds: u64,
    },
    /// The connection is closed without an answer.
    Drop,
    /// 410: the version asked for is too old.
    Gone,
    /// 429 with `Retry-After`.
    TooManyRequests {
        /// What the header says.
        retry_after_seconds: u32,
    },
    /// 503 without doing anything. With a path prefix such as `/apis/metrics.k8s.io`, a dead aggregated API.
    Unavailable,
    /// 503 after everything was done.
    UnavailableAfterwards,
    /// 401, as with an expired token.
    Unauthorized,
    /// The answer trickles.
    SlowBytes {
        /// How fast.
        bytes_per_second: u64,
    },
    /// The answer ends in the middle.
    Truncated,
    /// The connection stays open and nothing comes until the faults are switched off; then the request is answered.
    HalfOpen,
    /// The server's clock is wrong, as told by the `Date` of its answers and by the age of what it creates.
    ClockSkew {
        /// How far it is ahead; negative when it is behind.
        seconds: i64,
    },
    /// A running watch gets a 410 as an event and ends.
    WatchGone,
    /// A running watch ends without a word.
    WatchDrop,
    /// A running watch stays open and says nothing until the faults are switched off; then it goes on.
    WatchHalfOpen,
    /// A running watch gets bytes that are no JSON, at once and again after each further change.
    WatchGarbage,
    /// A running watch ends in the middle of an event.
    WatchTruncated,
}

/// What befalls a running watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WatchFault {
    Gone,
    Drop,
    HalfOpen,
    Garbage,
    Truncated,
}

impl Effect {
    fn on_watch(&self) -> Option<WatchFault> {
        Some(match self {
            Self::WatchGone => WatchFault::Gone,
            Self::WatchDrop => WatchFault::Drop,
            Self::WatchHalfOpen => WatchFault::HalfOpen,
            Self::WatchGarbage => WatchFault::Garbage,
            Self::WatchTruncated => WatchFault::Truncated,
            _ => return None,
        })
    }
}

/// The faults that are switched on.
#[derive(Debug, Default)]
pub struct Faults {
    rules: Mutex<Vec<FaultRule>>,
    changed: watch::Sender<Switched>,
}

/// How often the switchboard was used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Switched {
    /// How often a fault was switched on.
    on: u64,
    /// How often all were switched off.
    off: u64,
}

impl Faults {
    /// Switches a fault on. It comes after those that are on already; the first that fits happens.
    pub fn add(&self, rule: FaultRule) {
        self.rules.lock().push(rule);
        self.changed.send_modify(|switched| switched.on += 1);
    }

    /// Switches every fault off.
    pub fn clear(&self) {
        self.rules.lock().clear();
        self.changed.send_modify(|switched| switched.off += 1);
    }

    /// The faults that are on.
    pub fn rules(&self) -> Vec<FaultRule> {
        self.rules.lock().clone()
    }

    /// Wakes when faults are switched on or off.
    pub(crate) fn changes(&self) -> watch::Receiver<Switched> {
        self.changed.subscribe()
    }

    /// Waits until all faults were switched off after `then`.
    pub(crate) async fn off_after(&self, then: Switched) {
        // The sender lives as long as this does.
        self.changed.subscribe().wait_for(|now| now.off > then.off).await.ok();
    }

    /// What befalls a request. The switchboard itself is spared: who switches a fault on has to be able to switch it off.
    pub(crate) fn on_request(&self, info: &RequestInfo) -> Effect {
        if info.path == SWITCHBOARD {
            return Effect::Nothing;
        }
        self.take(info, |effect| {
            (*effect != Effect::Nothing && effect.on_watch().is_none()).then(|| effect.clone())
        })
        .unwrap_or_default()
    }

    /// What befalls a running watch now.
    pub(crate) fn on_watch(&self, info: &RequestInfo) -> Option<WatchFault> {
        self.take(info, Effect::on_watch)
    }

    /// Whether the whole group is dead for ever.
    pub(crate) fn group_is_dead(&self, group: &str) -> bool {
        let path = format!("/apis/{group}");
        self.rules.lock().iter().any(|rule| {
            rule.effect == Effect::Unavailable
                && rule.remaining.is_none()
                && rule.path_prefix.trim_end_matches('/') == path
        })
    }

    fn take<T>(&self, info: &RequestInfo, pick: impl Fn(&Effect) -> Option<T>) -> Option<T> {
        let mut rules = self.rules.lock();
        for rule in rules.iter_mut() {
            if rule.remaining == Some(0) || !fits(rule, info) {
                continue;
            }
            if let Some(picked) = pick(&rule.effect) {
                rule.remaining = rule.remaining.map(|remaining| remaining - 1);
                return Some(picked);
            }
        }
        None
    }
}

fn fits(rule: &FaultRule, info: &RequestInfo) -> bool {
    (rule.verbs.is_empty() || rule.verbs.contains(&info.verb))
        && (rule.resource.is_empty() || rule.resource == info.plural_group())
        && info.path.starts_with(&rule.path_prefix)
}

#[cfg(test)]
mod tests {
    use super::{Effect, FaultRule, Faults};
    use crate::rest::request::RequestInfo;

    #[test]
    fn a_fault_happens_as_often_as_it_says() {
        let faults = Faults::default();
        let rule = FaultRule {
            verbs: vec!["list".to_owned()],
            resource: "pods".to_owned(),
            remaining: Some(1),
            effect: Effect::Unavailable,
            ..FaultRule::default()
        };
        faults.add(rule);
        let list =
            RequestInfo { verb: "list".to_owned(), resource: "pods".to_owned(), ..RequestInfo::default() };
        let get = RequestInfo { verb: "get".to_owned(), ..list.clone() };

        assert_eq!(faults.on_request(&get), Effect::Nothing);
        assert_eq!(faults.on_request(&list), Effect::Unavailable);
        assert_eq!(faults.on_request(&list), Effect::Nothing);
    }
}
