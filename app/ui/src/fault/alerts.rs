//! What is wrong with rules, conditions, silences and alerts on lists.

use super::quoted;
use crate::words::{text, text_with};
use model::fault::{ConditionFault, ListAlertFault, SilenceFault};

pub(super) fn condition_words(fault: &ConditionFault) -> String {
    let words = match fault {
        ConditionFault::NoCondition(line) => {
            return text_with("fault.condition.no-condition", &[("line", &quoted(line))]);
        }
        ConditionFault::Many(most) => {
            return text_with("fault.condition.many", &[("most", most)]);
        }
        ConditionFault::Long(most) => {
            return text_with("fault.condition.long", &[("most", most)]);
        }
        ConditionFault::Large(value) => {
            return text_with("fault.condition.large", &[("value", &quoted(value))]);
        }
        ConditionFault::NoExpression(value) => {
            return text_with("fault.condition.no-expression", &[("value", &quoted(value))]);
        }
        ConditionFault::Missing => text("fault.condition.missing"),
        ConditionFault::ExcludesNothing => text("fault.condition.excludes-nothing"),
    };
    words.to_owned()
}

pub(super) fn silence_words(fault: &SilenceFault) -> String {
    let words = match fault {
        SilenceFault::NoMoment => text("fault.silence.no-moment"),
        SilenceFault::Over => text("fault.silence.over"),
        SilenceFault::TooFar => text("fault.silence.too-far"),
        SilenceFault::NoReason => text("fault.silence.no-reason"),
    };
    words.to_owned()
}

pub(super) fn list_alert_words(fault: &ListAlertFault) -> String {
    let words = match fault {
        ListAlertFault::Namespaces(most) => {
            return text_with("fault.list-alert.namespaces", &[("most", most)]);
        }
        ListAlertFault::Search(longest) => {
            return text_with("fault.list-alert.search", &[("longest", longest)]);
        }
        ListAlertFault::Least(most) => {
            return text_with("fault.list-alert.least", &[("most", most)]);
        }
        ListAlertFault::Full(most) => {
            return text_with("fault.list-alert.full", &[("most", most)]);
        }
        ListAlertFault::Changed(by) => {
            return text_with("fault.list-alert.changed", &[("by", by)]);
        }
        ListAlertFault::Kind => text("fault.list-alert.kind"),
        ListAlertFault::NoProject => text("fault.list-alert.no-project"),
        ListAlertFault::NameTaken => text("fault.list-alert.name-taken"),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::reads_as_it_says;
    use super::*;
    use model::Fault;

    #[test]
    fn faults_of_rules_conditions_silences_and_alerts_on_lists_read_as_they_say() {
        let condition_faults = [
            ConditionFault::NoCondition("two words".into()),
            ConditionFault::Missing,
            ConditionFault::Many(7),
            ConditionFault::Long(7),
            ConditionFault::ExcludesNothing,
            ConditionFault::Large("two words".into()),
            ConditionFault::NoExpression("two words".into()),
        ];
        let silence_faults =
            [SilenceFault::NoMoment, SilenceFault::Over, SilenceFault::TooFar, SilenceFault::NoReason];
        let list_alert_faults = [
            ListAlertFault::Kind,
            ListAlertFault::Namespaces(7),
            ListAlertFault::Search(7),
            ListAlertFault::Least(7),
            ListAlertFault::NoProject,
            ListAlertFault::Full(7),
            ListAlertFault::Changed("two words".into()),
            ListAlertFault::NameTaken,
        ];

        reads_as_it_says(condition_faults.map(Fault::from));
        reads_as_it_says(silence_faults.map(Fault::from));
        reads_as_it_says(list_alert_faults.map(Fault::from));
    }
}
