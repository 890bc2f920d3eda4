//! All settings as data: flags, environment variables, keys of the file, help and manual page come from here.

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// The flag without its dashes and the key in the file; the environment variable is `ORRERY_` and this in capitals.
    pub name: &'static str,
    /// What stands for the value in help texts. `None` means yes or no.
    pub value: Option<&'static str>,
    /// Whether it may be given several times (a list in the file, commas elsewhere).
    pub is_list: bool,
    /// What it is, in a line.
    pub help: &'static str,
    /// What else there is to know: default, when to change it.
    pub details: &'static str,
}

impl Setting {
    /// The environment variable.
    pub fn variable(&self) -> String {
        format!("ORRERY_{}", self.name.to_uppercase().replace('-', "_"))
    }
}

const fn one(name: &'static str, value: &'static str, help: &'static str, details: &'static str) -> Setting {
    Setting { name, value: Some(value), is_list: false, help, details }
}

/// All settings, in the order of the help text.
pub static SETTINGS: &[Setting] = &[
    one(
        "kubeconfig",
        "FILE",
        "Connect to the clusters of this kubeconfig",
        "Every context is a cluster of the console, by the context's name in small letters and dashes, unless --context \
         chooses some; no two may be called the same. Of a name of more than 57 characters the end is kept, from its first \
         whole word on, and the log says so. The user of a context must be allowed to impersonate (see deploy/). \
         Without this and outside of a cluster the console starts its playground: simulated clusters for trying out.",
    ),
    Setting {
        name: "context",
        value: Some("NAME"),
        is_list: true,
        help: "Use only this context of the kubeconfig; may be repeated",
        details: "Default: all contexts.",
    },
    one(
        "provisioner-kubeconfig",
        "FILE",
        "Write who may do what into clusters with the accounts of this kubeconfig",
        "Each cluster of the console needs a context of its name there; other contexts are left alone. The console's own \
         accounts then need no right to change roles (see deploy/). Default: the console's own accounts.",
    ),
    Setting {
        name: "in-cluster",
        value: None,
        is_list: false,
        help: "Connect to the cluster that this program runs in",
        details: "Uses the pod's service account. Default: yes when there is one and no kubeconfig is given.",
    },
    one(
        "listen",
        "ADDRESS",
        "Listen on this address and port",
        "Default: 127.0.0.1:3080, which only this machine reaches. Port 0 takes a free one.",
    ),
    one(
        "public-url",
        "URL",
        "The address under which browsers reach the console",
        "Scheme, host and port, without a path. Default: http:// and the listening address. With https the session cookie \
         is Secure and __Host-, and browsers are told to come by https only. Requests for other hosts are refused.",
    ),
    one(
        "forward-domain",
        "NAME",
        "The domain below which ports of pods are opened in browsers",
        "Each port has an address of its own below it, such as 0a1b….ports.example.org, by the scheme and port of public-url; \
         all of them must lead to the console, with a certificate for *.NAME. Take a domain that is not the console's own or \
         below it: what runs in pods is served there. Default: localhost where the console is reached on this machine, else \
         none.",
    ),
    one(
        "data-dir",
        "DIRECTORY",
        "Where the console keeps its files",
        "Made when it is missing. Default: $XDG_DATA_HOME/orrery, else ~/.local/share/orrery.",
    ),
    one(
        "secrets-key-file",
        "FILE",
        "The key with which secrets in the database are sealed",
        "Client secrets of providers, second factors, tokens of receivers, recorded terminals, what was deleted. 32 bytes in \
         base64; made when the file is missing. Default: secrets.key in the data directory. Several replicas need the same \
         one. Whoever has both this file and the database can read the secrets, so back them up to different places.",
    ),
    one(
        "database",
        "ADDRESS",
        "The console's own database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME",
        "Holds accounts, sessions and the audit trail. Default: sqlite: and orrery.db in the data directory. Several \
         replicas behind a balancer share a PostgreSQL.",
    ),
    one(
        "site-root",
        "DIRECTORY",
        "Serve scripts, styles and images from this directory",
        "What `cargo xtask site` made. Default: the files inside the program if it was built with them, else the directory \
         `site` beside it.",
    ),
    Setting {
        name: "trusted-proxies",
        value: Some("NETWORK"),
        is_list: true,
        help: "Believe the X-Forwarded-For of proxies in this network; may be repeated",
        details: "An address or a network such as 10.0.0.0/8. Default: none. Proxies are not limited in connections.",
    },
    one(
        "max-connections",
        "NUMBER",
        "Connections at once, from everybody",
        "Default: 4096. Must stay below the limit of open files.",
    ),
    one(
        "max-connections-per-address",
        "NUMBER",
        "Connections at once from one address, trusted proxies excepted",
        "Default: 128. A browser needs about seven. A network of IPv6 (/64) counts as one address.",
    ),
    one(
        "session-idle",
        "DURATION",
        "Sign out who does nothing for this long",
        "A number with s, m, h or d. Default: 8h.",
    ),
    one("session-absolute", "DURATION", "Sign out after this long in any case", "Default: 24h."),
    one(
        "metrics-listen",
        "ADDRESS",
        "Serve Prometheus metrics at /metrics on this address and port",
        "Default: not at all. They name clusters and counts and need no sign-in, so choose an address that only the \
         monitoring reaches.",
    ),
    Setting {
        name: "prometheus",
        value: Some("CLUSTER=URL"),
        is_list: true,
        help: "Ask this Prometheus, Thanos or VictoriaMetrics how a cluster is doing; may be repeated",
        details: "Such as prod=https://user:password@prometheus.example.org/base; name and password are optional and sent as \
         basic authentication. Default: a Service with well-known labels in the cluster, reached through its API server.",
    },
    Setting {
        name: "prometheus-token-file",
        value: Some("CLUSTER=FILE"),
        is_list: true,
        help: "Show the Prometheus of a cluster the bearer token in this file; may be repeated",
        details: "The file is read with each question, so the token may be renewed.",
    },
    Setting {
        name: "prometheus-authority-file",
        value: Some("CLUSTER=FILE"),
        is_list: true,
        help: "Trust only these certificates at the Prometheus of a cluster; may be repeated",
        details: "PEM. Default: the authorities that this machine trusts.",
    },
    Setting {
        name: "alertmanager",
        value: Some("CLUSTER=URL"),
        is_list: true,
        help: "Ask this Alertmanager who is told of a cluster's alerts, and keep silences there; may be repeated",
        details: "Such as prod=https://user:password@alerts.example.org/base; name and password are optional and sent as basic \
         authentication. It must be told of the alerts of this cluster alone: silences know projects by their names. Default: a \
         Service with well-known labels in the cluster, reached through its API server.",
    },
    Setting {
        name: "alertmanager-token-file",
        value: Some("CLUSTER=FILE"),
        is_list: true,
        help: "Show the Alertmanager of a cluster the bearer token in this file; may be repeated",
        details: "The file is read with each question, so the token may be renewed.",
    },
    Setting {
        name: "alertmanager-authority-file",
        value: Some("CLUSTER=FILE"),
        is_list: true,
        help: "Trust only these certificates at the Alertmanager of a cluster; may be repeated",
        details: "PEM. Default: the authorities that this machine trusts.",
    },
    Setting {
        name: "elasticsearch",
        value: Some("CLUSTER=URL"),
        is_list: true,
        help: "Search the logs of a cluster in this Elasticsearch or OpenSearch; may be repeated",
        details: "Such as prod=https://user:password@logs.example.org/base; name and password are optional and sent as basic \
         authentication. Default: a Service with well-known labels in the cluster, reached through its API server.",
    },
    Setting {
        name: "elasticsearch-key-file",
        value: Some("CLUSTER=FILE"),
        is_list: true,
        help: "Show the Elasticsearch of a cluster the API key in this file; may be repeated",
        details: "The key as Elasticsearch shows it, encoded; or Bearer and a token. The file is read with each question, so it \
         may be renewed. It needs monitor on the cluster, read and view_index_metadata on the indices.",
    },
    Setting {
        name: "elasticsearch-authority-file",
        value: Some("CLUSTER=FILE"),
        is_list: true,
        help: "Trust only these certificates at the Elasticsearch of a cluster; may be repeated",
        details: "PEM. Default: the authorities that this machine trusts.",
    },
    Setting {
        name: "elasticsearch-index",
        value: Some("CLUSTER=OF:PATTERN"),
        is_list: true,
        help: "Where a cluster's logs, events or audit log are kept; may be repeated",
        details: "Such as prod=logs:app-*, prod=events:k8s-events-* or prod=audit:k8s-audit-*. Default: the names that \
         Fluent Bit, Fluentd, KubeSphere, Filebeat and Vector use. Clusters that share an Elasticsearch must share no index.",
    },
    one(
        "kept-events-days",
        "NUMBER",
        "Keep events of clusters for so many days where no Elasticsearch keeps them",
        "Clusters forget them after an hour. They are in the console's database then. 0 keeps none, and removes those that are \
         kept. At most 183. Default: 7.",
    ),
    one(
        "kept-events-most",
        "NUMBER",
        "Keep so many events of each cluster at most",
        "Beyond that the oldest go before their time. A thousand take about a megabyte. At most 1000000. Default: 200000.",
    ),
    one(
        "smtp",
        "URL",
        "Send notifications by mail through this server",
        "smtps://name:password@mail.example.org speaks TLS from the beginning (port 465 by default), smtp:// begins it with \
         STARTTLS (port 587) and sends nothing without, except to a server on this machine. Default: no mail is sent.",
    ),
    one(
        "smtp-password-file",
        "FILE",
        "The password for the mail server",
        "Instead of one in the address. Read at the start.",
    ),
    one("mail-from", "ADDRESS", "Who sends mail", "Needed with smtp. Such as Orrery <orrery@example.org>."),
    Setting {
        name: "notification-host",
        value: Some("HOST"),
        is_list: true,
        help: "Notifications may go to this host although it is not public; may be repeated",
        details: "A name or an address without a port, such as chat.internal. Receivers, and mail servers of clusters, workspaces \
         and projects, are typed by people who may use the console and not the network that it stands in: everything \
         else that is not in the public internet is refused.",
    },
    Setting {
        name: "image-registry-host",
        value: Some("HOST"),
        is_list: true,
        help: "Images may be looked for, and logins tested, at this image registry although it is not public; may be repeated",
        details: "A name or an address without a port, such as registry.internal; also where it gives out tokens, if that \
         is another one. It may be without encryption. Certificates are checked against those that the machine trusts.",
    },
    Setting {
        name: "log-receiver-host",
        value: Some("HOST"),
        is_list: true,
        help: "Connections to this receiver of logs may be tested although it is not public; may be repeated",
        details: "A name or an address without a port, such as logs.internal: what outputs of Fluent Operator name. It may be \
         without encryption. Services of clusters need not be named: they are asked through the API server of their cluster.",
    },
    one(
        "otlp-endpoint",
        "URL",
        "Send traces to this OpenTelemetry collector (OTLP over HTTP)",
        "Such as http://collector:4318; /v1/traces is added. Default: none are sent. The standard variables \
         OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_TRACES_SAMPLER and OTEL_EXPORTER_OTLP_HEADERS are heeded.",
    ),
    one("log-format", "FORMAT", "How logs are written: pretty or json", "Default: pretty."),
    one(
        "log",
        "FILTER",
        "What is logged: error, warn, info, debug, trace, or by module",
        "Such as info,kubernetes=debug. Default: info.",
    ),
];

/// The setting of this name.
pub fn setting(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}
