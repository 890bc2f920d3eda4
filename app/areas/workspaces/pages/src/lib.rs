#![doc = include_str!("../README.md")]

mod departments;
mod invitations;
mod list;
mod members;
mod names;
mod new_request;
mod pod_security;
mod projects;
mod quotas;
mod requests;
mod rights;
mod roles;
mod settings;
mod standings;
mod storage_classes;
mod who_can;
mod words;
mod workspace;

pub use departments::DepartmentsPage;
pub use list::WorkspacesPage;
pub use members::{ClusterMembersPage, ProjectMembersPage};
pub use new_request::NewRequestPage;
pub use requests::RequestsPage;
pub use rights::RightsPage;
pub use roles::RolesPage;
pub use who_can::WhoCanPage;
pub use workspace::WorkspacePage;
