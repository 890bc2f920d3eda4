//! What the rail of a cluster's pages offers.

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::discovery::Served;
use crate::overview::PATIENCE;
use crate::reads::ReadTable;
use crate::slug::built_in;
use access::roles::Permissions;
use access::{Action, Need, Place, Resource, Verb, decide};
use clusters_contract::{MenuGroup, MenuKind, Navigation};
use kinds::Menu;
use model::{ClusterName, ConsoleError, KindSlug, Namespace, System};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::time::timeout;

impl ForCaller {
    /// What the caller may see of a cluster's kinds, and the namespaces that they know. A cluster that does not answer has
    /// no kinds, and the problem says why.
    pub(crate) async fn read_navigation(&self, name: &ClusterName) -> Result<Navigation, ConsoleError> {
        let cluster = self.cluster(name).await?;
        let clusters = self.visible_clusters().iter().map(|cluster| cluster.name().clone()).collect();
        let (groups, problem) = match cluster.discovery().await {
            Ok(discovery) => {
                let problem = discovery.dead_groups.first().map(|(group, cause)| ConsoleError::Unavailable {
                    system: System::ApiGroup(cluster.name().to_string(), group.clone()),
                    cause: cause.clone(),
                    may_be_done: false,
                });
                (self.menu(&cluster, discovery.kinds.values()), problem)
            }
            Err(error) => (Vec::new(), Some(error.into())),
        };
        let rights = &self.caller.rights;
        let sees_members = rights.in_cluster(cluster.name()).has("members.view");
        let may = |held: Permissions| held.has("terminals.replay") || held.has("terminals.record");
        let of_namespace = |namespace: &Namespace| may(rights.in_namespace(cluster.name(), namespace));
        let sees_recordings = may(rights.in_cluster(cluster.name()))
            || rights.namespaces_of(cluster.name()).iter().any(of_namespace);
        let namespaces = self.namespaces(&cluster).await;
        Ok(Navigation { clusters, namespaces, groups, problem, sees_members, sees_recordings })
    }

    async fn namespaces(&self, cluster: &Arc<Cluster>) -> Vec<Namespace> {
        let kind = built_in("namespaces");
        // Members know their own even when the cluster does not answer.
        if !matches!(timeout(PATIENCE, cluster.loaded(&kind)).await, Ok(Ok(_))) {
            return self.caller.namespaces_of(cluster.name()).into_iter().collect();
        }
        let mut names = Vec::new();
        self.each(cluster, &["namespaces"], |_, _, row| names.extend(Namespace::parse(&row.name)));
        names
    }

    fn menu<'s>(&self, cluster: &Cluster, kinds: impl Iterator<Item = &'s Arc<Served>>) -> Vec<MenuGroup> {
        let mut groups: BTreeMap<Menu, Vec<(usize, MenuKind)>> = BTreeMap::new();
        // The answer is the same for all kinds whose objects have a namespace, and for all others.
        let may_alert = |is_namespaced| decide(&self.caller, &alerts(is_namespaced, cluster.name())).is_ok();
        let (of_namespaced, of_others) = (may_alert(true), may_alert(false));
        for served in kinds {
            let need = ReadTable::new(cluster.name(), served, &[]).need();
            let is_offered = served.is_watchable() && decide(&self.caller, &need).is_ok();
            let (true, Ok(slug)) = (is_offered, KindSlug::parse(&served.kind.slug)) else { continue };
            let place =
                kinds::all().iter().position(|kind| kind.slug == served.kind.slug).unwrap_or(usize::MAX);
            let creatable =
                served.can("create") && decide(&self.caller, &Need { verb: Verb::Create, ..need }).is_ok();
            let alertable = if served.kind.namespaced { of_namespaced } else { of_others };
            groups.entry(served.kind.menu).or_default().push((
                place,
                MenuKind {
                    slug,
                    title: served.kind.plural_title(self.language).into_owned(),
                    rare: served.kind.rare,
                    aliases: served.kind.aliases.iter().map(ToString::to_string).collect(),
                    namespaced: served.kind.namespaced,
                    creatable,
                    alertable,
                },
            ));
        }
        let group = |(menu, mut kinds): (Menu, Vec<(usize, MenuKind)>)| {
            kinds.sort_by(|(a, left), (b, right)| a.cmp(b).then_with(|| left.title.cmp(&right.title)));
            MenuGroup {
                id: menu.word().into(),
                title: menu.title(self.language).into_owned(),
                kinds: kinds.into_iter().map(|(_, kind)| kind).collect(),
            }
        };
        groups.into_iter().map(group).collect()
    }
}

/// The right to keep alerts on lists somewhere in a cluster: of what has no namespace, in the cluster as a whole.
fn alerts(is_namespaced: bool, cluster: &ClusterName) -> Need {
    let place = if is_namespaced { Place::Namespaces(BTreeSet::new()) } else { Place::Cluster };
    let resource = Resource::console("listalerts");
    Need::to_all(Verb::Create, resource, cluster.clone(), place)
}
