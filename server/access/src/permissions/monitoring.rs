//! Of what is measured: alerts, dashboards, prices and budgets.

use super::rule::{both, console};
use super::{CLUSTER, NAMESPACED, Permission, READ, WORKSPACE, WRITE};
use crate::need::CONSOLE_GROUP;

pub(super) const PERMISSIONS: &[Permission] = &[
    permission!(
        "alerts.silence",
        "workloads",
        NAMESPACED,
        ["workloads.view"],
        [console(WRITE, CONSOLE_GROUP, &["silences"])]
    ),
    // Rules are objects of the cluster, which asks for the same; alerts on lists are kept by the console.
    permission!(
        "alerts.rules",
        "workloads",
        NAMESPACED,
        ["workloads.view"],
        [
            both(READ, "monitoring.coreos.com", &["prometheusrules"]),
            both(WRITE, "monitoring.coreos.com", &["prometheusrules"]),
            console(WRITE, CONSOLE_GROUP, &["listalerts"]),
        ]
    ),
    // Whoever sees what is measured sees what dashboards show of it.
    permission!(
        "dashboards.edit",
        "workloads",
        NAMESPACED,
        ["workloads.view"],
        [console(WRITE, CONSOLE_GROUP, &["dashboards"])]
    ),
    // A link shows a dashboard to whoever has it, without signing in.
    permission!(
        "dashboards.share",
        "workloads",
        NAMESPACED,
        ["dashboards.edit"],
        [console(WRITE, CONSOLE_GROUP, &["dashboards/share"])]
    ),
    // Whoever sees what is measured sees what it costs, and how much it may.
    permission!(
        "metering.prices",
        "cluster",
        CLUSTER,
        ["workloads.view"],
        [console(WRITE, CONSOLE_GROUP, &["prices", "budgets"])]
    ),
    // Of a workspace's projects. How much the workspace itself may come to it does not decide: that is asked for in the cluster.
    permission!(
        "projects.budgets",
        "workspace",
        WORKSPACE,
        ["workspace.view", "workloads.view"],
        [console(WRITE, CONSOLE_GROUP, &["budgets"])]
    ),
];
