//! What was typed into the search box, as conditions on rows. `docs/search.md` describes the language to its users.

use crate::KubernetesError;
use crate::row::address;
use crate::state::{RowData, State};
use kinds::{Field, Kind, Object, Term, contains_ignoring_case};
use model::Timestamp;
use model::fault::TableFault;
use parking_lot::Mutex;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

/// More conditions than this are not a question that a person asks.
const MOST_CONDITIONS: usize = 32;
/// Nor is a longer text, in bytes.
const LONGEST: usize = 8 << 10;

/// Conditions that a row must all meet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    conditions: Vec<Condition>,
}

#[derive(Clone, Debug)]
struct Condition {
    is_negated: bool,
    test: Test,
}

#[derive(Clone, Debug)]
enum Test {
    /// In lower case; found in the name, namespace, labels or the kind's search texts.
    Word(String),
    Name(Term),
    Namespace(Term),
    Column(usize, Term),
    /// A label with this key, and with this value if one is given.
    Label(String, Option<String>),
    /// What stands at a path of the whole object.
    Path(String, Term, Arc<Found>),
}

/// What a condition found inside each object, and at which version of it: unpacking is what takes long.
#[derive(Debug, Default)]
struct Found(Mutex<HashMap<Box<str>, (u32, bool)>>);

impl Found {
    /// The answer for this version of an object, found out if it is not known.
    fn now(&self, uid: &str, version: u32, find_out: impl FnOnce() -> bool) -> bool {
        if let Some((known, answer)) = self.0.lock().get(uid)
            && *known == version
        {
            return *answer;
        }
        let answer = find_out();
        self.0.lock().insert(uid.into(), (version, answer));
        answer
    }

    /// The answer that was given last.
    fn before(&self, uid: &str) -> bool {
        self.0.lock().get(uid).is_some_and(|(_, answer)| *answer)
    }

    /// Forgets, when most of what it knows is about objects that are gone.
    fn tidy(&self, objects: usize) {
        let mut found = self.0.lock();
        if found.len() > 2 * objects + 1_000 {
            found.clear();
        }
    }
}

impl Filter {
    /// Reads what was typed. Ages are measured from `now`.
    pub fn parse(text: &str, kind: &Kind, now: Timestamp) -> Result<Self, KubernetesError> {
        if text.len() > LONGEST {
            return Err(refused(TableFault::Long(LONGEST >> 10)));
        }
        let mut conditions = Vec::new();
        for token in tokens(text)? {
            conditions.push(Condition { is_negated: token.is_negated, test: test(&token, kind, now)? });
        }
        if conditions.len() > MOST_CONDITIONS {
            return Err(refused(TableFault::ManyTerms(MOST_CONDITIONS)));
        }
        Ok(Self { conditions })
    }

    /// Whether it lets everything through.
    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    /// Whether it depends on this column.
    pub fn tests(&self, column: usize) -> bool {
        self.conditions
            .iter()
            .any(|condition| matches!(condition.test, Test::Column(tested, _) if tested == column))
    }

    /// Whether it depends on what shows in no row.
    pub fn looks_inside(&self) -> bool {
        self.found().next().is_some()
    }

    /// Whether it lets the same rows through at any moment: as long as a row does not change, neither does the answer.
    pub fn is_lasting(&self) -> bool {
        self.conditions.iter().all(|condition| match &condition.test {
            Test::Column(_, term) => !term.is_of_time(),
            Test::Path(..) => false,
            Test::Word(_) | Test::Name(_) | Test::Namespace(_) | Test::Label(..) => true,
        })
    }

    /// Takes over what an earlier form of the same filter has found inside objects.
    pub fn learn_from(&mut self, earlier: &Self) {
        for (condition, earlier) in self.conditions.iter_mut().zip(&earlier.conditions) {
            if let (Test::Path(path, _, found), Test::Path(same, _, known)) =
                (&mut condition.test, &earlier.test)
                && path == same
            {
                *found = Arc::clone(known);
            }
        }
    }

    /// Prepares to test many rows of one state.
    pub fn on<'s>(&'s self, state: &'s State) -> Matcher<'s> {
        self.found().for_each(|found| found.tidy(state.len()));
        Matcher { filter: self, state, is_before: false, shared: RefCell::default() }
    }

    /// Prepares to test rows as they were when they were tested last.
    pub fn before<'s>(&'s self, state: &'s State) -> Matcher<'s> {
        Matcher { is_before: true, ..self.on(state) }
    }

    fn found(&self) -> impl Iterator<Item = &Found> {
        self.conditions.iter().filter_map(|condition| match &condition.test {
            Test::Path(_, _, found) => Some(&**found),
            _ => None,
        })
    }
}

/// A filter at work on one state.
pub(crate) struct Matcher<'s> {
    filter: &'s Filter,
    state: &'s State,
    is_before: bool,
    /// Answers for values that many rows share, by condition and address.
    shared: RefCell<hashbrown::HashMap<(usize, usize), bool>>,
}

impl Matcher<'_> {
    /// Whether the row meets all conditions.
    pub fn matches(&self, row: &RowData) -> bool {
        self.filter
            .conditions
            .iter()
            .enumerate()
            .all(|(index, condition)| self.test(index, &condition.test, row) != condition.is_negated)
    }

    fn test(&self, index: usize, test: &Test, row: &RowData) -> bool {
        match test {
            Test::Word(word) => self.has_word(index, word, row),
            Test::Name(term) => term.matches_text(&row.name),
            Test::Namespace(term) => {
                row.namespace.as_deref().is_some_and(|namespace| term.matches_text(namespace))
            }
            Test::Column(column, term) => row.fields.get(*column).is_some_and(|field| match field {
                Field::Object(shared) => self.once(index, shared, || field.matches(term)),
                Field::List(shared) => self.once(index, shared, || field.matches(term)),
                _ => field.matches(term),
            }),
            Test::Label(key, value) => {
                !row.labels.is_empty()
                    && self.once(index, &row.labels, || {
                        row.labels.iter().any(|(known, has)| {
                            &**known == key.as_str() && value.as_deref().is_none_or(|value| &**has == value)
                        })
                    })
            }
            Test::Path(_, _, found) if self.is_before => found.before(&row.uid),
            Test::Path(path, term, found) => {
                let Some(version) = self.state.version(&row.uid) else { return false };
                found.now(&row.uid, version, || self.holds(path, term, row))
            }
        }
    }

    fn holds(&self, path: &str, term: &Term, row: &RowData) -> bool {
        let holds = self.state.read(&row.uid, |json| {
            let Ok(object) = Object::parse(json) else { return false };
            object.each(path).any(|value| term.matches_text(&plain(value)))
        });
        holds.unwrap_or(false)
    }

    fn has_word(&self, index: usize, word: &str, row: &RowData) -> bool {
        contains_ignoring_case(&row.name, word)
            || row.namespace.as_deref().is_some_and(|namespace| contains_ignoring_case(namespace, word))
            || (!row.labels.is_empty()
                && self.once(index, &row.labels, || {
                    row.labels.iter().any(|(_, value)| contains_ignoring_case(value, word))
                }))
            || self.state.searched(row).any(|field| match field {
                Field::Object(shared) => {
                    self.once(index, shared, || contains_ignoring_case(&shared.name, word))
                }
                Field::List(shared) => {
                    self.once(index, shared, || shared.iter().any(|text| contains_ignoring_case(text, word)))
                }
                field => field.texts().any(|text| contains_ignoring_case(text, word)),
            })
            || row
                .search
                .as_ref()
                .is_some_and(|search| self.once(index, search, || contains_ignoring_case(search, word)))
    }

    /// The answer of a condition to a value that many rows share, found out for the first of them.
    fn once<T: ?Sized>(&self, condition: usize, shared: &Arc<T>, answer: impl FnOnce() -> bool) -> bool {
        *self.shared.borrow_mut().entry((condition, address(shared))).or_insert_with(answer)
    }
}

fn plain(value: &Object<'_>) -> String {
    match value {
        Object::Text(text) => text.to_string(),
        Object::Null => String::new(),
        other => {
            let mut json = Vec::new();
            other.to_json(&mut json);
            String::from_utf8_lossy(&json).into_owned()
        }
    }
}

struct Token {
    text: String,
    is_negated: bool,
    /// Put in quotes as a whole, so not read as a field and a value.
    is_quoted: bool,
}

fn tokens(text: &str) -> Result<Vec<Token>, KubernetesError> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let is_negated =
            rest.starts_with('-') && rest.len() > 1 && !rest[1..].starts_with(char::is_whitespace);
        if is_negated {
            rest = &rest[1..];
        }
        let is_quoted = rest.starts_with('"');
        let mut token = String::new();
        let mut in_quotes = false;
        let mut end = rest.len();
        for (index, letter) in rest.char_indices() {
            match letter {
                '"' => in_quotes = !in_quotes,
                _ if letter.is_whitespace() && !in_quotes => {
                    end = index;
                    break;
                }
                _ => token.push(letter),
            }
        }
        if in_quotes {
            return Err(refused(TableFault::Unclosed));
        }
        rest = rest[end..].trim_start();
        if !token.is_empty() {
            tokens.push(Token { text: token, is_negated, is_quoted });
        }
    }
    Ok(tokens)
}

fn test(token: &Token, kind: &Kind, now: Timestamp) -> Result<Test, KubernetesError> {
    let text = token.text.as_str();
    let word = || Ok(Test::Word(text.to_lowercase()));
    if token.is_quoted {
        return word();
    }
    let Some(split) = text.find([':', '=', '<', '>']) else { return word() };
    let (field, value) = text.split_at(split);
    let (operator, bare) = (value.as_bytes()[0], &value[1..]);
    // `restarts>5` and `restarts:>5` are the same.
    let term = if operator == b':' { bare } else { value };
    if let Some(path) = field.strip_prefix('.') {
        let pointer = format!("/{}", path.replace('.', "/"));
        let term = if operator == b'=' { bare } else { term };
        return Ok(Test::Path(pointer, Term::new(term, now), Arc::default()));
    }
    if operator == b'=' {
        // `key!=value` is the opposite of `key=value`; the token's own minus is applied by the caller.
        return match field.strip_suffix('!') {
            Some(label) => {
                Err(refused(TableFault::NotEqual { label: label.to_owned(), value: bare.to_owned() }))
            }
            None => Ok(Test::Label(field.into(), Some(bare.into()))),
        };
    }
    let term = || Term::new(term, now);
    match field {
        "name" => return Ok(Test::Name(term())),
        "namespace" | "ns" => return Ok(Test::Namespace(term())),
        "label" => {
            let (key, value) =
                bare.split_once('=').map_or((bare, None), |(key, value)| (key, Some(value.to_owned())));
            return Ok(Test::Label(key.into(), value));
        }
        _ => {}
    }
    let is = |id: &str| id == field || id.strip_suffix('s') == Some(field);
    match kind.columns.iter().position(|column| is(&column.id)) {
        Some(column) => Ok(Test::Column(column, term())),
        None => Err(unknown_field(field, text, kind)),
    }
}

fn unknown_field(field: &str, text: &str, kind: &Kind) -> KubernetesError {
    let columns = kind.columns.iter().map(|column| &*column.id);
    let known = ["name", "namespace", "label"].into_iter().chain(columns).map(str::to_owned).collect();
    refused(TableFault::NoField { field: field.to_owned(), known, text: text.to_owned() })
}

fn refused(fault: TableFault) -> KubernetesError {
    KubernetesError::refused_at("search", fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_of_an_object_is_looked_into_once() {
        let found = Found::default();
        assert!(found.now("a", 1, || true));
        assert!(found.now("a", 1, || unreachable!("it is known")));
        assert!(found.before("a") && !found.before("b"));

        assert!(!found.now("a", 2, || false));
        assert!(!found.before("a"));
    }
}
