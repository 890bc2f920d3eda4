//! What a page says when nothing measures the cluster.

use crate::words::{text, text_with};
use leptos::prelude::*;
use model::{Cause, ClusterName};
use monitoring_contract::Missing;
use ui::{Card, Empty, Glyph, cause_words};

/// What was looked for, what was found, and how to connect one.
pub fn missing(cluster: &ClusterName, missing: Missing) -> AnyView {
    let Missing { looked_for, silent } = missing;
    let label = |label: String| view! { <li><code>{label}</code></li> };
    let one = |(name, why): (String, Cause)| view! { <li><code>{name}</code>" "{cause_words(&why)}</li> };
    let silent = (!silent.is_empty()).then(|| {
        view! { <h3>{text("missing.silent")}</h3><ul>{silent.into_iter().map(one).collect_view()}</ul> }
    });
    let setting = format!("--prometheus {cluster}=https://prometheus.example.org");
    view! {
        <Empty glyph=Glyph::Activity title=text_with("missing", &[("cluster", cluster)]) explanation=text("missing.text")/>
        <div class="missing-monitoring">
            <Card title=text("missing.what")>
                <p>{text("missing.looked")}</p>
                <ul>{looked_for.into_iter().map(label).collect_view()}</ul>
                {silent}
                <h3>{text("missing.connect")}</h3>
                <ul>
                    <li>{text("missing.connect.label")}" "<code>"app.kubernetes.io/name=prometheus"</code></li>
                    <li>{text("missing.connect.right")}" "<code>"get services/proxy"</code></li>
                    <li>{text("missing.connect.setting")}" "<code>{setting}</code></li>
                </ul>
            </Card>
        </div>
    }
    .into_any()
}
