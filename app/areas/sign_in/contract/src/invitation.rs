//! Invitations, as whoever has their links sees them.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{ConsoleError, Timestamp};
use serde::{Deserialize, Serialize};
use workspaces_contract::{MemberPlace, RoleSummary};

/// A role that is offered to whoever has the link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invitation {
    /// Where.
    pub place: MemberPlace,
    /// The role there.
    pub role: RoleSummary,
    /// The name of who invites.
    pub invited_by: String,
    /// Until when it works.
    pub expires: Timestamp,
    /// The name of the reader, when they are signed in.
    pub reader: Option<String>,
}

/// What an invitation offers; `None` when it does not work any more. Needs nobody to be signed in.
#[server(endpoint = "sign_in/invitation", input = Json)]
pub async fn read_invitation(
    /// The token in the link.
    token: String,
) -> Result<Option<Invitation>, ConsoleError> {
    model::port::<dyn crate::SignIn>()?.invitation(token).await
}
