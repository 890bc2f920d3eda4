//! The controls that the page of a form draws.

use crate::draft::Draft;
use crate::field::{Control, Field, Form, Section, Variant};
use crate::log_files::LogFiles;
use crate::place::{at, joined};
use serde_json::Value;

/// A control that is drawn, and where.
pub(super) struct Shown {
    pub object: usize,
    pub path: String,
    pub control: Control,
}

impl Shown {
    /// As faults name it, which is also the name of its input.
    pub fn place(&self) -> String {
        format!("{}/{}", self.object, self.path)
    }
}

impl Draft {
    /// The controls of a step that can be typed into.
    pub(super) fn shown(&self, form: &Form, step: usize, is_new: bool) -> Vec<Shown> {
        let sections: &'static [Section] = form.sections;
        let Some(section) = sections.get(step) else { return Vec::new() };
        let is_there = section.object == 0 || is_new && self.has_beside(form);
        if !is_there || !is_new && form.is_settled(self, step) {
            return Vec::new();
        }
        let mut look = Look { object: section.object, is_new, found: Vec::new() };
        look.fields(section.fields, self.at(section.object, section.base), section.base);
        look.found
    }
}

struct Look {
    object: usize,
    is_new: bool,
    found: Vec<Shown>,
}

impl Look {
    fn fields(&mut self, fields: &'static [Field], around: Option<&Value>, place: &str) {
        for field in fields {
            let whole = around.unwrap_or(&Value::Null);
            if !field.is_shown(whole) || !self.is_new && field.is_fixed(whole) {
                continue;
            }
            let own = joined(place, field.path);
            let value = around.and_then(|around| at(around, field.path));
            self.control(field.control, value, &own);
        }
    }

    fn control(&mut self, control: Control, value: Option<&Value>, own: &str) {
        if !matches!(control, Control::Group(_) | Control::Object(_)) {
            self.found.push(Shown { object: self.object, path: own.to_owned(), control });
        }
        match control {
            Control::Group(inner) | Control::Object(inner) => self.fields(inner, value, own),
            Control::Items { fields: inner, .. } => {
                let items = value.and_then(Value::as_array).into_iter().flatten().enumerate();
                // Log files have a control of their own.
                for (index, item) in items.filter(|(_, item)| LogFiles::read(item).is_none()) {
                    self.fields(inner, Some(item), &joined(own, &index.to_string()));
                }
            }
            Control::OneOf(variants) => {
                let found = Variant::find(variants, value.unwrap_or(&Value::Null)).or(variants.first());
                if let Some(variant) = found {
                    let inner = value.and_then(|value| at(value, variant.key));
                    self.fields(variant.fields, inner, &joined(own, variant.key));
                }
            }
            _ => {}
        }
    }
}
