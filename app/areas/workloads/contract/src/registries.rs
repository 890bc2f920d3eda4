//! Whether a login opens its registry.

use crate::RegistryLogin;
use async_trait::async_trait;
use leptos::prelude::*;
use model::{ClusterName, ConsoleError, Namespace};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// What a registry says of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LoginAnswer {
    /// It takes it.
    Taken,
    /// It does not.
    Refused,
    /// It asks for none.
    NotAsked,
}

/// Shows logins to image registries.
#[async_trait]
pub trait Registries: Send + Sync {
    /// What its registry says of a login. May be asked by whoever may make secrets in the namespace.
    async fn try_login(
        &self,
        cluster: ClusterName,
        namespace: Namespace,
        login: RegistryLogin,
    ) -> Result<LoginAnswer, ConsoleError>;
}

/// What its registry says of a login, before a secret is made of it.
#[server(endpoint = "workloads/registry-login", input = Json)]
pub async fn try_registry_login(
    /// The cluster.
    cluster: ClusterName,
    /// The namespace that the secret would be in.
    namespace: Namespace,
    /// The login.
    login: RegistryLogin,
) -> Result<LoginAnswer, ConsoleError> {
    model::port::<dyn Registries>()?.try_login(cluster, namespace, login).await
}
