//! The stretches of time in which alerts fired, read off the points at which they did.

use crate::alerts::{level, resource};
use crate::answer::{Answer, Measurement};
use crate::rules::episodes::{Burst, episodes};
use model::chart::Frame;
use model::{ClusterName, ResourceRef, Timestamp};
use monitoring_contract::PastAlert;
use std::collections::BTreeMap;

/// The labels of an alert. What has been taken over time has lost the name of its metric, so that belongs to none.
type Labels = BTreeMap<String, String>;

/// When one alert fired, the oldest first.
pub type Told = (Labels, Vec<Stretch>);

/// A stretch in which an alert fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    from: i64,
    from_step: u32,
    is_older: bool,
    /// `None` where it fires at the last point.
    until: Option<i64>,
    until_step: u32,
}

/// What fired at points that tell of their own moment.
pub fn at_points(answer: &Answer, frame: Frame) -> Vec<Told> {
    answer.series.iter().map(|series| (labels(series), stretches(series, frame, 0))).collect()
}

/// What fired between points, each of which tells of all the time since the one before it. Which of it fires at the end has
/// to be said beside it.
pub fn between_points(answer: &Answer, frame: Frame, fires_now: &Answer) -> Vec<Told> {
    let firing: Vec<Labels> = fires_now.series.iter().map(labels).collect();
    let told = answer.series.iter().map(|series| {
        let labels = labels(series);
        let mut stretches = stretches(series, frame, i64::from(frame.step));
        if let Some(last) = stretches.last_mut().filter(|_| !firing.contains(&labels)) {
            last.until = last.until.or(Some(frame.end));
        }
        (labels, stretches)
    });
    told.collect()
}

/// What fired between the points of an early frame and at those of a late one, which begins where the early one ends: what
/// fired across that border is told once, with the beginning of the one and the end of the other.
pub fn joined(early: (&Answer, Frame), late: (&Answer, Frame)) -> Vec<Told> {
    let mut told: BTreeMap<Labels, [Vec<Stretch>; 2]> = BTreeMap::new();
    for series in &early.0.series {
        told.entry(labels(series)).or_default()[0] = stretches(series, early.1, i64::from(early.1.step));
    }
    for series in &late.0.series {
        told.entry(labels(series)).or_default()[1] = stretches(series, late.1, 0);
    }
    let border = late.1.start;
    told.into_iter().map(|(labels, [early, late])| (labels, across(early, late, border))).collect()
}

fn across(early: Vec<Stretch>, late: Vec<Stretch>, border: i64) -> Vec<Stretch> {
    let mut all = early;
    let mut late = late.into_iter().peekable();
    if let Some(open) = all.last_mut().filter(|stretch| stretch.until.is_none()) {
        match late.next_if(|stretch| stretch.is_older) {
            Some(rest) => (open.until, open.until_step) = (rest.until, rest.until_step),
            // What does not fire at the border had ended before it.
            None => open.until = Some(border),
        }
    }
    all.extend(late);
    all
}

fn labels(series: &Measurement) -> Labels {
    let mut labels = series.labels.clone();
    labels.remove("__name__");
    labels
}

/// The stretches of a series whose points tell of so many seconds before them, too.
fn stretches(series: &Measurement, frame: Frame, before: i64) -> Vec<Stretch> {
    let stretch = |burst: Burst| {
        let from = frame.at(burst.from).0;
        Stretch {
            from: from - before,
            from_step: frame.step,
            is_older: burst.from == 0,
            until: (!burst.is_open).then_some(from + i64::from(burst.seconds) - before),
            until_step: frame.step,
        }
    };
    episodes(&series.on(frame), frame.step, 0).into_iter().map(stretch).collect()
}

/// As people are told of it, the newest first. What is asked about is not named by each.
pub fn in_words(told: Vec<Told>, cluster: &ClusterName, asked: Option<&ResourceRef>) -> Vec<PastAlert> {
    let of_one = |(labels, stretches): Told| {
        let label = |name: &str| labels.get(name).cloned().unwrap_or_default();
        let severity = label("severity");
        let alert = PastAlert {
            name: label("alertname"),
            level: level(&severity),
            severity,
            from: Timestamp(0),
            from_step: 0,
            is_older: false,
            until: None,
            until_step: 0,
            about: resource(cluster, &labels).filter(|about| Some(about) != asked),
        };
        let each = stretches.into_iter().map(|stretch| PastAlert {
            from: Timestamp(stretch.from),
            from_step: stretch.from_step,
            is_older: stretch.is_older,
            until: stretch.until.map(Timestamp),
            until_step: stretch.until_step,
            ..alert.clone()
        });
        each.collect::<Vec<_>>()
    };
    let mut all: Vec<PastAlert> = told.into_iter().flat_map(of_one).collect();
    all.sort_by(|a, b| b.from.cmp(&a.from).then_with(|| a.name.cmp(&b.name)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::object;
    use model::Level;

    fn pod(name: &str) -> ResourceRef {
        object("pods", Some("shop"), name)
    }

    fn series(pod: &str, at: &[i64]) -> Measurement {
        let labels =
            [("alertname", "Crashing"), ("severity", "warning"), ("namespace", "shop"), ("pod", pod)];
        let labels = labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Measurement { labels, samples: at.iter().map(|moment| (*moment, 1.0)).collect() }
    }

    /// As Prometheus keeps it: what has not been taken over time has a name.
    fn named(pod: &str, at: &[i64]) -> Measurement {
        let mut series = series(pod, at);
        series.labels.insert("__name__".to_owned(), "ALERTS".to_owned());
        series
    }

    fn answer(series: Vec<Measurement>) -> Answer {
        Answer { series, warnings: Vec::new() }
    }

    /// When the alert about a pod fired, with how well beginning and end are known.
    fn times(told: &[PastAlert], of: &str) -> Vec<(i64, u32, bool, Option<i64>, u32)> {
        let is_it = |alert: &&PastAlert| alert.about.as_ref().is_some_and(|about| about.name.as_str() == of);
        let times = |alert: &PastAlert| {
            let until = alert.until.map(|until| until.0);
            (alert.from.0, alert.from_step, alert.is_older, until, alert.until_step)
        };
        told.iter().filter(is_it).map(times).collect()
    }

    #[test]
    fn each_stretch_is_told_with_its_end_and_with_what_it_is_about() {
        let frame = Frame { start: 0, end: 600, step: 60 };
        let answer = answer(vec![named("web-0", &[0, 60, 240, 300]), named("web-1", &[540, 600])]);

        let asked = pod("web-0");
        let told = in_words(at_points(&answer, frame), &asked.cluster, Some(&asked));

        let times: Vec<_> = told.iter().map(|alert| (alert.from.0, alert.is_older, alert.until)).collect();
        assert_eq!(
            times,
            [(540, false, None), (240, false, Some(Timestamp(360))), (0, true, Some(Timestamp(120)))]
        );
        assert!(told.iter().all(|alert| alert.level == Level::Warning && alert.name == "Crashing"));
        assert!(told.iter().all(|alert| (alert.from_step, alert.until_step) == (60, 60)));
        assert_eq!((&told[2].about, &told[0].about), (&None, &Some(pod("web-1"))));
    }

    #[test]
    fn what_fired_between_two_points_is_told_to_a_step_and_fires_on_only_where_it_does() {
        let frame = Frame { start: 0, end: 6000, step: 600 };
        // From 610 to 1190, from 5410 on, and from 5410 to 5990.
        let fired = answer(vec![series("a", &[1200]), series("b", &[6000]), series("c", &[6000])]);

        let told = between_points(&fired, frame, &answer(vec![named("b", &[6300])]));
        let told = in_words(told, &pod("a").cluster, None);

        assert_eq!(times(&told, "a"), [(600, 600, false, Some(1200), 600)]);
        assert_eq!(times(&told, "b"), [(5400, 600, false, None, 600)]);
        assert_eq!(times(&told, "c"), [(5400, 600, false, Some(6000), 600)]);
    }

    #[test]
    fn what_fired_across_the_border_of_a_coarse_and_a_close_frame_is_told_once() {
        let early = Frame { start: 0, end: 6000, step: 600 };
        let late = Frame { start: 6000, end: 6600, step: 60 };
        let coarse = answer(vec![
            series("across", &[5400, 6000]),
            series("ended", &[6000]),
            series("twice", &[1200, 6000]),
            series("always", &(0..=10).map(|point| point * 600).collect::<Vec<_>>()),
        ]);
        let close = answer(vec![
            named("across", &[6000, 6060]),
            named("twice", &[6000, 6480]),
            named("always", &(0..=10).map(|point| 6000 + point * 60).collect::<Vec<_>>()),
            named("new", &[6540, 6600]),
        ]);

        let told = in_words(joined((&coarse, early), (&close, late)), &pod("a").cluster, None);

        assert_eq!(times(&told, "across"), [(4800, 600, false, Some(6120), 60)]);
        // Its last point before the border tells of ten minutes, of which the border itself is none.
        assert_eq!(times(&told, "ended"), [(5400, 600, false, Some(6000), 600)]);
        assert_eq!(
            times(&told, "twice"),
            [
                (6480, 60, false, Some(6540), 60),
                (5400, 600, false, Some(6060), 60),
                (600, 600, false, Some(1200), 600),
            ]
        );
        assert_eq!(times(&told, "always"), [(-600, 600, true, None, 60)]);
        assert_eq!(times(&told, "new"), [(6540, 60, false, None, 60)]);
    }
}
