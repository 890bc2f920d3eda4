//! How much more of a namespace's quotas an object would take.

use serde_json::Value;
use workloads_contract::{Cost, Draft, Form, cost, forms};

/// What an object would take of quotas, beyond what it takes by now.
pub(crate) struct Weighed {
    /// The form of its kind, which knows where its pods stand.
    pub form: &'static Form,
    /// The object as it would be.
    pub draft: Draft,
    /// How much more, in thousandths.
    pub takes: Cost,
}

/// What an object of a kind would take; nothing where it takes no more, and of kinds of which that is not known.
pub(crate) fn weigh(kind: &str, live: Option<&Value>, result: &Value) -> Option<Weighed> {
    let form = forms::find(kind)?;
    let draft = Draft { objects: vec![result.clone()] };
    let mut takes = cost(form, &draft);
    if let Some(live) = live {
        for (resource, amount) in cost(form, &Draft { objects: vec![live.clone()] }) {
            *takes.entry(resource).or_default() -= amount;
        }
    }
    takes.retain(|_, amount| *amount > 0);
    (!takes.is_empty()).then_some(Weighed { form, draft, takes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn deployment(replicas: u32) -> Value {
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"},
            "spec": {"replicas": replicas, "template": {"spec": {"containers": [
                {"name": "web", "resources": {"requests": {"cpu": "500m"}}},
            ]}}},
        })
    }

    #[test]
    fn what_is_added_counts_and_what_is_there_already_does_not() {
        let takes = |live: Option<u32>, result: u32| {
            let live = live.map(deployment);
            let weighed = weigh("deployments", live.as_ref(), &deployment(result))?;
            weighed.takes.get("requests.cpu").copied()
        };

        assert_eq!(takes(None, 2), Some(1_000));
        assert_eq!(takes(Some(2), 5), Some(1_500));
        assert_eq!(takes(Some(5), 2), None, "less is never too much");
        assert!(weigh("nodes", None, &json!({})).is_none());
    }
}
