//! Forms of kinds that nobody wrote one for, rendered as the server does: what stands around them, for the form itself is
//! made in the browser.

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{ClusterName, ConsoleError, FieldProblem, KindSlug, Namespace, PodSecurityLevel, ResourceRef};
use serde_json::{Value, json};
use std::sync::Arc;
use workloads_contract::{ClaimSource, KindSchema, LimitLine, NextRuns, Quota, Scalable, Wizards};
use workloads_pages::NewFormPage;

#[derive(Clone)]
struct Fake {
    schema: Result<KindSchema, ConsoleError>,
    source: Result<ClaimSource, ConsoleError>,
}

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
        self.schema.clone()
    }

    async fn limits(&self, _: ClusterName, _: Namespace) -> Result<Vec<LimitLine>, ConsoleError> {
        Ok(Vec::new())
    }

    async fn pod_security(
        &self,
        _: ClusterName,
        _: Namespace,
    ) -> Result<Option<PodSecurityLevel>, ConsoleError> {
        Ok(None)
    }

    async fn claim_source(&self, source: ResourceRef) -> Result<ClaimSource, ConsoleError> {
        assert_eq!(source.to_string(), "persistentvolumeclaims/shop/data", "what the address names");
        self.source.clone()
    }

    async fn scalable(&self, _: ClusterName) -> Result<Vec<Scalable>, ConsoleError> {
        Ok(Vec::new())
    }

    async fn quota(&self, _: ClusterName, _: Namespace) -> Result<Quota, ConsoleError> {
        Ok(Quota::default())
    }

    async fn pair(&self, _: String, _: String) -> Result<Vec<FieldProblem>, ConsoleError> {
        Ok(Vec::new())
    }

    async fn next_runs(&self, _: String, _: String) -> Result<NextRuns, ConsoleError> {
        Ok(NextRuns::At(Vec::new()))
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

async fn render(kind: &str, schema: Result<KindSchema, ConsoleError>) -> String {
    let source = Err(ConsoleError::missing("a source"));
    render_with(&format!("/clusters/harbour/new/{kind}?namespace=shop"), Fake { schema, source }).await
}

/// The form of a copy of the claim `data`.
async fn render_copy(source: Result<ClaimSource, ConsoleError>) -> String {
    let schema = Err(ConsoleError::missing("a schema"));
    let filled = "fill.spec%2FdataSource%2Fkind=PersistentVolumeClaim&fill.spec%2FdataSource%2Fname=data";
    let address = format!("/clusters/harbour/new/persistentvolumeclaims?namespace=shop&{filled}");
    render_with(&address, Fake { schema, source }).await
}

async fn render_with(address: &str, fake: Fake) -> String {
    rendering::render(address, || {
        provide_context::<Arc<dyn Wizards>>(Arc::new(fake));
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
    let error = ConsoleError::missing("kilns.pots.example");

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
    let error = ConsoleError::missing("");

    let html = render("configmaps", Err(error)).await;

    assert!(html.contains("New config map") && html.contains("form-steps"), "{html}");
    let without_scripts = html.split("<noscript>").nth(1).unwrap_or_default();
    let by_hand = "/clusters/harbour/create?kind=configmaps&amp;namespace=shop";
    assert!(without_scripts.contains(by_hand), "{html}");
}

#[tokio::test]
async fn a_copy_of_a_claim_opens_with_what_the_claim_has() {
    let source = ClaimSource {
        name: Some("data-copy".into()),
        storage: Some("20Gi".into()),
        storage_class: Some("fast".into()),
        access_modes: vec!["ReadWriteMany".into(), "ReadOnlyMany".into()],
        volume_mode: None,
    };

    let html = render_copy(Ok(source)).await;

    assert_eq!(html.matches("form-steps").count(), 1, "one form: {html}");
    for line in
        ["name: data-copy", "storage: 20Gi", "storageClassName: fast", "- ReadOnlyMany", "name: data\n"]
    {
        assert!(html.contains(line), "{line}: {html}");
    }
    assert!(!html.contains("10Gi"), "nothing is made up: {html}");
}

#[tokio::test]
async fn a_copy_of_what_cannot_be_read_says_why() {
    let html = render_copy(Err(ConsoleError::missing("persistentvolumeclaims/shop/data"))).await;

    assert!(html.contains("persistentvolumeclaims/shop/data") && !html.contains("form-steps"), "{html}");
}
