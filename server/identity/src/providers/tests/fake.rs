//! A small provider that can be told to lie.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, HeaderMap};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use database::now_seconds;
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

pub const CLIENT: &str = "orrery";
pub const SECRET: &str = "what only the two of us know";

/// How a token is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signed {
    /// As it should be.
    #[default]
    Well,
    /// Not at all, and saying so.
    None,
    /// With the client's secret.
    WithSecret,
    /// With another key under the right name.
    ByAnother,
    /// With the right key under a name that is not published.
    UnknownKey,
}

/// What it does wrong.
#[derive(Clone, Debug, Default)]
pub struct Behaviour {
    /// Claims that replace the right ones; `null` removes one.
    pub claims: Map<String, Value>,
    /// Facts that replace the right ones.
    pub facts: Map<String, Value>,
    pub signed: Signed,
    pub no_id_token: bool,
    pub delay: Duration,
    pub redirects: bool,
    pub long_keys: bool,
    pub user_info: Option<Value>,
    /// Whether it gives refresh tokens; each works once.
    pub gives_refresh: bool,
    /// With what it answers refresh tokens instead, and with what words.
    pub refuses_refresh: Option<(u16, &'static str)>,
}

struct Key {
    pair: Ed25519KeyPair,
    id: String,
}

fn key(id: &str) -> Key {
    let document = Ed25519KeyPair::generate_pkcs8v1(&aws_lc_rs::rand::SystemRandom::new()).unwrap();
    Key { pair: Ed25519KeyPair::from_pkcs8_maybe_unchecked(document.as_ref()).unwrap(), id: id.into() }
}

/// A question that a browser was sent with.
#[derive(Clone)]
struct Asked {
    nonce: String,
    challenge: String,
    redirect: String,
}

struct Inner {
    behaviour: Mutex<Behaviour>,
    key: Mutex<Key>,
    asked: Mutex<HashMap<String, Asked>>,
    refreshes: Mutex<HashSet<String>>,
    refreshed: AtomicUsize,
    key_reads: AtomicUsize,
    issuer: String,
}

/// A provider on loopback.
#[derive(Clone)]
pub struct Fake(Arc<Inner>);

impl Fake {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let fake = Self(Arc::new(Inner {
            behaviour: Mutex::default(),
            key: Mutex::new(key("one")),
            asked: Mutex::default(),
            refreshes: Mutex::default(),
            refreshed: AtomicUsize::new(0),
            key_reads: AtomicUsize::new(0),
            issuer,
        }));
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(facts))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/userinfo", get(user_info))
            .route("/login/oauth/access_token", post(token))
            .route("/api/{*path}", get(interface))
            .with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        fake
    }

    pub fn issuer(&self) -> String {
        self.0.issuer.clone()
    }

    pub fn behave(&self, behaviour: Behaviour) {
        *self.0.behaviour.lock() = behaviour;
    }

    /// Replaces the key without any overlap.
    pub fn rotate(&self, id: &str) {
        *self.0.key.lock() = key(id);
    }

    pub fn key_reads(&self) -> usize {
        self.0.key_reads.load(Ordering::SeqCst)
    }

    /// Somebody may not sign in any more: what was given is worth nothing.
    pub fn disable(&self) {
        self.0.refreshes.lock().clear();
    }

    /// The same of one sign-in: somebody signs out there.
    pub fn end(&self, refresh: &str) {
        assert!(self.0.refreshes.lock().remove(refresh));
    }

    /// How often it was asked again.
    pub fn refreshed(&self) -> usize {
        self.0.refreshed.load(Ordering::SeqCst)
    }

    fn refresh_token(&self) -> String {
        let token = format!("refresh-{}", rand::random::<u32>());
        self.0.refreshes.lock().insert(token.clone());
        token
    }

    /// Somebody signs in: reads the question in the address and answers state and code.
    pub fn sign_in(&self, address: &str) -> (String, String) {
        let address = url::Url::parse(address).unwrap();
        let query: HashMap<String, String> = address.query_pairs().into_owned().collect();
        assert_eq!(query["code_challenge_method"], "S256");
        assert_eq!(query["client_id"], CLIENT);
        let code = format!("code-{}", rand::random::<u32>());
        let asked = Asked {
            nonce: query.get("nonce").cloned().unwrap_or_default(),
            challenge: query["code_challenge"].clone(),
            redirect: query["redirect_uri"].clone(),
        };
        self.0.asked.lock().insert(code.clone(), asked);
        (query["state"].clone(), code)
    }

    /// A token with these claims, signed as told.
    pub fn sign(&self, typ: &str, claims: &Value) -> String {
        let key = self.0.key.lock();
        let signed = self.0.behaviour.lock().signed;
        let header = match signed {
            Signed::None => json!({"alg": "none"}),
            Signed::WithSecret => json!({"alg": "HS256", "typ": typ}),
            Signed::UnknownKey => json!({"alg": "EdDSA", "typ": typ, "kid": "nobody knows"}),
            Signed::Well | Signed::ByAnother => json!({"alg": "EdDSA", "typ": typ, "kid": key.id}),
        };
        let text = format!("{}.{}", encode(&header), encode(claims));
        let signature = match signed {
            Signed::None => Vec::new(),
            Signed::WithSecret => {
                let secret = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
                hmac::sign(&secret, text.as_bytes()).as_ref().to_vec()
            }
            Signed::ByAnother => super::fake::key("x").pair.sign(text.as_bytes()).as_ref().to_vec(),
            Signed::Well | Signed::UnknownKey => key.pair.sign(text.as_bytes()).as_ref().to_vec(),
        };
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn merged(right: Value, other: &Map<String, Value>) -> Value {
    let Value::Object(mut right) = right else { return right };
    for (name, value) in other {
        if value.is_null() {
            right.remove(name);
        } else {
            right.insert(name.clone(), value.clone());
        }
    }
    Value::Object(right)
}

async fn facts(State(fake): State<Fake>) -> Response {
    let behaviour = fake.0.behaviour.lock().clone();
    tokio::time::sleep(behaviour.delay).await;
    if behaviour.redirects {
        return Redirect::temporary("http://169.254.169.254/").into_response();
    }
    let issuer = &fake.0.issuer;
    let right = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/keys"),
        "end_session_endpoint": format!("{issuer}/end"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
    });
    Json(merged(right, &behaviour.facts)).into_response()
}

async fn keys(State(fake): State<Fake>) -> Response {
    fake.0.key_reads.fetch_add(1, Ordering::SeqCst);
    if fake.0.behaviour.lock().long_keys {
        return Json(json!({"keys": [], "padding": "x".repeat(3 * 1024 * 1024)})).into_response();
    }
    let key = fake.0.key.lock();
    let x = URL_SAFE_NO_PAD.encode(key.pair.public_key().as_ref());
    Json(json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x, "kid": key.id, "use": "sig", "alg": "EdDSA"}]}))
        .into_response()
}

async fn token(
    State(fake): State<Fake>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let refuse = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({"error": error}))).into_response();
    let basic = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Basic "));
    let basic = basic.and_then(|basic| base64::engine::general_purpose::STANDARD.decode(basic).ok());
    let is_client = basic.is_some_and(|basic| basic.starts_with(CLIENT.as_bytes()))
        || form.get("client_secret").map(String::as_str) == Some(SECRET);
    if !is_client {
        return refuse("invalid_client");
    }
    let behaviour = fake.0.behaviour.lock().clone();
    if form.get("grant_type").map(String::as_str) == Some("refresh_token") {
        tokio::time::sleep(behaviour.delay).await;
        return refresh(&fake, &form, &behaviour);
    }
    // A code works once.
    let Some(asked) = fake.0.asked.lock().remove(form.get("code").map_or("", String::as_str)) else {
        return refuse("invalid_grant");
    };
    let verifier = form.get("code_verifier").cloned().unwrap_or_default();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    if challenge != asked.challenge || form.get("redirect_uri") != Some(&asked.redirect) {
        return refuse("invalid_grant");
    }
    let right = json!({
        "iss": fake.0.issuer,
        "sub": "248289761001",
        "aud": CLIENT,
        "exp": now_seconds() + 300,
        "iat": now_seconds(),
        "nonce": asked.nonce,
        "preferred_username": "grace",
        "groups": ["ops"],
        "sid": "session-there",
    });
    let token = fake.sign("JWT", &merged(right, &behaviour.claims));
    let mut answer = json!({"access_token": "access", "token_type": "bearer", "expires_in": 300});
    if !behaviour.no_id_token {
        answer["id_token"] = token.into();
    }
    if behaviour.gives_refresh {
        answer["refresh_token"] = fake.refresh_token().into();
    }
    Json(answer).into_response()
}

/// Answers a refresh token as recent Keycloaks do: with an ID token that names no nonce.
fn refresh(fake: &Fake, form: &HashMap<String, String>, behaviour: &Behaviour) -> Response {
    fake.0.refreshed.fetch_add(1, Ordering::SeqCst);
    if let Some((status, error)) = behaviour.refuses_refresh {
        return (StatusCode::from_u16(status).unwrap(), Json(json!({"error": error}))).into_response();
    }
    let token = form.get("refresh_token").map_or("", String::as_str);
    if !fake.0.refreshes.lock().remove(token) {
        return (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response();
    }
    let right = json!({
        "iss": fake.0.issuer,
        "sub": "248289761001",
        "aud": CLIENT,
        "exp": now_seconds() + 300,
        "iat": now_seconds(),
    });
    let mut answer = json!({"access_token": "access", "token_type": "bearer", "expires_in": 300});
    answer["refresh_token"] = fake.refresh_token().into();
    if !behaviour.no_id_token {
        answer["id_token"] = fake.sign("JWT", &merged(right, &behaviour.claims)).into();
    }
    Json(answer).into_response()
}

async fn user_info(State(fake): State<Fake>) -> Json<Value> {
    Json(fake.0.behaviour.lock().user_info.clone().unwrap_or_default())
}

/// What GitHub's interface says, as far as it is asked.
async fn interface(Path(path): Path<String>, headers: HeaderMap) -> Response {
    if headers.get(AUTHORIZATION).is_none_or(|value| value != "Bearer access") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    match path.as_str() {
        "user" => Json(json!({"id": 583_231, "login": "grace"})).into_response(),
        "user/teams" => Json(json!([{"slug": "ops", "organization": {"login": "harbour"}}])).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
