//! Departments as they lie in each other, read once for a question or a command.

use crate::Tenants;
use crate::members::Names;
use database::departments::{Department, DepartmentMember as StoredMember, DepartmentRole as StoredRole};
use model::ConsoleError;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use workspaces_contract::{DepartmentRole, DepartmentRow};

/// The departments of a workspace or of the whole console, with what they hold and who is in them.
pub(super) struct Tree {
    all: Vec<Department>,
    roles: Vec<StoredRole>,
    pub members: Vec<StoredMember>,
}

impl Tree {
    /// Without a workspace those of the whole console.
    pub async fn read(tenants: &Tenants, workspace: Option<Uuid>) -> Result<Self, ConsoleError> {
        let database = &tenants.database;
        let all = database.departments().await?;
        Ok(Self {
            all: all.into_iter().filter(|one| one.workspace == workspace).collect(),
            roles: database.department_roles().await?,
            members: database.department_members().await?,
        })
    }

    pub fn find(&self, id: &str) -> Option<&Department> {
        self.all.iter().find(|department| department.id.to_string() == id)
    }

    /// The departments of which one is a part, the nearest first, without itself.
    pub fn above(&self, id: Uuid) -> Vec<&Department> {
        let parent_of = |id: Uuid| {
            let parent = self.all.iter().find(|one| one.id == id).and_then(|one| one.parent);
            parent.and_then(|parent| self.all.iter().find(|one| one.id == parent))
        };
        let mut above: Vec<&Department> = Vec::new();
        let mut next = parent_of(id);
        while let Some(department) = next.filter(|one| above.len() < self.all.len() && one.id != id) {
            above.push(department);
            next = parent_of(department.id);
        }
        above
    }

    /// A department with all below it.
    pub fn below(&self, id: Uuid) -> BTreeSet<Uuid> {
        let mut below = BTreeSet::from([id]);
        let mut waiting = vec![id];
        while let Some(above) = waiting.pop() {
            let parts = self.all.iter().filter(|one| one.parent == Some(above)).map(|one| one.id);
            waiting.extend(parts.filter(|id| below.insert(*id)));
        }
        below
    }

    pub fn roles_of(&self, id: Uuid) -> impl Iterator<Item = &StoredRole> {
        self.roles.iter().filter(move |role| role.department == id)
    }

    /// Everything that being in a department means: its roles and those of all above it.
    pub fn held_in(&self, id: Uuid) -> Vec<&StoredRole> {
        let above = self.above(id).into_iter().map(|one| one.id);
        std::iter::once(id).chain(above).flat_map(|id| self.roles_of(id)).collect()
    }

    /// Each before those below it.
    pub fn in_order(&self) -> Vec<(&Department, u32)> {
        let mut below: BTreeMap<Option<Uuid>, Vec<&Department>> = BTreeMap::new();
        for department in &self.all {
            below.entry(department.parent).or_default().push(department);
        }
        let mut ordered = Vec::new();
        let first = |parent| below.get(&parent).into_iter().flatten().rev().copied();
        let mut waiting: Vec<(&Department, u32)> = first(None).map(|one| (one, 0)).collect();
        while let Some((department, depth)) = waiting.pop() {
            ordered.push((department, depth));
            waiting.extend(first(Some(department.id)).map(|one| (one, depth + 1)));
        }
        ordered
    }

    /// A line of the list. People who are below it in several departments count once.
    pub fn row(&self, department: &Department, depth: u32, names: &Names) -> DepartmentRow {
        let below = self.below(department.id);
        let people: BTreeSet<Uuid> = self
            .members
            .iter()
            .filter(|member| below.contains(&member.department))
            .map(|member| member.account)
            .collect();
        DepartmentRow {
            id: department.id.to_string(),
            parent: department.parent.map(|id| id.to_string()),
            title: department.title.clone(),
            depth,
            people: people.len() as u64,
            roles: self.roles_of(department.id).map(|role| shown(role, names)).collect(),
        }
    }
}

/// A role as pages show it.
pub(super) fn shown(role: &StoredRole, names: &Names) -> DepartmentRole {
    DepartmentRole { place: names.place(&role.place), role: names.role(&role.role) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use database::members::Place;

    /// Each with the one that it is a part of.
    fn tree(departments: &[(u128, Option<u128>)]) -> Tree {
        let department = |(id, parent): &(u128, Option<u128>)| Department {
            id: Uuid::from_u128(*id),
            workspace: None,
            parent: parent.map(Uuid::from_u128),
            title: id.to_string(),
        };
        let role = |(id, _): &(u128, Option<u128>)| StoredRole {
            department: Uuid::from_u128(*id),
            place: Place::Workspace(Uuid::nil()),
            role: format!("role-{id}"),
        };
        Tree {
            all: departments.iter().map(department).collect(),
            roles: departments.iter().map(role).collect(),
            members: Vec::new(),
        }
    }

    fn numbers(ids: impl IntoIterator<Item = Uuid>) -> Vec<u128> {
        ids.into_iter().map(|id| id.as_u128()).collect()
    }

    #[test]
    fn a_department_holds_what_all_above_it_hold() {
        let tree = tree(&[(1, None), (2, Some(1)), (3, Some(2)), (4, Some(1)), (5, None)]);

        assert_eq!(numbers(tree.above(Uuid::from_u128(3)).into_iter().map(|one| one.id)), [2, 1]);
        assert_eq!(numbers(tree.below(Uuid::from_u128(1))), [1, 2, 3, 4]);
        let held: Vec<&str> =
            tree.held_in(Uuid::from_u128(3)).into_iter().map(|role| role.role.as_str()).collect();
        assert_eq!(held, ["role-3", "role-2", "role-1"]);
        let order: Vec<(u128, u32)> =
            tree.in_order().into_iter().map(|(one, depth)| (one.id.as_u128(), depth)).collect();
        assert_eq!(order, [(1, 0), (2, 1), (3, 2), (4, 1), (5, 0)]);
    }

    #[test]
    fn departments_in_a_circle_end() {
        let tree = tree(&[(1, Some(2)), (2, Some(1))]);

        assert_eq!(numbers(tree.above(Uuid::from_u128(1)).into_iter().map(|one| one.id)), [2]);
        assert_eq!(numbers(tree.below(Uuid::from_u128(1))), [1, 2]);
    }
}
