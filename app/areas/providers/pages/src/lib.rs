#![doc = include_str!("../README.md")]

mod form;
mod list;
mod parts;
mod trial;
mod words;

pub use form::{NewProviderPage, ProviderPage};
pub use list::ProvidersPage;
