//! One feed of a stream, whatever it tells of.

use super::outbox::{Gone, Outbox};
use crate::caller::ForCaller;
use crate::error::KubernetesError;
use crate::feed::{Message, json, plain};
use crate::recheck::{Recheck, Right};
use access::Action;
use model::ConsoleError;
use model::live::{FeedNews, Topic};
use serde::Serialize;
use std::convert::Infallible;

/// Why a feed ends. None ends by itself.
pub(super) enum End {
    /// The reader has gone, so nobody is told.
    Gone,
    /// The reader is told this.
    Because(ConsoleError),
    /// The reader is told to ask for the page anew.
    Redefined,
}

impl From<Gone> for End {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl From<ConsoleError> for End {
    fn from(error: ConsoleError) -> Self {
        Self::Because(error)
    }
}

impl From<KubernetesError> for End {
    fn from(error: KubernetesError) -> Self {
        Self::Because(error.into())
    }
}

/// What a feed comes to: it flows until it ends.
pub(super) type Flow = Result<Infallible, End>;

/// A feed of one page.
pub(super) struct Subscription {
    pub caller: ForCaller,
    /// What the page calls it.
    pub number: u32,
    pub out: Outbox,
}

impl Subscription {
    /// Flows until the reader goes, or says why it ends. `from` is the revision that the page stands at.
    pub async fn run(self, topic: Topic, from: Option<String>) {
        let Err(end) = match topic {
            Topic::Table(query) => self.table(query, from).await,
            Topic::Object(resource) => self.object(resource).await,
            Topic::Fleet => self.fleet().await,
            Topic::Cluster(cluster) => self.cluster(cluster).await,
            Topic::Job(id) => self.job(id).await,
            Topic::Log(log) => self.log(log, from).await,
        };
        let last = match end {
            End::Gone => return,
            End::Because(error) => FeedNews::Ended(error),
            End::Redefined => FeedNews::Redefined,
        };
        // Whether anybody hears it does not matter: it is the last there is to say.
        let _ = self.send(plain(&last)).await;
    }

    /// Lets a feed flow for as long as the caller has these rights.
    pub async fn under(&self, rights: Vec<Box<dyn Right>>, flow: impl Future<Output = Flow>) -> Flow {
        let mut recheck = Recheck::new(&self.caller, rights);
        tokio::select! {
            refused = recheck.refused() => Err(refused.into()),
            ended = flow => ended,
        }
    }

    /// The caller's right to this, to be asked for again while a feed flows.
    pub async fn right<A: Action>(&self, action: A) -> Result<Box<dyn Right>, ConsoleError> {
        let access = self.caller.kubernetes.access();
        Ok(Box::new(access.grant(&self.caller.caller, action).await?))
    }

    /// Waits while too much waits for the reader.
    pub async fn send(&self, message: Message) -> Result<(), Gone> {
        self.out.send(self.number, message).await
    }

    /// Sends a whole value of this revision.
    pub async fn send_value<T: Serialize>(&self, revision: String, value: &T) -> Result<(), Gone> {
        let value = serde_json::to_value(value).expect("contracts have only texts as keys");
        let message = (Some(revision.as_str().into()), json(&FeedNews::Value { revision, value }));
        self.send(message).await
    }
}
