#![doc = include_str!("../README.md")]

mod accounts;
mod password;
pub mod sessions;
mod throttle;
mod token;

pub use accounts::{Accounts, LINK_LIFETIME, SetUpRefused, SignInRefused, Visitor, is_name};
pub use password::{Hasher, PasswordError};
pub use throttle::{Attempt, Throttle};
pub use token::Token;
