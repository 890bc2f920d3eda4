//! Making deleted objects again, as the caller.

use crate::births::Births;
use crate::caller::ForCaller;
use crate::change::DeletedObject;
use crate::change::act::JSON;
use crate::change::echo::{Echo, hear};
use crate::{As, Call, KubernetesError};
use access::{Granted, Need, Place, Resource, Scope, Verb, decide};
use http::Method;
use model::{ClusterName, ConsoleError, Namespace, ResourceRef};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Make a deleted object again.
#[derive(Clone, Debug)]
struct Restore(Arc<DeletedObject>);

impl access::Action for Restore {
    const NAME: &'static str = "restore";

    fn need(&self) -> Need {
        let DeletedObject { group, plural, resource, .. } = &*self.0;
        creation(group, plural, resource)
    }
}

fn creation(group: &str, plural: &str, resource: &ResourceRef) -> Need {
    Need::on(Verb::Create, Resource::new(group, plural), resource)
}

/// See what was deleted of a kind.
#[derive(Clone, Debug)]
struct ReadDeleted(Need);

impl access::Action for ReadDeleted {
    const NAME: &'static str = "read deleted objects";

    fn need(&self) -> Need {
        self.0.clone()
    }
}

/// Which deleted objects of a cluster a caller may see: those of kinds and namespaces that they may list now. Who holds a role in a
/// namespace sees nothing of another one that had its name before; who may see the whole cluster sees that too.
pub struct SeenDeleted {
    reader: ForCaller,
    cluster: ClusterName,
    births: Births,
    scopes: BTreeMap<(String, String, bool), Option<Scope>>,
}

impl SeenDeleted {
    /// Whether an object of this kind may be seen that was deleted at this moment, in seconds since 1970.
    pub fn sees(
        &mut self,
        (group, plural): (&str, &str),
        namespace: Option<&str>,
        name: &str,
        deleted_at: i64,
    ) -> bool {
        let key = (group.to_owned(), plural.to_owned(), namespace.is_some());
        let scope = self.scopes.entry(key).or_insert_with(|| {
            let place = if namespace.is_some() { Place::Namespaces(BTreeSet::new()) } else { Place::Cluster };
            let need = Need::to_all(Verb::List, Resource::new(group, plural), self.cluster.clone(), place);
            let access = self.reader.kubernetes.access();
            access.glance(&self.reader.caller, ReadDeleted(need)).map(|granted| granted.scope().clone())
        });
        let born = |namespace: &str| {
            let born_ms = Namespace::parse(namespace).ok().and_then(|name| self.births.get(&name).copied());
            born_ms.is_some_and(|born_ms| born_ms.div_euclid(1000) <= deleted_at)
        };
        scope.as_ref().is_some_and(|scope| {
            // Of a namespace that is gone itself, too.
            let is_of_now = *scope == Scope::All || born(namespace.unwrap_or(name));
            scope.admits(namespace, name) && is_of_now
        })
    }
}

impl ForCaller {
    /// Which deleted objects of a cluster this caller may see.
    pub async fn deleted(&self, cluster: &ClusterName) -> Result<SeenDeleted, ConsoleError> {
        let births = self.cluster(cluster).await?.births().await?;
        Ok(SeenDeleted { reader: self.clone(), cluster: cluster.clone(), births, scopes: BTreeMap::new() })
    }

    /// Whether this caller may make an object of a kind again.
    pub fn may_restore(&self, group: &str, plural: &str, resource: &ResourceRef) -> bool {
        decide(&self.caller, &creation(group, plural, resource)).is_ok()
    }

    /// Makes a deleted object again, as the caller. One of its name that is there by now stays as it is. Answers what the console
    /// will know of it, for [`ForCaller::hear`].
    pub async fn restore(&self, object: DeletedObject) -> Result<Option<Echo>, ConsoleError> {
        let cluster = self.cluster(&object.resource.cluster).await?;
        let work = async move |granted: Granted<Restore>| {
            let object = &granted.action().0;
            let body = object.manifest.to_string().into();
            let call = Call::write(Method::POST, collection(object)?, JSON, body);
            let answer = cluster.connection().call(As::Caller(&granted.identity()), &call).await?;
            Ok::<_, KubernetesError>(Echo::of_answer(object.resource.kind.as_str(), &answer.body))
        };
        self.kubernetes.access().perform(&self.caller, Restore(Arc::new(object)), work).await
    }

    /// Waits until the console knows of what was made again, all of it together: a second at most.
    pub async fn hear(&self, cluster: &ClusterName, echoes: &[Echo]) {
        if let Ok(cluster) = self.cluster(cluster).await {
            hear(&cluster, echoes).await;
        }
    }
}

/// Where objects of its kind are made, in the version in which it was kept.
fn collection(object: &DeletedObject) -> Result<String, KubernetesError> {
    let version = object.manifest["apiVersion"].as_str().unwrap_or_default();
    let is_version = |part: &str| {
        !part.is_empty() && part.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-".contains(letter))
    };
    let root = match version.split_once('/') {
        Some((group, version)) if group == object.group && is_version(version) => {
            format!("/apis/{group}/{version}")
        }
        None if object.group.is_empty() && is_version(version) => format!("/api/{version}"),
        _ => return Err(KubernetesError::invalid("apiVersion", "is not that of its kind")),
    };
    Ok(match &object.resource.namespace {
        Some(namespace) => format!("{root}/namespaces/{namespace}/{}", object.plural),
        None => format!("{root}/{}", object.plural),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::{KindSlug, Namespace, ObjectName};
    use serde_json::json;

    fn object(group: &str, version: &str, namespace: Option<&str>) -> DeletedObject {
        DeletedObject {
            resource: ResourceRef {
                cluster: ClusterName::parse("harbour").unwrap(),
                kind: KindSlug::parse("things").unwrap(),
                namespace: namespace.map(|name| Namespace::parse(name).unwrap()),
                name: ObjectName::parse("x").unwrap(),
            },
            group: group.into(),
            plural: "things".into(),
            kind: "Thing".into(),
            manifest: json!({"apiVersion": version}),
        }
    }

    #[test]
    fn an_object_is_made_where_its_kind_was() {
        let at = |group, version, namespace| collection(&object(group, version, namespace)).ok();

        assert_eq!(at("", "v1", Some("shop")).as_deref(), Some("/api/v1/namespaces/shop/things"));
        assert_eq!(at("apps", "apps/v1", None).as_deref(), Some("/apis/apps/v1/things"));
        assert_eq!(at("apps", "batch/v1", None), None);
        assert_eq!(at("apps", "apps/v1/../x", None), None);
        assert_eq!(at("", "", None), None);
    }
}
