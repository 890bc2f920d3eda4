//! What others read on ingresses and gateways.

use super::{Reader, SWITCH};

pub(super) const CERT_MANAGER: Reader = Reader {
    id: "cert-manager",
    name: "cert-manager",
    prefix: "cert-manager.io/",
    kinds: &["ingresses", "gateways.gateway.networking.k8s.io"],
    annotations: &[
        ("cluster-issuer", &[]),
        ("issuer", &[]),
        ("issuer-kind", &[]),
        ("issuer-group", &[]),
        ("common-name", &[]),
        ("duration", &[]),
        ("renew-before", &[]),
        ("private-key-algorithm", &["RSA", "ECDSA", "Ed25519"]),
        ("private-key-size", &[]),
        ("private-key-rotation-policy", &["Always", "Never"]),
        ("usages", &[]),
        ("revision-history-limit", &[]),
    ],
};

pub(super) const ACME: Reader = Reader {
    id: "acme",
    name: "cert-manager",
    prefix: "acme.cert-manager.io/",
    kinds: &["ingresses"],
    annotations: &[
        ("http01-edit-in-place", SWITCH),
        ("http01-ingress-class", &[]),
        ("http01-ingress-ingressclassname", &[]),
    ],
};

pub(super) const AWS_INGRESSES: Reader = Reader {
    id: "alb",
    name: "AWS Load Balancer Controller",
    prefix: "alb.ingress.kubernetes.io/",
    kinds: &["ingresses"],
    annotations: &[
        ("auth-type", &["none", "oidc", "cognito"]),
        ("backend-protocol", &["HTTP", "HTTPS"]),
        ("backend-protocol-version", &["HTTP1", "HTTP2", "GRPC"]),
        ("certificate-arn", &[]),
        ("group.name", &[]),
        ("group.order", &[]),
        ("healthcheck-interval-seconds", &[]),
        ("healthcheck-path", &[]),
        ("healthcheck-port", &["traffic-port"]),
        ("healthcheck-protocol", &["HTTP", "HTTPS"]),
        ("healthcheck-timeout-seconds", &[]),
        ("healthy-threshold-count", &[]),
        ("inbound-cidrs", &[]),
        ("ip-address-type", &["ipv4", "dualstack", "dualstack-without-public-ipv4"]),
        ("listen-ports", &[]),
        ("load-balancer-attributes", &[]),
        ("load-balancer-name", &[]),
        ("scheme", &["internal", "internet-facing"]),
        ("security-groups", &[]),
        ("ssl-policy", &[]),
        ("ssl-redirect", &[]),
        ("subnets", &[]),
        ("success-codes", &[]),
        ("tags", &[]),
        ("target-group-attributes", &[]),
        ("target-type", &["instance", "ip"]),
        ("unhealthy-threshold-count", &[]),
        ("wafv2-acl-arn", &[]),
    ],
};

pub(super) const GOOGLE_INGRESSES: Reader = Reader {
    id: "gce",
    name: "GKE Ingress",
    prefix: "kubernetes.io/ingress.",
    kinds: &["ingresses"],
    annotations: &[("allow-http", SWITCH), ("global-static-ip-name", &[]), ("regional-static-ip-name", &[])],
};

pub(super) const GOOGLE_CERTIFICATES: Reader = Reader {
    id: "gke",
    name: "GKE Ingress",
    prefix: "networking.gke.io/",
    kinds: &["ingresses"],
    annotations: &[("managed-certificates", &[]), ("v1beta1.FrontendConfig", &[])],
};

pub(super) const TRAEFIK: Reader = Reader {
    id: "traefik",
    name: "Traefik",
    prefix: "traefik.ingress.kubernetes.io/",
    kinds: &["ingresses"],
    annotations: &[
        ("router.entrypoints", &["web", "websecure"]),
        ("router.middlewares", &[]),
        ("router.priority", &[]),
        ("router.tls", SWITCH),
        ("router.tls.certresolver", &[]),
        ("router.tls.options", &[]),
    ],
};
