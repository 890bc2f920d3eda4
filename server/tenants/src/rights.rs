//! What somebody may do in a place, and by what.

use crate::members::Names;
use crate::{ForCaller, view};
use access::permissions::{PERMISSIONS, Permission, Rule};
use access::roles::{ADMINISTRATOR, Permissions};
use access::{Command, Need, Place, Resource, Verb};
use database::accounts::{Account, name_key};
use database::members::{Member, Place as Held};
use model::fault::QuestionFault;
use model::{ClusterName, ConsoleError, Namespace, Tier};
use workspaces_contract::{InheritedRow, MemberPlace, PermissionHeld, Rights, RightsQuery};

/// A role that counts in the place, with what it gives there.
struct Source {
    permissions: Permissions,
    /// It counts on the platform: below it gives only what the console alone knows.
    is_of_platform: bool,
    row: InheritedRow,
}

impl Source {
    fn gives(&self, permission: &Permission, is_below: bool) -> bool {
        let is_of_console = permission.rules.iter().all(Rule::is_for_the_console);
        let counts = !is_below || !self.is_of_platform || is_of_console || self.row.role.id == ADMINISTRATOR;
        counts && self.permissions.cover(permission)
    }
}

/// The place that is asked about, as forms write it: a place, and a namespace of it when that is a cluster.
pub(crate) fn asked(place: &str, namespace: &str) -> Result<Option<MemberPlace>, ConsoleError> {
    let place = match place {
        "" => None,
        place => {
            let wrong = |_| ConsoleError::refused("place", QuestionFault::NoPlace(place.to_owned()));
            Some(MemberPlace::try_from(place.to_owned()).map_err(wrong)?)
        }
    };
    match (place, namespace.trim()) {
        (place, "") => Ok(place),
        (Some(MemberPlace::Cluster(cluster) | MemberPlace::Project(cluster, _)), namespace) => {
            let namespace = Namespace::parse(namespace);
            let namespace = namespace.map_err(|wrong| ConsoleError::refused("namespace", wrong.rule))?;
            Ok(Some(MemberPlace::Project(cluster, namespace)))
        }
        (_, _) => Err(ConsoleError::refused("namespace", QuestionFault::NoCluster)),
    }
}

fn tier(place: Option<&MemberPlace>) -> Tier {
    match place {
        None => Tier::Platform,
        Some(MemberPlace::Cluster(_)) => Tier::Cluster,
        Some(MemberPlace::Workspace(_)) => Tier::Workspace,
        Some(MemberPlace::Project(..)) => Tier::Project,
    }
}

impl ForCaller {
    pub(crate) async fn read_rights(&self, query: RightsQuery) -> Result<Rights, ConsoleError> {
        let place = asked(&query.place, &query.namespace)?;
        let names = Names::read(&self.tenants).await?;
        self.check_place(place.as_ref(), &names)?;
        let (account, is_self) = self.whose(query.person.trim(), place.as_ref(), &names).await?;
        let members = self.tenants.database.members().await?;
        let sources = sources(&account, place.as_ref(), &members, &names);
        let sees_people = self.sees_people();
        let people = if sees_people {
            let all = self.tenants.database.accounts().await?;
            all.into_iter().map(|account| account.name).collect()
        } else {
            Vec::new()
        };
        let tier = tier(place.as_ref());
        let told = PERMISSIONS.iter().filter(|permission| permission.tiers.contains(&tier));
        Ok(Rights {
            permissions: told.map(|permission| held(permission, &sources, place.is_some())).collect(),
            places: self.places(&names),
            person: account.name,
            full_name: account.full_name,
            is_enabled: account.is_enabled,
            is_self,
            place,
            people,
        })
    }

    fn sees_people(&self) -> bool {
        self.may(&Command::on_platform("read accounts", Verb::List, "accounts", None))
    }

    /// A cluster or a workspace that one may not see is as unknown as one that does not exist.
    fn check_place(&self, place: Option<&MemberPlace>, names: &Names) -> Result<(), ConsoleError> {
        let only = self.caller.rights.only.as_ref();
        let is_known = match place {
            None => only.is_none(),
            Some(MemberPlace::Project(cluster, namespace))
                if only.is_some_and(|only| !only.reaches(cluster, namespace)) =>
            {
                false
            }
            Some(MemberPlace::Cluster(cluster) | MemberPlace::Project(cluster, _)) => {
                self.visible_clusters().contains(cluster)
            }
            Some(MemberPlace::Workspace(name)) => {
                names.workspaces.iter().any(|one| one.name == *name && self.may(&view(one)))
            }
        };
        let unknown = || ConsoleError::refused("place", QuestionFault::UnknownPlace);
        is_known.then_some(()).ok_or_else(unknown)
    }

    fn visible_clusters(&self) -> Vec<ClusterName> {
        let all = self.tenants.kubernetes.clusters().map(|cluster| cluster.name());
        all.filter(|name| self.caller.may_see_cluster(name)).cloned().collect()
    }

    /// Clusters and workspaces that the caller knows of.
    pub(crate) fn places(&self, names: &Names) -> Vec<MemberPlace> {
        let clusters = self.visible_clusters().into_iter().map(MemberPlace::Cluster);
        let workspaces = names.workspaces.iter().filter(|workspace| self.may(&view(workspace)));
        clusters.chain(workspaces.map(|workspace| MemberPlace::Workspace(workspace.name.clone()))).collect()
    }

    /// The account that is asked about. Everybody may ask about themselves; about others, who may see everybody, or who
    /// may see the members of the place.
    async fn whose(
        &self,
        name: &str,
        place: Option<&MemberPlace>,
        names: &Names,
    ) -> Result<(Account, bool), ConsoleError> {
        let database = &self.tenants.database;
        if name.is_empty() || name_key(name) == name_key(&self.caller.name) {
            let own = database.account(self.caller.account_id).await?;
            return own.map(|account| (account, true)).ok_or(ConsoleError::NotSignedIn);
        }
        self.require(&see_others(place, names)).await?;
        let found = database.account_named(name).await?;
        // Who sees only the members of a place learns of nobody else that they exist.
        let is_told = match (&found, place) {
            (Some(account), Some(_)) if !self.sees_people() => {
                let members = database.members().await?;
                !sources(account, place, &members, names).is_empty()
            }
            _ => true,
        };
        let unknown = || ConsoleError::refused("person", QuestionFault::UnknownPerson);
        found.filter(|_| is_told).map(|account| (account, false)).ok_or_else(unknown)
    }
}

/// Seeing what others may do.
fn see_others(place: Option<&MemberPlace>, names: &Names) -> Command {
    let (word, verb) = ("read rights", Verb::List);
    let members = Resource::console("members");
    match place {
        None => Command::on_platform(word, verb, "accounts", None),
        Some(MemberPlace::Cluster(cluster)) => {
            Command::of(word, Need::to_all(verb, members, cluster.clone(), Place::Cluster))
        }
        Some(MemberPlace::Project(cluster, namespace)) => {
            let place = Place::Namespace(namespace.clone());
            Command::of(word, Need::to_all(verb, members, cluster.clone(), place))
        }
        Some(MemberPlace::Workspace(name)) => match names.workspaces.iter().find(|one| one.name == *name) {
            Some(workspace) => Command::in_workspace(word, verb, "members", workspace.id, None),
            None => Command::on_platform(word, verb, "accounts", None),
        },
    }
}

/// The roles that count for somebody in a place: on the platform, in it, and in what it is a part of.
fn sources(account: &Account, place: Option<&MemberPlace>, members: &[Member], names: &Names) -> Vec<Source> {
    let own = names.permissions(&account.role, Tier::Platform);
    let is_administrator = account.role == ADMINISTRATOR;
    let of_platform = Source {
        permissions: if is_administrator { Permissions::everything() } else { own },
        is_of_platform: true,
        row: names.held_on_platform(&account.name, &account.role),
    };
    let project = match place {
        Some(MemberPlace::Project(cluster, namespace)) => names
            .projects
            .iter()
            .find(|project| project.cluster == *cluster && project.namespace == *namespace),
        _ => None,
    };
    let counts = |held: &Held| match (place, held) {
        (Some(MemberPlace::Cluster(cluster)), Held::Cluster(name)) => cluster == name,
        (Some(MemberPlace::Project(cluster, _)), Held::Cluster(name)) => cluster == name,
        (Some(MemberPlace::Project(..)), Held::Project(id)) => project.is_some_and(|one| one.id == *id),
        (Some(MemberPlace::Project(..)), Held::Workspace(id)) => {
            project.is_some_and(|one| one.workspace == Some(*id))
        }
        (Some(MemberPlace::Workspace(name)), Held::Workspace(id)) => {
            names.workspaces.iter().any(|one| one.name == *name && one.id == *id)
        }
        _ => false,
    };
    let here = members.iter().filter(|member| member.account == account.id && counts(&member.place));
    let here = here.map(|member| Source {
        permissions: names.permissions(&member.role, member.place.tier()),
        is_of_platform: false,
        row: names.held(member),
    });
    let of_platform = (!of_platform.permissions.is_empty()).then_some(of_platform);
    of_platform.into_iter().chain(here).collect()
}

fn held(permission: &'static Permission, sources: &[Source], is_below: bool) -> PermissionHeld {
    let giving = sources.iter().filter(|source| source.gives(permission, is_below));
    PermissionHeld {
        word: permission.word.into(),
        subject: permission.subject.into(),
        by: giving.map(|source| source.row.clone()).collect(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn place(place: &str, namespace: &str) -> Result<Option<MemberPlace>, ConsoleError> {
        asked(place, namespace)
    }

    #[test]
    fn a_place_is_read_as_the_form_and_links_write_it() {
        let told = |given: &str, namespace| place(given, namespace).unwrap().map(|place| place.to_string());

        assert_eq!(told("", ""), None);
        assert_eq!(told("cluster/harbour", "").as_deref(), Some("cluster/harbour"));
        assert_eq!(told("cluster/harbour", " shop ").as_deref(), Some("project/harbour/shop"));
        assert_eq!(told("project/harbour/bank", "shop").as_deref(), Some("project/harbour/shop"));
        assert_eq!(told("workspace/garden", "").as_deref(), Some("workspace/garden"));
        for (given, namespace) in
            [("harbour", ""), ("", "shop"), ("workspace/garden", "shop"), ("cluster/harbour", "..")]
        {
            assert!(place(given, namespace).is_err(), "{given:?} {namespace:?}");
        }
    }
}
