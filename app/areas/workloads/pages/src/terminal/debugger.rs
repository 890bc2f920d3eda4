//! Of which image a container that is added to a pod, or a pod that opens a node, should be.

use crate::words::{text, text_with};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use model::ResourceRef;
use model::terminal::{ImageName, NodeShell, TerminalPlace, TerminalRequest};
use ui::{Button, ButtonKind, Field};

/// Small, with a shell and the usual programs.
const USUAL_IMAGE: &str = "busybox:1.37";

/// The field for it, in the terminal that is shown.
const IMAGE: &str = ".dock-panel:not([hidden]) .dock-chooser input";

/// Asks for the image of a container that is added to a pod; `choose` is called with what is to be opened.
pub(super) fn debugger(
    pod: ResourceRef,
    container: Option<String>,
    choose: Callback<TerminalPlace>,
) -> AnyView {
    let introduction = match &container {
        Some(container) => text_with("debug.of", &[("container", container), ("pod", &pod.name)]),
        None => text_with("debug.of-pod", &[("pod", &pod.name)]),
    };
    let words = view! { <p>{introduction}" "{text("debug.stays")}</p> }.into_any();
    let chosen = move |image| {
        let (pod, container) = (pod.clone(), container.clone());
        let request = TerminalRequest { pod, container, shell: None, debug: Some(image) };
        choose.run(TerminalPlace::Container(request));
    };
    image_form(words, text("debug.image.hint"), Callback::new(chosen))
}

/// Asks for the image of the pod that opens a node, and says what that is.
pub(super) fn node_shell(node: ResourceRef, choose: Callback<TerminalPlace>) -> AnyView {
    let words = view! {
        <p>{text_with("node.of", &[("node", &node.name)])}</p>
        <p class="hint">{text("node.written-down")}</p>
    };
    let chosen = move |image| choose.run(TerminalPlace::Node(NodeShell { node: node.clone(), image }));
    image_form(words.into_any(), text("node.image.hint"), Callback::new(chosen))
}

fn image_form(words: AnyView, hint: &'static str, chosen: Callback<ImageName>) -> AnyView {
    let image = RwSignal::new(USUAL_IMAGE.to_owned());
    let is_tried = RwSignal::new(false);
    let problem = Signal::derive(move || {
        let wrong = ImageName::parse(&image.read()).is_err();
        (wrong && is_tried.get()).then(|| text("debug.image.wrong").to_owned())
    });
    let start = move |event: SubmitEvent| {
        event.prevent_default();
        is_tried.set(true);
        if let Ok(image) = ImageName::parse(&image.read_untracked()) {
            chosen.run(image);
        }
    };
    Effect::new(|_| request_animation_frame(|| ui::give_focus(IMAGE)));
    view! {
        <form class="dock-chooser" on:submit=start>
            {words}
            <Field
                name="image"
                label=text("debug.image")
                hint=hint
                value=image
                problem
                code=true
                on_input=move |typed| image.set(typed)
            />
            <Button kind=ButtonKind::Primary form_type="submit">{text("debug.start")}</Button>
        </form>
    }
    .into_any()
}
