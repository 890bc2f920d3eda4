#![doc = include_str!("../README.md")]

mod another;
mod attention;
mod components;
mod fleet;
mod overview;
mod standing;
mod words;

pub use attention::AttentionCards;
pub use fleet::Fleet;
pub use overview::OverviewPage;
