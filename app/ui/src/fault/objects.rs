//! What keeps an action from being carried out on an object, and a pod on its node.

use crate::words::{text, text_with};
use model::fault::{ActFault, DrainFault};

pub(super) fn act_words(fault: &ActFault) -> String {
    let words = match fault {
        ActFault::NotOffered { kind, action } => {
            return text_with("fault.act.not-offered", &[("kind", kind), ("action", action)]);
        }
        ActFault::NotScaled(kind) => return text_with("fault.act.not-scaled", &[("kind", kind)]),
        ActFault::NotTried(kind) => return text_with("fault.act.not-tried", &[("kind", kind)]),
        ActFault::TooMany(most) => return text_with("fault.act.too-many", &[("most", most)]),
        ActFault::OtherCluster(cluster) => {
            return text_with("fault.act.other-cluster", &[("cluster", cluster)]);
        }
        ActFault::ManyConditions(most) => return text_with("fault.act.many-conditions", &[("most", most)]),
        ActFault::ManyFeeds(most) => return text_with("fault.act.many-feeds", &[("most", most)]),
        ActFault::ManyPages(most) => return text_with("fault.act.many-pages", &[("most", most)]),
        ActFault::RolloutPaused => text("fault.act.rollout-paused"),
        ActFault::PausedRevision => text("fault.act.paused-revision"),
        ActFault::NoRevision => text("fault.act.no-revision"),
        ActFault::SameRevision => text("fault.act.same-revision"),
        ActFault::NoTaint => text("fault.act.no-taint"),
        ActFault::NotMany => text("fault.act.not-many"),
        ActFault::NothingBack => text("fault.act.nothing-back"),
    };
    words.to_owned()
}

pub(super) fn drain_words(fault: &DrainFault) -> String {
    let words = match fault {
        DrainFault::OfNode => text("fault.drain.of-node"),
        DrainFault::OfDaemonSet => text("fault.drain.of-daemon-set"),
        DrainFault::Unmanaged => text("fault.drain.unmanaged"),
        DrainFault::HasData => text("fault.drain.has-data"),
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
    fn faults_of_actions_read_as_they_say() {
        let acts = [
            ActFault::RolloutPaused,
            ActFault::NotOffered { kind: "nodes".into(), action: "restart".into() },
            ActFault::NotScaled("kilns".into()),
            ActFault::NotTried("kilns".into()),
            ActFault::PausedRevision,
            ActFault::NoRevision,
            ActFault::SameRevision,
            ActFault::NoTaint,
            ActFault::TooMany(20),
            ActFault::OtherCluster(ClusterName::parse("harbour").unwrap()),
            ActFault::ManyConditions(64),
            ActFault::NotMany,
            ActFault::NothingBack,
            ActFault::ManyFeeds(16),
            ActFault::ManyPages(40),
        ];
        let drains =
            [DrainFault::OfNode, DrainFault::OfDaemonSet, DrainFault::Unmanaged, DrainFault::HasData];

        reads_as_it_says(acts.map(Fault::from));
        reads_as_it_says(drains.map(Fault::from));
    }
}
