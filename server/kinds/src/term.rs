//! What is searched for in one column.

use crate::field::share;
use crate::quantity::quantity;
use crate::{Field, Health};
use model::{Language, Timestamp};
use std::cmp::Ordering;

/// What is searched for in one column, prepared once and held against many fields.
///
/// `a,b` finds either. `>`, `>=`, `<`, `<=` and `=` compare numbers, amounts (`>250m`, `<1Gi`), shares (`<100%`) and
/// ages (`>2d`); `=` alone finds fields that hold nothing, and before a text wants all of it. A bare text is found
/// anywhere in a text, in any letter case; a bare duration finds what is at most that old. Where users are listed, `nobody`
/// finds what has none, and numbers count them.
#[derive(Clone, Debug)]
pub struct Term {
    alternatives: Vec<Alternative>,
    now: i64,
}

#[derive(Clone, Debug)]
struct Alternative {
    operator: Option<Operator>,
    /// What follows the operator, in lower case.
    text: String,
    amount: Option<f64>,
    percent: Option<f64>,
    seconds: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Operator {
    Greater,
    AtLeast,
    Less,
    AtMost,
    Equal,
}

/// What stands for no user at all.
const NOBODY: &str = "nobody";

impl Term {
    /// Prepares a term as it was typed. Ages are measured from `now`.
    pub fn new(typed: &str, now: Timestamp) -> Self {
        Self {
            alternatives: typed.split(',').map(|part| Alternative::new(part.trim())).collect(),
            now: now.0,
        }
    }

    /// Whether what it finds may differ from moment to moment, because it speaks of ages.
    pub fn is_of_time(&self) -> bool {
        self.alternatives.iter().any(|alternative| alternative.seconds.is_some())
    }

    /// Whether the text holds, or is, what is searched for.
    pub fn matches_text(&self, text: &str) -> bool {
        self.alternatives.iter().any(|alternative| alternative.matches_text(text))
    }
}

impl Field {
    /// Whether this field is what a term of its column searches for.
    pub fn matches(&self, term: &Term) -> bool {
        term.alternatives.iter().any(|alternative| alternative.matches(self, term.now))
    }
}

impl Alternative {
    fn new(typed: &str) -> Self {
        const OPERATORS: [(&str, Operator); 5] = [
            (">=", Operator::AtLeast),
            ("<=", Operator::AtMost),
            (">", Operator::Greater),
            ("<", Operator::Less),
            ("=", Operator::Equal),
        ];
        let (operator, rest) = OPERATORS
            .iter()
            .find_map(|(sign, operator)| Some((Some(*operator), typed.strip_prefix(sign)?.trim_start())))
            .unwrap_or((None, typed));
        Self {
            operator,
            text: rest.to_lowercase(),
            amount: quantity(rest),
            percent: rest.strip_suffix('%').and_then(|number| number.trim().parse().ok()),
            seconds: duration(rest),
        }
    }

    fn matches(&self, field: &Field, now: i64) -> bool {
        match field {
            Field::None => self.operator == Some(Operator::Equal) && self.text.is_empty(),
            Field::Text(text) => self.matches_text(text),
            Field::Number(number) => self.compares(*number as f64),
            Field::Quantity(amount, _) => self.compares(*amount),
            Field::Ratio(part, whole) => self.matches_ratio(*part, *whole),
            Field::Status(status) => self.matches_status(status),
            Field::Since(since) => self.matches_age((now - since).max(0)),
            Field::List(items) => items.iter().any(|item| self.matches_text(item)),
            Field::Flag(flag) => {
                matches!((flag, self.text.as_str()), (true, "true" | "yes") | (false, "false" | "no"))
            }
            Field::Object(reference) => {
                let namespace = reference.namespace.as_deref().unwrap_or_default();
                self.matches_text(&reference.name)
                    || self.matches_text(&format!("{}/{}", reference.kind, reference.name))
                    || (self.operator.is_none() && self.matches_text(namespace))
            }
            Field::Users(users) => match (self.operator, self.text.as_str()) {
                (None, NOBODY) | (Some(Operator::Equal), NOBODY | "") => users.names.is_empty(),
                (None | Some(Operator::Equal), _) => users.names.iter().any(|name| self.matches_text(name)),
                _ => self.compares(users.names.len() as f64),
            },
            Field::Untold(_) => false,
        }
    }

    fn matches_text(&self, text: &str) -> bool {
        match self.operator {
            None => contains_ignoring_case(text, &self.text),
            Some(Operator::Equal) => text.to_lowercase() == self.text,
            Some(_) => quantity(text).is_some_and(|amount| self.compares(amount)),
        }
    }

    /// A status is found by its level, by its word and by what that is in another language, as its readers see it.
    fn matches_status(&self, status: &Health) -> bool {
        let is_seen = |language: &Language| self.matches_text(&status.word_in(*language));
        status.level.word() == self.text
            || self.matches_text(&status.word)
            || (!self.text.is_ascii() && Language::ALL.iter().any(is_seen))
    }

    fn matches_ratio(&self, part: i64, whole: i64) -> bool {
        match self.percent {
            Some(percent) => self.holds(share(part, whole).total_cmp(&(percent / 100.0))),
            None => self.text == format!("{part}/{whole}") || self.compares(part as f64),
        }
    }

    fn matches_age(&self, age: i64) -> bool {
        let operator = self.operator.unwrap_or(Operator::AtMost);
        self.seconds.is_some_and(|seconds| operator.holds(age.cmp(&seconds)))
    }

    fn compares(&self, amount: f64) -> bool {
        self.amount.is_some_and(|wanted| self.holds(amount.total_cmp(&wanted)))
    }

    fn holds(&self, ordering: Ordering) -> bool {
        self.operator.unwrap_or(Operator::Equal).holds(ordering)
    }
}

impl Operator {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Greater => ordering.is_gt(),
            Self::AtLeast => ordering.is_ge(),
            Self::Less => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::Equal => ordering.is_eq(),
        }
    }
}

/// Whether a text contains another, which must be in lower case, whatever the case of its own letters.
pub fn contains_ignoring_case(text: &str, lower_case: &str) -> bool {
    if !lower_case.is_ascii() {
        return text.to_lowercase().contains(lower_case);
    }
    let (text, wanted) = (text.as_bytes(), lower_case.as_bytes());
    let Some(last_start) = text.len().checked_sub(wanted.len()) else { return false };
    // Looking for the rarest of its bytes finds few places to look at closely.
    let Some(rarest) = (0..wanted.len()).min_by_key(|index| frequency(wanted[*index])) else { return true };
    let (lower, upper) = (wanted[rarest], wanted[rarest].to_ascii_uppercase());
    let searched = &text[rarest..=last_start + rarest];
    memchr::memchr2_iter(lower, upper, searched)
        .any(|start| text[start..start + wanted.len()].eq_ignore_ascii_case(wanted))
}

/// How often a byte stands in names, roughly.
fn frequency(byte: u8) -> u8 {
    match byte {
        b'e' | b'a' | b'r' | b't' | b'o' | b'i' | b'n' | b's' => 4,
        b'-' | b'.' | b'c' | b'd' | b'l' | b'm' | b'p' | b'u' | b'g' | b'w' | b'k' => 3,
        b'0'..=b'9' | b'/' | b':' | b'b' | b'f' | b'h' | b'v' | b'y' => 2,
        _ => 1,
    }
}

/// Seconds of a duration such as `90s`, `5m`, `1h30m`, `2d` or `1w`.
fn duration(text: &str) -> Option<i64> {
    let mut seconds = 0i64;
    let mut number: Option<i64> = None;
    for c in text.chars() {
        if let Some(digit) = c.to_digit(10) {
            number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit.into())?);
            continue;
        }
        let unit = match c {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            'w' => 604_800,
            'y' => 31_536_000,
            _ => return None,
        };
        seconds = seconds.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    (number.is_none() && !text.is_empty()).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Interner, Users};
    use model::{Level, Unit, Untold};

    fn found(field: &Field, typed: &str) -> bool {
        field.matches(&Term::new(typed, Timestamp(1_000_000)))
    }

    #[test]
    fn texts_are_found_in_any_letter_case() {
        let field = Field::Text("CrashLoopBackOff".into());

        for typed in ["crash", "LOOP", "off", "x,back", "=crashloopbackoff", ""] {
            assert!(found(&field, typed), "{typed:?}");
        }
        for typed in ["=crash", "crashed", "crash loop", ">1", "="] {
            assert!(!found(&field, typed), "{typed:?}");
        }
        assert!(contains_ignoring_case("Größe ÄÖ", "äö"));
    }

    #[test]
    fn numbers_and_amounts_are_compared() {
        assert!(found(&Field::Number(7), ">5"));
        assert!(found(&Field::Number(7), "7"));
        assert!(!found(&Field::Number(7), ">= 8"));
        assert!(found(&Field::Quantity(0.25, Unit::Cores), "250m"));
        assert!(found(&Field::Quantity(2e9, Unit::Bytes), ">1Gi"));
        assert!(!found(&Field::Number(7), "seven"));
    }

    #[test]
    fn ages_are_compared_by_duration() {
        let two_hours = Field::Since(1_000_000 - 7200);

        for typed in [">1h", "<1d", "3h", "<=2h", ">=1h30m"] {
            assert!(found(&two_hours, typed), "{typed:?}");
        }
        for typed in [">2h", "<5m", "1h", "soon"] {
            assert!(!found(&two_hours, typed), "{typed:?}");
        }
    }

    #[test]
    fn ratios_are_compared_by_part_share_or_as_written() {
        assert!(found(&Field::Ratio(1, 3), "1/3"));
        assert!(found(&Field::Ratio(1, 3), "<100%"));
        assert!(found(&Field::Ratio(1, 3), "<2"));
        assert!(!found(&Field::Ratio(3, 3), "<100%"));
    }

    #[test]
    fn a_status_is_found_by_level_or_word() {
        let field = Field::Status(Health::new(Level::Failed, "ImagePullBackOff").into());

        assert!(found(&field, "failed"));
        assert!(found(&field, "imagepull"));
        assert!(found(&field, "warning,failed"));
        assert!(!found(&field, "healthy"));

        let field = Field::Status(Health::new(Level::Warning, "2 unavailable").into());
        for typed in ["unavailable", "不可用", "=2 个不可用"] {
            assert!(found(&field, typed), "{typed}");
        }
        assert!(!found(&field, "可用的"));
    }

    #[test]
    fn users_are_found_by_name_and_number_and_where_there_are_none() {
        let used_by = |names: &[&str]| {
            let names = names.iter().map(|name| Box::from(*name)).collect();
            Field::Users(Users { names, kind: "pods", namespace: "shop".into() }.into())
        };
        let (used, unused) = (used_by(&["web-0", "web-1"]), used_by(&[]));

        for typed in ["web", "=web-1", "WEB-0", ">1", ">=2"] {
            assert!(found(&used, typed) && !found(&unused, typed), "{typed:?}");
        }
        for typed in ["nobody", "=nobody", "=", "<1"] {
            assert!(found(&unused, typed) && !found(&used, typed), "{typed:?}");
        }
        for typed in ["nobody", "=", "web", "<1", ""] {
            assert!(!found(&Field::Untold(Untold::NotYet), typed), "{typed:?}");
        }
        assert!(unused.compare(&used).is_lt() && used.compare(&Field::None).is_lt());
    }

    #[test]
    fn lists_flags_objects_and_nothing_are_found() {
        let mut interner = Interner::default();

        assert!(found(&interner.list_field(["nginx:1", "envoy:2"]), "envoy"));
        assert!(found(&Field::Flag(true), "yes"));
        assert!(!found(&Field::Flag(true), "no"));
        assert!(found(&interner.object_field("pods", Some("shop"), "web-0"), "pods/web-0"));
        assert!(found(&Field::None, "="));
        assert!(!found(&Field::None, ""));
    }
}
