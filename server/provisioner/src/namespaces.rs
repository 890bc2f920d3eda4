//! Namespaces for projects: nobody but administrators of a cluster may make or delete one there, so it is done for those
//! whom a workspace's roles allow it.

use crate::{ProvisionError, Provisioner, Target, check_home, pod_security};
use access::{Action, Granted, Need, Verb};
use bytes::Bytes;
use http::Method;
use kubernetes::{As, Call};
use model::{ClusterName, KindSlug, Namespace, ObjectName, PodSecurity};
use serde_json::json;
use uuid::Uuid;

/// Making a namespace for a project of a workspace.
#[derive(Clone, Debug)]
pub struct CreateProject {
    /// The workspace.
    pub workspace: Uuid,
    /// The cluster.
    pub cluster: ClusterName,
    /// The namespace to be made.
    pub namespace: Namespace,
    /// What is asked of its pods, from the first one on.
    pub pod_security: PodSecurity,
}

impl Action for CreateProject {
    const NAME: &'static str = "create project";

    fn need(&self) -> Need {
        let need = Need::in_workspace(Verb::Create, "projects", self.workspace);
        Need { cluster: Some(self.cluster.clone()), ..need }.named(object_name(&self.namespace))
    }

    fn detail(&self) -> Option<String> {
        let is_asked = self.pod_security != PodSecurity::default();
        is_asked.then(|| self.pod_security.to_string())
    }
}

/// Deleting a project's namespace with everything in it.
#[derive(Clone, Debug)]
pub struct DeleteProject {
    /// Its workspace.
    pub workspace: Uuid,
    /// Its cluster.
    pub cluster: ClusterName,
    /// Its namespace.
    pub namespace: Namespace,
}

impl Action for DeleteProject {
    const NAME: &'static str = "delete project";

    fn need(&self) -> Need {
        let need = Need::in_workspace(Verb::Delete, "projects", self.workspace);
        Need { cluster: Some(self.cluster.clone()), ..need }.named(object_name(&self.namespace))
    }
}

fn object_name(namespace: &Namespace) -> ObjectName {
    ObjectName::parse(namespace.as_str()).expect("every namespace's name is an object's name")
}

impl Provisioner {
    /// Makes the namespace. One that exists already is refused: it may be somebody's.
    pub async fn create_namespace(&self, create: &Granted<CreateProject>) -> Result<(), ProvisionError> {
        let asked = create.action();
        let labels = pod_security::of_new(asked.pod_security);
        let manifest = json!({
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": {"name": asked.namespace.as_str(), "labels": labels},
        });
        let path = "/api/v1/namespaces".into();
        let body = Bytes::from(manifest.to_string());
        let call = Call::write(Method::POST, path, "application/json", body);
        let target = self.writing(&asked.cluster).await?;
        let made = target.connection.call(As::Console, &call).await?;
        target.cluster.hear_of_change(&namespaces(), &made.body).await;
        Ok(())
    }

    /// Deletes the namespace with everything in it. One that is gone already is as good.
    pub async fn delete_namespace(&self, delete: &Granted<DeleteProject>) -> Result<(), ProvisionError> {
        let asked = delete.action();
        let path = format!("/api/v1/namespaces/{}", asked.namespace);
        // Only the one that was meant: somebody may have made another one of its name a moment ago, and a project that has ended
        // meanwhile has none.
        let meant = self.0.database.meant_namespaces(&asked.cluster).await?;
        let Some(meant) = meant.into_iter().find(|meant| meant.namespace == asked.namespace) else {
            return Ok(());
        };
        let options = meant.uid.map_or_else(Bytes::new, |uid| {
            let preconditions = json!({"uid": uid});
            json!({"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": preconditions})
                .to_string()
                .into()
        });
        let call = Call::write(Method::DELETE, path, "application/json", options);
        let target = self.writing(&asked.cluster).await?;
        match target.connection.call(As::Console, &call).await {
            Ok(deleted) => target.cluster.hear_of_deletion(&namespaces(), &deleted.body).await,
            Err(error) if error.code() == Some(404) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Where it is written, once the cluster has said that it is the one that is meant: what people hold in a workspace is
    /// not about namespaces of another one that answers under its name.
    async fn writing(&self, cluster: &ClusterName) -> Result<&Target, ProvisionError> {
        let target = self.target(cluster)?;
        let uid = self.0.meet(cluster, target).await?;
        check_home(target, &uid).await?;
        Ok(target)
    }
}

/// What namespaces are called in addresses.
fn namespaces() -> KindSlug {
    KindSlug::parse("namespaces").expect("it is a slug")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::PodSecurityLevel;

    #[test]
    fn the_trail_says_with_a_new_project_what_its_pods_may() {
        let create = |enforce| CreateProject {
            workspace: Uuid::nil(),
            cluster: ClusterName::parse("harbour").unwrap(),
            namespace: Namespace::parse("tools").unwrap(),
            pod_security: PodSecurity { enforce, warn: None },
        };

        let detail = create(Some(PodSecurityLevel::Privileged)).detail();
        assert_eq!(detail.as_deref(), Some("enforce: privileged, warn: as the cluster"));
        assert_eq!(create(None).detail(), None, "the cluster's own");
    }
}
