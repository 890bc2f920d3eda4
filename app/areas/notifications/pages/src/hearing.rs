//! What fires now where a receiver listens: why somebody was told of something, or was not.

use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use model::{ConsoleError, Level, Status, link};
use notifications_contract::{Fate, HeardAlert, Hearing};
use ui::{Banner, Card, Problem, Since, SkeletonTable, StatusMark, awaited, plain_table};

/// What fires now, with what becomes of each. It may take long, and nothing waits for it.
pub fn card(hearing: Resource<Result<Hearing, ConsoleError>>, is_enabled: bool) -> AnyView {
    let content = move || {
        Suspend::new(async move {
            match hearing.await {
                Ok(hearing) => draw(hearing, is_enabled),
                Err(error) => {
                    let on_retry = Callback::new(move |()| hearing.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        <Card title=text("hearing") flush=true>
            <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
        </Card>
    }
    .into_any()
}

fn draw(hearing: Hearing, is_enabled: bool) -> AnyView {
    let Hearing { alerts, total, unknown } = hearing;
    let unknown = (!unknown.is_empty()).then(|| {
        let clusters = ui::listed(&unknown.iter().map(ToString::to_string).collect::<Vec<_>>());
        let words = text_with("hearing.unknown", &[("clusters", &clusters)]);
        view! { <Banner level=Level::Warning>{words}</Banner> }
    });
    let more = total.saturating_sub(alerts.len() as u64);
    let more = (more > 0).then(|| {
        view! { <p class="card-note">{text_with("hearing.more", &[("count", &more)])}</p> }
    });
    let list = if alerts.is_empty() {
        view! { <p class="card-note">{text("hearing.none")}</p> }.into_any()
    } else {
        let headings = [text("hearing.alert"), text("hearing.about"), text("hearing.fate")];
        let rows = alerts.into_iter().map(|alert| row(alert, is_enabled)).collect_view().into_any();
        plain_table(text("hearing"), &headings, rows)
    };
    view! { {unknown}{list}{more} }.into_any()
}

fn row(alert: HeardAlert, is_enabled: bool) -> AnyView {
    let HeardAlert { cluster, name, level, severity, about, fate } = alert;
    let place = match about {
        Some(about) => view! { <a href=link::object(&about)>{about.to_string()}</a> }.into_any(),
        None => view! { <a href=link::alerts(&cluster)>{text("hearing.all")}</a> }.into_any(),
    };
    let words = match fate {
        Fate::Due if !is_enabled => text("fate.off").to_owned(),
        fate => text_of("fate", fate.word()),
    };
    let at = match fate {
        Fate::Told(at) => Some(view! { " "<Since at in_words=true/> }),
        _ => None,
    };
    view! {
        <tr>
            <th scope="row">
                <StatusMark status=Status::new(level, name)/>
                <span class="about">{severity}</span>
            </th>
            <td data-heading=text("hearing.about")>
                <span>{place}<span class="about">{cluster.to_string()}</span></span>
            </td>
            <td data-heading=text("hearing.fate")><span>{words}{at}</span></td>
        </tr>
    }
    .into_any()
}
