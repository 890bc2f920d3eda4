//! Which nodes a pod needs.

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

#[tokio::test]
async fn a_label_of_nodes_has_suggestions_and_only_an_operator_that_compares_has_values() {
    let html = rendering::render("/needs", || {
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/needs") view=Needs/>
                </Routes>
            </Router>
        }
    })
    .await;

    let (list, values) = (format!("list=\"0/{EXPRESSIONS}/0/key-labels\""), "name=\"0/");
    assert!(html.contains(&list) && html.contains("value=\"zone\""), "{html}");
    let has_values = |index: u32| html.contains(&format!("{values}{EXPRESSIONS}/{index}/values\""));
    assert!(has_values(0) && !has_values(1), "{html}");
    assert!(html.contains("east\nwest"), "{html}");
}
