#![doc = include_str!("../README.md")]

mod fleet;
mod overview;
mod words;

pub use fleet::FleetPage;
pub use overview::OverviewPage;
