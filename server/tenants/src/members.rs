//! Who holds which role where.

use crate::actions::{Where, on_members};
use crate::escalation::{check, held};
use crate::{ForCaller, Tenants, seconds};
use access::roles::{Permissions, Preset, permissions_of};
use access::{Command, Verb};
use database::accounts::Account;
use database::departments::Department;
use database::members::{Member, NewMember, Place as Held};
use database::projects::Project;
use database::roles::OwnRole;
use database::workspaces::Workspace;
use database::{DatabaseError, now_seconds};
use model::fault::{EntryFault, MemberFault};
use model::{ClusterName, ConsoleError, Tier, Timestamp};
use std::collections::BTreeSet;
use uuid::Uuid;
use workspaces_contract::{
    InheritedRow, MemberFields, MemberPlace, MemberRow, Members, RemoveMemberFields, RoleSummary,
};

/// The longest that a role is held for a time.
const LONGEST_SECONDS: i64 = 10 * 366 * 86_400;

/// The tables that names of roles and places are looked up in.
pub(crate) struct Names {
    pub roles: Vec<OwnRole>,
    pub workspaces: Vec<Workspace>,
    pub projects: Vec<Project>,
    pub departments: Vec<Department>,
}

impl Names {
    pub async fn read(tenants: &Tenants) -> Result<Self, DatabaseError> {
        let database = &tenants.database;
        Ok(Self {
            roles: database.own_roles().await?,
            workspaces: database.workspaces().await?,
            projects: database.projects().await?,
            departments: database.departments().await?,
        })
    }

    pub fn role(&self, id: &str) -> RoleSummary {
        let own = self.roles.iter().find(|role| role.id.to_string() == id);
        RoleSummary { id: id.to_owned(), title: own.map(|role| role.title.clone()) }
    }

    pub fn place(&self, place: &Held) -> Option<MemberPlace> {
        match place {
            Held::Cluster(name) => Some(MemberPlace::Cluster(name.clone())),
            Held::Workspace(id) => {
                let found = self.workspaces.iter().find(|workspace| workspace.id == *id);
                found.map(|workspace| MemberPlace::Workspace(workspace.name.clone()))
            }
            Held::Project(id) => {
                let found = self.projects.iter().find(|project| project.id == *id);
                found.map(|project| MemberPlace::Project(project.cluster.clone(), project.namespace.clone()))
            }
        }
    }

    /// What somebody holds in a place, for those who read of it elsewhere.
    pub fn held(&self, member: &Member) -> InheritedRow {
        InheritedRow {
            name: member.name.clone(),
            role: self.role(&member.role),
            place: self.place(&member.place),
            department: member.department.and_then(|id| self.department(id)),
            until: member.ends_at.map(seconds),
        }
    }

    /// The role that somebody has on the platform.
    pub fn held_on_platform(&self, name: &str, role: &str) -> InheritedRow {
        let (name, role) = (name.to_owned(), self.role(role));
        InheritedRow { name, role, place: None, department: None, until: None }
    }

    /// A place as the tables know it, if it is still there.
    pub fn place_of(&self, place: &Held) -> Option<Where> {
        match place {
            Held::Cluster(name) => Some(Where::Cluster(name.clone())),
            Held::Workspace(id) => {
                self.workspaces.iter().find(|one| one.id == *id).cloned().map(Where::Workspace)
            }
            Held::Project(id) => self.projects.iter().find(|one| one.id == *id).cloned().map(Where::Project),
        }
    }

    pub fn department(&self, id: Uuid) -> Option<String> {
        self.departments.iter().find(|one| one.id == id).map(|one| one.title.clone())
    }

    /// What a role allows at a tier.
    pub fn permissions(&self, role: &str, tier: Tier) -> Permissions {
        let own = self.roles.iter().find(|own| own.tier == tier && own.id.to_string() == role);
        permissions_of(role, tier, own.map(|own| own.permissions.as_str()))
    }

    /// All roles that can be held at a tier, in a workspace if it is one's.
    pub fn roles_at(&self, tier: Tier, workspace: Option<Uuid>) -> Vec<String> {
        let presets = access::roles::PRESETS.iter().filter(|preset| preset.tier == tier);
        let own = self
            .roles
            .iter()
            .filter(|role| role.tier == tier && (role.workspace.is_none() || role.workspace == workspace));
        presets.map(|preset| preset.word.to_owned()).chain(own.map(|role| role.id.to_string())).collect()
    }
}

/// The workspace whose own roles can be given in a place.
pub(crate) fn workspace_of(place: &Where) -> Option<Uuid> {
    match place {
        Where::Cluster(_) => None,
        Where::Workspace(workspace) => Some(workspace.id),
        Where::Project(project) => project.workspace,
    }
}

impl ForCaller {
    pub(crate) async fn read_members(&self, place: MemberPlace) -> Result<Members, ConsoleError> {
        let found = self.find_place(&place).await?;
        self.grant(on_members("read members", Verb::List, &found, None)).await?;
        let database = &self.tenants.database;
        let own = database.members_of(&found.held()).await?;
        let all = database.members().await?;
        let accounts = database.accounts().await?;
        let names = Names::read(&self.tenants).await?;

        let may_change = self.may(&on_members("set member", Verb::Create, &found, None));
        let giveable = names.roles_at(found.held().tier(), workspace_of(&found)).into_iter();
        let giveable = giveable.filter(|role| self.may_give_role(role, &found, &names));
        let is_own = |member: &&Member| {
            member.source.is_empty() && member.department.is_none() && member.ends_at.is_none()
        };
        let taken: BTreeSet<Uuid> = own.iter().filter(is_own).map(|member| member.account).collect();
        let candidates = accounts.iter().filter(|account| account.is_enabled && !taken.contains(&account.id));
        Ok(Members {
            inherited: inherited(&found, &all, &accounts, &names),
            members: own
                .iter()
                .filter(|member| member.department.is_none())
                .map(|member| member_row(member, &names))
                .collect(),
            invitations: if may_change { self.invitations_to(&found, &names).await? } else { Vec::new() },
            roles: if may_change { giveable.map(|role| names.role(&role)).collect() } else { Vec::new() },
            candidates: if may_change {
                candidates.map(|one| one.name.clone()).collect()
            } else {
                Vec::new()
            },
            behind: self.behind(&found),
            may_change,
        })
    }

    /// Whether the caller may give a role in a place: they may change its members, and hold as much themselves.
    pub(crate) fn may_give_role(&self, role: &str, place: &Where, names: &Names) -> bool {
        let giver = held(&self.caller, place);
        self.may(&on_members("set member", Verb::Create, place, None))
            && names.permissions(role, place.held().tier()).is_within(giver)
    }

    pub(crate) async fn give_role(&self, fields: MemberFields) -> Result<(), ConsoleError> {
        let place = self.find_place(&fields.place).await?;
        self.require(&on_members("set member", Verb::Create, &place, Some(&fields.name))).await?;
        self.check_is_itself(&place).await?;
        let names = Names::read(&self.tenants).await?;
        let account = self.account_at(&fields.name).await?;
        let until = end(&fields.until, now_seconds())?;
        let (action, member) = self.new_member(&account, &place, fields.role, &names).await?;
        let work = async move |tenants: Tenants, _| {
            let given = match until {
                Some(until) => tenants.database.set_member_until(&member, until).await,
                None => tenants.database.set_member(&member).await,
            };
            given.map_err(ConsoleError::from)
        };
        self.perform(action, work).await?;
        self.all_caught_up(&clusters_of(&place, &names)).await;
        Ok(())
    }

    /// What gives somebody a role in a place, if the role can be given there and the giver has as much: the one way to it.
    pub(crate) async fn new_member(
        &self,
        account: &Account,
        place: &Where,
        role: String,
        names: &Names,
    ) -> Result<(Command, NewMember), ConsoleError> {
        let tier = place.held().tier();
        if !names.roles_at(tier, workspace_of(place)).contains(&role) {
            return Err(ConsoleError::refused("role", EntryFault::Role));
        }
        let giver = held(&self.caller, place);
        check(names.permissions(&role, tier), giver, "role")?;
        self.check_stronger(account, place, names, giver).await?;
        let action = on_members("set member", Verb::Create, place, Some(&account.name));
        let member = NewMember { account: account.id, place: place.held(), role, source: String::new() };
        Ok((action, member))
    }

    pub(crate) async fn take_role(&self, fields: RemoveMemberFields) -> Result<(), ConsoleError> {
        let place = self.find_place(&fields.place).await?;
        self.require(&on_members("remove member", Verb::Delete, &place, Some(&fields.name))).await?;
        let names = Names::read(&self.tenants).await?;
        let account = self.account_at(&fields.name).await?;
        let giver = held(&self.caller, &place);
        self.check_stronger(&account, &place, &names, giver).await?;
        let action = on_members("remove member", Verb::Delete, &place, Some(&account.name));
        let clusters = clusters_of(&place, &names);
        let held = place.held();
        let work = async move |tenants: Tenants, _| {
            let removed = tenants.database.remove_member(account.id, &held).await;
            match removed? {
                true => Ok(()),
                false => Err(ConsoleError::refused("name", MemberFault::HoldsNothing)),
            }
        };
        self.perform(action, work).await?;
        self.all_caught_up(&clusters).await;
        Ok(())
    }

    /// Nobody takes from, or changes, who holds more than they do.
    async fn check_stronger(
        &self,
        account: &Account,
        place: &Where,
        names: &Names,
        giver: Permissions,
    ) -> Result<(), ConsoleError> {
        let members = self.tenants.database.members_of(&place.held()).await?;
        let is_theirs = |member: &&Member| member.account == account.id && member.department.is_none();
        let now = members.iter().filter(is_theirs);
        let held = now.fold(Permissions::NONE, |all, member| {
            all.and(names.permissions(&member.role, place.held().tier()))
        });
        check(held, giver, "name")
    }

    pub(crate) async fn account_at(&self, name: &str) -> Result<Account, ConsoleError> {
        let found = self.tenants.database.account_named(name).await?;
        found.ok_or_else(|| ConsoleError::refused("name", MemberFault::Unknown))
    }

    fn behind(&self, place: &Where) -> Option<String> {
        match place {
            Where::Cluster(cluster) => self.tenants.provisioner.state(cluster).problem,
            Where::Project(project) => self.tenants.provisioner.state(&project.cluster).problem,
            Where::Workspace(workspace) => {
                workspace.clusters.iter().find_map(|cluster| self.tenants.provisioner.state(cluster).problem)
            }
        }
    }
}

fn member_row(member: &Member, names: &Names) -> MemberRow {
    MemberRow {
        name: member.name.clone(),
        full_name: member.full_name.clone(),
        is_enabled: member.is_enabled,
        role: names.role(&member.role),
        source: Some(member.source.clone()).filter(|source| !source.is_empty()),
        since: seconds(member.created_at),
        until: member.ends_at.map(seconds),
    }
}

/// The moment at which a role ends, if the form names one.
fn end(text: &str, now: i64) -> Result<Option<i64>, ConsoleError> {
    if text.is_empty() {
        return Ok(None);
    }
    match Timestamp::parse_minutes(text).map(|moment| moment.0 - now) {
        None => Err(ConsoleError::refused("until", MemberFault::NoMoment)),
        Some(..=0) => Err(ConsoleError::refused("until", MemberFault::Over)),
        Some(left) if left > LONGEST_SECONDS => Err(ConsoleError::refused("until", MemberFault::TooFar)),
        Some(left) => Ok(Some(now + left)),
    }
}

/// Clusters that have to hear of a change of members in a place.
pub(crate) fn clusters_of(place: &Where, names: &Names) -> BTreeSet<ClusterName> {
    match place {
        Where::Cluster(name) => [name.clone()].into(),
        Where::Project(project) => [project.cluster.clone()].into(),
        Where::Workspace(workspace) => {
            let own = names.projects.iter().filter(|project| project.workspace == Some(workspace.id));
            own.map(|project| project.cluster.clone()).collect()
        }
    }
}

/// Those who hold a role here by a department, or whose role in a wider place extends to this one.
fn inherited(place: &Where, all: &[Member], accounts: &[Account], names: &Names) -> Vec<InheritedRow> {
    let administrators =
        accounts.iter().filter(|one| one.is_enabled && one.role == access::roles::ADMINISTRATOR);
    let administrators = administrators.map(|account| names.held_on_platform(&account.name, &account.role));
    let is_wider = |member: &&Member| match (place, &member.place) {
        (Where::Project(project), Held::Workspace(id)) => project.workspace == Some(*id),
        (Where::Project(project), Held::Cluster(cluster)) => project.cluster == *cluster,
        _ => member.department.is_some() && member.place == place.held(),
    };
    let wider =
        all.iter().filter(|member| member.is_enabled).filter(is_wider).map(|member| names.held(member));
    let mut rows: Vec<InheritedRow> = administrators.chain(wider).collect();
    rows.sort_by(|one, other| one.name.cmp(&other.name));
    rows
}

/// Whether a role comes with the console.
pub(crate) fn is_preset(id: &str) -> bool {
    Preset::find(id).is_some()
}
