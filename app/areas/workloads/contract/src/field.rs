//! Forms as data.

use crate::{Draft, Rule};
use serde_json::Value;

/// How the core API group, whose name is empty, is written in a line.
pub const CORE_GROUP: &str = "\"\"";

/// A form of one kind of object.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// The kind, as in addresses.
    pub slug: &'static str,
    /// What an object of it begins with, as JSON; `NAME` and `NAMESPACE` stand for themselves.
    pub begin: &'static str,
    /// Where its pod template is, for kinds that have one.
    pub template: Option<&'static str>,
    /// What can be made along with it.
    pub beside: Option<Beside>,
    /// Places that hold the object's name as long as nobody changes them.
    pub follow_name: &'static [&'static str],
    /// Its steps.
    pub sections: &'static [Section],
}

/// What can be made along with the object that a form is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// A service that picks the pods of a workload.
    Service,
    /// What gives a role of the project to a service account.
    RoleBinding,
}

impl Beside {
    /// Its kind, as in manifests, which is also its id in text keys.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Service => "Service",
            Self::RoleBinding => "RoleBinding",
        }
    }
}

/// A step of a form.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// Its id, in text keys and addresses.
    pub id: &'static str,
    /// Which of the draft's objects it is about: 0 is the one that the form is for, 1 what is made beside it.
    pub object: usize,
    /// What it is called where the console has no words for it.
    pub words: Option<Words>,
    /// Where in the object its fields are.
    pub base: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
    /// Whether it can be changed once the object exists.
    pub settled: Settled,
}

/// Whether a step can be changed once the object exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Settled {
    /// That is up to each field.
    #[default]
    No,
    /// Nothing of it can.
    Once,
    /// Nothing of it can, unless it is suspended: then it has not begun yet, or waits.
    UnlessSuspended,
}

/// What a kind says of itself in its schema, in whatever language that is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The name, as in manifests.
    pub name: &'static str,
    /// What it is, in one sentence.
    pub hint: &'static str,
    /// All that is said of it, where that is more than the sentence.
    pub more: &'static str,
    /// What holds where nothing is filled in.
    pub usual: &'static str,
}

/// A field: a place in the manifest, and how it is shown.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Where, relative to what is around it.
    pub path: &'static str,
    /// Its id, in text keys.
    pub id: &'static str,
    /// How it is shown.
    pub control: Control,
    /// What must hold.
    pub rule: Rule,
    /// Must be filled.
    pub required: bool,
    /// Shown only when something stands at this path, or, written `path=value` or `path=one|other`, when it is one of these,
    /// or, written `path!=one|other`, when it is none of these. Several of these, between which `&` stands, must all hold.
    pub when: &'static str,
    /// Cannot be changed once the object exists.
    pub fixed: bool,
    /// On which condition it can be changed all the same, as in [`Field::when`].
    pub free_when: &'static str,
    /// What it is called where the console has no words for it.
    pub words: Option<Words>,
}

/// How a field is shown.
#[derive(Clone, Copy, Debug)]
pub enum Control {
    /// A line of text.
    Line,
    /// Several lines of text.
    Area,
    /// A time table of five parts, with the usual ones beside it.
    Schedule,
    /// The name of a time zone, with all of them as suggestions.
    TimeZone,
    /// A whole number.
    Number,
    /// A number, or a text when it is none.
    NumberOrText,
    /// A mode of files: a number, written in octal.
    Mode,
    /// A number that need not be whole.
    Decimal,
    /// Yes, or nothing.
    Toggle,
    /// The text `true`, or nothing: of parameters and annotations, which are all texts.
    ToggleText,
    /// Yes, no, or nothing.
    Truth,
    /// One of these; nothing is one of them when the first is empty.
    Choice(&'static [&'static str]),
    /// One of these, or another text.
    ChoiceOrText(&'static [&'static str]),
    /// A text with the names of this kind's objects as suggestions.
    Names(&'static str),
    /// The same, with further suggestions.
    Named {
        /// The kind.
        kind: &'static str,
        /// What is suggested beside its objects.
        also: &'static [&'static str],
    },
    /// The key of a label of nodes, with those that nodes have as suggestions.
    NodeLabel,
    /// Values of the label of nodes whose key stands beside them as `key`, one on each line.
    NodeValues,
    /// Any of these, as a list of texts.
    Ticks(&'static [&'static str]),
    /// A list of texts, one on each line.
    Lines,
    /// The same of API groups: the core group, an empty text, is written [`CORE_GROUP`].
    Groups,
    /// A list of whole numbers, one on each line, and of texts where they are none.
    Numbers,
    /// Keys and short values.
    Pairs,
    /// Labels that pick pods: keys and short values, which can be those of a workload.
    PodLabels,
    /// Keys and short values without these keys, which have fields of their own.
    Others(&'static [&'static str]),
    /// Keys and whole numbers, or texts where they are none.
    NumberPairs,
    /// Keys and values of many lines.
    Files,
    /// Keys and bytes, which are written in Base64 and shown by their size.
    Binaries,
    /// A list of things with fields of their own. `begin` is what a new one is, as JSON; `title` the path of what names it.
    Items {
        /// A new one.
        begin: &'static str,
        /// What names one.
        title: &'static str,
        /// The fields of each.
        fields: &'static [Field],
    },
    /// One of several things, of which at most one may be there.
    OneOf(&'static [Variant]),
    /// Fields that few need, folded away.
    Group(&'static [Field]),
    /// An object that may be absent: what it needs is needed only where it is there.
    Object(&'static [Field]),
    /// What no control can show: it is written as YAML, beside the form.
    Yaml,
    /// A reference to an object that can be scaled, of which this chooses the kind, and with it the version: see
    /// [`crate::Scalable`].
    ScaledKind,
    /// The name in such a reference, with the names of the chosen kind's objects as suggestions.
    ScaledName,
    /// A login for an image registry.
    Registry,
    /// The name of an image, which can be looked for in registries.
    Image,
    /// Log files on the volumes of a pod: see [`crate::LogFiles`]. They stand in the manifest as containers, and not at the
    /// field's place.
    LogFiles,
    /// The address pools of pods: see [`crate::pools_of`]. They stand in the manifest as one text.
    AddressPools,
    /// Whether a container has the time zone of its node: see [`crate::host_time`]. It stands in the manifest as a volume and
    /// a mount, and not at the field's place.
    HostTime,
    /// Where the pods run as seen from each other: see [`crate::Neighbours`]. It stands in the manifest as affinities, and not
    /// at the field's place.
    Neighbours,
}

/// One of several things that may be there.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// Its place, whose presence says that it is this one; empty for none of them.
    pub key: &'static str,
    /// Its id, in text keys.
    pub id: &'static str,
    /// What it begins with, as JSON; without a place of its own, what is put beside what stands there.
    pub begin: &'static str,
    /// Its fields, relative to its place.
    pub fields: &'static [Field],
}

impl Field {
    /// A field that may be left empty, for any value.
    pub const fn new(path: &'static str, id: &'static str, control: Control) -> Self {
        Self {
            path,
            id,
            control,
            rule: Rule::Any,
            required: false,
            when: "",
            fixed: false,
            free_when: "",
            words: None,
        }
    }

    /// The same, with a rule.
    #[must_use]
    pub const fn rule(self, rule: Rule) -> Self {
        Self { rule, ..self }
    }

    /// The same, to be filled.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The same, shown only on a condition.
    #[must_use]
    pub const fn when(self, when: &'static str) -> Self {
        Self { when, ..self }
    }

    /// The same, only for what does not exist yet.
    #[must_use]
    pub const fn fixed(self) -> Self {
        Self { fixed: true, ..self }
    }

    /// The same, only for what does not exist yet, or on a condition.
    #[must_use]
    pub const fn fixed_unless(self, condition: &'static str) -> Self {
        Self { fixed: true, free_when: condition, ..self }
    }

    /// Whether it is shown, among what is around it.
    pub fn is_shown(&self, around: &Value) -> bool {
        self.when.is_empty() || holds(self.when, around)
    }

    /// Whether it cannot be changed in what exists, among what is around it.
    pub fn is_fixed(&self, around: &Value) -> bool {
        self.fixed && (self.free_when.is_empty() || !holds(self.free_when, around))
    }
}

impl Section {
    /// The same, of which nothing can be changed once the object exists.
    #[must_use]
    pub const fn settled(self, settled: Settled) -> Self {
        Self { settled, ..self }
    }
}

impl Form {
    /// Whether nothing of a step can be changed in what exists.
    pub fn is_settled(&self, draft: &Draft, step: usize) -> bool {
        match self.sections.get(step).map(|section| section.settled) {
            None | Some(Settled::No) => false,
            Some(Settled::Once) => true,
            Some(Settled::UnlessSuspended) => draft.at(0, "spec/suspend") != Some(&Value::Bool(true)),
        }
    }
}

/// Whether all of the conditions hold between which `&` stands.
fn holds(conditions: &str, around: &Value) -> bool {
    conditions.split('&').all(|condition| holds_one(condition, around))
}

/// Whether a condition holds: something stands at a path, or, written `path=one|other`, it is one of these, or, written
/// `path!=one|other`, none of these.
fn holds_one(condition: &str, around: &Value) -> bool {
    let Some((path, value)) = condition.split_once('=') else {
        return crate::at(around, condition).is_some();
    };
    let (path, is_one) = path.strip_suffix('!').map_or((path, true), |path| (path, false));
    let found = match crate::at(around, path) {
        Some(Value::String(text)) => text.as_str(),
        Some(Value::Bool(true)) => "true",
        _ => "",
    };
    value.split('|').any(|value| value == found) == is_one
}

impl Variant {
    /// Which of several is there.
    pub fn find<'v>(variants: &'v [Self], around: &Value) -> Option<&'v Self> {
        let present = variants
            .iter()
            .find(|variant| !variant.key.is_empty() && crate::at(around, variant.key).is_some());
        present.or_else(|| variants.iter().find(|variant| variant.key.is_empty()))
    }
}
