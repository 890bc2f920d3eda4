//! API tokens that were made for one place.

use super::account::{bearer, location};
use super::*;

#[tokio::test]
async fn a_token_for_one_place_is_refused_everywhere_else_and_is_told_why() {
    let world = World::new().await;
    let here = world.signed_in().await;
    let database = world.console.database();
    let ada = database.account_named("ada").await.unwrap().unwrap();
    let facts = database::workspaces::WorkspaceFacts::default();
    for name in ["garden", "vault"] {
        database.add_workspace(&name.parse().unwrap(), &facts, ada.id).await.unwrap();
    }
    let make = async |place: &str| {
        let form = format!("name=deploy&scope=full&days=30&{place}");
        world.send(with(post("/account/tokens/add", form), COOKIE, &here)).await
    };
    for place in [
        "place=workspace%2Fnowhere",
        "place=workspace%2Fgarden&namespace=shop",
        "place=cluster%2Flantern",
        "place=project%2Flantern%2Fshop",
        "place=anywhere",
        "namespace=shop",
    ] {
        assert!(location(&make(place).await).contains("problem=token-place"), "{place}");
    }
    assert!(database.tokens_of(ada.id).await.unwrap().is_empty());

    let made = make("place=workspace%2Fgarden&namespace=").await;
    assert_eq!(location(&made), "/account?tab=tokens&done=token");
    let both = format!("{here}; {}", cookie(&made));
    let html = text(world.send(with(get("/account?tab=tokens&done=token"), COOKIE, &both)).await).await;
    assert!(html.contains("Workspace garden"), "{html}");
    let token = html.split("<code>orrery_").nth(1).unwrap().split('<').next().unwrap();
    let token = format!("orrery_{token}");
    let trail = database.audit_trail(10).await.unwrap();
    let added = trail.iter().find(|entry| entry.decision.action == "add_token").unwrap();
    assert_eq!(added.decision.reason, "for workspace/garden");

    let said = async |function: &str, arguments: &str| {
        let response = world.send(bearer(call(function, arguments), &token)).await;
        (response.status(), text(response).await)
    };
    let (status, list) = said("workspaces/list", "{}").await;
    assert_eq!(status, StatusCode::OK);
    assert!(list.contains("garden") && !list.contains("vault"), "{list}");
    assert_eq!(said("workspaces/read", r#"{"name":"garden"}"#).await.0, StatusCode::OK);
    for (function, arguments) in [
        ("account/read", "{}"),
        ("people/list", r#"{"query":{}}"#),
        ("platform/settings", "{}"),
        ("clusters/overview", r#"{"cluster":"lantern"}"#),
    ] {
        let (status, body) = said(function, arguments).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{function}: {body}");
        assert!(body.contains("OutsideOfToken") && body.contains("workspace/garden"), "{function}: {body}");
    }
    assert_eq!(said("workspaces/read", r#"{"name":"vault"}"#).await.0, StatusCode::NOT_FOUND);

    let garden = database.workspace(&"garden".parse().unwrap()).await.unwrap().unwrap();
    database.remove_workspace(garden.id).await.unwrap();
    assert!(!said("workspaces/list", "{}").await.1.contains("vault"));
    let page = text(world.send(with(get("/account?tab=tokens"), COOKIE, &here)).await).await;
    assert!(page.contains("Nowhere: its place is gone"), "{page}");
}
