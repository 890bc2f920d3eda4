//! What fires now where a receiver listens, and what becomes of it.

use leptos::prelude::*;
use model::{ClusterName, ConsoleError, Level, ResourceRef, Timestamp};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// What fires now where a receiver listens, and what becomes of it.
#[server(endpoint = "notifications/hearing", input = Json)]
pub async fn read_hearing(
    /// Which receiver.
    id: String,
) -> Result<Hearing, ConsoleError> {
    model::port::<dyn crate::Notifications>()?.hearing(id).await
}

/// What fires now where a receiver listens.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Hearing {
    /// The worst first, at most [`Hearing::MOST`].
    pub alerts: Vec<HeardAlert>,
    /// How many there are in all.
    pub total: u64,
    /// The clusters of which not all is known at the moment.
    pub unknown: Vec<ClusterName>,
}

impl Hearing {
    /// The most alerts that are told.
    pub const MOST: usize = 50;
}

/// An alert where a receiver listens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeardAlert {
    /// Where.
    pub cluster: ClusterName,
    /// The rule's name.
    pub name: String,
    /// How bad its rule says it is.
    pub level: Level,
    /// The rule's word for that; may be empty.
    pub severity: String,
    /// The object that it is about, if it names one.
    pub about: Option<ResourceRef>,
    /// What becomes of it.
    pub fate: Fate,
}

/// What becomes of an alert for a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// A message tells of it, made at this moment: what came of that stands among the messages.
    Told(Timestamp),
    /// It is told with the next look.
    Due,
    /// It is not bad enough.
    Mild,
    /// The conditions on labels do not hold for it.
    Unmatched,
    /// A silence holds it back.
    Silenced,
    /// A worse alert holds it back.
    Inhibited,
    /// It is one of the receiver's quiet times: it is told afterwards, if it fires still.
    Quiet,
}

impl Fate {
    /// Its word in texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Told(_) => "told",
            Self::Due => "due",
            Self::Mild => "mild",
            Self::Unmatched => "unmatched",
            Self::Silenced => "silenced",
            Self::Inhibited => "inhibited",
            Self::Quiet => "quiet",
        }
    }
}
