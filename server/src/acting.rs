//! Acting as somebody else: what the session of a browser has to do with it.

use crate::console::Console;
use access::Caller;
use async_trait::async_trait;
use database::now_seconds;
use identity::sessions::{self, ActingAs};
use model::cause::KeptOutage;
use model::{ConsoleError, System};
use people_contract::{ActAsFields, Acting};
use std::sync::Arc;
use tower_sessions::Session;

/// How long one acts as somebody, at most: about as long as a call for help takes.
const SECONDS: i64 = 3600;

/// A caller who may come to act as somebody, and the session of their browser.
pub struct Actor {
    /// The console.
    pub console: Console,
    /// Who asks.
    pub caller: Arc<Caller>,
    /// Their browser's session.
    pub session: Option<Session>,
}

#[async_trait]
impl Acting for Actor {
    async fn act_as(&self, fields: ActAsFields) -> Result<(), ConsoleError> {
        let session = self.own_session().await?;
        let other = self.console.tenants().for_caller(Arc::clone(&self.caller)).act_as(&fields).await?;
        let may_change = fields.may_change.is_some();
        let acting = ActingAs { account: other.id, may_change, until: now_seconds() + SECONDS };
        turn(&self.console, session, Some(&acting)).await
    }
}

impl Actor {
    /// The session by which the caller is known: programs have none, and change nobody's.
    async fn own_session(&self) -> Result<&Session, ConsoleError> {
        let session = self.session.as_ref().ok_or(ConsoleError::NotSignedIn)?;
        let whose = sessions::whose(session).await.map_err(|error| unavailable(&error))?;
        let is_own = whose.is_some_and(|whose| Some(whose.id_hash) == self.caller.session_hash);
        if is_own { Ok(session) } else { Err(ConsoleError::NotSignedIn) }
    }
}

/// Has a session act as somebody, or as itself again.
pub async fn turn(
    console: &Console,
    session: &Session,
    acting: Option<&ActingAs>,
) -> Result<(), ConsoleError> {
    let turned = sessions::act_as(session, acting, console.database(), console.registry().seal()).await;
    turned.map_err(|error| unavailable(&error))?;
    // What the session has open belongs to somebody else now.
    console.access().announce_change();
    Ok(())
}

fn unavailable(error: &tower_sessions::session::Error) -> ConsoleError {
    tracing::error!(%error, "A session cannot be read or changed");
    let cause = KeptOutage::OwnSession.into();
    ConsoleError::Unavailable { system: System::Database, cause, may_be_done: false }
}
