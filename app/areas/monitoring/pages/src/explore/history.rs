//! What was asked last in this tab. Queries name what is measured, so they are not for whoever signs in here next.

use super::asked::{FIELDS, Queries, is_blank, next_place};
use crate::address::TimeAddress;
use crate::words::{text, text_with};
use leptos::prelude::*;
use ui::{Button, Keep};

/// Under which name it is kept.
const KEPT: &str = "orrery-queries";
/// What stands between two queries, which may have lines.
const BETWEEN: &str = "\u{1e}";
/// How many are remembered.
const REMEMBERED: usize = 20;

/// The last queries, each to be asked again, alone or beside those of the page. Empty until scripts run.
pub fn history(address: Memo<TimeAddress>, typed: Memo<Queries>) -> AnyView {
    let asked = RwSignal::new(Vec::<String>::new());
    Effect::new(move |before: Option<()>| {
        if before.is_none() {
            asked.set(remembered(&Keep::Tab.read(KEPT).unwrap_or_default()));
        }
        let now = typed.get();
        if now.iter().all(|query| is_blank(query)) {
            return;
        }
        asked.update(|asked| remember(asked, &now));
        Keep::Tab.write(KEPT, &asked.read_untracked().join(BETWEEN));
    });
    let forget = Callback::new(move |()| {
        Keep::Tab.forget(KEPT);
        asked.set(Vec::new());
    });
    let lines = move || asked.get().into_iter().map(|query| line(query, address, typed)).collect_view();
    let shown = move || {
        view! {
            <details class="explore-history">
                <summary>{text("explore.history")}</summary>
                <p class="hint">{text("explore.history.text")}</p>
                <ul>{lines}</ul>
                <Button on_press=forget>{text("explore.history.forget")}</Button>
            </details>
        }
    };
    let is_any = Memo::new(move |_| !asked.read().is_empty());
    (move || is_any.get().then(shown)).into_any()
}

fn line(query: String, address: Memo<TimeAddress>, typed: Memo<Queries>) -> AnyView {
    let words = query.clone();
    let spoken = text_with("explore.history.beside.of", &[("query", &query)]);
    let query = StoredValue::new(query);
    let alone = move || {
        let first = (FIELDS[0].to_owned(), query.get_value());
        address.read().with(|address| address.kept = vec![first])
    };
    let beside = move || {
        let typed = typed.read();
        let is_there = typed.iter().any(|other| other.trim() == *query.read_value());
        let is_first = typed.iter().all(|other| is_blank(other));
        let place = next_place(&typed).filter(|_| !is_there && !is_first)?;
        let next = (FIELDS[place].to_owned(), query.get_value());
        let href = address.read().with(|address| address.kept.push(next));
        let spoken = spoken.clone();
        Some(
            view! { " "<a class="explore-beside" href=href aria-label=spoken>{text("explore.history.beside")}</a> },
        )
    };
    view! { <li><a href=alone><code>{words}</code></a>{beside}</li> }.into_any()
}

/// What was kept.
fn remembered(kept: &str) -> Vec<String> {
    kept.split(BETWEEN).filter(|query| !is_blank(query)).map(str::to_owned).take(REMEMBERED).collect()
}

/// Puts what is asked now in front, nothing twice.
fn remember(asked: &mut Vec<String>, now: &Queries) {
    for query in now.iter().rev().map(|query| query.trim()).filter(|query| !query.is_empty()) {
        asked.retain(|known| known != query);
        asked.insert(0, query.to_owned());
    }
    asked.truncate(REMEMBERED);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_last_comes_first_and_nothing_is_kept_twice() {
        let now = |first: &str, second: &str| [first, "", second, "", ""].map(str::to_owned);
        let mut asked = Vec::new();

        remember(&mut asked, &now("up", "sum(\nup)"));
        remember(&mut asked, &now(" down ", "up"));

        assert_eq!(asked, ["down", "up", "sum(\nup)"]);
        assert_eq!(remembered(&asked.join(BETWEEN)), asked);
        (0..99).for_each(|number| remember(&mut asked, &now(&number.to_string(), "")));
        assert_eq!((asked.len(), asked[0].as_str()), (REMEMBERED, "98"));
        assert!(remembered("").is_empty());
    }
}
