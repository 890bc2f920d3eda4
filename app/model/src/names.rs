//! Names as types. A value of one of these types has passed its rule, so whatever builds a URL, a query or a header
//! from it cannot be led elsewhere by `..`, `?`, `%` or a line break.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a text is not a name: what it was meant to be and the rule it breaks, for showing at the field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} {rule}")]
pub struct InvalidName {
    /// What the text was meant to be, such as "namespace".
    pub what: &'static str,
    /// The rule it breaks.
    pub rule: NameRule,
}

/// A rule of names that a text breaks. As text it is the rest of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum NameRule {
    /// There is something.
    #[error("must not be empty")]
    Empty,
    /// It is not longer than this.
    #[error("must have at most {0} characters")]
    Longest(usize),
    /// Of which characters it is.
    #[error("may hold only lower-case letters, digits and '-'")]
    Letters,
    /// With what it begins and ends.
    #[error("must start and end with a letter or digit")]
    Edges,
    /// It leads to no other folder.
    #[error("may not be '.' or '..'")]
    Dots,
    /// It is one part of a path.
    #[error("may not contain '/' or '%'")]
    OnePart,
    /// All of it can be seen.
    #[error("may not contain control characters")]
    Control,
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $what:literal, $rule:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Accepts the text if it obeys the rule of this kind of name.
            pub fn parse(text: &str) -> Result<Self, InvalidName> {
                $rule(text).map_err(|rule| InvalidName { what: $what, rule })?;
                Ok(Self(text.into()))
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;

            fn try_from(text: String) -> Result<Self, InvalidName> {
                Self::parse(&text)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0.into()
            }
        }
    };
}

name!(
    /// The name under which the console knows a cluster: an RFC 1123 label.
    ClusterName,
    "cluster name",
    label
);
name!(
    /// A Kubernetes namespace: an RFC 1123 label.
    Namespace,
    "namespace",
    label
);
name!(
    /// The name of a workspace in addresses: an RFC 1123 label. It never changes; what people read is its title.
    WorkspaceName,
    "workspace name",
    label
);
name!(
    /// The name of any Kubernetes object: whatever the API server accepts as one path segment (RBAC names may hold
    /// colons and spaces). Percent-encode it where a URL is built.
    ObjectName,
    "name",
    path_segment
);
name!(
    /// Which kind: the plural for built-in kinds (`deployments`), `plural.group` for all others
    /// (`httproutes.gateway.networking.k8s.io`).
    KindSlug,
    "kind",
    subdomain
);

fn label(text: &str) -> Result<(), NameRule> {
    if text.len() > 63 {
        return Err(NameRule::Longest(63));
    }
    dns(text)
}

fn subdomain(text: &str) -> Result<(), NameRule> {
    if text.len() > 253 {
        return Err(NameRule::Longest(253));
    }
    text.split('.').try_for_each(dns)
}

fn dns(text: &str) -> Result<(), NameRule> {
    let edge = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let inner = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    if text.is_empty() {
        return Err(NameRule::Empty);
    }
    if !text.as_bytes().iter().all(inner) {
        return Err(NameRule::Letters);
    }
    if !edge(text.as_bytes().first()) || !edge(text.as_bytes().last()) {
        return Err(NameRule::Edges);
    }
    Ok(())
}

/// The API server's own rule for names in paths, without control characters.
fn path_segment(text: &str) -> Result<(), NameRule> {
    match text {
        "" => Err(NameRule::Empty),
        "." | ".." => Err(NameRule::Dots),
        _ if text.len() > 253 => Err(NameRule::Longest(253)),
        _ if text.contains(['/', '%']) => Err(NameRule::OnePart),
        _ if text.chars().any(char::is_control) => Err(NameRule::Control),
        _ => Ok(()),
    }
}

/// One object of one cluster, by name. Says nothing about whether it exists or may be seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ResourceRef {
    /// The cluster it lives in.
    pub cluster: ClusterName,
    /// Its kind.
    pub kind: KindSlug,
    /// Its namespace; `None` for objects of the whole cluster.
    pub namespace: Option<Namespace>,
    /// Its name.
    pub name: ObjectName,
}

impl fmt::Display for ResourceRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/", self.kind)?;
        if let Some(namespace) = &self.namespace {
            write!(formatter, "{namespace}/")?;
        }
        write!(formatter, "{}", self.name)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for text in ["", ".", "..", "../../team-b/secrets/db?x=", "a/b", "a%2fb", "a\r\nb", "a\0"] {
            assert!(ObjectName::parse(text).is_err(), "{text:?} was accepted as an object name");
            assert!(Namespace::parse(text).is_err(), "{text:?} was accepted as a namespace");
            assert!(KindSlug::parse(text).is_err(), "{text:?} was accepted as a kind");
        }
    }

    #[test]
    fn names_that_clusters_use_are_accepted() {
        for text in ["web-0", "system:controller:job", "10.0.0.1", "my role"] {
            assert_eq!(ObjectName::parse(text).unwrap().as_str(), text);
        }
        assert!(Namespace::parse("kube-system").is_ok());
        assert!(KindSlug::parse("httproutes.gateway.networking.k8s.io").is_ok());
    }

    #[test]
    fn a_reference_with_a_bad_name_does_not_deserialize() {
        let text = r#"{"cluster":"harbour","kind":"pods","namespace":"shop","name":"../secrets"}"#;
        assert!(serde_json::from_str::<ResourceRef>(text).is_err());
    }

    proptest! {
        #[test]
        fn an_accepted_name_is_one_path_segment(text in ".{0,40}") {
            if let Ok(name) = ObjectName::parse(&text) {
                prop_assert!(!name.as_str().contains('/'));
                prop_assert!(name.as_str() != ".." && !name.as_str().is_empty());
            }
        }
    }
}
