//! Taking back what was just done.

use super::Asked;
use crate::words::text;
use model::Level;
use resources_contract::{Action, ActionKind, Target, act_on};
use ui::Toasts;

/// What takes back an action on the only target, once it was carried out. Of several it is not known how each was before, and
/// of other actions nothing is: they are taken back by what was there, such as a revision.
pub(super) fn of(asked: &Asked) -> Option<(Target, Action)> {
    let [target] = asked.targets.as_slice() else { return None };
    let action = match asked.action {
        ActionKind::Scale => Action::Scale { replicas: u32::try_from(asked.current?).ok()? },
        ActionKind::Pause => Action::Resume,
        ActionKind::Resume => Action::Pause,
        ActionKind::Suspend => Action::Unsuspend,
        ActionKind::Unsuspend => Action::Suspend,
        ActionKind::Cordon => Action::Uncordon,
        ActionKind::Uncordon => Action::Cordon,
        _ => return None,
    };
    Some((target.clone(), action))
}

/// Takes it back, and says how that went.
pub(super) fn carry_out(target: Target, action: Action, toasts: Toasts) {
    leptos::task::spawn_local(async move {
        let answer = act_on(vec![target], action).await;
        let error = match answer {
            Ok(outcomes) => outcomes.into_iter().find_map(|outcome| outcome.error),
            Err(error) => Some(error),
        };
        match error {
            None => toasts.say(Level::Healthy, text("undone")),
            Some(error) => toasts.say(Level::Failed, error.to_string()),
        }
    });
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::ResourceRef;

    fn asked(action: ActionKind, names: &[&str], current: Option<i64>) -> Asked {
        let target = |name: &&str| {
            let resource = ResourceRef {
                cluster: "harbour".parse().unwrap(),
                kind: "deployments".parse().unwrap(),
                namespace: Some("shop".parse().unwrap()),
                name: name.parse().unwrap(),
            };
            Target { resource, uid: None }
        };
        Asked {
            action,
            targets: names.iter().map(target).collect(),
            many: None,
            current,
            revision: None,
            close: String::new(),
            next: String::new(),
        }
    }

    #[test]
    fn only_what_was_known_before_is_taken_back() {
        let back = |action, current| of(&asked(action, &["web"], current)).map(|(_, action)| action);

        assert_eq!(back(ActionKind::Scale, Some(3)), Some(Action::Scale { replicas: 3 }));
        assert_eq!(back(ActionKind::Scale, None), None);
        assert_eq!(back(ActionKind::Cordon, None), Some(Action::Uncordon));
        assert_eq!(back(ActionKind::Resume, None), Some(Action::Pause));
        for action in [ActionKind::Restart, ActionKind::Drain, ActionKind::Delete, ActionKind::Trigger] {
            assert_eq!(back(action, Some(1)), None, "{action:?}");
        }
        assert_eq!(of(&asked(ActionKind::Cordon, &["a", "b"], None)), None, "of several it is not known");
    }
}
