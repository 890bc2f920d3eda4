//! The ports that I have open in browsers.

use crate::words::{text, text_with};
use account_contract::{Done, OpenPort, Tab, field, path};
use leptos::prelude::*;
use model::link;
use ui::{Button, ButtonKind, Card, Empty, Glyph, Since, Until, plain_table};

/// All of them, each with what ends it.
pub(crate) fn card(ports: &[OpenPort]) -> AnyView {
    let content = if ports.is_empty() {
        view! {
            <Empty glyph=Glyph::External title=text("ports.none") explanation=text("ports.none.text")/>
        }
        .into_any()
    } else {
        let headings = [
            text("port"),
            text("port.cluster"),
            text("port.pod"),
            text("port.opened"),
            text("port.until"),
            text("port.page"),
            text("action"),
        ];
        let rows = ports.iter().cloned().map(row).collect_view().into_any();
        view! {
            <p class="card-note">{text("ports.text")}</p>
            {plain_table(text("ports"), &headings, rows)}
        }
        .into_any()
    };
    view! { <Card title=text("ports") flush=true wide=true>{content}</Card> }.into_any()
}

fn row(open: OpenPort) -> AnyView {
    let OpenPort { id, resource, port, pod, opened_at, until, address } = open;
    let of = match &resource.namespace {
        Some(namespace) => format!("{namespace} / {}", resource.name),
        None => resource.name.to_string(),
    };
    let words = text_with("port.of", &[("port", &port), ("of", &of)]);
    let about = ui::about_words(&words);
    let page = match address {
        Some(address) => view! {
            <a href=address target="_blank" rel="noopener external">{text("port.go")}</a>
        }
        .into_any(),
        None => text("port.elsewhere").to_owned().into_any(),
    };
    let back = format!(
        "{}?{}={}&{}={}",
        path::ACCOUNT,
        field::TAB,
        Tab::Sessions.word(),
        field::DONE,
        Done::Port.word()
    );
    view! {
        <tr>
            <th scope="row"><a href=link::object_tab(&resource, "ports")>{words}</a></th>
            <td data-heading=text("port.cluster")>{resource.cluster.to_string()}</td>
            <td data-heading=text("port.pod")><code>{pod.to_string()}</code></td>
            <td data-heading=text("port.opened")><Since at=opened_at with_time=true/></td>
            <td data-heading=text("port.until")><Until at=until/></td>
            <td data-heading=text("port.page")>{page}</td>
            <td>
                <form method="post" action=path::END_PORT>
                    <input type="hidden" name=field::PORT value=id/>
                    <input type="hidden" name=field::NEXT value=back/>
                    <Button form_type="submit" kind=ButtonKind::Quiet>
                        {text("port.end")}<span class="visually-hidden">{about}</span>
                    </Button>
                </form>
            </td>
        </tr>
    }
    .into_any()
}
