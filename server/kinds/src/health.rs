//! How well an object is, before it is known who reads it.

use crate::Said;
use model::{Language, Level, Status};

/// How well an object is, for readers of any language: a row is kept once for all of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Health {
    /// Shape and colour.
    pub level: Level,
    /// The word, the same in every language, because people search for it: `CrashLoopBackOff`, `Running`, `2 unavailable`.
    pub word: String,
    /// Why; nothing when the word says all.
    pub reason: Said,
}

impl Health {
    /// One whose word says all.
    pub fn new(level: Level, word: impl Into<String>) -> Self {
        Self { level, word: word.into(), reason: Said::nothing() }
    }

    /// The same with the reason for it.
    #[must_use]
    pub fn because(mut self, reason: impl Into<Said>) -> Self {
        self.reason = reason.into();
        self
    }

    /// What a reader is told.
    pub fn in_language(&self, language: Language) -> Status {
        Status::new(self.level, self.word.as_str()).because(self.reason.in_language(language))
    }

    /// Bytes on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.word.capacity() + self.reason.heap_bytes()
    }
}
