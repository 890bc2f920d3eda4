//! Providers that lie, are slow, or are gone. Each check is shown to matter by a provider that fails only it.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod arrivals;
mod cas;
mod directories;
mod fake;
mod fake_directory;
mod idle;
mod logouts;
mod refreshes;

use super::openid::OpenIdError;
use super::*;
use crate::Seal;
use database::Database;
use fake::{Behaviour, CLIENT, Fake, SECRET, Signed};
use providers_contract::{Kind, Settings, System};
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

pub(super) struct World {
    pub database: Database,
    pub registry: Registry,
    pub fake: Fake,
    pub id: String,
}

pub(super) fn settings(kind: Kind, address: &str) -> Settings {
    let mut settings = Settings::draft(kind);
    settings.name = "Company".into();
    match &mut settings.system {
        System::OpenId(openid) => {
            openid.issuer = address.into();
            openid.client_id = CLIENT.into();
        }
        System::GitHub(oauth) | System::GitLab(oauth) => {
            oauth.address = address.into();
            oauth.interface = format!("{address}/api");
            oauth.client_id = CLIENT.into();
            oauth.reads_groups = true;
        }
        System::Cas(cas) => cas.address = address.into(),
        System::Directory(_) => {}
    }
    settings
}

impl World {
    pub async fn new(kind: Kind) -> Self {
        let fake = Fake::start().await;
        let database = Database::in_memory().await.unwrap();
        let registry = Registry::new(database.clone(), Seal::random(), "http://console.example");
        let id = registry.add(&settings(kind, &fake.issuer()), SECRET).await.unwrap();
        Self { database, registry, fake, id }
    }

    pub async fn provider(&self) -> Provider {
        self.registry.enabled(&self.id).await.unwrap()
    }

    /// Goes to the provider and comes back, as a browser does.
    pub async fn round(&self, tamper: impl FnOnce(&mut Callback)) -> Result<Arrived, ProviderError> {
        let provider = self.provider().await;
        let journey = Journey::begin(&self.id, Purpose::SignIn, "/");
        let address = self.registry.ask(&provider, &journey).await?;
        let (state, code) = self.fake.sign_in(&address);
        let mut callback = Callback { state, code, ..Callback::default() };
        tamper(&mut callback);
        self.registry.hear(&provider, &journey, &callback).await
    }

    async fn with(&self, behaviour: Behaviour) -> Result<Arrived, ProviderError> {
        self.fake.behave(behaviour);
        self.round(|_| ()).await
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is called with what `json!` makes")]
fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

fn claims(value: Value) -> Behaviour {
    Behaviour { claims: object(value), ..Behaviour::default() }
}

fn now() -> i64 {
    database::now_seconds()
}

#[tokio::test]
async fn somebody_who_signs_in_at_the_provider_arrives() {
    let world = World::new(Kind::OpenId).await;

    let arrived = world.round(|_| ()).await.unwrap();

    assert_eq!((arrived.person.issuer, arrived.person.subject), (world.fake.issuer(), "248289761001".into()));
    assert_eq!((arrived.name.as_str(), arrived.groups.as_slice()), ("grace", &["ops".to_owned()][..]));
    assert_eq!(arrived.session_there.as_deref(), Some("session-there"));
}

#[tokio::test]
async fn whom_to_trust_counts_at_once_also_where_another_replica_was_told() {
    let world = World::new(Kind::OpenId).await;
    world.round(|_| ()).await.unwrap();
    let seal = world.registry.seal().clone();
    let elsewhere = Registry::new(world.database.clone(), seal, "http://console.example");
    let Provider { mut settings, version, .. } = world.provider().await;
    if let System::OpenId(openid) = &mut settings.system {
        openid.authority = "no certificate".into();
    }
    assert!(elsewhere.change(&world.id, version, &settings, "").await.unwrap());

    let refused = world.round(|_| ()).await;

    assert!(matches!(refused, Err(ProviderError::Unavailable(_))), "{refused:?}");
}

#[tokio::test]
async fn a_token_that_is_wrong_in_one_thing_is_refused() {
    let world = World::new(Kind::OpenId).await;
    for (what, wrong) in [
        ("nonce", claims(json!({"nonce": "another"}))),
        ("no nonce", claims(json!({"nonce": null}))),
        ("issuer", claims(json!({"iss": "https://evil.example"}))),
        ("audience", claims(json!({"aud": "another"}))),
        ("a second audience", claims(json!({"aud": [CLIENT, "another"]}))),
        ("authorized party", claims(json!({"azp": "another"}))),
        ("expired", claims(json!({"exp": now() - 12}))),
        ("from the future", claims(json!({"iat": now() + 60}))),
        ("made long ago", claims(json!({"iat": now() - 3600}))),
        ("not yet", claims(json!({"nbf": now() + 60}))),
        ("access token", claims(json!({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}))),
        ("no subject", claims(json!({"sub": ""}))),
        ("not signed", Behaviour { signed: Signed::None, ..Behaviour::default() }),
        ("signed with our secret", Behaviour { signed: Signed::WithSecret, ..Behaviour::default() }),
        ("signed by another", Behaviour { signed: Signed::ByAnother, ..Behaviour::default() }),
        ("signed with an unknown key", Behaviour { signed: Signed::UnknownKey, ..Behaviour::default() }),
        ("missing", Behaviour { no_id_token: true, ..Behaviour::default() }),
    ] {
        let refused = world.with(wrong).await;
        assert!(matches!(refused, Err(ProviderError::Untrue(_))), "{what}: {refused:?}");
    }
    assert!(world.with(Behaviour::default()).await.is_ok(), "and a right one is not");
}

#[tokio::test]
async fn clocks_may_be_ten_seconds_apart() {
    let world = World::new(Kind::OpenId).await;

    assert!(world.with(claims(json!({"exp": now() - 5}))).await.is_ok());
    assert!(world.with(claims(json!({"iat": now() + 5, "nbf": now() + 5}))).await.is_ok());
}

#[tokio::test]
async fn mail_addresses_mean_nothing() {
    let world = World::new(Kind::OpenId).await;

    for verified in [json!(false), json!("false"), json!("true")] {
        let said = json!({"email": "ada@company.example", "email_verified": verified});
        let arrived = world.with(claims(said)).await.unwrap();
        assert_eq!(arrived.person.subject, "248289761001");
    }
}

#[tokio::test]
async fn an_answer_belongs_to_the_browser_and_the_provider_that_were_asked() {
    let world = World::new(Kind::OpenId).await;

    let state = world.round(|callback| callback.state = "planted".into()).await;
    assert!(matches!(state, Err(ProviderError::Foreign)), "{state:?}");
    let empty = world.round(|callback| callback.state.clear()).await;
    assert!(matches!(empty, Err(ProviderError::Foreign)), "{empty:?}");
    let issuer = world.round(|callback| callback.iss = Some("https://evil.example".into())).await;
    assert!(matches!(issuer, Err(ProviderError::Untrue(OpenIdError::Issuer(_)))), "{issuer:?}");
    let refusal = world.round(|callback| callback.error = Some("access_denied".into())).await;
    assert!(matches!(refusal, Err(ProviderError::Refused(_))), "{refusal:?}");

    let issuer = world.fake.issuer();
    assert!(world.round(|callback| callback.iss = Some(issuer)).await.is_ok());
}

#[tokio::test]
async fn a_provider_that_always_names_itself_must_do_so() {
    let world = World::new(Kind::OpenId).await;
    world.fake.behave(Behaviour {
        facts: object(json!({"authorization_response_iss_parameter_supported": true})),
        ..Behaviour::default()
    });

    let silent = world.round(|_| ()).await;

    assert!(matches!(silent, Err(ProviderError::Untrue(OpenIdError::NoIssuer))), "{silent:?}");
}

#[tokio::test]
async fn a_journey_to_one_provider_does_not_end_at_another() {
    let world = World::new(Kind::OpenId).await;
    let other = world.registry.add(&settings(Kind::OpenId, &world.fake.issuer()), SECRET).await.unwrap();
    let journey = Journey::begin(&world.id, Purpose::SignIn, "/");
    let address = world.registry.ask(&world.provider().await, &journey).await.unwrap();
    let (state, code) = world.fake.sign_in(&address);
    let callback = Callback { state, code, ..Callback::default() };

    let other = world.registry.enabled(&other).await.unwrap();
    let mixed = world.registry.hear(&other, &journey, &callback).await;

    assert!(matches!(mixed, Err(ProviderError::Foreign)), "{mixed:?}");
}

#[tokio::test]
async fn a_code_is_worth_nothing_without_the_browser_that_asked_and_works_once() {
    let world = World::new(Kind::OpenId).await;
    let provider = world.provider().await;
    let journey = Journey::begin(&world.id, Purpose::SignIn, "/");
    let address = world.registry.ask(&provider, &journey).await.unwrap();
    let (state, code) = world.fake.sign_in(&address);

    // A stolen code, injected into the thief's own journey.
    let thief = Journey::begin(&world.id, Purpose::SignIn, "/");
    let injected = Callback { state: thief.state.clone(), code: code.clone(), ..Callback::default() };
    let stolen = world.registry.hear(&provider, &thief, &injected).await;
    assert!(matches!(stolen, Err(ProviderError::Refused(_))), "{stolen:?}");
    let callback = Callback { state, code, ..Callback::default() };
    let replayed = world.registry.hear(&provider, &journey, &callback).await;
    assert!(matches!(replayed, Err(ProviderError::Refused(_))), "{replayed:?}");
}

#[tokio::test]
async fn a_description_that_cannot_be_trusted_is_refused() {
    let facts = |facts: Value| Behaviour { facts: object(facts), ..Behaviour::default() };

    let issuer = World::new(Kind::OpenId).await.with(facts(json!({"issuer": "https://evil.example"}))).await;
    assert!(matches!(issuer, Err(ProviderError::Unusable(_))), "{issuer:?}");
    let redirect = Behaviour { redirects: true, ..Behaviour::default() };
    let redirect = World::new(Kind::OpenId).await.with(redirect).await;
    assert!(
        matches!(redirect, Err(ProviderError::Unavailable(OutboundError::Redirect { .. }))),
        "{redirect:?}"
    );
    let long = Behaviour { long_keys: true, ..Behaviour::default() };
    let long = World::new(Kind::OpenId).await.with(long).await;
    assert!(matches!(long, Err(ProviderError::Unavailable(OutboundError::Long { .. }))), "{long:?}");
    let open = World::new(Kind::OpenId).await.with(facts(json!({"jwks_uri": "http://192.0.2.1/keys"}))).await;
    assert!(matches!(open, Err(ProviderError::Unavailable(OutboundError::Insecure(_)))), "{open:?}");
}

#[tokio::test]
async fn a_provider_that_is_slow_or_gone_costs_five_seconds_at_the_most() {
    let world = World::new(Kind::OpenId).await;
    let begun = Instant::now();

    let slow = world.with(Behaviour { delay: Duration::from_secs(30), ..Behaviour::default() }).await;

    assert!(matches!(slow, Err(ProviderError::Unavailable(OutboundError::Slow { .. }))), "{slow:?}");
    assert!(begun.elapsed() < Duration::from_secs(7));
    let gone = settings(Kind::OpenId, "http://127.0.0.1:9");
    let gone = world.registry.add(&gone, SECRET).await.unwrap();
    let gone = world.registry.enabled(&gone).await.unwrap();
    let asked = world.registry.ask(&gone, &Journey::begin(&gone.id, Purpose::SignIn, "/")).await;
    assert!(matches!(asked, Err(ProviderError::Unavailable(OutboundError::Unreachable { .. }))), "{asked:?}");
}

#[tokio::test]
async fn who_does_not_speak_tls_where_it_should_is_not_trusted() {
    let world = World::new(Kind::OpenId).await;
    let plain = world.fake.issuer().replace("http://", "https://");
    let id = world.registry.add(&settings(Kind::OpenId, &plain), SECRET).await.unwrap();
    let provider = world.registry.enabled(&id).await.unwrap();

    let asked = world.registry.ask(&provider, &Journey::begin(&id, Purpose::SignIn, "/")).await;

    assert!(matches!(asked, Err(ProviderError::Unavailable(OutboundError::Unreachable { .. }))), "{asked:?}");
}

#[tokio::test]
async fn a_key_that_was_exchanged_without_overlap_is_found_and_a_flood_of_unknown_ones_costs_one_look() {
    let world = World::new(Kind::OpenId).await;
    world.round(|_| ()).await.unwrap();
    assert_eq!(world.fake.key_reads(), 1);

    world.fake.rotate("two");
    world.round(|_| ()).await.unwrap();
    assert_eq!(world.fake.key_reads(), 2);

    for _ in 0..20 {
        let unknown = world.with(Behaviour { signed: Signed::UnknownKey, ..Behaviour::default() }).await;
        assert!(unknown.is_err());
    }
    assert_eq!(world.fake.key_reads(), 2);
}

#[tokio::test]
async fn a_flood_of_unknown_keys_costs_one_look_where_the_keys_cannot_be_read_either() {
    let world = World::new(Kind::OpenId).await;
    world.round(|_| ()).await.unwrap();

    for _ in 0..20 {
        let unreadable = Behaviour { signed: Signed::UnknownKey, long_keys: true, ..Behaviour::default() };
        assert!(world.with(unreadable).await.is_err());
    }

    assert_eq!(world.fake.key_reads(), 2);
}

#[tokio::test]
async fn what_a_token_lacks_is_asked_for_and_must_be_about_the_same_person() {
    let world = World::new(Kind::OpenId).await;
    let lacks = |user_info: Value| Behaviour {
        user_info: Some(user_info),
        ..claims(json!({"groups": null, "preferred_username": null}))
    };

    let said = json!({"sub": "248289761001", "preferred_username": "grace", "groups": ["admirals"]});
    let arrived = world.with(lacks(said)).await.unwrap();
    let other = world.with(lacks(json!({"sub": "1", "groups": ["admirals"]}))).await;

    assert_eq!(arrived.groups, ["admirals"]);
    assert!(matches!(other, Err(ProviderError::Untrue(OpenIdError::OtherPerson))), "{other:?}");
}

#[tokio::test]
async fn github_says_who_somebody_is_by_number_and_not_by_name() {
    let world = World::new(Kind::GitHub).await;

    let arrived = world.round(|_| ()).await.unwrap();

    assert_eq!(arrived.person.subject, "583231");
    assert!(arrived.person.issuer.starts_with("github "));
    assert_eq!(
        (arrived.name.as_str(), arrived.groups.as_slice()),
        ("grace", &["harbour/ops".to_owned()][..])
    );
    let foreign = world.round(|callback| callback.state = "planted".into()).await;
    assert!(matches!(foreign, Err(ProviderError::Foreign)), "{foreign:?}");
}

#[tokio::test]
async fn a_secret_is_kept_sealed_and_stays_when_none_is_given() {
    let world = World::new(Kind::OpenId).await;
    let before = world.provider().await;

    let mut changed = before.settings.clone();
    changed.name = "Another name".into();
    assert!(world.registry.change(&world.id, before.version, &changed, "").await.unwrap());
    assert!(!world.registry.change(&world.id, before.version, &changed, "").await.unwrap(), "an old version");

    let after = world.provider().await;
    assert_eq!((after.settings.name.as_str(), after.has_secret()), ("Another name", true));
    assert!(world.round(|_| ()).await.is_ok());
    let kept = format!("{:?}", world.database.providers().await.unwrap());
    assert!(!kept.contains(SECRET) && !format!("{after:?}").contains(SECRET));
    let other_key = Registry::new(world.database.clone(), Seal::random(), "http://console.example");
    assert!(matches!(other_key.enabled(&world.id).await, Err(ProviderError::Sealed)));
}
