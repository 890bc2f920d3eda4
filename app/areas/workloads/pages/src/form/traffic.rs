//! What a network policy would let through, drawn while it is written.

use super::editing::Editing;
use crate::traffic::draw;
use crate::words::text;
use leptos::prelude::*;
use model::ConsoleError;
use serde_json::Value;
use std::time::Duration;
use ui::error_words;
use workloads_contract::{TrafficView, read_traffic_of_draft};

/// How long nothing may have been typed before it is asked again.
const PAUSE: Duration = Duration::from_millis(400);

/// The drawing; nothing for other kinds.
pub fn panel(editing: Editing) -> AnyView {
    if editing.form.slug != "networkpolicies" {
        return ().into_any();
    }
    let policy = Memo::new(move |_| editing.draft.read().objects.first().cloned().unwrap_or(Value::Null));
    let seen = RwSignal::new(None::<Result<TrafficView, ConsoleError>>);
    let ask = move || {
        let Some(asked) = policy.try_get_untracked() else { return };
        let cluster = editing.cluster();
        leptos::task::spawn_local(async move {
            let answer = read_traffic_of_draft(cluster, asked.clone()).await;
            // Something else may have been typed meanwhile, or the form left.
            if policy.try_get_untracked().as_ref() == Some(&asked) {
                let _ = seen.try_set(Some(answer));
            }
        });
    };
    Effect::new(move |_| {
        policy.track();
        if let Ok(timer) = set_timeout_with_handle(ask, PAUSE) {
            on_cleanup(move || timer.clear());
        }
    });
    let name = move || {
        let name = editing.at(0, "metadata/name");
        name.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let content = move || seen.get().map(|seen| shown(seen, &name()));
    view! { <div aria-live="polite">{content}</div> }.into_any()
}

fn shown(seen: Result<TrafficView, ConsoleError>, name: &str) -> AnyView {
    let content = match seen {
        Ok(view) => draw(view, name, true),
        // What is not complete yet is told at its fields.
        Err(error) => view! { <p class="hint">{error_words(&error)}</p> }.into_any(),
    };
    view! {
        <section class="form-traffic" aria-label=text("traffic.would")>
            <h2>{text("traffic.would")}</h2>
            <p class="hint">{text("traffic.would.hint")}</p>
            {content}
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ResourceRef;
    use rendering::render;
    use workloads_contract::Way;

    #[tokio::test]
    async fn what_a_policy_would_let_through_is_drawn_before_there_is_one() {
        let html = render("/", || {
            let policy = ResourceRef {
                cluster: "harbour".parse().expect("a good name"),
                kind: "networkpolicies".parse().expect("a kind"),
                namespace: None,
                name: "front".parse().expect("a good name"),
            };
            let view = TrafficView {
                pods: 3,
                policies: vec![policy],
                incoming: Way::Only(vec![]),
                outgoing: Way::Open,
            };
            shown(Ok(view), "front")
        })
        .await;

        assert!(html.contains("What it would let through") && html.contains("front"), "{html}");
    }
}
