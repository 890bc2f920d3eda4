//! Forms of kinds that nobody wrote one for, rendered as the server does: what stands around them, for the form itself is
//! made in the browser.

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{ClusterName, ConsoleError, FieldProblem, KindSlug, Namespace};
use serde_json::{Value, json};
use std::sync::Arc;
use workloads_contract::{KindSchema, Quota, Wizards};
use workloads_pages::NewFormPage;

#[derive(Clone)]
struct Fake(Result<KindSchema, ConsoleError>);

#[async_trait]
impl Wizards for Fake {
    async fn yaml(&self, _: String) -> Result<Vec<Value>, ConsoleError> {
        Ok(Vec::new())
    }

    async fn kind_schema(&self, _: ClusterName, kind: KindSlug) -> Result<KindSchema, ConsoleError> {
        let asked = ["kilns.pots.example", "tcproutes.gateway.networking.k8s.io"];
        assert!(
            asked.contains(&kind.as_str()),
            "only kinds without a form, or of several versions, are asked for"
        );
        self.0.clone()
    }

    async fn quota(&self, _: ClusterName, _: Namespace) -> Result<Quota, ConsoleError> {
        Ok(Quota::default())
    }

    async fn pair(&self, _: String, _: String) -> Result<Vec<FieldProblem>, ConsoleError> {
        Ok(Vec::new())
    }
}

fn kiln(spec: &Value) -> KindSchema {
    KindSchema {
        api_version: "pots.example/v1".into(),
        kind: "Kiln".into(),
        namespaced: true,
        schema: json!({"properties": {"spec": spec}}),
    }
}

async fn render(kind: &str, answer: Result<KindSchema, ConsoleError>) -> String {
    rendering::render(&format!("/clusters/harbour/new/{kind}?namespace=shop"), || {
        provide_context::<Arc<dyn Wizards>>(Arc::new(Fake(answer)));
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/clusters/:cluster/new/:kind") view=NewFormPage/>
                </Routes>
            </Router>
        }
    })
    .await
}

#[tokio::test]
async fn the_server_draws_what_stands_around_a_form_that_the_browser_makes() {
    let spec = json!({"type": "object", "properties": {"fuel": {"type": "string"}}});

    let html = render("kilns.pots.example", Ok(kiln(&spec))).await;

    assert!(html.contains("New Kiln"), "{html}");
    assert!(html.contains("/clusters/harbour/create?kind=kilns.pots.example&amp;namespace=shop"), "{html}");
    assert!(html.contains("<noscript>") && html.contains("needs-scripts"), "{html}");
    assert!(!html.contains("form-steps"), "{html}");
}

#[tokio::test]
async fn where_a_schema_says_nothing_the_page_says_so_and_leads_to_yaml() {
    let free = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});

    let html = render("kilns.pots.example", Ok(kiln(&free))).await;

    assert!(html.contains("The cluster says nothing of the fields of a Kiln"), "{html}");
    assert!(!html.contains("needs-scripts"), "{html}");
}

#[tokio::test]
async fn a_kind_that_is_not_served_is_not_found() {
    let error = ConsoleError::NotFound { what: "kilns.pots.example".into() };

    let html = render("kilns.pots.example", Err(error)).await;

    assert!(html.contains("kilns.pots.example") && !html.contains("New Kiln"), "{html}");
}

#[tokio::test]
async fn a_kind_of_several_versions_begins_with_the_one_that_the_cluster_serves() {
    let served = KindSchema {
        api_version: "gateway.networking.k8s.io/v1alpha2".into(),
        kind: "TCPRoute".into(),
        namespaced: true,
        schema: Value::Null,
    };

    let html = render("tcproutes.gateway.networking.k8s.io", Ok(served)).await;

    assert!(html.contains("New TCP route") && html.contains("form-steps"), "{html}");
    assert!(html.contains("apiVersion: gateway.networking.k8s.io/v1alpha2\nkind: TCPRoute"), "{html}");
}

#[tokio::test]
async fn a_kind_with_a_form_of_its_own_is_drawn_at_once() {
    let error = ConsoleError::NotFound { what: String::new() };

    let html = render("configmaps", Err(error)).await;

    assert!(html.contains("New config map") && html.contains("form-steps"), "{html}");
    let without_scripts = html.split("<noscript>").nth(1).unwrap_or_default();
    let by_hand = "/clusters/harbour/create?kind=configmaps&amp;namespace=shop";
    assert!(without_scripts.contains(by_hand), "{html}");
}
