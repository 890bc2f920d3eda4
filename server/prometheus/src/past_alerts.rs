//! What fired about an object, from the series that Prometheus keeps of its alerts.

mod stretches;

use crate::answer::Answer;
use crate::client::moment;
use crate::error::PrometheusError;
use crate::fenced::Fenced;
use crate::layout::Layout;
use crate::promql::{Forced, Query};
use crate::reads::ReadMetrics;
use crate::seen::Seen;
use crate::service::{ForCaller, about, now};
use crate::sources::Source;
use crate::subject::{namespace, of_object};
use model::chart::Frame;
use model::{ClusterName, ConsoleError, ResourceRef, Timestamp};
use monitoring_contract::{Fired, LookedBack, Measured, PastAlert, Window};
use std::sync::Arc;

/// What fires, as a series (Prometheus, "Alerting rules").
const FIRING: &str = r#"ALERTS{alertstate="firing"}"#;
/// The last day is looked at closely: at so many points, because rules are evaluated about as often.
const DAY: Window = Window::Last(86_400);
const POINTS: u32 = 1440;
/// What was before is asked for at points so far apart, in seconds: at a tenth of the work, each tells of all the time since the
/// one before it, so that short alerts are among them.
const OLDER_STEP: u32 = 600;
/// How long that is, in seconds.
const OLDER: i64 = 6 * 86_400;

/// The right that it needs; `None` for objects of which no alert tells.
pub fn need(object: &ResourceRef) -> Option<ReadMetrics> {
    match (object.kind.as_str(), namespace(object)) {
        ("nodes", _) => Some(ReadMetrics::of_nodes(&object.cluster)),
        (kind, Ok(namespace)) if kind == "namespaces" || !labels(kind, "").is_empty() => {
            Some(ReadMetrics::of_project(&object.cluster, &namespace))
        }
        _ => None,
    }
}

/// The labels by which alerts name an object, each enough by itself. A workload is named, or its pods are.
fn labels(kind: &str, name: &str) -> Vec<Forced> {
    let own = match kind {
        "deployments" => Some("deployment"),
        "statefulsets" => Some("statefulset"),
        "daemonsets" => Some("daemonset"),
        "jobs" => Some("job_name"),
        "horizontalpodautoscalers" => Some("horizontalpodautoscaler"),
        _ => None,
    };
    let own = own.map(|label| Forced::is(label, name));
    let known = match kind {
        "deployments"
        | "statefulsets"
        | "daemonsets"
        | "jobs"
        | "replicasets"
        | "cronjobs"
        | "pods"
        | "persistentvolumeclaims"
        | "ingresses"
        | "nodes" => of_object(kind, name, &Layout::default(), Some("ALERTS")),
        _ => Vec::new(),
    };
    own.into_iter().chain(known).collect()
}

impl Source {
    /// What fired about an object, the newest first.
    pub async fn past_alerts(
        &self,
        object: &ResourceRef,
        back: LookedBack,
        seen: &Seen,
        now: i64,
    ) -> Result<Vec<PastAlert>, PrometheusError> {
        let (early, late) = frames(now);
        let closely = self.asked_about(object, FIRING, seen, late);
        let told = match back {
            LookedBack::Day => stretches::at_points(closely.await?.as_ref(), late),
            LookedBack::Week => {
                let between = fired_between(early.step);
                let coarsely = self.asked_about(object, &between, seen, early);
                let (close, coarse) = futures::try_join!(closely, coarsely)?;
                stretches::joined((coarse.as_ref(), early), (close.as_ref(), late))
            }
        };
        let mut told = stretches::in_words(told, &object.cluster, Some(object));
        told.truncate(PastAlert::MOST);
        Ok(told)
    }

    async fn asked_about(
        &self,
        object: &ResourceRef,
        firing: &str,
        seen: &Seen,
        frame: Frame,
    ) -> Result<Arc<Answer>, PrometheusError> {
        Fenced::new(query(object, firing)?, seen, &self.layout, frame)?.range(&self.client).await
    }

    /// What fired in a stretch of time, of what is seen.
    pub async fn fired(
        &self,
        cluster: &ClusterName,
        window: Window,
        seen: &Seen,
        now: i64,
    ) -> Result<Fired, PrometheusError> {
        let frame = window.frame(Timestamp(now), POINTS);
        let is_coarse = frame.step > PastAlert::NEAR;
        let query = Query::parse(&if is_coarse { fired_between(frame.step) } else { FIRING.to_owned() })?;
        let answer = Fenced::new(query, seen, &self.layout, frame)?.range(&self.client).await?;
        let told = match is_coarse {
            true => {
                let firing = Fenced::new(Query::parse(FIRING)?, seen, &self.layout, moment(now))?;
                stretches::between_points(&answer, frame, firing.instant(&self.client).await?.as_ref())
            }
            false => stretches::at_points(&answer, frame),
        };
        let mut alerts = stretches::in_words(told, cluster, None);
        let total = u32::try_from(alerts.len()).unwrap_or(u32::MAX);
        alerts.truncate(Fired::MOST);
        Ok(Fired { alerts, total, step: frame.step })
    }
}

impl ForCaller {
    pub(crate) async fn read_fired(
        &self,
        cluster: &ClusterName,
        window: Window,
    ) -> Result<Measured<Fired>, ConsoleError> {
        let (seen, source) = self.granted(cluster, ReadMetrics::of_projects(cluster)).await?;
        match source {
            Ok(source) => {
                let fired = source.fired(cluster, window, &seen, now()).await;
                fired.map(|fired| Measured::Answered(Box::new(fired))).map_err(about(cluster))
            }
            Err(missing) => Ok(Measured::Missing(missing)),
        }
    }
}

/// All that fired between two points, where those are further apart than rules are evaluated. A range that is longer than they
/// are apart would tell of what had ended before the point ahead, and so of an end that comes too late.
fn fired_between(step: u32) -> String {
    format!("max_over_time({FIRING}[{step}s])")
}

/// The days before the last one, and the last one. They meet at a point of both, so that whoever fires there fires across it.
fn frames(now: i64) -> (Frame, Frame) {
    let day = DAY.frame(Timestamp(now), POINTS);
    let border = day.start - day.start.rem_euclid(i64::from(OLDER_STEP));
    let early = Frame { start: border - OLDER, end: border, step: OLDER_STEP };
    (early, Frame { start: border, ..day })
}

/// What fired about an object, asked in this way.
fn query(object: &ResourceRef, firing: &str) -> Result<Query, PrometheusError> {
    if object.kind.as_str() == "namespaces" {
        return Query::parse(firing);
    }
    let one = |label: Forced| Query::parse(firing)?.force(|_| vec![label.clone()])?.to_text();
    let all = labels(object.kind.as_str(), object.name.as_str()).into_iter().map(one);
    Query::parse(&all.collect::<Result<Vec<String>, _>>()?.join(" or "))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::tests::object;
    use model::Namespace;

    fn asked(kind: &str, namespace: Option<&str>, name: &str) -> String {
        let seen = Seen::All.only(&Namespace::parse("shop").unwrap());
        let frame = Frame { start: 0, end: 0, step: 60 };
        let query = query(&object(kind, namespace, name), FIRING).unwrap();
        Fenced::new(query, &seen, &Layout::default(), frame).unwrap().text().to_owned()
    }

    #[test]
    fn an_object_is_asked_for_by_the_labels_that_name_it_within_what_may_be_seen() {
        assert_eq!(
            asked("deployments", Some("shop"), "web"),
            r#"ALERTS{alertstate="firing",deployment="web",namespace="shop"} or ALERTS{alertstate="firing",namespace="shop",pod=~"web-[b-df-hj-np-tv-xz24-9]{6,10}-[b-df-hj-np-tv-xz24-9]{5}"}"#
        );
        assert_eq!(
            asked("pods", Some("shop"), "web-0"),
            r#"ALERTS{alertstate="firing",namespace="shop",pod="web-0"}"#
        );
        assert_eq!(asked("namespaces", None, "shop"), r#"ALERTS{alertstate="firing",namespace="shop"}"#);
    }

    #[test]
    fn each_point_tells_of_the_time_since_the_one_before_it_and_of_no_more() {
        for (step, range) in [(120, "2m"), (300, "5m"), (600, "10m")] {
            let query = Query::parse(&fired_between(step)).unwrap();

            let expected = format!(r#"max_over_time(ALERTS{{alertstate="firing"}}[{range}])"#);
            assert_eq!(query.to_text().unwrap(), expected);
        }
    }

    #[test]
    fn of_what_no_alert_tells_nothing_is_asked() {
        assert!(need(&object("configmaps", Some("shop"), "web")).is_none());
        assert!(need(&object("storageclasses", None, "fast")).is_none());
        assert!(need(&object("nodes", None, "worker-1")).is_some());
        assert!(need(&object("cronjobs", Some("shop"), "nightly")).is_some());
    }

    #[test]
    fn the_last_day_begins_at_a_point_at_which_the_days_before_it_end() {
        for now in [1_795_407_600, 1_795_407_659, 1_795_408_199] {
            let (early, late) = frames(now);

            assert_eq!((early.end, late.step), (late.start, 60));
            assert!([early.start, early.end].iter().all(|at| at % i64::from(early.step) == 0));
            assert_eq!((early.end - early.start) / 600 + 1, early.points() as i64);
            assert!((86_400..86_400 + 660).contains(&(now - late.start)), "{late:?}");
        }
    }

    #[test]
    fn an_object_is_asked_for_between_points_by_the_same_labels() {
        let query = query(&object("pods", Some("shop"), "web-0"), &fired_between(600)).unwrap();

        assert_eq!(
            query.to_text().unwrap(),
            r#"max_over_time(ALERTS{alertstate="firing",pod="web-0"}[10m])"#
        );
    }
}
