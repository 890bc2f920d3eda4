//! Bearer tokens: who they speak for, and until when.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use parking_lot::RwLock;

use crate::cluster::Cluster;
use crate::identity::Identity;

impl Cluster {
    /// Whom a token speaks for, while it is valid: a service account's dies with it.
    pub(crate) fn token_identity(&self, token: &str) -> Option<Identity> {
        let identity = self.inner.tokens.find(token)?;
        let Some(account) = identity.user.strip_prefix("system:serviceaccount:") else {
            return Some(identity);
        };
        let (namespace, name) = account.split_once(':')?;
        let account = self.get("serviceaccounts", Some(namespace), name)?;
        (account.uid() == identity.uid).then_some(identity)
    }
}

/// The tokens a cluster has given out.
#[derive(Debug, Default)]
pub(crate) struct Tokens(RwLock<HashMap<String, Entry>>);

#[derive(Debug, Clone)]
struct Entry {
    identity: Identity,
    expires: Option<Timestamp>,
}

impl Tokens {
    /// Makes a token for `identity`, valid for `lifetime` or for ever.
    pub(crate) fn issue(
        &self,
        identity: Identity,
        lifetime: Option<SignedDuration>,
    ) -> (String, Option<Timestamp>) {
        let token = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
        let expires = lifetime.map(|lifetime| Timestamp::now() + lifetime);
        self.0.write().insert(token.clone(), Entry { identity, expires });
        (token, expires)
    }

    /// Whom a token was given to, until its time is over.
    fn find(&self, token: &str) -> Option<Identity> {
        let entry = self.0.read().get(token).cloned()?;
        entry.expires.is_none_or(|end| end > Timestamp::now()).then_some(entry.identity)
    }
}
