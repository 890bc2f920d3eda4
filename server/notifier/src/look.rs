//! What follows from what fires now, for one receiver and one cluster.

use crate::channels::most_alerts;
use crate::message::{Message, Told, worst_first};
use crate::quiet::is_quiet;
use crate::receiver::Receiver;
use database::deliveries::{Look, ToldAlert};
use kubernetes::Births;
use model::{ClusterName, Namespace};
use monitoring_contract::Alert;
use notifications_contract::Reason;
use prometheus::fingerprint;
use std::collections::{BTreeMap, BTreeSet};

/// An alert has ended when it was not seen for so many seconds: rules are evaluated every half a minute or so, and one that
/// flickers is one.
const ENDED_SECONDS: i64 = 60;
const HOUR_SECONDS: i64 = 3600;

/// What of a cluster a receiver hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// All of it.
    Everything,
    /// What belongs to these namespaces.
    Namespaces(BTreeSet<Namespace>),
}

impl Heard {
    /// Whether an alert is heard: what began before a namespace was made is about another one of its name.
    pub fn admits(&self, alert: &Alert, births: &Births) -> bool {
        let Self::Namespaces(namespaces) = self else { return true };
        let own = alert.labels.iter().find(|(name, _)| name == "namespace").map(|(_, value)| value);
        let own = own.and_then(|own| namespaces.iter().find(|namespace| namespace.as_str() == own));
        let born = own.and_then(|own| births.get(own)).map(|born| born.div_euclid(1000));
        born.zip(alert.since).is_some_and(|(born, since)| since.0 >= born)
    }
}

/// What fires in a cluster, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Firing {
    /// Of its rules.
    pub rules: Option<Vec<Alert>>,
    /// Of its lists.
    pub lists: Option<Vec<Alert>>,
    /// Since when each of its namespaces is there, in milliseconds since 1970.
    pub births: Option<Births>,
}

impl Firing {
    /// All of it.
    pub fn alerts(&self) -> impl Iterator<Item = &Alert> {
        self.rules.iter().chain(&self.lists).flatten()
    }

    /// Whether it is not known if an alert that was told still fires. What was told by another version and cannot be
    /// read is of rules.
    fn says_nothing_of(&self, known: &ToldAlert) -> bool {
        let is_of_list = Told::from_json(&known.alert).is_some_and(|told| told.alert.list.is_some());
        if is_of_list { self.lists.is_none() } else { self.rules.is_none() }
    }
}

/// A message that is to be made, before it has its words.
pub type Due = (Reason, Message);

/// Compares what fires with what the receiver was told. `firing` is everything that fires in the cluster; of what is not known
/// nothing begins and nothing ends: for who hears namespaces nothing at all, while it is not known since when those are there.
pub fn look(
    receiver: &Receiver,
    cluster: &ClusterName,
    heard: &Heard,
    firing: &Firing,
    known: Vec<ToldAlert>,
    now: i64,
) -> (Look, Vec<Due>) {
    let births = match (&firing.births, heard) {
        (Some(births), _) => Births::clone(births),
        (None, Heard::Everything) => Births::default(),
        (None, Heard::Namespaces(_)) => return (Look::default(), Vec::new()),
    };
    let wanted = receiver.wanted(firing.alerts().filter(|alert| heard.admits(alert, &births)));
    let seen: BTreeMap<String, &Alert> =
        wanted.into_iter().map(|alert| (fingerprint(alert), alert)).collect();
    let fires: BTreeSet<String> = firing.alerts().map(fingerprint).collect();
    let told: BTreeSet<String> = known.iter().map(|known| known.fingerprint.clone()).collect();
    let is_quiet = is_quiet(&receiver.said, now);
    let mut found = Found { now, is_quiet, look: Look::default(), again: Vec::new(), ended: Vec::new() };
    for known in known {
        match seen.get(&known.fingerprint) {
            Some(alert) => found.still_fires(receiver, known, alert),
            // It fires, and the receiver does not hear it any more: it was changed.
            None if fires.contains(&known.fingerprint) => found.look.forgotten.push(known.fingerprint),
            None if firing.says_nothing_of(&known) => {}
            None => found.is_not_seen(known),
        }
    }
    let is_new = |(fingerprint, alert): &(&String, &&Alert)| {
        // In a quiet time it stays new: what still fires afterwards is told then.
        !is_quiet && !told.contains(*fingerprint) && alert.silenced_by.is_empty() && !alert.is_inhibited
    };
    let new: Vec<Told> = seen
        .iter()
        .filter(is_new)
        .map(|(fingerprint, alert)| Told::new(fingerprint.clone(), (*alert).clone()))
        .collect();
    found.look.known.extend(new.iter().map(|told| known_as(told, now)));
    let messages = |reason, mut alerts: Vec<Told>| -> Vec<Due> {
        worst_first(&mut alerts);
        let about = |some: &[Told]| (reason, Message::about(cluster.clone(), some.to_vec(), now));
        alerts.chunks(most_alerts(receiver.channel)).map(about).collect()
    };
    let ended = if receiver.said.tells_resolved { found.ended } else { Vec::new() };
    let due = [
        messages(Reason::Firing, new),
        messages(Reason::Repeat, found.again),
        messages(Reason::Resolved, ended),
    ];
    (found.look, due.into_iter().flatten().collect())
}

fn known_as(told: &Told, now: i64) -> ToldAlert {
    let fingerprint = told.fingerprint.clone();
    ToldAlert { fingerprint, alert: told.to_json(), told_at: now, gone_at: None }
}

struct Found {
    now: i64,
    is_quiet: bool,
    look: Look,
    again: Vec<Told>,
    ended: Vec<Told>,
}

impl Found {
    fn still_fires(&mut self, receiver: &Receiver, known: ToldAlert, alert: &Alert) {
        // Whoever looks after it knows already.
        let is_looked_after = alert.acknowledged.is_some();
        let is_held_back =
            self.is_quiet || is_looked_after || !alert.silenced_by.is_empty() || alert.is_inhibited;
        let repeat = i64::from(receiver.said.repeat_hours) * HOUR_SECONDS;
        if repeat > 0 && self.now - known.told_at >= repeat && !is_held_back {
            let told = Told::new(known.fingerprint, alert.clone());
            self.look.known.push(known_as(&told, self.now));
            self.again.push(told);
        } else if known.gone_at.is_some() {
            self.look.known.push(ToldAlert { gone_at: None, ..known });
        }
    }

    fn is_not_seen(&mut self, known: ToldAlert) {
        match known.gone_at {
            None => self.look.known.push(ToldAlert { gone_at: Some(self.now), ..known }),
            // That it has ended is told after a quiet time as well.
            Some(since) if self.now - since >= ENDED_SECONDS && !self.is_quiet => {
                // What was told by another version and cannot be read is forgotten without a word.
                self.ended.extend(Told::from_json(&known.alert));
                self.look.forgotten.push(known.fingerprint);
            }
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests;
