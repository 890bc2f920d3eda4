//! By which mail servers receivers of places are told, as they are kept.

use crate::members::Place;
use crate::{Database, DatabaseError};
use uuid::Uuid;

/// A mail server that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMailServer {
    /// What may be shown, as JSON.
    pub settings: String,
    /// What may not, sealed.
    pub sealed_password: Option<String>,
}

/// The mail server of a place, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMailServer {
    /// Whose.
    pub place: Place,
    /// What was said about it.
    pub said: NewMailServer,
    /// Another one after every change.
    pub version: String,
    /// What came of trying it out, as JSON.
    pub trial: Option<String>,
}

type Row = (String, String, String, Option<String>, String, Option<String>);

const SELECT: &str = "SELECT tier, place, settings, sealed_password, version, trial FROM mail_servers";

fn mail_server(row: Row) -> Result<StoredMailServer, DatabaseError> {
    let (tier, place, settings, sealed_password, version, trial) = row;
    let said = NewMailServer { settings, sealed_password };
    Ok(StoredMailServer { place: Place::parse(&tier, &place)?, said, version, trial })
}

impl Database {
    /// The mail servers of all places.
    pub async fn mail_servers(&self) -> Result<Vec<StoredMailServer>, DatabaseError> {
        let select = format!("{SELECT} ORDER BY tier, place");
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(select)).fetch_all(self.readers()).await?;
        rows.into_iter().map(mail_server).collect()
    }

    /// The mail server of a place itself.
    pub async fn mail_server(&self, place: &Place) -> Result<Option<StoredMailServer>, DatabaseError> {
        let select = format!("{SELECT} WHERE tier = $1 AND place = $2");
        self.one_mail_server(select, place).await
    }

    /// The mail server by which a place is told: its own, or that of the nearest place around it, which for a project is its
    /// workspace, and then its cluster.
    pub async fn mail_server_for(&self, place: &Place) -> Result<Option<StoredMailServer>, DatabaseError> {
        let select = format!(
            "{SELECT} WHERE tier = $1 AND place = $2 OR $1 = 'project' AND EXISTS (SELECT 1 FROM projects \
             WHERE projects.id = $2 AND (mail_servers.tier = 'workspace' AND mail_servers.place = projects.workspace_id \
             OR mail_servers.tier = 'cluster' AND mail_servers.place = projects.cluster)) \
             ORDER BY CASE tier WHEN 'project' THEN 0 WHEN 'workspace' THEN 1 ELSE 2 END LIMIT 1"
        );
        self.one_mail_server(select, place).await
    }

    async fn one_mail_server(
        &self,
        select: String,
        place: &Place,
    ) -> Result<Option<StoredMailServer>, DatabaseError> {
        let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(select))
            .bind(place.tier().word())
            .bind(place.key())
            .fetch_optional(self.readers())
            .await?;
        row.map(mail_server).transpose()
    }

    /// Keeps the mail server of a place that is still at this version, or a new one where the version is empty; `false` when
    /// somebody else changed it. What came of trying out the one before is forgotten.
    pub async fn set_mail_server(
        &self,
        place: &Place,
        version: &str,
        said: &NewMailServer,
    ) -> Result<bool, DatabaseError> {
        let question = if version.is_empty() {
            "INSERT INTO mail_servers (tier, place, settings, sealed_password, version) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tier, place) DO NOTHING"
        } else {
            "UPDATE mail_servers SET settings = $3, sealed_password = $4, version = $5, trial = NULL \
             WHERE tier = $1 AND place = $2 AND version = $6"
        };
        let mut change = self.change().await?;
        let mut query = sqlx::query(question)
            .bind(place.tier().word())
            .bind(place.key())
            .bind(&said.settings)
            .bind(&said.sealed_password)
            .bind(Uuid::new_v4().to_string());
        if !version.is_empty() {
            query = query.bind(version);
        }
        let changed = query.execute(&mut *change).await?.rows_affected();
        change.commit().await?;
        Ok(changed == 1)
    }

    /// Keeps what came of trying out this version; what came of another one is not kept.
    pub async fn keep_mail_trial(
        &self,
        place: &Place,
        version: &str,
        trial: &str,
    ) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query("UPDATE mail_servers SET trial = $1 WHERE tier = $2 AND place = $3 AND version = $4")
            .bind(trial)
            .bind(place.tier().word())
            .bind(place.key())
            .bind(version)
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        Ok(())
    }

    /// Takes the mail server of a place away; `false` when there is none.
    pub async fn remove_mail_server(&self, place: &Place) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let removed = sqlx::query("DELETE FROM mail_servers WHERE tier = $1 AND place = $2")
            .bind(place.tier().word())
            .bind(place.key())
            .execute(&mut *change)
            .await?
            .rows_affected();
        change.commit().await?;
        Ok(removed == 1)
    }
}
