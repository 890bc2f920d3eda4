//! The page.

use crate::address::Address;
use crate::answer::answer;
use crate::around::around;
use crate::figures::figures;
use crate::form::{form, problem_words};
use crate::saved_menu::{menu, saved_searches};
use crate::tail::tail;
use crate::words::{text, text_of, text_with};
use crate::{audit, events, lines};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::{ConsoleError, Level, Timestamp, link};
use records_contract::{Found, KeptBy, Of, Rows, Shortfall, search_records};
use ui::{Banner, Empty, Glyph, LinkButton, Moments, PageHeader, PageTitle, Problem, Tab, Tabs};

/// Logs, events and the audit log of a cluster's past.
#[component]
pub fn RecordsPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let address = Memo::new(move |_| Address::parse(&params.read(), &query.read()));
    let body = move || match address.get() {
        Ok(address) if address.line.is_some() => around(address),
        Ok(address) if address.is_live => view! { {form(&address)}{tail(address)} }.into_any(),
        Ok(address) => view! { {form(&address)}{results(address)} }.into_any(),
        Err(error) => view! { <Problem error is_page=true/> }.into_any(),
    };
    view! {
        {head(address)}
        {body}
    }
}

fn head(address: Memo<Result<Address, ConsoleError>>) -> AnyView {
    let saved = saved_searches(address);
    let title = move || match &*address.read() {
        Ok(address) => format!("{} · {}", text_of("of", address.of.word()), address.cluster),
        Err(_) => text("title").to_owned(),
    };
    let tabs = Signal::derive(move || {
        let Ok(address) = address.get() else { return Vec::new() };
        let tab = |of: Of| Tab {
            id: of.word().into(),
            title: text_of("of", of.word()),
            href: link::records(&address.cluster, of.word()),
            count: None,
        };
        Of::ALL.into_iter().map(tab).collect()
    });
    let current =
        Signal::derive(move || address.read().as_ref().map_or("", |address| address.of.word()).to_owned());
    let kind = address.get_untracked().map(|address| address.cluster.to_string()).unwrap_or_default();
    view! {
        <PageTitle text=title/>
        <PageHeader title=text("title") kind actions=move || menu(saved, address)/>
        <Tabs title=text("title") tabs current/>
    }
    .into_any()
}

/// What is found, unless what is typed cannot be looked for: then the field says so.
fn results(address: Address) -> AnyView {
    if address.read().is_err() {
        return ().into_any();
    }
    let request = address.request();
    let found = Resource::new(move || request.clone(), search_records);
    answer(found, Callback::new(move |()| found.refetch()), address, answered)
}

fn answered(found: Found, address: &Address) -> AnyView {
    let figures = figures(&found, address);
    let Found { rows, next, shortfall, confined_to, kept_by, .. } = found;
    let (banners, confined) = (banners(shortfall), confined(confined_to));
    let is_empty = rows.is_empty();
    let list = match rows {
        _ if is_empty && address.before.is_none() => nothing(address),
        Rows::Logs(rows) => lines::list(rows, address, None),
        Rows::Events(rows) => events::table(rows, address),
        Rows::Audit(rows) => audit::table(rows, address),
    };
    let older = next.map(|next| {
        let href = address.with(|address| address.before = Some(next));
        view! { <LinkButton href>{text("older")}</LinkButton> }
    });
    let newest = address.before.map(|_| {
        view! { <LinkButton href=address.with(|_| ())>{text("newest")}</LinkButton> }
    });
    let file = (!is_empty).then(|| {
        view! { <LinkButton href=address.file() glyph=Glyph::Download download=true>{text("file")}</LinkButton> }
    });
    let is_of_no_moment = matches!(kept_by, KeptBy::LogStore { is_of_one_moment: false, .. });
    let moving =
        (!is_empty && is_of_no_moment).then(|| view! { <p class="records-note">{text("file.moving")}</p> });
    view! {
        {banners}
        {confined}
        {figures}
        {list}
        <div class="tab-actions">{newest}{older}{file}</div>
        {moving}
        {keeper(kept_by)}
    }
    .into_any()
}

/// What keeps what is shown, and since when where that is the console itself.
pub fn keeper(kept_by: KeptBy) -> AnyView {
    match kept_by {
        KeptBy::LogStore { name, layout, .. } => {
            let words = text_with("source", &[("source", &name), ("layout", &layout)]);
            view! { <p class="records-note">{words}</p> }.into_any()
        }
        KeptBy::Console { since } => {
            let moments = Moments::new();
            let words = move || text_with("source.own", &[("since", &minute(&moments, since))]);
            view! { <p class="records-note">{words}</p> }.into_any()
        }
    }
}

fn minute(moments: &Moments, at: Timestamp) -> String {
    moments.write(at.0.saturating_mul(1_000_000_000)).chars().take(16).collect()
}

/// Why an answer may not be all there is.
pub fn banners(shortfall: Vec<Shortfall>) -> AnyView {
    shortfall.into_iter().map(banner).collect_view().into_any()
}

/// The projects to which a search was confined.
pub fn confined(names: Option<Vec<String>>) -> AnyView {
    let words = names.map(|names| text_with("confined", &[("projects", &ui::listed(&names))]));
    words.map(|words| view! { <p class="records-note">{words}</p> }).into_any()
}

fn banner(shortfall: Shortfall) -> AnyView {
    let words = match shortfall {
        Shortfall::TimedOut => text("shortfall.time").to_owned(),
        Shortfall::Shards(failed, total, said) => {
            text_with("shortfall.shards", &[("failed", &failed), ("total", &total), ("said", &said)])
        }
        Shortfall::Foreign(count) => text_with("shortfall.foreign", &[("count", &count)]),
        Shortfall::NotKept(from, to) => {
            let moments = Moments::new();
            let words = move || {
                let (from, to) = (minute(&moments, from), minute(&moments, to));
                text_with("shortfall.not-kept", &[("from", &from), ("to", &to)])
            };
            return view! { <Banner level=Level::Warning>{words}</Banner> }.into_any();
        }
        Shortfall::Since(at) => return edge(at, |at| text_with("shortfall.since", &[("at", &at)])),
        Shortfall::Silent(at) => return edge(at, |at| text_with("shortfall.silent", &[("at", &at)])),
        Shortfall::Nothing => {
            return view! { <Banner level=Level::Inactive>{text("shortfall.nothing")}</Banner> }.into_any();
        }
    };
    view! { <Banner level=Level::Warning>{words}</Banner> }.into_any()
}

/// From when or until when something is kept: that is as it is, and nobody's fault yet.
fn edge(at: Timestamp, words: fn(String) -> String) -> AnyView {
    let moments = Moments::new();
    let words = move || words(minute(&moments, at));
    view! { <Banner level=Level::Inactive>{words}</Banner> }.into_any()
}

fn nothing(address: &Address) -> AnyView {
    let longer = model::window::PRESETS.into_iter().find(|seconds| *seconds > address.window.seconds());
    let action = longer.map(|seconds| {
        let window = model::Window::Last(seconds);
        let href = address.during(window);
        let words = text_with("none.longer", &[("stretch", &window.to_texts().0)]);
        view! { <LinkButton href>{words}</LinkButton> }
    });
    view! {
        <Empty
            glyph=Glyph::Search
            title=text_of("none", address.of.word())
            explanation=text("none.text")
            action=move || action
        />
    }
    .into_any()
}

/// What is wrong with what is typed, if something is.
pub fn problem_of(address: &Address) -> Option<String> {
    address.read().err().map(|problem| problem_words(&problem))
}
