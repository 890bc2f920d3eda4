//! The API for programs, as far as requests and answers go; with kubectl itself it is tested where the console is served.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod support;

use bytes::Bytes;
use database::audit::Outcome;
use futures::StreamExt;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use kubernetes::{ApiAnswer, ApiRequest, ForCaller};
use serde_json::{Value, json};
use std::time::Duration;
use support::plain::{Plain, Said};
use support::{Stage, administrator_by, eventually, harbour, member_by};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Far longer than anything here takes.
const LONG: Duration = Duration::from_secs(60);

fn asking(method: &str, address: &str) -> ApiRequest {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    ApiRequest {
        method: Method::from_bytes(method.as_bytes()).unwrap(),
        path: path.into(),
        query: query.into(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
        upgrade: None,
        stop: CancellationToken::new(),
    }
}

fn with(mut request: ApiRequest, headers: &[(&'static str, &str)]) -> ApiRequest {
    for (name, value) in headers {
        request.headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    }
    request
}

fn sending(method: &str, address: &str, form: &str, body: &Value) -> ApiRequest {
    let request = with(asking(method, address), &[("content-type", form)]);
    ApiRequest { body: body.to_string().into(), ..request }
}

async fn code(caller: &ForCaller, request: ApiRequest) -> u16 {
    caller.api(&harbour(), request).await.status().as_u16()
}

async fn read(answer: ApiAnswer) -> (u16, Value) {
    let status = answer.status().as_u16();
    let pieces: Vec<_> = timeout(LONG, answer.into_body().collect()).await.unwrap();
    let bytes: Vec<u8> = pieces.into_iter().flat_map(|piece| piece.unwrap().to_vec()).collect();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

async fn get(caller: &ForCaller, address: &str) -> (u16, Value) {
    read(caller.api(&harbour(), asking("GET", address)).await).await
}

fn names(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().unwrap();
    items.iter().map(|item| item["metadata"]["name"].as_str().unwrap()).collect()
}

/// An API server that answers everything in one way, and an administrator who asks it.
async fn plainly(said: Said) -> (Plain, ForCaller) {
    let server = Plain::new(move |_, _| said.clone()).await;
    let caller = administrator_by(server.config()).await;
    (server, caller)
}

#[tokio::test]
async fn a_cluster_hears_only_what_the_console_says() {
    let (server, caller) = plainly(Said::json(&json!({}))).await;
    let request = with(
        asking("GET", "/api/v1/namespaces/shop/pods?limit=5"),
        &[
            ("authorization", "Bearer orrery_secret"),
            ("cookie", "orrery=secret"),
            ("x-forwarded-for", "192.0.2.1"),
            ("connection", "close, impersonate-user"),
            ("kubectl-command", "kubectl get"),
            ("audit-id", "forged"),
            ("accept", "text/html, application/json"),
            ("user-agent", "kubectl"),
        ],
    );

    assert_eq!(code(&caller, request).await, 200);

    let heads = server.asked_for_somebody();
    let head = heads[0].to_lowercase();
    let lines: Vec<&str> = head.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(lines[0], "get /api/v1/namespaces/shop/pods?limit=5 http/1.1");
    let mut headers: Vec<&str> = lines[1..].iter().filter_map(|line| line.split(':').next()).collect();
    headers.sort_unstable();
    headers.dedup();
    assert_eq!(
        headers,
        ["accept", "audit-id", "host", "impersonate-group", "impersonate-user", "user-agent"]
    );
    assert_eq!(lines.iter().filter(|line| line.starts_with("impersonate-user:")).count(), 1, "{head}");
    assert!(!head.contains("secret") && head.contains("impersonate-user: orrery:u:"), "{head}");
    assert!(!head.contains("forged"), "a program chose the name of its entry in the audit log: {head}");
    assert!(head.contains("accept: application/json\r"), "{head}");
}

/// How long a refusal takes says nothing about what it is for: the same is done for what exists and for what does not.
#[tokio::test]
async fn a_cluster_is_never_asked_for_what_somebody_may_not_see() {
    // Here everything exists.
    let server = Plain::new(|_, _| Said::json(&json!({}))).await;
    let bob = member_by(server.config(), "shop").await;

    for path in [
        "/api/v1/namespaces/bank",
        "/api/v1/namespaces/bank/pods",
        "/api/v1/namespaces/bank/pods/vault-0",
        "/api/v1/namespaces/bank/pods/vault-0/log",
        "/api/v1/namespaces/bank/secrets/keys",
        "/apis/apps/v1/namespaces/bank/deployments/vault",
    ] {
        for method in ["GET", "DELETE"] {
            assert!(code(&bob, asking(method, path)).await >= 400, "{method} {path}");
        }
    }
    assert_eq!(server.asked_for_somebody(), Vec::<String>::new());

    let own = code(&bob, asking("GET", "/api/v1/namespaces/shop/pods/web-0")).await;
    assert_eq!(server.asked_for_somebody().len(), 1, "it was answered {own}");
}

#[tokio::test]
async fn who_says_that_they_are_somebody_else_is_not_heard_at_all() {
    let (server, caller) = plainly(Said::json(&json!({}))).await;
    for name in
        ["impersonate-user", "impersonate-group", "impersonate-extra-x", "impersonate_user", "x-remote-user"]
    {
        let request = with(asking("GET", "/api/v1/namespaces/shop/pods"), &[(name, "system:admin")]);
        assert_eq!(code(&caller, request).await, 400, "{name}");
    }
    assert_eq!(server.asked_for_somebody(), Vec::<String>::new());
}

#[tokio::test]
async fn no_path_leads_elsewhere() {
    let (server, caller) = plainly(Said::json(&json!({}))).await;
    for path in [
        "/api/v1/namespaces/shop/../bank/secrets",
        "/api/v1/namespaces/shop/%2e%2e/bank/secrets",
        "/api/v1/namespaces/shop%2fsecrets",
        "/api/v1/namespaces/shop/pods/..%2f..%2fbank%2fsecrets%2fdb",
        "/api/v1/namespaces/shop/pods/%252e%252e",
        "//api/v1/pods",
        "/api/v1/nodes/n1/proxy/run/shop/web-0/main",
        "/api/v1/namespaces/shop/services/web/proxy/admin",
        "/api/v1/watch/secrets",
        "/metrics",
        "/debug/pprof/profile",
    ] {
        assert!(matches!(code(&caller, asking("GET", path)).await, 400 | 403 | 404), "{path}");
    }
    for address in
        ["/api/v1/pods?watch=false&watch=true", "/api/v1/pods?path=/exec", "/api/v1/pods?watch=yes"]
    {
        assert_eq!(code(&caller, asking("GET", address)).await, 400, "{address}");
    }
    assert_eq!(server.asked_for_somebody(), Vec::<String>::new());
}

#[tokio::test]
async fn only_shells_and_ports_switch_to_another_protocol() {
    let (server, caller) = plainly(Said::json(&json!({}))).await;
    let socket = [
        ("connection", "Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-protocol", "v5.channel.k8s.io"),
    ];
    for path in
        ["/api/v1/namespaces/shop/pods", "/api/v1/namespaces/shop/pods/web-0/log", "/version", "/apis"]
    {
        assert!(matches!(code(&caller, with(asking("GET", path), &socket)).await, 400 | 405), "{path}");
    }
    let shell = "/api/v1/namespaces/shop/pods/web-0/exec?command=sh";
    assert_eq!(code(&caller, asking("GET", shell)).await, 400, "without a switch it would run all the same");
    let h2c = with(asking("GET", shell), &[("upgrade", "h2c"), ("http2-settings", "AAMAAABkAAQAAP__")]);
    assert_eq!(code(&caller, h2c).await, 400);
    assert_eq!(server.asked_for_somebody(), Vec::<String>::new());

    // A cluster that answers a request for a switch with something else has not switched.
    assert_eq!(code(&caller, with(asking("GET", shell), &socket)).await, 200);
    assert_eq!(server.asked_for_somebody().len(), 1);
}

#[tokio::test]
async fn a_cluster_cannot_lead_its_readers_elsewhere_or_send_them_a_page() {
    let page = Said {
        headers: "content-type: text/html\r\nset-cookie: orrery=x\r\naccess-control-allow-origin: *\r\n",
        ..Said::code(200, "<script>1</script>")
    };
    let (_server, caller) = plainly(page).await;
    let answer = caller.api(&harbour(), asking("GET", "/api/v1/nodes")).await;
    assert_eq!(answer.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(answer.headers().len(), 1, "{:?}", answer.headers());

    let elsewhere = Said { headers: "location: http://127.0.0.1:1/\r\n", ..Said::code(302, "") };
    let (_server, caller) = plainly(elsewhere).await;
    let (status, said) = get(&caller, "/api/v1/nodes").await;
    assert_eq!((status, &said["kind"]), (503, &json!("Status")));

    // The console's credential is bad, not the reader's.
    let (_server, caller) = plainly(Said::code(401, "{}")).await;
    assert_eq!(get(&caller, "/api/v1/nodes").await.0, 503);
}

#[tokio::test]
async fn a_member_works_in_their_own_project_and_sees_no_other() {
    let stage = Stage::new().await;
    stage.add_pod("shop", "web-0");
    stage.add_pod("bank", "vault-0");
    let ada = stage.caller("project-editor", &["shop"]).await;

    let (status, pods) = get(&ada, "/api/v1/namespaces/shop/pods").await;
    assert_eq!((status, names(&pods)), (200, vec!["web-0"]));
    let (status, said) = get(&ada, "/api/v1/pods").await;
    assert_eq!(status, 403);
    assert!(said["message"].as_str().unwrap().ends_with("You may in shop: name one with -n."), "{said}");
    for path in [
        "/api/v1/namespaces/bank/pods",
        "/api/v1/namespaces/bank/pods/vault-0",
        "/api/v1/namespaces/bank",
        "/api/v1/namespaces/nowhere/pods",
        "/api/v1/nodes/n1/status",
    ] {
        let (status, said) = get(&ada, path).await;
        assert_eq!((status, &said["reason"]), (403, &json!("Forbidden")), "{path}");
        assert!(!said.to_string().contains("vault"), "{said}");
    }
    let (_, real) = get(&ada, "/api/v1/namespaces/bank/pods").await;
    let (_, none) = get(&ada, "/api/v1/namespaces/void/pods").await;
    assert_eq!(
        real.to_string().replace("bank", "void"),
        none.to_string(),
        "what exists is told from what does not"
    );

    let (status, own) = get(&ada, "/api/v1/namespaces").await;
    assert_eq!((status, names(&own)), (200, vec!["shop"]));
    assert_eq!(get(&ada, "/api/v1/namespaces?watch=true").await.0, 400);
    let table = with(
        asking("GET", "/api/v1/namespaces"),
        &[("accept", "application/json;as=Table;v=v1;g=meta.k8s.io")],
    );
    let (_, table) = read(ada.api(&harbour(), table).await).await;
    assert_eq!((&table["kind"], table["rows"].as_array().unwrap().len()), (&json!("Table"), 1), "{table}");
}

#[tokio::test]
async fn another_cluster_is_as_unknown_as_none() {
    let stage = Stage::new().await;
    let nobody = stage.caller("regular", &[]).await;

    let (status, said) = get(&nobody, "/api/v1/namespaces/shop/pods").await;
    let absent = model::ClusterName::parse("elsewhere").unwrap();
    let (other, none) = read(nobody.api(&absent, asking("GET", "/api/v1/namespaces/shop/pods")).await).await;

    assert_eq!((status, other), (404, 404));
    assert_eq!(said.to_string().replace("harbour", "elsewhere"), none.to_string());
}

#[tokio::test]
async fn changes_and_refusals_are_in_the_trail_with_their_outcome() {
    let stage = Stage::new().await;
    let ada = stage.caller("project-editor", &["shop"]).await;
    let pod = support::pod("shop", "web-9");
    let json = "application/json";

    let created = sending("POST", "/api/v1/namespaces/shop/pods", json, &pod);
    assert_eq!(code(&ada, created).await, 201);
    let again = sending("POST", "/api/v1/namespaces/shop/pods", json, &pod);
    let (status, said) = read(ada.api(&harbour(), again).await).await;
    assert_eq!((status, &said["reason"]), (409, &json!("AlreadyExists")), "the cluster's own words");
    let foreign = sending("POST", "/api/v1/namespaces/bank/pods", json, &support::pod("bank", "x"));
    assert_eq!(code(&ada, foreign).await, 403);

    let trail = stage.database.audit_trail(10).await.unwrap();
    let told: Vec<_> = trail
        .iter()
        .map(|entry| {
            let decision = &entry.decision;
            let outcome = entry.outcome.as_ref().map(|outcome| matches!(outcome, Outcome::Done));
            (decision.action.as_str(), decision.name.as_deref(), decision.is_allowed, outcome)
        })
        .collect();
    assert!(told.contains(&("api create", Some("web-9"), true, Some(true))), "{told:?}");
    assert!(told.contains(&("api create", Some("web-9"), true, Some(false))), "{told:?}");
    assert!(told.contains(&("api create", Some("x"), false, None)), "{told:?}");
    assert_eq!(told.len(), 3, "{told:?}");
}

#[tokio::test]
async fn values_of_secrets_are_only_for_who_may_read_them_and_are_in_the_trail() {
    let stage = Stage::new().await;
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db", "namespace": "shop"},
        "stringData": {"password": "canary"},
    });
    stage.cluster.create(secret).unwrap();
    let viewer = stage.caller("project-viewer", &["shop"]).await;
    for path in ["/api/v1/namespaces/shop/secrets", "/api/v1/namespaces/shop/secrets/db", "/api/v1/secrets"] {
        let (status, said) = get(&viewer, path).await;
        assert!(status == 403 && !said.to_string().contains("Y2FuYXJ5"), "{path}: {said}");
    }
    let editor = stage.caller("project-editor", &["shop"]).await;

    let (status, list) = get(&editor, "/api/v1/namespaces/shop/secrets").await;

    assert!(status == 200 && list.to_string().contains("Y2FuYXJ5"), "{list}");
    let trail = stage.database.audit_trail(1).await.unwrap();
    let decision = &trail[0].decision;
    assert_eq!(
        (decision.action.as_str(), decision.resource.as_str(), decision.is_allowed),
        ("api read", "secrets", true)
    );
}

#[tokio::test]
async fn events_end_with_the_right_and_say_so() {
    let stage = Stage::new().await;
    stage.add_pod("shop", "web-0");
    let (account, ada) = stage.account("project-viewer", &["shop"]).await;
    let watch = ada.api(&harbour(), asking("GET", "/api/v1/namespaces/shop/pods?watch=1")).await;
    assert_eq!(watch.status(), 200);
    let mut events = watch.into_body();
    let first = timeout(LONG, events.next()).await.unwrap().unwrap().unwrap();
    assert!(String::from_utf8_lossy(&first).contains("web-0"));

    stage.take(account, "shop").await;

    let rest: Vec<_> = timeout(LONG, events.collect()).await.unwrap();
    let last = rest.last().unwrap().as_ref().unwrap();
    let event: Value = serde_json::from_slice(last).unwrap();
    assert_eq!((&event["type"], &event["object"]["code"]), (&json!("ERROR"), &json!(403)), "{event}");
}

#[tokio::test]
async fn events_end_when_the_console_stops() {
    let stage = Stage::new().await;
    let ada = stage.caller("project-viewer", &["shop"]).await;
    let request = asking("GET", "/api/v1/namespaces/shop/pods?watch=1");
    let stop = request.stop.clone();
    let watch = ada.api(&harbour(), request).await;

    stop.cancel();

    let rest: Vec<_> = timeout(LONG, watch.into_body().collect()).await.unwrap();
    assert!(rest.iter().all(Result::is_ok), "who watches comes back by themselves: {rest:?}");
}

#[tokio::test]
async fn can_i_is_answered_with_what_the_console_decides() {
    let stage = Stage::new().await;
    let ada = stage.caller("project-editor", &["shop"]).await;
    let may = async |attributes: Value| {
        let review = json!({"spec": {"resourceAttributes": attributes}});
        let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        let request = sending("POST", path, "application/json", &review);
        let (status, answer) = read(ada.api(&harbour(), request).await).await;
        assert_eq!(status, 201, "{answer}");
        answer["status"]["allowed"].as_bool().unwrap()
    };

    assert!(
        may(json!({"verb": "create", "group": "apps", "resource": "deployments", "namespace": "shop"})).await
    );
    assert!(
        may(json!({"verb": "create", "resource": "pods", "subresource": "exec", "namespace": "shop"})).await
    );
    assert!(
        !may(json!({"verb": "create", "group": "apps", "resource": "deployments", "namespace": "bank"}))
            .await
    );
    assert!(!may(json!({"verb": "list", "resource": "pods"})).await, "not everywhere");
    assert!(!may(json!({"verb": "*", "resource": "*"})).await);
    assert!(!may(json!({"verb": "impersonate", "resource": "users"})).await);
}

#[tokio::test]
async fn a_body_in_an_unknown_form_goes_nowhere() {
    let (server, caller) = plainly(Said::json(&json!({}))).await;
    let form =
        sending("POST", "/api/v1/namespaces/shop/pods", "application/x-www-form-urlencoded", &json!({}));

    assert_eq!(code(&caller, form).await, 415);
    assert_eq!(server.asked_for_somebody(), Vec::<String>::new());
}

#[tokio::test]
async fn one_person_has_only_so_many_streams() {
    let stage = Stage::new().await;
    let ada = stage.caller("project-viewer", &["shop"]).await;
    let bob = stage.caller("project-viewer", &["shop"]).await;
    let watch = || asking("GET", "/api/v1/namespaces/shop/pods?watch=1");
    let mut open = Vec::new();
    for _ in 0..100 {
        open.push(ada.api(&harbour(), watch()).await);
    }
    assert!(open.iter().all(|answer| answer.status() == 200));

    assert_eq!(code(&ada, watch()).await, 429);
    assert_eq!(code(&bob, watch()).await, 200, "others are not counted with her");

    drop(open);
    eventually(|| code(&ada, watch()), |code| *code == 200).await;
}
