//! What a person may know about themselves.

use serde::{Deserialize, Serialize};

/// The person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The name they signed in with.
    pub name: String,
    /// What they may do, at most.
    pub persona: Persona,
    /// Namespaces that an editor or viewer is limited to, as `cluster/namespace`; empty for administrators.
    pub namespaces: Vec<String>,
}

/// A built-in role. The cluster's own RBAC decides in the end; a persona only says what the console lets through and as
/// which group it speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Persona {
    /// Sees and changes everything.
    Administrator,
    /// Sees and changes what is in its namespaces.
    Editor,
    /// Sees what is in its namespaces, without secrets.
    Viewer,
}

impl Persona {
    /// The stable word for databases and forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Editor => "editor",
            Self::Viewer => "viewer",
        }
    }

    /// The persona of a stable word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Administrator, Self::Editor, Self::Viewer].into_iter().find(|persona| persona.word() == word)
    }
}
