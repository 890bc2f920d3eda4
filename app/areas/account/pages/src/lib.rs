#![doc = include_str!("../README.md")]

mod factor;
mod identities;
mod kubectl;
mod page;
mod passkeys;
mod password;
mod ports;
mod sessions;
mod tokens;
mod words;

pub use page::AccountPage;
