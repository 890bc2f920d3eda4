//! What is asked of image registries: whether a login opens one, and what is in them.

use crate::{FoundImages, ImageSource, ImageTags, RegistryLogin};
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

/// Asks image registries.
#[async_trait]
pub trait Registries: Send + Sync {
    /// What its registry says of a login. May be asked by whoever may make secrets in the namespace.
    async fn try_login(
        &self,
        cluster: ClusterName,
        namespace: Namespace,
        login: RegistryLogin,
    ) -> Result<LoginAnswer, ConsoleError>;

    /// Images whose names hold a text. May be asked by whoever may make pods in the namespace.
    async fn find_images(&self, source: ImageSource, words: String) -> Result<FoundImages, ConsoleError>;

    /// Tags of an image that hold a text. May be asked by whoever may make pods in the namespace.
    async fn image_tags(
        &self,
        source: ImageSource,
        image: String,
        words: String,
    ) -> Result<ImageTags, ConsoleError>;
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
