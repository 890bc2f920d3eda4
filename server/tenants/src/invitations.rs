//! Invitations: a role in a place, offered by a link that works once.

use crate::actions::{Where, on_members};
use crate::escalation::{check, held};
use crate::members::{Names, workspace_of};
use crate::{ForCaller, Tenants, seconds, valid};
use access::Verb;
use database::accounts::{Account, NewAccount};
use database::audit::{Decision, Outcome};
use database::invitations::{Accepted, Invitation, NewInvitation};
use database::{DatabaseError, now_seconds};
use identity::{Token, Visitor};
use model::fault::EntryFault;
use model::{ConsoleError, FieldProblem, Thing};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;
use workspaces_contract::{
    INVITATION_DAYS, InvitationFields, InvitationRow, MemberPlace, RemoveInvitationFields, RoleSummary,
};

const DAY_SECONDS: i64 = 24 * 3600;

/// The longest note, in characters.
const LONGEST_NOTE: usize = 100;

/// What an invitation offers, for whoever has its link.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Where.
    pub place: MemberPlace,
    /// The role there.
    pub role: RoleSummary,
    /// The name of who invites.
    pub invited_by: String,
    /// Until when it works, in seconds since 1970.
    pub expires_at: i64,
    invitation: Invitation,
    role_place: Where,
}

/// Who accepts an invitation.
#[derive(Debug)]
pub enum Guest {
    /// An account that is there.
    Account(Uuid),
    /// Somebody who has chosen a name and a password.
    New(NewAccount),
}

/// Why an invitation was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum AcceptRefused {
    /// It is used up, has expired, was taken back, or who invited may not do so any more.
    #[error("the invitation does not work any more")]
    Gone,
    /// They hold a role in that place already.
    #[error("there is a role in that place already")]
    HoldsRole,
    /// The account is disabled.
    #[error("the account is disabled")]
    Disabled,
    /// The name is somebody's.
    #[error("the name is somebody's")]
    NameTaken,
    /// The tables cannot be read or written.
    #[error("the console's tables cannot be read or written")]
    Database(#[from] DatabaseError),
}

impl Tenants {
    /// What the invitation behind a link offers, if it still works: it was not used, has not expired, and who made it could
    /// make it now as well.
    pub async fn offer(&self, token: &Token) -> Result<Option<Offer>, DatabaseError> {
        let Some(invitation) = self.database.invitation(&token.hash()).await? else { return Ok(None) };
        let Some(host) = self.database.account(invitation.offer.invited_by).await? else { return Ok(None) };
        if !host.is_enabled {
            return Ok(None);
        }
        let names = Names::read(self).await?;
        let offered = &invitation.offer;
        let Some(place) = names.place_of(&offered.place) else { return Ok(None) };
        let Some(member_place) = names.place(&offered.place) else { return Ok(None) };
        if !self.may_invite(&host, &place, &offered.role, &names).await? {
            return Ok(None);
        }
        Ok(Some(Offer {
            place: member_place,
            role: names.role(&offered.role),
            invited_by: host.name,
            expires_at: offered.expires_at,
            role_place: place,
            invitation,
        }))
    }

    async fn may_invite(
        &self,
        host: &Account,
        place: &Where,
        role: &str,
        names: &Names,
    ) -> Result<bool, DatabaseError> {
        let caller = self.access.caller(host.clone(), None, String::new(), None).await?;
        let host = self.for_caller(Arc::new(caller));
        let tier = place.held().tier();
        let is_within = names.permissions(role, tier).is_within(held(&host.caller, place));
        Ok(is_within && host.may(&on_members("set member", Verb::Create, place, None)))
    }

    /// Uses an invitation up: the role is the guest's. Answers the account and the place. It is in the audit trail before
    /// anything is changed.
    pub async fn accept(
        &self,
        token: &Token,
        guest: Guest,
        visitor: &Visitor,
    ) -> Result<(Uuid, MemberPlace), AcceptRefused> {
        let offer = self.offer(token).await?.ok_or(AcceptRefused::Gone)?;
        let (account, name) = match &guest {
            Guest::Account(id) => {
                let account = self.database.account(*id).await?.filter(|account| account.is_enabled);
                let account = account.ok_or(AcceptRefused::Disabled)?;
                (Some(account.id), account.name)
            }
            Guest::New(new) => (None, new.name.clone()),
        };
        let record = self.database.record_decision(&decision(&offer, account, &name, visitor)).await?;
        let accepted = match guest {
            Guest::Account(id) => self.database.accept_invitation(&token.hash(), id).await,
            Guest::New(new) => self.database.accept_invitation_as_new(&token.hash(), &new).await,
        };
        let result = match accepted {
            Ok(Accepted::Done(account)) => Ok(account),
            Ok(Accepted::Gone) => Err(AcceptRefused::Gone),
            Ok(Accepted::HoldsRole) => Err(AcceptRefused::HoldsRole),
            Err(DatabaseError::NameTaken) => Err(AcceptRefused::NameTaken),
            Err(error) => Err(error.into()),
        };
        let outcome =
            result.as_ref().map_or_else(|error| Outcome::Failed(error.to_string()), |_| Outcome::Done);
        self.database.record_outcome(record, &outcome).await?;
        let account = result?;
        self.access.announce_change();
        // They have joined whether or not the clusters can be looked up.
        if let Ok(names) = Names::read(self).await {
            let clusters = crate::members::clusters_of(&offer.role_place, &names);
            let caught_up = clusters.iter().map(|cluster| self.provisioner.caught_up(cluster));
            futures::future::join_all(caught_up).await;
        }
        Ok((account, offer.place))
    }
}

fn decision(offer: &Offer, account: Option<Uuid>, name: &str, visitor: &Visitor) -> Decision {
    let (cluster, namespace) = match &offer.place {
        MemberPlace::Cluster(cluster) => (Some(cluster.to_string()), None),
        MemberPlace::Project(cluster, namespace) => (Some(cluster.to_string()), Some(namespace.to_string())),
        MemberPlace::Workspace(_) => (None, None),
    };
    Decision {
        request_id: visitor.request_id.clone(),
        account_id: account,
        account_name: name.into(),
        address: Some(visitor.address.to_string()),
        action: "accept invitation".into(),
        verb: "create".into(),
        resource: "members.console.orrery".into(),
        cluster,
        namespace,
        name: Some(offer.invitation.id.to_string()),
        is_allowed: true,
        ..Decision::default()
    }
}

impl ForCaller {
    /// The invitations to a place that still work.
    pub(crate) async fn invitations_to(
        &self,
        place: &Where,
        names: &Names,
    ) -> Result<Vec<InvitationRow>, ConsoleError> {
        let database = &self.tenants.database;
        let open = database.invitations_to(&place.held()).await?;
        let accounts = database.accounts().await?;
        let hosts: HashMap<Uuid, String> = accounts.into_iter().map(|one| (one.id, one.name)).collect();
        let row = |invitation: Invitation| InvitationRow {
            id: invitation.id.to_string(),
            role: names.role(&invitation.offer.role),
            invited_by: hosts.get(&invitation.offer.invited_by).cloned().unwrap_or_default(),
            expires: seconds(invitation.offer.expires_at),
            note: invitation.offer.note,
        };
        Ok(open.into_iter().map(row).collect())
    }

    pub(crate) async fn make_invitation(&self, fields: InvitationFields) -> Result<String, ConsoleError> {
        let place = self.find_place(&fields.place).await?;
        let action = on_members("invite", Verb::Create, &place, Some(&fields.role));
        self.require(&action).await?;
        self.check_is_itself(&place).await?;
        let names = Names::read(&self.tenants).await?;
        let tier = place.held().tier();
        let mut problems = Vec::new();
        if !INVITATION_DAYS.contains(&fields.days) {
            problems.push(FieldProblem::of("days", EntryFault::Span));
        }
        if fields.note.trim().chars().count() > LONGEST_NOTE {
            problems.push(FieldProblem::of("note", EntryFault::Longest(LONGEST_NOTE)));
        }
        if !names.roles_at(tier, workspace_of(&place)).contains(&fields.role) {
            problems.push(FieldProblem::of("role", EntryFault::Role));
        }
        valid(problems)?;
        check(names.permissions(&fields.role, tier), held(&self.caller, &place), "role")?;
        let new = NewInvitation {
            place: place.held(),
            role: fields.role,
            note: fields.note,
            invited_by: self.caller.account_id,
            expires_at: now_seconds() + i64::from(fields.days) * DAY_SECONDS,
        };
        let work = async move |tenants: Tenants, _| {
            let token = Token::random();
            tenants.database.add_invitation(&token.hash(), &new).await?;
            Ok(token.reveal().to_owned())
        };
        self.perform(action, work).await
    }

    pub(crate) async fn drop_invitation(&self, fields: RemoveInvitationFields) -> Result<(), ConsoleError> {
        let place = self.find_place(&fields.place).await?;
        let action = on_members("take back invitation", Verb::Delete, &place, Some(&fields.id));
        self.require(&action).await?;
        let gone = || ConsoleError::unknown(Thing::Invitation);
        let id: Uuid = fields.id.parse().map_err(|_| gone())?;
        let held = place.held();
        let work = async move |tenants: Tenants, _| {
            let removed = tenants.database.remove_invitation(id, &held).await;
            if removed? { Ok(()) } else { Err(gone()) }
        };
        self.perform(action, work).await
    }
}
