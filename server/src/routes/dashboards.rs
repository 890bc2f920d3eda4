//! A dashboard as a file for Grafana: `/clusters/{cluster}/monitoring/dashboards/{id}/file`.

use super::knock::Called;
use crate::console::Console;
use crate::routes::problem;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use model::{ClusterName, ConsoleError, Thing};
use monitoring_contract::Dashboards;

/// `GET …/file`.
pub async fn file(
    State(console): State<Console>,
    Called(caller): Called,
    Path((cluster, id)): Path<(String, String)>,
) -> Response {
    let Ok(cluster) = ClusterName::parse(&cluster) else {
        return problem(&ConsoleError::unknown(Thing::Cluster(cluster)));
    };
    match console.dashboards().for_caller(caller).export_dashboard(cluster, id).await {
        Ok((title, text)) => {
            let disposition = format!("attachment; filename=\"{}.json\"", file_name(&title));
            let headers = [(CONTENT_TYPE, "application/json".to_owned()), (CONTENT_DISPOSITION, disposition)];
            (headers, text).into_response()
        }
        Err(error) => problem(&error),
    }
}

/// A name that any system of files takes, and that ends no header.
fn file_name(title: &str) -> String {
    let words = title.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("-").to_lowercase();
    if name.is_empty() { "dashboard".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_title_becomes_a_plain_name() {
        assert_eq!(file_name("Shop: \"up\"\r\n/ down"), "shop-up-down");
        assert_eq!(file_name("店"), "dashboard");
    }
}
