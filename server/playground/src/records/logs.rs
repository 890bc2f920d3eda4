//! Lines of containers, as Fluent Bit sends them.

use std::sync::Arc;

use jiff::Timestamp;
use playground_elasticsearch::{Document, Family, Kind, Wanted};
use serde_json::json;

use super::lives::{Life, Written};
use crate::objects::hash;

pub const FAMILY: Family = Family {
    name: "logstash",
    time: "@timestamp",
    fields: &[
        ("@timestamp", Kind::Date),
        ("log", Kind::Text),
        ("stream", Kind::Text),
        ("kubernetes.pod_name", Kind::Text),
        ("kubernetes.namespace_name", Kind::Text),
        ("kubernetes.pod_id", Kind::Text),
        ("kubernetes.host", Kind::Text),
        ("kubernetes.container_name", Kind::Text),
        ("kubernetes.container_image", Kind::Text),
        ("kubernetes.docker_id", Kind::Text),
    ],
};

/// The lines of a span.
pub fn documents(lives: &[Arc<Life>], wanted: &Wanted, now: Timestamp) -> Vec<Document> {
    let mut documents = Vec::new();
    for life in lives {
        let pod = &life.pod;
        let may_be = wanted.admits("kubernetes.namespace_name", &pod.namespace)
            && wanted.admits("kubernetes.pod_name", &pod.name);
        if !may_be {
            continue;
        }
        for written in &life.runs {
            if wanted.admits("kubernetes.container_name", &written.container) {
                add(written, wanted, now, &mut documents);
            }
        }
    }
    documents
}

fn add(written: &Written, wanted: &Wanted, now: Timestamp, documents: &mut Vec<Document>) {
    // What a program says as it ends may be told for the second behind its end.
    let is_during =
        written.started <= wanted.to && written.ended.is_none_or(|ended| ended + 1_000 >= wanted.from);
    if !is_during {
        return;
    }
    let run = &written.run;
    let first = run.first_since(Timestamp::from_millisecond(wanted.from).unwrap_or_default(), now);
    for index in first..run.count(now) {
        let (at, line) = run.line(index, now);
        let at = at.as_millisecond();
        if at > wanted.to {
            break;
        }
        let number = hash(&(written.seed ^ (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)).to_le_bytes());
        let stream = if is_klog(&line) { "stderr" } else { "stdout" };
        let moment = Timestamp::from_millisecond(at).unwrap_or_default();
        let source = json!({
            "@timestamp": format!("{moment:.3}"), "stream": stream, "log": line, "kubernetes": written.place,
        });
        documents.push(Document::new(at, number, source));
    }
}

/// Kubernetes' own programs write to the other stream: `I1126 09:00:00`.
fn is_klog(line: &str) -> bool {
    let bytes = line.as_bytes();
    bytes.len() > 5
        && b"IWEF".contains(&bytes[0])
        && bytes[1..5].iter().all(u8::is_ascii_digit)
        && bytes[5] == b' '
}
