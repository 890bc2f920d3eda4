//! Certificates in secrets: who is told of them, and how often they are read.

use crate::shop_ingress;
use crate::support::{Stage, eventually};
use resources_contract::Resources;
use serde_json::{Value, json};
use std::time::Duration;

/// Made for a test, for shop.example.com until the first of November 2026: a text in PEM, as secrets hold it.
const CERTIFICATE: &str = "\
    LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJkakNDQVIyZ0F3SUJBZ0lCQVRBS0JnZ3Foa2pPUFFRREFqQWJNUmt3RndZ\
    RFZRUUREQkJ6YUc5d0xtVjQKWVcxd2JHVXVZMjl0TUI0WERUSTJNREV3TVRBd01EQXdNRm9YRFRJMk1URXdNVEF3TURBd01Gb3dH\
    ekVaTUJjRwpBMVVFQXd3UWMyaHZjQzVsZUdGdGNHeGxMbU52YlRCWk1CTUdCeXFHU000OUFnRUdDQ3FHU000OUF3RUhBMElBCkJB\
    YzI3S2E5WVdnc29OeE9BZE56ZjhqLzc0d08wcUIwRmRER0RJRk03QnVOMHNqZ1R0YUZRTk5iL2ZKY3J3R1YKUzFGc2tkbDRiSWVp\
    NHdwaEdHUjlkekdqVWpCUU1DOEdBMVVkRVFRb01DYUNFSE5vYjNBdVpYaGhiWEJzWlM1agpiMjJDRWlvdWMyaHZjQzVsZUdGdGNH\
    eGxMbU52YlRBZEJnTlZIUTRFRmdRVU95TlRDYXdsWjNGcElsTTdhR0M3ClN2b1dOeVF3Q2dZSUtvWkl6ajBFQXdJRFJ3QXdSQUln\
    SG5FQkVtanprYVR0blNuUE4zQitqbnBPVkxxVU1hS20KZmg2OWdHS1VMdUlDSUUybkIyYjlINm91aUpjeHFMd0krS1dJL0dsQk9H\
    RU5mbG5oMm1VdTk3R0MKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQ==";
/// When it ends.
const ENDS: i64 = 1_793_491_200;

fn tls(namespace: &str, name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
        "metadata": {"namespace": namespace, "name": name}, "data": {"tls.crt": CERTIFICATE, "tls.key": ""},
    })
}

#[tokio::test]
async fn a_certificate_is_looked_at_once_and_by_who_may_read_its_secret() {
    let stage = Stage::new().await;
    stage.bind_roles();
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
        "metadata": {"namespace": "shop", "name": "shop-tls"}, "data": {"tls.crt": "aGVsbG8=", "tls.key": ""},
    });
    stage.cluster.create(secret).unwrap();
    let ingress = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"namespace": "shop", "name": "shop"},
        "spec": {
            "tls": [{"secretName": "shop-tls", "hosts": ["shop.example.com"]}],
            "defaultBackend": {"service": {"name": "web", "port": {"number": 80}}},
        },
    });
    stage.cluster.create(ingress).unwrap();
    let told = async |caller: &kubernetes::ForCaller| {
        let view = caller.object(shop_ingress()).await.unwrap();
        view.findings.iter().any(|finding| finding.title == "The secret shop-tls holds no certificate")
    };
    let ada = stage.administrator().await;
    let viewer = stage.caller("project-viewer", &["shop"]).await;

    // The first look begins to follow secrets, and does not wait for them.
    eventually(|| told(&ada), |told| *told).await;
    assert!(told(&ada).await);
    assert!(!told(&viewer).await);

    let trail = stage.database.audit_trail(100).await.unwrap();
    let read = trail.iter().filter(|entry| entry.decision.action == "read certificate");
    assert_eq!(read.count(), 1);
}

#[tokio::test]
async fn certificates_that_end_are_found_in_secrets_by_who_may_read_them_and_are_read_once() {
    let stage = Stage::new().await;
    stage.bind_roles();
    let secret = |name: &str, of: &str, text: &str| {
        let metadata = json!({
            "namespace": "shop", "name": name, "annotations": {"cert-manager.io/certificate-name": "shop"},
        });
        let data = json!({"tls.crt": text, "tls.key": ""});
        json!({"apiVersion": "v1", "kind": "Secret", "type": of, "metadata": metadata, "data": data})
    };
    stage.cluster.create(secret("shop-tls", "kubernetes.io/tls", CERTIFICATE)).unwrap();
    stage.cluster.create(secret("words", "kubernetes.io/tls", "aGVsbG8=")).unwrap();
    stage.cluster.create(secret("other", "Opaque", CERTIFICATE)).unwrap();
    let cluster = stage.kubernetes.clusters().next().unwrap();
    let before = async |caller: &kubernetes::ForCaller, moment| {
        caller.ending_certificates(cluster, moment, Duration::from_secs(60)).await.found
    };
    let ada = stage.administrator().await;
    let viewer = stage.caller("project-viewer", &["shop"]).await;
    let stranger = stage.caller("project-admin", &["bank"]).await;

    let found = before(&ada, ENDS + 1).await;

    let told = found.first().unwrap();
    assert_eq!((found.len(), told.secret.to_string().as_str()), (1, "secrets/shop/shop-tls"));
    assert_eq!(
        (told.ends, told.host.as_str(), told.certificate.as_str()),
        (ENDS, "shop.example.com", "shop")
    );
    assert!(before(&ada, ENDS).await.is_empty());
    assert!(before(&viewer, ENDS + 1).await.is_empty() && before(&stranger, ENDS + 1).await.is_empty());
    let trail = stage.database.audit_trail(100).await.unwrap();
    let read = trail.iter().filter(|entry| entry.decision.action == "read certificate");
    assert_eq!(read.count(), 2, "each once, and what is none too");
}

#[tokio::test]
async fn where_the_cluster_refuses_certificates_not_all_of_them_are_tried() {
    let stage = Stage::new().await;
    for number in 0..80 {
        stage.cluster.create(tls("shop", &format!("tls-{number}"))).unwrap();
    }
    let cluster = stage.kubernetes.clusters().next().unwrap();
    let ada = stage.administrator().await;

    // Nothing there gives rights to whom the console acts as.
    for _ in 0..2 {
        let found = ada.ending_certificates(cluster, ENDS + 1, Duration::from_secs(60)).await;
        assert_eq!((found.found.as_slice(), found.refused, found.waiting), (&[][..], 64, 16));
    }

    let trail = stage.database.audit_trail(100).await.unwrap();
    let tried = trail.iter().filter(|entry| entry.decision.action == "read certificate");
    assert_eq!(tried.count(), 64);
}

#[tokio::test]
async fn certificates_that_the_cluster_refuses_keep_nobody_from_the_others() {
    let stage = Stage::new().await;
    for number in 0..30 {
        stage.cluster.create(tls("bank", &format!("tls-{number}"))).unwrap();
    }
    stage.cluster.create(tls("shop", "tls")).unwrap();
    // Those of the shop may be read, and no others.
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
        "metadata": {"namespace": "shop", "name": "administrators"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "orrery:administrators"}],
    });
    stage.cluster.apply(binding).unwrap();
    let cluster = stage.kubernetes.clusters().next().unwrap();
    let ada = stage.administrator().await;

    for _ in 0..2 {
        let found = ada.ending_certificates(cluster, ENDS + 1, Duration::from_secs(60)).await;
        let told: Vec<String> = found.found.iter().map(|one| one.secret.to_string()).collect();
        assert_eq!((told, found.refused, found.waiting), (vec!["secrets/shop/tls".into()], 30, 0));
    }
}
