//! One control for each way a field can be shown.

use super::editing::Editing;
use super::lists::{files, items, lines, number_pairs, pairs, ticks};
use super::{described, names};
use crate::words::{hint, text, text_of};
use leptos::prelude::*;
use serde_json::{Value, json};
use workloads_contract::{CORE_GROUP, Control, Field, RegistryLogin, Variant, at};

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
    let is_shown = Memo::new(move |_| {
        let draft = editing.draft.read();
        draft.at(around.object, &around.path).is_none_or(|around| field.is_shown(around))
            || field.when.is_empty()
    });
    view! { <Show when=move || is_shown.get()>{control(editing, &inner.below(field.path), field)}</Show> }
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

fn control(editing: Editing, spot: &Spot, field: &'static Field) -> AnyView {
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
    let control = shown(&part, field);
    match field.words {
        Some(words) => described::around(words, &field.control, control),
        None => control,
    }
}

fn shown(part: &Part, field: &'static Field) -> AnyView {
    if field.fixed && !part.editing.is_new() {
        return fixed(part);
    }
    // What the kind itself says is marked already.
    let required = field.required && field.words.is_none();
    match field.control {
        Control::Line => part.line(required, to_text),
        Control::NumberOrText | Control::Number => part.line(required, to_number_or_text),
        Control::Decimal => described::decimal(part),
        Control::Names(kind) => names::line(part, kind, &[], required),
        Control::Named { kind, also } => names::line(part, kind, also, required),
        Control::Area => part.area(),
        Control::Toggle => part.toggle(Value::Bool(true)),
        Control::ToggleText => part.toggle(Value::from("true")),
        Control::Ticks(options) => ticks(part, options),
        Control::Truth => part.choice(&["", "true", "false"]),
        Control::Choice(options) => part.choice(options),
        Control::Lines => lines(part, to_text, ""),
        Control::Groups => lines(part, to_group, CORE_GROUP),
        Control::Numbers => lines(part, to_number_or_text, ""),
        Control::Pairs => pairs(part),
        Control::NumberPairs => number_pairs(part),
        Control::Files => files(part),
        Control::Items { begin, title, fields } => items(part, begin, title, fields),
        Control::OneOf(variants) => one_of(part, variants),
        Control::Group(fields) => group(part, fields),
        Control::Object(fields) => described::object(part, field, fields),
        Control::Yaml => described::as_yaml(part),
        Control::Registry => registry(part),
    }
}

/// What cannot be changed any more is shown as it is.
fn fixed(part: &Part) -> AnyView {
    let text = part.text();
    view! {
        <div class="field">
            <span class="field-label">{part.label.clone()}</span>
            <code class="form-fixed">{move || text.get()}</code>
        </div>
    }
    .into_any()
}

/// A number where the text is one.
pub fn to_number_or_text(text: &str) -> Value {
    text.trim().parse::<i64>().map_or_else(|_| Value::from(text.trim()), Value::from)
}

pub fn to_text(text: &str) -> Value {
    Value::from(text)
}

/// An API group, of which the core one has an empty name.
fn to_group(text: &str) -> Value {
    Value::from(if text.trim() == CORE_GROUP { "" } else { text })
}

/// What stands in a text field for a value.
pub fn text_of_value(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

impl Part {
    /// Its label without the mark of what must be filled.
    pub fn name(&self) -> &str {
        self.label.trim_end_matches(REQUIRED)
    }

    /// The value as text.
    pub fn text(&self) -> Signal<String> {
        let (editing, spot) = (self.editing, self.spot.clone());
        Memo::new(move |_| text_of_value(editing.draft.read().at(spot.object, &spot.path))).into()
    }

    /// Takes a text; an empty one takes the value away.
    pub fn on_text(&self, read: fn(&str) -> Value) -> Callback<String> {
        let (editing, spot) = (self.editing, self.spot.clone());
        Callback::new(move |text: String| {
            // The value of a variable is there even when it is empty.
            let stays = spot.path.ends_with("/value");
            let new = (!text.is_empty() || stays).then(|| read(&text));
            editing.set(spot.object, &spot.path, new);
        })
    }

    fn line(&self, required: bool, read: fn(&str) -> Value) -> AnyView {
        let label = labelled(&self.label, required);
        let input_type = if self.spot.path.ends_with("/password") { "password" } else { "text" };
        view! {
            <ui::Field
                name=self.spot.place()
                label
                value=self.text()
                hint=self.hint.clone()
                placeholder=self.usual.clone()
                problem=self.problem
                input_type
                code=true
                on_input=self.on_text(read)
            />
        }
        .into_any()
    }

    fn area(&self) -> AnyView {
        view! {
            <ui::TextArea
                name=self.spot.place()
                label=self.label.clone()
                value=self.text()
                hint=self.hint.clone()
                problem=self.problem
                on_input=self.on_text(to_text)
            />
        }
        .into_any()
    }

    fn toggle(&self, yes: Value) -> AnyView {
        let (editing, spot) = (self.editing, self.spot.clone());
        let value = self.text();
        let on_change = Callback::new(move |is_on: bool| {
            editing.set(spot.object, &spot.path, is_on.then(|| yes.clone()));
        });
        view! {
            <ui::Checkbox
                name=self.spot.place()
                label=self.label.clone()
                checked=Signal::derive(move || *value.read() == "true")
                hint=self.hint.clone()
                on_change
            />
        }
        .into_any()
    }

    fn choice(&self, options: &'static [&'static str]) -> AnyView {
        let known = options.iter().map(|option| {
            let words = match *option {
                "" if !self.usual.is_empty() => self.usual.clone(),
                "" => text("choice.usual").to_owned(),
                "true" => text("choice.yes").to_owned(),
                "false" => text("choice.no").to_owned(),
                word => word.to_owned(),
            };
            ((*option).to_owned(), words)
        });
        let known: Vec<(String, String)> = known.collect();
        let value = self.text();
        // What others wrote is kept, and shown.
        let options = Signal::derive(move || {
            let mut options = known.clone();
            let value = value.get();
            if !options.iter().any(|(option, _)| *option == value) {
                options.push((value.clone(), value));
            }
            options
        });
        let (editing, spot) = (self.editing, self.spot.clone());
        let on_change = Callback::new(move |chosen: String| {
            let new = match chosen.as_str() {
                "" => None,
                "true" => Some(Value::Bool(true)),
                "false" => Some(Value::Bool(false)),
                word => Some(Value::from(word)),
            };
            editing.set(spot.object, &spot.path, new);
        });
        view! {
            <ui::Select
                name=self.spot.place()
                label=self.label.clone()
                options
                value
                hint=self.hint.clone()
                problem=self.problem
                on_change
            />
        }
        .into_any()
    }
}

/// A label that says that the field must be filled.
pub fn labelled(label: &str, required: bool) -> String {
    if required { format!("{label}{REQUIRED}") } else { label.to_owned() }
}

/// Behind the label of what must be filled.
const REQUIRED: &str = " *";

/// Which of several things, and then its fields.
fn one_of(part: &Part, variants: &'static [Variant]) -> AnyView {
    let (editing, spot) = (part.editing, part.spot.clone());
    let chosen = {
        let spot = spot.clone();
        Memo::new(move |_| {
            let draft = editing.draft.read();
            let around = draft.at(spot.object, &spot.path).unwrap_or(&Value::Null);
            let found = Variant::find(variants, around);
            found.and_then(|found| variants.iter().position(|variant| variant.key == found.key)).unwrap_or(0)
        })
    };
    let options: Vec<(String, String)> =
        variants.iter().map(|variant| (variant.id.to_owned(), text_of("variant", variant.id))).collect();
    let value =
        Signal::derive(move || variants.get(chosen.get()).map_or("", |variant| variant.id).to_owned());
    let on_change = {
        let spot = spot.clone();
        Callback::new(move |id: String| {
            let Some(wanted) = variants.iter().find(|variant| variant.id == id) else { return };
            let mut around = editing.at(spot.object, &spot.path).unwrap_or_else(|| json!({}));
            choose(&mut around, variants, wanted);
            let is_empty = around.as_object().is_some_and(serde_json::Map::is_empty);
            editing.set(spot.object, &spot.path, (!is_empty).then_some(around));
        })
    };
    let inner = move || {
        let variant = &variants[chosen.get().min(variants.len() - 1)];
        fields(editing, &spot.below(variant.key), variant.fields)
    };
    view! {
        <div class="form-one-of">
            <ui::Select
                name=format!("{}?", part.spot.place())
                label=part.label.clone()
                options=Signal::stored(options)
                value
                hint=part.hint.clone()
                problem=part.problem
                on_change
            />
            {inner}
        </div>
    }
    .into_any()
}

/// Takes away what the others need, and puts there what this one begins with. What is of none of them stays, but nothing
/// stays of a probe that asks nothing.
fn choose(around: &mut Value, variants: &[Variant], wanted: &Variant) {
    let was_there = at(around, wanted.key).is_some() && !wanted.key.is_empty();
    for variant in variants.iter().filter(|variant| variant.key != wanted.key) {
        match variant.key {
            "" => {
                // What stays of a selector without labels still says something.
                let first = |field: &Field| field.path.split('/').next().unwrap_or_default();
                variant.fields.iter().for_each(|field| workloads_contract::set(around, first(field), None));
            }
            key => workloads_contract::set(around, key, None),
        }
    }
    let begins_beside = wanted.key.is_empty() && !wanted.begin.is_empty();
    if wanted.id == "none" {
        *around = json!({});
    } else if let (true, Ok(Value::Object(begin))) = (begins_beside, serde_json::from_str(wanted.begin)) {
        for (key, value) in begin {
            if at(around, &key).is_none() {
                workloads_contract::set(around, &key, Some(value));
            }
        }
    } else if !was_there && !wanted.key.is_empty() {
        let begin = serde_json::from_str(wanted.begin).unwrap_or_else(|_| json!({}));
        workloads_contract::set(around, wanted.key, Some(begin));
        if let Some(kind) = METRIC_TYPES.iter().find(|(key, _)| *key == wanted.key) {
            workloads_contract::set(around, "type", Some(Value::from(kind.1)));
        }
    }
}

/// Metrics of autoscalers say twice which they are.
const METRIC_TYPES: [(&str, &str); 3] =
    [("resource", "Resource"), ("pods", "Pods"), ("external", "External")];

/// Fields that few need: folded away unless something stands in them.
fn group(part: &Part, inner: &'static [Field]) -> AnyView {
    let (editing, spot) = (part.editing, part.spot.clone());
    let is_filled = untrack(|| {
        let draft = editing.draft.read();
        let around = draft.at(spot.object, &spot.path);
        around.is_some_and(|around| {
            inner.iter().any(|field| !field.path.is_empty() && at(around, field.path).is_some())
        }) || (around.is_some_and(|around| around.as_object().is_some_and(|object| !object.is_empty()))
            && !spot.path.is_empty()
            && inner.iter().any(|field| field.path.is_empty()))
    });
    let place = spot.place();
    let has_fault = Memo::new(move |_| {
        let faults = editing.faults.read();
        editing.shows_all.get()
            && faults
                .iter()
                .any(|fault| fault.place.starts_with(&place) && is_of(inner, &fault.place[place.len()..]))
    });
    let is_open = RwSignal::new(is_filled);
    let has_been_told = {
        let place = spot.place();
        Memo::new(move |_| {
            let told = editing.told.read();
            let below =
                told.iter().filter_map(|problem| problem.field.strip_prefix(place.split_once('/')?.1));
            below.into_iter().any(|rest| is_of(inner, rest))
        })
    };
    Effect::new(move |_| {
        if has_fault.get() || has_been_told.get() {
            is_open.set(true);
        }
    });
    view! {
        <details class="form-group" prop:open=is_open open=is_filled>
            <summary>{part.label.clone()}<span class="hint">{part.hint.clone()}</span></summary>
            <div class="form-fields">{fields(editing, &spot, inner)}</div>
        </details>
    }
    .into_any()
}

/// Whether a path below a group is one of its fields'.
fn is_of(fields: &[Field], path: &str) -> bool {
    let path = path.trim_start_matches('/');
    fields.iter().any(|field| field.path.is_empty() || path.starts_with(field.path))
}

/// A login for an image registry: three fields that become one value.
fn registry(part: &Part) -> AnyView {
    let (editing, spot) = (part.editing, part.spot.clone());
    let whole = part.text();
    let login = Memo::new(move |_| RegistryLogin::read(&whole.read()));
    let set = move |change: fn(&mut RegistryLogin, String)| {
        let spot = spot.clone();
        Callback::new(move |text: String| {
            let mut login = login.get_untracked();
            change(&mut login, text);
            editing.set(spot.object, &spot.path, Some(Value::from(login.write())));
        })
    };
    let place = part.spot.place();
    view! {
        <ui::Field
            name=format!("{place}/server")
            label=labelled(&text_of("field", "registry-server"), true)
            value=Signal::derive(move || login.read().server.clone())
            problem=part.problem
            code=true
            on_input=set(|login, text| login.server = text)
        />
        <ui::Field
            name=format!("{place}/username")
            label=text_of("field", "username")
            value=Signal::derive(move || login.read().username.clone())
            code=true
            on_input=set(|login, text| login.username = text)
        />
        <ui::Field
            name=format!("{place}/password")
            label=text_of("field", "password")
            value=Signal::derive(move || login.read().password.clone())
            input_type="password"
            code=true
            on_input=set(|login, text| login.password = text)
        />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_choice_takes_the_place_of_the_first_and_leaves_what_is_of_neither() {
        let variants = [
            Variant { key: "emptyDir", id: "empty-dir", begin: "{}", fields: &[] },
            Variant { key: "secret", id: "secret", begin: "{\"optional\":true}", fields: &[] },
        ];
        let mut volume = json!({"name": "a", "emptyDir": {"medium": "Memory"}});

        choose(&mut volume, &variants, &variants[1]);
        assert_eq!(volume, json!({"name": "a", "secret": {"optional": true}}));
        choose(&mut volume, &variants, &variants[1]);
        assert_eq!(volume, json!({"name": "a", "secret": {"optional": true}}), "it was that already");
    }

    #[test]
    fn a_peer_is_pods_or_addresses_and_never_both() {
        const LABELS: &[Field] = &[Field::new("podSelector/matchLabels", "selector", Control::Pairs)];
        let variants = [
            Variant { key: "ipBlock", id: "addresses", begin: r#"{"cidr": ""}"#, fields: &[] },
            Variant { key: "", id: "pods-with", begin: r#"{"podSelector": {}}"#, fields: LABELS },
        ];
        let mut peer = json!({"podSelector": {"matchLabels": {"app": "web"}}});

        choose(&mut peer, &variants, &variants[0]);
        assert_eq!(peer, json!({"ipBlock": {"cidr": ""}}));
        choose(&mut peer, &variants, &variants[1]);
        assert_eq!(peer, json!({"podSelector": {}}));
    }

    #[test]
    fn a_number_is_one_as_soon_as_it_reads_as_one() {
        assert_eq!(to_number_or_text(" 80 "), json!(80));
        assert_eq!(to_number_or_text("25%"), json!("25%"));
    }
}
