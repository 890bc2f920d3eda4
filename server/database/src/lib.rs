#![doc = include_str!("../README.md")]

pub mod access_requests;
pub mod accounts;
pub mod acknowledgements;
pub mod audit;
pub mod budgets;
pub mod cluster_identities;
mod conditions;
pub mod dashboards;
pub mod deleted_objects;
pub mod deliveries;
pub mod departments;
pub mod embeds;
mod error;
pub mod factors;
mod facts;
mod familiar_addresses;
pub mod identities;
pub mod invitations;
pub mod kept_events;
pub mod limits;
pub mod links;
pub mod list_alerts;
pub mod mail_servers;
mod mapped_places;
pub mod members;
mod migrations;
pub mod namespace_identities;
mod open;
pub mod open_ports;
pub mod passkeys;
mod passwords;
pub mod price_plans;
pub mod projects;
pub mod providers;
pub mod receivers;
pub mod recordings;
pub mod refreshes;
pub mod rights;
pub mod roles;
pub mod roll_call;
pub mod saved_searches;
pub mod sessions;
pub mod sign_ins;
pub mod tokens;
pub mod unsent_mails;
pub mod workspaces;

pub use error::DatabaseError;
pub use migrations::Migrated;
pub use open::{Address, Database, Dialect};

use std::time::{SystemTime, UNIX_EPOCH};

/// Now, as the tables keep it: seconds since 1970.
pub fn now_seconds() -> i64 {
    now_milliseconds() / 1000
}

/// Now, in milliseconds since 1970.
pub fn now_milliseconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
