//! The way to what answers behind a service, as far as there is nothing.

use crate::support::Cluster;

#[tokio::test]
async fn the_proxy_says_what_it_does_not_find() {
    let cluster = Cluster::open().await;
    let kubernetes = "/api/v1/namespaces/default/services/kubernetes";
    let ask = async |path: String| {
        let answer = cluster.get(&path).await;
        (answer.code, answer.body["message"].as_str().unwrap_or_default().to_owned())
    };

    for (path, code, message) in [
        (cluster.core("services/nope/proxy/"), 503, "no endpoints available for service \"nope\""),
        (cluster.core("services/nope:http/proxy"), 503, "no endpoints available for service \"nope\""),
        (cluster.core("services/nope:80/proxy/"), 404, "services \"nope\" not found"),
        (cluster.core("services/a:b:c:d/proxy/"), 400, "invalid service request \"a:b:c:d\""),
        (cluster.core("services/ftp:a:1/proxy/"), 400, "invalid service request \"ftp:a:1\""),
        (format!("{kubernetes}:1/proxy/"), 503, "no service port 1 found for service \"kubernetes\""),
        (format!("{kubernetes}:nope/proxy/"), 503, "no endpoints available for service \"kubernetes\""),
    ] {
        assert_eq!(ask(path.clone()).await, (code, message.to_owned()), "{path}");
    }

    cluster.close().await;
}
