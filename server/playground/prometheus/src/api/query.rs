//! Queries at one time and at many.

use std::time::Duration;

use axum::response::Response;
use playground_promql::{Answer, Engine, Query, Range};

use super::Prometheus;
use super::answer::{Refusal, success};
use super::json::AnswerJson;
use super::parameters::Parameters;

/// How many points a series of an answer may have.
const MOST_POINTS: i64 = 11_000;

/// `GET` or `POST /api/v1/query`
pub(crate) fn instant(prometheus: &Prometheus, parameters: &Parameters) -> Result<Response, Refusal> {
    let at = parameters.moment("time", prometheus.source.now())?;
    let engine = engine(prometheus, parameters)?;
    let query = query(parameters)?;
    let answer = engine.instant(&*prometheus.storage(), &query, at);
    answer.map(|answer| success(&AnswerJson(&answer))).map_err(|problem| Refusal::of_query(&problem))
}

/// `GET` or `POST /api/v1/query_range`
pub(crate) fn range(prometheus: &Prometheus, parameters: &Parameters) -> Result<Response, Refusal> {
    let missing = |name| match parameters.get(name) {
        "" => Err(Refusal::parameter(name, "cannot parse \"\" to a valid timestamp")),
        _ => parameters.time(name, 0),
    };
    let (start, end) = (missing("start")?, missing("end")?);
    if end < start {
        return Err(Refusal::parameter("end", "end timestamp must not be before start time"));
    }
    let step = parameters.span("step")?;
    let step = step.ok_or_else(|| Refusal::parameter("step", "cannot parse \"\" to a valid duration"))?;
    if step <= 0 {
        let reason = "zero or negative query resolution step widths are not accepted. Try a positive integer";
        return Err(Refusal::parameter("step", reason));
    }
    if (end - start) / step > MOST_POINTS {
        return Err(Refusal::bad_data(
            "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution \
             (?step=XX)",
        ));
    }
    let engine = engine(prometheus, parameters)?;
    let query = query(parameters)?;
    let answer = engine.range(&*prometheus.storage(), &query, Range { start, end, step });
    answer
        .map(|rows| success(&AnswerJson(&Answer::Matrix(rows))))
        .map_err(|problem| Refusal::of_query(&problem))
}

/// `GET` or `POST /api/v1/query_exemplars`: no series here has any.
pub(crate) fn exemplars(_: &Prometheus, parameters: &Parameters) -> Result<Response, Refusal> {
    query(parameters)?;
    Ok(success(&[(); 0]))
}

fn query(parameters: &Parameters) -> Result<Query, Refusal> {
    Query::parse(parameters.get("query")).map_err(|problem| Refusal::of_query(&problem))
}

/// The engine with the time limit that the request asks for, if it is shorter.
fn engine(prometheus: &Prometheus, parameters: &Parameters) -> Result<Engine, Refusal> {
    let wanted = parameters.span("timeout")?.and_then(|span| u64::try_from(span).ok());
    let wanted = wanted.map_or(prometheus.engine.timeout, Duration::from_millis);
    Ok(Engine { timeout: wanted.min(prometheus.engine.timeout), ..prometheus.engine })
}
