//! Bringing the tables up to date, all or nothing.

use crate::{Database, DatabaseError, Dialect, now_seconds};
use sha2::{Digest, Sha256};
use sqlx::{Any, Transaction};

/// Key of PostgreSQL's advisory lock that migrations hold; any number that no other program on the server uses.
const POSTGRES_LOCK: &str = "SELECT pg_advisory_xact_lock(7163228290)";

const POSTGRES_PATIENCE: &str = "SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0";

/// One step.
struct Migration {
    version: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! portable {
    ($version:literal, $name:literal) => {
        Migration {
            version: $version,
            name: $name,
            sqlite: include_str!(concat!("../../../migrations/", $name, ".sql")),
            postgres: include_str!(concat!("../../../migrations/", $name, ".sql")),
        }
    };
}

macro_rules! per_dialect {
    ($version:literal, $name:literal) => {
        Migration {
            version: $version,
            name: $name,
            sqlite: include_str!(concat!("../../../migrations/", $name, ".sqlite.sql")),
            postgres: include_str!(concat!("../../../migrations/", $name, ".postgres.sql")),
        }
    };
}

/// All steps, in order.
static MIGRATIONS: &[Migration] = &[
    portable!(1, "0001_accounts"),
    portable!(2, "0002_audit"),
    per_dialect!(3, "0003_audit_is_append_only"),
    portable!(4, "0004_tenants"),
    per_dialect!(5, "0005_memberships_become_projects"),
    portable!(6, "0006_audit_chain"),
    per_dialect!(7, "0007_audit_chain_is_append_only"),
    portable!(10, "0010_sign_ins"),
    portable!(11, "0011_providers"),
    portable!(12, "0012_tokens"),
    portable!(13, "0013_factors"),
    portable!(14, "0014_departments"),
    portable!(15, "0015_invitations"),
    portable!(16, "0016_limits"),
    portable!(17, "0017_access_requests"),
    portable!(18, "0018_dashboards"),
    portable!(19, "0019_notifications"),
    portable!(20, "0020_embeds"),
    portable!(21, "0021_recycle_bin"),
    portable!(22, "0022_price_plans"),
    portable!(23, "0023_recordings"),
    portable!(24, "0024_acting"),
    portable!(25, "0025_saved_searches"),
    portable!(26, "0026_passkeys"),
    portable!(27, "0027_acknowledgements"),
    per_dialect!(28, "0028_kinds_of_providers"),
    portable!(29, "0029_familiar_addresses"),
    portable!(30, "0030_list_alerts"),
    portable!(31, "0031_closed_storage_classes"),
    portable!(32, "0032_open_ports"),
    portable!(33, "0033_unsent_mails"),
    portable!(34, "0034_audit_indices"),
    portable!(35, "0035_who_is_gone"),
    portable!(36, "0036_kept_events"),
    portable!(37, "0037_mail_servers"),
    portable!(38, "0038_tokens_for_one_place"),
    portable!(39, "0039_asking_again"),
    portable!(40, "0040_cluster_identities"),
    portable!(41, "0041_wrong_codes"),
    portable!(42, "0042_namespace_identities"),
    portable!(43, "0043_new_passwords"),
    portable!(44, "0044_clusters_apart"),
    portable!(45, "0045_mapped_places"),
    portable!(46, "0046_pod_security"),
    portable!(47, "0047_alerts_switched_off"),
    portable!(48, "0048_budgets"),
    per_dialect!(49, "0049_events_of_projects"),
];

/// What [`Database::migrate`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// The steps that were carried out now, in order; empty when nothing was to do.
    pub steps: Vec<&'static str>,
    /// The step at which the database is.
    pub version: i64,
}

impl Migration {
    fn text(&self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }

    fn digest(&self, dialect: Dialect) -> String {
        format!("{:x}", Sha256::digest(self.text(dialect)))
    }
}

/// The statements of a file: its paragraphs.
fn statements(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split("\n\n").map(str::trim).filter(|statement| !statement.is_empty())
}

impl Database {
    /// Carries out the steps that are missing, in one transaction under a lock: a program killed in the middle leaves
    /// nothing behind, and two that start at once do the work once.
    pub async fn migrate(&self) -> Result<Migrated, DatabaseError> {
        self.migrate_steps(MIGRATIONS, |_| ()).await
    }

    /// `after_statement` hears the number of each statement that was carried out; tests end the program there.
    async fn migrate_steps(
        &self,
        migrations: &'static [Migration],
        mut after_statement: impl FnMut(usize),
    ) -> Result<Migrated, DatabaseError> {
        let mut change = self.change().await?;
        if self.dialect() == Dialect::Postgres {
            // The limits of everyday questions are for those: here a replica waits while another one migrates, and a
            // step may rewrite a big table.
            sqlx::raw_sql(POSTGRES_PATIENCE).execute(&mut *change).await?;
            sqlx::query(POSTGRES_LOCK).execute(&mut *change).await?;
        }
        let done = self.done(&mut change, migrations).await?;

        let mut steps = Vec::new();
        let mut count = 0;
        for migration in migrations.iter().filter(|migration| migration.version > done) {
            let failed = |source| DatabaseError::Migration { name: migration.name, source };
            for statement in statements(migration.text(self.dialect())) {
                sqlx::raw_sql(statement).execute(&mut *change).await.map_err(failed)?;
                count += 1;
                after_statement(count);
            }
            sqlx::query("INSERT INTO migrations (version, name, digest, done_at) VALUES ($1, $2, $3, $4)")
                .bind(migration.version)
                .bind(migration.name)
                .bind(migration.digest(self.dialect()))
                .bind(now_seconds())
                .execute(&mut *change)
                .await
                .map_err(failed)?;
            steps.push(migration.name);
        }
        change.commit().await?;
        let version = migrations.last().map_or(0, |migration| migration.version).max(done);
        Ok(Migrated { steps, version })
    }

    /// The last step that was carried out, after checking that all of them are steps we know.
    async fn done(
        &self,
        change: &mut Transaction<'static, Any>,
        migrations: &'static [Migration],
    ) -> Result<i64, DatabaseError> {
        let table = "CREATE TABLE IF NOT EXISTS migrations (version BIGINT NOT NULL PRIMARY KEY, \
                     name TEXT NOT NULL, digest TEXT NOT NULL, done_at BIGINT NOT NULL)";
        sqlx::raw_sql(table).execute(&mut **change).await?;
        let rows: Vec<(i64, String)> =
            sqlx::query_as("SELECT version, digest FROM migrations ORDER BY version")
                .fetch_all(&mut **change)
                .await?;

        let known = migrations.last().map_or(0, |migration| migration.version);
        for (version, digest) in &rows {
            match migrations.iter().find(|migration| migration.version == *version) {
                None => return Err(DatabaseError::Newer { found: *version, known }),
                Some(migration) if migration.digest(self.dialect()) != *digest => {
                    return Err(DatabaseError::Different { version: *version, name: migration.name });
                }
                Some(_) => {}
            }
        }
        Ok(rows.last().map_or(0, |(version, _)| *version))
    }
}

#[cfg(test)]
mod tests;
