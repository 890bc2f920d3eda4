//! The audit trail as a file: `/audit/trail.csv` and `/audit/trail.json`, with the query of the page. However long it is, only some
//! hundred lines of it are held at once.

use super::knock::Signed;
use super::problem;
use crate::console::Console;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt, stream};
use kubernetes::csv;
use model::ConsoleError;
use people_contract::{AuditLine, AuditQuery};
use std::sync::Arc;
use tenants::ForCaller;

/// Lines for a file, or why there are no more.
type Page = Result<Vec<AuditLine>, ConsoleError>;

/// `/audit/trail.csv`.
pub async fn as_csv(
    State(console): State<Console>,
    Signed(caller): Signed,
    query: Query<AuditQuery>,
) -> Response {
    let mut heading = String::new();
    csv::line(&mut heading, COLUMNS.map(str::to_owned));
    let pages = pages(console.tenants().for_caller(Arc::clone(&caller)), query.0);
    let lines = |page: Page| {
        page.map(|lines| {
            let mut text = String::new();
            lines.iter().for_each(|line| csv::line(&mut text, cells(line)));
            text
        })
    };
    file("audit.csv", "text/csv; charset=utf-8", heading, pages.map(lines), String::new()).await
}

/// `/audit/trail.json`.
pub async fn as_json(
    State(console): State<Console>,
    Signed(caller): Signed,
    query: Query<AuditQuery>,
) -> Response {
    let pages = pages(console.tenants().for_caller(Arc::clone(&caller)), query.0);
    let mut is_first = true;
    let lines = move |page: Page| {
        page.map(|lines| {
            let mut text = String::new();
            for line in &lines {
                text.push_str(if std::mem::take(&mut is_first) { "\n" } else { ",\n" });
                text.push_str(&serde_json::to_string(line).expect("a line is plain data"));
            }
            text
        })
    };
    file("audit.json", "application/json", "[".into(), pages.map(lines), "\n]\n".into()).await
}

/// All pages of the trail that meet a question, newest first.
fn pages(reader: ForCaller, query: AuditQuery) -> impl Stream<Item = Page> + Send + 'static {
    stream::unfold(Some(query), move |query| {
        let reader = reader.clone();
        async move {
            let query = query?;
            Some(match reader.audit_for_file(query.clone()).await {
                Ok((lines, next)) => (Ok(lines), next.map(|before| AuditQuery { before, ..query })),
                Err(error) => (Err(error), None),
            })
        }
    })
}

/// The first page is waited for: what is refused is an answer of its own. A failure later breaks the download off, so that
/// nobody takes a part for the whole.
async fn file(
    name: &str,
    kind: &'static str,
    begin: String,
    pages: impl Stream<Item = Result<String, ConsoleError>> + Send + 'static,
    end: String,
) -> Response {
    let mut pages = Box::pin(pages);
    let first = match pages.next().await {
        Some(Err(error)) => return problem(&error),
        Some(Ok(first)) => first,
        None => String::new(),
    };
    let parts = stream::iter([Ok(begin), Ok(first)]).chain(pages).chain(stream::iter([Ok(end)]));
    let body = Body::from_stream(parts.map(|part| part.map(Bytes::from)));
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], body).into_response()
}

const COLUMNS: [&str; 13] = [
    "time",
    "person",
    "address",
    "action",
    "resource",
    "cluster",
    "namespace",
    "name",
    "decision",
    "reason",
    "outcome",
    "detail",
    "request",
];

fn cells(line: &AuditLine) -> [String; 13] {
    let decision = if line.refused.is_some() { "refused" } else { "allowed" };
    [
        line.at.to_rfc3339(),
        line.person.clone(),
        line.address.clone().unwrap_or_default(),
        line.action.clone(),
        line.resource.clone(),
        line.cluster.clone().unwrap_or_default(),
        line.namespace.clone().unwrap_or_default(),
        line.name.clone().unwrap_or_default(),
        decision.to_owned(),
        line.refused.clone().unwrap_or_default(),
        line.outcome.clone().unwrap_or_default(),
        line.detail.clone(),
        line.request.clone(),
    ]
}
