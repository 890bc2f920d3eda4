//! Logs: of one container, or of all pods of an object; their last lines, followed where scripts run.

use crate::act::{folded, named};
use crate::address::ObjectAddress;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos::web_sys::HtmlFormElement;
use live::LiveLog;
use model::live::{ContainerChoice, LogTopic};
use model::{KindSlug, ResourceRef, link};
use resources_contract::{LogPage, LogRequest, read_log};
use ui::{Banner, Glyph, LinkButton, LiveMark, LogView, Problem, awaited};

/// How many lines can be chosen.
const TAILS: [u32; 4] = [100, 500, 2_000, 5_000];
/// Since when lines can be chosen, in seconds.
const SINCE: [u32; 5] = [60, 300, 900, 3_600, 21_600];

/// The log, while its tab is open.
pub(super) fn tab(address: Signal<ObjectAddress>) -> AnyView {
    let request = Memo::new(move |_| {
        let address = address.read();
        (address.tab == "logs").then(|| LogRequest {
            of: address.resource.clone(),
            pod: address.pod.clone(),
            containers: address.containers.clone(),
            previous: address.previous,
            tail: address.tail,
            since_seconds: address.since,
            around_nanoseconds: address.line,
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
            let address = address.try_get_untracked()?;
            answer.zip(request).map(|(answer, request)| match answer {
                Ok(page) => log(page, &request, &address),
                Err(error) => {
                    let on_retry = Callback::new(move |()| page.refetch());
                    view! { {controls(&request, None, &address)}<Problem error on_retry/> }.into_any()
                }
            })
        })
    };
    view! { <Transition fallback=|| ()>{awaited(content)}</Transition> }.into_any()
}

fn log(page: LogPage, request: &LogRequest, address: &ObjectAddress) -> AnyView {
    let title = match &page.container {
        Some(container) => text_with("log.of", &[("container", container), ("pod", &request.of.name)]),
        None => text_with("log.of-all", &[("name", &request.of.name)]),
    };
    // The run before has ended, and what was a while ago is not followed.
    let is_followed = !request.previous && request.around_nanoseconds.is_none();
    let containers = match (&request.containers, &page.container) {
        (ContainerChoice::Usual, Some(container)) if request.of.kind.as_str() == "pods" => {
            ContainerChoice::Named(container.clone())
        }
        (choice, _) => choice.clone(),
    };
    let topic = is_followed.then(|| LogTopic {
        of: request.of.clone(),
        pod: request.pod.clone(),
        containers,
        tail: request.tail,
    });
    let notes = notes(&page, request, address);
    let by_hand = by_hand(request, page.container.as_deref(), is_followed);
    let by_hand = by_hand.map(|command| folded(Signal::stored(command)));
    let controls = controls(request, Some(&page), address);
    let live = LiveLog::new(topic, page.lines, page.revision);
    let mark = is_followed.then(|| view! { <LiveMark state=live.liveness()/> });
    let ended = move || live.ended().get().map(|error| view! { <Problem error/> });
    let address = address.clone();
    let line_link = Callback::new(move |at| address.log_line(at));
    view! {
        {notes}
        <LogView
            title
            lines=live.lines()
            sources=live.sources()
            dropped=live.dropped()
            pointed_at=request.around_nanoseconds
            line_link
            controls=move || view! { {controls}{mark} }
        />
        {ended}
        {by_hand}
    }
    .into_any()
}

/// The command that reads the same; nothing where no command does.
fn by_hand(request: &LogRequest, shown: Option<&str>, is_followed: bool) -> Option<String> {
    if request.around_nanoseconds.is_some() || request.of.kind.as_str() == "cronjobs" {
        return None;
    }
    let of_pod = request.of.kind.as_str() == "pods" || request.pod.is_some();
    let named = match &request.pod {
        Some(pod) => named(&ResourceRef {
            kind: KindSlug::parse("pods").ok()?,
            name: pod.clone(),
            ..request.of.clone()
        }),
        None => named(&request.of),
    };
    let mut command = format!("kubectl logs {named}");
    if !of_pod {
        command.push_str(" --all-pods");
    }
    match (&request.containers, shown) {
        (ContainerChoice::Named(container), _) => command.push_str(&format!(" --container {container}")),
        (ContainerChoice::Usual, Some(container)) if of_pod => {
            command.push_str(&format!(" --container {container}"));
        }
        _ => command.push_str(" --all-containers --prefix"),
    }
    if request.previous {
        command.push_str(" --previous");
    }
    if let Some(seconds) = request.since_seconds {
        command.push_str(&format!(" --since={seconds}s"));
    }
    command.push_str(&format!(" --tail={}", request.tail));
    if is_followed {
        command.push_str(" --follow");
    }
    Some(command)
}

/// What is not shown, and why.
fn notes(page: &LogPage, request: &LogRequest, address: &ObjectAddress) -> AnyView {
    let around = request.around_nanoseconds.is_some().then(|| {
        let href = address.log_end();
        let end = move || view! { <LinkButton href glyph=Glyph::Follow>{text("log.to-end")}</LinkButton> };
        view! { <Banner level=model::Level::Inactive actions=end>{text("log.around")}</Banner> }
    });
    let unread = page.unread.as_ref().map(|(count, error)| {
        let words = text_with("log.unread", &[("count", count), ("error", error)]);
        view! { <Banner level=model::Level::Warning>{words}</Banner> }
    });
    let left_out = (page.left_out > 0).then(|| {
        let words = text_with("log.left-out", &[("count", &page.left_out)]);
        view! { <Banner level=model::Level::Warning>{words}</Banner> }
    });
    view! { {around}{unread}{left_out} }.into_any()
}

/// Pod, container, run and length: a form, sent by each choice where scripts run.
fn controls(request: &LogRequest, page: Option<&LogPage>, address: &ObjectAddress) -> AnyView {
    let more = page.filter(|page| page.more && request.around_nanoseconds.is_none());
    let more = more.map(|_| view! { <span class="hint">{text("log.more")}</span> });
    let tails = TAILS.map(|tail| {
        let words = text_with("log.lines", &[("count", &tail)]);
        view! { <option value=tail.to_string() selected=tail == request.tail>{words}</option> }
    });
    let since = SINCE.map(|seconds| {
        let words = text_of("log.since", &seconds.to_string());
        view! { <option value=seconds.to_string() selected=request.since_seconds == Some(seconds)>{words}</option> }
    });
    view! {
        <form class="log-form" method="get" action=link::object(&request.of)>
            <input type="hidden" name="tab" value="logs"/>
            {pods(request, page)}
            {containers(request, page)}
            <select class="input" name="tail" aria-label=text("log.length") on:change=send_form>
                {tails}
            </select>
            <select class="input" name="since" aria-label=text("log.since") on:change=send_form>
                <option value="">{text("log.since.ever")}</option>
                {since}
            </select>
            <label class="checkbox">
                <input type="checkbox" name="previous" value="1" checked=request.previous on:change=send_form/>
                {text("log.previous")}
            </label>
            <noscript>
                <button class="button" type="submit">{text("show")}</button>
            </noscript>
            <LinkButton href=address.log_file() glyph=Glyph::Download download=true>{text("log.download")}</LinkButton>
            {link::past_logs(&request.of).map(|href| {
                view! { <LinkButton href glyph=Glyph::Search>{text("log.past")}</LinkButton> }
            })}
            {more}
        </form>
    }
    .into_any()
}

/// Which pod, where there are several.
fn pods(request: &LogRequest, page: Option<&LogPage>) -> Option<AnyView> {
    let page = page.filter(|_| request.of.kind.as_str() != "pods")?;
    let option = |name: String| {
        let chosen = request.pod.as_ref().is_some_and(|pod| pod.as_str() == name);
        view! { <option value=name.clone() selected=chosen>{name.clone()}</option> }
    };
    let options = page.pods.iter().map(|pod| option(pod.to_string())).collect_view();
    let all = text_with("log.all-pods", &[("count", &page.pods.len())]);
    Some(
        view! {
            <select class="input" name="pod" aria-label=text("pod") on:change=send_form>
                <option value="">{all}</option>
                {options}
            </select>
        }
        .into_any(),
    )
}

/// Which container. Of a pod one is usual, of several pods all are.
fn containers(request: &LogRequest, page: Option<&LogPage>) -> AnyView {
    let Some(page) = page else {
        let kept = match &request.containers {
            ContainerChoice::Usual => return ().into_any(),
            ContainerChoice::All => "*".to_owned(),
            ContainerChoice::Named(name) => name.clone(),
        };
        return view! { <input type="hidden" name="container" value=kept/> }.into_any();
    };
    let is_pod = request.of.kind.as_str() == "pods";
    let shows_all = match &request.containers {
        ContainerChoice::Usual => !is_pod,
        ContainerChoice::All => true,
        ContainerChoice::Named(_) => false,
    };
    let chosen = page.container.as_deref().filter(|_| !shows_all);
    let option = |name: &String| {
        let is_chosen = chosen == Some(name.as_str());
        view! { <option value=name.clone() selected=is_chosen>{name.clone()}</option> }
    };
    let all = (page.containers.len() > 1 || !is_pod).then(|| {
        view! { <option value="*" selected=shows_all>{text("log.all-containers")}</option> }
    });
    view! {
        <select class="input" name="container" aria-label=text("container") on:change=send_form>
            {all}
            {page.containers.iter().map(option).collect_view()}
        </select>
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn request(kind: &str, containers: ContainerChoice) -> LogRequest {
        let of = ResourceRef {
            cluster: "harbour".parse().unwrap(),
            kind: kind.parse().unwrap(),
            namespace: Some("shop".parse().unwrap()),
            name: "web".parse().unwrap(),
        };
        LogRequest {
            of,
            pod: None,
            containers,
            previous: false,
            tail: 500,
            since_seconds: None,
            around_nanoseconds: None,
        }
    }

    #[test]
    fn the_command_reads_what_is_shown() {
        let of_pod = LogRequest {
            previous: true,
            since_seconds: Some(300),
            ..request("pods", ContainerChoice::Usual)
        };
        let of_all = request("deployments", ContainerChoice::Usual);
        let of_one = LogRequest { pod: Some("web-1".parse().unwrap()), ..of_all.clone() };

        assert_eq!(
            by_hand(&of_pod, Some("main"), false).unwrap(),
            "kubectl logs pods/web --namespace shop --container main --previous --since=300s --tail=500"
        );
        assert_eq!(
            by_hand(&of_all, None, true).unwrap(),
            "kubectl logs deployments/web --namespace shop --all-pods --all-containers --prefix --tail=500 --follow"
        );
        let named = by_hand(&of_one, None, false).unwrap();
        assert!(named.starts_with("kubectl logs pods/web-1 --namespace shop --all-containers"), "{named}");
        assert_eq!(by_hand(&request("cronjobs", ContainerChoice::All), None, true), None);
    }
}
