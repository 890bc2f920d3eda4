//! What providers say about a person, cut to what the console uses.

use crate::accounts::MAX_NAME_CHARACTERS;
use crate::token;
use serde_json::{Map, Value};

/// The most groups of one person that are looked at: more than anybody maps.
const MAX_GROUPS: usize = 1000;

/// The longest name of a group.
const MAX_GROUP_BYTES: usize = 512;

/// The longest subject that the protocol allows.
const MAX_SUBJECT_BYTES: usize = 255;

/// The longest name of a session at a provider that is kept as it is: what CAS recommends to support.
const MAX_SESSION_BYTES: usize = 256;

/// What a provider calls a session there, as it is kept for the day on which the provider says that it is over. A long one would
/// leave no room in a cookie, and is known again by its hash.
pub fn session(name: &str) -> String {
    if name.len() <= MAX_SESSION_BYTES { name.to_owned() } else { token::hash(name) }
}

/// The groups in a claim: a list of texts, or one text. What looks like a group of Kubernetes or of the console itself is
/// dropped here, before anything could take it for one.
pub fn groups(claims: &Map<String, Value>, claim: &str) -> Vec<String> {
    let texts: Vec<&str> = match find(claims, claim) {
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(text)) => vec![text],
        _ => Vec::new(),
    };
    sound_groups(texts.into_iter().map(str::to_owned))
}

/// Groups without those that nobody may come with.
pub fn sound_groups(groups: impl IntoIterator<Item = String>) -> Vec<String> {
    let is_sound = |group: &String| {
        let lower = group.to_lowercase();
        !group.is_empty()
            && group.len() <= MAX_GROUP_BYTES
            && !group.chars().any(char::is_control)
            && !lower.starts_with("system:")
            && !lower.starts_with("orrery:")
    };
    groups.into_iter().filter(is_sound).take(MAX_GROUPS).collect()
}

/// The name that a claim proposes; empty when it proposes none.
pub fn name(claims: &Map<String, Value>, claim: &str) -> String {
    find(claims, claim).and_then(Value::as_str).map(sound_name).unwrap_or_default()
}

/// A proposed name in the form that accounts have: nothing in it that is not seen.
pub fn sound_name(name: &str) -> String {
    let seen: String = name.chars().filter(|letter| !model::is_hidden(*letter)).collect();
    seen.trim().chars().take(MAX_NAME_CHARACTERS).collect()
}

/// A subject that can be one.
pub fn is_subject(subject: &str) -> bool {
    !subject.is_empty() && subject.len() <= MAX_SUBJECT_BYTES && !subject.chars().any(char::is_control)
}

/// A claim by its name, which may lead into objects: `realm_access.roles`. A claim whose name itself has dots comes first.
fn find<'c>(claims: &'c Map<String, Value>, path: &str) -> Option<&'c Value> {
    if path.is_empty() {
        return None;
    }
    if let Some(value) = claims.get(path) {
        return Some(value);
    }
    let (first, rest) = path.split_once('.')?;
    find(claims.get(first)?.as_object()?, rest)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn claims(json: &str) -> Map<String, Value> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn nobody_comes_with_groups_of_kubernetes_or_of_the_console() {
        let said = claims(
            r#"{"groups":["system:masters","System:Masters","orrery:administrators","ops","","a\nb",7]}"#,
        );

        assert_eq!(groups(&said, "groups"), ["ops"]);
    }

    #[test]
    fn nobody_comes_with_the_name_of_another_and_something_that_is_not_seen() {
        for name in [" ada\n", "a\u{200b}da", "\u{202e}ada\u{202c} ", "\u{200b} ada"] {
            assert_eq!(sound_name(name), "ada", "{name:?}");
        }
        assert_eq!(sound_name("\u{200b}\u{2060}"), "");
    }

    #[test]
    fn ten_thousand_groups_are_cut() {
        let many: Vec<String> = (0..10_000).map(|index| format!("group-{index}")).collect();

        assert_eq!(sound_groups(many).len(), MAX_GROUPS);
    }

    #[test]
    fn a_claim_may_be_inside_another() {
        let said = claims(r#"{"realm_access":{"roles":["ops"]},"https://example.org/groups":"one"}"#);

        assert_eq!(groups(&said, "realm_access.roles"), ["ops"]);
        assert_eq!(groups(&said, "https://example.org/groups"), ["one"]);
        assert_eq!(groups(&said, "nothing.here"), Vec::<String>::new());
        assert_eq!(groups(&said, ""), Vec::<String>::new());
    }
}
