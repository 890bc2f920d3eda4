//! Files on their way into a container, one after the other.

use super::sending::{Sending, Stand};
use crate::words::{text, text_with};
use leptos::ev::DragEvent;
use leptos::html::Input;
use leptos::prelude::*;
use model::{Level, Status, Unit};
use ui::quantity::quantity;
use ui::{Button, Glyph, StatusMark, error_words};
use web_sys::FileList;
use workloads_contract::{FilePlace, LARGEST_UPLOAD_BYTES};

/// All files that were chosen on this page. It outlives going to another folder, and ends with the page.
#[derive(Clone, Copy)]
pub(super) struct Uploads {
    list: RwSignal<Vec<Sending>>,
    next: StoredValue<u32>,
    /// Reads the folder again.
    arrived: Callback<()>,
    /// What the files hold on to lives as long as the page, whichever folder they were chosen for.
    owner: StoredValue<Owner>,
}

impl Uploads {
    pub fn new(arrived: Callback<()>) -> Self {
        let uploads = Self {
            list: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
            arrived,
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        };
        on_cleanup(move || {
            for sending in uploads.list.try_get_untracked().unwrap_or_default() {
                sending.cancel();
            }
        });
        uploads
    }

    /// Takes files for a folder, and sends them in turn.
    fn take(self, folder: &FilePlace, files: &FileList) {
        for index in 0..files.length() {
            let Some(file) = files.get(index) else { continue };
            let number = self.next.get_value();
            self.next.set_value(number + 1);
            let new = || Sending::new(number, folder.clone(), file);
            let sending = self.owner.with_value(|owner| owner.with(new));
            self.list.update(|list| list.push(sending));
        }
        self.go_on();
    }

    /// Sends the next one that waits, unless one is under way.
    fn go_on(self) {
        let list = self.list.get_untracked();
        if list.iter().any(|sending| sending.is_under_way()) {
            return;
        }
        if let Some(next) = list.iter().find(|sending| sending.waits()) {
            let next = *next;
            let ended = move || {
                // The page may be gone by now.
                let _ = self.arrived.try_run(());
                if self.list.try_get_untracked().is_some() {
                    self.go_on();
                }
            };
            next.send(ended);
        }
    }

    /// The way to choose files for a folder, and how those that were chosen stand.
    pub fn view(self, folder: &FilePlace) -> AnyView {
        let input = NodeRef::<Input>::new();
        let is_over = RwSignal::new(false);
        let place = StoredValue::new(folder.clone());
        let take = move |files: Option<FileList>| {
            if let Some(files) = files {
                place.with_value(|place| self.take(place, &files));
            }
        };
        let chosen = move |_: web_sys::Event| {
            if let Some(input) = input.get_untracked() {
                take(input.files());
                // Choosing the same file again is a choice too.
                input.set_value("");
            }
        };
        let dropped = move |event: DragEvent| {
            event.prevent_default();
            is_over.set(false);
            take(event.data_transfer().and_then(|carried| carried.files()));
        };
        let over = move |event: DragEvent| {
            event.prevent_default();
            is_over.set(true);
        };
        let choose = move |()| {
            if let Some(input) = input.get_untracked() {
                input.click();
            }
        };
        let most = quantity(LARGEST_UPLOAD_BYTES as f64, Unit::Bytes);
        view! {
            <div
                class="files-drop needs-scripts"
                data-over=move || is_over.get().then_some("")
                on:dragover=over
                on:dragleave=move |_| is_over.set(false)
                on:drop=dropped
            >
                <input node_ref=input type="file" multiple=true hidden=true on:change=chosen/>
                <Button glyph=Glyph::Upload on_press=choose>{text("files.upload")}</Button>
                <span class="hint">{text_with("files.upload.hint", &[("most", &most)])}</span>
            </div>
            {self.stand()}
        }
        .into_any()
    }

    fn stand(self) -> AnyView {
        let row = move |sending: Sending| view! { <li class="files-sending">{self.row(sending)}</li> };
        let has_any = Memo::new(move |_| !self.list.read().is_empty());
        view! {
            <Show when=move || has_any.get()>
                <ul class="files-uploads" aria-label=text("files.uploads")>
                    <For each=move || self.list.get() key=|sending| sending.number children=row/>
                </ul>
            </Show>
        }
        .into_any()
    }

    fn row(self, sending: Sending) -> AnyView {
        let forget = move |()| {
            sending.cancel();
            self.list.update(|list| list.retain(|known| known.number != sending.number));
            self.go_on();
            request_animation_frame(|| ui::rescue_focus(".files-sending button"));
        };
        let replace = move |()| {
            sending.replace();
            self.go_on();
        };
        let stand = move || match sending.stand() {
            Stand::Exists => view! { <Button on_press=replace>{text("files.replace")}</Button> }.into_any(),
            _ => ().into_any(),
        };
        let close = move || match sending.stand() {
            Stand::Waits | Stand::Sends | Stand::Settles => text("files.cancel"),
            _ => text("files.dismiss"),
        };
        view! {
            <span class="files-sending-name">{sending.name()}</span>
            <span class="hint">{sending.folder()}</span>
            <progress
                aria-label=sending.name()
                max="100"
                value=move || sending.share().to_string()
                hidden=move || !matches!(sending.stand(), Stand::Sends | Stand::Settles)
            ></progress>
            <span role="status">{move || status(sending)}</span>
            {stand}
            <Button on_press=forget>{close}</Button>
        }
        .into_any()
    }
}

/// How one stands, in words.
fn status(sending: Sending) -> AnyView {
    let (level, words) = match sending.stand() {
        Stand::Waits => (Level::Inactive, text("files.state.waits").to_owned()),
        Stand::Sends => {
            let amount = |bytes: f64| quantity(bytes, Unit::Bytes);
            let (sent, all) = (amount(sending.sent_bytes()), amount(sending.size_bytes()));
            (Level::Progressing, text_with("files.state.sends", &[("sent", &sent), ("all", &all)]))
        }
        Stand::Settles => (Level::Progressing, text("files.state.settles").to_owned()),
        Stand::Done => (Level::Healthy, text("files.state.done").to_owned()),
        Stand::Exists => (Level::Warning, text("files.state.exists").to_owned()),
        Stand::Failed(error) => {
            (Level::Failed, text_with("files.state.failed", &[("why", &error_words(&error))]))
        }
    };
    view! { <StatusMark status=Status::new(level, words)/> }.into_any()
}
