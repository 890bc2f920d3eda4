//! Who asks.

use database::accounts::Account;
use model::{ClusterName, Me, Namespace, Persona};
use std::collections::BTreeSet;
use std::net::IpAddr;
use uuid::Uuid;

/// The person behind a request, with what they may do at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account; never changes, unlike the name.
    pub account_id: Uuid,
    /// The name, for people to read.
    pub name: String,
    /// What they may do, at most.
    pub persona: Persona,
    /// Where, for all but administrators.
    pub memberships: BTreeSet<(ClusterName, Namespace)>,
    /// The hash of the session's id: a grant lives no longer than this session.
    pub session_hash: Option<String>,
    /// The request that they made.
    pub request_id: String,
    /// Where it came from.
    pub address: Option<IpAddr>,
}

/// As whom a request to a cluster is made. The console impersonates this; nothing of it comes from the browser.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// `orrery:u:<uuid>`: names may be changed and used again, this may not.
    pub user: String,
    /// Exactly one of ours, and `system:authenticated`, which older API servers do not add by themselves.
    pub groups: Vec<String>,
}

impl Caller {
    /// The caller of a request that was made with this account and session.
    pub fn new(
        account: Account,
        session_hash: Option<String>,
        request_id: String,
        address: Option<IpAddr>,
    ) -> Self {
        Self {
            account_id: account.id,
            name: account.name,
            persona: account.persona,
            memberships: account.memberships,
            session_hash,
            request_id,
            address,
        }
    }

    /// As whom clusters see this caller.
    pub fn identity(&self) -> Identity {
        let group = match self.persona {
            Persona::Administrator => "orrery:administrators",
            Persona::Editor => "orrery:editors",
            Persona::Viewer => "orrery:viewers",
        };
        Identity {
            user: format!("orrery:u:{}", self.account_id),
            groups: vec![group.into(), "system:authenticated".into()],
        }
    }

    /// The namespaces of a cluster in which this caller is a member.
    pub fn namespaces_of(&self, cluster: &ClusterName) -> BTreeSet<Namespace> {
        let here = self.memberships.iter().filter(|(name, _)| name == cluster);
        here.map(|(_, namespace)| namespace.clone()).collect()
    }

    /// Whether anything of this cluster concerns the caller: what menus and search offer.
    pub fn may_see_cluster(&self, cluster: &ClusterName) -> bool {
        self.persona == Persona::Administrator || self.memberships.iter().any(|(name, _)| name == cluster)
    }

    /// What the caller may know about themselves.
    pub fn me(&self) -> Me {
        let namespaces = self.memberships.iter().map(|(cluster, namespace)| format!("{cluster}/{namespace}"));
        Me { name: self.name.clone(), persona: self.persona, namespaces: namespaces.collect() }
    }
}
