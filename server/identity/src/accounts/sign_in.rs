//! Signing in with a name and a password: one of the console, or one that a directory knows.

use super::{Accounts, is_name};
use crate::providers::directory::{self, DirectoryError};
use crate::providers::{Arrived, Provider};
use crate::throttle::network;
use crate::{Attempt, PasswordError, Visitor};
use database::DatabaseError;
use database::accounts::name_key;
use database::audit::Decision;
use database::identities::Person;
use sign_in_contract::SignInProblem;
use std::net::IpAddr;
use std::time::Duration;
use uuid::Uuid;

/// What the way of signing in with a name and a password of the console is called in sessions and in the audit trail.
pub const BY_PASSWORD: &str = "password";

/// Why somebody was not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInRefused {
    /// Name and password do not belong together.
    #[error("name and password do not belong together")]
    Wrong,
    /// Too many tries: wait this long.
    #[error("too many tries; the next is possible in {} s", .0.as_secs())]
    Wait(Duration),
    /// It is no password of the console, and a directory that could know it did not answer.
    #[error("name and password do not belong together here, and a directory did not answer")]
    Incomplete,
    /// The directory says that the account is disabled.
    #[error("the account is disabled in its directory")]
    Disabled,
    /// Too many others sign in at this moment.
    #[error("the password could not be checked")]
    Password(#[from] PasswordError),
    /// The accounts cannot be read.
    #[error("the accounts cannot be read")]
    Database(#[from] DatabaseError),
}

/// Where a password is tried.
#[derive(Clone, Debug, Default)]
pub struct Doors {
    /// Not among the console's own passwords: a directory was chosen.
    pub is_here_closed: bool,
    /// In these directories.
    pub directories: Vec<Provider>,
}

/// Whose name and password somebody has.
#[derive(Debug)]
pub enum SignedIn {
    /// This account's.
    Here(Uuid),
    /// Somebody's in this directory.
    In(Box<Provider>, Box<Arrived>),
}

/// What directories say.
#[derive(Default)]
struct Asked {
    arrived: Option<(Provider, Arrived)>,
    /// Whose name it is, whose password it is not, and in which directory.
    refused: Option<(Person, String)>,
    is_disabled: bool,
    is_incomplete: bool,
}

async fn ask(directories: &[Provider], name: &str, password: &str) -> Asked {
    let mut asked = Asked::default();
    let answers = directories.iter().map(|directory| directory::check(directory, name, password));
    for (provider, answer) in directories.iter().zip(futures::future::join_all(answers).await) {
        match answer {
            Ok(arrived) if asked.arrived.is_none() => asked.arrived = Some((provider.clone(), arrived)),
            Ok(_) => {}
            Err(DirectoryError::Wrong(person)) => {
                let person = person.map(|person| (person, provider.settings.name.clone()));
                asked.refused = asked.refused.or(person);
            }
            Err(DirectoryError::Disabled(person)) => {
                asked.is_disabled = true;
                asked.refused = Some((person, provider.settings.name.clone()));
            }
            Err(error) => {
                tracing::warn!(provider = %provider.id, error = &error as &dyn std::error::Error, "A directory cannot be asked");
                asked.is_incomplete = true;
            }
        }
    }
    asked
}

impl Accounts {
    /// Checks a name and a password; answers whose they are. Right or wrong, it is in the audit trail.
    pub async fn verify(
        &self,
        name: &str,
        password: String,
        visitor: &Visitor,
    ) -> Result<Uuid, SignInRefused> {
        match self.verify_with(name, password, &Doors::default(), visitor).await? {
            SignedIn::Here(account) => Ok(account),
            SignedIn::In(..) => Err(SignInRefused::Wrong),
        }
    }

    /// The same, and when it is not a password of the console, asks directories, all at once: the first in their order that
    /// knows them counts. However many are asked, it is one try.
    ///
    /// Who is refused learns nothing by how long that takes: a hash is computed and a row of the trail written for every name,
    /// whether somebody has it, has a password, or is disabled.
    pub async fn verify_with(
        &self,
        name: &str,
        password: String,
        doors: &Doors,
        visitor: &Visitor,
    ) -> Result<SignedIn, SignInRefused> {
        // A name longer than any account's is not looked at further, and counts as one name.
        let name = if is_name(name) { name } else { "" };
        let attempt = self.attempt(name, visitor.address).await?;
        let found = if doors.is_here_closed { None } else { self.database.password_hash(name).await? };
        let (account, hash) = found.unzip();

        let matches = self.hasher.matches(password.clone(), hash).await?;
        let asked = if matches { Asked::default() } else { ask(&doors.directories, name, &password).await };
        if let Some((provider, arrived)) = asked.arrived {
            attempt.succeeded();
            return Ok(SignedIn::In(Box::new(provider), Box::new(arrived)));
        }

        let account = match (account, &asked.refused) {
            (None, Some((person, _))) => self.database.identity(person).await?.map(|known| known.account_id),
            (account, _) => account,
        };
        // The name of nobody is not written down: people type passwords into the wrong field.
        let shown = if account.is_some() { name } else { "" };
        let reason = match (matches, asked.is_incomplete) {
            (true, _) => "",
            (false, false) => "wrong name or password",
            (false, true) => "wrong name or password, and a directory did not answer",
        };
        let way = asked.refused.map_or(BY_PASSWORD.to_owned(), |(_, provider)| provider);
        let decision = Decision { name: Some(way), ..visitor.knock("sign_in", account, shown, reason) };
        self.database.record_decision(&decision).await?;
        match account {
            Some(account) if matches => {
                if attempt.succeeded() {
                    let network = network(visitor.address).to_string();
                    self.database.note_familiar_network(account, &network).await?;
                }
                Ok(SignedIn::Here(account))
            }
            _ if asked.is_disabled => Err(SignInRefused::Disabled),
            _ if asked.is_incomplete => Err(SignInRefused::Incomplete),
            _ => Err(SignInRefused::Wrong),
        }
    }

    /// Counts a try. Whoever is kept waiting where somebody has signed in before is not the one who guesses; that is
    /// looked up only then, so guessers do not make it a load.
    async fn attempt(&self, name: &str, address: IpAddr) -> Result<Attempt<'_>, SignInRefused> {
        let key = name_key(name);
        let wait = match self.throttle.begin(&key, address) {
            Ok(attempt) => return Ok(attempt),
            Err(wait) => wait,
        };
        let is_new = !self.throttle.is_familiar(&key, address);
        if is_new && self.database.is_familiar_network(name, &network(address).to_string()).await? {
            self.throttle.recognise(&key, address);
            return self.throttle.begin(&key, address).map_err(SignInRefused::Wait);
        }
        Err(SignInRefused::Wait(wait))
    }
}

impl From<&SignInRefused> for SignInProblem {
    fn from(refused: &SignInRefused) -> Self {
        match refused {
            SignInRefused::Wrong => Self::Wrong,
            SignInRefused::Wait(wait) => {
                Self::Wait { seconds: u32::try_from(wait.as_secs() + 1).unwrap_or(u32::MAX) }
            }
            SignInRefused::Incomplete => Self::DirectoryUnavailable,
            SignInRefused::Disabled => Self::Disabled,
            SignInRefused::Password(PasswordError::Busy) => Self::Wait { seconds: 10 },
            SignInRefused::Password(_) | SignInRefused::Database(_) => Self::Unavailable,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::super::tests::{PASSWORD, visitor, with_administrator};
    use super::*;
    use database::Database;
    use database::accounts::NewAccount;

    #[tokio::test]
    async fn a_fresh_console_lets_nobody_in() {
        let database = Database::in_memory().await.unwrap();
        let accounts = Accounts::new(database.clone());

        for (name, password) in [("admin", "admin"), ("admin", ""), ("", ""), ("administrator", "password")] {
            let refused = accounts.verify(name, password.into(), &visitor()).await.unwrap_err();
            assert!(matches!(refused, SignInRefused::Wrong));
        }
        assert!(!database.has_administrator().await.unwrap());
    }

    #[tokio::test]
    async fn the_audit_trail_names_who_knocked_but_not_what_was_typed_for_a_name() {
        let (database, accounts) = with_administrator().await;
        let _ = accounts.verify("my secret by mistake", "x".into(), &visitor()).await;
        let _ = accounts.verify("Ada", "wrong".into(), &visitor()).await;

        let trail = database.audit_trail(10).await.unwrap();

        let refused: Vec<_> = trail.iter().filter(|entry| !entry.decision.is_allowed).collect();
        assert_eq!(refused.len(), 2);
        assert!(refused.iter().any(|entry| entry.decision.account_name == "Ada"));
        assert!(!format!("{trail:?}").contains("my secret"));
    }

    #[tokio::test]
    async fn the_same_is_done_for_every_name_that_is_refused() {
        let (database, accounts) = with_administrator().await;
        database.add_account(&crate::newcomers::account("Grace")).await.unwrap();
        let hash = Some("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA".to_owned());
        let bea = NewAccount { name: "Bea".into(), role: "regular".into(), ..NewAccount::default() };
        let bea = database.add_account(&NewAccount { password_hash: hash, ..bea }).await.unwrap();
        database.set_enabled(bea, false).await.unwrap();
        let elsewhere = Doors { is_here_closed: true, directories: Vec::new() };
        let hashless = Accounts { hasher: crate::Hasher::without_turns(), ..Accounts::new(database.clone()) };
        let long = "x".repeat(100);

        for name in ["Ada", "Grace", "Bea", "Nobody", "", "a\u{202e}b", "Ada\0", &long] {
            for doors in [&Doors::default(), &elsewhere] {
                let from = |last: u8| Visitor { address: [192, 0, 2, last].into(), request_id: "1".into() };
                let before = database.audit_trail(1000).await.unwrap().len();
                let refused = accounts.verify_with(name, "wrong".into(), doors, &from(1)).await.unwrap_err();
                assert!(matches!(refused, SignInRefused::Wrong), "{name:?}: {refused:?}");
                let written = database.audit_trail(1000).await.unwrap().len() - before;
                assert_eq!(written, 1, "{name:?}");

                let unhashed = hashless.verify_with(name, "wrong".into(), doors, &from(2)).await.unwrap_err();
                let is_busy = matches!(unhashed, SignInRefused::Password(PasswordError::Busy));
                assert!(is_busy, "{name:?} was answered without a hash: {unhashed:?}");
            }
        }
    }

    #[tokio::test]
    async fn a_person_s_history_names_the_way_and_what_failed() {
        let (database, accounts) = with_administrator().await;
        let ada = database.account_named("ada").await.unwrap().unwrap().id;
        accounts.verify("Ada", PASSWORD.into(), &visitor()).await.unwrap();
        let _ = accounts.verify("Ada", "wrong".into(), &visitor()).await;

        let history = database.sign_ins(ada, 10).await.unwrap();

        let mut reasons: Vec<&str> = history.iter().map(|record| record.reason.as_str()).collect();
        reasons.sort_unstable();
        assert_eq!(reasons, ["", "wrong name or password"]);
        assert!(history.iter().all(|record| record.way.as_deref() == Some(BY_PASSWORD)));
        assert!(history.iter().all(|record| record.address.as_deref() == Some("127.0.0.1")));
    }

    #[tokio::test]
    async fn who_signed_in_before_the_console_was_restarted_gets_in_while_others_guess() {
        let (database, accounts) = with_administrator().await;
        let from = |last: u8| Visitor { address: [192, 0, 2, last].into(), request_id: "1".into() };
        accounts.verify("Ada", PASSWORD.into(), &from(1)).await.unwrap();
        let restarted = Accounts::new(database.clone());
        for last in 10..30 {
            restarted.verify("Ada", "a wrong one".into(), &from(last)).await.unwrap_err();
        }

        let elsewhere = restarted.verify("Ada", PASSWORD.into(), &from(2)).await.unwrap_err();
        assert!(matches!(elsewhere, SignInRefused::Wait(_)), "{elsewhere:?}");
        restarted.verify("Ada", PASSWORD.into(), &from(1)).await.unwrap();
    }

    #[tokio::test]
    async fn a_disabled_account_cannot_sign_in() {
        let (database, accounts) = with_administrator().await;
        let ada = database.account_named("ada").await.unwrap().unwrap().id;
        let bea = NewAccount { name: "Bea".into(), role: "administrator".into(), ..NewAccount::default() };
        let bea = NewAccount { password_hash: Some("hash".into()), ..bea };
        database.add_account(&bea).await.unwrap();

        database.set_enabled(ada, false).await.unwrap();

        assert!(matches!(
            accounts.verify("Ada", PASSWORD.into(), &visitor()).await,
            Err(SignInRefused::Wrong)
        ));
    }
}
