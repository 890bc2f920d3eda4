//! Who asks.

use crate::need::Need;
use crate::rights::Rights;
use crate::{Action, decide};
use database::accounts::Account;
use database::tokens::{TokenScope, read_handle};
use model::{ActedBy, ClusterName, Me, Namespace, Timestamp};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// What is known of a caller is looked at again after this time: whatever is done in their name happens by what holds then.
pub const FRESH: Duration = Duration::from_secs(1);

/// The person behind a request, with what they may do at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account; never changes, unlike the name.
    pub account_id: Uuid,
    /// The name, for people to read.
    pub name: String,
    /// What they hold.
    pub rights: Arc<Rights>,
    /// The hash of the session's id, or the handle of the API token in its place: a grant lives no longer than that.
    pub session_hash: Option<String>,
    /// The request that they made.
    pub request_id: String,
    /// Where it came from.
    pub address: Option<IpAddr>,
    /// Who it is in truth, if somebody else does what this person may.
    pub acting: Option<Acting>,
    /// When all of this was read.
    pub known_at: Instant,
}

/// Somebody who does what another person may, to see what they see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    /// Their own account.
    pub account_id: Uuid,
    /// Their own name.
    pub name: String,
    /// Whether they may also change what is in clusters, and not only look.
    pub may_change: bool,
    /// When it ends, in seconds since 1970.
    pub until: i64,
}

/// As whom a request to a cluster is made. The console impersonates this; nothing of it comes from the browser.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// `orrery:u:<uuid>`: names may be changed and used again, this may not.
    pub user: String,
    /// The groups of the roles that are held where the request goes, and `system:authenticated`, which older API servers
    /// do not add by themselves.
    pub groups: Vec<String>,
    /// The number of the console's request for which it is made. It stands in the audit trail here and as the id of the
    /// entry in the cluster's own audit log.
    pub request_id: String,
}

/// As whom clusters see the requests of an account.
pub fn user_name(account: Uuid) -> String {
    format!("orrery:u:{account}")
}

/// Whose requests those are that clusters see under a name; `None` for names that are not the console's.
pub fn account_of(user: &str) -> Option<Uuid> {
    Uuid::parse_str(user.strip_prefix("orrery:u:")?).ok()
}

impl Caller {
    /// The caller of a request that was made with this account and session.
    pub fn new(
        account: Account,
        rights: Rights,
        session_hash: Option<String>,
        request_id: String,
        address: Option<IpAddr>,
    ) -> Self {
        Self {
            account_id: account.id,
            name: account.name,
            rights: Arc::new(rights),
            session_hash,
            request_id,
            address,
            acting: None,
            known_at: Instant::now(),
        }
    }

    /// Whether what they hold, and whether their session lasts, was read too long ago to do anything by it: a request is as
    /// slow as whoever sends it likes. Who has no session was asked about for one question, by the console itself.
    pub fn is_stale(&self) -> bool {
        self.session_hash.is_some() && self.known_at.elapsed() > FRESH
    }

    /// Whether they may do something, for offering it: whoever then does it asks for a grant.
    pub fn may(&self, action: &impl Action) -> bool {
        decide(self, &action.need()).is_ok()
    }

    /// Whether they call with an API token that may only read.
    pub fn is_read_only(&self) -> bool {
        let handle = self.session_hash.as_deref().and_then(read_handle);
        handle.is_some_and(|(scope, _)| scope == TokenScope::Read)
    }

    /// Whether they call with an API token that counts in one place only. What is theirs wherever they are, such as their own
    /// account, is then not told.
    pub fn is_for_one_place(&self) -> bool {
        self.rights.only.is_some()
    }

    /// As whom a cluster sees a request of this caller that needs this.
    pub fn identity(&self, need: &Need) -> Identity {
        let groups = self.rights.groups(need.cluster.as_ref(), &need.concerns());
        Identity { user: user_name(self.account_id), groups, request_id: self.request_id.clone() }
    }

    /// Who answers for what is done, and by which name the audit trail tells it.
    pub fn responsible(&self) -> (Uuid, String) {
        match &self.acting {
            Some(acting) => (acting.account_id, format!("{} (acting as {})", acting.name, self.name)),
            None => (self.account_id, self.name.clone()),
        }
    }

    /// Whether everything is allowed, everywhere.
    pub fn is_administrator(&self) -> bool {
        self.rights.is_administrator()
    }

    /// The namespaces of a cluster in which this caller holds anything.
    pub fn namespaces_of(&self, cluster: &ClusterName) -> BTreeSet<Namespace> {
        self.rights.namespaces_of(cluster)
    }

    /// Whether anything of this cluster concerns the caller: what menus and search offer.
    pub fn may_see_cluster(&self, cluster: &ClusterName) -> bool {
        self.rights.is_in(cluster)
    }

    /// What the caller may know about themselves.
    pub fn me(&self) -> Me {
        let may = self.rights.platform.words().into_iter().map(str::to_owned).collect();
        let role = self.rights.role.clone();
        let acting = self.acting.as_ref().map(|acting| ActedBy {
            name: acting.name.clone(),
            may_change: acting.may_change,
            until: Timestamp(acting.until),
        });
        Me { name: self.name.clone(), role, role_title: self.rights.title.clone(), may, acting }
    }
}
