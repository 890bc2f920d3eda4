//! What OpenID providers say about themselves, and their keys: kept for a while, asked for again when a key is missing.

use crate::providers::outbound::Outbound;
use crate::providers::registry::ProviderError;
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode,
    CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{AdditionalProviderMetadata, DiscoveryError, IssuerUrl, ProviderMetadata};
use outbound::OutboundError;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// How long what a provider says about itself is kept.
const KEPT: Duration = Duration::from_secs(600);

/// The shortest time between two looks for keys that are missing: whoever sends made-up key ids in a flood costs the
/// provider one request in this time.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// The same where the keys could not be read: a provider that comes back is not waited for much longer than it was away.
const TRY_AGAIN: Duration = Duration::from_secs(10);

/// What the standard set of facts lacks.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Further {
    pub end_session_endpoint: Option<String>,
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Further {}

pub(crate) type Metadata = ProviderMetadata<
    Further,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// What is known of a provider.
#[derive(Debug)]
pub struct Known {
    pub(crate) metadata: Metadata,
    pub(crate) outbound: Outbound,
    issuer: String,
    authority: String,
    read_at: Instant,
    /// Until when it is not asked again because a key is missing.
    waits_until: Mutex<Option<Instant>>,
}

impl Known {
    /// Asks the provider.
    pub(crate) async fn ask(issuer: &str, authority: &str) -> Result<Self, ProviderError> {
        let outbound = Outbound::new(authority)?;
        let address = IssuerUrl::new(issuer.to_owned())
            .map_err(|_| ProviderError::Unusable("its issuer is no address".into()))?;
        let metadata = Metadata::discover_async(address, &outbound).await.map_err(discovery_error)?;
        let (issuer, authority) = (issuer.to_owned(), authority.to_owned());
        Ok(Self {
            metadata,
            outbound,
            issuer,
            authority,
            read_at: Instant::now(),
            waits_until: Mutex::default(),
        })
    }

    /// The keys as they are now.
    pub(crate) fn keys(&self) -> &CoreJsonWebKeySet {
        self.metadata.jwks()
    }

    /// Whether it is about this issuer, came by this authority and is not too old. Another replica may have changed either.
    pub(crate) fn is_fresh(&self, issuer: &str, authority: &str) -> bool {
        self.issuer == issuer && self.authority == authority && self.read_at.elapsed() < KEPT
    }

    /// Whether it is time to look again for a key that is missing.
    pub(crate) fn may_look_again(&self) -> bool {
        self.waits_until.lock().is_none_or(|until| Instant::now() >= until)
    }

    /// Notes that it was read because a key was missing.
    pub(crate) fn was_missed(self) -> Self {
        *self.waits_until.lock() = Some(Instant::now() + LOOK_AGAIN);
        self
    }

    /// Notes that a key is missing and the keys could not be read.
    pub(crate) fn could_not_be_read(&self) {
        *self.waits_until.lock() = Some(Instant::now() + TRY_AGAIN);
    }
}

fn discovery_error(error: DiscoveryError<OutboundError>) -> ProviderError {
    match error {
        DiscoveryError::Request(error) => ProviderError::Unavailable(error),
        DiscoveryError::Response(status, ..) => {
            ProviderError::Unusable(format!("it describes itself with {status}"))
        }
        DiscoveryError::Validation(words) => ProviderError::Unusable(words),
        DiscoveryError::Parse(error) => ProviderError::Unusable(format!(
            "its description cannot be read: {}",
            super::code::plain(&error.to_string())
        )),
        DiscoveryError::UrlParse(error) => ProviderError::Unusable(error.to_string()),
        error => ProviderError::Unusable(super::code::plain(&error.to_string())),
    }
}
