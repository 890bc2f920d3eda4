//! Saying that one looks after an alert.

use leptos::prelude::*;
use model::fault::EntryFault;
use model::{ClusterName, ConsoleError, Timestamp};
use serde::{Deserialize, Serialize};

/// The longest note, in characters.
pub const LONGEST_NOTE: usize = 300;

/// That somebody looks after an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// Who.
    pub by: String,
    /// What they say about it; may be empty.
    pub note: String,
    /// Since when.
    pub at: Timestamp,
}

/// The fields of the form with which somebody looks after an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcknowledgeFields {
    /// Where.
    pub cluster: ClusterName,
    /// Which alert.
    #[serde(default)]
    pub fingerprint: String,
    /// What to say about it.
    #[serde(default)]
    pub note: String,
}

impl AcknowledgeFields {
    /// The note, or why it is none.
    pub fn check(&self) -> Result<String, ConsoleError> {
        let note = crate::plain(&self.note);
        match note.chars().count() {
            count if count > LONGEST_NOTE => {
                Err(ConsoleError::refused("note", EntryFault::Longest(LONGEST_NOTE)))
            }
            _ => Ok(note),
        }
    }
}

/// Says that the caller looks after an alert: others see it, and receivers are not told of it again and again.
#[server(endpoint = "monitoring/acknowledge")]
pub async fn acknowledge_alert(
    /// The fields of the form.
    alert: AcknowledgeFields,
) -> Result<(), ConsoleError> {
    let next = model::link::alerts(&alert.cluster);
    model::port::<dyn crate::Monitoring>()?.acknowledge(alert).await?;
    model::go_to(&next);
    Ok(())
}

/// The fields of the form with which nobody looks after an alert any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawFields {
    /// Where.
    pub cluster: ClusterName,
    /// Which alert.
    #[serde(default)]
    pub fingerprint: String,
}

/// Takes back that somebody looks after an alert.
#[server(endpoint = "monitoring/withdraw-acknowledgement")]
pub async fn withdraw_acknowledgement(
    /// The fields of the form.
    alert: WithdrawFields,
) -> Result<(), ConsoleError> {
    let next = model::link::alerts(&alert.cluster);
    model::port::<dyn crate::Monitoring>()?.withdraw_acknowledgement(alert).await?;
    model::go_to(&next);
    Ok(())
}
