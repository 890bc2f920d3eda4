//! Of the people of a place, wherever there are some: members, what they did, and who is told of alerts.

use super::rule::console;
use super::{ANYWHERE, NAMESPACED, Permission, READ, WRITE};
use crate::need::CONSOLE_GROUP;

pub(super) const PERMISSIONS: &[Permission] = &[
    permission!(
        "members.view",
        "members",
        NAMESPACED,
        [],
        [console(READ, CONSOLE_GROUP, &["members", "departments", "roles"]),]
    ),
    permission!(
        "members.manage",
        "members",
        NAMESPACED,
        ["members.view"],
        [console(WRITE, CONSOLE_GROUP, &["members", "departments"]),]
    ),
    permission!("audit.view", "members", NAMESPACED, [], [console(READ, CONSOLE_GROUP, &["audit"])]),
    // Who is told of alerts, wherever there are some.
    permission!(
        "notifications.view",
        "notifications",
        ANYWHERE,
        [],
        [console(READ, CONSOLE_GROUP, &["receivers"])]
    ),
    permission!(
        "notifications.manage",
        "notifications",
        ANYWHERE,
        ["notifications.view"],
        [console(WRITE, CONSOLE_GROUP, &["receivers"])]
    ),
];
