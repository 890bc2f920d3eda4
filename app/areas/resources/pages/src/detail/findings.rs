//! Why an object is unwell, most likely cause first.

use crate::words::text;
use leptos::prelude::*;
use model::{Level, Status, link};
use resources_contract::{Finding, ObjectView};
use ui::StatusMark;

/// The findings; nothing when nothing is wrong.
pub fn findings(object: Signal<ObjectView>) -> AnyView {
    let findings = Memo::new(move |_| object.read().findings.clone());
    let list = move || {
        let findings = findings.get();
        (!findings.is_empty()).then(|| {
            view! {
                <section class="findings" aria-label=text("findings")>
                    {findings.into_iter().map(finding).collect_view()}
                </section>
            }
        })
    };
    list.into_any()
}

fn finding(finding: Finding) -> AnyView {
    let Finding { level, title, detail, next_step, at, log } = finding;
    let place = at.map(|at| {
        let href = link::object(&at);
        let log_href = link::object_tab(&at, "logs");
        let is_pod = at.kind.as_str() == "pods";
        view! {
            <p class="finding-place">
                <a href=href>{at.to_string()}</a>
                {is_pod.then(|| view! { <a href=log_href>{text("finding.logs")}</a> })}
            </p>
        }
    });
    let log = (!log.is_empty()).then(|| {
        view! {
            <figure class="finding-log">
                <figcaption>{text("finding.last-lines")}</figcaption>
                <pre tabindex="0">{log.join("\n")}</pre>
            </figure>
        }
    });
    view! {
        <article class="finding" data-level=level.word()>
            <h2><StatusMark status=Status::new(shown(level), title)/></h2>
            <p class="finding-detail">{detail}</p>
            {log}
            <p class="finding-next"><strong>{text("finding.next")}</strong>" "{next_step}</p>
            {place}
        </article>
    }
    .into_any()
}

/// A finding is never good news, whatever level it carries.
fn shown(level: Level) -> Level {
    if level <= Level::Unknown { level } else { Level::Warning }
}
