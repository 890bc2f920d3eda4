//! What is searched, and by which fields.

use serde::{Deserialize, Serialize};

/// What is searched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Of {
    /// Lines that containers wrote.
    #[default]
    Logs,
    /// Events of the cluster.
    Events,
    /// What was done at the cluster's API server.
    Audit,
}

/// A field that a search can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Field {
    /// The namespace that it belongs to.
    Namespace,
    /// What made the pod: a deployment and the like.
    Workload,
    /// The pod.
    Pod,
    /// The container.
    Container,
    /// The node that it came from.
    Node,
    /// `stdout` or `stderr`.
    Stream,
    /// How bad a line says it is.
    Level,
    /// The kind of the object of an event.
    Kind,
    /// The name of the object of an event or a request.
    Name,
    /// The reason of an event.
    Reason,
    /// `Normal` or `Warning`.
    Type,
    /// What recorded an event.
    Source,
    /// Who did it.
    User,
    /// What was done.
    Verb,
    /// To which resource.
    Resource,
    /// The HTTP status of the answer.
    Code,
    /// The id of the request.
    Request,
    /// From where the request came.
    Address,
}

/// How bad a line says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "their names say it")]
pub enum LineLevel {
    Debug,
    Info,
    Warning,
    Error,
}

impl Of {
    /// All of them, in the order of the page's tabs.
    pub const ALL: [Self; 3] = [Self::Logs, Self::Events, Self::Audit];

    /// Its word in addresses and texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Logs => "logs",
            Self::Events => "events",
            Self::Audit => "audit",
        }
    }

    /// The one with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|of| of.word() == word)
    }

    /// The fields that a search of it can name.
    pub fn fields(self) -> &'static [Field] {
        use Field::*;
        match self {
            Self::Logs => &[Namespace, Workload, Pod, Container, Node, Stream, Level],
            Self::Events => &[Namespace, Kind, Name, Reason, Type, Source],
            Self::Audit => &[Namespace, User, Verb, Resource, Name, Code, Address, Request],
        }
    }

    /// The fields whose most frequent values are shown.
    pub fn facets(self) -> &'static [Field] {
        use Field::*;
        match self {
            Self::Logs => &[Namespace, Pod, Container],
            Self::Events => &[Namespace, Kind, Reason],
            Self::Audit => &[Namespace, User, Verb, Resource],
        }
    }

    /// The field with this word, or another word for it.
    pub fn field(self, word: &str) -> Option<Field> {
        let word = if word == "project" { Field::Namespace.word() } else { word };
        self.fields().iter().copied().find(|field| field.word() == word)
    }
}

impl Field {
    /// Its word in searches and texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Namespace => "namespace",
            Self::Workload => "workload",
            Self::Pod => "pod",
            Self::Container => "container",
            Self::Node => "node",
            Self::Stream => "stream",
            Self::Level => "level",
            Self::Kind => "kind",
            Self::Name => "name",
            Self::Reason => "reason",
            Self::Type => "type",
            Self::Source => "source",
            Self::User => "user",
            Self::Verb => "verb",
            Self::Resource => "resource",
            Self::Code => "code",
            Self::Request => "request",
            Self::Address => "address",
        }
    }
}

impl LineLevel {
    /// All of them, the worst first.
    pub const ALL: [Self; 4] = [Self::Error, Self::Warning, Self::Info, Self::Debug];

    /// Its word in searches and texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The one with this word.
    pub fn parse(word: &str) -> Option<Self> {
        let word = if word == "warn" { Self::Warning.word() } else { word };
        Self::ALL.into_iter().find(|level| level.word() == word)
    }
}
