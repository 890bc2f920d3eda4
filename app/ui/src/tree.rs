//! Objects and what belongs to them.

use crate::{Since, StatusMark};
use leptos::prelude::*;
use model::{Status, Timestamp};

/// An object in a tree.
#[derive(Clone, Debug, PartialEq)]
pub struct TreeNode {
    /// Its kind in words.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its page; `None` when it has none or may not be seen.
    pub href: Option<String>,
    /// How well it is.
    pub status: Option<Status>,
    /// Since when it exists.
    pub since: Option<Timestamp>,
    /// What belongs to it.
    pub children: Vec<TreeNode>,
}

/// Objects with what belongs to them below, each with its status.
#[component]
pub fn Tree(
    /// The roots.
    nodes: Vec<TreeNode>,
    /// What the tree shows, for screen readers.
    #[prop(into)]
    title: String,
) -> impl IntoView {
    view! { <ul class="tree" aria-label=title>{nodes.into_iter().map(node).collect_view()}</ul> }
}

fn node(node: TreeNode) -> AnyView {
    let TreeNode { kind, name, href, status, since, children } = node;
    let name = match href {
        Some(href) => view! { <a class="tree-name" href=href>{name}</a> }.into_any(),
        None => view! { <span class="tree-name">{name}</span> }.into_any(),
    };
    let below = (!children.is_empty())
        .then(|| view! { <ul>{children.into_iter().map(self::node).collect_view()}</ul> });
    view! {
        <li>
            <div class="tree-node">
                <span class="tree-kind">{kind}</span>
                {name}
                {status.map(|status| view! { <StatusMark status/> })}
                {since.map(|at| view! { <Since at/> })}
            </div>
            {below}
        </li>
    }
    .into_any()
}
