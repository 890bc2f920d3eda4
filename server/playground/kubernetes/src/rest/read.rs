//! `get` and `list`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures::stream;
use serde_json::{Value, json};

use super::render::Served;
use super::request::{Form, Parameters, RequestInfo};
use super::{json_body, respond};
use crate::Status;
use crate::cluster::Cluster;
use crate::object::Object;
use crate::paging::{self, Token};
use crate::selectors::{FieldSelector, LabelSelector, Selectors};
use crate::storage::{Event, Store};

/// About how many bytes of a list are sent at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// Answers one object.
pub(crate) async fn get(
    cluster: &Cluster,
    served: &Served,
    info: &RequestInfo,
    form: Form,
) -> Result<Response, Status> {
    let name = info.name.as_deref().unwrap_or_default();
    let object = cluster
        .get(&served.kind.resource(), info.namespace.as_deref(), name)
        .ok_or_else(|| Status::not_found(&info.plural_group(), name))?;
    let object = served.seen_one(cluster, object).await?;
    Ok(respond(200, json_body(served.single(&object, form))))
}

/// The selectors of a request.
pub(crate) fn selectors(served: &Served, query: &Parameters) -> Result<Selectors, Status> {
    Ok(Selectors {
        labels: LabelSelector::parse(query.get("labelSelector").unwrap_or_default())?,
        fields: FieldSelector::parse(query.get("fieldSelector").unwrap_or_default(), &served.kind)?,
    })
}

/// A piece of a list.
struct Piece {
    version: u64,
    objects: Vec<Arc<Object>>,
    next: Option<Token>,
    remaining: Option<usize>,
}

/// Answers all objects that match, or a piece of them.
pub(crate) async fn list(
    cluster: &Cluster,
    served: &Served,
    info: &RequestInfo,
    query: &Parameters,
    form: Form,
) -> Result<Response, Status> {
    let selectors = selectors(served, query)?;
    let limit =
        query.number("limit")?.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit > 0);
    check_version(cluster, query)?;
    let resource = served.kind.resource();
    let whole = Whole::read(cluster, &resource, info.namespace.as_deref(), query)?;
    // What is selected by is what the version of the request shows.
    let shown = if served.asks() && !selectors.is_empty() {
        let seen = served.seen(cluster, whole.objects.to_vec()).await;
        Arc::new(seen.map_err(|unreadable| unreadable.of_list(&resource))?)
    } else {
        Arc::clone(&whole.objects)
    };
    let piece = whole.piece(cluster, &resource, info.namespace.as_deref(), &shown, &selectors, limit);
    let objects = served.seen(cluster, piece.objects).await;
    let objects = objects.map_err(|unreadable| unreadable.of_list(&resource))?;
    let mut metadata = json!({"resourceVersion": piece.version.to_string()});
    if let Some(next) = piece.next {
        metadata["continue"] = json!(next.encode());
    }
    if let Some(remaining) = piece.remaining {
        metadata["remainingItemCount"] = json!(remaining);
    }
    Ok(respond(200, send(served.clone(), form, &metadata, objects)))
}

fn check_version(cluster: &Cluster, query: &Parameters) -> Result<(), Status> {
    query.check_list_options()?;
    let version = query
        .resource_version()
        .map_err(|problem| Status::bad_request(format!("invalid resource version: {problem}")))?;
    if version != 0 && query.get("continue").is_some() {
        return Err(Status::bad_request("specifying resource version is not allowed when using continue"));
    }
    let current = cluster.resource_version();
    if version > current {
        let mut status = Status::new(
            504,
            "Timeout",
            format!("Timeout: Too large resource version: {version}, current: {current}"),
        );
        status.details = json!({"causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]});
        status.retry_after_seconds = Some(1);
        return Err(status);
    }
    Ok(())
}

/// The version that is asked for and no other.
fn exact_version(query: &Parameters) -> Option<u64> {
    let is_exact = query.get("resourceVersionMatch") == Some("Exact");
    query.resource_version().ok().filter(|version| is_exact && *version != 0)
}

/// The objects as they were at a version, found by undoing what happened since.
fn past(store: &Store, namespace: Option<&str>, version: u64) -> Result<Vec<Arc<Object>>, Status> {
    let since = store.since(version);
    let since =
        since.ok_or_else(|| Status::expired("The resourceVersion for the provided list is too old."))?;
    let now = store.range(namespace).map(|object| (object.key(), Arc::clone(object)));
    let mut objects: BTreeMap<String, Arc<Object>> = now.collect();
    let here = |event: &&Arc<Event>| namespace.is_none() || event.object.namespace() == namespace;
    for event in since.iter().rev().filter(here) {
        match &event.previous {
            Some(previous) => objects.insert(previous.key(), Arc::clone(previous)),
            None => objects.remove(&event.object.key()),
        };
    }
    Ok(objects.into_values().collect())
}

/// A list before anything is left out of it.
struct Whole {
    version: u64,
    objects: Arc<Vec<Arc<Object>>>,
    /// Whether it is the rest of a list whose first piece was sent before.
    is_kept: bool,
    /// The key of the last object that was sent.
    after: Option<String>,
}

impl Whole {
    fn read(
        cluster: &Cluster,
        resource: &str,
        namespace: Option<&str>,
        query: &Parameters,
    ) -> Result<Self, Status> {
        let token = query
            .get("continue")
            .map(|text| {
                Token::decode(text)
                    .ok_or_else(|| Status::bad_request("continue key is not valid: invalid token"))
            })
            .transpose()?;
        if let Some(Token { version: Some(version), after }) = &token {
            let kept = cluster.inner.pages.lock().find(resource, namespace, *version);
            let objects = kept.ok_or_else(|| continue_expired(after))?;
            return Ok(Self { version: *version, objects, is_kept: true, after: Some(after.clone()) });
        }
        let state = cluster.inner.state.read();
        let Some(store) = state.store(resource) else { return Err(Status::no_such_path()) };
        let (version, objects) = match exact_version(query) {
            Some(version) => (version, past(store, namespace, version)?),
            None => (state.version, store.range(namespace).cloned().collect()),
        };
        Ok(Self {
            version,
            objects: Arc::new(objects),
            is_kept: false,
            after: token.map(|token| token.after),
        })
    }

    /// The next piece of it, as `shown` has its objects.
    fn piece(
        self,
        cluster: &Cluster,
        resource: &str,
        namespace: Option<&str>,
        shown: &[Arc<Object>],
        selectors: &Selectors,
        limit: Option<usize>,
    ) -> Piece {
        let after = self.after.as_deref();
        let start = after.map_or(0, |after| shown.partition_point(|object| object.key().as_str() <= after));
        let mut objects = Vec::new();
        let mut position = start;
        while position < shown.len() && limit.is_none_or(|limit| objects.len() < limit) {
            if selectors.matches(&shown[position]) {
                objects.push(Arc::clone(&shown[position]));
            }
            position += 1;
        }
        let more = limit.is_some() && shown[position..].iter().any(|object| selectors.matches(object));
        let next = more.then(|| Token { version: Some(self.version), after: shown[position - 1].key() });
        let remaining = (more && selectors.is_empty()).then(|| shown.len() - position);
        if more && !self.is_kept {
            cluster.inner.pages.lock().keep(resource, namespace, self.version, self.objects);
            paging::forget_later(&cluster.inner);
        }
        Piece { version: self.version, objects, next, remaining }
    }
}

fn continue_expired(after: &str) -> Status {
    let mut status = Status::expired(
        "The provided continue parameter is too old to display a consistent list result. You can start a new list \
         without the continue parameter, or use the continue token in this response to retrieve the remainder of \
         the results. Continuing with the provided token results in an inconsistent list - objects that were \
         created, modified, or deleted between the time the first chunk was returned and now may show up in the list.",
    );
    status.continue_token = Some(Token { version: None, after: after.to_owned() }.encode());
    status
}

/// Sends a list piece by piece, so that a large one is never in memory as a whole.
fn send(served: Served, form: Form, metadata: &Value, objects: Vec<Arc<Object>>) -> Body {
    let mut opening = match form {
        Form::Full => format!(
            "{{\"kind\":\"{}\",\"apiVersion\":\"{}\",\"metadata\":{metadata},\"items\":[",
            served.kind.list_kind, served.api_version
        ),
        Form::Metadata => format!(
            "{{\"kind\":\"PartialObjectMetadataList\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{metadata},\"items\":["
        ),
        Form::Table(_) => format!(
            "{{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{metadata},\"columnDefinitions\":{},\"rows\":[",
            served.column_definitions()
        ),
    }
    .into_bytes();
    let mut objects = objects.into_iter();
    let mut first = true;
    let mut done = false;
    let chunks = std::iter::from_fn(move || {
        if done {
            return None;
        }
        let mut chunk = std::mem::take(&mut opening);
        while chunk.len() < CHUNK_BYTES {
            let Some(object) = objects.next() else {
                done = true;
                chunk.extend_from_slice(b"]}\n");
                break;
            };
            if !std::mem::take(&mut first) {
                chunk.push(b',');
            }
            served.write_item(&object, form, &mut chunk);
        }
        Some(Ok::<_, std::convert::Infallible>(Bytes::from(chunk)))
    });
    Body::from_stream(stream::iter(chunks))
}
