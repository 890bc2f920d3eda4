//! What stands around every page of somebody who is signed in.

use crate::navigation::{cluster_of, crumbs, groups, kinds};
use crate::palette::AnywherePalette;
use clusters_contract::{Navigation, read_navigation};
use leptos::prelude::*;
use leptos_router::components::{Outlet, Redirect};
use leptos_router::hooks::use_location;
use model::{ConsoleError, Me, link};
use resources_pages::{Surroundings, provide_surroundings};
use sign_in_contract::{field, path as sign_in_path, read_me};
use ui::gallery::Gallery;
use ui::{Frame, KeyHelp, Problem};

/// The frame with the page in it. Whoever is not signed in is sent to sign in, and comes back afterwards.
#[component]
pub fn Framed() -> impl IntoView {
    let location = use_location();
    let path: Signal<String> = location.pathname.into();
    let here = Signal::derive(move || {
        let search = location.search.get();
        if search.is_empty() { path.get() } else { format!("{}?{search}", path.get()) }
    });
    let me = Resource::new_blocking(|| (), |()| read_me());
    let cluster = Memo::new(move |_| cluster_of(&path.read()));
    let navigation = Resource::new_blocking(
        move || cluster.get(),
        |cluster| async move {
            match cluster {
                Some(cluster) => read_navigation(cluster).await.map(Some),
                None => Ok(None),
            }
        },
    );
    // Only who is signed in decides what is drawn; the navigation changes in place.
    let content = Suspend::new(async move {
        let me = me.await;
        navigation.await.ok();
        match me {
            Ok(me) => framed(me, navigation, path, here),
            Err(ConsoleError::NotSignedIn) => {
                let next = link::escape(&here.get_untracked());
                let sign_in = format!("{}?{}={next}", sign_in_path::SIGN_IN, field::NEXT);
                view! { <Redirect path=sign_in/> }.into_any()
            }
            Err(error) => view! { <main id="main" class="main"><Problem error here=here.get_untracked()/></main> }.into_any(),
        }
    });
    view! { <Transition fallback=|| ()>{content}</Transition> }
}

type NavigationAnswer = Result<Option<Navigation>, ConsoleError>;

fn framed(me: Me, navigation: Resource<NavigationAnswer>, path: Signal<String>, here: Signal<String>) -> AnyView {
    // The last answer stays until the next one is there; a cluster that does not answer still has its other pages.
    let known = Memo::new(move |last: Option<&Option<Navigation>>| match navigation.get() {
        Some(Ok(navigation)) => navigation,
        Some(Err(_)) => None,
        None => last.cloned().flatten(),
    });
    let trouble = Signal::derive(move || match navigation.get() {
        Some(Err(error)) => Some(error),
        Some(Ok(navigation)) => navigation.and_then(|navigation| navigation.problem),
        None => None,
    });
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

/// The design system on one page.
#[component]
pub fn GalleryPage() -> impl IntoView {
    view! { <Gallery/> }
}
