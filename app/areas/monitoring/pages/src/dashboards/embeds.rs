//! The links by which pages of other sites show a dashboard.

use super::variables::CHOSEN;
use super::{place_words, use_id};
use crate::address::TimeAddress;
use crate::cluster::use_cluster;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use model::{ClusterName, Level, Status, link};
use monitoring_contract::{
    AddEmbed, EMBED_DAYS, EmbedLine, EmbedList, EmbedPanel, PRESETS, RevokeEmbed, Window, read_embeds,
};
use ui::{
    ButtonKind, Card, Command, CopyButton, Field, Glyph, KeyValue, KeyValueItem, LinkButton, PageHeader,
    PageTitle, Problem, Select, Since, SkeletonDetail, StatusMark, TextArea, Until, awaited, command_form,
};

/// The links that there are, and the form for another one. The address says what it begins with: the choices and the
/// stretch of time of the page that led here.
#[component]
pub fn EmbedDashboardPage() -> impl IntoView {
    let (cluster, id, query) = (use_cluster(), use_id(), use_query_map());
    let found = Resource::new_blocking(
        move || (cluster.get(), id.get()),
        |(cluster, id)| async move {
            let cluster = cluster?;
            Ok::<_, model::ConsoleError>((read_embeds(cluster.clone(), id.clone()).await?, cluster, id))
        },
    );
    let on_change = Callback::new(move |_: String| found.refetch());
    let content = move || {
        Suspend::new(async move {
            match found.await {
                Ok((list, cluster, id)) => {
                    let which = Which { cluster, id, on_change };
                    draw(list, &which, &query.read_untracked())
                }
                Err(error) => {
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! { <Problem error on_retry is_page=true/> }.into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=text("embed")/>
        <Transition fallback=|| view! { <SkeletonDetail/> }>{awaited(content)}</Transition>
    }
}

/// Whose links they are.
struct Which {
    cluster: ClusterName,
    id: String,
    on_change: Callback<String>,
}

impl Which {
    fn hidden(&self) -> Vec<(&'static str, String)> {
        vec![("fields[cluster]", self.cluster.to_string()), ("fields[id]", self.id.clone())]
    }
}

fn draw(list: EmbedList, which: &Which, query: &ParamsMap) -> AnyView {
    let EmbedList { dashboard, namespace, panels, embeds } = list;
    let show = link::dashboard(&which.cluster, &which.id);
    let actions =
        move || view! { <LinkButton href=show glyph=Glyph::Chart>{text("dashboard.show")}</LinkButton> };
    let title = text_with("embed.of", &[("name", &dashboard)]);
    let kind = format!("{} / {}", which.cluster, place_words(namespace.as_ref()));
    let there = (!embeds.is_empty()).then(|| {
        let lines = embeds.into_iter().map(|line| embed(line, &dashboard, which)).collect_view();
        view! { <Card title=text("embed.links") flush=true><ul class="embeds">{lines}</ul></Card> }
    });
    view! {
        <PageTitle text=title.clone()/>
        <PageHeader title kind actions/>
        {there}
        {form(panels, which, query)}
    }
    .into_any()
}

fn form(panels: Vec<(u32, String)>, which: &Which, query: &ParamsMap) -> AnyView {
    let command = Command {
        hidden: which.hidden(),
        fields: &["name", "origins", "panel", "seconds", "chosen", "days"],
        done: Some(text("embed.made").to_owned()),
        on_done: Some(which.on_change),
        ..Command::new(AddEmbed::PATH, text("embed.make"))
    };
    let whole = std::iter::once((String::new(), text("embed.whole").to_owned()));
    let panels: Vec<_> = whole.chain(panels.into_iter().map(|(id, title)| (id.to_string(), title))).collect();
    let window = TimeAddress::parse(String::new(), Vec::new(), query).window.seconds();
    let window = if PRESETS.contains(&window) { window } else { Window::default().seconds() };
    let stretches = PRESETS.map(|seconds| (seconds.to_string(), Window::Last(seconds).to_texts().0)).to_vec();
    let days = EMBED_DAYS.map(|days| (days.to_string(), text_of("embed.days", &days.to_string()))).to_vec();
    let usual = EMBED_DAYS[0].to_string();
    let chosen = chosen(query);
    let form = command_form(command, |problems| {
        view! {
            <Field
                name="fields[name]"
                label=text("embed.name")
                hint=text("embed.name.hint")
                problem=problems.at("name")
                autocomplete="off"
                required=true
            />
            <TextArea
                name="fields[origins]"
                label=text("embed.origins")
                hint=text("embed.origins.hint")
                problem=problems.at("origins")
                lines=2
            />
            <div class="field-row">
                <Select
                    name="fields[panel]"
                    label=text("embed.panel")
                    options=Signal::stored(panels)
                    problem=problems.at("panel")
                />
                <Select
                    name="fields[seconds]"
                    label=text("embed.window")
                    options=Signal::stored(stretches)
                    value=Signal::stored(window.to_string())
                    problem=problems.at("seconds")
                />
                <Select
                    name="fields[days]"
                    label=text("embed.works")
                    options=Signal::stored(days)
                    value=Signal::stored(usual)
                    problem=problems.at("days")
                />
            </div>
            <TextArea
                name="fields[chosen]"
                label=text("embed.chosen")
                hint=text("embed.chosen.hint")
                value=Signal::stored(chosen)
                problem=problems.at("chosen")
                lines=2
            />
            <p class="card-text">{text("embed.rights")}</p>
        }
        .into_any()
    });
    view! { <div class="wide-form"><Card title=text("embed.new")>{form}</Card></div> }.into_any()
}

/// What the address chooses, one in a line.
fn chosen(query: &ParamsMap) -> String {
    let pairs = query.clone().into_iter();
    let own = pairs.filter_map(|(name, value)| Some((name.strip_prefix(CHOSEN)?.to_owned(), value)));
    let lines = own.filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name} = {value}"));
    lines.collect::<Vec<_>>().join("\n")
}

fn embed(line: EmbedLine, dashboard: &str, which: &Which) -> AnyView {
    let EmbedLine {
        id,
        name,
        origins,
        panel,
        seconds,
        chosen,
        made_by,
        expires,
        is_over,
        last_used,
        address,
    } = line;
    let mut hidden = which.hidden();
    hidden.push(("fields[embed]", id));
    let command = Command {
        kind: ButtonKind::Plain,
        hidden,
        done: Some(text("embed.ended").to_owned()),
        on_done: Some(which.on_change),
        ..Command::new(RevokeEmbed::PATH, text("embed.end"))
    };
    let spoken = text_with("embed.end.of", &[("name", &name)]);
    let end = view! { <div class="in-row" role="group" aria-label=spoken>{command_form(command, |_| ().into_any())}</div> };
    let status = if is_over {
        Status::new(Level::Inactive, text("embed.over"))
    } else {
        Status::new(Level::Healthy, text("embed.works-now"))
    };
    let what = match panel {
        None => text("embed.whole").to_owned(),
        Some(EmbedPanel::Titled(title)) => title,
        Some(EmbedPanel::Gone) => text("embed.panel.gone").to_owned(),
    };
    let chosen = chosen.into_iter().filter(|(_, value)| !value.is_empty());
    let chosen = chosen.map(|(name, value)| format!("{name} = {value}"));
    let what: Vec<String> = [what, Window::Last(seconds).to_texts().0].into_iter().chain(chosen).collect();
    let what = ui::listed(&what);
    let seen = match last_used {
        Some(at) => view! { <Since at in_words=true/> }.into_any(),
        None => text("embed.never").to_owned().into_any(),
    };
    let code = address.map(|address| code(&address, dashboard));
    let ends = if is_over {
        view! { <Since at=expires in_words=true/> }.into_any()
    } else {
        view! { <Until at=expires/> }.into_any()
    };
    view! {
        <li>
            <div class="embed-head"><h3>{name}</h3><StatusMark status/>{end}</div>
            <KeyValue>
                <KeyValueItem name=text("embed.what")>{what}</KeyValueItem>
                <KeyValueItem name=text("embed.sites")>{origins.join(" ")}</KeyValueItem>
                <KeyValueItem name=text("embed.by")>{made_by}</KeyValueItem>
                <KeyValueItem name=text("embed.ends")>{ends}</KeyValueItem>
                <KeyValueItem name=text("embed.seen")>{seen}</KeyValueItem>
            </KeyValue>
            {code}
        </li>
    }
    .into_any()
}

/// What goes into the page of the other site.
fn code(address: &str, dashboard: &str) -> AnyView {
    let title = dashboard.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let code = format!(
        "<iframe src=\"{address}\" title=\"{title}\" width=\"100%\" height=\"480\" loading=\"lazy\" \
         style=\"border:0\"></iframe>"
    );
    let href = address.to_owned();
    view! {
        <details class="embed-code">
            <summary>{text("embed.code")}</summary>
            <div class="secret-link">
                <code>{code.clone()}</code>
                <CopyButton value=code/>
            </div>
            <p class="hint">{text("embed.code.hint")}</p>
            <a href=href rel="external" target="_blank">{text("embed.open")}</a>
        </details>
    }
    .into_any()
}
