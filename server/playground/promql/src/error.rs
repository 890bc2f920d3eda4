//! Why a query has no answer.

/// Why a query has no answer, in the words of Prometheus.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The text is no expression.
    #[error("parse error: {0}")]
    Parse(String),
    /// The expression cannot be evaluated that way, such as a range vector at many times.
    #[error("{0}")]
    Unfit(String),
    /// The evaluation failed on what it found.
    #[error("{0}")]
    Execution(String),
    /// The evaluation would have needed more than it may have.
    #[error("query processing would load too many samples into memory in query execution")]
    TooManySamples,
    /// The evaluation took longer than it may.
    #[error("query timed out in expression evaluation")]
    Timeout,
}

impl Problem {
    pub(crate) fn execution(message: impl Into<String>) -> Self {
        Self::Execution(message.into())
    }
}
