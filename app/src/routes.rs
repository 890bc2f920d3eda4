//! Every address of the console.

use crate::frame::Framed;
use crate::not_found::{NotFoundPage, Unknown};
use crate::parts::{enter, gallery, govern, lists, objects, observe, overview, shape};
use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, path};

/// How pages are sent: in order, so that they are whole without scripts; what a slow system owes comes last on its page.
const IN_ORDER: SsrMode = SsrMode::InOrder;

/// The addresses, the most specific first where two could match.
pub fn routes() -> AnyView {
    view! {
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/sign-in") view=enter::SignInPage::lazy() ssr=SsrMode::Async/>
                <Route path=path!("/sign-in/name") view=enter::ChooseNamePage::lazy() ssr=SsrMode::Async/>
                <Route path=path!("/sign-in/code") view=enter::CodePage::lazy() ssr=SsrMode::Async/>
                <Route path=path!("/sign-in/forgotten") view=enter::ForgottenPage::lazy() ssr=SsrMode::Async/>
                <Route path=path!("/invitation") view=enter::InvitationPage::lazy() ssr=SsrMode::Async/>
                <Route path=path!("/setup") view=enter::SetUpPage::lazy() ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=Framed ssr=IN_ORDER>
                    <Route path=path!("/") view=overview::HomePage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/search") view=lists::SearchPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/account") view=govern::AccountPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/settings/platform") view=govern::PlatformPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/sites/:site") view=govern::SitePage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/settings/providers") view=govern::ProvidersPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/settings/providers/new/:kind") view=govern::NewProviderPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/settings/providers/:id") view=govern::ProviderPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/preferences") view=enter::PreferencesPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/components") view=gallery::GalleryPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster") view=overview::OverviewPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/workspaces") view=govern::WorkspacesPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/workspaces/:workspace") view=govern::WorkspacePage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/departments") view=govern::DepartmentsPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/roles") view=govern::RolesPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/rights") view=govern::RightsPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/requests") view=govern::RequestsPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/requests/new") view=govern::NewRequestPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/notifications") view=govern::NotificationsPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/notifications/new") view=govern::NewReceiverPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/notifications/mail") view=govern::MailServerPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/notifications/:id") view=govern::ReceiverPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/people") view=govern::PeoplePage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/people/:name") view=govern::PersonPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/audit") view=govern::AuditPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/create") view=objects::CreatePage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/deleted") view=objects::DeletedPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/new/:kind") view=shape::NewFormPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/who-can") view=govern::WhoCanPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/members") view=govern::ClusterMembersPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/members/:namespace") view=govern::ProjectMembersPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring") view=observe::MonitoringPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/alerts") view=observe::AlertsPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/alerts/routing") view=observe::RoutingPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/silences/new") view=observe::SilencePage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/list-alerts") view=observe::ListAlertsPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/list-alerts/new") view=observe::NewListAlertPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/list-alerts/:id") view=observe::EditListAlertPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/rules") view=observe::RulesPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/rules/new") view=observe::NewRulePage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/rules/built-in") view=observe::BuiltInRulesPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/rules/:namespace/:name") view=observe::EditRulePage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/ranking") view=observe::RankingPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/consumption") view=observe::ConsumptionPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/explore") view=observe::ExplorePage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/dashboards") view=observe::DashboardsPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/dashboards/new") view=observe::NewDashboardPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/dashboards/import") view=observe::ImportDashboardPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/dashboards/:id") view=observe::DashboardPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/dashboards/:id/edit") view=observe::EditDashboardPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/monitoring/dashboards/:id/embed") view=observe::EmbedDashboardPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/logs") view=observe::RecordsPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/logs/saved") view=observe::SavedSearchesPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/logs/:of") view=observe::RecordsPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/recordings") view=govern::RecordingsPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/recordings/:id") view=govern::RecordingPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/sites/:site") view=govern::SitePage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/:kind") view=lists::ListPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/:kind/:namespace/:name") view=objects::DetailPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/clusters/:cluster/:kind/:namespace/:name/form") view=shape::EditFormPage::lazy() ssr=IN_ORDER/>
                    <Route path=path!("/*any") view=Unknown ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
    .into_any()
}
