#![doc = include_str!("../README.md")]

mod choose_name;
mod code;
mod forgotten;
mod frame;
mod invitation;
mod preferences;
mod set_up;
mod sign_in;
mod words;

pub use choose_name::ChooseNamePage;
pub use code::CodePage;
pub use forgotten::ForgottenPage;
pub use invitation::InvitationPage;
pub use preferences::PreferencesPage;
pub use set_up::SetUpPage;
pub use sign_in::SignInPage;
