//! The head of an object's page: name, status, owners, actions, tabs.

use super::from_this::{self, Offered};
use crate::address::ObjectAddress;
use crate::surroundings::{ForeignTabs, PageAction, Surroundings};
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use live::Liveness;
use model::{Level, link};
use resources_contract::{ActionKind, ObjectView, OfferedAction, Owner};
use ui::{
    Banner, Button, ButtonKind, Glyph, LinkButton, LiveMark, Menu, MenuItem, PageHeader, Since, Tab, Tabs,
    about_words, listed,
};

/// How many actions stand in the open; the others are in a menu.
const IN_THE_OPEN: usize = 3;

pub(super) fn header(
    object: Signal<ObjectView>,
    liveness: Signal<Liveness>,
    address: Signal<ObjectAddress>,
) -> AnyView {
    let kind = object.read_untracked().kind_title.clone();
    let owners = Signal::derive(move || {
        let owner = |owner: &Owner| {
            let title = format!("{} {}", owner.kind_title, owner.resource.name);
            (title, link::object(&owner.resource))
        };
        object.read().owners.iter().rev().map(owner).collect::<Vec<_>>()
    });
    let namespace = move || {
        let object = object.read();
        let namespace = object.resource.namespace.clone()?;
        let query = model::TableQuery {
            namespaces: vec![namespace.clone()],
            ..model::TableQuery::of(object.resource.cluster.clone(), object.resource.kind.clone())
        };
        Some(view! { <a class="namespace-link" href=link::table(&query)>{namespace.to_string()}</a> })
    };
    view! {
        <PageHeader
            title=Signal::derive(move || object.read().resource.name.to_string())
            kind
            status=Signal::derive(move || object.read().status.clone())
            since=Signal::derive(move || object.read().created)
            owners
            facts=move || view! { {namespace}<LiveMark state=liveness/> }
            actions=move || actions(object, address)
        />
        {called(object)}
    }
    .into_any()
}

/// What people call the object and say of it, where they do.
fn called(object: Signal<ObjectView>) -> AnyView {
    let said = Memo::new(move |_| {
        let object = object.read();
        let alias = model::called::alias(&object.annotations).map(str::to_owned);
        (alias, model::called::description(&object.annotations).map(str::to_owned))
    });
    let words = move || {
        let (alias, description) = said.get();
        let is_said = alias.is_some() || description.is_some();
        is_said.then(|| {
            view! {
                <div class="object-called">
                    {alias.map(|alias| view! { <strong>{alias}</strong> })}
                    {description.map(|description| view! { <p>{description}</p> })}
                </div>
            }
        })
    };
    words.into_any()
}

fn actions(object: Signal<ObjectView>, address: Signal<ObjectAddress>) -> AnyView {
    let offered = Memo::new(move |_| {
        let offered = object.read().actions.clone();
        // Rolling back needs a revision, which its own tab offers.
        let offered = offered.into_iter().filter(|offered| offered.action != ActionKind::RollBack);
        offered.collect::<Vec<OfferedAction>>()
    });
    // What else changes of the object draws no button anew.
    let is_described = Memo::new(move |_| object.read().described);
    let in_the_open = move || {
        let offered = offered.get();
        let open =
            offered.into_iter().filter(|offered| offered.action != ActionKind::Delete).take(IN_THE_OPEN);
        open.map(|offered| button(&offered, &address.read(), is_described.get())).collect_view()
    };
    let in_the_menu = move || {
        let offered = offered.get();
        let (delete, others): (Vec<_>, Vec<_>) =
            offered.into_iter().partition(|offered| offered.action == ActionKind::Delete);
        let rest = others.into_iter().skip(IN_THE_OPEN).chain(delete);
        rest.map(|offered| line(&offered, &address.read())).collect_view()
    };
    let surroundings = Surroundings::here();
    let from_this = Memo::new(move |_| from_this::offered(&object.read(), surroundings));
    let made_from_this = move || from_this.get().into_iter().map(made_line).collect_view();
    let has_menu = move || {
        let offered = offered.read();
        !from_this.read().is_empty()
            || offered.len() > IN_THE_OPEN
            || offered.iter().any(|offered| offered.action == ActionKind::Delete)
    };
    let ask = move || {
        let missing = offered.get().into_iter().find_map(|offered| offered.missing);
        missing.as_ref().and_then(ui::ask_for)
    };
    view! {
        {super::terminal::button(object)}
        {in_the_open}
        {ask}
        <Show when=has_menu>
            <Menu title=text("more") glyph=Glyph::More compact=true>{made_from_this}{in_the_menu}</Menu>
        </Show>
    }
    .into_any()
}

/// Lends the frame what the reader may do with the object, for as long as its page is there.
pub(super) fn lend_actions(object: Signal<ObjectView>, address: Signal<ObjectAddress>) {
    let surroundings = Surroundings::here();
    let lent = surroundings.actions;
    let actions = Memo::new(move |_| {
        let (object, address) = (object.read(), address.read());
        let offered = object.actions.iter().filter(|offered| {
            // Rolling back needs a revision, which its own tab offers.
            offered.missing.is_none() && offered.action != ActionKind::RollBack
        });
        let action = |offered: &OfferedAction| PageAction {
            title: format!(
                "{}{}",
                object.resource.name,
                about_words(&text_of("action", offered.action.word()))
            ),
            href: href(offered.action, &address),
        };
        let from_this = from_this::offered(&object, surroundings).into_iter();
        let from_this =
            from_this.filter(|offered| offered.hindered.is_none()).map(|Offered { action, .. }| PageAction {
                title: format!("{}{}", object.resource.name, about_words(&action.title)),
                ..action
            });
        offered.map(action).chain(from_this).collect::<Vec<_>>()
    });
    Effect::new(move |_| {
        lent.set(actions.get());
        // The frame may be gone with the page.
        on_cleanup(move || {
            let _ = lent.try_update(Vec::clear);
        });
    });
}

/// Where an action is asked for: editing has tabs of its own, everything else a dialog.
fn href(action: ActionKind, address: &ObjectAddress) -> String {
    match action {
        ActionKind::Edit => address.tab("yaml"),
        ActionKind::SetMetadata => address.tab("labels"),
        action => address.act(action),
    }
}

fn glyph(action: ActionKind) -> Glyph {
    match action {
        ActionKind::Edit => Glyph::Yaml,
        ActionKind::Scale => Glyph::Scale,
        ActionKind::Restart => Glyph::Refresh,
        ActionKind::Pause | ActionKind::Suspend => Glyph::Pause,
        ActionKind::Resume | ActionKind::Unsuspend | ActionKind::Trigger => Glyph::Play,
        ActionKind::RollBack => Glyph::Rollback,
        ActionKind::Cordon => Glyph::Lock,
        ActionKind::Uncordon => Glyph::Check,
        ActionKind::Drain | ActionKind::Taint => Glyph::Node,
        ActionKind::PullByDefault => Glyph::Plus,
        ActionKind::NotPullByDefault => Glyph::Cross,
        ActionKind::SetMetadata => Glyph::Edit,
        ActionKind::Delete => Glyph::Trash,
    }
}

fn missing_words(offered: &OfferedAction) -> Option<String> {
    offered.missing.as_ref().map(ui::missing_right_words)
}

fn button(offered: &OfferedAction, address: &ObjectAddress, is_described: bool) -> AnyView {
    let words = text_of("action", offered.action.word());
    let glyph = glyph(offered.action);
    if offered.action == ActionKind::Edit
        && offered.missing.is_none()
        && let Some(form) = link::edit_form(&address.resource, is_described)
    {
        let yaml = href(offered.action, address);
        return view! {
            <LinkButton href=form glyph=Glyph::Edit>{text("edit.form")}</LinkButton>
            <LinkButton href=yaml glyph>{words}</LinkButton>
        }
        .into_any();
    }
    match missing_words(offered) {
        Some(missing) => {
            view! { <Button glyph disabled_because=Signal::stored(Some(missing))>{words}</Button> }.into_any()
        }
        None => {
            let href = href(offered.action, address);
            view! { <LinkButton href glyph>{words}</LinkButton> }.into_any()
        }
    }
}

fn line(offered: &OfferedAction, address: &ObjectAddress) -> AnyView {
    let title = text_of("action", offered.action.word());
    match missing_words(offered) {
        Some(missing) => view! {
            <Button kind=ButtonKind::Quiet disabled_because=Signal::stored(Some(missing))>{title}</Button>
        }
        .into_any(),
        None => {
            let href = href(offered.action, address);
            let danger = offered.action == ActionKind::Delete;
            view! { <MenuItem title glyph=glyph(offered.action) href danger/> }.into_any()
        }
    }
}

/// Something to make for the object.
fn made_line(offered: Offered) -> AnyView {
    let Offered { action: PageAction { title, href }, hindered } = offered;
    match hindered {
        Some(why) => view! {
            <Button kind=ButtonKind::Quiet disabled_because=Signal::stored(Some(why))>{title}</Button>
        }
        .into_any(),
        None => view! { <MenuItem title glyph=Glyph::Plus href/> }.into_any(),
    }
}

/// Says what a deletion waits for.
pub(super) fn deleting(object: Signal<ObjectView>) -> AnyView {
    let banner = move || {
        let object = object.read();
        let since = object.deleting_since?;
        let finalizers = listed(&object.finalizers);
        let words = if finalizers.is_empty() {
            text("deleting").to_owned()
        } else {
            text_with("deleting.finalizers", &[("finalizers", &finalizers)])
        };
        Some(view! { <Banner level=Level::Warning>{words}" "<Since at=since in_words=true/></Banner> })
    };
    banner.into_any()
}

pub(super) fn tabs(object: Signal<ObjectView>, address: Signal<ObjectAddress>) -> AnyView {
    let foreign = ForeignTabs::here();
    let tabs = Signal::derive(move || {
        let (object, address) = (object.read(), address.read());
        let pods = super::pods::count(&object.tree);
        let has_log = object.has_log;
        let tab = |id: &str, count: Option<usize>| Tab {
            id: id.to_owned(),
            title: text_of("tab", id),
            href: address.tab(id),
            count: count.map(|count| count as u64),
        };
        let mut tabs = vec![tab("overview", None)];
        tabs.extend(super::data::has_data(&object.resource).then(|| tab("data", None)));
        tabs.extend((pods > 0).then(|| tab("pods", Some(pods))));
        tabs.extend(has_log.then(|| tab("logs", None)));
        tabs.extend((!object.containers.is_empty()).then(|| tab("environment", None)));
        tabs.extend(
            foreign
                .of(&object.resource)
                .map(|foreign| Tab { title: (foreign.title)(), ..tab(foreign.id, None) }),
        );
        tabs.extend(super::used_by::is_referred(&object.resource).then(|| tab("used-by", None)));
        tabs.extend((!object.revisions.is_empty()).then(|| tab("revisions", Some(object.revisions.len()))));
        tabs.push(tab("events", Some(object.events.len())));
        tabs.push(tab("timeline", None));
        tabs.push(tab("yaml", None));
        tabs.push(tab("labels", None));
        tabs
    });
    let current = Signal::derive(move || address.read().tab.clone());
    view! { <Tabs title=text("tabs") tabs current/> }.into_any()
}
