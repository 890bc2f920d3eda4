//! What a caller holds now, read once for everything that flows to them at a time.

use crate::caller::ForCaller;
use access::{Access, Caller, FRESH, Refused};
use model::ConsoleError;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Mutex;

/// What was read last. All that flows in one stream shares it: an open page looks at several things several times a second, and
/// each of them by itself would ask the console's tables who asks.
#[derive(Default)]
pub(crate) struct Renewal(Mutex<Option<Known>>);

struct Known {
    /// When it was begun to read it, and how often rights had changed on this replica until then.
    begun: Instant,
    changes: u64,
    caller: Arc<Caller>,
}

impl Known {
    /// Whether it may still be acted by, as what a request has brought along may.
    fn holds(&self, changes: u64, now: Instant) -> bool {
        self.changes == changes && now.saturating_duration_since(self.begun) < FRESH
    }
}

impl Renewal {
    /// The caller with what they hold now; refused when they are signed out. Who asks while it is being read gets what comes of it.
    pub async fn of(&self, access: &Access, before: &Caller) -> Result<Arc<Caller>, Refused> {
        let mut known = self.0.lock().await;
        let (begun, changes) = (Instant::now(), *access.changed().borrow());
        if let Some(known) = known.as_ref().filter(|known| known.holds(changes, begun)) {
            return Ok(Arc::clone(&known.caller));
        }
        let caller = Arc::new(access.renewed(before).await?);
        *known = Some(Known { begun, changes, caller: Arc::clone(&caller) });
        Ok(caller)
    }
}

impl ForCaller {
    /// The same, with what the caller holds now: for each look of whatever goes on for longer than a question takes.
    pub(crate) async fn renewed(&self) -> Result<Self, ConsoleError> {
        let caller = self.renewal.of(self.kubernetes.access(), &self.caller).await?;
        Ok(Self { caller, ..self.clone() })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use database::Database;
    use database::accounts::NewAccount;
    use std::time::Duration;

    async fn ada(database: &Database) -> (Access, Caller) {
        let new = NewAccount { name: "ada".into(), role: "regular".into(), ..NewAccount::default() };
        let id = database.add_account(&new).await.unwrap();
        let access = Access::new(database.clone());
        let account = database.account(id).await.unwrap().unwrap();
        let caller = access.caller(account, None, String::new(), None).await.unwrap();
        (access, caller)
    }

    #[tokio::test]
    async fn what_was_read_holds_for_a_moment_and_not_when_rights_have_changed() {
        let database = Database::in_memory().await.unwrap();
        let (_, caller) = ada(&database).await;
        let (begun, moment) = (Instant::now(), Duration::from_millis(1));
        let known = Known { begun, changes: 3, caller: Arc::new(caller) };

        assert!(known.holds(3, begun) && known.holds(3, begun + FRESH - moment));
        assert!(!known.holds(3, begun + FRESH), "another replica may have changed them");
        assert!(!known.holds(4, begun), "this one has");
    }

    #[tokio::test]
    async fn who_may_not_sign_in_any_more_is_found_out_when_that_is_announced() {
        let database = Database::in_memory().await.unwrap();
        let (access, caller) = ada(&database).await;
        let renewal = Renewal::default();
        assert_eq!(renewal.of(&access, &caller).await.unwrap().name, "ada");

        database.set_enabled(caller.account_id, false).await.unwrap();
        access.announce_change();

        assert!(matches!(renewal.of(&access, &caller).await, Err(Refused::SignedOut)));
    }
}
