//! The pages of notifications over a fake, rendered as the server does.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{ConsoleError, FieldProblem, Thing, Timestamp};
use notifications_contract::*;
use notifications_pages::{MailServerPage, NewReceiverPage, NotificationsPage, ReceiverPage};
use std::sync::Arc;
use workspaces_contract::MemberPlace;

/// Answers what it was told to answer, and changes nothing.
#[derive(Default)]
struct Fake {
    list: ReceiverList,
    view: Option<ReceiverView>,
    hearing: Hearing,
    mail: MailServerList,
    server: Option<MailServerView>,
}

fn nothing<T>() -> Result<T, ConsoleError> {
    Err(ConsoleError::unknown(Thing::Receiver))
}

#[async_trait]
impl Notifications for Fake {
    async fn receivers(&self) -> Result<ReceiverList, ConsoleError> {
        Ok(self.list.clone())
    }

    async fn receiver(&self, _: String) -> Result<ReceiverView, ConsoleError> {
        self.view.clone().map_or_else(nothing, Ok)
    }

    async fn hearing(&self, _: String) -> Result<Hearing, ConsoleError> {
        Ok(self.hearing.clone())
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

#[async_trait]
impl MailServers for Fake {
    async fn mail_servers(&self) -> Result<MailServerList, ConsoleError> {
        Ok(self.mail.clone())
    }

    async fn mail_server(&self, _: MemberPlace) -> Result<MailServerView, ConsoleError> {
        self.server.clone().map_or_else(nothing, Ok)
    }

    async fn save_mail_server(&self, _: MailServerFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn remove_mail_server(&self, _: MemberPlace) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn try_mail_server(&self, _: MailTrialFields) -> Result<(), ConsoleError> {
        nothing()
    }
}

impl Fake {
    async fn render(self, address: &str) -> String {
        rendering::render(address, || {
            let fake = Arc::new(self);
            provide_context::<Arc<dyn Notifications>>(Arc::clone(&fake) as _);
            provide_context::<Arc<dyn MailServers>>(fake);
            view! {
                <Router>
                    <Routes fallback=|| "no such page">
                        <Route path=path!("/notifications") view=NotificationsPage/>
                        <Route path=path!("/notifications/new") view=NewReceiverPage/>
                        <Route path=path!("/notifications/mail") view=MailServerPage/>
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
    ReceiverView {
        fields,
        kept,
        template,
        is_enabled: true,
        mail_by: None,
        may_change,
        deliveries: vec![failed],
    }
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
        quiet: None,
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
    assert!(!html.contains("Quiet"), "{html}");
}

#[tokio::test]
async fn the_list_says_when_a_receiver_is_not_told_and_whether_that_is_now() {
    let shown = async |times: &str, is_now: bool, is_enabled: bool| {
        let (times, zone) = (times.to_owned(), "America/New_York".to_owned());
        let row = ReceiverRow {
            id: "17".into(),
            name: "On call".into(),
            channel: "slack".into(),
            target: "hooks.slack.com".into(),
            place: platform(),
            least: Least::Critical,
            is_enabled,
            quiet: Some(QuietTimes { times, zone, is_now }),
            last: None,
        };
        let list = ReceiverList { receivers: vec![row], ..ReceiverList::default() };
        Fake { list, ..Fake::default() }.render("/notifications").await
    };

    let html = shown("mon-sun 22:00-07:00", false, true).await;
    assert!(html.contains("Quiet 22:00–07:00, America/New York") && !html.contains("quiet now"), "{html}");
    let html = shown("mon-fri,sun 00:00-08:00\nsat 12:00-24:00", true, true).await;
    assert!(html.contains("Quiet Mon–Fri, Sun 00:00–08:00; Sat 12:00–24:00, America"), "{html}");
    assert!(html.contains("quiet now"), "{html}");
    let html = shown("sat 01:00-02:00\n".repeat(5).as_str(), true, false).await;
    assert!(html.contains("Sat 01:00–02:00; 2 more, America") && !html.contains("quiet now"), "{html}");
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

    let mut mailed = view(true);
    mailed.fields.channel = "email".into();
    mailed.mail_by = Some(MailSender::Of(shop()));
    mailed.deliveries = vec![DeliveryRow { attempts: 3, ..delivery(DeliveryState::Failed, "refused") }];
    let html = Fake { view: Some(mailed), ..Fake::default() }.render("/notifications/17").await;
    assert!(html.contains("by the mail server of project shop in harbour"), "{html}");
    assert!(html.contains("tried 3 times"), "{html}");

    let html = Fake { view: Some(view(false)), ..Fake::default() }.render("/notifications/17").await;
    assert!(html.contains("it answers 503") && !html.contains("<form"), "{html}");

    let html = Fake::default().render("/notifications/18").await;
    assert!(html.contains("the receiver"), "{html}");
}

fn shop() -> MemberPlace {
    MemberPlace::try_from("project/harbour/shop".to_owned()).unwrap()
}

/// A mail server that was tried out in vain.
fn server(may_change: bool) -> MailServerView {
    let fields = MailServerFields {
        version: "seven".into(),
        host: "mail.example.org".into(),
        port: "587".into(),
        security: MailSecurity::StartTls,
        user: "ada".into(),
        from: "Shop <shop@example.org>".into(),
        ..MailServerFields::new(shop())
    };
    let trial = MailTrial {
        at: Timestamp(1_795_000_000),
        to: "bea@example.org".into(),
        step: MailStep::Login,
        problem: "the mail server: <no> such user".into(),
    };
    let otherwise = MailSender::Console;
    MailServerView { fields, is_kept: true, is_readable: true, trial: Some(trial), may_change, otherwise }
}

const MAIL: &str = "/notifications/mail?place=project%2Fharbour%2Fshop";

#[tokio::test]
async fn a_mail_server_shows_how_each_step_went_and_its_form_to_who_may_change_it() {
    let html = Fake { server: Some(server(true)), ..Fake::default() }.render(MAIL).await;
    for words in [
        "project shop in harbour",
        "value=\"seven\"",
        "Shop &lt;shop@example.org&gt;",
        "There is one, which is not shown",
        "The mail to bea@example.org was not sent.",
        "&lt;no&gt; such user",
        "not begun",
        "value=\"project/harbour/shop\"",
        "/api/notifications/try-mail-server",
        "/api/notifications/remove-mail-server",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }

    let html = Fake { server: Some(server(false)), ..Fake::default() }.render(MAIL).await;
    assert!(html.contains("mail.example.org:587") && html.contains("such user"), "{html}");
    assert!(!html.contains("<form"), "{html}");
}

#[tokio::test]
async fn a_place_without_a_mail_server_says_who_sends_instead() {
    let of = |otherwise| MailServerView {
        fields: MailServerFields::new(shop()),
        is_kept: false,
        trial: None,
        otherwise,
        ..server(true)
    };
    let garden = MemberPlace::try_from("workspace/garden".to_owned()).unwrap();
    for (otherwise, words) in [
        (MailSender::Of(garden), "by that of workspace garden"),
        (MailSender::Console, "by the console&#x27;s own"),
        (MailSender::Nobody, "Nobody sends mails"),
    ] {
        let html = Fake { server: Some(of(otherwise)), ..Fake::default() }.render(MAIL).await;
        let html = html.replace("console's", "console&#x27;s");
        assert!(html.contains(words), "{words}: {html}");
        assert!(html.contains("/api/notifications/save-mail-server"), "{html}");
        assert!(!html.contains("/api/notifications/try-mail-server"), "{html}");
    }

    let sealed = MailServerView { is_readable: false, is_kept: false, ..server(true) };
    let html = Fake { server: Some(sealed), ..Fake::default() }.render(MAIL).await;
    assert!(html.contains("sealed with another key") && !html.contains("There is one"), "{html}");
}

#[tokio::test]
async fn mail_servers_stand_with_the_receivers_and_are_set_where_one_may() {
    let row = MailServerRow {
        place: shop(),
        address: "mail.example.org:587".into(),
        from: "shop@example.org".into(),
        trial: server(true).trial,
        is_readable: false,
    };
    let mail = MailServerList { servers: vec![row], places: Vec::new() };
    let html = Fake { mail, ..Fake::default() }.render("/notifications").await;
    for words in [MAIL, "mail.example.org:587", "not delivered", "password unusable"] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(!html.contains("Set a mail server"), "{html}");

    let mail = || MailServerList { servers: Vec::new(), places: vec![shop()] };
    let html = Fake { mail: mail(), ..Fake::default() }.render("/notifications").await;
    assert!(html.contains("Set a mail server") && html.contains("The nearest one sends"), "{html}");
    let html = Fake { mail: mail(), ..Fake::default() }.render("/notifications/mail").await;
    assert!(html.contains("method=\"get\"") && html.contains("project shop in harbour"), "{html}");
    let wrong = "/notifications/mail?place=cluster%2Fharbour&namespace=No+good";
    let html = Fake { mail: mail(), ..Fake::default() }.render(wrong).await;
    assert!(html.contains("method=\"get\"") && !html.contains("fields[host]"), "{html}");
    let html = Fake::default().render("/notifications/mail").await;
    assert!(html.contains("Nowhere to set one"), "{html}");
    let html = Fake::default().render("/notifications").await;
    assert!(!html.contains("Mail servers"), "{html}");
}

#[tokio::test]
async fn a_receiver_says_what_fires_where_it_listens_and_why_it_is_told_of_it_or_not() {
    let heard = |name: &str, fate| HeardAlert {
        cluster: "harbour".parse().unwrap(),
        name: name.into(),
        level: model::Level::Warning,
        severity: "warning".into(),
        about: None,
        fate,
    };
    let alerts =
        vec![heard("Crashing", Fate::Unmatched), heard("Full", Fate::Due), heard("Late", Fate::Quiet)];
    let hearing = Hearing { alerts, total: 4, unknown: vec!["quarry".parse().unwrap()] };
    let switched_off = ReceiverView { is_enabled: false, ..view(false) };

    let on = Fake { view: Some(view(false)), hearing: hearing.clone(), ..Fake::default() };
    let html = on.render("/notifications/1").await;
    let off = Fake { view: Some(switched_off), hearing, ..Fake::default() }.render("/notifications/1").await;
    let quiet = Fake { view: Some(view(false)), ..Fake::default() }.render("/notifications/1").await;

    assert!(html.contains("Crashing") && html.contains("its conditions on labels do not hold"), "{html}");
    assert!(html.contains("Told within a minute") && html.contains("1 more"), "{html}");
    assert!(html.contains("Not told for now: it is a quiet time"), "{html}");
    assert!(html.contains("Not all that fires is known of quarry"), "{html}");
    assert!(off.contains("Not told: the receiver is switched off") && !off.contains("Told within"), "{off}");
    assert!(quiet.contains("Nothing fires where this receiver listens"), "{quiet}");
}
