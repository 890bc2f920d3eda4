//! Sending a command's form: by the browser itself, or without leaving the page where scripts run.

use leptos::ev::SubmitEvent;
use leptos::form::FromFormData;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::ConsoleError;

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

/// Handles a form's submission: sends its fields to the server function, and calls `done` when it went well. The server
/// leads to the next page. Signals may be gone by the time the answer comes, so they are only tried.
pub fn send_on_submit<F>(sending: Sending, done: Callback<F::Output>) -> impl Fn(SubmitEvent) + 'static
where
    F: ServerFn<Error = ConsoleError> + FromFormData + 'static,
    F::Output: Send + Sync + 'static,
{
    move |event: SubmitEvent| {
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        if sending.is_busy.get_untracked() {
            return;
        }
        let fields = match F::from_event(&event) {
            Ok(fields) => fields,
            Err(problem) => {
                sending.error.set(Some(ConsoleError::Transport(problem.to_string())));
                return;
            }
        };
        sending.is_busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = fields.run_on_client().await;
            let _ = sending.is_busy.try_set(false);
            match answer {
                Ok(output) => {
                    let _ = sending.error.try_set(None);
                    let _ = done.try_run(output);
                }
                Err(error) => {
                    let _ = sending.error.try_set(Some(error));
                }
            }
        });
    }
}
