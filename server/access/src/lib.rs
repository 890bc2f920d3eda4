#![doc = include_str!("../README.md")]

mod caller;
mod command;
mod decide;
mod grant;
mod identities;
mod need;
mod only;
pub mod permissions;
mod refused;
pub mod rights;
pub mod roles;
mod scope;

pub use caller::{Acting, Caller, FRESH, Identity, account_of, user_name};
pub use command::Command;
pub use decide::decide;
pub use grant::{Access, Action, Granted};
pub use identities::{Another, Identities, Standing};
pub use need::{Need, Place, Resource, Verb};
pub use only::Only;
pub use refused::{Refusal, Refused};
pub use scope::Scope;
