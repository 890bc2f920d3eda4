//! The terminal protocol: one WebSocket for each terminal.
//!
//! `GET /terminal?…` ([`TerminalRequest::address`]) upgrades to a WebSocket. Binary messages are bytes: to the server
//! what is typed, to the browser what is written. Text messages are JSON: a [`TerminalWish`] from the browser, a
//! [`TerminalNews`] from the server, whose last one is always [`TerminalNews::Ended`].

use crate::{ClusterName, ConsoleError, ResourceRef, link};
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
    /// The image of a container to add to the pod and to open instead, with the processes of `container` in sight: for
    /// images without a shell, and for containers that do not run long enough to be looked into.
    pub debug: Option<ImageName>,
}

/// A shell of a node itself: that of its own system, by way of a privileged pod that is made for it and deleted with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeShell {
    /// The node.
    pub node: ResourceRef,
    /// The image of the pod.
    pub image: ImageName,
}

/// What a terminal is opened in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TerminalPlace {
    /// A container of a pod.
    Container(TerminalRequest),
    /// A node.
    Node(NodeShell),
}

/// The reference of a container image, such as `busybox:1.37`. Registries decide which there are; here it is known to be
/// one word of the signs that references are made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ImageName(String);

/// What was written is no reference of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "an image is named like busybox:1.37 or registry.example/tools/shell:2, with letters, digits and . _ - / : @"
)]
pub struct InvalidImage;

impl ImageName {
    /// Longer than any that a registry takes: a name of 255, a tag of 128.
    const MOST: usize = 512;

    /// Reads a reference, without the blanks around it.
    pub fn parse(text: &str) -> Result<Self, InvalidImage> {
        let text = text.trim();
        let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/:@".contains(&byte);
        let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        let is_image = begins && text.len() <= Self::MOST && text.bytes().all(is_sign);
        is_image.then(|| Self(text.to_owned())).ok_or(InvalidImage)
    }

    /// The reference as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ImageName {
    type Error = InvalidImage;

    fn try_from(text: String) -> Result<Self, InvalidImage> {
        Self::parse(&text)
    }
}

impl From<ImageName> for String {
    fn from(image: ImageName) -> Self {
        image.0
    }
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
    /// A container was added for this terminal and does not run yet.
    Preparing {
        /// Its name.
        container: String,
        /// What it waits for, in Kubernetes' words; empty while nothing is known.
        reason: String,
    },
    /// A pod was made for this terminal, and is deleted with it.
    Created {
        /// Which one.
        pod: ResourceRef,
    },
    /// The pod that was made for this terminal could not be deleted.
    Left {
        /// Which one.
        pod: ResourceRef,
        /// Why not.
        why: ConsoleError,
    },
    /// What is shown from now on is recorded; said before anything runs.
    Recorded {
        /// For how many days the recording is kept.
        days: u32,
    },
    /// A shell runs.
    Opened {
        /// In which container.
        container: String,
        /// Which one; `None` in a container of its own, which runs what its image runs.
        shell: Option<Shell>,
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
    /// It is recorded, and a recording may not be longer.
    RecordingFull {
        /// The most, in mebibytes.
        mebibytes: u32,
    },
    /// It is recorded, and that failed: nothing goes on unrecorded.
    Unrecorded {
        /// Why.
        why: String,
    },
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

impl TerminalPlace {
    /// Where the WebSocket is opened; the size is added by whoever knows it.
    pub fn address(&self) -> String {
        match self {
            Self::Container(request) => request.address(),
            Self::Node(shell) => shell.address(),
        }
    }

    /// The cluster that it is in.
    pub fn cluster(&self) -> &ClusterName {
        match self {
            Self::Container(request) => &request.pod.cluster,
            Self::Node(shell) => &shell.node.cluster,
        }
    }
}

impl NodeShell {
    /// Where the WebSocket is opened.
    fn address(&self) -> String {
        let (cluster, node) = (&self.node.cluster, link::escape(self.node.name.as_str()));
        format!("/terminal?cluster={cluster}&node={node}&image={}", link::escape(self.image.as_str()))
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
        let debug = self.debug.as_ref().map(|image| format!("&debug={}", link::escape(image.as_str())));
        let debug = debug.unwrap_or_default();
        let name = link::escape(pod.name.as_str());
        format!("/terminal?cluster={}{namespace}&pod={name}{container}{shell}{debug}", pod.cluster)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::{KindSlug, Namespace, ObjectName};

    #[test]
    fn an_address_names_the_container_and_nothing_else() {
        let mut request = TerminalRequest {
            pod: ResourceRef {
                cluster: ClusterName::parse("harbour").unwrap(),
                kind: KindSlug::parse("pods").unwrap(),
                namespace: Some(Namespace::parse("shop").unwrap()),
                name: ObjectName::parse("web-0").unwrap(),
            },
            container: Some("web&x".into()),
            shell: Some(Shell::Sh),
            debug: None,
        };

        assert_eq!(
            request.address(),
            "/terminal?cluster=harbour&namespace=shop&pod=web-0&container=web%26x&shell=sh"
        );
        request.debug = ImageName::parse("registry.example:5000/tools:1").ok();
        assert!(request.address().ends_with("&debug=registry.example%3A5000%2Ftools%3A1"));
    }

    #[test]
    fn the_address_of_a_node_names_the_image_too() {
        let node = ResourceRef {
            cluster: ClusterName::parse("harbour").unwrap(),
            kind: KindSlug::parse("nodes").unwrap(),
            namespace: None,
            name: ObjectName::parse("pier-1").unwrap(),
        };
        let shell = NodeShell { node, image: ImageName::parse("tools/shell:2").unwrap() };

        assert_eq!(
            TerminalPlace::Node(shell).address(),
            "/terminal?cluster=harbour&node=pier-1&image=tools%2Fshell%3A2"
        );
    }

    #[test]
    fn an_image_is_one_word() {
        for image in ["busybox", " busybox:1.37 ", "registry.example:5000/a/b@sha256:00ff"] {
            assert_eq!(ImageName::parse(image).unwrap().as_str(), image.trim());
        }
        for nonsense in ["", " ", "-x", "a b", "a\nb", "a?b=c", &"a".repeat(513)] {
            assert!(ImageName::parse(nonsense).is_err(), "{nonsense:?} was taken");
        }
    }

    #[test]
    fn news_are_small_words() {
        let json = |news: &TerminalNews| serde_json::to_string(news).unwrap();

        let opened = TerminalNews::Opened { container: "web".into(), shell: Some(Shell::Bash) };
        assert_eq!(json(&opened), r#"{"opened":{"container":"web","shell":"bash"}}"#);
        assert_eq!(json(&TerminalNews::Ended(TerminalEnd::Stopping)), r#"{"ended":"stopping"}"#);
        let resize = r#"{"resize":{"columns":0,"rows":30000}}"#;
        let TerminalWish::Resize(size) = serde_json::from_str(resize).unwrap() else {
            panic!("another wish")
        };
        assert_eq!(size.sensible(), TerminalSize { columns: 1, rows: 1_000 });
    }
}
