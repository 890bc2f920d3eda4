//! One line of a log.

use super::moments::Moments;
use super::parse::{LineLevel, Parsed, parse};
use super::search::Search;
use crate::ansi::{Span, spans};
use crate::words::text;
use leptos::prelude::*;
use live::LogLine;
use model::live::LogSource;

/// Colours by which the logs of several pods are told apart; after these they come again.
const COLOURS: usize = 6;

/// What every line needs.
pub struct Drawing {
    pub sources: Signal<Vec<LogSource>>,
    pub moments: Moments,
    pub pointed_at: Option<i64>,
    pub line_link: Option<Callback<i64, String>>,
    pub search: Search,
}

impl Drawing {
    pub fn line(&self, line: &LogLine) -> AnyView {
        let (number, at) = (line.number, line.at_nanoseconds);
        let parsed = parse(&line.text);
        let level = parsed.level.map(LineLevel::word);
        let is_pointed = (self.pointed_at == Some(at)).then_some("");
        let search = self.search;
        let gap = line.after_gap.then(|| view! { <p class="log-gap">{text("log.gap")}</p> });
        view! {
            {gap}
            <p
                class="log-line"
                data-line=number
                data-level=level
                data-pointed=is_pointed
                data-hit=move || search.has(number).then_some("")
                data-current=move || (search.current.get() == Some(number)).then_some("")
            >
                {self.time(at)}
                {self.source(line.source)}
                {content(&line.text, parsed)}
            </p>
        }
        .into_any()
    }

    fn time(&self, at: i64) -> AnyView {
        let moments = self.moments.clone();
        let words = move || moments.write(at);
        match self.line_link {
            Some(link) => {
                let href = link.run(at);
                view! { <a class="log-time" href=href title=text("log.link")>{words}</a> }.into_any()
            }
            None => view! { <span class="log-time">{words}</span> }.into_any(),
        }
    }

    fn source(&self, place: u16) -> AnyView {
        let sources = self.sources;
        let name = move || {
            let sources = sources.read();
            sources.get(place as usize).map(|source| format!("{}/{}", source.pod, source.container))
        };
        view! { <span class="log-source" data-colour=place as usize % COLOURS title=name>{name}</span> }
            .into_any()
    }
}

/// The text with its colours; of a JSON object its sentence and its fields, with the text beside for who wants it plain.
fn content(line: &str, parsed: Parsed) -> AnyView {
    let plain = spans(line).into_iter().map(piece).collect_view();
    if parsed.message.is_none() && parsed.fields.is_empty() {
        return plain.into_any();
    }
    let field = |(key, value): (String, String)| {
        view! { <span class="log-field"><span class="log-key">{key}"="</span>{value}</span>" " }
    };
    let fields = parsed.fields.into_iter().filter(|(key, _)| !is_told(key)).map(field).collect_view();
    view! {
        <span class="log-json">
            {parsed.message.map(|message| view! { <span class="log-message">{message}</span>" " })}
            {fields}
        </span>
        <span class="log-plain">{plain}</span>
    }
    .into_any()
}

/// Fields that a line shows in other ways: its time, and its level as colour.
fn is_told(key: &str) -> bool {
    matches!(key, "time" | "ts" | "timestamp" | "@timestamp" | "t")
}

/// A text as terminals show it: with its colours, and without whatever else it would do to one.
pub fn line_text(text: &str) -> AnyView {
    spans(text).into_iter().map(piece).collect_view().into_any()
}

fn piece(Span { text, look }: Span) -> AnyView {
    let class = look.class();
    if class.is_empty() { text.into_any() } else { view! { <span class=class>{text}</span> }.into_any() }
}
