//! What is read for names, and for who programs are elsewhere.

use super::Reader;

pub(super) const EXTERNAL_DNS: Reader = Reader {
    id: "external-dns",
    name: "ExternalDNS",
    prefix: "external-dns.kubernetes.io/",
    kinds: &["services", "ingresses", "gateways.gateway.networking.k8s.io"],
    annotations: &[("hostname", &[]), ("target", &[]), ("ttl", &[])],
};

pub(super) const OLD_EXTERNAL_DNS: Reader = Reader {
    id: "external-dns",
    name: "ExternalDNS",
    prefix: "external-dns.alpha.kubernetes.io/",
    kinds: &["services", "ingresses", "gateways.gateway.networking.k8s.io"],
    annotations: &[("hostname", &[]), ("target", &[]), ("ttl", &[])],
};

pub(super) const AWS_ACCOUNTS: Reader = Reader {
    id: "eks",
    name: "AWS",
    prefix: "eks.amazonaws.com/",
    kinds: &["serviceaccounts"],
    annotations: &[("role-arn", &[]), ("token-expiration", &[]), ("audience", &["sts.amazonaws.com"])],
};

pub(super) const GOOGLE_ACCOUNTS: Reader = Reader {
    id: "gke-accounts",
    name: "Google Cloud",
    prefix: "iam.gke.io/",
    kinds: &["serviceaccounts"],
    annotations: &[("gcp-service-account", &[])],
};

pub(super) const AZURE_ACCOUNTS: Reader = Reader {
    id: "azure-accounts",
    name: "Azure",
    prefix: "azure.workload.identity/",
    kinds: &["serviceaccounts"],
    annotations: &[("client-id", &[]), ("tenant-id", &[]), ("service-account-token-expiration", &[])],
};
