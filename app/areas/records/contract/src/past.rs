//! What happened to an object, as long as somebody remembers it.

use crate::record::EventRecord;
use leptos::prelude::*;
use model::{ConsoleError, ResourceRef};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// What happened to an object and to what it made, also when the cluster itself has forgotten it. Nothing where nobody keeps
/// the events of the cluster, or the caller may not see them there.
#[server(endpoint = "records/past-events", input = Json)]
pub async fn read_past_events(
    /// Which.
    object: ResourceRef,
) -> Result<Option<PastEvents>, ConsoleError> {
    model::port::<dyn crate::Records>()?.past_events(object).await
}

/// What happened to an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastEvents {
    /// The newest first.
    pub events: Vec<EventRecord>,
    /// Whether more happened than there are here.
    pub is_cut: bool,
}

impl PastEvents {
    /// How far back it is looked.
    pub const LOOKED_BACK_SECONDS: u32 = 7 * 86_400;
}
