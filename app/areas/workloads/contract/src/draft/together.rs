//! What is taken only together with something else, told at the field that has to change.

use super::Draft;
use super::faults::fault;
use crate::field::Form;
use crate::place::joined;
use crate::rule::Fault;
use serde_json::Value;

/// So long, in seconds, a pod has to end when nothing is said about it.
const USUAL_GRACE: i64 = 30;

impl Draft {
    /// Everything that does not go together.
    pub(super) fn not_together(&self, form: &Form) -> Vec<Fault> {
        let mut faults = Vec::new();
        if let Some(template) = form.template {
            self.check_pauses(&joined(template, "spec"), &mut faults);
        }
        faults
    }

    /// A pause of a container is part of the time that its pod has to end.
    fn check_pauses(&self, pod: &str, faults: &mut Vec<Fault>) {
        let grace = self.at(0, &joined(pod, "terminationGracePeriodSeconds")).and_then(Value::as_i64);
        let grace = grace.unwrap_or(USUAL_GRACE);
        for part in ["containers", "initContainers"] {
            let all = joined(pod, part);
            for (index, container) in self.list(&all).iter().enumerate() {
                for hook in ["postStart", "preStop"] {
                    let pause = container["lifecycle"][hook]["sleep"]["seconds"].as_i64();
                    if pause.is_some_and(|pause| pause > grace) {
                        let place = format!("0/{all}/{index}/lifecycle/{hook}/sleep/seconds");
                        faults.push(fault(&place, "fault.pause", &grace.to_string()));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::deployment;
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pause_is_not_longer_than_a_pod_has_to_end() {
        let (form, mut draft) = deployment();
        let base = "spec/template/spec";
        draft.set(form, 0, &format!("{base}/containers/0/image"), Some(json!("nginx")));
        let pause = format!("{base}/containers/0/lifecycle/preStop");
        let found = |draft: &Draft| {
            let faults = draft.faults(form).into_iter();
            faults.map(|fault| (fault.place, fault.text, fault.value)).collect::<Vec<_>>()
        };

        draft.set(form, 0, &pause, Some(json!({"sleep": {"seconds": 45}})));
        let told = (format!("0/{pause}/sleep/seconds"), "fault.pause", "30".to_owned());
        assert_eq!(found(&draft), [told]);
        draft.set(form, 0, &format!("{base}/terminationGracePeriodSeconds"), Some(json!(60)));
        assert_eq!(found(&draft), []);
        draft.set(form, 0, &pause, Some(json!({"sleep": {}})));
        assert_eq!(found(&draft)[0].1, "fault.required");
    }
}
