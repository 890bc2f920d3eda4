//! Links with which somebody takes a role in a place, once.

use crate::{MemberPlace, RoleSummary};
use leptos::prelude::*;
use model::{ConsoleError, Timestamp};
use serde::{Deserialize, Serialize};

/// For how many days an invitation can work, for choosing.
pub const INVITATION_DAYS: [u32; 4] = [1, 3, 7, 30];

/// An invitation that nobody has accepted yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InvitationRow {
    /// Its id.
    pub id: String,
    /// For whom, in the words of who invited; may be empty.
    pub note: String,
    /// The role that it offers.
    pub role: RoleSummary,
    /// The name of who invited.
    pub invited_by: String,
    /// Until when it works.
    pub expires: Timestamp,
}

/// The fields of the form that makes an invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationFields {
    /// Where.
    pub place: MemberPlace,
    /// The word or id of the role.
    #[serde(default)]
    pub role: String,
    /// For whom, so that it can be told apart from others.
    #[serde(default)]
    pub note: String,
    /// For how many days it works: one of [`INVITATION_DAYS`].
    #[serde(default)]
    pub days: u32,
}

/// The fields of the form that takes an invitation back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveInvitationFields {
    /// Where.
    pub place: MemberPlace,
    /// Which.
    #[serde(default)]
    pub id: String,
}

/// The token of an invitation, shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationLink {
    /// The token.
    pub token: String,
}

/// Makes an invitation. Answers its token, which is not kept.
#[server(endpoint = "workspaces/invite")]
pub async fn invite(
    /// The fields of the form, which stands beside another one.
    invitation: InvitationFields,
) -> Result<InvitationLink, ConsoleError> {
    let token = model::port::<dyn crate::Workspaces>()?.invite(invitation).await?;
    Ok(InvitationLink { token })
}

/// Takes an invitation back.
#[server(endpoint = "workspaces/remove-invitation")]
pub async fn remove_invitation(
    /// The fields of the form.
    fields: RemoveInvitationFields,
) -> Result<(), ConsoleError> {
    let next = fields.place.page();
    model::port::<dyn crate::Workspaces>()?.remove_invitation(fields).await?;
    model::go_to(&next);
    Ok(())
}
