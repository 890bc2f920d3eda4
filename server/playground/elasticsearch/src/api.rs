//! The HTTP API.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::routing::{delete, get, post};
use serde_json::{Value, json};

use crate::Version;
use crate::answer::{Refusal, json_response};
use crate::archive::Archive;
use crate::index::{cat, field_caps, mapping, meant};
use crate::points::Points;
use crate::search::{Where, count, search};

/// The largest body that is read, in bytes.
const LARGEST_BODY: usize = 4 << 20;

#[derive(Clone)]
struct Api {
    archive: Arc<dyn Archive>,
    points: Arc<Points>,
    version: Version,
}

/// A request, read.
struct Asked {
    index: String,
    parameters: BTreeMap<String, String>,
    body: Value,
}

type Handler = fn(&Api, &Asked) -> Result<Value, Refusal>;

pub(crate) fn router(archive: Arc<dyn Archive>, version: Version) -> Router {
    let api = Api { archive, points: Arc::default(), version };
    let all = |handler: Handler| {
        move |State(api): State<Api>, request: Request| answered(api, handler, String::new(), request)
    };
    let some = |handler: Handler| {
        move |State(api): State<Api>, Path(index): Path<String>, request: Request| {
            answered(api, handler, index, request)
        }
    };
    let routes = Router::new()
        .route("/", get(all(root)))
        .route("/_cluster/health", get(all(health)))
        .route("/_cat/indices", get(all(list)))
        .route("/_search", get(all(searched)).post(all(searched)))
        .route("/_count", get(all(counted)).post(all(counted)))
        .route("/_mapping", get(all(mapped)))
        .route("/_field_caps", get(all(capable)).post(all(capable)))
        .route("/{index}/_search", get(some(searched)).post(some(searched)))
        .route("/{index}/_count", get(some(counted)).post(some(counted)))
        .route("/{index}/_mapping", get(some(mapped)))
        .route("/{index}/_field_caps", get(some(capable)).post(some(capable)))
        .fallback(no_handler);
    let routes = match version {
        Version::V7_4 => routes,
        Version::V8_17 => {
            routes.route("/_pit", delete(all(let_go))).route("/{index}/_pit", post(some(opened)))
        }
    };
    routes.with_state(api)
}

/// Reads the request and answers it where waiting for a processor holds up nobody else.
async fn answered(api: Api, handler: Handler, index: String, request: Request) -> Response {
    let asked = match read(index, request).await {
        Ok(asked) => asked,
        Err(refusal) => return refusal.response(),
    };
    let answer = tokio::task::spawn_blocking(move || handler(&api, &asked)).await;
    match answer {
        Ok(Ok(answer)) => json_response(200, &answer),
        Ok(Err(refusal)) => refusal.response(),
        Err(_) => {
            let reason = "the search was given up".to_owned();
            Refusal { status: 500, kind: "search_phase_execution_exception", reason }.response()
        }
    }
}

async fn read(index: String, request: Request) -> Result<Asked, Refusal> {
    let query = request.uri().query().unwrap_or_default().to_owned();
    let parameters = form_urlencoded::parse(query.as_bytes());
    let parameters = parameters.map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let bytes = to_bytes(request.into_body(), LARGEST_BODY).await.map_err(|_| Refusal {
        status: 413,
        kind: "content_too_long_exception",
        reason: format!("entity content is too long for the configured buffer limit [{LARGEST_BODY}]"),
    })?;
    let body = match bytes.is_empty() {
        true => Value::Null,
        false => serde_json::from_slice(&bytes).map_err(|error| Refusal {
            status: 400,
            kind: "x_content_parse_exception",
            reason: error.to_string(),
        })?,
    };
    Ok(Asked { index, parameters, body })
}

impl Asked {
    fn parameter(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    fn ignores_missing(&self) -> bool {
        self.parameters.get("ignore_unavailable").is_some_and(|value| value != "false")
    }

    fn place(&self) -> Where<'_> {
        Where { expression: &self.index, ignores_missing: self.ignores_missing() }
    }
}

async fn no_handler(request: Request) -> Response {
    let (method, path) = (request.method(), request.uri().path());
    let error = format!("no handler found for uri [{path}] and method [{method}]");
    json_response(400, &json!({"error": error, "status": 400}))
}

#[expect(clippy::unnecessary_wraps, reason = "as handlers are")]
fn root(api: &Api, _: &Asked) -> Result<Value, Refusal> {
    let (number, lucene, wire, index) = match api.version {
        Version::V7_4 => ("7.4.2", "8.2.0", "6.8.0", "6.0.0-beta1"),
        Version::V8_17 => ("8.17.0", "9.12.0", "7.17.0", "7.0.0"),
    };
    Ok(json!({
        "name": "elasticsearch-0", "cluster_name": "logging", "cluster_uuid": "pGUTf1GXQpm1x1Gv8bGk7Q",
        "version": {
            "number": number, "build_flavor": "default", "build_type": "docker", "lucene_version": lucene,
            "minimum_wire_compatibility_version": wire, "minimum_index_compatibility_version": index,
        },
        "tagline": "You Know, for Search",
    }))
}

#[expect(clippy::unnecessary_wraps, reason = "as handlers are")]
fn health(_: &Api, _: &Asked) -> Result<Value, Refusal> {
    Ok(
        json!({"cluster_name": "logging", "status": "green", "timed_out": false, "number_of_nodes": 1, "number_of_data_nodes": 1}),
    )
}

fn list(api: &Api, _: &Asked) -> Result<Value, Refusal> {
    cat(&*api.archive)
}

fn searched(api: &Api, asked: &Asked) -> Result<Value, Refusal> {
    let body = if asked.body.is_null() { json!({}) } else { asked.body.clone() };
    if api.version == Version::V7_4 && !body["pit"].is_null() {
        return Err(Refusal::parsing("Unknown key for a START_OBJECT in [pit]."));
    }
    search(&*api.archive, &api.points, &asked.place(), &body)
}

fn counted(api: &Api, asked: &Asked) -> Result<Value, Refusal> {
    count(&*api.archive, &asked.place(), &asked.body["query"])
}

fn mapped(api: &Api, asked: &Asked) -> Result<Value, Refusal> {
    Ok(mapping(&meant(&*api.archive, &asked.index, asked.ignores_missing())?))
}

fn capable(api: &Api, asked: &Asked) -> Result<Value, Refusal> {
    let listed = asked.body["fields"]
        .as_array()
        .map(|all| all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","));
    let fields = listed.unwrap_or_else(|| asked.parameter("fields").to_owned());
    Ok(field_caps(&meant(&*api.archive, &asked.index, asked.ignores_missing())?, &fields))
}

fn opened(api: &Api, asked: &Asked) -> Result<Value, Refusal> {
    meant(&*api.archive, &asked.index, asked.ignores_missing())?;
    let id = api.points.open(&asked.index, api.archive.now(), asked.parameter("keep_alive"))?;
    Ok(json!({"id": id, "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0}}))
}

fn let_go(api: &Api, asked: &Asked) -> Result<Value, Refusal> {
    let id = asked.body["id"].as_str().ok_or_else(|| Refusal::argument("Required [id]"))?;
    let freed = api.points.close(id);
    Ok(json!({"succeeded": true, "num_freed": u8::from(freed)}))
}
