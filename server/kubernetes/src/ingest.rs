//! Reading what an API server sends: pages of lists and lines of watches, without making anything of them that is not
//! kept.

use crate::error::{ApiStatus, KubernetesError};
use crate::packed::Dictionary;
use crate::state::State;
use kinds::{Kept, Object, Source};
use serde::Deserialize;
use serde_json::value::RawValue;

/// How the objects of a source are asked for.
pub(crate) fn accept(source: Source) -> &'static str {
    match source {
        Source::Full => "application/json",
        Source::PrintedMetadata | Source::Printed => "application/json;as=Table;v=v1;g=meta.k8s.io",
    }
}

/// What a source's address needs besides its path.
pub(crate) fn parameters(source: Source) -> &'static str {
    match source {
        Source::Full => "",
        Source::PrintedMetadata => "&includeObject=Metadata",
        Source::Printed => "&includeObject=Object",
    }
}

/// Where to go on after a page.
#[derive(Debug, PartialEq)]
pub(crate) struct PageEnd {
    /// The token of the next page; empty on the last.
    pub next: String,
    /// The version of the list.
    pub resource_version: String,
}

#[derive(Deserialize)]
struct ListPage<'b> {
    #[serde(default)]
    metadata: ListMetadata,
    #[serde(default, borrow)]
    items: Option<Vec<&'b RawValue>>,
    #[serde(default, borrow)]
    rows: Option<Vec<TableRow<'b>>>,
    #[serde(default, rename = "columnDefinitions")]
    columns: Option<Vec<TableColumn>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ListMetadata {
    #[serde(rename = "continue")]
    next: String,
    resource_version: String,
}

#[derive(Deserialize)]
struct TableRow<'b> {
    #[serde(borrow)]
    cells: &'b RawValue,
    #[serde(borrow)]
    object: &'b RawValue,
}

#[derive(Deserialize)]
struct TableColumn {
    name: Box<str>,
}

/// Takes a page of a list. An object that cannot be read is left out and counted in the log: the others are shown.
pub(crate) fn take_page(state: &mut State, body: &[u8]) -> Result<PageEnd, String> {
    let page: ListPage<'_> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    if let Some(columns) = page.columns {
        state.set_printed_names(columns.into_iter().map(|column| column.name).collect());
    }
    let items = page.items.unwrap_or_default();
    learn(state, &items);
    for item in items {
        take(state, item, None);
    }
    for row in page.rows.unwrap_or_default() {
        take(state, row.object, Some(row.cells));
    }
    Ok(PageEnd { next: page.metadata.next, resource_version: page.metadata.resource_version })
}

/// The first page teaches the dictionary that all objects are packed with.
fn learn(state: &mut State, items: &[&RawValue]) {
    if state.has_dictionary() {
        return;
    }
    let plain = |item: &&RawValue| {
        let (object, kept) = Object::parse_text(item.get()).ok()?;
        let Some(Kept { before, behind }) = kept else {
            let mut json = Vec::new();
            object.to_json(&mut json);
            return Some(json);
        };
        Some([before.as_bytes(), behind.as_bytes()].concat())
    };
    let samples: Vec<Vec<u8>> = items.iter().step_by((items.len() / 250).max(1)).filter_map(plain).collect();
    if let Some(dictionary) = Dictionary::train(&samples) {
        state.use_dictionary(dictionary);
    }
}

fn take(state: &mut State, object: &RawValue, cells: Option<&RawValue>) {
    let parsed = Object::parse_text(object.get());
    let cells = cells.map(|cells| Object::parse(cells.get().as_bytes())).transpose();
    match (parsed, cells) {
        (Ok((object, kept)), Ok(cells)) if !object.uid().is_empty() => {
            state.put_listed(&object, cells.as_ref().map(Object::items), kept);
        }
        (Err(error), _) | (_, Err(error)) => left_out(state, &error),
        _ => left_out(state, &"it has no uid"),
    }
}

fn left_out(state: &State, why: &dyn std::fmt::Display) {
    let kind = state.kind().slug.to_string();
    tracing::warn!(kind, %why, "Left out an object that cannot be read");
    metrics::counter!("orrery_objects_left_out_total", "kind" => kind).increment(1);
}

#[derive(Deserialize)]
struct WatchLine<'b> {
    #[serde(rename = "type")]
    kind: &'b str,
    #[serde(borrow)]
    object: &'b RawValue,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct VersionOnly {
    metadata: ObjectMetadata,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ObjectMetadata {
    uid: String,
    resource_version: String,
}

/// Takes a line of a watch and answers with the resource version that the state is at then; empty where the line does not
/// say. An object that cannot be read is left out, as [`take_page`] does: the watch goes on.
pub(crate) fn take_line(state: &mut State, cluster: &str, line: &[u8]) -> Result<String, KubernetesError> {
    let unreadable = |error: serde_json::Error| KubernetesError::unreadable(cluster, error.to_string());
    let line: WatchLine<'_> = serde_json::from_slice(line).map_err(unreadable)?;
    let json = line.object.get().as_bytes();
    match line.kind {
        "BOOKMARK" => {
            let mark: VersionOnly = serde_json::from_slice(json).map_err(unreadable)?;
            Ok(mark.metadata.resource_version)
        }
        "ERROR" => {
            let status: ApiStatus = serde_json::from_slice(json).unwrap_or_default();
            Err(KubernetesError::Answered { cluster: cluster.into(), status: Box::new(status), write: false })
        }
        change @ ("ADDED" | "MODIFIED" | "DELETED") => {
            let (object, kept) = match Object::parse_text(line.object.get()) {
                Ok(read) => read,
                Err(error) => return Ok(leave_out(state, json, &error)),
            };
            if object.text_at("/kind") == "Table" {
                Ok(take_table(state, &object, change))
            } else {
                Ok(apply(state, &object, None, kept, change))
            }
        }
        other => Err(KubernetesError::unreadable(cluster, format!("a watch may not say \"{other}\""))),
    }
}

/// What was known of the object is not what it is now.
fn leave_out(state: &mut State, json: &[u8], error: &serde_json::Error) -> String {
    left_out(state, error);
    let known: VersionOnly = serde_json::from_slice(json).unwrap_or_default();
    state.remove(&known.metadata.uid);
    known.metadata.resource_version
}

fn take_table(state: &mut State, table: &Object<'_>, change: &str) -> String {
    let names: Vec<Box<str>> =
        table.each("/columnDefinitions/*/name").filter_map(|name| name.text().map(Into::into)).collect();
    if !names.is_empty() {
        state.set_printed_names(names);
    }
    let mut version = table.text_at("/metadata/resourceVersion").to_owned();
    for row in table.items_at("/rows") {
        if let Some(object) = row.get("object") {
            version = apply(state, object, row.get("cells").map(Object::items), None, change);
        }
    }
    version
}

fn apply(
    state: &mut State,
    object: &Object<'_>,
    cells: Option<&[Object<'_>]>,
    kept: Option<Kept<'_>>,
    change: &str,
) -> String {
    if change == "DELETED" {
        state.remove(object.uid());
    } else if !object.uid().is_empty() {
        state.put_kept(object, cells, kept);
    }
    object.text_at("/metadata/resourceVersion").to_owned()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn state(kind: &str) -> State {
        State::new(Arc::clone(kinds::find(kind).unwrap()))
    }

    #[test]
    fn a_page_with_one_broken_object_shows_the_others() {
        let mut state = state("pods");
        let page = br#"{"kind":"PodList","metadata":{"resourceVersion":"7","continue":"next"},"items":[
            {"metadata":{"name":"a","namespace":"n","uid":"1"}},
            {"metadata":{"name":"no-uid","namespace":"n"}},
            {"metadata":"what"},
            {"metadata":{"name":"b","namespace":"n","uid":"2"}}]}"#;

        let end = take_page(&mut state, page).unwrap();

        assert_eq!(end, PageEnd { next: "next".into(), resource_version: "7".into() });
        assert_eq!(state.len(), 2);
    }

    #[test]
    fn a_printed_table_brings_cells_and_no_values() {
        let mut state = state("secrets");
        let page = br#"{"kind":"Table","metadata":{"resourceVersion":"9"},
            "columnDefinitions":[{"name":"Name"},{"name":"Type"},{"name":"Data"},{"name":"Age"}],
            "rows":[{"cells":["db","Opaque",2,"3d"],"object":{"kind":"PartialObjectMetadata","metadata":{"name":"db","namespace":"n","uid":"1","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"hunter2"}}}}]}"#;

        take_page(&mut state, page).unwrap();

        let row = state.rows().next().unwrap();
        assert!(
            row.fields
                .iter()
                .any(|field| field.to_cell(model::Language::English) == model::Cell::Text("Opaque".into())),
            "{row:?}"
        );
        let kept = state.read("1", |json| String::from_utf8_lossy(json).into_owned()).unwrap();
        assert!(!kept.contains("hunter2"), "{kept}");
    }

    #[test]
    fn annotations_are_kept_but_where_they_hold_values() {
        let kept = |slug: &str, annotation: &str| {
            let mut state = state(slug);
            let page = format!(
                r#"{{"kind":"Table","metadata":{{"resourceVersion":"9"}},"columnDefinitions":[{{"name":"Name"}}],
                "rows":[{{"cells":["a"],"object":{{"kind":"PartialObjectMetadata","metadata":{{"name":"a","namespace":"n","uid":"1","annotations":{{"{annotation}":"hunter2"}}}}}}}}]}}"#
            );
            take_page(&mut state, page.as_bytes()).unwrap();
            state.read("1", |json| String::from_utf8_lossy(json).contains("hunter2")).unwrap()
        };

        assert!(kept("configmaps", "example.com/owner"));
        assert!(!kept("configmaps", "kapp.k14s.io/original"));
        assert!(!kept("secrets", "example.com/owner"));
    }

    #[test]
    fn a_watch_brings_changes_marks_and_errors() {
        let mut state = state("pods");
        let added = br#"{"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"a","namespace":"n","uid":"1","resourceVersion":"11"}}}"#;
        assert_eq!(take_line(&mut state, "c", added).unwrap(), "11");
        assert_eq!(state.len(), 1);

        let mark = br#"{"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"15"}}}"#;
        assert_eq!(take_line(&mut state, "c", mark).unwrap(), "15");

        let deleted = br#"{"type":"DELETED","object":{"kind":"Pod","metadata":{"name":"a","namespace":"n","uid":"1","resourceVersion":"16"}}}"#;
        take_line(&mut state, "c", deleted).unwrap();
        assert_eq!(state.len(), 0);

        let gone = br#"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}"#;
        assert!(take_line(&mut state, "c", gone).unwrap_err().is_expired());
        assert!(take_line(&mut state, "c", b"{\"type\":\"ADDED\",\"obj").is_err());
        assert!(take_line(&mut state, "c", b"garbage").is_err());
    }

    #[test]
    fn a_watch_goes_on_after_an_object_that_cannot_be_read() {
        let mut state = state("pods");
        let added = br#"{"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"a","namespace":"n","uid":"1","resourceVersion":"11"}}}"#;
        take_line(&mut state, "c", added).unwrap();

        let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
        let line = format!(
            r#"{{"type":"MODIFIED","object":{{"kind":"Pod","metadata":{{"name":"a","namespace":"n","uid":"1","resourceVersion":"12"}},"spec":{deep}}}}}"#
        );
        assert_eq!(take_line(&mut state, "c", line.as_bytes()).unwrap(), "12");
        assert_eq!(state.len(), 0, "it would be shown as it was");
    }
}
