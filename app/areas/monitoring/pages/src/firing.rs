//! What fires, wherever it is.

use crate::alerts::{about_address, summary};
use crate::cluster::ask_again;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::{ClusterName, Status, link};
use monitoring_contract::{Alert, Firing, read_firing};
use ui::{Card, Empty, Glyph, Problem, Since, SkeletonTable, StatusMark, awaited};

/// What fires in all clusters that the reader may see. Nothing where nothing measures any of them.
#[component]
pub fn FiringCard() -> impl IntoView {
    let firing = Resource::new(|| (), |()| read_firing());
    ask_again(move || firing.refetch());
    let content = move || {
        Suspend::new(async move {
            match firing.await {
                Ok(firing) => card(firing),
                Err(error) => {
                    let on_retry = Callback::new(move |()| firing.refetch());
                    Some(view! { <Problem error on_retry/> }.into_any())
                }
            }
        })
    };
    view! { <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition> }
}

fn card(firing: Vec<Firing>) -> Option<AnyView> {
    if firing.is_empty() {
        return None;
    }
    let is_quiet = firing.iter().all(|of| of.alerts.is_empty() && of.problem.is_none());
    let content = if is_quiet {
        view! { <Empty glyph=Glyph::Check title=text("alerts.none") explanation=text("alerts.none.text")/> }
            .into_any()
    } else {
        firing.into_iter().map(of_cluster).collect_view().into_any()
    };
    Some(view! { <Card title=text("firing") flush=true wide=true>{content}</Card> }.into_any())
}

fn of_cluster(firing: Firing) -> AnyView {
    let Firing { cluster, alerts, total, problem } = firing;
    let problem = problem.map(|error| view! { <Problem error/> });
    let more = (total as usize).saturating_sub(alerts.len());
    let more = (more > 0).then(|| {
        let words = text_with("firing.more", &[("count", &more), ("cluster", &cluster)]);
        view! { <p class="hint"><a href=link::alerts(&cluster)>{words}</a></p> }
    });
    let lines = (!alerts.is_empty()).then(|| {
        let lines = alerts.into_iter().map(|alert| line(&cluster, alert)).collect_view();
        view! { <ul class="troubles">{lines}</ul> }
    });
    view! { {problem}{lines}{more} }.into_any()
}

fn line(cluster: &ClusterName, alert: Alert) -> AnyView {
    let href = about_address(&alert);
    let about = match &alert.resource {
        Some(resource) => view! { <a href=href>{resource.name.to_string()}</a> }.into_any(),
        None if alert.list.is_some() => view! { <a href=href>{alert.name.clone()}</a> }.into_any(),
        None => view! { <a href=link::alerts(cluster)>{alert.name.clone()}</a> }.into_any(),
    };
    let namespace = alert.resource.as_ref().and_then(|resource| resource.namespace.as_ref());
    let place = [Some(cluster.to_string()), namespace.map(ToString::to_string)];
    let place = place.into_iter().flatten().collect::<Vec<_>>().join(" / ");
    let told = [summary(&alert), alert.description].into_iter().find(|text| !text.is_empty());
    let by = alert.acknowledged.map(|made| text_with("acknowledged", &[("name", &made.by)]));
    let by = by.map(|words| view! { <span class="trouble-namespace">{words}</span> });
    let status = Status::new(alert.level, alert.name).because(told.unwrap_or_default());
    view! {
        <li class="trouble">
            <div class="trouble-object">
                {about}
                <span class="trouble-namespace">{place}</span>
                {alert.since.map(|at| view! { <Since at/> })}
                {by}
            </div>
            <StatusMark status with_reason=true/>
        </li>
    }
    .into_any()
}
