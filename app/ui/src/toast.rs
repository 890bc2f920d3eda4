//! Short messages that come and go, and are read out.

use crate::status::shape;
use crate::words::text;
use crate::{Glyph, Icon};
use leptos::prelude::*;
use model::Level;
use std::sync::Arc;
use std::time::Duration;

/// How long a message stays; long enough to read two lines twice.
const STAY: Duration = Duration::from_secs(8);
/// How long one stays with which something can be done: it has to be reached too.
const STAY_FOR_OFFER: Duration = Duration::from_secs(12);

#[derive(Clone)]
struct Toast {
    number: u32,
    level: Level,
    message: String,
    offer: Option<Offer>,
}

/// What can be done about what a message tells. It outlives the page that made it.
#[derive(Clone)]
struct Offer {
    title: String,
    act: Arc<dyn Fn() + Send + Sync>,
}

/// Messages to the reader, from anywhere below [`provide_toasts`].
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    next: RwSignal<u32>,
    read_out: RwSignal<String>,
}

impl Toasts {
    fn new() -> Self {
        Self {
            shown: RwSignal::new(Vec::new()),
            next: RwSignal::new(0),
            read_out: RwSignal::new(String::new()),
        }
    }

    /// Shows a message for some seconds and reads it out. Failures stay until they are dismissed.
    pub fn say(self, level: Level, message: impl Into<String>) {
        self.show(level, message.into(), None);
    }

    /// The same, with a button that does something about it, such as taking it back, and takes the message away. It stays
    /// longer.
    pub fn offer(
        self,
        level: Level,
        message: impl Into<String>,
        title: impl Into<String>,
        act: impl Fn() + Send + Sync + 'static,
    ) {
        let offer = Offer { title: title.into(), act: Arc::new(act) };
        self.show(level, message.into(), Some(offer));
    }

    fn show(self, level: Level, message: String, offer: Option<Offer>) {
        let number = self.next.get_untracked();
        self.next.set(number + 1);
        let stay = if offer.is_some() { STAY_FOR_OFFER } else { STAY };
        self.shown.update(|shown| shown.push(Toast { number, level, message, offer }));
        if level != Level::Failed {
            set_timeout(move || self.dismiss(number), stay);
        }
    }

    /// Reads something out that everybody else sees already, such as the title of another page.
    pub fn read_out(self, words: impl Into<String>) {
        self.read_out.set(words.into());
    }

    fn dismiss(self, number: u32) {
        self.shown.update(|shown| shown.retain(|toast| toast.number != number));
    }
}

/// Lets everything below show messages.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts::new();
    provide_context(toasts);
    toasts
}

/// The page's messages; messages to nobody where none are provided.
pub fn use_toasts() -> Toasts {
    use_context().unwrap_or_else(Toasts::new)
}

/// Where messages appear. Part of [`Frame`](crate::Frame).
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = use_toasts();
    let toast = move |toast: Toast| {
        let number = toast.number;
        let offer = toast.offer.map(|Offer { title, act }| {
            let press = move |_| {
                toasts.dismiss(number);
                act();
            };
            view! { <button class="button" data-kind="quiet" type="button" on:click=press>{title}</button> }
        });
        view! {
            <li class="toast" data-level=toast.level.word()>
                {shape(toast.level)}
                <p>{toast.message}</p>
                {offer}
                <button
                    class="icon-button"
                    type="button"
                    aria-label=text("dismiss")
                    on:click=move |_| toasts.dismiss(number)
                >
                    <Icon glyph=Glyph::Cross/>
                </button>
            </li>
        }
    };
    view! {
        <ul class="toasts" aria-live="polite" aria-label=text("messages")>
            <For each=move || toasts.shown.get() key=|toast| toast.number children=toast/>
        </ul>
        <p class="visually-hidden" role="status">{move || toasts.read_out.get()}</p>
    }
}
