//! One document, and what is looked up in it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use jiff::Timestamp;
use serde_json::Value;

use crate::archive::Family;
use crate::sort;
use crate::text::Words;

/// One document.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// What it is called. It begins with its moment, so that it is found again without looking everywhere.
    pub id: String,
    /// When it was, in milliseconds since 1970.
    pub at: i64,
    /// Its content.
    pub source: Value,
}

impl Document {
    /// A document of a moment, told from others of it by a number.
    pub fn new(at: i64, number: u64, source: Value) -> Self {
        Self { id: format!("{at:011x}{number:016x}"), at, source }
    }

    /// The moment of the document of this id, if it can be one.
    pub(crate) fn moment(id: &str) -> Option<i64> {
        i64::from_str_radix(id.get(..11)?, 16).ok().filter(|_| id.len() == 27)
    }

    /// The index that it is in.
    pub(crate) fn index(&self, family: &Family) -> String {
        index(family, self.at)
    }
}

/// The index of a family that documents of a moment are in.
pub(crate) fn index(family: &Family, at: i64) -> String {
    let day = Timestamp::from_millisecond(at).unwrap_or_default();
    format!("{}-{}", family.name, day.strftime("%Y.%m.%d"))
}

/// A document that is being looked at: its texts are taken apart at most once.
pub(crate) struct Look<'d> {
    pub(crate) document: &'d Document,
    pub(crate) family: &'d Family,
    texts: RefCell<HashMap<String, Rc<Vec<Words>>>>,
}

impl<'d> Look<'d> {
    pub(crate) fn at(document: &'d Document, family: &'d Family) -> Self {
        Self { document, family, texts: RefCell::default() }
    }

    /// The values at a path: those of a list one by one.
    pub(crate) fn values(&self, path: &str) -> Vec<&'d Value> {
        match path.split('.').try_fold(&self.document.source, |value, part| value.get(part)) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(all)) => all.iter().collect(),
            Some(one) => vec![one],
        }
    }

    /// Whether a value at a path is, written out, what a condition says.
    pub(crate) fn any_whole(&self, path: &str, is: impl Fn(&str) -> bool) -> bool {
        self.values(path).into_iter().any(|value| match value {
            Value::String(text) => is(text),
            other => is(&other.to_string()),
        })
    }

    /// The numbers at a path; moments are milliseconds since 1970.
    pub(crate) fn numbers(&self, path: &str) -> Vec<i64> {
        if path == self.family.time {
            return vec![self.document.at];
        }
        if path == sort::NUMBER {
            return vec![sort::place(&self.document.id)];
        }
        let number = |value: &Value| match value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => moment(text),
            _ => None,
        };
        self.values(path).into_iter().filter_map(number).collect()
    }

    /// The texts at a path, taken apart.
    pub(crate) fn words(&self, path: &str) -> Rc<Vec<Words>> {
        if let Some(words) = self.texts.borrow().get(path) {
            return Rc::clone(words);
        }
        let texts = self.values(path).into_iter().filter_map(Value::as_str);
        let words: Rc<Vec<Words>> = Rc::new(texts.map(Words::of).collect());
        self.texts.borrow_mut().insert(path.to_owned(), Rc::clone(&words));
        words
    }
}

/// A moment in milliseconds since 1970.
pub(crate) fn moment(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}
