//! Alerts on lists as they are kept, read.

use access::{Command, Need, Place, Resource, Verb};
use database::list_alerts::{ListAlert, ListFound};
use model::cause::KeptOutage;
use model::{ConsoleError, System, TableQuery};
use monitoring_contract::{ListState, Severity};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What the last look found out.
pub const KNOWN: &str = "known";
/// The last look found nothing out.
pub const UNKNOWN: &str = "unknown";
/// The writer had no right to look.
pub const WITHDRAWN: &str = "withdrawn";

/// An alert on a list, as far as alerts are made of it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// How bad it is.
    pub severity: Severity,
    /// The list.
    pub query: TableQuery,
    /// What was found out.
    pub found: ListFound,
}

impl Kept {
    /// Reads what is kept.
    pub fn read(row: &ListAlert) -> Result<Self, ConsoleError> {
        let unreadable = |what: fn(String) -> KeptOutage| ConsoleError::Unavailable {
            system: System::Database,
            cause: what(row.terms.name.clone()).into(),
            may_be_done: false,
        };
        let query: TableQuery =
            serde_json::from_str(&row.query).map_err(|_| unreadable(KeptOutage::AlertList))?;
        // What was kept under one cluster never asks another one.
        if query.cluster != row.cluster {
            return Err(unreadable(KeptOutage::AlertCluster));
        }
        Ok(Self {
            id: row.id,
            name: row.terms.name.clone(),
            severity: Severity::parse(&row.terms.severity)
                .ok_or_else(|| unreadable(KeptOutage::AlertSeverity))?,
            query,
            found: row.found.clone(),
        })
    }

    /// What was found out last, if anything was.
    pub fn state(&self, since: Option<i64>, firing: usize) -> Option<ListState> {
        Some(ListState {
            matched: u64::try_from(self.found.matched).unwrap_or(0),
            firing: firing as u64,
            since: since.map(model::Timestamp),
            looked: model::Timestamp(self.found.looked_at?),
        })
    }
}

/// What is kept, if it can be read: one that cannot costs no other ones.
pub fn readable(row: &ListAlert) -> Option<Kept> {
    Kept::read(row).map_err(|error| tracing::error!(list_alert = %row.id, %error, "It is left out")).ok()
}

/// Where an alert on a list is: in the namespaces of the list, or in the cluster as a whole where it names none.
fn place(query: &TableQuery) -> Place {
    match query.namespaces.as_slice() {
        [] => Place::Cluster,
        [only] => Place::Namespace(only.clone()),
        several => Place::Namespaces(several.iter().cloned().collect::<BTreeSet<_>>()),
    }
}

/// The right to keep alerts on lists, which comes with that to write rules.
pub fn need(verb: Verb, query: &TableQuery) -> Need {
    Need::to_all(verb, Resource::console("listalerts"), query.cluster.clone(), place(query))
}

/// Making one that is called so.
pub fn create(query: &TableQuery, name: &str) -> Command {
    Command::of("create list alert", need(Verb::Create, query)).saying(name.trim())
}

/// Changing one, which is called so from then on.
pub fn update(query: &TableQuery, id: Uuid, name: &str) -> Command {
    let need = need(Verb::Update, query).of_object(Some(&id.to_string()));
    Command::of("change list alert", need).saying(name.trim())
}

/// Switching one off that is called so, or on again.
pub fn switch(query: &TableQuery, id: Uuid, name: &str, on: bool) -> Command {
    let need = need(Verb::Update, query).of_object(Some(&id.to_string()));
    let action = if on { "switch on list alert" } else { "switch off list alert" };
    Command::of(action, need).saying(name)
}

/// Removing one that is called so.
pub fn remove(query: &TableQuery, id: Uuid, name: &str) -> Command {
    let need = need(Verb::Delete, query).of_object(Some(&id.to_string()));
    Command::of("remove list alert", need).saying(name)
}
