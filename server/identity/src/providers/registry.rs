//! The providers as they are set now.

use crate::providers::openid::OpenIdError;
use crate::{Seal, providers::keys::Known};
use database::providers::StoredProvider;
use database::{Database, DatabaseError};
use outbound::OutboundError;
use parking_lot::Mutex;
use providers_contract::{Kind, Settings, System};
use std::collections::HashMap;
use std::sync::Arc;

/// A provider, ready for use.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Names it in addresses.
    pub id: String,
    /// What is set.
    pub settings: Settings,
    /// Its secret; empty when there is none.
    pub(crate) secret: Secret,
    /// Changes with every change.
    pub version: i64,
    /// Whether people may sign in through it.
    pub is_enabled: bool,
}

/// A secret that does not get into logs.
#[derive(Clone, Default)]
pub struct Secret(String);

impl Secret {
    /// For giving it to whom it is for.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(if self.0.is_empty() { "no secret" } else { "a secret" })
    }
}

/// Why a provider does not let somebody in.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// There is none of that name, or it is switched off.
    #[error("there is no such provider, or it is switched off")]
    Unknown,
    /// The browser brings back something else than it was sent away with, or comes too late.
    #[error("the answer does not belong to a sign-in that was begun in this browser")]
    Foreign,
    /// The provider says no.
    #[error("the provider refuses: {0}")]
    Refused(String),
    /// The provider cannot be asked.
    #[error("the provider cannot be asked")]
    Unavailable(#[from] OutboundError),
    /// Its answers cannot be used.
    #[error("the provider's answer cannot be used: {0}")]
    Unusable(String),
    /// What it says about the person does not hold.
    #[error("what the provider says does not hold")]
    Untrue(#[from] OpenIdError),
    /// The providers cannot be read.
    #[error("the providers cannot be read")]
    Database(#[from] DatabaseError),
    /// The secret was sealed with another key.
    #[error("the provider's secret was sealed with another key: enter it again")]
    Sealed,
}

/// The providers. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Registry {
    pub(crate) database: Database,
    pub(crate) seal: Seal,
    /// The address under which browsers reach the console.
    pub(crate) public_url: Arc<str>,
    /// What is known of providers that describe themselves.
    pub(crate) known: Arc<Mutex<HashMap<String, Arc<Known>>>>,
}

impl Registry {
    /// The providers in this database, whose secrets this key opens, for a console at this address.
    pub fn new(database: Database, seal: Seal, public_url: &str) -> Self {
        Self { database, seal, public_url: public_url.into(), known: Arc::default() }
    }

    /// With what secrets are sealed.
    pub fn seal(&self) -> &Seal {
        &self.seal
    }

    /// Where a provider sends browsers back to.
    pub fn callback(&self, provider: &str) -> String {
        format!("{}{}/{provider}", self.public_url, sign_in_contract::path::CALLBACK)
    }

    /// Where a provider may say that somebody signed out there.
    pub fn back_channel(&self, provider: &str) -> String {
        format!("{}{}/{provider}", self.public_url, sign_in_contract::path::BACK_CHANNEL)
    }

    /// All providers, in the order in which people are offered them. One that cannot be read is left out, and said so in
    /// the log: the others still work.
    pub async fn all(&self) -> Result<Vec<Provider>, DatabaseError> {
        let stored = self.database.providers().await?;
        let ready = |stored: StoredProvider| {
            let id = stored.id.clone();
            let ready = self.ready(stored);
            if let Err(error) = &ready {
                tracing::error!(provider = %id, %error, "A provider cannot be used");
            }
            ready.ok()
        };
        Ok(stored.into_iter().filter_map(ready).collect())
    }

    /// One that people may sign in through.
    pub async fn enabled(&self, id: &str) -> Result<Provider, ProviderError> {
        let stored = self.database.provider(id).await?.filter(|provider| provider.is_enabled);
        self.ready(stored.ok_or(ProviderError::Unknown)?)
    }

    /// One, switched on or off.
    pub async fn find(&self, id: &str) -> Result<Option<Provider>, ProviderError> {
        self.database.provider(id).await?.map(|stored| self.ready(stored)).transpose()
    }

    fn ready(&self, stored: StoredProvider) -> Result<Provider, ProviderError> {
        let settings = serde_json::from_str(&stored.settings)
            .map_err(|error| ProviderError::Unusable(format!("its settings cannot be read: {error}")))?;
        let secret = match &stored.sealed_secret {
            Some(sealed) => {
                self.seal.open(&purpose(&stored.id), sealed).map_err(|_| ProviderError::Sealed)?
            }
            None => Vec::new(),
        };
        let secret = Secret(String::from_utf8(secret).map_err(|_| ProviderError::Sealed)?);
        let StoredProvider { id, version, is_enabled, .. } = stored;
        Ok(Provider { id, settings, secret, version, is_enabled })
    }

    /// Adds a provider as the last one; answers its id.
    pub async fn add(&self, settings: &Settings, secret: &str) -> Result<String, DatabaseError> {
        self.add_as(&word_of(settings), settings, secret).await
    }

    /// The same under a wanted id, as far as it is one and nobody's.
    pub async fn add_as(
        &self,
        wanted: &str,
        settings: &Settings,
        secret: &str,
    ) -> Result<String, DatabaseError> {
        let wanted = if is_id(wanted) { wanted.to_owned() } else { word_of(settings) };
        let id = self.free_id(&wanted).await?;
        let sealed = (!secret.is_empty()).then(|| self.seal.seal(&purpose(&id), secret.as_bytes()));
        let json = serde_json::to_string(settings).expect("settings are plain data");
        self.database.add_provider(&id, &json, sealed.as_deref()).await?;
        crate::newcomers::learn_places(&self.database, &id, settings).await?;
        Ok(id)
    }

    /// Changes a provider that is still at this version; `false` when somebody else changed it. An empty secret leaves the
    /// one that is kept.
    pub async fn change(
        &self,
        id: &str,
        version: i64,
        settings: &Settings,
        secret: &str,
    ) -> Result<bool, DatabaseError> {
        let sealed = (!secret.is_empty()).then(|| self.seal.seal(&purpose(id), secret.as_bytes()));
        let json = serde_json::to_string(settings).expect("settings are plain data");
        let changed = self.database.change_provider(id, version, &json, sealed.as_deref()).await?;
        self.known.lock().remove(id);
        if changed {
            crate::newcomers::learn_places(&self.database, id, settings).await?;
        }
        Ok(changed)
    }

    /// A wanted id, with a number after it when it is somebody's.
    async fn free_id(&self, name: &str) -> Result<String, DatabaseError> {
        let mut id = name.to_owned();
        let mut number = 2;
        while self.database.provider(&id).await?.is_some() {
            id = format!("{name}-{number}");
            number += 1;
        }
        Ok(id)
    }
}

/// An id that reads like a provider's name.
fn word_of(settings: &Settings) -> String {
    let word = |character: char| match character.to_ascii_lowercase() {
        letter @ ('a'..='z' | '0'..='9') => letter,
        _ => '-',
    };
    let name: String = settings.name.chars().take(32).map(word).collect();
    let parts: Vec<&str> = name.split('-').filter(|part| !part.is_empty()).collect();
    let name = parts.join("-");
    if is_id(&name) { name } else { format!("{}-provider", settings.kind().word()) }
}

/// Whether a text can be an id: a part of addresses, and none of ours.
fn is_id(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_ours = ["new", "change"].contains(&text);
    !text.is_empty() && text.len() <= 40 && text.bytes().all(is_word) && !text.starts_with('-') && !is_ours
}

/// What a provider's secret is sealed for: a seal that is moved to another provider's row does not open.
fn purpose(id: &str) -> String {
    format!("the secret of provider {id}")
}

impl Provider {
    /// A provider that is only tried out.
    pub fn draft(id: &str, settings: Settings, secret: &str) -> Self {
        Self { id: id.into(), settings, secret: Secret(secret.into()), version: 0, is_enabled: true }
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.settings.kind()
    }

    /// As whom it vouches for people: the first half of what joins somebody there to an account here.
    pub fn issuer(&self) -> String {
        match &self.settings.system {
            System::OpenId(openid) => openid.issuer.clone(),
            System::GitHub(oauth) | System::GitLab(oauth) => super::oauth::issuer(self.kind(), oauth),
            System::Cas(cas) => super::cas::issuer(cas),
            System::Directory(_) => super::directory::issuer(&self.id),
        }
    }

    /// Whether a secret is kept.
    pub fn has_secret(&self) -> bool {
        !self.secret.0.is_empty()
    }

    /// The same with the secret of another, when it has none itself: for trying out what was changed.
    #[must_use]
    pub fn with_secret_of(mut self, other: &Self) -> Self {
        if self.secret.0.is_empty() {
            self.secret = other.secret.clone();
        }
        self
    }
}
