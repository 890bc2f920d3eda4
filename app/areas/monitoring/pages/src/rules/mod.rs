//! Rules that people write or take ready-made: the list, the choice of a template, the form of one, and what it would have done.

mod address;
mod built_in;
mod edit;
mod form;
mod list;
mod new;
mod past;

pub use built_in::BuiltInRulesPage;
pub use edit::EditRulePage;
pub use list::RulesPage;
pub use new::NewRulePage;
