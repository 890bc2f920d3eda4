//! Values as the API writes them: times in seconds as numbers, values as texts.

use playground_promql::{Answer, Labels, Sample, format_number};
use serde::ser::{SerializeMap, SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};

/// Labels as an object.
pub(crate) struct LabelsJson<'a>(pub(crate) &'a Labels);

impl Serialize for LabelsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.iter().len()))?;
        for (name, value) in self.0.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// A time in seconds: whole ones without a fraction.
struct Time(i64);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1000 == 0 {
            serializer.serialize_i64(self.0 / 1000)
        } else {
            serializer.serialize_f64(self.0 as f64 / 1000.0)
        }
    }
}

struct Pair<'a>(i64, &'a str);

impl Serialize for Pair<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (Time(self.0), self.1).serialize(serializer)
    }
}

struct SampleJson(Sample);

impl Serialize for SampleJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Pair(self.0.at, &format_number(self.0.value)).serialize(serializer)
    }
}

struct Samples<'a>(&'a [Sample]);

impl Serialize for Samples<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(Some(self.0.len()))?;
        for sample in self.0 {
            sequence.serialize_element(&SampleJson(*sample))?;
        }
        sequence.end()
    }
}

#[derive(Serialize)]
struct VectorRow<'a> {
    metric: LabelsJson<'a>,
    value: SampleJson,
}

#[derive(Serialize)]
struct MatrixRow<'a> {
    metric: LabelsJson<'a>,
    values: Samples<'a>,
}

/// The `data` of an answer.
pub(crate) struct AnswerJson<'a>(pub(crate) &'a Answer);

impl Serialize for AnswerJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut data = serializer.serialize_struct("data", 2)?;
        match self.0 {
            Answer::Scalar(sample) => {
                data.serialize_field("resultType", "scalar")?;
                data.serialize_field("result", &SampleJson(*sample))?;
            }
            Answer::Text(at, text) => {
                data.serialize_field("resultType", "string")?;
                data.serialize_field("result", &Pair(*at, text))?;
            }
            Answer::Vector(rows) => {
                data.serialize_field("resultType", "vector")?;
                let rows: Vec<VectorRow> = rows
                    .iter()
                    .map(|(labels, sample)| VectorRow {
                        metric: LabelsJson(labels),
                        value: SampleJson(*sample),
                    })
                    .collect();
                data.serialize_field("result", &rows)?;
            }
            Answer::Matrix(rows) => {
                data.serialize_field("resultType", "matrix")?;
                let rows: Vec<MatrixRow> = rows
                    .iter()
                    .map(|series| MatrixRow {
                        metric: LabelsJson(&series.labels),
                        values: Samples(&series.samples),
                    })
                    .collect();
                data.serialize_field("result", &rows)?;
            }
        }
        data.end()
    }
}
