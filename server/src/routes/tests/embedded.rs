//! Dashboards in pages of other sites: who may frame them, and that nobody's session matters.

use super::*;
use axum::http::header::{REFRESH, X_FRAME_OPTIONS};
use database::dashboards::NewDashboard;
use database::embeds::NewEmbed;
use model::ClusterName;

/// A link of Ada's to a dashboard of a cluster that this console does not have any more.
async fn link(world: &World, days: i64) -> String {
    let database = world.console.database();
    let harbour = ClusterName::parse("harbour").unwrap();
    let new = NewDashboard { cluster: harbour, project: None, name: "Shop".into(), document: "{}".into() };
    let dashboard = database.add_dashboard(&new, "Ada").await.unwrap().unwrap();
    let new = NewEmbed {
        dashboard,
        account: database.account_named("Ada").await.unwrap().unwrap().id,
        name: "wiki".into(),
        origins: "https://wiki.example http://status.example:8080".into(),
        panel: None,
        seconds: 3600,
        chosen: "[]".into(),
        expires_at: database::now_seconds() + days * 86_400,
    };
    let id = database.add_embed(&new, 9).await.unwrap().unwrap();
    format!("/embed/{}", world.console.dashboards().seal.seal("embed", id.as_bytes()))
}

/// From a page of another site, as browsers ask for what stands in a frame.
fn framed(path: &str) -> Request<Body> {
    with(get(path), SITE, "cross-site")
}

#[tokio::test]
async fn only_the_sites_of_a_link_may_show_it_and_only_it_may_be_shown() {
    let world = World::new().await;
    let cookie = world.signed_in().await;
    let link = link(&world, 1).await;

    let response = world.send(framed(&link)).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN, "its cluster is gone");
    let policy = response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.ends_with("frame-ancestors https://wiki.example http://status.example:8080"), "{policy}");
    assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("script-src"), "{policy}");
    assert!(!response.headers().contains_key(X_FRAME_OPTIONS), "browsers would heed it before the policy");
    assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    assert_eq!(response.headers()[REFRESH], "300");
    assert!(text(response).await.contains("Who made this link may not share the dashboard any more"));

    for request in [framed("/sign-in"), with(framed("/"), COOKIE, &cookie)] {
        let response = world.send(request).await;
        assert_eq!(response.headers()[X_FRAME_OPTIONS], "DENY");
        assert!(
            response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().contains("frame-ancestors 'none'")
        );
    }
}

#[tokio::test]
async fn a_session_neither_helps_nor_is_made() {
    let world = World::new().await;
    let cookie = world.signed_in().await;
    let link = link(&world, 1).await;

    let anonymous = text(world.send(framed(&link)).await).await;
    let response = world.send(with(get(&link), COOKIE, &cookie)).await;
    assert!(!response.headers().contains_key(SET_COOKIE));
    assert_eq!(text(response).await, anonymous);
}

#[tokio::test]
async fn what_is_no_link_is_told_as_one_that_was_ended() {
    let world = World::new().await;
    world.signed_in().await;
    let good = link(&world, 1).await;
    let unknown = world.console.dashboards().seal.seal("embed", uuid::Uuid::nil().as_bytes());
    let otherwise = world.console.dashboards().seal.seal("token", uuid::Uuid::nil().as_bytes());

    let mut told = Vec::new();
    for token in ["x", "%2e%2e", &unknown, &otherwise, &good["/embed/".len()..good.len() - 1]] {
        let response = world.send(framed(&format!("/embed/{token}?theme=dark&lang=zh"))).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{token}");
        let policy = response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
        told.push(text(response).await);
    }
    told.dedup();
    assert_eq!(told.len(), 1, "one can tell them apart");
    assert!(told[0].contains("data-theme=\"dark\"") && told[0].contains("lang=\"zh-Hans\""), "{}", told[0]);
    assert!(told[0].contains("没有这个链接") && !told[0].contains("<script"), "{}", told[0]);
}

#[tokio::test]
async fn a_link_that_is_over_says_so_to_the_sites_that_showed_it() {
    let world = World::new().await;
    world.signed_in().await;
    let link = link(&world, -1).await;

    let response = world.send(framed(&link)).await;

    assert_eq!(response.status(), StatusCode::GONE);
    assert!(response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().contains("https://wiki.example"));
    assert!(text(response).await.contains("This link has ended"));
}
