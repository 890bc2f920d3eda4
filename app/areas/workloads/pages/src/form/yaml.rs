//! The same as YAML, beside the form: either writes the other.

use super::editing::Editing;
use crate::words::text;
use leptos::prelude::*;
use model::{ConsoleError, FieldProblem, Level};
use std::time::Duration;
use ui::{Banner, CodeEditor, error_words};
use workloads_contract::{Draft, read_yaml};

/// The YAML is read when nobody has typed for so long.
const SETTLED: Duration = Duration::from_millis(500);

/// The pane. What is typed into it is read by the server and becomes the form's.
pub fn pane(editing: Editing) -> AnyView {
    let given = RwSignal::new(untrack(|| editing.draft.read().to_yaml()));
    let problems = RwSignal::new(Vec::<FieldProblem>::new());
    let typed = RwSignal::new(String::new());
    Effect::new(move |before: Option<u32>| {
        let text = editing.draft.read().to_yaml();
        let from_yaml = editing.from_yaml.get_untracked();
        // Written back, a text would lose its comments and its cursor.
        if before.is_none_or(|before| before == from_yaml) && *given.read_untracked() != text {
            given.set(text);
            problems.set(Vec::new());
        }
        from_yaml
    });
    let read = move |asked: String| {
        leptos::task::spawn_local(async move {
            let answer = read_yaml(asked.clone()).await;
            // Something else may have been typed meanwhile, or the page left.
            if typed.try_get_untracked().as_ref() == Some(&asked) {
                take(editing, answer, problems);
            }
        });
    };
    let mut settled = debounce(SETTLED, read);
    let on_change = Callback::new(move |text: String| typed.set(text));
    Effect::new(move |_| {
        let text = typed.get();
        if !text.is_empty() {
            settled(text);
        }
    });
    let notice = move || {
        (!problems.read().is_empty())
            .then(|| view! { <Banner level=Level::Warning>{text("yaml.unread")}</Banner> })
    };
    view! {
        {notice}
        <CodeEditor name="text" label=text("yaml") text=given problems on_change/>
    }
    .into_any()
}

fn take(
    editing: Editing,
    answer: Result<Vec<serde_json::Value>, ConsoleError>,
    problems: RwSignal<Vec<FieldProblem>>,
) {
    match answer {
        Ok(objects) => {
            problems.set(Vec::new());
            let draft = Draft { objects };
            if *editing.draft.read_untracked() != draft {
                editing.from_yaml.update(|count| *count += 1);
                editing.told.update(Vec::clear);
                editing.draft.set(draft);
            }
        }
        Err(ConsoleError::Invalid { problems: found }) => problems.set(found),
        Err(error) => problems.set(vec![FieldProblem::new("", error_words(&error))]),
    }
}
