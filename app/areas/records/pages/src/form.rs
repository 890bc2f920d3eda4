//! What is looked for, and when.

use crate::address::Address;
use crate::page::problem_of;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use model::Window;
use model::window::PRESETS;
use records_contract::{Field as What, LineLevel, Of, Query, QueryProblem, Term};
use ui::{Button, ButtonKind, Field, Glyph, Icon, TimeMenu, ZoneName};

/// A line to type in, the fields in it as chips, stretches of time as links and as a form: all without scripts.
pub fn form(address: &Address) -> AnyView {
    let kept = kept(address, &["query", "before"]);
    let kept = kept.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let kept = kept.collect_view();
    let problem = problem_of(address);
    let examples = text_of("example", address.of.word());
    let offered =
        offers(address.of).into_iter().map(|value| view! { <option value=value></option> }).collect_view();
    view! {
        <form class="records-form" method="get" action=address.path() role="search">
            {kept}
            <Field
                name="query"
                label=text("query")
                value=Signal::stored(address.query.clone())
                problem=Signal::stored(problem)
                input_type="search"
                code=true
                list="record-offers"
                autocomplete="off"
                placeholder=examples
            />
            <datalist id="record-offers">{offered}</datalist>
            <Button kind=ButtonKind::Primary glyph=Glyph::Search form_type="submit">{text("search")}</Button>
        </form>
        {help(address.of)}
        {chips(address)}
        {times(address)}
    }
    .into_any()
}

/// Fields with their colon, and levels, as whole terms.
fn offers(of: Of) -> Vec<String> {
    let fields = of.fields().iter().filter(|field| **field != What::Level);
    let levels = LineLevel::ALL.into_iter().filter(|_| of == Of::Logs);
    let levels = levels.map(|level| format!("{}:{}", What::Level.word(), level.word()));
    fields.map(|field| format!("{}:", field.word())).chain(levels).collect()
}

/// What can be typed, for who opens it.
fn help(of: Of) -> AnyView {
    let field = |field: &What| {
        view! { <li><code>{field.word()}":"</code>" "{text_of("field.about", field.word())}</li> }
    };
    let fields = of.fields().iter().map(field).collect_view();
    view! {
        <details class="records-help">
            <summary>{text("help")}</summary>
            <ul>
                <li><code>"timeout"</code>" "{text("help.word")}</li>
                <li><code>"\"connection reset\""</code>" "{text("help.phrase")}</li>
                <li><code>"-healthz"</code>" "{text("help.not")}</li>
                <li><code>{if of == Of::Logs { "pod:web-*" } else { "name:web-*" }}</code>" "{text("help.prefix")}</li>
                {fields}
            </ul>
        </details>
    }
    .into_any()
}

/// The fields of the search, each a link to the search without it.
fn chips(address: &Address) -> AnyView {
    let Ok(query) = address.read() else { return ().into_any() };
    let fields = query.terms.iter().enumerate().filter(|(_, term)| matches!(term, Term::Field { .. }));
    let chip = |(index, term): (usize, &Term)| {
        let words = Query { terms: vec![term.clone()] }.to_text();
        let mut terms = query.terms.clone();
        terms.remove(index);
        let rest = Query { terms }.to_text();
        let href = address.with(|address| address.query = rest);
        let title = text_with("chip.remove", &[("term", &words)]);
        view! {
            <li><a class="chip" href=href aria-label=title.clone() title=title>{words}<Icon glyph=Glyph::Cross/></a></li>
        }
    };
    let chips: Vec<_> = fields.map(chip).collect();
    if chips.is_empty() {
        return ().into_any();
    }
    view! { <ul class="chips" aria-label=text("chips")>{chips}</ul> }.into_any()
}

fn times(address: &Address) -> AnyView {
    let preset = |seconds: u32| {
        let window = Window::Last(seconds);
        let href = address.during(window);
        let is_chosen = (!address.is_live && address.window == window).then_some("true");
        view! { <li><a href=href aria-current=is_chosen>{window.to_texts().0}</a></li> }
    };
    let fault = address.fault.map(|fault| {
        view! { <p class="field-problem" role="alert">{text_of("time.fault", fault.word())}</p> }
    });
    let live = address.with(|address| address.is_live = true);
    let is_live = address.is_live.then_some("true");
    view! {
        <div class="time-bar">
            <ul class="time-presets" aria-label=text("time.presets")>
                <li class="needs-scripts">
                    <a href=live aria-current=is_live><Icon glyph=Glyph::Follow/>{text("live")}</a>
                </li>
                {PRESETS.into_iter().map(preset).collect_view()}
            </ul>
            <TimeMenu
                window=address.window
                action=address.path()
                kept=kept(address, &["from", "to", "before", "live"])
            />
            <span class="time-zone"><ZoneName/></span>
        </div>
        {fault}
    }
    .into_any()
}

/// What a form keeps of the address: all but what it asks for itself.
fn kept(address: &Address, without: &[&str]) -> Vec<(String, String)> {
    let kept = address.pairs().into_iter().filter(|(name, _)| !without.contains(name));
    kept.map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What is wrong with what is typed.
pub fn problem_words(problem: &QueryProblem) -> String {
    match problem {
        QueryProblem::Unclosed => text("problem.unclosed").to_owned(),
        QueryProblem::NoValue(field) => text_with("problem.no-value", &[("field", &field.word())]),
        QueryProblem::Inside(value) => text_with("problem.inside", &[("value", value)]),
        QueryProblem::NoLevel(value) => text_with("problem.no-level", &[("value", value)]),
        QueryProblem::NoCode(value) => text_with("problem.no-code", &[("value", value)]),
        QueryProblem::TooLong => text("problem.too-long").to_owned(),
    }
}
