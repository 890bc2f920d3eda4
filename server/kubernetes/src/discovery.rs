//! What a cluster serves. One dead group never hides the others.

mod aggregated;
mod listed;

use crate::KubernetesError;
use crate::connection::{As, Call, Connection};
use aggregated::{AGGREGATED, Aggregated};
use kinds::{Discovered, Kind};
use model::{Cause, Namespace, ObjectName, link};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long one group may take: an extension that hangs must not hold up what the others serve.
const GROUP_PATIENCE: Duration = Duration::from_secs(3);

/// A kind that a cluster serves.
#[derive(Clone, Debug)]
pub struct Served {
    /// What the console knows of it.
    pub kind: Arc<Kind>,
    /// The version that is asked for: the one the columns are written for, if it is served, else the preferred one.
    pub version: String,
    /// Verbs that the API offers on it.
    pub verbs: BTreeSet<String>,
    /// Sub-resources, such as `scale`.
    pub subresources: BTreeSet<String>,
    /// Whether its definition says enough of its fields for a form; known when its objects are followed.
    pub described: bool,
}

impl Served {
    /// `/apis/apps/v1`.
    pub fn root(&self) -> String {
        if self.kind.group.is_empty() {
            format!("/api/{}", self.version)
        } else {
            format!("/apis/{}/{}", self.kind.group, self.version)
        }
    }

    /// The address of all its objects, or of those in one namespace.
    pub fn collection(&self, namespace: Option<&Namespace>) -> String {
        match namespace {
            Some(namespace) => format!("{}/namespaces/{namespace}/{}", self.root(), self.kind.plural),
            None => format!("{}/{}", self.root(), self.kind.plural),
        }
    }

    /// The address of one object.
    pub fn path(&self, namespace: Option<&Namespace>, name: &ObjectName) -> String {
        format!("{}/{}", self.collection(namespace), link::escape(name.as_str()))
    }

    /// `apps/v1`, as manifests say it.
    pub fn api_version(&self) -> String {
        if self.kind.group.is_empty() {
            self.version.clone()
        } else {
            format!("{}/{}", self.kind.group, self.version)
        }
    }

    /// Whether the API offers this verb.
    pub fn can(&self, verb: &str) -> bool {
        self.verbs.contains(verb)
    }

    /// Whether its objects can be followed.
    pub fn is_watchable(&self) -> bool {
        self.can("list") && self.can("watch")
    }
}

/// Everything that a cluster serves at one moment.
#[derive(Clone, Debug, Default)]
pub struct Discovery {
    /// By slug.
    pub kinds: BTreeMap<String, Arc<Served>>,
    /// Groups that do not answer, and why.
    pub dead_groups: Vec<(String, Cause)>,
    /// The version of the API server, if it says one.
    pub version: Option<String>,
}

impl Discovery {
    /// The kind with this slug.
    pub fn find(&self, slug: &str) -> Option<&Arc<Served>> {
        self.kinds.get(slug)
    }

    /// The kind that manifests call so.
    pub fn of_manifest(&self, group: &str, kind: &str) -> Option<&Arc<Served>> {
        self.kinds.values().find(|served| served.kind.group == group && served.kind.kind == kind)
    }

    /// Versions come with the preferred one first, so the first that is seen stays, unless a later one is the version that
    /// the kind's columns are written for.
    fn add(&mut self, group: &str, version: &str, found: Found) {
        // Kinds that can only be created (reviews, bindings) have no pages.
        if !found.verbs.contains("list") {
            return;
        }
        let kind = kinds::of_resource(group, &found.plural).cloned().unwrap_or_else(|| {
            Arc::new(Kind::discovered(Discovered {
                group: group.into(),
                version: version.into(),
                kind: found.kind,
                plural: found.plural,
                namespaced: found.namespaced,
                short_names: found.short_names,
                columns: Vec::new(),
            }))
        });
        let slug = kind.slug.to_string();
        let is_known = self.kinds.contains_key(&slug);
        if is_known && kind.version != version {
            return;
        }
        let served = Served {
            version: version.into(),
            verbs: found.verbs,
            subresources: found.subresources,
            described: false,
            kind,
        };
        self.kinds.insert(slug, Arc::new(served));
    }
}

/// Asks the cluster what it serves, in three requests; a server without aggregated discovery is asked group by group.
pub async fn discover(connection: &Connection) -> Result<Discovery, KubernetesError> {
    let (groups, version) = tokio::join!(discover_groups(connection), discover_version(connection));
    Ok(Discovery { version, ..groups? })
}

async fn discover_version(connection: &Connection) -> Option<String> {
    let call = Call::get("/version".into());
    let answer = timeout(GROUP_PATIENCE, connection.call(As::Console, &call)).await.ok()?.ok()?;
    let version: serde_json::Value = serde_json::from_slice(&answer.body).ok()?;
    Some(version.get("gitVersion")?.as_str()?.to_owned())
}

async fn discover_groups(connection: &Connection) -> Result<Discovery, KubernetesError> {
    let mut discovery = Discovery::default();
    for root in ["/api", "/apis"] {
        let answer = connection.call(As::Console, &Call::get(root.into()).accepting(AGGREGATED)).await?;
        match serde_json::from_slice::<Aggregated>(&answer.body) {
            Ok(all) if all.is_meant() => all.add_to(&mut discovery),
            Ok(_) => listed::ask_each_group(connection, root, &answer.body, &mut discovery).await?,
            Err(error) => return Err(KubernetesError::unreadable(connection.cluster(), error.to_string())),
        }
    }
    Ok(discovery)
}

/// A resource as a server describes it, whichever way it was asked.
struct Found {
    kind: String,
    plural: String,
    namespaced: bool,
    verbs: BTreeSet<String>,
    short_names: Vec<String>,
    subresources: BTreeSet<String>,
}

#[cfg(test)]
impl Served {
    /// A built-in kind for a test, in the version that the console knows, and with nothing that can be done with it.
    pub(crate) fn built_in(slug: &str) -> Self {
        let kind = Arc::clone(kinds::find(slug).expect("a built-in kind"));
        Self {
            version: kind.version.to_string(),
            kind,
            verbs: BTreeSet::new(),
            subresources: BTreeSet::new(),
            described: false,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::plain::{Plain, Said};
    use model::Outage;
    use serde_json::json;

    fn group(name: &str) -> serde_json::Value {
        json!({"name": name, "versions": [{"groupVersion": format!("{name}/v1"), "version": "v1"}]})
    }

    fn resources(plural: &str, kind: &str) -> Said {
        Said::json(&json!({"kind": "APIResourceList", "resources": [
            {"name": plural, "kind": kind, "namespaced": true, "verbs": ["list", "watch"]},
            {"name": format!("{plural}/status"), "kind": kind, "namespaced": true, "verbs": ["get"]}]}))
    }

    #[tokio::test]
    async fn without_aggregation_each_broken_group_is_named_and_hides_no_other() {
        let groups = ["late.example", "apps", "broken.example", "gone.example", "batch"];
        let server = Plain::new(move |path, _| match path {
            "/api" => Said::json(&json!({"kind": "APIVersions", "versions": ["v1"]})),
            "/apis" => Said::json(&json!({"kind": "APIGroupList", "groups": groups.map(group)})),
            "/api/v1" => resources("pods", "Pod"),
            "/apis/apps/v1" => resources("deployments", "Deployment"),
            "/apis/batch/v1" => resources("jobs", "Job"),
            "/apis/late.example/v1" => Said { late: Duration::from_secs(600), ..Said::code(200, "") },
            "/apis/broken.example/v1" => Said::code(200, "<html>"),
            _ => Said::code(503, "the backend is gone"),
        });
        let server = server.await;

        let discovery = discover(&Connection::new("harbour", server.config()).unwrap()).await.unwrap();

        let kinds: Vec<&str> = discovery.kinds.keys().map(String::as_str).collect();
        assert_eq!(kinds, ["deployments", "jobs", "pods"]);
        assert!(discovery.find("pods").unwrap().subresources.contains("status"));
        let dead: BTreeMap<_, _> = discovery.dead_groups.into_iter().collect();
        assert_eq!(
            dead.keys().map(String::as_str).collect::<Vec<_>>(),
            ["broken.example/v1", "gone.example/v1", "late.example/v1"]
        );
        assert_eq!(dead["late.example/v1"], Cause::from(Outage::Late(3)));
        assert_eq!(dead["gone.example/v1"], Cause::from("the backend is gone"));
    }
}
