//! What happened to an object and to what belongs to it.

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::overview::about;
use crate::tree::Gathered;
use kinds::Object;
use model::{Level, Timestamp};
use resources_contract::EventView;
use std::cmp::Reverse;

/// Events that a page shows.
const SHOWN: usize = 60;

impl ForCaller {
    /// The latest events, newest first. Those of what belongs to the object say what they are about.
    pub(super) fn events(&self, cluster: &Cluster, gathered: &Gathered) -> Vec<EventView> {
        let Some(store) = cluster.running("events") else { return Vec::new() };
        let Some(scope) = self.glance(cluster, &store) else { return Vec::new() };
        let state = store.read();
        let mut found = Vec::new();
        for (index, uid) in gathered.uids.iter().enumerate() {
            let rows = state.owned_by(uid).filter(|row| row.is_within(&scope));
            for row in rows {
                let level = state.level(row).unwrap_or(Level::Unknown);
                let event = state.read(&row.uid, |json| {
                    let event = Object::parse(json).ok()?;
                    Some((event_view(&event, level), (index > 0).then(|| about(&event))))
                });
                found.extend(event.flatten());
            }
        }
        drop(state);
        found.sort_by_key(|(event, _)| Reverse(event.last_seen));
        found.truncate(SHOWN);
        let resolved = found.into_iter().map(|(event, about)| EventView {
            about: about.and_then(|about| cluster.resolve(about)),
            ..event
        });
        resolved.collect()
    }
}

fn event_view(event: &Object<'_>, level: Level) -> EventView {
    let first_of = |paths: &[&str]| {
        paths
            .iter()
            .map(|path| event.text_at(path))
            .find(|text| !text.is_empty())
            .unwrap_or_default()
            .to_owned()
    };
    let last = first_of(&[
        "/series/lastObservedTime",
        "/lastTimestamp",
        "/firstTimestamp",
        "/eventTime",
        "/metadata/creationTimestamp",
    ]);
    EventView {
        level,
        reason: event.text_at("/reason").into(),
        message: event.text_at("/message").into(),
        count: event.number_at("/series/count").or(event.number_at("/count")).unwrap_or(1),
        last_seen: Timestamp(kinds::seconds(&last).unwrap_or_default()),
        source: first_of(&["/reportingComponent", "/source/component"]),
        about: None,
    }
}
