//! What needs somebody: what is unwell, and what is nearly used up.

use crate::words::{text, text_with};
use clusters_contract::{Attention, QuotaUse, Rollout, Trouble, read_attention};
use leptos::prelude::*;
use model::{Level, ResourceRef, Status, link};
use std::time::Duration;
use ui::{Card, Empty, Glyph, Problem, Since, SkeletonTable, StatusMark, awaited};

/// How often it is asked again.
const AGAIN: Duration = Duration::from_secs(15);

/// What is unwell in all clusters that the reader may see, quotas near their limit, and what was rolled out since yesterday.
#[component]
pub fn AttentionCards() -> impl IntoView {
    let attention = Resource::new(|| (), |()| read_attention());
    Effect::new(move |_| {
        if let Ok(handle) = set_interval_with_handle(move || attention.refetch(), AGAIN) {
            on_cleanup(move || handle.clear());
        }
    });
    let content = move || {
        Suspend::new(async move {
            match attention.await {
                Ok(Attention { troubles, troubles_total, quotas, rollouts, rollouts_total }) => view! {
                    <Card title=text("troubles") flush=true wide=true>{trouble_list(troubles, troubles_total, true)}</Card>
                    {quota_card(quotas, true)}
                    {rollout_card(rollouts, rollouts_total)}
                }
                .into_any(),
                Err(error) => {
                    let on_retry = Callback::new(move |()| attention.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            }
        })
    };
    view! { <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition> }
}

/// What is unwell, a line for each; with the cluster where there are several.
pub(crate) fn trouble_list(troubles: Vec<Trouble>, total: u64, with_cluster: bool) -> AnyView {
    if troubles.is_empty() {
        return view! {
            <Empty glyph=Glyph::Check title=text("troubles.none") explanation=text("troubles.none.text")/>
        }
        .into_any();
    }
    let line = |Trouble { resource, kind_title, status, created }: Trouble| {
        let place = place(&resource, with_cluster);
        let place = (!place.is_empty()).then(|| view! { <span class="trouble-namespace">{place}</span> });
        view! {
            <li class="trouble">
                <div class="trouble-object">
                    <span class="tree-kind">{kind_title}</span>
                    <a href=link::object(&resource)>{resource.name.to_string()}</a>
                    {place}
                    {created.map(|at| view! { <Since at/> })}
                </div>
                <StatusMark status with_reason=true/>
            </li>
        }
    };
    let more = total.saturating_sub(troubles.len() as u64);
    let more = (more > 0).then(|| {
        view! { <p class="hint">{text_with("troubles.more", &[("count", &ui::quantity::number(more as i64))])}</p> }
    });
    view! { <ul class="troubles">{troubles.into_iter().map(line).collect_view()}</ul>{more} }.into_any()
}

/// Quotas that are nearly used up, if there are any.
pub(crate) fn quota_card(quotas: Vec<QuotaUse>, with_cluster: bool) -> Option<AnyView> {
    let line = |QuotaUse { quota, resource, used, hard, share }: QuotaUse| {
        let level = if share >= 1.0 { Level::Failed } else { Level::Warning };
        let place = place(&quota, with_cluster);
        view! {
            <li class="quota">
                <a href=link::object(&quota)>{format!("{place} / {}", quota.name)}</a>
                <code>{resource}</code>
                <StatusMark status=Status::new(level, format!("{used} / {hard}"))/>
            </li>
        }
    };
    let lines = (!quotas.is_empty()).then(|| quotas.into_iter().map(line).collect_view())?;
    // With clusters they stand among lists that are wide.
    Some(view! { <Card title=text("quotas") flush=true wide=with_cluster><ul class="quotas">{lines}</ul></Card> }.into_any())
}

/// What was rolled out, by whomever, if anything was: each leads to what the workload has otherwise since.
fn rollout_card(rollouts: Vec<Rollout>, total: u64) -> Option<AnyView> {
    let more = total.saturating_sub(rollouts.len() as u64);
    let line = |Rollout { resource, kind_title, number, at, images, cause }: Rollout| {
        let words = match number {
            1 => text("rollouts.first").to_owned(),
            number => text_with("rollouts.revision", &[("number", &number)]),
        };
        let cause = Some(cause).filter(|cause| !cause.is_empty());
        let about = images.into_iter().chain(cause).collect::<Vec<_>>().join(" · ");
        view! {
            <li class="trouble">
                <div class="trouble-object">
                    <span class="tree-kind">{kind_title}</span>
                    <a href=link::object_tab(&resource, "revisions")>{resource.name.to_string()}</a>
                    <span class="trouble-namespace">{place(&resource, true)}</span>
                    <Since at/>
                </div>
                <StatusMark status=Status::new(Level::Inactive, words).because(about) with_reason=true/>
            </li>
        }
    };
    let lines = (!rollouts.is_empty()).then(|| rollouts.into_iter().map(line).collect_view())?;
    let more = (more > 0).then(|| {
        view! { <p class="hint">{text_with("rollouts.more", &[("count", &ui::quantity::number(more as i64))])}</p> }
    });
    let title = text("rollouts");
    Some(view! { <Card title flush=true wide=true><ul class="troubles">{lines}</ul>{more}</Card> }.into_any())
}

fn place(resource: &ResourceRef, with_cluster: bool) -> String {
    let cluster = with_cluster.then(|| resource.cluster.to_string());
    let namespace = resource.namespace.as_ref().map(ToString::to_string);
    cluster.into_iter().chain(namespace).collect::<Vec<_>>().join(" / ")
}
