//! Rules that people write: the list, the choice of a template, the form of one, and what it would have done.

mod address;
mod edit;
mod form;
mod list;
mod new;
mod past;

pub use edit::EditRulePage;
pub use list::RulesPage;
pub use new::NewRulePage;
