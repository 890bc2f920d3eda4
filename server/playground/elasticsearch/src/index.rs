//! Which indices there are, and which of them are meant.

use serde_json::{Map, Value, json};

use crate::answer::Refusal;
use crate::archive::{Archive, Family, Kind};
use crate::document::index;

const DAY: i64 = 86_400_000;

/// Indices of one family that are meant.
pub(crate) struct Meant {
    pub(crate) family: &'static Family,
    /// Their names, the oldest first.
    pub(crate) names: Vec<String>,
    /// Whether those are all of the family.
    pub(crate) is_whole: bool,
}

/// The indices that an expression names: names with `*`, between commas; `-` in front leaves out again.
pub(crate) fn meant(
    archive: &dyn Archive,
    expression: &str,
    ignores_missing: bool,
) -> Result<Vec<Meant>, Refusal> {
    let parts: Vec<&str> = expression.split(',').filter(|part| !part.is_empty()).collect();
    let parts = if parts.is_empty() || expression == "_all" { vec!["*"] } else { parts };
    let mut found = Vec::new();
    for family in archive.families() {
        let all = names(archive, family);
        let is_meant = |name: &String| {
            parts.iter().fold(false, |meant, part| match part.strip_prefix('-') {
                Some(part) => meant && !matches(part, name),
                None => meant || matches(part, name),
            })
        };
        let names: Vec<String> = all.iter().filter(|name| is_meant(name)).cloned().collect();
        if !names.is_empty() {
            found.push(Meant { family, is_whole: names.len() == all.len(), names });
        }
    }
    for part in parts.iter().filter(|part| !part.contains('*') && !part.starts_with('-')) {
        let is_there = found.iter().any(|meant| meant.names.iter().any(|name| name == part));
        if !is_there && !ignores_missing {
            return Err(Refusal {
                status: 404,
                kind: "index_not_found_exception",
                reason: format!("no such index [{part}]"),
            });
        }
    }
    Ok(found)
}

fn names(archive: &dyn Archive, family: &Family) -> Vec<String> {
    let (first, last) = (archive.oldest().div_euclid(DAY), archive.now().div_euclid(DAY));
    (first..=last).map(|day| index(family, day * DAY)).collect()
}

fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(rest) = name.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    let mut rest = rest;
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// `GET /_cat/indices`.
pub(crate) fn cat(archive: &dyn Archive) -> Result<Value, Refusal> {
    let line = |name: &String| json!({"health": "green", "status": "open", "index": name, "pri": "1", "rep": "0", "docs.deleted": "0"});
    let all = meant(archive, "*", true)?;
    Ok(all.iter().flat_map(|meant| &meant.names).map(line).collect())
}

/// `GET /<index>/_mapping`.
pub(crate) fn mapping(all: &[Meant]) -> Value {
    let mut indices = Map::new();
    for meant in all {
        let mut root = json!({"properties": {}});
        for (path, kind) in meant.family.fields {
            let mut place = &mut root;
            for part in path.split('.') {
                place = &mut place["properties"][part];
            }
            *place = match kind {
                Kind::Date => json!({"type": "date"}),
                Kind::Long => json!({"type": "long"}),
                Kind::Text => {
                    json!({"type": "text", "fields": {"keyword": {"type": "keyword", "ignore_above": 256}}})
                }
            };
        }
        indices.extend(meant.names.iter().map(|name| (name.clone(), json!({"mappings": root.clone()}))));
    }
    Value::Object(indices)
}

/// `GET /<index>/_field_caps`.
pub(crate) fn field_caps(all: &[Meant], fields: &str) -> Value {
    let indices: Vec<&String> = all.iter().flat_map(|meant| &meant.names).collect();
    let mut found = Map::new();
    for pattern in fields.split(',') {
        for (path, kind) in all.iter().flat_map(|meant| meant.family.fields) {
            let names = match kind {
                Kind::Date => vec![((*path).to_owned(), "date")],
                Kind::Long => vec![((*path).to_owned(), "long")],
                Kind::Text => vec![((*path).to_owned(), "text"), (format!("{path}.keyword"), "keyword")],
            };
            for (name, word) in names.into_iter().filter(|(name, _)| matches(pattern, name)) {
                let caps = json!({
                    "type": word, "metadata_field": false, "searchable": true, "aggregatable": word != "text",
                });
                found.entry(name).or_insert_with(|| json!({}))[word] = caps;
            }
        }
    }
    json!({"indices": indices, "fields": found})
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_stand_for_anything() {
        assert!(
            matches("logstash-*", "logstash-2026.11.26") && matches("*", "a") && matches("a*c*e", "abcde")
        );
        assert!(
            !matches("logstash-*", "kube-audit-2026.11.26") && !matches("a", "ab") && !matches("a*a", "a")
        );
    }
}
