//! Asking for a role and deciding about it, rendered as the server does.

use crate::support::{Fake, cluster, garden, role};
use model::{ConsoleError, Timestamp};
use workspaces_contract::{
    MemberPlace, OwnRequest, RequestForm, RequestList, RequestProgress, RequestToDecide, RequestView,
};

fn asked(id: &str) -> RequestView {
    RequestView {
        id: id.into(),
        place: MemberPlace::Workspace(garden()),
        role: role("workspace-viewer"),
        reason: "to water <the> plants".into(),
        hours: 8,
        asked: Timestamp(0),
    }
}

fn waiting() -> RequestList {
    let dora = RequestToDecide {
        view: asked("one"),
        name: "dora".into(),
        full_name: "Dora Day".into(),
        holds: vec![role("workspace-member")],
    };
    RequestList { to_decide: vec![dora], mine: vec![] }
}

#[tokio::test]
async fn who_decides_sees_who_asks_for_what_and_why() {
    let html = Fake { requests: Some(waiting()), ..Fake::default() }.render("/requests").await;

    for words in ["Dora Day", "workspace garden", "to water &lt;the&gt; plants", "8 hours", "?decide=one"] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(!html.contains("<form"), "an answer is given on the request's own address: {html}");
}

#[tokio::test]
async fn an_open_request_has_two_answers_and_says_what_is_held_now() {
    let html = Fake { requests: Some(waiting()), ..Fake::default() }.render("/requests?decide=one").await;

    assert!(html.contains("approve-request") && html.contains("refuse-request"), "{html}");
    assert!(html.contains("name=\"fields[reason]\"") && html.contains("Workspace member"), "{html}");

    let html = Fake { requests: Some(waiting()), ..Fake::default() }.render("/requests?decide=two").await;
    assert!(html.contains("not open any more") && !html.contains("<form"), "{html}");
}

#[tokio::test]
async fn own_requests_say_how_far_they_have_come_and_open_ones_can_be_withdrawn() {
    let (by, until) = ("ada".to_owned(), Timestamp(1_700_000_000));
    let states = [
        RequestProgress::Open { until },
        RequestProgress::Approved { by: by.clone(), until: Some(until) },
        RequestProgress::Refused { by, reason: "ask bea first".into() },
        RequestProgress::Withdrawn,
        RequestProgress::Lapsed,
    ];
    let mine = states.into_iter().map(|state| OwnRequest { view: asked("one"), state }).collect();
    let list = RequestList { to_decide: vec![], mine };
    let html = Fake { requests: Some(list), ..Fake::default() }.render("/requests").await;

    for words in [
        "Nobody waits for you",
        "lapses",
        "Approved by ada, until",
        "2023-11-14 22:13",
        "Refused by ada: ask bea first",
        "Withdrawn",
        "Lapsed: nobody decided in time",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert_eq!(html.matches("action=\"/api/workspaces/withdraw-request\"").count(), 1, "{html}");
}

#[tokio::test]
async fn a_form_asks_where_first_and_then_for_which_role() {
    let form = |place: Option<MemberPlace>| RequestForm {
        roles: place.iter().flat_map(|_| [role("workspace-admin"), role("workspace-viewer")]).collect(),
        place,
        places: vec![MemberPlace::Cluster(cluster())],
    };
    let render = async |form: Result<RequestForm, ConsoleError>, address| {
        Fake { request_form: Some(form), ..Fake::default() }.render(address).await
    };

    let html = render(Ok(form(None)), "/requests/new").await;
    assert!(html.contains("cluster harbour") && html.contains("method=\"get\""), "{html}");
    let garden = form(Some(MemberPlace::Workspace(garden())));
    let html = render(Ok(garden), "/requests/new?place=workspace/garden").await;
    assert!(html.contains("In workspace garden") && html.contains("Workspace administrator"), "{html}");
    assert!(html.contains("value=\"workspace/garden\"") && html.contains("For good"), "{html}");
    let wrong = ConsoleError::invalid("place", "is no place in which roles are held");
    let html = render(Err(wrong), "/requests/new?place=moon").await;
    assert!(html.contains("is no place in which roles are held"), "{html}");
    let html = render(Ok(RequestForm { places: vec![], ..form(None) }), "/requests/new").await;
    assert!(html.contains("You know of no cluster") && !html.contains("<form"), "{html}");
}
