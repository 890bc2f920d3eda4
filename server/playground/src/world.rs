//! The worlds: clusters described as ordinary Kubernetes manifests.

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use playground_kubernetes::{Cluster, Status, server_certificate};
use serde_json::{Value, json};

use crate::objects::{annotation, name, namespace, text, time};

/// How old the furniture of a world is: everything but what runs in it.
const AGE_HOURS: i64 = 41 * 24;

/// Kinds that begin to run when the world does.
const RUNNING_KINDS: [&str; 7] =
    ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod"];

/// For which host a secret holds a certificate, which is made when the world is.
const CERTIFICATE_FOR: &str = "playground.orrery.dev/certificate-for";
/// In how many days that ends.
const CERTIFICATE_DAYS: &str = "playground.orrery.dev/certificate-days";
/// So many days it lasts in all.
const CERTIFICATE_LASTS: i64 = 90;

/// A described cluster.
#[derive(Clone, Copy, Debug)]
pub struct World {
    /// The cluster's name.
    pub name: &'static str,
    /// The Kubernetes version it claims to be.
    pub version: (u32, u32),
    /// Its manifests by file name.
    files: &'static [(&'static str, &'static str)],
}

/// Why a world or a manifest could not be brought into a cluster.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// The text is not YAML.
    #[error("{file} is not YAML: {source}")]
    Unreadable {
        /// The file's name.
        file: String,
        /// What the reader says.
        #[source]
        source: Box<serde_saphyr::Error>,
    },
    /// A certificate could not be made.
    #[error("{file}: the certificate of {name} cannot be made: {source}")]
    Certificate {
        /// The file's name.
        file: String,
        /// The name of the secret that is to hold it.
        name: String,
        /// Why not.
        #[source]
        source: anyhow::Error,
    },
    /// The cluster refused an object.
    #[error("{file}: the cluster refused {kind} {name}: {source}")]
    Refused {
        /// The file's name.
        file: String,
        /// The object's kind.
        kind: String,
        /// The object's namespace and name.
        name: String,
        /// What the cluster says.
        #[source]
        source: Box<Status>,
    },
}

macro_rules! files {
    ($($file:literal),+ $(,)?) => { &[$(($file, include_str!(concat!("../worlds/", $file)))),+] };
}

/// All worlds, the largest first.
pub fn worlds() -> &'static [World] {
    &[
        World {
            name: "harbour",
            version: (1, 34),
            files: files![
                "namespaces.yaml",
                "system.yaml",
                "custom-kinds.yaml",
                "monitoring.yaml",
                "monitoring-rules.yaml",
                "log-outputs.yaml",
                "logging.yaml",
                "harbour/nodes.yaml",
                "harbour/storage.yaml",
                "harbour/shop.yaml",
                "harbour/shop-data.yaml",
                "harbour/snapshots.yaml",
                "harbour/shop-network.yaml",
                "harbour/shop-rules.yaml",
                "harbour/payments.yaml",
                "harbour/platform.yaml",
                "harbour/monitoring.yaml",
                "harbour/batch.yaml",
                "harbour/orchards.yaml",
            ],
        },
        World {
            name: "meadow",
            version: (1, 32),
            files: files![
                "namespaces.yaml",
                "system.yaml",
                "custom-kinds.yaml",
                "monitoring.yaml",
                "monitoring-rules.yaml",
                "log-outputs.yaml",
                "logging.yaml",
                "meadow/nodes.yaml",
                "meadow/shop-staging.yaml",
                "meadow/tools.yaml",
            ],
        },
        World { name: "lantern", version: (1, 31), files: files!["system.yaml", "lantern/edge.yaml"] },
    ]
}

impl World {
    /// Puts everything into a cluster: namespaces and new kinds first, then the rest in its order.
    pub fn fill(&self, cluster: &Cluster, now: Timestamp) -> Result<(), WorldError> {
        let mut objects = Vec::new();
        for (file, written) in self.files {
            objects.extend(read(file, written)?.into_iter().map(|object| (*file, object)));
        }
        objects.sort_by_key(|(_, object)| match text(object, "/kind") {
            "Namespace" => 0,
            "CustomResourceDefinition" => 1,
            "PriorityClass" | "StorageClass" | "LimitRange" => 2,
            "Node" => 3,
            "Deployment" | "StatefulSet" | "DaemonSet" | "Job" | "CronJob" | "Pod" => 5,
            _ => 4,
        });
        let cluster = cluster.as_manager("kubectl");
        for (file, mut object) in objects {
            let age = if RUNNING_KINDS.contains(&text(&object, "/kind")) { 0 } else { AGE_HOURS };
            object["metadata"]["creationTimestamp"] = time(now - SignedDuration::from_hours(age)).into();
            certify(&mut object, now).map_err(|source| WorldError::Certificate {
                file: file.to_owned(),
                name: name(&object).to_owned(),
                source,
            })?;
            put(&cluster, file, object)?;
        }
        Ok(())
    }
}

/// Puts a certificate into a secret that says for which host it has one.
fn certify(object: &mut Value, now: Timestamp) -> anyhow::Result<()> {
    let host = annotation(object, CERTIFICATE_FOR);
    if host.is_empty() {
        return Ok(());
    }
    let days: i64 =
        annotation(object, CERTIFICATE_DAYS).parse().context("it does not say for how long it is")?;
    let moment = |days: i64| now + SignedDuration::from_hours(days * 24);
    let (certificate, key) = server_certificate(host, moment(days - CERTIFICATE_LASTS), moment(days))?;
    object["stringData"] = json!({ "tls.crt": certificate, "tls.key": key });
    Ok(())
}

/// Brings the objects of a manifest into a cluster, as `kubectl apply` would.
#[cfg(test)]
pub fn apply(cluster: &Cluster, title: &str, manifest: &str) -> Result<(), WorldError> {
    read(title, manifest)?.into_iter().try_for_each(|object| put(cluster, title, object))
}

fn put(cluster: &Cluster, file: &str, object: Value) -> Result<(), WorldError> {
    let kind = text(&object, "/kind").to_owned();
    let title = format!("{}/{}", namespace(&object), name(&object));
    let applied = cluster.apply(object).map(drop);
    applied.map_err(|source| WorldError::Refused {
        file: file.to_owned(),
        kind,
        name: title.trim_start_matches('/').to_owned(),
        source: Box::new(source),
    })
}

/// The objects of a file with several documents.
fn read(file: &str, written: &str) -> Result<Vec<Value>, WorldError> {
    let documents: Vec<Value> = serde_saphyr::from_multiple(written)
        .map_err(|source| WorldError::Unreadable { file: file.to_owned(), source: Box::new(source) })?;
    Ok(documents.into_iter().filter(Value::is_object).collect())
}
