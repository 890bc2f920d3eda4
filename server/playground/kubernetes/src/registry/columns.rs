//! The columns of tables, as `kubectl get` shows them.

use serde_json::Value;

use crate::jsonpath::JsonPath;

/// How a table cell is computed.
#[derive(Debug, Clone)]
pub(crate) enum Cell {
    /// The value at a JSON pointer.
    At(&'static str),
    /// The age since a time at a JSON pointer.
    Since(&'static str),
    /// Whatever the function says.
    With(fn(&Value) -> Value),
    /// A path of a custom resource's printer column.
    Path(JsonPath),
}

/// A column of a table.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) format: String,
    pub(crate) description: String,
    pub(crate) priority: i64,
    pub(crate) cell: Cell,
}

/// A column of a built-in kind. `wide` columns are shown with `-o wide` only.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlainColumn {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) wide: bool,
    pub(crate) cell: PlainCell,
}

/// A cell of a built-in kind.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PlainCell {
    At(&'static str),
    Since(&'static str),
    With(fn(&Value) -> Value),
}

/// Shows the value at `pointer`.
pub(crate) const fn at(name: &'static str, pointer: &'static str) -> PlainColumn {
    PlainColumn { name, kind: "string", wide: false, cell: PlainCell::At(pointer) }
}

/// Shows the number at `pointer`.
pub(crate) const fn number(name: &'static str, pointer: &'static str) -> PlainColumn {
    PlainColumn { name, kind: "integer", wide: false, cell: PlainCell::At(pointer) }
}

/// Shows what `compute` makes of the object.
pub(crate) const fn with(name: &'static str, compute: fn(&Value) -> Value) -> PlainColumn {
    PlainColumn { name, kind: "string", wide: false, cell: PlainCell::With(compute) }
}

/// Shows the time since the moment at `pointer`.
pub(crate) const fn since(name: &'static str, pointer: &'static str) -> PlainColumn {
    PlainColumn { name, kind: "string", wide: false, cell: PlainCell::Since(pointer) }
}

impl PlainColumn {
    /// The same column, shown with `-o wide` only.
    pub(crate) const fn wide(self) -> Self {
        Self { wide: true, ..self }
    }
}

/// What the API's documentation says about names, with which every table begins.
pub(crate) const NAME_DESCRIPTION: &str = "Name must be unique within a namespace. Is required when creating \
     resources, although some resources may allow a client to request the generation of an appropriate name \
     automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be \
     updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names";

pub(crate) const NAME: PlainColumn = at("Name", "/metadata/name");
pub(crate) const AGE: PlainColumn = since("Age", "/metadata/creationTimestamp");

impl From<&PlainColumn> for Column {
    fn from(plain: &PlainColumn) -> Self {
        let is_name = plain.name == "Name";
        Self {
            name: plain.name.to_owned(),
            kind: plain.kind.to_owned(),
            format: if is_name { "name".to_owned() } else { String::new() },
            description: if is_name { NAME_DESCRIPTION } else { plain.name }.to_owned(),
            priority: i64::from(plain.wide),
            cell: match plain.cell {
                PlainCell::At(pointer) => Cell::At(pointer),
                PlainCell::Since(pointer) => Cell::Since(pointer),
                PlainCell::With(compute) => Cell::With(compute),
            },
        }
    }
}
