//! What pods are told and how much they may use.

use super::shared::words;
use crate::column::{age, amount, column, function, list, status};
use crate::said::{Said, say};
use crate::{Field, Health, Interner, Kind, Menu, Object, Source, Value, explain};
use model::{ActionKind, Level};

/// Values are never kept: the server prints how many there are.
fn printed(name: &str) -> Value {
    Value::Printed(name.to_owned())
}

pub(super) fn config_maps() -> Kind {
    Kind {
        menu: Menu::Configuration,
        aliases: words(["cm"]),
        columns: vec![column("data", printed("Data")).at_end(), age()],
        source: Source::PrintedMetadata,
        ..Kind::plain("", "v1", "ConfigMap", "configmaps")
    }
}

pub(super) fn secrets() -> Kind {
    Kind {
        menu: Menu::Configuration,
        columns: vec![column("type", printed("Type")), column("data", printed("Data")).at_end(), age()],
        source: Source::PrintedMetadata,
        actions: vec![
            ActionKind::Edit,
            ActionKind::PullByDefault,
            ActionKind::NotPullByDefault,
            ActionKind::SetMetadata,
            ActionKind::Delete,
        ],
        ..Kind::plain("", "v1", "Secret", "secrets")
    }
}

pub(super) fn resource_quotas() -> Kind {
    Kind {
        menu: Menu::Configuration,
        aliases: words(["quota"]),
        status: Some(quota_status),
        explain: Some(explain::scaling::quota),
        columns: vec![status(), function("used", used), list("scopes", "/spec/scopes/*").hidden(), age()],
        ..Kind::plain("", "v1", "ResourceQuota", "resourcequotas")
    }
}

/// One limit of a quota.
pub(crate) struct QuotaLimit<'o> {
    pub(crate) resource: &'o str,
    pub(crate) used: &'o str,
    pub(crate) hard: &'o str,
    /// Used of the limit; 1 is all. A limit of nothing is always reached.
    pub(crate) share: f64,
}

/// Every limit of a quota, the most used first.
pub(crate) fn quota_limits<'o>(quota: &'o Object<'_>) -> Vec<QuotaLimit<'o>> {
    let used = quota.at("/status/used");
    let mut limits: Vec<QuotaLimit<'_>> = quota
        .entries_at("/status/hard")
        .iter()
        .map(|(resource, hard)| {
            let used = used.and_then(|used| used.get(resource));
            let (part, whole) = (used.and_then(amount).unwrap_or_default(), amount(hard).unwrap_or_default());
            QuotaLimit {
                resource,
                used: used.and_then(Object::text).unwrap_or("0"),
                hard: hard.text().unwrap_or_default(),
                share: if whole > 0.0 { part / whole } else { 1.0 },
            }
        })
        .collect();
    limits.sort_by(|a, b| b.share.total_cmp(&a.share));
    limits
}

fn quota_status(quota: &Object<'_>) -> Health {
    const NEARLY: f64 = 0.9;
    let limits = quota_limits(quota);
    let (level, word, least) = match limits.first() {
        None => return Health::new(Level::Progressing, "Pending").because(say("reason.quota.not-counted")),
        // What is limited to nothing is forbidden on purpose, not used up.
        Some(_) if limits.iter().any(|limit| limit.share >= 1.0 && limit.hard != "0") => {
            (Level::Warning, "Used up", 1.0)
        }
        Some(_) if limits.iter().any(|limit| limit.share >= NEARLY && limit.hard != "0") => {
            (Level::Warning, "Nearly used up", NEARLY)
        }
        Some(_) => return Health::new(Level::Healthy, "Within limits"),
    };
    let told = |limit: &QuotaLimit<'_>| {
        let (resource, used, hard) = (limit.resource, limit.used, limit.hard);
        Said::from(say("reason.quota.used").with("resource", resource).with("used", used).with("limit", hard))
    };
    let full = limits.iter().filter(|limit| limit.share >= least && limit.hard != "0").map(told).collect();
    Health::new(level, word).because(say("reason.quota.full").with("limits", Said::Listed(full)))
}

fn used(quota: &Object<'_>, interner: &mut Interner) -> Field {
    let text = |limit: &QuotaLimit<'_>| format!("{} {}/{}", limit.resource, limit.used, limit.hard);
    let texts: Vec<String> = quota_limits(quota).iter().map(text).collect();
    interner.list_field(texts.iter().map(String::as_str))
}

pub(super) fn limit_ranges() -> Kind {
    Kind {
        menu: Menu::Configuration,
        aliases: words(["limits"]),
        columns: vec![
            list("applies_to", "/spec/limits/*/type"),
            function("defaults", |range, interner| amounts(range, "default", interner)),
            function("minimums", |range, interner| amounts(range, "min", interner)),
            function("maximums", |range, interner| amounts(range, "max", interner)),
            age(),
        ],
        ..Kind::plain("", "v1", "LimitRange", "limitranges")
    }
}

fn amounts(range: &Object<'_>, which: &str, interner: &mut Interner) -> Field {
    let mut texts = Vec::new();
    for limit in range.items_at("/spec/limits") {
        for (resource, amount) in limit.get(which).map_or(&[][..], Object::entries) {
            texts.push(format!(
                "{} {resource} {}",
                limit.text_at("/type"),
                amount.text().unwrap_or_default()
            ));
        }
    }
    interner.list_field(texts.iter().map(String::as_str))
}
