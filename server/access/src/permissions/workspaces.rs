//! In a workspace.

use super::rule::console;
use super::{PATCH, Permission, READ, WORKSPACE, WRITE};
use crate::need::{CONSOLE_GROUP, Verb};
use model::Tier;

pub(super) const PERMISSIONS: &[Permission] = &[
    permission!(
        "workspace.view",
        "workspace",
        WORKSPACE,
        [],
        [console(READ, CONSOLE_GROUP, &["workspaces", "projects"]),]
    ),
    permission!(
        "workspace.manage",
        "workspace",
        WORKSPACE,
        ["workspace.view"],
        [console(PATCH, CONSOLE_GROUP, &["workspaces"]),]
    ),
    permission!(
        "projects.create",
        "workspace",
        WORKSPACE,
        ["workspace.view"],
        [console(&[Verb::Create], CONSOLE_GROUP, &["projects"]),]
    ),
    permission!(
        "projects.manage",
        "workspace",
        WORKSPACE,
        ["projects.create"],
        [console(&[Verb::Update, Verb::Patch, Verb::Delete], CONSOLE_GROUP, &["projects"]),]
    ),
    permission!(
        "roles.manage",
        "members",
        &[Tier::Workspace],
        ["members.view"],
        [console(WRITE, CONSOLE_GROUP, &["roles"]),]
    ),
];
