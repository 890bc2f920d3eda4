//! Earlier versions of a workload.

use crate::address::ObjectAddress;
use crate::words::{text, text_with};
use leptos::prelude::*;
use resources_contract::{ActionKind, DiffLine, ObjectView, Revision};
use ui::{Badge, DiffView, Glyph, LinkButton, Since, numbered, plain_table};

pub(super) fn tab(object: Signal<ObjectView>, address: Signal<ObjectAddress>) -> AnyView {
    let revisions = Memo::new(move |_| object.read().revisions.clone());
    let may_roll_back = Memo::new(move |_| {
        let object = object.read();
        object
            .actions
            .iter()
            .any(|offered| offered.action == ActionKind::RollBack && offered.missing.is_none())
    });
    let content = move || {
        let address = address.read_untracked();
        let row = |revision: Revision| row(revision, may_roll_back.get(), &address);
        let rows = revisions.get().into_iter().map(row).collect_view().into_any();
        let headings = [
            text("revision"),
            text("images"),
            text("revision.cause"),
            text("tab.pods"),
            text("age"),
            text("actions"),
        ];
        plain_table(text("tab.revisions"), &headings, rows)
    };
    view! { {content}{differences(object)} }.into_any()
}

/// What each revision has otherwise than the one before it; that of the newest is open. They stay as the reader left them
/// while pods come and go.
fn differences(object: Signal<ObjectView>) -> AnyView {
    let differences = Memo::new(move |_| {
        let object = object.read();
        let revision = |revision: &Revision| Some((revision.number, revision.before?, revision.diff.clone()));
        object.revisions.iter().filter_map(revision).collect::<Vec<_>>()
    });
    let one = |(index, (number, before, diff)): (usize, (i64, i64, Vec<DiffLine>))| {
        let title = text_with("revision.compared", &[("number", &number), ("before", &before)]);
        view! {
            <details class="revision-diff" open=index == 0>
                <summary>{title.clone()}</summary>
                <DiffView title lines=Signal::stored(numbered(diff))/>
            </details>
        }
    };
    let all = move || differences.get().into_iter().enumerate().map(one).collect_view();
    all.into_any()
}

fn row(revision: Revision, may_roll_back: bool, address: &ObjectAddress) -> AnyView {
    let Revision { number, current, created, images, cause, pods: (ready, wanted), .. } = revision;
    let action = (may_roll_back && !current).then(|| {
        let href = address.roll_back(number);
        view! { <LinkButton href glyph=Glyph::Rollback>{text("roll-back")}</LinkButton> }
    });
    let image = |image: String| view! { <div class="line"><code>{image}</code></div> };
    view! {
        <tr>
            <th scope="row">{number} {current.then(|| view! { " " <Badge text=text("revision.current") strong=true/> })}</th>
            <td class="image">{images.into_iter().map(image).collect_view()}</td>
            <td>{cause}</td>
            <td data-align="end">{format!("{ready}/{wanted}")}</td>
            <td>{created.map(|at| view! { <Since at/> })}</td>
            <td>{action}</td>
        </tr>
    }
    .into_any()
}
