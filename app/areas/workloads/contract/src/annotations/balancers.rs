//! What makers of load balancers read on services.

use super::{Reader, SWITCH};

pub(super) const AWS: Reader = Reader {
    id: "aws",
    name: "AWS",
    prefix: "service.beta.kubernetes.io/aws-load-balancer-",
    kinds: &["services"],
    annotations: &[
        ("type", &["external", "nlb"]),
        ("nlb-target-type", &["instance", "ip"]),
        ("scheme", &["internal", "internet-facing"]),
        ("internal", SWITCH),
        ("name", &[]),
        ("subnets", &[]),
        ("eip-allocations", &[]),
        ("private-ipv4-addresses", &[]),
        ("ip-address-type", &["ipv4", "dualstack"]),
        ("proxy-protocol", &["*"]),
        ("ssl-cert", &[]),
        ("ssl-ports", &[]),
        ("ssl-negotiation-policy", &[]),
        ("backend-protocol", &["tcp", "ssl", "http", "https"]),
        ("attributes", &[]),
        ("target-group-attributes", &[]),
        ("additional-resource-tags", &[]),
        ("security-groups", &[]),
        ("healthcheck-protocol", &["tcp", "http", "https"]),
        ("healthcheck-port", &["traffic-port"]),
        ("healthcheck-path", &[]),
        ("healthcheck-interval", &[]),
        ("cross-zone-load-balancing-enabled", SWITCH),
        ("access-log-enabled", SWITCH),
        ("access-log-s3-bucket-name", &[]),
    ],
};

pub(super) const AZURE: Reader = Reader {
    id: "azure",
    name: "Azure",
    prefix: "service.beta.kubernetes.io/azure-",
    kinds: &["services"],
    annotations: &[
        ("load-balancer-internal", SWITCH),
        ("load-balancer-internal-subnet", &[]),
        ("load-balancer-ipv4", &[]),
        ("load-balancer-ipv6", &[]),
        ("load-balancer-resource-group", &[]),
        ("load-balancer-tcp-idle-timeout", &[]),
        ("load-balancer-disable-tcp-reset", SWITCH),
        ("load-balancer-health-probe-protocol", &["tcp", "http", "https"]),
        ("load-balancer-health-probe-request-path", &[]),
        ("load-balancer-health-probe-interval", &[]),
        ("load-balancer-health-probe-num-of-probe", &[]),
        ("dns-label-name", &[]),
        ("pip-name", &[]),
        ("pip-prefix-id", &[]),
        ("pip-tags", &[]),
        ("allowed-service-tags", &[]),
        ("allowed-ip-ranges", &[]),
        ("pls-create", SWITCH),
    ],
};

pub(super) const GOOGLE: Reader = Reader {
    id: "google",
    name: "Google Cloud",
    prefix: "networking.gke.io/",
    kinds: &["services"],
    annotations: &[
        ("load-balancer-type", &["Internal"]),
        ("internal-load-balancer-allow-global-access", SWITCH),
        ("internal-load-balancer-subnet", &[]),
        ("load-balancer-ip-addresses", &[]),
        ("weighted-load-balancing", &["pods-per-node"]),
    ],
};

pub(super) const GOOGLE_SERVICES: Reader = Reader {
    id: "google-cloud",
    name: "Google Cloud",
    prefix: "cloud.google.com/",
    kinds: &["services"],
    annotations: &[
        ("network-tier", &["Premium", "Standard"]),
        ("l4-rbs", &["enabled"]),
        ("neg", &["{\"ingress\": true}"]),
        ("backend-config", &[]),
        ("app-protocols", &[]),
    ],
};

pub(super) const QINGCLOUD: Reader = Reader {
    id: "qingcloud",
    name: "QingCloud",
    prefix: "service.beta.kubernetes.io/qingcloud-",
    kinds: &["services"],
    annotations: &[
        ("load-balancer-eip-ids", &[]),
        ("load-balancer-eip-source", &["manual", "auto", "use-available", "allocate"]),
        ("load-balancer-eip-strategy", &["exclusive", "reuse", "reuse-lb"]),
        ("load-balancer-id", &[]),
        ("load-balancer-type", &["0", "1", "2", "3", "4", "5"]),
        ("load-balancer-network-type", &["public", "internal"]),
        ("load-balancer-vxnet-id", &[]),
        ("load-balancer-internal-ip", &[]),
        ("load-balancer-nodes", &[]),
        ("lb-listener-protocol", &[]),
        ("lb-listener-cert", &[]),
        ("lb-listener-balancemode", &[]),
        ("lb-listener-timeout", &[]),
        ("lb-listener-healthycheckmethod", &[]),
        ("lb-listener-healthycheckoption", &[]),
        ("lb-backend-label", &[]),
        ("lb-backend-count", &[]),
    ],
};

pub(super) const ALIBABA: Reader = Reader {
    id: "alibaba",
    name: "Alibaba Cloud",
    prefix: "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-",
    kinds: &["services"],
    annotations: &[
        ("address-type", &["internet", "intranet"]),
        ("id", &[]),
        ("force-override-listeners", SWITCH),
        ("name", &[]),
        ("spec", &[]),
        ("charge-type", &["paybytraffic", "paybybandwidth"]),
        ("bandwidth", &[]),
        ("vswitch-id", &[]),
        ("protocol-port", &[]),
        ("cert-id", &[]),
        ("scheduler", &["rr", "wrr", "wlc"]),
        ("sticky-session", &["on", "off"]),
        ("persistence-timeout", &[]),
        ("health-check-flag", &["on", "off"]),
        ("health-check-type", &["tcp", "http"]),
        ("acl-id", &[]),
        ("acl-status", &["on", "off"]),
        ("acl-type", &["white", "black"]),
        ("delete-protection", &["on", "off"]),
    ],
};

pub(super) const HUAWEI: Reader = Reader {
    id: "huawei",
    name: "Huawei Cloud",
    prefix: "kubernetes.io/elb.",
    kinds: &["services"],
    annotations: &[
        ("class", &["shared", "dedicated", "union", "performance"]),
        ("id", &[]),
        ("subnet-id", &[]),
        ("availability-zones", &[]),
    ],
};

pub(super) const TENCENT: Reader = Reader {
    id: "tencent",
    name: "Tencent Cloud",
    prefix: "service.kubernetes.io/",
    kinds: &["services"],
    annotations: &[
        ("loadbalance-id", &[]),
        ("tke-existed-lbid", &[]),
        ("qcloud-loadbalancer-internal-subnetid", &[]),
    ],
};

pub(super) const OPENSTACK: Reader = Reader {
    id: "openstack",
    name: "OpenStack",
    prefix: "loadbalancer.openstack.org/",
    kinds: &["services"],
    annotations: &[
        ("floating-network-id", &[]),
        ("floating-subnet", &[]),
        ("keep-floatingip", SWITCH),
        ("network-id", &[]),
        ("subnet-id", &[]),
        ("load-balancer-id", &[]),
        ("flavor-id", &[]),
        ("lb-method", &["ROUND_ROBIN", "LEAST_CONNECTIONS", "SOURCE_IP"]),
        ("proxy-protocol", SWITCH),
        ("x-forwarded-for", SWITCH),
        ("enable-health-monitor", SWITCH),
        ("default-tls-container-ref", &[]),
        ("hostname", &[]),
    ],
};

pub(super) const METALLB: Reader = Reader {
    id: "metallb",
    name: "MetalLB",
    prefix: "metallb.io/",
    kinds: &["services"],
    annotations: &[("address-pool", &[]), ("loadBalancerIPs", &[]), ("allow-shared-ip", &[])],
};

pub(super) const OPENELB: Reader = Reader {
    id: "openelb",
    name: "OpenELB",
    prefix: "lb.kubesphere.io/",
    kinds: &["services"],
    annotations: &[("v1alpha1", &["openelb"])],
};

pub(super) const OPENELB_PROTOCOL: Reader = Reader {
    id: "openelb-protocol",
    name: "OpenELB",
    prefix: "protocol.openelb.kubesphere.io/",
    kinds: &["services"],
    annotations: &[("v1alpha1", &["layer2", "bgp", "vip"])],
};

pub(super) const OPENELB_ADDRESS: Reader = Reader {
    id: "openelb-address",
    name: "OpenELB",
    prefix: "eip.openelb.kubesphere.io/",
    kinds: &["services"],
    annotations: &[("v1alpha2", &[])],
};
