//! Sending a command's form: by the browser itself, or without leaving the page where scripts run.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::ConsoleError;
use serde::de::DeserializeOwned;
use ui::{post_form, submitted_fields, use_leading};

/// How a command's form stands.
#[derive(Clone, Copy)]
pub struct Sending {
    /// It is under way.
    pub is_busy: RwSignal<bool>,
    /// Why it failed the last time.
    pub error: RwSignal<Option<ConsoleError>>,
}

impl Sending {
    /// Nothing is sent yet; but without scripts a failure leads back here.
    pub fn of<F: ServerFn<Error = ConsoleError>>() -> Self {
        Self { is_busy: RwSignal::new(false), error: RwSignal::new(ui::refusal(F::PATH)) }
    }
}

/// Handles a form's submission: sends its fields to the server function, and calls `done` when it went well. Then the server
/// leads to the next page, unless the reader has left this one. Signals may be gone by the time the answer comes, so they are
/// only tried.
pub fn send_on_submit<F>(sending: Sending, done: Callback<F::Output>) -> impl Fn(SubmitEvent) + 'static
where
    F: ServerFn<Error = ConsoleError> + 'static,
    F::Output: DeserializeOwned + Send + Sync + 'static,
{
    let leading = use_leading();
    move |event: SubmitEvent| {
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        if sending.is_busy.get_untracked() {
            return;
        }
        let Some(fields) = submitted_fields(&event) else { return };
        let here = leading.here();
        sending.is_busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = post_form(F::PATH, fields).await;
            let answer = answer.and_then(|answer| Ok((output::<F>(&answer.text)?, answer.next)));
            let _ = sending.is_busy.try_set(false);
            match answer {
                Ok((output, next)) => {
                    let _ = sending.error.try_set(None);
                    let _ = done.try_run(output);
                    if let Some(next) = next {
                        here.lead_to(&next);
                    }
                }
                Err(error) => {
                    let _ = sending.error.try_set(Some(error));
                }
            }
        });
    }
}

fn output<F: ServerFn>(text: &str) -> Result<F::Output, ConsoleError>
where
    F::Output: DeserializeOwned,
{
    serde_json::from_str(text).map_err(|error| ConsoleError::Transport(error.to_string()))
}
