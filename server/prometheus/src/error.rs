//! What can go wrong between the console and what measures a cluster, a variant per cause.

use model::{Cause, ConsoleError, Outage, System};
use std::sync::Arc;
use std::time::Duration;

/// Why a question has no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PrometheusError {
    /// It cannot be reached.
    #[error("{cause}")]
    Unreachable {
        /// What the network or the API server said.
        cause: Cause,
        /// The first cause, where it was an error.
        #[source]
        source: Option<Arc<kubernetes::KubernetesError>>,
    },
    /// It understood the question and refuses it.
    #[error("{message}")]
    Refused {
        /// Its word for the reason, such as `bad_data` or `execution`.
        kind: String,
        /// Its sentence.
        message: String,
    },
    /// Too many questions wait already.
    #[error(
        "more questions wait than it answers: no turn came within {} s; look again in a moment, or at fewer panels",
        after.as_secs()
    )]
    Busy {
        /// How long was waited.
        after: Duration,
    },
    /// The answer is longer than anybody can look at.
    #[error("the answer is longer than {} MiB; narrow the query", limit_bytes >> 20)]
    TooLarge {
        /// The limit.
        limit_bytes: usize,
    },
    /// The answer is none: a page of a proxy, or something cut off.
    #[error("the answer cannot be read: {cause}")]
    Unreadable {
        /// Why not.
        cause: Cause,
    },
    /// The query cannot be fenced, so it is not sent.
    #[error("{message}")]
    Query {
        /// What is wrong with it.
        message: String,
    },
}

/// What is said of a question that is too much, in the words of Prometheus, Thanos and `VictoriaMetrics`.
const TOO_MUCH: [&str; 5] = [
    "too many samples",
    "exceeded maximum resolution",
    "query timed out",
    "maxsamplesperquery",
    "maxpointspertimeseries",
];

/// What a Prometheus says of a question whose turn did not come: it answers only so many at once.
const QUEUED: &str = "in query queue";

/// Its words for reasons that are its own, and not the question's. `VictoriaMetrics` says them in numbers of HTTP.
const OWN_REASONS: [&str; 7] = ["timeout", "canceled", "internal", "unavailable", "429", "500", "503"];

impl PrometheusError {
    /// Whether fewer points might be answered.
    pub fn wants_less(&self) -> bool {
        let Self::Refused { kind, message } = self else { return false };
        let message = message.to_lowercase();
        let is_too_much = kind == "timeout" || TOO_MUCH.iter().any(|words| message.contains(words));
        is_too_much && !message.contains(QUEUED)
    }

    /// Whether it is what measures that has failed, and not the question.
    pub fn is_silence(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Busy { .. } | Self::Unreadable { .. } => true,
            Self::Refused { kind, .. } => OWN_REASONS.contains(&kind.as_str()),
            Self::TooLarge { .. } | Self::Query { .. } => false,
        }
    }

    /// Why there is no answer, where the reader sees already whose monitoring is meant.
    pub fn cause(&self) -> Cause {
        match self {
            Self::Unreachable { cause, .. } => cause.clone(),
            Self::Busy { after } => Outage::BusyWithPanels(after.as_secs()).into(),
            Self::TooLarge { limit_bytes } => Outage::LongQuery(limit_bytes >> 20).into(),
            Self::Unreadable { cause } => Outage::unreadable(cause.clone()).into(),
            Self::Refused { message, .. } | Self::Query { message } => message.as_str().into(),
        }
    }

    /// The same for people, about the monitoring of this cluster.
    pub fn about(self, cluster: &str) -> ConsoleError {
        match self {
            Self::Query { message } => ConsoleError::invalid("query", message),
            Self::Refused { kind, message } if kind == "bad_data" => ConsoleError::invalid("query", message),
            error => ConsoleError::Unavailable {
                system: System::Monitoring(cluster.to_owned()),
                cause: error.cause(),
                may_be_done: false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(kind: &str, message: &str) -> PrometheusError {
        PrometheusError::Refused { kind: kind.into(), message: message.into() }
    }

    #[test]
    fn what_the_console_says_has_words_in_every_language_and_what_measures_is_quoted() {
        let errors = [
            PrometheusError::Busy { after: Duration::from_secs(5) },
            PrometheusError::TooLarge { limit_bytes: 32 << 20 },
            PrometheusError::Unreadable { cause: Outage::Empty.into() },
            PrometheusError::Unreachable { cause: Outage::Late(15).into(), source: None },
        ];
        for error in errors {
            let cause = error.cause();
            assert!(cause.outage.is_some() && cause.words == error.to_string(), "{cause:?}");
        }
        assert_eq!(refused("503", "no storage").cause(), Cause::from("no storage"));
    }

    #[test]
    fn a_question_that_waited_in_vain_is_not_asked_again_with_fewer_points() {
        let queued = refused("timeout", "query timed out in query queue");
        let slow = refused("timeout", "query timed out in expression evaluation");
        let large = refused("execution", "query processing would load too many samples into memory");

        assert!(!queued.wants_less() && slow.wants_less() && large.wants_less());
        assert!(queued.is_silence() && slow.is_silence() && !large.is_silence());
        assert!(refused("503", "no storage").is_silence() && !refused("bad_data", "1:1").is_silence());
    }
}
