#![doc = include_str!("../README.md")]

mod action;
pub mod base64;
pub mod called;
pub mod cause;
pub mod chart;
mod error;
pub mod fault;
mod letters;
pub mod link;
pub mod live;
mod me;
mod names;
mod once;
mod platform;
mod pod_security;
mod port;
mod preferences;
mod preview;
pub mod quantity;
mod redirect;
pub mod sent;
mod sort;
mod status;
mod table;
pub mod terminal;
mod thing;
mod tier;
mod time;
pub mod window;

pub use action::ActionKind;
pub use cause::{Cause, Outage};
pub use error::{ConsoleError, FieldProblem, GrantedBy, Need, System};
pub use fault::Fault;
pub use letters::is_hidden;
pub use me::{ActedBy, Me};
pub use names::{
    ClusterName, InvalidName, KindSlug, NameRule, Namespace, ObjectName, ResourceRef, WorkspaceName,
};
pub use platform::{Announcement, CONSOLE, Platform, PlatformLink};
pub use pod_security::{ENFORCE_LABEL, PodSecurity, PodSecurityLevel, WARN_LABEL};
pub use port::port;
pub use preferences::{Density, Language, Preferences, Theme, time_zones};
pub use preview::{
    DiffLine, DocumentPreview, FieldConflict, PreviewOutcome, PreviewRemark, QuotaAfter, RestartWay, Restarts,
};
pub use redirect::{Redirect, go_to};
pub use sent::SentForm;
pub use sort::{Sort, SortKey};
pub use status::{Level, Status};
pub use table::{
    Align, Cell, Column, DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, Row, Stale, Table, TableQuery, Unit, Untold,
};
pub use thing::Thing;
pub use tier::Tier;
pub use time::Timestamp;
pub use window::Window;
