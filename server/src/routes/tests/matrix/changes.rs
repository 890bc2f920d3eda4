//! How everything that can be changed is changed.

use super::addresses::{Ask, Place, Realm, target};
use super::world::{Stage, lantern};
use resources_contract::{Action, Deletion, ManifestChange, Propagation};
use serde_json::json;
use uuid::Uuid;

pub fn planted(place: &Place) -> ManifestChange {
    let namespace = place.namespace;
    ManifestChange {
        cluster: lantern(),
        namespace: None,
        text: format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: planted, namespace: {namespace}}}\ndata: {{a: b}}\n"
        ),
        base: None,
        force: false,
    }
}

/// Changing a dashboard in every way. It is removed last.
pub fn on_dashboard(id: Uuid) -> Vec<Ask> {
    let id = id.to_string();
    // Each is refused for being late once the one before it was not.
    let which = |version: &'static str, more: &[(&'static str, &'static str)]| {
        let own = [
            ("fields[cluster]", "lantern".to_owned()),
            ("fields[id]", id.clone()),
            ("fields[version]", version.to_owned()),
        ];
        let more = more.iter().map(|(name, value)| (*name, (*value).to_owned()));
        own.into_iter().chain(more).collect::<Vec<_>>()
    };
    let form = |function: &str, pairs: Vec<(&'static str, String)>| {
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Ask::form(function, &pairs)
    };
    let panel = [
        ("fields[index]", ""),
        ("fields[title]", "planted"),
        ("fields[kind]", "Lines"),
        ("fields[unit]", "Count"),
        ("fields[width]", "6"),
        ("fields[queries][0][query]", "up"),
    ];
    let embed = [
        ("fields[name]", "planted"),
        ("fields[origins]", "https://wiki.example"),
        ("fields[seconds]", "3600"),
        ("fields[days]", "1"),
    ];
    let placed = json!({"cluster": "lantern", "id": id, "version": 3, "index": 0, "to": 0, "width": 12, "act": "Place"});
    vec![
        form("monitoring/add-embed", which("1", &embed)),
        form(
            "monitoring/revoke-embed",
            which("1", &[("fields[embed]", "00000000-0000-0000-0000-000000000000")]),
        ),
        form("monitoring/save-dashboard", which("1", &[("fields[name]", "planted")])),
        form("monitoring/save-panel", which("2", &panel)),
        Ask::json("monitoring/place-panel", &json!({"fields": placed})),
        form("monitoring/arrange-panel", which("4", &[("fields[index]", "0"), ("fields[act]", "Remove")])),
        form("monitoring/remove-dashboard", which("5", &[])),
    ]
}

/// Keeping a search, for these people.
pub fn saving(name: &str, audience: &str) -> Ask {
    Ask::form(
        "records/save-search",
        &[
            ("fields[cluster]", "lantern"),
            ("fields[of]", "logs"),
            ("fields[query]", "thing"),
            ("fields[name]", name),
            ("fields[audience]", audience),
        ],
    )
}

/// Changing a kept search in every way. It is removed last.
pub fn on_search(id: Uuid) -> Vec<Ask> {
    let id = id.to_string();
    let which = [("fields[cluster]", "lantern"), ("fields[id]", id.as_str())];
    let [cluster, id] = which;
    vec![
        Ask::form("records/rename-search", &[cluster, id, ("fields[name]", "planted")]),
        Ask::form("records/remove-search", &which),
    ]
}

/// Changing an alert on a list in every way. It is removed last.
pub fn on_list_alert(id: Uuid) -> Vec<Ask> {
    let id = id.to_string();
    let [cluster, id] = [("fields[cluster]", "lantern"), ("fields[id]", id.as_str())];
    let said = [
        cluster,
        id,
        ("fields[version]", "1"),
        ("fields[name]", "planted"),
        ("fields[severity]", "info"),
        ("fields[hold]", "5m"),
        ("fields[least]", "1"),
    ];
    let switched = |version| {
        let off = [cluster, id, ("fields[version]", version), ("on", "false")];
        Ask::form("monitoring/switch-list-alert", &off)
    };
    let removed =
        |version| Ask::form("monitoring/remove-list-alert", &[cluster, id, ("fields[version]", version)]);
    // Each is refused for being late once the one before it was not; who may do none of them is in time with each.
    vec![
        Ask::form("monitoring/save-list-alert", &said),
        switched("1"),
        removed("1"),
        switched("2"),
        removed("3"),
    ]
}

/// Changing the rule of a project in every way, as it was looked at in this version: only the right decides then.
pub fn on_rule(place: &Place, version: &str) -> Vec<Ask> {
    let which = [
        ("fields[cluster]", "lantern"),
        ("fields[namespace]", place.namespace),
        ("fields[object]", "thing"),
        ("fields[group]", "all"),
        ("fields[index]", "0"),
        ("fields[version]", version),
    ];
    let off = [&which[..], &[("on", "false")][..]].concat();
    // Removing is refused for being late once switching was not; who may do neither is in time with both.
    vec![Ask::form("monitoring/switch-rule", &off), Ask::form("monitoring/remove-rule", &which)]
}

/// Keeping an alert on a list of these namespaces; of the whole cluster when there are none.
fn alerting(name: &str, kind: &str, namespaces: &str) -> Ask {
    Ask::form(
        "monitoring/save-list-alert",
        &[
            ("fields[cluster]", "lantern"),
            ("fields[kind]", kind),
            ("fields[search]", "thing"),
            ("fields[namespaces]", namespaces),
            ("fields[name]", name),
            ("fields[severity]", "warning"),
            ("fields[hold]", "5m"),
            ("fields[least]", "1"),
        ],
    )
}

pub fn restoring(id: Uuid) -> Ask {
    Ask::form("resources/restore", &[("fields[cluster]", "lantern"), ("fields[id]", &id.to_string())])
}

/// Every function that changes something, and of what.
pub fn changes(place: &Place, stage: &Stage) -> Vec<(Realm, Ask)> {
    let index = place.index;
    let dashboard = if place.namespace == "void" { Uuid::nil() } else { stage.dashboards[index] };
    let on_dashboard = on_dashboard(dashboard).into_iter().map(|ask| (Realm::Project, ask));
    // A request is found by its id alone, so where there is nothing there is none.
    let request = if place.namespace == "void" { Uuid::nil() } else { stage.requests[index] };
    let others = changes_with(place, stage.departments[index], stage.roles[index], request);
    let deleted = if place.namespace == "void" { Uuid::nil() } else { stage.deleted[index] };
    let search = if place.namespace == "void" { Uuid::nil() } else { stage.searches[index] };
    let on_search = on_search(search).into_iter().map(|ask| (Realm::Project, ask));
    let list_alert = if place.namespace == "void" { Uuid::nil() } else { stage.list_alerts[index] };
    let on_list_alert = on_list_alert(list_alert).into_iter().map(|ask| (Realm::Project, ask));
    let rules = if place.namespace == "void" { "none/none" } else { stage.rules[index].as_str() };
    let on_rule = on_rule(place, rules).into_iter().map(|ask| (Realm::Project, ask));
    let sharing = (Realm::OfReaders, saving("planted", &format!("project/{}", place.namespace)));
    // Before the project that it is in is given away.
    on_dashboard
        .chain(on_search)
        .chain(on_list_alert)
        .chain(on_rule)
        .chain([
            (Realm::Project, alerting("planted too", "deployments", place.namespace)),
            // Two projects of which somebody has one, what is in no project, and everything.
            (Realm::Cluster, alerting("planted in both", "deployments", "shop bank")),
            (Realm::Cluster, alerting("planted on nodes", "namespaces", place.namespace)),
            (Realm::Cluster, alerting("planted everywhere", "deployments", "")),
            (Realm::Project, restoring(deleted)),
            sharing,
            (Realm::OfClusterReaders, saving("planted", "cluster")),
        ])
        .chain(others)
        .collect()
}

pub fn changes_with(place: &Place, department: Uuid, role: Uuid, request: Uuid) -> Vec<(Realm, Ask)> {
    let Place { namespace, workspace, .. } = place;
    let (department, role, request) = (department.to_string(), role.to_string(), request.to_string());
    let (project, garden) = (format!("project/lantern/{namespace}"), format!("workspace/{workspace}"));
    let line = target("deployments", place).to_line();
    let text = planted(place).text;
    let w = ("fields[workspace]", *workspace);
    let (c, n) = (("fields[cluster]", "lantern"), ("fields[namespace]", *namespace));
    let next = ("fields[next]", "/");
    let receiver = place.receiver().to_string();
    let deletion =
        Deletion { targets: vec![target("configmaps", place)], propagation: Propagation::Background };
    let scale = json!({"targets": [target("deployments", place)], "action": Action::Scale { replicas: 2 }});
    let on_project = vec![
        Ask::json("resources/act", &scale),
        Ask::json("resources/apply", &json!({"change": planted(place)})),
        Ask::json("resources/delete", &json!({"deletion": deletion})),
        // Nobody is dialled who is inside.
        Ask::json(
            "workloads/registry-login",
            &json!({
                "cluster": "lantern", "namespace": namespace,
                "login": {"server": "127.0.0.1:1", "username": "a", "password": "b", "email": ""},
            }),
        ),
        Ask::form(
            "resources/act-form",
            &[
                c,
                ("fields[kind]", "deployments"),
                ("fields[targets]", &line),
                ("fields[action]", "Restart"),
                next,
            ],
        ),
        Ask::form(
            "resources/many-form",
            &[
                c,
                ("fields[kind]", "deployments"),
                ("fields[namespaces]", namespace),
                ("fields[count]", "1"),
                ("fields[action]", "Restart"),
                next,
            ],
        ),
        Ask::form("resources/stop-form", &[("id", "none"), ("next", "/")]),
        Ask::form("resources/undo-form", &[("id", "none"), ("next", "/")]),
        Ask::form(
            "monitoring/silence",
            &[
                ("silence[cluster]", "lantern"),
                ("silence[matchers]", &format!("namespace={namespace}")),
                ("silence[hours]", "1"),
                ("silence[reason]", "planted"),
            ],
        ),
        Ask::form("monitoring/acknowledge", &[("alert[cluster]", "lantern"), ("alert[fingerprint]", "none")]),
        Ask::form(
            "monitoring/withdraw-acknowledgement",
            &[("alert[cluster]", "lantern"), ("alert[fingerprint]", "none")],
        ),
        Ask::form(
            "monitoring/save-rule",
            &[
                c,
                n,
                ("fields[object]", "planted"),
                ("fields[group]", "planted"),
                ("fields[name]", "planted"),
                ("fields[query]", "up == 0"),
                ("fields[severity]", "warning"),
                ("fields[hold]", "5m"),
            ],
        ),
        Ask::form(
            "monitoring/save-dashboard",
            &[c, n, ("fields[name]", "planted"), ("fields[template]", "node")],
        ),
        Ask::form(
            "monitoring/import-dashboard",
            &[c, n, ("fields[text]", "{\"title\":\"planted\",\"panels\":[]}")],
        ),
        Ask::form("monitoring/end-silence", &[("silence[cluster]", "lantern"), ("silence[id]", "none")]),
        Ask::form("resources/apply-form", &[c, n, ("fields[text]", &text), next]),
        Ask::form(
            "resources/delete-form",
            &[
                c,
                ("fields[kind]", "deployments"),
                ("fields[targets]", &line),
                ("fields[confirm]", "thing"),
                next,
            ],
        ),
        Ask::form(
            "workspaces/set-member",
            &[("fields[place]", &project), ("fields[name]", "zed"), ("fields[role]", "project-viewer")],
        ),
        Ask::form("workspaces/remove-member", &[("fields[place]", &project), ("fields[name]", "zed")]),
        Ask::form(
            "recordings/record",
            &[c, n, ("fields[of]", "project"), ("fields[record]", "true"), ("fields[days]", "7")],
        ),
        Ask::form(
            "workspaces/invite",
            &[
                ("invitation[place]", &project),
                ("invitation[role]", "project-viewer"),
                ("invitation[days]", "1"),
            ],
        ),
        Ask::form("workspaces/refuse-request", &[("fields[id]", &request), ("fields[reason]", "planted")]),
        Ask::form("workspaces/approve-request", &[("id", &request)]),
        Ask::form(
            "notifications/save",
            &[
                ("fields[place]", &project),
                ("fields[channel]", "webhook"),
                ("fields[name]", "planted"),
                ("fields[repeat_hours]", "4"),
                ("fields[language]", "en"),
                ("fields[settings][url]", "https://hooks.example.org/planted"),
            ],
        ),
        Ask::form(
            "notifications/save-template",
            &[("fields[id]", &receiver), ("fields[subject]", "planted")],
        ),
        Ask::form("notifications/switch", &[("id", &receiver), ("is_enabled", "false")]),
        Ask::form("notifications/test", &[("id", &receiver)]),
        Ask::form("notifications/delete", &[("id", &receiver)]),
        Ask::form(
            "notifications/save-mail-server",
            &[("fields[place]", &project), ("fields[host]", "127.0.0.1"), ("fields[from]", "a@example.org")],
        ),
        Ask::form(
            "notifications/try-mail-server",
            &[("fields[place]", &project), ("fields[to]", "planted@example.org"), ("fields[language]", "en")],
        ),
        Ask::form("notifications/remove-mail-server", &[("place", &project)]),
        Ask::form(
            "monitoring/set-budget",
            &[c, ("fields[of]", &format!("project/{namespace}")), ("fields[amount]", "250")],
        ),
        // Only who asked takes a request back.
        Ask::form("workspaces/withdraw-request", &[("id", &request)]),
    ];
    let on_workspace = vec![
        Ask::form(
            "workspaces/change",
            &[("fields[name]", workspace), ("fields[title]", "planted"), ("fields[clusters][]", "lantern")],
        ),
        Ask::form("workspaces/create-project", &[w, c, ("fields[namespace]", "planted")]),
        Ask::form("workspaces/isolate", &[w, ("fields[isolated]", "true")]),
        Ask::form("workspaces/limit", &[w, c, ("fields[limits][pods]", "10")]),
        Ask::form("workspaces/open-storage-classes", &[w, c, ("fields[known][]", "planted")]),
        Ask::form("workspaces/limit-project", &[w, c, n, ("fields[quota][pods]", "10")]),
        Ask::form("workspaces/move-project", &[w, c, n, ("fields[to]", "")]),
        Ask::form("workspaces/pod-security", &[w, c, n, ("fields[enforce]", "baseline")]),
        Ask::form("workspaces/remove-project", &[w, c, n, ("fields[confirm]", namespace)]),
        Ask::form("workspaces/remove", &[w, ("fields[confirm]", workspace)]),
        Ask::form("workspaces/save-department", &[w, ("fields[title]", "planted")]),
        Ask::form(
            "workspaces/set-department-member",
            &[w, ("fields[id]", &department), ("fields[name]", "zed")],
        ),
        Ask::form(
            "workspaces/set-department-role",
            &[
                w,
                ("fields[id]", &department),
                ("fields[place]", &garden),
                ("fields[role]", "workspace-viewer"),
            ],
        ),
        Ask::form("workspaces/remove-department", &[w, ("fields[id]", &department)]),
        Ask::form(
            "workspaces/save-role",
            &[
                w,
                ("fields[tier]", "Workspace"),
                ("fields[title]", "planted"),
                ("fields[permissions][]", "workspace.view"),
            ],
        ),
        Ask::form("workspaces/remove-role", &[w, ("fields[id]", &role)]),
        Ask::form(
            "workspaces/set-member",
            &[("fields[place]", &garden), ("fields[name]", "regular"), ("fields[role]", "workspace-viewer")],
        ),
        Ask::form("workspaces/remove-member", &[("fields[place]", &garden), ("fields[name]", "zed")]),
        Ask::form(
            "workspaces/invite",
            &[
                ("invitation[place]", &garden),
                ("invitation[role]", "workspace-viewer"),
                ("invitation[days]", "1"),
            ],
        ),
        Ask::form("workspaces/remove-invitation", &[("fields[place]", &garden), ("fields[id]", "none")]),
    ];
    let zed = ("fields[name]", "zed");
    let on_platform = vec![
        Ask::form("people/change", &[zed, ("fields[role]", "administrator")]),
        Ask::form("people/act", &[zed, ("fields[act]", "disable")]),
        Ask::form("people/act-on-many", &[("fields[names][]", "zed"), ("fields[act]", "disable")]),
        // Without a reason nobody begins: whoever asks goes on as themselves.
        Ask::form("people/act-as", &[zed]),
        Ask::form("platform/change", &[("fields[name]", "planted")]),
        Ask::form(
            "clusters/accept",
            &[
                ("fields[cluster]", "lantern"),
                ("fields[found]", "planted"),
                ("fields[old]", "keep"),
                ("fields[confirm]", "lantern"),
            ],
        ),
        Ask::form("people/create", &[("fields[name]", "planted"), ("fields[role]", "regular")]),
        Ask::form("people/link", &[("name", "zed")]),
        Ask::form("people/send-link", &[("name", "zed")]),
        Ask::form(
            "people/link-identity",
            &[("link[name]", "zed"), ("link[provider]", "none"), ("link[subject]", "x")],
        ),
        Ask::form("workspaces/create", &[("fields[name]", "planted"), ("fields[clusters][]", "lantern")]),
        Ask::form(
            "workspaces/save-role",
            &[
                ("fields[tier]", "Project"),
                ("fields[title]", "planted"),
                ("fields[permissions][]", "project.view"),
            ],
        ),
        Ask::form("workspaces/save-department", &[("fields[title]", "planted")]),
    ];
    let on_cluster = vec![
        Ask::form(
            "workspaces/set-member",
            &[
                ("fields[place]", "cluster/lantern"),
                ("fields[name]", "zed"),
                ("fields[role]", "cluster-viewer"),
            ],
        ),
        Ask::form("monitoring/save-dashboard", &[c, ("fields[name]", "planted")]),
        Ask::form(
            "monitoring/save-built-in",
            &[c, n, ("fields[groups][]", "nodes"), ("fields[twice]", "true")],
        ),
        Ask::form(
            "recordings/record",
            &[c, ("fields[of]", "nodes"), ("fields[record]", "true"), ("fields[days]", "7")],
        ),
        Ask::form("monitoring/set-budget", &[c, ("fields[of]", &garden), ("fields[amount]", "250")]),
        Ask::form("monitoring/remove-budget", &[c, ("fields[of]", &garden)]),
        Ask::form(
            "monitoring/save-prices",
            &[
                c,
                ("fields[version]", "0"),
                ("fields[from]", "2026-01-01"),
                ("fields[currency]", "EUR"),
                ("fields[cpu]", "0.031"),
            ],
        ),
    ];
    let with = |realm, asks: Vec<Ask>| asks.into_iter().map(move |ask| (realm, ask));
    with(Realm::Project, on_project)
        .chain(with(Realm::Workspace, on_workspace))
        .chain(with(Realm::Cluster, on_cluster))
        .chain(with(Realm::Platform, on_platform))
        .collect()
}
