//! What stands around every page of somebody who is signed in.

use crate::dock::Dock;
use crate::navigation::{Here, cluster_of, crumbs, groups, is_of_console, kind_of, kinds};
use crate::not_found::unknown_cluster;
use crate::palette::AnywherePalette;
use crate::recent::Recent;
use crate::words::{text, text_with};
use clusters_contract::{Navigation, read_fleet, read_navigation};
use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_location;
use leptos_router::location::Location;
use model::{ActedBy, ClusterName, ConsoleError, KindSlug, Level, Me, Platform, TableQuery};
use people_contract::END_ACTING;
use resources_pages::{PageAction, Surroundings, provide_surroundings};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use ui::gallery::Gallery;
use ui::{Banner, Button, Frame, Keep, KeyHelp, PageTitle, Problem, TitlesOf, Toasts, Until, use_toasts};
use workspaces_contract::{WaitingRequests, count_requests_to_decide};

/// What stands around the first page, found before it is rendered: so the frame is whole in the first byte, and the page
/// in it is built once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Around {
    /// Who is signed in.
    pub me: Me,
    /// What can be gone to in the page's cluster, if it has one.
    pub navigation: NavigationAnswer,
    /// How many requests for roles wait for their decision; none when that cannot be found out.
    pub requests: Option<u64>,
    /// What is said of the platform.
    pub platform: Platform,
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

fn framed(Around { me, navigation, requests, platform }: Around) -> AnyView {
    forget_drafts_of_others(&me);
    let Location { pathname, search: question, .. } = use_location();
    let path: Signal<String> = pathname.into();
    let here = Signal::derive(move || {
        let question = question.get();
        if question.is_empty() { path.get() } else { format!("{}?{question}", path.get()) }
    });
    let answer = RwSignal::new(navigation);
    let cluster = Memo::new(move |_| cluster_of(&path.read()));
    follow_cluster(cluster, answer);
    let known = Memo::new(move |_| answer.read().as_ref().ok().cloned().flatten());
    let unknown = unknown(cluster, answer, path);
    let trouble = trouble(unknown, answer);
    follow_page(path);
    let requests = follow_requests(path, requests);
    provide_context(WaitingRequests(requests));
    let recent = Recent::of(CLUSTERS, Memo::new(move |_| Some(cluster.get()?.to_string())));
    let recent_kinds = Recent::of(KINDS, Memo::new(move |_| kind_of(&path.read()).map(str::to_owned)));
    let place = place(cluster, known, recent);
    let actions = RwSignal::new(Vec::new());
    provide_surroundings(surroundings(&me, known, actions));
    let acting = me.acting.as_ref().map(|by| acting_banner(&me.name, by));
    provide_context(platform.clone());
    let reader = StoredValue::new((me.clone(), platform.clone()));
    let rail = Signal::derive(move || {
        let (me, platform) = &*reader.read_value();
        let cluster = cluster_of(&path.read()).filter(|cluster| unknown.read().as_ref() != Some(cluster));
        groups(me, cluster.as_ref(), known.read().as_ref(), requests.get(), platform)
    });
    let name = ui::provide_page_name();
    let crumbs = Signal::derive(move || {
        let mut steps = crumbs(Here {
            path: &path.read(),
            question: &question.read(),
            navigation: known.read().as_ref(),
            clusters: &recent.names(),
            kinds: &recent_kinds.names(),
        });
        if let (Some(last), Some(name)) = (steps.last_mut(), name.of(&path.read())) {
            last.title = name;
        }
        steps
    });
    // The form for something new belongs to the list of its kind.
    let marked = Signal::derive(move || path.read().replacen("/new/", "/", 1));
    let palette_open = RwSignal::new(false);
    live::provide_terminals();
    view! {
        <TitlesOf name=platform.name().to_owned()/>
        <Frame
            navigation=rail
            path=marked
            here
            crumbs
            me=Signal::stored(Some(me))
            platform
            palette_open
            below=|| view! { <Dock/> }
        >
            {acting}
            {move || trouble.get().map(|error| view! { <Problem error/> })}
            {move || match unknown.get() {
                Some(cluster) => unknown_cluster(&cluster),
                None => view! { <Outlet/> }.into_any(),
            }}
        </Frame>
        <AnywherePalette open=palette_open place actions=actions.into()/>
        <KeyHelp/>
    }
    .into_any()
}

/// The cluster that is not there for the reader, where the page is about what is in it: what any such page would say is the
/// same. It is the one that was asked for: the page may have gone on before the next answer comes.
fn unknown(
    cluster: Memo<Option<ClusterName>>,
    answer: RwSignal<NavigationAnswer>,
    path: Signal<String>,
) -> Memo<Option<ClusterName>> {
    Memo::new(move |_| {
        let is_unknown = is_in_unknown_cluster(&path.read_untracked(), &answer.read());
        is_unknown.then(|| cluster.get_untracked()).flatten()
    })
}

/// Whether a page is about what is in a cluster that is not there for the reader.
pub fn is_in_unknown_cluster(path: &str, answer: &NavigationAnswer) -> bool {
    matches!(answer, Err(ConsoleError::NotFound { .. })) && !is_of_console(path)
}

/// Why the navigation of the page's cluster is not all there, unless the page itself says that there is no such cluster.
fn trouble(
    unknown: Memo<Option<ClusterName>>,
    answer: RwSignal<NavigationAnswer>,
) -> Signal<Option<ConsoleError>> {
    Signal::derive(move || {
        let is_told = unknown.read().is_some();
        match &*answer.read() {
            Err(error) => (!is_told).then(|| error.clone()),
            Ok(navigation) => navigation.as_ref()?.problem.clone(),
        }
    })
}

/// What the frame lends to the pages in it.
fn surroundings(
    me: &Me,
    known: Memo<Option<Navigation>>,
    actions: RwSignal<Vec<PageAction>>,
) -> Surroundings {
    Surroundings {
        person: Signal::stored(me.name.clone()),
        actions,
        kinds: Signal::derive(move || known.read().as_ref().map(kinds).unwrap_or_default()),
        namespaces: Signal::derive(move || {
            known.read().as_ref().map(|navigation| navigation.namespaces.clone()).unwrap_or_default()
        }),
    }
}

/// Under which name a tab keeps whose drafts it has.
const READER: &str = "orrery-reader";

/// Has the tab forget what somebody else typed in it whose session ended by itself, before any page looks for its drafts. Whoever
/// acts as another person is still who they are.
fn forget_drafts_of_others(me: &Me) {
    let reader = me.acting.as_ref().map_or(&me.name, |by| &by.name).clone();
    Effect::new(move |_| {
        if Keep::Tab.read(READER).is_some_and(|other| other != reader) {
            Keep::Tab.forget_all();
        }
        Keep::Tab.write(READER, &reader);
    });
}

/// Says on every page that what is shown is somebody else's, and leads back. The form is sent by the browser itself: the
/// pages of the other person have to go.
fn acting_banner(name: &str, by: &ActedBy) -> AnyView {
    let what = if by.may_change { text("acting.change") } else { text("acting.look") };
    let until = by.until;
    let whom = text_with("acting", &[("name", &name)]);
    let end = text_with("acting.end", &[("name", &by.name)]);
    let actions = move || {
        view! {
            <form method="post" action=END_ACTING>
                <Button form_type="submit">{end}</Button>
            </form>
        }
    };
    view! {
        <Banner level=Level::Warning actions>
            <strong>{whom}</strong>
            " "
            {what}
            " "
            <Until at=until/>
            "."
        </Banner>
    }
    .into_any()
}

/// Time that another page has to put up its title before it is looked at, and how often it is looked at: a part may have to come
/// first, and a few pages have the title of the one before.
const TITLE_WAIT: Duration = Duration::from_millis(150);
const TITLE_TRIES: u32 = 30;

/// Does what a browser does when it loads another page: begins at its top, and says its title.
fn follow_page(path: Signal<String>) {
    let toasts = use_toasts();
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            let (there, left) = (now.clone(), document().title());
            let arrived = move || {
                if path.try_get_untracked().as_ref() == Some(&there) {
                    ui::focus_main();
                    say_title(toasts, path, there, left, TITLE_TRIES);
                }
            };
            set_timeout(arrived, TITLE_WAIT);
        }
        now
    });
}

/// Says the title of the page at a path as soon as it is another than that of the page that was left.
fn say_title(toasts: Toasts, path: Signal<String>, there: String, left: String, tries: u32) {
    let title = document().title();
    if title != left || tries == 0 {
        toasts.read_out(title);
        return;
    }
    let again = move || {
        if path.try_get_untracked().as_ref() == Some(&there) {
            say_title(toasts, path, there, left, tries - 1);
        }
    };
    set_timeout(again, TITLE_WAIT);
}

/// How many requests wait for the reader: counted again with each page, because others ask and decide too.
fn follow_requests(path: Signal<String>, first: Option<u64>) -> RwSignal<Option<u64>> {
    let waiting = RwSignal::new(first);
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            leptos::task::spawn_local(async move {
                let counted = count_requests_to_decide().await.ok();
                if waiting.try_get_untracked().is_some_and(|shown| shown != counted) {
                    waiting.set(counted);
                }
            });
        }
        now
    });
    waiting
}

/// Names under which this browser keeps where it was.
const CLUSTERS: &str = "orrery-clusters";
const KINDS: &str = "orrery-kinds";

/// The cluster that the palette leans on, and what it serves: the page's own; on pages without one the one visited last,
/// or any.
fn place(
    cluster: Memo<Option<ClusterName>>,
    known: Memo<Option<Navigation>>,
    recent: Recent,
) -> Signal<Option<(ClusterName, Navigation)>> {
    let last = RwSignal::new(None::<(ClusterName, Navigation)>);
    Effect::new(move |_| match (cluster.get(), known.get()) {
        (Some(cluster), Some(known)) => last.set(Some((cluster, known))),
        (None, _) if last.read_untracked().is_none() => {
            leptos::task::spawn_local(async move {
                let latest = recent.latest().and_then(|name| ClusterName::parse(&name).ok());
                let found = match latest {
                    Some(latest) => what_it_serves(latest).await,
                    None => None,
                };
                let found = match found {
                    Some(found) => Some(found),
                    None => match read_fleet().await.unwrap_or_default().into_iter().next() {
                        Some(first) => what_it_serves(first.name).await,
                        None => None,
                    },
                };
                // The page may have gone to a cluster meanwhile.
                if last.try_with_untracked(Option::is_none) == Some(true) {
                    last.set(found);
                }
            });
        }
        _ => {}
    });
    last.into()
}

async fn what_it_serves(cluster: ClusterName) -> Option<(ClusterName, Navigation)> {
    Some((cluster.clone(), read_navigation(cluster).await.ok()?))
}

/// Asks for the navigation of another cluster when the page goes there, and again when the cluster has other namespaces
/// or serves other kinds. Until it answers the last one stays.
fn follow_cluster(cluster: Memo<Option<ClusterName>>, answer: RwSignal<NavigationAnswer>) {
    let ask = Callback::new(move |()| {
        let asked = cluster.get_untracked();
        leptos::task::spawn_local(async move {
            let new = match asked.clone() {
                Some(cluster) => read_navigation(cluster).await.map(Some),
                None => Ok(None),
            };
            // Whoever has gone on meanwhile waits for another answer.
            if cluster.try_get_untracked() == Some(asked) && *answer.read_untracked() != new {
                answer.set(new);
            }
        });
    });
    Effect::new(move |before: Option<Option<ClusterName>>| {
        let now = cluster.get();
        if before.is_some_and(|before| before != now) {
            ask.run(());
        }
        now
    });
    for (kind, waits) in CHANGES_THE_MENU {
        let kind = KindSlug::parse(kind).expect("the frame's own kinds are well written");
        let query = Signal::derive(move || {
            Some(TableQuery { size: 1, ..TableQuery::of(cluster.get()?, kind.clone()) })
        });
        let changed = move |()| {
            for wait in waits {
                let again = move || {
                    let _ = ask.try_run(());
                };
                set_timeout(again, Duration::from_millis(*wait));
            }
        };
        live::on_change(query, Callback::new(changed));
    }
}

/// Kinds whose objects change what there is to go to, and after how many milliseconds the navigation is asked for: a
/// namespace is one at once, a custom kind is served a while after its definition.
const CHANGES_THE_MENU: [(&str, &[u64]); 2] =
    [("namespaces", &[300]), ("customresourcedefinitions", &[1_000, 4_000, 12_000])];

/// The design system on one page.
#[component]
pub fn GalleryPage() -> impl IntoView {
    view! {
        <PageTitle text=text("components")/>
        <Gallery/>
    }
}
