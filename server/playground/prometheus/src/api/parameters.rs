//! What a request asks for.

use axum::body::to_bytes;
use axum::extract::Request;
use bytes::Bytes;
use http::Method;
use http::header::CONTENT_TYPE;
use jiff::Timestamp;
use playground_promql::duration;

use super::answer::Refusal;

/// The largest form that is read; Go reads as much.
const LARGEST_FORM: usize = 10 * 1024 * 1024;

/// The path of a request, and its parameters from the form and the query.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parameters {
    pub(crate) path: String,
    /// The body, where it is no form.
    pub(crate) body: Bytes,
    pairs: Vec<(String, String)>,
}

impl Parameters {
    pub(crate) async fn read(request: Request) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let mut pairs = Vec::new();
        let media_type = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let is_form =
            media_type.is_some_and(|media_type| media_type.starts_with("application/x-www-form-urlencoded"));
        let mut body = to_bytes(body, LARGEST_FORM)
            .await
            .map_err(|_| Refusal::bad_data("error parsing form values: the form is too large"))?;
        if parts.method == Method::POST && is_form {
            pairs.extend(form_urlencoded::parse(&body).into_owned());
            body.clear();
        }
        pairs.extend(form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned());
        Ok(Self { path: parts.uri.path().to_owned(), body, pairs })
    }

    /// The first value of a parameter; empty when there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// All values of a parameter.
    pub(crate) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A time in milliseconds; the other one when there is none.
    pub(crate) fn time(&self, name: &str, otherwise: i64) -> Result<i64, Refusal> {
        self.optional(name, otherwise).map_err(|reason| Refusal::parameter(name, reason))
    }

    /// The same, where Prometheus says twice what it is about.
    pub(crate) fn moment(&self, name: &str, otherwise: i64) -> Result<i64, Refusal> {
        self.optional(name, otherwise)
            .map_err(|reason| Refusal::parameter(name, format!("Invalid time value for '{name}': {reason}")))
    }

    fn optional(&self, name: &str, otherwise: i64) -> Result<i64, String> {
        match self.get(name) {
            "" => Ok(otherwise),
            written => time(written),
        }
    }

    /// A duration in milliseconds, if there is one.
    pub(crate) fn span(&self, name: &str) -> Result<Option<i64>, Refusal> {
        match self.get(name) {
            "" => Ok(None),
            written => span(written).map(Some).map_err(|reason| Refusal::parameter(name, reason)),
        }
    }
}

/// Seconds since 1970, or a date as RFC 3339 has it.
fn time(written: &str) -> Result<i64, String> {
    let seconds = written.parse::<f64>().ok().filter(|seconds| (seconds.abs() * 1000.0) < i64::MAX as f64);
    let milliseconds = seconds.map(|seconds| (seconds * 1000.0).round() as i64);
    let date = || written.parse::<Timestamp>().ok().map(Timestamp::as_millisecond);
    milliseconds.or_else(date).ok_or_else(|| format!("cannot parse \"{written}\" to a valid timestamp"))
}

/// Seconds, or a duration with units.
fn span(written: &str) -> Result<i64, String> {
    if let Ok(seconds) = written.parse::<f64>() {
        let milliseconds = seconds * 1000.0;
        if !milliseconds.is_finite() || milliseconds.abs() > i64::MAX as f64 / 1e6 {
            return Err(format!("cannot parse \"{written}\" to a valid duration. It overflows int64"));
        }
        return Ok(milliseconds as i64);
    }
    duration(written).ok_or_else(|| format!("cannot parse \"{written}\" to a valid duration"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_or_dates() {
        assert_eq!(time("1435781430.781").unwrap(), 1_435_781_430_781);
        assert_eq!(time("2015-07-01T20:10:30.781Z").unwrap(), 1_435_781_430_781);
        assert_eq!(time("yesterday").unwrap_err(), "cannot parse \"yesterday\" to a valid timestamp");
        assert!(time("NaN").is_err());
    }

    #[test]
    fn durations_are_seconds_or_have_units() {
        assert_eq!(span("15"), Ok(15_000));
        assert_eq!(span("1m30s"), Ok(90_000));
        assert!(span("1e300").unwrap_err().contains("overflows"));
        assert!(span("fast").is_err());
    }
}
