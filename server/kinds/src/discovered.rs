//! Kinds that are found in a cluster at run time.

use crate::column::age;
use crate::{ColumnSpec, Kind, Menu, Source, Value};
use model::{Align, Unit};
use std::borrow::Cow;

/// What a cluster tells about a kind that has no file here.
#[derive(Clone, Debug, Default)]
pub struct Discovered {
    /// The API group.
    pub group: String,
    /// The version.
    pub version: String,
    /// The kind's name in manifests.
    pub kind: String,
    /// The name in API paths.
    pub plural: String,
    /// Whether objects live in namespaces.
    pub namespaced: bool,
    /// Short names.
    pub short_names: Vec<String>,
    /// What its definition says to print.
    pub columns: Vec<PrintColumn>,
}

/// A column that the definition of a custom resource, or the server's own table, names.
#[derive(Clone, Debug, Default)]
pub struct PrintColumn {
    /// Its title.
    pub name: String,
    /// `integer`, `number`, `string`, `boolean` or `date`.
    pub kind: String,
    /// Columns with a priority above 0 are only for those who ask.
    pub priority: i64,
    /// Where its value stands, such as `.status.phase`, if the definition is at hand.
    pub json_path: Option<String>,
}

impl Kind {
    /// A kind that is found in a cluster at run time. Columns whose path is plain are read from the object; only if one
    /// is not must the server print its table.
    pub fn discovered(found: Discovered) -> Self {
        let slug = if found.group.is_empty() {
            found.plural.clone()
        } else {
            format!("{}.{}", found.plural, found.group)
        };
        let mut columns: Vec<ColumnSpec> = Vec::new();
        for printed in found.columns.iter().filter(|column| !is_own(column)) {
            let column = column(printed);
            if columns.iter().all(|known| known.id != column.id) {
                columns.push(column);
            }
        }
        let printed = columns.iter().any(|column| matches!(column.value, Value::Printed(_)));
        columns.push(age());
        let plain = Self::plain("", "", "", "");
        Self {
            slug: slug.into(),
            group: found.group.into(),
            version: found.version.into(),
            kind: found.kind.into(),
            plural: found.plural.into(),
            namespaced: found.namespaced,
            menu: Menu::CustomResources,
            rare: true,
            aliases: found.short_names.into_iter().map(Cow::Owned).collect(),
            columns,
            source: if printed { Source::Printed } else { Source::Full },
            ..plain
        }
    }
}

/// Whether every table has this column anyway.
fn is_own(column: &PrintColumn) -> bool {
    let path = column.json_path.as_deref();
    path == Some(".metadata.creationTimestamp")
        || path == Some(".metadata.name")
        || matches!(column.name.to_lowercase().as_str(), "name" | "namespace" | "age")
}

fn column(printed: &PrintColumn) -> ColumnSpec {
    let pointer = printed.json_path.as_deref().and_then(pointer).map(Cow::Owned);
    let value = match (pointer, printed.kind.as_str()) {
        (None, _) => Value::Printed(printed.name.clone()),
        (Some(path), "date") => Value::Since(path),
        (Some(path), "integer") => Value::Number(path),
        (Some(path), "number") => Value::Quantity(path, Unit::Count),
        (Some(path), _) => Value::Text(path),
    };
    let number = matches!(printed.kind.as_str(), "integer" | "number" | "date");
    ColumnSpec {
        id: id(&printed.name).into(),
        given_title: Some(printed.name.clone()),
        align: if number { Align::End } else { Align::Start },
        shown: printed.priority == 0,
        value,
    }
}

/// A title as an id that can stand before the colon of a search term.
fn id(title: &str) -> String {
    let words: Vec<String> = title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("_")
}

/// A JSON path as a JSON pointer, if it names one place only: fields, quoted fields and list indexes.
fn pointer(path: &str) -> Option<String> {
    let mut rest = path.trim().trim_start_matches('{').trim_end_matches('}');
    let mut pointer = String::new();
    while !rest.is_empty() {
        let (step, after) = if let Some(quoted) = rest.strip_prefix("['") {
            quoted.split_once("']")?
        } else if let Some(index) = rest.strip_prefix('[') {
            let (index, after) = index.split_once(']')?;
            index.parse::<usize>().ok()?;
            (index, after)
        } else {
            split_field(rest.strip_prefix('.')?)
        };
        if step.is_empty() {
            return None;
        }
        pointer.push('/');
        pointer.push_str(&step.replace("\\.", ".").replace('~', "~0").replace('/', "~1"));
        rest = after;
    }
    (!pointer.is_empty()).then_some(pointer)
}

/// Splits behind a field's name; a dot in the name is written `\.`.
fn split_field(text: &str) -> (&str, &str) {
    let mut escaped = false;
    let end = text.find(|c: char| {
        let ends = matches!(c, '.' | '[') && !escaped;
        escaped = c == '\\';
        ends
    });
    text.split_at(end.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_paths_become_pointers_and_others_are_left_to_the_server() {
        for (path, expected) in [
            (".status.phase", Some("/status/phase")),
            (".status.conditions[0].type", Some("/status/conditions/0/type")),
            (r".metadata.annotations.example\.com/tier", Some("/metadata/annotations/example.com~1tier")),
            (".metadata.labels['app.kubernetes.io/name']", Some("/metadata/labels/app.kubernetes.io~1name")),
            ("{.spec.host}", Some("/spec/host")),
            (r#".status.conditions[?(@.type=="Ready")].status"#, None),
            (".spec.hosts[*]", None),
            ("..name", None),
            ("", None),
        ] {
            assert_eq!(pointer(path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn only_kinds_with_computed_columns_are_printed_by_the_server() {
        let with = |json_path: &str| Discovered {
            group: "cert-manager.io".into(),
            version: "v1".into(),
            kind: "Certificate".into(),
            plural: "certificates".into(),
            namespaced: true,
            columns: vec![
                PrintColumn {
                    name: "Ready".into(),
                    json_path: Some(json_path.into()),
                    ..PrintColumn::default()
                },
                PrintColumn { name: "Age".into(), kind: "date".into(), ..PrintColumn::default() },
            ],
            ..Discovered::default()
        };

        let plain = Kind::discovered(with(".status.ready"));
        assert_eq!(plain.slug, "certificates.cert-manager.io");
        assert_eq!(plain.source, Source::Full);
        assert_eq!(plain.columns.iter().map(|column| &*column.id).collect::<Vec<_>>(), ["ready", "age"]);

        let computed = Kind::discovered(with(r#".status.conditions[?(@.type=="Ready")].status"#));
        assert_eq!(computed.source, Source::Printed);
    }
}
