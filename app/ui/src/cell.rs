//! One cell of a table.

use crate::cut::{cut_name, whole};
use crate::quantity::{number, quantity};
use crate::words::{text, text_with};
use crate::{Labels, Since, StatusMark};
use leptos::prelude::*;
use model::{Cell, KindSlug, Namespace, ObjectName, Untold};

/// Turns a reference inside the same cluster into an address.
pub type ObjectLink = Callback<(KindSlug, Option<Namespace>, ObjectName), String>;

/// Draws what stands in one place of a table.
#[component]
pub fn CellView(
    /// What stands there.
    #[prop(into)]
    cell: Signal<Cell>,
    /// Addresses for cells that name another object; without it they are plain text.
    #[prop(optional, into)]
    object_link: Option<ObjectLink>,
) -> impl IntoView {
    move || draw(&cell.read(), object_link)
}

/// How a cell is set: its class, which style uses for width and alignment.
pub(crate) fn class(cell: &Cell) -> &'static str {
    match cell {
        Cell::None => "cell cell-none",
        Cell::Text(_) | Cell::Untold(_) => "cell cell-text",
        Cell::Number(_) | Cell::Quantity(..) => "cell cell-number",
        Cell::Ratio(..) => "cell cell-number cell-ratio",
        Cell::Status(_) => "cell cell-status",
        Cell::Since(_) => "cell cell-since",
        Cell::List(_) | Cell::Users(..) => "cell cell-list",
        Cell::Labels(_) => "cell cell-labels",
        Cell::Flag(_) => "cell cell-flag",
        Cell::Object(..) => "cell cell-object",
    }
}

pub(crate) fn draw(cell: &Cell, object_link: Option<ObjectLink>) -> AnyView {
    match cell {
        Cell::None => nothing(),
        Cell::Text(text) => view! { <span title=text.clone()>{text.clone()}</span> }.into_any(),
        Cell::Number(value) => number(*value).into_any(),
        Cell::Ratio(part, whole) => ratio(*part, *whole),
        Cell::Status(status) => view! { <StatusMark status=status.clone()/> }.into_any(),
        Cell::Quantity(amount, unit) => quantity(*amount, *unit).into_any(),
        Cell::Since(at) => view! { <Since at=*at narrow=true/> }.into_any(),
        Cell::List(items) => list(items),
        Cell::Labels(labels) => view! { <Labels labels=labels.clone() shown=2/> }.into_any(),
        Cell::Flag(flag) => (if *flag { text("yes") } else { text("no") }).into_any(),
        Cell::Object(kind, namespace, name) => {
            let title = name.to_string();
            match object_link {
                Some(link) => {
                    let href = link.run((kind.clone(), namespace.clone(), name.clone()));
                    view! { <a href=href title=title.clone() aria-label=whole(&title)>{cut_name(&title)}</a> }
                        .into_any()
                }
                None => view! { <span title=title.clone()>{title.clone()}</span> }.into_any(),
            }
        }
        Cell::Users(kind, namespace, names, more) => users(kind, namespace, names, *more, object_link),
        Cell::Untold(Untold::Rights) => untold(text("untold-rights"), text("untold-rights-why")),
        Cell::Untold(Untold::NotYet) => untold(text("untold-not-yet"), text("untold-not-yet-why")),
    }
}

/// A dash for the eye, a word for screen readers.
fn nothing() -> AnyView {
    view! {
        <span class="nothing" aria-hidden="true">"–"</span>
        <span class="visually-hidden">{text("none")}</span>
    }
    .into_any()
}

/// Fewer than wanted is said by weight, not by colour: whether it is trouble is the status' to say.
fn ratio(part: i64, whole: i64) -> AnyView {
    view! {
        <span class="ratio" data-short=(part < whole).then_some("")>
            {number(part)}<span class="ratio-whole">"/"{number(whole)}</span>
        </span>
    }
    .into_any()
}

fn list(items: &[String]) -> AnyView {
    let all = items.join("\n");
    let more = items.len().saturating_sub(1);
    match items.first() {
        None => nothing(),
        Some(first) => view! {
            <span class="cell-items" title=all>
                <span class="cell-item"><bdi>{first.clone()}</bdi></span>
                {(more > 0).then(|| view! { <span class="cell-more">{format!("+{more}")}</span> })}
            </span>
        }
        .into_any(),
    }
}

/// The first of those who use something, and how many more there are.
fn users(
    kind: &KindSlug,
    namespace: &Namespace,
    names: &[ObjectName],
    others: u32,
    object_link: Option<ObjectLink>,
) -> AnyView {
    let named = names.iter().map(ToString::to_string);
    let counted = (others > 0).then(|| text_with("users.more", &[("count", &others)]));
    let all = named.chain(counted).collect::<Vec<_>>().join("\n");
    let more = names.len().saturating_sub(1) as u64 + u64::from(others);
    let Some(first) = names.first() else { return text("nobody").into_any() };
    let name = first.to_string();
    let first = match object_link {
        Some(link) => {
            let href = link.run((kind.clone(), Some(namespace.clone()), first.clone()));
            view! { <a href=href aria-label=whole(&name)><bdi>{cut_name(&name)}</bdi></a> }.into_any()
        }
        None => view! { <bdi>{name}</bdi> }.into_any(),
    };
    view! {
        <span class="cell-items" title=all>
            <span class="cell-item">{first}</span>
            {(more > 0).then(|| view! { <span class="cell-more">{format!("+{more}")}</span> })}
        </span>
    }
    .into_any()
}

/// Words instead of what is not told, and why it is not.
fn untold(words: &'static str, why: &'static str) -> AnyView {
    view! {
        <span class="nothing" title=why>{words}</span>
        <span class="visually-hidden">{why}</span>
    }
    .into_any()
}
