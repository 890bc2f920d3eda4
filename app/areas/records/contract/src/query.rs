//! What is looked for, as it is typed and as it is meant.

use crate::field::{Field, LineLevel, Of};
use model::fault::TermFault;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The longest search, in bytes.
pub const LONGEST_QUERY: usize = 2_000;
/// The most terms of a search.
const MOST_TERMS: usize = 40;

/// What is looked for. Values of one field are alternatives; everything else must hold at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Query {
    /// Its terms, in the order in which they were typed.
    pub terms: Vec<Term>,
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Term {
    /// A word in the text, or one that begins so.
    Word {
        /// The word.
        text: String,
        /// Whether it must not be there.
        is_not: bool,
    },
    /// Words in the text that follow each other, exactly.
    Phrase {
        /// The words.
        text: String,
        /// Whether they must not be there.
        is_not: bool,
    },
    /// The value of a field.
    Field {
        /// Which field.
        field: Field,
        /// Which value.
        value: Value,
        /// Whether it must not be that.
        is_not: bool,
    },
}

/// A value of a field.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Value {
    /// Just this.
    Exact(String),
    /// Whatever begins so.
    Prefix(String),
    /// HTTP statuses whose first digit is this.
    Hundred(u16),
    /// How bad a line says it is.
    Level(LineLevel),
}

/// What can be wrong with a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryProblem {
    /// A quotation mark is opened and not closed.
    Unclosed,
    /// A field without a value.
    NoValue(Field),
    /// `*` stands elsewhere than at the end.
    Inside(String),
    /// There is no such level.
    NoLevel(String),
    /// This is no HTTP status, nor `4xx`.
    NoCode(String),
    /// More than [`LONGEST_QUERY`] bytes, or too many terms.
    TooLong,
}

/// As the server says it of what it is sent.
impl From<QueryProblem> for TermFault {
    fn from(problem: QueryProblem) -> Self {
        match problem {
            QueryProblem::Unclosed => Self::Unclosed,
            QueryProblem::NoValue(field) => Self::NoValue(field.word().to_owned()),
            QueryProblem::Inside(value) => Self::Inside(value),
            QueryProblem::NoLevel(value) => Self::NoLevel(value),
            QueryProblem::NoCode(value) => Self::NoCode(value),
            QueryProblem::TooLong => Self::TooLong { bytes: LONGEST_QUERY, terms: MOST_TERMS },
        }
    }
}

impl Query {
    /// Reads what was typed. Only the fields of what is searched are fields: `http://x` and `12:30` are words.
    pub fn parse(of: Of, text: &str) -> Result<Self, QueryProblem> {
        if text.len() > LONGEST_QUERY {
            return Err(QueryProblem::TooLong);
        }
        let mut reader = Reader { rest: text };
        let mut terms = Vec::new();
        while let Some(term) = reader.term(of)? {
            terms.push(term);
            if terms.len() > MOST_TERMS {
                return Err(QueryProblem::TooLong);
            }
        }
        Ok(Self { terms })
    }

    /// As it would be typed; [`Query::parse`] reads it back.
    pub fn to_text(&self) -> String {
        let terms: Vec<String> = self.terms.iter().map(Term::to_text).collect();
        terms.join(" ")
    }

    /// The exact values of a field that are asked for; `None` when others can be meant too.
    pub fn only(&self, wanted: Field) -> Option<Vec<&str>> {
        let mut values = Vec::new();
        for term in &self.terms {
            match term {
                Term::Field { field, value: Value::Exact(value), is_not: false } if *field == wanted => {
                    values.push(value.as_str());
                }
                Term::Field { field, is_not: false, .. } if *field == wanted => return None,
                _ => {}
            }
        }
        (!values.is_empty()).then_some(values)
    }

    /// The same with one more value of a field.
    #[must_use]
    pub fn with(&self, field: Field, value: &str) -> Self {
        let term = Term::Field { field, value: Value::Exact(value.to_owned()), is_not: false };
        let mut terms = self.terms.clone();
        if !terms.contains(&term) {
            terms.push(term);
        }
        Self { terms }
    }

    /// The same with values for what stands in it as `$name`, whole: a condition goes where nothing is chosen.
    #[must_use]
    pub fn choose(&self, chosen: &BTreeMap<String, Option<String>>) -> Self {
        Self { terms: self.terms.iter().filter_map(|term| term.choose(chosen)).collect() }
    }

    /// The same in one namespace, whatever it says of others.
    #[must_use]
    pub fn only_in(&self, namespace: &str) -> Self {
        let is_other =
            |term: &&Term| !matches!(term, Term::Field { field: Field::Namespace, is_not: false, .. });
        Self { terms: self.terms.iter().filter(is_other).cloned().collect() }
            .with(Field::Namespace, namespace)
    }

    /// The names that stand in it as `$name`.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().filter_map(|term| term.value()?.strip_prefix('$'))
    }

    /// The words and phrases that must be there.
    pub fn words(&self) -> impl Iterator<Item = &Term> {
        self.terms.iter().filter(|term| {
            matches!(term, Term::Word { is_not: false, .. } | Term::Phrase { is_not: false, .. })
        })
    }
}

impl Term {
    /// What is compared, where that is a text.
    fn value(&self) -> Option<&str> {
        match self {
            Self::Word { text, .. } | Self::Phrase { text, .. } => Some(text),
            Self::Field { value: Value::Exact(value) | Value::Prefix(value), .. } => Some(value),
            Self::Field { .. } => None,
        }
    }

    fn choose(&self, chosen: &BTreeMap<String, Option<String>>) -> Option<Self> {
        let choice = self.value().and_then(|value| chosen.get(value.strip_prefix('$')?));
        let Some(choice) = choice else { return Some(self.clone()) };
        let text = choice.clone()?;
        Some(match self.clone() {
            // A choice is one thing, however many words it has.
            Self::Word { is_not, .. } | Self::Phrase { is_not, .. } => Self::Phrase { text, is_not },
            Self::Field { field, value: Value::Prefix(_), is_not } => {
                Self::Field { field, value: Value::Prefix(text), is_not }
            }
            Self::Field { field, is_not, .. } => Self::Field { field, value: Value::Exact(text), is_not },
        })
    }

    fn to_text(&self) -> String {
        let sign = |is_not: &bool| if *is_not { "-" } else { "" };
        match self {
            Self::Word { text, is_not } => format!("{}{text}", sign(is_not)),
            Self::Phrase { text, is_not } => format!("{}{}", sign(is_not), quoted(text)),
            Self::Field { field, value, is_not } => {
                let mut text = format!("{}{}:", sign(is_not), field.word());
                match value {
                    Value::Exact(value) if is_plain(value) => text.push_str(value),
                    Value::Exact(value) => text.push_str(&quoted(value)),
                    Value::Prefix(value) if value.is_empty() || is_plain(value) => {
                        text.extend([value.as_str(), "*"]);
                    }
                    Value::Prefix(value) => text.extend([quoted(value).as_str(), "*"]),
                    Value::Hundred(digit) => {
                        let _ = write!(text, "{digit}xx");
                    }
                    Value::Level(level) => text.push_str(level.word()),
                }
                text
            }
        }
    }
}

fn is_plain(value: &str) -> bool {
    !value.is_empty()
        && !value.contains(|letter: char| letter.is_whitespace() || matches!(letter, '"' | '*' | '\\'))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn term(&mut self, of: Of) -> Result<Option<Term>, QueryProblem> {
        self.rest = self.rest.trim_start();
        if self.rest.is_empty() {
            return Ok(None);
        }
        let is_not = match self.rest.strip_prefix('-') {
            Some(behind) if behind.starts_with(|letter: char| !letter.is_whitespace()) => {
                self.rest = behind;
                true
            }
            _ => false,
        };
        let field = self.rest.split_once(':').and_then(|(word, behind)| Some((of.field(word)?, behind)));
        if let Some((field, behind)) = field {
            self.rest = behind;
            let value = self.value(field)?;
            return Ok(Some(Term::Field { field, value, is_not }));
        }
        if self.rest.starts_with('"') {
            let text = self.quoted()?;
            return Ok(Some(Term::Phrase { text, is_not }));
        }
        Ok(Some(Term::Word { text: self.bare(), is_not }))
    }

    fn value(&mut self, field: Field) -> Result<Value, QueryProblem> {
        let (text, is_prefix) = if self.rest.starts_with('"') {
            let text = self.quoted()?;
            let behind = self.rest.strip_prefix('*');
            self.rest = behind.unwrap_or(self.rest);
            (text, behind.is_some())
        } else {
            let bare = self.bare();
            let text = bare.strip_suffix('*').unwrap_or(&bare).to_owned();
            if text.contains('*') {
                return Err(QueryProblem::Inside(bare));
            }
            let is_prefix = text.len() < bare.len();
            (text, is_prefix)
        };
        match (field, is_prefix) {
            (_, false) if text.is_empty() => Err(QueryProblem::NoValue(field)),
            (Field::Level, _) => LineLevel::parse(&text).map(Value::Level).ok_or(QueryProblem::NoLevel(text)),
            (Field::Code, _) => code(&text).ok_or(QueryProblem::NoCode(text)),
            (_, true) => Ok(Value::Prefix(text)),
            (_, false) => Ok(Value::Exact(text)),
        }
    }

    /// Up to the next white space.
    fn bare(&mut self) -> String {
        let end = self.rest.find(char::is_whitespace).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        text.to_owned()
    }

    /// Between quotation marks, within which `\` stands before a quotation mark or itself.
    fn quoted(&mut self) -> Result<String, QueryProblem> {
        let mut text = String::new();
        let mut letters = self.rest.char_indices().skip(1);
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(text);
                }
                '\\' => match letters.next() {
                    Some((_, next @ ('"' | '\\'))) => text.push(next),
                    Some((_, next)) => text.extend(['\\', next]),
                    None => break,
                },
                letter => text.push(letter),
            }
        }
        Err(QueryProblem::Unclosed)
    }
}

fn code(text: &str) -> Option<Value> {
    if let Some(digit) = text.strip_suffix("xx") {
        return digit.parse().ok().filter(|digit| (1..=5).contains(digit)).map(Value::Hundred);
    }
    let is_code = text.parse::<u16>().is_ok_and(|code| (100..600).contains(&code));
    is_code.then(|| Value::Exact(text.to_owned()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Query {
        Query::parse(Of::Logs, text).unwrap()
    }

    #[test]
    fn words_phrases_and_fields_are_told_apart() {
        let query = read(
            r#"timeout "connection reset" -healthz namespace:shop pod:web-* -level:debug http://x 12:30"#,
        );

        let word = |text: &str, is_not| Term::Word { text: text.into(), is_not };
        let field = |field, value, is_not| Term::Field { field, value, is_not };
        assert_eq!(
            query.terms,
            [
                word("timeout", false),
                Term::Phrase { text: "connection reset".into(), is_not: false },
                word("healthz", true),
                field(Field::Namespace, Value::Exact("shop".into()), false),
                field(Field::Pod, Value::Prefix("web-".into()), false),
                field(Field::Level, Value::Level(LineLevel::Debug), true),
                word("http://x", false),
                word("12:30", false),
            ]
        );
        assert_eq!(read("project:shop"), read("namespace:shop"));
        assert_eq!(read("pod:*").to_text(), "pod:*");
        assert_eq!(read("  ").terms, []);
    }

    #[test]
    fn what_is_wrong_is_told() {
        let wrong = |of, text: &str| Query::parse(of, text).unwrap_err();

        assert_eq!(wrong(Of::Logs, "a \"b"), QueryProblem::Unclosed);
        assert_eq!(wrong(Of::Logs, "pod: x"), QueryProblem::NoValue(Field::Pod));
        assert_eq!(wrong(Of::Logs, "pod:a*b"), QueryProblem::Inside("a*b".into()));
        assert_eq!(wrong(Of::Logs, "level:loud"), QueryProblem::NoLevel("loud".into()));
        assert_eq!(wrong(Of::Audit, "code:9xx"), QueryProblem::NoCode("9xx".into()));
        assert_eq!(wrong(Of::Logs, &"x ".repeat(60)), QueryProblem::TooLong);
        let told = TermFault::from(wrong(Of::Logs, "pod: x"));
        assert_eq!(told.to_string(), "pod: needs a value behind it");
    }

    #[test]
    fn names_are_chosen_whole_and_what_is_not_chosen_goes() {
        let query = read("namespace:$namespace pod:$pod* -container:$side error cost:$5 $word");
        let some = |text: &str| Some(text.to_owned());
        let chosen = [
            ("namespace", some("shop\" OR x")),
            ("pod", some("web")),
            ("side", None),
            ("word", some("basket priced")),
        ];
        let chosen = chosen.map(|(name, value)| (name.to_owned(), value)).into();

        let names: Vec<&str> = query.names().collect();
        assert_eq!(names, ["namespace", "pod", "side", "word"]);
        let chosen = query.choose(&chosen);
        assert_eq!(chosen.only(Field::Namespace), Some(vec!["shop\" OR x"]), "a choice stays one value");
        assert_eq!(read(&chosen.to_text()).terms.len(), 5, "{}", chosen.to_text());
    }

    #[test]
    fn each_sort_of_record_has_its_own_fields() {
        let is_field =
            |of, text: &str| matches!(Query::parse(of, text).unwrap().terms[0], Term::Field { .. });

        assert!(is_field(Of::Audit, "user:ada") && !is_field(Of::Logs, "user:ada"));
        assert!(is_field(Of::Audit, "code:4xx") && is_field(Of::Audit, "code:403"));
    }

    #[test]
    fn the_only_values_of_a_field_are_known_when_no_others_can_be_meant() {
        assert_eq!(read("namespace:a namespace:b x").only(Field::Namespace), Some(vec!["a", "b"]));
        assert_eq!(read("namespace:a namespace:b*").only(Field::Namespace), None);
        assert_eq!(read("-namespace:a").only(Field::Namespace), None);
    }

    fn text() -> impl Strategy<Value = String> {
        prop::string::string_regex("[a-z\"\\\\ *:é-]{1,12}").unwrap()
    }

    fn term() -> impl Strategy<Value = Term> {
        let word = prop::string::string_regex("[a-zé0-9./=]{1,12}").unwrap();
        let value = prop_oneof![text().prop_map(Value::Exact), text().prop_map(Value::Prefix),];
        prop_oneof![
            (word, any::<bool>()).prop_map(|(text, is_not)| Term::Word { text, is_not }),
            (text(), any::<bool>()).prop_map(|(text, is_not)| Term::Phrase { text, is_not }),
            (prop::sample::select(vec![Field::Namespace, Field::Pod, Field::Stream]), value, any::<bool>())
                .prop_map(|(field, value, is_not)| Term::Field { field, value, is_not }),
            (prop::sample::select(LineLevel::ALL.to_vec()), any::<bool>()).prop_map(|(level, is_not)| {
                Term::Field { field: Field::Level, value: Value::Level(level), is_not }
            }),
        ]
    }

    proptest! {
        #[test]
        fn whatever_is_meant_can_be_typed(terms in prop::collection::vec(term(), 0..8)) {
            let query = Query { terms };
            prop_assert_eq!(Query::parse(Of::Logs, &query.to_text()), Ok(query));
        }

        #[test]
        fn whatever_is_typed_is_read_or_told(text in ".{0,80}") {
            for of in Of::ALL {
                if let Ok(query) = Query::parse(of, &text) {
                    prop_assert_eq!(Query::parse(of, &query.to_text()), Ok(query));
                }
            }
        }
    }
}
