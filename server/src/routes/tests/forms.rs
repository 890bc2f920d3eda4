//! Forms as browsers without scripts send them: one that is refused comes back with what was typed into it.

use super::forwards::Stage;
use super::*;
use axum::http::header::{ACCEPT, REFERER};

/// A form as a browser sends it that stands on a page.
fn by_browser(page: &str, action: &str, form: &str, cookie: &str) -> Request<Body> {
    let request = with(post(action, form), ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8");
    let request = with(request, REFERER, &format!("http://console.example{page}"));
    with(request, COOKIE, cookie)
}

/// Sends a form that is refused, and follows to its page: where that is, its status and what it shows.
async fn refused(
    world: &World,
    page: &str,
    action: &str,
    form: &str,
    cookie: &str,
) -> (String, StatusCode, String) {
    let answer = world.send(by_browser(page, action, form, cookie)).await;
    assert_eq!(answer.status(), StatusCode::TEMPORARY_REDIRECT, "browsers send the form once more");
    let page = answer.headers()[LOCATION].to_str().unwrap().to_owned();
    let shown = world.send(by_browser(&page, &page, form, cookie)).await;
    let status = shown.status();
    (page, status, text(shown).await)
}

const SETTINGS: &str = "/settings/platform";
const CHANGE: &str = "/api/platform/change";

fn said(until: &str) -> String {
    format!(
        "fields[name]=Harbour+Cloud&fields[announcement]=Tonight%0D%0A%3Cat+ten%3E&fields[weight]=warning\
         &fields[until]={until}&fields[links]=&fields[sites]="
    )
}

#[tokio::test]
async fn a_form_that_is_refused_shows_what_is_wrong_and_what_was_typed() {
    let world = World::new().await;
    let ada = world.signed_in().await;

    let (page, status, html) = refused(&world, SETTINGS, CHANGE, &said("soon"), &ada).await;

    assert!(page.starts_with("/settings/platform?__path=%2Fapi%2Fplatform%2Fchange&__err="), "{page}");
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html.contains("This is no moment."), "{html}");
    assert!(html.contains("value=\"Harbour Cloud\"") && html.contains("value=\"soon\""), "{html}");
    assert!(html.contains("Tonight\n&lt;at ten></textarea>"), "{html}");
    assert!(html.contains("value=\"warning\" selected"), "{html}");

    let (again, ..) = refused(&world, &page, CHANGE, &said("soon"), &ada).await;
    assert_eq!(again, page, "the address says only what was wrong the last time");
    let kept = world.send(by_browser(&page, CHANGE, &said("2999-01-01T00:00"), &ada)).await;
    assert_eq!(kept.status(), StatusCode::FOUND);
    assert_eq!(kept.headers()[LOCATION], SETTINGS);
    let html = text(world.send(with(get(SETTINGS), COOKIE, &ada)).await).await;
    assert!(html.contains("value=\"Harbour Cloud\"") && html.contains("2999-01-01T00:00"), "{html}");
}

#[tokio::test]
async fn a_secret_is_asked_for_again_and_never_sent_back() {
    let world = World::new().await;
    let ada = world.signed_in().await;
    let page = "/notifications/new?place=platform&channel=telegram";
    let form = "fields[id]=&fields[version]=0&fields[place]=platform&fields[channel]=telegram\
                &fields[name]=On+call&fields[settings][token]=tok-4711&fields[settings][chat]=\
                &fields[least]=all&fields[matchers]=&fields[repeat_hours]=12&fields[language]=en";

    let (address, status, html) = refused(&world, page, "/api/notifications/save", form, &ada).await;

    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!html.contains("tok-4711") && !address.contains("tok-4711"), "{html}");
    assert!(html.contains("type it once more") && html.contains("must not be empty"), "{html}");
    assert!(html.contains("value=\"On call\"") && html.contains("value=\"12\" selected"), "{html}");
    assert!(!html.contains("value=\"true\" checked"), "its tick was taken away: {html}");
}

#[tokio::test]
async fn the_form_of_a_token_comes_back_too() {
    let world = World::new().await;
    let ada = world.signed_in().await;
    let form = "name=&scope=full&days=90";

    let (page, status, html) =
        refused(&world, "/account?tab=tokens", "/account/tokens/add", form, &ada).await;

    assert!(page.starts_with("/account?tab=tokens&problem="), "{page}");
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html.contains("value=\"full\" selected") && html.contains("value=\"90\" selected"), "{html}");

    let form = "cluster=lantern&kubectl_scope=read&kubectl_place=cluster%2Fnowhere&kubectl_days=30";
    let (page, status, _) = refused(&world, "/account?tab=tokens", "/account/kubeconfig", form, &ada).await;
    assert!(page.starts_with("/account?tab=tokens&problem=kubectl-place&__path="), "{page}");
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn with_people_who_are_ticked_nothing_is_done_until_it_is_chosen_what() {
    let world = World::new().await;
    let ada = world.signed_in().await;

    let (_, status, html) =
        refused(&world, "/people", "/api/people/act-on-many", "fields[names][]=ada&fields[act]=", &ada).await;

    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html.contains("choose what is to be done"), "{html}");
}

#[tokio::test]
async fn pages_take_nothing_else_and_from_nobody_else() {
    let world = World::new().await;
    let ada = world.signed_in().await;
    let page = format!("{SETTINGS}?__path=%2Fapi%2Fplatform%2Fchange");

    let plain = world.send(with(post(SETTINGS, "fields[name]=x"), COOKIE, &ada)).await;
    let nobody = world.send(post(&page, "fields[name]=x")).await;
    let elsewhere = with(post(&page, "fields[name]=x"), ORIGIN, "https://evil.example");
    let elsewhere = world.send(with(elsewhere, COOKIE, &ada)).await;

    assert_eq!(plain.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert!(nobody.headers()[LOCATION].to_str().unwrap().starts_with("/sign-in?"), "{nobody:?}");
    assert_eq!(elsewhere.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_was_typed_is_sent_to_no_other_site_and_a_form_without_a_page_is_told() {
    let world = World::new().await;
    let ada = world.signed_in().await;
    let foreign = by_browser("", CHANGE, &said("soon"), &ada);
    let foreign = with(foreign, REFERER, "https://evil.example/settings/platform");
    let mut without_page = by_browser("", CHANGE, &said("soon"), &ada);
    without_page.headers_mut().remove(REFERER);

    let led = world.send(foreign).await;
    let told = world.send(without_page).await;

    assert!(led.headers()[LOCATION].to_str().unwrap().starts_with("/settings/platform?"), "{led:?}");
    assert_eq!(told.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!told.headers().contains_key(LOCATION));
    assert!(text(told).await.contains("problem.until"));
}

/// A step of a form as browsers without scripts send it.
fn step(fields: &[(&str, &str)]) -> String {
    let form = workloads_contract::forms::find("configmaps").unwrap();
    let draft = workloads_contract::Draft::begin(form, "", "shop");
    let draft = serde_json::to_string(&draft).unwrap();
    let mut sent = form_urlencoded::Serializer::new(String::new());
    sent.append_pair("draft", &draft).append_pair("step", "0").extend_pairs(fields).finish()
}

#[tokio::test]
async fn whatever_is_asked_of_a_cluster_that_is_not_there_is_answered_once_and_leads_on() {
    let world = World::new().await;
    let ada = world.signed_in().await;

    for page in ["/clusters/nowhere", "/clusters/nowhere/pods", "/clusters/nowhere/new/configmaps"] {
        let answer = world.send(with(get(page), COOKIE, &ada)).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{page}");
        let html = text(answer).await;

        assert!(html.contains("There is no cluster “nowhere”"), "{page}: {html}");
        assert!(!html.contains("class=\"problem\""), "{page} says it twice: {html}");
        assert!(!html.contains("href=\"/clusters/nowhere/monitoring\""), "{page} leads further in: {html}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_an_object_comes_back_with_what_was_typed_and_what_the_cluster_says_of_it() {
    let stage = Stage::new().await;
    let world = &stage.world;
    let ada = world.signed_in().await;
    let page = "/clusters/harbour/new/configmaps";
    let send = async |page: &str, form: &str| {
        let answer = world.send(by_browser(page, page, form, &ada)).await;
        (answer.status(), text(answer).await)
    };

    let (status, html) = send(page, &step(&[("0/metadata/name", "door<x>"), ("press", "stay")])).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("value=\"door&lt;x&gt;\"") || html.contains("value=\"door&lt;x>\""), "{html}");

    let (_, html) = send(page, &step(&[("0/metadata/name", ""), ("press", "preview")])).await;
    assert!(html.contains("Before it can be tried out"), "{html}");

    let (status, html) = send(page, &step(&[("0/metadata/name", "door"), ("press", "preview")])).await;
    assert_eq!(status, StatusCode::OK);
    // Nobody has written into this cluster what she may do there.
    assert!(
        html.contains("The cluster said") && html.contains("is forbidden"),
        "what it says is not shown: {html}"
    );

    let foreign = send(page, "draft=x&step=0").await;
    let without_base = send("/clusters/harbour/configmaps/shop/door/form", &step(&[])).await;
    let by_schema = send("/clusters/harbour/new/kilns.pots.example", &step(&[])).await;
    assert_eq!(foreign.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(without_base.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(by_schema.0, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sets_prices_and_budgets_is_led_back_to_the_days_that_they_looked_at() {
    let stage = Stage::new().await;
    let ada = stage.world.signed_in().await;
    let page = "/clusters/harbour/monitoring/consumption?period=last-month&by=projects";
    let prices = "fields[cluster]=harbour&fields[version]=0&fields[from]=2020-01-01&fields[currency]=EUR";
    let budget = "fields[cluster]=harbour&fields[of]=cluster&fields[currency]=EUR&fields[amount]=250";

    for (action, form) in [("save-prices", prices), ("set-budget", budget)] {
        let action = format!("/api/monitoring/{action}");
        let kept = stage.world.send(by_browser(page, &action, form, &ada)).await;
        assert_eq!(kept.status(), StatusCode::FOUND, "{action}");
        assert_eq!(kept.headers()[LOCATION], format!("http://console.example{page}"), "{action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_is_tried_out_before_it_is_carried_out() {
    let stage = Stage::new().await;
    let world = &stage.world;
    let ada = world.signed_in().await;
    let form = |replicas: &str| {
        format!(
            "fields[cluster]=harbour&fields[kind]=deployments&fields[targets]=shop/web/7&fields[action]=scale\
             &fields[replicas]={replicas}&fields[next]=/clusters/harbour/deployments"
        )
    };
    let page = "/clusters/harbour/deployments?__path=%2Fapi%2Fresources%2Fact-form&__trial=1";

    let tried = world.send(by_browser(page, page, &form("7"), &ada)).await;
    let wrong = world.send(by_browser(page, page, &form(""), &ada)).await;
    let nobody = world.send(post(page, form("7"))).await;

    assert_eq!(tried.status(), StatusCode::OK);
    assert_eq!(wrong.status(), StatusCode::TEMPORARY_REDIRECT, "browsers send the form once more");
    let shown = wrong.headers()[LOCATION].to_str().unwrap().to_owned();
    assert!(shown.contains("__err="), "{shown}");
    let shown = world.send(by_browser(&shown, &shown, &form(""), &ada)).await;
    assert_eq!(shown.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nobody.headers()[LOCATION].to_str().unwrap().starts_with("/sign-in?"), "{nobody:?}");
}
