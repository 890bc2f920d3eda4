//! My own account, rendered as the server does.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use account_contract::{
    Account, AccountView, IdentityView, Kubectl, OpenPort, SessionView, SignInView, TokenView, Way,
};
use account_pages::AccountPage;
use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{ClusterName, ConsoleError, ResourceRef, SentForm, System, Timestamp};
use std::sync::Arc;
use workspaces_contract::{MemberPlace, Reach};

struct Fake(Result<AccountView, ConsoleError>);

#[async_trait]
impl Account for Fake {
    async fn read(&self) -> Result<AccountView, ConsoleError> {
        self.0.clone()
    }
}

async fn render(address: &str, answer: Result<AccountView, ConsoleError>) -> String {
    rendered(address, answer, None).await
}

/// The same, where a form was refused.
async fn rendered(
    address: &str,
    answer: Result<AccountView, ConsoleError>,
    sent: Option<SentForm>,
) -> String {
    rendering::render(address, || {
        provide_context::<Arc<dyn Account>>(Arc::new(Fake(answer)));
        if let Some(sent) = sent {
            provide_context(sent);
        }
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/account") view=AccountPage/>
                </Routes>
            </Router>
        }
    })
    .await
}

fn session(handle: &str, is_current: bool) -> SessionView {
    SessionView {
        handle: handle.into(),
        browser: "Firefox".into(),
        system: "Linux".into(),
        address: "192.0.2.7".into(),
        way: Way::Password,
        signed_in_at: Timestamp(1_795_407_600),
        seen_at: Timestamp(1_795_407_900),
        is_current,
        acting_as: (!is_current).then(|| "Ben".to_owned()),
    }
}

fn port(id: &str, address: Option<&str>) -> OpenPort {
    let resource = ResourceRef {
        cluster: "harbour".parse().unwrap(),
        kind: "services".parse().unwrap(),
        namespace: Some("shop".parse().unwrap()),
        name: "storefront".parse().unwrap(),
    };
    OpenPort {
        id: id.into(),
        resource,
        port: 80,
        pod: "storefront-0".parse().unwrap(),
        opened_at: Timestamp(1_795_407_600),
        until: Timestamp(1_795_418_400),
        address: address.map(str::to_owned),
    }
}

fn account() -> AccountView {
    AccountView {
        name: "Ada".into(),
        has_password: true,
        sessions: vec![session("here", true), session("elsewhere", false)],
        history: vec![SignInView {
            at: Timestamp(1_795_407_600),
            address: "203.0.113.9".into(),
            way: Way::Provider("Company".into()),
            reason: "wrong name or password".into(),
        }],
        ..AccountView::default()
    }
}

#[tokio::test]
async fn the_password_form_asks_for_the_old_one() {
    let html = render("/account", Ok(account())).await;

    assert!(
        html.contains("action=\"/account/password\"") && html.contains("name=\"old_password\""),
        "{html}"
    );
    let html = render("/account?problem=old-password", Ok(account())).await;
    assert!(html.contains("This is not your password."), "{html}");
}

#[tokio::test]
async fn without_a_password_there_is_no_form_but_a_reason() {
    let html = render("/account", Ok(AccountView { has_password: false, ..account() })).await;

    assert!(!html.contains("old_password") && html.contains("you sign in through a provider"), "{html}");
}

#[tokio::test]
async fn this_session_is_marked_and_the_others_can_be_ended() {
    let html = render("/account?tab=sessions", Ok(account())).await;

    assert!(html.contains("This session") && html.contains("value=\"elsewhere\""), "{html}");
    assert!(!html.contains("value=\"here\""), "{html}");
    assert!(html.contains("End all others"), "{html}");
    let alone = AccountView { sessions: vec![session("here", true)], ..account() };
    assert!(!render("/account?tab=sessions", Ok(alone)).await.contains("End all others"));
}

#[tokio::test]
async fn an_open_port_can_be_ended_and_is_gone_to_where_it_was_opened() {
    let ports = vec![port("a1", Some("http://a1.ports.example/")), port("b2", None)];

    let html = render("/account?tab=sessions", Ok(AccountView { ports, ..account() })).await;

    assert!(html.contains("href=\"/clusters/harbour/services/shop/storefront?tab=ports\""), "{html}");
    assert!(html.contains("80 of shop / storefront") && html.contains("2026-11-23 07:20 UTC"), "{html}");
    assert!(html.contains("value=\"a1\"") && html.contains("value=\"b2\""), "{html}");
    assert!(html.contains("value=\"/account?tab=sessions&amp;done=port\""), "{html}");
    assert_eq!(html.matches("Go there").count(), 1, "{html}");
    assert!(html.contains("In another browser"), "{html}");
    let none = render("/account?tab=sessions", Ok(account())).await;
    assert!(none.contains("No open ports") && !none.contains("/account/ports/end"), "{none}");
}

#[tokio::test]
async fn the_history_says_what_was_refused_and_by_which_way() {
    let html = render("/account?tab=sessions", Ok(account())).await;

    assert!(html.contains("203.0.113.9") && html.contains("Company") && html.contains("Refused"), "{html}");
}

#[tokio::test]
async fn what_was_done_is_said() {
    let html = render("/account?tab=sessions&done=session", Ok(account())).await;

    assert!(html.contains("The session has ended."), "{html}");
}

#[tokio::test]
async fn linking_somebody_waits_for_a_word() {
    let pending = Some(("grace".to_owned(), "Company".to_owned()));
    let html = render("/account", Ok(AccountView { pending, ..account() })).await;

    assert!(html.contains("action=\"/account/link\"") && html.contains("grace"), "{html}");
}

#[tokio::test]
async fn a_kubeconfig_is_offered_where_kubectl_can_use_it() {
    let clusters = ["harbour", "lantern"].map(|name| ClusterName::parse(name).unwrap()).to_vec();
    let known = clusters.clone();
    let with = |kubectl| Ok(AccountView { kubectl, ..account() });

    let html = render("/account?tab=tokens&cluster=lantern", with(Kubectl::Clusters(clusters))).await;
    assert!(html.contains("action=\"/account/kubeconfig\"") && html.contains("id=\"kubectl\""), "{html}");
    assert!(
        html.contains("8 hours"),
        "a file that lies about is of use for longer than it has to be: {html}"
    );
    let chosen = html.split("<option").find(|option| option.contains("value=\"lantern\"")).unwrap();
    assert!(chosen.contains("selected"), "{chosen}");

    let fields = [("cluster", "lantern"), ("kubectl_scope", "read"), ("kubectl_namespace", "no such")];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let sent = Some(SentForm::new("/account/kubeconfig", fields));
    let address = "/account?tab=tokens&problem=kubectl-place&__path=%2Faccount%2Fkubeconfig";
    let html = rendered(address, with(Kubectl::Clusters(known)), sent).await;
    assert!(html.contains("No kubeconfig was made") && html.contains("value=\"no such\""), "{html}");
    assert!(
        html.contains("value=\"read\" selected") && html.contains("value=\"lantern\" selected"),
        "{html}"
    );
    let html = render("/account?tab=tokens", with(Kubectl::NeedsHttps)).await;
    assert!(html.contains("Serve it over https") && !html.contains("/account/kubeconfig"), "{html}");
    assert!(!render("/account?tab=tokens", with(Kubectl::NoCluster)).await.contains("id=\"kubectl\""));
}

#[tokio::test]
async fn a_token_says_where_it_counts_and_is_made_for_one_place() {
    let token = |name: &str, reach| TokenView {
        id: name.into(),
        name: name.into(),
        is_read_only: false,
        reach,
        created_at: Timestamp(1_795_407_600),
        expires_at: Timestamp(1_795_418_400),
        is_expired: false,
        last_used: None,
        last_address: String::new(),
    };
    let harbour: ClusterName = "harbour".parse().unwrap();
    let project = MemberPlace::Project(harbour.clone(), "shop".parse().unwrap());
    let tokens = vec![
        token("one", Reach::Everywhere),
        token("two", Reach::Within(project)),
        token("three", Reach::Nowhere),
    ];
    let places = vec![MemberPlace::Cluster(harbour), MemberPlace::Workspace("garden".parse().unwrap())];
    let account = AccountView { tokens, places, ..account() };

    let html = render("/account?tab=tokens", Ok(account.clone())).await;

    for words in ["Wherever I may", "Project shop in harbour", "Nowhere: its place is gone"] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(html.contains("2026-11-23 07:20 UTC"), "a key that lives for hours ends at an hour: {html}");
    assert!(
        html.contains("value=\"cluster/harbour\"") && html.contains("value=\"workspace/garden\""),
        "{html}"
    );
    let html = render("/account?tab=tokens&problem=token-place", Ok(account)).await;
    assert_eq!(html.matches("you hold nothing there").count(), 1, "{html}");
}

#[tokio::test]
async fn the_last_way_in_has_no_button_to_unlink_it() {
    let identity = |can_unlink| IdentityView {
        provider: "Company".into(),
        name: "grace".into(),
        issuer: "https://login.example".into(),
        subject: "1".into(),
        linked_at: Timestamp(1_795_407_600),
        last_used: None,
        can_unlink,
    };

    let last = render("/account", Ok(AccountView { identities: vec![identity(false)], ..account() })).await;
    let other = render("/account", Ok(AccountView { identities: vec![identity(true)], ..account() })).await;

    assert!(!last.contains("/account/unlink") && other.contains("/account/unlink"), "{other}");
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_named() {
    let error = ConsoleError::Unavailable {
        system: System::Database,
        cause: "your account cannot be read".into(),
        may_be_done: false,
    };
    let html = render("/account", Err(error)).await;

    assert!(html.contains("your account cannot be read"), "{html}");
}
