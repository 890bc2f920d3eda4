//! Names and passwords.

mod links;

pub use links::{Forgotten, LINK_LIFETIME, SetUpRefused};

use crate::providers::directory::{self, DirectoryError};
use crate::providers::{Arrived, Provider};
use crate::throttle::network;
use crate::{Attempt, Hasher, PasswordError, Throttle, password};
use database::accounts::name_key;
use database::audit::Decision;
use database::identities::Person;
use database::{Database, DatabaseError};
use sign_in_contract::{PasswordProblem, SignInProblem, check_password};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// The longest name, in characters.
const MAX_NAME_CHARACTERS: usize = 64;

/// What the way of signing in with a name and a password of the console is called in sessions and in the audit trail.
pub const BY_PASSWORD: &str = "password";

/// Who knocks, for counting and for the audit trail.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Where from.
    pub address: IpAddr,
    /// The request.
    pub request_id: String,
}

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
        let (account, hash) = found.map_or((None, None), |(account, hash)| (Some(account), Some(hash)));

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
        let decision = knock("sign_in", account, shown, visitor, reason);
        let way = asked.refused.map_or(BY_PASSWORD.to_owned(), |(_, provider)| provider);
        let decision = Decision { name: Some(way), ..decision };
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
        check_password(owner.name, &new).map_err(ChangeRefused::Weak)?;
        if password::is_common(&new) {
            return Err(ChangeRefused::Weak(PasswordProblem::Common));
        }
        let attempt =
            self.throttle.begin(&name_key(owner.name), visitor.address).map_err(ChangeRefused::Wait)?;
        let matches = self.hasher.matches(old, Some(hash.clone())).await?;
        let reason = if matches { "" } else { "wrong old password" };
        let decision = Decision {
            verb: "update".into(),
            resource: "accounts.console.orrery".into(),
            session_hash: owner.session_hash.map(str::to_owned),
            ..knock("change_password", Some(owner.account), owner.name, visitor, reason)
        };
        self.database.record_decision(&decision).await?;
        if !matches {
            return Err(ChangeRefused::Wrong);
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

/// Whether a text can be an account's name: something a person can read in one line.
pub fn is_name(name: &str) -> bool {
    let name = name.trim();
    !name.is_empty() && name.chars().count() <= MAX_NAME_CHARACTERS && !name.chars().any(char::is_control)
}

fn knock(action: &str, account: Option<Uuid>, name: &str, visitor: &Visitor, reason: &str) -> Decision {
    Decision {
        request_id: visitor.request_id.clone(),
        account_id: account,
        account_name: name.into(),
        address: Some(visitor.address.to_string()),
        action: action.into(),
        verb: "create".into(),
        resource: "sessions.console.orrery".into(),
        is_allowed: reason.is_empty(),
        reason: reason.into(),
        ..Decision::default()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use database::accounts::NewAccount;
    use database::now_seconds;

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
