//! An object as YAML, to read and to change.

use super::while_open::while_open;
use crate::address::ObjectAddress;
use crate::editor::{Draft, editor};
use crate::words::text;
use leptos::prelude::*;
use model::Level;
use resources_contract::{ActionKind, Manifest, ObjectView, read_manifest};
use ui::{Banner, CodeEditor, CopyButton, Glyph, LinkButton};

/// The YAML, while its tab is open.
pub(super) fn tab(object: Signal<ObjectView>, address: Signal<ObjectAddress>) -> AnyView {
    let asked = Memo::new(move |_| {
        let address = address.read();
        (address.tab == "yaml").then(|| (address.resource.clone(), address.reveal))
    });
    let read = |(resource, reveal)| read_manifest(resource, reveal);
    let show = move |manifest| text_of_object(manifest, object, &address.read_untracked());
    while_open(asked, read, show)
}

fn text_of_object(manifest: Manifest, object: Signal<ObjectView>, address: &ObjectAddress) -> AnyView {
    let may_edit = object
        .read_untracked()
        .actions
        .iter()
        .any(|offered| offered.action == ActionKind::Edit && offered.missing.is_none());
    if may_edit && !manifest.hidden {
        let draft = Draft {
            cluster: address.resource.cluster.clone(),
            namespace: address.resource.namespace.clone(),
            kind: Some(address.resource.kind.clone()),
            text: manifest.text,
            base: Some(manifest.base),
            next: address.tab("overview"),
            start_over: address.tab("yaml"),
            is_secret: object.read_untracked().secret,
        };
        // The values of a secret are read again only when somebody asks for them: that is written down.
        let version =
            (!draft.is_secret).then(|| Signal::derive(move || object.read().resource_version.clone()));
        return editor(&draft, version);
    }
    let hidden = manifest.hidden.then(|| {
        let reveal = format!("{}&reveal=1", address.tab("yaml"));
        view! {
            <Banner
                level=Level::Inactive
                actions=move || view! { <LinkButton href=reveal glyph=Glyph::Key>{text("reveal")}</LinkButton> }
            >
                {text("hidden")}
            </Banner>
        }
    });
    let refused = (!may_edit).then(|| view! { <Banner level=Level::Inactive>{text("read-only")}</Banner> });
    view! {
        {hidden}
        {refused}
        <div class="yaml">
            <CopyButton value=manifest.text.clone()/>
            <CodeEditor name="text" label=text("yaml") text=manifest.text readonly=true/>
        </div>
    }
    .into_any()
}
