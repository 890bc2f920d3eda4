//! What a series is called.

use std::fmt;
use std::sync::Arc;

/// The label that holds a metric's name.
pub const NAME: &str = "__name__";

/// The labels of a series, sorted by name, without empty values. A copy is cheap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Labels {
    pairs: Arc<[(Arc<str>, Arc<str>)]>,
}

impl Labels {
    /// Labels from pairs in any order. Empty values are left out; of two with the same name the later wins.
    pub fn new<N: Into<Arc<str>>, V: Into<Arc<str>>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self::sorted(pairs.collect())
    }

    fn sorted(mut pairs: Vec<(Arc<str>, Arc<str>)>) -> Self {
        // The sort is stable, so the later of two with the same name is the last of them.
        pairs.sort_by(|one, other| one.0.cmp(&other.0));
        pairs.reverse();
        pairs.dedup_by(|one, kept| one.0 == kept.0);
        pairs.reverse();
        pairs.retain(|(_, value)| !value.is_empty());
        Self { pairs: pairs.into() }
    }

    /// The value of a label; empty when there is none.
    pub fn get(&self, name: &str) -> &str {
        self.pairs.iter().find(|(known, _)| **known == *name).map_or("", |(_, value)| value)
    }

    /// The metric's name; empty when it has none.
    pub fn name(&self) -> &str {
        self.get(NAME)
    }

    /// All labels by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (&**name, &**value))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The same without the metric's name.
    pub fn nameless(&self) -> Self {
        if self.name().is_empty() { self.clone() } else { self.filtered(|name| name != NAME) }
    }

    /// Those whose name fits.
    pub fn filtered(&self, keep: impl Fn(&str) -> bool) -> Self {
        Self { pairs: self.pairs.iter().filter(|(name, _)| keep(name)).cloned().collect() }
    }

    /// The same with another value of one label; an empty value removes it.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let others = self.pairs.iter().filter(|(known, _)| **known != *name).cloned();
        Self::sorted(others.chain([(name.into(), value.into())]).collect())
    }
}

impl fmt::Display for Labels {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())?;
        let others: Vec<String> = self
            .iter()
            .filter(|(name, _)| *name != NAME)
            .map(|(name, value)| format!("{name}={value:?}"))
            .collect();
        if others.is_empty() && !self.name().is_empty() {
            return Ok(());
        }
        write!(formatter, "{{{}}}", others.join(", "))
    }
}

/// Whether a text may be the name of a label.
pub fn is_label_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_sorted_unique_and_not_empty() {
        let labels = Labels::new([("pod", "a"), ("job", "x"), ("pod", "b"), ("zone", "")]);

        assert_eq!(labels.iter().collect::<Vec<_>>(), [("job", "x"), ("pod", "b")]);
        assert_eq!(labels, Labels::new([("job", "x"), ("pod", "b")]));
    }

    #[test]
    fn a_label_can_be_changed_and_taken_away() {
        let labels = Labels::new([(NAME, "up"), ("job", "x")]);

        assert_eq!(labels.with("job", "y").get("job"), "y");
        assert_eq!(labels.with("job", "").to_string(), "up");
        assert_eq!(labels.nameless().to_string(), "{job=\"x\"}");
    }
}
