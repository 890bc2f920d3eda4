//! Secrets of every type, accounts, config maps and time tables.

use super::*;

fn secret(kind: &str) -> Beginning {
    let mut beginning = begun("secrets");
    beginning.draft.set(beginning.form, 0, "type", Some(json!(kind)));
    beginning
}

fn begun(slug: &str) -> Beginning {
    let cluster = ClusterName::parse("harbour").expect("a good name");
    let form = forms::find(slug).expect("there is one");
    Beginning::new(form, cluster, form.slug, "shop", Vec::new())
}

#[component]
fn Own() -> impl IntoView {
    step_of(secret("example.com/licence"), "secret")
}

#[component]
fn Token() -> impl IntoView {
    step_of(secret("kubernetes.io/service-account-token"), "secret")
}

#[component]
fn Login() -> impl IntoView {
    step_of(secret("kubernetes.io/dockerconfigjson"), "secret")
}

#[component]
fn Account() -> impl IntoView {
    let mut beginning = begun("serviceaccounts");
    beginning.draft.set(beginning.form, 0, "imagePullSecrets", Some(json!([{"name": "registry"}])));
    step_of(beginning, "account")
}

#[component]
fn Picture() -> impl IntoView {
    let mut beginning = begun("configmaps");
    beginning.draft.set(beginning.form, 0, "binaryData", Some(json!({"logo.png": "iVBORw=="})));
    step_of(beginning, "data")
}

#[component]
fn Nightly() -> impl IntoView {
    let mut beginning = begun("cronjobs");
    beginning.draft.set(beginning.form, 0, "spec/schedule", Some(json!("0 0 * * *")));
    step_of(beginning, "schedule")
}

async fn render(address: &str) -> String {
    rendering::render(address, || {
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/own") view=Own/>
                    <Route path=path!("/token") view=Token/>
                    <Route path=path!("/login") view=Login/>
                    <Route path=path!("/account") view=Account/>
                    <Route path=path!("/picture") view=Picture/>
                    <Route path=path!("/nightly") view=Nightly/>
                </Routes>
            </Router>
        }
    })
    .await
}

#[tokio::test]
async fn a_type_of_somebody_has_a_line_and_keys_and_values() {
    let html = render("/own").await;

    assert!(html.contains("Another …") && html.contains("value=\"example.com/licence\""), "{html}");
    assert!(html.contains(">Data<"), "{html}");
    for kind in ["Opaque", "kubernetes.io/tls", "kubernetes.io/basic-auth", "kubernetes.io/ssh-auth"] {
        assert!(html.contains(kind), "{kind}: {html}");
    }
}

#[tokio::test]
async fn a_known_type_has_its_fields_and_no_line() {
    let token = render("/token").await;
    let login = render("/login").await;

    assert!(token.contains("Service account *") && token.contains("does not expire"), "{token}");
    assert!(!token.contains(">Data<") && !token.contains("example.com/licence"), "{token}");
    for words in [
        "Registry *",
        "User name",
        "type=\"password\"",
        "Mail address",
        "Test this login",
        "Fill in registry",
    ] {
        assert!(login.contains(words), "{words}: {login}");
    }
}

#[tokio::test]
async fn an_account_has_what_its_pods_get() {
    let html = render("/account").await;

    for words in ["Its token is put into pods", "Secrets for pulling images", "value=\"registry\""] {
        assert!(html.contains(words), "{words}: {html}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_text_is_told_by_its_size_and_no_field_holds_it() {
    let html = render("/picture").await;

    assert!(html.contains("logo.png") && html.contains("Remove logo.png"), "{html}");
    assert!(html.contains(">4 B<"), "{html}");
    assert!(!html.contains("value=\"iVBORw==\"") && !html.contains(">iVBORw=="), "{html}");
}

#[tokio::test]
async fn the_usual_time_table_that_is_chosen_is_pressed() {
    let html = render("/nightly").await;

    assert!(html.contains("value=\"0 0 * * *\""), "{html}");
    assert_eq!(html.matches("aria-pressed=\"true\"").count(), 1, "{html}");
    assert!(html.contains("Every midnight") && html.contains("Every Sunday"), "{html}");
}
