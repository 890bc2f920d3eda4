//! Parts of objects that have paths of their own.

/// A part of an object with a path of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subresource {
    Status,
    Scale,
    Log,
    Exec,
    Attach,
    PortForward,
    Eviction,
    Binding,
    EphemeralContainers,
    Resize,
    Token,
    Finalize,
    Approval,
    Proxy,
}

impl Subresource {
    const ALL: [Self; 14] = [
        Self::Status,
        Self::Scale,
        Self::Log,
        Self::Exec,
        Self::Attach,
        Self::PortForward,
        Self::Eviction,
        Self::Binding,
        Self::EphemeralContainers,
        Self::Resize,
        Self::Token,
        Self::Finalize,
        Self::Approval,
        Self::Proxy,
    ];

    /// The last segment of the path.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Scale => "scale",
            Self::Log => "log",
            Self::Exec => "exec",
            Self::Attach => "attach",
            Self::PortForward => "portforward",
            Self::Eviction => "eviction",
            Self::Binding => "binding",
            Self::EphemeralContainers => "ephemeralcontainers",
            Self::Resize => "resize",
            Self::Token => "token",
            Self::Finalize => "finalize",
            Self::Approval => "approval",
            Self::Proxy => "proxy",
        }
    }

    pub(crate) fn parse(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.path() == path)
    }

    /// The kind sent and received, with its group and version, where it is not the object itself.
    pub(crate) fn kind(self) -> Option<(&'static str, &'static str, &'static str)> {
        match self {
            Self::Scale => Some(("autoscaling", "v1", "Scale")),
            Self::Eviction => Some(("policy", "v1", "Eviction")),
            Self::Binding => Some(("", "v1", "Binding")),
            Self::Token => Some(("authentication.k8s.io", "v1", "TokenRequest")),
            Self::Exec => Some(("", "v1", "PodExecOptions")),
            Self::Attach => Some(("", "v1", "PodAttachOptions")),
            Self::PortForward => Some(("", "v1", "PodPortForwardOptions")),
            Self::Proxy => Some(("", "v1", "ServiceProxyOptions")),
            _ => None,
        }
    }

    pub(crate) fn verbs(self) -> &'static [&'static str] {
        match self {
            Self::Log => &["get"],
            Self::Exec | Self::Attach | Self::PortForward => &["create", "get"],
            Self::Eviction | Self::Binding | Self::Token => &["create"],
            Self::Finalize => &["update"],
            Self::Proxy => &["create", "delete", "get", "patch", "update"],
            _ => &["get", "patch", "update"],
        }
    }
}
