//! Asking OpenID providers again, by the refresh token that they gave at a sign-in, whether who signed in there still may. Signing
//! out there is told by few providers, and that somebody was disabled by none.

use crate::Seal;
use crate::providers::code::Refreshed;
use crate::providers::openid::OpenIdError;
use crate::providers::registry::{Provider, ProviderError, Registry};
use database::audit::Decision;
use database::refreshes::ProviderSession;
use database::{DatabaseError, now_seconds};
use futures::future::join_all;
use openidconnect::ClaimsVerificationError;
use providers_contract::OpenId;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::{Duration, Instant};

/// How long one round may take: then the next ones are asked about in the next round.
const ROUND: Duration = Duration::from_secs(60);

/// How long a round comes after the one before it. Who is due before the next one is asked about now.
const ROUND_SECONDS: i64 = 60;

/// A session that was asked about this short a time ago may be asked about at this moment, by another replica: longer than all
/// requests take that one question needs.
const ASKING_SECONDS: i64 = 45;

/// About so many people a provider is asked at the same time: one after another, thousands would take longer than they may stay.
const AT_ONCE: usize = 8;

/// The longest refresh token that is kept.
const MAX_BYTES: usize = 8 * 1024;

/// With what a provider is asked again. Whoever has it can call the provider as the person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refresh {
    pub(crate) token: String,
    /// What the ID token of the sign-in answered: one that names another is not about it.
    pub(crate) nonce: String,
}

impl fmt::Debug for Refresh {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a refresh token")
    }
}

impl Refresh {
    /// A token that is kept, if a provider gave one.
    pub(crate) fn new(token: Option<String>, nonce: &str) -> Option<Self> {
        let token = token.filter(|token| !token.is_empty() && token.len() <= MAX_BYTES)?;
        Some(Self { token, nonce: nonce.into() })
    }

    /// As it is kept.
    pub(crate) fn sealed(&self, provider: &str, seal: &Seal) -> String {
        seal.seal_value(&purpose(provider), self)
    }
}

/// What a refresh token is sealed for: one that is moved to another provider's session does not open.
fn purpose(provider: &str) -> String {
    format!("a refresh token of provider {provider}")
}

/// What a provider says of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// It goes on.
    Holds,
    /// It is over there, or it is somebody else's.
    Over,
    /// Nothing that could be used, or nothing because somebody else asks.
    Nothing,
    /// Nothing: it cannot be reached.
    Silent,
}

impl Registry {
    /// Asks a provider about everybody who is due, and ends the sessions that are over there. Answers how many those were. A
    /// provider that does not answer, or answers something that cannot be used, says nothing about anybody.
    pub(super) async fn ask_again(&self, provider: &Provider, openid: &OpenId) -> Result<u64, DatabaseError> {
        if openid.asks_again == 0 {
            return Ok(0);
        }
        let begun = Instant::now();
        let since = now_seconds() - i64::from(openid.asks_again) * 60 + ROUND_SECONDS;
        let mut ended = 0;
        for some in self.database.to_ask_again(&provider.id, since).await?.chunks(AT_ONCE) {
            if begun.elapsed() > ROUND {
                tracing::warn!(provider = %provider.id, "A provider is too slow to be asked about everybody in one round");
                break;
            }
            let answers =
                join_all(some.iter().map(|subject| self.ask_about(provider, openid, subject))).await;
            let mut is_silent = false;
            for answer in answers {
                match answer? {
                    Some(more) => ended += more,
                    None => is_silent = true,
                }
            }
            // Who waits for it now would wait as long for everybody else.
            if is_silent {
                break;
            }
        }
        Ok(ended)
    }

    /// Asks about one person; nothing when the provider does not answer.
    async fn ask_about(
        &self,
        provider: &Provider,
        openid: &OpenId,
        subject: &str,
    ) -> Result<Option<u64>, DatabaseError> {
        let sessions = self.database.sessions_through(&provider.id, subject).await?;
        let mut over = Vec::new();
        let mut may_go_on = false;
        for session in sessions.iter().filter(|session| session.sealed_refresh.is_some()) {
            match self.ask_about_session(provider, openid, subject, session).await? {
                Answer::Over => over.push(session.id_hash.clone()),
                Answer::Holds | Answer::Nothing => may_go_on = true,
                Answer::Silent => return Ok(None),
            }
        }
        let Some(first) = sessions.first().filter(|_| !over.is_empty()) else { return Ok(Some(0)) };
        if !may_go_on {
            // None of theirs holds any more: those without a token do not either.
            over = sessions.iter().map(|session| session.id_hash.clone()).collect();
        }
        self.end_what_is_over(provider, first, &over).await.map(Some)
    }

    async fn ask_about_session(
        &self,
        provider: &Provider,
        openid: &OpenId,
        subject: &str,
        session: &ProviderSession,
    ) -> Result<Answer, DatabaseError> {
        let sealed = session.sealed_refresh.as_deref().unwrap_or_default();
        let Ok(refresh) = self.seal.open_value::<Refresh>(&purpose(&provider.id), sealed) else {
            tracing::error!(provider = %provider.id, "A refresh token was sealed with another key");
            self.database.renew_refresh(sealed, sealed, now_seconds()).await?;
            return Ok(Answer::Nothing);
        };
        // Most tokens work once, and a second try makes some providers end all that came of the sign-in: whoever takes the session
        // first asks, also where another replica believes that this one has ended.
        let now = now_seconds();
        if !self.database.claim_refresh(&session.id_hash, sealed, now - ASKING_SECONDS, now).await? {
            return Ok(Answer::Nothing);
        }
        match self.refreshed(provider, openid, &refresh).await {
            Ok(Refreshed::Over) => Ok(Answer::Over),
            Ok(Refreshed::Tokens(tokens)) => {
                // The next one is kept before anything is said about this one.
                let next = Refresh::new(tokens.refresh.clone(), &refresh.nonce).unwrap_or(refresh);
                let next_sealed = next.sealed(&provider.id, &self.seal);
                self.database.renew_refresh(sealed, &next_sealed, now_seconds()).await?;
                let checked = self.check_refreshed(provider, openid, subject, &next, &tokens).await;
                Ok(checked.map_or_else(|error| unusable(provider, &error), |()| Answer::Holds))
            }
            Err(error @ ProviderError::Unavailable(_)) => {
                tracing::warn!(provider = %provider.id, error = &error as &dyn std::error::Error, "A provider does not say who is still there");
                // Nobody has answered: it is due in the next round.
                let before = session.asked_at.unwrap_or_default();
                self.database.renew_refresh(sealed, sealed, before).await?;
                Ok(Answer::Silent)
            }
            Err(error) => {
                self.database.renew_refresh(sealed, sealed, now_seconds()).await?;
                Ok(unusable(provider, &error))
            }
        }
    }

    /// Written down first, as everything is.
    async fn end_what_is_over(
        &self,
        provider: &Provider,
        one: &ProviderSession,
        over: &[String],
    ) -> Result<u64, DatabaseError> {
        let decision = Decision {
            account_id: Some(one.account_id),
            account_name: one.account_name.clone(),
            action: "over_at_provider".into(),
            verb: "delete".into(),
            resource: "sessions.console.orrery".into(),
            name: Some(provider.settings.name.clone()),
            is_allowed: true,
            reason: format!(
                "what they signed in by does not hold there any more; sessions that end: {}",
                over.len()
            ),
            ..Decision::default()
        };
        self.database.record_decision(&decision).await?;
        tracing::info!(provider = %provider.id, account = %one.account_name, "What somebody signed in by is over there");
        self.database.end_sessions(over).await
    }
}

/// What follows from an answer that cannot be used: nothing, unless it is about somebody else.
fn unusable(provider: &Provider, error: &ProviderError) -> Answer {
    let is_about_another = matches!(
        error,
        ProviderError::Untrue(
            OpenIdError::OtherPerson | OpenIdError::Checks(ClaimsVerificationError::InvalidNonce(_))
        )
    );
    let error = error as &dyn std::error::Error;
    tracing::warn!(provider = %provider.id, error, "What a provider says when it is asked again does not hold");
    if is_about_another { Answer::Over } else { Answer::Nothing }
}
