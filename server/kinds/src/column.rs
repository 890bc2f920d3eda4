//! Columns of a kind's table.

use crate::quantity::quantity;
use crate::{Field, Interner, Kind, Object, Printed, time};
use model::{Align, Unit, Untold};
use std::borrow::Cow;
use std::sync::Arc;

/// A column of a kind's table.
#[derive(Clone, Debug)]
pub struct ColumnSpec {
    /// Stable id, used by sorting, searching and remembered choices; also the key of its title (`column.<id>`).
    pub id: Cow<'static, str>,
    /// The title, for columns that a cluster named; built-in ones have theirs in the texts.
    pub given_title: Option<String>,
    /// Where its cells stand.
    pub align: Align,
    /// Shown unless the reader hides it.
    pub shown: bool,
    /// Where its fields come from.
    pub value: Value,
}

/// Where the fields of a column come from.
#[derive(Clone, Debug)]
pub enum Value {
    /// The kind's status.
    Status,
    /// The text at a path, shared by many objects.
    Text(Cow<'static, str>),
    /// The text at a path, different for nearly every object.
    UniqueText(Cow<'static, str>),
    /// The whole number at a path.
    Number(Cow<'static, str>),
    /// The whole number at a path, 0 when it is absent, because the API leaves zeros out.
    Counter(Cow<'static, str>),
    /// How many values a path matches.
    Count(Cow<'static, str>),
    /// Two numbers, both 0 unless they are there: part, whole.
    Ratio(Cow<'static, str>, Cow<'static, str>),
    /// The quantity at a path.
    Quantity(Cow<'static, str>, Unit),
    /// The moment at a path.
    Since(Cow<'static, str>),
    /// Yes or no at a path.
    Flag(Cow<'static, str>),
    /// All texts that a path matches, each once.
    List(Cow<'static, str>),
    /// The map at a path as `key=value` texts.
    Pairs(Cow<'static, str>),
    /// The object of a kind (by slug) that the text at a path names, in the same namespace.
    SameNamespace(&'static str, Cow<'static, str>),
    /// The object of a kind without namespaces that the text at a path names.
    ClusterWide(&'static str, Cow<'static, str>),
    /// The cell of the server's own table in the column of this name.
    Printed(String),
    /// Whatever the function makes of the object.
    Function(fn(&Object<'_>, &mut Interner) -> Field),
    /// The objects of another kind that name this one. No object says this of itself: it is filled in by whoever follows both
    /// kinds, see [`Kind::used_by`].
    UsedBy(UsedBy),
}

/// Where an object is named by those that use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsedBy {
    /// The slug of their kind, whose objects use what is in their own namespace.
    pub slug: &'static str,
    /// The id of the column, a list, in which they name it.
    pub column: &'static str,
}

impl Value {
    /// Whether a field holds every text that this path finds.
    pub(crate) fn holds_texts_at(&self, path: &str) -> bool {
        match self {
            Self::Text(own) | Self::UniqueText(own) | Self::List(own) => own == path,
            Self::SameNamespace(_, own) | Self::ClusterWide(_, own) => own == path,
            _ => false,
        }
    }
}

/// A column with a title in the texts.
pub(crate) fn column(id: &'static str, value: Value) -> ColumnSpec {
    let align = match value {
        Value::Number(_)
        | Value::Counter(_)
        | Value::Count(_)
        | Value::Ratio(..)
        | Value::Quantity(..)
        | Value::Since(_) => Align::End,
        _ => Align::Start,
    };
    ColumnSpec { id: Cow::Borrowed(id), given_title: None, align, shown: true, value }
}

/// How well the object is.
pub(crate) fn status() -> ColumnSpec {
    column("status", Value::Status)
}

/// When the object was created.
pub(crate) fn age() -> ColumnSpec {
    since("age", "/metadata/creationTimestamp")
}

pub(crate) fn text(id: &'static str, path: &'static str) -> ColumnSpec {
    column(id, Value::Text(path.into()))
}

pub(crate) fn unique_text(id: &'static str, path: &'static str) -> ColumnSpec {
    column(id, Value::UniqueText(path.into()))
}

pub(crate) fn number(id: &'static str, path: &'static str) -> ColumnSpec {
    column(id, Value::Number(path.into()))
}

pub(crate) fn counter(id: &'static str, path: &'static str) -> ColumnSpec {
    column(id, Value::Counter(path.into()))
}

pub(crate) fn count(id: &'static str, path: &'static str) -> ColumnSpec {
    column(id, Value::Count(path.into()))
}

pub(crate) fn ratio(id: &'static str, part: &'static str, whole: &'static str) -> ColumnSpec {
    column(id, Value::Ratio(part.into(), whole.into()))
}

pub(crate) fn quantity_of(id: &'static str, path: &'static str, unit: Unit) -> ColumnSpec {
    column(id, Value::Quantity(path.into(), unit))
}

pub(crate) fn since(id: &'static str, path: &'static str) -> ColumnSpec {
    column(id, Value::Since(path.into()))
}

pub(crate) fn flag(id: &'static str, path: &'static str) -> ColumnSpec {
    column(id, Value::Flag(path.into()))
}

pub(crate) fn list(id: &'static str, path: &'static str) -> ColumnSpec {
    column(id, Value::List(path.into()))
}

pub(crate) fn pairs(id: &'static str, path: &'static str) -> ColumnSpec {
    column(id, Value::Pairs(path.into()))
}

pub(crate) fn same_namespace(id: &'static str, slug: &'static str, path: &'static str) -> ColumnSpec {
    column(id, Value::SameNamespace(slug, path.into()))
}

pub(crate) fn cluster_wide(id: &'static str, slug: &'static str, path: &'static str) -> ColumnSpec {
    column(id, Value::ClusterWide(slug, path.into()))
}

pub(crate) fn used_by(id: &'static str, slug: &'static str, column_of_users: &'static str) -> ColumnSpec {
    column(id, Value::UsedBy(UsedBy { slug, column: column_of_users }))
}

pub(crate) fn function(id: &'static str, function: fn(&Object<'_>, &mut Interner) -> Field) -> ColumnSpec {
    column(id, Value::Function(function))
}

impl ColumnSpec {
    /// The same column, not shown unless the reader asks for it.
    pub(crate) fn hidden(mut self) -> Self {
        self.shown = false;
        self
    }

    /// The same column, with its cells at the end, as numbers stand.
    pub(crate) fn at_end(mut self) -> Self {
        self.align = Align::End;
        self
    }

    /// Whether this column holds the status.
    pub(crate) fn is_status(&self) -> bool {
        matches!(self.value, Value::Status)
    }

    /// The field of an object in this column.
    pub(crate) fn field(
        &self,
        kind: &Kind,
        object: &Object<'_>,
        printed: Option<Printed<'_>>,
        interner: &mut Interner,
    ) -> Field {
        let number = |path: &str| object.number_at(path);
        match &self.value {
            Value::Status => {
                kind.status.map_or(Field::None, |status| Field::Status(interner.status(status(object))))
            }
            Value::Text(path) => object.at(path).map_or(Field::None, |value| plain(value, interner)),
            Value::UniqueText(path) => match object.text_at(path) {
                "" => Field::None,
                text => Field::Text(Arc::from(text)),
            },
            Value::Number(path) => number(path).map_or(Field::None, Field::Number),
            Value::Counter(path) => Field::Number(number(path).unwrap_or_default()),
            Value::Count(path) => Field::Number(object.each(path).count() as i64),
            Value::Ratio(part, whole) => {
                Field::Ratio(number(part).unwrap_or_default(), number(whole).unwrap_or_default())
            }
            Value::Quantity(path, unit) => {
                object.at(path).and_then(amount).map_or(Field::None, |amount| Field::Quantity(amount, *unit))
            }
            Value::Since(path) => time::seconds(object.text_at(path)).map_or(Field::None, Field::Since),
            Value::Flag(path) => object.at(path).and_then(Object::flag).map_or(Field::None, Field::Flag),
            Value::List(path) => texts(object, path, interner),
            Value::Pairs(path) => pairs_field(object.entries_at(path), interner),
            Value::SameNamespace(slug, path) => {
                interner.object_field(slug, object.namespace(), object.text_at(path))
            }
            Value::ClusterWide(slug, path) => interner.object_field(slug, None, object.text_at(path)),
            Value::Printed(name) => printed
                .as_ref()
                .and_then(|row| row.cell(name))
                .map_or(Field::None, |cell| plain(cell, interner)),
            Value::Function(function) => function(object, interner),
            Value::UsedBy(_) => Field::Untold(Untold::NotYet),
        }
    }
}

/// A value as the field that its own type suggests.
fn plain(value: &Object<'_>, interner: &mut Interner) -> Field {
    match value {
        Object::Null => Field::None,
        Object::Flag(flag) => Field::Flag(*flag),
        Object::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Field::Number(whole),
            (None, Some(amount)) => Field::Quantity(amount, Unit::Count),
            (None, None) => Field::None,
        },
        Object::Text(text) => interner.text_field(text),
        Object::List(items) => interner.list_field(items.iter().filter_map(Object::text)),
        Object::Map(entries) => pairs_field(entries, interner),
    }
}

/// A quantity, which may also be written as a bare number.
pub(crate) fn amount(value: &Object<'_>) -> Option<f64> {
    match value {
        Object::Text(text) => quantity(text),
        Object::Number(number) => number.as_f64(),
        _ => None,
    }
}

fn texts(object: &Object<'_>, path: &str, interner: &mut Interner) -> Field {
    let mut texts: Vec<&str> = Vec::new();
    for text in object.each(path).filter_map(Object::text) {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    interner.list_field(texts)
}

pub(crate) fn pairs_field(entries: &[(Cow<'_, str>, Object<'_>)], interner: &mut Interner) -> Field {
    let texts: Vec<String> = entries.iter().map(|(key, value)| pair(key, value)).collect();
    interner.list_field(texts.iter().map(String::as_str))
}

fn pair(key: &str, value: &Object<'_>) -> String {
    match value {
        Object::Text(text) => format!("{key}={text}"),
        Object::Number(number) => format!("{key}={number}"),
        Object::Flag(flag) => format!("{key}={flag}"),
        _ => key.to_owned(),
    }
}
