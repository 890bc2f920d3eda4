//! Which nodes a pod needs, and from where it takes its address.

use super::*;

const EXPRESSIONS: &str = "spec/template/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/\
    nodeSelectorTerms/0/matchExpressions";

#[component]
fn Needs() -> impl IntoView {
    let mut beginning = till();
    let required = json!({"nodeSelectorTerms": [{"matchExpressions": [
        {"key": "zone", "operator": "In", "values": ["east", "west"]}, {"key": "gpu", "operator": "Exists"},
    ]}]});
    let affinity = json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}});
    beginning.draft.set(beginning.form, 0, "spec/template/spec/affinity", Some(affinity));
    step_of(beginning, "placement")
}

#[component]
fn Pooled() -> impl IntoView {
    let mut beginning = till();
    let place = "spec/template/metadata/annotations/cni.projectcalico.org~1ipv4pools";
    beginning.draft.set(beginning.form, 0, place, Some(json!(r#"["office","lab"]"#)));
    step_of(beginning, "rollout")
}

#[component]
fn Unpooled() -> impl IntoView {
    step_of(till(), "rollout")
}

async fn render(address: &str) -> String {
    rendering::render(address, || {
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/needs") view=Needs/>
                    <Route path=path!("/pooled") view=Pooled/>
                    <Route path=path!("/unpooled") view=Unpooled/>
                </Routes>
            </Router>
        }
    })
    .await
}

#[tokio::test]
async fn pools_of_addresses_are_lines_and_asked_for_only_where_there_are_some() {
    let (pooled, unpooled) = (render("/pooled").await, render("/unpooled").await);

    assert!(pooled.contains("Address pools of Calico") && pooled.contains("office\nlab"), "{pooled}");
    assert!(!unpooled.contains("Address pools of Calico"), "{unpooled}");
}

#[tokio::test]
async fn what_hangs_on_a_choice_is_not_asked_for_before_anything_is_chosen() {
    let html = render("/needs").await;

    assert!(html.contains("seccompProfile/type"), "{html}");
    assert!(!html.contains("seccompProfile/localhostProfile"), "{html}");
}

#[tokio::test]
async fn a_label_of_nodes_has_suggestions_and_only_an_operator_that_compares_has_values() {
    let html = render("/needs").await;

    let (list, values) = (format!("list=\"0/{EXPRESSIONS}/0/key-labels\""), "name=\"0/");
    assert!(html.contains(&list) && html.contains("value=\"zone\""), "{html}");
    let has_values = |index: u32| html.contains(&format!("{values}{EXPRESSIONS}/{index}/values\""));
    assert!(has_values(0) && !has_values(1), "{html}");
    assert!(html.contains("east\nwest"), "{html}");
}
