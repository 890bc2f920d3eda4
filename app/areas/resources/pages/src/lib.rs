#![doc = include_str!("../README.md")]

mod act;
mod address;
mod create;
mod deleted;
mod detail;
mod editor;
mod list;
mod lookup;
mod surroundings;
mod words;

pub use create::{CreatePage, Creation};
pub use deleted::DeletedPage;
pub use detail::DetailPage;
pub use list::ListPage;
pub use lookup::SearchPage;
pub use surroundings::{ForeignTab, ForeignTabs, KindFacts, PageAction, Surroundings, provide_surroundings};
