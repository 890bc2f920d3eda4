//! From somebody at a provider to an account here.

use crate::providers::claims;
use crate::providers::code::Callback;
use crate::providers::journey::{Journey, LIFETIME_SECONDS};
use crate::providers::refresh::Refresh;
use crate::providers::registry::{Provider, ProviderError, Registry};
use crate::{Seal, Token, Visitor, token};
use database::audit::Decision;
use database::identities::{ExternalIdentity, Person};
use database::{DatabaseError, now_seconds};
use providers_contract::{Settings, System};
use serde::{Deserialize, Serialize};
use sign_in_contract::{field, path};
use std::collections::BTreeSet;
use uuid::Uuid;

const SEALED_FOR: &str = "an arrival from a provider";

/// The longest way back that goes along in the cookie of a newcomer. Browsers drop one of more than 4096 bytes without a word.
const LONGEST_NEXT: usize = 512;

/// How many groups go along in it: more than anybody maps for one person.
const MOST_GROUPS: usize = 40;

/// Longer than this and browsers would not keep a cookie.
const MAX_COOKIE_BYTES: usize = 3800;

const LINK_SEALED_FOR: &str = "a link that waits for a word";

/// Somebody who has proved at a provider who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Who.
    pub person: Person,
    /// The name they have there; empty when the provider names none.
    pub name: String,
    /// The groups they are in there.
    pub groups: Vec<String>,
    /// What the provider calls the session there.
    pub session_there: Option<String>,
    /// The token that proved it: a hint for signing out there.
    pub id_token: Option<String>,
    /// With what the provider is asked again whether they still may.
    pub refresh: Option<Refresh>,
}

/// Somebody who is to choose a name: kept in their browser, sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Newcomer {
    /// Through which provider they came.
    pub provider: String,
    /// The name they have there.
    pub name: String,
    /// Where to go afterwards; the start page where that would be too long for a cookie.
    pub next: String,
    issuer: String,
    subject: String,
    /// Marks of the groups that mean anything here: names of groups in directories are as long as a whole line.
    groups: Vec<String>,
    session_there: Option<String>,
    #[serde(default)]
    refresh: Option<Refresh>,
    expires_at: i64,
}

/// Who somebody has proved to be at a provider, waiting for their word that it is to be linked to their account. Without
/// that word a link on a foreign page could link somebody else's identity to theirs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PendingLink {
    /// The provider.
    pub provider: String,
    /// What people call it.
    pub provider_name: String,
    /// The name they have there.
    pub name: String,
    issuer: String,
    subject: String,
    account: Uuid,
    session_hash: String,
    expires_at: i64,
}

impl PendingLink {
    /// Somebody who has arrived, in the session of an account that asked for it.
    pub fn new(provider: &Provider, arrived: &Arrived, account: Uuid, session_hash: &str) -> Self {
        Self {
            provider: provider.id.clone(),
            provider_name: provider.settings.name.clone(),
            name: arrived.name.clone(),
            issuer: arrived.person.issuer.clone(),
            subject: arrived.person.subject.clone(),
            account,
            session_hash: session_hash.into(),
            expires_at: now_seconds() + LIFETIME_SECONDS,
        }
    }

    /// As the browser keeps it.
    pub fn to_cookie(&self, seal: &Seal) -> String {
        seal.seal_value(LINK_SEALED_FOR, self)
    }

    /// What a browser brings, unless it took too long, is none of ours, or belongs to another account or session.
    pub fn from_cookie(cookie: &str, seal: &Seal, account: Uuid, session_hash: Option<&str>) -> Option<Self> {
        let pending: Self = seal.open_value(LINK_SEALED_FOR, cookie).ok()?;
        let is_theirs = pending.account == account && Some(pending.session_hash.as_str()) == session_hash;
        (is_theirs && pending.expires_at > now_seconds()).then_some(pending)
    }

    /// The person there.
    pub fn person(&self) -> Person {
        Person { issuer: self.issuer.clone(), subject: self.subject.clone() }
    }
}

/// What becomes of somebody who has arrived.
#[derive(Debug)]
pub enum Entrance {
    /// They are this account.
    Account(Uuid),
    /// They are nobody yet, and their name is somebody else's, or none.
    ChooseName(Box<Newcomer>),
}

/// Why somebody who has proved who they are does not get in.
#[derive(Debug, thiserror::Error)]
pub enum EntryRefused {
    /// Nobody here is linked to them, and the provider makes no accounts.
    #[error("nobody here is linked to this person")]
    Stranger,
    /// Their account is disabled.
    #[error("the account is disabled")]
    Disabled,
    /// The name is somebody's.
    #[error("the name is somebody's")]
    NameTaken,
    /// The name is none.
    #[error("the name is none")]
    Name,
    /// The accounts cannot be read or written.
    #[error("the accounts cannot be read or written")]
    Database(#[from] DatabaseError),
}

impl Newcomer {
    fn new(provider: &Provider, arrived: Arrived, next: &str) -> Self {
        Self {
            provider: provider.id.clone(),
            name: arrived.name,
            next: if next.len() <= LONGEST_NEXT { next } else { "/" }.into(),
            issuer: arrived.person.issuer,
            subject: arrived.person.subject,
            groups: arrived
                .groups
                .iter()
                .filter(|group| is_mapped(&provider.settings, group))
                .take(MOST_GROUPS)
                .map(|group| mark(group))
                .collect(),
            session_there: arrived.session_there,
            refresh: arrived.refresh,
            expires_at: now_seconds() + LIFETIME_SECONDS,
        }
    }

    /// As the browser keeps it; without what makes it longer than browsers keep. The provider is then not asked again about the
    /// session that begins with it.
    pub fn to_cookie(&self, seal: &Seal) -> String {
        let whole = seal.seal_value(SEALED_FOR, self);
        if whole.len() <= MAX_COOKIE_BYTES {
            return whole;
        }
        seal.seal_value(SEALED_FOR, &Self { refresh: None, ..self.clone() })
    }

    /// Who a browser brings, unless it took too long or is none of ours.
    pub fn from_cookie(cookie: &str, seal: &Seal) -> Option<Self> {
        seal.open_value(SEALED_FOR, cookie).ok().filter(|who: &Self| who.expires_at > now_seconds())
    }

    /// Who has arrived, through a provider with these settings.
    pub fn arrived(&self, settings: &Settings) -> Arrived {
        let mapped = settings.mappings.iter().map(|mapping| &mapping.group);
        let groups: BTreeSet<&String> = mapped.filter(|group| self.groups.contains(&mark(group))).collect();
        Arrived {
            person: Person { issuer: self.issuer.clone(), subject: self.subject.clone() },
            name: self.name.clone(),
            groups: groups.into_iter().cloned().collect(),
            session_there: self.session_there.clone(),
            id_token: None,
            refresh: self.refresh.clone(),
        }
    }
}

impl Registry {
    /// Where to send a browser that wants to go to a provider.
    pub async fn ask(&self, provider: &Provider, journey: &Journey) -> Result<String, ProviderError> {
        match &provider.settings.system {
            System::OpenId(openid) => self.ask_openid(provider, openid, journey).await,
            System::GitHub(oauth) | System::GitLab(oauth) => self.ask_oauth(provider, oauth, journey),
            System::Cas(cas) => self.ask_cas(provider, cas, journey),
            System::Directory(_) => Err(ProviderError::Unknown),
        }
    }

    /// Who has arrived with a browser that comes back from a provider.
    pub async fn hear(
        &self,
        provider: &Provider,
        journey: &Journey,
        callback: &Callback,
    ) -> Result<Arrived, ProviderError> {
        match &provider.settings.system {
            System::OpenId(openid) => self.hear_openid(provider, openid, journey, callback).await,
            System::GitHub(oauth) | System::GitLab(oauth) => {
                self.hear_oauth(provider, oauth, journey, callback).await
            }
            System::Cas(cas) => self.hear_cas(provider, cas, journey, callback).await,
            System::Directory(_) => Err(ProviderError::Unknown),
        }
    }

    /// Finds the account of somebody who has arrived, or makes one. Nothing but issuer and subject joins them to one that
    /// is there: somebody who has the name or the mail address of another person gets an account of their own.
    pub async fn enter(
        &self,
        provider: &Provider,
        arrived: Arrived,
        next: &str,
        visitor: &Visitor,
    ) -> Result<Entrance, EntryRefused> {
        if let Some(known) = self.database.identity(&arrived.person).await? {
            return self.enter_known(provider, &known, &arrived, visitor).await.map(Entrance::Account);
        }
        if !provider.settings.makes_accounts && !self.is_invited(next).await? {
            self.record(provider, None, &arrived.name, visitor, "nobody here is linked to this person")
                .await?;
            return Err(EntryRefused::Stranger);
        }
        match self.enter_new(provider, &arrived, &arrived.name, visitor).await {
            Ok(account) => Ok(Entrance::Account(account)),
            Err(EntryRefused::NameTaken | EntryRefused::Name) => {
                Ok(Entrance::ChooseName(Box::new(Newcomer::new(provider, arrived, next))))
            }
            Err(error) => Err(error),
        }
    }

    /// Whether somebody is on their way to an invitation that works: it lets in also where no accounts are made.
    async fn is_invited(&self, next: &str) -> Result<bool, DatabaseError> {
        let question = next.strip_prefix(path::INVITATION).and_then(|rest| rest.strip_prefix('?'));
        let token = question.and_then(|pairs| pairs.strip_prefix(field::TOKEN)?.strip_prefix('='));
        match token {
            Some(token) => Ok(self.database.invitation(&Token::presented(token).hash()).await?.is_some()),
            None => Ok(false),
        }
    }

    async fn enter_known(
        &self,
        provider: &Provider,
        known: &ExternalIdentity,
        arrived: &Arrived,
        visitor: &Visitor,
    ) -> Result<Uuid, EntryRefused> {
        let mut account = self.database.account(known.account_id).await?;
        if account.as_ref().is_some_and(|account| account.is_gone) {
            // The provider has just said that they are there.
            self.database.note_return(known.account_id).await?;
            account = self.database.account(known.account_id).await?;
        }
        let Some(account) = account.filter(|account| account.is_enabled) else {
            self.record(provider, Some(known.account_id), &arrived.name, visitor, "the account is disabled")
                .await?;
            return Err(EntryRefused::Disabled);
        };
        self.give_role(provider, account.id, known.given_role.as_deref(), arrived).await?;
        self.record(provider, Some(account.id), &account.name, visitor, "").await?;
        Ok(account.id)
    }

    /// Makes an account of this name for somebody who came for the first time.
    pub async fn enter_new(
        &self,
        provider: &Provider,
        arrived: &Arrived,
        name: &str,
        visitor: &Visitor,
    ) -> Result<Uuid, EntryRefused> {
        let name = claims::sound_name(name);
        if name.is_empty() {
            return Err(EntryRefused::Name);
        }
        let new = crate::newcomers::account(&name);
        let made = self.database.add_account_for(&arrived.person, &provider.id, &new, &arrived.name).await;
        let account = match made {
            Err(DatabaseError::NameTaken) => return Err(EntryRefused::NameTaken),
            made => made?,
        };
        self.give_role(provider, account, None, arrived).await?;
        self.record(provider, Some(account), &name, visitor, "").await?;
        Ok(account)
    }

    /// Gives the roles that the groups of a person give, and takes back what groups gave before. What people here gave
    /// stays.
    async fn give_role(
        &self,
        provider: &Provider,
        account: Uuid,
        given_before: Option<&str>,
        arrived: &Arrived,
    ) -> Result<(), DatabaseError> {
        let role = mapped_role(&provider.settings, &arrived.groups);
        let given = crate::newcomers::give_role(&self.database, account, given_before, role).await?;
        let holds =
            crate::newcomers::holds(&self.database, &provider.id, &provider.settings, &arrived.groups)
                .await?;
        self.database.set_members_by(account, &provider.id, &holds).await?;
        self.database.use_identity(&arrived.person, &arrived.name, given.as_deref()).await
    }

    /// Writes down that somebody came through a provider, or why they did not get in.
    pub(crate) async fn record(
        &self,
        provider: &Provider,
        account: Option<Uuid>,
        name: &str,
        visitor: &Visitor,
        reason: &str,
    ) -> Result<(), DatabaseError> {
        let decision = visitor.knock("sign_in", account, name, reason);
        let decision = Decision { name: Some(provider.settings.name.clone()), ..decision };
        self.database.record_decision(&decision).await?;
        Ok(())
    }
}

/// By what a group is known again that is mapped: 96 bits, for which nobody finds another name.
fn mark(group: &str) -> String {
    token::hash(group).chars().take(24).collect()
}

fn is_mapped(settings: &Settings, group: &str) -> bool {
    settings.mappings.iter().any(|mapping| mapping.group == group)
}

/// The platform role that groups give.
fn mapped_role<'s>(settings: &'s Settings, groups: &[String]) -> Option<&'s str> {
    let of_platform = settings.mappings.iter().filter(|mapping| mapping.place.is_none());
    let mut given = of_platform.filter(|mapping| groups.contains(&mapping.group));
    given.next().map(|mapping| mapping.role.as_str())
}
