//! A form made from a schema, as it is drawn.

use super::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use serde_json::json;

fn kiln() -> KindSchema {
    let spec = json!({
        "type": "object", "description": "What is burnt, and how.", "required": ["fuel"],
        "properties": {
            "fuel": {"type": "string", "description": "What is burnt. Coal is not."},
            "degrees": {"type": "integer", "default": 900},
            "stirred": {"type": "boolean", "default": false},
            "glaze": {"type": "string", "enum": ["celadon", "tenmoku"], "default": "celadon"},
            "door": {"type": "object", "required": ["side"], "properties": {"side": {"type": "string"}}},
            "curve": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
        },
    });
    KindSchema {
        api_version: "pots.example/v1".into(),
        kind: "Kiln".into(),
        namespaced: true,
        schema: json!({"properties": {"spec": spec}}),
    }
}

#[component]
fn SecondStep() -> impl IntoView {
    let cluster = ClusterName::parse("harbour").expect("a good name");
    let form = kiln().form("kilns.pots.example");
    let beginning = Beginning::new(form, cluster, form.slug, "shop", Vec::new());
    section(Editing::of(beginning), 1)
}

#[component]
fn Whole() -> impl IntoView {
    let cluster = ClusterName::parse("harbour").expect("a good name");
    let form = kiln().form("kilns.pots.example");
    inside(Beginning::new(form, cluster, form.slug, "shop", Vec::new()))
}

async fn render(address: &str) -> String {
    rendering::render(address, || {
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/step") view=SecondStep/>
                    <Route path=path!("/whole") view=Whole/>
                </Routes>
            </Router>
        }
    })
    .await
}

#[tokio::test]
async fn fields_have_the_names_hints_and_defaults_of_their_kind() {
    let html = render("/step").await;

    for words in [
        "What is burnt, and how.",
        "fuel *",
        "What is burnt.",
        "What is burnt. Coal is not.",
        "placeholder=\"Default: 900\"",
        "Default: No",
        "Default: celadon",
        "Only in the YAML beside",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(!html.contains("field.") && !html.contains("section."), "no key of a text: {html}");
    assert!(
        html.contains("door") && !html.contains("side *"),
        "what is folded is drawn when it is opened: {html}"
    );
}

#[tokio::test]
async fn the_steps_are_the_metadata_and_the_spec_and_the_yaml_stands_beside() {
    let html = render("/whole").await;

    assert!(html.contains("Basics") && html.contains(">spec<"), "{html}");
    assert!(html.contains("apiVersion: pots.example/v1\nkind: Kiln"), "{html}");
}
