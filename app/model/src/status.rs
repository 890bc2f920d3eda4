//! How well something is, in one word and one level.

use serde::{Deserialize, Serialize};

/// How well something is; decides shape and colour. Ordered from worst to best, so sorting puts trouble first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It does not work and will not without help.
    Failed,
    /// It works in part, or is about to stop working.
    Warning,
    /// It is on its way.
    Progressing,
    /// Nothing is known.
    Unknown,
    /// It works.
    Healthy,
    /// It has done what it was for.
    Finished,
    /// It is switched off on purpose.
    Inactive,
}

impl Level {
    /// All levels, worst first.
    pub const ALL: [Self; 7] = [
        Self::Failed,
        Self::Warning,
        Self::Progressing,
        Self::Unknown,
        Self::Healthy,
        Self::Finished,
        Self::Inactive,
    ];

    /// The word that searches (`status:failed`), classes and texts use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Warning => "warning",
            Self::Progressing => "progressing",
            Self::Unknown => "unknown",
            Self::Healthy => "healthy",
            Self::Finished => "finished",
            Self::Inactive => "inactive",
        }
    }
}

/// How well an object is, in the field's words.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Status {
    /// Shape and colour.
    pub level: Level,
    /// The word, as kubectl and the object's documentation use it: `CrashLoopBackOff`, `Running`, `2 unavailable`.
    pub word: String,
    /// Why, in one plain sentence; empty when the word says all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

impl Status {
    /// A status whose word says all.
    pub fn new(level: Level, word: impl Into<String>) -> Self {
        Self { level, word: word.into(), reason: String::new() }
    }

    /// The same status with the reason for it.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }
}
