//! Alerts on lists: those that there are, and the form of one.

mod edit;
mod form;
mod list;
mod new;

pub use edit::EditListAlertPage;
pub use list::ListAlertsPage;
pub use new::NewListAlertPage;
