//! What fired about an object, from the series that Prometheus keeps of its alerts.

use crate::alerts::{level, resource};
use crate::answer::{Answer, Measurement};
use crate::client::moment;
use crate::error::PrometheusError;
use crate::fenced::Fenced;
use crate::layout::Layout;
use crate::promql::{Forced, Query};
use crate::reads::ReadMetrics;
use crate::rules::episodes::episodes;
use crate::seen::Seen;
use crate::service::{ForCaller, about, now};
use crate::sources::Source;
use crate::subject::{namespace, of_object};
use model::chart::Frame;
use model::{ClusterName, ConsoleError, ResourceRef, Timestamp};
use monitoring_contract::{Fired, Measured, PastAlert, Window};

/// What fires, as a series (Prometheus, "Alerting rules").
const FIRING: &str = r#"ALERTS{alertstate="firing"}"#;
/// Points that are nearer to each other miss nothing.
const NEAR: u32 = 60;
/// How far back it is looked, and at so many points: rules are evaluated about as often.
const DAY: Window = Window::Last(PastAlert::LOOKED_BACK_SECONDS);
const POINTS: u32 = 1440;

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
    /// What fired about an object in the last day, the newest first.
    pub async fn past_alerts(
        &self,
        object: &ResourceRef,
        seen: &Seen,
        now: i64,
    ) -> Result<Vec<PastAlert>, PrometheusError> {
        let frame = DAY.frame(Timestamp(now), POINTS);
        let query = Fenced::new(query(object)?, seen, &self.layout, frame)?;
        let answer = query.range(&self.client).await?;
        let mut told = told(&answer, frame, &object.cluster, Some(object), None);
        told.truncate(PastAlert::MOST);
        Ok(told)
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
        let is_coarse = frame.step > NEAR;
        let query = Query::parse(&if is_coarse { fired_between(frame.step) } else { FIRING.to_owned() })?;
        let answer = Fenced::new(query, seen, &self.layout, frame)?.range(&self.client).await?;
        let fires_now = match is_coarse {
            true => {
                let firing = Fenced::new(Query::parse(FIRING)?, seen, &self.layout, moment(now))?;
                Some(firing.instant(&self.client).await?)
            }
            false => None,
        };
        let mut alerts = told(&answer, frame, cluster, None, fires_now.as_deref());
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

fn query(object: &ResourceRef) -> Result<Query, PrometheusError> {
    if object.kind.as_str() == "namespaces" {
        return Query::parse(FIRING);
    }
    let one = |label: Forced| Query::parse(FIRING)?.force(|_| vec![label.clone()])?.to_text();
    let all = labels(object.kind.as_str(), object.name.as_str()).into_iter().map(one);
    Query::parse(&all.collect::<Result<Vec<String>, _>>()?.join(" or "))
}

/// Each stretch in which an alert fired, the newest first. What is asked about is not named by each. Where each point tells of
/// all the time since the one before it, what fires at the end has to be said beside it.
fn told(
    answer: &Answer,
    frame: Frame,
    cluster: &ClusterName,
    asked: Option<&ResourceRef>,
    fires_now: Option<&Answer>,
) -> Vec<PastAlert> {
    let since_last = fires_now.map_or(0, |_| i64::from(frame.step));
    let of_series = |series: &Measurement| {
        let severity = series.label("severity").to_owned();
        let about = resource(cluster, &series.labels).filter(|about| Some(about) != asked);
        let alert = PastAlert {
            name: series.label("alertname").to_owned(),
            level: level(&severity),
            severity,
            from: frame.at(0),
            is_older: false,
            until: None,
            about,
        };
        let still_fires = fires_now.is_none_or(|now| now.series.iter().any(|one| is_same(one, series)));
        let bursts = episodes(&series.on(frame), frame.step, 0).into_iter();
        let told = bursts.map(|burst| {
            let (from, end) = (frame.at(burst.from).0, frame.at(burst.from).0 + i64::from(burst.seconds));
            let until = match burst.is_open {
                true if still_fires => None,
                true => Some(Timestamp(end)),
                false => Some(Timestamp(end - since_last)),
            };
            PastAlert {
                from: Timestamp(from - since_last),
                is_older: burst.from == 0,
                until,
                ..alert.clone()
            }
        });
        told.collect::<Vec<_>>()
    };
    let mut all: Vec<PastAlert> = answer.series.iter().flat_map(of_series).collect();
    all.sort_by(|a, b| b.from.cmp(&a.from).then_with(|| a.name.cmp(&b.name)));
    all
}

/// Whether both are of one alert: what has been taken over time has lost the name of its metric.
fn is_same(one: &Measurement, other: &Measurement) -> bool {
    let labels = |series: &Measurement| {
        let mut labels = series.labels.clone();
        labels.remove("__name__");
        labels
    };
    labels(one) == labels(other)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::{ClusterName, KindSlug, Level, Namespace, ObjectName};

    fn object(kind: &str, namespace: Option<&str>, name: &str) -> ResourceRef {
        ResourceRef {
            cluster: ClusterName::parse("harbour").unwrap(),
            kind: KindSlug::parse(kind).unwrap(),
            namespace: namespace.map(|namespace| Namespace::parse(namespace).unwrap()),
            name: ObjectName::parse(name).unwrap(),
        }
    }

    fn asked(kind: &str, namespace: Option<&str>, name: &str) -> String {
        let seen = Seen::All.only(&Namespace::parse("shop").unwrap());
        let frame = Frame { start: 0, end: 0, step: 60 };
        let query = query(&object(kind, namespace, name)).unwrap();
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
    fn each_stretch_is_told_with_its_end_and_with_what_it_is_about() {
        let frame = Frame { start: 0, end: 600, step: 60 };
        let series = |pod: &str, at: &[i64]| Measurement {
            labels: [("alertname", "Crashing"), ("severity", "warning"), ("namespace", "shop"), ("pod", pod)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            samples: at.iter().map(|moment| (*moment, 1.0)).collect(),
        };
        let answer = Answer {
            series: vec![series("web-0", &[0, 60, 240, 300]), series("web-1", &[540, 600])],
            warnings: Vec::new(),
        };

        let asked = object("pods", Some("shop"), "web-0");
        let told = told(&answer, frame, &asked.cluster, Some(&asked), None);

        let times: Vec<_> = told.iter().map(|alert| (alert.from.0, alert.is_older, alert.until)).collect();
        assert_eq!(
            times,
            [(540, false, None), (240, false, Some(Timestamp(360))), (0, true, Some(Timestamp(120)))]
        );
        assert!(told.iter().all(|alert| alert.level == Level::Warning && alert.name == "Crashing"));
        assert_eq!((&told[2].about, &told[0].about), (&None, &Some(object("pods", Some("shop"), "web-1"))));
    }

    #[test]
    fn what_fired_between_two_points_is_told_to_a_step_and_fires_on_only_where_it_does() {
        let frame = Frame { start: 0, end: 6000, step: 600 };
        let series = |pod: &str, at: &[i64]| {
            let labels = [("alertname", "Crashing"), ("namespace", "shop"), ("pod", pod)];
            let labels = labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
            Measurement { labels, samples: at.iter().map(|moment| (*moment, 1.0)).collect() }
        };
        let answer = |series| Answer { series, warnings: Vec::new() };
        // From 610 to 1190, from 5410 on, and from 5410 to 5990.
        let fired = answer(vec![series("a", &[1200]), series("b", &[6000]), series("c", &[6000])]);
        let mut named = series("b", &[6300]);
        named.labels.insert("__name__".to_owned(), "ALERTS".to_owned());

        let harbour = object("pods", Some("shop"), "a").cluster;
        let told = told(&fired, frame, &harbour, None, Some(&answer(vec![named])));

        let times = |pod: &str| {
            let is_it =
                |alert: &&PastAlert| alert.about.as_ref().is_some_and(|about| about.name.as_str() == pod);
            let alert = told.iter().find(is_it).unwrap();
            (alert.from.0, alert.until.map(|until| until.0))
        };
        assert_eq!(times("a"), (600, Some(1200)));
        assert_eq!(times("b"), (5400, None));
        assert_eq!(times("c"), (5400, Some(6000)));
    }
}
