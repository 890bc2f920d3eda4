//! What refers to an object.

use super::while_open::while_open;
use crate::address::ObjectAddress;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::{Level, ResourceRef, link};
use resources_contract::{REFERRED, TreeNode, UsedBy, read_used_by};
use ui::{Banner, Card, Empty, Glyph, StatusMark, plain_table};

/// Whether others name objects of its kind.
pub(super) fn is_referred(resource: &ResourceRef) -> bool {
    REFERRED.contains(&resource.kind.as_str())
}

/// What names it, while the tab is open.
pub(super) fn tab(address: Signal<ObjectAddress>) -> AnyView {
    let asked = Memo::new(move |_| {
        let address = address.read();
        (address.tab == "used-by").then(|| address.resource.clone())
    });
    while_open(asked, read_used_by, shown)
}

fn shown(UsedBy { objects, more, unknown }: UsedBy) -> AnyView {
    let unknown = (!unknown.is_empty()).then(|| {
        let words = text_with("used-by.unknown", &[("kinds", &ui::listed(&unknown))]);
        view! { <Banner level=Level::Inactive>{words}</Banner> }
    });
    let list = if objects.is_empty() {
        let explanation = text("used-by.none.text");
        view! { <Empty glyph=Glyph::Check title=text("used-by.none") explanation/> }.into_any()
    } else {
        let headings = [text("used-by.kind"), text("used-by.name"), text("status")];
        let rows = objects.into_iter().map(row).collect_view().into_any();
        let more = (more > 0).then(|| {
            let words = text_with("used-by.more", &[("count", &more)]);
            view! { <p class="hint">{words}</p> }
        });
        let title = text("used-by.title");
        view! { <Card title flush=true wide=true>{plain_table(title, &headings, rows)}{more}</Card> }
            .into_any()
    };
    view! { {unknown}{list} }.into_any()
}

fn row(node: TreeNode) -> AnyView {
    let href = link::object(&node.resource);
    view! {
        <tr>
            <td data-heading=text("used-by.kind")>{node.kind_title}</td>
            <th scope="row"><a href=href>{node.resource.name.to_string()}</a></th>
            <td data-heading=text("status")>{node.status.map(|status| view! { <StatusMark status with_reason=true/> })}</td>
        </tr>
    }
    .into_any()
}
