//! Another password for oneself.

use super::Accounts;
use crate::{PasswordError, Visitor, password};
use database::DatabaseError;
use database::accounts::name_key;
use database::audit::Decision;
use sign_in_contract::PasswordProblem;
use std::time::Duration;
use uuid::Uuid;

/// Why a person's own password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeRefused {
    /// The old password is not this.
    #[error("the old password is wrong")]
    Wrong,
    /// The account has no password: it signs in through a provider.
    #[error("the account has no password")]
    None,
    /// Too many tries: wait this long.
    #[error("too many tries; the next is possible in {} s", .0.as_secs())]
    Wait(Duration),
    /// The new password is not good enough.
    #[error("the new password is not good enough")]
    Weak(PasswordProblem),
    /// A password could not be hashed.
    #[error("the password could not be checked or hashed")]
    Password(#[from] PasswordError),
    /// The accounts cannot be read or written.
    #[error("the accounts cannot be read or written")]
    Database(#[from] DatabaseError),
}

/// Whose password is to be changed, and in which session.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// The account.
    pub account: Uuid,
    /// Its name.
    pub name: &'a str,
    /// The session in which the change was asked for: it is the one that stays.
    pub session_hash: Option<&'a str>,
}

impl Accounts {
    /// Changes a person's own password: the old one must be right, the new one good enough. Ends all other sessions.
    /// Tries with a wrong old password count as tries to sign in do.
    pub async fn change_password(
        &self,
        owner: Owner<'_>,
        old: String,
        new: String,
        visitor: &Visitor,
    ) -> Result<(), ChangeRefused> {
        let hash = self.database.password_hash_of(owner.account).await?.ok_or(ChangeRefused::None)?;
        password::check_new(owner.name, &new).map_err(ChangeRefused::Weak)?;
        let is_same = old == new;
        let attempt =
            self.throttle.begin(&name_key(owner.name), visitor.address).map_err(ChangeRefused::Wait)?;
        let matches = self.hasher.matches(old, Some(hash.clone())).await?;
        let reason = if matches { "" } else { "wrong old password" };
        let decision = Decision {
            verb: "update".into(),
            resource: "accounts.console.orrery".into(),
            session_hash: owner.session_hash.map(str::to_owned),
            ..visitor.knock("change_password", Some(owner.account), owner.name, reason)
        };
        self.database.record_decision(&decision).await?;
        if !matches {
            return Err(ChangeRefused::Wrong);
        }
        if is_same {
            return Err(ChangeRefused::Weak(PasswordProblem::Same));
        }
        let new = self.hasher.hash(new).await?;
        let changed = self.database.change_password(owner.account, &hash, &new, owner.session_hash).await?;
        if !changed {
            return Err(ChangeRefused::Wrong);
        }
        attempt.succeeded();
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::super::tests::{PASSWORD, visitor, with_administrator};
    use super::*;
    use database::now_seconds;

    #[tokio::test]
    async fn changing_a_password_asks_for_the_old_one_and_ends_the_other_sessions() {
        let (database, accounts) = with_administrator().await;
        let ada = database.account_named("ada").await.unwrap().unwrap().id;
        for id_hash in ["here", "elsewhere"] {
            let session = database::sessions::StoredSession {
                id_hash: id_hash.into(),
                account_id: Some(ada),
                data: "{}".into(),
                expires_at: now_seconds() + 60,
            };
            database.add_session(&session).await.unwrap();
        }
        let owner = Owner { account: ada, name: "Ada", session_hash: Some("here") };
        let new = "another walk entirely";

        let wrong = accounts.change_password(owner, "no".into(), new.into(), &visitor()).await.unwrap_err();
        assert!(matches!(wrong, ChangeRefused::Wrong));
        assert!(database.session("elsewhere").await.unwrap().is_some(), "a wrong guess ended a session");
        for weak in ["short", "qwertyuiop123"] {
            let refused = accounts.change_password(owner, PASSWORD.into(), weak.into(), &visitor()).await;
            assert!(matches!(refused, Err(ChangeRefused::Weak(_))), "{weak}");
        }
        let same = accounts.change_password(owner, PASSWORD.into(), PASSWORD.into(), &visitor()).await;
        assert!(matches!(same, Err(ChangeRefused::Weak(PasswordProblem::Same))), "{same:?}");
        accounts.change_password(owner, PASSWORD.into(), new.into(), &visitor()).await.unwrap();

        assert!(database.session("here").await.unwrap().is_some());
        assert_eq!(database.session("elsewhere").await.unwrap(), None);
        assert!(accounts.verify("Ada", PASSWORD.into(), &visitor()).await.is_err());
        accounts.verify("Ada", new.into(), &visitor()).await.unwrap();
    }

    #[tokio::test]
    async fn the_old_password_cannot_be_guessed_in_an_open_session() {
        let (database, accounts) = with_administrator().await;
        let ada = database.account_named("ada").await.unwrap().unwrap().id;
        let owner = Owner { account: ada, name: "Ada", session_hash: None };
        let visitor = visitor();
        let guess =
            || accounts.change_password(owner, "guess".into(), "another walk entirely".into(), &visitor);

        let mut answers = Vec::new();
        for _ in 0..12 {
            answers.push(guess().await.unwrap_err());
        }

        assert!(matches!(answers[9], ChangeRefused::Wrong) && matches!(answers[10], ChangeRefused::Wait(_)));
    }
}
