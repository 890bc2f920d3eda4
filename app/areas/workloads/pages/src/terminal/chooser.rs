//! Which pod of a workload a terminal should be in.

use crate::words::{text, text_with};
use leptos::prelude::*;
use model::terminal::{TerminalPlace, TerminalRequest};
use model::{Level, ResourceRef, Status};
use resources_contract::{TreeNode, read_object};
use ui::{Problem, StatusMark};

/// A list of pods; choosing one opens its default container. The only one is opened at once.
pub(super) fn chooser(object: ResourceRef, choose: Callback<TerminalPlace>) -> AnyView {
    let pods = RwSignal::new(None);
    let read = Callback::new({
        let object = object.clone();
        move |()| {
            let object = object.clone();
            leptos::task::spawn_local(async move {
                let answer = read_object(object).await.map(|view| pods_of(&view.tree));
                if let Ok([(pod, _)]) = answer.as_deref() {
                    let _ = choose.try_run(in_pod(pod.clone()));
                }
                // The tab may be closed by now.
                let _ = pods.try_set(Some(answer));
            });
        }
    });
    Effect::new(move |_| read.run(()));
    // Who asked for a terminal is to choose, at the end of the page.
    Effect::new(move |_| {
        if pods.read().is_some() {
            request_animation_frame(|| ui::give_focus(".dock-panel:not([hidden]) .dock-choice"));
        }
    });
    let name = object.name;
    let pod = move |(pod, status): (ResourceRef, Option<Status>)| {
        let words = pod.name.to_string();
        view! {
            <li>
                <button class="dock-choice" type="button" on:click=move |_| choose.run(in_pod(pod.clone()))>
                    <span>{words}</span>
                    {status.map(|status| view! { <StatusMark status with_reason=true/> })}
                </button>
            </li>
        }
    };
    let content = move || match pods.get() {
        None => view! { <p class="hint">{text("terminal.looking")}</p> }.into_any(),
        Some(Err(error)) => view! { <Problem error on_retry=read/> }.into_any(),
        Some(Ok(pods)) if pods.is_empty() => {
            view! { <p class="hint">{text_with("terminal.no-pods", &[("name", &name)])}</p> }.into_any()
        }
        Some(Ok(pods)) => {
            let title = text_with("terminal.choose", &[("name", &name)]);
            view! { <p>{title}</p><ul class="dock-choices">{pods.into_iter().map(pod).collect_view()}</ul> }
                .into_any()
        }
    };
    view! { <div class="dock-chooser">{content}</div> }.into_any()
}

fn in_pod(pod: ResourceRef) -> TerminalPlace {
    TerminalPlace::Container(TerminalRequest { pod, container: None, shell: None, debug: None })
}

/// Every pod of a tree, the healthiest first: that is where a shell most likely runs.
fn pods_of(tree: &[TreeNode]) -> Vec<(ResourceRef, Option<Status>)> {
    let mut found = Vec::new();
    for node in tree {
        if node.resource.kind.as_str() == "pods" {
            found.push((node.resource.clone(), node.status.clone()));
        }
        found.extend(pods_of(&node.children));
    }
    let is_healthy =
        |status: &Option<Status>| status.as_ref().is_some_and(|status| status.level == Level::Healthy);
    found.sort_by_key(|(_, status)| !is_healthy(status));
    found
}
