//! The pods that an object owns or selects.

use super::pod_use::{Uses, amount};
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::{KindSlug, ObjectName, ResourceRef, Unit, link};
use resources_contract::{ObjectView, TreeNode};
use std::collections::BTreeMap;
use ui::{Empty, Glyph, Since, StatusMark, plain_table};

/// How many pods a tree holds.
pub(super) fn count(tree: &[TreeNode]) -> usize {
    all(tree).len()
}

/// Every pod of a tree, worst first.
fn all(tree: &[TreeNode]) -> Vec<&TreeNode> {
    let mut pods = Vec::new();
    for node in tree {
        if node.resource.kind.as_str() == "pods" {
            pods.push(node);
        }
        pods.extend(all(&node.children));
    }
    pods.sort_by_key(|pod| pod.status.as_ref().map(|status| status.level));
    pods
}

fn left_out(tree: &[TreeNode]) -> u32 {
    tree.iter().map(|node| node.more + left_out(&node.children)).sum()
}

pub(super) fn tab(object: Signal<ObjectView>) -> AnyView {
    let tree = Memo::new(move |_| {
        let object = object.read();
        (object.tree.clone(), object.tree_more)
    });
    let resource = object.read_untracked().resource.clone();
    let is_node = resource.kind.as_str() == "nodes";
    let uses = Uses::of(&resource);
    // The page of a node lists no more than it may run by default; the list of pods has all of them.
    let everything = is_node.then(|| {
        let search = format!(".spec.nodeName:{}", resource.name);
        let kind = KindSlug::parse("pods").ok()?;
        let query = model::TableQuery { search, ..model::TableQuery::of(resource.cluster.clone(), kind) };
        Some(view! { <p><a href=link::table(&query)>{text("pods.all")}</a></p> })
    });
    let content = move || {
        let tree = tree.read();
        let (tree, more) = &*tree;
        let pods = all(tree);
        let left_out = left_out(tree) + more;
        if pods.is_empty() && left_out == 0 {
            return view! { <Empty glyph=Glyph::Box title=text("pods.empty") explanation=text("pods.empty.text")/> }
                .into_any();
        }
        let placement = (!is_node).then(|| placement(&pods));
        let rows = pods.into_iter().map(|pod| row(pod, is_node, uses)).collect_view().into_any();
        let more = (left_out > 0)
            .then(|| view! { <p class="hint">{text_with("tree.more", &[("count", &left_out)])}</p> });
        let headings = [
            text("pod"),
            text("status"),
            if is_node { text("namespace") } else { text("pods.node") },
            text("pods.restarts"),
            text("pods.cpu"),
            text("pods.memory"),
            text("image"),
            text("age"),
            text("tab.logs"),
        ];
        view! { {placement}{plain_table(text("tab.pods"), &headings, rows)}{more} }.into_any()
    };
    view! { {everything}{content}{uses.missing()} }.into_any()
}

fn row(pod: &TreeNode, is_node: bool, uses: Uses) -> AnyView {
    let logs = link::object_tab(&pod.resource, "logs");
    let facts = pod.pod.clone();
    let image = |image: &String| view! { <div class="line"><code>{image.clone()}</code></div> };
    let images = facts.as_ref().map(|facts| facts.images.iter().map(image).collect_view());
    let (cpu, memory) = facts.as_ref().map(|facts| (facts.cpu, facts.memory)).unwrap_or_default();
    let name = pod.resource.name.clone();
    let cores = move || uses.find(&name)?.cores;
    let name = pod.resource.name.clone();
    let bytes = move || uses.find(&name)?.bytes;
    let place = if is_node {
        pod.resource.namespace.as_ref().map(|namespace| namespace.to_string().into_any())
    } else {
        facts.as_ref().and_then(|facts| facts.node.as_ref()).map(|node| {
            let href = node_address(&pod.resource, node);
            view! { <a href=href>{node.to_string()}</a> }.into_any()
        })
    };
    let address = facts.as_ref().map(|facts| facts.address.clone()).filter(|address| !address.is_empty());
    let address = address.map(|address| view! { <span class="address">{address}</span> });
    view! {
        <tr>
            <th scope="row"><a href=link::object(&pod.resource)>{pod.resource.name.to_string()}</a></th>
            <td>{pod.status.clone().map(|status| view! { <StatusMark status with_reason=true/> })}</td>
            <td data-heading=if is_node { text("namespace") } else { text("pods.node") } class="place">{place}{address}</td>
            <td data-heading=text("pods.restarts") data-align="end">{facts.as_ref().map(|facts| facts.restarts)}</td>
            <td data-heading=text("pods.cpu")>{amount(cores, cpu, Unit::Cores)}</td>
            <td data-heading=text("pods.memory")>{amount(bytes, memory, Unit::Bytes)}</td>
            <td data-heading=text("image") class="image">{images}</td>
            <td data-heading=text("age")>{facts.and_then(|facts| facts.created).map(|at| view! { <Since at/> })}</td>
            <td><span class="row-links"><a href=logs>{text("logs")}</a></span></td>
        </tr>
    }
    .into_any()
}

/// On how many nodes pods run, and how many on each: nothing for a single pod.
fn placement(pods: &[&TreeNode]) -> Option<AnyView> {
    let on_nodes = per_node(pods);
    if pods.len() < 2 || on_nodes.is_empty() {
        return None;
    }
    let first = pods.first()?.resource.clone();
    let placed: usize = on_nodes.values().sum();
    let unplaced = pods.len() - placed;
    let unplaced = (unplaced > 0)
        .then(|| view! { <li class="hint">{text_with("placement.none", &[("count", &unplaced)])}</li> });
    let title = text_with("placement", &[("count", &on_nodes.len())]);
    let one = |(node, count): (ObjectName, usize)| {
        view! { <li><a href=node_address(&first, &node)>{node.to_string()}</a>" "{count}</li> }
    };
    let lines = on_nodes.into_iter().map(one).collect_view();
    Some(view! { <div class="placement"><span>{title}</span><ul>{lines}{unplaced}</ul></div> }.into_any())
}

/// How many of these pods run on each node.
fn per_node(pods: &[&TreeNode]) -> BTreeMap<ObjectName, usize> {
    let mut on_nodes = BTreeMap::new();
    for node in pods.iter().filter_map(|pod| pod.pod.as_ref()?.node.clone()) {
        *on_nodes.entry(node).or_default() += 1;
    }
    on_nodes
}

/// The page of a node in the cluster of a pod.
fn node_address(pod: &ResourceRef, node: &ObjectName) -> Option<String> {
    let kind = KindSlug::parse("nodes").ok()?;
    let node = ResourceRef { cluster: pod.cluster.clone(), kind, namespace: None, name: node.clone() };
    Some(link::object(&node))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::{ClusterName, Level, Status};
    use resources_contract::{Amounts, PodFacts};

    fn node(kind: &str, name: &str, level: Level, children: Vec<TreeNode>) -> TreeNode {
        let resource = ResourceRef {
            cluster: ClusterName::parse("harbour").unwrap(),
            kind: KindSlug::parse(kind).unwrap(),
            namespace: None,
            name: ObjectName::parse(name).unwrap(),
        };
        let status = Some(Status::new(level, ""));
        TreeNode { resource, kind_title: String::new(), status, children, more: 0, pod: None }
    }

    #[test]
    fn pods_are_found_at_any_depth_and_the_worst_comes_first() {
        let pods =
            vec![node("pods", "well", Level::Healthy, vec![]), node("pods", "ill", Level::Failed, vec![])];
        let tree = vec![node("replicasets", "web", Level::Healthy, pods)];

        let names: Vec<_> = all(&tree).iter().map(|pod| pod.resource.name.to_string()).collect();
        assert_eq!(names, ["ill", "well"]);
    }

    #[test]
    fn pods_are_counted_by_the_node_that_they_run_on() {
        let on = |name: &str, node: Option<&str>| {
            let facts = PodFacts {
                node: node.map(|node| ObjectName::parse(node).unwrap()),
                address: String::new(),
                images: vec![],
                restarts: 0,
                created: None,
                cpu: Amounts::default(),
                memory: Amounts::default(),
            };
            TreeNode { pod: Some(facts), ..node_of(name) }
        };
        let pods = [on("a", Some("pier-1")), on("b", Some("pier-2")), on("c", Some("pier-1")), on("d", None)];

        let counted = per_node(&pods.iter().collect::<Vec<_>>());

        let counted: Vec<_> = counted.iter().map(|(node, count)| (node.as_str(), *count)).collect();
        assert_eq!(counted, [("pier-1", 2), ("pier-2", 1)]);
    }

    fn node_of(name: &str) -> TreeNode {
        node("pods", name, Level::Healthy, vec![])
    }
}
