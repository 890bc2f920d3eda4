//! What can go wrong with the database.

use model::cause::KeptOutage;
use model::{Cause, ConsoleError, System};

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The address names no database that is understood.
    #[error("{address:?} is not a database address: use sqlite:PATH or postgres://USER@HOST/NAME")]
    Address {
        /// What was given, without a password.
        address: String,
    },
    /// It cannot be reached or opened.
    #[error("cannot open the database {address} ({})", advice(.source))]
    Open {
        /// Where it is, without a password.
        address: String,
        /// What the driver says.
        #[source]
        source: sqlx::Error,
    },
    /// A newer version of the program has changed the tables.
    #[error(
        "the database is at step {found} and this program knows only {known}: \
         start the newer program, or restore a backup from before the upgrade"
    )]
    Newer {
        /// The last step that the database has seen.
        found: i64,
        /// The last step that this program knows.
        known: i64,
    },
    /// A step that was carried out is not the one that this program knows.
    #[error(
        "step {version} ({name}) of the database differs from this program's: it was made by another build; \
         nothing was changed"
    )]
    Different {
        /// The step.
        version: i64,
        /// Its name in this program.
        name: &'static str,
    },
    /// A step of the migration failed; nothing of it stays.
    #[error("migration {name} failed and was undone")]
    Migration {
        /// The step.
        name: &'static str,
        /// What the driver says.
        #[source]
        source: sqlx::Error,
    },
    /// A row holds what no version of the program writes.
    #[error("the database holds a {what} that cannot be read")]
    Unreadable {
        /// What it should have been.
        what: &'static str,
    },
    /// The name belongs to something already.
    #[error("the name is taken")]
    NameTaken,
    /// Without it nobody could give rights any more.
    #[error("this is the last administrator who can sign in: make another one first")]
    LastAdministrator,
    /// Something else still needs it.
    #[error("it is still in use")]
    InUse,
    /// A question or a change failed.
    #[error("the database failed")]
    Failed(#[from] sqlx::Error),
}

impl DatabaseError {
    /// What a failed insertion means where a name must be free.
    pub(crate) fn taken(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(said) if said.is_unique_violation() => Self::NameTaken,
            _ => Self::Failed(error),
        }
    }

    /// What a failed deletion means where something may point to it.
    pub(crate) fn in_use(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(said) if said.is_foreign_key_violation() => Self::InUse,
            _ => Self::Failed(error),
        }
    }

    /// Why it is not to be had, for people. What only the start of the program meets is said in English.
    pub fn cause(&self) -> Cause {
        match self {
            Self::Failed(_) => KeptOutage::Failed.into(),
            Self::Unreadable { what } => KeptOutage::Row((*what).to_owned()).into(),
            other => other.to_string().into(),
        }
    }
}

/// What to look at where a database does not open.
fn advice(error: &sqlx::Error) -> &'static str {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    match (error, code.as_deref()) {
        (sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut, _) => {
            "is it running there, and does the network let this through?"
        }
        (sqlx::Error::Tls(_), _) => "does the server speak TLS, with a certificate that fits sslmode?",
        (_, Some("28P01" | "28000")) => "check the name and the password, and who may come in there",
        (_, Some("3D000")) => "make it first, owned by the account that is used",
        (_, Some("14")) => "may this user write in its directory?",
        (_, Some("26")) => "is this the right file?",
        _ => "check the setting database",
    }
}

/// What nobody can correct: what people can is to be told apart before, such as [`DatabaseError::NameTaken`].
impl From<DatabaseError> for ConsoleError {
    fn from(error: DatabaseError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "The console's tables failed");
        Self::Unavailable { system: System::Database, cause: error.cause(), may_be_done: false }
    }
}
