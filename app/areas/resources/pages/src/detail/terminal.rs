//! Ways into a terminal. They need scripts, as the terminal does, and are not shown without.

use crate::words::text;
use leptos::prelude::*;
use live::{TerminalTarget, use_terminals};
use model::ResourceRef;
use model::terminal::TerminalRequest;
use resources_contract::ObjectView;
use ui::{Button, Glyph};

/// What a terminal of this object is opened in.
pub fn target(resource: ResourceRef) -> TerminalTarget {
    match resource.kind.as_str() {
        "pods" => TerminalTarget::Container(TerminalRequest {
            pod: resource,
            container: None,
            shell: None,
            debug: None,
        }),
        "nodes" => TerminalTarget::Node(resource),
        _ => TerminalTarget::PodOf(resource),
    }
}

/// Opens a terminal in the object, or in one of its pods; nothing for what runs no programs.
pub(super) fn button(object: Signal<ObjectView>) -> AnyView {
    let Some(terminals) = use_terminals() else { return ().into_any() };
    let offer = Memo::new(move |_| object.read().terminal.clone());
    let open = move |()| terminals.open(target(object.read_untracked().resource.clone()));
    let button = move || {
        offer.get().map(|offer| {
            let because = offer.missing.as_ref().map(ui::missing_right_words);
            view! {
                <span class="needs-scripts">
                    <Button glyph=Glyph::Terminal disabled_because=Signal::stored(because) on_press=open>
                        {text("terminal")}
                    </Button>
                </span>
            }
        })
    };
    button.into_any()
}

/// Opens a terminal in one container of a pod.
pub(super) fn link(pod: &ResourceRef, container: &str) -> AnyView {
    let Some(terminals) = use_terminals() else { return ().into_any() };
    let container = Some(container.to_owned());
    let request = TerminalRequest { pod: pod.clone(), container, shell: None, debug: None };
    let open = move |_| terminals.open(TerminalTarget::Container(request.clone()));
    view! { <button class="link-button needs-scripts" type="button" on:click=open>{text("terminal")}</button> }.into_any()
}

/// Opens a terminal in a container that is added to the pod, to look into this one.
pub(super) fn debug_link(pod: &ResourceRef, container: &str) -> AnyView {
    let Some(terminals) = use_terminals() else { return ().into_any() };
    let target = TerminalTarget::Debug { pod: pod.clone(), container: Some(container.to_owned()) };
    let open = move |_| terminals.open(target.clone());
    view! {
        <button class="link-button needs-scripts" type="button" title=text("debug.title") on:click=open>
            {text("debug")}
        </button>
    }
    .into_any()
}
