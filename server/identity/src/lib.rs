#![doc = include_str!("../README.md")]

mod accounts;
mod agent;
pub mod api_tokens;
mod newcomers;
pub mod passkeys;
mod password;
pub mod providers;
mod seal;
pub mod second_factor;
pub mod sessions;
mod throttle;
mod token;
mod visitor;

pub use accounts::{
    Accounts, BY_PASSWORD, ChangeRefused, Doors, Forgotten, Owner, SetUpRefused, SignInRefused, SignedIn,
    is_name,
};
pub use agent::{Agent, read_agent};
pub use password::{Hasher, PasswordError};
pub use seal::{KeyError, Seal, Unopened};
pub use token::Token;
pub use visitor::Visitor;

pub use throttle::network;
pub(crate) use throttle::{Attempt, Throttle};
