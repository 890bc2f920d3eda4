//! One file on its way. `XmlHttpRequest`, because `fetch` does not tell how much of a body has gone.

use crate::words::{text, text_with};
use leptos::prelude::*;
use model::ConsoleError;
use model::fault::FileFault;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{File, ProgressEvent, XmlHttpRequest};
use workloads_contract::{FileName, FilePlace, InvalidPath, LARGEST_UPLOAD_BYTES, upload_address};

/// How a file stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stand {
    Waits,
    Sends,
    /// Everything has gone; the container writes it down.
    Settles,
    Done,
    /// A file of this name is there already.
    Exists,
    Failed(ConsoleError),
}

/// A file that was chosen, for a folder.
#[derive(Clone, Copy)]
pub(super) struct Sending {
    pub number: u32,
    folder: StoredValue<FilePlace>,
    file: StoredValue<File, LocalStorage>,
    request: StoredValue<Option<XmlHttpRequest>, LocalStorage>,
    stand: RwSignal<Stand>,
    sent_bytes: RwSignal<f64>,
    replaces: StoredValue<bool>,
}

impl Sending {
    pub fn new(number: u32, folder: FilePlace, file: File) -> Self {
        let stand = match check(&file) {
            Ok(()) => Stand::Waits,
            Err(error) => Stand::Failed(error),
        };
        Self {
            number,
            folder: StoredValue::new(folder),
            file: StoredValue::new_local(file),
            request: StoredValue::new_local(None),
            stand: RwSignal::new(stand),
            sent_bytes: RwSignal::new(0.0),
            replaces: StoredValue::new(false),
        }
    }

    pub fn name(self) -> String {
        self.file.with_value(File::name)
    }

    /// The folder that it goes to.
    pub fn folder(self) -> String {
        self.folder.with_value(|folder| folder.path.as_str().to_owned())
    }

    pub fn stand(self) -> Stand {
        self.stand.get()
    }

    pub fn size_bytes(self) -> f64 {
        self.file.with_value(|file| file.size())
    }

    pub fn sent_bytes(self) -> f64 {
        self.sent_bytes.get()
    }

    /// How much has gone, of a hundred.
    pub fn share(self) -> u32 {
        let all = self.size_bytes();
        if all > 0.0 { (self.sent_bytes() / all * 100.0).clamp(0.0, 100.0) as u32 } else { 100 }
    }

    pub fn waits(self) -> bool {
        *self.stand.read_untracked() == Stand::Waits
    }

    pub fn is_under_way(self) -> bool {
        matches!(*self.stand.read_untracked(), Stand::Sends | Stand::Settles)
    }

    /// Waits for its turn again, to take the place of the file that is there.
    pub fn replace(self) {
        self.replaces.set_value(true);
        self.stand.set(Stand::Waits);
    }

    /// Breaks it off. The container keeps nothing of it.
    pub fn cancel(self) {
        if let Some(Some(request)) = self.request.try_update_value(Option::take) {
            // One that has ended cannot be broken off, and need not be.
            let _ = request.abort();
        }
    }

    /// Sends it; calls back when it has ended, one way or the other.
    pub fn send(self, ended: impl Fn() + 'static) {
        self.stand.set(Stand::Sends);
        self.sent_bytes.set(0.0);
        if self.begin(ended).is_none() {
            self.stand.set(Stand::Failed(ConsoleError::Transport(text("files.lost.unsent").into())));
        }
    }

    fn begin(self, ended: impl Fn() + 'static) -> Option<()> {
        let file = self.file.get_value();
        let name = FileName::parse(&file.name()).ok()?;
        let replaces = self.replaces.get_value();
        let address =
            self.folder.with_value(|folder| upload_address(folder, &name, file.size() as u64, replaces));
        let request = XmlHttpRequest::new().ok()?;
        request.open("POST", &address).ok()?;
        request.set_request_header("content-type", "application/octet-stream").ok()?;
        let progress =
            Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| self.note(&event));
        request.upload().ok()?.set_onprogress(Some(progress.into_js_value().unchecked_ref()));
        let over = {
            let request = request.clone();
            Closure::<dyn FnMut()>::new(move || {
                // Whoever took it from the list does not hear of it any more.
                if self.stand.try_set(outcome(&request)).is_none() {
                    ended();
                }
            })
        };
        request.set_onloadend(Some(over.into_js_value().unchecked_ref()));
        self.request.set_value(Some(request.clone()));
        request.send_with_opt_blob(Some(&*file)).ok()
    }

    fn note(self, event: &ProgressEvent) {
        let sent = event.loaded();
        let _ = self.sent_bytes.try_set(sent);
        if sent >= event.total() {
            let _ = self.stand.try_set(Stand::Settles);
        }
    }
}

/// What need not be sent to be refused.
fn check(file: &File) -> Result<(), ConsoleError> {
    FileName::parse(&file.name()).map_err(|InvalidPath| ConsoleError::refused("name", FileFault::Name))?;
    if file.size() > LARGEST_UPLOAD_BYTES as f64 {
        return Err(ConsoleError::refused("size", FileFault::Large(LARGEST_UPLOAD_BYTES >> 30)));
    }
    Ok(())
}

fn outcome(request: &XmlHttpRequest) -> Stand {
    let status = request.status().unwrap_or_default();
    let text = request.response_text().ok().flatten().unwrap_or_default();
    read_answer(status, &text)
}

/// What the server's answer means.
fn read_answer(status: u16, body: &str) -> Stand {
    match (status, serde_json::from_str::<ConsoleError>(body)) {
        (200..=299, _) => Stand::Done,
        (_, Ok(ConsoleError::Conflict { .. })) => Stand::Exists,
        (_, Ok(error)) => Stand::Failed(error),
        (0, Err(_)) => Stand::Failed(ConsoleError::Transport(text("files.lost.broken-off").into())),
        (status, Err(_)) => {
            Stand::Failed(ConsoleError::Transport(text_with("files.lost.answer", &[("status", &status)])))
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_how_it_went() {
        let json = |error: &ConsoleError| serde_json::to_string(error).unwrap();
        let full = ConsoleError::invalid("path", "no room");

        assert_eq!(read_answer(204, ""), Stand::Done);
        assert_eq!(read_answer(409, &json(&ConsoleError::Conflict { problems: Vec::new() })), Stand::Exists);
        assert_eq!(read_answer(422, &json(&full)), Stand::Failed(full));
        assert!(matches!(read_answer(0, ""), Stand::Failed(ConsoleError::Transport(_))));
        assert!(matches!(read_answer(502, "<html>"), Stand::Failed(ConsoleError::Transport(_))));
    }
}
