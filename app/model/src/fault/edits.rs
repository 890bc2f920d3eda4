//! What can be wrong with changes of objects, and with certificates.

use super::Fault;
use crate::ClusterName;
use serde::{Deserialize, Serialize};

/// What is wrong with labels or annotations of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum LabelFault {
    /// What stands before the slash is no domain.
    #[error("{0:?} must have a domain name before the '/', such as example.com")]
    Domain(String),
    /// There is nothing behind the slash.
    #[error("{0:?} must have a name that is not empty")]
    Empty(String),
    /// The name is too long.
    #[error("{0:?} must have a name of at most 63 characters")]
    Long(String),
    /// Other letters, or others at its ends.
    #[error(
        "{0:?} may hold only letters, digits, '-', '_' and '.', and must begin and end with a letter or digit"
    )]
    Letters(String),
    /// All annotations are too long.
    #[error("are longer than 256 KiB together")]
    Large,
}

/// What keeps an object from being changed as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum EditFault {
    /// One object became several.
    #[error("an edited object must stay one document")]
    OneDocument,
    /// The cluster has no such kind.
    #[error("{kind} of {version} is not served by cluster {cluster}")]
    NotServed {
        /// The kind.
        kind: String,
        /// Its API version.
        version: String,
        /// The cluster.
        cluster: ClusterName,
    },
    /// It is in no namespace.
    #[error("must be given for this kind")]
    NoNamespace,
    /// It is in a namespace, as none of its kind.
    #[error("does not exist for this kind")]
    Namespaced,
    /// A value of a secret that was not shown.
    #[error("is hidden here: reveal the values before you change this secret")]
    Hidden,
    /// It would be another object than this.
    #[error("cannot be changed: this is the text of {0}")]
    Identity(String),
    /// Somebody else sets a field.
    #[error("is owned by {0}")]
    Owned(String),
    /// It is not there any more.
    #[error("It was deleted meanwhile.")]
    Deleted,
    /// Another one has its name.
    #[error("It was deleted meanwhile, and another object has its name now.")]
    Replaced,
    /// It is not what the form began with.
    #[error("It was changed meanwhile. Reload, compare and decide.")]
    Changed,
    /// This has changed it since the form began.
    #[error("It was changed meanwhile, last by {0}. Reload, compare and decide.")]
    ChangedBy(String),
    /// It changes all the time.
    #[error("It changes faster than it can be edited.")]
    Restless,
    /// A webhook of the cluster, of which this tells, cannot be asked without consequences.
    #[error(
        "This cannot be tried out beforehand, so it is not sent: {0}. Whoever runs that webhook can declare that it \
         has no side effects."
    )]
    NotTried(String),
    /// What is wrong with one of several objects.
    #[error("{fault} ({object})")]
    OfObject {
        /// Which.
        object: String,
        /// What is wrong with it.
        fault: Box<Fault>,
    },
    /// It was applied before another one failed.
    #[error("was applied")]
    Applied,
    /// So many more have a problem than there is room to tell of.
    #[error("and {0} more")]
    More(usize),
    /// Of many objects none is left.
    #[error("there are none any more")]
    NoneLeft,
    /// More objects than are changed at a time.
    #[error("at most {0} objects at a time: narrow the search")]
    TooMany(usize),
    /// More objects than were shown.
    #[error("there are {found} by now, more than the {seen} that were there: look again")]
    MoreThanSeen {
        /// How many there are.
        found: usize,
        /// How many there were.
        seen: u64,
    },
}

/// What is wrong with a certificate or its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum CertificateFault {
    /// There is none.
    #[error("holds no certificate: it begins with -----BEGIN CERTIFICATE-----")]
    Missing,
    /// It is none.
    #[error("cannot be read as an X.509 certificate")]
    Unreadable,
    /// It ended on this day.
    #[error("expired on {0}")]
    Expired(String),
    /// There is no key.
    #[error("holds no private key: it begins with -----BEGIN PRIVATE KEY-----")]
    NoKey,
    /// The key is another certificate's.
    #[error("belongs to another certificate")]
    OtherKey,
    /// The key cannot be used, for this reason.
    #[error("cannot be used: {0}")]
    Unusable(String),
}
