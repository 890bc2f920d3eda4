//! Departments: groups of people that hold roles together. Whoever changes who is in one, or what one holds, must hold all
//! of it themselves.

mod tree;

use crate::actions::{Where, on_members};
use crate::escalation::{check, held};
use crate::members::{Names, clusters_of, workspace_of};
use crate::workspaces::check_texts;
use crate::{ForCaller, Tenants, seconds, valid};
use access::roles::Permissions;
use access::{Command, Verb};
use database::DatabaseError;
use database::departments::{Department, DepartmentRole as StoredRole};
use database::workspaces::Workspace;
use model::fault::{DepartmentFault, EntryFault};
use model::{ClusterName, ConsoleError, FieldProblem, Thing};
use std::collections::BTreeSet;
use tree::{Tree, shown};
use uuid::Uuid;
use workspaces_contract::{
    DepartmentFields, DepartmentMember, DepartmentMemberFields, DepartmentRoleFields, DepartmentRow,
    DepartmentView, Departments, RemoveDepartmentFields, RolePlace, department_place,
};

fn command(name: &'static str, verb: Verb, workspace: Option<&Workspace>, object: Option<&str>) -> Command {
    match workspace {
        None => Command::on_platform(name, verb, "departments", object),
        Some(workspace) => Command::in_workspace(name, verb, "departments", workspace.id, object),
    }
}

/// Departments and what they are looked up in, for one command.
struct Scene {
    workspace: Option<Workspace>,
    tree: Tree,
    names: Names,
}

impl Scene {
    fn find(&self, id: &str) -> Result<&Department, ConsoleError> {
        self.tree.find(id).ok_or_else(|| ConsoleError::unknown(Thing::Department(id.to_string())))
    }

    fn place(&self, role: &StoredRole) -> Option<Where> {
        self.names.place_of(&role.place)
    }

    /// Clusters that have to hear of it when what these roles say begins or ends for somebody.
    fn clusters_of_roles<'r>(
        &self,
        roles: impl IntoIterator<Item = &'r StoredRole>,
    ) -> BTreeSet<ClusterName> {
        let places = roles.into_iter().filter_map(|role| self.place(role));
        places.flat_map(|place| clusters_of(&place, &self.names)).collect()
    }
}

impl ForCaller {
    async fn department_workspace(&self, place: &RolePlace) -> Result<Option<Workspace>, ConsoleError> {
        match place {
            RolePlace::Platform => Ok(None),
            RolePlace::Workspace(name) => self.find_workspace(name).await.map(Some),
        }
    }

    /// Looks everything up, after the right was asked for.
    async fn scene(
        &self,
        workspace: &str,
        name: &'static str,
        verb: Verb,
        object: &str,
    ) -> Result<Scene, ConsoleError> {
        let workspace = self.department_workspace(&department_place(workspace)?).await?;
        self.require(&command(name, verb, workspace.as_ref(), Some(object))).await?;
        let tree = Tree::read(&self.tenants, workspace.as_ref().map(|one| one.id)).await?;
        Ok(Scene { tree, names: Names::read(&self.tenants).await?, workspace })
    }

    /// Refuses to give or take, by a department, what the caller does not have.
    fn check_roles<'r>(
        &self,
        roles: impl IntoIterator<Item = &'r StoredRole>,
        scene: &Scene,
        field: &str,
    ) -> Result<(), ConsoleError> {
        for role in roles {
            let permissions = scene.names.permissions(&role.role, role.place.tier());
            let giver = scene.place(role).map_or(Permissions::NONE, |place| held(&self.caller, &place));
            check(permissions, giver, field)?;
        }
        Ok(())
    }

    async fn change_departments<F>(
        &self,
        action: Command,
        clusters: BTreeSet<ClusterName>,
        work: impl FnOnce(Tenants) -> F + Send + 'static,
    ) -> Result<(), ConsoleError>
    where
        F: Future<Output = Result<(), ConsoleError>> + Send + 'static,
    {
        self.perform(action, move |tenants, _| work(tenants)).await?;
        self.all_caught_up(&clusters).await;
        Ok(())
    }

    pub(crate) async fn read_departments(
        &self,
        place: RolePlace,
        chosen: Option<String>,
    ) -> Result<Departments, ConsoleError> {
        let workspace = self.department_workspace(&place).await?;
        self.grant(command("read departments", Verb::List, workspace.as_ref(), None)).await?;
        let tree = Tree::read(&self.tenants, workspace.as_ref().map(|one| one.id)).await?;
        let scene = Scene { tree, names: Names::read(&self.tenants).await?, workspace };
        let may_change = self.may(&command("save department", Verb::Create, scene.workspace.as_ref(), None));
        let rows = scene.tree.in_order().into_iter();
        let rows: Vec<DepartmentRow> =
            rows.map(|(department, depth)| scene.tree.row(department, depth, &scene.names)).collect();
        let chosen = match chosen.and_then(|id| rows.iter().find(|row| row.id == id)) {
            Some(row) => Some(self.department_view(row, &rows, &scene, may_change).await?),
            None => None,
        };
        Ok(Departments { departments: rows, chosen, may_change })
    }

    async fn department_view(
        &self,
        row: &DepartmentRow,
        rows: &[DepartmentRow],
        scene: &Scene,
        may_change: bool,
    ) -> Result<DepartmentView, ConsoleError> {
        let Scene { tree, names, .. } = scene;
        let id = scene.find(&row.id)?.id;
        let own = tree.members.iter().filter(|member| member.department == id);
        let members: Vec<DepartmentMember> = own
            .map(|member| DepartmentMember {
                name: member.name.clone(),
                full_name: member.full_name.clone(),
                is_enabled: member.is_enabled,
                since: seconds(member.created_at),
            })
            .collect();
        let inherited = tree
            .above(id)
            .into_iter()
            .flat_map(|up| tree.roles_of(up.id).map(|role| (up.title.clone(), shown(role, names))));
        let mut view = DepartmentView {
            row: row.clone(),
            inherited: inherited.collect(),
            parents: Vec::new(),
            places: Vec::new(),
            roles: Vec::new(),
            candidates: Vec::new(),
            members,
        };
        if may_change {
            let below = tree.below(id);
            let parents = rows.iter().filter(|other| !below.iter().any(|id| id.to_string() == other.id));
            view.parents = parents.map(|other| (other.id.clone(), other.title.clone())).collect();
            let accounts = self.tenants.database.accounts().await?;
            let is_in = |name: &str| view.members.iter().any(|member| member.name == name);
            let others = accounts.iter().filter(|one| one.is_enabled && !is_in(&one.name));
            view.candidates = others.map(|one| one.name.clone()).collect();
            self.offer(&mut view, scene);
        }
        Ok(view)
    }

    /// Where, and as what, the caller can give a department roles.
    fn offer(&self, view: &mut DepartmentView, scene: &Scene) {
        let names = &scene.names;
        let mut roles: Vec<String> = Vec::new();
        for place in self.department_places(scene) {
            if !self.may(&on_members("set member", Verb::Create, &place, None)) {
                continue;
            }
            let (tier, giver) = (place.held().tier(), held(&self.caller, &place));
            let all = names.roles_at(tier, workspace_of(&place)).into_iter();
            let giveable: Vec<String> =
                all.filter(|role| names.permissions(role, tier).is_within(giver)).collect();
            if giveable.is_empty() {
                continue;
            }
            roles.extend(giveable.into_iter().filter(|role| !roles.contains(role)).collect::<Vec<_>>());
            view.places.extend(names.place(&place.held()));
        }
        view.roles = roles.iter().map(|role| names.role(role)).collect();
    }

    /// The places in which a department may have roles: everywhere, or in its workspace and the projects of that.
    fn department_places(&self, scene: &Scene) -> Vec<Where> {
        let names = &scene.names;
        match &scene.workspace {
            Some(workspace) => {
                let own = names.projects.iter().filter(|project| project.workspace == Some(workspace.id));
                let workspace = Where::Workspace(workspace.clone());
                std::iter::once(workspace).chain(own.cloned().map(Where::Project)).collect()
            }
            None => {
                let workspaces = names.workspaces.iter().cloned().map(Where::Workspace);
                let projects = names.projects.iter().cloned().map(Where::Project);
                let clusters = self.all_clusters().into_iter().map(Where::Cluster);
                clusters.chain(workspaces).chain(projects).collect()
            }
        }
    }

    pub(crate) async fn write_department(&self, fields: DepartmentFields) -> Result<String, ConsoleError> {
        let (name, verb) = match fields.id.as_str() {
            "" => ("create department", Verb::Create),
            _ => ("change department", Verb::Update),
        };
        let title = fields.title.trim().to_owned();
        let scene = self.scene(&fields.workspace, name, verb, &title).await?;
        let mut problems = check_texts(&title, "");
        if title.is_empty() {
            problems.push(FieldProblem::of("title", EntryFault::Empty));
        }
        let parent = match fields.parent.as_str() {
            "" => None,
            parent => match scene.tree.find(parent) {
                Some(found) => Some(found.id),
                None => {
                    problems.push(FieldProblem::of("parent", DepartmentFault::NoParent));
                    None
                }
            },
        };
        valid(problems)?;
        let action = command(name, verb, scene.workspace.as_ref(), Some(&title));
        let workspace = scene.workspace.as_ref().map(|one| one.id);
        if fields.id.is_empty() {
            let work = async move |tenants: Tenants, _| {
                let made = tenants.database.add_department(workspace, parent, &title).await;
                made.map(|id| id.to_string()).map_err(ConsoleError::from)
            };
            return self.perform(action, work).await;
        }
        let department = scene.find(&fields.id)?;
        let id = department.id;
        let clusters = self.check_move(&scene, department.parent, parent)?;
        let work = async move |tenants: Tenants| match tenants
            .database
            .change_department(id, parent, &title)
            .await
        {
            Err(DatabaseError::InUse) => Err(ConsoleError::refused("parent", DepartmentFault::Circle)),
            other => other.map_err(ConsoleError::from),
        };
        self.change_departments(action, clusters, work).await?;
        Ok(id.to_string())
    }

    /// Clusters that have to hear of it when a department becomes a part of another one. Whoever moves it must hold what
    /// its people gain and what they lose.
    fn check_move(
        &self,
        scene: &Scene,
        from: Option<Uuid>,
        to: Option<Uuid>,
    ) -> Result<BTreeSet<ClusterName>, ConsoleError> {
        if from == to {
            return Ok(BTreeSet::new());
        }
        let changed = [to, from].into_iter().flatten().flat_map(|id| scene.tree.held_in(id));
        let changed: Vec<&StoredRole> = changed.collect();
        self.check_roles(changed.iter().copied(), scene, "parent")?;
        Ok(scene.clusters_of_roles(changed))
    }

    pub(crate) async fn drop_department(&self, fields: RemoveDepartmentFields) -> Result<(), ConsoleError> {
        let name = "remove department";
        let scene = self.scene(&fields.workspace, name, Verb::Delete, &fields.id).await?;
        let department = scene.find(&fields.id)?;
        let held = scene.tree.held_in(department.id);
        self.check_roles(held.iter().copied(), &scene, "id")?;
        let clusters = scene.clusters_of_roles(held);
        let action = command(name, Verb::Delete, scene.workspace.as_ref(), Some(&department.title));
        let id = department.id;
        let work = async move |tenants: Tenants| match tenants.database.remove_department(id).await {
            Err(DatabaseError::InUse) => Err(ConsoleError::refused("id", DepartmentFault::InUse)),
            other => other.map_err(ConsoleError::from),
        };
        self.change_departments(action, clusters, work).await
    }

    pub(crate) async fn change_department_member(
        &self,
        fields: DepartmentMemberFields,
    ) -> Result<(), ConsoleError> {
        let (name, verb) = match fields.leaves {
            true => ("leave department", Verb::Update),
            false => ("join department", Verb::Update),
        };
        let scene = self.scene(&fields.workspace, name, verb, fields.name.trim()).await?;
        let department = scene.find(&fields.id)?;
        let account = self.account_at(fields.name.trim()).await?;
        let held = scene.tree.held_in(department.id);
        self.check_roles(held.iter().copied(), &scene, "name")?;
        let clusters = scene.clusters_of_roles(held);
        let object = format!("{} in {}", account.name, department.title);
        let action = command(name, verb, scene.workspace.as_ref(), Some(&object));
        let (id, joins) = (department.id, !fields.leaves);
        let work = async move |tenants: Tenants| {
            let changed = tenants.database.set_department_member(id, account.id, joins).await;
            changed.map(|_| ()).map_err(ConsoleError::from)
        };
        self.change_departments(action, clusters, work).await
    }

    pub(crate) async fn change_department_role(
        &self,
        fields: DepartmentRoleFields,
    ) -> Result<(), ConsoleError> {
        let (name, verb) = ("change role of department", Verb::Update);
        let scene = self.scene(&fields.workspace, name, verb, &fields.role).await?;
        let department = scene.find(&fields.id)?;
        let place = self.find_place(&fields.place).await?;
        let is_offered = self.department_places(&scene).iter().any(|one| one.held() == place.held());
        if !is_offered {
            return Err(ConsoleError::refused("place", DepartmentFault::ForeignPlace));
        }
        let object = Some(department.title.as_str());
        self.require(&on_members("set member", Verb::Create, &place, object)).await?;
        self.check_is_itself(&place).await?;
        let tier = place.held().tier();
        let giver = held(&self.caller, &place);
        let before = scene.tree.roles_of(department.id).find(|role| role.place == place.held());
        self.check_roles(before, &scene, "place")?;
        let role = (!fields.role.is_empty()).then_some(fields.role);
        if let Some(role) = &role {
            if !scene.names.roles_at(tier, workspace_of(&place)).contains(role) {
                return Err(ConsoleError::refused("role", DepartmentFault::Role));
            }
            check(scene.names.permissions(role, tier), giver, "role")?;
        }
        let clusters = clusters_of(&place, &scene.names);
        let action = command(name, verb, scene.workspace.as_ref(), object);
        let (id, place) = (department.id, place.held());
        let work = async move |tenants: Tenants| {
            let changed = tenants.database.set_department_role(id, &place, role.as_deref()).await;
            changed.map_err(ConsoleError::from)
        };
        self.change_departments(action, clusters, work).await
    }
}
