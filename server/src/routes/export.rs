//! A table as a file: `/clusters/{cluster}/{kind}.csv`, with the query of the page it belongs to. A ranking is one too, and so
//! is what was used.

use crate::asking::Asking;
use crate::console::Console;
use crate::routes::{preferences, problem};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use model::{ClusterName, ConsoleError, KindSlug, Namespace, Sort, TableQuery, Timestamp, WorkspaceName};
use monitoring_contract::{BillRequest, ConsumptionRequest, Period, RankOf, RankingRequest};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Answers requests for a table as a file and passes all others on. (A route cannot say "anything that ends so".)
pub async fn serve_export(State(console): State<Console>, request: Request, next: Next) -> Response {
    if let Some(cluster) = of_page("ranking", &request) {
        return serve_ranking(&console, cluster, request, next).await;
    }
    if let Some(cluster) = of_page("consumption", &request) {
        return serve_consumption(&console, cluster, request, next).await;
    }
    if of_page("bill", &request).is_some() {
        return serve_bill(&console, request, next).await;
    }
    let Some((cluster, kind)) = asked(request.uri().path()).filter(|_| request.method() == Method::GET)
    else {
        return next.run(request).await;
    };
    let Some(Asking::Somebody(caller)) = request.extensions().get() else { return next.run(request).await };
    let file = format!("{cluster}-{kind}.csv");
    let language = preferences::from_headers(request.headers()).language;
    let reader = console.kubernetes().for_caller((**caller).clone(), language);
    let exported = match query(cluster, kind, request.uri()) {
        Ok(query) => reader.export(query).await,
        Err(error) => Err(error),
    };
    match exported {
        Ok(text) => as_file(&file, text),
        Err(error) => problem(&error),
    }
}

async fn serve_ranking(console: &Console, cluster: ClusterName, request: Request, next: Next) -> Response {
    let Some(Asking::Somebody(caller)) = request.extensions().get() else { return next.run(request).await };
    let mut asked = RankingRequest {
        cluster: cluster.clone(),
        of: RankOf::Namespaces,
        search: String::new(),
        workspace: None,
        sort: None,
    };
    for (name, value) in form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()) {
        match &*name {
            "of" => asked.of = RankOf::parse(&value).unwrap_or(asked.of),
            "search" => asked.search = value.into_owned(),
            "workspace" => asked.workspace = WorkspaceName::parse(&value).ok(),
            "sort" => asked.sort = Sort::parse(&value),
            _ => {}
        }
    }
    let file = format!("{cluster}-{}-ranking.csv", asked.of.word());
    match console.prometheus().for_caller(Arc::clone(caller)).export_ranking(asked).await {
        Ok(text) => as_file(&file, text),
        Err(error) => problem(&error),
    }
}

async fn serve_consumption(
    console: &Console,
    cluster: ClusterName,
    request: Request,
    next: Next,
) -> Response {
    let Some(Asking::Somebody(caller)) = request.extensions().get() else { return next.run(request).await };
    let query = request.uri().query().unwrap_or_default();
    let said: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let said = |name: &str| said.get(name).cloned().unwrap_or_default();
    let (mut asked, fault) = ConsumptionRequest::parse(cluster.clone(), said);
    if fault.is_some() {
        return problem(&ConsoleError::invalid("period", "these are no days that can be metered"));
    }
    let of = format!("{cluster}-{}", asked.by.word());
    let file = dated(&of, &mut asked.period, Timestamp(database::now_seconds()));
    match console.metering().for_caller(Arc::clone(caller)).export_consumption(asked).await {
        Ok(text) => as_file(&file, text),
        Err(error) => problem(&error),
    }
}

/// What was used in all clusters, from the page of one of them.
async fn serve_bill(console: &Console, request: Request, next: Next) -> Response {
    let Some(Asking::Somebody(caller)) = request.extensions().get() else { return next.run(request).await };
    let query = request.uri().query().unwrap_or_default();
    let said: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let said = |name: &str| said.get(name).map_or("", String::as_str);
    let Ok(mut period) = Period::parse(said("period"), said("from"), said("to")) else {
        return problem(&ConsoleError::invalid("period", "these are no days that can be metered"));
    };
    let workspace = WorkspaceName::parse(said("workspace")).ok();
    let of = workspace.as_ref().map_or("clusters", WorkspaceName::as_str);
    let file = dated(of, &mut period, Timestamp(database::now_seconds()));
    let reader = console.metering().for_caller(Arc::clone(caller));
    as_file(&file, reader.export_bill(BillRequest { period, workspace }).await)
}

/// What a file of what was used is called, and its period as days, which are those in its name at midnight too: files of two months
/// are told apart.
fn dated(of: &str, period: &mut Period, now: Timestamp) -> String {
    let (first, last) = period.days(now);
    *period = Period::Days(first, last);
    format!("{of}-consumption-{first}-to-{last}.csv")
}

fn as_file(name: &str, text: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, disposition)];
    (headers, text).into_response()
}

/// The cluster of whose page in its monitoring the file is asked for.
fn of_page(page: &str, request: &Request) -> Option<ClusterName> {
    if request.method() != Method::GET {
        return None;
    }
    monitored(page, request.uri().path())
}

fn monitored(page: &str, path: &str) -> Option<ClusterName> {
    let (cluster, file) = path.strip_prefix("/clusters/")?.split_once("/monitoring/")?;
    ClusterName::parse(cluster).ok().filter(|_| file.strip_suffix(".csv") == Some(page))
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
            "sort" => query.sort = Sort::parse(&value),
            _ => {}
        }
    }
    Ok(query)
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
    fn files_of_two_months_have_two_names() {
        let mut period = Period::LastMonth;
        let now = Timestamp::parse_minutes("2028-03-31T23:59").unwrap();

        let file = dated("harbour-projects", &mut period, now);

        assert_eq!(file, "harbour-projects-consumption-2028-02-01-to-2028-02-29.csv");
        assert_eq!(period.days(Timestamp(now.0 + 86_400)), Period::LastMonth.days(now));
    }

    #[test]
    fn only_tables_are_files() {
        assert!(asked("/clusters/harbour/pods").is_none());
        assert!(asked("/clusters/harbour/pods/shop/web.csv").is_none());
        assert!(asked("/clusters/harbour/../x.csv").is_none());
        assert!(asked("/clusters/harbour/monitoring/ranking.csv").is_none());
        assert!(monitored("ranking", "/clusters/harbour/monitoring/ranking.csv").is_some());
        assert!(monitored("ranking", "/clusters/../monitoring/ranking.csv").is_none());
        assert!(monitored("ranking", "/clusters/harbour/monitoring/consumption.csv").is_none());
        assert!(monitored("consumption", "/clusters/harbour/monitoring/consumption.csv").is_some());
        assert!(asked("/clusters/harbour/httproutes.gateway.networking.k8s.io.csv").is_some());
    }
}
