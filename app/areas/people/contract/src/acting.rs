//! Doing what somebody else may, to see what they see.

use async_trait::async_trait;
use leptos::prelude::*;
use model::ConsoleError;
use serde::{Deserialize, Serialize};

/// Where the form that ends acting is sent.
pub const END_ACTING: &str = "/act-as/end";

/// The fewest letters that say why one acts as somebody else, and the most.
pub const REASON_LETTERS: std::ops::RangeInclusive<usize> = 3..=200;

/// Acting as somebody else, on behalf of one caller and in their browser's session.
#[async_trait]
pub trait Acting: Send + Sync {
    /// Has the caller act as somebody for an hour. Both this and who did it are in the audit trail, and in that person's
    /// own history.
    async fn act_as(&self, fields: ActAsFields) -> Result<(), ConsoleError>;
}

/// The fields of the form with which one begins to act as somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActAsFields {
    /// As whom.
    #[serde(default)]
    pub name: String,
    /// Why, for that person and whoever reads the trail.
    #[serde(default)]
    pub reason: String,
    /// `on` when what is in clusters may also be changed.
    #[serde(default)]
    pub may_change: Option<String>,
}

/// Begins to act as somebody. What is open in the browser belongs to somebody else then, so the page has to be loaded anew.
#[server(endpoint = "people/act-as")]
pub async fn act_as(
    /// The fields of the form.
    fields: ActAsFields,
) -> Result<(), ConsoleError> {
    model::port::<dyn Acting>()?.act_as(fields).await?;
    model::go_to("/");
    Ok(())
}
