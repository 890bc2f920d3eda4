//! What values of a state timeline are called.

use super::PanelPlan;
use model::fault::PanelFault;
use model::{Fault, Level};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Mappings of a panel: more are more than anybody can tell apart.
pub const MOST_MAPPINGS: usize = 30;
/// The longest text of a mapping, in characters.
pub const LONGEST_STATE: usize = 40;

/// What a value or a range of values is called, and how bad it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueMapping {
    /// The smallest value that is meant; none for no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    /// The largest value that is meant; none for no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<f64>,
    /// What it is called.
    pub text: String,
    /// How bad it is: failed, warning, healthy, or nothing of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
}

/// The words for levels in the lines of forms.
const LEVELS: [(Level, &str); 3] =
    [(Level::Failed, "critical"), (Level::Warning, "warning"), (Level::Healthy, "ok")];

impl ValueMapping {
    /// A line of a form: `critical 0 = Down`, `1 = Up`, `warning 2..5 = Slow`, `5.. = Stuck`.
    pub fn parse(line: &str) -> Option<Self> {
        let (left, text) = line.split_once('=')?;
        let words: Vec<&str> = left.split_whitespace().collect();
        let (level, range) = match words.as_slice() {
            [range] => (None, *range),
            [word, range] => (Some(LEVELS.into_iter().find(|(_, known)| known == word)?.0), *range),
            _ => return None,
        };
        let (from, to) = match range.split_once("..") {
            None => {
                let value = number(range)?;
                (Some(value), Some(value))
            }
            Some((from, to)) => (end(from)?, end(to)?),
        };
        let mapping = Self { from, to, text: text.trim().to_owned(), level };
        mapping.fault().is_none().then_some(mapping)
    }

    /// Whether a value is meant.
    pub fn means(&self, value: f64) -> bool {
        self.from.is_none_or(|from| value >= from) && self.to.is_none_or(|to| value <= to)
    }

    /// What is wrong with it, if anything is.
    pub fn fault(&self) -> Option<PanelFault> {
        let is_level_known = |level| LEVELS.into_iter().any(|(known, _)| known == level);
        let ends = [self.from, self.to];
        let length = self.text.chars().count();
        if length == 0 || length > LONGEST_STATE || self.text.contains(['\n', '\r']) {
            return Some(PanelFault::StateName(LONGEST_STATE));
        }
        if ends.into_iter().flatten().any(|end| !end.is_finite()) || ends == [None, None] {
            return Some(PanelFault::StateValues);
        }
        if matches!((self.from, self.to), (Some(from), Some(to)) if from > to) {
            return Some(PanelFault::StateRange);
        }
        (!self.level.is_none_or(is_level_known)).then_some(PanelFault::StateLevel)
    }
}

/// What a value is called: the first that means it.
pub fn mapped(mappings: &[ValueMapping], value: f64) -> Option<(usize, &ValueMapping)> {
    mappings.iter().enumerate().find(|(_, mapping)| mapping.means(value))
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

fn end(text: &str) -> Option<Option<f64>> {
    if text.is_empty() { Some(None) } else { number(text).map(Some) }
}

impl fmt::Display for ValueMapping {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to, text, level } = self;
        if let Some((_, word)) = LEVELS.into_iter().find(|(known, _)| Some(*known) == *level) {
            write!(formatter, "{word} ")?;
        }
        match (from, to) {
            (Some(from), Some(to)) if from == to => write!(formatter, "{from}")?,
            (from, to) => {
                let end = |end: &Option<f64>| end.map(|end| end.to_string()).unwrap_or_default();
                write!(formatter, "{}..{}", end(from), end(to))?;
            }
        }
        write!(formatter, " = {text}")
    }
}

impl PanelPlan {
    pub(super) fn mapping_problems(&self, wrong: &mut impl FnMut(&str, Fault)) {
        if !self.kind.has_mappings() && !self.mappings.is_empty() {
            wrong("mappings", PanelFault::NoStates.into());
        }
        if self.mappings.len() > MOST_MAPPINGS {
            wrong("mappings", PanelFault::ManyStates(MOST_MAPPINGS).into());
        }
        if let Some(fault) = self.mappings.iter().find_map(ValueMapping::fault) {
            wrong("mappings", fault.into());
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_is_written() {
        for line in [
            "critical 0 = Down",
            "1 = Up",
            "ok 1.5..2 = a = b",
            "warning ..-3 = Low",
            "5.. = Stuck",
            "-2 = ok 1",
        ] {
            assert_eq!(ValueMapping::parse(line).unwrap().to_string(), line);
        }
        assert_eq!(ValueMapping::parse("  ok   1=Up ").unwrap().to_string(), "ok 1 = Up");
    }

    #[test]
    fn what_names_no_value_or_nothing_is_no_mapping() {
        let long = format!("1 = {}", "x".repeat(LONGEST_STATE + 1));
        for line in [
            "",
            "Up",
            "1 =",
            "1 = ",
            "bad 1 = Up",
            ".. = All",
            "2..1 = x",
            "inf = x",
            "x = y",
            "ok = Up",
            &long,
        ] {
            assert_eq!(ValueMapping::parse(line), None, "{line}");
        }
    }

    #[test]
    fn the_first_that_means_a_value_names_it() {
        let mappings = ["0 = Down", "0..1 = Half", "1.. = Up"].map(|line| ValueMapping::parse(line).unwrap());
        let name = |value| mapped(&mappings, value).map(|(_, mapping)| mapping.text.as_str());

        assert_eq!(name(0.0), Some("Down"));
        assert_eq!(name(1.0), Some("Half"));
        assert_eq!(name(1.1), Some("Up"));
        assert_eq!((name(-0.1), name(f64::NAN)), (None, None));
    }
}
