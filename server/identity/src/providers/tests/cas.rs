//! A Central Authentication Service that says what it is told to say.

use super::*;
use crate::providers::cas::{Validated, read};
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use database::sessions::StoredSession;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::net::TcpListener;

const GRACE: &str = "<cas:user>grace</cas:user><cas:attributes><cas:uid>g-17</cas:uid>\
    <cas:memberOf>ops</cas:memberOf><cas:memberOf>system:masters</cas:memberOf></cas:attributes>";

/// Tickets and for what they count.
#[derive(Clone)]
struct Service {
    address: String,
    tickets: Arc<Mutex<HashMap<String, String>>>,
    says: Arc<Mutex<String>>,
}

impl Service {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/cas", listener.local_addr().unwrap());
        let service = Self { address, tickets: Arc::default(), says: Arc::new(Mutex::new(GRACE.into())) };
        let routes = Router::new()
            .route("/cas/p3/serviceValidate", get(validate))
            .route("/cas/login", get(login))
            .with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        service
    }

    /// Somebody signs in: answers the state and the ticket that their browser brings back.
    fn sign_in(&self, address: &str) -> (String, String) {
        let address = url::Url::parse(address).unwrap();
        assert!(address.as_str().starts_with(&format!("{}/login?", self.address)), "{address}");
        let (_, service) = address.query_pairs().into_owned().find(|(name, _)| name == "service").unwrap();
        let ticket = format!("ST-{}", rand::random::<u32>());
        self.tickets.lock().insert(ticket.clone(), service.clone());
        let service = url::Url::parse(&service).unwrap();
        let (_, state) = service.query_pairs().into_owned().find(|(name, _)| name == "state").unwrap();
        (state, ticket)
    }
}

fn answer(inner: &str) -> String {
    format!("<cas:serviceResponse xmlns:cas=\"http://www.yale.edu/tp/cas\">{inner}</cas:serviceResponse>")
}

fn success(inner: &str) -> String {
    answer(&format!("<cas:authenticationSuccess>{inner}</cas:authenticationSuccess>"))
}

async fn validate(State(service): State<Service>, Query(query): Query<HashMap<String, String>>) -> Response {
    // A ticket works once, and for what it was made.
    let made_for = service.tickets.lock().remove(&query["ticket"]);
    if made_for.as_ref() != Some(&query["service"]) {
        let words =
            "<cas:authenticationFailure code=\"INVALID_TICKET\">not recognized</cas:authenticationFailure>";
        return answer(words).into_response();
    }
    success(&service.says.lock()).into_response()
}

async fn login(Query(query): Query<HashMap<String, String>>) -> StatusCode {
    let is_known = query["service"].starts_with("http://console.example/sign-in/callback/");
    if is_known { StatusCode::OK } else { StatusCode::FORBIDDEN }
}

struct Place {
    database: Database,
    registry: Registry,
    service: Service,
    provider: Provider,
}

impl Place {
    async fn new(change: impl FnOnce(&mut providers_contract::Cas)) -> Self {
        let service = Service::start().await;
        let database = Database::in_memory().await.unwrap();
        let registry = Registry::new(database.clone(), Seal::random(), "http://console.example");
        let mut settings = settings(Kind::Cas, &service.address);
        if let System::Cas(cas) = &mut settings.system {
            change(cas);
        }
        let id = registry.add(&settings, "").await.unwrap();
        let provider = registry.enabled(&id).await.unwrap();
        Self { database, registry, service, provider }
    }

    async fn round(&self, tamper: impl FnOnce(&mut Callback)) -> Result<Arrived, ProviderError> {
        let journey = Journey::begin(&self.provider.id, Purpose::SignIn, "/");
        let address = self.registry.ask(&self.provider, &journey).await?;
        let (state, ticket) = self.service.sign_in(&address);
        let mut callback = Callback { state, ticket: Some(ticket), ..Callback::default() };
        tamper(&mut callback);
        self.registry.hear(&self.provider, &journey, &callback).await
    }

    async fn saying(&self, inner: &str) -> Result<Arrived, ProviderError> {
        *self.service.says.lock() = inner.to_owned();
        self.round(|_| ()).await
    }
}

#[tokio::test]
async fn somebody_arrives_with_a_ticket() {
    let place = Place::new(|_| ()).await;

    let arrived = place.round(|_| ()).await.unwrap();

    assert_eq!((arrived.name.as_str(), arrived.person.subject.as_str()), ("grace", "grace"));
    assert_eq!(arrived.person.issuer, format!("cas {}", place.service.address));
    assert_eq!(arrived.groups, ["ops"], "no group of Kubernetes comes along");
    assert!(arrived.session_there.is_some_and(|ticket| ticket.starts_with("ST-")));
}

#[tokio::test]
async fn a_person_can_be_an_attribute_and_only_one() {
    let place = Place::new(|cas| cas.subject_attribute = "uid".into()).await;

    let arrived = place.round(|_| ()).await.unwrap();
    assert_eq!((arrived.name.as_str(), arrived.person.subject.as_str()), ("grace", "g-17"));

    for said in [
        "<cas:user>grace</cas:user>",
        "<cas:user>grace</cas:user><cas:attributes><cas:uid>1</cas:uid><cas:uid>2</cas:uid></cas:attributes>",
    ] {
        let refused = place.saying(said).await;
        assert!(matches!(refused, Err(ProviderError::Unusable(_))), "{said}: {refused:?}");
    }
}

#[tokio::test]
async fn a_ticket_works_once_and_in_the_browser_that_asked() {
    let place = Place::new(|_| ()).await;
    let journey = Journey::begin(&place.provider.id, Purpose::SignIn, "/");
    let address = place.registry.ask(&place.provider, &journey).await.unwrap();
    let (state, ticket) = place.service.sign_in(&address);
    let callback =
        |state: &str| Callback { state: state.into(), ticket: Some(ticket.clone()), ..Callback::default() };

    // A ticket of somebody else, planted into a journey that another browser makes.
    let other = Journey::begin(&place.provider.id, Purpose::SignIn, "/");
    let planted = place.registry.hear(&place.provider, &other, &callback(&state)).await;
    assert!(matches!(planted, Err(ProviderError::Foreign)), "{planted:?}");
    let (_, fresh) = place.service.sign_in(&address);
    let mixed = Callback { ticket: Some(fresh), ..callback(&other.state) };
    let mixed = place.registry.hear(&place.provider, &other, &mixed).await;
    assert!(matches!(mixed, Err(ProviderError::Refused(_))), "{mixed:?}");

    place.registry.hear(&place.provider, &journey, &callback(&state)).await.unwrap();
    let again = place.registry.hear(&place.provider, &journey, &callback(&state)).await;
    assert!(
        matches!(&again, Err(ProviderError::Refused(words)) if words.contains("INVALID_TICKET")),
        "{again:?}"
    );
}

#[tokio::test]
async fn what_is_no_ticket_is_not_handed_on() {
    let place = Place::new(|_| ()).await;
    for ticket in [None, Some(String::new()), Some("a b".into()), Some("x".repeat(3000))] {
        let refused = place.round(|callback| callback.ticket = ticket.clone()).await;
        assert!(matches!(refused, Err(ProviderError::Unusable(_))), "{ticket:?}: {refused:?}");
    }
}

#[test]
fn an_answer_is_read_as_it_is_meant_or_not_at_all() {
    let user = |text: &str| match read(text) {
        Some(Validated::Success { user, .. }) => user,
        other => format!("{other:?}"),
    };

    // What a comment cuts off would make one name of another.
    assert_eq!(user(&success("<cas:user>ada<!-- -->.evil</cas:user>")), "ada.evil");
    assert_eq!(user(&success("<cas:user> <![CDATA[a<b]]> </cas:user>")), "a<b");
    for (what, text) in [
        ("nothing", String::new()),
        ("a page", "<html><body>ada</body></html>".into()),
        ("nobody", success("<cas:user/>")),
        ("a user elsewhere", success("<cas:proxies><cas:user>ada</cas:user></cas:proxies>")),
        ("a user of another namespace", success("<user xmlns=''>ada</user>")),
        ("an answer of another namespace", success("<cas:user>ada</cas:user>").replace("yale", "evil")),
        (
            "an outcome of another namespace",
            answer("<authenticationSuccess xmlns=''><user>ada</user></authenticationSuccess>"),
        ),
        (
            "a document type",
            format!("<!DOCTYPE x [<!ENTITY e 'ada'>]>{}", success("<cas:user>&e;</cas:user>")),
        ),
        ("two roots", format!("{0}{0}", success("<cas:user>ada</cas:user>"))),
    ] {
        assert_eq!(read(&text), None, "{what}");
    }
    let failure = Some(Validated::Failure { code: "INVALID_SERVICE".into(), words: "not known".into() });
    assert_eq!(
        read(&answer(
            "<cas:authenticationFailure code='INVALID_SERVICE'> not known </cas:authenticationFailure>"
        )),
        failure
    );
}

fn logout(ticket: &str) -> String {
    format!(
        "<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"1\" Version=\"2.0\">\
         <samlp:SessionIndex>{ticket}</samlp:SessionIndex></samlp:LogoutRequest>"
    )
}

#[tokio::test]
async fn signing_out_there_ends_the_session_of_the_ticket_and_no_other() {
    let place = Place::new(|_| ()).await;
    let visitor = crate::Visitor { address: [127, 0, 0, 1].into(), request_id: "1".into() };
    let arrived = place.round(|_| ()).await.unwrap();
    let entrance = place.registry.enter(&place.provider, arrived, "/", &visitor).await.unwrap();
    let Entrance::Account(account) = entrance else { panic!("{entrance:?}") };
    for (hash, ticket) in [("one", "ST-1"), ("two", "ST-2")] {
        let session = StoredSession {
            id_hash: hash.into(),
            account_id: Some(account),
            data: "{}".into(),
            expires_at: now() + 60,
        };
        place.database.add_session(&session).await.unwrap();
        place.database.note_provider_session(hash, &place.provider.id, "grace", Some(ticket)).await.unwrap();
    }
    let id = &*place.provider.id;

    assert_eq!(place.registry.sign_out_by(id, &logout("ST-3")).await.unwrap(), 0);
    for nonsense in [
        "",
        "<a/>",
        &logout(""),
        &logout("ST-1").replace("SAML:2.0", "SAML:1.1"),
        &logout(&"x".repeat(20_000)),
    ] {
        let refused = place.registry.sign_out_by(id, nonsense).await;
        assert!(matches!(refused, Err(LogoutRefused::Untrue(_))), "{nonsense}: {refused:?}");
    }
    assert_eq!(place.registry.sign_out_by(id, &logout("ST-1")).await.unwrap(), 1);
    assert_eq!(place.registry.sign_out_by(id, &logout("ST-1")).await.unwrap(), 0, "said once more");

    assert!(place.database.session("one").await.unwrap().is_none());
    assert!(place.database.session("two").await.unwrap().is_some());
}

#[tokio::test]
async fn a_long_ticket_is_kept_short_and_ends_its_session_all_the_same() {
    let place = Place::new(|_| ()).await;
    let journey = Journey::begin(&place.provider.id, Purpose::SignIn, "/");
    let address = place.registry.ask(&place.provider, &journey).await.unwrap();
    let (state, short) = place.service.sign_in(&address);
    let long = format!("ST-{}", "x".repeat(2000));
    let service = place.service.tickets.lock().remove(&short).unwrap();
    place.service.tickets.lock().insert(long.clone(), service);
    let callback = Callback { state, ticket: Some(long.clone()), ..Callback::default() };

    let arrived = place.registry.hear(&place.provider, &journey, &callback).await.unwrap();

    let kept = arrived.session_there.clone().unwrap();
    assert_eq!(kept.len(), 64, "{kept}");
    let visitor = crate::Visitor { address: [127, 0, 0, 1].into(), request_id: "1".into() };
    let entrance = place.registry.enter(&place.provider, arrived, "/", &visitor).await.unwrap();
    let Entrance::Account(account) = entrance else { panic!("{entrance:?}") };
    let session = StoredSession {
        id_hash: "one".into(),
        account_id: Some(account),
        data: "{}".into(),
        expires_at: now() + 60,
    };
    place.database.add_session(&session).await.unwrap();
    let id = &*place.provider.id;
    place.database.note_provider_session("one", id, "grace", Some(&kept)).await.unwrap();
    assert_eq!(place.registry.sign_out_by(id, &logout(&long)).await.unwrap(), 1);
}

#[tokio::test]
async fn trying_it_out_finds_whether_the_console_is_registered() {
    let place = Place::new(|_| ()).await;

    let known = probe(place.provider.clone(), "http://console.example/sign-in/callback/x".into()).await;
    let unknown = probe(place.provider.clone(), "http://other.example/sign-in/callback/x".into()).await;
    let mut elsewhere = place.provider.clone();
    elsewhere.settings = settings(Kind::Cas, &place.service.address.replace("/cas", "/sso"));
    let elsewhere = probe(elsewhere, String::new()).await;

    assert!(known.len() == 4 && known.iter().all(|step| step.result.is_ok()), "{known:?}");
    let words = unknown.last().unwrap().result.clone().unwrap_err();
    assert!(words.contains("register http://other.example/sign-in/callback/x"), "{words}");
    assert!(elsewhere.last().unwrap().result.is_err(), "{elsewhere:?}");
}

#[tokio::test]
async fn the_way_out_leads_back_to_the_console() {
    let place = Place::new(|_| ()).await;

    let out = place.registry.way_out(&place.provider, None).await.unwrap();

    let back = "http%3A%2F%2Fconsole.example%2Fsign-in";
    assert_eq!(out, format!("{}/logout?service={back}", place.service.address));
}
