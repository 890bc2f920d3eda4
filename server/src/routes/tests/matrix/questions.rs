//! How everything that can be read is asked for.

use super::super::super::pages::PAGES;
use super::addresses::{Ask, Place, object, object_named, target};
use super::changes::{planted, saving};
use super::world::lantern;
use leptos_axum::AxumRouteListing;
use model::{ClusterName, KindSlug, Namespace, TableQuery, WorkspaceName};
use monitoring_contract::{
    BillRequest, BoardId, BoardRequest, Breakdown, ConsumptionRequest, Day, ExploreRequest, OfWorkspace,
    Period, PodsOf, RankOf, RankingRequest, Subject, Window,
};
use resources_contract::{LogRequest, Target};
use serde_json::json;
use uuid::Uuid;
use workspaces_contract::{RightsQuery, RolePlace, WhoCanQuery};

const KINDS: [&str; 3] = ["configmaps", "deployments", "secrets"];

/// Every page that Leptos knows, filled in.
pub fn pages(place: &Place) -> Vec<Ask> {
    let mut asks = Vec::new();
    for page in PAGES.iter().map(AxumRouteListing::path).filter(|path| !path.contains("{*")) {
        for kind in ["deployments", "secrets"] {
            let filled = page
                .replace("{cluster}", "lantern")
                .replace("{namespace}", place.namespace)
                .replace("{workspace}", place.workspace)
                .replace("{id}", "none")
                .replace("{of}", "events");
            let filled = match page {
                "/people/{name}" => filled.replace("{name}", "zed"),
                "/settings/providers/new/{kind}" => filled.replace("{kind}", "github"),
                _ => filled.replace("{name}", "thing").replace("{kind}", kind),
            };
            asks.push(Ask::get(filled));
        }
    }
    asks
}

/// Addresses with questions in them, files, and what programs ask of clusters.
pub fn extras(place: &Place) -> Vec<Ask> {
    let Place { namespace, workspace, .. } = place;
    let mut asks: Vec<String> = vec![
        "/search?q=thing".into(),
        "/search?q=canary".into(),
        "/audit?text=canary".into(),
        "/audit/trail.csv".into(),
        "/audit/trail.json".into(),
        "/preferences".into(),
        "/clusters/lantern/monitoring/ranking.csv?of=namespaces".into(),
        "/clusters/lantern/monitoring/consumption.csv?period=week&by=projects".into(),
        "/clusters/lantern/monitoring/bill.csv?period=week".into(),
        format!("/clusters/lantern/monitoring/bill.csv?period=week&workspace={workspace}"),
        format!("/clusters/lantern/monitoring/consumption?period=week&by=workloads&project={namespace}"),
        format!("/clusters/lantern/monitoring/consumption?period=week&by=projects&workspace={workspace}"),
        "/clusters/lantern/logs/file?query=thing".into(),
        "/clusters/lantern/logs/file?of=events&query=thing".into(),
        format!("/clusters/lantern/pods/{namespace}/thing/file?path=/etc/hosts"),
        format!("/clusters/lantern/pods/{namespace}/thing/folder?path=/etc"),
        format!("/clusters/lantern/configmaps/{namespace}/thing/value?key=key"),
        format!("/clusters/lantern/secrets/{namespace}/thing/value?key=key"),
        format!("/rights?place=project/lantern/{namespace}"),
        format!("/requests/new?place=project/lantern/{namespace}"),
        format!("/requests/new?place=workspace/{workspace}"),
        format!("/rights?place=workspace/{workspace}&person=zed"),
        format!("/clusters/lantern/who-can?verb=get&resource=secrets&namespace={namespace}"),
        "/clusters/lantern/monitoring/rules/new?template=query".into(),
        "/clusters/lantern/monitoring/rules/built-in?past=TargetDown/warning".into(),
        "/clusters/lantern/monitoring/alerts/routing".into(),
        format!(
            "/clusters/lantern/monitoring/list-alerts/new?kind=secrets&search=thing&namespace={namespace}"
        ),
        format!("/clusters/lantern/monitoring/rules/{namespace}/thing?group=all&rule=0"),
        format!("/departments?workspace={workspace}"),
        format!("/clusters/lantern/recordings?namespace={namespace}"),
        format!("/notifications/new?place=project/lantern/{namespace}&channel=webhook"),
        format!("/notifications/{}", place.receiver()),
        format!("/notifications/mail?place=project/lantern/{namespace}"),
    ];
    for tab in ["departments", "members", "projects", "quotas", "roles", "settings"] {
        asks.push(format!("/workspaces/{workspace}?tab={tab}"));
    }
    for kind in KINDS {
        asks.push(format!("/clusters/lantern/{kind}?namespace={namespace}"));
        asks.push(format!("/clusters/lantern/{kind}.csv?namespace={namespace}"));
        for tab in ["yaml", "events", "timeline"] {
            asks.push(format!("/clusters/lantern/{kind}/{namespace}/thing?tab={tab}"));
        }
    }
    for path in [
        "api".to_owned(),
        "apis/apps/v1".into(),
        "openapi/v3".into(),
        "version".into(),
        "api/v1/namespaces".into(),
        "api/v1/pods".into(),
        "api/v1/secrets".into(),
        format!("api/v1/namespaces/{namespace}"),
        format!("api/v1/namespaces/{namespace}/pods"),
        format!("api/v1/namespaces/{namespace}/configmaps/thing"),
        format!("api/v1/namespaces/{namespace}/secrets"),
        format!("api/v1/namespaces/{namespace}/secrets/thing"),
        format!("apis/apps/v1/namespaces/{namespace}/deployments/thing"),
        format!("api/v1/namespaces/shop/..%2f{namespace}/secrets/thing"),
    ] {
        asks.push(format!("/kubernetes/lantern/{path}"));
    }
    asks.into_iter().map(Ask::get).collect()
}

/// Reading an object in every way in which values of a secret are not asked for.
pub fn without_values(name: &str, place: &Place) -> Vec<Ask> {
    let resource = object_named(name, "secrets", place);
    let page = model::link::object(&resource);
    let target = Target { resource: resource.clone(), uid: None };
    let mut asks = vec![
        Ask::get(page.clone()),
        Ask::json("resources/object", &json!({"resource": resource})),
        Ask::json("resources/manifest", &json!({"resource": resource, "reveal": false})),
        Ask::json("resources/data", &json!({"resource": resource, "reveal": false})),
        Ask::json("resources/preview-delete", &json!({"targets": [target]})),
    ];
    asks.extend(["data", "yaml", "events", "labels"].map(|tab| Ask::get(format!("{page}?tab={tab}"))));
    asks
}

/// Every function that reads.
pub fn functions(place: &Place) -> Vec<Ask> {
    let Place { namespace, workspace, .. } = place;
    let cluster: ClusterName = lantern();
    let window = Window::Last(3600);
    let board = |subject: Subject, board: BoardId| json!({"request": BoardRequest { subject, board, window, compare: None }});
    let member_places = [
        format!("project/lantern/{namespace}"),
        format!("workspace/{workspace}"),
        "cluster/lantern".to_owned(),
    ];
    let file = json!({"pod": object("pods", place), "container": null, "path": "/etc"});
    let registry =
        json!({"cluster": cluster, "namespace": namespace, "secret": null, "registry": "127.0.0.1:1"});
    let of_secret = json!({"cluster": cluster, "namespace": namespace, "secret": "thing", "registry": ""});
    let role_places =
        [json!(RolePlace::Platform), json!(RolePlace::Workspace(WorkspaceName::parse(workspace).unwrap()))];
    let mut asks = vec![
        Ask::json("account/read", &json!({})),
        Ask::json("clusters/attention", &json!({})),
        Ask::json("workloads/traffic", &json!({"resource": object("deployments", place)})),
        Ask::json(
            "workloads/traffic-of-draft",
            &json!({"cluster": cluster, "policy": {"metadata": {"namespace": namespace}, "spec": {"podSelector": {}}}}),
        ),
        Ask::json("clusters/components", &json!({"cluster": cluster})),
        Ask::json("clusters/fleet", &json!({})),
        Ask::json("clusters/navigation", &json!({"cluster": cluster})),
        Ask::json("clusters/overview", &json!({"cluster": cluster})),
        Ask::json("monitoring/alerts", &json!({"cluster": cluster})),
        Ask::json("monitoring/board", &board(Subject::Cluster(cluster.clone()), BoardId::Usage)),
        Ask::json(
            "monitoring/board",
            &board(Subject::Object(object("deployments", place)), BoardId::Workload),
        ),
        Ask::json(
            "monitoring/board",
            &board(
                Subject::Workspace(cluster.clone(), WorkspaceName::parse(workspace).unwrap()),
                BoardId::Applications,
            ),
        ),
        Ask::json("monitoring/firing", &json!({})),
        Ask::json("monitoring/soon", &json!({})),
        Ask::json("monitoring/budgets", &json!({})),
        Ask::json(
            "monitoring/labels",
            &json!({"cluster": cluster, "metric": "kube_pod_info", "label": "pod"}),
        ),
        Ask::json("monitoring/labels", &json!({"cluster": cluster, "metric": "kube_pod_info", "label": ""})),
        Ask::json("monitoring/fired", &json!({"cluster": cluster, "window": window})),
        Ask::json("monitoring/routing", &json!({"cluster": cluster})),
        Ask::json("monitoring/past-alerts", &json!({"object": object("deployments", place), "back": "Week"})),
        Ask::json("monitoring/dashboards", &json!({"cluster": cluster})),
        Ask::json("resources/deleted", &json!({"query": {"cluster": cluster, "search": ""}})),
        Ask::json(
            "recordings/list",
            &json!({"query": {
                "cluster": cluster, "namespace": namespace, "person": "", "from": "", "to": "", "before": "",
            }}),
        ),
        Ask::json("monitoring/silence-preview", &json!({"cluster": cluster, "matchers": "pod=~\".+\""})),
        Ask::json("monitoring/names", &json!({"cluster": cluster})),
        Ask::json("monitoring/rules", &json!({"cluster": cluster})),
        Ask::json("monitoring/built-in", &json!({"cluster": cluster})),
        Ask::json("monitoring/past-built-in", &json!({"cluster": cluster, "rule": "TargetDown/warning"})),
        Ask::json(
            "monitoring/preview-built-in",
            &json!({"fields": {"cluster": cluster, "namespace": namespace, "groups": ["nodes"], "twice": "true"}}),
        ),
        Ask::json("monitoring/list-alerts", &json!({"cluster": cluster})),
        Ask::json(
            "monitoring/rule",
            &json!({"place": {"cluster": cluster, "namespace": namespace, "object": "thing", "group": "all", "index": "0"}}),
        ),
        Ask::json(
            "monitoring/preview-rule",
            &json!({"fields": {"cluster": cluster, "namespace": namespace, "hold": "0s", "query": "up"}}),
        ),
        Ask::json("people/audit", &json!({"query": {}})),
        Ask::json("people/late-changes", &json!({})),
        Ask::json("people/changes-of", &json!({"resource": object("deployments", place)})),
        Ask::json("people/list", &json!({"query": {}})),
        Ask::json("people/read", &json!({"name": "zed"})),
        Ask::json("platform/settings", &json!({})),
        Ask::json("providers/draft", &json!({"kind": providers_contract::Kind::GitHub})),
        Ask::json("notifications/receivers", &json!({})),
        Ask::json("notifications/receiver", &json!({"id": place.receiver()})),
        Ask::json("notifications/hearing", &json!({"id": place.receiver()})),
        Ask::json("notifications/mail-servers", &json!({})),
        Ask::json("notifications/mail-server", &json!({"place": format!("project/lantern/{namespace}")})),
        Ask::json(
            "notifications/preview-template",
            &json!({"fields": {"id": place.receiver(), "subject": "{{ cluster }}"}}),
        ),
        Ask::json("providers/list", &json!({})),
        Ask::json("providers/read", &json!({"id": "none"})),
        Ask::json("resources/data", &json!({"resource": object("configmaps", place), "reveal": false})),
        Ask::json("resources/data", &json!({"resource": object("secrets", place), "reveal": true})),
        Ask::json("resources/used-by", &json!({"resource": object("configmaps", place)})),
        Ask::json("resources/environment", &json!({"resource": object("deployments", place)})),
        Ask::json("resources/pod-use", &json!({"resource": object("deployments", place)})),
        Ask::json("resources/history", &json!({"resource": object("deployments", place)})),
        Ask::json("resources/history", &json!({"resource": object("secrets", place)})),
        Ask::json("resources/history", &json!({"resource": object_named(namespace, "namespaces", place)})),
        Ask::json("resources/job", &json!({"id": "none"})),
        Ask::json("resources/preview", &json!({"change": planted(place)})),
        Ask::json("resources/schema", &json!({"cluster": cluster, "kind": "deployments"})),
        Ask::json("resources/search", &json!({"text": "thing"})),
        Ask::json("sign_in/invitation", &json!({"token": "none"})),
        Ask::json("sign_in/link", &json!({"token": "none"})),
        Ask::json("sign_in/me", &json!({})),
        Ask::json("sign_in/newcomer", &json!({})),
        Ask::json("sign_in/ways", &json!({})),
        Ask::json("records/past-events", &json!({"object": object_named(namespace, "namespaces", place)})),
        Ask::json("records/past-events", &json!({"object": object("pods", place)})),
        Ask::json("records/saved", &json!({"cluster": cluster})),
        Ask::json("records/find-saved", &json!({"words": "canary"})),
        Ask::json("records/audiences", &json!({"cluster": cluster})),
        // Whoever may search may keep what they look for: nobody else finds it.
        saving(namespace, ""),
        Ask::json("records/around", &json!({"request": {"cluster": cluster, "id": "none", "lines": 1}})),
        Ask::json("workloads/file", &json!({"place": file})),
        Ask::json("workloads/open-ports", &json!({"resource": object("deployments", place)})),
        Ask::json("workloads/ports", &json!({"resource": object("deployments", place), "asked": "80"})),
        Ask::json("workloads/claim-source", &json!({"source": object("persistentvolumeclaims", place)})),
        Ask::json("workloads/fit", &json!({"cluster": cluster, "spec": {}})),
        Ask::json("workloads/node-labels", &json!({"cluster": cluster})),
        Ask::json("workloads/address-pools", &json!({"cluster": cluster})),
        Ask::json("workloads/folder", &json!({"place": file})),
        // Nobody is dialled who is inside.
        Ask::json("workloads/images", &json!({"source": registry, "words": "thing"})),
        Ask::json("workloads/images", &json!({"source": of_secret, "words": "thing"})),
        Ask::json(
            "workloads/image-tags",
            &json!({"source": registry, "image": "127.0.0.1:1/thing", "words": ""}),
        ),
        Ask::json(
            "workloads/log-receiver",
            &json!({"receiver": object("outputs.fluentbit.fluent.io", place)}),
        ),
        Ask::json("workloads/kind-schema", &json!({"cluster": cluster, "kind": "deployments"})),
        Ask::json("workloads/limits", &json!({"cluster": cluster, "namespace": namespace})),
        Ask::json("workloads/next-runs", &json!({"schedule": "0 * * * *", "time_zone": ""})),
        Ask::json("workloads/pair", &json!({"certificate": "none", "key": "none"})),
        Ask::json("workloads/pod-security", &json!({"cluster": cluster, "namespace": namespace})),
        Ask::json("workloads/quota", &json!({"cluster": cluster, "namespace": namespace})),
        Ask::json("workloads/scalable", &json!({"cluster": cluster})),
        Ask::json("workloads/yaml", &json!({"text": "a: b"})),
        Ask::json("workspaces/free-namespaces", &json!({"workspace": workspace})),
        Ask::json("workspaces/list", &json!({})),
        Ask::json("workspaces/quotas", &json!({"workspace": workspace})),
        Ask::json("workspaces/read", &json!({"name": workspace})),
        Ask::json("workspaces/requests", &json!({})),
        Ask::json("workspaces/requests-to-decide", &json!({})),
        Ask::json("workspaces/standings", &json!({"workspace": workspace})),
        // Everybody may ask, and learns nothing by it.
        Ask::form(
            "workspaces/ask-for-role",
            &[
                ("fields[place]", &format!("project/lantern/{namespace}")),
                ("fields[role]", "project-viewer"),
                ("fields[reason]", "planted"),
                ("fields[hours]", "8"),
            ],
        ),
    ];
    for of in ["Logs", "Events", "Audit"] {
        let request =
            json!({"cluster": cluster, "of": of, "query": "thing", "window": window, "before": null});
        asks.push(Ask::json("records/search", &json!({"request": request})));
        let request = json!({"cluster": cluster, "of": of, "query": "thing", "since_ms": null});
        asks.push(Ask::json("records/tail", &json!({"request": request})));
    }
    let explore = ExploreRequest::one(cluster.clone(), "up", window);
    asks.push(Ask::json("monitoring/explore", &json!({"request": explore})));
    for of in [RankOf::Workspaces, RankOf::Namespaces, RankOf::Pods, RankOf::Workloads] {
        for workspace in [None, WorkspaceName::parse(place.workspace).ok()] {
            let (cluster, search) = (cluster.clone(), String::new());
            let request = RankingRequest { cluster, of, search, workspace, sort: None };
            asks.push(Ask::json("monitoring/ranking", &json!({"request": request})));
        }
    }
    let today = Day(i64::from(u32::MAX));
    for by in [
        Breakdown::Workspaces,
        Breakdown::Projects(OfWorkspace::Any),
        Breakdown::Nodes,
        Breakdown::Workloads(Namespace::parse(namespace).unwrap()),
        Breakdown::Pods(Namespace::parse(namespace).unwrap(), PodsOf::Nothing),
    ] {
        // Days to come cost the cluster nothing; the pages above ask for days that were measured.
        let period = Period::Days(today, today);
        let request = ConsumptionRequest { cluster: cluster.clone(), period, by, sort: None };
        asks.push(Ask::json("monitoring/consumption", &json!({"request": request})));
    }
    for workspace in [None, Some(WorkspaceName::parse(workspace).unwrap())] {
        let request = BillRequest { period: Period::Days(today, today), workspace };
        asks.push(Ask::json("monitoring/bill", &json!({"request": request})));
    }
    for of in ["cluster".to_owned(), format!("workspace/{workspace}"), format!("project/{namespace}")] {
        let request = json!({"cluster": cluster, "of": of});
        asks.push(Ask::json("monitoring/budget", &json!({"request": request})));
    }
    for kind in KINDS {
        let resource = object(kind, place);
        asks.push(Ask::json("resources/object", &json!({"resource": resource})));
        for reveal in [false, true] {
            asks.push(Ask::json("resources/manifest", &json!({"resource": resource, "reveal": reveal})));
        }
        asks.push(Ask::json("resources/preview-delete", &json!({"targets": [target(kind, place)]})));
        let labels = json!({"SetMetadata": {"labels": {"tried": "out"}, "annotations": {}}});
        let trial = json!({"targets": [target(kind, place)], "action": labels});
        asks.push(Ask::json("resources/preview-act", &trial));
        let mut query = TableQuery::of(cluster.clone(), KindSlug::parse(kind).unwrap());
        asks.push(Ask::json("resources/table", &json!({"query": query})));
        asks.push(Ask::json("monitoring/plan-list-alert", &json!({"query": query})));
        query.namespaces = vec![Namespace::parse(namespace).unwrap()];
        asks.push(Ask::json("resources/table", &json!({"query": query})));
        asks.push(Ask::json("monitoring/plan-list-alert", &json!({"query": query})));
    }
    let log = LogRequest {
        of: object("deployments", place),
        pod: None,
        containers: Default::default(),
        previous: false,
        tail: 10,
        since_seconds: None,
        around_nanoseconds: None,
    };
    asks.push(Ask::json("resources/log", &json!({"request": log})));
    for member_place in member_places {
        asks.push(Ask::json("workspaces/members", &json!({"place": member_place})));
        let form = json!({"query": {"place": member_place, "namespace": ""}});
        asks.push(Ask::json("workspaces/request-form", &form));
        let query =
            RightsQuery { person: "zed".into(), place: member_place.clone(), namespace: String::new() };
        asks.push(Ask::json("workspaces/rights", &json!({"query": query})));
        let query = RightsQuery { place: member_place, ..RightsQuery::default() };
        asks.push(Ask::json("workspaces/rights", &json!({"query": query})));
    }
    for role_place in role_places {
        asks.push(Ask::json("workspaces/departments", &json!({"place": role_place, "chosen": null})));
        asks.push(Ask::json("workspaces/roles", &json!({"place": role_place})));
    }
    let query = WhoCanQuery {
        verb: "get".into(),
        resource: "secrets".into(),
        namespace: (*namespace).into(),
        name: String::new(),
    };
    asks.push(Ask::json("workspaces/who-can", &json!({"cluster": cluster, "query": query})));
    asks
}

/// Looking at a dashboard in every way, its file too.
pub fn of_dashboard(id: Uuid) -> Vec<Ask> {
    let cluster: ClusterName = lantern();
    let id = id.to_string();
    let request = json!({
        "cluster": cluster, "id": id, "window": Window::Last(3600), "compare": null, "chosen": [["namespace", "bank"]],
    });
    let page = model::link::dashboard(&cluster, &id);
    vec![
        Ask::json("monitoring/dashboard", &json!({"request": request})),
        Ask::json("monitoring/dashboard-plan", &json!({"cluster": cluster, "id": id})),
        Ask::json("monitoring/embeds", &json!({"cluster": cluster, "id": id})),
        Ask::get(format!("{page}/embed")),
        Ask::get(format!("{page}/edit")),
        Ask::get(format!("{page}/edit?panel=0")),
        Ask::get(format!("{page}/file")),
        Ask::get(page),
    ]
}

/// Looking at an alert on a list in every way.
pub fn of_list_alert(id: Uuid) -> Vec<Ask> {
    let cluster: ClusterName = lantern();
    let id = id.to_string();
    vec![
        Ask::json("monitoring/list-alert", &json!({"cluster": cluster, "id": id})),
        Ask::get(model::link::list_alert(&cluster, &id)),
    ]
}

/// Seeing what a terminal showed in every way.
pub fn of_recording(id: Uuid) -> Vec<Ask> {
    let cluster: ClusterName = lantern();
    let id = id.to_string();
    let page = model::link::recording(&cluster, &id);
    vec![
        Ask::json("recordings/read", &json!({"cluster": cluster, "id": id})),
        Ask::json("recordings/transcript", &json!({"cluster": cluster, "id": id})),
        Ask::get(format!("{page}?as=text")),
        Ask::get(format!("{page}/file")),
        Ask::get(page),
    ]
}
