//! What limit ranges would refuse, told at the fields before anything is sent.

use super::{LimitLine, LimitOf};
use crate::cost::{amount, claims_of_pod, of_pod};
use crate::place::joined;
use crate::rule::Fault;
use crate::{Draft, Form, LogFiles};
use model::quantity::thousandths;
use serde_json::Value;

/// The text of a fault, and the bound that it names.
type Wrong<'l> = (&'static str, &'l str);

impl Draft {
    /// Everything that the limit ranges of its namespace would refuse of it, or of the pods that come of it. What nobody
    /// fills in has their defaults, and is not looked at.
    pub fn refused_by(&self, form: &Form, limits: &[LimitLine]) -> Vec<Fault> {
        let mut faults = self.refused_claims(form, limits);
        if let Some(template) = form.template {
            faults.extend(self.refused_pod(template, limits));
        }
        for fault in &mut faults {
            if let Some(place) = form.nearest(&fault.place) {
                fault.place = place;
            }
        }
        faults
    }

    /// Of the claim itself, or of those of which each pod has one: of its stateful set, or among its volumes.
    fn refused_claims(&self, form: &Form, limits: &[LimitLine]) -> Vec<Fault> {
        let object = self.objects.first().unwrap_or(&Value::Null);
        let mut claims: Vec<(String, &Value)> = match object["kind"].as_str() {
            Some("PersistentVolumeClaim") => vec![("0/spec".to_owned(), &object["spec"])],
            _ => {
                let claims = object["spec"]["volumeClaimTemplates"].as_array().into_iter().flatten();
                let place = |index: usize| format!("0/spec/volumeClaimTemplates/{index}/spec");
                claims.enumerate().map(|(index, claim)| (place(index), &claim["spec"])).collect()
            }
        };
        if let Some(template) = form.template {
            let pod = joined(template, "spec");
            let place = |index: usize| format!("0/{pod}/volumes/{index}/ephemeral/volumeClaimTemplate/spec");
            let found = self.at(0, &pod).map(claims_of_pod).into_iter().flatten();
            claims.extend(found.map(|(index, claim)| (place(index), claim)));
        }
        let refused = |(place, claim): (String, &Value)| {
            let asked = amount(&claim["resources"]["requests"]["storage"])?;
            let mut about = about(limits, LimitOf::PersistentVolumeClaim, "storage");
            let (text, bound) = about.find_map(|line| line.wrong(asked))?;
            let place = format!("{place}/resources/requests/storage");
            Some(Fault { place, text, value: bound.to_owned() })
        };
        claims.into_iter().filter_map(refused).collect()
    }

    fn refused_pod(&self, template: &str, limits: &[LimitLine]) -> Vec<Fault> {
        let place = joined(template, "spec");
        let pod = self.at(0, &place).unwrap_or(&Value::Null);
        let mut faults = Vec::new();
        for part in ["containers", "initContainers"] {
            for (index, container) in pod[part].as_array().into_iter().flatten().enumerate() {
                // Nobody fills in what log files are read with.
                if LogFiles::read(container).is_some() {
                    continue;
                }
                let place = format!("0/{place}/{part}/{index}/resources");
                faults.extend(refused_container(container, &place, limits));
                faults.extend(too_far(container, &place, limits));
            }
        }
        let refused = |line: &LimitLine| {
            let (text, bound) = wrong_in_all(pod, line, limits)?;
            let value = format!("{bound} ({})", line.resource);
            Some(Fault { place: format!("0/{place}/containers"), text, value })
        };
        faults.extend(limits.iter().filter(|line| line.of == LimitOf::Pod).filter_map(refused));
        faults
    }
}

impl LimitLine {
    /// What is wrong with an amount.
    fn wrong(&self, asked: i128) -> Option<Wrong<'_>> {
        if let Some((least, text)) = bound(self.least.as_deref())
            && asked < least
        {
            return Some(("fault.limit-least", text));
        }
        let (most, text) = bound(self.most.as_deref())?;
        (asked > most).then_some(("fault.limit-most", text))
    }
}

/// Whether a limit is more than so many times, in thousandths, what is asked for. Nothing is no multiple of anything.
fn is_too_far(request: Option<i128>, limit: Option<i128>, ratio: i128) -> bool {
    match (request, limit) {
        (Some(request), Some(limit)) => request <= 0 || limit <= 0 || limit * 1_000 > ratio * request,
        _ => true,
    }
}

/// The limits of a container that are too far above its requests. Where it says only one of them it has the other by
/// default, or is refused for want of it.
fn too_far(container: &Value, place: &str, limits: &[LimitLine]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for line in limits.iter().filter(|line| line.of == LimitOf::Container) {
        let Some((ratio, text)) = bound(line.most_ratio.as_deref()) else { continue };
        let said = |side: &str| amount(&container["resources"][side][&line.resource]);
        let usual = |of: fn(&LimitLine) -> Option<&str>| {
            about(limits, LimitOf::Container, &line.resource).find_map(|line| thousandths(of(line)?))
        };
        let limit = said("limits").or_else(|| usual(|line| line.default_limit.as_deref()));
        let request = said("requests").or_else(|| said("limits"));
        let request = request.or_else(|| usual(|line| line.default_request.as_deref()));
        if !is_too_far(request, limit, ratio) {
            continue;
        }
        // What was filled in is told; where both are missing, what is to be filled in first.
        let (side, key) = match (request, limit) {
            (Some(_), Some(_)) if said("limits").is_none() => ("requests", "fault.limit-ratio"),
            (Some(_), None) => ("limits", "fault.ratio-limit"),
            (None, _) => ("requests", "fault.ratio-request"),
            (Some(_), Some(_)) => ("limits", "fault.limit-ratio"),
        };
        let place = format!("{place}/{side}/{}", line.resource.replace('/', "~1"));
        faults.push(Fault { place, text: key, value: text.to_owned() });
    }
    faults
}

/// A bound in thousandths, and as it is written.
fn bound(text: Option<&str>) -> Option<(i128, &str)> {
    let text = text?;
    Some((thousandths(text)?, text))
}

/// What is said of a resource.
fn about<'l>(limits: &'l [LimitLine], of: LimitOf, resource: &str) -> impl Iterator<Item = &'l LimitLine> {
    limits.iter().filter(move |line| line.of == of && line.resource == resource)
}

/// What a container asks for and may not. Where it says no limit it is given one, which a request may not pass either.
fn refused_container(container: &Value, place: &str, limits: &[LimitLine]) -> Vec<Fault> {
    let resources = &container["resources"];
    let mut faults = Vec::new();
    for side in ["requests", "limits"] {
        for (resource, asked) in resources[side].as_object().into_iter().flatten() {
            let Some(asked) = amount(asked) else { continue };
            let wrong = about(limits, LimitOf::Container, resource).find_map(|line| line.wrong(asked));
            let is_alone = side == "requests" && resources["limits"][resource].is_null();
            let above_usual = || {
                let mut about = about(limits, LimitOf::Container, resource).filter(|_| is_alone);
                let (usual, text) = about.find_map(|line| bound(line.default_limit.as_deref()))?;
                (asked > usual).then_some(("fault.limit-usual", text))
            };
            if let Some((text, bound)) = wrong.or_else(above_usual) {
                let place = format!("{place}/{side}/{}", resource.replace('/', "~1"));
                faults.push(Fault { place, text, value: bound.to_owned() });
            }
        }
    }
    faults
}

/// What is wrong with what all containers of a pod ask for together, with the defaults of those that say nothing.
fn wrong_in_all<'l>(pod: &Value, line: &'l LimitLine, limits: &[LimitLine]) -> Option<Wrong<'l>> {
    let resource = line.resource.as_str();
    let said = |container: &Value, side: &str| amount(&container["resources"][side][resource]);
    let usual = |of: fn(&LimitLine) -> Option<&str>| {
        about(limits, LimitOf::Container, resource).find_map(|line| thousandths(of(line)?))
    };
    let (usual_request, usual_limit) =
        (usual(|line| line.default_request.as_deref()), usual(|line| line.default_limit.as_deref()));
    let limit = of_pod(pod, |container| said(container, "limits").or(usual_limit));
    let request = of_pod(pod, |container| {
        said(container, "requests").or_else(|| said(container, "limits")).or(usual_request)
    });
    if let Some((least, text)) = bound(line.least.as_deref())
        && (request.is_none_or(|request| request < least) || limit.is_some_and(|limit| limit < least))
    {
        return Some(("fault.pod-least", text));
    }
    if let Some((most, text)) = bound(line.most.as_deref())
        && (limit.is_none_or(|limit| limit > most) || request.is_some_and(|request| request > most))
    {
        return Some(("fault.pod-most", text));
    }
    let (ratio, text) = bound(line.most_ratio.as_deref())?;
    is_too_far(request, limit, ratio).then_some(("fault.pod-ratio", text))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::super::tests::line;
    use super::*;
    use crate::forms;
    use serde_json::json;

    const CONTAINERS: &str = "spec/template/spec/containers";

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    /// Each fault as its place, its text and its bound, of a deployment whose container has these resources.
    fn refused(resources: Value, limits: &[LimitLine]) -> Vec<(String, &'static str, String)> {
        let form = forms::find("deployments").unwrap();
        let mut draft = Draft::begin(form, "web", "shop");
        draft.set(form, 0, &format!("{CONTAINERS}/0/resources"), Some(resources));
        let faults = draft.refused_by(form, limits);
        assert!(faults.iter().all(|fault| form.step_of(&fault.place).is_some()), "{faults:?}");
        let below = |place: &str| place.trim_start_matches(&format!("0/{CONTAINERS}")).to_owned();
        faults.into_iter().map(|fault| (below(&fault.place), fault.text, fault.value)).collect()
    }

    fn one(place: &str, text: &'static str, value: &str) -> Vec<(String, &'static str, String)> {
        vec![(place.to_owned(), text, value.to_owned())]
    }

    #[test]
    fn what_a_container_may_not_ask_for_is_told_with_the_bound() {
        let cpu = LimitLine {
            least: text("50m"),
            most: text("2"),
            default_limit: text("500m"),
            ..line(LimitOf::Container, "cpu")
        };
        let limits = [cpu];

        let low = refused(json!({"requests": {"cpu": "10m"}}), &limits);
        assert_eq!(low, one("/0/resources/requests/cpu", "fault.limit-least", "50m"));
        let high = refused(json!({"requests": {"cpu": "1"}, "limits": {"cpu": 3}}), &limits);
        assert_eq!(high, one("/0/resources/limits/cpu", "fault.limit-most", "2"));
        let above_usual = refused(json!({"requests": {"cpu": "1"}}), &limits);
        assert_eq!(above_usual, one("/0/resources/requests/cpu", "fault.limit-usual", "500m"));
        for good in [json!({"requests": {"cpu": "50m"}}), json!({"limits": {"cpu": "2"}}), json!({})] {
            assert_eq!(refused(good.clone(), &limits), [], "{good}");
        }
    }

    #[test]
    fn a_limit_too_far_above_its_request_is_told_with_how_far_it_may_be() {
        let cpu = LimitLine { most_ratio: text("2"), ..line(LimitOf::Container, "cpu") };
        let with_usual = LimitLine { default_limit: text("500m"), ..cpu.clone() };
        let alone = |resources: Value| refused(resources, std::slice::from_ref(&cpu));

        let far = alone(json!({"requests": {"cpu": "100m"}, "limits": {"cpu": "201m"}}));
        assert_eq!(far, one("/0/resources/limits/cpu", "fault.limit-ratio", "2"));
        assert_eq!(alone(json!({"requests": {"cpu": "100m"}, "limits": {"cpu": "200m"}})), []);
        assert_eq!(alone(json!({"limits": {"cpu": "1"}})), [], "it asks for what it may have");
        let without_limit = alone(json!({"requests": {"cpu": "100m"}}));
        assert_eq!(without_limit, one("/0/resources/limits/cpu", "fault.ratio-limit", "2"));
        assert_eq!(alone(json!({})), one("/0/resources/requests/cpu", "fault.ratio-request", "2"));
        let below_usual = refused(json!({"requests": {"cpu": "100m"}}), &[with_usual]);
        assert_eq!(below_usual, one("/0/resources/requests/cpu", "fault.limit-ratio", "2"));

        let pod = LimitLine { most_ratio: text("1500m"), ..line(LimitOf::Pod, "memory") };
        let memory = |limit: &str| json!({"requests": {"memory": "1Gi"}, "limits": {"memory": limit}});
        assert_eq!(refused(memory("1536Mi"), std::slice::from_ref(&pod)), []);
        assert_eq!(refused(memory("2Gi"), &[pod]), one("", "fault.pod-ratio", "1500m (memory)"));
    }

    #[test]
    fn what_no_field_of_its_own_asks_for_is_told_where_it_is_filled_in() {
        let gpus = LimitLine { most: text("1"), ..line(LimitOf::Container, "nvidia.com/gpu") };

        let found = refused(json!({"limits": {"nvidia.com/gpu": "2"}}), &[gpus]);

        assert_eq!(found, one("/0/resources/limits", "fault.limit-most", "1"));
    }

    #[test]
    fn the_containers_of_a_pod_are_held_against_its_bounds_together_with_their_defaults() {
        let usual = LimitLine { default_limit: text("1Gi"), ..line(LimitOf::Container, "memory") };
        let pod = LimitLine { most: text("1536Mi"), ..line(LimitOf::Pod, "memory") };
        let two = |limits: &[LimitLine]| {
            let form = forms::find("deployments").unwrap();
            let mut draft = Draft::begin(form, "web", "shop");
            let containers = json!([
                {"name": "web", "resources": {"limits": {"memory": "1Gi"}}},
                {"name": "proxy"},
            ]);
            draft.set(form, 0, CONTAINERS, Some(containers));
            draft
                .refused_by(form, limits)
                .into_iter()
                .map(|fault| (fault.text, fault.value))
                .collect::<Vec<_>>()
        };
        let over = [("fault.pod-most", "1536Mi (memory)".to_owned())];

        assert_eq!(two(std::slice::from_ref(&pod)), [], "only one of them says how much");
        assert_eq!(two(&[usual, pod.clone()]), over);
        assert_eq!(refused(json!({}), &[pod])[0].1, "fault.pod-most", "a pod without a limit has too much");
        let least = LimitLine { least: text("1"), ..line(LimitOf::Pod, "cpu") };
        assert_eq!(refused(json!({}), &[least]), one("", "fault.pod-least", "1 (cpu)"));
    }

    #[test]
    fn claims_are_held_against_theirs_and_so_are_those_of_pods() {
        let storage = LimitLine {
            least: text("20Gi"),
            most: text("50Gi"),
            ..line(LimitOf::PersistentVolumeClaim, "storage")
        };
        let limits = [storage];
        let claims = forms::find("persistentvolumeclaims").unwrap();
        let sets = forms::find("statefulsets").unwrap();
        let (claim, mut set) = (Draft::begin(claims, "data", "shop"), Draft::begin(sets, "db", "shop"));
        let wanted =
            json!([{"metadata": {"name": "data"}, "spec": {"resources": {"requests": {"storage": "1Ti"}}}}]);
        set.set(sets, 0, "spec/volumeClaimTemplates", Some(wanted));

        let (of_claim, of_set) = (claim.refused_by(claims, &limits), set.refused_by(sets, &limits));

        let fault = |place: &str, text: &'static str, value: &str| {
            [Fault { place: place.to_owned(), text, value: value.to_owned() }]
        };
        assert_eq!(of_claim, fault("0/spec/resources/requests/storage", "fault.limit-least", "20Gi"));
        let place = "0/spec/volumeClaimTemplates/0/spec/resources/requests/storage";
        assert_eq!(of_set, fault(place, "fault.limit-most", "50Gi"));
    }
}
