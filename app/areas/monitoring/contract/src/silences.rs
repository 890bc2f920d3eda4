//! Silences: for a while nobody is told of some alerts.

use crate::Alert;
use leptos::prelude::*;
use model::fault::{ConditionFault, EntryFault, SilenceFault};
use model::{Cause, ClusterName, ConsoleError, FieldProblem, Timestamp};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;
use std::fmt;

/// For how many hours a silence can hold, for choosing.
pub const SILENCE_HOURS: [u32; 7] = [1, 2, 4, 8, 24, 72, 168];
/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 500;
/// The longest text of conditions, in bytes.
const LONGEST_MATCHERS: usize = 4096;
/// The most conditions. Each may be an expression that has to be compiled.
const MOST_MATCHERS: usize = 50;

/// What is known of who is told of alerts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Notifying {
    /// The cluster's Alertmanager answers; these are its silences that hold or will.
    Silences(Vec<Silence>),
    /// The cluster seems to have no Alertmanager.
    Missing,
    /// There is one, and it does not answer: why.
    Failing(Cause),
}

/// A silence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Silence {
    /// Its id.
    pub id: String,
    /// Which alerts it is about: those that meet all conditions.
    pub matchers: Vec<Matcher>,
    /// From when it holds.
    pub starts: Timestamp,
    /// Until when it holds.
    pub ends: Timestamp,
    /// Who made it, as it was told.
    pub created_by: String,
    /// Why.
    pub reason: String,
    /// Whether it holds already.
    pub is_active: bool,
    /// Whether the caller may end it.
    pub may_end: bool,
}

/// A condition on one label, as Alertmanager knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matcher {
    /// The label.
    pub name: String,
    /// How the label's value stands to [`Matcher::value`].
    pub is: MatchOperator,
    /// A value, or a regular expression that the whole value must match.
    pub value: String,
}

/// The four comparisons of Prometheus' selectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "they are Prometheus' own words")]
pub enum MatchOperator {
    Equal,
    NotEqual,
    Matches,
    NotMatches,
}

impl MatchOperator {
    /// As it is written. Longer ones come first, so that the first that fits is meant.
    const ALL: [(&'static str, Self); 4] =
        [("=~", Self::Matches), ("!~", Self::NotMatches), ("!=", Self::NotEqual), ("=", Self::Equal)];

    fn sign(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, operator)| *operator == self).map_or("=", |(sign, _)| sign)
    }
}

impl Matcher {
    /// That a label has exactly this value.
    pub fn equal(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), is: MatchOperator::Equal, value: value.into() }
    }

    /// Reads `name="value"`, `name!="value"`, `name=~"expression"` or `name!~"expression"`. Quotes may be left out.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let name_length = text.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))?;
        let (name, rest) = text.split_at(name_length);
        if name.is_empty() || name.starts_with(|letter: char| letter.is_ascii_digit()) {
            return None;
        }
        let rest = rest.trim_start();
        let (value, is) = MatchOperator::ALL
            .into_iter()
            .find_map(|(sign, operator)| rest.strip_prefix(sign).map(|value| (value.trim(), operator)))?;
        Some(Self { name: name.to_owned(), is, value: unquoted(value)? })
    }

    /// Reads one condition from each line that is not empty. The problem names the first line that is none.
    pub fn parse_lines(text: &str) -> Result<Vec<Self>, FieldProblem> {
        let problem = |fault: ConditionFault| FieldProblem::of("matchers", fault);
        if text.len() > LONGEST_MATCHERS {
            return Err(problem(ConditionFault::Long(LONGEST_MATCHERS)));
        }
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        if lines.clone().count() > MOST_MATCHERS {
            return Err(problem(ConditionFault::Many(MOST_MATCHERS)));
        }
        let read = |line: &str| {
            Self::parse(line).ok_or_else(|| problem(ConditionFault::NoCondition(line.to_owned())))
        };
        let matchers = lines.map(read).collect::<Result<Vec<_>, _>>()?;
        if matchers.is_empty() {
            return Err(problem(ConditionFault::Missing));
        }
        Ok(matchers)
    }

    /// The value that all alerts have for a label when they meet these conditions, if the conditions say so.
    pub fn pinned<'m>(matchers: &'m [Self], label: &str) -> Option<&'m str> {
        let mut pinning =
            matchers.iter().filter(|matcher| matcher.name == label && matcher.is == MatchOperator::Equal);
        pinning.next().map(|matcher| matcher.value.as_str()).filter(|value| !value.is_empty())
    }
}

/// A value without its quotes, with what is escaped in it. `None` where quotes do not close.
fn unquoted(text: &str) -> Option<String> {
    let Some(inside) = text.strip_prefix('"') else {
        return (!text.contains('"')).then(|| text.to_owned());
    };
    let mut value = String::new();
    let mut letters = inside.chars();
    loop {
        match letters.next()? {
            '"' => return letters.next().is_none().then_some(value),
            '\\' => match letters.next()? {
                'n' => value.push('\n'),
                letter @ ('"' | '\\') => value.push(letter),
                // Regular expressions are full of them; they stay as they were written.
                letter => value.extend(['\\', letter]),
            },
            letter => value.push(letter),
        }
    }
}

impl fmt::Display for Matcher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        write!(formatter, "{}{}\"{value}\"", self.name, self.is.sign())
    }
}

/// The fields of the form that makes a silence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilenceFields {
    /// Where.
    pub cluster: ClusterName,
    /// Conditions, one in a line, as [`Matcher::parse_lines`] reads them.
    #[serde(default)]
    pub matchers: String,
    /// From when it holds, in UTC, such as `2026-11-23T04:20`; empty for now.
    #[serde(default)]
    pub begins: String,
    /// For how many hours: one of [`SILENCE_HOURS`].
    #[serde(default)]
    pub hours: u32,
    /// Why, for others.
    #[serde(default)]
    pub reason: String,
}

/// A silence that can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedSilence {
    /// Which alerts it is about.
    pub matchers: Vec<Matcher>,
    /// From when it holds; none for now. Whether that is yet to come, only the server knows.
    pub begins: Option<Timestamp>,
}

impl SilenceFields {
    /// A silence that can be made, or what is wrong at which field.
    pub fn check(&self) -> Result<CheckedSilence, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let matchers = Matcher::parse_lines(&self.matchers).unwrap_or_else(|problem| {
            problems.push(problem);
            Vec::new()
        });
        let begins = match self.begins.trim() {
            "" => None,
            text => {
                let moment = Timestamp::parse_minutes(text);
                if moment.is_none() {
                    problems.push(FieldProblem::of("begins", SilenceFault::NoMoment));
                }
                moment
            }
        };
        if !SILENCE_HOURS.contains(&self.hours) {
            problems.push(FieldProblem::of("hours", EntryFault::Span));
        }
        let reason = self.reason.trim();
        if reason.is_empty() {
            problems.push(FieldProblem::of("reason", SilenceFault::NoReason));
        } else if reason.chars().count() > LONGEST_REASON {
            problems.push(FieldProblem::of("reason", EntryFault::Longest(LONGEST_REASON)));
        }
        if problems.is_empty() { Ok(CheckedSilence { matchers, begins }) } else { Err(problems) }
    }
}

/// Which of the alerts of this moment a silence with these conditions would be about.
#[server(endpoint = "monitoring/silence-preview", input = Json)]
pub async fn preview_silence(
    /// Where.
    cluster: ClusterName,
    /// Conditions, one in a line.
    matchers: String,
) -> Result<Vec<Alert>, ConsoleError> {
    model::port::<dyn crate::Monitoring>()?.preview_silence(cluster, matchers).await
}

/// Makes a silence.
#[server(endpoint = "monitoring/silence")]
pub async fn create_silence(
    /// The fields of the form.
    silence: SilenceFields,
) -> Result<(), ConsoleError> {
    let next = model::link::alerts(&silence.cluster);
    model::port::<dyn crate::Monitoring>()?.create_silence(silence).await?;
    model::go_to(&next);
    Ok(())
}

/// The fields of the form that ends a silence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndSilenceFields {
    /// Where.
    pub cluster: ClusterName,
    /// Which.
    #[serde(default)]
    pub id: String,
}

/// Ends a silence now.
#[server(endpoint = "monitoring/end-silence")]
pub async fn end_silence(
    /// The fields of the form.
    silence: EndSilenceFields,
) -> Result<(), ConsoleError> {
    let next = model::link::alerts(&silence.cluster);
    model::port::<dyn crate::Monitoring>()?.end_silence(silence).await?;
    model::go_to(&next);
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fields(matchers: &str, hours: u32, reason: &str) -> SilenceFields {
        let cluster = ClusterName::parse("harbour").unwrap();
        SilenceFields {
            cluster,
            matchers: matchers.into(),
            begins: String::new(),
            hours,
            reason: reason.into(),
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_it_was(name in "[a-zA-Z_][a-zA-Z0-9_]{0,8}", sign in 0..4_usize, value in ".*") {
            let matcher = Matcher { name, is: MatchOperator::ALL[sign].1, value };
            prop_assert_eq!(Matcher::parse(&matcher.to_string()), Some(matcher));
        }
    }

    #[test]
    fn conditions_are_read_as_people_write_them() {
        let read = |text: &str| Matcher::parse(text).map(|matcher| matcher.to_string());

        assert_eq!(read("severity=critical").as_deref(), Some("severity=\"critical\""));
        assert_eq!(read(" pod =~ \"web-\\d+\" ").as_deref(), Some("pod=~\"web-\\\\d+\""));
        for wrong in ["severity", "=x", "1a=\"x\"", "a=\"x", "a=x\"", "a=\"x\"y", "a.b=c"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn each_field_says_what_is_wrong_with_it() {
        let problems = fields("namespace", 5, " ").check().unwrap_err();

        let of: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(of, ["matchers", "hours", "reason"]);
        assert!(fields("", 1, "x").check().is_err());
        assert!(fields(&"a=b\n".repeat(51), 1, "x").check().is_err());
        let checked = fields("a=b\n\nc!=d", 1, "x").check().unwrap();
        assert_eq!((checked.matchers.len(), checked.begins), (2, None));
    }

    #[test]
    fn a_silence_may_begin_later() {
        let begins = |text: &str| {
            let fields = SilenceFields { begins: text.into(), ..fields("a=b", 1, "x") };
            fields.check().map(|checked| checked.begins)
        };

        assert_eq!(begins(" 1970-01-02T00:01 "), Ok(Some(Timestamp(86_460))));
        assert_eq!(begins(" "), Ok(None));
        let problems = begins("tomorrow").unwrap_err();
        assert_eq!(problems[0].field, "begins");
    }

    #[test]
    fn only_an_equal_sign_pins_a_label() {
        let pinned = |text: &str| {
            let matchers = Matcher::parse_lines(text).unwrap();
            Matcher::pinned(&matchers, "namespace").map(str::to_owned)
        };

        assert_eq!(pinned("namespace=\"shop\"\npod=~\".*\"").as_deref(), Some("shop"));
        for text in ["namespace=~\"shop\"", "namespace!=\"shop\"", "namespace=\"\"", "pod=\"shop\""] {
            assert_eq!(pinned(text), None, "{text}");
        }
    }
}
