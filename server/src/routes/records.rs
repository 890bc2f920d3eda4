//! All that a search finds as a file: `/clusters/{cluster}/logs/file`, with the query of the page it belongs to.

use super::knock::Called;
use crate::console::Console;
use crate::routes::problem;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use model::window::InvalidWindow;
use model::{ClusterName, ConsoleError, Thing, Window};
use records_contract::{Of, SearchRequest};
use serde::Deserialize;

/// The query of a file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FileQuery {
    of: String,
    query: String,
    from: String,
    to: String,
}

/// `GET …/logs/file`.
pub async fn file(
    State(console): State<Console>,
    Called(caller): Called,
    Path(cluster): Path<String>,
    Query(query): Query<FileQuery>,
) -> Response {
    let request = match request(&cluster, query) {
        Ok(request) => request,
        Err(error) => return problem(&error),
    };
    let (ending, kind) = match request.of {
        Of::Logs => ("log", "text/plain; charset=utf-8"),
        Of::Events | Of::Audit => ("csv", "text/csv; charset=utf-8"),
    };
    let name = format!("attachment; filename=\"{cluster}-{}.{ending}\"", request.of.word());
    match console.elasticsearch().for_caller(caller).export(request).await {
        Ok(pieces) => {
            let headers = [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, name)];
            (headers, Body::from_stream(pieces)).into_response()
        }
        Err(error) => problem(&error),
    }
}

fn request(cluster: &str, query: FileQuery) -> Result<SearchRequest, ConsoleError> {
    let cluster =
        ClusterName::parse(cluster).map_err(|_| ConsoleError::unknown(Thing::Cluster(cluster.to_owned())))?;
    let of = match query.of.as_str() {
        "" => Of::Logs,
        word => Of::parse(word).ok_or_else(|| ConsoleError::missing(word.to_owned()))?,
    };
    let window = Window::parse(&query.from, &query.to).map_err(|problem| {
        let message = match problem {
            InvalidWindow::Unreadable => "this is no stretch of time, such as 6h or two moments",
            InvalidWindow::Backwards => "this ends before it begins",
            InvalidWindow::TooLong => "this is longer than half a year",
            InvalidWindow::TooShort => "this is shorter than a minute",
        };
        ConsoleError::invalid("from", message)
    })?;
    Ok(SearchRequest { cluster, of, query: query.query, window, before: None })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn the_file_has_the_query_of_its_page() {
        let query = FileQuery {
            of: "events".into(),
            query: "reason:Killing".into(),
            from: "6h".into(),
            to: String::new(),
        };

        let request = request("harbour", query).unwrap();

        assert_eq!((request.of, request.window), (Of::Events, Window::Last(21_600)));
        assert_eq!(request.query, "reason:Killing");
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let wrong = |cluster: &str, of: &str, from: &str| {
            let query = FileQuery { of: of.into(), from: from.into(), ..FileQuery::default() };
            request(cluster, query).is_err()
        };

        assert!(wrong("../x", "logs", "") && wrong("harbour", "secrets", "") && wrong("harbour", "", "soon"));
    }
}
