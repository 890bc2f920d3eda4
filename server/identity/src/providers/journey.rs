//! What the console remembers while a browser is at a provider. It is in the browser's own cookie, sealed: nothing is kept
//! for those who never come back, and nobody else can come back in their place.

use crate::{Seal, Token};
use database::now_seconds;
use oauth2::{PkceCodeChallenge, PkceCodeVerifier};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long somebody may take at the provider.
pub(crate) const LIFETIME_SECONDS: i64 = 15 * 60;

const SEALED_FOR: &str = "a journey to a provider";

/// For what somebody goes to a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// To sign in.
    SignIn,
    /// To link who they are there to this account, in the session of this hash.
    Link {
        /// The account.
        account: Uuid,
        /// The session in which it was asked for.
        session_hash: String,
    },
}

/// A way to a provider and back.
#[derive(Serialize, Deserialize)]
pub struct Journey {
    /// To whom.
    pub provider: String,
    /// For what.
    pub purpose: Purpose,
    /// Where to go afterwards.
    pub next: String,
    pub(crate) state: String,
    pub(crate) nonce: String,
    verifier: String,
    expires_at: i64,
}

impl Journey {
    /// Begins one.
    pub fn begin(provider: &str, purpose: Purpose, next: &str) -> Self {
        Self {
            provider: provider.into(),
            purpose,
            next: next.into(),
            state: Token::random().reveal().into(),
            nonce: Token::random().reveal().into(),
            verifier: PkceCodeChallenge::new_random_sha256().1.into_secret(),
            expires_at: now_seconds() + LIFETIME_SECONDS,
        }
    }

    /// As the browser keeps it.
    pub fn to_cookie(&self, seal: &Seal) -> String {
        seal.seal_value(SEALED_FOR, self)
    }

    /// The one that a browser brings back, unless it took too long or is none of ours.
    pub fn from_cookie(cookie: &str, seal: &Seal) -> Option<Self> {
        seal.open_value(SEALED_FOR, cookie).ok().filter(|journey: &Self| journey.expires_at > now_seconds())
    }

    pub(crate) fn challenge(&self) -> PkceCodeChallenge {
        PkceCodeChallenge::from_code_verifier_sha256(&self.proof())
    }

    pub(crate) fn proof(&self) -> PkceCodeVerifier {
        PkceCodeVerifier::new(self.verifier.clone())
    }

    #[cfg(test)]
    pub(crate) fn expire(&mut self) {
        self.expires_at = now_seconds() - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journey_ends_and_cannot_be_made_up() {
        let seal = Seal::random();
        let mut journey = Journey::begin("company", Purpose::SignIn, "/");
        let cookie = journey.to_cookie(&seal);

        assert!(Journey::from_cookie(&cookie, &seal).is_some_and(|back| back.state == journey.state));
        assert!(Journey::from_cookie(&cookie, &Seal::random()).is_none());
        assert!(Journey::from_cookie(&seal.seal_value("something else", &journey), &seal).is_none());
        journey.expire();
        assert!(Journey::from_cookie(&journey.to_cookie(&seal), &seal).is_none());
    }
}
