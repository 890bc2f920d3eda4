//! Forms that send a command: by the browser itself, or without leaving the page where scripts run.

use crate::keys::focus_wrong;
use crate::listed::about_words;
use crate::posting::{FormAnswer, fields_of, post_form, submitted};
use crate::refused::{Returned, refusal};
use crate::{Button, ButtonKind, FormProblems, Problem, use_leading, use_toasts};
use leptos::ev::{MouseEvent, SubmitEvent};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use model::{ConsoleError, Level};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlFormElement};

/// A command and its form.
pub struct Command {
    /// The address of the server function.
    pub action: &'static str,
    /// The words on its button.
    pub submit: String,
    /// What it is about, read out behind those words: for forms of which a page has several with the same words.
    pub about: Option<String>,
    /// The weight of that button.
    pub kind: ButtonKind,
    /// Fields that are not shown: names and values.
    pub hidden: Vec<(&'static str, String)>,
    /// Where the way back leads, if there is one: its words and address.
    pub cancel: Option<(String, String)>,
    /// A question about what stands in the form, if there is one: the words of its button, and the page that answers it
    /// with the fields in its address.
    pub ask: Option<(String, String)>,
    /// Names of the fields that show what is wrong with them themselves.
    pub fields: &'static [&'static str],
    /// What is said when it went well, where the page does not show that by itself.
    pub done: Option<String>,
    /// Called with the answer, as text, when it went well.
    pub on_done: Option<Callback<String>>,
}

impl Command {
    /// A command with a plain form.
    pub fn new(action: &'static str, submit: impl Into<String>) -> Self {
        Self {
            action,
            submit: submit.into(),
            about: None,
            kind: ButtonKind::Primary,
            hidden: Vec::new(),
            cancel: None,
            ask: None,
            fields: &[],
            done: None,
            on_done: None,
        }
    }
}

/// A command's form with what the page puts into it. A failure stands at its fields, or above the button; without scripts
/// the browser is led back here with it in the address, and what was typed stands in the fields once more.
pub fn command_form(command: Command, fields: impl FnOnce(FormProblems) -> AnyView) -> AnyView {
    let Command { action, submit, about, kind, hidden, cancel, ask, fields: own, done, on_done } = command;
    let error = RwSignal::new(refusal(action));
    let is_busy = RwSignal::new(false);
    let problems = FormProblems::of(error.into());
    let general = move || {
        let error = error.get()?;
        let is_at_fields = matches!(&error, ConsoleError::Invalid { problems }
            if problems.iter().all(|problem| own.contains(&problem.field.as_str())));
        (!is_at_fields).then(|| view! { <Problem error/> })
    };
    let returned = Returned::of(action, &hidden);
    // The version too is the one that was sent: what was typed is about that, whatever the page knows by now.
    let hidden = hidden.into_iter().map(|(name, value)| {
        let value = returned.value(name).unwrap_or(value);
        view! { <input type="hidden" name=name value=value/> }
    });
    let hidden = hidden.collect_view();
    let fields = returned.around(|| fields(problems));
    let send = send_on_submit(action, error, is_busy, done, on_done);
    let words = match about {
        Some(about) => {
            view! { {submit}<span class="visually-hidden">{about_words(&about)}</span> }.into_any()
        }
        None => submit.into_any(),
    };
    view! {
        <form class="form" method="post" action=action on:submit=send>
            {hidden}
            {fields}
            {general}
            <div class="form-actions">
                <Button kind form_type="submit" busy=is_busy>{words}</Button>
                {ask.map(ask_button)}
                {cancel.map(|(words, href)| view! { <a class="button" href=href>{words}</a> })}
            </div>
        </form>
    }
    .into_any()
}

/// Sends the form as a question, without leaving the page where scripts run.
fn ask_button((words, page): (String, String)) -> AnyView {
    let navigate = use_navigate();
    let there = page.clone();
    let ask = move |event: MouseEvent| {
        let pressed = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let form = pressed.and_then(|pressed| pressed.closest("form").ok().flatten());
        let form = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
        let Some(fields) = form.and_then(|form| fields_of(&form)) else { return };
        event.prevent_default();
        let (path, place) = there.split_once('#').unwrap_or((there.as_str(), ""));
        // To the answer, where the page says which part of it that is.
        let scroll = !place.is_empty();
        let place = if scroll { format!("#{place}") } else { String::new() };
        navigate(&format!("{path}?{fields}{place}"), NavigateOptions { scroll, ..Default::default() });
    };
    view! {
        <button class="button" type="submit" formmethod="get" formaction=page formnovalidate=true on:click=ask>
            <span>{words}</span>
        </button>
    }
    .into_any()
}

/// Signals may be gone by the time the answer comes, so they are only tried.
fn send_on_submit(
    action: &'static str,
    error: RwSignal<Option<ConsoleError>>,
    is_busy: RwSignal<bool>,
    done: Option<String>,
    on_done: Option<Callback<String>>,
) -> impl Fn(SubmitEvent) + 'static {
    let (leading, toasts) = (use_leading(), use_toasts());
    move |event: SubmitEvent| {
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        let (false, Some(form)) = (is_busy.get_untracked(), submitted(&event)) else { return };
        let Some(body) = fields_of(&form) else { return };
        is_busy.set(true);
        let (here, done) = (leading.here(), done.clone());
        leptos::task::spawn_local(async move {
            let answer = post_form(action, body.clone()).await;
            let _ = is_busy.try_set(false);
            match answer {
                Ok(FormAnswer { next, text }) => {
                    let _ = error.try_set(None);
                    // What was typed has been taken. A page that shows the form again would otherwise show it with that
                    // still in it: a field that was typed into does not follow its value any more. What was typed while
                    // the answer was on its way stays.
                    if fields_of(&form).as_ref() == Some(&body) {
                        form.reset();
                    }
                    if let Some(done) = done {
                        toasts.say(Level::Healthy, done);
                    }
                    if let Some(next) = next {
                        here.lead_to(&next);
                    }
                    if let Some(on_done) = on_done {
                        let _ = on_done.try_run(text);
                    }
                }
                Err(failure) => {
                    let _ = error.try_set(Some(failure));
                    // What is wrong may stand far above the button: once it is there, it is led to.
                    request_animation_frame(move || focus_wrong(&form));
                }
            }
        });
    }
}
