//! Queries of one's own, within what the reader may see.

use crate::answer::{Answer, Measurement};
use crate::boards::{Lines, MOST_LINES, colored, less_often, wider};
use crate::error::PrometheusError;
use crate::fenced::Fenced;
use crate::promql::Query;
use crate::seen::Seen;
use crate::sources::Source;
use futures::future::join_all;
use model::chart::{Chart, Frame, Series};
use model::{Timestamp, Unit};
use monitoring_contract::{ExploreRequest, Explored, ExploredQuery, QUERY_LETTERS, QueryFault};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Points of the chart: it is as wide as the page.
const POINTS: u32 = 300;
/// Labels that stand in names of lines; others are in the query.
const MOST_LABELS: usize = 6;

/// A query with what came of it; nothing where it was not sent.
type Asked = (ExploredQuery, Option<Result<Arc<Answer>, PrometheusError>>);

impl Source {
    /// What queries give of what is seen, on one chart. One that cannot be run does not keep the others from it.
    pub async fn explore(
        &self,
        request: &ExploreRequest,
        seen: &Seen,
        now: i64,
    ) -> Result<Explored, PrometheusError> {
        let mut frame = request.window.frame(Timestamp(now), POINTS);
        let (mut asked, mut less) = (self.ask_all(request, seen, frame).await?, None);
        if asked.iter().any(is_too_much) {
            // Lines of one chart have their points at the same moments.
            frame = wider(frame);
            (asked, less) = (self.ask_all(request, seen, frame).await?, Some(less_often(frame)));
        }
        let is_alone = asked.len() < 2;
        let (mut queries, mut answers) = (Vec::new(), Vec::new());
        for (mut explored, outcome) in asked {
            match outcome {
                Some(Ok(answer)) => {
                    let key = if is_alone { String::new() } else { explored.letter.clone() };
                    answers.push((key, answer));
                }
                Some(Err(PrometheusError::Refused { kind, message }))
                    if kind == "bad_data" || kind == "execution" =>
                {
                    // Places in what was sent are not places in what was typed.
                    explored.fault = Some(QueryFault { at: None, ..fault(&explored.sent, &message) });
                }
                Some(Err(error)) => return Err(error),
                None => {}
            }
            queries.push(explored);
        }
        let chart = if answers.is_empty() { None } else { Some(drawn(&answers, frame, less)?) };
        Ok(Explored { confined_to: seen.names(), queries, chart })
    }

    async fn ask_all(
        &self,
        request: &ExploreRequest,
        seen: &Seen,
        frame: Frame,
    ) -> Result<Vec<Asked>, PrometheusError> {
        let typed = QUERY_LETTERS.into_iter().zip(&request.queries);
        let typed = typed.filter(|(_, query)| !query.trim().is_empty());
        let asked = typed.map(|(letter, query)| self.ask(letter, query, seen, frame));
        join_all(asked).await.into_iter().collect()
    }

    async fn ask(
        &self,
        letter: &str,
        typed: &str,
        seen: &Seen,
        frame: Frame,
    ) -> Result<Asked, PrometheusError> {
        let mut explored = ExploredQuery { letter: letter.to_owned(), ..ExploredQuery::default() };
        let read = Query::parse(typed);
        let explained = read.as_ref().ok().map(Query::explained);
        match read.and_then(|query| Fenced::new(query, seen, &self.layout, frame)) {
            Ok(query) => {
                query.text().clone_into(&mut explored.sent);
                explored.explained = explained;
                Ok((explored, Some(query.range(&self.client).await)))
            }
            Err(PrometheusError::Query { message }) => {
                // The other parser says where, and does nothing else with what it reads.
                let said = self.client.fault(typed).await;
                explored.fault = Some(fault(typed, said.as_deref().unwrap_or(&message)));
                Ok((explored, None))
            }
            Err(error) => Err(error),
        }
    }
}

fn is_too_much((_, outcome): &Asked) -> bool {
    matches!(outcome, Some(Err(error)) if error.wants_less())
}

/// What queries gave, each with the key of its lines.
fn drawn(
    answers: &[(String, Arc<Answer>)],
    frame: Frame,
    less: Option<String>,
) -> Result<Chart, PrometheusError> {
    let wanted: Vec<usize> = answers.iter().map(|(_, answer)| answer.series.len()).collect();
    let (mut series, mut left_out) = (Vec::new(), 0);
    for ((key, answer), most) in answers.iter().zip(shared_out(&wanted, MOST_LINES)) {
        let mut lines = Lines::default();
        lines.add_as_they_are(&telling(&answer.series), answer, frame);
        let (largest, others) = lines.largest(most);
        series.extend(largest.into_iter().map(|line| Series { key: key.clone(), ..line }));
        left_out += others;
    }
    let series = colored(series);
    let drawn = charts::draw(frame, Unit::Count, false, &series);
    let (svg, scale) =
        drawn.map_err(|error| PrometheusError::Unreadable { cause: error.to_string().into() })?;
    let warnings: BTreeSet<&String> = answers.iter().flat_map(|(_, answer)| &answer.warnings).collect();
    let warnings = warnings.into_iter().cloned().chain(less).collect();
    Ok(Chart { svg, scale, series, left_out, warnings })
}

/// How many each gets of what there is: as many as it wants, and otherwise as many as the others. Values that are small beside
/// those of another query are seen all the same.
fn shared_out(wanted: &[usize], most: usize) -> Vec<usize> {
    let (mut shares, mut left) = (vec![0; wanted.len()], most);
    loop {
        let before = left;
        for (share, wanted) in shares.iter_mut().zip(wanted) {
            if left > 0 && *share < *wanted {
                (*share, left) = (*share + 1, left - 1);
            }
        }
        if left == before {
            return shares;
        }
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

    #[test]
    fn no_query_takes_all_the_lines() {
        assert_eq!(shared_out(&[700, 2, 40], 10), [4, 2, 4]);
        assert_eq!(shared_out(&[700], 10), [10]);
        assert_eq!(shared_out(&[1, 0], 10), [1, 0]);
        assert!(shared_out(&[], 10).is_empty());
    }
}
