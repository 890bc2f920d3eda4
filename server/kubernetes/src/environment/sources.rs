//! Config maps and secrets that environments refer to.

use super::source;
use crate::caller::ForCaller;
use crate::change::{ReadManifest, read_value};
use crate::cluster::Cluster;
use crate::slug::built_in;
use access::{Action, decide};
use model::{ClusterName, ConsoleError, Namespace, ObjectName, ResourceRef};
use resources_contract::VariableValue;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What was found out about one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// Its keys, with what may be shown of their values.
    Keys(BTreeMap<String, VariableValue>),
    /// It is there; its keys were not looked at.
    There,
    /// It does not exist.
    Missing,
    /// The caller may not see it.
    Unseen,
}

/// All that the containers of a pod refer to.
pub(super) struct Sources {
    cluster: ClusterName,
    namespace: Namespace,
    read: HashMap<(&'static str, ObjectName), Read>,
}

/// A key that becomes a variable: where it is from, itself, and what it holds.
pub(super) type Pair = (ResourceRef, String, VariableValue);

impl Sources {
    pub fn new(cluster: &ClusterName, namespace: &Namespace) -> Self {
        Self { cluster: cluster.clone(), namespace: namespace.clone(), read: HashMap::new() }
    }

    pub fn keep(&mut self, kind: &'static str, name: ObjectName, read: Read) {
        self.read.insert((kind, name), read);
    }

    /// Whether its keys are known.
    pub fn has_keys(&self, kind: &'static str, name: &ObjectName) -> bool {
        matches!(self.read.get(&(kind, name.clone())), Some(Read::Keys(_)))
    }

    fn find(&self, kind: &'static str, name: &str) -> Option<(ResourceRef, &Read)> {
        let name = ObjectName::parse(name).ok()?;
        let source = source(&self.cluster, kind, &self.namespace, &name);
        Some((source, self.read.get(&(kind, name))?))
    }

    /// What one key of a config map or secret holds, and where that is.
    pub fn one(
        &self,
        kind: &'static str,
        name: &str,
        key: &str,
        is_optional: bool,
    ) -> (Option<ResourceRef>, VariableValue) {
        let missing = VariableValue::Missing { is_optional };
        let Some((source, read)) = self.find(kind, name) else { return (None, missing) };
        let value = match read {
            Read::Keys(keys) => keys.get(key).cloned().unwrap_or(missing),
            Read::There => VariableValue::Secret,
            Read::Missing => missing,
            Read::Unseen => VariableValue::Unseen,
        };
        (Some(source), value)
    }

    /// All keys of a config map or secret; what cannot be told is named with why.
    pub fn whole(
        &self,
        kind: &'static str,
        name: &str,
        is_optional: bool,
    ) -> Result<Vec<Pair>, Option<(ResourceRef, VariableValue)>> {
        let (source, read) = self.find(kind, name).ok_or(None)?;
        match read {
            Read::Keys(keys) => {
                let pair =
                    |(key, value): (&String, &VariableValue)| (source.clone(), key.clone(), value.clone());
                Ok(keys.iter().map(pair).collect())
            }
            Read::Missing => Err(Some((source, VariableValue::Missing { is_optional }))),
            Read::There | Read::Unseen => Err(Some((source, VariableValue::Unseen))),
        }
    }
}

impl ForCaller {
    /// Whether a secret is there, from what is followed of secrets: not their values.
    pub(super) async fn is_secret_there(
        &self,
        cluster: &Arc<Cluster>,
        namespace: &Namespace,
        name: &ObjectName,
    ) -> Result<Read, ConsoleError> {
        let store = cluster.loaded(&built_in("secrets")).await?;
        let Some(scope) = self.glance(cluster, &store) else { return Ok(Read::Unseen) };
        let state = store.read();
        let row = state.find(Some(namespace.as_str()), name.as_str());
        Ok(match row.filter(|row| row.is_within(&scope)) {
            Some(_) => Read::There,
            None => Read::Missing,
        })
    }

    /// A config map or secret as it is now. What the caller has no right to is not asked for.
    pub(super) async fn read_source(
        &self,
        cluster: &Arc<Cluster>,
        kind: &'static str,
        namespace: &Namespace,
        name: &ObjectName,
    ) -> Result<Read, ConsoleError> {
        let resource = source(cluster.name(), kind, namespace, name);
        let served = cluster.served(&resource.kind).await?;
        let action = ReadManifest { served, resource, reveal: false };
        if decide(&self.caller, &action.need()).is_err() {
            return Ok(Read::Unseen);
        }
        let granted = self.kubernetes.access().grant(&self.caller, action).await?;
        match read_value(cluster, &granted).await {
            Ok((value, _)) => Ok(Read::Keys(keys(kind, &value))),
            Err(error) if error.code() == Some(404) => Ok(Read::Missing),
            Err(error) if error.code() == Some(403) => Ok(Read::Unseen),
            Err(error) => Err(error.into()),
        }
    }
}

/// The keys that can become variables. Values of secrets go no further than this.
fn keys(kind: &str, object: &Value) -> BTreeMap<String, VariableValue> {
    let value = |value: &Value| match kind {
        "secrets" => VariableValue::Secret,
        _ => VariableValue::Text(value.as_str().unwrap_or_default().to_owned()),
    };
    let data = object["data"].as_object().into_iter().flatten();
    data.map(|(key, held)| (key.clone(), value(held))).collect()
}
