//! What can be asked for. Whoever is signed in may keep searches of their own; one that others find needs a right where they
//! find it, unless it is one's own.

use access::{Command, Need, Place, Resource, Verb};
use database::saved_searches::SavedSearch;
use model::ClusterName;
use records_contract::Audience;

/// Keeping one that is called so, for these people.
pub fn create(cluster: &ClusterName, audience: &Audience, title: &str) -> Command {
    let need = match audience {
        Audience::Own => own(Verb::Create, cluster),
        Audience::Cluster => shared(Verb::Create, cluster, Place::Cluster),
        Audience::Project(namespace) => shared(Verb::Create, cluster, Place::Namespace(namespace.clone())),
    };
    let name = if *audience == Audience::Own { "save search" } else { "share search" };
    Command::of(name, need).saying(title)
}

/// Changing one: what, in words of the trail.
pub fn update(row: &SavedSearch, is_own: bool, detail: &str) -> Command {
    Command::of("change saved search", to_one(Verb::Update, row, is_own)).saying(detail)
}

/// Forgetting one.
pub fn remove(row: &SavedSearch, is_own: bool) -> Command {
    Command::of("remove saved search", to_one(Verb::Delete, row, is_own)).saying(&row.name)
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
    need.of_object(Some(&row.id.to_string()))
}
