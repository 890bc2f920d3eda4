//! What a path of a cluster's API means. The shapes are a list: what is not on it is not sent on, and what is sent on is
//! written anew from its meaning, so that what was decided about is what the cluster reads.

use super::said::Said;
use access::Resource;
use model::{Namespace, ObjectName, link};

/// What a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// What the cluster serves, and what its objects look like; nothing of any object.
    About(Vec<String>),
    /// Objects of a resource, one of them, or a part of one.
    Objects(Objects),
}

/// Objects of a resource, one of them, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Objects {
    pub group: String,
    pub version: String,
    pub plural: String,
    pub namespace: Option<Namespace>,
    pub name: Option<ObjectName>,
    pub part: Option<String>,
}

impl Target {
    /// Reads a path, without its query and without what stands before the API's own root.
    pub fn read(path: &str) -> Result<Self, Said> {
        let rest = path.strip_prefix('/').ok_or_else(Said::no_such_path)?;
        let segments = rest.split('/').map(decode).collect::<Option<Vec<String>>>();
        let segments = segments.ok_or_else(Said::no_such_path)?;
        let words: Vec<&str> = segments.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["version" | "api" | "apis"] => Ok(Self::About(segments)),
            ["openapi", "v2" | "v3"] => Ok(Self::About(segments)),
            ["openapi", "v3", of @ ..] if of.len() <= 3 && of.iter().all(|word| is_group(word)) => {
                Ok(Self::About(segments))
            }
            ["api", version] if is_word(version) => Ok(Self::About(segments)),
            ["apis", group] if is_group(group) => Ok(Self::About(segments)),
            ["apis", group, version] if is_group(group) && is_word(version) => Ok(Self::About(segments)),
            ["api", version, rest @ ..] if is_word(version) => Objects::read("", version, rest),
            ["apis", group, version, rest @ ..] if is_group(group) && is_word(version) => {
                Objects::read(group, version, rest)
            }
            _ => Err(Said::no_such_path()),
        }
    }

    /// The path that means the same, and nothing else.
    pub fn path(&self) -> String {
        match self {
            Self::About(words) => format!("/{}", words.join("/")),
            Self::Objects(objects) => objects.path(),
        }
    }
}

impl Objects {
    fn read(group: &str, version: &str, rest: &[&str]) -> Result<Target, Said> {
        let (namespace, rest) = match rest {
            // The old way to watch, and the ways through to what runs: neither is offered.
            ["watch" | "proxy", ..] => return Err(Said::closed()),
            // A namespace itself, or one of its own parts, and not something inside it.
            ["namespaces"] | ["namespaces", _] | ["namespaces", _, "status" | "finalize"] => (None, rest),
            ["namespaces", namespace, rest @ ..] => {
                let namespace = Namespace::parse(namespace).map_err(|wrong| Said::bad(wrong.to_string()))?;
                (Some(namespace), rest)
            }
            rest => (None, rest),
        };
        let (plural, name, part) = match rest {
            [_, _, "proxy", ..] => return Err(Said::closed()),
            [plural] => (*plural, None, None),
            [plural, name] => (*plural, Some(*name), None),
            [plural, name, part] => (*plural, Some(*name), Some(*part)),
            _ => return Err(Said::no_such_path()),
        };
        if !is_word(plural) || !part.is_none_or(is_word) {
            return Err(Said::no_such_path());
        }
        // The console's own words are no resources of a cluster.
        if group == Resource::console(plural).group {
            return Err(Said::no_such_path());
        }
        let name = name.map(ObjectName::parse).transpose().map_err(|wrong| Said::bad(wrong.to_string()))?;
        let name = match (plural, name) {
            ("namespaces", Some(name)) => {
                Namespace::parse(name.as_str()).map_err(|wrong| Said::bad(wrong.to_string()))?;
                Some(name)
            }
            (_, name) => name,
        };
        Ok(Target::Objects(Self {
            group: group.to_owned(),
            version: version.to_owned(),
            plural: plural.to_owned(),
            namespace,
            name,
            part: part.map(str::to_owned),
        }))
    }

    /// What roles call it.
    pub fn resource(&self) -> Resource {
        let whole = Resource::new(self.group.as_str(), self.plural.as_str());
        match &self.part {
            Some(part) => whole.part(part.as_str()),
            None => whole,
        }
    }

    /// Whether it is this resource.
    pub fn is(&self, group: &str, plural: &str) -> bool {
        self.group == group && self.plural == plural
    }

    fn path(&self) -> String {
        let mut path = match self.group.as_str() {
            "" => format!("/api/{}", self.version),
            group => format!("/apis/{group}/{}", self.version),
        };
        let name = self.name.as_ref().map(|name| link::escape(name.as_str()));
        let place = self.namespace.iter().flat_map(|namespace| ["namespaces", namespace.as_str()]);
        let rest = [Some(self.plural.as_str()), name.as_deref(), self.part.as_deref()];
        for segment in place.chain(rest.into_iter().flatten()) {
            path.push('/');
            path.push_str(segment);
        }
        path
    }
}

/// A segment, decoded once. What is empty, or no text, is none.
fn decode(segment: &str) -> Option<String> {
    let text = percent_encoding::percent_decode_str(segment).decode_utf8().ok()?;
    (!text.is_empty()).then(|| text.into_owned())
}

/// A version, a plural or a part.
fn is_word(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.len() <= 63 && text.bytes().all(is_inner)
}

/// The name of an API group.
fn is_group(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_word)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn objects(path: &str) -> Objects {
        match Target::read(path) {
            Ok(Target::Objects(objects)) => objects,
            other => panic!("{path} is {other:?}"),
        }
    }

    fn meaning(path: &str) -> (String, Option<String>, Option<String>) {
        let objects = objects(path);
        (
            objects.resource().to_string(),
            objects.namespace.map(|one| one.to_string()),
            objects.name.map(|one| one.to_string()),
        )
    }

    fn meant(resource: &str, namespace: &str, name: &str) -> (String, Option<String>, Option<String>) {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        (resource.to_owned(), some(namespace), some(name))
    }

    #[test]
    fn a_path_is_read_as_the_api_server_reads_it() {
        for (path, resource, namespace, name) in [
            ("/api/v1/pods", "pods", "", ""),
            ("/api/v1/nodes/n1", "nodes", "", "n1"),
            ("/api/v1/namespaces", "namespaces", "", ""),
            ("/api/v1/namespaces/shop", "namespaces", "", "shop"),
            ("/api/v1/namespaces/shop/status", "namespaces/status", "", "shop"),
            ("/api/v1/namespaces/shop/finalize", "namespaces/finalize", "", "shop"),
            ("/api/v1/namespaces/shop/pods", "pods", "shop", ""),
            ("/api/v1/namespaces/shop/pods/web-0", "pods", "shop", "web-0"),
            ("/api/v1/namespaces/shop/pods/web-0/log", "pods/log", "shop", "web-0"),
            ("/apis/apps/v1/namespaces/shop/deployments/web/scale", "deployments.apps/scale", "shop", "web"),
            (
                "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode",
                "clusterroles.rbac.authorization.k8s.io",
                "",
                "system:node",
            ),
        ] {
            assert_eq!(meaning(path), meant(resource, namespace, name), "{path}");
        }
    }

    #[test]
    fn paths_that_lead_elsewhere_mean_nothing() {
        for path in [
            "",
            "/",
            "api/v1/pods",
            "//api/v1/pods",
            "/api/v1/pods/",
            "/api/v1//pods",
            "/api/v1/namespaces/shop/../bank/secrets",
            "/api/v1/namespaces/shop/%2e%2e/secrets",
            "/api/v1/namespaces/shop%2F..%2Fbank/secrets",
            "/api/v1/namespaces/shop/pods/..%2F..%2Fbank%2Fsecrets%2Fdb",
            "/api/v1/namespaces/shop/pods/web%252F..",
            "/api/v1/namespaces/shop/pods/%00",
            "/api/v1/namespaces/shop/pods/web%0d%0aImpersonate-User:%20root",
            "/api/v1/namespaces/SHOP/pods",
            "/api/v1/namespaces/shop/Pods",
            "/api/v1/namespaces/shop/pods;x=y",
            "/api/v1/namespaces/%ff/pods",
            "/apis/apps%2Fv1/namespaces/shop/deployments",
            "/apis/console.orrery/v1/accounts",
            "/healthz",
            "/metrics",
            "/logs/kube-apiserver.log",
            "/openapi/v3/../../metrics",
            "/api/v1/namespaces/shop/pods/web-0/log/more",
        ] {
            assert!(Target::read(path).is_err(), "{path} means {:?}", Target::read(path));
        }
    }

    #[test]
    fn there_is_no_way_through_to_what_runs() {
        for path in [
            "/api/v1/nodes/n1/proxy",
            "/api/v1/nodes/n1/proxy/exec/shop/web-0/main",
            "/api/v1/namespaces/shop/pods/web-0/proxy",
            "/api/v1/namespaces/shop/pods/web-0%3A8080/proxy/admin",
            "/api/v1/namespaces/shop/services/web/proxy",
            "/api/v1/namespaces/shop/services/web/%70roxy/x",
            "/api/v1/proxy/namespaces/shop/pods/web-0",
            "/api/v1/watch/namespaces/shop/secrets",
        ] {
            let refused = Target::read(path).unwrap_err();
            assert_eq!(refused.code, 403, "{path}");
        }
    }

    proptest! {
        #[test]
        fn what_is_sent_means_what_was_decided(path in "/(api/v1|apis/apps/v1)(/[a-z%.0-9A-F:; -]{0,12}){0,6}") {
            if let Ok(target) = Target::read(&path) {
                let sent = target.path();
                prop_assert_eq!(Target::read(&sent).unwrap(), target);
                prop_assert!(!sent.contains("//") && !sent.contains("/..") && !sent.to_lowercase().contains("%2f"));
                prop_assert!(sent.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'?' && byte != b'#'));
            }
        }
    }
}
