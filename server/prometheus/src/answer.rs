//! What a Prometheus answers. <https://prometheus.io/docs/prometheus/latest/querying/api/>

use crate::error::PrometheusError;
use model::Outage;
use model::chart::Frame;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// The answer to a query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// Its series.
    pub series: Vec<Measurement>,
    /// What it warns of, such as that only a part of the data was there.
    pub warnings: Vec<String>,
}

/// One series with its samples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measurement {
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Moments in seconds since 1970, and values. What is no number is left out: it is a gap.
    pub samples: Vec<(i64, f64)>,
}

impl Measurement {
    /// A label's value; empty when it has none, which in PromQL is the same.
    pub fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }

    /// A value for each point of a frame; a gap where there is no sample.
    pub fn on(&self, frame: Frame) -> Vec<Option<f64>> {
        let mut values = vec![None; frame.points()];
        for (moment, value) in &self.samples {
            if let Some(place) = frame.point(*moment).and_then(|point| values.get_mut(point)) {
                *place = Some(*value);
            }
        }
        values
    }
}

impl Answer {
    /// Roughly how much memory it takes, in bytes.
    pub fn weight(&self) -> usize {
        let of_labels = |labels: &BTreeMap<String, String>| {
            labels.iter().map(|(a, b)| a.len() + b.len() + 96).sum::<usize>()
        };
        self.series.iter().map(|series| of_labels(&series.labels) + series.samples.len() * 16 + 64).sum()
    }
}

#[derive(Deserialize)]
struct Envelope<D> {
    status: String,
    data: Option<D>,
    #[serde(rename = "errorType", default)]
    kind: String,
    #[serde(default)]
    error: String,
    #[serde(default)]
    warnings: Vec<String>,
    /// In this way `VictoriaMetrics` says that some of its stores did not answer.
    #[serde(rename = "isPartial", default)]
    is_partial: bool,
}

#[derive(Deserialize)]
#[serde(tag = "resultType", content = "result", rename_all = "lowercase")]
enum Outcome {
    Matrix(Vec<Sampled>),
    Vector(Vec<Sampled>),
    Scalar((f64, Number)),
    String(IgnoredAny),
}

#[derive(Deserialize)]
struct Sampled {
    #[serde(default)]
    metric: BTreeMap<String, String>,
    #[serde(default)]
    values: Vec<(f64, Number)>,
    value: Option<(f64, Number)>,
    /// Native histograms: a series of those cannot be drawn as a line.
    #[serde(default)]
    histograms: Option<IgnoredAny>,
    #[serde(default)]
    histogram: Option<IgnoredAny>,
}

/// The protocol says text; some backends send numbers.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Text(String),
    Plain(f64),
}

impl Number {
    fn finite(&self) -> Option<f64> {
        let value = match self {
            Self::Text(text) => text.parse().ok()?,
            Self::Plain(value) => *value,
        };
        f64::is_finite(value).then_some(value)
    }
}

/// Reads the answer to a query.
pub fn read_query(body: &[u8]) -> Result<Answer, PrometheusError> {
    let (outcome, mut warnings) = read::<Outcome>(body)?;
    let sampled = match outcome {
        Outcome::Matrix(series) | Outcome::Vector(series) => series,
        Outcome::Scalar(sample) => {
            vec![Sampled {
                metric: BTreeMap::new(),
                values: vec![sample],
                value: None,
                histograms: None,
                histogram: None,
            }]
        }
        Outcome::String(_) => Vec::new(),
    };
    if sampled.iter().any(|series| series.histograms.is_some() || series.histogram.is_some()) {
        warnings.push("native histograms are not drawn: wrap them in histogram_quantile()".into());
    }
    let series = sampled.into_iter().map(|series| Measurement {
        labels: series.metric,
        samples: series
            .values
            .into_iter()
            .chain(series.value)
            .filter_map(|(moment, value)| Some((moment.round() as i64, value.finite()?)))
            .collect(),
    });
    Ok(Answer { series: series.collect(), warnings })
}

/// Reads an answer of any other form.
pub fn read_data<'b, D: Deserialize<'b>>(body: &'b [u8]) -> Result<D, PrometheusError> {
    Ok(read(body)?.0)
}

fn read<'b, D: Deserialize<'b>>(body: &'b [u8]) -> Result<(D, Vec<String>), PrometheusError> {
    let envelope: Envelope<D> =
        serde_json::from_slice(body).map_err(|error| PrometheusError::Unreadable {
            cause: match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
                None => Outage::Empty.into(),
                Some(b'<') => Outage::Html.into(),
                Some(_) => error.to_string().into(),
            },
        })?;
    match (envelope.status.as_str(), envelope.data) {
        ("success", Some(data)) => {
            let mut warnings = envelope.warnings;
            if envelope.is_partial {
                warnings.push("some of its stores did not answer".into());
            }
            Ok((data, warnings))
        }
        ("success", None) => Err(PrometheusError::Unreadable { cause: Outage::NoData.into() }),
        _ => Err(PrometheusError::Refused { kind: envelope.kind, message: envelope.error }),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_has_a_gap_where_nothing_or_no_number_was_measured() {
        let body = br#"{"status":"success","data":{"resultType":"matrix","result":[
            {"metric":{"pod":"web-0"},"values":[[60,"1.5"],[180,"NaN"],[240,"+Inf"],[300,2]]}]},"warnings":["one store is down"]}"#;

        let answer = read_query(body).unwrap();

        let values = answer.series[0].on(Frame { start: 60, end: 300, step: 60 });
        assert_eq!(values, [Some(1.5), None, None, None, Some(2.0)]);
        assert_eq!(answer.warnings, ["one store is down"]);
        let partial = br#"{"status":"success","isPartial":true,"data":{"resultType":"vector","result":[]}}"#;
        assert_eq!(read_query(partial).unwrap().warnings, ["some of its stores did not answer"]);
    }

    #[test]
    fn vectors_and_scalars_are_series_of_one_sample() {
        let vector = br#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[60.001,"7"]}]}}"#;
        let scalar = br#"{"status":"success","data":{"resultType":"scalar","result":[60,"7"]}}"#;

        for body in [&vector[..], &scalar[..]] {
            assert_eq!(read_query(body).unwrap().series[0].samples, [(60, 7.0)]);
        }
    }

    #[test]
    fn a_refusal_keeps_its_sentence() {
        let body = br#"{"status":"error","errorType":"bad_data","error":"1:5: parse error: unexpected end of input"}"#;

        let Err(PrometheusError::Refused { kind, message }) = read_query(body) else { panic!() };
        assert_eq!(
            (kind.as_str(), message.as_str()),
            ("bad_data", "1:5: parse error: unexpected end of input")
        );
    }

    #[test]
    fn what_is_no_answer_says_what_it_is_instead() {
        let said = |body: &[u8]| read_query(body).unwrap_err().to_string();

        assert!(said(b"<html>Sign in</html>").contains("HTML"));
        assert!(said(b"").contains("empty"));
        assert!(said(br#"{"status":"success"}"#).contains("no data"));
        assert!(
            read_query(br#"{"status":"success","data":{"resultType":"matrix","result":[{"metric"#).is_err()
        );
    }

    #[test]
    fn native_histograms_are_told_and_not_drawn() {
        let body = br#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"histograms":[[60,{"count":"1"}]]}]}}"#;

        let answer = read_query(body).unwrap();
        assert!(answer.series[0].samples.is_empty() && answer.warnings[0].contains("histogram"));
    }
}
