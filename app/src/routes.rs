//! Every address of the console.

use crate::frame::{Framed, GalleryPage};
use crate::home::HomePage;
use crate::not_found::{NotFoundPage, Unknown};
use account_pages::AccountPage;
use clusters_pages::OverviewPage;
use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, path};
use monitoring_pages::{
    AlertsPage, ConsumptionPage, DashboardPage, DashboardsPage, EditDashboardPage, EditRulePage,
    EmbedDashboardPage, ExplorePage, ImportDashboardPage, MonitoringPage, NewDashboardPage, NewRulePage,
    RankingPage, RulesPage, SilencePage,
};
use notifications_pages::{NewReceiverPage, NotificationsPage, ReceiverPage};
use people_pages::{AuditPage, PeoplePage, PersonPage};
use providers_pages::{NewProviderPage, ProviderPage, ProvidersPage};
use recordings_pages::{RecordingPage, RecordingsPage};
use records_pages::RecordsPage;
use resources_pages::{CreatePage, DeletedPage, DetailPage, ListPage, SearchPage};
use sign_in_pages::{ChooseNamePage, CodePage, InvitationPage, PreferencesPage, SetUpPage, SignInPage};
use workloads_pages::{EditFormPage, NewFormPage};
use workspaces_pages::{
    ClusterMembersPage, DepartmentsPage, NewRequestPage, ProjectMembersPage, RequestsPage, RightsPage,
    RolesPage, WhoCanPage, WorkspacePage, WorkspacesPage,
};

/// How pages are sent: in order, so that they are whole without scripts; what a slow system owes comes last on its page.
const IN_ORDER: SsrMode = SsrMode::InOrder;

/// The addresses, the most specific first where two could match.
pub fn routes() -> AnyView {
    view! {
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/sign-in/name") view=ChooseNamePage ssr=SsrMode::Async/>
                <Route path=path!("/sign-in/code") view=CodePage ssr=SsrMode::Async/>
                <Route path=path!("/invitation") view=InvitationPage ssr=SsrMode::Async/>
                <Route path=path!("/setup") view=SetUpPage ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=Framed ssr=IN_ORDER>
                    <Route path=path!("/") view=HomePage ssr=IN_ORDER/>
                    <Route path=path!("/search") view=SearchPage ssr=IN_ORDER/>
                    <Route path=path!("/account") view=AccountPage ssr=IN_ORDER/>
                    <Route path=path!("/settings/providers") view=ProvidersPage ssr=IN_ORDER/>
                    <Route path=path!("/settings/providers/new/:kind") view=NewProviderPage ssr=IN_ORDER/>
                    <Route path=path!("/settings/providers/:id") view=ProviderPage ssr=IN_ORDER/>
                    <Route path=path!("/preferences") view=PreferencesPage ssr=IN_ORDER/>
                    <Route path=path!("/components") view=GalleryPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster") view=OverviewPage ssr=IN_ORDER/>
                    <Route path=path!("/workspaces") view=WorkspacesPage ssr=IN_ORDER/>
                    <Route path=path!("/workspaces/:workspace") view=WorkspacePage ssr=IN_ORDER/>
                    <Route path=path!("/departments") view=DepartmentsPage ssr=IN_ORDER/>
                    <Route path=path!("/roles") view=RolesPage ssr=IN_ORDER/>
                    <Route path=path!("/rights") view=RightsPage ssr=IN_ORDER/>
                    <Route path=path!("/requests") view=RequestsPage ssr=IN_ORDER/>
                    <Route path=path!("/requests/new") view=NewRequestPage ssr=IN_ORDER/>
                    <Route path=path!("/notifications") view=NotificationsPage ssr=IN_ORDER/>
                    <Route path=path!("/notifications/new") view=NewReceiverPage ssr=IN_ORDER/>
                    <Route path=path!("/notifications/:id") view=ReceiverPage ssr=IN_ORDER/>
                    <Route path=path!("/people") view=PeoplePage ssr=IN_ORDER/>
                    <Route path=path!("/people/:name") view=PersonPage ssr=IN_ORDER/>
                    <Route path=path!("/audit") view=AuditPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/create") view=CreatePage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/deleted") view=DeletedPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/new/:kind") view=NewFormPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/who-can") view=WhoCanPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/members") view=ClusterMembersPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/members/:namespace") view=ProjectMembersPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring") view=MonitoringPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/alerts") view=AlertsPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/silences/new") view=SilencePage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/rules") view=RulesPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/rules/new") view=NewRulePage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/rules/:namespace/:name") view=EditRulePage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/ranking") view=RankingPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/consumption") view=ConsumptionPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/explore") view=ExplorePage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/dashboards") view=DashboardsPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/dashboards/new") view=NewDashboardPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/dashboards/import") view=ImportDashboardPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/dashboards/:id") view=DashboardPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/dashboards/:id/edit") view=EditDashboardPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/dashboards/:id/embed") view=EmbedDashboardPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/logs") view=RecordsPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/logs/:of") view=RecordsPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/recordings") view=RecordingsPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/recordings/:id") view=RecordingPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/:kind") view=ListPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/:kind/:namespace/:name") view=DetailPage ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/:kind/:namespace/:name/form") view=EditFormPage ssr=IN_ORDER/>
                    <Route path=path!("/*any") view=Unknown ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
    .into_any()
}
