//! Asking for a role in a place, and deciding about it.

use crate::{MemberPlace, RoleSummary};
use async_trait::async_trait;
use leptos::prelude::*;
use model::fault::{EntryFault, RequestFault};
use model::{ConsoleError, FieldProblem, Timestamp};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// For how many hours a role can be asked for, for choosing; 0 is for good.
pub const REQUEST_HOURS: [u32; 5] = [0, 1, 8, 24, 168];

/// The longest reason for asking or refusing, in characters.
pub const LONGEST_REASON: usize = 500;

/// Questions and commands about what people ask for, on behalf of one caller.
#[async_trait]
pub trait Requests: Send + Sync {
    /// What the caller can decide, and what they have asked for.
    async fn requests(&self) -> Result<RequestList, ConsoleError>;
    /// How many wait for a decision that the caller can make.
    async fn requests_to_decide(&self) -> Result<u64, ConsoleError>;
    /// What can be asked for in a place.
    async fn request_form(&self, query: RequestQuery) -> Result<RequestForm, ConsoleError>;
    /// Asks for a role.
    async fn ask_for_role(&self, fields: RequestFields) -> Result<(), ConsoleError>;
    /// Gives what somebody has asked for.
    async fn approve_request(&self, id: String) -> Result<(), ConsoleError>;
    /// Does not give it, and says why.
    async fn refuse_request(&self, fields: RefusalFields) -> Result<(), ConsoleError>;
    /// Takes back what the caller has asked for.
    async fn withdraw_request(&self, id: String) -> Result<(), ConsoleError>;
}

/// What the caller can decide, and what they have asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RequestList {
    /// Requests of others that wait and that the caller may grant, the oldest first.
    pub to_decide: Vec<RequestToDecide>,
    /// The caller's own, the newest first.
    pub mine: Vec<OwnRequest>,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestView {
    /// Its id.
    pub id: String,
    /// Where.
    pub place: MemberPlace,
    /// The role.
    pub role: RoleSummary,
    /// Why.
    pub reason: String,
    /// For how many hours: one of [`REQUEST_HOURS`].
    pub hours: u32,
    /// Since when.
    pub asked: Timestamp,
}

/// A request that waits for the caller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestToDecide {
    /// What is asked for.
    pub view: RequestView,
    /// The name of who asks.
    pub name: String,
    /// What people call them; may be empty.
    pub full_name: String,
    /// What people gave them in that place already.
    pub holds: Vec<RoleSummary>,
}

/// A request of the caller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnRequest {
    /// What is asked for.
    pub view: RequestView,
    /// How far it has come.
    pub state: RequestProgress,
}

/// How far a request has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RequestProgress {
    /// It waits.
    Open {
        /// When it lapses.
        until: Timestamp,
    },
    /// The role was given.
    Approved {
        /// The name of who gave it.
        by: String,
        /// Until when; none for good.
        until: Option<Timestamp>,
    },
    /// The role was not given.
    Refused {
        /// The name of who decided.
        by: String,
        /// Why.
        reason: String,
    },
    /// The caller took it back.
    Withdrawn,
    /// Nobody decided in time.
    Lapsed,
}

/// The place that is asked about, as the address of the form has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct RequestQuery {
    /// A [`MemberPlace`] as text; empty when none is chosen yet.
    pub place: String,
    /// A namespace of the place, when that is a cluster; empty for the cluster as a whole.
    pub namespace: String,
}

/// What can be asked for in a place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestForm {
    /// The place; none when none is chosen yet.
    pub place: Option<MemberPlace>,
    /// The roles that can be given there, the mightiest first.
    pub roles: Vec<RoleSummary>,
    /// Clusters and workspaces that the caller knows of.
    pub places: Vec<MemberPlace>,
}

/// The fields of the form that asks for a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestFields {
    /// Where.
    pub place: MemberPlace,
    /// The word or id of the role.
    #[serde(default)]
    pub role: String,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// For how many hours: one of [`REQUEST_HOURS`].
    #[serde(default)]
    pub hours: u32,
}

impl RequestFields {
    /// What is wrong with them, whoever asks.
    pub fn problems(&self) -> Vec<FieldProblem> {
        let mut problems = Vec::new();
        if self.role.is_empty() {
            problems.push(FieldProblem::of("role", EntryFault::Role));
        }
        if !REQUEST_HOURS.contains(&self.hours) {
            problems.push(FieldProblem::of("hours", EntryFault::Span));
        }
        problems.extend(reason_problem(&self.reason, RequestFault::NoNeed));
        problems
    }
}

/// The fields of the form that refuses a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalFields {
    /// Which.
    #[serde(default)]
    pub id: String,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

impl RefusalFields {
    /// What is wrong with them, whoever decides.
    pub fn problems(&self) -> Vec<FieldProblem> {
        reason_problem(&self.reason, RequestFault::NoReason).into_iter().collect()
    }
}

fn reason_problem(reason: &str, if_empty: RequestFault) -> Option<FieldProblem> {
    let fault = match reason.trim().chars().count() {
        0 => if_empty,
        1..=LONGEST_REASON => return None,
        length => RequestFault::LongReason { longest: LONGEST_REASON, length },
    };
    Some(FieldProblem::of("reason", fault))
}

/// What the caller can decide, and what they have asked for.
#[server(endpoint = "workspaces/requests", input = Json)]
pub async fn read_requests() -> Result<RequestList, ConsoleError> {
    model::port::<dyn Requests>()?.requests().await
}

/// The number beside the link to requests: how many wait for the reader. The page of requests, which knows, keeps it true.
#[derive(Clone, Copy)]
pub struct WaitingRequests(pub RwSignal<Option<u64>>);

/// How many requests wait for a decision that the caller can make.
#[server(endpoint = "workspaces/requests-to-decide", input = Json)]
pub async fn count_requests_to_decide() -> Result<u64, ConsoleError> {
    model::port::<dyn Requests>()?.requests_to_decide().await
}

/// What can be asked for in a place.
#[server(endpoint = "workspaces/request-form", input = Json)]
pub async fn read_request_form(
    /// The place that is asked about.
    query: RequestQuery,
) -> Result<RequestForm, ConsoleError> {
    model::port::<dyn Requests>()?.request_form(query).await
}

/// Asks for a role.
#[server(endpoint = "workspaces/ask-for-role")]
pub async fn ask_for_role(
    /// The fields of the form.
    fields: RequestFields,
) -> Result<(), ConsoleError> {
    model::port::<dyn Requests>()?.ask_for_role(fields).await?;
    model::go_to(model::link::REQUESTS);
    Ok(())
}

/// Gives what somebody has asked for.
#[server(endpoint = "workspaces/approve-request")]
pub async fn approve_request(
    /// Which request.
    id: String,
) -> Result<(), ConsoleError> {
    model::port::<dyn Requests>()?.approve_request(id).await?;
    model::go_to(model::link::REQUESTS);
    Ok(())
}

/// Does not give what somebody has asked for.
#[server(endpoint = "workspaces/refuse-request")]
pub async fn refuse_request(
    /// The fields of the form.
    fields: RefusalFields,
) -> Result<(), ConsoleError> {
    model::port::<dyn Requests>()?.refuse_request(fields).await?;
    model::go_to(model::link::REQUESTS);
    Ok(())
}

/// Takes back what the caller has asked for.
#[server(endpoint = "workspaces/withdraw-request")]
pub async fn withdraw_request(
    /// Which request.
    id: String,
) -> Result<(), ConsoleError> {
    model::port::<dyn Requests>()?.withdraw_request(id).await?;
    model::go_to(model::link::REQUESTS);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::WorkspaceName;

    fn asked(role: &str, reason: &str, hours: u32) -> Vec<String> {
        let name = WorkspaceName::parse("garden").expect("a good name");
        let place = MemberPlace::Workspace(name);
        let fields = RequestFields { place, role: role.into(), reason: reason.into(), hours };
        fields.problems().into_iter().map(|problem| problem.field).collect()
    }

    #[test]
    fn a_request_says_which_role_why_and_for_how_long() {
        let none: [&str; 0] = [];
        assert_eq!(asked("workspace-viewer", "to look", 0), none);
        assert_eq!(asked("workspace-viewer", &"x".repeat(LONGEST_REASON), 168), none);

        assert_eq!(asked("", "to look", 0), ["role"]);
        assert_eq!(asked("workspace-viewer", " \n ", 8), ["reason"]);
        assert_eq!(asked("workspace-viewer", &"x".repeat(LONGEST_REASON + 1), 8), ["reason"]);
        assert_eq!(asked("workspace-viewer", "to look", 2), ["hours"]);
        assert_eq!(asked("", "", 9), ["role", "hours", "reason"]);
    }

    #[test]
    fn a_refusal_says_why() {
        let problems = |reason: &str| RefusalFields { id: "1".into(), reason: reason.into() }.problems();

        assert!(problems("ask the owner of the shop first").is_empty());
        assert_eq!(problems("  ")[0].field, "reason");
        assert_eq!(problems(&"x".repeat(LONGEST_REASON + 1))[0].field, "reason");
    }
}
