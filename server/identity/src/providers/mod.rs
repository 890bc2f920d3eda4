//! Systems through which people sign in besides passwords of the console.

mod arrival;
pub(crate) mod cas;
mod claims;
mod code;
pub(crate) mod directory;
mod journey;
mod keys;
mod logout;
pub(crate) mod oauth;
mod openid;
mod outbound;
mod probe;
mod refresh;
mod registry;
mod roll_call;

pub use ::outbound::{OutboundError, TrustError};
pub use arrival::{Arrived, Entrance, EntryRefused, Newcomer, PendingLink};
pub use code::Callback;
pub use directory::DirectoryError;
pub use journey::{Journey, Purpose};
pub use logout::LogoutRefused;
pub use probe::probe;
pub use refresh::Refresh;
pub use registry::{Provider, ProviderError, Registry};

#[cfg(test)]
mod tests;
