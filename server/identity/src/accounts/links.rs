//! Links with which passwords are chosen.

use super::{Accounts, is_name};
use crate::throttle::network;
use crate::{Attempt, PasswordError, Token, Visitor, password};
use database::accounts::{NewAccount, name_key};
use database::audit::Decision;
use database::links::LinkPurpose;
use database::{DatabaseError, now_seconds};
use sign_in_contract::{Link, PasswordProblem, SetUpProblem};
use std::time::Duration;
use uuid::Uuid;

/// How long a one-time link works.
const LINK_LIFETIME: Duration = Duration::from_secs(24 * 3600);
/// So long no other link is sent to somebody: each makes the one before worthless, and whoever asks may be somebody else.
const BETWEEN_LINKS: Duration = Duration::from_secs(15 * 60);

/// What attempts to use links count as, and asking for links because of a forgotten password: the links' tokens cannot be
/// guessed, but checking a password and sending a mail cost.
const LINK_ATTEMPTS: &str = "one-time link";
const FORGOTTEN: &str = "forgotten";

/// Why a password was not set with a link.
#[derive(Debug, thiserror::Error)]
pub enum SetUpRefused {
    /// Something to correct.
    #[error("the form was not right: {}", .0.word())]
    Problem(SetUpProblem),
    /// The password could not be hashed.
    #[error("the password could not be hashed")]
    Password(#[from] PasswordError),
    /// The accounts cannot be written.
    #[error("the accounts cannot be written")]
    Database(#[from] DatabaseError),
}

/// Who has forgotten their password, and the link for it.
pub struct Forgotten {
    /// Their account.
    pub account: Uuid,
    /// What they are called.
    pub name: String,
    /// Where to the link goes, and to nowhere else.
    pub email: String,
    /// The token of the link.
    pub token: Token,
}

impl Accounts {
    /// Makes a link with which somebody chooses a password: for this account, or for the first administrator. Links
    /// made before for the same purpose stop working.
    pub async fn issue_link(&self, account: Option<Uuid>) -> Result<Token, DatabaseError> {
        let token = Token::random();
        let lifetime = i64::try_from(LINK_LIFETIME.as_secs()).unwrap_or(i64::MAX);
        self.database.add_link(&token.hash(), account, now_seconds() + lifetime).await?;
        Ok(token)
    }

    /// Counts that somebody says to have forgotten the password of a name, or answers how long to wait.
    pub fn may_have_forgotten(&self, name: &str, visitor: &Visitor) -> Result<(), Duration> {
        let name = if is_name(name) { name } else { "" };
        // It never succeeds, so each counts.
        self.begin_from(&format!("{FORGOTTEN} {}", name_key(name)), visitor).map(drop)
    }

    /// Counts a try of what gains nothing by many addresses: each is counted for itself, so nobody keeps others waiting.
    fn begin_from(&self, what: &str, visitor: &Visitor) -> Result<Attempt<'_>, Duration> {
        self.throttle.begin(&format!("{what} from {}", network(visitor.address)), visitor.address)
    }

    /// A link for whoever has forgotten a password of the console, and the mail address that it is for; `None` where there
    /// is nobody, no address, no password, or a link that was made a moment ago.
    pub async fn link_for_forgotten(
        &self,
        name: &str,
        visitor: &Visitor,
    ) -> Result<Option<Forgotten>, DatabaseError> {
        let Some(account) = self.database.account_named(name).await? else { return Ok(None) };
        let has_password = self.database.password_hash_of(account.id).await?.is_some();
        let since = now_seconds() - i64::try_from(BETWEEN_LINKS.as_secs()).unwrap_or(i64::MAX);
        if !account.is_enabled
            || account.email.is_empty()
            || !has_password
            || self.database.has_link_since(account.id, since).await?
        {
            return Ok(None);
        }
        let asked = visitor.knock("forgot_password", Some(account.id), &account.name, "");
        let asked = Decision { resource: "accounts.console.orrery".into(), ..asked };
        self.database.record_decision(&asked).await?;
        let token = self.issue_link(Some(account.id)).await?;
        Ok(Some(Forgotten { account: account.id, name: account.name, email: account.email, token }))
    }

    /// What a link is for.
    pub async fn link(&self, token: &Token) -> Result<Link, DatabaseError> {
        Ok(match self.database.link_purpose(&token.hash()).await? {
            None => Link::Invalid,
            Some(LinkPurpose::FirstAdministrator) => Link::FirstAdministrator,
            Some(LinkPurpose::Password(id)) => match self.database.account(id).await? {
                Some(account) => Link::Password { name: account.name },
                None => Link::Invalid,
            },
        })
    }

    /// An account without rights, of a name and a password that somebody chose who has a link. It is not kept yet.
    pub async fn new_account(
        &self,
        name: &str,
        password: String,
        visitor: &Visitor,
    ) -> Result<NewAccount, SetUpRefused> {
        let problem = SetUpRefused::Problem;
        let attempt = self.begin_from(LINK_ATTEMPTS, visitor).map_err(|_| problem(SetUpProblem::Wait))?;
        if !is_name(name) {
            return Err(problem(SetUpProblem::Name));
        }
        let name = name.trim();
        password::check_new(name, &password).map_err(|wrong| problem(SetUpProblem::Password(wrong)))?;
        let hash = self.hasher.hash(password).await?;
        attempt.succeeded();
        Ok(NewAccount { password_hash: Some(hash), ..crate::newcomers::account(name) })
    }

    /// Uses a link up: chooses the password, and with the first link the name too. Answers whose password it is.
    pub async fn use_link(
        &self,
        token: &Token,
        name: &str,
        password: String,
        visitor: &Visitor,
    ) -> Result<Uuid, SetUpRefused> {
        let problem = SetUpRefused::Problem;
        let attempt = self.begin_from(LINK_ATTEMPTS, visitor).map_err(|_| problem(SetUpProblem::Wait))?;
        let link = self.link(token).await?;
        let name = match &link {
            Link::Invalid => return Err(problem(SetUpProblem::Link)),
            Link::FirstAdministrator if !is_name(name) => return Err(problem(SetUpProblem::Name)),
            Link::FirstAdministrator => name.trim(),
            Link::Password { name } => name,
        };
        password::check_new(name, &password).map_err(|wrong| problem(SetUpProblem::Password(wrong)))?;
        if self.is_still_the_old(token, &password).await? {
            return Err(problem(SetUpProblem::Password(PasswordProblem::Same)));
        }
        let hash = self.hasher.hash(password).await?;

        let used = if link == Link::FirstAdministrator {
            self.database.use_link_for_administrator(&token.hash(), name, &hash).await
        } else {
            self.database.use_link_for_password(&token.hash(), &hash).await
        };
        let account = match used {
            Ok(account) => account.ok_or(problem(SetUpProblem::Link))?,
            Err(DatabaseError::NameTaken) => return Err(problem(SetUpProblem::NameTaken)),
            Err(error) => return Err(error.into()),
        };
        attempt.succeeded();
        self.database.record_decision(&visitor.knock("choose_password", Some(account), name, "")).await?;
        Ok(account)
    }

    /// Whether it is the password in place of which another one was asked for.
    async fn is_still_the_old(&self, token: &Token, password: &str) -> Result<bool, SetUpRefused> {
        let Some(LinkPurpose::Password(account)) = self.database.link_purpose(&token.hash()).await? else {
            return Ok(false);
        };
        if !self.database.is_password_due(account).await? {
            return Ok(false);
        }
        match self.database.password_hash_of(account).await? {
            Some(hash) => Ok(self.hasher.matches(password.to_owned(), Some(hash)).await?),
            None => Ok(false),
        }
    }
}

impl From<&SetUpRefused> for SetUpProblem {
    fn from(refused: &SetUpRefused) -> Self {
        match refused {
            SetUpRefused::Problem(problem) => *problem,
            SetUpRefused::Password(_) => Self::Wait,
            SetUpRefused::Database(_) => Self::Unavailable,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::super::tests::{PASSWORD, visitor, with_administrator};
    use super::*;
    use database::Database;

    #[tokio::test]
    async fn the_first_link_makes_an_administrator_once() {
        let database = Database::in_memory().await.unwrap();
        let accounts = Accounts::new(database.clone());
        let token = accounts.issue_link(None).await.unwrap();
        assert_eq!(accounts.link(&token).await.unwrap(), Link::FirstAdministrator);

        let ada = accounts.use_link(&token, " Ada ", PASSWORD.into(), &visitor()).await.unwrap();
        let again = accounts.use_link(&token, "Eve", PASSWORD.into(), &visitor()).await.unwrap_err();

        assert_eq!(SetUpProblem::from(&again), SetUpProblem::Link);
        assert_eq!(accounts.verify("ADA", PASSWORD.into(), &visitor()).await.unwrap(), ada);
        assert!(database.has_administrator().await.unwrap());
    }

    #[tokio::test]
    async fn a_password_that_is_asked_for_is_another_one() {
        let (database, accounts) = with_administrator().await;
        let ada = database.account_named("ada").await.unwrap().unwrap().id;
        assert!(database.ask_for_password(ada).await.unwrap());
        assert!(database.is_password_due(ada).await.unwrap());
        let token = accounts.issue_link(Some(ada)).await.unwrap();

        let same = accounts.use_link(&token, "", PASSWORD.into(), &visitor()).await.unwrap_err();
        assert_eq!(SetUpProblem::from(&same), SetUpProblem::Password(PasswordProblem::Same));
        assert!(database.is_password_due(ada).await.unwrap());
        accounts.use_link(&token, "", "another walk entirely".into(), &visitor()).await.unwrap();

        assert!(!database.is_password_due(ada).await.unwrap());
    }

    #[tokio::test]
    async fn what_the_table_holds_of_a_link_does_not_work_as_a_link() {
        let database = Database::in_memory().await.unwrap();
        let accounts = Accounts::new(database.clone());
        let token = accounts.issue_link(None).await.unwrap();

        let stolen = Token::presented(&token.hash());

        assert_eq!(accounts.link(&stolen).await.unwrap(), Link::Invalid);
        assert!(
            database.link_purpose(token.reveal()).await.unwrap().is_none(),
            "the table holds the link itself"
        );
    }

    #[tokio::test]
    async fn a_weak_password_is_refused_and_the_link_stays() {
        let database = Database::in_memory().await.unwrap();
        let accounts = Accounts::new(database);
        let token = accounts.issue_link(None).await.unwrap();

        for (password, problem) in [
            ("short", PasswordProblem::Short),
            ("qwertyuiop123", PasswordProblem::Common),
            ("administrator", PasswordProblem::LikeName),
        ] {
            let refused =
                accounts.use_link(&token, "Administrator", password.into(), &visitor()).await.unwrap_err();
            assert_eq!(SetUpProblem::from(&refused), SetUpProblem::Password(problem));
        }
        assert_eq!(accounts.link(&token).await.unwrap(), Link::FirstAdministrator);
    }

    #[tokio::test]
    async fn a_new_password_ends_the_account_s_sessions() {
        let (database, accounts) = with_administrator().await;
        let ada = database.account_named("ada").await.unwrap().unwrap().id;
        let session = database::sessions::StoredSession {
            id_hash: "x".into(),
            account_id: Some(ada),
            data: "{}".into(),
            expires_at: now_seconds() + 60,
        };
        database.add_session(&session).await.unwrap();

        let token = accounts.issue_link(Some(ada)).await.unwrap();
        accounts.use_link(&token, "", "another walk entirely".into(), &visitor()).await.unwrap();

        assert_eq!(database.session("x").await.unwrap(), None);
        assert!(accounts.verify("Ada", PASSWORD.into(), &visitor()).await.is_err());
    }

    #[tokio::test]
    async fn a_link_for_a_forgotten_password_goes_only_to_who_has_one_and_an_address() {
        let (database, accounts) = with_administrator().await;
        let ada = database.account_named("Ada").await.unwrap().unwrap().id;
        assert!(
            accounts.link_for_forgotten("Ada", &visitor()).await.unwrap().is_none(),
            "there is no address"
        );
        database.describe_account(ada, "", "ada@example.org").await.unwrap();
        let stranger = NewAccount {
            name: "Ben".into(),
            email: "ben@example.org".into(),
            role: "regular".into(),
            ..NewAccount::default()
        };
        database.add_account(&stranger).await.unwrap();
        let kept_out = NewAccount { name: "Cleo".into(), password_hash: Some("hash".into()), ..stranger };
        let kept_out = database.add_account(&kept_out).await.unwrap();
        database.set_enabled(kept_out, false).await.unwrap();
        for name in ["Ben", "Cleo", "Nobody", ""] {
            assert!(accounts.link_for_forgotten(name, &visitor()).await.unwrap().is_none(), "{name}");
        }

        let sent = accounts.link_for_forgotten("ada", &visitor()).await.unwrap().unwrap();

        assert_eq!((sent.name.as_str(), sent.email.as_str()), ("Ada", "ada@example.org"));
        assert_eq!(accounts.link(&sent.token).await.unwrap(), Link::Password { name: "Ada".into() });
        let again = accounts.link_for_forgotten("ada", &visitor()).await.unwrap();
        assert!(again.is_none(), "another one would make the first worthless");
        let trail = database.audit_trail(10).await.unwrap();
        assert_eq!(trail.iter().filter(|entry| entry.decision.action == "forgot_password").count(), 1);
    }

    #[tokio::test]
    async fn whoever_asks_for_links_again_and_again_waits() {
        let (_, accounts) = with_administrator().await;

        let asked = (0..100).filter(|_| accounts.may_have_forgotten("Ada", &visitor()).is_ok()).count();

        assert_eq!(asked, 10);
    }

    #[tokio::test]
    async fn nobody_keeps_others_from_their_links() {
        let (database, accounts) = with_administrator().await;
        let ada = database.account_named("Ada").await.unwrap().unwrap().id;
        let stranger = Visitor { address: [192, 0, 2, 1].into(), request_id: "2".into() };
        for _ in 0..30 {
            let made_up = Token::random();
            let refused = accounts.use_link(&made_up, "Eve", PASSWORD.into(), &stranger).await;
            assert!(refused.is_err());
            let _ = accounts.may_have_forgotten("Ada", &stranger);
        }

        assert!(accounts.may_have_forgotten("Ada", &stranger).is_err(), "who tries on and on waits");
        assert!(accounts.may_have_forgotten("Ada", &visitor()).is_ok());
        let token = accounts.issue_link(Some(ada)).await.unwrap();
        assert_eq!(accounts.use_link(&token, "", PASSWORD.into(), &visitor()).await.unwrap(), ada);
        let made = accounts.new_account("Ben", PASSWORD.into(), &visitor()).await.unwrap();
        assert_eq!(made.name, "Ben");
    }
}
