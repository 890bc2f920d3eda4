//! Roles that people make of permissions.

use crate::escalation::check;
use crate::members::{Names, is_preset};
use crate::workspaces::check_texts;
use crate::{ForCaller, Tenants, valid};
use access::permissions::PERMISSIONS;
use access::roles::{PRESETS, Permissions};
use access::{Command, Verb};
use database::DatabaseError;
use database::members::Place as Held;
use database::roles::OwnRole;
use model::fault::{EntryFault, RoleFault};
use model::{ConsoleError, FieldProblem, Thing, Tier, WorkspaceName};
use std::collections::BTreeSet;
use uuid::Uuid;
use workspaces_contract::{
    PermissionView, RemoveRoleFields, RoleFields, RolePlace, RoleSummary, RoleView, Roles,
};

/// The tiers of roles that belong to a workspace.
const IN_A_WORKSPACE: [Tier; 2] = [Tier::Workspace, Tier::Project];

impl ForCaller {
    pub(crate) async fn read_roles(&self, place: RolePlace) -> Result<Roles, ConsoleError> {
        let workspace = match &place {
            RolePlace::Platform => None,
            RolePlace::Workspace(name) => Some(self.find_workspace(name).await?.id),
        };
        self.grant(command("read roles", Verb::List, workspace, None)).await?;
        let names = Names::read(&self.tenants).await?;
        let members = self.tenants.database.members().await?;
        let accounts = self.tenants.database.accounts().await?;
        // How many people another workspace has is nobody's business here.
        let is_here = |place: &Held| match (workspace, place) {
            (None, _) => true,
            (Some(workspace), Held::Workspace(id)) => *id == workspace,
            (Some(workspace), Held::Project(id)) => {
                let project = names.projects.iter().find(|project| project.id == *id);
                project.is_some_and(|project| project.workspace == Some(workspace))
            }
            (Some(_), Held::Cluster(_)) => false,
        };
        let holders = |id: &str| {
            let here = members.iter().filter(|member| member.role == id && is_here(&member.place));
            let on_platform = accounts.iter().filter(|account| account.role == id && workspace.is_none());
            let people = here.map(|member| member.account).chain(on_platform.map(|account| account.id));
            people.collect::<BTreeSet<Uuid>>().len() as u64
        };
        let tiers: &[Tier] = if workspace.is_some() { &IN_A_WORKSPACE } else { &Tier::ALL };
        let may_make = self.may(&command("save role", Verb::Create, workspace, None));

        let presets = PRESETS.iter().filter(|preset| tiers.contains(&preset.tier)).map(|preset| RoleView {
            summary: RoleSummary { id: preset.word.to_owned(), title: None },
            tier: preset.tier,
            description: String::new(),
            permissions: words(preset.permissions()),
            holders: holders(preset.word),
            may_change: false,
        });
        let own = names.roles.iter().filter(|role| role.workspace.is_none() || role.workspace == workspace);
        let own = own.filter(|role| tiers.contains(&role.tier)).map(|role| RoleView {
            summary: names.role(&role.id.to_string()),
            tier: role.tier,
            description: role.description.clone(),
            permissions: words(Permissions::of(role.tier, role.permissions.split_whitespace())),
            holders: holders(&role.id.to_string()),
            may_change: may_make && role.workspace == workspace,
        });
        let permissions = PERMISSIONS.iter().filter(|one| one.tiers.iter().any(|tier| tiers.contains(tier)));
        Ok(Roles {
            roles: presets.chain(own).collect(),
            permissions: permissions.map(permission).collect(),
            tiers: if may_make { tiers.to_vec() } else { Vec::new() },
        })
    }

    pub(crate) async fn write_role(&self, fields: RoleFields) -> Result<(), ConsoleError> {
        let workspace = self.workspace_of_role(&fields.workspace).await?;
        self.require(&command("save role", Verb::Create, workspace, Some(fields.title.trim()))).await?;
        let mut problems = check_texts(&fields.title, &fields.description);
        if fields.title.trim().is_empty() {
            problems.push(FieldProblem::of("title", EntryFault::Empty));
        }
        let words = fields.permissions.iter().map(String::as_str);
        let permissions = Permissions::of(fields.tier, words);
        if permissions.is_empty() {
            problems.push(FieldProblem::of("permissions", EntryFault::NoneChosen));
        }
        if workspace.is_some() && !IN_A_WORKSPACE.contains(&fields.tier) {
            problems.push(FieldProblem::of("tier", RoleFault::Tier));
        }
        valid(problems)?;
        check(permissions, self.may_put_into_roles(workspace, fields.tier), "permissions")?;
        let before = self.own_role(&fields.id, workspace).await?;
        if let Some(before) = &before {
            if before.tier != fields.tier {
                return Err(ConsoleError::refused("tier", RoleFault::TierStays));
            }
            // Taking from a role what one does not have oneself is a way to disarm others.
            let held = Permissions::of(before.tier, before.permissions.split_whitespace());
            check(held, self.may_put_into_roles(workspace, before.tier), "permissions")?;
            if !fields.seen.is_empty() && fields.seen != self::words(held).join(" ") {
                return Err(changed());
            }
        }
        let verb = if before.is_some() { Verb::Update } else { Verb::Create };
        let action = command("save role", verb, workspace, Some(fields.title.trim()));
        let words = permissions.words().join(" ");
        let work = async move |tenants: Tenants, _| {
            let (database, RoleFields { tier, title, description, .. }) = (&tenants.database, &fields);
            let is_written = match before {
                Some(role) => {
                    database.change_role(role.id, &role.permissions, title, description, &words).await?
                }
                None => {
                    database.add_role(*tier, workspace, title, description, &words).await.map(|_| true)?
                }
            };
            if is_written { Ok(()) } else { Err(changed()) }
        };
        self.perform(action, work).await
    }

    pub(crate) async fn drop_role(&self, fields: RemoveRoleFields) -> Result<(), ConsoleError> {
        let workspace = self.workspace_of_role(&fields.workspace).await?;
        self.require(&command("remove role", Verb::Delete, workspace, None)).await?;
        let role = self.own_role(&fields.id, workspace).await?;
        let role = role.ok_or_else(|| ConsoleError::unknown(Thing::Role(fields.id.to_string())))?;
        let action = command("remove role", Verb::Delete, workspace, Some(&role.title));
        let work = async move |tenants: Tenants, _| match tenants.database.remove_role(role.id).await {
            Err(DatabaseError::InUse) => Err(ConsoleError::refused("id", RoleFault::InUse)),
            other => other.map_err(ConsoleError::from),
        };
        self.perform(action, work).await
    }

    async fn workspace_of_role(&self, name: &str) -> Result<Option<Uuid>, ConsoleError> {
        if name.is_empty() {
            return Ok(None);
        }
        let name =
            WorkspaceName::parse(name).map_err(|error| ConsoleError::refused("workspace", error.rule))?;
        Ok(Some(self.find_workspace(&name).await?.id))
    }

    /// A role that people made in this place; `None` for an empty id.
    async fn own_role(&self, id: &str, workspace: Option<Uuid>) -> Result<Option<OwnRole>, ConsoleError> {
        if id.is_empty() {
            return Ok(None);
        }
        if is_preset(id) {
            return Err(ConsoleError::refused("id", RoleFault::BuiltIn));
        }
        let roles = self.tenants.database.own_roles().await?;
        let found = roles.into_iter().find(|role| role.id.to_string() == id && role.workspace == workspace);
        found.map(Some).ok_or_else(|| ConsoleError::unknown(Thing::Role(id.to_string())))
    }

    /// What the caller may put into roles of a tier here.
    fn may_put_into_roles(&self, workspace: Option<Uuid>, tier: Tier) -> Permissions {
        let rights = &self.caller.rights;
        match workspace {
            _ if rights.is_administrator() => Permissions::all(tier),
            Some(id) => rights.in_workspace(id),
            None if tier == Tier::Platform => rights.platform,
            // Roles for everywhere could be given everywhere: only who is everywhere makes them.
            None => Permissions::NONE,
        }
    }
}

fn command(name: &'static str, verb: Verb, workspace: Option<Uuid>, object: Option<&str>) -> Command {
    match workspace {
        Some(workspace) => Command::in_workspace(name, verb, "roles", workspace, object),
        None => Command::on_platform(name, verb, "roles", object),
    }
}

/// Somebody else was faster: what they took from a role must not come back.
fn changed() -> ConsoleError {
    ConsoleError::refused("permissions", RoleFault::Changed)
}

fn words(permissions: Permissions) -> Vec<String> {
    permissions.words().into_iter().map(str::to_owned).collect()
}

fn permission(permission: &access::permissions::Permission) -> PermissionView {
    PermissionView {
        word: permission.word.to_owned(),
        subject: permission.subject.to_owned(),
        tiers: permission.tiers.to_vec(),
        includes: permission.includes.iter().map(|word| (*word).to_owned()).collect(),
    }
}
