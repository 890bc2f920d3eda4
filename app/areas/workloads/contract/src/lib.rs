#![doc = include_str!("../README.md")]

mod cost;
mod draft;
mod field;
pub mod forms;
mod place;
mod registry;
mod rule;
mod wizards;
mod yaml;

pub use cost::{Cost, QuotaLine, cost};
pub use draft::Draft;
pub use field::{Control, Field, Form, Section, Variant};
pub use place::{at, set};
pub use registry::RegistryLogin;
pub use rule::{Fault, Rule};
pub use wizards::{Quota, Wizards, check_pair, read_quota, read_yaml};
pub use yaml::to_yaml;
