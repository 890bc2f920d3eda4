//! The pods that an object owns or selects.

use crate::words::{text, text_with};
use leptos::prelude::*;
use model::link;
use resources_contract::{ObjectView, TreeNode};
use ui::{StatusMark, plain_table};

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
    let tree = Memo::new(move |_| object.read().tree.clone());
    let content = move || {
        let tree = tree.read();
        let rows = all(&tree).into_iter().map(row).collect_view().into_any();
        let left_out = left_out(&tree);
        let more = (left_out > 0)
            .then(|| view! { <p class="hint">{text_with("tree.more", &[("count", &left_out)])}</p> });
        view! {
            {plain_table(text("tab.pods"), &[text("pod"), text("status"), text("tab.logs")], rows)}
            {more}
        }
    };
    content.into_any()
}

fn row(pod: &TreeNode) -> AnyView {
    let logs = link::object_tab(&pod.resource, "logs");
    view! {
        <tr>
            <th scope="row"><a href=link::object(&pod.resource)>{pod.resource.name.to_string()}</a></th>
            <td>{pod.status.clone().map(|status| view! { <StatusMark status with_reason=true/> })}</td>
            <td><a href=logs>{text("logs")}</a></td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::{ClusterName, KindSlug, Level, ObjectName, ResourceRef, Status};

    fn node(kind: &str, name: &str, level: Level, children: Vec<TreeNode>) -> TreeNode {
        let resource = ResourceRef {
            cluster: ClusterName::parse("harbour").unwrap(),
            kind: KindSlug::parse(kind).unwrap(),
            namespace: None,
            name: ObjectName::parse(name).unwrap(),
        };
        let status = Some(Status::new(level, ""));
        TreeNode { resource, kind_title: String::new(), status, children, more: 0 }
    }

    #[test]
    fn pods_are_found_at_any_depth_and_the_worst_comes_first() {
        let pods =
            vec![node("pods", "well", Level::Healthy, vec![]), node("pods", "ill", Level::Failed, vec![])];
        let tree = vec![node("replicasets", "web", Level::Healthy, pods)];

        let names: Vec<_> = all(&tree).iter().map(|pod| pod.resource.name.to_string()).collect();
        assert_eq!(names, ["ill", "well"]);
    }
}
