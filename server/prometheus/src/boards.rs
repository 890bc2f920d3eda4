//! Boards: from cards to charts.

use crate::answer::{Answer, Measurement};
use crate::error::PrometheusError;
use crate::fenced::Fenced;
use crate::kept::Asked;
use crate::layout::Layout;
use crate::promql::Query;
use crate::seen::Seen;
use crate::sources::Source;
use crate::subject::forced;
use futures::future::join_all;
use model::Timestamp;
use model::chart::{Chart, Frame, Series};
use monitoring_contract::cards::{self, Card, Form, Line};
use monitoring_contract::{BoardRequest, BoardView, Panel, PanelContent, Window};
use std::sync::Arc;

/// Points of a chart on a board: it is about half a page wide.
pub(crate) const POINTS: u32 = 180;
/// Lines of a chart; more can be told apart by nobody.
pub(crate) const MOST_LINES: usize = 10;

impl Source {
    /// A board: all its charts, asked for at once.
    pub async fn board(&self, request: &BoardRequest, seen: &Seen, now: i64) -> BoardView {
        let frame = request.window.frame(Timestamp(now), POINTS);
        // Not every kind of workload has something to say on every card.
        let is_shown = |card: &&Card| card.lines.iter().any(|line| line.is_of(&request.subject));
        let cards = cards::of(request.board).iter().filter(is_shown);
        let panels = cards.map(|card| self.panel(card, request, seen, frame, now));
        BoardView { frame, panels: join_all(panels).await, source: self.client.name(), rollouts: None }
    }

    async fn panel(&self, card: &Card, request: &BoardRequest, seen: &Seen, frame: Frame, now: i64) -> Panel {
        let cluster = request.subject.cluster();
        let (mut queries, mut content) = self.drawn(card, request, seen, frame).await;
        if content.as_ref().is_err_and(PrometheusError::wants_less) {
            let wider = wider(frame);
            (queries, content) = self.drawn(card, request, seen, wider).await;
            if let Ok(PanelContent::Chart(chart)) = &mut content {
                chart.warnings.push(less_often(wider));
            }
        }
        let asked = Asked::new(cluster, (request.clone(), card.id), seen);
        let failed = |error: PrometheusError| (PanelContent::Failed(error.about(cluster.as_str())), None);
        let (content, aged) = self.last.cards.or_last(asked, content, now).unwrap_or_else(failed);
        Panel { card: card.id.into(), unit: card.unit, queries, content, aged }
    }

    /// What a card shows over a frame, with the queries as they are sent.
    async fn drawn(
        &self,
        card: &Card,
        request: &BoardRequest,
        seen: &Seen,
        frame: Frame,
    ) -> (Vec<String>, Result<PanelContent, PrometheusError>) {
        let queries = match self.queries(card, request, seen, frame) {
            Ok(queries) => queries,
            Err(error) => return (Vec::new(), Err(error)),
        };
        if queries.is_empty() {
            let asked = card.lines.iter().filter(|line| line.is_of(&request.subject));
            let first = asked.filter_map(|line| Query::parse(line.picks.first()?).ok());
            let mut lacking: Vec<String> = first.filter_map(|query| query.metrics().ok()).flatten().collect();
            lacking.retain(|name| !self.layout.names.contains(name));
            lacking.sort();
            lacking.dedup();
            return (Vec::new(), Ok(PanelContent::NotMeasured(lacking)));
        }
        let texts: Vec<String> = queries.iter().map(|(_, query)| query.text().to_owned()).collect();
        // What was seen earlier is another question: a namespace may be younger.
        let earlier = request.compare.map(|seconds| frame.earlier(seconds));
        let before = earlier.map(|earlier| Ok((earlier, self.queries(card, request, seen, earlier)?)));
        let before = match before.transpose() {
            Ok(before) => before,
            Err(error) => return (texts, Err(error)),
        };
        let chart = self.chart(card, (frame, queries), before).await;
        let content = chart.map(|chart| match chart {
            Some(chart) => PanelContent::Chart(Box::new(chart)),
            None => PanelContent::NoData,
        });
        (texts, content)
    }

    /// The queries of a card that can be asked here, as they are sent.
    fn queries<'c>(
        &self,
        card: &'c Card,
        request: &BoardRequest,
        seen: &Seen,
        frame: Frame,
    ) -> Result<Vec<(&'c Line, Fenced)>, PrometheusError> {
        let mut queries = Vec::new();
        for line in card.lines.iter().filter(|line| line.is_of(&request.subject)) {
            let Some(query) = self.layout.pick(line.picks)? else { continue };
            let query = query.force(|metric| forced(&request.subject, &self.layout, metric))?;
            let query = query.with_steps_of(frame.step)?;
            queries.push((line, Fenced::new(query, seen, &self.layout, frame)?));
        }
        Ok(queries)
    }

    async fn chart(
        &self,
        card: &Card,
        (frame, queries): (Frame, Vec<(&Line, Fenced)>),
        before: Option<(Frame, Vec<(&Line, Fenced)>)>,
    ) -> Result<Option<Chart>, PrometheusError> {
        let now = self.answers(&queries).await?;
        let (mut series, left_out) = self.lines_of(&now, frame).into_series();
        if series.iter().all(|series| series.values.iter().all(Option::is_none)) {
            return Ok(None);
        }
        if let Some((earlier, queries)) = before {
            let before = self.answers(&queries).await?;
            let before = self.lines_of(&before, earlier);
            series = match card.form {
                Form::Lines => with_earlier(series, &before.0),
                Form::Stacked => with_earlier_sum(series, before, ("all", "")),
            };
        }
        let mut warnings: Vec<String> = now.iter().flat_map(|(_, answer)| answer.warnings.clone()).collect();
        warnings.sort();
        warnings.dedup();
        let drawn = charts::draw(frame, card.unit, card.form == Form::Stacked, &series);
        let (svg, scale) =
            drawn.map_err(|error| PrometheusError::Unreadable { cause: error.to_string().into() })?;
        Ok(Some(Chart { svg, scale, series, left_out, warnings }))
    }

    async fn answers<'c>(
        &self,
        queries: &[(&'c Line, Fenced)],
    ) -> Result<Vec<(&'c Line, Arc<Answer>)>, PrometheusError> {
        let ask =
            queries.iter().map(|(line, query)| async move { Ok((*line, query.range(&self.client).await?)) });
        join_all(ask).await.into_iter().collect()
    }

    fn lines_of(&self, answers: &[(&Line, Arc<Answer>)], frame: Frame) -> Lines {
        let mut lines = Lines::default();
        for (line, answer) in answers {
            lines.add(&self.layout, line.key, line.labels, answer, frame);
        }
        lines
    }
}

/// How much further apart points are where finer ones were too much.
const WIDER: u32 = 4;

/// The same stretch of time with fewer points, for what was too much.
pub(crate) fn wider(frame: Frame) -> Frame {
    frame.stepped(frame.step.saturating_mul(WIDER))
}

/// What is said of a chart that has fewer points than it could.
pub(crate) fn less_often(frame: Frame) -> String {
    let step = Window::Last(frame.step).to_texts().0;
    format!("a point every {step}: more of them were too much for what measures the cluster")
}

/// Lines as they are gathered.
#[derive(Default)]
pub(crate) struct Lines(pub(crate) Vec<Series>);

impl Lines {
    /// Adds what a query gave.
    pub(crate) fn add(&mut self, layout: &Layout, key: &str, labels: &[&str], answer: &Answer, frame: Frame) {
        for series in &answer.series {
            let named = labels.iter().map(|label| match *label {
                "instance" => layout.node(series.label("instance")),
                label => series.label(label),
            });
            let label = named.filter(|value| !value.is_empty()).collect::<Vec<_>>().join(" ");
            let values = series.on(frame).into_iter().map(|value| value.map(rounded)).collect();
            self.0.push(Series { key: key.to_owned(), label, color: 0, is_earlier: false, values });
        }
    }

    /// Adds what a query of somebody's own gave: lines are named by labels, as PromQL writes them.
    pub(crate) fn add_as_they_are(&mut self, labels: &[&str], answer: &Answer, frame: Frame) {
        for series in &answer.series {
            let label = written(labels, series);
            let values = series.on(frame).into_iter().map(|value| value.map(rounded)).collect();
            self.0.push(Series { key: String::new(), label, color: 0, is_earlier: false, values });
        }
    }

    /// Adds what a query gave under these names, one for each of its series.
    pub(crate) fn add_named(&mut self, names: Vec<String>, answer: &Answer, frame: Frame) {
        for (label, series) in names.into_iter().zip(&answer.series) {
            let values = series.on(frame).into_iter().map(|value| value.map(rounded)).collect();
            self.0.push(Series { key: String::new(), label, color: 0, is_earlier: false, values });
        }
    }

    /// The largest lines, in a steady order, with a colour each; and how many were left out.
    pub(crate) fn into_series(self) -> (Vec<Series>, u32) {
        let (series, left_out) = self.largest(MOST_LINES);
        (colored(series), left_out)
    }

    /// So many of the largest lines, in a steady order; and how many were left out.
    pub(crate) fn largest(mut self, most: usize) -> (Vec<Series>, u32) {
        let left_out = self.0.len().saturating_sub(most);
        if left_out > 0 {
            let size = |series: &Series| series.summary().map_or(f64::NEG_INFINITY, |summary| summary.mean);
            self.0.sort_by(|a, b| size(b).total_cmp(&size(a)));
            self.0.truncate(most);
        }
        // Lines with a key keep the card's order; those that labels name stand by name, so colours do not jump.
        if self.0.iter().all(|series| series.key.is_empty()) {
            self.0.sort_by(|a, b| a.label.cmp(&b.label));
        }
        (self.0, left_out as u32)
    }
}

/// Lines with a colour each.
pub(crate) fn colored(mut series: Vec<Series>) -> Vec<Series> {
    for (color, series) in series.iter_mut().enumerate() {
        series.color = color as u8;
    }
    series
}

/// A series as PromQL writes it, with these of its labels.
pub(crate) fn written(labels: &[&str], series: &Measurement) -> String {
    let pairs = labels.iter().filter(|label| **label != "__name__" && !series.label(label).is_empty());
    let pairs =
        pairs.map(|label| format!("{label}={:?}", series.label(label))).collect::<Vec<_>>().join(", ");
    let name = labels.iter().find(|label| **label == "__name__").map_or("", |name| series.label(name));
    if pairs.is_empty() { name.to_owned() } else { format!("{name}{{{pairs}}}") }
}

/// Five digits: more are noise, and travel to every reader.
pub(crate) fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let scale = 10_f64.powi(4 - value.abs().log10().floor() as i32);
    if scale.is_finite() && scale > 0.0 { (value * scale).round() / scale } else { value }
}

/// Each line followed by the same line of before, where there was one.
pub(crate) fn with_earlier(now: Vec<Series>, before: &[Series]) -> Vec<Series> {
    let same = |series: &Series| {
        before.iter().find(|old| old.key == series.key && old.label == series.label).cloned()
    };
    let both = |series: Series| {
        let old = same(&series).map(|old| Series { color: series.color, is_earlier: true, ..old });
        std::iter::once(series).chain(old)
    };
    now.into_iter().flat_map(both).collect()
}

/// Lines that stand on each other, and what as many of them came to before: bands of before would hide those of now. The sum
/// is called by a key or a label.
pub(crate) fn with_earlier_sum(
    mut now: Vec<Series>,
    before: Lines,
    (key, label): (&str, &str),
) -> Vec<Series> {
    // Of those of now only the largest are drawn, so only they can be held against anything.
    let (before, _) = before.into_series();
    let points = before.iter().map(|series| series.values.len()).max().unwrap_or(0);
    let sum = |point: usize| {
        let there = before.iter().filter_map(|series| series.values.get(point).copied().flatten());
        there.reduce(|one, other| one + other).map(rounded)
    };
    let values: Vec<Option<f64>> = (0..points).map(sum).collect();
    if values.iter().any(Option::is_some) {
        // Lines are put away by their colours.
        let color =
            (0..u8::MAX).find(|color| now.iter().all(|series| series.color != *color)).unwrap_or(u8::MAX);
        now.push(Series { key: key.to_owned(), label: label.to_owned(), color, is_earlier: true, values });
    }
    now
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(pods: &[(&str, f64)]) -> Answer {
        let series = pods.iter().map(|(pod, value)| Measurement {
            labels: [("pod".to_owned(), (*pod).to_owned())].into(),
            samples: vec![(0, *value)],
        });
        Answer { series: series.collect(), warnings: vec![] }
    }

    #[test]
    fn the_largest_lines_are_kept_and_colours_go_by_name() {
        let frame = Frame { start: 0, end: 0, step: 15 };
        let pods: Vec<(String, f64)> =
            (0..14).map(|number| (format!("web-{number:02}"), f64::from(number))).collect();
        let pods: Vec<(&str, f64)> = pods.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        let mut lines = Lines::default();
        lines.add(&Layout::default(), "", &["pod"], &answer(&pods), frame);

        let (series, left_out) = lines.into_series();

        assert_eq!((series.len(), left_out), (10, 4));
        assert_eq!((series[0].label.as_str(), series[0].color), ("web-04", 0));
        assert_eq!((series[9].label.as_str(), series[9].color), ("web-13", 9));
    }

    #[test]
    fn what_stands_on_each_other_is_held_against_the_sum_of_before() {
        let frame = Frame { start: 0, end: 60, step: 60 };
        let series = |pod: &str, samples: &[(i64, f64)]| Measurement {
            labels: [("pod".to_owned(), pod.to_owned())].into(),
            samples: samples.to_vec(),
        };
        let both = |all: Vec<Measurement>| {
            let mut lines = Lines::default();
            lines.add(&Layout::default(), "", &["pod"], &Answer { series: all, warnings: vec![] }, frame);
            lines
        };
        let (now, _) = both(vec![series("new", &[(0, 1.0)])]).into_series();

        let before = both(vec![series("old", &[(0, 2.0)]), series("older", &[(0, 3.0)])]);
        let compared = with_earlier_sum(now.clone(), before, ("all", ""));

        assert_eq!((compared.len(), compared[1].is_earlier), (2, true));
        assert_eq!((compared[1].key.as_str(), compared[1].color), ("all", 1));
        assert_eq!(compared[1].values, [Some(5.0), None], "a gap is a gap");
        assert_eq!(with_earlier_sum(now.clone(), Lines::default(), ("all", "")), now);
    }

    #[test]
    fn five_digits_are_kept() {
        assert_eq!(rounded(0.123_456_789), 0.123_46);
        assert_eq!(rounded(123_456_789.0), 123_460_000.0);
        assert_eq!(rounded(0.0), 0.0);
        assert_eq!(rounded(-1.5), -1.5);
    }
}
