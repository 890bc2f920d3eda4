//! The panels of a dashboard.

use super::Look;
use super::colors::paint;
use super::gauges::gauges;
use super::heat::{columns, heat_map, paced};
use super::states::timeline;
use super::values::{named, reduced, table, values};
use crate::answer::Answer;
use crate::boards::{Lines, less_often, wider, with_earlier, with_earlier_sum};
use crate::client::moment;
use crate::error::PrometheusError;
use crate::fenced::Fenced;
use crate::kept::{Asked, OfPanel};
use crate::promql::Query;
use crate::sources::Source;
use futures::future::join_all;
use model::Timestamp;
use model::chart::{Chart, Frame};
use monitoring_contract::{Aged, PanelFigure, PanelKind, PanelPlan, PanelQuery, ShownContent, ShownPanel};
use std::sync::Arc;

/// What the queries of a panel gave, each with its query.
pub(super) type Answers<'p> = [(&'p PanelQuery, Arc<Answer>)];

impl Source {
    pub(super) async fn kept_panel(&self, plan: &PanelPlan, look: &Look<'_>, frame: Frame) -> ShownPanel {
        if !plan.kind.asks_monitoring() {
            // What a search of logs finds is put in by who can ask it.
            let content = match plan.kind {
                PanelKind::Text => ShownContent::Text(plan.text.clone()),
                PanelKind::Heading => ShownContent::Heading,
                _ => ShownContent::NoLogs,
            };
            return shown(plan, Vec::new(), content, None);
        }
        let frame = if plan.kind.is_over_time() { paced(frame, plan.step) } else { frame };
        let is_in_columns = matches!(plan.kind, PanelKind::HeatMap | PanelKind::Bars);
        let frame = if is_in_columns { columns(frame) } else { frame };
        let (mut queries, mut content) = self.kept_drawn(plan, look, frame).await;
        if plan.kind.is_over_time() && content.as_ref().is_err_and(PrometheusError::wants_less) {
            let wider = wider(frame);
            (queries, content) = self.kept_drawn(plan, look, wider).await;
            content = content.map(|content| drawn_less_often(content, wider));
        }
        let cluster = &look.request.cluster;
        let asked = Asked::new(cluster, of_panel(plan, look), look.seen);
        let failed = |error: PrometheusError| (ShownContent::Failed(error.about(cluster.as_str())), None);
        let (content, aged) = self.last.panels.or_last(asked, content, look.now).unwrap_or_else(failed);
        shown(plan, queries, content, aged)
    }

    /// What a panel shows over a frame, with its queries as they are sent.
    async fn kept_drawn(
        &self,
        plan: &PanelPlan,
        look: &Look<'_>,
        frame: Frame,
    ) -> (Vec<String>, Result<ShownContent, PrometheusError>) {
        match self.kept_queries(plan, look, frame) {
            Ok(queries) => {
                let content = self.kept_content(plan, &queries, look, frame).await;
                (queries.into_iter().map(|(_, query)| query.text().to_owned()).collect(), content)
            }
            Err(error) => (Vec::new(), Err(error)),
        }
    }

    /// The queries as they are sent: with what is chosen, and with what the reader may see forced on every selector.
    fn kept_queries<'p>(
        &self,
        plan: &'p PanelPlan,
        look: &Look<'_>,
        frame: Frame,
    ) -> Result<Vec<(&'p PanelQuery, Fenced)>, PrometheusError> {
        // A mean is of all its time, even where it is shown as one number.
        let is_over_time = plan.kind.is_over_time() || plan.figure != PanelFigure::Latest;
        // The points of a long time are hours apart, and the last of them may be as old.
        let end = look.request.window.end(Timestamp(look.now)).0;
        let frame = if is_over_time { frame } else { Frame { step: frame.step, ..moment(end) } };
        let sent = |query: &'p PanelQuery| Ok((query, self.fenced(&query.query, look, frame)?));
        plan.queries.iter().map(sent).collect()
    }

    /// A query of whoever made the dashboard as it is sent for whoever looks at it.
    pub(super) fn fenced(
        &self,
        query: &str,
        look: &Look<'_>,
        frame: Frame,
    ) -> Result<Fenced, PrometheusError> {
        let read = Query::parse(query)?.choose(&look.chosen)?.with_steps_of(frame.step)?;
        Fenced::new(read, look.seen, &self.layout, frame)
    }

    async fn kept_content(
        &self,
        plan: &PanelPlan,
        queries: &[(&PanelQuery, Fenced)],
        look: &Look<'_>,
        frame: Frame,
    ) -> Result<ShownContent, PrometheusError> {
        match plan.kind {
            PanelKind::Lines | PanelKind::Stacked | PanelKind::Bars => {
                self.kept_chart(plan, queries, look, frame).await
            }
            PanelKind::StateTimeline => {
                let answers = self.lines(queries).await?;
                let shown = timeline(&answers, plan, frame, warnings(&answers));
                Ok(shown.map_or(ShownContent::NoData, |shown| ShownContent::StateTimeline(Box::new(shown))))
            }
            PanelKind::HeatMap => {
                let answers = self.lines(queries).await?;
                let shown = heat_map(&answers, plan, frame, warnings(&answers));
                Ok(shown.map_or(ShownContent::NoData, |shown| ShownContent::HeatMap(Box::new(shown))))
            }
            _ => {
                let ask = queries.iter().map(|(query, fenced)| async move {
                    let answer = match plan.figure {
                        PanelFigure::Latest => fenced.instant(&self.client).await?,
                        figure => {
                            let answer = fenced.range(&self.client).await?;
                            Arc::new(reduced(&answer, figure))
                        }
                    };
                    Ok::<_, PrometheusError>((*query, answer))
                });
                let answers: Vec<_> = join_all(ask).await.into_iter().collect::<Result<_, _>>()?;
                if answers.iter().all(|(_, answer)| answer.series.iter().all(|one| one.samples.is_empty())) {
                    return Ok(ShownContent::NoData);
                }
                Ok(match plan.kind {
                    PanelKind::Value => ShownContent::Values(values(&answers, plan)),
                    PanelKind::Gauge => ShownContent::Gauges(gauges(&answers, plan)),
                    _ => ShownContent::Table(table(&answers, plan)),
                })
            }
        }
    }

    async fn kept_chart(
        &self,
        plan: &PanelPlan,
        queries: &[(&PanelQuery, Fenced)],
        look: &Look<'_>,
        frame: Frame,
    ) -> Result<ShownContent, PrometheusError> {
        let now = self.lines(queries).await?;
        let (mut series, left_out) = gathered(&now, frame).into_series();
        if series.iter().all(|series| series.values.iter().all(Option::is_none)) {
            return Ok(ShownContent::NoData);
        }
        paint(&mut series, &plan.colors);
        if let Some(seconds) = look.request.compare {
            let earlier = frame.earlier(seconds);
            // What was seen then is another question: a namespace may be younger.
            let before = self.lines(&self.kept_queries(plan, look, earlier)?).await?;
            let before = gathered(&before, earlier);
            series = match plan.kind {
                PanelKind::Lines => with_earlier(series, &before.0),
                _ => with_earlier_sum(series, before, ("", "Σ")),
            };
        }
        let ends = charts::Ends { low: plan.range.min, high: plan.range.max };
        let drawn = match (plan.kind, plan.axis.base()) {
            (PanelKind::Bars, _) => charts::bars_within(frame, plan.unit, &series, ends),
            (PanelKind::Lines, Some(base)) => charts::draw_logarithmic(frame, plan.unit, base, &series, ends),
            (kind, _) => charts::draw_within(frame, plan.unit, kind == PanelKind::Stacked, &series, ends),
        };
        let (svg, scale) =
            drawn.map_err(|error| PrometheusError::Unreadable { cause: error.to_string().into() })?;
        Ok(ShownContent::Chart(Box::new(Chart { svg, scale, series, left_out, warnings: warnings(&now) })))
    }

    async fn lines<'p>(
        &self,
        queries: &[(&'p PanelQuery, Fenced)],
    ) -> Result<Vec<(&'p PanelQuery, Arc<Answer>)>, PrometheusError> {
        let ask = queries
            .iter()
            .map(|(query, fenced)| async move { Ok((*query, fenced.range(&self.client).await?)) });
        join_all(ask).await.into_iter().collect()
    }
}

/// What has fewer points than it could says so.
fn drawn_less_often(mut content: ShownContent, frame: Frame) -> ShownContent {
    match &mut content {
        ShownContent::Chart(chart) => chart.warnings.push(less_often(frame)),
        ShownContent::StateTimeline(timeline) => timeline.warnings.push(less_often(frame)),
        ShownContent::HeatMap(heat) => heat.warnings.push(less_often(frame)),
        _ => {}
    }
    content
}

/// What decides what a panel shows: all of its plan, because what it is drawn with is part of that.
fn of_panel(plan: &PanelPlan, look: &Look<'_>) -> OfPanel {
    let (window, compare) = (look.request.window, look.request.compare);
    OfPanel { plan: format!("{plan:?}"), window, compare, chosen: look.chosen.clone() }
}

fn shown(plan: &PanelPlan, queries: Vec<String>, content: ShownContent, aged: Option<Aged>) -> ShownPanel {
    let PanelPlan { title, width, height, unit, thresholds, .. } = plan.clone();
    ShownPanel { title, width, height, unit, thresholds, queries, content, aged }
}

/// What the monitoring warned of, each once.
fn warnings(answers: &Answers<'_>) -> Vec<String> {
    let mut warnings: Vec<String> = answers.iter().flat_map(|(_, answer)| answer.warnings.clone()).collect();
    warnings.sort();
    warnings.dedup();
    warnings
}

fn gathered(answers: &Answers<'_>, frame: Frame) -> Lines {
    let mut lines = Lines::default();
    for (query, answer) in answers {
        lines.add_named(named(query, answer), answer, frame);
    }
    lines
}
