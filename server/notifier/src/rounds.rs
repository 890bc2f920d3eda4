//! Looking and telling, again and again.

use crate::Inner;
use crate::channels::Outcome;
use crate::look::{self, Firing, Heard};
use crate::message::Message;
use crate::quiet::is_quiet;
use crate::receiver::Receiver;
use database::DatabaseError;
use database::deliveries::{Delivery, DeliveryState, NewDelivery};
use futures::{FutureExt, StreamExt};
use kubernetes::survive;
use model::{ClusterName, ConsoleError};
use notifications_contract::Reason;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Weak;
use std::time::Duration;
use tokio::time::error::Elapsed;
use tokio::time::timeout;
use uuid::Uuid;

/// How often is looked.
const ROUND: Duration = Duration::from_secs(15);
/// How long a cluster may take to say what fires.
const PATIENCE: Duration = Duration::from_secs(20);
/// Which replica tells.
const LEASE: &str = "notifier";
/// A replica that does not say for so long that it tells has ended.
const LEASE_SECONDS: i64 = 60;
/// A message that was taken so long ago is not being sent any more: one try is far shorter.
const GIVEN_UP_SECONDS: i64 = 120;
/// So many messages are sent at once, and so many in a round.
const AT_ONCE: usize = 8;
const IN_A_ROUND: i64 = 64;
/// And so many to one receiver: the others do not wait for one that takes long to answer.
const TO_ONE: i64 = 8;
/// After how many seconds a message is tried again. There is one try more than pauses.
const PAUSES: [i64; 5] = [30, 120, 600, 1800, 3600];

type Receivers = BTreeMap<Uuid, Receiver>;

/// Looks and tells until nobody holds on to the notifier any more.
pub async fn keep(inner: Weak<Inner>) {
    loop {
        let Some(inner) = inner.upgrade() else { return };
        if let Some(Err(error)) = survive("Telling receivers", inner.round()).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "Receivers were not told for now");
        }
        let asked = async {
            tokio::select! {
                () = inner.asked.notified() => {}
                () = inner.alerts.changed() => {}
            }
        };
        let _ = timeout(ROUND, asked).await;
    }
}

impl Inner {
    /// One look at everything, and one try at what is due.
    pub async fn round(&self) -> Result<(), DatabaseError> {
        let stored = self.database.receivers().await?;
        let has_lists = self.database.has_list_alerts().await?;
        if stored.is_empty() && !has_lists
            || !self.database.hold_lease(LEASE, &self.holder, LEASE_SECONDS).await?
        {
            return Ok(());
        }
        if has_lists {
            self.alerts.look_at_lists().await?;
        }
        let given_up = self.database.give_up_deliveries(GIVEN_UP_SECONDS).await?;
        if given_up > 0 {
            tracing::warn!(messages = given_up, "Messages were under way when a console ended");
        }
        let enabled = stored.iter().filter(|stored| stored.is_enabled);
        let receivers: Receivers =
            enabled.filter_map(|stored| Some((stored.id, Receiver::read(stored, &self.seal)?))).collect();
        self.look(&receivers).await?;
        self.tell(&receivers).await
    }

    async fn look(&self, receivers: &Receivers) -> Result<(), DatabaseError> {
        let projects = self.database.projects().await?;
        // Whoever hears nothing of a cluster any more, as a workspace without its last project there, is still told how what
        // they were told of has ended.
        let told = self.database.told_clusters().await?;
        let clusters = self.alerts.clusters();
        let heard: Vec<(ClusterName, Vec<(&Receiver, Heard)>)> = clusters
            .into_iter()
            .map(|cluster| {
                let still = |one: &Receiver| {
                    let is_told = told.contains(&(one.id, cluster.to_string()));
                    is_told.then(|| Heard::Namespaces(BTreeSet::new()))
                };
                let hears = receivers
                    .values()
                    .filter_map(|one| Some((one, one.hears(&cluster, &projects).or_else(|| still(one))?)));
                let hears = hears.collect();
                (cluster, hears)
            })
            .filter(|(_, hears): &(_, Vec<_>)| !hears.is_empty())
            .collect();
        let looks = heard.iter().map(|(cluster, hears)| self.look_at(cluster, hears));
        futures::future::try_join_all(looks).await.map(drop)
    }

    /// A cluster that does not answer says nothing: no alert ends by that.
    async fn look_at(
        &self,
        cluster: &ClusterName,
        hears: &[(&Receiver, Heard)],
    ) -> Result<(), DatabaseError> {
        let firing = self.firing(cluster).await;
        for (receiver, heard) in hears {
            self.look_for(receiver, cluster, heard, &firing).await?;
        }
        Ok(())
    }

    /// What fires in a cluster, as far as it says so in time.
    pub async fn firing(&self, cluster: &ClusterName) -> Firing {
        let rules = timeout(PATIENCE, self.alerts.firing(cluster));
        let lists = timeout(PATIENCE, self.alerts.firing_lists(cluster));
        let births = timeout(PATIENCE, self.alerts.births(cluster));
        let (rules, lists, births) = futures::join!(rules, lists, births);
        Firing {
            rules: known(cluster, "rules", rules).flatten(),
            lists: known(cluster, "lists", lists),
            births: known(cluster, "namespaces", births),
        }
    }

    async fn look_for(
        &self,
        receiver: &Receiver,
        cluster: &ClusterName,
        heard: &Heard,
        firing: &Firing,
    ) -> Result<(), DatabaseError> {
        let known = self.database.told_alerts(receiver.id, cluster.as_str()).await?;
        let (mut look, due) = look::look(receiver, cluster, heard, firing, known, (self.clock)());
        look.messages = due
            .iter()
            .map(|(reason, message)| NewDelivery {
                receiver: receiver.id,
                reason: reason.word().to_owned(),
                subject: self.sender.render(receiver, *reason, message).subject(),
                content: message.to_json(),
            })
            .collect();
        if look.known.is_empty() && look.forgotten.is_empty() {
            return Ok(());
        }
        self.database.keep_look(receiver.id, cluster.as_str(), &look).await
    }

    async fn tell(&self, receivers: &Receivers) -> Result<(), DatabaseError> {
        let now = (self.clock)();
        let quiet = receivers.iter().filter(|(_, receiver)| is_quiet(&receiver.said, now));
        let quiet: Vec<Uuid> = quiet.map(|(id, _)| *id).collect();
        let due = self.database.due_deliveries(now, (IN_A_ROUND, TO_ONE), &quiet).await?;
        for lost in due.iter().filter(|due| !receivers.contains_key(&due.message.receiver)) {
            self.give_up(lost).await?;
        }
        let due = due.iter().filter_map(|due| Some((due, receivers.get(&due.message.receiver)?)));
        let tries: Vec<_> = due.map(|(due, receiver)| self.deliver(due, receiver).boxed()).collect();
        let told: Vec<Result<(), DatabaseError>> =
            futures::stream::iter(tries).buffer_unordered(AT_ONCE).collect().await;
        told.into_iter().collect()
    }

    /// Ends a message whose receiver cannot be told: for ever due, it would keep others waiting.
    async fn give_up(&self, lost: &Delivery) -> Result<(), DatabaseError> {
        if !self.database.claim_delivery(lost.id).await? {
            return Ok(());
        }
        let why = "the receiver was switched off, or cannot be read: it may have been kept with another key";
        self.database.end_delivery(lost.id, DeliveryState::Failed, (self.clock)(), why).await
    }

    async fn deliver(&self, due: &Delivery, receiver: &Receiver) -> Result<(), DatabaseError> {
        if !self.database.claim_delivery(due.id).await? {
            return Ok(());
        }
        let read = Message::from_json(&due.message.content).zip(Reason::parse(&due.message.reason));
        let outcome = match &read {
            Some((message, reason)) => self.sender.send(receiver, *reason, message, due.id).await,
            None => Outcome::Refused("it was written by another version of this console".into()),
        };
        let now = (self.clock)();
        let (state, due_at, problem) = match &outcome {
            Outcome::Taken => (DeliveryState::Sent, now, ""),
            Outcome::Refused(why) => (DeliveryState::Failed, now, why.as_str()),
            Outcome::Unknown(why) => (DeliveryState::Unknown, now, why.as_str()),
            Outcome::Later { why, after } => match next_try(due.attempts, *after) {
                Some(pause) => (DeliveryState::Waiting, now + pause, why.as_str()),
                None => (DeliveryState::Failed, now, why.as_str()),
            },
        };
        self.database.end_delivery(due.id, state, due_at, problem).await
    }
}

/// What a cluster said fires, if it said anything.
fn known<T>(cluster: &ClusterName, of: &str, answer: Result<Result<T, ConsoleError>, Elapsed>) -> Option<T> {
    match answer {
        Ok(Ok(known)) => return Some(known),
        Ok(Err(error)) => tracing::warn!(%cluster, of, %error, "What fires in a cluster is not known"),
        Err(_) => {
            tracing::warn!(%cluster, of, "What fires in a cluster is not known: it takes too long to answer");
        }
    }
    None
}

/// After how many seconds a message is tried again that was tried `attempts` times before the last one; none when that was
/// enough.
fn next_try(attempts: i64, asked: Option<Duration>) -> Option<i64> {
    let pause = PAUSES.get(usize::try_from(attempts).ok()?).copied()?;
    let asked = asked.map_or(0, |asked| i64::try_from(asked.as_secs()).unwrap_or(i64::MAX));
    Some(pause.max(asked))
}
