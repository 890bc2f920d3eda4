//! One recording: what is known of it, its player, and its text.

use crate::names;
use crate::player::player;
use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::{ClusterName, ConsoleError, Level, Thing, Unit, link};
use recordings_contract::{RecordingLine, Transcript, read_recording, read_transcript};
use ui::quantity::quantity;
use ui::{
    Banner, Card, Empty, Glyph, KeyValue, KeyValueItem, LinkButton, PageHeader, PageTitle, Problem, Since,
    SkeletonDetail, Until, awaited,
};

/// The value of `as` in the address that asks for the text.
const AS_TEXT: &str = "text";

/// The recording in the address.
#[component]
pub fn RecordingPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| {
        let params = params.read();
        let name = params.get("cluster").unwrap_or_default();
        let cluster =
            ClusterName::parse(&name).map_err(|_| ConsoleError::unknown(Thing::Cluster(name.to_string())))?;
        Ok::<_, ConsoleError>((cluster, params.get("id").unwrap_or_default()))
    });
    let is_text = Memo::new(move |_| query.read().get("as").is_some_and(|form| form == AS_TEXT));
    let found = Resource::new_blocking(
        move || asked.get(),
        |asked| async move {
            let (cluster, id) = asked?;
            read_recording(cluster, id).await
        },
    );
    let content = move || {
        let is_text = is_text.get();
        Suspend::new(async move {
            match found.await {
                Ok(line) => draw(&line, is_text),
                Err(error) => {
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! { <PageHeader title=text("recording")/><Problem error on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=text("recording")/>
        <Transition fallback=|| view! { <SkeletonDetail/> }>{awaited(content)}</Transition>
    }
}

fn draw(line: &RecordingLine, is_text: bool) -> AnyView {
    let title = text_with("recording.of", &[("person", &line.person)]);
    let page = link::recording(&line.cluster, &line.id);
    let file = link::recording_file(&line.cluster, &line.id);
    let (kind, status) = (names::place(line), names::status(line));
    let as_text = (!is_text).then(|| {
        let href = format!("{page}?as={AS_TEXT}");
        view! { <LinkButton href glyph=Glyph::Logs>{text("as-text")}</LinkButton> }
    });
    let actions = move || {
        view! {
            {as_text}
            // Links of files lead out of the console's own pages.
            <a class="button" rel="external" href=file download="">{text("download")}</a>
        }
    };
    let shown = if is_text { transcript(line, page) } else { player(line) };
    let facts = facts(line);
    view! {
        <PageHeader title kind status=Signal::stored(Some(status)) actions/>
        <p class="hint">{text("recording.audited")}</p>
        {shown}
        {facts}
    }
    .into_any()
}

fn facts(line: &RecordingLine) -> AnyView {
    let started = line.started;
    let kept = match line.kept_until {
        Some(at) => view! { <Until at/> }.into_any(),
        None => text("kept.open").into_any(),
    };
    let size = quantity(line.size_bytes as f64, Unit::Bytes);
    let audit = format!("{}?text={}", link::AUDIT, link::escape(&line.request));
    let all = link::recordings(&line.cluster, None);
    let (length, request) = (names::clock(line.seconds), line.request.clone());
    view! {
        <Card title=text("recording")>
            <KeyValue>
                <KeyValueItem name=text("began")><Since at=started with_time=true/></KeyValueItem>
                <KeyValueItem name=text("length")>{length}</KeyValueItem>
                <KeyValueItem name=text("size")>{size}</KeyValueItem>
                <KeyValueItem name=text("kept")>{kept}</KeyValueItem>
                <KeyValueItem name=text("request")><a href=audit>{request}</a></KeyValueItem>
            </KeyValue>
            <p><a href=all>{text("recordings.all")}</a></p>
        </Card>
    }
    .into_any()
}

/// What it shows as text, asked for by itself: that is in the audit trail.
fn transcript(line: &RecordingLine, page: String) -> AnyView {
    let (cluster, id) = (line.cluster.clone(), line.id.clone());
    let found = Resource::new_blocking(
        move || (cluster.clone(), id.clone()),
        |(cluster, id)| async move { read_transcript(cluster, id).await },
    );
    let content = move || {
        Suspend::new(async move {
            match found.await {
                Ok(transcript) => words(transcript),
                Err(error) => {
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            }
        })
    };
    let back = move || view! { <a class="needs-scripts" href=page>{text("as-player")}</a> };
    view! {
        <Card title=text("as-text.title") actions=back>
            <Transition fallback=|| view! { <SkeletonDetail/> }>{awaited(content)}</Transition>
        </Card>
    }
    .into_any()
}

fn words(Transcript { text: shown, is_cut }: Transcript) -> AnyView {
    if shown.trim().is_empty() {
        return view! { <Empty glyph=Glyph::Terminal title=text("as-text.none")/> }.into_any();
    }
    let cut = is_cut.then(|| view! { <Banner level=Level::Warning>{text("as-text.cut")}</Banner> });
    view! {
        {cut}
        <pre class="transcript" tabindex="0">{shown}</pre>
    }
    .into_any()
}
