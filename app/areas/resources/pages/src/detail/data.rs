//! What a config map or a secret holds, key by key.

use super::while_open::while_open;
use crate::address::ObjectAddress;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::{ConsoleError, Level, ResourceRef, Unit};
use resources_contract::{DataEntry, DataValue, ObjectView, read_data, value_address};
use ui::quantity::quantity;
use ui::{Banner, Button, CopyButton, Empty, Glyph, LinkButton};

/// Kinds that hold data.
pub(super) fn has_data(resource: &ResourceRef) -> bool {
    matches!(resource.kind.as_str(), "configmaps" | "secrets")
}

/// What is asked for. It is asked anew when this is another.
#[derive(Clone, Debug, PartialEq)]
struct Question {
    resource: ResourceRef,
    reveal: bool,
    /// The version of the object, where what it holds follows that.
    version: Option<String>,
    /// How often the reader has asked.
    turn: u32,
}

impl Question {
    /// The values of a secret are read again only when somebody asks for them: that is written down.
    fn of(address: &ObjectAddress, version: &str, is_secret: bool, turn: u32) -> Option<Self> {
        (address.tab == "data").then(|| Self {
            resource: address.resource.clone(),
            reveal: address.reveal,
            version: (!(is_secret && address.reveal)).then(|| version.to_owned()),
            turn,
        })
    }
}

/// What it holds, while its tab is open: as it is now, or as it was when its values were revealed.
pub(super) fn tab(object: Signal<ObjectView>, address: Signal<ObjectAddress>) -> AnyView {
    let turn = RwSignal::new(0);
    let asked = Memo::new(move |_| {
        let object = object.read();
        Question::of(&address.read(), &object.resource_version, object.secret, turn.get())
    });
    let read = move |question: Question| {
        let version = object.read_untracked().resource_version.clone();
        async move { Ok::<_, ConsoleError>((version, read_data(question.resource, question.reveal).await?)) }
    };
    let show = move |(version, entries): (String, Vec<DataEntry>)| {
        let is_followed = asked.read_untracked().as_ref().is_none_or(|question| question.version.is_some());
        let moved = (!is_followed).then(|| moved(object, version, turn));
        view! { {moved} {shown(entries, &address.read_untracked())} }.into_any()
    };
    while_open(asked, read, show)
}

/// Says that the object has changed since what is shown was read.
fn moved(object: Signal<ObjectView>, version: String, turn: RwSignal<u32>) -> AnyView {
    let is_moved = Memo::new(move |_| object.read().resource_version != version);
    let banner = move || {
        let again = move || {
            view! { <Button on_press=move |()| turn.update(|turn| *turn += 1)>{text("data.again")}</Button> }
        };
        is_moved.get().then(|| {
            view! { <Banner level=Level::Warning actions=again>{text("data.moved")}</Banner> }
        })
    };
    banner.into_any()
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
        <dl class="data-entries">{entries.into_iter().map(|one| entry(one, &address.resource)).collect_view()}</dl>
    }
    .into_any()
}

fn entry(DataEntry { key, size_bytes, value }: DataEntry, holder: &ResourceRef) -> AnyView {
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
        DataValue::Bytes => {
            // Whoever takes bytes of a secret away does so from its YAML, where that is written down.
            let is_file = holder.kind.as_str() == "configmaps";
            let file = is_file.then(|| {
                let (href, words) =
                    (value_address(holder, &key), text_with("data.download", &[("key", &key)]));
                view! { <LinkButton href glyph=Glyph::Download download=true>{words}</LinkButton> }
            });
            view! { <p class="hint">{text("data.bytes")}</p>{file} }.into_any()
        }
        DataValue::Hidden => view! { <p class="hint">"••••••••"</p> }.into_any(),
    };
    view! {
        <dt><code>{key}</code>" "<span class="hint">{size}</span>{copy}</dt>
        <dd>{value}</dd>
    }
    .into_any()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use leptos_router::params::ParamsMap;

    fn address(tab: &str, reveal: bool) -> ObjectAddress {
        let mut query = ParamsMap::new();
        query.insert("tab".to_owned(), tab.to_owned());
        if reveal {
            query.insert("reveal".to_owned(), "1".to_owned());
        }
        let resource = ResourceRef {
            cluster: "harbour".parse().unwrap(),
            kind: "secrets".parse().unwrap(),
            namespace: None,
            name: "db".parse().unwrap(),
        };
        ObjectAddress::parse(resource, &query)
    }

    #[test]
    fn what_is_shown_follows_the_object_but_for_values_that_were_revealed() {
        let question = |reveal, version, is_secret, turn| {
            Question::of(&address("data", reveal), version, is_secret, turn).unwrap()
        };

        assert_ne!(question(false, "1", true, 0), question(false, "2", true, 0), "keys and sizes");
        assert_ne!(
            question(true, "1", false, 0),
            question(true, "2", false, 0),
            "a config map hides nothing"
        );
        assert_eq!(question(true, "1", true, 0), question(true, "2", true, 0), "reading it is written down");
        assert_ne!(question(true, "1", true, 0), question(true, "1", true, 1), "the reader has asked for it");
        assert_eq!(Question::of(&address("yaml", false), "1", false, 0), None);
    }
}
