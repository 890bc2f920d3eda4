//! Which of the ready-made rules a search finds.

use crate::sift::meets;
use crate::words::text_of;
use monitoring_contract::{BuiltInKept, BuiltInRuleView};
use ui::search_terms::terms;

/// How a rule can be here, as it is searched for.
pub const HERE: [&str; 5] =
    ["here:installed", "here:absent", "here:different", "here:off", "here:unmeasured"];

/// Whether a rule has all words of a search: in its name, in what it means, in its expression, or in the name of its group. One
/// that cannot be measured here is searched for by that word, whatever is installed of it.
pub fn finds(search: &str, rule: &BuiltInRuleView, group: &str) -> bool {
    let here = match rule.kept {
        _ if rule.query.is_none() => "unmeasured",
        BuiltInKept::Absent => "absent",
        BuiltInKept::Same => "installed",
        BuiltInKept::Otherwise => "different",
        BuiltInKept::Off => "off",
    };
    let words = || {
        let query = rule.query.clone().unwrap_or_default();
        let told = [text_of("built-in.rule", &rule.alert), text_of("rule.severity", &rule.severity)];
        let own = [rule.alert.clone(), rule.severity.clone(), group.to_owned(), query];
        own.into_iter().chain(told).chain(rule.lacking.clone()).collect::<Vec<_>>()
    };
    let field = |name: &str| match name {
        "severity" => Some(rule.severity.as_str()),
        "here" => Some(here),
        _ => None,
    };
    terms(search).iter().all(|term| meets(term, field, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_found_by_their_words_and_how_they_are_here() {
        let rule = BuiltInRuleView {
            key: "KubePodCrashLooping/warning".into(),
            alert: "KubePodCrashLooping".into(),
            severity: "warning".into(),
            hold: "15m".into(),
            summary: String::new(),
            query: Some("kube_pod_container_status_waiting_reason > 0".into()),
            lacking: Vec::new(),
            kept: BuiltInKept::Same,
            elsewhere: Vec::new(),
        };
        let unmeasured = BuiltInRuleView { query: None, lacking: vec!["etcd_up".into()], ..rule.clone() };

        for search in
            ["", "crashloop", "ends again", "workloads severity:warning", "here:installed", "waiting_reason"]
        {
            assert!(finds(search, &rule, "Workloads"), "{search}");
        }
        for search in ["etcd", "severity:critical", "here:absent", "here:unmeasured"] {
            assert!(!finds(search, &rule, "Workloads"), "{search}");
        }
        assert!(finds("here:unmeasured etcd_up", &unmeasured, "Workloads"));
        assert!(!finds("here:installed", &unmeasured, "Workloads"));
    }
}
