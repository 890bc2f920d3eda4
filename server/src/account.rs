//! What a person may know about their own account.

use crate::console::Console;
use crate::forwards::open_ports_of;
use crate::routes::{Kept, not_ones_own};
use access::Caller;
use account_contract::{
    Account, AccountView, FactorView, IdentityView, Kubectl, PasskeyView, SessionView, Shown, SignInView,
    TokenView, Way,
};
use async_trait::async_trait;
use axum::http::{HeaderMap, HeaderValue};
use database::identities::ExternalIdentity;
use database::passkeys::StoredPasskey;
use database::sign_ins::SignInRecord;
use database::tokens::{StoredToken, TokenScope};
use database::{DatabaseError, now_seconds};
use identity::passkeys::BY_PASSKEY;
use identity::providers::{PendingLink, Provider};
use identity::second_factor::{CodeRefused, SetUp};
use identity::sessions::{OpenSession, open_sessions};
use identity::{BY_PASSWORD, read_agent};
use model::cause::KeptOutage;
use model::{ConsoleError, Language, System, Timestamp};
use std::sync::Arc;
use workspaces_contract::{MemberPlace, Reach};

/// How many tries to sign in are shown: some months of a person, or what somebody who guesses leaves in ten minutes.
const HISTORY: u32 = 100;

/// The account of whoever asks.
pub struct MyAccount {
    console: Console,
    caller: Arc<Caller>,
    pending: Option<PendingLink>,
    shown: Option<Shown>,
}

impl MyAccount {
    /// The account of this caller, whose browser sent these headers.
    pub fn new(console: Console, caller: Arc<Caller>, headers: &HeaderMap) -> Self {
        let pending = pending_link(&console, &caller, headers);
        Self { console, caller, pending, shown: None }
    }

    /// The same, with what was just made and is shown this once.
    #[must_use]
    pub fn showing(mut self, shown: Option<Shown>) -> Self {
        self.shown = shown;
        self
    }

    fn kubectl(&self) -> Kubectl {
        let reader = self.console.kubernetes().for_caller(Caller::clone(&self.caller), Language::English);
        let clusters: Vec<_> = reader.kubeconfig_clusters().into_iter().map(|(name, _)| name).collect();
        if clusters.is_empty() {
            return Kubectl::NoCluster;
        }
        match self.console.surroundings().public_url().is_https {
            true => Kubectl::Clusters(clusters),
            false => Kubectl::NeedsHttps,
        }
    }

    async fn factor(&self) -> Result<FactorView, DatabaseError> {
        let id = self.caller.account_id;
        let (database, factors) = (self.console.database(), self.console.factors());
        if factors.is_asked(id).await? {
            return Ok(FactorView::Asked { recovery_codes: database.recovery_codes_left(id).await? });
        }
        match factors.set_up(id, &self.caller.name).await {
            Ok(None) => Ok(FactorView::None),
            Ok(Some(SetUp { secret, picture })) => Ok(FactorView::Begun { secret, picture }),
            Err(CodeRefused::Database(error)) => Err(error),
            Err(_) => Ok(FactorView::Unreadable),
        }
    }

    /// Who the person is at providers, and what they could link.
    async fn identities(&self, has_password: bool) -> Result<Identities, DatabaseError> {
        let linked = self.console.database().identities_of(self.caller.account_id).await?;
        let providers = self.console.registry().all().await?;
        let name_of = |id: &str| {
            let provider = providers.iter().find(|provider| provider.id == id);
            provider.map_or_else(|| id.to_owned(), |provider| provider.settings.name.clone())
        };
        let can_unlink = has_password || linked.len() > 1;
        let is_linkable = |provider: &&Provider| provider.is_enabled && !provider.kind().takes_passwords();
        let linkable = providers
            .iter()
            .filter(is_linkable)
            .map(|provider| (provider.id.clone(), provider.settings.name.clone()));
        let linkable = linkable.collect();
        let view = |identity: ExternalIdentity| IdentityView {
            provider: name_of(&identity.provider_id),
            name: identity.name_there,
            issuer: identity.person.issuer,
            subject: identity.person.subject,
            linked_at: Timestamp(identity.linked_at),
            last_used: identity.last_used_at.map(Timestamp),
            can_unlink,
        };
        Ok(Identities { linked: linked.into_iter().map(view).collect(), linkable })
    }

    async fn tokens(&self) -> Result<Vec<TokenView>, DatabaseError> {
        let database = self.console.database();
        let tokens = database.tokens_of(self.caller.account_id).await?.into_iter();
        Ok(tokens.map(|listed| token_view(listed.token, tenants::reach(listed.place))).collect())
    }

    /// The clusters and workspaces in which the person holds anything.
    async fn places(&self) -> Result<Vec<MemberPlace>, DatabaseError> {
        let workspaces = self.console.database().workspaces().await?;
        let known = self.console.kubernetes().clusters().map(|cluster| cluster.name());
        let clusters = known.filter(|name| self.caller.may_see_cluster(name));
        let clusters = clusters.map(|name| MemberPlace::Cluster(name.clone()));
        let own = workspaces.into_iter().filter(|one| !self.caller.rights.in_workspace(one.id).is_empty());
        Ok(clusters.chain(own.map(|one| MemberPlace::Workspace(one.name))).collect())
    }

    async fn view(&self) -> Result<AccountView, DatabaseError> {
        let database = self.console.database();
        let id = self.caller.account_id;
        let current = self.caller.session_hash.as_deref();
        let sessions = open_sessions(database, id).await?;
        let mut shown = Vec::with_capacity(sessions.len());
        for session in sessions {
            let acting_as = match &session.acting {
                Some(acting) => database.account(acting.account).await?.map(|account| account.name),
                None => None,
            };
            shown.push(SessionView { acting_as, ..session_view(session, current) });
        }
        let mut sessions = shown;
        sessions.sort_by_key(|session| !session.is_current);
        let history = database.sign_ins(id, HISTORY).await?;
        let has_password = database.password_hash_of(id).await?.is_some();
        let Identities { linked, linkable } = self.identities(has_password).await?;
        Ok(AccountView {
            name: self.caller.name.clone(),
            has_password,
            identities: linked,
            linkable,
            pending: self.pending.clone().map(|pending| (pending.name, pending.provider_name)),
            sessions,
            ports: open_ports_of(&self.console, &self.caller).await?,
            history: history.into_iter().map(sign_in_view).collect(),
            tokens: self.tokens().await?,
            places: self.places().await?,
            kubectl: self.kubectl(),
            factor: self.factor().await?,
            passkeys: database.passkeys_of(id).await?.into_iter().map(passkey_view).collect(),
            shown: self.shown.clone(),
        })
    }
}

struct Identities {
    linked: Vec<IdentityView>,
    linkable: Vec<(String, String)>,
}

/// Whom the browser has just proved to be at a provider, if it was for this account and in this session.
pub fn pending_link(console: &Console, caller: &Caller, headers: &HeaderMap) -> Option<PendingLink> {
    let cookie = Kept::Link.read(console, headers)?;
    let seal = console.registry().seal();
    PendingLink::from_cookie(&cookie, seal, caller.account_id, caller.session_hash.as_deref())
}

/// For what something that is shown once is sealed in a cookie.
const SHOWN: &str = "what is shown once";

/// What a browser brings that is to be shown once, if it is this caller's.
pub fn shown(console: &Console, caller: &Caller, headers: &HeaderMap) -> Option<Shown> {
    let cookie = Kept::Shown.read(console, headers)?;
    let opened: (uuid::Uuid, i64, Shown) = console.registry().seal().open_value(SHOWN, &cookie).ok()?;
    let (account, until, shown) = opened;
    (account == caller.account_id && until > now_seconds()).then_some(shown)
}

/// The cookie that brings something to the next page, which shows it once.
pub fn show_once(console: &Console, caller: &Caller, shown: &Shown) -> HeaderValue {
    let value = (caller.account_id, now_seconds() + SHOWN_SECONDS, shown);
    Kept::Shown.keep(console, &console.registry().seal().seal_value(SHOWN, &value))
}

/// How long a browser may take to the next page.
const SHOWN_SECONDS: i64 = 60;

#[async_trait]
impl Account for MyAccount {
    async fn read(&self) -> Result<AccountView, ConsoleError> {
        if self.caller.acting.is_some() || self.caller.is_for_one_place() {
            return Err(not_ones_own(&self.caller));
        }
        self.view().await.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "An account cannot be read");
            ConsoleError::Unavailable {
                system: System::Database,
                cause: KeptOutage::OwnAccount.into(),
                may_be_done: false,
            }
        })
    }
}

fn session_view(session: OpenSession, current: Option<&str>) -> SessionView {
    let agent = read_agent(&session.beginning.agent);
    SessionView {
        is_current: Some(session.id_hash.as_str()) == current,
        handle: session.id_hash,
        browser: agent.browser.into(),
        system: agent.system.into(),
        address: session.beginning.address,
        way: way(Some(&session.beginning.way)),
        signed_in_at: Timestamp(session.signed_in_at),
        seen_at: Timestamp(session.seen_at),
        acting_as: None,
    }
}

fn token_view(token: StoredToken, reach: Reach) -> TokenView {
    TokenView {
        id: token.id.to_string(),
        name: token.name,
        is_read_only: token.scope == TokenScope::Read,
        reach,
        created_at: Timestamp(token.created_at),
        expires_at: Timestamp(token.expires_at),
        is_expired: token.expires_at <= now_seconds(),
        last_used: token.last_used_at.map(Timestamp),
        last_address: token.last_address.unwrap_or_default(),
    }
}

fn passkey_view(passkey: StoredPasskey) -> PasskeyView {
    PasskeyView {
        id: passkey.id.to_string(),
        name: passkey.name,
        host: passkey.host,
        added_at: Timestamp(passkey.created_at),
        last_used: passkey.last_used_at.map(Timestamp),
    }
}

fn sign_in_view(record: SignInRecord) -> SignInView {
    SignInView {
        at: Timestamp(record.at_milliseconds / 1000),
        address: record.address.unwrap_or_default(),
        way: match record.action.as_str() {
            "second_factor" => Way::SecondFactor,
            tenants::ACTED_AS => Way::ActedAs,
            _ => way(record.way.as_deref()),
        },
        reason: record.reason,
    }
}

fn way(way: Option<&str>) -> Way {
    match way {
        None | Some("") => Way::Unknown,
        Some(BY_PASSWORD) => Way::Password,
        Some(BY_PASSKEY) => Way::Passkey,
        Some(provider) => Way::Provider(provider.to_owned()),
    }
}
