//! The API server's rules for labels and annotations, told at the field before anything is sent.
//! <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set>

use crate::KubernetesError;
use model::FieldProblem;
use resources_contract::MetadataChange;

/// All annotations of an object together may have so many bytes.
const LONGEST_ANNOTATIONS: usize = 256 << 10;

/// Refuses keys and values that the API server would refuse.
pub(crate) fn check(change: &MetadataChange) -> Result<(), KubernetesError> {
    let mut problems = Vec::new();
    let mut refuse = |field: &str, key: &str, rule: &str| {
        problems.push(FieldProblem::new(field, format!("{key:?} {rule}")));
    };
    for (key, value) in &change.labels {
        if let Err(rule) = check_key(key) {
            refuse("labels", key, rule);
        }
        if let Some(value) = value
            && let Err(rule) = check_value(value)
        {
            refuse("labels", value, rule);
        }
    }
    for key in change.annotations.keys() {
        // Of annotations the API server checks the key in small letters, so that their prefixes may have capital ones.
        if let Err(rule) = check_key(&key.to_lowercase()) {
            refuse("annotations", key, rule);
        }
    }
    let size: usize =
        change.annotations.iter().map(|(key, value)| key.len() + value.as_ref().map_or(0, String::len)).sum();
    if size > LONGEST_ANNOTATIONS {
        problems.push(FieldProblem::new("annotations", "are longer than 256 KiB together"));
    }
    if problems.is_empty() { Ok(()) } else { Err(KubernetesError::Invalid { problems }) }
}

fn check_key(key: &str) -> Result<(), &'static str> {
    match key.split_once('/') {
        None => check_name(key),
        Some((prefix, name)) => {
            let is_domain = prefix.len() <= 253
                && prefix.split('.').all(|part| {
                    is_edged(part, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit(), b"-")
                });
            if !is_domain {
                return Err("must have a domain name before the '/', such as example.com");
            }
            check_name(name)
        }
    }
}

fn check_name(name: &str) -> Result<(), &'static str> {
    match name.len() {
        0 => return Err("must have a name that is not empty"),
        1..=63 => {}
        _ => return Err("must have a name of at most 63 characters"),
    }
    if is_edged(name, u8::is_ascii_alphanumeric, b"-_.") {
        Ok(())
    } else {
        Err("may hold only letters, digits, '-', '_' and '.', and must begin and end with a letter or digit")
    }
}

fn check_value(value: &str) -> Result<(), &'static str> {
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
            assert_eq!(check_key(key), Ok(()), "{key}");
        }
        for key in ["", "/", "a/", "/b", "a/b/c", "Upper.io/x", "-a", "a-", "a b", "a..b/x", &"x".repeat(64)]
        {
            assert!(check_key(key).is_err(), "{key:?} was accepted");
        }
        assert_eq!(check_value(""), Ok(()));
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
