#![doc = include_str!("../README.md")]

mod address;
mod answer;
mod around;
mod audit;
mod events;
mod figures;
mod form;
mod lines;
mod missing;
mod page;
mod saved;
mod saved_menu;
mod tail;
mod tailed;
mod words;

pub use address::address_of_saved;
pub use page::RecordsPage;
pub use saved::SavedSearchesPage;
