//! When workloads were rolled out, as marks in charts.

use crate::dashboards::marks_of;
use crate::service::ForCaller;
use crate::subject::namespace;
use access::Caller;
use kubernetes::RolloutsOf;
use model::chart::Frame;
use model::{ClusterName, Language, ResourceRef, Timestamp};
use monitoring_contract::{BoardRequest, ShownAnnotation, Subject};
use resources_contract::Rollout;

/// Rollouts that are looked at for one chart; older ones are counted.
const MOST: usize = 100;

impl ForCaller {
    /// When what is meant was rolled out, as finely as charts of this frame can show it. Nothing where the caller may see no
    /// revisions of workloads.
    pub async fn rollouts(
        &self,
        cluster: &ClusterName,
        of: &RolloutsOf,
        frame: Frame,
        name: &str,
    ) -> Option<ShownAnnotation> {
        // Nothing of it is in words.
        let reader = self.prometheus.kubernetes.for_caller(Caller::clone(&self.caller), Language::default());
        let last = Timestamp(frame.end + i64::from(frame.step.max(1)) - 1);
        let shown = ShownAnnotation { name: name.to_owned(), marks: Vec::new(), left_out: 0, problem: None };
        match reader.rollouts_of(cluster, of, (Timestamp(frame.start), last), MOST).await {
            Ok(found) => {
                let (found, total) = found?;
                let unseen = u32::try_from(total.saturating_sub(MOST as u64)).unwrap_or(u32::MAX);
                let (marks, left_out) = marks_of(name, found.iter().map(|one| happened(one, frame)));
                Some(ShownAnnotation { marks, left_out: left_out.saturating_add(unseen), ..shown })
            }
            Err(error) => Some(ShownAnnotation { problem: Some(error), ..shown }),
        }
    }

    /// When what a board is about was rolled out; nothing for boards of what is not, or of a whole cluster.
    pub(crate) async fn rollouts_on(&self, request: &BoardRequest, frame: Frame) -> Option<ShownAnnotation> {
        let Subject::Object(object) = &request.subject else { return None };
        self.rollouts(&object.cluster, &of(object)?, frame, "").await
    }
}

/// What is rolled out of an object, if anything is.
fn of(object: &ResourceRef) -> Option<RolloutsOf> {
    let namespace = Some(namespace(object).ok()?);
    match object.kind.as_str() {
        "namespaces" => Some(RolloutsOf { namespace, ..RolloutsOf::default() }),
        "deployments" | "statefulsets" | "daemonsets" => {
            let (kind, name) = (Some(object.kind.clone()), Some(object.name.to_string()));
            Some(RolloutsOf { namespace, kind, name })
        }
        _ => None,
    }
}

/// When, on a point of the charts, and of what: its images, or the number of the revision where it has none.
fn happened(rollout: &Rollout, frame: Frame) -> (Timestamp, String) {
    let Rollout { resource, number, at, images, .. } = rollout;
    let into = if images.is_empty() { format!("#{number}") } else { images.join(", ") };
    (Timestamp(at.0 - at.0.rem_euclid(i64::from(frame.step.max(1)))), format!("{resource}: {into}"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::tests::object;
    use model::Namespace;

    #[test]
    fn a_workload_and_a_namespace_are_rolled_out_and_nothing_else_is() {
        let web = of(&object("deployments", Some("shop"), "web")).unwrap();
        let shop = of(&object("namespaces", None, "shop")).unwrap();

        let shop_itself = Some(Namespace::parse("shop").unwrap());
        assert_eq!((web.namespace.clone(), web.name.as_deref()), (shop_itself.clone(), Some("web")));
        assert_eq!(shop, RolloutsOf { namespace: shop_itself, ..RolloutsOf::default() });
        for (kind, namespace) in [("nodes", None), ("pods", Some("shop")), ("jobs", Some("shop"))] {
            assert_eq!(of(&object(kind, namespace, "x")), None, "{kind}");
        }
    }

    #[test]
    fn a_rollout_stands_on_a_point_with_what_came_of_it() {
        let rollout = |images: &[&str]| Rollout {
            resource: object("deployments", Some("shop"), "web"),
            kind_title: String::new(),
            number: 4,
            at: Timestamp(95),
            images: images.iter().map(|image| (*image).to_owned()).collect(),
            cause: String::new(),
        };
        let frame = Frame { start: 0, end: 600, step: 30 };

        let (at, text) = happened(&rollout(&["web:2", "sidecar:1"]), frame);

        assert_eq!((at, text.as_str()), (Timestamp(90), "deployments/shop/web: web:2, sidecar:1"));
        assert_eq!(happened(&rollout(&[]), frame).1, "deployments/shop/web: #4");
    }
}
