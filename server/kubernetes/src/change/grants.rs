//! What can be asked for, as actions that need a right.

use crate::Served;
use crate::change::apply::Trial;
use crate::change::document::Edit;
use crate::change::pull_secrets;
use crate::reads::resource;
use access::{Need, Place, Resource, Verb};
use model::{ActionKind, ResourceRef};
use resources_contract::{Action, ManyWork, Propagation, Target};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Read an object as YAML.
#[derive(Clone, Debug)]
pub struct ReadManifest {
    /// Its kind.
    pub served: Arc<Served>,
    /// Which object.
    pub resource: ResourceRef,
    /// Show secret values.
    pub reveal: bool,
}

impl access::Action for ReadManifest {
    const NAME: &'static str = "read manifest";

    fn name(&self) -> &'static str {
        if self.reveal { "reveal values" } else { Self::NAME }
    }

    fn need(&self) -> Need {
        Need::on(Verb::Get, resource(&self.served), &self.resource)
    }
}

/// Find out what the cluster would make of a document. Needs the same right as making the change, because the API
/// server asks for it too.
#[derive(Clone, Debug)]
pub struct PreviewChange(
    /// What is to be tried out.
    pub Edit,
);

impl access::Action for PreviewChange {
    const NAME: &'static str = "preview";

    fn need(&self) -> Need {
        need_of_edit(&self.0)
    }
}

/// Apply one document.
#[derive(Clone, Debug)]
pub struct ApplyChange {
    /// What is to be applied.
    pub edit: Edit,
    /// Its dry run, if there could be one yet.
    pub(crate) trial: Option<Trial>,
}

impl access::Action for ApplyChange {
    const NAME: &'static str = "apply";

    fn need(&self) -> Need {
        need_of_edit(&self.edit)
    }
}

fn need_of_edit(edit: &Edit) -> Need {
    let verb = if edit.is_new { Verb::Create } else { Verb::Patch };
    Need::on(verb, resource(&edit.served), &edit.resource)
}

/// Carry out an action on one object.
#[derive(Clone, Debug)]
pub struct Act {
    /// Its kind.
    pub served: Arc<Served>,
    /// Which object.
    pub target: Target,
    /// What to do.
    pub action: Action,
}

impl access::Action for Act {
    const NAME: &'static str = "act";

    fn name(&self) -> &'static str {
        match &self.action {
            Action::Scale { .. } => "scale",
            Action::Restart => "restart",
            Action::Pause => "pause",
            Action::Resume => "resume",
            Action::RollBack { .. } => "roll back",
            Action::Cordon => "cordon",
            Action::Uncordon => "uncordon",
            Action::Drain { .. } => "drain",
            Action::Taint(_) => "taint",
            Action::Suspend => "suspend",
            Action::Unsuspend => "unsuspend",
            Action::Trigger => "trigger",
            Action::PullByDefault => "pull by default",
            Action::NotPullByDefault => "no longer pull by default",
            Action::SetMetadata(_) => "set metadata",
        }
    }

    fn need(&self) -> Need {
        need_of(self.action.kind(), &self.served, &self.target.resource)
    }

    fn detail(&self) -> Option<String> {
        // What is changed is the account, which does not say for which secret.
        let is_of_secret = matches!(self.action, Action::PullByDefault | Action::NotPullByDefault);
        is_of_secret.then(|| self.target.resource.name.to_string())
    }
}

/// The right that an action needs to one object.
pub(crate) fn need_of(action: ActionKind, served: &Served, object: &ResourceRef) -> Need {
    let (verb, api) = right_to(action, served);
    match action {
        // The account is changed, and not the secret.
        ActionKind::PullByDefault | ActionKind::NotPullByDefault => {
            Need::on(verb, api, &pull_secrets::account(object))
        }
        _ => Need::on(verb, api, object),
    }
}

/// What is done to what by an action. Some are narrower than the cluster has a word for: whoever may only operate a workload
/// may restart it and not change its image, so the console asks for a part that it alone knows, and the cluster for
/// `patch`.
fn right_to(action: ActionKind, served: &Served) -> (Verb, Resource) {
    let api = resource(served);
    match action {
        ActionKind::Scale => (Verb::Patch, api.part("scale")),
        ActionKind::Restart
        | ActionKind::Pause
        | ActionKind::Resume
        | ActionKind::Suspend
        | ActionKind::Unsuspend => (Verb::Patch, api.part("operate")),
        ActionKind::Cordon | ActionKind::Uncordon => (Verb::Patch, api.part("cordon")),
        ActionKind::Drain => (Verb::Patch, api.part("drain")),
        ActionKind::Trigger => (Verb::Create, api.part("trigger")),
        ActionKind::Edit | ActionKind::RollBack | ActionKind::Taint | ActionKind::SetMetadata => {
            (Verb::Patch, api)
        }
        ActionKind::PullByDefault | ActionKind::NotPullByDefault => {
            (Verb::Patch, Resource::new("", "serviceaccounts"))
        }
        ActionKind::Delete => (Verb::Delete, api),
    }
}

/// Have a say in work on many objects that was begun: stop it, or take it back. Needs the right to that work in some place, so
/// that nobody does either who may only look; each object is asked for by itself.
#[derive(Clone, Debug)]
pub(crate) struct Steer {
    /// The kind of the objects.
    pub served: Arc<Served>,
    /// The work.
    pub work: ManyWork,
    /// What the audit trail calls it.
    pub name: &'static str,
}

impl access::Action for Steer {
    const NAME: &'static str = "steer job";

    fn name(&self) -> &'static str {
        self.name
    }

    fn need(&self) -> Need {
        let (verb, api) = right_to(self.work.what.kind(), &self.served);
        let somewhere = Place::Namespaces(BTreeSet::new());
        let place = if self.served.kind.namespaced { somewhere } else { Place::Cluster };
        Need::to_all(verb, api, self.work.query.cluster.clone(), place)
    }
}

/// Delete one object.
#[derive(Clone, Debug)]
pub struct Delete {
    /// Its kind.
    pub served: Arc<Served>,
    /// Which object.
    pub target: Target,
    /// What happens to the objects it owns.
    pub propagation: Propagation,
}

impl access::Action for Delete {
    const NAME: &'static str = "delete";

    fn need(&self) -> Need {
        Need::on(Verb::Delete, resource(&self.served), &self.target.resource)
    }
}

/// Find out whether the cluster would let an action through. Needs the same right, because the API server asks for it too;
/// changes nothing.
#[derive(Clone, Debug)]
pub(crate) struct Try<A>(pub A);

impl<A: access::Action> access::Action for Try<A> {
    const NAME: &'static str = "preview";

    fn need(&self) -> Need {
        self.0.need()
    }

    fn detail(&self) -> Option<String> {
        Some(self.0.name().to_owned())
    }
}
