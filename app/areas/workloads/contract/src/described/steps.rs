//! Which fields stand together in a step.

use super::fields::Fields;
use super::{SPEC, weight};
use crate::field::{Control, Field, Section, Settled, Words};

/// What has so many things to fill in is a step of its own.
const BIG: usize = 4;
/// So many steps can be looked over; what would be one more stays where it is.
const MOST: usize = 8;

/// The steps behind the metadata: the `spec`, and then what an object has beside it.
pub(super) fn steps(fields: &Fields<'_>) -> Vec<Section> {
    let (spec, others): (Vec<Field>, Vec<Field>) = fields.all(fields.root).into_iter().partition(is_spec);
    let mut sections = Vec::new();
    if let Some(Field { control: Control::Object(inner), words: Some(words), .. }) = spec.first() {
        split(inner.to_vec(), SPEC, Some(*words), &mut sections);
    }
    if !others.is_empty() {
        split(others, "", None, &mut sections);
    }
    sections
}

fn is_spec(field: &Field) -> bool {
    field.path == SPEC && matches!(field.control, Control::Object(_))
}

/// What is small in one step, each of what is big in its own. Without words of its own the step has those of the console.
fn split(fields: Vec<Field>, base: &'static str, words: Option<Words>, sections: &mut Vec<Section>) {
    let mut room = MOST;
    let (big, small): (Vec<Field>, Vec<Field>) = fields.into_iter().partition(|field| {
        let is_big = matches!(field.control, Control::Object(_) | Control::Items { .. })
            && weight(field) >= BIG
            && room > 0;
        room -= usize::from(is_big);
        is_big
    });
    if !small.is_empty() {
        sections.push(Section {
            id: "fields",
            object: 0,
            words,
            base,
            fields: small.leak(),
            settled: Settled::No,
        });
    }
    for field in big {
        let fields = vec![field].leak();
        sections.push(Section {
            id: field.id,
            object: 0,
            words: field.words,
            base,
            fields,
            settled: Settled::No,
        });
    }
}
