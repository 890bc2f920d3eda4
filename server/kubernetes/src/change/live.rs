//! Reading an object as it is now, as the caller.

use crate::{As, Call, Cluster, Connection, KubernetesError, Served};
use access::Identity;
use bytes::Bytes;
use kinds::Object;
use model::{Namespace, ResourceRef};
use serde_json::Value;

/// An object as the API server sent it.
#[derive(Clone, Debug)]
pub(crate) struct State {
    bytes: Bytes,
    /// The same, to look into.
    pub value: Value,
}

impl State {
    /// Reads an API server's answer.
    pub fn parse(connection: &Connection, bytes: Bytes) -> Result<Self, KubernetesError> {
        Ok(Self { value: connection.read_json(&bytes)?, bytes })
    }

    /// A state that was put together here, such as one that is only tried out.
    pub fn of(value: &Value) -> Self {
        Self { bytes: value.to_string().into(), value: value.clone() }
    }

    /// The same in the order in which it was sent.
    pub fn object(&self) -> Object<'_> {
        // It has been read once before; only its depth could be too much for this reader, and the other's limit is the
        // same.
        Object::parse(&self.bytes).unwrap_or_default()
    }

    /// The text at a JSON pointer, or `""`.
    pub fn text(&self, path: &str) -> &str {
        self.value.pointer(path).and_then(Value::as_str).unwrap_or_default()
    }

    /// `metadata.uid`.
    pub fn uid(&self) -> &str {
        self.text("/metadata/uid")
    }

    /// `metadata.resourceVersion`.
    pub fn version(&self) -> &str {
        self.text("/metadata/resourceVersion")
    }
}

/// Takes the objects out of a list.
pub(crate) fn items(list: &mut Value) -> impl Iterator<Item = Value> + use<> {
    let items = list.get_mut("items").and_then(Value::as_array_mut).map(std::mem::take);
    items.unwrap_or_default().into_iter().filter(Value::is_object)
}

/// The object as it is now.
pub(crate) async fn read(
    cluster: &Cluster,
    identity: &Identity,
    served: &Served,
    resource: &ResourceRef,
) -> Result<State, KubernetesError> {
    let call = Call::get(path(served, resource)?);
    let answer = cluster.connection().call(As::Caller(identity), &call).await?;
    State::parse(cluster.connection(), answer.body)
}

/// The object as it is now, or nothing when there is none.
pub(crate) async fn find(
    cluster: &Cluster,
    identity: &Identity,
    served: &Served,
    resource: &ResourceRef,
) -> Result<Option<State>, KubernetesError> {
    match read(cluster, identity, served, resource).await {
        Ok(state) => Ok(Some(state)),
        Err(error) if error.code() == Some(404) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The address of an object, if it has a namespace exactly when its kind has.
pub(crate) fn path(served: &Served, resource: &ResourceRef) -> Result<String, KubernetesError> {
    check_place(served, resource.namespace.as_ref())?;
    Ok(served.path(resource.namespace.as_ref(), &resource.name))
}

/// The address at which an object is made, if it has a namespace exactly when its kind has.
pub(crate) fn collection(served: &Served, resource: &ResourceRef) -> Result<String, KubernetesError> {
    check_place(served, resource.namespace.as_ref())?;
    Ok(served.collection(resource.namespace.as_ref()))
}

fn check_place(served: &Served, namespace: Option<&Namespace>) -> Result<(), KubernetesError> {
    match (served.kind.namespaced, namespace) {
        (true, None) => Err(KubernetesError::invalid("metadata.namespace", "must be given for this kind")),
        (false, Some(_)) => {
            Err(KubernetesError::invalid("metadata.namespace", "does not exist for this kind"))
        }
        _ => Ok(()),
    }
}
