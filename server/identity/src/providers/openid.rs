//! OpenID Connect. The library checks signature, issuer, audience, time and nonce; what it leaves open is here.

use crate::providers::arrival::Arrived;
use crate::providers::claims;
use crate::providers::code::{Callback, Ends, Refreshed, Tokens};
use crate::providers::journey::Journey;
use crate::providers::keys::Known;
use crate::providers::refresh::Refresh;
use crate::providers::registry::{Provider, ProviderError, Registry};
use chrono::{DateTime, TimeDelta, Utc};
use database::identities::Person;
use http::Request;
use http::header::{ACCEPT, AUTHORIZATION};
use openidconnect::core::{
    CoreClientAuthMethod, CoreGenderClaim, CoreIdTokenVerifier, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AccessToken, AccessTokenHash, AdditionalClaims, ClaimsVerificationError, ClientId, IdToken,
    IdTokenClaims, IdTokenVerifier, IssuerUrl, Nonce, NonceVerifier, SignatureVerificationError,
};
use providers_contract::{OpenId, System};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::str::FromStr;
use std::sync::Arc;

/// How far the provider's clock may be from ours.
const SKEW: TimeDelta = TimeDelta::seconds(10);

/// How old a token may be that was made for a sign-in of this moment.
const OLDEST: TimeDelta = TimeDelta::seconds(600);

/// Signatures that only who has the private key can make. Never `none`, and never those for which our own secret would be
/// the key.
pub(crate) const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Why a token is not believed.
#[derive(Debug, thiserror::Error)]
pub enum OpenIdError {
    /// There is none.
    #[error("there is no ID token")]
    Missing,
    /// It is none.
    #[error("the ID token cannot be read")]
    Unreadable,
    /// One of the library's checks.
    #[error("{0}")]
    Checks(#[from] ClaimsVerificationError),
    /// It was made for somebody else.
    #[error("the ID token was made for {0:?}")]
    Party(String),
    /// It is not yet to be used.
    #[error("the ID token is not to be used yet")]
    Early,
    /// It does not belong to the access token beside it.
    #[error("the ID token does not belong to the access token beside it")]
    Hash,
    /// The answer names another issuer.
    #[error("the answer comes from {0:?}, not from the issuer")]
    Issuer(String),
    /// The answer names no issuer, although this one always does.
    #[error("the answer names no issuer, although this provider always does")]
    NoIssuer,
    /// It names a person in no possible way.
    #[error("the subject is none")]
    Subject,
    /// What is said about the person is about another one.
    #[error("the user info is about somebody else")]
    OtherPerson,
}

/// All claims that are not among the standard ones.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AllClaims(Map<String, Value>);

impl AdditionalClaims for AllClaims {}

type Token = IdToken<AllClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Claims = IdTokenClaims<AllClaims, CoreGenderClaim>;

impl Registry {
    /// What is known of a provider; asks it when that is nothing or old.
    pub(crate) async fn known(&self, id: &str, openid: &OpenId) -> Result<Arc<Known>, ProviderError> {
        let known = self.known.lock().get(id).cloned();
        if let Some(known) = known.filter(|known| known.is_fresh(&openid.issuer, &openid.authority)) {
            return Ok(known);
        }
        let known = Known::ask(&openid.issuer, &openid.authority).await?;
        Ok(self.remember(id, known))
    }

    /// What is known of a provider whose key was missing, if it is time to look again.
    pub(crate) async fn known_anew(&self, id: &str, openid: &OpenId, known: &Known) -> Option<Arc<Known>> {
        if !known.may_look_again() {
            return None;
        }
        match Known::ask(&openid.issuer, &openid.authority).await {
            Ok(known) => Some(self.remember(id, known.was_missed())),
            Err(error) => {
                known.could_not_be_read();
                tracing::warn!(provider = %id, error = &error as &dyn std::error::Error, "Keys cannot be read anew");
                None
            }
        }
    }

    fn remember(&self, id: &str, known: Known) -> Arc<Known> {
        let known = Arc::new(known);
        self.known.lock().insert(id.to_owned(), Arc::clone(&known));
        known
    }

    pub(super) async fn ask_openid(
        &self,
        provider: &Provider,
        openid: &OpenId,
        journey: &Journey,
    ) -> Result<String, ProviderError> {
        let known = self.known(&provider.id, openid).await?;
        let scopes = std::iter::once("openid").chain(openid.scopes.split_whitespace());
        let scopes: Vec<String> = scopes.map(str::to_owned).collect();
        let callback = self.callback(&provider.id);
        ends(&known, openid)?.question(provider, callback, journey, &scopes, &[("nonce", &journey.nonce)])
    }

    pub(super) async fn hear_openid(
        &self,
        provider: &Provider,
        openid: &OpenId,
        journey: &Journey,
        callback: &Callback,
    ) -> Result<Arrived, ProviderError> {
        let known = self.known(&provider.id, openid).await?;
        check_issuer(&known, openid, callback)?;
        let code = callback.code_for(journey, provider)?;
        let ends = ends(&known, openid)?;
        let here = self.callback(&provider.id);
        let tokens = ends.redeem(provider, here, &known.outbound, code, journey).await?;
        let text = tokens.id_token.ok_or(OpenIdError::Missing)?;
        let token = Token::from_str(&text).map_err(|_| OpenIdError::Unreadable)?;
        let claims = self.believed(provider, openid, &known, &token, Asked::WithIt(&journey.nonce)).await?;
        let access = AccessToken::new(tokens.access.clone());
        check_hash(&token, claims, &known, &access)?;
        let subject = claims.subject().to_string();
        if !claims::is_subject(&subject) {
            return Err(OpenIdError::Subject.into());
        }
        let mut said = all_claims(&text)?;
        if !is_complete(&said, openid) {
            said = with_user_info(said, &known, &tokens.access, &subject).await?;
        }
        Ok(Arrived {
            person: Person { issuer: openid.issuer.clone(), subject },
            name: claims::name(&said, &openid.name_claim),
            groups: claims::groups(&said, &openid.groups_claim),
            session_there: said.get("sid").and_then(Value::as_str).map(claims::session),
            id_token: Some(text),
            refresh: Refresh::new(tokens.refresh, &journey.nonce).filter(|_| openid.asks_again > 0),
        })
    }

    /// What a token says, if it holds. A key that is missing is looked for.
    async fn believed<'t>(
        &self,
        provider: &Provider,
        openid: &OpenId,
        known: &Known,
        token: &'t Token,
        nonce: Asked<'_>,
    ) -> Result<&'t Claims, ProviderError> {
        match verify(known, openid, token, nonce) {
            Err(error) if is_about_keys(&error) => match self.known_anew(&provider.id, openid, known).await {
                Some(known) => Ok(verify(&known, openid, token, nonce)?),
                None => Err(error.into()),
            },
            verified => Ok(verified?),
        }
    }

    /// Gives a refresh token for new tokens.
    pub(super) async fn refreshed(
        &self,
        provider: &Provider,
        openid: &OpenId,
        refresh: &Refresh,
    ) -> Result<Refreshed, ProviderError> {
        let known = self.known(&provider.id, openid).await?;
        let here = self.callback(&provider.id);
        ends(&known, openid)?.refresh(provider, here, &known.outbound, refresh.token.clone()).await
    }

    /// Whether the ID token that came with new tokens, if one did, is about the same person and the same sign-in.
    pub(super) async fn check_refreshed(
        &self,
        provider: &Provider,
        openid: &OpenId,
        subject: &str,
        refresh: &Refresh,
        tokens: &Tokens,
    ) -> Result<(), ProviderError> {
        let Some(text) = &tokens.id_token else { return Ok(()) };
        let known = self.known(&provider.id, openid).await?;
        let token = Token::from_str(text).map_err(|_| OpenIdError::Unreadable)?;
        let claims =
            self.believed(provider, openid, &known, &token, Asked::PerhapsWithIt(&refresh.nonce)).await?;
        check_hash(&token, claims, &known, &AccessToken::new(tokens.access.clone()))?;
        if claims.subject().as_str() == subject { Ok(()) } else { Err(OpenIdError::OtherPerson.into()) }
    }

    /// Where a browser signs out of a provider too, if the provider offers that.
    pub async fn way_out(&self, provider: &Provider, id_token: Option<&str>) -> Option<String> {
        let openid = match &provider.settings.system {
            System::OpenId(openid) => openid,
            System::Cas(cas) => return self.way_out_of_cas(cas),
            _ => return None,
        };
        let known = self.known(&provider.id, openid).await.ok()?;
        let address = known.metadata.additional_metadata().end_session_endpoint.clone()?;
        if !providers_contract::is_secure_address(&address, "https://", "http://") {
            return None;
        }
        let mut address = url::Url::parse(&address).ok()?;
        let back = format!("{}{}", self.public_url, sign_in_contract::path::SIGN_IN);
        address.query_pairs_mut().append_pair("client_id", &openid.client_id);
        address.query_pairs_mut().append_pair("post_logout_redirect_uri", &back);
        if let Some(token) = id_token {
            address.query_pairs_mut().append_pair("id_token_hint", token);
        }
        Some(address.into())
    }
}

fn ends(known: &Known, openid: &OpenId) -> Result<Ends, ProviderError> {
    let token = known.metadata.token_endpoint();
    let token = token.ok_or_else(|| ProviderError::Unusable("it names no token endpoint".into()))?;
    let methods = known.metadata.token_endpoint_auth_methods_supported();
    let secret_in_body =
        methods.is_some_and(|methods| !methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
    Ok(Ends {
        authorization: known.metadata.authorization_endpoint().to_string(),
        token: token.to_string(),
        client_id: openid.client_id.clone(),
        secret_in_body,
    })
}

/// Who answers must be who was asked: otherwise a second provider could have the code of the first one sent to itself.
fn check_issuer(known: &Known, openid: &OpenId, callback: &Callback) -> Result<(), OpenIdError> {
    match &callback.iss {
        Some(issuer) if *issuer != openid.issuer => Err(OpenIdError::Issuer(super::code::plain(issuer))),
        None if known.metadata.additional_metadata().authorization_response_iss_parameter_supported => {
            Err(OpenIdError::NoIssuer)
        }
        _ => Ok(()),
    }
}

/// With which nonce a token was asked for.
#[derive(Clone, Copy)]
enum Asked<'n> {
    /// It must answer this one.
    WithIt(&'n str),
    /// The same, unless it names none: refreshed tokens need not, and those of recent Keycloaks do not.
    PerhapsWithIt(&'n str),
}

impl Asked<'_> {
    fn check(self, said: Option<&Nonce>) -> Result<(), String> {
        match (self, said) {
            (Self::PerhapsWithIt(_), None) => Ok(()),
            (Self::WithIt(nonce) | Self::PerhapsWithIt(nonce), said) => {
                NonceVerifier::verify(&Nonce::new(nonce.to_owned()), said)
            }
        }
    }
}

/// The library's checks, and ours.
fn verify<'t>(
    known: &Known,
    openid: &OpenId,
    token: &'t Token,
    nonce: Asked<'_>,
) -> Result<&'t Claims, OpenIdError> {
    let claims = token.claims(&verifier(known, openid)?, |said: Option<&Nonce>| nonce.check(said))?;
    let party = claims.authorized_party().map(|party| party.to_string());
    if let Some(party) = party.filter(|party| *party != openid.client_id) {
        return Err(OpenIdError::Party(party));
    }
    let not_before = claims.additional_claims().0.get("nbf").and_then(Value::as_i64);
    let not_before = not_before.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    if not_before.is_some_and(|moment| moment > Utc::now() + SKEW) {
        return Err(OpenIdError::Early);
    }
    Ok(claims)
}

pub(crate) fn verifier<'v>(
    known: &Known,
    openid: &OpenId,
) -> Result<IdTokenVerifier<'v, CoreJsonWebKey>, OpenIdError> {
    let issuer = IssuerUrl::new(openid.issuer.clone()).map_err(|_| OpenIdError::Unreadable)?;
    let client = ClientId::new(openid.client_id.clone());
    let verifier = CoreIdTokenVerifier::new_public_client(client, issuer, known.keys().clone())
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(|| Utc::now() - SKEW)
        .set_issue_time_verifier_fn(|issued: DateTime<Utc>| {
            let now = Utc::now();
            if issued > now + SKEW {
                return Err("the ID token is from the future".into());
            }
            if issued < now - OLDEST {
                return Err("the ID token was made too long ago".into());
            }
            Ok(())
        });
    Ok(verifier)
}

fn is_about_keys(error: &OpenIdError) -> bool {
    use SignatureVerificationError::{CryptoError, NoMatchingKey};
    let OpenIdError::Checks(ClaimsVerificationError::SignatureVerification(error)) = error else {
        return false;
    };
    matches!(error, NoMatchingKey | CryptoError(_))
}

fn check_hash(
    token: &Token,
    claims: &Claims,
    known: &Known,
    access: &AccessToken,
) -> Result<(), OpenIdError> {
    let Some(expected) = claims.access_token_hash() else { return Ok(()) };
    let algorithm = token.signing_alg().map_err(|_| OpenIdError::Hash)?;
    let keys = known.keys().keys();
    let matches = keys.iter().any(|key| {
        AccessTokenHash::from_token(access, algorithm, key).is_ok_and(|actual| actual == *expected)
    });
    if matches { Ok(()) } else { Err(OpenIdError::Hash) }
}

/// Every claim of a token that was verified.
fn all_claims(token: &str) -> Result<Map<String, Value>, OpenIdError> {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let payload = token.split('.').nth(1).ok_or(OpenIdError::Unreadable)?;
    let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| OpenIdError::Unreadable)?;
    serde_json::from_slice(&payload).map_err(|_| OpenIdError::Unreadable)
}

fn is_complete(claims: &Map<String, Value>, openid: &OpenId) -> bool {
    let has = |claim: &str| claim.is_empty() || claims.contains_key(claim.split('.').next().unwrap_or(claim));
    has(&openid.name_claim) && has(&openid.groups_claim)
}

/// Adds what the provider says when it is asked for the person. It must be about the same one.
async fn with_user_info(
    mut claims: Map<String, Value>,
    known: &Known,
    access: &str,
    subject: &str,
) -> Result<Map<String, Value>, ProviderError> {
    let Some(address) = known.metadata.userinfo_endpoint() else { return Ok(claims) };
    let request = Request::get(address.as_str())
        .header(AUTHORIZATION, format!("Bearer {access}"))
        .header(ACCEPT, "application/json")
        .body(Vec::new())
        .map_err(|_| ProviderError::Unusable("its address for user info is none".into()))?;
    let answer = known.outbound.send(request).await?;
    let said: Option<Map<String, Value>> = serde_json::from_slice(answer.body()).ok();
    let Some(said) = said.filter(|_| answer.status().is_success()) else {
        return Err(ProviderError::Unusable(format!(
            "it answers the question for user info with {}",
            answer.status()
        )));
    };
    if said.get("sub").and_then(Value::as_str) != Some(subject) {
        return Err(OpenIdError::OtherPerson.into());
    }
    for (claim, value) in said {
        claims.entry(claim).or_insert(value);
    }
    Ok(claims)
}

/// Whether a key can be used for one of the signatures that are accepted.
pub(crate) fn is_usable(key: &CoreJsonWebKey) -> bool {
    use openidconnect::JsonWebKey;
    use openidconnect::core::{CoreJsonWebKeyType, CoreJsonWebKeyUse};
    let is_for_signatures = key.key_use().is_none_or(|known| *known == CoreJsonWebKeyUse::Signature);
    is_for_signatures && *key.key_type() != CoreJsonWebKeyType::Symmetric
}
