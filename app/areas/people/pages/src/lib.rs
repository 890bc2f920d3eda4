#![doc = include_str!("../README.md")]

mod audit;
mod invited;
mod list;
mod password;
mod person;
mod sessions;
mod words;

pub use audit::{AuditPage, LateChangesCard};
pub use list::PeoplePage;
pub use person::PersonPage;
