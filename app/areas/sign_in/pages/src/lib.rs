#![doc = include_str!("../README.md")]

mod frame;
mod preferences;
mod set_up;
mod sign_in;
mod words;

pub use preferences::PreferencesPage;
pub use set_up::SetUpPage;
pub use sign_in::SignInPage;
