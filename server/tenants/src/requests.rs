//! Asking for a role in a place, and deciding about it.

use crate::actions::{Where, on_members};
use crate::escalation::{check, held};
use crate::members::{Names, clusters_of, workspace_of};
use crate::rights::asked;
use crate::{ForCaller, Tenants, seconds, valid, view};
use access::{Command, Verb};
use async_trait::async_trait;
use database::access_requests::{
    AccessRequest, Asked, MOST_OPEN, NewAccessRequest, RequestState, WAITS_SECONDS,
};
use database::members::Member;
use database::now_seconds;
use database::projects::Project;
use model::fault::{EntryFault, RequestFault};
use model::{ConsoleError, FieldProblem, Tier};
use uuid::Uuid;
use workspaces_contract::{
    MemberPlace, OwnRequest, RefusalFields, RequestFields, RequestForm, RequestList, RequestProgress,
    RequestQuery, RequestToDecide, RequestView, Requests, RoleSummary,
};

const HOUR_SECONDS: i64 = 3600;

/// What everybody may do for themselves.
fn own(name: &'static str, verb: Verb, id: Option<&str>) -> Command {
    Command::on_platform(name, verb, "requests", id)
}

fn gone() -> ConsoleError {
    ConsoleError::refused("", RequestFault::Gone)
}

/// For how long, in words of the trail.
fn span(hours: Option<u32>) -> String {
    hours.map_or_else(|| "for good".to_owned(), |hours| format!("for {hours} h"))
}

fn request_view(request: &AccessRequest, place: MemberPlace, names: &Names) -> RequestView {
    RequestView {
        id: request.id.to_string(),
        place,
        role: names.role(&request.asked.role),
        reason: request.asked.reason.clone(),
        hours: request.asked.hours.unwrap_or(0),
        asked: seconds(request.created_at),
    }
}

fn progress(request: AccessRequest) -> RequestProgress {
    match request.state {
        RequestState::Open => RequestProgress::Open { until: seconds(request.created_at + WAITS_SECONDS) },
        RequestState::Approved => {
            RequestProgress::Approved { by: request.decided_by, until: request.ends_at.map(seconds) }
        }
        RequestState::Refused => RequestProgress::Refused { by: request.decided_by, reason: request.answer },
        RequestState::Withdrawn => RequestProgress::Withdrawn,
        RequestState::Lapsed => RequestProgress::Lapsed,
    }
}

/// A place as the tables know it. A namespace that is no project yet stands for the one that it would become; a workspace
/// that does not exist is none.
pub(crate) fn place_of(place: &MemberPlace, names: &Names) -> Option<Where> {
    Some(match place {
        MemberPlace::Cluster(cluster) => Where::Cluster(cluster.clone()),
        MemberPlace::Workspace(name) => {
            Where::Workspace(names.workspaces.iter().find(|one| one.name == *name)?.clone())
        }
        MemberPlace::Project(cluster, namespace) => {
            let known = names
                .projects
                .iter()
                .find(|project| project.cluster == *cluster && project.namespace == *namespace);
            Where::Project(known.cloned().unwrap_or_else(|| Project {
                id: Uuid::nil(),
                cluster: cluster.clone(),
                namespace: namespace.clone(),
                workspace: None,
                title: String::new(),
                description: String::new(),
                created_at: 0,
            }))
        }
    })
}

impl ForCaller {
    /// The roles that can be asked for in a place. Whoever does not know the place is offered the same whether or not it
    /// exists.
    fn roles_to_ask_for(&self, place: &MemberPlace, names: &Names) -> Vec<String> {
        let known = place_of(place, names).filter(|place| match place {
            Where::Cluster(cluster) => self.caller.may_see_cluster(cluster),
            Where::Workspace(workspace) => self.may(&view(workspace)),
            Where::Project(project) => {
                !self.caller.rights.in_namespace(&project.cluster, &project.namespace).is_empty()
            }
        });
        match known {
            Some(place) => names.roles_at(place.held().tier(), workspace_of(&place)),
            None => {
                let tier = match place {
                    MemberPlace::Cluster(_) => Tier::Cluster,
                    MemberPlace::Workspace(_) => Tier::Workspace,
                    MemberPlace::Project(..) => Tier::Project,
                };
                let presets = access::roles::PRESETS.iter().filter(|preset| preset.tier == tier);
                presets.map(|preset| preset.word.to_owned()).collect()
            }
        }
    }

    /// Those of these open requests that the caller can decide about, with the places that they are about.
    fn decidable(&self, open: Vec<AccessRequest>, names: &Names) -> Vec<(AccessRequest, MemberPlace, Where)> {
        let others = open.into_iter().filter(|request| request.asked.account != self.caller.account_id);
        let placed = others.filter_map(|request| {
            let asked = MemberPlace::try_from(request.asked.place.clone()).ok()?;
            let place = place_of(&asked, names)?;
            Some((request, asked, place))
        });
        placed.filter(|(request, _, place)| self.may_give_role(&request.asked.role, place, names)).collect()
    }

    /// An open request of somebody else, and the place that it is about, for who may give roles there.
    async fn to_decide(
        &self,
        id: &str,
        name: &'static str,
        names: &Names,
    ) -> Result<(AccessRequest, Where), ConsoleError> {
        let id: Uuid = id.parse().map_err(|_| gone())?;
        let open = self.tenants.database.open_access_requests().await?;
        let request = open.into_iter().find(|request| request.id == id).ok_or_else(gone)?;
        let asked = MemberPlace::try_from(request.asked.place.clone()).map_err(|_| gone())?;
        let found = place_of(&asked, names).ok_or_else(gone)?;
        self.require(&on_members(name, Verb::Create, &found, Some(&id.to_string()))).await?;
        if request.asked.account == self.caller.account_id {
            return Err(ConsoleError::refused("", RequestFault::Own));
        }
        let role = names.permissions(&request.asked.role, found.held().tier());
        check(role, held(&self.caller, &found), "role")?;
        Ok((request, found))
    }
}

#[async_trait]
impl Requests for ForCaller {
    async fn requests(&self) -> Result<RequestList, ConsoleError> {
        let database = &self.tenants.database;
        let names = Names::read(&self.tenants).await?;
        let me = self.caller.account_id;
        let open = database.open_access_requests().await?;
        let members = database.members().await?;
        let mut to_decide = Vec::new();
        for (request, asked, place) in self.decidable(open, &names) {
            let is_theirs = |member: &&Member| {
                member.account == request.asked.account
                    && member.department.is_none()
                    && member.place == place.held()
            };
            let holds: Vec<RoleSummary> =
                members.iter().filter(is_theirs).map(|member| names.role(&member.role)).collect();
            to_decide.push(RequestToDecide {
                view: request_view(&request, asked, &names),
                name: request.name,
                full_name: request.full_name,
                holds,
            });
        }
        let mine = match self.caller.is_for_one_place() {
            true => Vec::new(),
            false => database.access_requests_of(me).await?,
        };
        let mine = mine.into_iter().filter_map(|request| {
            let place = MemberPlace::try_from(request.asked.place.clone()).ok()?;
            Some(OwnRequest { view: request_view(&request, place, &names), state: progress(request) })
        });
        Ok(RequestList { to_decide, mine: mine.collect() })
    }

    async fn requests_to_decide(&self) -> Result<u64, ConsoleError> {
        let open = self.tenants.database.open_access_requests().await?;
        if open.is_empty() {
            // As it mostly is, and every page asks.
            return Ok(0);
        }
        let names = Names::read(&self.tenants).await?;
        Ok(self.decidable(open, &names).len() as u64)
    }

    async fn request_form(&self, query: RequestQuery) -> Result<RequestForm, ConsoleError> {
        let place = asked(&query.place, &query.namespace)?;
        let names = Names::read(&self.tenants).await?;
        let roles = place.as_ref().map(|place| self.roles_to_ask_for(place, &names)).unwrap_or_default();
        Ok(RequestForm {
            roles: roles.iter().map(|role| names.role(role)).collect(),
            places: self.places(&names),
            place,
        })
    }

    async fn ask_for_role(&self, fields: RequestFields) -> Result<(), ConsoleError> {
        let hours = Some(fields.hours).filter(|hours| *hours > 0);
        let detail = format!("{} in {} {}", fields.role, fields.place, span(hours));
        let action = own("request role", Verb::Create, None).saying(detail);
        self.require(&action).await?;
        let names = Names::read(&self.tenants).await?;
        let mut problems = fields.problems();
        if problems.is_empty() && !self.roles_to_ask_for(&fields.place, &names).contains(&fields.role) {
            problems.push(FieldProblem::of("role", EntryFault::Role));
        }
        valid(problems)?;
        if let Some(place) = place_of(&fields.place, &names) {
            let asked = names.permissions(&fields.role, place.held().tier());
            if asked.is_within(held(&self.caller, &place)) {
                return Err(ConsoleError::refused("role", RequestFault::GivesNothing));
            }
        }
        let new = NewAccessRequest {
            account: self.caller.account_id,
            place: fields.place.to_string(),
            role: fields.role,
            reason: fields.reason.trim().to_owned(),
            hours,
        };
        let work = async move |tenants: Tenants, _| match tenants.database.add_access_request(&new).await? {
            Asked::Done(_) => Ok(()),
            Asked::AlreadyOpen => Err(ConsoleError::refused("role", RequestFault::AlreadyOpen)),
            Asked::TooMany => Err(ConsoleError::refused("role", RequestFault::TooMany(MOST_OPEN))),
        };
        self.perform(action, work).await
    }

    async fn approve_request(&self, id: String) -> Result<(), ConsoleError> {
        let names = Names::read(&self.tenants).await?;
        let (request, _) = self.to_decide(&id, "approve request", &names).await?;
        let asked = MemberPlace::try_from(request.asked.place.clone()).map_err(|_| gone())?;
        // A namespace becomes a project now, if it is none yet.
        let place = self.find_place(&asked).await?;
        self.check_is_itself(&place).await?;
        let names = Names::read(&self.tenants).await?;
        let account = self.account_at(&request.name).await?;
        let (give, member) = self.new_member(&account, &place, request.asked.role.clone(), &names).await?;
        let detail = format!("{} for {} {}", request.asked.role, request.name, span(request.asked.hours));
        let approve = on_members("approve request", Verb::Create, &place, Some(&id)).saying(detail);
        let give = give.saying(format!("{} by request {id}", request.asked.role));
        let ends_at = request.asked.hours.map(|hours| now_seconds() + i64::from(hours) * HOUR_SECONDS);
        let work = async move |tenants: Tenants, granted: access::Granted<Command>| {
            let by = granted.caller().name.clone();
            let database = tenants.database.clone();
            let set = async move |_| {
                let given = database.approve_access_request(request.id, &by, &member, ends_at).await;
                if given? { Ok(()) } else { Err(gone()) }
            };
            tenants.access.perform(granted.caller(), give, set).await
        };
        self.perform(approve, work).await?;
        self.all_caught_up(&clusters_of(&place, &names)).await;
        Ok(())
    }

    async fn refuse_request(&self, fields: RefusalFields) -> Result<(), ConsoleError> {
        let names = Names::read(&self.tenants).await?;
        let (request, place) = self.to_decide(&fields.id, "refuse request", &names).await?;
        let problems = fields.problems();
        valid(problems)?;
        let detail = format!("{} for {}", request.asked.role, request.name);
        let action = on_members("refuse request", Verb::Create, &place, Some(&fields.id)).saying(detail);
        let (by, reason) = (self.caller.name.clone(), fields.reason.trim().to_owned());
        let work = async move |tenants: Tenants, _| {
            let refused = tenants.database.refuse_access_request(request.id, &by, &reason).await;
            if refused? { Ok(()) } else { Err(gone()) }
        };
        self.perform(action, work).await
    }

    async fn withdraw_request(&self, id: String) -> Result<(), ConsoleError> {
        let action = own("withdraw request", Verb::Delete, Some(&id));
        self.require(&action).await?;
        let (id, me): (Uuid, Uuid) = (id.parse().map_err(|_| gone())?, self.caller.account_id);
        let work = async move |tenants: Tenants, _| {
            let withdrawn = tenants.database.withdraw_access_request(id, me).await;
            if withdrawn? { Ok(()) } else { Err(gone()) }
        };
        self.perform(action, work).await
    }
}
