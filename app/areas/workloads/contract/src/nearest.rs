//! Where in a form something is told that is about a place of the manifest.

use crate::draft::Draft;
use crate::field::{Control, Field, Form};
use crate::place::joined;

impl Form {
    /// The control that a place is in, as a place: its own if it has one, else the nearest around it. `None` when the form
    /// has none on the way there.
    pub fn nearest(&self, place: &str) -> Option<String> {
        let found = self.sections.iter().filter_map(|section| {
            let base = joined(&section.object.to_string(), section.base);
            nearest(section.fields, &base, place)
        });
        found.max_by_key(String::len)
    }

    /// The step that a place belongs to: the one that has a control for it, else the first that shows what it is in, else the
    /// first that is about that. `None` for the object as a whole.
    pub fn step_of(&self, place: &str) -> Option<usize> {
        let has_control = self.sections.iter().position(|section| {
            let base = joined(&section.object.to_string(), section.base);
            nearest(section.fields, &base, place).as_deref() == Some(place)
        });
        let shows = || self.sections.iter().position(|section| Draft::is_in(section, place));
        has_control.or_else(shows).or_else(|| {
            self.sections.iter().position(|section| {
                let base = joined(&section.object.to_string(), section.base);
                !section.base.is_empty() && (below(&base, place).is_some() || below(place, &base).is_some())
            })
        })
    }
}

/// What is left of a place below another; empty for the same.
fn below<'p>(place: &'p str, other: &str) -> Option<&'p str> {
    let rest = place.strip_prefix(other)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

fn nearest(fields: &[Field], base: &str, place: &str) -> Option<String> {
    fields
        .iter()
        .filter_map(|field| nearest_in(field, &joined(base, field.path), place))
        .max_by_key(String::len)
}

fn nearest_in(field: &Field, own: &str, place: &str) -> Option<String> {
    let rest = below(place, own)?;
    match &field.control {
        // Only folds its fields: nothing can be told there.
        Control::Group(fields) => nearest(fields, own, place),
        Control::Object(fields) => nearest(fields, own, place).or_else(|| Some(own.to_owned())),
        Control::Items { fields, .. } => {
            let index = rest.split('/').next().filter(|index| index.parse::<usize>().is_ok());
            let inner = index.and_then(|index| nearest(fields, &format!("{own}/{index}"), place));
            inner.or_else(|| Some(own.to_owned()))
        }
        Control::OneOf(variants) => {
            let chosen = variants.iter().filter(|variant| below(place, &joined(own, variant.key)).is_some());
            let inner =
                chosen.filter_map(|variant| nearest(variant.fields, &joined(own, variant.key), place));
            inner.max_by_key(String::len)
        }
        _ => Some(own.to_owned()),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use crate::forms;

    #[test]
    fn what_is_said_of_a_place_without_a_control_is_told_at_the_one_around_it() {
        let form = forms::find("deployments").unwrap();
        let base = "0/spec/template/spec/containers";

        let nearest = |path: &str| form.nearest(&format!("{base}/{path}"));

        assert_eq!(nearest("0/image"), Some(format!("{base}/0/image")));
        assert_eq!(nearest("1/command/2"), Some(format!("{base}/1/command")));
        assert_eq!(nearest("1/ports/0/containerPort"), Some(format!("{base}/1/ports/0/containerPort")));
        assert_eq!(
            nearest("1/readinessProbe/httpGet/port"),
            Some(format!("{base}/1/readinessProbe/httpGet/port"))
        );
        assert_eq!(nearest("0/tty"), Some(base.to_owned()), "of an item that has no such field");
        assert_eq!(form.nearest("0/spec/paused"), None);
        assert_eq!(form.nearest("0/spec/replicasets"), None, "which only begins like a field");
    }

    #[test]
    fn an_annotation_with_a_field_of_its_own_belongs_to_the_step_that_has_it() {
        let form = forms::find("secrets").unwrap();
        let id = |place: &str| form.step_of(place).map(|step| form.sections[step].id);

        assert_eq!(id("0/metadata/annotations/kubernetes.io~1service-account.name"), Some("secret"));
        assert_eq!(id("0/metadata/annotations/note"), Some("basics"));
    }

    #[test]
    fn what_no_control_is_about_still_belongs_to_a_step() {
        let form = forms::find("persistentvolumeclaims").unwrap();
        let id = |place: &str| form.step_of(place).map(|step| form.sections[step].id);

        assert_eq!(id("0/metadata/name"), Some("basics"));
        assert_eq!(id("0/spec/resources/requests/storage"), Some("storage"));
        assert_eq!(id("0/spec"), Some("storage"));
        assert_eq!(id("0/spec/selector"), Some("storage"));
        assert_eq!(id("0/status"), None);
    }
}
