//! Looking for lines of the trail.

use super::{AuditEntry, Decision, Outcome};
use crate::accounts::parse_id;
use crate::conditions::{Conditions, escaped};
use crate::{Database, DatabaseError};
use sqlx::Row;
use sqlx::any::AnyRow;

/// What to look for. Empty fields ask for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// The name of the account, whole, in any case.
    pub person: String,
    /// The action, whole.
    pub action: String,
    /// Allowed, or refused.
    pub is_allowed: Option<bool>,
    /// Nothing that only reads, or only asks what would come of a change.
    pub only_changes: bool,
    /// The cluster, whole.
    pub cluster: String,
    /// The namespace, whole.
    pub namespace: String,
    /// The object's name, whole.
    pub object: String,
    /// A part of the resource, the object's name, the address or the request's id, in any case.
    pub text: String,
    /// The first moment.
    pub from_milliseconds: Option<i64>,
    /// The moment behind the last one.
    pub until_milliseconds: Option<i64>,
    /// Only what comes before the line of this moment and id.
    pub before: Option<(i64, String)>,
    /// Where the reader may look.
    pub scope: AuditScope,
}

/// Where a reader may look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AuditScope {
    /// Everywhere.
    #[default]
    All,
    /// In these clusters, and in these namespaces of clusters.
    Places {
        /// Whole clusters, each after a moment: what happened under the name before is another cluster's.
        clusters: Vec<(String, i64)>,
        /// Clusters and namespaces, each from a moment on, in milliseconds since 1970: what happened under the name before is
        /// somebody else's.
        projects: Vec<(String, String, i64)>,
    },
}

const COLUMNS: &str = "SELECT audit.id AS id, audit.at_milliseconds AS decided_at, request_id, account_id, \
    account_name, session_hash, address, action, verb, resource, cluster, namespace, name, decision, reason, outcome, \
    detail FROM audit LEFT JOIN audit_outcomes ON audit_outcomes.audit_id = audit.id";

fn meeting(filter: &AuditFilter) -> Conditions {
    let mut wanted = Conditions::default();
    wanted.person("account_name", &filter.person);
    wanted.text("action", &filter.action);
    wanted.text("cluster", &filter.cluster);
    wanted.text("namespace", &filter.namespace);
    wanted.text("name", &filter.object);
    if let Some(is_allowed) = filter.is_allowed {
        wanted.text("decision", if is_allowed { "allowed" } else { "refused" });
    }
    if filter.only_changes {
        wanted.any(&["verb NOT IN ('get', 'list', 'watch') AND action <> 'preview'".to_owned()]);
    }
    wanted.number("audit.at_milliseconds >=", filter.from_milliseconds);
    wanted.number("audit.at_milliseconds <", filter.until_milliseconds);
    if !filter.text.trim().is_empty() {
        let place = wanted.value(format!("%{}%", escaped(&filter.text.trim().to_lowercase())).as_str());
        let columns = ["resource", "COALESCE(name, '')", "COALESCE(address, '')", "request_id"];
        wanted.any(&columns.map(|column| format!("LOWER({column}) LIKE {place} ESCAPE '\\'")));
    }
    wanted.before("audit.at_milliseconds", "audit.id", filter.before.as_ref());
    if let AuditScope::Places { clusters, projects } = &filter.scope {
        let mut places = Vec::new();
        for (cluster, after) in clusters {
            let (cluster, after) = (wanted.value(cluster.as_str()), wanted.value(*after));
            places.push(format!("(cluster = {cluster} AND audit.at_milliseconds > {after})"));
        }
        for (cluster, namespace, since) in projects {
            let (cluster, namespace) = (wanted.value(cluster.as_str()), wanted.value(namespace.as_str()));
            let since = wanted.value(*since);
            places.push(format!(
                "(cluster = {cluster} AND namespace = {namespace} AND audit.at_milliseconds >= {since})"
            ));
        }
        wanted.any(&places);
    }
    wanted
}

impl Database {
    /// One line.
    pub(super) async fn audit_entry(&self, id: uuid::Uuid) -> Result<Option<AuditEntry>, DatabaseError> {
        let question = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE audit.id = $1"));
        let row = sqlx::query(question).bind(id.to_string()).fetch_optional(self.readers()).await?;
        row.as_ref().map(entry).transpose()
    }

    /// The newest lines that meet a filter, newest first.
    pub async fn search_audit(
        &self,
        filter: &AuditFilter,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, DatabaseError> {
        let order = "audit.at_milliseconds DESC, audit.id DESC";
        let rows = meeting(filter).rows(self, COLUMNS, order, limit).await?;
        rows.iter().map(entry).collect()
    }
}

fn entry(row: &AnyRow) -> Result<AuditEntry, DatabaseError> {
    let account: Option<String> = row.try_get("account_id")?;
    let detail = || row.try_get::<String, _>("detail");
    Ok(AuditEntry {
        id: parse_id(&row.try_get::<String, _>("id")?)?,
        at_milliseconds: row.try_get("decided_at")?,
        decision: Decision {
            request_id: row.try_get("request_id")?,
            account_id: account.as_deref().map(parse_id).transpose()?,
            account_name: row.try_get("account_name")?,
            session_hash: row.try_get("session_hash")?,
            address: row.try_get("address")?,
            action: row.try_get("action")?,
            verb: row.try_get("verb")?,
            resource: row.try_get("resource")?,
            cluster: row.try_get("cluster")?,
            namespace: row.try_get("namespace")?,
            name: row.try_get("name")?,
            is_allowed: row.try_get::<String, _>("decision")? == "allowed",
            reason: row.try_get("reason")?,
        },
        outcome: match row.try_get::<Option<String>, _>("outcome")?.as_deref() {
            Some("done") => Some(Outcome::Done),
            Some("failed") => Some(Outcome::Failed(detail()?)),
            Some(_) => Some(Outcome::Unknown(detail()?)),
            None => None,
        },
    })
}
