//! A provider says that somebody signed out there: by a token of OpenID Connect Back-Channel Logout 1.0, or by a request
//! that names the ticket of CAS.

use crate::providers::claims;
use crate::providers::keys::Known;
use crate::providers::openid::ALGORITHMS;
use crate::providers::registry::{ProviderError, Registry};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use database::{DatabaseError, now_seconds};
use openidconnect::JsonWebKey;
use openidconnect::core::CoreJwsSigningAlgorithm;
use providers_contract::{OpenId, System};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The event that a token must be about.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// How far the provider's clock may be from ours.
const SKEW_SECONDS: i64 = 10;

/// How old a token may be that names no end.
const OLDEST_SECONDS: i64 = 120;

/// The longest token that is looked at.
const MAX_BYTES: usize = 16 * 1024;

/// Why nobody is signed out.
#[derive(Debug, thiserror::Error)]
pub enum LogoutRefused {
    /// The token does not hold.
    #[error("the logout token does not hold: {0}")]
    Untrue(&'static str),
    /// It was heard before.
    #[error("the logout token was used before")]
    Used,
    /// The provider cannot be asked for its keys.
    #[error("the provider's keys cannot be read")]
    Provider(#[from] ProviderError),
    /// The sessions cannot be ended.
    #[error("the sessions cannot be ended")]
    Database(#[from] DatabaseError),
}

#[derive(Deserialize)]
struct Header {
    alg: CoreJwsSigningAlgorithm,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

/// What a token says.
#[derive(Deserialize)]
struct Said {
    iss: String,
    aud: Value,
    iat: i64,
    exp: Option<i64>,
    jti: String,
    sub: Option<String>,
    sid: Option<String>,
    #[serde(default)]
    events: Map<String, Value>,
    nonce: Option<Value>,
}

impl Registry {
    /// Ends the sessions that a provider's token or request names; answers how many those were.
    pub async fn sign_out_by(&self, id: &str, said: &str) -> Result<u64, LogoutRefused> {
        let provider = self.enabled(id).await?;
        match &provider.settings.system {
            System::OpenId(openid) => self.sign_out_by_token(id, openid, said).await,
            System::Cas(_) => self.sign_out_by_ticket(&provider, said).await,
            _ => Err(LogoutRefused::Untrue("this provider has none")),
        }
    }

    async fn sign_out_by_token(&self, id: &str, openid: &OpenId, token: &str) -> Result<u64, LogoutRefused> {
        let known = self.known(id, openid).await?;
        let said = match read(&known, token) {
            Ok(said) => said,
            Err(Unread::Key) => {
                let anew = self.known_anew(id, openid, &known).await;
                let anew = anew.ok_or(LogoutRefused::Untrue("its key is not known"))?;
                read(&anew, token).map_err(Unread::refuse)?
            }
            Err(unread) => return Err(unread.refuse()),
        };
        check(&said, openid)?;
        let until = end(&said).saturating_add(SKEW_SECONDS);
        let session = said.sid.as_deref().map(claims::session);
        let (subject, session) = (said.sub.as_deref(), session.as_deref());
        let ended = self.database.end_provider_sessions(id, subject, session, (&said.jti, until)).await?;
        ended.ok_or(LogoutRefused::Used)
    }
}

enum Unread {
    Key,
    Other(&'static str),
}

impl Unread {
    fn refuse(self) -> LogoutRefused {
        LogoutRefused::Untrue(match self {
            Self::Key => "its signature is not the provider's",
            Self::Other(words) => words,
        })
    }
}

/// What a token says, if one of the provider's keys has signed it.
fn read(known: &Known, token: &str) -> Result<Said, Unread> {
    let other = |words| move |_| Unread::Other(words);
    let parts: Vec<&str> = token.split('.').collect();
    let &[header, payload, signature] = parts.as_slice() else {
        return Err(Unread::Other("it has not three parts"));
    };
    if token.len() > MAX_BYTES {
        return Err(Unread::Other("it is too long"));
    }
    let signed = &token[..header.len() + 1 + payload.len()];
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(other("it is not base64"));
    let header: Header =
        serde_json::from_slice(&decode(header)?).map_err(|_| Unread::Other("its header cannot be read"))?;
    let typ = header.typ.unwrap_or_default().to_ascii_lowercase();
    if !["", "jwt", "logout+jwt", "application/logout+jwt"].contains(&typ.as_str()) || header.crit.is_some() {
        return Err(Unread::Other("it is of another type"));
    }
    if !ALGORITHMS.contains(&header.alg) {
        return Err(Unread::Other("its signature is of a kind that is not accepted"));
    }
    let signature = decode(signature)?;
    let is_signed = known.keys().keys().iter().any(|key| {
        let is_named = header.kid.is_none() || key.key_id().map(|id| id.as_str()) == header.kid.as_deref();
        is_named && key.verify_signature(&header.alg, signed.as_bytes(), &signature).is_ok()
    });
    if !is_signed {
        return Err(Unread::Key);
    }
    serde_json::from_slice(&decode(payload)?).map_err(|_| Unread::Other("its content cannot be read"))
}

/// When a token ends. Numbers are the provider's, however large.
fn end(said: &Said) -> i64 {
    said.exp.unwrap_or(said.iat.saturating_add(OLDEST_SECONDS))
}

fn check(said: &Said, openid: &OpenId) -> Result<(), LogoutRefused> {
    let now = now_seconds();
    let is_for_us = match &said.aud {
        Value::String(audience) => *audience == openid.client_id,
        Value::Array(audiences) => {
            audiences.iter().any(|audience| audience.as_str() == Some(&openid.client_id))
        }
        _ => false,
    };
    let wrong = if said.iss != openid.issuer {
        "it comes from another issuer"
    } else if !is_for_us {
        "it is for somebody else"
    } else if said.iat > now + SKEW_SECONDS {
        "it is from the future"
    } else if end(said) < now - SKEW_SECONDS {
        "it has expired"
    } else if !said.events.get(EVENT).is_some_and(Value::is_object) {
        "it is about something else"
    } else if said.nonce.is_some() {
        "it is an ID token"
    } else if said.sub.is_none() && said.sid.is_none() {
        "it names nobody"
    } else if said.jti.is_empty() || said.jti.len() > 255 {
        "it has no id"
    } else {
        return Ok(());
    };
    Err(LogoutRefused::Untrue(wrong))
}
