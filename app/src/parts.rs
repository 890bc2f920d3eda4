//! The parts of the browser half that come when one of their pages is opened.
//!
//! What most visits need - the frame, lists, objects, search - is in the module that every page loads. Each part is cut
//! out of it after it was compiled (`xtask/src/site/parts.rs`), together with all that only its pages use; what two parts
//! share is a file of its own. On the server they are ordinary functions.
//!
//! A page is moved by moving its name; [`of`] must know its address, so that a page that the server rendered asks for its
//! part at once and not when the first module has started.

/// A module with a route for each page of a part, all of them drawn by one function that is loaded when it is first called.
macro_rules! part {
    ($(#[$about:meta])* $part:ident $(in $own:path)?: $($area:ident::{$($page:ident),+ $(,)?}),+ $(,)?) => {
        $(#[$about])*
        pub mod $part {
            $(use $own;)?
            use leptos::prelude::*;
            use leptos_router::{Lazy, LazyRoute};

            /// A page of the part.
            #[derive(Clone, Copy)]
            enum Page {
                $($($page),+),+
            }

            #[lazy($part)]
            fn draw(page: Page) -> AnyView {
                match page {
                    $($(Page::$page => $area::$page().into_any()),+),+
                }
            }

            $($(
                /// The page.
                pub struct $page;

                impl $page {
                    /// What a route shows the page by.
                    pub fn lazy() -> Lazy<Self> {
                        Lazy::new()
                    }
                }

                impl LazyRoute for $page {
                    fn data() -> Self {
                        Self
                    }

                    async fn view(_page: Self) -> AnyView {
                        draw(Page::$page).await
                    }

                    async fn preload() {
                        #[cfg(target_family = "wasm")]
                        __preload_draw().await;
                    }
                }
            )+)+
        }
    };
}

part! {
    /// What was measured and logged.
    observe:
        monitoring_pages::{
            AlertsPage, DashboardPage, DashboardsPage, EditDashboardPage, EditRulePage, EmbedDashboardPage, ExplorePage,
            ImportDashboardPage, MonitoringPage, NewDashboardPage, NewRulePage, RankingPage, RulesPage, SilencePage,
        },
        records_pages::{RecordsPage},
}

part! {
    /// People, what they may do, and who is told of what.
    govern:
        account_pages::{AccountPage},
        notifications_pages::{NewReceiverPage, NotificationsPage, ReceiverPage},
        people_pages::{AuditPage, PeoplePage, PersonPage},
        providers_pages::{NewProviderPage, ProviderPage, ProvidersPage},
        workspaces_pages::{
            ClusterMembersPage, DepartmentsPage, NewRequestPage, ProjectMembersPage, RequestsPage, RightsPage, RolesPage,
            WhoCanPage, WorkspacePage, WorkspacesPage,
        },
}

part! {
    /// Forms for the objects of clusters.
    shape: workloads_pages::{EditFormPage, NewFormPage},
}

part! {
    /// The design system.
    gallery in crate::frame: frame::{GalleryPage},
}

/// The part that has the page at a path, if it is in one.
pub fn of(path: &str) -> Option<&'static str> {
    let steps: Vec<&str> = path.split('/').skip(1).collect();
    match steps.as_slice() {
        ["clusters", _, "monitoring" | "logs", ..] => Some("observe"),
        ["clusters", _, "members" | "who-can", ..]
        | [
            "account" | "audit" | "departments" | "notifications" | "people" | "requests" | "rights"
            | "roles" | "workspaces",
            ..,
        ]
        | ["settings", "providers", ..] => Some("govern"),
        ["clusters", _, "new", _] | ["clusters", _, _, _, _, "form"] => Some("shape"),
        ["components"] => Some("gallery"),
        _ => None,
    }
}
