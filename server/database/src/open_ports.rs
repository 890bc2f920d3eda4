//! Ports of pods that are open in browsers.

use crate::workspaces::cluster_name;
use crate::{Database, DatabaseError, now_seconds};
use model::{InvalidName, KindSlug, Namespace, ObjectName, ResourceRef};
use uuid::Uuid;

/// The most ports that one account has open; the oldest go first.
pub const MAX_OPEN_PORTS_PER_ACCOUNT: i64 = 50;

/// What stands in the place of a session's hash while a browser reaches a port.
const HANDLE: &str = "port ";

/// A port that is open in a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPort {
    /// The first part of its address, which opens nothing by itself.
    pub id: String,
    /// Who has opened it.
    pub account_id: Uuid,
    /// The session in which they have, and with which it ends.
    pub session_hash: String,
    /// What they have opened it of.
    pub resource: ResourceRef,
    /// The port as it is called there.
    pub port: u16,
    /// The pod that answers.
    pub pod: ObjectName,
    /// The port of that pod.
    pub pod_port: u16,
    /// When it was opened.
    pub opened_at: i64,
}

/// What stands in the place of a session's hash while a browser reaches the port of this id: a grant lives no longer than
/// that is open.
pub fn port_handle(id: &str) -> String {
    format!("{HANDLE}{id}")
}

/// The id in what stands in the place of a session's hash, when it is an open port.
pub(crate) fn read_port_handle(session: &str) -> Option<&str> {
    session.strip_prefix(HANDLE)
}

type Row = (String, String, String, String, String, String, i64, String, i64, i64, i64);

impl Database {
    /// Keeps that a port is open. An account that has too many loses its oldest.
    pub async fn add_open_port(&self, new: &OpenPort) -> Result<(), DatabaseError> {
        let account = new.account_id.to_string();
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO open_ports (id, account_id, session_hash, cluster, kind, namespace, name, port, pod, pod_port, \
             opened_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(&new.id)
        .bind(&account)
        .bind(&new.session_hash)
        .bind(new.resource.cluster.as_str())
        .bind(new.resource.kind.as_str())
        .bind(new.resource.namespace.as_ref().map_or("", Namespace::as_str))
        .bind(new.resource.name.as_str())
        .bind(i64::from(new.port))
        .bind(new.pod.as_str())
        .bind(i64::from(new.pod_port))
        .bind(new.opened_at)
        .execute(&mut *change)
        .await?;
        sqlx::query(
            "DELETE FROM open_ports WHERE account_id = $1 AND id NOT IN \
             (SELECT id FROM open_ports WHERE account_id = $1 ORDER BY opened_at DESC, id LIMIT $2) AND id <> $3",
        )
        .bind(&account)
        .bind(MAX_OPEN_PORTS_PER_ACCOUNT)
        .bind(&new.id)
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(())
    }

    /// The ports that an account has open, the newest first, each with when its session ends unless that is used.
    pub async fn open_ports_of(&self, account: Uuid) -> Result<Vec<(OpenPort, i64)>, DatabaseError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT open_ports.id, session_hash, cluster, kind, namespace, name, port, pod, pod_port, opened_at, \
             sessions.expires_at FROM open_ports JOIN sessions ON sessions.id_hash = open_ports.session_hash \
             WHERE open_ports.account_id = $1 AND sessions.expires_at > $2 ORDER BY opened_at DESC, open_ports.id",
        )
        .bind(account.to_string())
        .bind(now_seconds())
        .fetch_all(self.readers())
        .await?;
        rows.into_iter().map(|row| open_port(account, row)).collect()
    }

    /// Ends a port of this account; `false` when it has none of that id open.
    pub async fn end_open_port(&self, account: Uuid, id: &str) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let ended = sqlx::query("DELETE FROM open_ports WHERE account_id = $1 AND id = $2")
            .bind(account.to_string())
            .bind(id)
            .execute(&mut *change)
            .await?
            .rows_affected();
        change.commit().await?;
        Ok(ended == 1)
    }

    /// Whether a port of this id is open, and with it the session in which it was opened.
    pub(crate) async fn is_port_open(&self, id: &str) -> Result<bool, DatabaseError> {
        let row: Option<(i64,)> = sqlx::query_as(
            "SELECT sessions.expires_at FROM open_ports JOIN sessions ON sessions.id_hash = open_ports.session_hash \
             WHERE open_ports.id = $1",
        )
        .bind(id)
        .fetch_optional(self.readers())
        .await?;
        Ok(row.is_some_and(|(expires_at,)| expires_at > now_seconds()))
    }
}

fn open_port(account_id: Uuid, row: Row) -> Result<(OpenPort, i64), DatabaseError> {
    let (id, session_hash, cluster, kind, namespace, name, port, pod, pod_port, opened_at, ends_at) = row;
    let unreadable = |_: InvalidName| DatabaseError::Unreadable { what: "open port" };
    let number =
        |port: i64| u16::try_from(port).map_err(|_| DatabaseError::Unreadable { what: "open port's number" });
    let namespace = (!namespace.is_empty()).then(|| Namespace::parse(&namespace)).transpose();
    let resource = ResourceRef {
        cluster: cluster_name(&cluster)?,
        kind: KindSlug::parse(&kind).map_err(unreadable)?,
        namespace: namespace.map_err(unreadable)?,
        name: ObjectName::parse(&name).map_err(unreadable)?,
    };
    let open = OpenPort {
        id,
        account_id,
        session_hash,
        resource,
        port: number(port)?,
        pod: ObjectName::parse(&pod).map_err(unreadable)?,
        pod_port: number(pod_port)?,
        opened_at,
    };
    Ok((open, ends_at))
}
