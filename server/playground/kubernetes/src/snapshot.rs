//! All objects as bytes and back: one JSON document per line behind a line that names the format.

use serde_json::Value;

use crate::cluster::Cluster;

const FORMAT: &str = "orrery-playground-cluster 1";

/// Why a snapshot could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The bytes are something else.
    #[error("this is no snapshot of a playground cluster, or one of another version")]
    Format,
    /// One of the objects is damaged.
    #[error("object {line} of the snapshot is damaged")]
    Object {
        /// The line it is on.
        line: usize,
        /// What the JSON reader says.
        #[source]
        source: serde_json::Error,
    },
}

pub(crate) fn save(cluster: &Cluster) -> Vec<u8> {
    let state = cluster.inner.state.read();
    let mut objects: Vec<_> = state.stores().flat_map(|(_, store)| store.objects.values().cloned()).collect();
    let version = state.version;
    drop(state);
    // Custom resource definitions first: their kinds have to be known before their objects.
    objects.sort_by_key(|object| !object.json().starts_with(b"{\"kind\":\"CustomResourceDefinition\""));
    let mut bytes = format!("{FORMAT} {version}\n").into_bytes();
    for object in objects {
        bytes.extend_from_slice(object.json());
        bytes.push(b'\n');
    }
    bytes
}

pub(crate) fn load(cluster: &Cluster, bytes: &[u8]) -> Result<(), SnapshotError> {
    let mut lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let first = lines.next().and_then(|line| std::str::from_utf8(line).ok()).ok_or(SnapshotError::Format)?;
    let version: u64 = first
        .strip_prefix(FORMAT)
        .and_then(|version| version.trim().parse().ok())
        .ok_or(SnapshotError::Format)?;
    let objects = lines
        .enumerate()
        .map(|(line, json)| {
            serde_json::from_slice::<Value>(json)
                .map_err(|source| SnapshotError::Object { line: line + 2, source })
        })
        .collect::<Result<Vec<_>, _>>()?;

    let _writing = cluster.inner.writer.lock();
    {
        let mut state = cluster.inner.state.write();
        state.clear();
        state.version = state.version.max(version);
    }
    for object in objects {
        let written = cluster.kind_of(&object).and_then(|kind| cluster.commit(&kind, &object));
        if let Err(status) = written {
            tracing::warn!(%status, "An object of the snapshot is left out");
        }
    }
    Ok(())
}
