#![doc = include_str!("../README.md")]

mod form;
mod terminal;
mod words;

pub use form::{EditFormPage, NewFormPage};
pub use terminal::Dock;
