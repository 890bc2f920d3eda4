//! Sessions in our own table, with ids that are kept only as hashes.

mod store;

pub use store::{Lifetime, Store};

use crate::providers::Refresh;
use crate::{Seal, token};
use database::sessions::StoredSession;
use database::{Database, DatabaseError, now_seconds};
use serde_json::Value;
use std::time::Duration;
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

/// Through which provider they signed in, sealed because it may hold a token.
const THROUGH: &str = "through";

/// What that is sealed for.
const SEALED_FOR: &str = "how a session began";

/// The longest ID token that is kept as a hint for signing out.
const MAX_TOKEN_BYTES: usize = 8 * 1024;

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
async fn note_provider(session: &Session, database: &Database, seal: &Seal) -> Result<(), Error> {
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
mod tests {
    use super::*;
    use database::accounts::NewAccount;
    use std::sync::Arc;

    const LIFETIME: Lifetime =
        Lifetime { idle: Duration::from_secs(8 * 3600), absolute: Duration::from_secs(24 * 3600) };

    async fn signed_in(database: &Database) -> (Session, Uuid) {
        let account =
            NewAccount { name: "Ada".into(), role: "administrator".into(), ..NewAccount::default() };
        let account = database.add_account(&account).await.unwrap();
        let session = Session::new(None, Arc::new(Store::new(database.clone(), LIFETIME)), None);
        begin(&session, account, &Beginning::default()).await.unwrap();
        session.save().await.unwrap();
        (session, account)
    }

    /// Somebody whom the provider `company` calls `ada`.
    async fn signed_in_through_a_provider(database: &Database, seal: &Seal) -> (Session, Uuid) {
        let (session, ada) = signed_in(database).await;
        database.add_provider("company", "{}", None).await.unwrap();
        let through = ThroughProvider {
            provider: "company".into(),
            subject: "ada".into(),
            session_there: None,
            id_token: None,
        };
        begin_through(&session, ada, &Beginning::default(), &through, database, seal).await.unwrap();
        (session, ada)
    }

    fn same(session: &Session, database: &Database, lifetime: Lifetime) -> Session {
        Session::new(session.id(), Arc::new(Store::new(database.clone(), lifetime)), None)
    }

    #[tokio::test]
    async fn a_session_is_found_by_its_id_and_not_by_what_the_table_holds() {
        let database = Database::in_memory().await.unwrap();
        let (session, ada) = signed_in(&database).await;

        let found = whose(&same(&session, &database, LIFETIME)).await.unwrap().unwrap();

        assert_eq!((found.account, found.acting), (ada, None));
        let id_hash = found.id_hash;
        assert_ne!(id_hash, session.id().unwrap().to_string());
        assert!(id_hash.parse::<Id>().is_err(), "what the table holds can be used as a cookie");
    }

    #[tokio::test]
    async fn signing_in_makes_a_new_id_and_the_old_one_is_dead() {
        let database = Database::in_memory().await.unwrap();
        let (session, ada) = signed_in(&database).await;
        let before = same(&session, &database, LIFETIME);

        begin(&session, ada, &Beginning::default()).await.unwrap();
        session.save().await.unwrap();

        assert_ne!(session.id(), before.id());
        assert_eq!(whose(&before).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_person_sees_where_their_sessions_began() {
        let database = Database::in_memory().await.unwrap();
        let (session, ada) = signed_in(&database).await;
        let beginning =
            Beginning { address: "192.0.2.7".into(), agent: "x".repeat(5000), way: "password".into() };

        begin(&session, ada, &beginning).await.unwrap();
        session.save().await.unwrap();

        let open = open_sessions(&database, ada).await.unwrap();
        assert_eq!(open.len(), 1);
        assert_eq!(
            (open[0].beginning.address.as_str(), open[0].beginning.way.as_str()),
            ("192.0.2.7", "password")
        );
        assert_eq!(open[0].beginning.agent.len(), MAX_AGENT_BYTES);
        assert!(open[0].signed_in_at > 0 && open[0].seen_at >= open[0].signed_in_at);
    }

    #[tokio::test]
    async fn a_session_that_was_ended_stays_ended_when_a_late_request_saves_it() {
        let database = Database::in_memory().await.unwrap();
        let (session, _) = signed_in(&database).await;
        let late = same(&session, &database, LIFETIME);
        assert!(whose(&late).await.unwrap().is_some());

        end(&session).await.unwrap();
        late.insert("anything", 1).await.unwrap();
        late.save().await.unwrap();

        assert_eq!(whose(&same(&late, &database, LIFETIME)).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_session_ends_after_its_absolute_lifetime_however_much_it_is_used() {
        let database = Database::in_memory().await.unwrap();
        let (session, _) = signed_in(&database).await;
        let id_hash = whose(&session).await.unwrap().unwrap().id_hash;
        assert!(database.session(&id_hash).await.unwrap().is_some());

        session.insert(SIGNED_IN_AT, now_seconds() - 24 * 3600 - 1).await.unwrap();
        session.save().await.unwrap();

        assert_eq!(whose(&same(&session, &database, LIFETIME)).await.unwrap(), None);
        assert!(database.session(&id_hash).await.unwrap().is_none(), "open streams ask the table alone");
    }

    #[tokio::test]
    async fn the_use_of_a_session_is_noted_long_before_it_would_end_without() {
        let database = Database::in_memory().await.unwrap();
        let (session, _) = signed_in(&database).await;
        session.insert(SEEN_AT, now_seconds() - 60).await.unwrap();
        session.save().await.unwrap();
        let ending_after = |idle: i64| {
            let store = Arc::new(Store::new(database.clone(), LIFETIME));
            Session::new(session.id(), store, Some(Expiry::OnInactivity(time::Duration::seconds(idle))))
        };

        for (idle, is_noted) in [(90, true), (300, true), (8 * 3600, false)] {
            let used = ending_after(idle);
            assert!(whose(&used).await.unwrap().is_some());
            assert_eq!(used.is_modified(), is_noted, "{idle} s");
        }
    }

    #[tokio::test]
    async fn acting_as_somebody_has_an_end_and_then_nobody_is_signed_in() {
        let database = Database::in_memory().await.unwrap();
        let seal = Seal::random();
        let (session, ada) = signed_in(&database).await;
        let before = same(&session, &database, LIFETIME);
        let until = now_seconds() + 60;
        let as_ben = ActingAs { account: Uuid::new_v4(), may_change: false, until };

        act_as(&session, Some(&as_ben), &database, &seal).await.unwrap();

        assert_eq!(whose(&before).await.unwrap(), None, "what was open as Ada has ended");
        let found = whose(&same(&session, &database, LIFETIME)).await.unwrap().unwrap();
        assert_eq!((found.account, found.acting.as_ref()), (ada, Some(&as_ben)));
        let stored = database.session(&found.id_hash).await.unwrap().unwrap();
        assert_eq!(stored.expires_at, until, "however much it is used");

        act_as(&session, None, &database, &seal).await.unwrap();
        let found = whose(&same(&session, &database, LIFETIME)).await.unwrap().unwrap();
        assert_eq!((found.account, found.acting), (ada, None));
        assert!(database.session(&found.id_hash).await.unwrap().unwrap().expires_at > until);

        let over = ActingAs { until: now_seconds() - 1, ..as_ben };
        act_as(&session, Some(&over), &database, &seal).await.unwrap();
        assert_eq!(whose(&same(&session, &database, LIFETIME)).await.unwrap(), None, "nobody, not Ada");
    }

    #[tokio::test]
    async fn a_provider_still_ends_the_session_of_somebody_who_acts() {
        let database = Database::in_memory().await.unwrap();
        let seal = Seal::random();
        let (session, _) = signed_in_through_a_provider(&database, &seal).await;
        let until = now_seconds() + 60;
        let as_ben = ActingAs { account: Uuid::new_v4(), may_change: false, until };

        act_as(&session, Some(&as_ben), &database, &seal).await.unwrap();
        let token = ("token-1", i64::MAX);
        let ended = database.end_provider_sessions("company", Some("ada"), None, token).await.unwrap();

        assert_eq!(ended, Some(1));
        assert_eq!(whose(&same(&session, &database, LIFETIME)).await.unwrap(), None);
    }

    #[tokio::test]
    async fn what_a_provider_is_asked_again_with_is_found_while_a_session_gets_its_new_id() {
        let database = Database::in_memory().await.unwrap();
        let seal = Seal::random();
        let (session, ada) = signed_in_through_a_provider(&database, &seal).await;
        let id_hash = |session: &Session| hash(session.id().unwrap());
        database.keep_refresh(&id_hash(&session), "first", 100).await.unwrap();

        // The provider is asked with the first token, and answers between two steps and after them.
        let aside = database.set_aside(&id_hash(&session)).await.unwrap().unwrap();
        database.renew_refresh("first", "second", 200).await.unwrap();
        assert_eq!(database.sessions_through("company", "ada").await.unwrap(), [], "nobody asks meanwhile");
        let next = StoredSession {
            id_hash: "next".into(),
            account_id: Some(ada),
            data: "{}".into(),
            expires_at: now_seconds() + 60,
        };
        assert!(database.add_session(&next).await.unwrap());
        assert!(database.take_up(&aside, "next").await.unwrap());
        database.renew_refresh("second", "third", 300).await.unwrap();

        assert_eq!(database.refresh_of("next").await.unwrap(), Some(("third".to_owned(), 300)));
        assert_eq!(database.set_aside("nothing").await.unwrap(), None);
    }

    #[tokio::test]
    async fn acting_as_somebody_keeps_what_the_provider_is_asked_again_with() {
        let database = Database::in_memory().await.unwrap();
        let seal = Seal::random();
        let (session, ada) = signed_in_through_a_provider(&database, &seal).await;
        let before = hash(session.id().unwrap());
        database.keep_refresh(&before, "first", 100).await.unwrap();
        let until = now_seconds() + 60;
        let as_ben = ActingAs { account: Uuid::new_v4(), may_change: false, until };

        act_as(&session, Some(&as_ben), &database, &seal).await.unwrap();
        // Asked with the token that it had under its id of before.
        database.renew_refresh("first", "second", 200).await.unwrap();

        let now = hash(session.id().unwrap());
        assert_eq!(database.refresh_of(&before).await.unwrap(), None);
        assert_eq!(database.refresh_of(&now).await.unwrap(), Some(("second".to_owned(), 200)));
        assert_eq!(database.sessions_of(ada).await.unwrap().len(), 1);
    }
}
