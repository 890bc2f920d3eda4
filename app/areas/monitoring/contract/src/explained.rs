//! A query, part by part.

use serde::{Deserialize, Serialize};

/// A part of a query, with what it is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// What it is.
    pub how: ExplainedAs,
    /// The name of the function or aggregation, where it is one.
    pub word: String,
    /// The part as it is written, without what it is made of.
    pub text: String,
    /// What it is made of, in order.
    pub parts: Vec<Self>,
}

/// What a part of a query is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExplainedAs {
    /// The latest value of each series.
    Series,
    /// All values of each series in a stretch of time.
    Range,
    /// A query that is answered again and again in a stretch of time.
    Subquery,
    /// Several series become one.
    Aggregation,
    /// Something is made of each series.
    Function,
    /// Two sides are calculated with.
    Arithmetic,
    /// What does not compare is left out.
    Comparison,
    /// Series of two sides are put together.
    Set,
    /// The same with the other sign.
    Negative,
    /// A number or a text.
    Constant,
    /// More than is taken apart.
    More,
}

impl ExplainedAs {
    /// Its word in texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Series => "series",
            Self::Range => "range",
            Self::Subquery => "subquery",
            Self::Aggregation => "aggregation",
            Self::Function => "function",
            Self::Arithmetic => "arithmetic",
            Self::Comparison => "comparison",
            Self::Set => "set",
            Self::Negative => "negative",
            Self::Constant => "constant",
            Self::More => "more",
        }
    }
}

impl Explained {
    /// Parts within parts that are taken apart: whoever reads an answer goes no deeper than some.
    pub const DEEPEST: usize = 16;
    /// Functions and aggregations that texts know by name.
    pub const KNOWN: [&'static str; 30] = [
        "absent",
        "avg",
        "avg_over_time",
        "bottomk",
        "changes",
        "clamp_max",
        "clamp_min",
        "count",
        "count_over_time",
        "delta",
        "deriv",
        "group",
        "histogram_quantile",
        "increase",
        "irate",
        "label_replace",
        "last_over_time",
        "max",
        "max_over_time",
        "min",
        "min_over_time",
        "predict_linear",
        "quantile",
        "quantile_over_time",
        "rate",
        "resets",
        "sum",
        "sum_over_time",
        "time",
        "topk",
    ];

    /// Whether texts know its function or aggregation by name.
    pub fn is_known(&self) -> bool {
        Self::KNOWN.contains(&self.word.as_str())
    }
}
