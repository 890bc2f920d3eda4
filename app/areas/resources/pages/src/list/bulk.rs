//! Doing something with several objects at once.

use super::Address;
use super::rows::{Selection, ask, target};
use crate::act::{Asked, Found, action_dialog};
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use live::LiveTable;
use model::link;
use resources_contract::{ActionKind, OfferedAction, Target, read_object};
use std::collections::{BTreeMap, BTreeSet};
use ui::{ButtonKind, LinkButton, SelectionBar};

/// Objects that are asked what may be done with them, at most.
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
    let offered = offered(Memo::new(move |_| examples(selected.read().values().cloned())));
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

/// The bar of what to do with everything that the query finds, while the address chooses that.
pub(super) fn bar_of_all(live: LiveTable, address: Address) -> AnyView {
    let is_chosen = Memo::new(move |_| address.read().all.is_some());
    let shown = Memo::new(move |_| {
        let rows = live.rows().get();
        examples(rows.iter().map(|row| target(address, &row.row.read_untracked())))
    });
    let bar = move || {
        is_chosen.get().then(|| {
            let offered = offered(shown);
            let button = move |action: ActionKind| {
                let kind = if action == ActionKind::Delete { ButtonKind::Danger } else { ButtonKind::Plain };
                let href = move || {
                    address.read().with(|other| {
                        other.all = Some(live.total().get());
                        other.act = Some(action);
                    })
                };
                view! { <LinkButton href=Signal::derive(href) kind>{text_of("action", action.word())}</LinkButton> }
            };
            let none = Signal::derive(move || address.read().with(|_| ()));
            let count = move || text_with("many.all", &[("count", &live.total().get())]);
            view! {
                <div class="selection-bar">
                    <span class="selection-count" role="status">{count}</span>
                    {move || offered.get().into_iter().map(button).collect_view()}
                    <LinkButton href=none kind=ButtonKind::Quiet>{text("many.none")}</LinkButton>
                </div>
            }
        })
    };
    bar.into_any()
}

/// One object of each namespace, because that is what rights are given for, and no more than are worth asking about.
fn examples(targets: impl Iterator<Item = Target>) -> Vec<Target> {
    let mut namespaces = BTreeSet::new();
    targets.filter(|target| namespaces.insert(target.resource.namespace.clone())).take(ASKED).collect()
}

/// What the reader may do with all of these. Until that is known deleting is offered.
fn offered(examples: Memo<Vec<Target>>) -> RwSignal<Vec<ActionKind>> {
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
    offered
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
    std::iter::once(ActionKind::Delete).chain(ActionKind::FOR_MANY).filter(may).collect()
}

/// The dialog of what the address asks to do with selected objects, or with all that there are. When it is done nothing
/// is selected any more.
pub(super) fn asked(address: Address, selection: Selection) -> AnyView {
    let asked = Memo::new(move |_| {
        let address = address.read();
        let action = address.act.filter(|_| address.all.is_some() || !address.selected.is_empty())?;
        let many = address.all.map(|count| Found { query: address.query.clone(), count });
        let (targets, all) = (address.selected.clone(), address.all);
        let (next, close) = (address.with(|other| other.job = None), address.with(|other| other.all = all));
        Some(Asked { action, targets, many, current: None, revision: None, next, close })
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
