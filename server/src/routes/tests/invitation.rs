//! Accepting an invitation, as browsers do it.

use super::*;
use database::members::Place;
use model::{ClusterName, WorkspaceName};
use std::sync::Arc;
use workspaces_contract::{InvitationFields, MemberPlace, Workspaces};

/// A console with a workspace and a link to it, made by Ada.
async fn invited() -> (World, String, String) {
    let world = World::new().await;
    let cookie = world.signed_in().await;
    let database = world.console.database();
    let ada = database.account_named("ada").await.unwrap().unwrap();
    let garden = WorkspaceName::parse("garden").unwrap();
    let facts = database::workspaces::WorkspaceFacts {
        clusters: [ClusterName::parse("harbour").unwrap()].into(),
        ..Default::default()
    };
    database.add_workspace(&garden, &facts, ada.id).await.unwrap();
    let caller = world.console.access().caller(ada, None, "test".into(), None).await.unwrap();
    let fields = InvitationFields {
        place: MemberPlace::Workspace(garden),
        role: "workspace-viewer".into(),
        note: String::new(),
        days: 1,
    };
    let token = world.console.tenants().for_caller(Arc::new(caller)).invite(fields).await.unwrap();
    (world, cookie, token)
}

fn accept(token: &str, name: &str, password: &str, again: &str) -> Request<Body> {
    let escape = model::link::escape;
    let (password, again) = (escape(password), escape(again));
    post("/invitation", format!("token={token}&name={name}&password={password}&password_again={again}"))
}

fn location(response: &Response<Body>) -> String {
    response.headers()[LOCATION].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_newcomer_chooses_a_name_and_a_password_and_is_in() {
    let (world, _, token) = invited().await;
    for (request, problem) in [
        (accept(&token, "iris", PASSWORD, "something else"), "different"),
        (accept(&token, "iris", "short", "short"), "short"),
        (accept(&token, "ADA", PASSWORD, PASSWORD), "name-taken"),
        (accept("guessed", "iris", PASSWORD, PASSWORD), "link"),
    ] {
        let answer = location(&world.send(request).await);
        assert!(
            answer.starts_with("/invitation?") && answer.contains(&format!("problem={problem}")),
            "{answer}"
        );
    }
    assert!(world.console.database().account_named("iris").await.unwrap().is_none());

    let answer = world.send(accept(&token, "iris", PASSWORD, PASSWORD)).await;
    assert_eq!(location(&answer), "/workspaces/garden");
    let page = text(world.send(with(get("/workspaces"), COOKIE, &cookie(&answer))).await).await;
    let late = location(&world.send(accept(&token, "eve", PASSWORD, PASSWORD)).await);

    assert!(page.contains("garden"), "{page}");
    assert!(late.contains("problem=link"), "{late}");
    assert!(world.console.database().account_named("eve").await.unwrap().is_none());
}

#[tokio::test]
async fn who_is_signed_in_takes_it_as_themselves_and_loses_nothing_by_it() {
    let (world, cookie, token) = invited().await;

    let answer = world.send(with(accept(&token, "", "", ""), COOKIE, &cookie)).await;

    assert!(location(&answer).contains("problem=holds-role"), "an administrator became a viewer");
    let database = world.console.database();
    let ada = database.account_named("ada").await.unwrap().unwrap();
    let held = database.memberships_of(ada.id).await.unwrap();
    assert!(matches!(held[0].place, Place::Workspace(_)));
    assert_eq!(held[0].role, "workspace-admin");
    let page =
        text(world.send(with(get(&format!("/invitation?token={token}")), COOKIE, &cookie)).await).await;
    assert!(page.contains("Accept as Ada"), "it still works, for somebody else: {page}");
}

#[tokio::test]
async fn the_link_is_not_taken_from_another_site() {
    let (world, _, token) = invited().await;
    let mut request = accept(&token, "iris", PASSWORD, PASSWORD);
    request.headers_mut().insert(SITE, "cross-site".parse().unwrap());
    request.headers_mut().insert(ORIGIN, "https://evil.example".parse().unwrap());

    assert_eq!(world.send(request).await.status(), StatusCode::FORBIDDEN);
    assert!(world.console.database().account_named("iris").await.unwrap().is_none());
}
