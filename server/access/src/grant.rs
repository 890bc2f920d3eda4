//! Grants: the only way to a backend.

use crate::rights::Rights;
use crate::{Caller, Identities, Identity, Need, Only, Place, Refusal, Refused, Scope, decide};
use database::accounts::Account;
use database::audit::{Decision, Outcome};
use database::members::Place as Held;
use database::tokens::read_handle;
use database::{Database, DatabaseError, now_seconds};
use model::{ClusterName, ConsoleError, Namespace};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;
use tracing::Instrument;
use uuid::Uuid;

/// Something that can be asked for.
pub trait Action: Send + Sync + 'static {
    /// What the audit trail calls it, such as `scale`.
    const NAME: &'static str;

    /// The right that it needs.
    fn need(&self) -> Need;

    /// What the audit trail calls this one, where [`Action::NAME`] stands for several.
    fn name(&self) -> &'static str {
        Self::NAME
    }

    /// What the audit trail adds where the object does not say enough: the path of a file.
    fn detail(&self) -> Option<String> {
        None
    }
}

/// An action that was allowed. Only [`Access`] makes these.
#[derive(Clone, Debug)]
pub struct Granted<A> {
    action: A,
    caller: Arc<Caller>,
    identity: Identity,
    scope: Scope,
}

impl<A> Granted<A> {
    /// Private to this file, so that nobody else makes any.
    fn new(caller: &Caller, action: A, need: &Need, scope: Scope) -> Self {
        Self { action, identity: caller.identity(need), caller: Arc::new(caller.clone()), scope }
    }

    /// What was allowed.
    pub fn action(&self) -> &A {
        &self.action
    }

    /// To whom.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// As whom to speak to the cluster.
    pub fn identity(&self) -> Identity {
        self.identity.clone()
    }

    /// Which objects it covers.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }
}

impl<A: Action> Granted<A> {
    /// Whether the right is held in the cluster as a whole, even where the grant is for some of its namespaces: then it
    /// extends to those that there were before.
    pub fn is_cluster_wide(&self) -> bool {
        let everywhere = Need { place: Place::Namespaces(BTreeSet::new()), ..self.action.need() };
        decide(&self.caller, &everywhere) == Ok(Scope::All)
    }
}

/// Decides and writes down what was decided. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Access {
    database: Database,
    changes: watch::Sender<u64>,
    running: TaskTracker,
    identities: Identities,
}

impl Access {
    /// Reads rights from, and writes decisions to, this database.
    pub fn new(database: Database) -> Self {
        let (changes, running) = (watch::Sender::new(0), TaskTracker::new());
        Self { database, changes, running, identities: Identities::default() }
    }

    /// What answers under the names of clusters: what people hold counts only in those that are meant.
    pub fn identities(&self) -> &Identities {
        &self.identities
    }

    /// The caller of a request that was made with this account and session, with what they hold at this moment.
    pub async fn caller(
        &self,
        account: Account,
        session_hash: Option<String>,
        request_id: String,
        address: Option<IpAddr>,
    ) -> Result<Caller, DatabaseError> {
        let rights = self.held(account.id, session_hash.as_deref()).await?;
        Ok(Caller::new(account, rights, session_hash, request_id, address))
    }

    /// What somebody holds at this moment, as far as it counts for the session or token by which they call.
    async fn held(&self, account: Uuid, session: Option<&str>) -> Result<Rights, DatabaseError> {
        let stored = Rights::from_stored(&self.database.rights(account).await?);
        self.identities.all_asked(&stored).await;
        let rights = self.identities.holding(stored);
        let Some((_, token)) = session.and_then(read_handle) else { return Ok(rights) };
        Ok(match Only::of(self.database.reach_of_token(token).await?) {
            Some(only) => rights.within(only),
            None => rights,
        })
    }

    /// The same caller, cut down to one place: as a program would call with an API token of theirs that was made for it.
    pub async fn within(&self, caller: &Caller, place: Option<&Held>) -> Result<Caller, DatabaseError> {
        let Some(only) = Only::of(self.database.reach(place).await?) else { return Ok(caller.clone()) };
        let rights = Rights::clone(&caller.rights).within(only);
        Ok(Caller { rights: Arc::new(rights), ..caller.clone() })
    }

    /// Everybody who may sign in, as the caller of a request that they have not made: for saying who can do something.
    pub async fn everybody(&self) -> Result<Vec<Caller>, DatabaseError> {
        let all = self.database.rights_of_everybody().await?;
        let caller = |(account, stored)| {
            let rights = self.identities.holding(Rights::from_stored(&stored));
            Caller::new(account, rights, None, String::new(), None)
        };
        Ok(all.into_iter().map(caller).collect())
    }

    /// The namespaces of a cluster that belong to workspaces: what answers there is their members'.
    pub async fn namespaces_of_workspaces(
        &self,
        cluster: &ClusterName,
    ) -> Result<BTreeSet<Namespace>, DatabaseError> {
        let projects = self.database.projects().await?.into_iter();
        let owned = projects.filter(|project| project.workspace.is_some() && project.cluster == *cluster);
        Ok(owned.map(|project| project.namespace).collect())
    }

    /// Allows the action or refuses it, by what the caller holds now: what was read too long ago is read again. A refusal, and
    /// whatever [`Need::is_recorded`], is in the audit trail before this returns. For changes use [`Access::perform`], which
    /// also records how it went.
    pub async fn grant<A: Action>(&self, caller: &Caller, action: A) -> Result<Granted<A>, Refused> {
        Ok(self.grant_recorded(caller, action).await?.0)
    }

    /// Refuses an action that is not allowed before anything else is said about it; the refusal is in the audit trail. One
    /// that is allowed is recorded when it is carried out.
    pub async fn require<A: Action + Clone>(&self, caller: &Caller, action: &A) -> Result<(), Refused> {
        let now = self.fresh(caller).await?;
        if now.may(action) {
            return Ok(());
        }
        self.grant(&now, action.clone()).await.map(drop)
    }

    /// Grants the action and carries it out, to the end even when the browser has gone away meanwhile, and records the
    /// outcome.
    pub async fn perform<A, T, E, W, F>(&self, caller: &Caller, action: A, work: W) -> Result<T, ConsoleError>
    where
        A: Action,
        T: Send + 'static,
        E: Into<ConsoleError> + Send + 'static,
        W: FnOnce(Granted<A>) -> F + Send + 'static,
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        let (granted, record) = self.grant_recorded(caller, action).await?;
        let database = self.database.clone();
        let reference = caller.request_id.clone();
        let task = async move {
            let result = work(granted).await.map_err(Into::into);
            if let Some(record) = record {
                // The action is over; a trail that cannot be completed is a fault to log, not a reason to deny it.
                if let Err(error) = database.record_outcome(record, &outcome(&result)).await {
                    tracing::error!(error = &error as &dyn std::error::Error, %record, "An outcome is not recorded");
                }
            }
            result
        };
        self.running.spawn(task.in_current_span()).await.unwrap_or_else(|error| {
            tracing::error!(%error, request = %reference, "An action panicked");
            Err(ConsoleError::Internal { reference })
        })
    }

    /// Waits until what [`Access::perform`] has begun is done and recorded: for stopping, when no more requests come.
    pub async fn settle(&self) {
        self.running.close();
        self.running.wait().await;
    }

    /// A grant if the caller has the right, and no word about it otherwise. For trimming what was not asked for by name:
    /// menus, search over everything. Refuses whatever would have to be recorded.
    pub fn glance<A: Action>(&self, caller: &Caller, action: A) -> Option<Granted<A>> {
        let need = action.need();
        if need.is_recorded() {
            return None;
        }
        let scope = decide(caller, &need).ok()?;
        Some(Granted::new(caller, action, &need, scope))
    }

    /// A grant for going on with what [`Access::grant`] has recorded when it began: one of many connections of it. Only a
    /// refusal is recorded.
    pub async fn go_on<A: Action>(&self, caller: &Caller, action: A) -> Result<Granted<A>, Refused> {
        let need = action.need();
        let now = self.fresh(caller).await?;
        let caller = now.as_ref();
        match decide(caller, &need) {
            Ok(scope) => Ok(Granted::new(caller, action, &need, scope)),
            Err(refusal) => Err(self.refuse(caller, &action, refusal).await),
        }
    }

    /// The caller as they are now: the same, unless what is known of them is too old to do anything by it.
    async fn fresh<'c>(&self, caller: &'c Caller) -> Result<Cow<'c, Caller>, Refused> {
        match caller.is_stale() {
            true => self.renewed(caller).await.map(Cow::Owned),
            false => Ok(Cow::Borrowed(caller)),
        }
    }

    /// The same caller with what they hold at this moment; refused when their session has ended or their account is disabled.
    /// For whatever takes long and asks for no grant by which [`Access::still`] could tell.
    pub async fn renewed(&self, before: &Caller) -> Result<Caller, Refused> {
        if let Some(session) = &before.session_hash
            && !self.database.is_open(session).await?
        {
            return Err(Refused::SignedOut);
        }
        let account = self.database.account(before.account_id).await?;
        let account = account.filter(|account| account.is_enabled).ok_or(Refused::SignedOut)?;
        let rights = self.held(before.account_id, before.session_hash.as_deref()).await?;
        let (session, request) = (before.session_hash.clone(), before.request_id.clone());
        let mut now = Caller::new(account, rights, session, request, before.address);
        // What the trail calls them names the token by which they call, too.
        now.name.clone_from(&before.name);
        now.acting = before.acting.clone();
        self.check_acting(&now).await?;
        Ok(now)
    }

    /// Answers whether a grant would be given again now: the session lives, the account is enabled, and the right
    /// extends to as much as it did. Ask every few seconds while a stream flows, and when [`Access::changed`] says so.
    pub async fn still<A: Action>(&self, granted: &Granted<A>) -> Result<(), Refused> {
        self.still_by(granted, &self.renewed(granted.caller()).await?).await
    }

    /// As [`Access::still`], for somebody who has just found out what the caller holds now ([`Access::renewed`]): for several
    /// grants of one caller at once.
    pub async fn still_by<A: Action>(&self, granted: &Granted<A>, now: &Caller) -> Result<(), Refused> {
        // A cluster was asked with the groups of then: whoever has lost one of them has to ask again.
        let need = granted.action.need();
        let is_known_as =
            |identity: Identity| granted.identity.groups.iter().all(|group| identity.groups.contains(group));
        let refusal = match decide(now, &need) {
            Ok(scope) if granted.scope.is_within(&scope) && is_known_as(now.identity(&need)) => return Ok(()),
            Ok(_) => {
                let reason = format!("the rights of {} have changed", now.name);
                Refusal { need, reason, acting_as: None, outside: None }
            }
            Err(refusal) => refusal,
        };
        Err(self.refuse(now, &granted.action, refusal).await)
    }

    /// Whether who acts as somebody else may still do so: their account is enabled, they hold the right, and whoever they
    /// act as is no more than they are. Otherwise they are as good as signed out.
    pub async fn check_acting(&self, caller: &Caller) -> Result<(), Refused> {
        let Some(acting) = &caller.acting else { return Ok(()) };
        let account = self.database.account(acting.account_id).await?;
        let account = account.filter(|account| account.is_enabled).ok_or(Refused::SignedOut)?;
        let rights = Rights::from_stored(&self.database.rights(account.id).await?);
        let may = rights.may_act_as(&caller.rights) && now_seconds() < acting.until;
        if may { Ok(()) } else { Err(Refused::SignedOut) }
    }

    /// Changes whenever rights or sessions change on this replica: a reason to ask [`Access::still`] at once.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// To be called by whoever changes rights or ends a session.
    pub fn announce_change(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    async fn grant_recorded<A: Action>(
        &self,
        caller: &Caller,
        action: A,
    ) -> Result<(Granted<A>, Option<Uuid>), Refused> {
        let need = action.need();
        let now = self.fresh(caller).await?;
        let caller = now.as_ref();
        let scope = match decide(caller, &need) {
            Ok(scope) => scope,
            Err(refusal) => return Err(self.refuse(caller, &action, refusal).await),
        };
        let record = match need.is_recorded() {
            true => Some(self.record(caller, &action, &need, None).await?),
            false => None,
        };
        Ok((Granted::new(caller, action, &need, scope), record))
    }

    /// Writes a refusal down; what comes of it is the refusal, or that it could not be written.
    async fn refuse<A: Action>(&self, caller: &Caller, action: &A, refusal: Refusal) -> Refused {
        if let Err(unrecorded) = self.record(caller, action, &refusal.need, Some(&refusal.reason)).await {
            return unrecorded;
        }
        Refused::NotAllowed(refusal)
    }

    async fn record<A: Action>(
        &self,
        caller: &Caller,
        action: &A,
        need: &Need,
        refusal: Option<&str>,
    ) -> Result<Uuid, Refused> {
        let (account_id, account_name) = caller.responsible();
        let decision = Decision {
            request_id: caller.request_id.clone(),
            account_id: Some(account_id),
            account_name,
            session_hash: caller.session_hash.clone(),
            address: caller.address.map(|address| address.to_string()),
            action: action.name().into(),
            verb: need.verb.word().into(),
            resource: need.resource.to_string(),
            cluster: need.cluster.as_ref().map(ToString::to_string),
            namespace: need.namespace(),
            name: need.name.as_ref().map(ToString::to_string),
            is_allowed: refusal.is_none(),
            reason: refusal.map(str::to_owned).or_else(|| action.detail()).unwrap_or_default(),
        };
        Ok(self.database.record_decision(&decision).await?)
    }
}

fn outcome<T>(result: &Result<T, ConsoleError>) -> Outcome {
    match result {
        Ok(_) => Outcome::Done,
        Err(error @ ConsoleError::Unavailable { may_be_done: true, .. }) => {
            Outcome::Unknown(error.to_string())
        }
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

#[cfg(test)]
mod tests;
