//! What is wrong with changes of objects, and with certificates.

use super::{fault_words, quoted};
use crate::words::{text, text_with};
use model::fault::{CertificateFault, EditFault, LabelFault};

pub(super) fn label_words(fault: &LabelFault) -> String {
    let words = match fault {
        LabelFault::Domain(word) => {
            return text_with("fault.label.domain", &[("word", &quoted(word))]);
        }
        LabelFault::Empty(word) => {
            return text_with("fault.label.empty", &[("word", &quoted(word))]);
        }
        LabelFault::Long(word) => {
            return text_with("fault.label.long", &[("word", &quoted(word))]);
        }
        LabelFault::Letters(word) => {
            return text_with("fault.label.letters", &[("word", &quoted(word))]);
        }
        LabelFault::Large => text("fault.label.large"),
    };
    words.to_owned()
}

pub(super) fn edit_words(fault: &EditFault) -> String {
    let words = match fault {
        EditFault::NotServed { kind, version, cluster } => {
            return text_with(
                "fault.edit.not-served",
                &[("kind", kind), ("version", version), ("cluster", cluster)],
            );
        }
        EditFault::Identity(was) => {
            return text_with("fault.edit.identity", &[("was", was)]);
        }
        EditFault::Owned(manager) => {
            return text_with("fault.edit.owned", &[("manager", manager)]);
        }
        EditFault::ChangedBy(by) => {
            return text_with("fault.edit.changed-by", &[("by", by)]);
        }
        EditFault::NotTried(said) => {
            return text_with("fault.edit.not-tried", &[("said", said)]);
        }
        EditFault::TooMany(most) => {
            return text_with("fault.edit.too-many", &[("most", most)]);
        }
        EditFault::MoreThanSeen { found, seen } => {
            return text_with("fault.edit.more-than-seen", &[("found", found), ("seen", seen)]);
        }
        EditFault::OfObject { object, fault } => {
            return text_with("fault.edit.of-object", &[("object", object), ("fault", &fault_words(fault))]);
        }
        EditFault::OneDocument => text("fault.edit.one-document"),
        EditFault::NoNamespace => text("fault.edit.no-namespace"),
        EditFault::Namespaced => text("fault.edit.namespaced"),
        EditFault::Hidden => text("fault.edit.hidden"),
        EditFault::Deleted => text("fault.edit.deleted"),
        EditFault::Replaced => text("fault.edit.replaced"),
        EditFault::Changed => text("fault.edit.changed"),
        EditFault::Restless => text("fault.edit.restless"),
        EditFault::Applied => text("fault.edit.applied"),
        EditFault::More(count) => {
            return text_with("fault.edit.more", &[("count", count)]);
        }
        EditFault::NoneLeft => text("fault.edit.none-left"),
    };
    words.to_owned()
}

pub(super) fn certificate_words(fault: &CertificateFault) -> String {
    let words = match fault {
        CertificateFault::Expired(day) => {
            return text_with("fault.certificate.expired", &[("day", day)]);
        }
        CertificateFault::Unusable(why) => {
            return text_with("fault.certificate.unusable", &[("why", why)]);
        }
        CertificateFault::Missing => text("fault.certificate.missing"),
        CertificateFault::Unreadable => text("fault.certificate.unreadable"),
        CertificateFault::NoKey => text("fault.certificate.no-key"),
        CertificateFault::OtherKey => text("fault.certificate.other-key"),
    };
    words.to_owned()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::super::tests::reads_as_it_says;
    use super::*;
    use model::{ClusterName, Fault};

    #[test]
    fn faults_of_changes_of_objects_and_with_certificates_read_as_they_say() {
        let label_faults = [
            LabelFault::Domain("two words".into()),
            LabelFault::Empty("two words".into()),
            LabelFault::Long("two words".into()),
            LabelFault::Letters("two words".into()),
            LabelFault::Large,
        ];
        let edit_faults = [
            EditFault::OneDocument,
            EditFault::NotServed {
                kind: "two words".into(),
                version: "two words".into(),
                cluster: ClusterName::parse("harbour").unwrap(),
            },
            EditFault::NoNamespace,
            EditFault::Namespaced,
            EditFault::Hidden,
            EditFault::Identity("two words".into()),
            EditFault::Owned("two words".into()),
            EditFault::Deleted,
            EditFault::Replaced,
            EditFault::Changed,
            EditFault::ChangedBy("two words".into()),
            EditFault::Restless,
            EditFault::NotTried("two words".into()),
            EditFault::OfObject {
                object: "pods/shop/web-0".into(),
                fault: Box::new(EditFault::Deleted.into()),
            },
            EditFault::Applied,
            EditFault::More(7),
            EditFault::NoneLeft,
            EditFault::TooMany(7),
            EditFault::MoreThanSeen { found: 7, seen: 7 },
        ];
        let certificate_faults = [
            CertificateFault::Missing,
            CertificateFault::Unreadable,
            CertificateFault::Expired("two words".into()),
            CertificateFault::NoKey,
            CertificateFault::OtherKey,
            CertificateFault::Unusable("two words".into()),
        ];

        reads_as_it_says(label_faults.map(Fault::from));
        reads_as_it_says(edit_faults.map(Fault::from));
        reads_as_it_says(certificate_faults.map(Fault::from));
    }
}
