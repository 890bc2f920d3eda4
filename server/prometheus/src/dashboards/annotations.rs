//! When things happened that a dashboard marks.

use super::Look;
use crate::answer::{Answer, Measurement};
use crate::error::PrometheusError;
use crate::explore::telling;
use crate::sources::Source;
use futures::future::join_all;
use model::Timestamp;
use model::chart::{Frame, Mark};
use monitoring_contract::{Annotation, Plan, ShownAnnotation};
use std::collections::BTreeMap;

/// Marks of an annotation; more are a pattern and no events.
const MOST_MARKS: usize = 50;
/// What is named at a mark; more is said as a number.
const MOST_NAMES: usize = 3;

impl Source {
    pub(super) async fn annotations(
        &self,
        plan: &Plan,
        look: &Look<'_>,
        frame: Frame,
    ) -> Vec<ShownAnnotation> {
        let ask = plan.annotations.iter().map(|annotation| async move {
            let name = annotation.name.clone();
            if !annotation.is_measured() {
                // What is found is put in by who knows of it.
                return ShownAnnotation { name, marks: Vec::new(), left_out: 0, problem: None };
            }
            match self.marks(annotation, look, frame).await {
                Ok((marks, left_out)) => ShownAnnotation { name, marks, left_out, problem: None },
                Err(error) => {
                    let problem = Some(error.about(look.request.cluster.as_str()));
                    ShownAnnotation { name, marks: Vec::new(), left_out: 0, problem }
                }
            }
        });
        join_all(ask).await
    }

    async fn marks(
        &self,
        annotation: &Annotation,
        look: &Look<'_>,
        frame: Frame,
    ) -> Result<(Vec<Mark>, u32), PrometheusError> {
        let query = self.fenced(&annotation.query, look, frame)?;
        Ok(marks(&annotation.name, &*query.range(&self.client).await?, frame))
    }
}

/// The latest beginnings, those of one moment together, and how many there were before.
fn marks(name: &str, answer: &Answer, frame: Frame) -> (Vec<Mark>, u32) {
    let labels = telling(&answer.series);
    let happened = answer.series.iter().flat_map(|series| {
        let values = labels.iter().filter(|label| **label != "__name__").map(|label| series.label(label));
        let values: Vec<&str> = values.filter(|value| !value.is_empty()).collect();
        let name = values.join(" / ");
        beginnings(series, frame).into_iter().map(move |moment| (moment, name.clone()))
    });
    marks_of(name, happened)
}

/// What happened when as marks of an annotation: the latest, those of one moment together, and how many moments there were
/// before.
pub fn marks_of(name: &str, happened: impl IntoIterator<Item = (Timestamp, String)>) -> (Vec<Mark>, u32) {
    let mut at_moments: BTreeMap<Timestamp, Vec<String>> = BTreeMap::new();
    for (moment, what) in happened {
        let names = at_moments.entry(moment).or_default();
        if !names.contains(&what) {
            names.push(what);
        }
    }
    let left_out = at_moments.len().saturating_sub(MOST_MARKS);
    let mark = |(at, names): (Timestamp, Vec<String>)| Mark { at, name: name.to_owned(), text: told(&names) };
    (at_moments.into_iter().skip(left_out).map(mark).collect(), left_out as u32)
}

/// Where something is that was not before. What is at the first point has begun nobody knows when.
fn beginnings(series: &Measurement, frame: Frame) -> Vec<Timestamp> {
    let is = |value: &Option<f64>| value.is_some_and(|value| value != 0.0);
    let values = series.on(frame);
    let begins = values.windows(2).enumerate().filter(|(_, pair)| !is(&pair[0]) && is(&pair[1]));
    begins.map(|(index, _)| frame.at(index + 1)).collect()
}

fn told(names: &[String]) -> String {
    let shown = names.iter().take(MOST_NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MOST_NAMES) {
        0 => shown,
        more => format!("{shown} +{more}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = Frame { start: 0, end: 240, step: 60 };

    fn series(pod: &str, samples: &[(i64, f64)]) -> Measurement {
        Measurement { labels: [("pod".to_owned(), pod.to_owned())].into(), samples: samples.to_vec() }
    }

    fn of(series: Vec<Measurement>) -> (Vec<(i64, String)>, u32) {
        let (marks, left_out) = marks("Restarts", &Answer { series, warnings: Vec::new() }, FRAME);
        (marks.into_iter().map(|mark| (mark.at.0, mark.text)).collect(), left_out)
    }

    #[test]
    fn things_are_marked_where_they_begin() {
        let always = series("a", &[(0, 1.0), (60, 1.0), (120, 0.0), (180, 2.0), (240, 3.0)]);
        let sometimes = series("b", &[(60, 1.0), (180, 1.0)]);

        let (marks, left_out) = of(vec![always, sometimes]);

        assert_eq!(marks, [(60, "b".to_owned()), (180, "a, b".to_owned())]);
        assert_eq!(left_out, 0);
    }

    #[test]
    fn of_many_moments_the_latest_are_marked_and_the_others_counted() {
        let frame = Frame { start: 0, end: 120 * 60, step: 60 };
        let samples: Vec<(i64, f64)> = (0..=120).map(|point| (point * 60, (point % 2) as f64)).collect();
        let answer = Answer { series: vec![series("a", &samples)], warnings: Vec::new() };

        let (marks, left_out) = marks("Restarts", &answer, frame);

        assert_eq!((marks.len(), left_out), (MOST_MARKS, 10));
        assert_eq!((marks[0].at, marks[MOST_MARKS - 1].at), (Timestamp(21 * 60), Timestamp(119 * 60)));
    }

    #[test]
    fn many_of_one_moment_are_counted() {
        let (marks, _) = of((0..5).map(|index| series(&format!("web-{index}"), &[(120, 1.0)])).collect());

        assert_eq!(marks, [(120, "web-0, web-1, web-2 +2".to_owned())]);
    }
}
