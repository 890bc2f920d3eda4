//! What was rolled out, by whomever: each revision of a workload is kept by an object of its own.

use super::sums::Look;
use super::unwell::created;
use super::{DAY_SECONDS, ROLLOUTS, failure, loaded};
use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::object::owner_of;
use crate::parts::template_images;
use crate::state::RowData;
use crate::store::now;
use kinds::Object;
use model::{ClusterName, ConsoleError, KindSlug, Namespace, Timestamp};
use resources_contract::Rollout;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Kinds that keep revisions, with where they keep what pods are made from.
const KEEPERS: [(&str, &str); 2] =
    [("replicasets", "/spec/template"), ("controllerrevisions", "/data/spec/template")];
/// The one of them that is not among [`crate::cluster::PINNED`].
pub(super) const KEEPER: &str = KEEPERS[1].0;
/// Kinds that are rolled out. They have to be known for what they are called.
const ROLLED_OUT: [&str; 3] = ["deployments", "statefulsets", "daemonsets"];
/// Where they say which revision it is. Argo Rollouts' sets say it in a way of their own.
const NUMBERS: [&str; 2] = [
    "/metadata/annotations/deployment.kubernetes.io~1revision",
    "/metadata/annotations/rollout.argoproj.io~1revision",
];

/// Whose rollouts are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RolloutsOf {
    /// Of what is in this namespace, or everywhere.
    pub namespace: Option<Namespace>,
    /// Of workloads of this kind that have the name, or of any kind.
    pub kind: Option<KindSlug>,
    /// Of workloads that are called so, or of all.
    pub name: Option<String>,
}

impl RolloutsOf {
    fn is_there(&self, row: &RowData) -> bool {
        let own = row.namespace.as_deref();
        self.namespace.as_ref().is_none_or(|namespace| own == Some(namespace.as_str()))
    }

    /// The uids of the workloads that have the name; `None` where none is meant by its name.
    fn uids(&self, cluster: &Cluster) -> Option<BTreeSet<String>> {
        let name = self.name.as_deref()?;
        let is_meant = |slug: &&str| self.kind.as_ref().is_none_or(|kind| kind.as_str() == *slug);
        let mut uids = BTreeSet::new();
        for store in ROLLED_OUT.into_iter().filter(is_meant).filter_map(|slug| cluster.running(slug)) {
            let state = store.read();
            let named = state.rows().filter(|row| &*row.name == name && self.is_there(row));
            uids.extend(named.map(|row| row.uid.to_string()));
        }
        Some(uids)
    }
}

/// What was rolled out, the newest first, and how much that is in all.
pub(super) type RolledOut = (Vec<Rollout>, u64);

/// Which rollouts are meant.
struct Wanted<'w> {
    /// Whose.
    of: &'w RolloutsOf,
    /// From this moment on.
    since: Timestamp,
    /// Until this moment.
    until: Timestamp,
    /// So many at most, the newest.
    most: usize,
}

/// A rollout, before it is known which workload is called so.
struct Kept {
    of: (String, String, Option<String>, String),
    number: i64,
    at: Timestamp,
    images: Vec<String>,
    cause: String,
}

impl ForCaller {
    /// What was rolled out in a namespace, as far as revisions of it are kept.
    pub(crate) async fn rollouts_in(
        &self,
        cluster: &Arc<Cluster>,
        namespace: &Namespace,
        most: usize,
    ) -> Vec<Rollout> {
        loaded(cluster, &slugs()).await;
        let of = RolloutsOf { namespace: Some(namespace.clone()), ..RolloutsOf::default() };
        let wanted = Wanted { of: &of, since: Timestamp(0), until: Timestamp(i64::MAX), most };
        Look { cluster, eyes: &self.eyes(cluster) }.rollouts(&wanted).0
    }

    /// What was rolled out in a stretch of time, the newest first, and how much that is in all, as far as revisions are kept:
    /// going back to one that is kept makes none. Nothing where the caller may see no revisions. It waits, with some patience,
    /// until they are known.
    pub async fn rollouts_of(
        &self,
        cluster: &ClusterName,
        of: &RolloutsOf,
        (since, until): (Timestamp, Timestamp),
        most: usize,
    ) -> Result<Option<(Vec<Rollout>, u64)>, ConsoleError> {
        let cluster = self.cluster(cluster).await?;
        let outcomes = loaded(&cluster, &slugs()).await.into_iter();
        let mut unknown = outcomes.filter_map(|outcome| failure(cluster.name(), outcome));
        if let Some(error) = unknown.next() {
            return Err(error);
        }
        let eyes = self.eyes(&cluster);
        let look = Look { cluster: &cluster, eyes: &eyes };
        if KEEPERS.iter().all(|(slug, _)| look.scope(slug).is_none()) {
            return Ok(None);
        }
        Ok(Some(look.rollouts(&Wanted { of, since, until, most })))
    }
}

impl Look<'_> {
    /// What was rolled out within a day.
    pub(super) fn rolled_out(&self) -> RolledOut {
        let since = Timestamp(now().0 - DAY_SECONDS);
        let everywhere = RolloutsOf::default();
        self.rollouts(&Wanted { of: &everywhere, since, until: Timestamp(i64::MAX), most: ROLLOUTS })
    }

    /// What was rolled out, as far as it may be seen. Only what is known already is looked at.
    fn rollouts(&self, wanted: &Wanted<'_>) -> RolledOut {
        let (mut kept, mut total) = (Vec::new(), 0);
        let uids = wanted.of.uids(self.cluster);
        let is_meant = |owner: &str| uids.as_ref().is_none_or(|uids| uids.contains(owner));
        for (slug, template) in KEEPERS {
            let Some(store) = self.cluster.running(slug) else { continue };
            let Some(scope) = self.scope(slug) else { continue };
            let state = store.read();
            let rows = state
                .rows()
                .filter(|row| row.owner.as_deref().is_some_and(is_meant) && wanted.of.is_there(row))
                .filter(|row| row.is_within(scope));
            let moments = rows.filter_map(|row| Some((created(row)?, row)));
            let is_then = |at: Timestamp| (wanted.since..=wanted.until).contains(&at);
            let mut moments: Vec<_> = moments.filter(|(at, _)| is_then(*at)).collect();
            moments.sort_by_key(|(at, _)| Reverse(*at));
            total += moments.len() as u64;
            // Only what is shown is unpacked.
            moments.truncate(wanted.most);
            let read = |(at, row): (Timestamp, &Arc<RowData>)| {
                state.read(&row.uid, |json| kept_by(&Object::parse(json).ok()?, template, at)).flatten()
            };
            kept.extend(moments.into_iter().filter_map(read));
        }
        kept.sort_by_key(|kept| Reverse(kept.at));
        kept.truncate(wanted.most);
        (kept.into_iter().filter_map(|kept| self.named(kept)).collect(), total)
    }

    fn named(&self, kept: Kept) -> Option<Rollout> {
        let Kept { of, number, at, images, cause } = kept;
        let kind = of.1.clone();
        let resource = self.cluster.resolve(of)?;
        let store = self.cluster.running(resource.kind.as_str());
        let kind_title =
            store.map_or(kind, |store| store.served().kind.title(self.eyes.language).into_owned());
        Some(Rollout { resource, kind_title, number, at, images, cause })
    }
}

/// Everything that has to be known.
fn slugs() -> Vec<&'static str> {
    KEEPERS.iter().map(|(slug, _)| *slug).chain(ROLLED_OUT).collect()
}

fn kept_by(keeper: &Object<'_>, template: &str, at: Timestamp) -> Option<Kept> {
    let (group, kind, name, _) = owner_of(keeper)?;
    let number = match keeper.number_at("/revision") {
        Some(number) => number,
        None => NUMBERS.iter().find_map(|path| keeper.text_at(path).parse().ok())?,
    };
    let cause = keeper.text_at("/metadata/annotations/kubernetes.io~1change-cause").to_owned();
    let images = template_images(keeper, template);
    Some(Kept { of: (group, kind, keeper.namespace().map(str::to_owned), name), number, at, images, cause })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn told(json: &str, template: &str) -> Option<(String, i64, Vec<String>)> {
        let kept = kept_by(&Object::parse(json.as_bytes()).unwrap(), template, Timestamp(7));
        kept.map(|kept| (format!("{}/{}", kept.of.1, kept.of.3), kept.number, kept.images))
    }

    #[test]
    fn every_keeper_says_which_revision_of_what_it_is() {
        let owned = |kind: &str| {
            format!(
                r#""ownerReferences":[{{"apiVersion":"apps/v1","kind":"{kind}","name":"web","uid":"u","controller":true}}]"#
            )
        };
        let template = r#"{"spec":{"containers":[{"name":"web","image":"web:2"}]}}"#;
        let set = format!(
            r#"{{"metadata":{{"namespace":"shop","annotations":{{"deployment.kubernetes.io/revision":"4"}},{}}},"spec":{{"template":{template}}}}}"#,
            owned("Deployment")
        );
        let revision = format!(
            r#"{{"metadata":{{"namespace":"shop",{}}},"revision":2,"data":{{"spec":{{"template":{template}}}}}}}"#,
            owned("StatefulSet")
        );
        let nobodys = r#"{"metadata":{"namespace":"shop"},"revision":2}"#;
        let unnumbered = format!(r#"{{"metadata":{{"namespace":"shop",{}}}}}"#, owned("Rollout"));

        let images = vec!["web:2".to_owned()];
        assert_eq!(told(&set, KEEPERS[0].1), Some(("Deployment/web".into(), 4, images.clone())));
        assert_eq!(told(&revision, KEEPERS[1].1), Some(("StatefulSet/web".into(), 2, images)));
        assert_eq!(told(nobodys, KEEPERS[1].1), None);
        assert_eq!(told(&unnumbered, KEEPERS[0].1), None);
    }
}
