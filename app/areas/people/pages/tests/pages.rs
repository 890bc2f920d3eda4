//! The pages of people and of the audit trail over a fake, rendered as the server does.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use asked::Asked;
use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{ClusterName, ConsoleError, GrantedBy, Namespace, Need, Sort, Timestamp};
use people_contract::{
    AuditLine, AuditPage as Trail, AuditQuery, People, PeopleAct, PeopleList, PeopleQuery, Person, PersonAct,
    PersonFields, PersonLink, PersonLinkFields, PersonRow, PersonSession, PersonToken, UnsentMail,
};
use people_pages::{AuditPage, LateChangesCard, PeoplePage, PersonPage};
use std::sync::Arc;
use workspaces_contract::{InheritedRow, MemberPlace, Reach, RoleSummary};

mod asked {
    use std::sync::{Arc, Mutex};

    /// What the page asked for last.
    #[derive(Clone, Default)]
    pub struct Asked(Arc<Mutex<String>>);

    impl Asked {
        pub fn note(&self, what: String) {
            *self.0.lock().unwrap() = what;
        }

        pub fn last(&self) -> String {
            self.0.lock().unwrap().clone()
        }
    }
}

/// Answers what it was told to answer; nothing can be changed.
#[derive(Default)]
struct Fake {
    list: Option<Result<PeopleList, ConsoleError>>,
    person: Option<Result<Person, ConsoleError>>,
    trail: Option<Trail>,
    asked: Asked,
}

fn nothing<T>() -> Result<T, ConsoleError> {
    Err(ConsoleError::missing("what a test did not expect"))
}

#[async_trait]
impl People for Fake {
    async fn people(&self, query: PeopleQuery) -> Result<PeopleList, ConsoleError> {
        let sort = query.sort.as_ref().map(Sort::to_string).unwrap_or_default();
        self.asked.note(format!("{} {} {:?} {} {sort}", query.text, query.role, query.state, query.page));
        self.list.clone().unwrap_or_else(nothing)
    }

    async fn person(&self, name: String) -> Result<Person, ConsoleError> {
        self.asked.note(name);
        self.person.clone().unwrap_or_else(nothing)
    }

    async fn audit(&self, query: AuditQuery) -> Result<Trail, ConsoleError> {
        self.asked.note(format!("{} {} {} {}", query.person, query.decision, query.text, query.before));
        self.trail.clone().map_or_else(nothing, Ok)
    }

    async fn late_changes(&self) -> Result<Option<Vec<AuditLine>>, ConsoleError> {
        Ok(self.trail.clone().map(|trail| trail.lines))
    }

    async fn changes_of(&self, _: model::ResourceRef) -> Result<Option<Vec<AuditLine>>, ConsoleError> {
        nothing()
    }

    async fn create_person(&self, _: PersonFields) -> Result<String, ConsoleError> {
        nothing()
    }

    async fn change_person(&self, _: PersonFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn act_on_person(&self, _: PersonAct) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn act_on_people(&self, _: PeopleAct) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn link_person(&self, _: PersonLinkFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn new_link(&self, _: String) -> Result<String, ConsoleError> {
        nothing()
    }

    async fn send_link(&self, _: String) -> Result<(), ConsoleError> {
        nothing()
    }
}

impl Fake {
    /// The page at an address, as the server sends it.
    async fn render(self, address: &str) -> String {
        rendering::render(address, || {
            provide_context::<Arc<dyn People>>(Arc::new(self));
            view! {
                <Router>
                    <Routes fallback=|| "no such page">
                        <Route path=path!("/people") view=PeoplePage/>
                        <Route path=path!("/people/:name") view=PersonPage/>
                        <Route path=path!("/audit") view=AuditPage/>
                        <Route path=path!("/late") view=LateChangesCard/>
                    </Routes>
                </Router>
            }
        })
        .await
    }
}

fn role(word: &str) -> RoleSummary {
    RoleSummary { id: word.into(), title: None }
}

fn bea() -> PersonRow {
    PersonRow {
        name: "bea".into(),
        full_name: "Bea Bell".into(),
        email: "bea@example.org".into(),
        role: role("regular"),
        is_enabled: false,
        is_gone: false,
        created: Timestamp(1_795_407_600),
        signed_in: None,
        unsent_mail: None,
    }
}

/// A list of one person, by who may make no accounts.
fn list_of(row: PersonRow) -> PeopleList {
    PeopleList {
        people: vec![row],
        total: 1,
        known_roles: vec![role("regular"), role("auditor")],
        roles: vec![],
    }
}

/// Bea, as somebody sees her who may change her.
fn person() -> Person {
    Person {
        row: bea(),
        holds: vec![InheritedRow {
            name: "bea".into(),
            role: role("project-editor"),
            place: Some(MemberPlace::Project(
                ClusterName::parse("harbour").unwrap(),
                Namespace::parse("shop").unwrap(),
            )),
            department: Some("Roses".into()),
            until: Some(Timestamp(1_795_500_000)),
        }],
        beyond: vec![],
        roles: vec![role("regular"), role("creator")],
        is_self: false,
        may_act_as: true,
        has_factor: true,
        passkeys: 0,
        has_password: true,
        is_password_due: false,
        links: vec![PersonLink {
            provider: "company".into(),
            name: String::new(),
            subject: "0815".into(),
            used: None,
        }],
        providers: vec![("company".into(), "The company".into())],
        departments: vec![(Some("garden".into()), "Roses".into())],
        sessions: vec![PersonSession {
            browser: "Firefox, Linux".into(),
            address: "192.0.2.7".into(),
            since: Timestamp(1_795_407_600),
            seen: Timestamp(1_795_407_900),
        }],
        tokens: vec![PersonToken {
            name: "deploy".into(),
            is_read_only: true,
            reach: Reach::Within(MemberPlace::Cluster("harbour".parse().unwrap())),
            ends: Timestamp(1_795_407_600),
        }],
    }
}

async fn shown(person: Person) -> String {
    Fake { person: Some(Ok(person)), ..Fake::default() }.render("/people/bea").await
}

#[tokio::test]
async fn everybody_is_listed_and_only_who_may_make_accounts_is_offered_the_form() {
    let list = |roles| Some(Ok(PeopleList { roles, ..list_of(bea()) }));

    let html = Fake { list: list(vec![role("regular")]), ..Fake::default() }.render("/people?new=1").await;
    assert!(
        html.contains("href=\"/people/bea\"") && html.contains("Bea Bell") && html.contains("disabled"),
        "{html}"
    );
    assert!(
        html.contains("action=\"/api/people/create\"") && html.contains("name=\"fields[email]\""),
        "{html}"
    );
    let html = Fake { list: list(vec![]), ..Fake::default() }.render("/people?new=1").await;
    assert!(!html.contains("/api/people/create") && !html.contains("?new=1"), "{html}");
}

#[tokio::test]
async fn who_has_no_mail_address_has_no_line_for_it() {
    let cells = async |row: PersonRow| {
        let html = Fake { list: Some(Ok(list_of(row))), ..Fake::default() }.render("/people").await;
        let row = html.split("<tbody>").nth(1).unwrap().split("</th>").nth(1).unwrap();
        row.split("</td>").next().unwrap().to_owned()
    };

    assert!(cells(bea()).await.contains("bea@example.org"));
    // Nothing but a mark of the framework: style leaves such a cell out.
    let nothing = cells(PersonRow { email: String::new(), ..bea() }).await;
    assert_eq!(nothing.replace("<!>", ""), "<td>");
}

#[tokio::test]
async fn several_people_are_chosen_by_who_may_change_them() {
    let may = PeopleList { roles: vec![role("regular")], ..list_of(bea()) };
    let html = Fake { list: Some(Ok(may)), ..Fake::default() }.render("/people").await;
    for part in [
        "action=\"/api/people/act-on-many\"",
        "name=\"fields[names][]\"",
        "value=\"bea\"",
        "aria-label=\"Tick bea\"",
        "value=\"sign-out\"",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let first = html.split("name=\"fields[act]\"").nth(1).unwrap().split_once("<option value=\"").unwrap().1;
    assert!(first.starts_with('"'), "nothing is chosen beforehand: {html}");
    let html = Fake { list: Some(Ok(list_of(bea()))), ..Fake::default() }.render("/people").await;
    assert!(!html.contains("act-on-many") && !html.contains("fields[names]"), "{html}");
}

#[tokio::test]
async fn people_are_looked_for_page_by_page() {
    let long = PeopleList { total: 250, ..list_of(bea()) };
    let fake = Fake { list: Some(Ok(long)), ..Fake::default() };
    let asked = fake.asked.clone();

    let html = fake.render("/people?text=b%26a&role=auditor&state=out&page=1").await;

    assert_eq!(asked.last().trim(), "b&a auditor Out 1");
    assert!(html.contains("action=\"/people\"") && html.contains("value=\"b&amp;a\""), "{html}");
    for link in ["/people?text=b%26a&amp;role=auditor&amp;state=out\"", "state=out&amp;page=2\""] {
        assert!(html.contains(link), "{link}: {html}");
    }
    let none = PeopleList { people: vec![], total: 0, ..list_of(bea()) };
    let html = Fake { list: Some(Ok(none)), ..Fake::default() }.render("/people?text=zz").await;
    assert!(html.contains("Nobody was found") && !html.contains("<table"), "{html}");
}

#[tokio::test]
async fn headings_put_people_in_another_order_from_the_first_page_on() {
    let long = PeopleList { total: 250, ..list_of(bea()) };
    let fake = Fake { list: Some(Ok(long)), ..Fake::default() };
    let asked = fake.asked.clone();

    let html = fake.render("/people?text=b&sort=-created&page=1").await;

    assert_eq!(asked.last(), "b  Any 1 -created");
    let created = html.split("<th").find(|heading| heading.contains("sort=created\"")).unwrap();
    assert!(created.contains("aria-sort=\"descending\""), "{html}");
    for part in [
        "href=\"/people?text=b\"",
        "href=\"/people?text=b&amp;sort=email\"",
        "href=\"/people?text=b&amp;sort=-created&amp;page=2\"",
        "name=\"sort\" value=\"-created\"",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let fake = Fake { list: Some(Ok(list_of(bea()))), ..Fake::default() };
    let asked = fake.asked.clone();
    let html = fake.render("/people?sort=shoe-size").await;
    assert_eq!(asked.last().trim(), "Any 0");
    assert!(
        html.contains("aria-sort=\"ascending\"") && html.contains("href=\"/people?sort=-name\""),
        "{html}"
    );
}

#[tokio::test]
async fn who_may_not_see_people_learns_which_right_is_missing() {
    let need = Need {
        verb: "list".into(),
        resource: "accounts.console.orrery".into(),
        cluster: None,
        namespace: None,
        granted_by: GrantedBy::Administrator,
    };
    let refused = ConsoleError::Forbidden { need, said: None };

    let html = Fake { list: Some(Err(refused)), ..Fake::default() }.render("/people").await;

    assert!(html.contains("An administrator of this console") && html.contains("href=\"/rights\""), "{html}");
}

#[tokio::test]
async fn a_person_is_shown_with_what_they_hold_and_ways_to_what_they_may_do() {
    let html = shown(person()).await;

    assert!(html.contains("project shop in harbour") && html.contains("by department Roses"), "{html}");
    assert!(html.contains("datetime=\"2026-11-24T06:00:00Z\""), "{html}");
    assert!(html.contains("href=\"/rights?person=bea\""), "{html}");
    assert!(html.contains("href=\"/rights?person=bea&amp;place=project%2Fharbour%2Fshop\""), "{html}");
    assert!(html.contains("href=\"/audit?person=bea\""), "{html}");
    assert!(html.contains("/departments") || html.contains("tab=departments"), "{html}");
}

#[tokio::test]
async fn a_lost_second_factor_is_reset_only_for_somebody_else_who_has_one() {
    let reset = |html: &str| html.contains("value=\"forget\"");

    assert!(reset(&shown(person()).await));
    assert!(!reset(&shown(Person { has_factor: false, ..person() }).await));
    assert!(reset(&shown(Person { has_factor: false, passkeys: 1, ..person() }).await));
    assert!(!reset(&shown(Person { is_self: true, ..person() }).await));
    assert!(!reset(&shown(Person { roles: vec![], ..person() }).await), "who may change nobody");
}

#[tokio::test]
async fn a_new_password_is_asked_for_once_of_somebody_else_who_has_one() {
    let asks = |html: &str| html.contains("value=\"new-password\"");
    let is_due = |html: &str| html.contains("A new password is asked for");

    let html = shown(person()).await;
    assert!(asks(&html) && !is_due(&html), "{html}");
    let html = shown(Person { is_password_due: true, ..person() }).await;
    assert!(!asks(&html) && is_due(&html), "{html}");
    assert!(!asks(&shown(Person { has_password: false, ..person() }).await));
    assert!(!asks(&shown(Person { is_self: true, ..person() }).await));
    assert!(!asks(&shown(Person { roles: vec![], ..person() }).await), "who may change nobody");
}

#[tokio::test]
async fn no_way_into_an_account_is_offered_to_who_may_do_less_than_its_owner() {
    let ways = |html: &str| [html.contains("/api/people/link\""), html.contains("value=\"forget\"")];

    let html = shown(person()).await;
    assert!(ways(&html) == [true; 2] && !html.contains("they may do more than you"), "{html}");
    let html = shown(Person { beyond: person().holds, ..person() }).await;
    assert!(ways(&html) == [false; 2] && html.contains("they may do more than you"), "{html}");
    assert!(html.contains("value=\"disable\"") || html.contains("value=\"enable\""), "{html}");
}

#[tokio::test]
async fn a_mail_that_was_not_sent_is_told_with_why_and_sent_again() {
    let why = "the mail server: 550 <no> such user".to_owned();
    let unsent = UnsentMail { tried: Timestamp(1_795_407_600), why };
    let waiting = PersonRow { unsent_mail: Some(unsent), ..bea() };

    let html = shown(Person { row: waiting.clone(), ..person() }).await;
    assert!(html.contains("The mail with the link to choose a password could not be sent."), "{html}");
    assert!(html.contains("550 &lt;no&gt; such user") || html.contains("550 &lt;no> such user"), "{html}");
    assert!(html.contains("datetime=\"2026-11-23T04:20:00Z\""), "{html}");
    assert!(html.contains("action=\"/api/people/send-link\"") && html.contains("Send it again"), "{html}");
    let html = shown(person()).await;
    assert!(!html.contains("send-link") && !html.contains("could not be sent"), "{html}");

    let list = |row| Some(Ok(list_of(row)));
    let html = Fake { list: list(waiting), ..Fake::default() }.render("/people").await;
    assert!(html.contains("mail not sent"), "{html}");
    let html = Fake { list: list(bea()), ..Fake::default() }.render("/people").await;
    assert!(!html.contains("mail not sent"), "{html}");
}

#[tokio::test]
async fn who_is_gone_from_their_directory_is_told_apart_from_who_was_disabled_here() {
    let gone = PersonRow { is_gone: true, ..bea() };

    let html = shown(Person { row: gone.clone(), ..person() }).await;
    assert!(html.contains("kept out until back") && html.contains("does not know them any more"), "{html}");
    assert!(html.contains("value=\"disable\"") && !html.contains("value=\"enable\""), "{html}");
    let html = shown(person()).await;
    assert!(!html.contains("kept out until back") && html.contains("value=\"enable\""), "{html}");

    let list = |row| Some(Ok(list_of(row)));
    let html = Fake { list: list(gone), ..Fake::default() }.render("/people").await;
    assert!(html.contains("kept out until back"), "{html}");
}

#[tokio::test]
async fn who_somebody_will_come_as_is_said_beforehand_by_who_may() {
    let html = shown(person()).await;
    assert!(html.contains("action=\"/api/people/link-identity\"") && html.contains("0815"), "{html}");
    assert!(html.contains("<option value=\"company\"") && html.contains("name=\"link[unlink]\""), "{html}");
    assert!(html.contains(": The company, 0815"), "a button says to whom it belongs: {html}");

    let html = shown(Person { providers: vec![], ..person() }).await;
    assert!(html.contains("0815") && !html.contains("/api/people/link-identity"), "{html}");
}

#[tokio::test]
async fn where_somebody_is_signed_in_is_told_and_ended_by_who_may_change_them() {
    let ends = |html: &str| html.contains("value=\"sign-out\"");

    let html = shown(person()).await;
    assert!(ends(&html) && html.contains("192.0.2.7"), "{html}");
    assert!(
        html.contains("deploy") && html.contains("cluster harbour") && html.contains("2026-11-23 04:20 UTC"),
        "{html}"
    );
    assert!(!ends(&shown(Person { is_self: true, ..person() }).await));
    let nowhere = shown(Person { sessions: vec![], tokens: vec![], ..person() }).await;
    assert!(!ends(&nowhere) && nowhere.contains("Nowhere at the moment."), "{nowhere}");
    let reader = shown(Person { roles: vec![], ..person() }).await;
    assert!(!ends(&reader) && !reader.contains("192.0.2.7"), "{reader}");
}

#[tokio::test]
async fn nobody_ends_their_own_account() {
    let removes = |html: &str| html.contains("value=\"remove\"");

    assert!(removes(&shown(person()).await));
    assert!(!removes(&shown(Person { is_self: true, ..person() }).await));
}

fn line(refused: Option<&str>, outcome: Option<&str>) -> AuditLine {
    AuditLine {
        at: Timestamp(1_795_407_600),
        person: "Bea (token kubeconfig harbour)".into(),
        address: Some("192.0.2.7".into()),
        action: "api exec".into(),
        resource: "pods/exec".into(),
        cluster: Some("harbour".into()),
        namespace: Some("shop".into()),
        name: Some("web-0".into()),
        refused: refused.map(str::to_owned),
        outcome: outcome.map(str::to_owned),
        detail: "it hung up".into(),
        request: "1f".into(),
        recording: None,
    }
}

#[tokio::test]
async fn what_people_did_last_leads_into_the_trail_and_is_nothing_for_who_may_not_see_it() {
    let trail = Trail { lines: vec![line(None, Some("failed"))], next: None, actions: vec![] };

    let html = Fake { trail: Some(trail), ..Fake::default() }.render("/late").await;
    assert!(html.contains("/audit?cluster=harbour&amp;namespace=shop&amp;text=web-0"), "{html}");
    assert!(html.contains("harbour / shop") && html.contains("api exec"), "{html}");

    assert!(!Fake::default().render("/late").await.contains("What people did last"));
}

#[tokio::test]
async fn the_trail_is_searched_by_the_address_and_says_how_it_went() {
    let trail = Trail {
        lines: vec![
            line(Some("no role of Bea allows it"), None),
            line(None, Some("failed")),
            line(None, None),
        ],
        next: Some("17-x".into()),
        actions: vec!["api exec".into()],
    };
    let asked = Asked::default();
    let fake = Fake { trail: Some(trail.clone()), asked: asked.clone(), ..Fake::default() };

    let html = fake.render("/audit?person=bea&decision=refused&text=exec").await;

    assert_eq!(asked.last().trim(), "bea refused exec");
    assert!(html.contains("no role of Bea allows it") && html.contains("it hung up"), "{html}");
    assert!(html.contains("harbour / shop") && html.contains("192.0.2.7"), "{html}");
    let there = "/clusters/harbour/logs/audit?query=request%3A1f&amp;from=1795406700&amp;to=1795408500";
    assert_eq!(html.matches(there).count(), 2, "what was refused never got to the cluster: {html}");
    let older = "/audit?person=bea&amp;decision=refused&amp;text=exec&amp;before=17-x";
    assert!(html.contains(older), "{older} is not in {html}");
    assert!(html.contains("/audit/trail.csv?person=bea"), "{html}");

    let empty = Trail { lines: vec![], next: None, actions: vec![] };
    let html = Fake { trail: Some(empty), ..Fake::default() }.render("/audit?text=nothing").await;
    assert!(!html.contains("trail.csv") && html.contains("value=\"nothing\""), "{html}");
}
