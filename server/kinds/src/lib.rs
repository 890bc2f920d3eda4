#![doc = include_str!("../README.md")]

mod builtin;
mod column;
mod container;
mod discovered;
mod exit;
mod explain;
mod field;
mod health;
mod interner;
mod kind;
mod object;
mod parse;
mod quantity;
mod registry;
mod said;
mod selector;
mod term;
mod texts;
mod time;

pub use column::{ColumnSpec, UsedBy, Value};
pub use container::{container_end, container_health};
pub use discovered::{Discovered, PrintColumn};
pub use explain::{Certificate, Finding, LogOf, Related, explain};
pub use field::{Field, Reference, Users, share};
pub use health::Health;
pub use interner::Interner;
pub use kind::{Explain, Kind, Menu, Printed, Relation, SelectorForm, Source};
pub use object::{Each, Object};
pub use parse::Kept;
pub use quantity::quantity;
pub use registry::{all, find, of_manifest, of_resource};
pub use said::{Said, Text};
pub use selector::Selector;
pub use term::{Term, contains_ignoring_case};
pub use texts::{text, text_keys};
pub use time::seconds;
