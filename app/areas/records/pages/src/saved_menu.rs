//! The searches that are kept, as a menu of the page that searches.

use crate::address::{Address, address_of_saved};
use crate::saved::audience_words;
use crate::words::text;
use leptos::prelude::*;
use model::{ConsoleError, link};
use records_contract::{Audience, SavedSearch, read_saved_searches};
use ui::{Glyph, Menu, MenuItem, awaited};

/// Searches in the menu. The page of all of them has the others.
const IN_MENU: usize = 15;

type Saved = Resource<Result<Vec<SavedSearch>, ConsoleError>>;

/// What is kept for the cluster of the address. Asked once, whatever is searched there.
pub fn saved_searches(address: Memo<Result<Address, ConsoleError>>) -> Saved {
    let cluster = Memo::new(move |_| address.read().as_ref().ok().map(|address| address.cluster.clone()));
    Resource::new(
        move || cluster.get(),
        |cluster| async move {
            let cluster = cluster.ok_or(ConsoleError::missing("the cluster"))?;
            read_saved_searches(cluster).await
        },
    )
}

/// A menu with links to those of what is searched, and with the way to keep another one.
pub fn menu(saved: Saved, address: Memo<Result<Address, ConsoleError>>) -> AnyView {
    let content = move || {
        let address = address.get();
        Suspend::new(async move {
            let Ok(address) = address else { return ().into_any() };
            // What cannot be listed here is told by the page of all of them.
            draw(saved.await.unwrap_or_default(), &address)
        })
    };
    view! { <Transition>{awaited(content)}</Transition> }.into_any()
}

fn draw(searches: Vec<SavedSearch>, address: &Address) -> AnyView {
    let own = searches.into_iter().filter(|search| search.of == address.of).take(IN_MENU);
    let item = |search: SavedSearch| {
        let href = address_of_saved(&address.cluster, &search);
        let title = match &search.audience {
            Audience::Own => search.name,
            shared => format!("{} · {}", search.name, audience_words(shared)),
        };
        view! { <MenuItem title glyph=Glyph::Search href/> }
    };
    let items = own.map(item).collect_view();
    let keep = address.read().is_ok().then(|| {
        view! { <MenuItem title=text("saved.new") glyph=Glyph::Plus href=address.keep()/> }
    });
    let all = link::saved_searches(&address.cluster);
    view! {
        <div class="saved-menu">
            <Menu title=text("saved")>
                {items}
                {keep}
                <MenuItem title=text("saved.all") href=all/>
            </Menu>
        </div>
    }
    .into_any()
}
