//! A container's log: its last lines, followed where scripts run.

use crate::address::ObjectAddress;
use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos::web_sys::HtmlFormElement;
use live::LiveLog;
use model::link;
use model::live::LogTopic;
use resources_contract::{LogPage, LogRequest, read_log};
use ui::{LiveMark, LogView, Problem};

/// How many lines can be chosen.
const TAILS: [u32; 4] = [100, 500, 2_000, 5_000];

/// The log, while its tab is open.
pub(super) fn tab(address: Signal<ObjectAddress>) -> AnyView {
    let request = Memo::new(move |_| {
        let address = address.read();
        (address.tab == "logs").then(|| LogRequest {
            pod: address.resource.clone(),
            container: address.container.clone(),
            previous: address.previous,
            tail: address.tail,
        })
    });
    let page = Resource::new_blocking(
        move || request.get(),
        |request| async move {
            match request {
                Some(request) => Some(read_log(request).await),
                None => None,
            }
        },
    );
    let content = move || {
        Suspend::new(async move {
            // The page may be gone before its turn comes, and again before the answer does.
            request.try_get_untracked()?;
            let answer = page.await;
            let request = request.try_get_untracked()?;
            answer.zip(request).map(|(answer, request)| match answer {
                Ok(page) => log(page, &request),
                Err(error) => {
                    let on_retry = Callback::new(move |()| page.refetch());
                    view! { {controls(&request, None)}<Problem error on_retry/> }.into_any()
                }
            })
        })
    };
    view! { <Transition fallback=|| ()>{content}</Transition> }.into_any()
}

fn log(page: LogPage, request: &LogRequest) -> AnyView {
    let title = text_with("log.of", &[("container", &page.container), ("pod", &request.pod.name)]);
    // The run before has ended: there is nothing to follow.
    let topic = (!request.previous).then(|| LogTopic {
        pod: request.pod.clone(),
        container: page.container.clone(),
        tail: request.tail,
    });
    let more = page.more.then(|| view! { <span class="hint">{text("log.more")}</span> });
    let controls = controls(request, Some(&page));
    let live = LiveLog::new(Signal::stored(topic), page.lines);
    let mark = (!request.previous).then(|| view! { <LiveMark state=live.liveness()/> });
    let ended = move || live.ended().get().map(|error| view! { <Problem error/> });
    view! {
        <LogView
            title
            lines=live.lines()
            dropped=live.dropped()
            controls=move || view! { {controls}{more}{mark} }
        />
        {ended}
    }
    .into_any()
}

/// Container, run and length: a form, sent by each choice where scripts run.
fn controls(request: &LogRequest, page: Option<&LogPage>) -> AnyView {
    let option = |name: String, chosen: bool| view! { <option value=name.clone() selected=chosen>{name.clone()}</option> };
    let containers = page.map(|page| {
        let options = page.containers.iter().map(|name| option(name.clone(), *name == page.container));
        view! {
            <select class="input" name="container" aria-label=text("container") on:change=send_form>
                {options.collect_view()}
            </select>
        }
    });
    let tails = TAILS.map(|tail| {
        let words = text_with("log.lines", &[("count", &tail)]);
        view! { <option value=tail.to_string() selected=tail == request.tail>{words}</option> }
    });
    let container = request.container.clone().filter(|_| page.is_none());
    view! {
        <form class="log-form" method="get" action=link::object(&request.pod)>
            <input type="hidden" name="tab" value="logs"/>
            {container.map(|name| view! { <input type="hidden" name="container" value=name/> })}
            {containers}
            <select class="input" name="tail" aria-label=text("log.length") on:change=send_form>
                {tails.collect_view()}
            </select>
            <label class="checkbox">
                <input type="checkbox" name="previous" value="1" checked=request.previous on:change=send_form/>
                {text("log.previous")}
            </label>
            <noscript>
                <button class="button" type="submit">{text("show")}</button>
            </noscript>
        </form>
    }
    .into_any()
}

/// Goes to the address that the form of a changed field describes.
#[expect(clippy::needless_pass_by_value, reason = "as event handlers are called")]
fn send_form(event: web_sys::Event) {
    let field = event_target::<web_sys::HtmlElement>(&event);
    let form = field.closest("form").ok().flatten();
    if let Some(form) = form.and_then(wasm_bindgen_cast) {
        // Refused only for a form that is not on the page any more.
        let _ = form.request_submit();
    }
}

fn wasm_bindgen_cast(element: web_sys::Element) -> Option<HtmlFormElement> {
    use leptos::wasm_bindgen::JsCast;
    element.dyn_into().ok()
}
