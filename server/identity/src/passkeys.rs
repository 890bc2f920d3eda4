//! Passkeys: signing in with what a device or a security key keeps, unlocked by its owner (W3C Web Authentication Level 3).
//! Whoever signs in so has something and knows or is something: no password and no code is asked for.

use crate::{Seal, Throttle, Visitor, is_name, token};
use database::audit::Decision;
use database::passkeys::{PasskeyAdded, StoredPasskey};
use database::{Database, DatabaseError, now_seconds};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use url::Url;
use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// What the way of signing in with a passkey is called in sessions and in the audit trail.
pub const BY_PASSKEY: &str = "passkey";

/// How long somebody may take to unlock their device.
const LIFETIME_SECONDS: i64 = 5 * 60;

/// For what it is sealed that somebody adds a passkey, and that somebody signs in with one.
const ADDING: &str = "a passkey that is added";
const SIGNING_IN: &str = "a challenge for passkeys";

/// Where passkeys work: at a host that has a name, and only there.
pub struct Site {
    host: String,
    webauthn: Webauthn,
}

impl Site {
    /// The site under which a browser reaches the console; `None` for one without a name, for which browsers keep no
    /// passkeys.
    pub fn new(scheme: &str, authority: &str) -> Option<Self> {
        let origin = Url::parse(&format!("{scheme}://{authority}")).ok()?;
        let host = origin.domain()?.to_owned();
        let webauthn = WebauthnBuilder::new(&host, &origin).ok()?.rp_name("Orrery").build().ok()?;
        Some(Self { host, webauthn })
    }
}

/// What a browser is asked, and what it is to bring along with its answer.
#[derive(Debug)]
pub struct Asked {
    /// The options for `navigator.credentials`, as JSON.
    pub options: Value,
    /// What the console remembers of it, sealed.
    pub kept: String,
}

#[derive(Serialize, Deserialize)]
struct Adding {
    account: Uuid,
    until: i64,
    state: PasskeyRegistration,
}

#[derive(Serialize, Deserialize)]
struct SigningIn {
    until: i64,
    challenge: String,
    state: DiscoverableAuthentication,
}

/// Why a passkey does not do.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyRefused {
    /// The answer does not hold, or is not to what was asked.
    #[error("the browser's answer does not hold: {0}")]
    Wrong(String),
    /// It came too late, or nothing was asked.
    #[error("nothing was asked, or too long ago")]
    Late,
    /// Its name is none.
    #[error("the name is empty or too long")]
    Name,
    /// The account has it, or somebody else has.
    #[error("the passkey is known already")]
    Known,
    /// The account has as many as it may.
    #[error("the account has as many passkeys as it may")]
    Full,
    /// It is nobody's who may sign in.
    #[error("the passkey is nobody's here")]
    Unknown,
    /// Its owner may not sign in.
    #[error("the account is disabled")]
    Disabled,
    /// The account has no password of the console: its owner signs in through a provider, and only as long as that says so.
    #[error("the account has no password of the console")]
    NoPassword,
    /// Too many tries: wait this long.
    #[error("too many tries; the next is possible in {} s", .0.as_secs())]
    Wait(Duration),
    /// The passkeys cannot be read or written.
    #[error("passkeys cannot be read or written")]
    Database(#[from] DatabaseError),
}

fn wrong(error: impl std::fmt::Display) -> PasskeyRefused {
    PasskeyRefused::Wrong(error.to_string())
}

/// The passkeys of the console. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Passkeys {
    database: Database,
    seal: Seal,
    throttle: Arc<Throttle>,
}

impl Passkeys {
    /// Passkeys in this database; what browsers bring along is sealed with this key.
    pub fn new(database: Database, seal: Seal) -> Self {
        Self { database, seal, throttle: Arc::default() }
    }

    /// Begins to add one to an account: what the browser is to make.
    pub async fn begin_adding(
        &self,
        site: &Site,
        account: Uuid,
        name: &str,
    ) -> Result<Asked, PasskeyRefused> {
        self.require_password(account).await?;
        let known = self.database.passkeys_of(account).await?;
        let (options, state) =
            site.webauthn.start_passkey_registration(account, name, name, None).map_err(wrong)?;
        let mut options = serde_json::to_value(options).map_err(wrong)?;
        let options = options["publicKey"].take();
        let adding = Adding { account, until: now_seconds() + LIFETIME_SECONDS, state };
        Ok(Asked { options: found_by_itself(options, &known), kept: self.seal.seal_value(ADDING, &adding) })
    }

    /// Adds what the browser has made.
    pub async fn add(
        &self,
        site: &Site,
        account: Uuid,
        name: &str,
        kept: &str,
        answer: &str,
    ) -> Result<Uuid, PasskeyRefused> {
        let name = name.trim();
        if !is_name(name) {
            return Err(PasskeyRefused::Name);
        }
        let adding: Adding = self.seal.open_value(ADDING, kept).map_err(|_| PasskeyRefused::Late)?;
        if adding.account != account || adding.until < now_seconds() {
            return Err(PasskeyRefused::Late);
        }
        let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).map_err(wrong)?;
        let passkey = site.webauthn.finish_passkey_registration(&answer, &adding.state).map_err(wrong)?;
        let new = StoredPasskey {
            id: Uuid::new_v4(),
            account_id: account,
            credential_id: spelled(passkey.cred_id().as_slice()),
            host: site.host.clone(),
            name: name.into(),
            credential: serde_json::to_string(&passkey).map_err(wrong)?,
            created_at: now_seconds(),
            last_used_at: None,
        };
        match self.database.add_passkey(&new).await? {
            PasskeyAdded::Done => Ok(new.id),
            PasskeyAdded::Known => Err(PasskeyRefused::Known),
            PasskeyAdded::Full => Err(PasskeyRefused::Full),
        }
    }

    /// Begins to sign somebody in, whoever it is: what the browser is to answer.
    pub fn begin_sign_in(&self, site: &Site) -> Result<Asked, PasskeyRefused> {
        let (options, state) = site.webauthn.start_discoverable_authentication().map_err(wrong)?;
        let mut options = serde_json::to_value(options).map_err(wrong)?;
        let options = options["publicKey"].take();
        let challenge = options["challenge"].as_str().unwrap_or_default().to_owned();
        let signing_in = SigningIn { until: now_seconds() + LIFETIME_SECONDS, challenge, state };
        Ok(Asked { options, kept: self.seal.seal_value(SIGNING_IN, &signing_in) })
    }

    /// Whose passkey has answered. Right or wrong, it is in the audit trail once it is known whose it is.
    pub async fn sign_in(
        &self,
        site: &Site,
        kept: &str,
        answer: &str,
        visitor: &Visitor,
    ) -> Result<Uuid, PasskeyRefused> {
        let asked: SigningIn = self.seal.open_value(SIGNING_IN, kept).map_err(|_| PasskeyRefused::Late)?;
        if asked.until < now_seconds() {
            return Err(PasskeyRefused::Late);
        }
        let answer: PublicKeyCredential = serde_json::from_str(answer).map_err(wrong)?;
        let (owner, credential_id) =
            site.webauthn.identify_discoverable_authentication(&answer).map_err(wrong)?;
        let stored = self.database.passkey(&spelled(credential_id)).await?;
        let stored = stored.filter(|stored| stored.account_id == owner).ok_or(PasskeyRefused::Unknown)?;
        let account = self.database.account(owner).await?.ok_or(PasskeyRefused::Unknown)?;
        let key = format!("passkey {owner}");
        let attempt = self.throttle.begin(&key, visitor.address).map_err(PasskeyRefused::Wait)?;
        let checked = match (account.is_enabled, self.require_password(owner).await) {
            (true, Ok(())) => self.check(site, asked, &answer, stored).await,
            (true, Err(refused)) => Err(refused),
            (false, _) => Err(PasskeyRefused::Disabled),
        };
        let reason = checked.as_ref().err().map(ToString::to_string).unwrap_or_default();
        let decision = visitor.knock("sign_in", Some(owner), &account.name, &reason);
        let decision = Decision { name: Some(BY_PASSKEY.into()), ..decision };
        self.database.record_decision(&decision).await?;
        checked?;
        attempt.succeeded();
        Ok(owner)
    }

    async fn require_password(&self, account: Uuid) -> Result<(), PasskeyRefused> {
        self.database.password_hash_of(account).await?.map(|_| ()).ok_or(PasskeyRefused::NoPassword)
    }

    async fn check(
        &self,
        site: &Site,
        asked: SigningIn,
        answer: &PublicKeyCredential,
        stored: StoredPasskey,
    ) -> Result<(), PasskeyRefused> {
        let mut passkey: Passkey = serde_json::from_str(&stored.credential).map_err(wrong)?;
        let result = site
            .webauthn
            .finish_discoverable_authentication_v2(answer, asked.state, &passkey)
            .map_err(wrong)?;
        passkey.update_credential(&result);
        let credential = serde_json::to_string(&passkey).map_err(wrong)?;
        let challenge = token::hash(&asked.challenge);
        match self.database.use_passkey(stored.id, &credential, &challenge, asked.until).await? {
            true => Ok(()),
            false => Err(PasskeyRefused::Late),
        }
    }
}

/// Asks for a passkey that is found without a name, and for none on a device that has one of this account.
fn found_by_itself(mut options: Value, known: &[StoredPasskey]) -> Value {
    options["authenticatorSelection"]["residentKey"] = json!("required");
    options["authenticatorSelection"]["requireResidentKey"] = json!(true);
    let known = known.iter().map(|passkey| json!({ "type": "public-key", "id": passkey.credential_id }));
    options["excludeCredentials"] = known.collect();
    options
}

/// The id of a credential as browsers write it in JSON.
fn spelled(credential_id: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(credential_id)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;
