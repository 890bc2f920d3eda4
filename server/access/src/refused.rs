//! Why something is not allowed.

use crate::{Need, Place};
use database::DatabaseError;
use model::cause::KeptOutage;
use model::{ConsoleError, GrantedBy, System};

/// Why a right is missing, and who can give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The right that would be needed.
    pub need: Need,
    /// Why it is missing, as a sentence.
    pub reason: String,
    /// As whom the caller acts, if it is for that alone.
    pub acting_as: Option<String>,
    /// The place for which the caller's API token was made, if it is outside of that; empty when the place is gone.
    pub outside: Option<String>,
}

impl Refusal {
    /// Who can give the right. Nobody, where what is in the way is how the caller calls.
    fn granted_by(&self) -> GrantedBy {
        if let Some(place) = &self.outside {
            return GrantedBy::OutsideOfToken(place.clone());
        }
        match &self.acting_as {
            Some(name) => GrantedBy::WhileActingAs(name.clone()),
            None => granted_by(&self.need),
        }
    }
}

/// Why there is no grant.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The caller has not got the right.
    #[error("{}", .0.reason)]
    NotAllowed(Refusal),
    /// The session has ended or the account was disabled.
    #[error("the session has ended")]
    SignedOut,
    /// The decision could not be made or written down, so nothing is done.
    #[error("the decision could not be recorded, so nothing was done")]
    Unrecorded(#[from] DatabaseError),
}

/// Who can give a right: whoever may give roles where it is needed, and has it.
fn granted_by(need: &Need) -> GrantedBy {
    match (&need.place, &need.cluster) {
        (Place::Workspace(_), _) => GrantedBy::Workspace,
        (Place::Namespace(namespace), _) => GrantedBy::Project(namespace.to_string()),
        (Place::Cluster | Place::Namespaces(_), Some(cluster)) => GrantedBy::Cluster(cluster.to_string()),
        _ => GrantedBy::Administrator,
    }
}

impl From<Refused> for ConsoleError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotAllowed(refusal) => Self::Forbidden {
                need: model::Need {
                    granted_by: refusal.granted_by(),
                    verb: refusal.need.verb.word().into(),
                    resource: refusal.need.resource.to_string(),
                    cluster: refusal.need.cluster.as_ref().map(ToString::to_string),
                    namespace: refusal.need.namespace(),
                },
                said: None,
            },
            Refused::SignedOut => Self::NotSignedIn,
            Refused::Unrecorded(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "A decision could not be recorded");
                Self::Unavailable {
                    system: System::Database,
                    cause: KeptOutage::Trail.into(),
                    may_be_done: false,
                }
            }
        }
    }
}
