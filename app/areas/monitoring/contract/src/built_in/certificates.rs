//! Certificates that come to their end.

use super::rule::{BuiltInRule, rule};
use crate::Severity::{Critical, Warning};

pub(super) const RULES: &[BuiltInRule] = &[
    rule(
        "KubeClientCertificateExpiration",
        ("5m", Critical),
        "A certificate with which the API server is asked ends within a day",
        &[
            "histogram_quantile(0.01, sum by (le) (rate(apiserver_client_certificate_expiration_seconds_bucket[5m]))) < 86400",
        ],
    ),
    rule(
        "KubeClientCertificateExpiration",
        ("5m", Warning),
        "A certificate with which the API server is asked ends within a week",
        &[
            "histogram_quantile(0.01, sum by (le) (rate(apiserver_client_certificate_expiration_seconds_bucket[5m]))) < 604800",
        ],
    ),
    rule(
        "KubeletClientCertificateExpiration",
        ("5m", Critical),
        "The certificate with which the kubelet of {{ $labels.instance }} asks ends in {{ $value | humanizeDuration }}",
        &["min by (instance) (kubelet_certificate_manager_client_ttl_seconds) < 86400"],
    ),
    rule(
        "KubeletClientCertificateExpiration",
        ("5m", Warning),
        "The certificate with which the kubelet of {{ $labels.instance }} asks ends in {{ $value | humanizeDuration }}",
        &["min by (instance) (kubelet_certificate_manager_client_ttl_seconds) < 604800"],
    ),
    rule(
        "KubeletServerCertificateExpiration",
        ("5m", Critical),
        "The certificate with which the kubelet of {{ $labels.instance }} answers ends in {{ $value | humanizeDuration }}",
        &["min by (instance) (kubelet_certificate_manager_server_ttl_seconds) < 86400"],
    ),
    rule(
        "KubeletServerCertificateExpiration",
        ("5m", Warning),
        "The certificate with which the kubelet of {{ $labels.instance }} answers ends in {{ $value | humanizeDuration }}",
        &["min by (instance) (kubelet_certificate_manager_server_ttl_seconds) < 604800"],
    ),
    rule(
        "KubeletClientCertificateRenewalErrors",
        ("15m", Warning),
        "The kubelet of {{ $labels.instance }} cannot renew the certificate with which it asks",
        &["max by (instance) (increase(kubelet_certificate_manager_client_expiration_renew_errors[5m])) > 0"],
    ),
    rule(
        "KubeletServerCertificateRenewalErrors",
        ("15m", Warning),
        "The kubelet of {{ $labels.instance }} cannot renew the certificate with which it answers",
        &["max by (instance) (increase(kubelet_server_expiration_renew_errors[5m])) > 0"],
    ),
    rule(
        "IngressCertificateExpiration",
        ("1h", Critical),
        "The certificate of {{ $labels.host }} ends in {{ $value | humanizeDuration }}",
        &["min by (host) (nginx_ingress_controller_ssl_expire_time_seconds) - time() < 172800"],
    ),
    rule(
        "IngressCertificateExpiration",
        ("1h", Warning),
        "The certificate of {{ $labels.host }} ends in {{ $value | humanizeDuration }}",
        &["min by (host) (nginx_ingress_controller_ssl_expire_time_seconds) - time() < 1209600"],
    ),
    rule(
        "CertManagerCertificateExpiration",
        ("1h", Warning),
        "The certificate {{ $labels.namespace }}/{{ $labels.name }} ends in {{ $value | humanizeDuration }} and was not renewed",
        &[
            "min by (namespace, name) (certmanager_certificate_expiration_timestamp_seconds) - time() < 604800",
        ],
    ),
    rule(
        "CertManagerCertificateNotReady",
        ("15m", Warning),
        "The certificate {{ $labels.namespace }}/{{ $labels.name }} is not ready",
        &[r#"max by (namespace, name) (certmanager_certificate_ready_status{condition!="True"} == 1)"#],
    ),
];
