//! What fired before.

use crate::address::with_pairs;
use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{ClusterName, ConsoleError, Status, link};
use monitoring_contract::{Fired, Measured, PastAlert, Window, read_fired};
use ui::quantity::number;
use ui::{Card, Empty, Glyph, Problem, Since, SkeletonTable, StatusMark, awaited, plain_table};

/// Stretches of time that are offered, in seconds.
const STRETCHES: [u32; 3] = [86_400, 604_800, 2_592_000];

/// A card that tells what fired in the stretch of time that the address says; without one it offers some.
pub fn fired(cluster: Memo<Result<ClusterName, ConsoleError>>) -> AnyView {
    let query = use_query_map();
    let chosen = Memo::new(move |_| {
        let said = query.read().get("past").unwrap_or_default();
        STRETCHES.into_iter().map(Window::Last).find(|window| window.to_texts().0 == said)
    });
    let answer = Resource::new(
        move || (cluster.get(), chosen.get()),
        |(cluster, window)| async move {
            match window {
                Some(window) => read_fired(cluster?, window).await.map(Some),
                None => Ok(None),
            }
        },
    );
    let content = move || {
        Suspend::new(async move {
            match answer.await {
                Ok(None | Some(Measured::Missing(_))) => ().into_any(),
                Ok(Some(Measured::Answered(fired))) => list(*fired),
                Err(error) => {
                    let on_retry = Callback::new(move |()| answer.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            }
        })
    };
    let offer = move |seconds: u32| {
        let window = Window::Last(seconds);
        let stretch = window.to_texts().0;
        let words = text_with("fired.last", &[("stretch", &stretch)]);
        let pairs = [("past".to_owned(), stretch)];
        let href = move || {
            let page = cluster.read().as_ref().map(link::alerts).unwrap_or_default();
            format!("{}#fired", with_pairs(&page, &pairs))
        };
        let is_chosen = move || (chosen.get() == Some(window)).then_some("true");
        view! { <li><a href=href aria-current=is_chosen>{words}</a></li> }
    };
    view! {
        <div id="fired">
            <Card title=text("fired") flush=true>
                <ul class="time-presets fired-stretches" aria-label=text("fired.stretches")>
                    {STRETCHES.into_iter().map(offer).collect_view()}
                </ul>
                <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
            </Card>
        </div>
    }
    .into_any()
}

fn list(fired: Fired) -> AnyView {
    let Fired { alerts, total, step } = fired;
    if alerts.is_empty() {
        return view! { <Empty glyph=Glyph::Check title=text("fired.none") explanation=text("fired.none.text")/> }.into_any();
    }
    let more = (total as usize).saturating_sub(alerts.len());
    let more = (more > 0).then(|| text_with("fired.more", &[("count", &number(more as i64))]));
    let step = text_with("fired.step", &[("step", &Window::Last(step).to_texts().0)]);
    let headings = [text("alert"), text("alert.about"), text("fired.from"), text("fired.until")];
    let rows = alerts.into_iter().map(row).collect_view().into_any();
    view! {
        {plain_table(text("fired"), &headings, rows)}
        <p class="hint fired-note">{more.map(|more| format!("{more} "))}{step}</p>
    }
    .into_any()
}

fn row(alert: PastAlert) -> AnyView {
    let PastAlert { name, level, severity, from, is_older, until, about, .. } = alert;
    let about = about.map(|about| view! { <a href=link::object(&about)>{about.to_string()}</a> });
    let older = is_older.then(|| view! { <span class="about">{text("fired.older")}</span> });
    let until = match until {
        Some(until) => view! { <Since at=until with_time=true/> }.into_any(),
        None => text("fired.still").into_any(),
    };
    view! {
        <tr>
            <th scope="row"><StatusMark status=Status::new(level, name)/><span class="about">{severity}</span></th>
            <td data-heading=text("alert.about")>{about}</td>
            <td data-heading=text("fired.from")><Since at=from with_time=true/>{older}</td>
            <td data-heading=text("fired.until")>{until}</td>
        </tr>
    }
    .into_any()
}
