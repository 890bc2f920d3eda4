//! The name of an image: typed, or found in a registry.

mod finder;

use super::controls::Part;
use super::editing::Editing;
use crate::words::{text, text_with};
use finder::Finder;
use leptos::prelude::*;
use serde_json::{Value, json};
use ui::{Button, ButtonKind, Glyph};
use workloads_contract::ImageParts;
use workloads_contract::written::to_text;

/// What was chosen in a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Chosen {
    /// The image with its tag.
    image: String,
    /// The secret without which it cannot be pulled.
    secret: Option<String>,
    /// On which ports its program listens.
    ports: Vec<u16>,
}

/// The line of an image, with what finds one.
pub fn image(part: &Part, required: bool) -> AnyView {
    let editing = part.editing;
    let Some(container) = Container::around(part.spot.object, &part.spot.path) else {
        return part.line(required, to_text);
    };
    let container = StoredValue::new(container);
    let listens = RwSignal::new(Vec::<u16>::new());
    let on_choose = Callback::new(move |chosen: Chosen| {
        container.with_value(|container| container.take(editing, &chosen));
        listens.set(chosen.ports);
    });
    let finder = Finder::of(editing, part.spot.place(), on_choose);
    let (typed, of_typed) = (part.text(), part.text());
    let no_namespace =
        move || editing.namespace().is_none().then(|| text("image.namespace-first").to_owned());
    let not_found = Signal::derive(no_namespace);
    let no_tags = Signal::derive(move || {
        let is_image = ImageParts::read(&of_typed.read()).is_some();
        no_namespace().or_else(|| (!is_image).then(|| text("image.name-first").to_owned()))
    });
    let offered = move || {
        let ports = listens.get();
        let has_none = container.with_value(|container| container.has_no_ports(editing));
        (!ports.is_empty() && has_none).then(|| {
            let words = ui::listed(&ports.iter().map(u16::to_string).collect::<Vec<_>>());
            let words = text_with("image.take-ports", &[("ports", &words)]);
            let take = move |()| container.with_value(|container| container.set_ports(editing, &ports));
            view! { <Button kind=ButtonKind::Quiet glyph=Glyph::Plus on_press=take>{words}</Button> }
        })
    };
    view! {
        <div class="form-image">
            {part.line(required, to_text)}
            <div class="form-image-tools needs-scripts">
                <Button
                    kind=ButtonKind::Quiet
                    glyph=Glyph::Search
                    disabled_because=not_found
                    on_press=move |()| finder.open(&typed.read_untracked())
                >
                    {text("image.find")}
                </Button>
                <Button
                    kind=ButtonKind::Quiet
                    disabled_because=no_tags
                    on_press=move |()| finder.open_tags(&typed.read_untracked())
                >
                    {text("image.tags")}
                </Button>
                {offered}
            </div>
            {finder.dialog()}
        </div>
    }
    .into_any()
}

/// The container that an image is of, and its pod: where they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Container {
    object: usize,
    path: String,
    pod: String,
}

impl Container {
    /// The container around the place of its image.
    fn around(object: usize, image: &str) -> Option<Self> {
        let (path, _) = image.rsplit_once('/')?;
        let (list, _) = path.rsplit_once('/')?;
        let (pod, _) = list.rsplit_once('/')?;
        Some(Self { object, path: path.to_owned(), pod: pod.to_owned() })
    }

    fn take(&self, editing: Editing, chosen: &Chosen) {
        editing.set(self.object, &format!("{}/image", self.path), Some(Value::from(chosen.image.as_str())));
        let Some(secret) = &chosen.secret else { return };
        let place = format!("{}/imagePullSecrets", self.pod);
        let before = untrack(|| editing.at(self.object, &place));
        if let Some(with_it) = with_secret(before, secret) {
            editing.set(self.object, &place, Some(with_it));
        }
    }

    fn ports(&self) -> String {
        format!("{}/ports", self.path)
    }

    fn has_no_ports(&self, editing: Editing) -> bool {
        let ports = editing.at(self.object, &self.ports());
        ports.as_ref().and_then(Value::as_array).is_none_or(Vec::is_empty)
    }

    fn set_ports(&self, editing: Editing, ports: &[u16]) {
        let ports = ports.iter().map(|port| json!({"containerPort": port})).collect();
        editing.set(self.object, &self.ports(), Some(Value::Array(ports)));
    }
}

/// Secrets for pulling images and this one; nothing where it is among them.
fn with_secret(before: Option<Value>, name: &str) -> Option<Value> {
    let mut secrets = match before {
        Some(Value::Array(secrets)) => secrets,
        _ => Vec::new(),
    };
    if secrets.iter().any(|secret| secret["name"] == name) {
        return None;
    }
    secrets.push(json!({"name": name}));
    Some(Value::Array(secrets))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_knows_its_container_and_its_pod() {
        let found = Container::around(0, "spec/template/spec/initContainers/2/image");

        let expected = Container {
            object: 0,
            path: "spec/template/spec/initContainers/2".into(),
            pod: "spec/template/spec".into(),
        };
        assert_eq!(found, Some(expected));
        assert_eq!(Container::around(0, "image"), None);
    }

    #[test]
    fn a_secret_is_named_once() {
        let first = with_secret(None, "logins");

        assert_eq!(first, Some(json!([{"name": "logins"}])));
        assert_eq!(with_secret(first.clone(), "logins"), None);
        assert_eq!(with_secret(first, "others"), Some(json!([{"name": "logins"}, {"name": "others"}])));
    }
}
