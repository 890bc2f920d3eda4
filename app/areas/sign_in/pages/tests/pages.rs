//! The forms of somebody who is not signed in, rendered as the server does.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{ConsoleError, Me, Platform, Timestamp};
use sign_in_contract::{Invitation, Link, Newcomer, OtherWay, SignIn, Ways};
use sign_in_pages::{ChooseNamePage, CodePage, ForgottenPage, InvitationPage, SetUpPage, SignInPage};
use std::sync::Arc;
use workspaces_contract::{MemberPlace, RoleSummary};

struct Fake(Link, Vec<OtherWay>);

#[async_trait]
impl SignIn for Fake {
    async fn me(&self) -> Result<Me, ConsoleError> {
        Err(ConsoleError::NotSignedIn)
    }

    async fn link(&self, _: String) -> Result<Link, ConsoleError> {
        Ok(self.0.clone())
    }

    async fn ways(&self) -> Result<Ways, ConsoleError> {
        let platform = Platform { name: "Harbour Cloud".into(), ..Platform::default() };
        Ok(Ways { sends_links: !self.1.is_empty(), others: self.1.clone(), platform })
    }

    async fn invitation(&self, token: String) -> Result<Option<Invitation>, ConsoleError> {
        let reader = token.strip_prefix("for-").map(str::to_owned);
        let place = MemberPlace::try_from("workspace/garden".to_owned()).unwrap();
        let role = RoleSummary { id: "workspace-viewer".into(), title: None };
        let (invited_by, expires) = ("cleo".into(), Timestamp(1_795_407_600));
        Ok((token != "used").then_some(Invitation { place, role, invited_by, expires, reader }))
    }

    async fn newcomer(&self) -> Result<Option<Newcomer>, ConsoleError> {
        Ok(Some(Newcomer { name: "ada".into(), provider: "Company".into() }))
    }
}

async fn render(address: &str, link: Link) -> String {
    render_with(address, link, Vec::new()).await
}

async fn render_with(address: &str, link: Link, ways: Vec<OtherWay>) -> String {
    rendering::render(address, || {
        provide_context::<Arc<dyn SignIn>>(Arc::new(Fake(link, ways)));
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/sign-in") view=SignInPage/>
                    <Route path=path!("/sign-in/name") view=ChooseNamePage/>
                    <Route path=path!("/sign-in/code") view=CodePage/>
                    <Route path=path!("/sign-in/forgotten") view=ForgottenPage/>
                    <Route path=path!("/setup") view=SetUpPage/>
                    <Route path=path!("/invitation") view=InvitationPage/>
                </Routes>
            </Router>
        }
    })
    .await
}

#[tokio::test]
async fn signing_in_is_a_form_and_leads_back_only_to_the_console() {
    let html = render("/sign-in?next=/clusters/harbour", Link::Invalid).await;
    assert!(html.contains("action=\"/sign-in\"") && html.contains("value=\"/clusters/harbour\""), "{html}");

    let html = render("/sign-in?next=//evil.example", Link::Invalid).await;
    assert!(!html.contains("evil.example"), "{html}");
}

#[tokio::test]
async fn every_page_is_the_platform_s() {
    for address in [
        "/sign-in",
        "/sign-in/name",
        "/sign-in/code",
        "/sign-in/forgotten",
        "/setup?token=t",
        "/invitation?token=t",
        "/invitation?token=used",
    ] {
        let html = render(address, Link::Invalid).await;

        assert!(html.contains("Harbour Cloud") && !html.contains("Orrery"), "{address}: {html}");
    }
}

#[tokio::test]
async fn what_was_wrong_is_said_in_words() {
    let html = render("/sign-in?problem=wait&seconds=30", Link::Invalid).await;

    assert!(html.contains("Wait 30 seconds."), "{html}");
}

#[tokio::test]
async fn what_a_link_says_is_wrong_is_said_in_the_consoles_words_alone() {
    for address in
        ["/sign-in", "/sign-in/name", "/sign-in/code", "/sign-in/forgotten", "/setup", "/invitation"]
    {
        let said = "problem=call-0800&seconds=call-0800&sent=call-0800";
        let html = render(&format!("{address}?token=t&{said}"), Link::FirstAdministrator).await;

        assert!(!html.contains(">call-0800") && !html.contains(" call-0800"), "{address}: {html}");
    }
}

#[tokio::test]
async fn the_first_administrator_chooses_a_name_and_others_do_not() {
    let first = render("/setup?token=t", Link::FirstAdministrator).await;
    let other = render("/setup?token=t", Link::Password { name: "grace".into() }).await;

    assert!(first.contains("name=\"name\"") && first.contains("value=\"t\""), "{first}");
    assert!(!other.contains("name=\"name\"") && other.contains("grace"), "{other}");
}

#[tokio::test]
async fn a_used_link_has_no_form() {
    let html = render("/setup?token=t", Link::Invalid).await;

    assert!(!html.contains("<form"), "{html}");
}

fn way(id: &str, takes_passwords: bool) -> OtherWay {
    OtherWay { id: id.into(), name: id.to_uppercase(), takes_passwords }
}

#[tokio::test]
async fn providers_are_links_that_remember_where_to_go_and_directories_a_choice() {
    let ways = vec![way("company", false), way("staff", true)];

    let html = render_with("/sign-in?next=/clusters/harbour", Link::Invalid, ways).await;

    assert!(html.contains("href=\"/sign-in/with/company?next=%2Fclusters%2Fharbour\""), "{html}");
    assert!(html.contains("<option value=\"staff\""), "{html}");
    assert!(!html.contains("/sign-in/with/staff"), "{html}");
}

#[tokio::test]
async fn a_link_comes_by_mail_only_where_mail_is() {
    let without = render("/sign-in", Link::Invalid).await;
    let with = render_with("/sign-in", Link::Invalid, vec![way("company", false)]).await;

    assert!(!without.contains("/sign-in/forgotten") && without.contains("An administrator"), "{without}");
    assert!(with.contains("href=\"/sign-in/forgotten\""), "{with}");
    let form = render_with("/sign-in/forgotten", Link::Invalid, vec![way("company", false)]).await;
    assert!(form.contains("action=\"/sign-in/forgotten\""), "{form}");
    let address = "/sign-in/forgotten?name=ada&problem=wait&seconds=30";
    let again = render_with(address, Link::Invalid, vec![way("company", false)]).await;
    assert!(again.contains("Wait 30 seconds.") && again.contains("value=\"ada\""), "{again}");
    let nowhere = render("/sign-in/forgotten", Link::Invalid).await;
    assert!(!nowhere.contains("<form") && nowhere.contains("An administrator"), "{nowhere}");
}

#[tokio::test]
async fn where_a_code_is_asked_for_a_passkey_answers_too() {
    let html = render("/sign-in/code?next=/clusters/harbour", Link::Invalid).await;

    assert!(
        html.contains("action=\"/sign-in/code\"") && html.contains("action=\"/sign-in/passkey\""),
        "{html}"
    );
    assert!(html.contains("value=\"/clusters/harbour\""), "{html}");
}

#[tokio::test]
async fn who_signs_out_is_offered_to_sign_out_at_the_provider_too() {
    let html = render_with("/sign-in?left=company", Link::Invalid, vec![way("company", false)]).await;

    assert!(html.contains("/sign-in/way-out") && html.contains("COMPANY"), "{html}");
}

#[tokio::test]
async fn who_comes_with_the_name_of_another_chooses_one() {
    let html = render("/sign-in/name?problem=name-taken&name=ada2", Link::Invalid).await;

    assert!(html.contains("Company") && html.contains("value=\"ada2\""), "{html}");
    assert!(html.contains("Somebody has this name already."), "{html}");
}

#[tokio::test]
async fn an_invitation_says_who_offers_what_and_asks_newcomers_for_a_name() {
    let html = render("/invitation?token=abc&problem=name-taken&name=dora", Link::Invalid).await;

    assert!(html.contains("cleo invites you to workspace garden"), "{html}");
    assert!(
        html.contains("name=\"password_again\"") && html.contains("Somebody has this name already."),
        "{html}"
    );
    assert!(
        html.contains("next=%2Finvitation%3Ftoken%3Dabc"),
        "the way through signing in leads back: {html}"
    );
}

#[tokio::test]
async fn who_is_signed_in_accepts_an_invitation_with_one_button() {
    let html = render("/invitation?token=for-ada", Link::Invalid).await;

    assert!(html.contains("Accept as ada") && html.contains("value=\"for-ada\""), "{html}");
    assert!(!html.contains("type=\"password\""), "{html}");
    let html = render("/invitation?token=for-ada&problem=holds-role", Link::Invalid).await;
    assert!(html.contains("You hold a role there already."), "{html}");
    let html = render("/invitation?token=used", Link::Invalid).await;
    assert!(html.contains("no longer works") && !html.contains("<form"), "{html}");
}
