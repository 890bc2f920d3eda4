//! Logs of containers.

use axum::body::Body;
use axum::response::Response;
use futures::StreamExt;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::request::Parameters;
use super::{Api, Call, subresources};
use crate::kubelet::LogOptions;
use crate::{Cause, Status};

/// Answers with what a container has written.
pub(crate) async fn answer(api: &Api, call: &Call) -> Result<Response, Status> {
    let options = options(&call.query, call.info.name.as_deref().unwrap_or_default())?;
    let pod = subresources::pod(api, call)?;
    let container = subresources::container(&pod, call.query.get("container"))?;
    if pod["spec"]["nodeName"].as_str().unwrap_or_default().is_empty() {
        let mut nothing = Response::new(Body::empty());
        *nothing.status_mut() = StatusCode::NO_CONTENT;
        return Ok(nothing);
    }
    check(&pod, &container, options.previous)?;
    let lines = api.kubelet.logs(&pod, &container, options).await?;
    let mut response = Response::new(Body::from_stream(lines.map(Ok::<_, std::convert::Infallible>)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    Ok(response)
}

/// Which part is asked for, once it makes sense.
fn options(query: &Parameters, pod: &str) -> Result<LogOptions, Status> {
    let (tail, limit) = (query.number("tailLines")?, query.number("limitBytes")?);
    let since_seconds = query.number("sinceSeconds")?;
    let since_time = query.get("sinceTime").map(whole_second).transpose()?;
    let mut causes = Vec::new();
    let mut at_least = |field: &str, number: Option<i64>, least: i64, why: &str| {
        if let Some(number) = number.filter(|number| *number < least) {
            causes.push(Cause::invalid(field, &json!(number), why));
        }
    };
    at_least("tailLines", tail, 0, "must be greater than or equal to 0");
    at_least("limitBytes", limit, 1, "must be greater than 0");
    if since_time.is_none() {
        at_least("sinceSeconds", since_seconds, 1, "must be greater than 0");
    } else if since_seconds.is_some() {
        // The field without a name is what the real server prints as a list without entries.
        causes.push(Cause::forbidden("[]", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
    }
    if !causes.is_empty() {
        return Err(Status::invalid("", "PodLogOptions", pod, &causes));
    }
    let count = |number: Option<i64>| number.and_then(|number| usize::try_from(number).ok());
    Ok(LogOptions {
        follow: query.flag("follow"),
        previous: query.flag("previous"),
        since_seconds,
        since_time,
        tail_lines: count(tail),
        timestamps: query.flag("timestamps"),
        limit_bytes: count(limit),
    })
}

/// A time as the API server hands it to the node: without the parts of a second.
fn whole_second(text: &str) -> Result<Timestamp, Status> {
    let time = text.parse::<Timestamp>().ok();
    time.and_then(|time| Timestamp::from_second(time.as_second()).ok()).ok_or_else(|| {
        Status::bad_request(format!(
            "parsing time \"{text}\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"{text}\" as \"2006\""
        ))
    })
}

/// Refuses the log of a container that has not run.
fn check(pod: &Value, container: &str, previous: bool) -> Result<(), Status> {
    let name = pod["metadata"]["name"].as_str().unwrap_or_default();
    let statuses = ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"]
        .into_iter()
        .filter_map(|field| pod["status"][field].as_array())
        .flatten();
    let Some(status) = statuses.into_iter().find(|status| status["name"] == container) else {
        return Err(Status::bad_request(format!(
            "container \"{container}\" in pod \"{name}\" is not available"
        )));
    };
    let ran_before = !status["lastState"]["terminated"].is_null();
    if previous && !ran_before {
        return Err(Status::bad_request(format!(
            "previous terminated container \"{container}\" in pod \"{name}\" not found"
        )));
    }
    if !previous && !ran_before && !status["state"]["waiting"].is_null() {
        let reason = status["state"]["waiting"]["reason"].as_str().unwrap_or("ContainerCreating");
        let why = match reason {
            "ImagePullBackOff" => "trying and failing to pull image",
            "ErrImagePull" => "image can't be pulled",
            other => other,
        };
        return Err(Status::bad_request(format!(
            "container \"{container}\" in pod \"{name}\" is waiting to start: {why}"
        )));
    }
    Ok(())
}
