//! One control for each way a field can be shown.

use super::editing::Editing;
use super::folded::group;
use super::lists::{items, lines, ticks};
use super::pairs::{files, number_pairs, others, pairs};
use super::registry::registry;
use super::variants::one_of;
use super::{
    address_pools, binaries, described, host_time, image, limits, log_files, names, neighbours, node_labels,
    picked, scaled, schedule,
};
use crate::words::{hint, text_of};
use leptos::prelude::*;
use serde_json::Value;
use std::slice;
use workloads_contract::written::{text_of_value, to_group, to_number_or_text, to_text};
use workloads_contract::{CORE_GROUP, Control, Field, read_mode, to_yaml, write_mode};

/// A place in one of the draft's objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    pub object: usize,
    pub path: String,
}

impl Spot {
    pub fn below(&self, path: &str) -> Self {
        let path = match (self.path.is_empty(), path.is_empty()) {
            (true, _) => path.to_owned(),
            (_, true) => self.path.clone(),
            _ => format!("{}/{path}", self.path),
        };
        Self { object: self.object, path }
    }

    /// As faults name it, which is also the name of its input.
    pub fn place(&self) -> String {
        format!("{}/{}", self.object, self.path)
    }
}

/// The fields of something, in their order.
pub fn fields(editing: Editing, around: &Spot, fields: &'static [Field]) -> AnyView {
    fields.iter().map(|each| field(editing, around.clone(), each)).collect_view().into_any()
}

fn field(editing: Editing, around: Spot, field: &'static Field) -> AnyView {
    let inner = around.clone();
    let is_fixed = (field.fixed && !editing.is_new()).then(|| {
        let around = around.clone();
        Memo::new(move |_| {
            let draft = editing.draft.read();
            field.is_fixed(draft.at(around.object, &around.path).unwrap_or(&Value::Null))
        })
    });
    let is_shown = Memo::new(move |_| {
        let draft = editing.draft.read();
        field.is_shown(draft.at(around.object, &around.path).unwrap_or(&Value::Null))
    });
    view! { <Show when=move || is_shown.get()>{control(editing, &inner.below(field.path), field, is_fixed)}</Show> }
        .into_any()
}

/// What a control needs.
#[derive(Clone)]
pub struct Part {
    pub editing: Editing,
    pub spot: Spot,
    pub label: String,
    /// Empty when there is nothing to say.
    pub hint: String,
    pub problem: Signal<Option<String>>,
    /// What holds as long as nothing is said, as a sentence; empty when that is not known.
    pub usual: String,
}

fn control(editing: Editing, spot: &Spot, field: &'static Field, is_fixed: Option<Memo<bool>>) -> AnyView {
    let place = spot.place();
    let problem = Signal::derive(move || editing.problem(&place));
    let part = match field.words {
        Some(words) => described::part(editing, spot, field, words, problem),
        None => Part {
            editing,
            spot: spot.clone(),
            label: text_of("field", field.id),
            hint: hint(field.id).unwrap_or_default(),
            problem,
            usual: String::new(),
        },
    };
    let control = match is_fixed {
        None => shown(&part, field, false),
        Some(is_fixed) => {
            let part = part.clone();
            (move || shown(&part, field, is_fixed.get())).into_any()
        }
    };
    match field.words {
        Some(words) => described::around(words, &field.control, control),
        None => limits::around(&part, control),
    }
}

fn shown(part: &Part, field: &'static Field, is_fixed: bool) -> AnyView {
    if is_fixed {
        return match field.control {
            Control::AddressPools if !address_pools::is_named(part) => ().into_any(),
            _ => fixed(part),
        };
    }
    // What the kind itself says is marked already.
    let required = field.required && field.words.is_none();
    match field.control {
        Control::Line => part.line(required, to_text),
        Control::Schedule => schedule::schedule(part, required),
        Control::TimeZone => schedule::time_zone(part),
        Control::NumberOrText | Control::Number => part.line(required, to_number_or_text),
        Control::Mode => part.typed(read_mode, write_mode),
        Control::Decimal => described::decimal(part),
        Control::Names(kind) => names::line(part, kind, &[], required),
        Control::Named { kind, also } => names::line(part, kind, also, required),
        Control::NodeLabel => node_labels::key(part, required),
        Control::NodeValues => node_labels::values(part, required),
        Control::Area => part.area(required),
        Control::Toggle => part.toggle(Value::Bool(true)),
        Control::ToggleText => part.toggle(Value::from("true")),
        Control::Ticks(options) => ticks(part, options),
        Control::Truth => part.choice(&["", "true", "false"]),
        Control::Choice(options) => part.choice(options),
        Control::ChoiceOrText(options) => part.choice_or_text(options),
        Control::Lines => lines(part, required, to_text, ""),
        Control::Groups => lines(part, required, to_group, CORE_GROUP),
        Control::Numbers => lines(part, required, to_number_or_text, ""),
        Control::Pairs => pairs(part),
        Control::PodLabels => picked::pod_labels(part),
        Control::Others(own) => others(part, own),
        Control::NumberPairs => number_pairs(part),
        Control::Files => files(part),
        Control::Binaries => binaries::binaries(part),
        Control::Items { begin, title, fields } => items(part, begin, title, fields),
        Control::OneOf(variants) => one_of(part, variants),
        Control::Group(fields) => group(part, fields),
        Control::Object(fields) => described::object(part, field, fields),
        Control::Yaml => described::as_yaml(part),
        Control::ScaledKind => scaled::kind(part),
        Control::ScaledName => scaled::name(part, required),
        Control::Registry => registry(part),
        Control::Image => image::image(part, required),
        Control::LogFiles => log_files::log_files(part),
        Control::HostTime => host_time::host_time(part),
        Control::Neighbours => neighbours::neighbours(part),
        Control::AddressPools => address_pools::address_pools(part),
    }
}

/// What cannot be changed any more is shown as it is.
fn fixed(part: &Part) -> AnyView {
    let (editing, spot) = (part.editing, part.spot.clone());
    let text = Memo::new(move |_| said(editing.draft.read().at(spot.object, &spot.path)));
    view! {
        <div class="field">
            <span class="field-label">{part.label.clone()}</span>
            <code class="form-fixed">{move || text.get()}</code>
        </div>
    }
    .into_any()
}

/// A value in one line: of several texts all. What has parts is written as YAML.
fn said(value: Option<&Value>) -> String {
    match value {
        Some(Value::Array(items)) if !items.iter().any(Value::is_object) => {
            ui::listed(&items.iter().map(|item| text_of_value(Some(item))).collect::<Vec<_>>())
        }
        Some(value @ (Value::Array(_) | Value::Object(_))) => {
            to_yaml(slice::from_ref(value)).trim_end().to_owned()
        }
        value => text_of_value(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_cannot_be_changed_any_more_is_told_in_one_line_unless_it_has_parts() {
        assert_eq!(said(Some(&json!(["ReadWriteOnce", "ReadOnlyMany"]))), "ReadWriteOnce, ReadOnlyMany");
        assert_eq!(said(Some(&json!("fast"))), "fast");
        assert_eq!(said(Some(&json!([{"name": "a", "size": 1}]))), "- name: a\n  size: 1");
        assert_eq!(said(None), "");
    }
}
