//! Forms without scripts: every button posts the form to its own page, which draws it again from what was typed.

mod shown;
mod taken;

pub use taken::{choice_name, key_name, value_name};

use crate::choose::left_around;
use crate::draft::Draft;
use crate::field::{Control, Form, Variant};
use crate::host_time;
use crate::neighbours::Neighbours;
use crate::scalable::Scalable;
use model::{ConsoleError, DocumentPreview, SentForm};
use serde_json::{Value, json};
use std::fmt;

/// The form as it was drawn, as JSON of a [`Draft`].
pub const DRAFT: &str = "draft";
/// The step whose fields are sent.
pub const STEP: &str = "step";
/// The step to come back to, where no fields are sent.
pub const BACK: &str = "back";
/// The button that was pressed, as [`Press`] writes it.
pub const PRESS: &str = "press";
/// What is edited, by the name that the command has for it.
pub const BASE: &str = "fields[base]";
/// Whether something is made along with the object.
pub const BESIDE: &str = "beside";

/// A form that came without scripts. The server provides it with the page that the form stands on, which draws it.
#[derive(Clone, PartialEq)]
pub struct PostedForm {
    /// The objects, with what was typed.
    pub draft: Draft,
    /// What is edited, as it was when the form was drawn for the first time.
    pub base: Option<String>,
    /// The step to show.
    pub step: usize,
    /// Somebody wants to send it: what it lacks is told.
    pub shows_all: bool,
    /// The text that was tried out, and what the cluster would make of it.
    pub preview: Option<(String, Result<Vec<DocumentPreview>, ConsoleError>)>,
}

/// Without what was typed: it may be a password.
impl fmt::Debug for PostedForm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PostedForm").field("step", &self.step).finish_non_exhaustive()
    }
}

/// What a button of a form without scripts asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// The same step once more, with the fields that belong to what was chosen.
    Stay,
    /// Another step.
    Step(usize),
    /// One more in the list at a place.
    Add(String),
    /// What is at a place of a list goes.
    Remove(String),
    /// Where the pods run as seen from each other.
    Neighbours(Neighbours),
    /// What the cluster would make of it.
    Preview,
}

impl fmt::Display for Press {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stay => formatter.write_str("stay"),
            Self::Step(step) => write!(formatter, "step/{step}"),
            Self::Add(place) => write!(formatter, "add/{place}"),
            Self::Remove(place) => write!(formatter, "remove/{place}"),
            Self::Neighbours(way) => write!(formatter, "neighbours/{}", way.id()),
            Self::Preview => formatter.write_str("preview"),
        }
    }
}

impl Press {
    /// Reads what [`Press`] writes; anything else asks for nothing but the same step.
    pub fn read(text: &str) -> Self {
        match text.split_once('/') {
            Some(("step", step)) => step.parse().map_or(Self::Stay, Self::Step),
            Some(("add", place)) => Self::Add(place.to_owned()),
            Some(("remove", place)) => Self::Remove(place.to_owned()),
            Some(("neighbours", id)) => {
                let way = Neighbours::OFFERED.into_iter().find(|way| way.id() == id);
                way.map_or(Self::Stay, Self::Neighbours)
            }
            None if text == "preview" => Self::Preview,
            _ => Self::Stay,
        }
    }
}

impl PostedForm {
    /// Reads what was posted: takes what was typed, and does what was pressed. Whether it is to be tried out says
    /// [`PostedForm::is_asked`]. `None` for what is no form of the console.
    pub fn read(form: &Form, sent: &SentForm, is_new: bool) -> Option<Self> {
        let mut draft: Draft = serde_json::from_str(sent.value(DRAFT)?).ok()?;
        let number = |name: &str| sent.value(name).and_then(|step| step.parse::<usize>().ok());
        let last = form.sections.len().checked_sub(1)?;
        let press = sent.value(PRESS).map_or(Press::Stay, Press::read);
        let mut step = number(STEP).or_else(|| number(BACK)).unwrap_or_default().min(last);
        if number(STEP).is_some() {
            draft.take(form, step, sent, is_new);
        }
        match &press {
            Press::Step(wanted) => step = (*wanted).min(last),
            Press::Add(place) => draft.add(form, step, place, is_new),
            Press::Remove(place) => draft.remove(form, step, place, is_new),
            Press::Neighbours(way) => {
                let shown = draft.shown(form, step, is_new);
                if shown.iter().any(|shown| matches!(shown.control, Control::Neighbours)) {
                    draft.set_neighbours(form, *way);
                }
            }
            Press::Stay | Press::Preview => {}
        }
        let base = sent.value(BASE).filter(|base| !base.is_empty()).map(str::to_owned);
        Some(Self { draft, base, step, shows_all: press == Press::Preview, preview: None })
    }

    /// The form behind a change that was refused.
    pub fn refused(form: &Form, sent: &SentForm, is_new: bool) -> Option<Self> {
        Some(Self { shows_all: true, ..Self::read(form, sent, is_new)? })
    }

    /// Whether the cluster is to be asked: that is wanted, and nothing that the form knows of keeps it from being done.
    pub fn is_asked(&self, form: &Form) -> bool {
        self.shows_all && self.draft.faults(form).is_empty()
    }
}

impl Draft {
    /// Puts one more into a list of a step.
    fn add(&mut self, form: &Form, step: usize, place: &str, is_new: bool) {
        let shown = self.shown(form, step, is_new);
        let list = shown.iter().find(|shown| shown.place() == place);
        let Some((list, Control::Items { begin, .. })) = list.map(|list| (list, list.control)) else {
            return;
        };
        let new: Value = serde_json::from_str(begin).unwrap_or_default();
        self.change_list(form, list.object, &list.path, |items| items.push(new));
    }

    /// Takes one out of a list of a step.
    fn remove(&mut self, form: &Form, step: usize, place: &str, is_new: bool) {
        let Some((list, index)) = place.rsplit_once('/') else { return };
        let Ok(index) = index.parse::<usize>() else { return };
        let shown = self.shown(form, step, is_new);
        let is_list = |control: &Control| matches!(control, Control::Items { .. });
        let found = shown.iter().find(|shown| shown.place() == list && is_list(&shown.control));
        let Some(list) = found else { return };
        self.change_list(form, list.object, &list.path, |items| {
            if index < items.len() {
                items.remove(index);
            }
        });
    }

    fn change_list(&mut self, form: &Form, object: usize, path: &str, change: impl FnOnce(&mut Vec<Value>)) {
        let mut items = match self.at(object, path) {
            Some(Value::Array(items)) => items.clone(),
            _ => Vec::new(),
        };
        change(&mut items);
        self.set(form, object, path, (!items.is_empty()).then_some(Value::Array(items)));
    }

    /// Changes what is around the field of a container's clock.
    fn switch_clock(&mut self, form: &Form, object: usize, path: &str, is_wanted: bool) {
        let Some((pod, container)) = host_time::around(path) else { return };
        let Some(mut changed) = self.at(object, &pod).cloned() else { return };
        if host_time::is_on(&changed, &container) == is_wanted {
            return;
        }
        host_time::switch(&mut changed, &container, is_wanted);
        self.set(form, object, &pod, Some(changed));
    }

    /// Makes a reference one to an object of another kind that can be scaled.
    fn refer(&mut self, form: &Form, object: usize, path: &str, slug: &str) {
        let all = Scalable::all(&[]);
        let mut target = self.at(object, path).cloned().unwrap_or_default();
        let Some(chosen) = all.iter().find(|one| one.slug.as_str() == slug && !one.is_of(&target)) else {
            return;
        };
        chosen.refer(&mut target);
        self.set(form, object, path, Some(target));
    }

    /// Chooses another of several things that may be there.
    fn choose(&mut self, form: &Form, object: usize, path: &str, variants: &[Variant], id: &str) {
        let mut around = self.at(object, path).cloned().unwrap_or_else(|| json!({}));
        let chosen = Variant::find(variants, &around).or(variants.first());
        let wanted = variants.iter().find(|variant| variant.id == id);
        let Some(wanted) = wanted.filter(|wanted| chosen.is_none_or(|chosen| chosen.id != wanted.id)) else {
            return;
        };
        wanted.choose(variants, &mut around);
        self.set(form, object, path, left_around(path, around));
    }
}

#[cfg(test)]
mod tests;
