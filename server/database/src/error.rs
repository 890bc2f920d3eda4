//! What can go wrong with the database.

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
    #[error("cannot open the database {address}")]
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
    /// The name belongs to somebody already.
    #[error("there is an account of that name already")]
    NameTaken,
    /// A question or a change failed.
    #[error("the database failed")]
    Failed(#[from] sqlx::Error),
}
