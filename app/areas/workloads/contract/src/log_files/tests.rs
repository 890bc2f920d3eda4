#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use crate::place::joined;
use crate::{Draft, Form, forms, set};
use proptest::prelude::*;

const POD: &str = "spec/template/spec";

fn mount(volume: &str, path: &str, part: &str) -> LogMount {
    LogMount { volume: volume.into(), path: path.into(), part: part.into() }
}

fn logs(files: &[&str]) -> LogFiles {
    let files = files.iter().map(|file| (*file).to_owned()).collect();
    LogFiles { files, ..LogFiles::of(mount("data", "/var/log/till", "")) }
}

/// A deployment whose only container mounts a volume.
fn till() -> (&'static Form, Draft) {
    let form = forms::find("deployments").unwrap();
    let mut draft = Draft::begin(form, "till", "shop");
    for (place, value) in [
        ("containers/0/image", json!("registry.example/till:3")),
        ("containers/0/volumeMounts", json!([{"name": "data", "mountPath": "/var/log/till"}])),
        ("volumes", json!([{"name": "data", "emptyDir": {}}])),
    ] {
        draft.set(form, 0, &format!("{POD}/{place}"), Some(value));
    }
    (form, draft)
}

fn till_with(containers_that_run_first: Value) -> (&'static Form, Draft) {
    let (form, mut draft) = till();
    draft.set(form, 0, &format!("{POD}/initContainers"), Some(containers_that_run_first));
    (form, draft)
}

/// A place in the pod of a form.
fn in_pod(form: &Form, place: &str) -> String {
    joined(&joined(form.template.unwrap(), "spec"), place)
}

fn found(form: &Form, draft: &Draft) -> Vec<(String, &'static str, String)> {
    let place = |place: String| place.trim_start_matches(&format!("0/{POD}/")).to_owned();
    draft.faults(form).into_iter().map(|fault| (place(fault.place), fault.text, fault.value)).collect()
}

/// The faults of log files alone, in a pod that has nothing else wrong with it.
fn wrong(logs: &LogFiles) -> Vec<(String, &'static str, String)> {
    let (form, draft) = till_with(json!([logs.container()]));
    found(form, &draft)
}

#[test]
fn a_container_beside_the_others_reads_the_files() {
    let files = logs(&["/var/log/till/sales.log", "/var/log/till/audit.log"]);
    let (form, draft) = till_with(json!([files.container()]));

    assert_eq!(draft.faults(form), []);
    let manifest = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: till
  namespace: shop
  labels:
    app: till
spec:
  replicas: 1
  selector:
    matchLabels:
      app: till
  template:
    metadata:
      labels:
        app: till
    spec:
      containers:
      - name: main
        image: registry.example/till:3
        volumeMounts:
        - name: data
          mountPath: /var/log/till
      initContainers:
      - name: logs-data
        command:
        - sh
        - \"-c\"
        - |-
          trap 'sleep 2; exit 0' TERM
          tail -q -n +1 -F \"$@\" &
          wait $!
        - tail
        - /var/log/till/sales.log
        - /var/log/till/audit.log
        image: busybox:1.37
        resources:
          limits:
            cpu: 50m
            memory: 32Mi
          requests:
            cpu: 50m
            memory: 32Mi
        restartPolicy: Always
        securityContext:
          allowPrivilegeEscalation: false
          capabilities:
            drop:
            - ALL
          readOnlyRootFilesystem: true
        volumeMounts:
        - name: data
          mountPath: /var/log/till
          readOnly: true
      volumes:
      - name: data
        emptyDir: {}
";
    assert_eq!(draft.to_yaml(), manifest);
}

#[test]
fn a_file_must_be_on_the_volume_by_its_own_name() {
    for (files, text, value) in [
        (&["/var/log/till/a.log"][..], "", ""),
        (&["/var/log/till/deep/a b.log", "/var/log/till/a:b"], "", ""),
        (&[], "fault.required", ""),
        (&["a.log"], "fault.log-relative", "a.log"),
        (&["/var/log/till/a.log", ""], "fault.log-relative", ""),
        (&["/var/log/till/*.log"], "fault.log-wildcard", "/var/log/till/*.log"),
        (&["/var/log/till/a?"], "fault.log-wildcard", "/var/log/till/a?"),
        (&["/var/log/till/[ab]"], "fault.log-wildcard", "/var/log/till/[ab]"),
        (&["/var/log/tiller/a.log"], "fault.log-elsewhere", "/var/log/tiller/a.log"),
        (&["/var/log/till"], "fault.log-elsewhere", "/var/log/till"),
        (&["/var/log/till/"], "fault.log-elsewhere", "/var/log/till/"),
        (&["/var/log/till/../a.log"], "fault.log-elsewhere", "/var/log/till/../a.log"),
        (&["/var/log/till/a", "/var/log/till/a"], "fault.twice", "/var/log/till/a"),
    ] {
        let expected = (!text.is_empty()).then(|| ("logFiles/0/files".to_owned(), text, value.to_owned()));

        assert_eq!(wrong(&logs(files)), Vec::from_iter(expected), "{files:?}");
    }
    let at_root = LogFiles { mount: mount("data", "/", ""), ..logs(&["/a.log"]) };
    assert_eq!(wrong(&at_root), [], "where it is mounted here does not matter");
}

#[test]
fn a_volume_must_be_mounted_and_the_name_free() {
    let good = logs(&["/var/log/till/a.log"]);
    let place = |index: usize, field: &str| format!("logFiles/{index}/{field}");

    let part = LogFiles { mount: mount("data", "/var/log/till", "other"), ..good.clone() };
    assert_eq!(wrong(&part), [(place(0, "volume"), "fault.not-mounted", "data".into())]);
    let gone = LogFiles { mount: mount("gone", "/var/log/till", ""), ..good.clone() };
    assert_eq!(wrong(&gone), [(place(0, "volume"), "fault.not-mounted", "gone".into())]);
    let image = LogFiles { image: "a b".into(), ..good.clone() };
    assert_eq!(wrong(&image), [(place(0, "image"), "fault.image", "a b".into())]);
    let nothing = LogFiles { image: String::new(), ..good.clone() };
    assert_eq!(wrong(&nothing), [(place(0, "image"), "fault.required", String::new())]);

    let (form, draft) = till_with(json!([good.container(), good.container()]));
    assert_eq!(found(form, &draft), [(place(1, "volume"), "fault.name-taken", "logs-data".into())]);
    let (form, mut draft) = till_with(json!([good.container()]));
    draft.set(form, 0, &format!("{POD}/containers/0/name"), Some(json!("logs-data")));
    assert_eq!(found(form, &draft), [(place(0, "volume"), "fault.name-taken", "logs-data".into())]);
}

#[test]
fn faults_of_log_files_belong_to_the_step_of_the_volumes() {
    for form in forms::ALL.into_iter().filter(|form| form.template.is_some()) {
        let mut draft = Draft::begin(form, "till", "shop");
        let all = in_pod(form, "initContainers");
        draft.set(form, 0, &all, Some(json!([{"name": "first", "image": "a"}, logs(&[]).container()])));

        let faults = draft.faults(form);
        let of_logs: Vec<_> = faults.iter().filter(|fault| fault.place.contains("/logFiles/1/")).collect();

        assert_eq!(of_logs.len(), 2, "{}: {faults:?}", form.slug);
        for fault in of_logs {
            let steps: Vec<&str> = form
                .sections
                .iter()
                .filter(|section| Draft::is_in(section, &fault.place))
                .map(|section| section.id)
                .collect();
            assert_eq!(steps, ["volumes"], "{}: {fault:?}", form.slug);
        }
        assert!(!faults.iter().any(|fault| fault.place.contains("/initContainers/1/")), "{faults:?}");
        let told = draft.told_at(form, &format!("{all}/1/image"));
        assert_eq!(told, in_pod(form, PLACE));
        assert_eq!(form.nearest(&format!("0/{told}")), Some(format!("0/{told}")));
        assert_eq!(draft.told_at(form, &format!("{all}/0/image")), format!("{all}/0/image"));
    }
}

#[test]
fn mounts_are_those_of_containers_on_volumes_that_are_written() {
    let pod = json!({
        "containers": [
            {"name": "main", "volumeMounts": [
                {"name": "data", "mountPath": "/data"},
                {"name": "settings", "mountPath": "/etc/till"},
                {"name": "each", "mountPath": "/each", "subPathExpr": "$(POD)"},
                {"name": "zone", "mountPath": "/etc/localtime", "readOnly": true},
                {"name": "kept", "mountPath": "/kept", "subPath": "a/b"},
            ]},
            {"name": "side", "volumeMounts": [{"name": "data", "mountPath": "/data"}, {"name": "data", "mountPath": "/other"}]},
        ],
        "initContainers": [logs(&["/var/log/till/a"]).container()],
        "volumes": [
            {"name": "data", "emptyDir": {}},
            {"name": "settings", "configMap": {"name": "till"}},
            {"name": "each", "hostPath": {"path": "/var/log"}},
            {"name": "zone", "hostPath": {"path": "/etc/localtime"}},
        ],
    });

    let words: Vec<String> = LogMount::of_pod(&pod).iter().map(ToString::to_string).collect();

    assert_eq!(words, ["data · /data", "kept · /kept · a/b", "data · /other"]);
}

#[test]
fn a_long_name_of_a_volume_is_cut_to_a_name_of_a_container() {
    let of = |volume: &str| LogFiles::of(mount(volume, "/data", "")).name();

    assert_eq!(of("data"), "logs-data");
    assert_eq!(of(&"v".repeat(63)), format!("logs-{}", "v".repeat(58)));
    assert_eq!(of(&format!("{}-{}", "v".repeat(57), "w".repeat(5))), format!("logs-{}", "v".repeat(57)));
}

#[test]
fn what_differs_in_anything_is_a_container_like_any() {
    let container = logs(&["/var/log/till/a"]).container();
    for (place, value) in [
        ("name", json!("logs-other")),
        ("restartPolicy", json!("OnFailure")),
        ("restartPolicy", Value::Null),
        ("command/0", json!("bash")),
        ("command/4", json!(4)),
        ("args", json!(["/var/log/till/b"])),
        ("env", json!([])),
        ("imagePullPolicy", json!("Never")),
        ("terminationMessagePolicy", json!("FallbackToLogsOnError")),
        ("resources/limits/memory", json!("64Mi")),
        ("securityContext/privileged", json!(true)),
        ("securityContext/allowPrivilegeEscalation", json!(true)),
        ("volumeMounts/0/readOnly", json!(false)),
        ("volumeMounts/0/subPath", json!("")),
        ("volumeMounts", json!([])),
    ] {
        let mut other = container.clone();
        set(&mut other, place, Some(value));

        assert_eq!(LogFiles::read(&other), None, "{place}");
    }
    assert!(LogFiles::read(&container).is_some());
}

fn any_mount() -> impl Strategy<Value = LogMount> {
    let part = prop_oneof![Just(String::new()), "[a-z]{1,4}(/[a-z]{1,4})?"];
    ("[a-z]([a-z0-9-]{0,62}[a-z0-9])?", "/([a-z]{1,6}/?){0,3}", part)
        .prop_map(|(volume, path, part)| LogMount { volume, path, part })
}

fn any_logs() -> impl Strategy<Value = LogFiles> {
    let files = proptest::collection::vec(".{0,12}", 0..4);
    (any_mount(), files, ".{0,12}").prop_map(|(mount, files, image)| LogFiles { mount, files, image })
}

/// What an API server may have added to a container.
fn any_additions() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    let of = |(key, usual): (&'static str, &'static [&'static str])| {
        proptest::option::of(proptest::sample::select(usual)).prop_map(move |value| Some((key, value?)))
    };
    let all: Vec<_> = ADDED.into_iter().map(of).collect();
    all.prop_map(|found| found.into_iter().flatten().collect())
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_the_same(logs in any_logs(), additions in any_additions()) {
        let mut container = logs.container();
        for (key, value) in additions {
            container[key] = json!(value);
        }

        prop_assert_eq!(LogFiles::read(&container), Some(logs));
    }

    #[test]
    fn what_is_read_is_written_back_as_it_was(logs in any_logs(), other in any_logs(), additions in any_additions()) {
        let mut container = logs.container();
        for (key, value) in &additions {
            container[*key] = json!(value);
        }
        let before = container.clone();

        LogFiles::read(&container).unwrap().write(&mut container);
        prop_assert_eq!(&container, &before);

        other.write(&mut container);
        for (key, value) in additions {
            prop_assert_eq!(&container[key], &json!(value), "what was added stays");
        }
        logs.write(&mut container);
        prop_assert_eq!(container, before);
    }

    #[test]
    fn the_rest_of_a_manifest_knows_nothing_of_them(logs in any_logs(), place in 0_usize..3, unknown in "[a-z]{1,8}") {
        let strange = json!([{"name": "first", "image": "a", "x-unknown": unknown}, {"name": "second", "restartPolicy": "Always"}]);
        let (form, mut draft) = till_with(strange.clone());
        let before = draft.clone();
        let all = format!("{POD}/initContainers");
        let mut containers = strange.as_array().unwrap().clone();
        containers.insert(place, logs.container());

        draft.set(form, 0, &all, Some(json!(containers)));
        let kept: Draft = serde_json::from_str(&serde_json::to_string(&draft).unwrap()).unwrap();
        prop_assert_eq!(&kept, &draft);
        prop_assert_eq!(LogFiles::of_pod(kept.at(0, POD).unwrap()), vec![(place, logs)]);

        containers.remove(place);
        draft.set(form, 0, &all, Some(json!(containers)));
        prop_assert_eq!(draft, before);
    }
}
