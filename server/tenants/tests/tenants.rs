//! Tenants on a console whose only cluster mostly does not answer: what the console itself decides.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod joining;
mod letters;
mod limits;
mod made_anew;
mod mail_servers;
mod members;
mod people;
mod receivers;
mod requests;
mod rights;
mod stage;
mod standings;

use stage::{Stage, at, garden, harbour, member, shop};
