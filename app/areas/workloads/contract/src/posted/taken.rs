//! What was typed into the controls of a step, as changes of a draft. Where a control holds what it held when it was drawn,
//! nothing is changed: a number stays a number, and what follows from a value is not written twice.

use super::BESIDE;
use super::shown::Shown;
use crate::CORE_GROUP;
use crate::draft::Draft;
use crate::field::{Control, Form, Variant};
use crate::registry::RegistryLogin;
use crate::written::{
    lines_of, read_choice, read_lines, read_rows, rows_of, sorted_rows, text_of_value, to_group,
    to_number_or_text, to_text,
};
use crate::{pools_of, read_mode, read_pools, write_mode};
use model::SentForm;
use serde_json::Value;

/// A value that is another one by now; none for one that is gone.
type Change = Option<Option<Value>>;

impl Draft {
    /// Takes what was typed into the fields of a step.
    pub(super) fn take(&mut self, form: &Form, step: usize, sent: &SentForm, is_new: bool) {
        let shown = self.shown(form, step, is_new);
        let before = self.clone();
        for one in &shown {
            // Beside other keys stand those that have fields of their own, as they were typed by now.
            let has_own = matches!(one.control, Control::Others(_));
            let was = if has_own { self.at(one.object, &one.path) } else { before.at(one.object, &one.path) };
            if let Some(new) = one.typed(was, sent) {
                self.set(form, one.object, &one.path, new);
            }
        }
        // Choices come last, the inner ones first: what they hide goes, whatever was typed into it.
        for one in shown.iter().rev() {
            let (object, path) = (one.object, one.path.as_str());
            let place = one.place();
            let chosen = |name: String| sent.value(&name).map(str::to_owned);
            match one.control {
                Control::ScaledKind => {
                    if let Some(slug) = chosen(place) {
                        self.refer(form, object, path, &slug);
                    }
                }
                Control::OneOf(variants) => {
                    if let Some(id) = chosen(choice_name(&place, variants)) {
                        self.choose(form, object, path, variants, &id);
                    }
                }
                _ => {
                    if let Some(new) = one.chosen(before.at(object, path), sent) {
                        self.set(form, object, path, new);
                    }
                }
            }
        }
        // Among mounts and volumes others move up when one goes.
        for one in shown.iter().filter(|one| matches!(one.control, Control::HostTime)) {
            let is_wanted = sent.value(&one.place()).is_some();
            self.switch_clock(form, one.object, &one.path, is_wanted);
        }
        let is_about_beside = form.sections.get(step).is_some_and(|section| section.object == 1);
        if is_about_beside && is_new {
            self.set_beside(form, sent.value(BESIDE).is_some());
        }
    }
}

impl Shown {
    /// What was typed into it, when it is no choice.
    fn typed(&self, before: Option<&Value>, sent: &SentForm) -> Change {
        let place = self.place();
        match self.control {
            Control::Toggle => self.toggled(before, sent, &Value::Bool(true)),
            Control::ToggleText => self.toggled(before, sent, &Value::from("true")),
            Control::Lines | Control::NodeValues => lines(sent.value(&place)?, before, to_text, ""),
            Control::Groups => lines(sent.value(&place)?, before, to_group, CORE_GROUP),
            Control::Numbers => lines(sent.value(&place)?, before, to_number_or_text, ""),
            Control::Ticks(options) => ticks(&place, options, before, sent),
            Control::Pairs | Control::PodLabels => rows(&place, before, sent, to_text, &[], false),
            Control::Others(own) => rows(&place, before, sent, to_text, own, false),
            Control::NumberPairs => rows(&place, before, sent, to_number_or_text, &[], false),
            Control::Files => rows(&place, before, sent, to_text, &[], true),
            Control::Registry if RegistryLogin::count(&text_of_value(before)) > 1 => {
                let typed = sent.value(&place)?;
                let is_same = typed == as_sent(&text_of_value(before), true);
                (!is_same).then(|| (!typed.is_empty()).then(|| to_text(typed)))
            }
            Control::Registry => login(&place, before, sent),
            Control::AddressPools => {
                let typed = sent.value(&place)?;
                let is_same = typed.trim_end_matches('\n') == as_sent(&pools_of(before).join("\n"), true);
                (!is_same).then(|| read_pools(typed))
            }
            Control::Mode => {
                let typed = sent.value(&place)?;
                let is_same = typed == before.map(write_mode).unwrap_or_default();
                (!is_same).then(|| (!typed.trim().is_empty()).then(|| read_mode(typed)))
            }
            control => {
                let read = control.reads_line()?;
                let typed = sent.value(&place)?;
                let is_long = matches!(control, Control::Area);
                // The value of a variable is there even when it is empty.
                let stays = self.path.ends_with("/value");
                let is_same = typed == as_sent(&text_of_value(before), is_long);
                (!is_same).then(|| (!typed.is_empty() || stays).then(|| read(typed)))
            }
        }
    }

    /// What was chosen in it, when it is a choice of words.
    fn chosen(&self, before: Option<&Value>, sent: &SentForm) -> Change {
        let place = self.place();
        let before = text_of_value(before);
        match self.control {
            Control::Truth | Control::Choice(_) => {
                let word = sent.value(&place)?;
                (word != before).then(|| read_choice(word))
            }
            Control::ChoiceOrText(_) => {
                let word = sent.value(&format!("{place}?"))?;
                // Nothing chosen: it is what stands in the line beside it, once that has been drawn.
                let word = if word.is_empty() { sent.value(&place).unwrap_or_default() } else { word };
                (word != before).then(|| Some(Value::from(word)))
            }
            _ => None,
        }
    }

    fn toggled(&self, before: Option<&Value>, sent: &SentForm, yes: &Value) -> Change {
        let is_on = sent.value(&self.place()).is_some();
        let was_on = text_of_value(before) == "true";
        (is_on != was_on).then(|| is_on.then(|| yes.clone()))
    }
}

/// A text as browsers send it back: a line without its line breaks, several lines with those of one sort.
fn as_sent(text: &str, is_long: bool) -> String {
    if is_long { text.replace("\r\n", "\n") } else { text.replace(['\r', '\n'], "") }
}

fn lines(typed: &str, before: Option<&Value>, read: fn(&str) -> Value, empty: &str) -> Change {
    let is_same = typed.trim_end_matches('\n') == as_sent(&lines_of(before, empty), true);
    (!is_same).then(|| read_lines(typed, read))
}

fn ticks(place: &str, options: &[&str], before: Option<&Value>, sent: &SentForm) -> Change {
    let before: Vec<String> = before
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|item| text_of_value(Some(item)))
        .collect();
    let is_ticked = |word: &str| sent.value(&format!("{place}/{word}")).is_some();
    let kept = before.iter().filter(|word| is_ticked(word)).cloned();
    let added = options.iter().filter(|word| is_ticked(word)).map(|word| (*word).to_owned());
    let added = added.filter(|word| !before.contains(word));
    let now: Vec<String> = kept.chain(added).collect();
    (now != before).then(|| (!now.is_empty()).then(|| now.into_iter().map(Value::from).collect()))
}

fn rows(
    place: &str,
    before: Option<&Value>,
    sent: &SentForm,
    read: fn(&str) -> Value,
    own: &[&str],
    is_long: bool,
) -> Change {
    let row = |index: usize| {
        let key = sent.value(&key_name(place, index))?.trim().to_owned();
        let value = sent.value(&value_name(place, index)).unwrap_or_default();
        let same = before.and_then(|before| before.get(&key)).map(|same| text_of_value(Some(same)));
        let value = same.filter(|same| as_sent(same, is_long) == value).unwrap_or_else(|| value.to_owned());
        Some((key, value))
    };
    let rows: Vec<(String, String)> = (0..).map_while(row).collect();
    if rows.is_empty() || sorted_rows(&rows, own) == rows_of(before, own) {
        return None;
    }
    let map = read_rows(&rows, before, read, own);
    Some((!map.is_empty()).then_some(Value::Object(map)))
}

/// The name of the input that chooses one of several things. Of one place there may be several choices.
pub fn choice_name(place: &str, variants: &[Variant]) -> String {
    let first = variants.iter().map(|variant| variant.key).find(|key| !key.is_empty());
    format!("{place}?{}", first.unwrap_or_default())
}

/// The name of the input for the key of a row.
pub fn key_name(place: &str, index: usize) -> String {
    format!("{place}?key{index}")
}

/// The name of the input for the value of a row.
pub fn value_name(place: &str, index: usize) -> String {
    format!("{place}?value{index}")
}

fn login(place: &str, before: Option<&Value>, sent: &SentForm) -> Change {
    let part = |part: &str| sent.value(&format!("{place}/{part}")).map(str::to_owned);
    let server = part("server")?;
    let other = |name: &str| part(name).unwrap_or_default();
    let now = RegistryLogin {
        server,
        username: other("username"),
        password: other("password"),
        email: other("email"),
    };
    let before = text_of_value(before);
    (now != RegistryLogin::read(&before)).then(|| Some(Value::from(now.write(&before))))
}
