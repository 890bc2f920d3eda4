//! Rules, and what is asked.

use serde::Deserialize;

/// A rule of a role, as the API writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Rule {
    /// What may be done; `*` is everything.
    pub verbs: Vec<String>,
    /// In which API groups; the empty text is the core group, `*` all.
    pub api_groups: Vec<String>,
    /// To what: `pods`, `pods/exec`, `*/scale`, or `*` for everything.
    pub resources: Vec<String>,
    /// To which objects alone; empty for all.
    pub resource_names: Vec<String>,
    /// At which paths that are no resource's: whole, or up to a `*` at the end.
    #[serde(rename = "nonResourceURLs")]
    pub paths: Vec<String>,
}

/// What somebody wants to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Something to a resource.
    Resource {
        /// The verb, such as `get`.
        verb: String,
        /// The API group; empty for the core group.
        group: String,
        /// The plural.
        resource: String,
        /// The part, such as `exec`; empty for the whole.
        subresource: String,
        /// The namespace; none for what has none, and for all namespaces at once.
        namespace: Option<String>,
        /// The object; empty for all of them, and for one that is to be made.
        name: String,
    },
    /// Something at a path that is no resource's, such as `/metrics`.
    Path {
        /// The method in small letters, such as `get`.
        verb: String,
        /// The path.
        path: String,
    },
}

const ALL: &str = "*";

fn has(list: &[String], wanted: &str) -> bool {
    list.iter().any(|one| one == ALL || one == wanted)
}

impl Request {
    /// The namespace whose bindings count too.
    pub(crate) fn namespace(&self) -> Option<&str> {
        match self {
            Self::Resource { namespace, .. } => namespace.as_deref().filter(|name| !name.is_empty()),
            Self::Path { .. } => None,
        }
    }
}

impl Rule {
    /// Whether the rule lets a request through, wherever it is bound.
    pub fn allows(&self, request: &Request) -> bool {
        match request {
            Request::Path { verb, path } => has(&self.verbs, verb) && self.covers_path(path),
            Request::Resource { verb, group, resource, subresource, name, .. } => {
                has(&self.verbs, verb)
                    && has(&self.api_groups, group)
                    && self.resources.iter().any(|own| covers(own, resource, subresource))
                    && (self.resource_names.is_empty() || self.resource_names.contains(name))
            }
        }
    }

    fn covers_path(&self, path: &str) -> bool {
        let covers = |own: &String| {
            own == ALL || own == path || own.strip_suffix(ALL).is_some_and(|start| path.starts_with(start))
        };
        self.paths.iter().any(covers)
    }
}

fn covers(own: &str, resource: &str, subresource: &str) -> bool {
    if own == ALL {
        return true;
    }
    match own.split_once('/') {
        None => subresource.is_empty() && own == resource,
        Some((parent, part)) => {
            !subresource.is_empty() && part == subresource && (parent == ALL || parent == resource)
        }
    }
}
