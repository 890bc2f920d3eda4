//! What can be asked for, as actions that need a right.

use access::{Action, Need, Place, Resource, Verb};
use database::saved_searches::SavedSearch;
use model::{ClusterName, ObjectName};
use records_contract::Audience;
use uuid::Uuid;

/// Changing what is kept. Whoever is signed in may keep searches of their own; one that others find needs a right where they
/// find it, unless it is one's own.
#[derive(Clone, Debug)]
pub struct ChangeSearches {
    name: &'static str,
    need: Need,
    detail: String,
}

impl Action for ChangeSearches {
    const NAME: &'static str = "change saved search";

    fn need(&self) -> Need {
        self.need.clone()
    }

    fn name(&self) -> &'static str {
        self.name
    }

    fn detail(&self) -> Option<String> {
        Some(self.detail.clone())
    }
}

impl ChangeSearches {
    /// Keeping one that is called so, for these people.
    pub fn create(cluster: &ClusterName, audience: &Audience, title: &str) -> Self {
        let need = match audience {
            Audience::Own => own(Verb::Create, cluster),
            Audience::Cluster => shared(Verb::Create, cluster, Place::Cluster),
            Audience::Project(namespace) => {
                shared(Verb::Create, cluster, Place::Namespace(namespace.clone()))
            }
        };
        let name = if *audience == Audience::Own { "save search" } else { "share search" };
        Self { name, need, detail: title.into() }
    }

    /// Changing one: what, in words of the trail.
    pub fn update(row: &SavedSearch, is_own: bool, detail: &str) -> Self {
        Self { name: Self::NAME, need: to_one(Verb::Update, row, is_own), detail: detail.into() }
    }

    /// Forgetting one.
    pub fn remove(row: &SavedSearch, is_own: bool) -> Self {
        let need = to_one(Verb::Delete, row, is_own);
        Self { name: "remove saved search", need, detail: row.name.clone() }
    }
}

/// The right to what is one's own, which everybody has.
fn own(verb: Verb, cluster: &ClusterName) -> Need {
    let resource = Resource::console("searches").part("own");
    Need { verb, resource, cluster: Some(cluster.clone()), place: Place::Platform, name: None }
}

fn shared(verb: Verb, cluster: &ClusterName, place: Place) -> Need {
    Need::to_all(verb, Resource::console("searches"), cluster.clone(), place)
}

fn to_one(verb: Verb, row: &SavedSearch, is_own: bool) -> Need {
    let need = match &row.namespace {
        _ if is_own => own(verb, &row.cluster),
        Some(namespace) => shared(verb, &row.cluster, Place::Namespace(namespace.clone())),
        None => shared(verb, &row.cluster, Place::Cluster),
    };
    named(need, row.id)
}

fn named(need: Need, id: Uuid) -> Need {
    match ObjectName::parse(&id.to_string()) {
        Ok(name) => need.named(name),
        Err(_) => need,
    }
}
