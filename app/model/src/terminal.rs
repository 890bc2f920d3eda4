//! The terminal protocol: one WebSocket for each terminal.
//!
//! `GET /terminal?…` ([`TerminalRequest::address`]) upgrades to a WebSocket. Binary messages are bytes: to the server
//! what is typed, to the browser what is written. Text messages are JSON: a [`TerminalWish`] from the browser, a
//! [`TerminalNews`] from the server, whose last one is always [`TerminalNews::Ended`].

use crate::{ConsoleError, ResourceRef, link};
use serde::{Deserialize, Serialize};

/// Which container a terminal is wanted in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalRequest {
    /// The pod.
    pub pod: ResourceRef,
    /// The container; `None` takes the pod's default one.
    pub container: Option<String>,
    /// The shell; `None` tries [`Shell::ALL`] in turn.
    pub shell: Option<Shell>,
}

/// A program that reads commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "they are programs")]
pub enum Shell {
    Bash,
    Sh,
    Ash,
}

/// How large a terminal is, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalSize {
    /// Characters in a line.
    pub columns: u16,
    /// Lines.
    pub rows: u16,
}

/// What the browser wants beside typing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TerminalWish {
    /// The terminal has this size now.
    Resize(TerminalSize),
    /// So many bytes were drawn: as many more may be sent.
    Drawn(u32),
}

/// What the server says beside what the shell writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TerminalNews {
    /// A shell runs.
    Opened {
        /// In which container.
        container: String,
        /// Which one.
        shell: Shell,
    },
    /// Nothing was typed for a long time: the terminal ends in so many seconds unless something is.
    EndsSoon {
        /// Seconds from now.
        seconds: u32,
    },
    /// It is over.
    Ended(TerminalEnd),
}

/// Why a terminal ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TerminalEnd {
    /// The shell ended by itself, or with its container.
    Exited {
        /// Its exit code.
        code: i32,
        /// What became of the container, when that is why.
        because: Option<ContainerFate>,
    },
    /// The container has none of these shells.
    NoShell {
        /// The shells that were tried.
        tried: Vec<Shell>,
    },
    /// The cluster could not run it, and says why.
    Failed {
        /// The cluster's sentence.
        message: String,
    },
    /// The connection to the cluster broke.
    Lost {
        /// What became of the container, when that is why.
        because: Option<ContainerFate>,
    },
    /// Nothing was typed for so long.
    Idle {
        /// Minutes.
        minutes: u32,
    },
    /// The console stops, most likely to start again.
    Stopping,
    /// So many terminals are open already.
    TooMany {
        /// The most for one person.
        limit: u32,
    },
    /// The right or the session is gone, or the cluster cannot be asked.
    Refused(ConsoleError),
}

/// What became of the container of a terminal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContainerFate {
    /// Its pod was deleted.
    PodDeleted,
    /// It ended, and may run again.
    Ended {
        /// Kubernetes' word, such as `OOMKilled`.
        reason: String,
        /// Its exit code.
        code: i32,
    },
}

impl Shell {
    /// All shells, the most comfortable first.
    pub const ALL: [Self; 3] = [Self::Bash, Self::Sh, Self::Ash];

    /// The program.
    pub fn word(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Sh => "sh",
            Self::Ash => "ash",
        }
    }

    /// The shell of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shell| shell.word() == word)
    }
}

impl TerminalSize {
    /// What a terminal is that has not said its size.
    pub const USUAL: Self = Self { columns: 80, rows: 24 };
    /// Larger than any screen.
    const MOST: u16 = 1_000;

    /// A size that a shell can live with.
    #[must_use]
    pub fn sensible(self) -> Self {
        Self { columns: self.columns.clamp(1, Self::MOST), rows: self.rows.clamp(1, Self::MOST) }
    }
}

impl TerminalRequest {
    /// Where the WebSocket is opened; the size is added by whoever knows it.
    pub fn address(&self) -> String {
        let pod = &self.pod;
        let namespace = pod.namespace.as_ref().map(|name| format!("&namespace={name}")).unwrap_or_default();
        let container = self.container.as_deref();
        let container =
            container.map(|name| format!("&container={}", link::escape(name))).unwrap_or_default();
        let shell = self.shell.map(|shell| format!("&shell={}", shell.word())).unwrap_or_default();
        let name = link::escape(pod.name.as_str());
        format!("/terminal?cluster={}{namespace}&pod={name}{container}{shell}", pod.cluster)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::{ClusterName, KindSlug, Namespace, ObjectName};

    #[test]
    fn an_address_names_the_container_and_nothing_else() {
        let request = TerminalRequest {
            pod: ResourceRef {
                cluster: ClusterName::parse("harbour").unwrap(),
                kind: KindSlug::parse("pods").unwrap(),
                namespace: Some(Namespace::parse("shop").unwrap()),
                name: ObjectName::parse("web-0").unwrap(),
            },
            container: Some("web&x".into()),
            shell: Some(Shell::Sh),
        };

        assert_eq!(
            request.address(),
            "/terminal?cluster=harbour&namespace=shop&pod=web-0&container=web%26x&shell=sh"
        );
    }

    #[test]
    fn news_are_small_words() {
        let json = |news: &TerminalNews| serde_json::to_string(news).unwrap();

        let opened = TerminalNews::Opened { container: "web".into(), shell: Shell::Bash };
        assert_eq!(json(&opened), r#"{"opened":{"container":"web","shell":"bash"}}"#);
        assert_eq!(json(&TerminalNews::Ended(TerminalEnd::Stopping)), r#"{"ended":"stopping"}"#);
        let resize = r#"{"resize":{"columns":0,"rows":30000}}"#;
        let TerminalWish::Resize(size) = serde_json::from_str(resize).unwrap() else {
            panic!("another wish")
        };
        assert_eq!(size.sensible(), TerminalSize { columns: 1, rows: 1_000 });
    }
}
