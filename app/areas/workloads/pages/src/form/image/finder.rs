//! The dialog in which images and their tags are looked for.

use super::Chosen;
use crate::form::editing::Editing;
use crate::words::{text, text_with};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use model::{ConsoleError, KindSlug, ObjectName, TableQuery, Unit};
use resources_contract::read_table;
use ui::quantity::quantity;
use ui::{Badge, Button, ButtonKind, Dialog, Field, Glyph, Problem, Select, Since};
use workloads_contract::{
    DOCKER_HUB, FoundImage, FoundImages, ImageParts, ImageSource, ImageTag, ImageTags, find_images,
    read_image_tags,
};

/// Of which type secrets are that hold logins.
const LOGINS: &str = "type:kubernetes.io/dockerconfigjson";
/// So many are offered.
const MOST_SECRETS: u16 = 100;
/// Where is looked: in Docker Hub, or in another registry as nobody. Anything else is the name of a secret.
const HUB: &str = "";
const OTHER: &str = "/";

/// What is looked for, where, and what was found.
#[derive(Clone, Copy)]
pub(super) struct Finder {
    editing: Editing,
    place: StoredValue<String>,
    is_open: RwSignal<bool>,
    /// Secrets with logins; nothing until they have been asked for.
    secrets: RwSignal<Option<Vec<String>>>,
    from: RwSignal<String>,
    registry: RwSignal<String>,
    words: RwSignal<String>,
    found: RwSignal<Option<Result<FoundImages, ConsoleError>>>,
    /// The image whose tags are shown.
    image: RwSignal<Option<String>>,
    tag_words: RwSignal<String>,
    tags: RwSignal<Option<Result<ImageTags, ConsoleError>>>,
    is_asking: RwSignal<bool>,
    on_choose: Callback<Chosen>,
}

impl Finder {
    pub(super) fn of(editing: Editing, place: String, on_choose: Callback<Chosen>) -> Self {
        Self {
            editing,
            place: StoredValue::new(place),
            is_open: RwSignal::new(false),
            secrets: RwSignal::new(None),
            from: RwSignal::new(HUB.to_owned()),
            registry: RwSignal::new(String::new()),
            words: RwSignal::new(String::new()),
            found: RwSignal::new(None),
            image: RwSignal::new(None),
            tag_words: RwSignal::new(String::new()),
            tags: RwSignal::new(None),
            is_asking: RwSignal::new(false),
            on_choose,
        }
    }

    /// Opens, and begins with what is typed already.
    pub(super) fn open(self, typed: &str) {
        self.begin(typed);
        self.image.set(None);
    }

    /// Opens with the tags of what is typed already.
    pub(super) fn open_tags(self, typed: &str) {
        self.begin(typed);
        if let Some(parts) = ImageParts::read(typed) {
            self.look(parts.name.to_owned());
        }
    }

    fn begin(self, typed: &str) {
        if let Some(parts) = ImageParts::read(typed) {
            self.words.set(parts.repository.to_owned());
            let is_chosen = !matches!(self.from.read_untracked().as_str(), HUB | OTHER);
            if parts.registry != DOCKER_HUB && !is_chosen {
                self.from.set(OTHER.to_owned());
                self.registry.set(parts.registry.to_owned());
            }
        }
        if self.secrets.read_untracked().is_none() {
            self.ask_for_secrets();
        }
        self.is_open.set(true);
    }

    fn ask_for_secrets(self) {
        let Some(namespace) = untrack(|| self.editing.namespace()) else { return };
        let Ok(kind) = KindSlug::parse("secrets") else { return };
        let query = TableQuery {
            namespaces: vec![namespace],
            search: LOGINS.to_owned(),
            size: MOST_SECRETS,
            ..TableQuery::of(self.editing.cluster(), kind)
        };
        leptos::task::spawn_local(async move {
            // Who may not see secrets looks as nobody.
            let table = read_table(query).await.ok();
            let rows = table.into_iter().flat_map(|table| table.rows);
            let _ = self.secrets.try_set(Some(rows.map(|row| row.name.to_string()).collect()));
        });
    }

    fn source(self) -> Option<ImageSource> {
        let from = self.from.get_untracked();
        let (secret, registry) = match from.as_str() {
            HUB => (None, String::new()),
            OTHER => (None, self.registry.get_untracked()),
            name => (ObjectName::parse(name).ok(), String::new()),
        };
        let namespace = untrack(|| self.editing.namespace())?;
        Some(ImageSource { cluster: self.editing.cluster(), namespace, secret, registry })
    }

    fn find(self) {
        let Some(source) = self.source() else { return };
        let words = self.words.get_untracked();
        self.image.set(None);
        self.found.set(None);
        self.is_asking.set(true);
        leptos::task::spawn_local(async move {
            let answer = find_images(source, words).await;
            // The form may have been left.
            if self.is_asking.try_set(false).is_none() {
                self.found.set(Some(answer));
            }
        });
    }

    /// Shows the tags of an image.
    fn look(self, image: String) {
        self.tag_words.set(String::new());
        self.image.set(Some(image));
        self.look_again();
    }

    fn look_again(self) {
        let (Some(source), Some(image)) = (self.source(), self.image.get_untracked()) else { return };
        let words = self.tag_words.get_untracked();
        self.tags.set(None);
        self.is_asking.set(true);
        leptos::task::spawn_local(async move {
            let answer = read_image_tags(source, image.clone(), words).await;
            if self.is_asking.try_set(false).is_none() && self.image.read_untracked().as_ref() == Some(&image)
            {
                self.tags.set(Some(answer));
            }
        });
    }

    fn choose(self, image: &str, tag: &ImageTag) {
        let from = self.from.get_untracked();
        let secret = (!matches!(from.as_str(), HUB | OTHER)).then_some(from);
        let image = format!("{image}:{}", tag.name);
        self.on_choose.run(Chosen { image, secret, ports: tag.ports.clone() });
        self.is_open.set(false);
    }

    pub(super) fn dialog(self) -> AnyView {
        let title = Signal::stored(text("image.title").to_owned());
        view! { <Dialog open=self.is_open title wide=true>{self.content()}</Dialog> }.into_any()
    }

    fn content(self) -> AnyView {
        let shown = move || match self.image.get() {
            Some(image) => self.tags_of(image),
            None => self.images(),
        };
        view! {
            {self.question()}
            <div class="image-found" aria-live="polite">{shown}</div>
        }
        .into_any()
    }

    fn name(self, field: &str) -> String {
        self.place.with_value(|place| format!("{place}?{field}"))
    }

    fn question(self) -> AnyView {
        let places = Signal::derive(move || {
            let secret = |name: String| {
                let words = text_with("image.of-secret", &[("name", &name)]);
                (name, words)
            };
            let first = [(HUB.to_owned(), text("image.hub").to_owned())].into_iter();
            let secrets = self.secrets.get().unwrap_or_default().into_iter().map(secret);
            let other = [(OTHER.to_owned(), text("image.other").to_owned())];
            first.chain(secrets).chain(other).collect::<Vec<_>>()
        });
        let blocked = Signal::derive(move || {
            let is_empty = |text: RwSignal<String>| text.read().trim().is_empty();
            match self.from.read().as_str() {
                HUB if is_empty(self.words) => Some(text("image.words-first").to_owned()),
                OTHER if is_empty(self.registry) => Some(text("image.registry-first").to_owned()),
                _ => None,
            }
        });
        let is_other = move || *self.from.read() == OTHER;
        let registry = move || {
            view! {
                <Field
                    name=self.name("registry")
                    label=text("image.registry")
                    value=self.registry
                    hint=text("image.registry.hint")
                    code=true
                    on_input=move |text| self.registry.set(text)
                />
            }
        };
        let key = move |event: KeyboardEvent| {
            if ui::key_in_field(&event) == "Enter" && blocked.read_untracked().is_none() {
                event.prevent_default();
                self.find();
            }
        };
        // It stands in the form, which is not to be sent by it.
        view! {
            <div class="form image-question" role="search" on:keydown=key>
                <Select
                    name=self.name("from")
                    label=text("image.where")
                    options=places
                    value=self.from
                    on_change=move |from| self.from.set(from)
                />
                <Show when=is_other>{registry()}</Show>
                <Field
                    name=self.name("words")
                    label=text("image.words")
                    value=self.words
                    code=true
                    on_input=move |text| self.words.set(text)
                />
                <Button
                    kind=ButtonKind::Primary
                    glyph=Glyph::Search
                    busy=self.is_asking
                    disabled_because=blocked
                    on_press=move |()| self.find()
                >
                    {text("image.search")}
                </Button>
            </div>
        }
        .into_any()
    }

    fn images(self) -> AnyView {
        let FoundImages { images, has_more } = match self.found.get() {
            None => return ().into_any(),
            Some(Err(error)) => return view! { <Problem error/> }.into_any(),
            Some(Ok(found)) => found,
        };
        if images.is_empty() {
            return view! { <p class="hint">{text("image.none")}</p> }.into_any();
        }
        let one = |FoundImage { name, about, is_official }: FoundImage| {
            let chosen = name.clone();
            view! {
                <li>
                    <button class="image-choice" type="button" on:click=move |_| self.look(chosen.clone())>
                        <code>{name}</code>
                        {is_official.then(|| view! { <Badge text=text("image.official")/> })}
                        <span class="hint">{about}</span>
                    </button>
                </li>
            }
        };
        view! {
            <ul class="image-choices" aria-label=text("image.title")>{images.into_iter().map(one).collect_view()}</ul>
            {has_more.then(|| view! { <p class="hint">{text("image.more")}</p> })}
        }
        .into_any()
    }

    fn tags_of(self, image: String) -> AnyView {
        let title = text_with("image.tags-of", &[("image", &image)]);
        let key = move |event: KeyboardEvent| {
            if ui::key_in_field(&event) == "Enter" {
                event.prevent_default();
                self.look_again();
            }
        };
        let found = move || match self.tags.get() {
            None => view! { <p class="hint" role="status">{text("image.asking")}</p> }.into_any(),
            Some(Err(error)) => {
                let on_retry = Callback::new(move |()| self.look_again());
                view! { <Problem error on_retry/> }.into_any()
            }
            Some(Ok(found)) => self.choices(&image, found),
        };
        view! {
            <h3>{title}</h3>
            <div class="form image-question" role="search">
                <div on:keydown=key>
                    <Field
                        name=self.name("tag")
                        label=text("image.tag-words")
                        value=self.tag_words
                        code=true
                        on_input=move |text| self.tag_words.set(text)
                    />
                </div>
                <Button glyph=Glyph::Search busy=self.is_asking on_press=move |()| self.look_again()>{text("image.search")}</Button>
                <Button kind=ButtonKind::Quiet on_press=move |()| self.image.set(None)>{text("image.back")}</Button>
            </div>
            {found}
        }
        .into_any()
    }

    fn choices(self, image: &str, ImageTags { tags, has_more }: ImageTags) -> AnyView {
        if tags.is_empty() {
            return view! { <p class="hint">{text("image.no-tags")}</p> }.into_any();
        }
        let one = |tag: ImageTag| {
            let (image, about) = (image.to_owned(), about(&tag));
            let (name, pushed) = (tag.name.clone(), tag.pushed);
            view! {
                <li>
                    <button class="image-choice" type="button" on:click=move |_| self.choose(&image, &tag)>
                        <code>{name}</code>
                        {pushed.map(|at| view! { <Since at in_words=true/> })}
                        <span class="hint">{about}</span>
                    </button>
                </li>
            }
        };
        view! {
            <ul class="image-choices" aria-label=text("image.tags")>{tags.into_iter().map(one).collect_view()}</ul>
            {has_more.then(|| view! { <p class="hint">{text("image.more")}</p> })}
        }
        .into_any()
    }
}

/// What a registry says of a tag, in one line.
fn about(tag: &ImageTag) -> String {
    let size = tag.size_bytes.map(|bytes| quantity(bytes as f64, Unit::Bytes));
    let platforms = (!tag.platforms.is_empty()).then(|| ui::listed(&tag.platforms));
    let ports = ui::listed(&tag.ports.iter().map(u16::to_string).collect::<Vec<_>>());
    let ports = (!ports.is_empty()).then(|| text_with("image.ports", &[("ports", &ports)]));
    [size, platforms, ports].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests;
