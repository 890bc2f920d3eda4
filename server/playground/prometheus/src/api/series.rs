//! Which series and labels there are.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::response::Response;
use playground_promql::{Labels, MatchOp, Matcher, NAME, Series, Storage, is_label_name, selector};

use super::Prometheus;
use super::answer::{Refusal, success};
use super::json::LabelsJson;
use super::parameters::Parameters;

/// `GET` or `POST /api/v1/series`
pub(crate) fn series(prometheus: &Prometheus, parameters: &Parameters) -> Result<Response, Refusal> {
    if parameters.all("match[]").next().is_none() {
        return Err(Refusal::bad_data("no match[] parameter provided"));
    }
    let found: BTreeSet<Labels> =
        chosen(prometheus, parameters)?.iter().map(|series| series.labels().clone()).collect();
    Ok(success(&found.iter().map(LabelsJson).collect::<Vec<_>>()))
}

/// `GET` or `POST /api/v1/labels`
pub(crate) fn labels(prometheus: &Prometheus, parameters: &Parameters) -> Result<Response, Refusal> {
    let mut names = BTreeSet::new();
    for series in chosen(prometheus, parameters)? {
        for (name, _) in series.labels().iter() {
            if !names.contains(name) {
                names.insert(name.to_owned());
            }
        }
    }
    Ok(success(&names))
}

/// `GET /api/v1/label/<name>/values`
pub(crate) fn values(prometheus: &Prometheus, parameters: &Parameters) -> Result<Response, Refusal> {
    let name = parameters.path.split('/').nth(4).unwrap_or_default();
    if !is_label_name(name) {
        return Err(Refusal::bad_data(format!("invalid label name: {name:?}")));
    }
    let mut values = BTreeSet::new();
    for series in chosen(prometheus, parameters)? {
        let value = series.labels().get(name);
        if !value.is_empty() && !values.contains(value) {
            values.insert(value.to_owned());
        }
    }
    Ok(success(&values))
}

/// The series that any of the selectors means; all of them where none is given.
fn chosen(prometheus: &Prometheus, parameters: &Parameters) -> Result<Vec<Arc<dyn Series>>, Refusal> {
    let from = parameters.moment("start", prometheus.source.oldest())?;
    let to = parameters.moment("end", prometheus.source.now())?;
    let mut selectors: Vec<Vec<Matcher>> = Vec::new();
    for written in parameters.all("match[]") {
        selectors.push(selector(written).map_err(|problem| Refusal::parameter("match[]", problem))?);
    }
    if selectors.is_empty() {
        selectors.push(vec![Matcher::new(MatchOp::NotEqual, NAME, "")]);
    }
    if to < from {
        return Ok(Vec::new());
    }
    let storage = prometheus.storage();
    let found = selectors.iter().flat_map(|matchers| storage.select(matchers, from, to));
    Ok(found.filter(|series| series.is_there(from, to)).collect())
}
