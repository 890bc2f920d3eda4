//! A fake of the port, and what it answers with.

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{ClusterName, ConsoleError, Namespace, PodSecurity, Timestamp, WorkspaceName};
use std::collections::BTreeMap;
use std::sync::Arc;
use workspaces_contract::*;
use workspaces_pages::{
    DepartmentsPage, NewRequestPage, RequestsPage, RightsPage, WhoCanPage, WorkspacePage, WorkspacesPage,
};

/// Answers what it was told to answer; whatever else is asked is not found, and nothing can be changed.
#[derive(Default)]
pub struct Fake {
    pub list: Option<Result<WorkspaceList, ConsoleError>>,
    pub view: Option<WorkspaceView>,
    pub standings: Standings,
    pub members: Option<Members>,
    pub departments: Option<Departments>,
    pub quotas: Option<Quotas>,
    pub who_can: Option<WhoCan>,
    pub rights: Option<Result<Rights, ConsoleError>>,
    pub requests: Option<RequestList>,
    pub request_form: Option<Result<RequestForm, ConsoleError>>,
}

fn nothing<T>() -> Result<T, ConsoleError> {
    Err(ConsoleError::missing("what a test did not expect"))
}

#[async_trait]
impl Workspaces for Fake {
    async fn workspaces(&self) -> Result<WorkspaceList, ConsoleError> {
        self.list.clone().unwrap_or_else(nothing)
    }

    async fn workspace(&self, _: WorkspaceName) -> Result<WorkspaceView, ConsoleError> {
        self.view.clone().map_or_else(nothing, Ok)
    }

    async fn standings(&self, _: WorkspaceName) -> Result<Standings, ConsoleError> {
        Ok(self.standings.clone())
    }

    async fn members(&self, _: MemberPlace) -> Result<Members, ConsoleError> {
        self.members.clone().map_or_else(nothing, Ok)
    }

    async fn quotas(&self, _: WorkspaceName) -> Result<Quotas, ConsoleError> {
        self.quotas.clone().map_or_else(nothing, Ok)
    }

    async fn limit_workspace(&self, _: WorkspaceLimitFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn open_storage_classes(&self, _: StorageClassFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn limit_project(&self, _: ProjectLimitFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn secure_pods(&self, _: PodSecurityFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn isolate(&self, _: IsolationFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn who_can(&self, _: ClusterName, _: WhoCanQuery) -> Result<WhoCan, ConsoleError> {
        self.who_can.clone().map_or_else(nothing, Ok)
    }

    async fn rights(&self, _: RightsQuery) -> Result<Rights, ConsoleError> {
        self.rights.clone().unwrap_or_else(nothing)
    }

    async fn departments(&self, _: RolePlace, _: Option<String>) -> Result<Departments, ConsoleError> {
        self.departments.clone().map_or_else(nothing, Ok)
    }

    async fn create_workspace(&self, _: WorkspaceFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn change_workspace(&self, _: WorkspaceFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn remove_workspace(&self, _: RemoveWorkspaceFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn create_project(&self, _: ProjectFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn move_project(&self, _: MoveProjectFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn remove_project(&self, _: RemoveProjectFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn free_namespaces(&self, _: WorkspaceName) -> Result<Vec<FreeNamespace>, ConsoleError> {
        nothing()
    }

    async fn set_member(&self, _: MemberFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn remove_member(&self, _: RemoveMemberFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn invite(&self, _: InvitationFields) -> Result<String, ConsoleError> {
        nothing()
    }

    async fn remove_invitation(&self, _: RemoveInvitationFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn save_department(&self, _: DepartmentFields) -> Result<String, ConsoleError> {
        nothing()
    }

    async fn remove_department(&self, _: RemoveDepartmentFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn set_department_member(&self, _: DepartmentMemberFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn set_department_role(&self, _: DepartmentRoleFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn roles(&self, _: RolePlace) -> Result<Roles, ConsoleError> {
        nothing()
    }

    async fn save_role(&self, _: RoleFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn remove_role(&self, _: RemoveRoleFields) -> Result<(), ConsoleError> {
        nothing()
    }
}

#[async_trait]
impl Requests for Fake {
    async fn requests(&self) -> Result<RequestList, ConsoleError> {
        self.requests.clone().map_or_else(nothing, Ok)
    }

    async fn requests_to_decide(&self) -> Result<u64, ConsoleError> {
        nothing()
    }

    async fn request_form(&self, _: RequestQuery) -> Result<RequestForm, ConsoleError> {
        self.request_form.clone().unwrap_or_else(nothing)
    }

    async fn ask_for_role(&self, _: RequestFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn approve_request(&self, _: String) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn refuse_request(&self, _: RefusalFields) -> Result<(), ConsoleError> {
        nothing()
    }

    async fn withdraw_request(&self, _: String) -> Result<(), ConsoleError> {
        nothing()
    }
}

impl Fake {
    /// The page at an address, as the server sends it.
    pub async fn render(self, address: &str) -> String {
        rendering::render(address, || {
            let fake = Arc::new(self);
            provide_context::<Arc<dyn Requests>>(Arc::clone(&fake) as _);
            provide_context::<Arc<dyn Workspaces>>(fake);
            view! {
                <Router>
                    <Routes fallback=|| "no such page">
                        <Route path=path!("/workspaces") view=WorkspacesPage/>
                        <Route path=path!("/workspaces/:workspace") view=WorkspacePage/>
                        <Route path=path!("/rights") view=RightsPage/>
                        <Route path=path!("/requests") view=RequestsPage/>
                        <Route path=path!("/requests/new") view=NewRequestPage/>
                        <Route path=path!("/departments") view=DepartmentsPage/>
                        <Route path=path!("/clusters/:cluster/who-can") view=WhoCanPage/>
                    </Routes>
                </Router>
            }
        })
        .await
    }
}

pub fn cluster() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

pub fn garden() -> WorkspaceName {
    WorkspaceName::parse("garden").unwrap()
}

pub fn role(word: &str) -> RoleSummary {
    RoleSummary { id: word.into(), title: None }
}

/// The garden with its shop.
pub fn view(may: WorkspaceMay) -> WorkspaceView {
    WorkspaceView {
        summary: WorkspaceSummary {
            name: garden(),
            title: "The garden".into(),
            description: String::new(),
            clusters: vec![cluster()],
            projects: 1,
            members: 2,
            created: Timestamp(0),
        },
        projects: vec![ProjectSummary {
            cluster: cluster(),
            namespace: Namespace::parse("shop").unwrap(),
            title: String::new(),
            description: String::new(),
            members: 0,
            is_missing: false,
            created: Timestamp(0),
            pod_security: PodSecurity::default(),
        }],
        clusters: vec![cluster()],
        others: vec![],
        behind: vec![],
        limited: BTreeMap::new(),
        may,
    }
}

/// Nobody yet.
pub fn members(may_change: bool) -> Members {
    Members {
        members: vec![],
        inherited: vec![],
        invitations: vec![],
        roles: vec![role("workspace-admin"), role("workspace-viewer")],
        candidates: vec![],
        behind: None,
        may_change,
    }
}
