//! What stands around every page of somebody who is signed in.

use crate::navigation::{cluster_of, crumbs, groups, kinds};
use crate::palette::AnywherePalette;
use crate::words::text;
use clusters_contract::{Navigation, read_navigation};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_location;
use model::{ClusterName, ConsoleError, Me};
use resources_pages::{Surroundings, provide_surroundings};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use ui::gallery::Gallery;
use ui::{Frame, KeyHelp, Problem, use_toasts};

/// What stands around the first page, found before it is rendered: so the frame is whole in the first byte, and the page
/// in it is built once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Around {
    /// Who is signed in.
    pub me: Me,
    /// What can be gone to in the page's cluster, if it has one.
    pub navigation: NavigationAnswer,
}

/// What the navigation of a page's cluster is, if the page has one.
pub type NavigationAnswer = Result<Option<Navigation>, ConsoleError>;

/// The frame with the page in it. The server sends whoever is not signed in to sign in, and from there back.
#[component]
pub fn Framed() -> impl IntoView {
    let around = SharedValue::new(use_context::<Result<Around, ConsoleError>>).into_inner();
    match around {
        Some(Ok(around)) => framed(around),
        Some(Err(error)) => {
            view! { <main id="main" class="main"><Problem error is_page=true/></main> }.into_any()
        }
        None => {
            // Reached without the server, from a page without a frame: only the server knows what stands around.
            Effect::new(|_| {
                if let Some(window) = web_sys::window() {
                    let _ = window.location().reload();
                }
            });
            ().into_any()
        }
    }
}

fn framed(Around { me, navigation }: Around) -> AnyView {
    let location = use_location();
    let path: Signal<String> = location.pathname.into();
    let here = Signal::derive(move || {
        let search = location.search.get();
        if search.is_empty() { path.get() } else { format!("{}?{search}", path.get()) }
    });
    let answer = RwSignal::new(navigation);
    follow_cluster(path, answer);
    let known = Memo::new(move |_| answer.read().as_ref().ok().cloned().flatten());
    let trouble = Signal::derive(move || match &*answer.read() {
        Err(error) => Some(error.clone()),
        Ok(navigation) => navigation.as_ref()?.problem.clone(),
    });
    follow_page(path);
    provide_surroundings(Surroundings {
        kinds: Signal::derive(move || known.read().as_ref().map(kinds).unwrap_or_default()),
        namespaces: Signal::derive(move || {
            known.read().as_ref().map(|navigation| navigation.namespaces.clone()).unwrap_or_default()
        }),
    });
    let rail = Signal::derive(move || groups(cluster_of(&path.read()).as_ref(), known.read().as_ref()));
    let crumbs = Signal::derive(move || crumbs(&path.read(), known.read().as_ref()));
    let palette_open = RwSignal::new(false);
    view! {
        <Frame navigation=rail path here crumbs me=Signal::stored(Some(me)) palette_open>
            {move || trouble.get().map(|error| view! { <Problem error/> })}
            <Outlet/>
        </Frame>
        <AnywherePalette open=palette_open navigation=known path/>
        <KeyHelp/>
    }
    .into_any()
}

/// Time that another page has to put up its title before it is read out.
const TITLE_WAIT: Duration = Duration::from_millis(150);

/// Does what a browser does when it loads another page: begins at its top, and says its title.
fn follow_page(path: Signal<String>) {
    let toasts = use_toasts();
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            let arrived = move || {
                ui::focus_main();
                toasts.read_out(document().title());
            };
            if let Ok(timer) = set_timeout_with_handle(arrived, TITLE_WAIT) {
                on_cleanup(move || timer.clear());
            }
        }
        now
    });
}

/// Asks for the navigation of another cluster when the page goes there. Until it answers the last one stays.
fn follow_cluster(path: Signal<String>, answer: RwSignal<NavigationAnswer>) {
    let cluster = Memo::new(move |_| cluster_of(&path.read()));
    Effect::new(move |before: Option<Option<ClusterName>>| {
        let now = cluster.get();
        if before.is_some_and(|before| before != now) {
            let asked = now.clone();
            leptos::task::spawn_local(async move {
                let new = match asked.clone() {
                    Some(cluster) => read_navigation(cluster).await.map(Some),
                    None => Ok(None),
                };
                // Whoever has gone on meanwhile waits for another answer.
                if cluster.try_get_untracked() == Some(asked) {
                    answer.set(new);
                }
            });
        }
        now
    });
}

/// The design system on one page.
#[component]
pub fn GalleryPage() -> impl IntoView {
    view! {
        <Title text=text("components")/>
        <Gallery/>
    }
}
