//! Why a system did not answer as it should, told apart so that pages can say it in the reader's language. As text each is an
//! English sentence, for programs and logs. What a system or the network says itself stays as it says it.

mod kept;
mod way;

use crate::Timestamp;
use crate::error::as_far_as_known;
pub use kept::KeptOutage;
use serde::{Deserialize, Serialize};
use std::fmt;
pub use way::WayOutage;

/// Why a system did not answer as it should. Beside others it stands as the field `cause`, with what is told apart next to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// What happened, in one sentence.
    #[serde(rename = "cause")]
    pub words: String,
    /// What pages say in the reader's language instead of these words. None where others than the console say them.
    #[serde(default, deserialize_with = "as_far_as_known", skip_serializing_if = "Option::is_none")]
    pub outage: Option<Outage>,
}

/// What keeps a system from answering as it should, where the console has words of its own for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Outage {
    /// Nothing came within so many seconds.
    #[error("no answer within {0} s")]
    Late(u64),
    /// Nothing came at all.
    #[error("it does not answer")]
    Silent,
    /// More came than is read, in MiB.
    #[error("the answer is longer than {0} MiB")]
    Long(usize),
    /// More came than is read, in MiB, because much was asked for.
    #[error("the answer is longer than {0} MiB; narrow the query")]
    LongQuery(usize),
    /// What came is none of its answers, for this reason.
    #[error("the answer cannot be read: {0}")]
    Unreadable(Box<Cause>),
    /// There is nothing in the answer.
    #[error("it is empty")]
    Empty,
    /// The answer is a page for people.
    #[error("it is a page of HTML, so something else answers there")]
    Html,
    /// The answer says that all is well, and nothing else.
    #[error("it holds no data")]
    NoData,
    /// Its error: the HTTP status, and its sentence.
    #[error("it answered {code}: {said}")]
    Answered {
        /// The status.
        code: u16,
        /// What it said.
        said: String,
    },
    /// Too much is asked of it, as it says.
    #[error("it is throttling requests: {0}")]
    Throttling(String),
    /// It wants some time without questions.
    #[error("{outage}; it asks to be left alone for {seconds} s")]
    LeftAlone {
        /// What is the matter.
        outage: Box<Outage>,
        /// For so many seconds.
        seconds: u64,
    },
    /// More is asked than it answers at once: no turn came within so many seconds.
    #[error("more questions wait than it answers; no turn came within {0} s")]
    Busy(u64),
    /// The same of what pages ask panel by panel.
    #[error(
        "more questions wait than it answers: no turn came within {0} s; look again in a moment, or at fewer panels"
    )]
    BusyWithPanels(u64),
    /// A picture of what it answered cannot be drawn, for this reason.
    #[error("the chart cannot be drawn: {0}")]
    Undrawn(String),
    /// Each of several does not answer: what it is called, and why.
    #[error("{}", one_by_one(.0))]
    Several(Vec<(String, Cause)>),
    /// Another cluster has the name of the one that is meant.
    #[error("another cluster answers under this name")]
    AnotherCluster,
    /// The objects of this kind are not all known yet.
    #[error("{0} are still being read")]
    Loading(String),
    /// Nobody has looked at them before, and they are not all known yet.
    #[error("still being read for the first time")]
    FirstReading,
    /// What is known is of before, for this reason.
    #[error("as last heard at {}; {why}", since.to_rfc3339())]
    LastHeard {
        /// When it was so.
        since: Timestamp,
        /// Why there is nothing newer.
        why: Box<Cause>,
    },
    /// The console may not see these objects at all.
    #[error("the console's own account may not list them")]
    NotListed,
    /// None of its objects are known yet.
    #[error("its objects are still being read")]
    LoadingAll,
    /// The console is nobody to it any more.
    #[error("it does not accept the console's own credential any more; renew it in the console's kubeconfig")]
    Credential,
    /// The console may not see the objects of a kind.
    #[error(
        "the console's own account may not follow {kind} there: {}",
        .said.as_deref().unwrap_or("it gave no reason")
    )]
    NotFollowed {
        /// The kind.
        kind: String,
        /// Why, as the cluster says it.
        said: Option<String>,
    },
    /// Pods are still there that were asked to leave.
    #[error("{pods} pods have not left within {minutes} minutes")]
    NotLeft {
        /// How many.
        pods: usize,
        /// How long was waited.
        minutes: u64,
    },
    /// A port of a pod gives no answer.
    #[error("port {port} of {pod}: {said}")]
    Port {
        /// The port.
        port: u16,
        /// The pod.
        pod: String,
        /// What the node said.
        said: String,
    },
    /// What listens at a port of a pod breaks off, or says something else than HTTP.
    #[error("port {port} of {pod} gave no answer in HTTP: {said}")]
    NoHttp {
        /// The port.
        port: u16,
        /// The pod.
        pod: String,
        /// What came of it.
        said: String,
    },
    /// It is on the way there.
    #[error(transparent)]
    Way(#[from] WayOutage),
    /// It is in the console's tables.
    #[error(transparent)]
    Kept(#[from] KeptOutage),
}

fn one_by_one(several: &[(String, Cause)]) -> String {
    several.iter().map(|(name, cause)| format!("{name}: {cause}")).collect::<Vec<_>>().join("; ")
}

impl Outage {
    /// That an answer is none, for this reason.
    pub fn unreadable(why: impl Into<Cause>) -> Self {
        Self::Unreadable(Box::new(why.into()))
    }

    /// The same of what asks to be left alone for so many seconds, if it does.
    pub fn left_alone_for(self, seconds: Option<u64>) -> Self {
        match seconds {
            Some(seconds) => Self::LeftAlone { outage: Box::new(self), seconds },
            None => self,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.words)
    }
}

/// As others say it.
impl From<String> for Cause {
    fn from(words: String) -> Self {
        Self { words, outage: None }
    }
}

/// As others say it.
impl From<&str> for Cause {
    fn from(words: &str) -> Self {
        words.to_owned().into()
    }
}

impl From<Outage> for Cause {
    fn from(outage: Outage) -> Self {
        Self { words: outage.to_string(), outage: Some(outage) }
    }
}

impl From<WayOutage> for Cause {
    fn from(outage: WayOutage) -> Self {
        Outage::from(outage).into()
    }
}

impl From<KeptOutage> for Cause {
    fn from(outage: KeptOutage) -> Self {
        Outage::from(outage).into()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::{ConsoleError, System};
    use serde_json::json;

    fn unavailable(cause: impl Into<Cause>) -> ConsoleError {
        let system = System::Cluster("harbour".into());
        ConsoleError::Unavailable { system, cause: cause.into(), may_be_done: false }
    }

    #[test]
    fn programs_read_the_sentence_and_pages_the_outage() {
        let answered = Outage::Answered { code: 503, said: "no etcd".into() };
        let error = unavailable(answered.left_alone_for(Some(7)));

        let sent = serde_json::to_value(&error).unwrap();
        let words = "it answered 503: no etcd; it asks to be left alone for 7 s";
        assert_eq!(sent["Unavailable"]["cause"], words);
        assert_eq!(serde_json::from_value::<ConsoleError>(sent).unwrap(), error);
    }

    #[test]
    fn what_others_say_is_sent_alone_and_what_is_not_known_here_is_told_by_its_words() {
        let sent = serde_json::to_value(unavailable("connection refused")).unwrap();
        assert_eq!(
            sent,
            json!({"Unavailable": {
                "system": {"Cluster": "harbour"}, "cause": "connection refused", "may_be_done": false,
            }})
        );

        let newer = json!({"Unavailable": {
            "system": {"Cluster": "harbour"}, "cause": "it sleeps", "outage": {"Asleep": 7}, "may_be_done": false,
        }});
        assert_eq!(serde_json::from_value::<ConsoleError>(newer).unwrap(), unavailable("it sleeps"));
    }
}
