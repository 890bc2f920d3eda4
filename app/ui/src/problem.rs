//! What went wrong, and what to do next.

use crate::cause::cause_words;
use crate::fault::problem_words;
use crate::missing::{ask_for, granted_by_words, place_of};
use crate::status::shape;
use crate::things::not_found_words;
use crate::words::{text, text_with};
use crate::{Button, CopyButton, LinkButton};
use leptos::prelude::*;
use model::{ConsoleError, FieldProblem, Level, Need, System};

/// An error as the reader's next step: sign in, ask for a right, correct fields, compare, retry, quote a reference.
#[component]
pub fn Problem(
    /// What went wrong.
    error: ConsoleError,
    /// The page to load again; for retrying without scripts and for coming back after signing in.
    #[prop(optional, into)]
    here: Option<String>,
    /// Tries again without leaving the page.
    #[prop(optional, into)]
    on_retry: Option<Callback<()>>,
    /// It stands for the whole page, so its title is the page's heading.
    #[prop(optional)]
    is_page: bool,
) -> impl IntoView {
    let draw = move |cause, level, words, action| draw(cause, level, words, action, is_page);
    let again = Again { here, on_retry };
    match error {
        ConsoleError::NotSignedIn => {
            let next = again.here.map(|here| format!("?next={}", model::link::escape(&here)));
            let href = format!("/sign-in{}", next.unwrap_or_default());
            let action = view! { <LinkButton href=href>{text("sign-in")}</LinkButton> }.into_any();
            draw("sign-in", Level::Inactive, ().into_any(), action)
        }
        ConsoleError::Forbidden { need, said } => {
            let mine = model::link::rights("", &place_of(&need));
            let action =
                view! { {ask_for(&need)} <LinkButton href=mine>{text("problem.rights")}</LinkButton> };
            draw("forbidden", Level::Inactive, missing_right(need, said), action.into_any())
        }
        ConsoleError::NotFound { what, thing } => {
            let words = view! { <p>{not_found_words(&what, thing.as_ref())}</p> };
            draw("not-found", Level::Unknown, words.into_any(), ().into_any())
        }
        ConsoleError::Invalid { problems } => draw("invalid", Level::Failed, fields(problems), ().into_any()),
        ConsoleError::Conflict { problems } => {
            draw("conflict", Level::Warning, fields(problems), again.view())
        }
        ConsoleError::Unavailable { system, cause, may_be_done } => {
            let system = system_words(&system);
            let words = view! {
                <p>{text_with("problem.unavailable.text", &[("system", &system)])}</p>
                <p class="problem-cause">{cause_words(&cause)}</p>
                {may_be_done.then(|| view! { <p>{text("problem.may-be-done")}</p> })}
            };
            draw("unavailable", Level::Failed, words.into_any(), again.view())
        }
        ConsoleError::Transport(cause) => {
            let words = view! { <p class="problem-cause">{cause}</p> };
            draw("transport", Level::Failed, words.into_any(), again.view())
        }
        ConsoleError::Internal { reference } => {
            let words = view! {
                <p>{text("problem.internal.text")}</p>
                <p class="problem-reference">
                    <code>{reference.clone()}</code>
                    <CopyButton value=reference/>
                </p>
            };
            draw("internal", Level::Failed, words.into_any(), again.view())
        }
    }
}

/// The way to try once more: a button where scripts run, otherwise the page's own address.
struct Again {
    here: Option<String>,
    on_retry: Option<Callback<()>>,
}

impl Again {
    fn view(self) -> AnyView {
        match (self.on_retry, self.here) {
            (Some(on_retry), _) => view! { <Button on_press=on_retry>{text("retry")}</Button> }.into_any(),
            (None, Some(here)) => view! { <LinkButton href=here>{text("retry")}</LinkButton> }.into_any(),
            (None, None) => ().into_any(),
        }
    }
}

fn draw(cause: &'static str, level: Level, words: AnyView, action: AnyView, is_page: bool) -> AnyView {
    let title = crate::words::text_of("problem.title", cause);
    let title = if is_page {
        view! { <h1 class="problem-title">{title}</h1> }.into_any()
    } else {
        view! { <p class="problem-title">{title}</p> }.into_any()
    };
    view! {
        <div class="problem" data-level=level.word() role="alert">
            {shape(level)}
            <div class="problem-words">
                {title}
                {words}
                <div class="problem-action">{action}</div>
            </div>
        </div>
    }
    .into_any()
}

fn missing_right(need: Need, said: Option<String>) -> AnyView {
    let place = match (need.cluster, need.namespace) {
        (Some(cluster), Some(namespace)) => format!("{cluster} / {namespace}"),
        (Some(cluster), None) => cluster,
        (None, namespace) => namespace.unwrap_or_default(),
    };
    let right = format!("{} {}", need.verb, need.resource);
    view! {
        <dl class="key-value">
            <div class="key-value-item"><dt>{text("problem.need")}</dt><dd><code>{right}</code></dd></div>
            {(!place.is_empty()).then(|| {
                view! { <div class="key-value-item"><dt>{text("problem.place")}</dt><dd>{place}</dd></div> }
            })}
            <div class="key-value-item"><dt>{text("problem.granted-by")}</dt><dd>{granted_by_words(&need.granted_by)}</dd></div>
            {said.map(|said| {
                view! { <div class="key-value-item"><dt>{text("problem.said")}</dt><dd>{said}</dd></div> }
            })}
        </dl>
    }
    .into_any()
}

/// What a system is called in the reader's language.
pub fn system_words(system: &System) -> String {
    match system {
        System::Cluster(name) => text_with("system.cluster", &[("name", name)]),
        System::ApiGroup(name, group) => text_with("system.group", &[("name", name), ("group", group)]),
        System::Monitoring(name) => text_with("system.monitoring", &[("name", name)]),
        System::Records(name) => text_with("system.records", &[("name", name)]),
        System::Mail => text("system.mail").to_owned(),
        System::Database => text("system.database").to_owned(),
    }
}

fn fields(problems: Vec<FieldProblem>) -> AnyView {
    let line = |problem: FieldProblem| {
        let words = problem_words(&problem);
        let FieldProblem { field, line, .. } = problem;
        view! {
            <li>
                {(!field.is_empty()).then(|| view! { <code>{field}</code> })}
                {line.map(|line| view! { <span class="problem-line">{text_with("line", &[("line", &line)])}</span> })}
                <span>{words}</span>
            </li>
        }
    };
    view! { <ul class="problem-fields">{problems.into_iter().map(line).collect_view()}</ul> }.into_any()
}
