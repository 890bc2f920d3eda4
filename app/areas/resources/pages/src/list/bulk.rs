//! Doing something with several objects at once.

use super::Address;
use super::rows::{Selection, ask, target};
use crate::act::{Asked, action_dialog};
use crate::words::text_of;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use live::LiveTable;
use model::link;
use resources_contract::{ActionKind, OfferedAction, Target, read_object};
use std::collections::{BTreeMap, BTreeSet};
use ui::SelectionBar;

/// Actions that mean the same for every one of many objects.
const FOR_MANY: [ActionKind; 9] = [
    ActionKind::Scale,
    ActionKind::Restart,
    ActionKind::Pause,
    ActionKind::Resume,
    ActionKind::Trigger,
    ActionKind::Suspend,
    ActionKind::Unsuspend,
    ActionKind::Cordon,
    ActionKind::Uncordon,
];

/// Objects that are asked what may be done with them: one of each namespace, because that is what rights are given
/// for, and no more than this many.
const ASKED: usize = 4;

/// The bar of what to do with the selected rows. Until it is known what the reader may do with them, and without
/// scripts, deleting is offered: the next page says whether it is allowed.
pub(super) fn bar(live: LiveTable, selection: Selection, address: Address) -> AnyView {
    // What is selected stays so when other rows are shown; where it was is remembered from when it was seen.
    let selected = Memo::new(move |before: Option<&BTreeMap<String, Target>>| {
        let rows = live.rows().get();
        let seen = |uid: &String| {
            let row = rows.iter().find(|row| row.uid == *uid);
            let here = row.map(|row| target(address, &row.row.read_untracked()));
            here.or_else(|| before?.get(uid).cloned())
        };
        let selection = selection.read();
        selection.iter().filter_map(|uid| Some((uid.clone(), seen(uid)?))).collect::<BTreeMap<_, _>>()
    });
    let examples = Memo::new(move |_| {
        let selected = selected.read();
        let mut namespaces = BTreeSet::new();
        let examples =
            selected.values().filter(|target| namespaces.insert(target.resource.namespace.clone()));
        examples.take(ASKED).cloned().collect::<Vec<Target>>()
    });
    let offered = RwSignal::new(vec![ActionKind::Delete]);
    // Not a resource: what nobody has asked for yet must not hold up the rows.
    Effect::new(move |_| {
        let asked = examples.get();
        leptos::task::spawn_local(async move {
            let allowed = allowed_actions(&asked).await;
            // Another answer may have been asked for meanwhile, or the list left.
            if examples.try_get_untracked() == Some(asked) {
                let _ = offered.try_set(allowed);
            }
        });
    });
    let go = use_navigate();
    let press = Callback::new(move |(event, action): (leptos::ev::MouseEvent, ActionKind)| {
        event.prevent_default();
        let href = ask(address, action, selected.get_untracked().into_values().collect());
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
    let buttons = move || offered.get().into_iter().map(button).collect_view();
    let action = Signal::derive(move || {
        let address = address.read();
        link::list(&address.query.cluster, &address.query.kind)
    });
    view! {
        <SelectionBar selection action>
            {buttons}
        </SelectionBar>
    }
    .into_any()
}

/// What the reader may do with every one of these, deleting first. Where that cannot be told, deleting is left.
async fn allowed_actions(examples: &[Target]) -> Vec<ActionKind> {
    let mut allowed: Option<Vec<ActionKind>> = None;
    for example in examples {
        let Ok(object) = read_object(example.resource.clone()).await else { continue };
        let may = for_many(&object.actions);
        allowed = Some(match allowed {
            Some(before) => before.into_iter().filter(|action| may.contains(action)).collect(),
            None => may,
        });
    }
    allowed.unwrap_or_else(|| vec![ActionKind::Delete])
}

/// Of what is offered, what the reader may do and what means the same for many.
fn for_many(offered: &[OfferedAction]) -> Vec<ActionKind> {
    let may = |action: &ActionKind| {
        offered.iter().any(|offered| offered.action == *action && offered.missing.is_none())
    };
    std::iter::once(ActionKind::Delete).chain(FOR_MANY).filter(may).collect()
}

/// The dialog of what the address asks to do with selected objects. When it is done nothing is selected any more.
pub(super) fn asked(address: Address, selection: Selection) -> AnyView {
    let asked = Memo::new(move |_| {
        let address = address.read();
        let action = address.act.filter(|_| !address.selected.is_empty())?;
        let targets = address.selected.clone();
        let close = address.with(|_| ());
        Some(Asked { action, targets, current: None, revision: None, next: close.clone(), close })
    });
    action_dialog(asked, Callback::new(move |()| selection.set(BTreeSet::new())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Need;

    #[test]
    fn what_the_reader_may_not_is_not_offered() {
        let need = Need {
            verb: "delete".into(),
            resource: "pods".into(),
            cluster: None,
            namespace: None,
            granted_by: model::GrantedBy::Administrator,
        };
        let offered = |action, missing| OfferedAction { action, missing, current: None };
        let all = [
            offered(ActionKind::Edit, None),
            offered(ActionKind::Restart, None),
            offered(ActionKind::Scale, Some(need.clone())),
            offered(ActionKind::Delete, Some(need)),
        ];

        assert_eq!(for_many(&all), [ActionKind::Restart]);
        assert_eq!(for_many(&[offered(ActionKind::Delete, None)]), [ActionKind::Delete]);
    }
}
