//! Kinds that rule over how many pods there are.

use super::shared::{from_condition, object, selects, sentence, terminating, words};
use crate::column::{age, counter, function, number, ratio, status, text};
use crate::said::say;
use crate::{Field, Health, Interner, Kind, Menu, Object, Relation, explain};
use model::Level;

pub(super) fn horizontal_pod_autoscalers() -> Kind {
    Kind {
        menu: Menu::Workloads,
        aliases: words(["hpa"]),
        status: Some(autoscaler_status),
        explain: Some(explain::scaling::autoscaler),
        columns: vec![
            status(),
            function("target", target),
            function("metrics", metrics),
            number("minimum", "/spec/minReplicas"),
            number("maximum", "/spec/maxReplicas"),
            counter("replicas", "/status/currentReplicas"),
            age(),
        ],
        relations: vec![Relation::RefersToAny { path: "/spec/scaleTargetRef" }],
        ..Kind::plain("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers")
    }
}

fn autoscaler_status(autoscaler: &Object<'_>) -> Health {
    let is = |kind: &str, state: &str| {
        autoscaler.condition(kind).filter(|condition| condition.text_at("/status") == state)
    };
    if let Some(status) = terminating(autoscaler) {
        return status;
    }
    if let Some(unable) = is("AbleToScale", "False") {
        return from_condition(Level::Failed, unable);
    }
    if let Some(inactive) = is("ScalingActive", "False") {
        let switched_off = inactive.text_at("/reason") == "ScalingDisabled";
        return from_condition(if switched_off { Level::Inactive } else { Level::Failed }, inactive);
    }
    // At its maximum it would like more than it may have; at its minimum all is quiet.
    if let Some(limited) =
        is("ScalingLimited", "True").filter(|limit| limit.text_at("/reason") == "TooManyReplicas")
    {
        return from_condition(Level::Warning, limited);
    }
    if autoscaler.condition("ScalingActive").is_none() {
        return Health::new(Level::Progressing, "Pending").because(say("reason.autoscaler.not-measured"));
    }
    Health::new(Level::Healthy, "Active")
}

fn target(autoscaler: &Object<'_>, interner: &mut Interner) -> Field {
    let Some(target) = autoscaler.at("/spec/scaleTargetRef") else { return Field::None };
    let group = super::shared::group_of(target.text_at("/apiVersion"));
    object(interner, group, target.text_at("/kind"), autoscaler.namespace(), target.text_at("/name"))
}

/// Each metric as `cpu 45%/80%`, as far as it is known.
fn metrics(autoscaler: &Object<'_>, interner: &mut Interner) -> Field {
    let current = autoscaler.items_at("/status/currentMetrics");
    let texts: Vec<String> = autoscaler
        .items_at("/spec/metrics")
        .iter()
        .enumerate()
        .map(|(index, metric)| {
            let (name, wanted) = metric_value(metric, "target");
            let known = current.get(index).map(|metric| metric_value(metric, "current").1);
            format!("{name} {}/{wanted}", known.filter(|known| !known.is_empty()).unwrap_or("?".into()))
        })
        .collect();
    interner.list_field(texts.iter().map(String::as_str))
}

fn metric_value(metric: &Object<'_>, side: &str) -> (String, String) {
    let Some((_, detail)) = metric.entries().iter().find(|(key, _)| key != "type") else {
        return (metric.text_at("/type").to_owned(), String::new());
    };
    let name =
        ["/name", "/metric/name"].into_iter().map(|path| detail.text_at(path)).find(|name| !name.is_empty());
    let value = detail.get(side).map_or(String::new(), |value| {
        if let Some(percent) = value.number_at("/averageUtilization") {
            return format!("{percent}%");
        }
        let paths = ["/averageValue", "/value"];
        paths
            .into_iter()
            .map(|path| value.text_at(path))
            .find(|text| !text.is_empty())
            .unwrap_or_default()
            .into()
    });
    (name.unwrap_or_default().to_owned(), value)
}

pub(super) fn pod_disruption_budgets() -> Kind {
    Kind {
        menu: Menu::Workloads,
        aliases: words(["pdb"]),
        status: Some(budget_status),
        explain: Some(explain::scaling::budget),
        columns: vec![
            status(),
            text("min_available", "/spec/minAvailable").at_end(),
            text("max_unavailable", "/spec/maxUnavailable").at_end(),
            counter("allowed_disruptions", "/status/disruptionsAllowed"),
            ratio("healthy", "/status/currentHealthy", "/status/desiredHealthy"),
            number("expected_pods", "/status/expectedPods").hidden(),
            age(),
        ],
        relations: vec![selects("pods", "/spec/selector")],
        ..Kind::plain("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets")
    }
}

fn budget_status(budget: &Object<'_>) -> Health {
    let number = |path| budget.number_at(path).unwrap_or_default();
    if let Some(failed) =
        budget.condition("DisruptionAllowed").filter(|condition| condition.text_at("/reason") == "SyncFailed")
    {
        return Health::new(Level::Failed, "SyncFailed").because(sentence(failed.text_at("/message")));
    }
    let (healthy, desired) = (number("/status/currentHealthy"), number("/status/desiredHealthy"));
    match (number("/status/expectedPods"), number("/status/disruptionsAllowed")) {
        (0, _) => Health::new(Level::Inactive, "No pods").because(say("reason.budget.no-pods")),
        (_, 0) if healthy < desired => Health::new(Level::Failed, "InsufficientPods")
            .because(say("reason.budget.too-few").with("healthy", healthy).with("needed", desired)),
        (_, 0) => Health::new(Level::Warning, "Blocking")
            .because(say("reason.budget.blocking").with("needed", desired)),
        _ => Health::new(Level::Healthy, "SufficientPods"),
    }
}
