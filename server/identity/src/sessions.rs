//! Sessions in our own table, with ids that are kept only as hashes.

mod store;
mod through;

pub use store::{Lifetime, Store};
pub use through::{ThroughProvider, begin_through, keep_refresh, through};

use crate::{Seal, token};
use database::sessions::StoredSession;
use database::{Database, DatabaseError, now_seconds};
use serde_json::Value;
use std::time::Duration;
use through::note_provider;
use tower_sessions::Session;
use tower_sessions::session::{Error, Expiry, Id};
use uuid::Uuid;

/// Whose session it is.
const ACCOUNT: &str = "account";
/// When they signed in: the absolute lifetime counts from here.
const SIGNED_IN_AT: &str = "signed_in_at";
/// When the session was last used, to within [`touch_every`].
const SEEN_AT: &str = "seen_at";

/// From which address they signed in.
const ADDRESS: &str = "address";
/// What their browser said about itself.
const AGENT: &str = "agent";
/// By which way they signed in.
const WAY: &str = "way";

/// As whom the account acts.
const ACTING: &str = "acting";

/// The most bytes of a `User-Agent` that are kept: browsers need some 150.
const MAX_AGENT_BYTES: usize = 400;

/// How often the use of a session is written down at least. Every request would be a write per page; less often would end
/// sessions noticeably early.
const TOUCH_EVERY: Duration = Duration::from_secs(300);
/// Into how many parts the time is cut after which an unused session ends: its use is written down in each. Otherwise whoever
/// works on would be signed out where that time is short.
const TOUCHES: u64 = 10;

/// With what a session begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beginning {
    /// Where from.
    pub address: String,
    /// The `User-Agent` of the browser.
    pub agent: String,
    /// `password`, or the id of the provider.
    pub way: String,
}

/// As whom somebody acts in their session.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ActingAs {
    /// That person's account.
    pub account: Uuid,
    /// Whether they may also change what is in clusters.
    pub may_change: bool,
    /// When it ends, used or not, in seconds since 1970.
    pub until: i64,
}

/// Whose session it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whose {
    /// The account that signed in.
    pub account: Uuid,
    /// The hash of the session's id.
    pub id_hash: String,
    /// As whom they act, if they do.
    pub acting: Option<ActingAs>,
}

/// A session of somebody, for showing it to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSession {
    /// The hash of the session's id: it names the session and opens nothing.
    pub id_hash: String,
    /// When they signed in.
    pub signed_in_at: i64,
    /// When it was last used, to within five minutes at the most.
    pub seen_at: i64,
    /// How it began.
    pub beginning: Beginning,
    /// As whom they act in it, if they do.
    pub acting: Option<ActingAs>,
}

/// Signs an account in: the session gets a new id, so an id that somebody planted before is worth nothing.
pub async fn begin(session: &Session, account: Uuid, beginning: &Beginning) -> Result<(), Error> {
    session.cycle_id().await?;
    session.clear().await;
    session.insert(ACCOUNT, account.to_string()).await?;
    session.insert(SIGNED_IN_AT, now_seconds()).await?;
    session.insert(SEEN_AT, now_seconds()).await?;
    session.insert(ADDRESS, &beginning.address).await?;
    let agent = &beginning.agent;
    session.insert(AGENT, &agent[..agent.floor_char_boundary(MAX_AGENT_BYTES)]).await?;
    session.insert(WAY, &beginning.way).await
}

/// Has whoever is signed in act as somebody else, or as themselves again. The session gets a new id, so what was opened as
/// one ends when the other begins; it stays theirs in every other way, and ends with its time of acting: what comes after
/// that finds nobody, and never somebody who may do more than the page said.
pub async fn act_as(
    session: &Session,
    acting: Option<&ActingAs>,
    database: &Database,
    seal: &Seal,
) -> Result<(), Error> {
    // It may be asked about just now: what it is asked again with is always with one session or the other, so that what comes of
    // the asking finds it. The data of the session are read before it ends under its old id.
    let is_through = through(session, seal).await?.is_some();
    let aside = match session.id().filter(|_| is_through) {
        Some(id) => database.set_aside(&hash(id)).await.map_err(stored)?,
        None => None,
    };
    session.cycle_id().await?;
    match acting {
        Some(acting) => session.insert(ACTING, acting).await?,
        None => drop(session.remove_value(ACTING).await?),
    }
    let Some(aside) = aside else { return note_provider(session, database, seal).await };
    session.save().await?;
    let Some(id) = session.id() else { return Ok(()) };
    match database.take_up(&aside, &hash(id)).await.map_err(stored)? {
        true => Ok(()),
        // The provider has ended it meanwhile.
        false => session.flush().await,
    }
}

fn stored(error: DatabaseError) -> Error {
    Error::Store(store::backend(error))
}

/// The sessions of an account that have not ended, the newest first.
pub async fn open_sessions(database: &Database, account: Uuid) -> Result<Vec<OpenSession>, DatabaseError> {
    Ok(database.sessions_of(account).await?.iter().map(open_session).collect())
}

fn open_session(stored: &StoredSession) -> OpenSession {
    let data: Value = serde_json::from_str(&stored.data).unwrap_or_default();
    let moment = |key| data.get(key).and_then(Value::as_i64).unwrap_or_default();
    let words = |key| data.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    OpenSession {
        id_hash: stored.id_hash.clone(),
        signed_in_at: moment(SIGNED_IN_AT),
        seen_at: moment(SEEN_AT),
        beginning: Beginning { address: words(ADDRESS), agent: words(AGENT), way: words(WAY) },
        acting: data.get(ACTING).and_then(|acting| serde_json::from_value(acting.clone()).ok()),
    }
}

/// Whose session it is; `None` when nobody is signed in. Notes now and then that it is used.
pub async fn whose(session: &Session) -> Result<Option<Whose>, Error> {
    let account: Option<String> = session.get(ACCOUNT).await?;
    let (Some(account), Some(id)) = (account.and_then(|text| text.parse().ok()), session.id()) else {
        return Ok(None);
    };
    let seen_at: i64 = session.get(SEEN_AT).await?.unwrap_or_default();
    if now_seconds().abs_diff(seen_at) > touch_every(session.expiry()) {
        session.insert(SEEN_AT, now_seconds()).await?;
    }
    let acting = session.get(ACTING).await?;
    Ok(Some(Whose { account, id_hash: hash(id), acting }))
}

/// How many seconds may pass before it is written down again that a session is used, by when it ends.
fn touch_every(expiry: Option<Expiry>) -> u64 {
    let idle = match expiry {
        Some(Expiry::OnInactivity(idle)) => u64::try_from(idle.whole_seconds()).unwrap_or_default(),
        Some(Expiry::OnSessionEnd | Expiry::AtDateTime(_)) | None => u64::MAX,
    };
    TOUCH_EVERY.as_secs().min(idle / TOUCHES)
}

/// Ends the session on the server.
pub async fn end(session: &Session) -> Result<(), Error> {
    session.flush().await
}

fn hash(id: Id) -> String {
    token::hash(&id.to_string())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;
