#![doc = include_str!("../README.md")]

mod list;
mod members;
mod names;
mod projects;
mod roles;
mod settings;
mod words;
mod workspace;

pub use list::WorkspacesPage;
pub use members::{ClusterMembersPage, ProjectMembersPage};
pub use roles::RolesPage;
pub use workspace::WorkspacePage;
