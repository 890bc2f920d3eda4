//! The Pod Security labels of namespaces. Those that somebody else has written are theirs, and stay.

use crate::plan::POD_SECURITY_LABEL;
use model::{ENFORCE_LABEL, PodSecurity, WARN_LABEL};
use serde_json::Value;
use std::collections::BTreeMap;

/// The labels that the console may write.
const LEVELS: [&str; 2] = [ENFORCE_LABEL, WARN_LABEL];

/// The levels of a namespace with these labels, by label, that somebody else has set.
pub fn levels_of_others(labels: &Value) -> Vec<(&'static str, String)> {
    let noted = labels[POD_SECURITY_LABEL].as_str().unwrap_or_default();
    let others = LEVELS.into_iter().filter(|label| !is_noted(noted, label));
    others.filter_map(|label| Some((label, labels[label].as_str()?.to_owned()))).collect()
}

/// What is written into a new namespace, of which all is the console's.
pub(crate) fn of_new(asked: PodSecurity) -> BTreeMap<&'static str, String> {
    let mut labels: BTreeMap<&str, String> =
        asked.labels().map(|(label, level)| (label, level.word().to_owned())).collect();
    let noted = note(&labels);
    labels.extend(noted.map(|note| (POD_SECURITY_LABEL, note)));
    labels
}

/// Leaves out of the wanted labels of a namespace the levels that somebody else has set, notes which are the console's, and
/// answers those that it may change.
pub(crate) fn own(
    labels: &BTreeMap<String, String>,
    wanted: &mut BTreeMap<&'static str, String>,
) -> Vec<&'static str> {
    let noted = labels.get(POD_SECURITY_LABEL).map(String::as_str).unwrap_or_default();
    let is_own = |label: &&str| is_noted(noted, label);
    wanted.retain(|label, _| !LEVELS.contains(label) || is_own(label) || !labels.contains_key(*label));
    let noted_then = note(wanted);
    wanted.extend(noted_then.map(|note| (POD_SECURITY_LABEL, note)));
    LEVELS.into_iter().filter(|label| wanted.contains_key(label) || is_own(label)).collect()
}

/// Which of the wanted levels are to be noted as the console's: `enforce.warn`.
fn note(wanted: &BTreeMap<&'static str, String>) -> Option<String> {
    let parts: Vec<&str> =
        LEVELS.into_iter().filter(|label| wanted.contains_key(label)).map(part_of).collect();
    (!parts.is_empty()).then(|| parts.join("."))
}

fn is_noted(noted: &str, label: &str) -> bool {
    noted.split('.').any(|part| part == part_of(label))
}

fn part_of(label: &str) -> &str {
    label.rsplit_once('/').map_or(label, |(_, part)| part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::PodSecurityLevel;
    use serde_json::json;

    fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect()
    }

    fn enforced(level: &str) -> BTreeMap<&'static str, String> {
        BTreeMap::from([(ENFORCE_LABEL, level.to_owned())])
    }

    #[test]
    fn a_level_that_somebody_else_set_stays_theirs() {
        let found = labels(&[(ENFORCE_LABEL, "restricted")]);
        let mut wanted = enforced("privileged");

        assert!(own(&found, &mut wanted).is_empty());
        assert!(wanted.is_empty());
    }

    #[test]
    fn a_level_of_the_console_is_changed_and_taken_away() {
        let found = labels(&[(ENFORCE_LABEL, "baseline"), (POD_SECURITY_LABEL, "enforce")]);
        let mut stricter = enforced("restricted");
        let mut none = BTreeMap::new();

        assert_eq!(own(&found, &mut stricter), [ENFORCE_LABEL]);
        assert_eq!(stricter.get(POD_SECURITY_LABEL).map(String::as_str), Some("enforce"));
        assert_eq!(own(&found, &mut none), [ENFORCE_LABEL], "it goes");
        assert!(none.is_empty());
    }

    #[test]
    fn levels_of_others_are_those_that_are_not_noted() {
        let labels =
            json!({ENFORCE_LABEL: "baseline", WARN_LABEL: "restricted", POD_SECURITY_LABEL: "enforce"});

        assert_eq!(levels_of_others(&labels), [(WARN_LABEL, "restricted".to_owned())]);
        assert!(levels_of_others(&Value::Null).is_empty());
    }

    #[test]
    fn a_new_namespace_says_what_in_it_is_the_consoles() {
        let (enforce, warn) = (Some(PodSecurityLevel::Baseline), Some(PodSecurityLevel::Restricted));

        let both = of_new(PodSecurity { enforce, warn });
        assert_eq!(both.get(POD_SECURITY_LABEL).map(String::as_str), Some("enforce.warn"));
        assert_eq!(both.get(ENFORCE_LABEL).map(String::as_str), Some("baseline"));
        assert!(of_new(PodSecurity::default()).is_empty());
    }
}
