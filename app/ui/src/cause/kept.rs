//! What is wrong with the console's own tables, in the reader's language.

use super::cause_words;
use crate::words::{text, text_with};
use model::cause::KeptOutage;

pub(super) fn words(outage: &KeptOutage) -> String {
    let words = match outage {
        KeptOutage::Row(what) => return text_with("outage.kept.row", &[("what", what)]),
        KeptOutage::Recording(why) => {
            return text_with("outage.kept.recording", &[("why", &cause_words(why))]);
        }
        KeptOutage::Fact(name) => return text_with("outage.kept.fact", &[("name", name)]),
        KeptOutage::AlertList(name) => return text_with("outage.kept.alert-list", &[("name", name)]),
        KeptOutage::AlertCluster(name) => return text_with("outage.kept.alert-cluster", &[("name", name)]),
        KeptOutage::AlertSeverity(name) => return text_with("outage.kept.alert-severity", &[("name", name)]),
        KeptOutage::Dashboard { name, said } => {
            return text_with("outage.kept.dashboard", &[("name", name), ("said", said)]);
        }
        KeptOutage::DashboardForm { name, form, known } => {
            let values: [(&str, &dyn std::fmt::Display); 3] =
                [("name", name), ("form", form), ("known", known)];
            return text_with("outage.kept.dashboard-form", &values);
        }
        KeptOutage::Chosen { name, said } => {
            return text_with("outage.kept.chosen", &[("name", name), ("said", said)]);
        }
        KeptOutage::Failed => text("outage.kept.failed"),
        KeptOutage::Rights => text("outage.kept.rights"),
        KeptOutage::Tokens => text("outage.kept.tokens"),
        KeptOutage::Sessions => text("outage.kept.sessions"),
        KeptOutage::Accounts => text("outage.kept.accounts"),
        KeptOutage::OwnSession => text("outage.kept.own-session"),
        KeptOutage::OwnAccount => text("outage.kept.own-account"),
        KeptOutage::Links => text("outage.kept.links"),
        KeptOutage::Invitations => text("outage.kept.invitations"),
        KeptOutage::WaysIn => text("outage.kept.ways-in"),
        KeptOutage::Trail => text("outage.kept.trail"),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::reads_as_it_says;
    use super::*;
    use model::Outage;

    #[test]
    fn outages_of_tables_read_as_they_say() {
        let (name, said) = (|| "Shop".to_owned(), || "expected a value".to_owned());
        let outages = [
            KeptOutage::Failed,
            KeptOutage::Row("namespace".into()),
            KeptOutage::Rights,
            KeptOutage::Tokens,
            KeptOutage::Sessions,
            KeptOutage::Accounts,
            KeptOutage::OwnSession,
            KeptOutage::OwnAccount,
            KeptOutage::Links,
            KeptOutage::Invitations,
            KeptOutage::WaysIn,
            KeptOutage::Trail,
            KeptOutage::Recording(Box::new(KeptOutage::Failed.into())),
            KeptOutage::Fact("platform".into()),
            KeptOutage::AlertList(name()),
            KeptOutage::AlertCluster(name()),
            KeptOutage::AlertSeverity(name()),
            KeptOutage::Dashboard { name: name(), said: said() },
            KeptOutage::DashboardForm { name: name(), form: 3, known: 2 },
            KeptOutage::Chosen { name: name(), said: said() },
        ];

        reads_as_it_says(outages.map(Outage::from));
    }
}
