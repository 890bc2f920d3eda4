//! From documents to what pages show.

use crate::answer::Hit;
use crate::fence::Fence;
use crate::layout::Known;
use model::{ClusterName, KindSlug, Namespace, ObjectName, ResourceRef};
use records_contract::{AuditRecord, EventRecord, Field, LogRecord, Of, Piece, Rows};
use serde_json::Value;

/// What stands around what was looked for. No font draws them and no program writes them.
pub const MARKS: (&str, &str) = ("\u{e000}", "\u{e001}");
/// The longest line that is shown, in bytes.
const LONGEST_LINE: usize = 16 << 10;

/// Where documents come from.
pub struct Origin<'o> {
    pub cluster: &'o ClusterName,
    pub known: &'o Known,
    pub fence: &'o Fence,
}

impl Origin<'_> {
    /// Documents as rows, and how many were left out because they are behind the fence.
    pub fn rows(&self, hits: &[Hit]) -> (Rows, u32) {
        let seen: Vec<&Hit> = hits.iter().filter(|hit| self.is_within(hit)).collect();
        let foreign = (hits.len() - seen.len()) as u32;
        if foreign > 0 {
            tracing::error!(
                cluster = %self.cluster,
                index = self.known.index.as_str(),
                foreign,
                "The log store of {} found what the reader may not see",
                self.cluster
            );
        }
        let rows = match self.known.layout.of {
            Of::Logs => Rows::Logs(seen.into_iter().map(|hit| self.line(hit)).collect()),
            Of::Events => Rows::Events(seen.into_iter().map(|hit| self.event(hit)).collect()),
            Of::Audit => Rows::Audit(seen.into_iter().map(|hit| self.audit(hit)).collect()),
        };
        (rows, foreign)
    }

    /// Lines, without those behind the fence.
    pub fn lines(&self, hits: &[Hit]) -> Vec<LogRecord> {
        hits.iter().filter(|hit| self.is_within(hit)).map(|hit| self.line(hit)).collect()
    }

    fn is_within(&self, hit: &Hit) -> bool {
        self.fence.admits(&self.field(hit, Field::Namespace), moment(hit))
    }

    fn line(&self, hit: &Hit) -> LogRecord {
        let mut texts = self.known.texts.iter().map(|path| (path, words(pick(&hit.source, path))));
        let found = texts.find(|(_, text)| !text.is_empty());
        let text = found.as_ref().map(|(_, text)| text.as_str()).unwrap_or_default();
        let marked = found.as_ref().and_then(|(path, _)| hit.highlight.get(*path)?.first());
        let (text, is_cut) = cut(marked.map_or(text, String::as_str));
        let [namespace, pod, container, node] =
            [Field::Namespace, Field::Pod, Field::Container, Field::Node].map(|field| self.field(hit, field));
        LogRecord {
            id: hit.id.clone(),
            at_ms: moment(hit),
            resource: self.resource("pods", &namespace, &pod),
            namespace,
            pod,
            container,
            node,
            text: pieces(text),
            is_cut,
        }
    }

    fn event(&self, hit: &Hit) -> EventRecord {
        let [namespace, kind, name, reason, sort, source] =
            [Field::Namespace, Field::Kind, Field::Name, Field::Reason, Field::Type, Field::Source]
                .map(|field| self.field(hit, field));
        let message = words(pick(&hit.source, "message"));
        let marked = hit.highlight.get("message").and_then(|all| all.first());
        EventRecord {
            id: hit.id.clone(),
            at_ms: moment(hit),
            resource: plural(&kind).and_then(|plural| self.resource(plural, &namespace, &name)),
            is_warning: sort == "Warning",
            message: pieces(cut(marked.unwrap_or(&message)).0),
            count: self.more(hit, "count").and_then(Value::as_u64).unwrap_or(1).max(1),
            namespace,
            kind,
            name,
            reason,
            source,
        }
    }

    fn audit(&self, hit: &Hit) -> AuditRecord {
        let more = |name: &str| words(self.more(hit, name));
        let (spoken_for, speaker) = (more("impersonated"), more("user"));
        let (user, by) = if spoken_for.is_empty() { (speaker, String::new()) } else { (spoken_for, speaker) };
        let (resource, part) = (self.field(hit, Field::Resource), more("part"));
        let addresses = match self.more(hit, "addresses") {
            Some(Value::Array(all)) => all.iter().map(|one| words(Some(one))).collect(),
            one => vec![words(one)],
        };
        let code = pick(&hit.source, self.known.paths(Field::Code).next().unwrap_or_default());
        AuditRecord {
            id: hit.id.clone(),
            at_ms: moment(hit),
            user,
            person: None,
            by,
            verb: self.field(hit, Field::Verb),
            resource: if part.is_empty() { resource } else { format!("{resource}/{part}") },
            namespace: self.field(hit, Field::Namespace),
            name: self.field(hit, Field::Name),
            code: code.and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok()),
            message: more("message"),
            addresses: addresses.into_iter().filter(|one| !one.is_empty()).collect(),
            request: self.field(hit, Field::Request),
        }
    }

    fn field(&self, hit: &Hit, field: Field) -> String {
        let mut values = self.known.paths(field).map(|path| words(pick(&hit.source, path)));
        values.find(|value| !value.is_empty()).unwrap_or_default()
    }

    fn more<'h>(&self, hit: &'h Hit, name: &str) -> Option<&'h Value> {
        pick(&hit.source, self.known.more(name)?)
    }

    fn resource(&self, plural: &str, namespace: &str, name: &str) -> Option<ResourceRef> {
        resource(self.cluster, plural, namespace, name)
    }
}

/// The address of an object, if these are names of one.
pub fn resource(cluster: &ClusterName, plural: &str, namespace: &str, name: &str) -> Option<ResourceRef> {
    let namespace = match namespace {
        "" => None,
        namespace => Some(Namespace::parse(namespace).ok()?),
    };
    let (kind, name) = (KindSlug::parse(plural).ok()?, ObjectName::parse(name).ok()?);
    Some(ResourceRef { cluster: cluster.clone(), kind, namespace, name })
}

/// When it was, in milliseconds since 1970: what hits are sorted by.
pub fn moment(hit: &Hit) -> i64 {
    sorted_by(hit, 0)
}

/// Its place in its moment: what hits of one moment are sorted by.
pub fn place(hit: &Hit) -> i64 {
    sorted_by(hit, 1)
}

fn sorted_by(hit: &Hit, index: usize) -> i64 {
    match hit.sort.get(index) {
        Some(Value::Number(number)) => number.as_i64().unwrap_or_default(),
        Some(Value::String(text)) => text.parse().unwrap_or_default(),
        _ => 0,
    }
}

/// A part of a document, whether its writer made objects of dots or left them.
fn pick<'v>(source: &'v Value, path: &str) -> Option<&'v Value> {
    if let Some(value) = source.get(path) {
        return Some(value);
    }
    path.match_indices('.').find_map(|(dot, _)| pick(source.get(&path[..dot])?, &path[dot + 1..]))
}

fn words(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn cut(text: &str) -> (&str, bool) {
    if text.len() <= LONGEST_LINE {
        return (text.trim_end_matches(['\n', '\r']), false);
    }
    let end = (0..=LONGEST_LINE).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    (&text[..end], true)
}

/// A text with marks, taken apart.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut add = |text: &str, is_hit| {
        let text = text.replace([MARKS.0, MARKS.1].map(|mark| mark.chars().next().unwrap_or_default()), "");
        if !text.is_empty() {
            pieces.push(Piece { text, is_hit });
        }
    };
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(MARKS.0) {
        add(before, false);
        let (hit, after) = behind.split_once(MARKS.1).unwrap_or((behind, ""));
        add(hit, true);
        rest = after;
    }
    add(rest, false);
    pieces
}

/// Where the console has the objects of a kind.
pub fn plural(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "Pod" => "pods",
        "Node" => "nodes",
        "Namespace" => "namespaces",
        "Service" => "services",
        "Deployment" => "deployments",
        "ReplicaSet" => "replicasets",
        "StatefulSet" => "statefulsets",
        "DaemonSet" => "daemonsets",
        "Job" => "jobs",
        "CronJob" => "cronjobs",
        "Ingress" => "ingresses",
        "PersistentVolume" => "persistentvolumes",
        "PersistentVolumeClaim" => "persistentvolumeclaims",
        "HorizontalPodAutoscaler" => "horizontalpodautoscalers",
        "PodDisruptionBudget" => "poddisruptionbudgets",
        _ => return None,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use access::Scope;
    use serde_json::json;

    #[test]
    fn what_a_store_finds_beyond_the_fence_is_left_out_and_counted() {
        let shop = Namespace::parse("shop").unwrap();
        let births = [(shop.clone(), 100), (Namespace::parse("bank").unwrap(), 0)].into();
        let fence = Fence::new(&Scope::Namespaces([shop].into()), false, &births);
        let (cluster, known) = (ClusterName::parse("harbour").unwrap(), Known::of_fluent_bit());
        let hit = |namespace: &str, at: i64| Hit {
            id: format!("{namespace}-{at}"),
            source: json!({"kubernetes": {"namespace_name": namespace, "pod_name": "web-0"}, "log": "x"}),
            sort: vec![at.into()],
            highlight: [].into(),
        };
        let hits = [hit("shop", 150), hit("bank", 150), hit("shop", 50), hit("", 150)];
        let origin = Origin { cluster: &cluster, known: &known, fence: &fence };

        let (Rows::Logs(rows), foreign) = origin.rows(&hits) else { panic!("these are logs") };
        let lines = origin.lines(&hits);

        let ids = |rows: &[LogRecord]| rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>();
        assert_eq!((ids(&rows), foreign), (vec!["shop-150".to_owned()], 3));
        assert_eq!(ids(&lines), ["shop-150"]);
    }

    #[test]
    fn a_part_is_found_however_its_writer_nested_it() {
        let nested = serde_json::json!({"kubernetes": {"pod": {"name": "a"}}});
        let flat = serde_json::json!({"kubernetes.pod.name": "a"});
        let mixed = serde_json::json!({"kubernetes.pod": {"name": "a"}});

        for source in [nested, flat, mixed] {
            assert_eq!(words(pick(&source, "kubernetes.pod.name")), "a", "{source}");
        }
    }

    #[test]
    fn marks_become_pieces_and_none_is_left() {
        let shown = |text: &str| -> Vec<(String, bool)> {
            pieces(text).into_iter().map(|piece| (piece.text, piece.is_hit)).collect()
        };

        assert_eq!(
            shown("a \u{e000}b\u{e001} <c>"),
            [("a ".to_owned(), false), ("b".to_owned(), true), (" <c>".to_owned(), false)]
        );
        assert_eq!(shown("\u{e001}a\u{e000}b"), [("a".to_owned(), false), ("b".to_owned(), true)]);
        assert_eq!(shown(""), []);
    }

    #[test]
    fn a_line_without_end_is_cut_and_says_so() {
        let long = "é".repeat(LONGEST_LINE);

        assert!(cut(&long).1 && cut(&long).0.len() <= LONGEST_LINE);
        assert_eq!(cut("a\n"), ("a", false));
    }
}
