//! Every situation that the console explains, as a fixture and the reviewed explanation.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use kinds::{Certificate, Finding, Object, Related, Said};
use model::{Language, Timestamp};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// 2026-11-23T04:00:00Z, when all situations are looked at.
const NOW: Timestamp = Timestamp(1_795_406_400);

/// Explains a situation: an object of a kind, events, related objects by kind.
fn explained(situation: &Object<'_>) -> Vec<Finding> {
    let kind = kinds::find(situation.text_at("/kind")).unwrap();
    let objects = situation.entries_at("/objects").iter();
    let related = Related {
        events: situation.items_at("/events").iter().collect(),
        objects: objects
            .flat_map(|(slug, objects)| objects.items().iter().map(|object| (slug.as_ref(), object)))
            .collect(),
        looked_at: situation.each("/looked_at/*").filter_map(Object::text).collect(),
        certificates: situation.items_at("/certificates").iter().map(certificate).collect(),
        now: NOW,
    };
    kinds::explain(kind, situation.get("object").unwrap(), &related)
}

fn certificate(known: &Object<'_>) -> Certificate {
    Certificate {
        secret: known.text_at("/secret").to_owned(),
        is_unreadable: known.is_true("/is_unreadable"),
        not_before: known.number_at("/not_before").unwrap_or_default(),
        not_after: known.number_at("/not_after").unwrap_or_default(),
        names: known.each("/names/*").filter_map(Object::text).map(str::to_owned).collect(),
        issued_as: String::new(),
    }
}

/// What is wrong, how it is known and what to do, for a reader.
fn words(finding: &Finding, language: Language) -> [String; 3] {
    [&finding.title, &finding.detail, &finding.next_step].map(|said| said.in_language(language))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/explain")
}

fn situations() -> Vec<PathBuf> {
    let mut paths: Vec<_> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn explained_in(path: &Path) -> Vec<Finding> {
    explained(&Object::parse(&std::fs::read(path).unwrap()).unwrap())
}

fn told(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let [title, detail, next_step] = words(finding, Language::English);
        writeln!(text, "[{}] {title}", finding.level.word()).unwrap();
        writeln!(text, "  {detail}").unwrap();
        writeln!(text, "  => {next_step}").unwrap();
        if let Some(at) = &finding.at {
            writeln!(text, "  at {}/{}", at.kind, at.name).unwrap();
        }
        if let Some(log) = &finding.log {
            let previous = if log.previous { " (previous run)" } else { "" };
            writeln!(text, "  log of {}/{} {}{previous}", log.namespace, log.pod, log.container).unwrap();
        }
    }
    if text.is_empty() { "nothing is wrong\n".into() } else { text }
}

#[test]
fn every_situation_is_explained_as_reviewed() {
    let mut all = String::new();
    for path in situations() {
        let findings = explained_in(&path);
        writeln!(all, "# {}\n{}", path.file_stem().unwrap().to_string_lossy(), told(&findings)).unwrap();
        for finding in &findings {
            let [title, _, next_step] = words(finding, Language::English);
            assert!(!title.is_empty() && !next_step.is_empty(), "{}", path.display());
        }
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("explanations", all);
    });
}

#[test]
fn every_situation_is_explained_in_chinese_too() {
    for path in situations() {
        for finding in explained_in(&path) {
            let [title, detail, next_step] = words(&finding, Language::Chinese);

            let of_the_cluster = matches!(finding.title, Said::Own(_));
            assert!(of_the_cluster || !title.is_ascii(), "{}: {title}", path.display());
            assert!(!next_step.is_ascii(), "{}: {next_step}", path.display());
            for said in [title, detail, next_step] {
                assert!(!said.contains("finding."), "{}: no text for {said}", path.display());
            }
        }
    }
}

#[test]
fn what_the_cluster_says_stays_as_it_is_in_every_language() {
    for (situation, expected) in [
        (
            "deployment-with-crashing-pods",
            [
                "容器 checkout 反复崩溃",
                "上次它以退出码 1 结束：程序报告了错误。它最后输出：“panic: config: DATABASE_URL is not set”。它已重启 14 次，节点每次等待的时间都会更长。另有 1 个容器组也是如此。",
                "阅读其上一次运行的日志的最后几行，原因通常就在其中。",
            ],
        ),
        (
            "unschedulable",
            [
                "6 个节点均无法接收此容器组",
                "其中，1 个节点带有它不容忍的污点 node-role.kubernetes.io/control-plane；2 个节点带有它不容忍的污点 dedicated=gpu；3 个节点空闲的 memory 不足。该容器组请求 cpu 2, memory 48Gi。",
                "降低其请求，缩减其他工作负载，或添加有余量的节点。",
            ],
        ),
        (
            "namespace-cannot-be-emptied",
            [
                "无法清空命名空间",
                "它在 16 小时 0 分钟前就应消失。Some resources are remaining: backups.example.com has 2 resource instances. Some content in the namespace has finalizers remaining: example.com/backup in 2 resource instances.",
                "查看剩余的对象：它们的终结器指出了需要处理的控制器。",
            ],
        ),
    ] {
        let findings = explained_in(&folder().join(format!("{situation}.json")));

        assert_eq!(words(&findings[0], Language::Chinese), expected, "{situation}");
    }
}

#[test]
fn nothing_is_said_about_what_was_not_looked_at() {
    let service =
        br#"{"kind":"services","object":{"kind":"Service","metadata":{"name":"web","namespace":"shop"},
        "spec":{"type":"ClusterIP","selector":{"app":"web"},"ports":[{"port":80,"targetPort":8080}]}}}"#;

    assert_eq!(explained(&Object::parse(service).unwrap()), []);
}

#[test]
fn no_kind_panics_on_an_empty_or_strange_object() {
    let strange = [
        "{}",
        r#"{"metadata":[],"spec":7,"status":"no"}"#,
        r#"{"metadata":{"deletionTimestamp":"soon","finalizers":[1]},"spec":{"selector":[],"ports":[{}],"metrics":[{}],"template":null,"containers":[{}]},
            "status":{"phase":"Pending","conditions":[{}],"containerStatuses":[{"state":{"waiting":{}}},{"state":{"terminated":{}}}],"hard":{"pods":null}}}"#,
    ];
    for kind in kinds::all() {
        for text in strange {
            let object = Object::parse(text.as_bytes()).unwrap();
            let related =
                Related { objects: vec![("pods", &object), ("jobs", &object)], ..Related::default() };
            kinds::explain(kind, &object, &related);
            kind.row(&object, None, &mut kinds::Interner::default());
        }
    }
}
