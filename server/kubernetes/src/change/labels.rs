//! The API server's rules for labels and annotations, told at the field before anything is sent.
//! <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set>

use crate::KubernetesError;
use model::FieldProblem;
use model::fault::LabelFault;
use resources_contract::MetadataChange;

/// All annotations of an object together may have so many bytes.
const LONGEST_ANNOTATIONS: usize = 256 << 10;

/// Refuses keys and values that the API server would refuse.
pub(crate) fn check(change: &MetadataChange) -> Result<(), KubernetesError> {
    let mut problems = Vec::new();
    let mut refuse = |field: &str, fault: LabelFault| problems.push(FieldProblem::of(field, fault));
    for (key, value) in &change.labels {
        if let Err(fault) = check_key(key) {
            refuse("labels", fault(key.clone()));
        }
        if let Some(value) = value
            && let Err(fault) = check_value(value)
        {
            refuse("labels", fault(value.clone()));
        }
    }
    for key in change.annotations.keys() {
        // Of annotations the API server checks the key in small letters, so that their prefixes may have capital ones.
        if let Err(fault) = check_key(&key.to_lowercase()) {
            refuse("annotations", fault(key.clone()));
        }
    }
    let size: usize =
        change.annotations.iter().map(|(key, value)| key.len() + value.as_ref().map_or(0, String::len)).sum();
    if size > LONGEST_ANNOTATIONS {
        problems.push(FieldProblem::of("annotations", LabelFault::Large));
    }
    if problems.is_empty() { Ok(()) } else { Err(KubernetesError::Invalid { problems }) }
}

/// What is wrong with a word, once it is said with which.
type OfWord = fn(String) -> LabelFault;

fn check_key(key: &str) -> Result<(), OfWord> {
    match key.split_once('/') {
        None => check_name(key),
        Some((prefix, name)) => {
            let is_domain = prefix.len() <= 253
                && prefix.split('.').all(|part| {
                    is_edged(part, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit(), b"-")
                });
            if !is_domain {
                return Err(LabelFault::Domain);
            }
            check_name(name)
        }
    }
}

fn check_name(name: &str) -> Result<(), OfWord> {
    match name.len() {
        0 => return Err(LabelFault::Empty),
        1..=63 => {}
        _ => return Err(LabelFault::Long),
    }
    if is_edged(name, u8::is_ascii_alphanumeric, b"-_.") { Ok(()) } else { Err(LabelFault::Letters) }
}

fn check_value(value: &str) -> Result<(), OfWord> {
    if value.is_empty() { Ok(()) } else { check_name(value) }
}

/// Whether every byte is an edge byte or one of the others, and the first and last are edge bytes.
fn is_edged(text: &str, edge: impl Fn(&u8) -> bool, others: &[u8]) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().all(|byte| edge(byte) || others.contains(byte))
        && bytes.first().is_some_and(&edge)
        && bytes.last().is_some_and(&edge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_obey_the_api_servers_rules() {
        for key in ["app", "app.kubernetes.io/name", "A_b-1.c", "x/y"] {
            assert!(check_key(key).is_ok(), "{key}");
        }
        for key in ["", "/", "a/", "/b", "a/b/c", "Upper.io/x", "-a", "a-", "a b", "a..b/x", &"x".repeat(64)]
        {
            assert!(check_key(key).is_err(), "{key:?} was accepted");
        }
        assert!(check_value("").is_ok());
        assert!(check_value("two words").is_err() && check_value("-").is_err());
    }

    #[test]
    fn prefixes_of_annotations_may_have_capital_letters_and_those_of_labels_not() {
        let pairs = || [("Example.io/Owner".to_owned(), Some("Ada".to_owned()))].into();
        let both = MetadataChange { labels: pairs(), annotations: pairs() };

        assert!(check(&MetadataChange { annotations: pairs(), ..MetadataChange::default() }).is_ok());
        let Err(KubernetesError::Invalid { problems }) = check(&both) else { panic!("it was accepted") };
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].field, "labels");
    }

    #[test]
    fn every_problem_is_told_at_its_field() {
        let change = MetadataChange {
            labels: [("bad key".to_owned(), None), ("ok".to_owned(), Some("bad value".to_owned()))].into(),
            annotations: [("also bad".to_owned(), Some("any text, even this".to_owned()))].into(),
        };
        let Err(KubernetesError::Invalid { problems }) = check(&change) else { panic!("it was accepted") };

        let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["labels", "labels", "annotations"]);
        assert!(problems[1].message.contains("bad value"));
    }
}
