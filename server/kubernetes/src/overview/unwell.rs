//! What is unwell in a cluster, and what it warns of.

use super::owned::{is_made, is_told_by_owner};
use super::sums::Look;
use super::{LISTED, TROUBLED};
use crate::object::reference;
use crate::state::RowData;
use crate::store::now;
use clusters_contract::{Trouble, Warning};
use kinds::{Field, Object};
use model::{Level, Timestamp};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

/// Warnings older than this are history.
const RECENT_SECONDS: i64 = 3600;

impl Look<'_> {
    pub(super) fn troubles(&self) -> (Vec<Trouble>, u64) {
        let mut found: Vec<Trouble> = Vec::new();
        let mut total = 0;
        // Pods of one owner are asked for once.
        let mut told: HashMap<Arc<str>, bool> = HashMap::new();
        self.each(&TROUBLED, |store, state, row| {
            let Some(Level::Failed | Level::Warning) = state.level(row) else { return };
            if is_made(store, row) {
                return;
            }
            // A pod's trouble is its workload's; it stands for itself when its owner is none of those that are told of.
            if store.served().kind.slug == "pods"
                && let Some(owner) = &row.owner
            {
                let read = || {
                    let told = state.read(&row.uid, |pod| is_told_by_owner(self.cluster, pod));
                    told.unwrap_or_default()
                };
                if *told.entry(Arc::clone(owner)).or_insert_with(read) {
                    return;
                }
            }
            total += 1;
            if found.len() >= LISTED * 8 {
                found.sort_by_key(worst_and_newest_first);
                found.truncate(LISTED);
            }
            if let (Some(resource), Some(health)) = (reference(self.cluster, store, row), state.health(row)) {
                found.push(Trouble {
                    resource,
                    kind_title: store.served().kind.title(self.eyes.language).into_owned(),
                    status: health.in_language(self.eyes.language),
                    created: created(row),
                });
            }
        });
        found.sort_by_key(worst_and_newest_first);
        found.truncate(LISTED);
        (found, total)
    }

    pub(super) fn warnings(&self) -> Vec<Warning> {
        let (Some(store), Some(scope)) = (self.cluster.running("events"), self.scope("events")) else {
            return Vec::new();
        };
        let state = store.read();
        let newest = now().0 - RECENT_SECONDS;
        let mut recent: Vec<(i64, &Arc<RowData>)> = state
            .rows()
            .filter(|row| {
                row.is_within(scope) && matches!(state.level(row), Some(Level::Warning | Level::Failed))
            })
            .filter_map(|row| Some((last_moment(row)?, row)))
            .filter(|(at, _)| *at >= newest)
            .collect();
        recent.sort_by_key(|(at, _)| Reverse(*at));
        recent.truncate(LISTED);
        let warning = |(at, row): (i64, &Arc<RowData>)| {
            state.read(&row.uid, |json| {
                let event = Object::parse(json).ok()?;
                Some(Warning {
                    about: None,
                    reason: event.text_at("/reason").into(),
                    message: event.text_at("/message").into(),
                    count: event.number_at("/count").or(event.number_at("/series/count")).unwrap_or(1),
                    last_seen: Timestamp(at),
                })
                .map(|warning| (warning, about(&event)))
            })?
        };
        let found: Vec<_> = recent.into_iter().filter_map(warning).collect();
        drop(state);
        found
            .into_iter()
            .map(|(warning, about)| Warning { about: self.cluster.resolve(about), ..warning })
            .collect()
    }
}

/// What sorts the worst to the front, and of those the newest.
pub(super) fn worst_and_newest_first(trouble: &Trouble) -> (Level, Reverse<Option<Timestamp>>) {
    (trouble.status.level, Reverse(trouble.created))
}

/// Every kind's last column is its age.
pub(super) fn created(row: &RowData) -> Option<Timestamp> {
    match row.fields.last()? {
        Field::Since(at) => Some(Timestamp(*at)),
        _ => None,
    }
}

/// The latest moment that a row knows.
fn last_moment(row: &RowData) -> Option<i64> {
    let moments = row.fields.iter().filter_map(|field| match field {
        Field::Since(at) => Some(*at),
        _ => None,
    });
    moments.max()
}

/// What an event is about: API group, kind, namespace, name.
pub(crate) fn about(event: &Object<'_>) -> (String, String, Option<String>, String) {
    let about = |field: &str| event.text_at(&format!("/involvedObject/{field}")).to_owned();
    let group = about("apiVersion").split_once('/').map_or(String::new(), |(group, _)| group.to_owned());
    let namespace = Some(about("namespace")).filter(|namespace| !namespace.is_empty());
    (group, about("kind"), namespace, about("name"))
}
