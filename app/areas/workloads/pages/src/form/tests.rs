//! Forms as they are drawn: one made from a schema, and what no other control shows.

mod annotations;
mod folded;
mod nodes;
mod routes;
mod secrets;

use super::*;
use crate::words::hint;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::PodSecurityLevel;
use serde_json::json;
use workloads_contract::{LimitLine, LimitOf, LogFiles, LogMount, Neighbours};

fn kiln() -> KindSchema {
    let spec = json!({
        "type": "object", "description": "What is burnt, and how.", "required": ["fuel"],
        "properties": {
            "fuel": {"type": "string", "description": "What is burnt. Coal is not."},
            "degrees": {"type": "integer", "default": 900},
            "stirred": {"type": "boolean", "default": false},
            "glaze": {"type": "string", "enum": ["celadon", "tenmoku"], "default": "celadon"},
            "door": {"type": "object", "required": ["side"], "properties": {"side": {"type": "string"}}},
            "curve": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
        },
    });
    KindSchema {
        api_version: "pots.example/v1".into(),
        kind: "Kiln".into(),
        namespaced: true,
        schema: json!({"properties": {"spec": spec}}),
    }
}

#[component]
fn SecondStep() -> impl IntoView {
    let cluster = ClusterName::parse("harbour").expect("a good name");
    let form = kiln().form("kilns.pots.example");
    let beginning = Beginning::new(form, cluster, form.slug, "shop", Vec::new());
    section(Editing::of(beginning), 1)
}

#[component]
fn Whole() -> impl IntoView {
    let cluster = ClusterName::parse("harbour").expect("a good name");
    let form = kiln().form("kilns.pots.example");
    inside(Beginning::new(form, cluster, form.slug, "shop", Vec::new()))
}

/// A deployment with a sidecar that reads log files, and another one.
fn till() -> Beginning {
    let cluster = ClusterName::parse("harbour").expect("a good name");
    let form = forms::find("deployments").expect("there is one");
    let mut beginning = Beginning::new(form, cluster, form.slug, "shop", Vec::new());
    let mount = LogMount { volume: "data".to_owned(), path: "/var/log/till".to_owned(), part: String::new() };
    let files = vec!["/var/log/till/sales.log".to_owned(), "/var/log/till/audit.log".to_owned()];
    let logs = LogFiles { files, ..LogFiles::of(mount) };
    let pod = json!({
        "containers": [{"name": "main", "image": "till:3", "volumeMounts": [
            {"name": "data", "mountPath": "/var/log/till"}, {"name": "kept", "mountPath": "/kept"},
        ]}],
        "initContainers": [{"name": "proxy", "image": "proxy:1", "restartPolicy": "Always"}, logs.container()],
        "volumes": [{"name": "data", "emptyDir": {}}, {"name": "kept", "emptyDir": {}}],
    });
    beginning.draft.set(form, 0, "spec/template/spec", Some(pod));
    beginning
}

/// A step of a form, by its id.
fn step_of(beginning: Beginning, id: &str) -> AnyView {
    let step = beginning.form.sections.iter().position(|section| section.id == id);
    section(Editing::of(beginning), step.expect("there is such a step"))
}

#[component]
fn Volumes() -> impl IntoView {
    step_of(till(), "volumes")
}

#[component]
fn Containers() -> impl IntoView {
    step_of(till(), "containers")
}

/// The containers where a limit range says something of their CPU.
#[component]
fn Limited() -> impl IntoView {
    let editing = Editing::of(till());
    editing.limits.set(vec![LimitLine {
        range: "usual".into(),
        of: LimitOf::Container,
        resource: "cpu".into(),
        default_request: Some("100m".into()),
        default_limit: Some("500m".into()),
        least: None,
        most: Some("2".into()),
        most_ratio: None,
    }]);
    let place = "spec/template/spec/containers/0/resources/limits/cpu";
    editing.set(0, place, Some(json!("3")));
    let step = editing.form.sections.iter().position(|section| section.id == "containers");
    section(editing, step.expect("there is such a step"))
}

/// The containers where the namespace keeps pods away from nodes.
#[component]
fn Kept() -> impl IntoView {
    let editing = Editing::of(shop());
    editing.pod_security.set(Some(PodSecurityLevel::Baseline));
    let step = editing.form.sections.iter().position(|section| section.id == "containers");
    section(editing, step.expect("there is such a step"))
}

/// A claim that exists, whose ways of access cannot be changed any more.
#[component]
fn Existing() -> impl IntoView {
    let cluster = ClusterName::parse("harbour").expect("a good name");
    let form = forms::find("persistentvolumeclaims").expect("there is one");
    let mut beginning = Beginning::new(form, cluster, form.slug, "shop", Vec::new());
    let modes = json!(["ReadWriteMany", "ReadOnlyMany"]);
    beginning.draft.set(form, 0, "spec/accessModes", Some(modes));
    let resource = resource(&["harbour", form.slug, "shop", "data"].map(str::to_owned));
    beginning.base = Some(Base {
        resource: resource.expect("good names"),
        uid: "uid".into(),
        resource_version: "1".into(),
    });
    step_of(beginning, "storage")
}

#[component]
fn Target() -> impl IntoView {
    let cluster = ClusterName::parse("harbour").expect("a good name");
    let form = forms::find("horizontalpodautoscalers").expect("there is one");
    let kiln = json!({"apiVersion": "pots.example/v1", "kind": "Kiln", "name": "red"});
    let mut beginning = Beginning::new(form, cluster, form.slug, "shop", Vec::new());
    beginning.draft.set(form, 0, "spec/scaleTargetRef", Some(kiln));
    step_of(beginning, "scaling")
}

/// A job with everything that jobs have, and what belongs together missing in two places.
fn count() -> Beginning {
    let cluster = ClusterName::parse("harbour").expect("a good name");
    let form = forms::find("jobs").expect("there is one");
    let mut beginning = Beginning::new(form, cluster, form.slug, "shop", Vec::new());
    let rules = json!([
        {"action": "FailIndex", "onExitCodes": {"operator": "In", "values": [3, 42], "containerName": "main"}},
        {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
    ]);
    for (path, value) in [
        ("spec/completionMode", json!("Indexed")),
        ("spec/completions", json!(3)),
        ("spec/maxFailedIndexes", json!(2)),
        ("spec/suspend", json!(true)),
        ("spec/podFailurePolicy/rules", rules),
        ("spec/template/spec/restartPolicy", json!("OnFailure")),
        ("spec/template/metadata/annotations", json!({"note": "counted"})),
    ] {
        beginning.draft.set(form, 0, path, Some(value));
    }
    beginning
}

/// A deployment whose pods keep apart, with a container that has a bit of everything.
fn shop() -> Beginning {
    let cluster = ClusterName::parse("harbour").expect("a good name");
    let form = forms::find("deployments").expect("there is one");
    let mut beginning = Beginning::new(form, cluster, form.slug, "shop", Vec::new());
    let setting = json!({"name": "settings", "key": "a", "optional": true});
    let container = json!({
        "name": "main", "image": "shop:2",
        "env": [{"name": "SETTING", "valueFrom": {"configMapKeyRef": setting}}],
        "lifecycle": {"preStop": {"sleep": {"seconds": 45}}},
        "resources": {"limits": {"cpu": "1", "nvidia.com/gpu": "2"}},
    });
    let keys =
        json!({"secretName": "keys", "defaultMode": 288, "items": [{"key": "a", "path": "a", "mode": 256}]});
    let spread = json!({
        "topologyKey": "zone", "maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["back", "cache"]}]},
    });
    for (path, value) in [
        ("metadata/name", json!("shop")),
        ("spec/template/spec/containers", json!([container])),
        ("spec/template/spec/volumes", json!([{"name": "keys", "secret": keys}])),
        ("spec/template/spec/topologySpreadConstraints", json!([spread])),
    ] {
        beginning.draft.set(form, 0, path, Some(value));
    }
    beginning.draft.set_neighbours(form, Neighbours::Apart);
    let pod = beginning.draft.at(0, "spec/template/spec").cloned();
    let mut pod = pod.expect("it has one");
    workloads_contract::host_time::switch(&mut pod, "containers/0", true);
    beginning.draft.set(form, 0, "spec/template/spec", Some(pod));
    beginning
}

/// A step of one of these, with everything told that is wrong in it.
#[component]
fn ToldStep() -> impl IntoView {
    let params = use_params_map();
    let part = |name: &str| params.read_untracked().get(name).unwrap_or_default();
    let editing = Editing::of(if part("form") == "jobs" { count() } else { shop() });
    editing.shows_all.set(true);
    let step = editing.form.sections.iter().position(|section| section.id == part("step"));
    section(editing, step.expect("there is such a step"))
}

async fn render(address: &str) -> String {
    rendering::render(address, || {
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/step") view=SecondStep/>
                    <Route path=path!("/whole") view=Whole/>
                    <Route path=path!("/volumes") view=Volumes/>
                    <Route path=path!("/containers") view=Containers/>
                    <Route path=path!("/limited") view=Limited/>
                    <Route path=path!("/kept") view=Kept/>
                    <Route path=path!("/existing") view=Existing/>
                    <Route path=path!("/target") view=Target/>
                    <Route path=path!("/told/:form/:step") view=ToldStep/>
                </Routes>
            </Router>
        }
    })
    .await
}

#[tokio::test]
async fn fields_have_the_names_hints_and_defaults_of_their_kind() {
    let html = render("/step").await;

    for words in [
        "What is burnt, and how.",
        "fuel *",
        "What is burnt.",
        "What is burnt. Coal is not.",
        "placeholder=\"Default: 900\"",
        "Default: No",
        "Default: celadon",
        "Only in the YAML beside",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(!html.contains("field.") && !html.contains("section."), "no key of a text: {html}");
    assert!(
        html.contains("door") && !html.contains("side *"),
        "what is folded is drawn when it is opened: {html}"
    );
}

#[tokio::test]
async fn the_steps_are_the_metadata_and_the_spec_and_the_yaml_stands_beside() {
    let html = render("/whole").await;

    assert!(html.contains("Basics") && html.contains(">spec<"), "{html}");
    assert!(html.contains("apiVersion: pots.example/v1\nkind: Kiln"), "{html}");
}

#[tokio::test]
async fn log_files_are_shown_with_the_volumes_and_not_among_the_containers() {
    let volumes = render("/volumes").await;
    let containers = render("/containers").await;

    for words in [
        "Log files",
        "Kubernetes 1.29 or newer",
        "logs-data",
        "data · /var/log/till",
        "kept · /kept",
        "/var/log/till/sales.log\n/var/log/till/audit.log</textarea>",
        "value=\"busybox:1.37\"",
        "Add: Log files",
        "Remove logs-data",
    ] {
        assert!(volumes.contains(words), "{words}: {volumes}");
    }
    assert!(!volumes.contains("A container has to mount a volume first"), "another one is free: {volumes}");
    assert!(!volumes.contains("log-files."), "no key of a text: {volumes}");
    assert!(containers.contains("proxy:1") && !containers.contains("logs-data"), "{containers}");
    assert!(containers.contains("Find an image") && containers.contains("Its tags"), "{containers}");
    assert!(!containers.contains("busybox"), "{containers}");
}

/// Of all fields, with those inside of others.
fn each(fields: &[Field], found: &mut impl FnMut(&Field)) {
    for field in fields {
        found(field);
        match field.control {
            Control::Group(inner) | Control::Object(inner) | Control::Items { fields: inner, .. } => {
                each(inner, found);
            }
            Control::OneOf(variants) => variants.iter().for_each(|variant| each(variant.fields, found)),
            _ => {}
        }
    }
}

#[test]
fn every_field_and_every_step_of_every_form_has_its_words() {
    let mut missing = Vec::new();
    for form in forms::ALL {
        for (group, id) in
            form.sections.iter().map(|section| ("section", section.id)).chain([("new", form.slug)])
        {
            missing.extend((text_of(group, id) == format!("{group}.{id}")).then(|| format!("{group}.{id}")));
        }
        for section in form.sections {
            each(section.fields, &mut |field| {
                let is_missing = text_of("field", field.id) == format!("field.{}", field.id);
                missing.extend(is_missing.then(|| format!("{}: field.{}", form.slug, field.id)));
                assert_ne!(hint(field.id), Some(String::new()));
            });
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

#[tokio::test]
async fn what_limit_ranges_say_stands_at_the_field_and_so_does_what_they_refuse() {
    let html = render("/limited").await;

    assert!(html.contains("type=\"range\"") && html.contains("max=\"8\""), "up to what is allowed: {html}");

    for words in [
        "Default 100m · at most 2 (limit range usual)",
        "Default 500m · at most 2 (limit range usual)",
        "At most 2, says a limit range of the project.",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
}

#[tokio::test]
async fn what_the_level_of_the_project_refuses_stands_at_the_field() {
    let refused = "refuses what is of the node";

    let html = render("/kept").await;

    assert!(html.contains("baseline") && html.contains(refused), "{html}");
    assert!(!render("/containers").await.contains(refused));
}

#[tokio::test]
async fn how_a_claim_may_be_used_is_told_where_it_cannot_be_changed() {
    let html = render("/existing").await;

    assert!(html.contains("ReadWriteMany, ReadOnlyMany"), "{html}");
}

#[tokio::test]
async fn what_is_scaled_keeps_its_kind_and_its_version() {
    let html = render("/target").await;

    assert!(html.contains("Kiln (pots.example/v1)") && html.contains("ReplicationController"), "{html}");
    assert!(html.contains("value=\"red\""), "{html}");
}

/// Whether the input of a place is drawn with this value.
fn has_value(html: &str, place: &str, value: &str) -> bool {
    let inputs = html.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
    let name = format!("name=\"{place}\"");
    let mut of_place = inputs.filter(|input| input.contains(&name));
    of_place.any(|input| input.contains(&format!("value=\"{value}\"")))
}

#[tokio::test]
async fn the_run_of_a_job_says_what_goes_only_together() {
    let html = render("/told/jobs/run").await;

    for words in [
        "Completions counted",
        "Retries of each index",
        "Failed indexes, at most",
        "Add: Rules for failed pods",
        "FailIndex demands retries of each index.",
        "Rules for failed pods demand Never.",
        "Exit codes",
        "3\n42</textarea>",
        "Annotations of pods",
        "New pods for those that",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    let rules = "0/spec/podFailurePolicy/rules";
    assert!(has_value(&html, &format!("{rules}/0/onExitCodes/containerName"), "main"), "{html}");
    assert!(has_value(&html, &format!("{rules}/1/onPodConditions/0/type"), "DisruptionTarget"), "{html}");
    assert!(!html.contains("field.") && !html.contains("fault.") && !html.contains("variant."), "{html}");
}

#[tokio::test]
async fn a_container_says_its_pause_and_its_time_zone_and_each_limit_once() {
    let html = render("/told/deployments/containers").await;
    let base = "0/spec/template/spec/containers/0";

    let pause = format!("{base}/lifecycle/preStop/sleep/seconds");
    assert!(has_value(&html, &pause, "45"), "{html}");
    assert!(html.contains("Not longer than the 30 s that the pod has to end"), "{html}");
    let zone = html.split(&format!("name=\"{base}/hostTime\"")).nth(1).expect("it is there");
    assert!(zone.split('>').next().is_some_and(|input| input.contains("checked")), "{zone}");
    assert!(html.contains("Time zone of its node") && html.contains("Pods start without it"), "{html}");
    assert!(has_value(&html, &format!("{base}/resources/limits/cpu"), "1"), "{html}");
    assert!(html.contains("Other limits") && !html.contains("Every limit"), "{html}");
    assert!(!html.contains("field.") && !html.contains("fault.") && !html.contains("variant."), "{html}");
}

#[tokio::test]
async fn modes_of_files_are_drawn_in_octal() {
    let html = render("/told/deployments/volumes").await;

    let secret = "0/spec/template/spec/volumes/0/secret";
    assert!(has_value(&html, &format!("{secret}/defaultMode"), "0440"), "{html}");
    assert!(has_value(&html, &format!("{secret}/items/0/mode"), "0400"), "{html}");
    assert!(html.contains("Mode of its files"), "{html}");
}

#[tokio::test]
async fn pods_apart_are_a_button_that_is_pressed_and_expressions_have_fields() {
    let html = render("/told/deployments/placement").await;

    let pressed = html.split("aria-pressed=\"true\"").nth(1).expect("one is");
    let words = pressed.split("</button>").next().unwrap_or_default();
    assert!(words.contains("Rather apart"), "{words}");
    assert_eq!(html.matches("aria-pressed=\"true\"").count(), 1, "{html}");
    let expression = "0/spec/template/spec/topologySpreadConstraints/0/labelSelector/matchExpressions/0";
    assert!(has_value(&html, &format!("{expression}/key"), "tier"), "{html}");
    assert!(html.contains("back\ncache</textarea>") && html.contains("Label expressions"), "{html}");
    assert!(!html.contains("field.") && !html.contains("neighbours.") && !html.contains("hint."), "{html}");
}
