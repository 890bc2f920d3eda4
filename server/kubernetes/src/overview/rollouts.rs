//! What was rolled out, by whomever: each revision of a workload is kept by an object of its own.

use super::sums::Look;
use super::unwell::created;
use super::{DAY_SECONDS, ROLLOUTS, loaded};
use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::object::owner_of;
use crate::parts::template_images;
use crate::state::RowData;
use crate::store::now;
use kinds::Object;
use model::{Namespace, Timestamp};
use resources_contract::Rollout;
use std::cmp::Reverse;
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

/// What was rolled out, the newest first, and how much that is in all.
pub(super) type RolledOut = (Vec<Rollout>, u64);

/// Which rollouts are meant.
struct Wanted<'w> {
    /// In this namespace, or everywhere.
    namespace: Option<&'w Namespace>,
    /// From this moment on.
    since: Timestamp,
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
        let slugs: Vec<&str> = KEEPERS.iter().map(|(slug, _)| *slug).chain(ROLLED_OUT).collect();
        loaded(cluster, &slugs).await;
        let eyes = self.eyes(cluster);
        let wanted = Wanted { namespace: Some(namespace), since: Timestamp(0), most };
        Look { cluster, eyes: &eyes }.rollouts(&wanted).0
    }
}

impl Look<'_> {
    /// What was rolled out within a day.
    pub(super) fn rolled_out(&self) -> RolledOut {
        let since = Timestamp(now().0 - DAY_SECONDS);
        self.rollouts(&Wanted { namespace: None, since, most: ROLLOUTS })
    }

    /// What was rolled out, as far as it may be seen. Only what is known already is looked at.
    fn rollouts(&self, wanted: &Wanted<'_>) -> RolledOut {
        let (mut kept, mut total) = (Vec::new(), 0);
        for (slug, template) in KEEPERS {
            let Some(store) = self.cluster.running(slug) else { continue };
            let Some(scope) = self.scope(slug) else { continue };
            let state = store.read();
            let is_there = |namespace: Option<&str>| {
                wanted.namespace.is_none_or(|wanted| namespace == Some(wanted.as_str()))
            };
            let rows = state
                .rows()
                .filter(|row| row.owner.is_some() && is_there(row.namespace.as_deref()))
                .filter(|row| row.is_within(scope));
            let moments = rows.filter_map(|row| Some((created(row)?, row)));
            let mut moments: Vec<_> = moments.filter(|(at, _)| *at >= wanted.since).collect();
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
