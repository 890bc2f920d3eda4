//! Queries of one's own, within what the reader may see.

use crate::answer::Measurement;
use crate::boards::{Lines, less_often, wider};
use crate::error::PrometheusError;
use crate::fenced::Fenced;
use crate::promql::Query;
use crate::seen::Seen;
use crate::sources::Source;
use model::chart::Chart;
use model::{Timestamp, Unit};
use monitoring_contract::{ExploreRequest, Explored, QueryFault};
use std::collections::BTreeSet;

/// Points of the chart: it is as wide as the page.
const POINTS: u32 = 300;
/// Labels that stand in names of lines; others are in the query.
const MOST_LABELS: usize = 6;

impl Source {
    /// What a query gives of what is seen.
    pub async fn explore(
        &self,
        request: &ExploreRequest,
        seen: &Seen,
        now: i64,
    ) -> Result<Explored, PrometheusError> {
        let confined_to = seen.names();
        let mut explored =
            Explored { sent: String::new(), confined_to, chart: None, fault: None, explained: None };
        if request.query.trim().is_empty() {
            return Ok(explored);
        }
        let mut frame = request.window.frame(Timestamp(now), POINTS);
        let fenced = |frame| {
            Query::parse(&request.query).and_then(|query| Fenced::new(query, seen, &self.layout, frame))
        };
        let mut query = match fenced(frame) {
            Ok(query) => query,
            Err(PrometheusError::Query { message }) => {
                // The other parser says where, and does nothing else with what it reads.
                let said = self.client.fault(&request.query).await;
                explored.fault = Some(fault(&request.query, said.as_deref().unwrap_or(&message)));
                return Ok(explored);
            }
            Err(error) => return Err(error),
        };
        let (mut answered, mut less) = (query.range(&self.client).await, None);
        if answered.as_ref().is_err_and(PrometheusError::wants_less) {
            frame = wider(frame);
            query = fenced(frame)?;
            (answered, less) = (query.range(&self.client).await, Some(less_often(frame)));
        }
        query.text().clone_into(&mut explored.sent);
        explored.explained = Query::parse(&request.query).ok().map(|query| query.explained());
        match answered {
            Ok(answer) => {
                let mut lines = Lines::default();
                lines.add_as_they_are(&telling(&answer.series), &answer, frame);
                let (series, left_out) = lines.into_series();
                let drawn = charts::draw(frame, Unit::Count, false, &series);
                let (svg, scale) =
                    drawn.map_err(|error| PrometheusError::Unreadable { cause: error.to_string() })?;
                let warnings = answer.warnings.iter().cloned().chain(less).collect();
                explored.chart = Some(Chart { svg, scale, series, left_out, warnings });
            }
            Err(PrometheusError::Refused { kind, message }) if kind == "bad_data" || kind == "execution" => {
                explored.fault = Some(fault(&explored.sent, &message));
                if let Some(fault) = &mut explored.fault {
                    // Places in what was sent are not places in what was typed.
                    fault.at = None;
                }
            }
            Err(error) => return Err(error),
        }
        Ok(explored)
    }
}

/// The labels by which series differ: what all have alike tells none from another.
pub(crate) fn telling(series: &[Measurement]) -> Vec<&str> {
    let names: BTreeSet<&str> =
        series.iter().flat_map(|series| series.labels.keys()).map(String::as_str).collect();
    let differs = |name: &&str| {
        let mut values = series.iter().map(|series| series.label(name));
        let first = values.next();
        series.len() == 1 || values.any(|value| Some(value) != first)
    };
    names.into_iter().filter(differs).take(MOST_LABELS).collect()
}

/// A refusal of a query with its place, where it says one: `1:5: parse error: …`, as Prometheus writes.
pub(crate) fn fault(query: &str, said: &str) -> QueryFault {
    let said = said.strip_prefix("invalid parameter \"query\": ").unwrap_or(said);
    let parts: Vec<&str> = said.splitn(3, ':').collect();
    if let [line, column, rest] = parts.as_slice()
        && let (Ok(line), Ok(column)) = (line.trim().parse::<usize>(), column.trim().parse::<usize>())
    {
        let before: usize =
            query.split('\n').take(line.saturating_sub(1)).map(|line| line.chars().count() + 1).sum();
        let message = rest.trim().strip_prefix("parse error: ").unwrap_or(rest.trim()).to_owned();
        let at = u32::try_from(before + column.saturating_sub(1)).ok();
        return QueryFault { message, at };
    }
    QueryFault { message: said.to_owned(), at: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_fault_is_counted_from_the_beginning_of_the_query() {
        let of = |query: &str, said: &str| {
            let QueryFault { message, at } = fault(query, said);
            (message, at)
        };

        assert_eq!(
            of("sum(up", "1:7: parse error: unclosed left parenthesis"),
            ("unclosed left parenthesis".into(), Some(6))
        );
        assert_eq!(
            of("up\n+", "2:2: parse error: unexpected end of input"),
            ("unexpected end of input".into(), Some(4))
        );
        assert_eq!(of("up", "invalid parameter \"query\": 1:1: parse error: no"), ("no".into(), Some(0)));
        assert_eq!(of("up", "something else: entirely"), ("something else: entirely".into(), None));
    }
}
