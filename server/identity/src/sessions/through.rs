//! Sessions that a provider began, which can end them.

use super::{Beginning, begin, hash, stored};
use crate::Seal;
use crate::providers::Refresh;
use database::{Database, now_seconds};
use tower_sessions::Session;
use tower_sessions::session::Error;
use uuid::Uuid;

/// Through which provider they signed in, sealed because it may hold a token.
const THROUGH: &str = "through";

/// What that is sealed for.
const SEALED_FOR: &str = "how a session began";

/// The longest ID token that is kept as a hint for signing out.
const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// How a session began that a provider began.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ThroughProvider {
    /// The provider's id.
    pub provider: String,
    /// Whom the provider means.
    pub subject: String,
    /// What the provider calls the session there.
    pub session_there: Option<String>,
    /// The token that proved it: a hint for signing out there.
    pub id_token: Option<String>,
}

/// Keeps with what the provider that began a session is asked again whether it still holds.
pub async fn keep_refresh(
    session: &Session,
    provider: &str,
    refresh: &Refresh,
    database: &Database,
    seal: &Seal,
) -> Result<(), Error> {
    let Some(id) = session.id() else { return Ok(()) };
    let kept = database.keep_refresh(&hash(id), &refresh.sealed(provider, seal), now_seconds()).await;
    kept.map_err(stored)
}

/// Signs an account in that a provider vouches for: the provider can end the session.
pub async fn begin_through(
    session: &Session,
    account: Uuid,
    beginning: &Beginning,
    through: &ThroughProvider,
    database: &Database,
    seal: &Seal,
) -> Result<(), Error> {
    begin(session, account, beginning).await?;
    let mut kept = through.clone();
    kept.id_token = kept.id_token.filter(|token| token.len() <= MAX_TOKEN_BYTES);
    session.insert(THROUGH, seal.seal_value(SEALED_FOR, &kept)).await?;
    note_provider(session, database, seal).await
}

/// Saves the session, and notes by its id which provider can end it, if one began it.
pub(super) async fn note_provider(session: &Session, database: &Database, seal: &Seal) -> Result<(), Error> {
    session.save().await?;
    let (Some(id), Some(through)) = (session.id(), through(session, seal).await?) else { return Ok(()) };
    let (provider, subject) = (&through.provider, &through.subject);
    let noted =
        database.note_provider_session(&hash(id), provider, subject, through.session_there.as_deref()).await;
    noted.map_err(stored)
}

/// How a session began, if a provider began it.
pub async fn through(session: &Session, seal: &Seal) -> Result<Option<ThroughProvider>, Error> {
    let sealed: Option<String> = session.get(THROUGH).await?;
    Ok(sealed.and_then(|sealed| seal.open_value(SEALED_FOR, &sealed).ok()))
}
