//! What there is to choose from: names of metrics, and values of labels.

use crate::client::moment;
use crate::error::PrometheusError;
use crate::fenced::Fenced;
use crate::promql::Query;
use crate::seen::Seen;
use crate::sources::Source;
use std::collections::BTreeSet;

/// Names offered for completion.
const MOST_NAMES: usize = 5000;
/// Labels and values offered for completion.
const MOST_VALUES: usize = 200;
/// Of the last so many seconds is told what is asked of an index: it knows no moments, but stretches of hours, or days.
const INDEXED: i64 = 2 * 86_400;
const NAME: &str = "__name__";

impl Source {
    /// The names of metrics of which something is seen, for completion.
    pub async fn metric_names(&self, seen: &Seen, now: i64) -> Result<Vec<String>, PrometheusError> {
        let names = match seen {
            // Nothing needs to be selected: all of them are in one list.
            Seen::All => self.client.metric_names("", now).await?.into_iter().collect(),
            seen => self.values(NAME, Query::with_label(NAME)?, seen, now).await?,
        };
        Ok(names.into_iter().take(MOST_NAMES).collect())
    }

    /// The names of the labels of a metric of which something is seen, or the values of one of them, for completion.
    pub async fn labels(
        &self,
        metric: &str,
        label: &str,
        seen: &Seen,
        now: i64,
    ) -> Result<Vec<String>, PrometheusError> {
        // It stands in a path.
        if !label.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_') {
            return Ok(Vec::new());
        }
        let selector = Query::parse(metric)?.only_selector()?;
        let mut names = if label.is_empty() {
            self.label_names(selector, seen, now).await?
        } else {
            self.values(label, selector, seen, now).await?
        };
        names.remove(NAME);
        Ok(names.into_iter().take(MOST_VALUES).collect())
    }

    /// An index tells of old namespaces what labels there are; of young ones it is looked at what is there.
    async fn label_names(
        &self,
        selector: Query,
        seen: &Seen,
        now: i64,
    ) -> Result<BTreeSet<String>, PrometheusError> {
        let (old, young) = seen.split(now - INDEXED);
        let mut names = BTreeSet::new();
        if !old.is_nothing() {
            let selector = selector.clone().force(|metric| old.forced(&self.layout, metric))?.to_text()?;
            names.extend(self.client.labels(&selector, now).await?);
        }
        if !young.is_nothing() {
            let query = Fenced::new(selector, &young, &self.layout, moment(now))?;
            let answer = query.instant(&self.client).await?;
            names.extend(answer.series.iter().flat_map(|series| series.labels.keys().cloned()));
        }
        Ok(names)
    }

    /// The values of a label on what a selector finds of late. Of young namespaces they are asked as a query, which knows
    /// since when: an index would also tell what another namespace of the same name left in it.
    pub(crate) async fn values(
        &self,
        label: &str,
        selector: Query,
        seen: &Seen,
        now: i64,
    ) -> Result<BTreeSet<String>, PrometheusError> {
        let (old, young) = seen.split(now - INDEXED);
        let mut values = BTreeSet::new();
        // What is seen of nothing is asked for too, so that a selector that is wrong is told.
        if !old.is_nothing() || young.is_nothing() {
            let selector = selector.clone().force(|metric| old.forced(&self.layout, metric))?.to_text()?;
            let answer = self.client.label_values(label, &selector, now).await?;
            values.extend(answer.series.iter().map(|series| series.label(label).to_owned()));
        }
        if !young.is_nothing() {
            let query = Fenced::new(selector.values_of(label)?, &young, &self.layout, moment(now))?;
            let answer = query.instant(&self.client).await?;
            values.extend(answer.series.iter().map(|series| series.label(label).to_owned()));
        }
        values.remove("");
        Ok(values)
    }
}
