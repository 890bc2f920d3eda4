//! The files of a pod's containers: the tab of the pod's page.

mod content;
mod folder;
mod place;
mod sending;
mod trouble;
mod uploads;

use crate::by_hand::{folded, of_folder};
use crate::words::text;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::ResourceRef;
use place::{Asked, FilesAddress};
use ui::{Problem, awaited};
use uploads::Uploads;
use workloads_contract::{FolderPage, read_content, read_folder};

/// What the tab is called.
pub fn files_title() -> String {
    text("files").to_owned()
}

/// Whether an object has files.
pub fn has_files(object: &ResourceRef) -> bool {
    object.kind.as_str() == "pods"
}

/// A folder of a container, and a file of it that is opened.
pub fn files_tab(pod: ResourceRef) -> AnyView {
    let query = use_query_map();
    // While leaving for another page the last address stands.
    let address = Memo::new(move |last: Option<&FilesAddress>| {
        let now = FilesAddress::parse(&pod, &query.read());
        now.or_else(|| last.cloned()).unwrap_or_else(|| FilesAddress::root(&pod))
    });
    let asked = Memo::new(move |_| address.read().asked.clone());
    let opened = Memo::new(move |_| address.read().opened());
    let page = Resource::new_blocking(
        move || asked.get(),
        |asked| async move {
            match asked {
                Asked::Place(place) => Some(read_folder(place).await),
                Asked::Nonsense(_) => None,
            }
        },
    );
    let file = Resource::new_blocking(
        move || opened.get(),
        |opened| async move {
            match opened {
                Some(place) => Some((place.clone(), read_content(place).await)),
                None => None,
            }
        },
    );
    let uploads = Uploads::new(Callback::new(move |()| page.refetch()));
    let content = move || {
        Suspend::new(async move {
            let answer = page.await;
            // The page may be gone before the answer comes.
            let address = address.try_get_untracked()?;
            Some(match answer {
                None => place::nonsense(&address),
                Some(Ok(page)) => shown(&page, &address, uploads),
                Some(Err(error)) => {
                    let on_retry = Callback::new(move |()| page.refetch());
                    view! { {place::bar(&address, None)}<Problem error on_retry/> }.into_any()
                }
            })
        })
    };
    let opened = move || {
        Suspend::new(async move {
            let (place, answer) = file.await?;
            address.try_get_untracked()?;
            Some(content::card(&place, answer, Callback::new(move |()| file.refetch())))
        })
    };
    view! {
        <section class="files">
            <Transition fallback=|| ()>{awaited(opened)}</Transition>
            <Transition fallback=|| ()>{awaited(content)}</Transition>
        </section>
    }
    .into_any()
}

fn shown(page: &FolderPage, address: &FilesAddress, uploads: Uploads) -> AnyView {
    let Asked::Place(place) = &address.asked else { return ().into_any() };
    match &page.content {
        Ok(folder) => view! {
            {place::bar(address, Some(page))}
            {uploads.view(place)}
            {folder::table(place, folder)}
            {folded(Signal::stored(of_folder(place, &page.container)))}
        }
        .into_any(),
        Err(trouble) => {
            view! { {place::bar(address, Some(page))}{trouble::folder(place, trouble)} }.into_any()
        }
    }
}
