//! What trying a provider out found.

use serde::{Deserialize, Serialize};

/// One step of trying a provider out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which.
    pub name: StepName,
    /// How long it took.
    pub milliseconds: u64,
    /// What was found, or what went wrong.
    pub result: Result<String, String>,
}

/// The steps, in their order. Which are taken depends on the kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepName {
    /// The host's name becomes addresses.
    Resolve,
    /// One of them takes a connection.
    Connect,
    /// The connection is encrypted with whom it should be.
    Secure,
    /// The provider describes itself.
    Discover,
    /// Its keys can be used.
    Keys,
    /// The service account signs in.
    Bind,
    /// People are found.
    Search,
    /// Groups are found.
    Groups,
    /// The interface answers.
    Interface,
    /// The console is known there.
    Registration,
}

impl StepName {
    /// The word for texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Secure => "secure",
            Self::Discover => "discover",
            Self::Keys => "keys",
            Self::Bind => "bind",
            Self::Search => "search",
            Self::Groups => "groups",
            Self::Interface => "interface",
            Self::Registration => "registration",
        }
    }
}
