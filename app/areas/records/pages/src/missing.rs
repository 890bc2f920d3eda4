//! What the page says when nothing keeps the past of the cluster.

use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use model::{Cause, ClusterName};
use records_contract::{Missing, Of};
use ui::{Card, Empty, Glyph, cause_words};

fn code(words: String) -> AnyView {
    view! { <li><code>{words}</code></li> }.into_any()
}

fn looked_for_these(labels: Vec<String>) -> AnyView {
    view! { <p>{text("missing.looked")}</p><ul>{labels.into_iter().map(code).collect_view()}</ul> }.into_any()
}

/// What was looked for, what was found, and how to connect a log store.
pub fn missing(cluster: &ClusterName, missing: Missing) -> AnyView {
    let Missing { of, looked_for, silent, without } = missing;
    let (title, explanation, looked) = match without {
        Some((store, indices)) => (
            text_with("missing.without", &[("store", &store), ("what", &text_of("of", of.word()))]),
            text("missing.without.text"),
            view! { <p>{text("missing.indices")}</p><ul>{indices.into_iter().map(code).collect_view()}</ul> }
                .into_any(),
        ),
        None if of == Of::Events => (
            text_with("missing.events", &[("cluster", cluster)]),
            text("missing.events.text"),
            looked_for_these(looked_for),
        ),
        None => (
            text_with("missing", &[("cluster", cluster)]),
            text("missing.text"),
            looked_for_these(looked_for),
        ),
    };
    let one = |(name, why): (String, Cause)| view! { <li><code>{name}</code>" "{cause_words(&why)}</li> };
    let silent = (!silent.is_empty()).then(|| {
        view! { <h3>{text("missing.silent")}</h3><ul>{silent.into_iter().map(one).collect_view()}</ul> }
    });
    let setting = format!("--elasticsearch {cluster}=https://elasticsearch.example.org");
    let index = format!("--elasticsearch-index {cluster}={}:my-index-*", of.word());
    let own = (of == Of::Events).then(|| {
        view! { <li>{text("missing.connect.own")}" "<code>"--kept-events-days 7"</code></li> }
    });
    view! {
        <Empty glyph=Glyph::Logs title explanation=explanation/>
        <div class="missing-records">
            <Card title=text("missing.what")>
                {looked}
                {silent}
                <h3>{text("missing.connect")}</h3>
                <ul>
                    <li>{text("missing.connect.label")}" "<code>"app.kubernetes.io/name=elasticsearch"</code></li>
                    <li>{text("missing.connect.right")}" "<code>"get services/proxy"</code></li>
                    <li>{text("missing.connect.setting")}" "<code>{setting}</code></li>
                    <li>{text("missing.connect.index")}" "<code>{index}</code></li>
                    {own}
                </ul>
            </Card>
        </div>
    }
    .into_any()
}
