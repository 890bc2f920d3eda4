//! Deployments, sets and jobs.

use serde_json::{Value, json};

use super::{immutable, list, not_negative, pods, text};
use crate::selectors::LabelSelector;
use crate::status::Cause;

/// The selector has to be there and to choose the template's own pods.
fn selector(object: &Value, causes: &mut Vec<Cause>) {
    let selector = &object["spec"]["selector"];
    let is_empty = |key: &str| match &selector[key] {
        Value::Object(labels) => labels.is_empty(),
        Value::Array(expressions) => expressions.is_empty(),
        _ => true,
    };
    if selector.is_null() {
        causes.push(Cause::required("spec.selector", ""));
    } else if is_empty("matchLabels") && is_empty("matchExpressions") {
        causes.push(Cause::invalid("spec.selector", selector, "empty selector is invalid for deployment"));
    }
    let template = &object["spec"]["template"];
    if let Some(parsed) = LabelSelector::from_json(selector)
        && !parsed.matches_json(template)
    {
        let labels = &template["metadata"]["labels"];
        let mut cause = Cause::invalid(
            "spec.template.metadata.labels",
            labels,
            "`selector` does not match template `labels`",
        );
        cause.message = format!("Invalid value: {labels}: `selector` does not match template `labels`");
        causes.push(cause);
    }
}

fn restarts(object: &Value, pointer: &str, allowed: &[&str], causes: &mut Vec<Cause>) {
    let policy = text(object, pointer);
    if !allowed.contains(&policy) {
        let field = pointer.trim_start_matches('/').replace('/', ".");
        causes.push(Cause::not_supported(field, &json!(policy), allowed));
    }
}

fn replicated(new: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    not_negative(new, "/spec/replicas", causes);
    not_negative(new, "/spec/minReadySeconds", causes);
    selector(new, causes);
    pods::template(&new["spec"]["template"], "spec.template", causes);
    restarts(new, "/spec/template/spec/restartPolicy", &["Always"], causes);
    if let Some(old) = old {
        immutable(new, old, "/spec/selector", causes);
    }
}

pub(crate) fn deployment(new: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    replicated(new, old, causes);
    not_negative(new, "/spec/revisionHistoryLimit", causes);
    let strategy = &new["spec"]["strategy"];
    match text(strategy, "/type") {
        "Recreate" if !strategy["rollingUpdate"].is_null() => causes.push(Cause::forbidden(
            "spec.strategy.rollingUpdate",
            "may not be specified when strategy `type` is 'Recreate'",
        )),
        "Recreate" | "RollingUpdate" => {}
        _ => causes.push(Cause::not_supported(
            "spec.strategy.type",
            &strategy["type"],
            &["Recreate", "RollingUpdate"],
        )),
    }
    let is_zero =
        |key: &str| matches!(&strategy["rollingUpdate"][key], value if *value == 0 || *value == "0%");
    if is_zero("maxSurge") && is_zero("maxUnavailable") {
        causes.push(Cause::invalid(
            "spec.strategy.rollingUpdate.maxUnavailable",
            &json!(0),
            "may not be 0 when `maxSurge` is 0",
        ));
    }
}

pub(crate) fn replica_set(new: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    replicated(new, old, causes);
}

pub(crate) fn daemon_set(new: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    replicated(new, old, causes);
}

pub(crate) fn stateful_set(new: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    replicated(new, None, causes);
    let Some(old) = old else { return };
    let bare = |object: &Value| {
        let mut spec = object["spec"].clone();
        if let Some(fields) = spec.as_object_mut() {
            for key in [
                "replicas",
                "ordinals",
                "template",
                "updateStrategy",
                "revisionHistoryLimit",
                "persistentVolumeClaimRetentionPolicy",
                "minReadySeconds",
            ] {
                fields.remove(key);
            }
        }
        spec
    };
    if bare(old) != bare(new) {
        causes.push(Cause::forbidden(
            "spec",
            "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
        ));
    }
}

pub(crate) fn job(new: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    for pointer in
        ["/spec/parallelism", "/spec/completions", "/spec/backoffLimit", "/spec/activeDeadlineSeconds"]
    {
        not_negative(new, pointer, causes);
    }
    pods::template(&new["spec"]["template"], "spec.template", causes);
    restarts(new, "/spec/template/spec/restartPolicy", &["OnFailure", "Never"], causes);
    if let Some(old) = old {
        immutable(new, old, "/spec/selector", causes);
        immutable(new, old, "/spec/template", causes);
        if old["spec"]["completionMode"] != "Indexed" {
            immutable(new, old, "/spec/completions", causes);
        }
        immutable(new, old, "/spec/completionMode", causes);
    }
}

pub(crate) fn cron_job(new: &Value, _old: Option<&Value>, causes: &mut Vec<Cause>) {
    let schedule = text(new, "/spec/schedule");
    if schedule.is_empty() {
        causes.push(Cause::required("spec.schedule", ""));
    } else if !is_schedule(schedule) {
        let count = schedule.split_whitespace().count();
        let why = if count == 5 {
            "failed to parse schedule".to_owned()
        } else {
            format!("expected exactly 5 fields, found {count}: [{schedule}]")
        };
        causes.push(Cause::invalid("spec.schedule", &json!(schedule), &why));
    }
    let policies = ["Allow", "Forbid", "Replace"];
    if !policies.contains(&text(new, "/spec/concurrencyPolicy")) {
        causes.push(Cause::not_supported(
            "spec.concurrencyPolicy",
            &new["spec"]["concurrencyPolicy"],
            &policies,
        ));
    }
    let path = "spec.jobTemplate.spec.template";
    pods::template(&new["spec"]["jobTemplate"]["spec"]["template"], path, causes);
    restarts(new, "/spec/jobTemplate/spec/template/spec/restartPolicy", &["OnFailure", "Never"], causes);
    if list(new, "/spec/jobTemplate/spec/template/spec/containers").is_empty() {
        not_negative(new, "/spec/startingDeadlineSeconds", causes);
    }
}

/// Whether the text has five fields of plausible characters, or is one of the abbreviations.
fn is_schedule(text: &str) -> bool {
    if let Some(word) = text.strip_prefix('@') {
        let words = ["yearly", "annually", "monthly", "weekly", "daily", "midnight", "hourly"];
        return words.contains(&word) || word.starts_with("every ");
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    let fits = |field: &&str| field.chars().all(|one| one.is_ascii_alphanumeric() || "*/,-?".contains(one));
    fields.len() == 5 && fields.iter().all(fits)
}

#[cfg(test)]
mod tests {
    use super::deployment;
    use serde_json::json;

    #[test]
    fn a_selector_has_to_choose_the_template() {
        let mut causes = Vec::new();
        let object = json!({"spec": {
            "replicas": -1, "selector": {"matchLabels": {"app": "a"}}, "strategy": {"type": "RollingUpdate"},
            "template": {
                "metadata": {"labels": {"app": "b"}},
                "spec": {"restartPolicy": "Always", "containers": [{"name": "c", "image": "i"}]},
            },
        }});

        deployment(&object, None, &mut causes);

        let fields: Vec<&str> = causes.iter().map(|cause| cause.field.as_str()).collect();
        assert_eq!(fields, ["spec.replicas", "spec.template.metadata.labels"]);
    }
}
