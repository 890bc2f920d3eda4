//! Labels and annotations as lines of a form, and what became different in them.

use crate::MetadataChange;
use model::ConsoleError;
use model::fault::FormFault;
use std::collections::BTreeMap;

impl MetadataChange {
    /// What became different in texts of labels and of annotations, as [`to_lines`] writes them: each before, and after.
    pub fn between(labels: [&str; 2], annotations: [&str; 2]) -> Result<Self, ConsoleError> {
        let change = |[before, after]: [&str; 2], field: &str| {
            changed(&Some(before.to_owned()), &Some(after.to_owned()), field)
        };
        Ok(Self { labels: change(labels, "labels")?, annotations: change(annotations, "annotations")? })
    }
}

/// What became different between two texts of `key=value` lines: `None` for keys that are gone.
pub(super) fn changed(
    before: &Option<String>,
    after: &Option<String>,
    field: &str,
) -> Result<BTreeMap<String, Option<String>>, ConsoleError> {
    // A field that was emptied arrives as one that is missing.
    let read = |text: &Option<String>| pairs(text.as_deref().unwrap_or_default(), field);
    let (before, after) = (read(before)?, read(after)?);
    let gone = before.keys().filter(|key| !after.contains_key(*key)).map(|key| (key.clone(), None));
    let set = after.iter().filter(|(key, value)| before.get(*key) != Some(value));
    Ok(gone.chain(set.map(|(key, value)| (key.clone(), Some(value.clone())))).collect())
}

/// Keys and values as a form shows them: `key=value` on each line. A value that would not fit on a line, or would not be
/// seen there, is written in quotes, as in JSON.
pub fn to_lines(pairs: &[(String, String)]) -> String {
    let value = |value: &str| {
        let is_plain = value.trim() == value && !value.starts_with('"') && !value.contains(char::is_control);
        if is_plain { value.to_owned() } else { serde_json::Value::from(value).to_string() }
    };
    pairs.iter().map(|(key, text)| format!("{key}={}", value(text))).collect::<Vec<_>>().join("\n")
}

/// Reads [`to_lines`], and what people make of it. Values are taken as they stand: a space may be meant.
fn pairs(text: &str, field: &str) -> Result<BTreeMap<String, String>, ConsoleError> {
    let mut pairs = BTreeMap::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let number = index + 1;
        let (key, value) = line.split_once('=').ok_or_else(|| FormFault::NoValue(number).at(field))?;
        let value = if value.trim_start().starts_with('"') {
            serde_json::from_str(value).map_err(|_| FormFault::OpenQuotes(number).at(field))?
        } else {
            value.to_owned()
        };
        pairs.insert(key.trim().to_owned(), value);
    }
    Ok(pairs)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn only_changed_labels_are_sent() {
        let change =
            changed(&some("app=web\ntier=front\nold=1"), &some("app=web\r\ntier =back\n\nnew="), "labels");

        let expected = [("new", some("")), ("old", None), ("tier", some("back"))];
        assert_eq!(change.unwrap(), expected.map(|(key, value)| (key.to_owned(), value)).into());
    }

    #[test]
    fn the_last_label_can_be_removed() {
        let change = changed(&some("app=web"), &None, "labels").unwrap();

        assert_eq!(change, [("app".to_owned(), None)].into());
        assert_eq!(changed(&None, &None, "labels").unwrap(), BTreeMap::new());
    }

    #[test]
    fn what_became_different_is_known_before_it_is_sent() {
        let change = MetadataChange::between(["app=web", "app=web\ntier=front"], ["note=1", ""]).unwrap();

        assert_eq!(change.labels, [("tier".to_owned(), some("front"))].into());
        assert_eq!(change.annotations, [("note".to_owned(), None)].into());
        assert!(MetadataChange::between(["", "tier"], ["", ""]).is_err());
    }

    #[test]
    fn values_of_any_kind_survive_the_form() {
        let written = [
            ("note", "first line\nsecond line\n"),
            ("quoted", "\"yes\""),
            ("spaces", " both sides "),
            ("json", "{\"a\":\"b=c\"}"),
            ("windows", "a\r\nb"),
            ("empty", ""),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()));
        // Browsers send line breaks of forms as CR LF.
        let sent = to_lines(&written).replace('\n', "\r\n");

        assert_eq!(pairs(&sent, "annotations").unwrap(), written.clone().into());
        assert_eq!(changed(&Some(to_lines(&written)), &Some(sent), "annotations").unwrap(), BTreeMap::new());
    }

    #[test]
    fn a_quote_left_open_is_named() {
        let error = pairs("a=1\nb=\"2", "labels").unwrap_err();

        assert!(error.to_string().contains("line 2"), "{error}");
    }

    #[test]
    fn a_line_without_a_value_is_named() {
        let error = changed(&None, &some("app=web\ntier"), "labels").unwrap_err();

        assert_eq!(error, FormFault::NoValue(2).at("labels"));
    }
}
