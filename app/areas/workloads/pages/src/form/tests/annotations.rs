//! Annotations that programs of many clusters read.

use super::*;

/// The first step of an object of a kind that is annotated already.
fn annotated(slug: &str, annotations: Value) -> AnyView {
    let cluster = ClusterName::parse("harbour").expect("a good name");
    let form = forms::find(slug).expect("there is one");
    let mut beginning = Beginning::new(form, cluster, form.slug, "shop", Vec::new());
    beginning.draft.set(form, 0, "metadata/annotations", Some(annotations));
    step_of(beginning, "basics")
}

#[component]
fn Ingress() -> impl IntoView {
    annotated("ingresses", json!({"nginx.ingress.kubernetes.io/ssl-redirect": "false", "note": "x"}))
}

#[component]
fn Service() -> impl IntoView {
    annotated("services", json!({"metallb.io/address-pool": "office"}))
}

#[component]
fn ConfigMap() -> impl IntoView {
    annotated("configmaps", json!({"note": "x"}))
}

async fn render(address: &str) -> String {
    rendering::render(address, || {
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/ingress") view=Ingress/>
                    <Route path=path!("/service") view=Service/>
                    <Route path=path!("/config-map") view=ConfigMap/>
                </Routes>
            </Router>
        }
    })
    .await
}

#[tokio::test]
async fn what_the_kind_is_asked_for_is_suggested_and_what_is_known_is_explained() {
    let ingress = render("/ingress").await;
    let service = render("/service").await;

    assert!(ingress.contains("value=\"cert-manager.io/cluster-issuer\""), "{ingress}");
    assert!(ingress.contains("ingress-nginx: Whether http is sent to https"), "{ingress}");
    assert!(ingress.contains("value=\"true\""), "what its value may be: {ingress}");
    assert!(!ingress.contains("metallb.io"), "{ingress}");
    assert!(service.contains("MetalLB: Pool that the address is taken from"), "{service}");
    assert!(service.contains("qingcloud-load-balancer-eip-ids"), "{service}");
    // Labels are in the same step.
    assert_eq!(ingress.matches("-keys\">").count(), 1, "{ingress}");
}

#[tokio::test]
async fn where_nothing_is_known_nothing_is_suggested() {
    let html = render("/config-map").await;

    assert!(html.contains("Annotations") && !html.contains("-keys"), "{html}");
}
