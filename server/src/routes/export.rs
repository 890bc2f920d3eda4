//! A table as a file: `/clusters/{cluster}/{kind}.csv`, with the query of the page it belongs to.

use crate::asking::Asking;
use crate::console::Console;
use crate::routes::{preferences, problem};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use model::{ClusterName, ConsoleError, KindSlug, Namespace, Sort, TableQuery};
use std::borrow::Cow;

/// Answers requests for a table as a file and passes all others on. (A route cannot say "anything that ends so".)
pub async fn serve_export(State(console): State<Console>, request: Request, next: Next) -> Response {
    let Some((cluster, kind)) = asked(request.uri().path()).filter(|_| request.method() == Method::GET)
    else {
        return next.run(request).await;
    };
    let Some(Asking::Somebody(caller)) = request.extensions().get() else { return next.run(request).await };
    let file = format!("attachment; filename=\"{cluster}-{kind}.csv\"");
    let language = preferences::from_headers(request.headers()).language;
    let reader = console.kubernetes().for_caller((**caller).clone(), language);
    let exported = match query(cluster, kind, request.uri()) {
        Ok(query) => reader.export(query).await,
        Err(error) => Err(error),
    };
    match exported {
        Ok(text) => {
            ([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, file)], text)
                .into_response()
        }
        Err(error) => problem(&error),
    }
}

fn asked(path: &str) -> Option<(ClusterName, KindSlug)> {
    let (cluster, kind) = path.strip_prefix("/clusters/")?.strip_suffix(".csv")?.split_once('/')?;
    Some((ClusterName::parse(cluster).ok()?, KindSlug::parse(kind).ok()?))
}

/// The same parameters as in `model::link::table`. A file has no pages.
fn query(cluster: ClusterName, kind: KindSlug, address: &Uri) -> Result<TableQuery, ConsoleError> {
    let mut query = TableQuery::of(cluster, kind);
    for (name, value) in form_urlencoded::parse(address.query().unwrap_or_default().as_bytes()) {
        match &*name {
            "namespace" => {
                let namespace = Namespace::parse(&value);
                query
                    .namespaces
                    .push(namespace.map_err(|wrong| ConsoleError::invalid("namespace", wrong.to_string()))?);
            }
            "search" => query.search = value.into_owned(),
            "sort" => query.sort = Some(sort(value)),
            _ => {}
        }
    }
    Ok(query)
}

fn sort(value: Cow<'_, str>) -> Sort {
    match value.strip_prefix('-') {
        Some(column) => Sort { column: column.to_owned(), descending: true },
        None => Sort { column: value.into_owned(), descending: false },
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn the_file_has_the_query_of_its_page() {
        let address: Uri =
            "/clusters/harbour/pods.csv?namespace=shop&search=status%3Afailed+a&sort=-age&page=3"
                .parse()
                .unwrap();
        let (cluster, kind) = asked(address.path()).unwrap();

        let query = query(cluster, kind, &address).unwrap();

        assert_eq!(query.search, "status:failed a");
        assert_eq!(query.sort, Some(Sort { column: "age".into(), descending: true }));
        assert_eq!((query.namespaces.len(), query.page), (1, 0));
    }

    #[test]
    fn only_tables_are_files() {
        assert!(asked("/clusters/harbour/pods").is_none());
        assert!(asked("/clusters/harbour/pods/shop/web.csv").is_none());
        assert!(asked("/clusters/harbour/../x.csv").is_none());
        assert!(asked("/clusters/harbour/httproutes.gateway.networking.k8s.io.csv").is_some());
    }
}
