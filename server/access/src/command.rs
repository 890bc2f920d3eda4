//! Things done to what only the console knows.

use crate::{Action, Need, Verb};
use uuid::Uuid;

/// Something done to what the console keeps itself: its name, need and detail say all about it, in the audit trail too.
/// Whatever goes to a cluster is an action of its own type instead, so that a grant for one thing opens nothing else.
#[derive(Clone, Debug)]
pub struct Command {
    name: &'static str,
    need: Need,
    detail: Option<String>,
}

impl Action for Command {
    const NAME: &'static str = "command";

    fn name(&self) -> &'static str {
        self.name
    }

    fn need(&self) -> Need {
        self.need.clone()
    }

    fn detail(&self) -> Option<String> {
        self.detail.clone()
    }
}

impl Command {
    /// What needs this right.
    pub fn of(name: &'static str, need: Need) -> Self {
        Self { name, need, detail: None }
    }

    /// The same, with what the audit trail adds to it.
    #[must_use]
    pub fn saying(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// On the platform: `plural` is `accounts`, `workspaces`, `roles` or `audit`.
    pub fn on_platform(name: &'static str, verb: Verb, plural: &str, object: Option<&str>) -> Self {
        Self::of(name, Need::platform(verb, plural).of_object(object))
    }

    /// In a workspace.
    pub fn in_workspace(
        name: &'static str,
        verb: Verb,
        plural: &str,
        workspace: Uuid,
        object: Option<&str>,
    ) -> Self {
        Self::of(name, Need::in_workspace(verb, plural, workspace).of_object(object))
    }
}
