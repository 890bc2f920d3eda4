//! Doing something with several objects at once.

use super::Address;
use super::rows::{Selection, ask, target};
use crate::act::{Asked, action_dialog};
use crate::words::text_of;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use live::LiveTable;
use model::{ResourceRef, link};
use resources_contract::{ActionKind, Target, read_object};
use ui::SelectionBar;

/// Actions that mean the same for every one of many objects.
const FOR_MANY: [ActionKind; 8] = [
    ActionKind::Restart,
    ActionKind::Pause,
    ActionKind::Resume,
    ActionKind::Trigger,
    ActionKind::Suspend,
    ActionKind::Unsuspend,
    ActionKind::Cordon,
    ActionKind::Uncordon,
];

/// The bar of what to do with the selected rows. Deleting is always offered; what else the kind knows is asked once
/// something is selected, so it needs scripts.
pub(super) fn bar(live: LiveTable, selection: Selection, address: Address) -> AnyView {
    let selected = Memo::new(move |_| {
        let (rows, selection) = (live.rows().get(), selection.read());
        let chosen = rows.into_iter().filter(|row| selection.contains(&row.uid));
        chosen.map(|row| target(address, &row.row.read_untracked())).collect::<Vec<Target>>()
    });
    let first = Memo::new(move |_| selected.read().first().map(|target| target.resource.clone()));
    let offered = RwSignal::new(Vec::new());
    // Not a resource: what nobody has asked for yet must not hold up the rows.
    Effect::new(move |_| {
        let asked = first.get();
        leptos::task::spawn_local(async move {
            let known = known_actions(asked.clone()).await;
            // Another answer may have been asked for meanwhile, or the list left.
            if first.try_get_untracked() == Some(asked) {
                let _ = offered.try_set(known);
            }
        });
    });
    let go = use_navigate();
    let press = Callback::new(move |(event, action): (leptos::ev::MouseEvent, ActionKind)| {
        event.prevent_default();
        let href = ask(address, action, selected.get_untracked());
        go(&href, NavigateOptions { scroll: false, ..Default::default() });
    });
    let button = move |action: ActionKind| {
        let kind = if action == ActionKind::Delete { "danger" } else { "plain" };
        view! {
            <button
                class="button"
                data-kind=kind
                type="submit"
                name="do"
                value=action.word()
                on:click=move |event| press.run((event, action))
            >
                {text_of("action", action.word())}
            </button>
        }
    };
    let others = move || offered.get().into_iter().map(button).collect_view();
    let action = Signal::derive(move || {
        let address = address.read();
        link::list(&address.query.cluster, &address.query.kind)
    });
    view! {
        <SelectionBar selection action>
            {button(ActionKind::Delete)}
            {others}
        </SelectionBar>
    }
    .into_any()
}

/// What the kind of this object knows to do with many. Nothing, when that cannot be told: the page of each object still
/// offers it.
async fn known_actions(first: Option<ResourceRef>) -> Vec<ActionKind> {
    let Some(first) = first else { return Vec::new() };
    let Ok(object) = read_object(first).await else { return Vec::new() };
    let known = object.actions.into_iter().map(|offered| offered.action);
    known.filter(|action| FOR_MANY.contains(action)).collect()
}

/// The dialog of what the address asks to do with selected objects.
pub(super) fn asked(address: Address) -> AnyView {
    let asked = Memo::new(move |_| {
        let address = address.read();
        let action = address.act.filter(|_| !address.selected.is_empty())?;
        let targets = address.selected.clone();
        let close = address.with(|_| ());
        Some(Asked { action, targets, current: None, revision: None, next: close.clone(), close })
    });
    action_dialog(asked)
}
