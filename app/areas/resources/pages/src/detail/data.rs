//! What a config map or a secret holds, key by key.

use super::while_open::while_open;
use crate::address::ObjectAddress;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::{Level, ResourceRef, Unit};
use resources_contract::{DataEntry, DataValue, read_data};
use ui::quantity::quantity;
use ui::{Banner, CopyButton, Empty, Glyph, LinkButton};

/// Kinds that hold data.
pub(super) fn has_data(resource: &ResourceRef) -> bool {
    matches!(resource.kind.as_str(), "configmaps" | "secrets")
}

/// What it holds, while its tab is open.
pub(super) fn tab(address: Signal<ObjectAddress>) -> AnyView {
    let asked = Memo::new(move |_| {
        let address = address.read();
        (address.tab == "data").then(|| (address.resource.clone(), address.reveal))
    });
    let read = |(resource, reveal)| read_data(resource, reveal);
    while_open(asked, read, move |entries| shown(entries, &address.read_untracked()))
}

fn shown(entries: Vec<DataEntry>, address: &ObjectAddress) -> AnyView {
    if entries.is_empty() {
        let explanation = text("data.none.text");
        return view! { <Empty glyph=Glyph::Key title=text("data.none") explanation/> }.into_any();
    }
    let is_hidden = entries.iter().any(|entry| entry.value == DataValue::Hidden);
    let hidden = is_hidden.then(|| {
        let reveal = format!("{}&reveal=1", address.tab("data"));
        view! {
            <Banner
                level=Level::Inactive
                actions=move || view! { <LinkButton href=reveal glyph=Glyph::Key>{text("reveal")}</LinkButton> }
            >
                {text("hidden")}
            </Banner>
        }
    });
    view! {
        {hidden}
        <dl class="data-entries">{entries.into_iter().map(entry).collect_view()}</dl>
    }
    .into_any()
}

fn entry(DataEntry { key, size_bytes, value }: DataEntry) -> AnyView {
    let size = quantity(size_bytes as f64, Unit::Bytes);
    let copied = match &value {
        DataValue::Text(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    };
    let copy = copied.map(|value| {
        let title = text_with("data.copy", &[("key", &key)]);
        view! { <CopyButton value title/> }
    });
    let value = match value {
        // Browsers drop a line break right behind `<pre>`, and with it the whole text where it is nothing else.
        DataValue::Text(text) => {
            view! { <pre class="data-value" tabindex="0"><code>{text}</code></pre> }.into_any()
        }
        DataValue::Bytes => view! { <p class="hint">{text("data.bytes")}</p> }.into_any(),
        DataValue::Hidden => view! { <p class="hint">"••••••••"</p> }.into_any(),
    };
    view! {
        <dt><code>{key}</code>" "<span class="hint">{size}</span>{copy}</dt>
        <dd>{value}</dd>
    }
    .into_any()
}
