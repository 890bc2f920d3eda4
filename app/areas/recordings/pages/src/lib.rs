#![doc = include_str!("../README.md")]

mod list;
mod names;
mod player;
mod policy;
mod recording;
mod words;

pub use list::RecordingsPage;
pub use recording::RecordingPage;
