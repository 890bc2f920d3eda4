//! Routes of the Gateway API.

use super::*;

/// A route with one of each filter that has something to show, and one that no form knows.
fn route(slug: &str) -> Beginning {
    let cluster = ClusterName::parse("harbour").expect("a good name");
    let form = forms::find(slug).expect("there is one");
    let mut beginning = Beginning::new(form, cluster, form.slug, "shop", Vec::new());
    let filters = json!([
        {"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "x-team", "value": "shop"}]}},
        {"type": "RequestRedirect", "requestRedirect": {
            "statusCode": 418, "path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/moved"},
        }},
        {"type": "ExternalAuth", "externalAuth": {"protocol": "GRPC"}},
    ]);
    let rule = json!({
        "matches": [{"queryParams": [{"name": "page", "value": "7"}], "method": {"service": "shop.Orders"}}],
        "filters": filters, "backendRefs": [{"name": "web", "port": 80, "weight": 9}],
        "timeouts": {"request": "1s", "backendRequest": "5s"},
    });
    beginning.draft.set(form, 0, "spec/rules", Some(json!([rule])));
    beginning
}

/// The rules of a route, after somebody tried to send it.
fn rules_of(slug: &str) -> AnyView {
    let beginning = route(slug);
    let step = beginning.form.sections.iter().position(|section| section.id == "routes");
    let editing = Editing::of(beginning);
    editing.shows_all.set(true);
    section(editing, step.expect("there is such a step"))
}

#[component]
fn Http() -> impl IntoView {
    rules_of("httproutes.gateway.networking.k8s.io")
}

#[component]
fn Grpc() -> impl IntoView {
    rules_of("grpcroutes.gateway.networking.k8s.io")
}

#[component]
fn Tcp() -> impl IntoView {
    rules_of("tcproutes.gateway.networking.k8s.io")
}

async fn render(address: &str) -> String {
    rendering::render(address, || {
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/http") view=Http/>
                    <Route path=path!("/grpc") view=Grpc/>
                    <Route path=path!("/tcp") view=Tcp/>
                </Routes>
            </Router>
        }
    })
    .await
}

#[tokio::test]
async fn filters_are_shown_by_what_they_do_and_those_of_others_by_their_name() {
    let html = render("/http").await;

    for words in [
        "On the way",
        "Headers set",
        "value=\"x-team\"",
        "New beginning of the path",
        "value=\"/moved\"",
        "Query parameters",
        "value=\"page\"",
        "Time for each try",
        "value=\"ExternalAuth\"",
        "In proportion to the others of this rule",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(!html.contains("New path"), "the other way to replace a path is hidden: {html}");
    assert!(!html.contains("field.") && !html.contains("hint."), "no key of a text: {html}");
}

#[tokio::test]
async fn what_the_gateway_api_refuses_is_told_at_its_field() {
    let html = render("/http").await;

    for words in [
        "A rule that redirects goes to no service",
        "One of 301, 302, 303, 307, 308.",
        "Not longer than the time for an answer.",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(!html.contains("fault."), "no key of a text: {html}");
}

#[tokio::test]
async fn calls_are_matched_by_service_and_method_and_connections_by_nothing() {
    let grpc = render("/grpc").await;
    let tcp = render("/tcp").await;

    assert!(grpc.contains("gRPC service") && grpc.contains("value=\"shop.Orders\""), "{grpc}");
    assert!(!grpc.contains("Query parameters") && !grpc.contains("Time for each try"), "{grpc}");
    assert!(tcp.contains("Goes to") && tcp.contains("value=\"web\""), "{tcp}");
    assert!(!tcp.contains("On the way") && !tcp.contains(">Where<"), "{tcp}");
}
