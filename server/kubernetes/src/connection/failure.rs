//! Why a request came to nothing, and whether another try may fare better.

use crate::KubernetesError;
use crate::error::ApiStatus;
use http::StatusCode;
use http::header::RETRY_AFTER;
use http::response::Parts;
use std::error::Error as StdError;
use std::time::Duration;

/// The shortest pause before another try.
const SHORTEST_PAUSE: Duration = Duration::from_millis(250);

/// What went wrong with one try.
pub(super) struct Failure {
    pub error: KubernetesError,
    /// Set when the reason may pass.
    pub try_again_after: Option<Duration>,
}

impl From<KubernetesError> for Failure {
    fn from(error: KubernetesError) -> Self {
        Self { error, try_again_after: None }
    }
}

impl Failure {
    /// One that may pass by itself, such as a connection that broke.
    pub fn passing(error: KubernetesError) -> Self {
        Self { error, try_again_after: Some(SHORTEST_PAUSE) }
    }

    /// The API server refused, with this head and body. `write` says whether that was a change.
    pub fn answered(cluster: &str, head: &Parts, body: &[u8], write: bool) -> Self {
        let code = head.status;
        let retry_after = head.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after = retry_after.and_then(|text| seconds_until(text, jiff::Timestamp::now()));
        let mut status: ApiStatus = serde_json::from_slice(body).unwrap_or_default();
        status.code = code.as_u16();
        if let Some(seconds) = retry_after {
            status.details.get_or_insert_default().retry_after_seconds = seconds;
        }
        if status.message.is_empty() {
            let text = String::from_utf8_lossy(body);
            status.message = match text.trim() {
                "" => code.canonical_reason().unwrap_or("it gave no reason").to_owned(),
                text => text.to_owned(),
            };
        }
        let passing = matches!(
            code,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT
        );
        let pause = Duration::from_secs(retry_after.unwrap_or(0)).max(SHORTEST_PAUSE);
        Self {
            error: KubernetesError::Answered { cluster: cluster.into(), status: Box::new(status), write },
            try_again_after: passing.then_some(pause),
        }
    }
}

/// No connection came about, or it broke. `may_be_done` says whether a change may have arrived all the same.
pub(super) fn unreachable(
    cluster: &str,
    error: &(dyn StdError + 'static),
    may_be_done: bool,
) -> KubernetesError {
    KubernetesError::Unreachable { cluster: cluster.into(), cause: sentence(error), may_be_done }
}

/// Whether the connection failed before anything was sent.
pub(super) fn is_before_sending(error: &(dyn StdError + 'static)) -> bool {
    chain(error).any(|cause| {
        cause
            .downcast_ref::<hyper_util::client::legacy::Error>()
            .is_some_and(hyper_util::client::legacy::Error::is_connect)
    })
}

/// The innermost cause, which is the one that says something: "connection refused", "certificate expired".
fn sentence(error: &(dyn StdError + 'static)) -> String {
    chain(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

fn chain<'e>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// What `Retry-After` says (RFC 9110, section 10.2.3): seconds, or a date.
fn seconds_until(text: &str, now: jiff::Timestamp) -> Option<u64> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(seconds);
    }
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()?;
    Some(u64::try_from(date.as_second() - now.as_second()).unwrap_or(0))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_may_name_seconds_or_a_date_to_come_back_at() {
        let now: jiff::Timestamp = "2026-11-26T07:28:00Z".parse().unwrap();

        assert_eq!(seconds_until("120", now), Some(120));
        assert_eq!(seconds_until("Thu, 26 Nov 2026 07:28:30 GMT", now), Some(30));
        assert_eq!(seconds_until("Thu, 26 Nov 2026 07:00:00 GMT", now), Some(0));
        assert_eq!(seconds_until("soon", now), None);
    }
}
