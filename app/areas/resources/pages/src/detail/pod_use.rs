//! What pods use at this moment, beside what they ask for and what they may take.

use crate::words::{text, text_with};
use leptos::prelude::*;
use model::{ConsoleError, ObjectName, ResourceRef, Unit};
use resources_contract::{Amounts, PodUse, PodUses, read_pod_use};
use std::time::Duration;
use ui::quantity::quantity;

/// How often it is asked for again: metrics APIs measure about as often.
const AGAIN: Duration = Duration::from_secs(15);

/// What the pods of an object use, as it was last heard.
#[derive(Clone, Copy)]
pub(super) struct Uses(RwSignal<Option<Result<PodUses, ConsoleError>>>);

impl Uses {
    /// Asks for it, and again for as long as the tab is open. Not a resource: nothing waits for what is only beside the rows. Of
    /// what is in no namespace nothing is asked, because its pods are everybody's.
    pub fn of(resource: &ResourceRef) -> Self {
        let heard = RwSignal::new(None::<Result<PodUses, ConsoleError>>);
        let resource = resource.clone();
        Effect::new(move |_| {
            if resource.namespace.is_none() {
                return;
            }
            let resource = resource.clone();
            let ask = move || {
                let resource = resource.clone();
                leptos::task::spawn_local(async move {
                    let answer = read_pod_use(resource).await;
                    // The tab may be left by now.
                    let _ = heard.try_set(Some(answer));
                });
            };
            ask();
            if let Ok(timer) = set_interval_with_handle(ask, AGAIN) {
                on_cleanup(move || timer.clear());
            }
        });
        Self(heard)
    }

    /// What a pod uses, where that is known.
    pub fn find(self, name: &ObjectName) -> Option<PodUse> {
        match &*self.0.read() {
            Some(Ok(PodUses::Measured(pods))) => pods.iter().find(|used| used.pod == *name).cloned(),
            _ => None,
        }
    }

    /// Why it is known of none.
    pub fn missing(self) -> impl Fn() -> Option<AnyView> + Send + Sync + 'static {
        move || {
            let words = match &*self.0.read() {
                None | Some(Ok(PodUses::Measured(_))) => return None,
                Some(Ok(PodUses::NotMeasured)) => text("pods.use.none").to_owned(),
                Some(Ok(PodUses::Unseen)) => text("pods.use.unseen").to_owned(),
                Some(Err(error)) => text_with("pods.use.unknown", &[("why", error)]),
            };
            Some(view! { <p class="hint">{words}</p> }.into_any())
        }
    }
}

/// How much of something a pod uses; below, how much it asks for and may take.
pub(super) fn amount(
    used: impl Fn() -> Option<f64> + Send + Sync + 'static,
    amounts: Amounts,
    unit: Unit,
) -> AnyView {
    let now = move || used().map(|used| view! { <div class="used">{quantity(used, unit)}</div> });
    let asked = asked(amounts, unit).map(|words| view! { <span class="asked">{words}</span> });
    view! { {now}{asked} }.into_any()
}

fn asked(Amounts { request, limit }: Amounts, unit: Unit) -> Option<String> {
    let written = |amount: Option<f64>| amount.map(|amount| quantity(amount, unit));
    match (written(request), written(limit)) {
        (None, None) => None,
        (Some(request), None) => Some(text_with("pods.asked", &[("request", &request)])),
        (None, Some(limit)) => Some(text_with("pods.limited", &[("limit", &limit)])),
        (Some(request), Some(limit)) => {
            Some(text_with("pods.asked-limited", &[("request", &request), ("limit", &limit)]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_left_out() {
        let of = |request, limit| Owner::new().with(|| asked(Amounts { request, limit }, Unit::Cores));

        assert_eq!(of(None, None), None);
        assert_eq!(of(Some(0.1), None).as_deref(), Some("asks for 100m"));
        assert_eq!(of(None, Some(2.0)).as_deref(), Some("at most 2"));
        assert_eq!(of(Some(0.1), Some(2.0)).as_deref(), Some("asks for 100m, at most 2"));
    }
}
