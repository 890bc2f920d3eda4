//! What is wrong with forms in which something is done with objects, and with their texts.

use crate::words::{text, text_with};
use model::fault::{FormFault, YamlFault};

pub(super) fn form_words(fault: &FormFault) -> String {
    let words = match fault {
        FormFault::NoValue(line) => return text_with("fault.form.no-value", &[("line", line)]),
        FormFault::OpenQuotes(line) => return text_with("fault.form.open-quotes", &[("line", line)]),
        FormFault::Replicas => text("fault.form.replicas"),
        FormFault::Revision => text("fault.form.revision"),
        FormFault::TaintKey => text("fault.form.taint-key"),
        FormFault::Foreign => text("fault.form.foreign"),
        FormFault::LongForm => text("fault.form.long"),
    };
    words.to_owned()
}

pub(super) fn yaml_words(fault: &YamlFault) -> String {
    let words = match fault {
        YamlFault::Long(most) => return text_with("fault.yaml.long", &[("most", most)]),
        YamlFault::SameKey(key) => return text_with("fault.yaml.same-key", &[("key", key)]),
        YamlFault::Far { documents, levels, values } => {
            return text_with(
                "fault.yaml.far",
                &[("documents", documents), ("levels", levels), ("values", values)],
            );
        }
        YamlFault::Empty => text("fault.yaml.empty"),
        YamlFault::NoObject => text("fault.yaml.no-object"),
        YamlFault::NoText => text("fault.yaml.no-text"),
        YamlFault::Same => text("fault.yaml.same"),
        YamlFault::Aliases => text("fault.yaml.aliases"),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::reads_as_it_says;
    use super::*;
    use model::Fault;

    #[test]
    fn faults_of_forms_and_their_texts_read_as_they_say() {
        let forms = [
            FormFault::Replicas,
            FormFault::Revision,
            FormFault::TaintKey,
            FormFault::NoValue(3),
            FormFault::OpenQuotes(12),
            FormFault::Foreign,
            FormFault::LongForm,
        ];
        let texts = [
            YamlFault::Long(3),
            YamlFault::Empty,
            YamlFault::NoObject,
            YamlFault::NoText,
            YamlFault::SameKey("name".into()),
            YamlFault::Same,
            YamlFault::Far { documents: 200, levels: 64, values: 250_000 },
            YamlFault::Aliases,
        ];

        reads_as_it_says(forms.map(Fault::from));
        reads_as_it_says(texts.map(Fault::from));
    }
}
