//! What keeps an action from being carried out on an object.

use crate::words::{text, text_with};
use model::fault::ActFault;

pub(super) fn act_words(fault: &ActFault) -> String {
    match fault {
        ActFault::RolloutPaused => text("fault.act.rollout-paused").to_owned(),
        ActFault::NotOffered { kind, action } => {
            text_with("fault.act.not-offered", &[("kind", kind), ("action", action)])
        }
        ActFault::NotScaled(kind) => text_with("fault.act.not-scaled", &[("kind", kind)]),
        ActFault::NotTried(kind) => text_with("fault.act.not-tried", &[("kind", kind)]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::reads_as_it_says;
    use super::*;
    use model::Fault;

    #[test]
    fn faults_of_actions_read_as_they_say() {
        let acts = [
            ActFault::RolloutPaused,
            ActFault::NotOffered { kind: "nodes".into(), action: "restart".into() },
            ActFault::NotScaled("kilns".into()),
            ActFault::NotTried("kilns".into()),
        ];

        reads_as_it_says(acts.map(Fault::from));
    }
}
