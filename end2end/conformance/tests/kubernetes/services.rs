//! The way to what answers behind a service, as far as there is nothing.

use crate::support::Cluster;

/// What is said where nothing answers behind a service that was asked for with a port of this name.
async fn nothing_behind(cluster: &Cluster, namespace: &str, service: &str, port: &str) -> (u16, String) {
    let unavailable = |name: &str| (503, format!("no endpoints available for service \"{name}\""));
    if cluster.has_words_of(37).await {
        return unavailable(service);
    }
    // 1.34 asks for the service's endpoints, which are an object that there may be or not, and names the resource that the
    // request is about.
    let endpoints = cluster.get(&format!("/api/v1/namespaces/{namespace}/endpoints/{service}")).await;
    match endpoints.code {
        404 => (404, format!("services \"{service}\" not found")),
        _ => unavailable(&format!("{service}:{port}")),
    }
}

#[tokio::test]
async fn the_proxy_says_what_it_does_not_find() {
    let cluster = Cluster::open().await;
    let kubernetes = "/api/v1/namespaces/default/services/kubernetes";
    let nope = nothing_behind(&cluster, &cluster.namespace, "nope", "http").await;
    let unnamed = nothing_behind(&cluster, "default", "kubernetes", "nope").await;
    let said = |code: u16, message: &str| (code, message.to_owned());

    for (path, answer) in [
        (cluster.core("services/nope/proxy/"), nope.clone()),
        (cluster.core("services/nope:http/proxy"), nope),
        (cluster.core("services/nope:80/proxy/"), said(404, "services \"nope\" not found")),
        (cluster.core("services/a:b:c:d/proxy/"), said(400, "invalid service request \"a:b:c:d\"")),
        (cluster.core("services/ftp:a:1/proxy/"), said(400, "invalid service request \"ftp:a:1\"")),
        (format!("{kubernetes}:1/proxy/"), said(503, "no service port 1 found for service \"kubernetes\"")),
        (format!("{kubernetes}:nope/proxy/"), unnamed),
    ] {
        let found = cluster.get(&path).await;
        let message = found.body["message"].as_str().unwrap_or_default().to_owned();
        assert_eq!((found.code, message), answer, "{path}");
    }

    cluster.close().await;
}
