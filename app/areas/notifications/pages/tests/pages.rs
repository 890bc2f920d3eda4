//! The pages of notifications over a fake, rendered as the server does.

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{ConsoleError, FieldProblem, Timestamp};
use notifications_contract::*;
use notifications_pages::{NewReceiverPage, NotificationsPage, ReceiverPage};
use std::sync::Arc;

/// Answers what it was told to answer, and changes nothing.
#[derive(Default)]
struct Fake {
    list: ReceiverList,
    view: Option<ReceiverView>,
}

fn nothing<T>() -> Result<T, ConsoleError> {
    Err(ConsoleError::NotFound { what: "the receiver".into() })
}

#[async_trait]
impl Notifications for Fake {
    async fn receivers(&self) -> Result<ReceiverList, ConsoleError> {
        Ok(self.list.clone())
    }

    async fn receiver(&self, _: String) -> Result<ReceiverView, ConsoleError> {
        self.view.clone().map_or_else(nothing, Ok)
    }

    async fn save_receiver(&self, _: ReceiverFields) -> Result<String, ConsoleError> {
        nothing()
    }

    async fn switch_receiver(&self, _: String, _: bool) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn delete_receiver(&self, _: String) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn test_receiver(&self, _: String) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn save_template(&self, _: TemplateFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn preview_template(&self, fields: TemplateFields) -> Result<TemplatePreview, ConsoleError> {
        if fields.text.contains("{%") {
            return Ok(TemplatePreview::Wrong(vec![FieldProblem::new("text", "line 1: unknown")]));
        }
        Ok(TemplatePreview::Shown { subject: format!("<{}>", fields.subject), text: fields.text })
    }
}

impl Fake {
    async fn render(self, address: &str) -> String {
        rendering::render(address, || {
            provide_context::<Arc<dyn Notifications>>(Arc::new(self));
            view! {
                <Router>
                    <Routes fallback=|| "no such page">
                        <Route path=path!("/notifications") view=NotificationsPage/>
                        <Route path=path!("/notifications/new") view=NewReceiverPage/>
                        <Route path=path!("/notifications/:id") view=ReceiverPage/>
                    </Routes>
                </Router>
            }
        })
        .await
    }
}

fn platform() -> ReceiverPlace {
    ReceiverPlace::Platform
}

fn delivery(state: DeliveryState, problem: &str) -> DeliveryRow {
    DeliveryRow {
        at: Timestamp(1_795_000_000),
        reason: Reason::Firing,
        subject: "[Firing] harbour · 1 · <A>".into(),
        state,
        attempts: 1,
        problem: problem.into(),
    }
}

fn view(may_change: bool) -> ReceiverView {
    let settings = [("url".to_owned(), "https://hooks.example.org/in".to_owned())].into();
    let fields = ReceiverFields {
        id: "17".into(),
        version: 3,
        name: "On <call>".into(),
        settings,
        ..ReceiverFields::new(platform(), "webhook")
    };
    let failed = delivery(DeliveryState::Waiting(Timestamp(1_795_000_600)), "it answers 503");
    let kept = vec!["token".to_owned()];
    let template = MessageTemplate { subject: "{{ reason }}".into(), text: "<b> & more".into() };
    ReceiverView { fields, kept, template, is_enabled: true, may_change, deliveries: vec![failed] }
}

/// One that people read.
fn of_people(may_change: bool) -> Fake {
    let mut view = view(may_change);
    view.fields.channel = "slack".into();
    Fake { view: Some(view), ..Fake::default() }
}

#[tokio::test]
async fn the_words_of_messages_are_shown_to_who_may_change_them_with_what_they_say() {
    let html = of_people(true).render("/notifications/17").await;
    assert!(html.contains("&lt;{{ reason }}&gt;") && html.contains("in the words that are kept"), "{html}");
    assert!(html.contains("value=\"{{ reason }}\"") && html.contains("&lt;b&gt; &amp; more"), "{html}");

    let asked = "/notifications/17?fields%5Bsubject%5D=New&fields%5Btext%5D=Text";
    let html = of_people(true).render(asked).await;
    assert!(html.contains("&lt;New&gt;") && html.contains("Not kept yet"), "{html}");
    let wrong = "/notifications/17?fields%5Bsubject%5D=New&fields%5Btext%5D=%7B%25";
    let html = of_people(true).render(wrong).await;
    assert!(html.contains("Text, line 1: unknown"), "{html}");

    for fake in [of_people(false), Fake { view: Some(view(true)), ..Fake::default() }] {
        assert!(!fake.render("/notifications/17").await.contains("Words of messages"));
    }
}

#[tokio::test]
async fn an_empty_list_says_what_a_receiver_is_or_whom_to_ask() {
    let list = ReceiverList { places: vec![platform()], ..ReceiverList::default() };
    let html = Fake { list, ..Fake::default() }.render("/notifications").await;
    assert!(html.contains("Nobody is told") && html.contains("/notifications/new"), "{html}");

    let html = Fake::default().render("/notifications").await;
    assert!(html.contains("Whoever edits a project") && !html.contains("/notifications/new"), "{html}");
}

#[tokio::test]
async fn the_list_says_whose_alerts_go_where_and_how_the_last_message_went() {
    let row = ReceiverRow {
        id: "17".into(),
        name: "On call".into(),
        channel: "slack".into(),
        target: "hooks.slack.com".into(),
        place: platform(),
        least: Least::Critical,
        is_enabled: false,
        last: Some(delivery(DeliveryState::Unknown, "")),
    };
    let list = ReceiverList { receivers: vec![row], ..ReceiverList::default() };

    let html = Fake { list, ..Fake::default() }.render("/notifications").await;

    for words in [
        "/notifications/17",
        "Slack or Mattermost",
        "hooks.slack.com",
        "all clusters",
        "switched off",
        "not known",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
}

#[tokio::test]
async fn a_new_receiver_asks_first_whose_alerts_and_how_and_then_what_that_way_needs() {
    let list = || ReceiverList {
        places: vec![platform()],
        channels: vec!["telegram".into()],
        ..ReceiverList::default()
    };
    let render = async |address: &str| Fake { list: list(), ..Fake::default() }.render(address).await;

    let first = render("/notifications/new").await;
    assert!(first.contains("method=\"get\"") && first.contains("value=\"telegram\""), "{first}");
    let form = render("/notifications/new?place=platform&channel=telegram").await;
    assert!(form.contains("name=\"fields[settings][chat]\""), "{form}");
    assert!(form.contains("type=\"password\"") && form.contains("autocomplete=\"new-password\""), "{form}");
    let other = render("/notifications/new?place=platform&channel=email").await;
    assert!(!other.contains("name=\"fields[settings]"), "a way that this console does not have: {other}");
    let foreign = render("/notifications/new?place=cluster%2Fharbour&channel=telegram").await;
    assert!(
        foreign.contains("you may add none there") && !foreign.contains("name=\"fields[settings]"),
        "{foreign}"
    );
}

#[tokio::test]
async fn a_receiver_shows_what_was_sent_and_offers_changes_to_who_may_make_them() {
    let html = Fake { view: Some(view(true)), ..Fake::default() }.render("/notifications/17").await;
    for words in [
        "On &lt;call&gt;",
        "it answers 503",
        "next try",
        "There is one, which is not shown",
        "Remove what is kept",
        "name=\"fields[removed][]\" value=\"token\"",
        "value=\"3\"",
        "/api/notifications/test",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }

    let mut needed = view(true);
    needed.fields.channel = "slack".into();
    needed.kept = vec!["url".into()];
    let html = Fake { view: Some(needed), ..Fake::default() }.render("/notifications/17").await;
    assert!(html.contains("There is one, which is not shown") && !html.contains("fields[removed]"), "{html}");

    let html = Fake { view: Some(view(false)), ..Fake::default() }.render("/notifications/17").await;
    assert!(html.contains("it answers 503") && !html.contains("<form"), "{html}");

    let html = Fake::default().render("/notifications/18").await;
    assert!(html.contains("the receiver"), "{html}");
}
