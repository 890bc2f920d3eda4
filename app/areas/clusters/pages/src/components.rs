//! The parts of a cluster's control plane.

use crate::words::{text, text_of, text_with};
use clusters_contract::{Component, ComponentState, FailedCheck, read_components};
use leptos::prelude::*;
use model::{ClusterName, Status};
use std::time::Duration;
use ui::{Card, Problem, Since, StatusMark, awaited};

/// How often they are asked about again.
const AGAIN: Duration = Duration::from_secs(15);

/// A card that says how they are, for who may read the control plane's leases.
pub(crate) fn components_card(cluster: ClusterName) -> AnyView {
    let components = Resource::new(|| (), move |()| read_components(cluster.clone()));
    Effect::new(move |_| {
        if let Ok(handle) = set_interval_with_handle(move || components.refetch(), AGAIN) {
            on_cleanup(move || handle.clear());
        }
    });
    let content = move || {
        Suspend::new(async move {
            match components.await {
                Ok(components) if components.is_empty() => None,
                Ok(components) => {
                    let lines = components.into_iter().map(line).collect_view();
                    Some(view! { <Card title=text("components")>{lines}</Card> }.into_any())
                }
                Err(error) => {
                    let on_retry = Callback::new(move |()| components.refetch());
                    Some(view! { <Card title=text("components")><Problem error on_retry/></Card> }.into_any())
                }
            }
        })
    };
    view! { <Transition fallback=|| ()>{awaited(content)}</Transition> }.into_any()
}

/// Which checks fail, each with what is said of it.
fn failing(checks: &[FailedCheck]) -> String {
    let check = |FailedCheck { name, reason }: &FailedCheck| match reason {
        Some(reason) => format!("{name} ({reason})"),
        None => name.clone(),
    };
    let checks = ui::listed(&checks.iter().map(check).collect::<Vec<_>>());
    text_with("component.failing", &[("checks", &checks)])
}

fn line(Component { part, state }: Component) -> AnyView {
    let (why, at) = match &state {
        ComponentState::Ready => (String::new(), None),
        ComponentState::NotReady(checks) | ComponentState::NotAlive(checks) => (failing(checks), None),
        ComponentState::Leads { holder, .. } => (holder.clone(), None),
        ComponentState::Silent { holder, at } => (holder.clone(), Some(*at)),
        ComponentState::Unknown(why) => (why.clone(), None),
    };
    let status = Status::new(state.level(), text_of("component.state", state.word())).because(why);
    view! {
        <div class="health-line">
            <span class="health-title">{text_of("component", part.word())}</span>
            <div>
                <StatusMark status with_reason=true/>
                {at.map(|at| view! { <Since at with_time=true/> })}
            </div>
        </div>
    }
    .into_any()
}
