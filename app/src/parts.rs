//! The parts of the browser half that come when one of their pages is opened.
//!
//! What every page needs - the frame, and what many parts share - is in the module that every page loads. Each part is cut out of it
//! after it was compiled (`xtask/src/site/parts.rs`), together with all that only its pages use; what two parts share is a file of
//! its own where that is worth one. On the server they are ordinary functions. What is no page, as the dock, is a part by itself
//! ([`crate::dock`]).
//!
//! A page is moved by moving its name; [`of`] must know its address, so that a page that the server rendered asks for its
//! part at once and not when the first module has started.

use leptos::prelude::*;
use leptos_router::hooks::use_url;
use leptos_router::location::Url;
use std::future::pending;
use ui::LIVE;

/// A module with a route for each page of a part, all of them drawn by one function that is loaded when it is first called.
macro_rules! part {
    ($(#[$about:meta])* $part:ident $(in $own:path)?: $($area:ident::{$($page:ident),+ $(,)?}),+ $(,)?) => {
        $(#[$about])*
        pub mod $part {
            $(use $own;)?
            use leptos::prelude::*;
            use leptos::wasm_split::{SplitLoaderError, wasm_split};
            use leptos_router::{Lazy, LazyRoute};

            /// A page of the part.
            #[allow(clippy::enum_variant_names, reason = "they are called as their pages")]
            #[derive(Clone, Copy)]
            pub(super) enum Page {
                $($($page),+),+
            }

            #[wasm_split($part, wasm_split_path = leptos::wasm_split, fallible, preload(load))]
            pub(super) fn draw(page: Page) -> Result<AnyView, SplitLoaderError> {
                Ok(match page {
                    $($(Page::$page => $area::$page().into_any()),+),+
                })
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
                        // A page of the server whose part does not come stays as it is and says that its scripts failed.
                        draw(Page::$page).await.expect("the part of this page can be loaded")
                    }

                    async fn preload() {
                        if load().await.is_err() {
                            super::open_whole().await;
                        }
                    }
                }
            )+)+
        }
    };
}

part! {
    /// Signing in, and what the reader prefers.
    enter:
        sign_in_pages::{
            ChooseNamePage, CodePage, ForgottenPage, InvitationPage, PreferencesPage, SetUpPage, SignInPage,
        },
}

part! {
    /// How everything is, of all clusters and of one.
    overview in crate::home:
        clusters_pages::{OverviewPage},
        home::{HomePage},
}

part! {
    /// Lists of a kind, and what is found in all of them.
    lists: resources_pages::{ListPage, SearchPage},
}

part! {
    /// One object, with what other areas know about it.
    objects in crate::object:
        object::{DetailPage},
        resources_pages::{CreatePage, DeletedPage},
}

part! {
    /// What was measured and logged.
    observe:
        monitoring_pages::{
            AlertsPage, BuiltInRulesPage, ConsumptionPage, DashboardPage, DashboardsPage, EditDashboardPage,
            EditListAlertPage, EditRulePage, EmbedDashboardPage, ExplorePage, ImportDashboardPage, ListAlertsPage,
            MonitoringPage, NewDashboardPage, NewListAlertPage, NewRulePage, RankingPage, RoutingPage, RulesPage,
            SilencePage,
        },
        records_pages::{RecordsPage, SavedSearchesPage},
}

part! {
    /// People, what they may do, and who is told of what.
    govern:
        account_pages::{AccountPage},
        notifications_pages::{MailServerPage, NewReceiverPage, NotificationsPage, ReceiverPage},
        people_pages::{AuditPage, PeoplePage, PersonPage},
        platform_pages::{PlatformPage, SitePage},
        providers_pages::{NewProviderPage, ProviderPage, ProvidersPage},
        recordings_pages::{RecordingPage, RecordingsPage},
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

/// Has the part of the page at a path come, if it is in one, before the browser takes anything over: the frame, which is taken over
/// first, would leave the document without a title until the page is there.
pub async fn come(path: &str) {
    let came = match of(path) {
        Some("enter") => enter::load().await,
        Some("gallery") => gallery::load().await,
        Some("govern") => govern::load().await,
        Some("lists") => lists::load().await,
        Some("objects") => objects::load().await,
        Some("observe") => observe::load().await,
        Some("overview") => overview::load().await,
        Some("shape") => shape::load().await,
        _ => Ok(()),
    };
    came.expect("the part of this page can be loaded");
}

/// Opens the page that was asked for as a whole document, because its part cannot be loaded: after an upgrade it has another
/// name, which only the server knows. The page before stays until then; without a network the browser says so. A page that
/// is itself being taken over is left to what asked for its part: opened again and again it would never end.
async fn open_whole() {
    let Some(window) = web_sys::window() else { return };
    let root = window.document().and_then(|document| document.document_element());
    if !root.is_some_and(|root| root.has_attribute(LIVE)) {
        return;
    }
    let (path, address) = use_url().with_untracked(|url| (url.path().to_owned(), address(url)));
    let location = window.location();
    // On the way back the browser is there already, and an address with a place in the page would only scroll.
    let _ = if location.pathname() == Ok(path) { location.reload() } else { location.assign(&address) };
    pending::<()>().await;
}

/// An address with all that follows its path.
fn address(url: &Url) -> String {
    let mark = |mark: &str, rest: &str| if rest.is_empty() { String::new() } else { format!("{mark}{rest}") };
    let (query, place) = (url.search().trim_start_matches('?'), url.hash().trim_start_matches('#'));
    format!("{}{}{}", url.path(), mark("?", query), mark("#", place))
}

/// The part that has the page at a path, if it is in one.
pub fn of(path: &str) -> Option<&'static str> {
    let steps: Vec<&str> = path.split('/').skip(1).collect();
    match steps.as_slice() {
        ["clusters", _, "monitoring" | "logs", ..] => Some("observe"),
        ["clusters", _, "members" | "recordings" | "sites" | "who-can", ..]
        | [
            "account" | "audit" | "departments" | "notifications" | "people" | "requests" | "rights"
            | "roles" | "sites" | "workspaces",
            ..,
        ]
        | ["settings", "platform" | "providers", ..] => Some("govern"),
        ["invitation" | "preferences" | "setup" | "sign-in", ..] => Some("enter"),
        [""] | ["clusters", _] => Some("overview"),
        ["clusters", _, "new", _] | ["clusters", _, _, _, _, "form"] => Some("shape"),
        ["clusters", _, "create" | "deleted"] | ["clusters", _, _, _, _] => Some("objects"),
        ["clusters", _, _] | ["search"] => Some("lists"),
        ["components"] => Some("gallery"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_known_to_be_in_the_part_that_has_its_page() {
        let routes = include_str!("routes.rs").lines().filter_map(|line| {
            let (path, rest) = line.split_once("path!(\"")?.1.split_once('"')?;
            let (part, page) = rest.split_once("view=")?.1.split_once("::").unwrap_or_default();
            Some((path, page.contains("::lazy()").then_some(part)))
        });

        let mut known = 0;
        for (path, part) in routes {
            let path = path.replace(':', "");
            assert_eq!(of(&path), part, "{path}");
            known += usize::from(part.is_some());
        }
        assert!(known > 30, "{known}");
    }
}
