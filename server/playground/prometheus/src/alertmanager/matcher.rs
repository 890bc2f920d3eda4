//! What silences and filters are about.

use playground_promql::Labels;
use regex::Regex;
use serde::{Deserialize, Serialize};

/// A condition on one label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Matcher {
    pub(super) name: String,
    pub(super) value: String,
    #[serde(default)]
    pub(super) is_regex: bool,
    #[serde(default = "yes")]
    pub(super) is_equal: bool,
}

fn yes() -> bool {
    true
}

impl Matcher {
    /// Reads `name="value"` and its like, with or without quotes.
    pub(super) fn read(text: &str) -> Option<Self> {
        let place = text.find(['=', '!'])?;
        let (name, rest) = text.split_at(place);
        let (operator, value) = ["=~", "!=", "!~", "="]
            .into_iter()
            .find_map(|operator| rest.strip_prefix(operator).map(|value| (operator, value)))?;
        let value = value.trim();
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
        let matcher = Self {
            name: name.trim().to_owned(),
            value: value.replace("\\\"", "\""),
            is_regex: operator.ends_with('~'),
            is_equal: operator.starts_with('='),
        };
        matcher.problem().is_none().then_some(matcher)
    }

    /// What is wrong with it.
    pub(super) fn problem(&self) -> Option<String> {
        if self.name.is_empty() {
            return Some("invalid label matcher 0: invalid label name \"\"".to_owned());
        }
        if self.is_regex && self.pattern().is_none() {
            return Some(format!(
                "invalid label matcher 0: invalid regular expression {:?}: error parsing regexp",
                self.value
            ));
        }
        None
    }

    fn pattern(&self) -> Option<Regex> {
        Regex::new(&format!("^(?:{})$", self.value)).ok()
    }

    pub(super) fn fits(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.name);
        let is_so = if self.is_regex {
            self.pattern().is_some_and(|pattern| pattern.is_match(value))
        } else {
            value == self.value
        };
        is_so == self.is_equal
    }

    /// Whether it holds for the empty value, so that it excludes nothing by itself.
    pub(super) fn fits_nothing(&self) -> bool {
        self.fits(&Labels::default())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_read_with_and_without_quotes() {
        let labels = Labels::new([("severity", "critical"), ("namespace", "shop")]);
        let fits = |text: &str| Matcher::read(text).unwrap().fits(&labels);

        assert!(fits("severity=\"critical\""));
        assert!(fits("severity=critical"));
        assert!(fits("namespace=~\"sh.*|bank\""));
        assert!(!fits("namespace!~\"sh.*\""));
        assert!(fits("pod!=\"a\""));
        assert_eq!(Matcher::read("severity"), None);
        assert_eq!(Matcher::read("a=~\"(\""), None);
    }
}
