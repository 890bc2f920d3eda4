//! What will soon be full or over.

use leptos::prelude::*;
use model::{ClusterName, ConsoleError, Level, ResourceRef, Timestamp};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;
use std::cmp::Ordering;

/// What will soon be full or over in all clusters that the caller may see, the most urgent first. Certificates in secrets that
/// the caller may read are among it also where nothing measures; what measures a cluster and does not answer is told of by
/// [`crate::read_firing`].
#[server(endpoint = "monitoring/soon", input = Json)]
pub async fn read_soon() -> Result<SoonList, ConsoleError> {
    model::port::<dyn crate::Monitoring>()?.soon().await
}

/// What will soon be full or over, and what is not known of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SoonList {
    /// What is known, the most urgent first.
    pub soon: Vec<Soon>,
    /// Clusters with certificates that were not read.
    pub unread: Vec<UnreadCertificates>,
}

/// How many certificates in secrets of a cluster nobody knows the end of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadCertificates {
    /// The cluster.
    pub cluster: ClusterName,
    /// Of how many it refused the secret, or did not answer.
    pub refused: usize,
    /// How many are read when somebody looks again.
    pub waiting: usize,
}

/// Something that will soon be full or over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Soon {
    /// The claim, the certificate, or the secret that holds it.
    pub resource: ResourceRef,
    /// For which host, where it is a certificate for one; may be empty.
    pub host: String,
    /// What will be.
    pub shortage: Shortage,
}

/// What will be full or over.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Shortage {
    /// A volume, which is full to this share.
    Full(f64),
    /// A certificate, which ends at this moment, and whether that is very near or past.
    Ends(Timestamp, bool),
}

impl Soon {
    /// How many are told.
    pub const MOST: usize = 20;
    /// From which share on a volume is as good as full.
    const AS_GOOD_AS_FULL: f64 = 0.97;

    /// How urgent it is.
    pub fn level(&self) -> Level {
        match self.shortage {
            Shortage::Full(share) if share >= Self::AS_GOOD_AS_FULL => Level::Failed,
            Shortage::Ends(_, true) => Level::Failed,
            Shortage::Full(_) | Shortage::Ends(_, false) => Level::Warning,
        }
    }

    /// The more urgent one first.
    pub fn order(&self, other: &Self) -> Ordering {
        let of_kind = || match (self.shortage, other.shortage) {
            (Shortage::Full(own), Shortage::Full(other)) => other.total_cmp(&own),
            (Shortage::Ends(own, _), Shortage::Ends(other, _)) => own.cmp(&other),
            (Shortage::Full(_), Shortage::Ends(..)) => Ordering::Less,
            (Shortage::Ends(..), Shortage::Full(_)) => Ordering::Greater,
        };
        self.level().cmp(&other.level()).then_with(of_kind)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::{KindSlug, ObjectName};

    #[test]
    fn what_is_most_urgent_comes_first() {
        let soon = |shortage| Soon {
            resource: ResourceRef {
                cluster: ClusterName::parse("harbour").unwrap(),
                kind: KindSlug::parse("secrets").unwrap(),
                namespace: None,
                name: ObjectName::parse("a").unwrap(),
            },
            host: String::new(),
            shortage,
        };
        let ends = |at, is_near| Shortage::Ends(Timestamp(at), is_near);
        let mut all =
            [ends(900, false), Shortage::Full(0.91), ends(5, true), Shortage::Full(0.98), ends(600, false)]
                .map(soon);

        all.sort_by(Soon::order);

        let sorted: Vec<Shortage> = all.iter().map(|one| one.shortage).collect();
        let expected =
            [Shortage::Full(0.98), ends(5, true), Shortage::Full(0.91), ends(600, false), ends(900, false)];
        assert_eq!(sorted, expected);
    }
}
