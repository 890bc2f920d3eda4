//! Queries as they are sent for a caller: with what may be seen forced on every selector.
//!
//! A namespace may be seen as far back as it was made, and a query reads further back than the moment for which it is
//! answered. So a frame falls into parts, each with the namespaces that may be read all through it. Where all are older
//! than what is read, as they are nearly always, it is one part: the same question as everybody's.

use crate::answer::{Answer, Measurement};
use crate::client::Client;
use crate::error::PrometheusError;
use crate::layout::Layout;
use crate::promql::{Query, Reach};
use crate::seen::Seen;
use futures::future::try_join_all;
use model::Namespace;
use model::chart::Frame;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

/// The most parts of a frame, each a question. Where it would be more, namespaces are seen a little later than they could.
const MOST_PARTS: usize = 4;

/// A query with its fence, over the frame for which it was put up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fenced(Vec<Part>);

/// A part of a frame, with what is asked about it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    frame: Frame,
    text: String,
    /// Nothing may be read there. It is not asked: the past of nobody's namespaces is a gap.
    is_gap: bool,
}

impl Fenced {
    /// Puts up the fence around a query for what is seen.
    pub fn new(query: Query, seen: &Seen, layout: &Layout, frame: Frame) -> Result<Self, PrometheusError> {
        let Seen::Namespaces(names) = seen else {
            return Ok(Self(vec![Part { frame, text: query.to_text()?, is_gap: false }]));
        };
        let query = query.in_frame(frame)?;
        let parts = parts(names, query.reach()?, frame).into_iter().map(|(frame, names)| {
            let seen = Seen::Namespaces(names);
            let fenced = query.clone().force(|metric| seen.forced(layout, metric))?;
            Ok(Part { frame, text: fenced.to_text()?, is_gap: seen.is_nothing() })
        });
        Ok(Self(parts.collect::<Result<_, PrometheusError>>()?))
    }

    /// What is sent about the latest part of the frame.
    pub fn text(&self) -> &str {
        self.0.last().map_or("", |part| part.text.as_str())
    }

    /// Everything that is asked, as a text that is another one when anything else is.
    pub fn question(&self) -> String {
        let mut question = String::new();
        for (place, part) in self.0.iter().enumerate() {
            if place > 0 {
                let _ = write!(question, "\nfrom {}: ", part.frame.start);
            }
            question.push_str(&part.text);
        }
        question
    }

    /// Values over the frame.
    pub async fn range(&self, client: &Client) -> Result<Arc<Answer>, PrometheusError> {
        Ok(joined(try_join_all(self.asked().map(|part| client.range(&part.text, part.frame))).await?))
    }

    /// The same for who asks so much that others would not get their turn.
    pub async fn range_at_leisure(&self, client: &Client) -> Result<Arc<Answer>, PrometheusError> {
        let ask = self.asked().map(|part| client.range_at_leisure(&part.text, part.frame));
        Ok(joined(try_join_all(ask).await?))
    }

    /// Values at the end of the frame, which is a moment.
    pub async fn instant(&self, client: &Client) -> Result<Arc<Answer>, PrometheusError> {
        match self.0.last() {
            Some(part) if !part.is_gap => client.instant(&part.text, part.frame.end).await,
            _ => Ok(Arc::default()),
        }
    }

    fn asked(&self) -> impl Iterator<Item = &Part> {
        self.0.iter().filter(|part| !part.is_gap)
    }
}

/// The parts of a frame, each with the namespaces that may be read all through it.
fn parts(
    names: &BTreeMap<Namespace, i64>,
    reach: Reach,
    frame: Frame,
) -> Vec<(Frame, BTreeMap<Namespace, i64>)> {
    let step = i64::from(frame.step.max(1));
    let points = frame.points() as i64;
    // From which point on each may be read.
    let from = |born: i64| {
        let ahead = reach.admits_from(born)?.saturating_sub(frame.start).max(0);
        Some(ahead.saturating_add(step - 1) / step).filter(|point| *point < points)
    };
    let mut begins: BTreeMap<&Namespace, i64> =
        names.iter().filter_map(|(name, born)| Some((name, from(*born)?))).collect();
    let mut young: Vec<i64> = begins.values().copied().filter(|point| *point > 0).collect();
    young.sort_unstable();
    young.dedup();
    let together = young.len().div_ceil(MOST_PARTS - 1).max(1);
    let young: Vec<i64> = young.chunks(together).filter_map(|points| points.last().copied()).collect();
    for begin in begins.values_mut().filter(|begin| **begin > 0) {
        *begin = young.iter().copied().find(|point| point >= begin).unwrap_or(points);
    }
    let starts: Vec<i64> = std::iter::once(0).chain(young).collect();
    let ends = starts.iter().skip(1).map(|next| frame.start + (next - 1) * step).chain([frame.end]);
    let part = |(start, end): (&i64, i64)| {
        let seen = begins.iter().filter(|(_, begin)| *begin <= start);
        let seen = seen.filter_map(|(name, _)| Some(((*name).clone(), *names.get(*name)?)));
        (Frame { start: frame.start + start * step, end, ..frame }, seen.collect())
    };
    starts.iter().zip(ends).map(part).collect()
}

/// The answers about the parts of a frame, in their order, as one about the whole.
fn joined(mut answers: Vec<Arc<Answer>>) -> Arc<Answer> {
    if answers.len() < 2 {
        return answers.pop().unwrap_or_default();
    }
    let mut series: BTreeMap<&BTreeMap<String, String>, Vec<(i64, f64)>> = BTreeMap::new();
    for one in answers.iter().flat_map(|answer| &answer.series) {
        series.entry(&one.labels).or_default().extend(&one.samples);
    }
    let series = series.into_iter().map(|(labels, samples)| Measurement { labels: labels.clone(), samples });
    let warnings: BTreeSet<&String> = answers.iter().flat_map(|answer| &answer.warnings).collect();
    Arc::new(Answer { series: series.collect(), warnings: warnings.into_iter().cloned().collect() })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    const FRAME: Frame = Frame { start: 1000, end: 2000, step: 100 };
    const MINUTE: Reach = Reach { seconds: Some(60), since: None };

    fn born(all: &[(&str, i64)]) -> BTreeMap<Namespace, i64> {
        all.iter().map(|(name, at)| (Namespace::parse(name).unwrap(), *at)).collect()
    }

    fn of(all: &[(&str, i64)], reach: Reach) -> Vec<(i64, i64, String)> {
        let parts = parts(&born(all), reach, FRAME).into_iter();
        let named = |names: BTreeMap<Namespace, i64>| {
            names.keys().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        parts.map(|(frame, names)| (frame.start, frame.end, named(names))).collect()
    }

    fn part(start: i64, end: i64, names: &str) -> (i64, i64, String) {
        (start, end, names.to_owned())
    }

    #[test]
    fn where_all_are_old_there_is_one_part() {
        assert_eq!(of(&[("blog", i64::MIN), ("shop", 940)], MINUTE), [part(1000, 2000, "blog shop")]);
        assert_eq!(of(&[], MINUTE), [part(1000, 2000, "")]);
    }

    #[test]
    fn a_namespace_is_read_from_the_first_point_that_reaches_no_further_back_than_it_was_made() {
        let shop = |at| of(&[("blog", 0), ("shop", at)], MINUTE);

        assert_eq!(shop(941), [part(1000, 1000, "blog"), part(1100, 2000, "blog shop")]);
        assert_eq!(shop(1340), [part(1000, 1300, "blog"), part(1400, 2000, "blog shop")]);
        assert_eq!(shop(1940), [part(1000, 1900, "blog"), part(2000, 2000, "blog shop")]);
        assert_eq!(shop(1941), [part(1000, 2000, "blog")]);
        assert_eq!(shop(i64::MAX), [part(1000, 2000, "blog")]);
    }

    #[test]
    fn what_is_tied_to_a_moment_is_read_of_what_was_there_then_alone() {
        let tied = Reach { seconds: None, since: Some(1500) };

        assert_eq!(of(&[("blog", 1500), ("shop", 1501)], tied), [part(1000, 2000, "blog")]);
        let both = Reach { seconds: Some(100), ..tied };
        assert_eq!(
            of(&[("blog", 1200), ("shop", 1501)], both),
            [part(1000, 1200, ""), part(1300, 2000, "blog")]
        );
    }

    #[test]
    fn where_there_would_be_too_many_parts_namespaces_are_read_later_and_never_sooner() {
        let all = [("a", 0), ("b", 1000), ("c", 1100), ("d", 1200), ("e", 1300), ("f", 1400), ("g", 1500)];

        let parts = of(&all, MINUTE);

        assert_eq!(
            parts,
            [
                part(1000, 1100, "a"),
                part(1200, 1300, "a b c"),
                part(1400, 1500, "a b c d e"),
                part(1600, 2000, "a b c d e f g"),
            ]
        );
    }

    #[test]
    fn the_text_of_what_is_old_is_the_same_as_without_births() {
        let seen = |since| Seen::Namespaces(born(&[("shop", since)]));
        let fenced = |since| {
            Fenced::new(Query::parse("sum(up)").unwrap(), &seen(since), &Layout::default(), FRAME).unwrap()
        };

        assert_eq!(fenced(0), fenced(i64::MIN));
        assert_eq!(fenced(0).question(), r#"sum(up{namespace="shop"})"#);
        assert_ne!(fenced(1500).question(), fenced(1600).question());
        assert_eq!(fenced(1500).text(), fenced(0).text());
        assert!(fenced(3000).0.iter().all(|part| part.is_gap));
    }

    #[test]
    fn series_with_the_same_labels_are_one() {
        let series = |pod: &str, samples: &[(i64, f64)]| Measurement {
            labels: [("pod".to_owned(), pod.to_owned())].into(),
            samples: samples.to_vec(),
        };
        let answer = |series| Arc::new(Answer { series, warnings: vec!["slow".into()] });
        let first = answer(vec![series("b", &[(0, 1.0)]), series("a", &[(0, 2.0)])]);
        let second = answer(vec![series("b", &[(60, 3.0)])]);

        let joined = joined(vec![first, second]);

        assert_eq!(joined.series, [series("a", &[(0, 2.0)]), series("b", &[(0, 1.0), (60, 3.0)])]);
        assert_eq!(joined.warnings, ["slow"]);
    }
}
