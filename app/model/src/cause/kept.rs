//! What can be wrong with what the console keeps in its own tables.

use super::Cause;
use serde::{Deserialize, Serialize};

/// What of the console's own tables is not to be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum KeptOutage {
    /// A question or a change failed; the log says why.
    #[error("the database failed")]
    Failed,
    /// A row holds what no version of the program writes: what it should have been.
    #[error("the database holds a {0} that cannot be read")]
    Row(String),
    /// What somebody may do.
    #[error("rights cannot be read")]
    Rights,
    /// Tokens of programs.
    #[error("tokens cannot be read")]
    Tokens,
    /// Who is signed in.
    #[error("sessions cannot be read")]
    Sessions,
    /// Who there is.
    #[error("accounts cannot be read")]
    Accounts,
    /// The session of who asks, which was to be another one.
    #[error("your session cannot be changed")]
    OwnSession,
    /// The account of who asks.
    #[error("your account cannot be read")]
    OwnAccount,
    /// Links to set a password by.
    #[error("one-time links cannot be looked up")]
    Links,
    /// Invitations to places.
    #[error("invitations cannot be looked up")]
    Invitations,
    /// Systems through which people sign in.
    #[error("the other ways to sign in cannot be read")]
    WaysIn,
    /// What is done is written down first.
    #[error("the audit trail cannot be written, so nothing was done")]
    Trail,
    /// Terminals are recorded or not opened.
    #[error("terminals are recorded here, and the recording of this one cannot begin: {0}")]
    Recording(Box<Cause>),
    /// A setting of the platform, under this name.
    #[error(
        "what is kept as {0:?} in the table facts is nothing that this version of the console reads: start the version that \
         wrote it, or delete that row and say it again in the settings of the platform"
    )]
    Fact(String),
    /// The list of an alert of this name.
    #[error("the list of the alert on a list {0:?} cannot be read")]
    AlertList(String),
    /// The cluster of an alert on a list, of this name.
    #[error("the cluster of the alert on a list {0:?} cannot be read")]
    AlertCluster(String),
    /// How bad an alert on a list is, of this name.
    #[error("the severity of the alert on a list {0:?} cannot be read")]
    AlertSeverity(String),
    /// A dashboard.
    #[error("the dashboard {name:?} cannot be read: {said}")]
    Dashboard {
        /// Its name.
        name: String,
        /// Why, and where in it.
        said: String,
    },
    /// A dashboard that a newer version of the program has written.
    #[error("the dashboard {name:?} cannot be read: it has the form {form}, and this program knows {known}")]
    DashboardForm {
        /// Its name.
        name: String,
        /// In which form it is.
        form: u32,
        /// The last form that this program reads.
        known: u32,
    },
    /// What a link to a dashboard chooses for its variables.
    #[error("what was chosen for the link {name:?} cannot be read: {said}")]
    Chosen {
        /// The link's name.
        name: String,
        /// Why, and where in it.
        said: String,
    },
}
