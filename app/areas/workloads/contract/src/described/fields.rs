//! Fields out of a schema.

use super::kept;
use super::shown::{Shown, asked, resolved, shown};
use super::words::words;
use crate::field::{Control, Field};
use crate::rule::Rule;
use serde_json::Value;

/// Makes the fields of one kind.
pub(super) struct Fields<'s> {
    pub root: &'s Value,
}

impl Fields<'_> {
    /// Everything of the object that people fill in.
    pub fn all(&self, schema: &Value) -> Vec<Field> {
        let schema = resolved(self.root, schema);
        let of = |(name, property): (&String, &Value)| self.field(schema, name, property, 1);
        ordered(asked(schema).map(of).collect())
    }

    fn field(&self, around: &Value, name: &str, said: &Value, depth: usize) -> Field {
        let schema = resolved(self.root, said);
        let is_required = around["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
        let has_default = said.get("default").or_else(|| schema.get("default")).is_some();
        let path = kept(&name.replace('/', "~1"));
        let (control, rule) = self.control(said, depth);
        Field {
            rule,
            // What has a default is there before anybody asks for it.
            required: is_required && !has_default,
            fixed: is_immutable(said) || is_immutable(schema),
            words: Some(words(name, said, schema)),
            ..Field::new(path, path, control)
        }
    }

    fn control(&self, said: &Value, depth: usize) -> (Control, Rule) {
        let schema = resolved(self.root, said);
        let plain = |control| (control, Rule::Any);
        match shown(self.root, said, depth) {
            Shown::Line => (Control::Line, length(schema)),
            Shown::Whole => (Control::Number, bounds(schema)),
            Shown::Decimal => plain(Control::Decimal),
            Shown::NumberOrText => plain(Control::NumberOrText),
            Shown::Truth => plain(Control::Truth),
            Shown::Choice(options) => plain(Control::Choice(choices(&options))),
            Shown::Ticks(options) => plain(Control::Ticks(texts(options.iter().copied()))),
            Shown::Lines(each) => (Control::Lines, length(each)),
            Shown::Numbers(each) => (Control::Numbers, whole(each)),
            Shown::Pairs => plain(Control::Pairs),
            Shown::NumberPairs(each) => (Control::NumberPairs, whole(each)),
            Shown::Object(_) => plain(Control::Object(self.inner(schema, depth))),
            Shown::Items(each) => {
                let fields = self.inner(each, depth + 1);
                plain(Control::Items { begin: "{}", title: title(schema), fields })
            }
            Shown::Yaml => plain(Control::Yaml),
        }
    }

    fn inner(&self, schema: &Value, depth: usize) -> &'static [Field] {
        let properties = schema["properties"].as_object().into_iter().flatten();
        let fields = properties.map(|(name, property)| self.field(schema, name, property, depth + 1));
        ordered(fields.collect()).leak()
    }
}

/// What must be said first, then what is said in a line, then what has more in it, and last what is YAML; within that as the
/// schema has them, which is by name.
fn ordered(mut fields: Vec<Field>) -> Vec<Field> {
    fields.sort_by_key(|field| {
        let size = match field.control {
            Control::Yaml => 2,
            Control::Object(_) | Control::Items { .. } => 1,
            _ => 0,
        };
        (!field.required, size)
    });
    fields
}

/// Nothing comes first: what is not said is not chosen either.
fn choices(options: &[&str]) -> &'static [&'static str] {
    texts(std::iter::once("").chain(options.iter().copied().filter(|option| !option.is_empty())))
}

fn texts<'s>(all: impl Iterator<Item = &'s str>) -> &'static [&'static str] {
    all.map(kept).collect::<Vec<_>>().leak()
}

/// What names an item of a list that is a map by one key.
fn title(schema: &Value) -> &'static str {
    let keys = schema["x-kubernetes-list-map-keys"].as_array().map_or(&[][..], Vec::as_slice);
    match (schema["x-kubernetes-list-type"].as_str(), keys) {
        (Some("map"), [Value::String(key)]) => kept(&key.replace('/', "~1")),
        _ => "",
    }
}

/// What a rule of the schema says cannot change, as everybody writes it.
fn is_immutable(schema: &Value) -> bool {
    let rules = schema["x-kubernetes-validations"].as_array().into_iter().flatten();
    rules.into_iter().any(|rule| {
        rule["rule"].as_str().is_some_and(|rule| {
            let mut sides: Vec<&str> = rule.split("==").map(str::trim).collect();
            sides.sort_unstable();
            sides == ["oldSelf", "self"]
        })
    })
}

fn length(schema: &Value) -> Rule {
    let of = |key: &str| schema[key].as_u64();
    match (of("minLength"), of("maxLength")) {
        (None, None) => Rule::Any,
        (least, most) => Rule::Length(least.unwrap_or(0), most.unwrap_or(u64::MAX)),
    }
}

fn bounds(schema: &Value) -> Rule {
    let is = |key: &str| schema[key] == true;
    let (smallest, largest) = match schema["format"].as_str() {
        Some("int32") => (i32::MIN.into(), i32::MAX.into()),
        _ => (i64::MIN, i64::MAX),
    };
    let least =
        number(&schema["minimum"]).map(|least| least.saturating_add(i64::from(is("exclusiveMinimum"))));
    let most = number(&schema["maximum"]).map(|most| most.saturating_sub(i64::from(is("exclusiveMaximum"))));
    Rule::Between(least.unwrap_or(smallest), most.unwrap_or(largest))
}

/// The rule of each of several numbers; none where they may be texts.
fn whole(schema: &Value) -> Rule {
    if schema["type"] == "integer" { bounds(schema) } else { Rule::Any }
}

/// A bound of whole numbers; one that is none is left to the server.
fn number(value: &Value) -> Option<i64> {
    let whole = value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 9e15);
    value.as_i64().or_else(|| whole.map(|number| number as i64))
}
