//! Silences: those that hold, and the form for another one.

use crate::cluster::use_cluster;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use model::{ClusterName, ConsoleError, Level, Status, Timestamp, link};
use monitoring_contract::{
    Alert, CreateSilence, EndSilence, Matcher, Notifying, SILENCE_HOURS, Silence, preview_silence,
};
use std::time::Duration;
use ui::{
    Banner, ButtonKind, Card, Command, Empty, Field, Glyph, PageHeader, PageTitle, Problem, Select,
    SkeletonTable, StatusMark, TextArea, Until, awaited, cause_words, command_form, plain_table,
    problem_words,
};

/// How long the reader rests before the conditions are tried.
const REST: Duration = Duration::from_millis(300);

/// The id of the list of silences, to which its page leads.
pub const SILENCES: &str = "silences";

/// The silences of a cluster, or why nothing is known of them.
pub fn silences(notifying: Notifying, cluster: &ClusterName, on_change: Callback<String>) -> Option<AnyView> {
    match notifying {
        // Whoever tells people may live elsewhere; there is nothing to say about it.
        Notifying::Missing => None,
        Notifying::Failing(cause) => {
            let words = text_with("silences.unknown", &[("cause", &cause_words(&cause))]);
            Some(view! { <Banner level=Level::Warning>{words}</Banner> }.into_any())
        }
        Notifying::Silences(silences) if silences.is_empty() => None,
        Notifying::Silences(silences) => {
            let headings = ["silence.matchers", "silence.reason", "silence.ends", "silence.end"].map(text);
            let rows = silences.into_iter().map(|silence| row(silence, cluster, on_change));
            let table = plain_table(text("silences"), &headings, rows.collect_view().into_any());
            let card = view! { <Card title=text("silences") flush=true>{table}</Card> };
            Some(view! { <div class="silences" id=SILENCES>{card}</div> }.into_any())
        }
    }
}

fn row(silence: Silence, cluster: &ClusterName, on_change: Callback<String>) -> AnyView {
    let Silence { id, matchers, starts, ends, created_by, reason, is_active, may_end } = silence;
    let extend = may_end.then(|| extension(cluster, &matchers, ends));
    let conditions = conditions(&matchers);
    let mark = (!is_active).then(|| {
        let status = Status::new(Level::Progressing, text("silence.waits"));
        view! { <StatusMark status/>" "<Until at=starts/>" – " }
    });
    let end = may_end.then(|| {
        let command = Command {
            kind: ButtonKind::Plain,
            hidden: vec![("silence[cluster]", cluster.to_string()), ("silence[id]", id)],
            done: Some(text("silence.ended").to_owned()),
            on_done: Some(on_change),
            ..Command::new(EndSilence::PATH, text("silence.end"))
        };
        command_form(command, |_| ().into_any())
    });
    view! {
        <tr>
            <th scope="row">{conditions}</th>
            <td data-heading=text("silence.reason")>{reason}<span class="about">{created_by}</span></td>
            <td data-heading=text("silence.ends")>{mark}<Until at=ends/>{extend}</td>
            <td>{end}</td>
        </tr>
    }
    .into_any()
}

/// A link to a silence of the same alerts that begins when this one ends.
fn extension(cluster: &ClusterName, matchers: &[Matcher], ends: Timestamp) -> AnyView {
    let written: Vec<String> = matchers.iter().map(ToString::to_string).collect();
    let spoken = text_with("silence.extend.of", &[("conditions", &ui::listed(&written))]);
    let href = link::later_silence(cluster, &written.join("\n"), ends);
    view! { <p class="about"><a href=href aria-label=spoken>{text("silence.extend")}</a></p> }.into_any()
}

fn conditions(matchers: &[Matcher]) -> AnyView {
    let chip = |matcher: &Matcher| view! { <li><code>{matcher.to_string()}</code></li> };
    view! { <ul class="conditions">{matchers.iter().map(chip).collect_view()}</ul> }.into_any()
}

/// The form for a silence, beside what it would be about at this moment.
#[component]
pub fn SilencePage() -> impl IntoView {
    let cluster = use_cluster();
    let query = use_query_map();
    let said = |name: &str| query.read_untracked().get(name).unwrap_or_default();
    let (typed, begins) = (RwSignal::new(said("matchers")), said("begins"));
    view! {
        <PageTitle text=text("silence.new")/>
        {move || match cluster.get() {
            Ok(cluster) => form_page(cluster, typed, begins.clone()),
            Err(error) => view! { <Problem error/> }.into_any(),
        }}
    }
}

fn form_page(cluster: ClusterName, typed: RwSignal<String>, begins: String) -> AnyView {
    let command = Command {
        hidden: vec![("silence[cluster]", cluster.to_string())],
        fields: &["matchers", "begins", "hours", "reason"],
        cancel: Some((text("silence.cancel").to_owned(), link::alerts(&cluster))),
        done: Some(text("silence.made").to_owned()),
        ..Command::new(CreateSilence::PATH, text("silence.make"))
    };
    let hours = SILENCE_HOURS.map(|hours| (hours.to_string(), text_of("hours", &hours.to_string())));
    let first = typed.get_untracked();
    let form = command_form(command, |problems| {
        view! {
            <TextArea
                name="silence[matchers]"
                label=text("silence.matchers")
                hint=text("silence.matchers.hint")
                value=Signal::stored(first)
                problem=problems.at("matchers")
                lines=5
                on_input=move |text| typed.set(text)
            />
            <Field
                name="silence[begins]"
                label=text("silence.begins")
                hint=text("silence.begins.hint")
                value=Signal::stored(begins)
                problem=problems.at("begins")
                input_type="datetime-local"
            />
            <Select
                name="silence[hours]"
                label=text("silence.hours")
                options=Signal::stored(hours.to_vec())
                value=Signal::stored("2".to_owned())
                problem=problems.at("hours")
            />
            <Field
                name="silence[reason]"
                label=text("silence.reason")
                hint=text("silence.reason.hint")
                problem=problems.at("reason")
                autocomplete="off"
                required=true
            />
        }
        .into_any()
    });
    view! {
        <PageHeader title=text("silence.new") kind=cluster.to_string()/>
        <div class="silence-page">
            <Card title=text("silence.form")>{form}</Card>
            <Card title=text("silence.about") flush=true>{about(cluster, typed)}</Card>
        </div>
    }
    .into_any()
}

/// The alerts of this moment that meet the conditions.
fn about(cluster: ClusterName, typed: RwSignal<String>) -> AnyView {
    let tried = RwSignal::new(typed.get_untracked());
    let mut settled = debounce(REST, move |text: String| {
        let _ = tried.try_set(text);
    });
    Effect::new(move |_| settled(typed.get()));
    let found = Resource::new(
        move || tried.get(),
        move |text| {
            let cluster = cluster.clone();
            async move { preview_silence(cluster, text).await }
        },
    );
    let content = move || Suspend::new(async move { preview(found.await) });
    view! { <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition> }.into_any()
}

fn preview(found: Result<Vec<Alert>, ConsoleError>) -> AnyView {
    match found {
        // The field says the same once it is sent; while somebody types it is no failure yet.
        Err(ConsoleError::Invalid { problems }) => {
            let words = problems.first().map(problem_words).unwrap_or_default();
            view! { <p class="card-note hint">{words}</p> }.into_any()
        }
        Err(error) => view! { <Problem error/> }.into_any(),
        Ok(alerts) if alerts.is_empty() => {
            let (title, explanation) = (text("silence.about.none"), text("silence.about.none.text"));
            view! { <Empty glyph=Glyph::Check title explanation/> }.into_any()
        }
        Ok(alerts) => {
            let row = |alert: Alert| {
                let about = alert.resource.map(|resource| resource.to_string());
                view! {
                    <tr>
                        <th scope="row"><StatusMark status=Status::new(alert.level, alert.name)/></th>
                        <td data-heading=text("alert.about")>{about}</td>
                    </tr>
                }
            };
            let rows = alerts.into_iter().map(row).collect_view().into_any();
            plain_table(text("silence.about"), &[text("alert"), text("alert.about")], rows)
        }
    }
}
