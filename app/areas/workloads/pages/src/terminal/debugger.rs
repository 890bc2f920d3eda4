//! What a container that is added to a pod should be.

use crate::words::{text, text_with};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use model::ResourceRef;
use model::terminal::{ImageName, TerminalRequest};
use ui::{Button, ButtonKind, Field};

/// Small, with a shell and the usual programs.
const USUAL_IMAGE: &str = "busybox:1.37";

/// Asks for the image; `choose` is called with what is to be opened.
pub(super) fn debugger(
    pod: ResourceRef,
    container: Option<String>,
    choose: Callback<TerminalRequest>,
) -> AnyView {
    let image = RwSignal::new(USUAL_IMAGE.to_owned());
    let is_tried = RwSignal::new(false);
    let problem = Signal::derive(move || {
        let wrong = ImageName::parse(&image.read()).is_err();
        (wrong && is_tried.get()).then(|| text("debug.image.wrong").to_owned())
    });
    let introduction = match &container {
        Some(container) => text_with("debug.of", &[("container", container), ("pod", &pod.name)]),
        None => text_with("debug.of-pod", &[("pod", &pod.name)]),
    };
    let start = move |event: SubmitEvent| {
        event.prevent_default();
        is_tried.set(true);
        if let Ok(image) = ImageName::parse(&image.read_untracked()) {
            let (pod, container) = (pod.clone(), container.clone());
            choose.run(TerminalRequest { pod, container, shell: None, debug: Some(image) });
        }
    };
    view! {
        <form class="dock-chooser" on:submit=start>
            <p>{introduction}" "{text("debug.stays")}</p>
            <Field
                name="image"
                label=text("debug.image")
                hint=text("debug.image.hint")
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
