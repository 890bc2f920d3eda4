//! The first tab: is it well, and if not, why.

use super::{containers, events, findings, outside};
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use model::{Level, Status, link};
use resources_contract::{Condition, Fact, ObjectView, Requested, TreeNode};
use ui::{
    Banner, Card, CardGrid, CellView, KeyValue, KeyValueItem, Labels, Meter, Since, StatusMark, Tree,
    plain_table,
};

pub(super) fn tab(object: Signal<ObjectView>) -> AnyView {
    view! {
        {findings(object)}
        {pulled(object)}
        <CardGrid>
            {facts(object)}
            {outside::card(object)}
            {requested(object)}
            {conditions(object)}
            {containers(object)}
            {tree(object)}
            {events::recent(object)}
        </CardGrid>
    }
    .into_any()
}

/// Says of a secret that its project's pods pull with it.
fn pulled(object: Signal<ObjectView>) -> AnyView {
    let is_pulled = Memo::new(move |_| object.read().pulled_by_default == Some(true));
    let banner = move || {
        is_pulled.get().then(|| view! { <Banner level=Level::Healthy>{text("pulled-by-default")}</Banner> })
    };
    banner.into_any()
}

/// The kind's columns as facts, and the labels.
pub fn facts(object: Signal<ObjectView>) -> AnyView {
    let facts = Memo::new(move |_| {
        let object = object.read();
        (object.facts.clone(), object.labels.clone())
    });
    let cluster = object.read_untracked().resource.cluster.clone();
    let kind = object.read_untracked().resource.kind.clone();
    let object_link = {
        let cluster = cluster.clone();
        Callback::new(move |(kind, namespace, name): (_, Option<_>, _)| {
            link::object_parts(&cluster, &kind, namespace.as_ref(), &name)
        })
    };
    let label_link = Callback::new(move |(key, value): (String, String)| {
        let search = format!("{key}={value}");
        link::table(&model::TableQuery { search, ..model::TableQuery::of(cluster.clone(), kind.clone()) })
    });
    let items = move || {
        let (facts, labels) = facts.get();
        let item = |Fact { title, value }: Fact| {
            view! { <KeyValueItem name=title><CellView cell=value object_link/></KeyValueItem> }
        };
        let labels = (!labels.is_empty()).then(|| {
            view! { <KeyValueItem name=text("labels")><Labels labels shown=6 link=label_link/></KeyValueItem> }
        });
        view! { {facts.into_iter().map(item).collect_view()}{labels} }
    };
    view! { <Card title=text("facts")><KeyValue>{items}</KeyValue></Card> }.into_any()
}

fn conditions(object: Signal<ObjectView>) -> AnyView {
    let conditions = Memo::new(move |_| object.read().conditions.clone());
    let row = |condition: Condition| {
        let Condition { kind, state, level, reason, message, since } = condition;
        view! {
            <tr>
                <th scope="row">{kind}</th>
                <td><StatusMark status=Status::new(level, state)/></td>
                <td>
                    {(!reason.is_empty()).then(|| view! { <span class="reason">{reason}</span>" " })}
                    {message}
                </td>
                <td>{since.map(|at| view! { <Since at/> })}</td>
            </tr>
        }
    };
    let card = move || {
        let conditions = conditions.get();
        (!conditions.is_empty()).then(|| {
            let rows = conditions.into_iter().map(row).collect_view().into_any();
            let headings = [text("condition"), text("status"), text("reason"), text("since")];
            view! {
                <Card title=text("conditions") flush=true wide=true>{plain_table(text("conditions"), &headings, rows)}</Card>
            }
        })
    };
    card.into_any()
}

/// How much of a node its pods ask for.
fn requested(object: Signal<ObjectView>) -> AnyView {
    let requested = Memo::new(move |_| object.read().requested.clone());
    let one = |Requested { what, amount, of, unit }: Requested| {
        let title = text_of("requested", &what);
        view! { <Meter title used=Signal::stored(amount) of=Signal::stored(Some(of)) unit/> }
    };
    let card = move || {
        let requested = requested.get();
        (!requested.is_empty()).then(|| {
            let meters = requested.into_iter().map(one).collect_view();
            view! {
                <Card title=text("requested")>
                    <div class="requested">{meters}<p class="hint">{text("requested.hint")}</p></div>
                </Card>
            }
        })
    };
    card.into_any()
}

fn tree(object: Signal<ObjectView>) -> AnyView {
    // The pods of a node have a tab of their own, and are not its own.
    if object.read_untracked().resource.kind.as_str() == "nodes" {
        return ().into_any();
    }
    let tree = Memo::new(move |_| {
        let object = object.read();
        (object.tree.clone(), object.tree_more)
    });
    let card = move || {
        let (tree, more) = tree.get();
        (!tree.is_empty()).then(|| {
            let more = (more > 0)
                .then(|| view! { <p class="hint">{text_with("tree.more", &[("count", &more)])}</p> });
            view! { <Card title=text("tree")><Tree nodes=tree_nodes(tree) title=text("tree")/>{more}</Card> }
        })
    };
    card.into_any()
}

/// A tree of objects as `ui` draws it; what is left out is said in a last line.
pub fn tree_nodes(nodes: Vec<TreeNode>) -> Vec<ui::TreeNode> {
    let node = |node: TreeNode| {
        let mut children = tree_nodes(node.children);
        children.extend((node.more > 0).then(|| ui::TreeNode {
            kind: String::new(),
            name: text_with("tree.more", &[("count", &node.more)]),
            href: None,
            status: None,
            since: None,
            children: Vec::new(),
        }));
        ui::TreeNode {
            kind: node.kind_title,
            name: node.resource.name.to_string(),
            href: Some(link::object(&node.resource)),
            status: node.status,
            since: None,
            children,
        }
    };
    nodes.into_iter().map(node).collect()
}
