//! One type for both databases.

use crate::DatabaseError;
use sqlx::any::AnyPoolOptions;
use sqlx::{Any, AnyConnection, AnyPool, Connection, Executor, Transaction};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long a question waits for a free connection. Longer than any transaction of ours takes, shorter than a reader's
/// patience.
const WAIT_FOR_CONNECTION: Duration = Duration::from_secs(5);

/// Connections that may read an SQLite file at once. Each keeps a page cache; the tables are small.
const SQLITE_READERS: u32 = 4;

/// Connections to PostgreSQL. With three replicas this stays far below its default limit of 100.
const POSTGRES_CONNECTIONS: u32 = 16;

/// A connection to PostgreSQL that nobody has used for so long is asked whether it still leads there. When it was given back it
/// was asked already, and asking again before every question would double what each of them waits for the network.
const MAY_BE_BROKEN: Duration = Duration::from_secs(1);

/// What each connection to an SQLite file begins with. FULL: what was acknowledged survives a power cut. Another process may hold
/// the lock for a moment (`orrery account` beside a running console), hence the busy timeout.
const SQLITE_BEGINNING: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; \
                                PRAGMA foreign_keys = ON;";

/// What each connection to PostgreSQL begins with.
const POSTGRES_BEGINNING: &str = "SET statement_timeout = '10s'; SET lock_timeout = '5s'";

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// A file, made when it is missing.
    SqliteFile(PathBuf),
    /// Nowhere: gone when the program ends. For tests.
    SqliteMemory,
    /// A PostgreSQL server, as its connection URL. Holds a password, so it is never shown whole.
    Postgres(String),
}

/// Which language the database speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Address {
    /// Reads `sqlite:PATH`, `sqlite::memory:` or `postgres://…`.
    pub fn parse(text: &str) -> Result<Self, DatabaseError> {
        if text == "sqlite::memory:" {
            return Ok(Self::SqliteMemory);
        }
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if !path.is_empty() && !path.contains('?') {
                return Ok(Self::SqliteFile(path.into()));
            }
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(DatabaseError::Address { address: without_password(text) })
    }

    fn dialect(&self) -> Dialect {
        match self {
            Self::SqliteFile(_) | Self::SqliteMemory => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    fn url(&self) -> String {
        match self {
            Self::SqliteFile(path) => format!("sqlite:{}?mode=rwc", path.display()),
            Self::SqliteMemory => "sqlite::memory:".into(),
            Self::Postgres(url) => url.clone(),
        }
    }
}

/// Shows the address without its password.
impl std::fmt::Display for Address {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::SqliteFile(path) => write!(formatter, "sqlite:{}", path.display()),
            Self::SqliteMemory => formatter.write_str("sqlite::memory:"),
            Self::Postgres(url) => formatter.write_str(&without_password(url)),
        }
    }
}

impl std::fmt::Debug for Address {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{self}")
    }
}

/// Everything between `//` and `@`, and every parameter, may be or hold a secret.
fn without_password(url: &str) -> String {
    let url = url.split('?').next().unwrap_or_default();
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => url.to_owned(),
    }
}

/// The console's own tables. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    address: Address,
    readers: AnyPool,
    /// For SQLite one connection: writers queue here instead of failing with "database is locked".
    writer: AnyPool,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Database({})", self.inner.address)
    }
}

impl Database {
    /// Connects, and changes nothing: see [`Database::migrate`].
    pub async fn open(address: Address) -> Result<Self, DatabaseError> {
        sqlx::any::install_default_drivers();
        match pools(&address).await {
            Ok((readers, writer)) => Ok(Self { inner: Arc::new(Inner { address, readers, writer }) }),
            Err(error) => {
                let source = reason(&address, error).await;
                Err(DatabaseError::Open { address: address.to_string(), source })
            }
        }
    }

    /// An empty, up-to-date database in memory, for tests.
    pub async fn in_memory() -> Result<Self, DatabaseError> {
        let database = Self::open(Address::SqliteMemory).await?;
        database.migrate().await?;
        Ok(database)
    }

    /// Answers when the database answers: for readiness.
    pub async fn ping(&self) -> Result<(), DatabaseError> {
        sqlx::query("SELECT 1").execute(self.readers()).await?;
        Ok(())
    }

    /// Where it is, without a password when shown.
    pub fn address(&self) -> &Address {
        &self.inner.address
    }

    /// Waits for what is running, then closes all connections.
    pub async fn close(&self) {
        self.inner.writer.close().await;
        self.inner.readers.close().await;
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.inner.address.dialect()
    }

    pub(crate) fn readers(&self) -> &AnyPool {
        &self.inner.readers
    }

    /// Begins a change. On SQLite it takes the write lock at once: a transaction that starts by reading and writes
    /// later can fail with `SQLITE_BUSY_SNAPSHOT`, which no waiting cures.
    pub(crate) async fn change(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        match self.dialect() {
            Dialect::Sqlite => self.inner.writer.begin_with("BEGIN IMMEDIATE").await,
            Dialect::Postgres => self.inner.writer.begin().await,
        }
    }
}

/// Connections for reading and for writing.
async fn pools(address: &Address) -> Result<(AnyPool, AnyPool), sqlx::Error> {
    match address {
        Address::SqliteFile(_) => {
            let writer = sqlite_pool(1).connect(&address.url()).await?;
            let readers = sqlite_pool(SQLITE_READERS).connect(&address.url()).await?;
            Ok((readers, writer))
        }
        Address::SqliteMemory => {
            let only = sqlite_pool(1).connect(&address.url()).await?;
            Ok((only.clone(), only))
        }
        Address::Postgres(_) => {
            let pool = postgres_pool().connect(&address.url()).await?;
            Ok((pool.clone(), pool))
        }
    }
}

/// Why nothing connects. A pool tries again for some seconds and then says only that it did; one connection says what is wrong.
async fn reason(address: &Address, said: sqlx::Error) -> sqlx::Error {
    if !matches!(said, sqlx::Error::PoolTimedOut) {
        return said;
    }
    let beginning = match address.dialect() {
        Dialect::Sqlite => SQLITE_BEGINNING,
        Dialect::Postgres => POSTGRES_BEGINNING,
    };
    let once = async {
        let mut connection = AnyConnection::connect(&address.url()).await?;
        connection.execute(beginning).await?;
        connection.close().await
    };
    match timeout(WAIT_FOR_CONNECTION, once).await {
        Ok(Err(error)) => error,
        Ok(Ok(())) | Err(_) => said,
    }
}

fn sqlite_pool(connections: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(WAIT_FOR_CONNECTION)
        // A file does not break off.
        .test_before_acquire(false)
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute(SQLITE_BEGINNING).await?;
                Ok(())
            })
        })
}

fn postgres_pool() -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(WAIT_FOR_CONNECTION)
        .test_before_acquire(false)
        .before_acquire(|connection, about| {
            Box::pin(async move {
                if about.idle_for > MAY_BE_BROKEN {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute(POSTGRES_BEGINNING).await?;
                Ok(())
            })
        })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        let address = Address::parse("postgres://orrery:p@ss@db.example/orrery?password=again").unwrap();

        assert_eq!(address.to_string(), "postgres://…@db.example/orrery");
        assert_eq!(format!("{address:?}"), "postgres://…@db.example/orrery");
    }

    #[test]
    fn an_unknown_address_is_refused_with_what_is_right() {
        let error = Address::parse("mysql://root:secret@host/x").unwrap_err().to_string();

        assert!(error.contains("sqlite:PATH") && !error.contains("secret"), "{error}");
        assert!(Address::parse("sqlite:").is_err());
        assert_eq!(Address::parse("sqlite:///var/x.db").unwrap(), Address::SqliteFile("/var/x.db".into()));
    }

    #[tokio::test]
    async fn why_a_database_does_not_open_is_told_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("notes.txt");
        std::fs::write(&file, "not a database, but longer than the first bytes of one ".repeat(30)).unwrap();
        let told = async |address: Address| {
            let error = Database::open(address).await.unwrap_err();
            format!("{error}: {}", std::error::Error::source(&error).unwrap())
        };

        // Each is tried for seconds, in case that it comes up.
        let away = Address::Postgres("postgres://ada:hunter2@127.0.0.1:9/orrery".into());
        let (other, away) = tokio::join!(told(Address::SqliteFile(file)), told(away));

        assert!(other.contains("file is not a database"), "{other}");
        assert!(away.contains("is it running there") && away.contains("refused"), "{away}");
        assert!(!away.contains("hunter2"), "{away}");
    }
}
