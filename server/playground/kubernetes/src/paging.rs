//! Lists read in pieces: every piece comes from the state at the moment of the first.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::cluster::Inner;
use crate::object::Object;

/// How long a list may take from its first piece to its last.
const LIFETIME: Duration = Duration::from_secs(300);
/// How many lists may be under way at once before the oldest expires.
const LISTS: usize = 64;

/// What a continue token says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Token {
    /// The version of the list; none to go on with whatever there is now.
    #[serde(rename = "rv", skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<u64>,
    /// The key of the last object sent.
    #[serde(rename = "start")]
    pub(crate) after: String,
}

impl Token {
    pub(crate) fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).expect("two plain fields can be written"))
    }

    pub(crate) fn decode(text: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }
}

/// A list as it was at one version.
#[derive(Debug)]
struct Page {
    resource: String,
    namespace: Option<String>,
    version: u64,
    objects: Arc<Vec<Arc<Object>>>,
    made: Instant,
}

/// The lists that are being read in pieces.
#[derive(Debug, Default)]
pub(crate) struct Pages(VecDeque<Page>);

impl Pages {
    /// Keeps a list for the pieces to come.
    pub(crate) fn keep(
        &mut self,
        resource: &str,
        namespace: Option<&str>,
        version: u64,
        objects: Arc<Vec<Arc<Object>>>,
    ) {
        self.forget_old();
        if self.0.len() >= LISTS {
            self.0.pop_front();
        }
        self.0.push_back(Page {
            resource: resource.to_owned(),
            namespace: namespace.map(str::to_owned),
            version,
            objects,
            made: Instant::now(),
        });
    }

    /// The list a token belongs to, unless it has expired.
    pub(crate) fn find(
        &self,
        resource: &str,
        namespace: Option<&str>,
        version: u64,
    ) -> Option<Arc<Vec<Arc<Object>>>> {
        self.0
            .iter()
            .find(|page| {
                page.version == version
                    && page.resource == resource
                    && page.namespace.as_deref() == namespace
                    && page.made.elapsed() < LIFETIME
            })
            .map(|page| Arc::clone(&page.objects))
    }

    fn forget_old(&mut self) {
        self.0.retain(|page| page.made.elapsed() < LIFETIME);
    }

    /// Lets every list expire.
    pub(crate) fn expire(&mut self) {
        self.0.clear();
    }
}

/// Sees to it that a list that was begun is not kept beyond its time, whether somebody reads it to its end or not.
pub(crate) fn forget_later(cluster: &Arc<Inner>) {
    let cluster = Arc::downgrade(cluster);
    tokio::spawn(async move {
        tokio::time::sleep(LIFETIME).await;
        if let Some(cluster) = cluster.upgrade() {
            cluster.pages.lock().forget_old();
        }
    });
}
