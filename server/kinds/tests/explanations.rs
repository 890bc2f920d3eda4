//! Every situation that the console explains, as a fixture and the reviewed explanation.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use kinds::{Certificate, Finding, Object, Related};
use model::Timestamp;
use std::fmt::Write;
use std::path::Path;

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
    }
}

fn told(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        writeln!(text, "[{}] {}", finding.level.word(), finding.title).unwrap();
        writeln!(text, "  {}", finding.detail).unwrap();
        writeln!(text, "  => {}", finding.next_step).unwrap();
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
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/explain");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut all = String::new();
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let findings = explained(&Object::parse(&bytes).unwrap());
        writeln!(all, "# {}\n{}", path.file_stem().unwrap().to_string_lossy(), told(&findings)).unwrap();
        for finding in &findings {
            assert!(!finding.title.is_empty() && !finding.next_step.is_empty(), "{}", path.display());
        }
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("explanations", all);
    });
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
