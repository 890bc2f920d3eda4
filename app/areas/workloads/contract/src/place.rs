//! Places in a manifest: reading one, and writing one without touching anything else.

use serde_json::{Map, Value};

/// The selectors that mean everything when nothing is said in them, where having none means something else.
const SAYS_SOMETHING_EMPTY: &str = "podSelector";

/// What stands at a path such as `spec/template/metadata/labels`; the empty path is the whole. A `/` in a key is written
/// `~1`, as in RFC 6901.
pub fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    segments(path).try_fold(value, |value, key| match value {
        Value::Object(object) => object.get(&unescaped(key)),
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Writes a value at a path, making what is missing on the way. `None` takes it away, and with it whatever on the way to
/// it holds nothing any more.
pub fn set(value: &mut Value, path: &str, new: Option<Value>) {
    let path: Vec<&str> = segments(path).collect();
    match (path.as_slice(), new) {
        ([], new) => *value = new.unwrap_or(Value::Null),
        (path, Some(new)) => write(value, path, new),
        (path, None) => {
            remove(value, path);
        }
    }
}

/// A path below another; either may be empty.
pub(crate) fn joined(base: &str, path: &str) -> String {
    match (base.is_empty(), path.is_empty()) {
        (true, _) => path.to_owned(),
        (_, true) => base.to_owned(),
        _ => format!("{base}/{path}"),
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

pub(crate) fn unescaped(key: &str) -> String {
    key.replace("~1", "/")
}

fn write(value: &mut Value, path: &[&str], new: Value) {
    let Some((key, rest)) = path.split_first() else {
        *value = new;
        return;
    };
    if let Value::Array(items) = value {
        if let Some(item) = key.parse::<usize>().ok().and_then(|place| items.get_mut(place)) {
            write(item, rest, new);
        }
        return;
    }
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    if let Value::Object(object) = value {
        write(object.entry(unescaped(key)).or_insert(Value::Null), rest, new);
    }
}

/// Says whether anything was taken away.
fn remove(value: &mut Value, path: &[&str]) -> bool {
    let Some((key, rest)) = path.split_first() else { return false };
    match value {
        Value::Object(object) if rest.is_empty() => object.remove(&unescaped(key)).is_some(),
        Value::Object(object) => {
            let key = unescaped(key);
            let Some(inner) = object.get_mut(&key) else { return false };
            let is_removed = remove(inner, rest);
            if is_removed && is_nothing(inner) && key != SAYS_SOMETHING_EMPTY {
                object.remove(&key);
            }
            is_removed
        }
        Value::Array(items) => {
            let item = key.parse::<usize>().ok().and_then(|place| items.get_mut(place));
            item.is_some_and(|item| remove(item, rest))
        }
        _ => false,
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Null => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn what_was_emptied_leaves_nothing_behind_and_what_was_empty_stays() {
        let mut value =
            json!({"volumes": [{"name": "a", "emptyDir": {}}], "resources": {"limits": {"cpu": "1"}}});

        set(&mut value, "resources/limits/cpu", None);
        set(&mut value, "resources/limits/memory", None);

        assert_eq!(value, json!({"volumes": [{"name": "a", "emptyDir": {}}]}));
        set(&mut value, "volumes/0/name", Some(json!("b")));
        assert_eq!(at(&value, "volumes/0/name"), Some(&json!("b")));
        assert_eq!(at(&value, "volumes/1/name"), None);
    }

    #[test]
    fn a_key_may_hold_a_slash() {
        let mut quota = json!({"hard": {"pods": "10"}});

        set(&mut quota, "hard/count~1jobs.batch", Some(json!("4")));

        assert_eq!(quota, json!({"hard": {"pods": "10", "count/jobs.batch": "4"}}));
        assert_eq!(at(&quota, "hard/count~1jobs.batch"), Some(&json!("4")));
        set(&mut quota, "hard/count~1jobs.batch", None);
        assert_eq!(quota, json!({"hard": {"pods": "10"}}));
    }

    #[test]
    fn a_selector_of_no_labels_goes_on_choosing_all_pods() {
        let mut policy = json!({"from": [{"podSelector": {"matchLabels": {"app": "web"}}}]});

        set(&mut policy, "from/0/podSelector/matchLabels", None);

        assert_eq!(policy, json!({"from": [{"podSelector": {}}]}));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_and_taking_it_away_restores_what_was(
            path in proptest::collection::vec("[a-c]", 1..4),
            other in "[d-f]",
            text in ".{0,8}",
        ) {
            let before = json!({ &other: {"kept": [1, null, {}]} });
            let (mut value, path) = (before.clone(), path.join("/"));

            set(&mut value, &path, Some(json!(text)));
            prop_assert_eq!(at(&value, &path), Some(&json!(text)));
            prop_assert_eq!(&value[&other], &before[&other]);

            set(&mut value, &path, None);
            prop_assert_eq!(value, before);
        }
    }
}
