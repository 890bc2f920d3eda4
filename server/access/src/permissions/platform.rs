//! On the platform.

use super::rule::console;
use super::{PLATFORM, Permission, READ, WRITE};
use crate::need::{CONSOLE_GROUP, Verb};

pub(super) const PERMISSIONS: &[Permission] = &[
    permission!(
        "accounts.view",
        "people",
        PLATFORM,
        [],
        [console(READ, CONSOLE_GROUP, &["accounts", "departments"])]
    ),
    permission!(
        "accounts.manage",
        "people",
        PLATFORM,
        ["accounts.view"],
        [console(WRITE, CONSOLE_GROUP, &["accounts", "departments"])]
    ),
    // Whoever holds this sees what any person who is no more than they are on the platform sees.
    permission!(
        "accounts.act",
        "people",
        PLATFORM,
        ["accounts.view"],
        [console(&[Verb::Create], CONSOLE_GROUP, &["accounts/act"])]
    ),
    permission!(
        "workspaces.view",
        "workspaces",
        PLATFORM,
        [],
        [console(READ, CONSOLE_GROUP, &["workspaces", "projects", "members", "departments", "roles"]),]
    ),
    permission!(
        "workspaces.create",
        "workspaces",
        PLATFORM,
        [],
        [console(&[Verb::Create], CONSOLE_GROUP, &["workspaces"])]
    ),
    permission!(
        "workspaces.manage",
        "workspaces",
        PLATFORM,
        ["workspaces.view", "workspaces.create"],
        [console(WRITE, CONSOLE_GROUP, &["workspaces", "projects", "members", "departments", "roles"]),]
    ),
    permission!(
        "platform.roles",
        "people",
        PLATFORM,
        ["accounts.view"],
        [console(WRITE, CONSOLE_GROUP, &["roles"]), console(READ, CONSOLE_GROUP, &["roles"]),]
    ),
    permission!("platform.audit", "platform", PLATFORM, [], [console(READ, CONSOLE_GROUP, &["audit"])]),
    permission!(
        "platform.settings",
        "platform",
        PLATFORM,
        [],
        [
            console(READ, CONSOLE_GROUP, &["settings", "providers"]),
            console(WRITE, CONSOLE_GROUP, &["settings", "providers"]),
        ]
    ),
];
