//! What a dialog asks, as its title: the action and with what it is done, in one sentence.

use super::Asked;
use crate::words::{text_of, text_with};
use resources_contract::ActionKind;
use std::fmt::Display;

/// The title of the dialog of what an address asks.
pub(super) fn of(asked: &Asked) -> String {
    let (count, object) = match (&asked.many, asked.targets.as_slice()) {
        (None, [only]) => (1, only.resource.name.to_string()),
        (Some(found), _) => (found.count, counted(found.count)),
        (None, targets) => (targets.len() as u64, counted(targets.len() as u64)),
    };
    words(asked.action, count, &object)
}

fn counted(count: u64) -> String {
    text_with("objects", &[("count", &count)])
}

/// Where an action is called by a noun, its object does not simply follow.
fn words(action: ActionKind, count: u64, object: &str) -> String {
    let values: [(&str, &dyn Display); 2] = [("count", &count), ("object", &object)];
    match action {
        ActionKind::Pause => text_with("ask.pause", &values),
        ActionKind::Resume => text_with("ask.resume", &values),
        ActionKind::Taint => text_with("ask.taint", &values),
        ActionKind::Trigger => text_with("ask.trigger", &values),
        ActionKind::SetMetadata => text_with("ask.set-metadata", &values),
        ActionKind::PullByDefault => text_with("ask.pull-by-default", &values),
        ActionKind::NotPullByDefault => text_with("ask.not-pull-by-default", &values),
        ActionKind::Edit
        | ActionKind::Scale
        | ActionKind::Restart
        | ActionKind::RollBack
        | ActionKind::Cordon
        | ActionKind::Uncordon
        | ActionKind::Drain
        | ActionKind::Suspend
        | ActionKind::Unsuspend
        | ActionKind::Delete => {
            let action = text_of("action", action.word());
            text_with("ask.plain", &[("action", &action), ("object", &object)])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::prelude::{Owner, provide_context};
    use model::{Language, Preferences};

    fn in_chinese(action: ActionKind) -> String {
        Owner::new().with(|| {
            provide_context(Preferences { language: Language::Chinese, ..Preferences::default() });
            words(action, 2, &counted(2))
        })
    }

    #[test]
    fn a_title_reads_as_a_sentence_with_one_object_and_with_many() {
        let many = |action| words(action, 2, &counted(2));

        assert_eq!(words(ActionKind::Pause, 1, "web"), "Pause the rollout of web");
        assert_eq!(many(ActionKind::Pause), "Pause the rollouts of 2 objects");
        assert_eq!(many(ActionKind::Resume), "Resume the rollouts of 2 objects");
        assert_eq!(many(ActionKind::Taint), "Set a taint on 2 objects");
        assert_eq!(many(ActionKind::Trigger), "Run 2 objects now");
        assert_eq!(many(ActionKind::Restart), "Restart 2 objects");
        assert_eq!(words(ActionKind::Delete, 1, "web"), "Delete web");
    }

    #[test]
    fn a_title_has_the_order_of_words_of_its_language() {
        assert_eq!(in_chinese(ActionKind::Pause), "暂停 2 个对象的发布");
        assert_eq!(in_chinese(ActionKind::Resume), "继续 2 个对象的发布");
        assert_eq!(in_chinese(ActionKind::Taint), "为 2 个对象设置污点");
        assert_eq!(in_chinese(ActionKind::Restart), "重启 2 个对象");
    }
}
