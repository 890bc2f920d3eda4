//! With which options the parts of the control plane run.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use super::super::daemon::Daemon;

/// The parts in the order they start.
pub const PARTS: [&str; 4] = ["etcd", "apiserver", "controller-manager", "scheduler"];

/// Where everything of one cluster is.
pub struct Plan {
    /// What the cluster writes.
    pub home: PathBuf,
    /// All its programs.
    pub binary: PathBuf,
    /// Free ones, one for each of [`PARTS`] and one more for etcd's own kind.
    pub ports: [u16; 5],
    /// The files that come with the module.
    pub sources: PathBuf,
}

impl Plan {
    /// The keys and certificates.
    pub fn keys(&self) -> PathBuf {
        self.home.join("keys")
    }

    /// Where the API server answers.
    pub fn address(&self) -> String {
        format!("https://127.0.0.1:{}", self.ports[1])
    }

    /// A line for each of [`PARTS`]: its name and its port.
    pub fn listed_ports(&self) -> String {
        PARTS.iter().zip(self.ports).map(|(part, port)| format!("{part} {port}\n")).collect()
    }

    /// One of the programs.
    pub fn program(&self, name: &str) -> Command {
        let mut command = Command::new(&self.binary);
        command.arg(name).current_dir(&self.home);
        command
    }

    /// Starts one of the parts.
    pub fn start(&self, part: &'static str) -> Result<()> {
        let options = match part {
            "etcd" => self.etcd(),
            "apiserver" => self.api_server(),
            "controller-manager" => self.controller_manager(),
            _ => self.scheduler(),
        };
        let mut command = self.program(part);
        command.args(options.iter().map(|(name, value)| format!("--{name}={value}")));
        Daemon::new(&self.home, part).start(&mut command)
    }

    fn store(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[0])
    }

    fn etcd(&self) -> Vec<(&'static str, String)> {
        let among_itself = format!("http://127.0.0.1:{}", self.ports[4]);
        vec![
            ("data-dir", shown(&self.home.join("etcd"))),
            ("listen-client-urls", self.store()),
            ("advertise-client-urls", self.store()),
            ("listen-peer-urls", among_itself.clone()),
            ("initial-advertise-peer-urls", among_itself.clone()),
            ("initial-cluster", format!("default={among_itself}")),
            ("log-level", "warn".to_owned()),
            // What is lost when the machine stops was for tests.
            ("unsafe-no-fsync", "true".to_owned()),
        ]
    }

    fn api_server(&self) -> Vec<(&'static str, String)> {
        let key = |name: &str| shown(&self.keys().join(name));
        vec![
            ("etcd-servers", self.store()),
            // History ends soon, so that tests see what happens to those who come back late.
            ("etcd-compaction-interval", "10s".to_owned()),
            ("bind-address", "127.0.0.1".to_owned()),
            ("advertise-address", "127.0.0.1".to_owned()),
            // Endpoints on the loopback interface are not allowed, and nobody needs them here.
            ("endpoint-reconciler-type", "none".to_owned()),
            ("secure-port", self.ports[1].to_string()),
            ("tls-cert-file", key("apiserver.crt")),
            ("tls-private-key-file", key("apiserver.key")),
            ("client-ca-file", key("ca.crt")),
            ("authorization-mode", "Node,RBAC".to_owned()),
            ("service-cluster-ip-range", "10.96.0.0/16".to_owned()),
            ("service-account-issuer", "https://kubernetes.default.svc".to_owned()),
            ("service-account-key-file", key("service-accounts.crt")),
            ("service-account-signing-key-file", key("service-accounts.key")),
            ("kubelet-client-certificate", key("apiserver-kubelet-client.crt")),
            ("kubelet-client-key", key("apiserver-kubelet-client.key")),
            ("kubelet-certificate-authority", key("ca.crt")),
            // All nodes are at one address.
            ("kubelet-preferred-address-types", "InternalIP".to_owned()),
            ("requestheader-client-ca-file", key("front-proxy-ca.crt")),
            ("requestheader-allowed-names", "front-proxy-client".to_owned()),
            ("requestheader-username-headers", "X-Remote-User".to_owned()),
            ("requestheader-group-headers", "X-Remote-Group".to_owned()),
            ("requestheader-extra-headers-prefix", "X-Remote-Extra-".to_owned()),
            ("proxy-client-cert-file", key("front-proxy-client.crt")),
            ("proxy-client-key-file", key("front-proxy-client.key")),
            ("enable-admission-plugins", "NodeRestriction".to_owned()),
            ("audit-policy-file", shown(&self.sources.join("audit.yaml"))),
            ("audit-log-path", shown(&self.home.join("audit.log"))),
            ("allow-privileged", "true".to_owned()),
        ]
    }

    fn controller_manager(&self) -> Vec<(&'static str, String)> {
        let key = |name: &str| shown(&self.keys().join(name));
        let mut options = self.behind_the_api_server(self.ports[2], "controller-manager.kubeconfig");
        options.extend([
            ("use-service-account-credentials", "true".to_owned()),
            ("service-account-private-key-file", key("service-accounts.key")),
            ("root-ca-file", key("ca.crt")),
            ("cluster-signing-cert-file", key("ca.crt")),
            ("cluster-signing-key-file", key("ca.key")),
        ]);
        options
    }

    fn scheduler(&self) -> Vec<(&'static str, String)> {
        self.behind_the_api_server(self.ports[3], "scheduler.kubeconfig")
    }

    /// What controllers and scheduler have in common.
    fn behind_the_api_server(&self, port: u16, kubeconfig: &str) -> Vec<(&'static str, String)> {
        let kubeconfig = shown(&self.keys().join(kubeconfig));
        vec![
            ("kubeconfig", kubeconfig.clone()),
            ("authentication-kubeconfig", kubeconfig.clone()),
            ("authorization-kubeconfig", kubeconfig),
            ("bind-address", "127.0.0.1".to_owned()),
            ("secure-port", port.to_string()),
            // There is only one, which need not wait for another's lease to end.
            ("leader-elect", "false".to_owned()),
        ]
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
