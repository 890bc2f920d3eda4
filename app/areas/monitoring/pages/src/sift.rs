//! Which of many alerts, or rules, are shown.

use crate::address::with_pairs;
use crate::words::{text, text_of};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use leptos_router::params::ParamsMap;
use model::{ClusterName, link};
use monitoring_contract::{Alert, KeptRule, ListAlertRow, ListStanding, ListState, RuleState};
use std::sync::Arc;
use ui::search_terms::{Term, terms};
use ui::{SearchBox, Tab, Tabs};

/// The name of what is searched for in addresses.
pub const SEARCH: &str = "search";
/// The name of how alerts stand in addresses.
const STAND: &str = "stand";

/// How far people have got with an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// It fires, and nobody has said anything.
    Open,
    /// Somebody looks after it.
    Taken,
    /// Nobody is told of it.
    Muted,
    /// It waits whether it lasts.
    Pending,
}

impl Stand {
    const ALL: [Self; 4] = [Self::Open, Self::Taken, Self::Muted, Self::Pending];

    fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Taken => "taken",
            Self::Muted => "muted",
            Self::Pending => "pending",
        }
    }

    fn of(alert: &Alert) -> Self {
        if !alert.is_firing {
            Self::Pending
        } else if alert.is_inhibited || !alert.silenced_by.is_empty() {
            Self::Muted
        } else if alert.acknowledged.is_some() {
            Self::Taken
        } else {
            Self::Open
        }
    }
}

/// Which alerts are shown: all of them, as long as nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sift {
    /// Only those that stand so.
    pub stand: Option<Stand>,
    /// Only those that have all of these words, and labels: `disk severity:critical namespace:shop`.
    pub search: String,
}

impl Sift {
    /// What an address says.
    pub fn parse(query: &ParamsMap) -> Self {
        let word = query.get(STAND).unwrap_or_default();
        Self {
            stand: Stand::ALL.into_iter().find(|stand| stand.word() == word),
            search: query.get(SEARCH).unwrap_or_default().trim().to_owned(),
        }
    }

    /// What stands in the address, as names and values.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let stand = self.stand.map(|stand| (STAND.to_owned(), stand.word().to_owned()));
        let search = (!self.search.is_empty()).then(|| (SEARCH.to_owned(), self.search.clone()));
        stand.into_iter().chain(search).collect()
    }

    /// The address of the page that shows these.
    pub fn href(&self, cluster: &ClusterName) -> String {
        with_pairs(&link::alerts(cluster), &self.pairs())
    }

    /// Whether an alert is shown.
    pub fn admits(&self, alert: &Alert) -> bool {
        self.stand.is_none_or(|stand| stand == Stand::of(alert)) && self.finds(alert)
    }

    fn finds(&self, alert: &Alert) -> bool {
        let words = || {
            let about = alert.resource.as_ref().map(ToString::to_string);
            let by = alert.acknowledged.as_ref().map(|made| made.by.clone());
            let own = [&alert.name, &alert.severity, &alert.summary, &alert.description].map(String::clone);
            let labels = alert.labels.iter().map(|(_, value)| value.clone());
            own.into_iter().chain(labels).chain(about).chain(by).collect::<Vec<_>>()
        };
        let label = |name: &str| match name {
            "severity" => Some(alert.severity.as_str()),
            "alertname" => Some(alert.name.as_str()),
            name => {
                let mut labels = alert.labels.iter();
                labels.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
            }
        };
        terms(&self.search).iter().all(|term| meets(term, label, words))
    }
}

/// Whether a rule of an object has all words of a search.
pub fn finds_rule(search: &str, rule: &KeptRule, around: &[&str]) -> bool {
    let state = match &rule.state {
        _ if rule.is_off => "off",
        Some(RuleState::Firing(_)) => "firing",
        Some(RuleState::Pending(_)) => "pending",
        Some(RuleState::Broken(_)) => "broken",
        Some(RuleState::Quiet) => "quiet",
        None => "",
    };
    let words = || {
        let own = [&rule.name, &rule.severity, &rule.summary, &rule.query].map(String::clone);
        own.into_iter().chain(around.iter().map(|word| (*word).to_owned())).collect::<Vec<_>>()
    };
    let field = |name: &str| match name {
        "severity" => Some(rule.severity.as_str()),
        "state" => Some(state),
        _ => None,
    };
    terms(search).iter().all(|term| meets(term, field, words))
}

/// Whether an alert on a list has all words of a search.
pub fn finds_list_alert(search: &str, row: &ListAlertRow) -> bool {
    let state = match &row.standing {
        ListStanding::New => "new",
        ListStanding::Off { .. } => "off",
        ListStanding::Known(ListState { matched: 0, .. }) => "quiet",
        ListStanding::Known(ListState { firing: 0, .. }) => "pending",
        ListStanding::Known(_) => "firing",
        ListStanding::Unknown { .. } => "unknown",
        ListStanding::Withdrawn => "withdrawn",
        ListStanding::Hidden => "hidden",
    };
    let words = || vec![row.name.clone(), row.line(), row.written_by.clone()];
    let field = |name: &str| match name {
        "severity" => Some(row.severity.word()),
        "state" => Some(state),
        _ => None,
    };
    terms(search).iter().all(|term| meets(term, field, words))
}

/// Whether something has a term: a label of this value, or a word anywhere. What looks like a label and is none that it has may
/// be a word all the same, such as an address with its port.
pub fn meets<'a>(
    term: &Term,
    label: impl Fn(&str) -> Option<&'a str>,
    words: impl Fn() -> Vec<String>,
) -> bool {
    let text = term.text.replace('"', "").to_lowercase();
    let named = term.is_field.then(|| text.split_once([':', '='])).flatten();
    if let Some((name, value)) = named
        && let Some(own) = label(name)
    {
        return own.to_lowercase() == value;
    }
    words().iter().any(|word| word.to_lowercase().contains(&text))
}

/// A box for searching, and how alerts stand, with how many of those that are found stand so.
pub fn bar(alerts: &Arc<Vec<Alert>>, cluster: &ClusterName, sift: Memo<Sift>) -> AnyView {
    let (counted, of) = (Arc::clone(alerts), cluster.clone());
    let tabs = Signal::derive(move || {
        let sift = sift.get();
        let tab = |stand: Option<Stand>| {
            let only = Sift { stand, search: sift.search.clone() };
            let id = stand.map_or("all", Stand::word);
            Tab {
                id: id.to_owned(),
                title: text_of("alerts.stand", id),
                href: only.href(&of),
                count: Some(counted.iter().filter(|alert| only.admits(alert)).count() as u64),
            }
        };
        std::iter::once(None).chain(Stand::ALL.map(Some)).map(tab).collect::<Vec<_>>()
    });
    let current = Signal::derive(move || sift.read().stand.map_or("all", Stand::word).to_owned());
    let keep = Signal::derive(move || {
        let kept = Sift { search: String::new(), ..sift.get() };
        kept.pairs()
    });
    let of = cluster.clone();
    let searched = move |search: String| Sift { search, ..sift.get_untracked() }.href(&of);
    let severities: Vec<String> =
        ["critical", "warning", "info"].map(|word| format!("severity:{word}")).into();
    let value = Signal::derive(move || sift.get().search);
    let search =
        search_box(link::alerts(cluster), (text("alerts.search"), severities), (value, keep), searched);
    view! {
        <div class="rank-bar">
            <Tabs title=text("alerts.stand") tabs current/>
            {search}
        </div>
    }
    .into_any()
}

/// A box for searching among what a page has already. What is searched for stands in the address, without a step back for
/// each letter.
pub fn search_box(
    action: String,
    (placeholder, suggestions): (&'static str, Vec<String>),
    (value, keep): (Signal<String>, Signal<Vec<(String, String)>>),
    href: impl Fn(String) -> String + Clone + Send + Sync + 'static,
) -> AnyView {
    let go = use_navigate();
    let link_to = Callback::new(href.clone());
    let on_search = Callback::new(move |search: String| {
        let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
        go(&href(search), options);
    });
    view! {
        <SearchBox
            action=Signal::stored(action)
            value
            placeholder
            keep
            link=link_to
            suggestions=Signal::stored(suggestions)
            on_search
        />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Level, Timestamp};
    use monitoring_contract::Acknowledged;

    fn alert(name: &str, severity: &str, labels: &[(&str, &str)]) -> Alert {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Alert::firing(name, Level::Failed, severity, labels.collect())
    }

    fn found(search: &str, alert: &Alert) -> bool {
        Sift { stand: None, search: search.into() }.admits(alert)
    }

    #[test]
    fn words_are_found_anywhere_and_labels_by_their_value() {
        let mut alert = alert(
            "KubePodCrashLooping",
            "warning",
            &[("namespace", "shop"), ("instance", "10.0.0.1:9100"), ("pod", "web-0")],
        );
        alert.summary = "Pod is crash looping".into();

        for search in [
            "",
            "crash",
            "CRASH web",
            "severity:warning",
            "severity:Warning namespace=shop",
            "alertname:kubepodcrashlooping",
            "10.0.0.1:9100",
            "\"crash looping\"",
            "pod:web-0",
        ] {
            assert!(found(search, &alert), "{search}");
        }
        for search in ["bank", "crash bank", "severity:critical", "namespace:sho", "cluster:harbour"] {
            assert!(!found(search, &alert), "{search}");
        }
    }

    #[test]
    fn an_alert_stands_in_one_place_only() {
        let open = alert("Down", "critical", &[]);
        let pending = Alert { is_firing: false, ..open.clone() };
        let made = Acknowledged { by: "mara".into(), note: String::new(), at: Timestamp(0) };
        let taken = Alert { acknowledged: Some(made), ..open.clone() };
        let silenced = Alert { silenced_by: vec!["5f1c".into()], ..taken.clone() };
        let inhibited = Alert { is_inhibited: true, ..open.clone() };

        let stands = [&open, &pending, &taken, &silenced, &inhibited].map(Stand::of);
        assert_eq!(stands, [Stand::Open, Stand::Pending, Stand::Taken, Stand::Muted, Stand::Muted]);
        for stand in Stand::ALL {
            let only = Sift { stand: Some(stand), search: String::new() };
            assert_eq!(only.admits(&open), stand == Stand::Open, "{stand:?}");
        }
        assert!(found("mara", &taken) && !found("mara", &open));
    }

    #[test]
    fn what_is_shown_has_an_address() {
        let mut map = ParamsMap::new();
        assert_eq!(Sift::parse(&map), Sift::default());
        map.insert(STAND.to_owned(), "muted".to_owned());
        map.insert(SEARCH.to_owned(), " disk ".to_owned());

        let sift = Sift::parse(&map);

        assert_eq!(sift, Sift { stand: Some(Stand::Muted), search: "disk".into() });
        let pairs = sift.pairs();
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("stand", "muted"), ("search", "disk")]);
    }

    #[test]
    fn rules_are_found_by_their_words_and_how_they_are() {
        let rule = KeptRule {
            name: "Disk is full".into(),
            is_alert: true,
            query: "up == 0".into(),
            severity: "critical".into(),
            hold: String::new(),
            summary: String::new(),
            description: String::new(),
            runbook: String::new(),
            state: Some(RuleState::Firing(2)),
            is_off: false,
        };
        let finds = |search: &str| finds_rule(search, &rule, &["shop", "orrery-alerts"]);

        for search in ["", "disk", "full shop", "state:firing severity:critical", "orrery-alerts", "==0 up"] {
            assert_eq!(finds(search), search != "==0 up", "{search}");
        }
        assert!(!finds("state:quiet") && !finds("state:off") && !finds("bank"));
        let off = KeptRule { state: None, is_off: true, ..rule.clone() };
        assert!(finds_rule("state:off disk", &off, &[]) && !finds_rule("state:firing", &off, &[]));
    }
}
