//! Ports of an object, to open in a browser.

use crate::words::{text, text_with};
use account_contract::{OpenPort, field, path};
use leptos::ev;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{ConsoleError, Level, ResourceRef, link};
use ui::{
    Banner, Button, ButtonKind, Card, CopyButton, Field, Glyph, Problem, Since, SkeletonCards, Until,
    awaited, missing_right_words, plain_table,
};
use workloads_contract::{PortLine, PortsView, forward_address, read_open_ports, read_ports};

/// Kinds whose pods can be reached.
const WITH_PORTS: [&str; 6] =
    ["daemonsets", "deployments", "pods", "replicasets", "services", "statefulsets"];

/// The tab's title.
pub fn ports_title() -> String {
    text("ports").to_owned()
}

/// Whether an object has ports.
pub fn has_ports(object: &ResourceRef) -> bool {
    WITH_PORTS.contains(&object.kind.as_str())
}

/// The ports, why the one in the address could not be opened, and those that are open.
pub fn ports_tab(object: ResourceRef) -> AnyView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.read().get("port").filter(|port| !port.is_empty()));
    let of = object.clone();
    let found =
        Resource::new_blocking(move || (of.clone(), asked.get()), |(of, asked)| read_ports(of, asked));
    let of = object.clone();
    let opened = Resource::new_blocking(move || of.clone(), read_open_ports);
    Effect::new(move |_| {
        // Whoever comes back from the tab of a port finds it in the list.
        let listener = window_event_listener(ev::focus, move |_| opened.refetch());
        on_cleanup(move || listener.remove());
    });
    let back = link::object_tab(&object, "ports");
    let content = move || {
        let about = object.clone();
        Suspend::new(async move {
            match found.await {
                Ok(view) => {
                    let asked = asked.try_get_untracked().flatten();
                    let on_retry = Callback::new(move |()| found.refetch());
                    draw(view, &about, asked, on_retry)
                }
                Err(error) => {
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            }
        })
    };
    let open = move || {
        let back = back.clone();
        Suspend::new(
            async move { open_ports(opened.await, &back, Callback::new(move |()| opened.refetch())) },
        )
    };
    view! {
        <Transition fallback=|| view! { <SkeletonCards count=1/> }>{awaited(content)}</Transition>
        <Transition fallback=|| ()>{awaited(open)}</Transition>
    }
    .into_any()
}

fn draw(view: PortsView, about: &ResourceRef, asked: Option<String>, on_retry: Callback<()>) -> AnyView {
    let PortsView { ports, has_addresses, missing, problem } = view;
    let problem = problem.map(|error| {
        let port = asked.unwrap_or_default();
        view! {
            <p>{text_with("ports.not-opened", &[("port", &port)])}</p>
            <Problem error on_retry/>
        }
    });
    let without = (!has_addresses)
        .then(|| view! { <Banner level=Level::Inactive>{text("ports.no-addresses")}</Banner> });
    let because = missing.map(|need| missing_right_words(&need));
    let first = ports.iter().find(|line| line.is_tcp()).map_or(8080, |line| line.port);
    let offered = has_addresses.then(|| because.clone());
    let list = if ports.is_empty() {
        view! { <p class="card-note">{text("ports.none")}</p> }.into_any()
    } else {
        let headings = [
            text("ports.port"),
            text("ports.name"),
            text("ports.protocol"),
            text("ports.behind"),
            text("ports.open"),
        ];
        let rows = ports.into_iter().map(|line| row(line, about, offered.as_ref()));
        plain_table(text("ports"), &headings, rows.collect_view().into_any())
    };
    let other = offered.as_ref().map(|because| other(about, because.clone()));
    view! {
        {problem}
        {without}
        <Card title=text("ports") flush=true>{list}</Card>
        {other}
        {by_hand(about, first)}
    }
    .into_any()
}

/// A port. `offered` is there where ports can be opened at all, with why this person may not.
fn row(line: PortLine, about: &ResourceRef, offered: Option<&Option<String>>) -> AnyView {
    let is_tcp = line.is_tcp();
    let PortLine { port, name, protocol, behind } = line;
    let open = offered.filter(|_| is_tcp).map(|because| {
        let because = because.clone();
        view! {
            <form method="post" action=forward_address(about) target="_blank">
                <input type="hidden" name="port" value=port.to_string()/>
                <Button glyph=Glyph::External form_type="submit" disabled_because=Signal::stored(because)>
                    {text_with("ports.open.one", &[("port", &port)])}
                </Button>
            </form>
        }
    });
    let cell = |words: String| if words.is_empty() { "–".to_owned() } else { words };
    view! {
        <tr>
            <th scope="row">{port}</th>
            <td data-heading=text("ports.name")>{cell(name)}</td>
            <td data-heading=text("ports.protocol")>{protocol}</td>
            <td data-heading=text("ports.behind")>{cell(behind)}</td>
            <td>{open}</td>
        </tr>
    }
    .into_any()
}

/// A port that nobody has named.
fn other(about: &ResourceRef, because: Option<String>) -> AnyView {
    // What is behind a service's ports is named there; it has no others.
    if about.kind.as_str() == "services" {
        return ().into_any();
    }
    let action = forward_address(about);
    view! {
        <Card title=text("ports.other")>
            <form class="port-form" method="post" action=action target="_blank">
                <Field
                    name="port"
                    label=text("ports.port")
                    hint=text("ports.other.hint")
                    input_type="number"
                    autocomplete="off"
                    required=true
                />
                <Button
                    glyph=Glyph::External
                    form_type="submit"
                    disabled_because=Signal::stored(because)
                >
                    {text("ports.open")}
                </Button>
            </form>
        </Card>
    }
    .into_any()
}

/// The same from a terminal.
fn by_hand(about: &ResourceRef, port: u16) -> AnyView {
    let namespace = about.namespace.as_ref().map(|namespace| format!(" -n {namespace}")).unwrap_or_default();
    let kind = about.kind.as_str().trim_end_matches('s');
    let command = format!("kubectl port-forward{namespace} {kind}/{} {port}", about.name);
    view! {
        <Card title=text("ports.by-hand")>
            <div class="kubectl-body">
                <CopyButton value=Signal::stored(command.clone())/>
                <pre tabindex="0"><code>{command}</code></pre>
            </div>
        </Card>
    }
    .into_any()
}

/// The ports of the object that this person has open in browsers, each with what ends it.
fn open_ports(
    answer: Result<Vec<OpenPort>, ConsoleError>,
    back: &str,
    on_retry: Callback<()>,
) -> Option<AnyView> {
    let ports = match answer {
        Ok(ports) if ports.is_empty() => return None,
        Ok(ports) => ports,
        Err(error) => return Some(view! { <Problem error on_retry/> }.into_any()),
    };
    let headings = [
        text("ports.port"),
        text("ports.open.pod"),
        text("ports.open.since"),
        text("ports.open.until"),
        text("ports.open.page"),
        text("ports.open.end"),
    ];
    let rows = ports.into_iter().map(|open| open_row(open, back)).collect_view().into_any();
    Some(
        view! {
            <Card title=text("ports.opened") flush=true>
                {plain_table(text("ports.opened"), &headings, rows)}
            </Card>
        }
        .into_any(),
    )
}

fn open_row(open: OpenPort, back: &str) -> AnyView {
    let OpenPort { id, port, pod, opened_at, until, address, .. } = open;
    let page = match address {
        Some(address) => view! {
            <a href=address target="_blank" rel="noopener external">{text("ports.open.go")}</a>
        }
        .into_any(),
        None => text("ports.open.elsewhere").to_owned().into_any(),
    };
    view! {
        <tr>
            <th scope="row">{port}</th>
            <td data-heading=text("ports.open.pod")><code>{pod.to_string()}</code></td>
            <td data-heading=text("ports.open.since")><Since at=opened_at with_time=true/></td>
            <td data-heading=text("ports.open.until")><Until at=until/></td>
            <td data-heading=text("ports.open.page")>{page}</td>
            <td>
                <form method="post" action=path::END_PORT>
                    <input type="hidden" name=field::PORT value=id/>
                    <input type="hidden" name=field::NEXT value=back.to_owned()/>
                    <Button form_type="submit" kind=ButtonKind::Quiet>
                        {text_with("ports.open.end.one", &[("port", &port)])}
                    </Button>
                </form>
            </td>
        </tr>
    }
    .into_any()
}
