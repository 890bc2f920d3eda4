//! Names and passwords.

mod change;
mod links;
mod sign_in;

pub use change::{ChangeRefused, Owner};
pub use links::{Forgotten, SetUpRefused};
pub use sign_in::{BY_PASSWORD, Doors, SignInRefused, SignedIn};

use crate::{Hasher, Throttle};
use database::Database;
use std::sync::Arc;

/// The longest name, in characters.
pub(crate) const MAX_NAME_CHARACTERS: usize = 64;

/// The accounts of the console. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Accounts {
    database: Database,
    hasher: Hasher,
    throttle: Arc<Throttle>,
}

impl Accounts {
    /// The accounts in this database.
    pub fn new(database: Database) -> Self {
        Self { database, hasher: Hasher::default(), throttle: Arc::default() }
    }
}

/// Whether a text can be a name, of an account as of a key or a passkey: something a person can read in one line.
pub fn is_name(name: &str) -> bool {
    let name = name.trim();
    !name.is_empty() && name.chars().count() <= MAX_NAME_CHARACTERS && !name.contains(model::is_hidden)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::Visitor;

    pub(super) const PASSWORD: &str = "a walk along the harbour";

    pub(super) fn visitor() -> Visitor {
        Visitor { address: [127, 0, 0, 1].into(), request_id: "1".into() }
    }

    pub(super) async fn with_administrator() -> (Database, Accounts) {
        let database = Database::in_memory().await.unwrap();
        let accounts = Accounts::new(database.clone());
        let token = accounts.issue_link(None).await.unwrap();
        accounts.use_link(&token, "Ada", PASSWORD.into(), &visitor()).await.unwrap();
        (database, accounts)
    }

    #[test]
    fn a_name_is_something_that_is_read_in_one_line() {
        assert!(is_name("Ada") && is_name("Grace Hopper") && is_name(&"é".repeat(64)));
        for name in ["", "  ", "Ada\nEve", &"é".repeat(65), "A\u{200b}da", "Ada\u{202e}"] {
            assert!(!is_name(name), "{name:?}");
        }
    }
}
