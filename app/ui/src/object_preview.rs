//! What would become of an object: whether it changes, the difference, which pods that restarts, and what it takes of quotas.

use crate::quantity::quantity;
use crate::words::{text, text_of, text_with};
use crate::{Banner, Card, DiffView, StatusMark, numbered};
use leptos::prelude::*;
use model::{
    DocumentPreview, Level, PreviewOutcome, PreviewRemark, QuotaAfter, RestartWay, Restarts, Status, Unit,
    link,
};

/// What would become of one object, as the cluster said. Fields that others own are not told here: what can be done about
/// them is different on each page.
#[component]
pub fn ObjectPreview(
    /// What the cluster said.
    preview: DocumentPreview,
) -> impl IntoView {
    let DocumentPreview { resource, outcome, diff, warnings, remarks, restarts, quotas, .. } = preview;
    let (level, word) = match outcome {
        PreviewOutcome::Created => (Level::Progressing, "created"),
        PreviewOutcome::Changed => (Level::Progressing, "changed"),
        PreviewOutcome::Unchanged => (Level::Inactive, "unchanged"),
    };
    let status = Status::new(level, text_of("outcome", word));
    let name = resource.to_string();
    let title = text_with("preview.of", &[("object", &name)]);
    let remarks = remarks.into_iter().map(|remark| remark_words(remark).to_owned());
    let warning = |warning: String| view! { <Banner level=Level::Warning>{warning}</Banner> };
    let href = link::object(&resource);
    let exists = outcome != PreviewOutcome::Created;
    view! {
        <Card
            title=name
            flush=true
            wide=true
            actions=move || view! { <StatusMark status/>{exists.then(|| view! { <a href=href>{text("preview.show")}</a> })} }
        >
            {warnings.into_iter().chain(remarks).map(warning).collect_view()}
            {restarts.as_ref().map(restarted)}
            {quotas.iter().map(quota).collect_view()}
            <DiffView title lines=Signal::stored(numbered(diff))/>
        </Card>
    }
}

/// What the console warns of.
pub fn remark_words(remark: PreviewRemark) -> &'static str {
    match remark {
        PreviewRemark::NamespaceFirst => text("preview.namespace-first"),
        PreviewRemark::LinesStay => text("preview.lines-stay"),
    }
}

/// What becomes of a limit of the namespace.
fn quota(after: &QuotaAfter) -> AnyView {
    let QuotaAfter { quota, resource, used, after, hard } = after;
    let unit = match resource.as_str() {
        resource if resource.contains("memory") || resource.contains("storage") => Unit::Bytes,
        resource if resource.contains("cpu") => Unit::Cores,
        _ => Unit::Count,
    };
    let amount = |thousandths: &i64| quantity(*thousandths as f64 / 1_000.0, unit);
    let values: [(&str, &dyn std::fmt::Display); 5] = [
        ("quota", quota),
        ("resource", resource),
        ("used", &amount(used)),
        ("after", &amount(after)),
        ("hard", &amount(hard)),
    ];
    let (level, words) = if after > hard {
        (Level::Warning, text_with("quota.over", &values))
    } else {
        (Level::Inactive, text_with("quota.after", &values))
    };
    view! { <Banner level>{words}</Banner> }.into_any()
}

/// Which pods a change replaces, and how.
fn restarted(restarts: &Restarts) -> AnyView {
    let count: &[(&str, &dyn std::fmt::Display)] = &[("count", &restarts.count)];
    let words = match restarts.way {
        RestartWay::Rolling => text_with("restarts.rolling", count),
        RestartWay::AllAtOnce => text_with("restarts.all-at-once", count),
        RestartWay::OnDeletion => text_with("restarts.on-deletion", count),
        RestartWay::WhenResumed => text_with("restarts.when-resumed", count),
        RestartWay::InPlace => text("restarts.in-place").to_owned(),
    };
    let below = (restarts.from_ordinal > 0)
        .then(|| view! { <p>{text_with("restarts.partition", &[("number", &restarts.from_ordinal)])}</p> });
    let named = (!restarts.pods.is_empty()).then(|| {
        let names = restarts.pods.join(", ");
        view! { <p class="hint"><code>{names}</code></p> }
    });
    view! { <Banner level=Level::Progressing><p>{words}</p>{below}{named}</Banner> }.into_any()
}
