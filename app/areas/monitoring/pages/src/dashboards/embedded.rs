//! A dashboard inside a page of another site: nothing in it leads anywhere, and it has no scripts.

use super::annotations::mark;
use super::panels::panels;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::Timestamp;
use monitoring_contract::{Embedded, EmbeddedDashboard, Measured, NotEmbedded, OpenedDashboard, Window};
use ui::provide_still_charts;

/// What a link shows: its title, and what stands in the document.
pub fn embedded(shown: Embedded) -> (String, AnyView) {
    match shown {
        Ok(EmbeddedDashboard { open, is_one_panel }) => dashboard(open, is_one_panel),
        Err(reason) => nothing(not_shown(&reason)),
    }
}

fn dashboard(open: OpenedDashboard, is_one_panel: bool) -> (String, AnyView) {
    provide_still_charts();
    let OpenedDashboard { line, view } = open;
    let Measured::Answered(view) = view else {
        return nothing((line.name, text("embedded.unmeasured").to_owned()));
    };
    mark(&view.annotations);
    let frame = view.frame;
    let stretch = u32::try_from(frame.end.saturating_sub(frame.start)).unwrap_or_default();
    let stretch = Window::Last(stretch).to_texts().0;
    let moment = moment(Timestamp(frame.end));
    let foot = text_with("embedded.foot", &[("stretch", &stretch), ("moment", &moment)]);
    let hidden = is_one_panel.then_some("visually-hidden");
    let content = view! {
        <main>
            <h1 class=hidden>{line.name.clone()}</h1>
            {panels(view.panels, None)}
            <p class="embedded-foot">{foot}</p>
        </main>
    };
    (line.name, content.into_any())
}

fn moment(at: Timestamp) -> String {
    at.to_rfc3339().chars().take(16).collect::<String>().replace('T', " ")
}

fn nothing((title, words): (String, String)) -> (String, AnyView) {
    let content = view! { <main class="embedded-none"><h1>{title.clone()}</h1><p>{words}</p></main> };
    (title, content.into_any())
}

/// A title and what to do. What failed inside is for who runs the console, not for every reader of another site.
fn not_shown(reason: &NotEmbedded) -> (String, String) {
    let (title, words) = match reason {
        NotEmbedded::Unknown => (text("embedded.unknown"), text("embedded.unknown.text")),
        NotEmbedded::Over(at) => {
            let words = text_with("embedded.over.text", &[("moment", &moment(*at))]);
            return (text("embedded.over").to_owned(), words);
        }
        NotEmbedded::Withdrawn => (text("embedded.withdrawn"), text("embedded.withdrawn.text")),
        NotEmbedded::NoPanel => (text("embedded.no-panel"), text("embedded.no-panel.text")),
        NotEmbedded::Failed(_) => (text("embedded.failed"), text("embedded.failed.text")),
    };
    (title.to_owned(), words.to_owned())
}
