//! Reading what clusters say: what is used of quotas, and who may do what.

use crate::apply::list;
use crate::plan::CONSOLE_LABEL;
use crate::{ProvisionError, Provisioner};
use access::{Action, Granted, Need, Place, Resource, Verb};
use kubernetes::{Connection, KubernetesError};
use model::{ClusterName, Namespace, link};
use rbac::Objects;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Reading what projects of a workspace use of their quotas in a cluster.
#[derive(Clone, Debug)]
pub struct ReadUse {
    /// The workspace.
    pub workspace: Uuid,
    /// The cluster.
    pub cluster: ClusterName,
}

impl Action for ReadUse {
    const NAME: &'static str = "read use of quotas";

    fn need(&self) -> Need {
        let need = Need::in_workspace(Verb::List, "projects", self.workspace);
        Need { cluster: Some(self.cluster.clone()), ..need }
    }
}

impl Provisioner {
    /// What is only read is read by the console's own account.
    fn reading(&self, cluster: &ClusterName) -> Result<&Connection, KubernetesError> {
        Ok(self.target(cluster)?.cluster.connection())
    }
}

/// Amounts by namespace and what they are of. A namespace whose quota the cluster has not counted yet is not in it.
pub type Used = BTreeMap<Namespace, BTreeMap<String, String>>;

impl Provisioner {
    /// What is used of the console's quotas in all namespaces of a cluster. The caller shows those of the workspace's
    /// projects, of which the tables know.
    pub async fn used(&self, read: &Granted<ReadUse>) -> Result<Used, ProvisionError> {
        let console = self.0.database.console_id().await?;
        let selector = link::escape(&format!("{CONSOLE_LABEL}={console}"));
        let connection = self.reading(&read.action().cluster)?;
        let quotas = list(connection, format!("/api/v1/resourcequotas?labelSelector={selector}")).await?;
        let mut used = Used::new();
        for quota in quotas.items {
            let namespace = quota["metadata"]["namespace"].as_str().map(Namespace::parse);
            let (Some(Ok(namespace)), Some(amounts)) = (namespace, quota["status"]["used"].as_object())
            else {
                continue;
            };
            let amounts =
                amounts.iter().filter_map(|(name, text)| Some((name.clone(), text.as_str()?.into())));
            used.insert(namespace, amounts.collect());
        }
        Ok(used)
    }
}

impl Provisioner {
    /// The names of all storage classes of a cluster.
    pub async fn storage_classes(&self, read: &Granted<ReadUse>) -> Result<BTreeSet<String>, ProvisionError> {
        let connection = self.reading(&read.action().cluster)?;
        let classes = list(connection, "/apis/storage.k8s.io/v1/storageclasses".into()).await?;
        let name = |class: &serde_json::Value| class["metadata"]["name"].as_str().map(str::to_owned);
        Ok(classes.items.iter().filter_map(name).collect())
    }
}

/// Reading a cluster's own roles and bindings, to say who can do something.
#[derive(Clone, Debug)]
pub struct ReadBindings {
    /// The cluster.
    pub cluster: ClusterName,
    /// The namespace, when those of one are asked for.
    pub namespace: Option<Namespace>,
}

impl Action for ReadBindings {
    const NAME: &'static str = "ask who can";

    fn need(&self) -> Need {
        let place = self.namespace.clone().map_or(Place::Cluster, Place::Namespace);
        Need::to_all(Verb::List, Resource::console("members"), self.cluster.clone(), place)
    }
}

impl Provisioner {
    /// All roles and bindings of a cluster. The caller shows those that the reader may see.
    pub async fn bindings(&self, read: &Granted<ReadBindings>) -> Result<Objects, ProvisionError> {
        let connection = self.reading(&read.action().cluster)?;
        let all = |plural: &str| list(connection, format!("/apis/rbac.authorization.k8s.io/v1/{plural}"));
        Ok(Objects {
            cluster_roles: all("clusterroles").await?.items,
            roles: all("roles").await?.items,
            cluster_role_bindings: all("clusterrolebindings").await?.items,
            role_bindings: all("rolebindings").await?.items,
        })
    }
}
