//! A text that is being edited: what it began from, what is there meanwhile, and the draft that this tab keeps of it.

use super::{Draft, Previewed};
use crate::words::text;
use leptos::ev;
use leptos::prelude::*;
use model::{Level, ResourceRef};
use resources_contract::{Base, Manifest, read_manifest};
use serde_json::{Value, json};
use std::time::Duration;
use ui::{Keep, Toasts};

/// Changes of the live object are looked at when they have settled for so long: one save is several changes.
const SETTLED: Duration = Duration::from_millis(700);

/// Marks that part of a version which says what is written; the rest moves with every change of the status.
const FINGERPRINT: char = '+';

/// The state of an editor.
#[derive(Clone, Copy)]
pub(super) struct Editing {
    /// The text given to the editor; setting it replaces what was typed.
    pub given: RwSignal<String>,
    /// The text as it is.
    pub typed: RwSignal<String>,
    /// The text that editing began from.
    original: RwSignal<String>,
    /// What that text is of.
    pub base: RwSignal<Option<Base>>,
    /// What is there now, while it is not what editing began from.
    pub theirs: RwSignal<Option<Manifest>>,
    /// The last preview, with the text it is of.
    pub preview: RwSignal<Option<(String, Previewed)>>,
    /// A preview is on its way.
    pub is_previewing: RwSignal<bool>,
    /// The text is a draft from before.
    pub is_restored: RwSignal<bool>,
}

impl Editing {
    pub fn of(draft: &Draft) -> Self {
        let text = || RwSignal::new(draft.text.clone());
        Self {
            given: text(),
            typed: text(),
            original: text(),
            base: RwSignal::new(draft.base.clone()),
            theirs: RwSignal::new(None),
            preview: RwSignal::new(None),
            is_previewing: RwSignal::new(false),
            is_restored: RwSignal::new(false),
        }
    }

    /// Whether the last preview is of the text as it is.
    pub fn is_previewed(self) -> bool {
        self.preview.read().as_ref().is_some_and(|(text, _)| *text == *self.typed.read())
    }

    /// Why the text cannot be applied as it is.
    pub fn why_not_apply(self, has_base: bool) -> Option<&'static str> {
        if has_base && !self.is_changed() {
            return Some(text("editor.unchanged"));
        }
        let is_well = matches!(&*self.preview.read(), Some((text, Ok(_))) if *text == *self.typed.read());
        (!is_well).then(|| text("editor.preview-first"))
    }

    fn is_changed(self) -> bool {
        *self.typed.read() != *self.original.read()
    }

    /// Another text instead of what was typed.
    fn replace(self, text: &str) {
        self.typed.set(text.to_owned());
        self.given.set(text.to_owned());
        self.preview.set(None);
    }

    /// Shows a text that was sent without scripts, still about what it was written from.
    pub fn sent(self, text: &str, base: Option<&str>) {
        self.typed.set(text.to_owned());
        self.given.set(text.to_owned());
        if let Some(base) = base.and_then(|base| Base::from_field(base).ok()) {
            self.base.set(Some(base));
        }
    }

    /// Begins again, from what is there now.
    pub fn start_over(self) {
        if let Some(theirs) = self.theirs.get_untracked() {
            self.begin_from(theirs);
        }
        self.is_restored.set(false);
        self.replace(&self.original.get_untracked());
    }

    /// Goes on with what was typed, on top of what is there now.
    pub fn keep_mine(self) {
        if let Some(theirs) = self.theirs.get_untracked() {
            self.begin_from(theirs);
        }
        self.preview.set(None);
    }

    fn begin_from(self, manifest: Manifest) {
        self.original.set(manifest.text);
        self.base.set(Some(manifest.base));
        self.theirs.set(None);
    }

    /// The object may have changed.
    fn compare(self, now: Manifest) {
        let base = self.base.get_untracked();
        if base.is_some_and(|base| written(&base) == written(&now.base)) {
            self.theirs.set(None);
        } else if self.typed.get_untracked() == self.original.get_untracked() {
            // Nobody has typed: the newer text simply takes the place of the older.
            let text = now.text.clone();
            self.begin_from(now);
            self.replace(&text);
        } else {
            self.theirs.set(Some(now));
        }
    }

    /// It is in the cluster: nothing is left to be kept.
    pub fn applied(self) {
        self.original.set(self.typed.get_untracked());
    }

    /// Looks at the object again whenever its version moves on.
    pub fn watch(self, resource: ResourceRef, version: Signal<String>) {
        let look = move |()| {
            let resource = resource.clone();
            leptos::task::spawn_local(async move {
                if let Ok(now) = read_manifest(resource, false).await
                    && self.typed.try_get_untracked().is_some()
                {
                    self.compare(now);
                }
            });
        };
        let mut look = debounce(SETTLED, look);
        Effect::new(move |before: Option<String>| {
            let now = version.get();
            if before.is_some_and(|before| before != now) {
                look(());
            }
            now
        });
    }

    /// Keeps what was typed in this tab, brings it back, and asks before the tab forgets it.
    pub fn keep(self, draft: &Draft, toasts: Toasts) {
        let draft = draft.clone();
        let name = format!("orrery-draft {}", draft.start_over);
        let is_kept = !draft.is_secret;
        Effect::new(move |before: Option<()>| {
            if before.is_none() && is_kept {
                let kept = Keep::Tab.read(&name);
                if let Some(kept) = kept.and_then(|kept| Kept::parse(&kept)) {
                    self.restore(kept, &draft);
                }
            }
            let is_changed = self.is_changed();
            match is_changed && is_kept {
                true => Keep::Tab.write(&name, &self.kept().to_json().to_string()),
                false => Keep::Tab.forget(&name),
            }
        });
        Effect::new(move |_| {
            let is_changed = move || {
                let both = self.typed.try_get_untracked().zip(self.original.try_get_untracked());
                both.is_some_and(|(typed, original)| typed != original)
            };
            let listener = window_event_listener(ev::beforeunload, move |event| {
                if is_changed() {
                    event.prevent_default();
                }
            });
            on_cleanup(move || {
                listener.remove();
                if is_changed() && is_kept {
                    toasts.say(Level::Inactive, text("editor.kept"));
                }
            });
        });
    }

    fn kept(self) -> Kept {
        Kept {
            text: self.typed.get_untracked(),
            original: self.original.get_untracked(),
            base: self.base.get_untracked(),
        }
    }

    fn restore(self, kept: Kept, fresh: &Draft) {
        if kept.text == self.original.get_untracked() {
            return;
        }
        self.original.set(kept.original);
        self.base.set(kept.base);
        self.replace(&kept.text);
        self.is_restored.set(true);
        if let Some(base) = fresh.base.clone() {
            self.compare(Manifest { text: fresh.text.clone(), base, hidden: false });
        }
    }
}

/// What a version says about what is written.
fn written(base: &Base) -> (&str, &str) {
    let version = &base.resource_version;
    (&base.uid, version.split_once(FINGERPRINT).map_or(version.as_str(), |(_, fingerprint)| fingerprint))
}

/// A draft as this tab keeps it.
#[derive(Debug, PartialEq)]
struct Kept {
    text: String,
    original: String,
    base: Option<Base>,
}

impl Kept {
    fn to_json(&self) -> Value {
        let base = self.base.as_ref().map(Base::to_field);
        json!({ "text": self.text, "original": self.original, "base": base })
    }

    fn parse(json: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(json).ok()?;
        let member = |name: &str| value[name].as_str().map(str::to_owned);
        let base = match member("base") {
            Some(base) => Some(Base::from_field(&base).ok()?),
            None => None,
        };
        Some(Self { text: member("text")?, original: member("original")?, base })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::{ClusterName, KindSlug, Namespace, ObjectName};

    fn manifest(text: &str, version: &str) -> Manifest {
        let resource = ResourceRef {
            cluster: ClusterName::parse("harbour").unwrap(),
            kind: KindSlug::parse("deployments").unwrap(),
            namespace: Some(Namespace::parse("shop").unwrap()),
            name: ObjectName::parse("web").unwrap(),
        };
        let base = Base { resource, uid: "u".into(), resource_version: version.into() };
        Manifest { text: text.into(), base, hidden: false }
    }

    fn draft(text: &str, version: &str) -> Draft {
        let Manifest { text, base, .. } = manifest(text, version);
        Draft {
            cluster: base.resource.cluster.clone(),
            namespace: base.resource.namespace.clone(),
            kind: None,
            text,
            base: Some(base),
            next: String::new(),
            start_over: "/here".into(),
            is_secret: false,
        }
    }

    fn typed(editing: Editing) -> String {
        editing.typed.get_untracked()
    }

    #[test]
    fn only_what_was_previewed_can_be_applied() {
        Owner::new().with(|| {
            let editing = Editing::of(&draft("a: 1", "1+x"));
            assert_eq!(editing.why_not_apply(true), Some(text("editor.unchanged")));

            editing.typed.set("a: 2".into());
            assert_eq!(editing.why_not_apply(true), Some(text("editor.preview-first")));

            editing.preview.set(Some(("a: 2".into(), Ok(vec![]))));
            assert_eq!(editing.why_not_apply(true), None);

            editing.typed.set("a: 3".into());
            assert_eq!(editing.why_not_apply(true), Some(text("editor.preview-first")), "the preview is old");
        });
    }

    #[test]
    fn a_newer_text_takes_the_place_of_an_older_one_only_while_nobody_types() {
        Owner::new().with(|| {
            let editing = Editing::of(&draft("a: 1", "1+x"));
            editing.compare(manifest("a: 1", "2+x"));
            assert_eq!(editing.theirs.get_untracked(), None, "only its status changed");

            editing.compare(manifest("a: 5", "3+y"));
            assert_eq!((typed(editing).as_str(), editing.theirs.get_untracked()), ("a: 5", None));

            editing.typed.set("a: mine".into());
            editing.compare(manifest("a: theirs", "4+z"));
            assert_eq!(typed(editing), "a: mine");
            assert_eq!(editing.theirs.get_untracked(), Some(manifest("a: theirs", "4+z")));
        });
    }

    #[test]
    fn a_conflict_ends_with_mine_on_top_of_theirs_or_with_theirs() {
        Owner::new().with(|| {
            let editing = Editing::of(&draft("a: 1", "1+x"));
            editing.typed.set("a: mine".into());
            editing.compare(manifest("a: theirs", "2+y"));

            editing.keep_mine();
            assert_eq!(typed(editing), "a: mine");
            assert_eq!(editing.base.get_untracked(), Some(manifest("", "2+y").base));

            editing.start_over();
            assert_eq!(typed(editing), "a: theirs");
        });
    }

    #[test]
    fn a_draft_comes_back_and_says_when_the_object_has_moved_on() {
        Owner::new().with(|| {
            let before = Editing::of(&draft("a: 1", "1+x"));
            before.typed.set("a: mine".into());
            let kept = Kept::parse(&before.kept().to_json().to_string()).unwrap();
            assert_eq!(kept, before.kept());

            let fresh = draft("a: theirs", "2+y");
            let editing = Editing::of(&fresh);
            editing.restore(kept, &fresh);

            assert_eq!(typed(editing), "a: mine");
            assert!(editing.is_restored.get_untracked());
            assert_eq!(editing.theirs.get_untracked(), Some(manifest("a: theirs", "2+y")));
        });
    }
}
