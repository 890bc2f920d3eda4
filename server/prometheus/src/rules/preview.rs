//! What a rule would have done in the last day.

use super::episodes::episodes;
use super::expression::{Writer, query};
use crate::answer::{Answer, Measurement};
use crate::boards::{Lines, written};
use crate::error::PrometheusError;
use crate::explore::telling;
use crate::fenced::Fenced;
use crate::promql::Query;
use crate::seen::Seen;
use crate::sources::Source;
use model::chart::{Chart, Frame};
use model::{ClusterName, ConsoleError, Timestamp, Unit};
use monitoring_contract::{Episode, RulePast, RuleSource, Window};

/// How far back it is looked.
const DAY: Window = Window::Last(86_400);
/// Points of the chart.
const DRAWN: u32 = 300;
/// Points at which the rule is evaluated: as often as most are.
const EVALUATED: u32 = 1440;

impl Source {
    /// What a rule would have done until now.
    pub async fn past(
        &self,
        cluster: &ClusterName,
        source: &RuleSource,
        (writer, seen): (Writer<'_>, &Seen),
        hold: u32,
        now: i64,
    ) -> Result<RulePast, ConsoleError> {
        let about = |error: PrometheusError| match error {
            PrometheusError::Query { message } => ConsoleError::invalid("query", message),
            PrometheusError::Refused { kind, message } if kind == "bad_data" || kind == "execution" => {
                ConsoleError::invalid("query", message)
            }
            error => error.about(cluster.as_str()),
        };
        let whole = query(source, writer, &self.layout)?;
        let text = whole.to_text().map_err(about)?;
        let fired = whole.clone();
        let (measured, threshold) = whole.uncompared();
        let unit = match source {
            RuleSource::Template { template, .. } => template.unit.of_values(),
            RuleSource::Query(_) => Unit::Count,
        };
        let (fine, drawn) = (DAY.frame(Timestamp(now), EVALUATED), DAY.frame(Timestamp(now), DRAWN));
        let fired = Fenced::new(fired, seen, &self.layout, fine).map_err(about)?;
        let (fired, chart) =
            futures::join!(fired.range(&self.client), self.measured(measured, seen, unit, drawn));
        let fired = fired.map_err(about)?;
        let told = told(&fired, fine, hold);
        Ok(RulePast {
            query: text,
            confined_to: writer.is_confined(source).then(|| writer.namespace.clone()),
            chart: chart.map_err(about)?,
            threshold,
            unit,
            step: fine.step,
            fired: told.len() as u32,
            seconds: told.iter().fold(0, |all, episode| all.saturating_add(episode.seconds)),
            series: distinct(&told),
            episodes: latest(told),
        })
    }

    /// What is compared, drawn.
    async fn measured(
        &self,
        query: Query,
        seen: &Seen,
        unit: Unit,
        frame: Frame,
    ) -> Result<Option<Chart>, PrometheusError> {
        let answer = Fenced::new(query, seen, &self.layout, frame)?.range(&self.client).await?;
        let mut lines = Lines::default();
        lines.add_as_they_are(&telling(&answer.series), &answer, frame);
        let (series, left_out) = lines.into_series();
        if series.iter().all(|series| series.values.iter().all(Option::is_none)) {
            return Ok(None);
        }
        let drawn = charts::draw(frame, unit, false, &series);
        let (svg, scale) =
            drawn.map_err(|error| PrometheusError::Unreadable { cause: error.to_string().into() })?;
        Ok(Some(Chart { svg, scale, series, left_out, warnings: answer.warnings.clone() }))
    }
}

/// Every stretch in which one of the series would have fired.
fn told(fired: &Answer, frame: Frame, hold: u32) -> Vec<Episode> {
    let labels = telling(&fired.series);
    let of_series = |series: &Measurement| {
        let name = written(&labels, series);
        let bursts = episodes(&series.on(frame), frame.step, hold).into_iter();
        let told = bursts.map(|burst| Episode {
            series: name.clone(),
            from: frame.at(burst.from),
            seconds: burst.seconds,
            is_open: burst.is_open,
        });
        told.collect::<Vec<_>>()
    };
    fired.series.iter().flat_map(of_series).collect()
}

fn distinct(episodes: &[Episode]) -> u32 {
    let series: std::collections::BTreeSet<&str> =
        episodes.iter().map(|episode| episode.series.as_str()).collect();
    series.len() as u32
}

fn latest(mut episodes: Vec<Episode>) -> Vec<Episode> {
    episodes.sort_by_key(|episode| std::cmp::Reverse(episode.from));
    episodes.truncate(RulePast::MOST);
    episodes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_are_counted_by_series_and_told_the_latest_first() {
        let frame = Frame { start: 0, end: 600, step: 60 };
        let series = |pod: &str, at: &[i64]| Measurement {
            labels: [("pod".to_owned(), pod.to_owned())].into(),
            samples: at.iter().map(|moment| (*moment, 1.0)).collect(),
        };
        let fired = Answer {
            series: vec![series("a", &[0, 60, 120, 300, 360]), series("b", &[540, 600]), series("c", &[60])],
            warnings: Vec::new(),
        };

        let told = told(&fired, frame, 60);

        assert_eq!((told.len(), distinct(&told)), (3, 2));
        let latest = latest(told);
        assert_eq!((latest[0].series.as_str(), latest[0].is_open), ("{pod=\"b\"}", true));
        assert_eq!((latest[2].from, latest[2].seconds), (Timestamp(60), 120));
    }
}
