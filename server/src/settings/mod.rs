//! The settings: typed, checked at start, each error naming setting, value, source and what would be right.

mod layers;
mod mail;
mod monitoring;
mod records;
mod table;
mod values;

pub use layers::{Layers, SettingsError, Source};
pub use records::LogStore;
pub use table::{SETTINGS, Setting};
pub use values::{Network, PublicUrl};

use database::Address;
use elasticsearch::KeptLimits;
use identity::sessions::Lifetime;
use model::ClusterName;
use notifier::MailSettings;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// Where the service account of a pod is.
const SERVICE_ACCOUNT_TOKEN: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/// All settings, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The clusters.
    pub clusters: ClusterSource,
    /// The accounts that write rights into them, where those are not the console's own.
    pub provisioner_kubeconfig: Option<PathBuf>,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Under which address browsers come; `None` when it follows from where the listener ends up.
    pub public_url: Option<PublicUrl>,
    /// Below which domain ports of pods are reached.
    pub forward_domain: Option<String>,
    /// Where files are kept.
    pub data_dir: PathBuf,
    /// The key with which secrets in the database are sealed; made when it is missing.
    pub secrets_key_file: PathBuf,
    /// The console's own database.
    pub database: Address,
    /// Where the site is, unless it is in the program or beside it.
    pub site_root: Option<PathBuf>,
    /// Whose X-Forwarded-For counts.
    pub trusted_proxies: Vec<Network>,
    /// Caps on connections.
    pub connections: ConnectionLimits,
    /// How long sessions live.
    pub sessions: Lifetime,
    /// Where metrics are served.
    pub metrics_listen: Option<SocketAddr>,
    /// What measures clusters, where it is not to be looked for.
    pub monitoring: BTreeMap<ClusterName, outbound::Address>,
    /// Who tells people of alerts of clusters, where it is not to be looked for.
    pub alertmanagers: BTreeMap<ClusterName, outbound::Address>,
    /// What keeps logs of clusters, where it is not to be looked for.
    pub records: BTreeMap<ClusterName, LogStore>,
    /// How much the console keeps of events that nothing else keeps.
    pub kept_events: KeptLimits,
    /// How mail is sent, if it is.
    pub mail: Option<MailSettings>,
    /// Hosts to which notifications may go although they are not public, in small letters.
    pub notification_hosts: BTreeSet<String>,
    /// Image registries to which logins may be shown although they are not public, in small letters.
    pub image_registry_hosts: BTreeSet<String>,
    /// Receivers of logs that may be dialled although they are not public, in small letters.
    pub log_receiver_hosts: BTreeSet<String>,
    /// Where traces are sent.
    pub otlp_endpoint: Option<String>,
    /// How logs are written.
    pub log_format: LogFormat,
    /// What is logged.
    pub log: String,
}

/// Where the clusters come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClusterSource {
    /// Contexts of a file; all when none is named.
    Kubeconfig {
        /// The file.
        path: PathBuf,
        /// The contexts.
        contexts: Vec<String>,
    },
    /// The cluster that the program runs in.
    InCluster,
    /// Simulated clusters.
    Playground,
}

/// Caps on connections at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// From everybody.
    pub total: usize,
    /// From one address.
    pub per_address: usize,
}

/// How logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For machines, a JSON object per line.
    Json,
}

impl LogFormat {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "pretty" => Ok(Self::Pretty),
            "json" => Ok(Self::Json),
            _ => Err("is neither pretty nor json".into()),
        }
    }
}

impl Settings {
    /// Checks everything that was given and answers the settings or all that is wrong.
    pub fn check(
        layers: &Layers,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Vec<SettingsError>> {
        let mut reader = Reader { layers, errors: Vec::new() };

        let data_dir = reader.data_dir(&environment);
        let default_database = Address::SqliteFile(data_dir.join("orrery.db"));
        let settings = Self {
            clusters: reader.clusters(&environment),
            provisioner_kubeconfig: reader.read("provisioner-kubeconfig", existing_file),
            listen: reader
                .parse("listen", "is not an address with a port, such as 127.0.0.1:3080")
                .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 3080))),
            public_url: reader.read("public-url", PublicUrl::parse),
            forward_domain: reader.read("forward-domain", values::parse_domain),
            database: reader.read("database", values::parse_database).unwrap_or(default_database),
            secrets_key_file: reader
                .read("secrets-key-file", values::parse_path)
                .unwrap_or_else(|| data_dir.join("secrets.key")),
            data_dir,
            site_root: reader.read("site-root", values::parse_directory),
            trusted_proxies: reader.list("trusted-proxies", values::parse_network),
            connections: ConnectionLimits {
                total: reader.positive("max-connections").unwrap_or(4096),
                per_address: reader.positive("max-connections-per-address").unwrap_or(128),
            },
            sessions: Lifetime {
                idle: reader.duration("session-idle").unwrap_or(Duration::from_secs(8 * 3600)),
                absolute: reader.duration("session-absolute").unwrap_or(Duration::from_secs(24 * 3600)),
            },
            metrics_listen: reader
                .parse("metrics-listen", "is not an address with a port, such as 127.0.0.1:9464"),
            monitoring: monitoring::read(&mut reader),
            alertmanagers: monitoring::read_alertmanagers(&mut reader),
            records: records::read(&mut reader),
            kept_events: records::kept_events(&mut reader),
            mail: mail::read(&mut reader),
            notification_hosts: reader.list("notification-host", mail::host).into_iter().collect(),
            image_registry_hosts: reader.list("image-registry-host", mail::host).into_iter().collect(),
            log_receiver_hosts: reader.list("log-receiver-host", mail::host).into_iter().collect(),
            otlp_endpoint: reader.read("otlp-endpoint", values::parse_collector),
            log_format: reader.read("log-format", LogFormat::parse).unwrap_or(LogFormat::Pretty),
            log: reader.read("log", values::parse_filter).unwrap_or_else(|| "info".into()),
        };
        if settings.sessions.absolute < settings.sessions.idle {
            let sentence = "session-absolute is shorter than session-idle, which then would never matter";
            reader.errors.push(SettingsError::Together(sentence.into()));
        }
        if settings.metrics_listen == Some(settings.listen) && settings.listen.port() != 0 {
            let sentence = "metrics-listen is the same as listen: figures need no sign-in and want an address of their own";
            reader.errors.push(SettingsError::Together(sentence.into()));
        }
        if reader.errors.is_empty() { Ok(settings) } else { Err(reader.errors) }
    }

    /// Each setting with the value in force, for showing. Secrets are left out.
    pub fn shown(&self, name: &str) -> String {
        let maybe = |value: Option<String>| value.unwrap_or_else(|| "-".into());
        match name {
            "kubeconfig" => match &self.clusters {
                ClusterSource::Kubeconfig { path, .. } => path.display().to_string(),
                ClusterSource::InCluster => "-".into(),
                ClusterSource::Playground => "- (the playground is started)".into(),
            },
            "context" => match &self.clusters {
                ClusterSource::Kubeconfig { contexts, .. } if !contexts.is_empty() => contexts.join(", "),
                ClusterSource::Kubeconfig { .. } => "all".into(),
                _ => "-".into(),
            },
            "provisioner-kubeconfig" => {
                maybe(self.provisioner_kubeconfig.as_ref().map(|path| path.display().to_string()))
            }
            "in-cluster" => (self.clusters == ClusterSource::InCluster).to_string(),
            "listen" => self.listen.to_string(),
            "public-url" => maybe(self.public_url.as_ref().map(ToString::to_string)),
            "forward-domain" => maybe(self.forward_domain.clone()),
            "data-dir" => self.data_dir.display().to_string(),
            "secrets-key-file" => self.secrets_key_file.display().to_string(),
            "database" => self.database.to_string(),
            "site-root" => maybe(self.site_root.as_ref().map(|path| path.display().to_string())),
            "trusted-proxies" => monitoring::joined(self.trusted_proxies.iter().map(ToString::to_string)),
            "max-connections" => self.connections.total.to_string(),
            "max-connections-per-address" => self.connections.per_address.to_string(),
            "session-idle" => format!("{} s", self.sessions.idle.as_secs()),
            "session-absolute" => format!("{} s", self.sessions.absolute.as_secs()),
            "metrics-listen" => maybe(self.metrics_listen.map(|address| address.to_string())),
            "prometheus" => monitoring::shown(&self.monitoring),
            "prometheus-token-file" => monitoring::tokens_shown(&self.monitoring),
            "prometheus-authority-file" => monitoring::authorities_shown(&self.monitoring),
            "alertmanager" => monitoring::shown(&self.alertmanagers),
            "alertmanager-token-file" => monitoring::tokens_shown(&self.alertmanagers),
            "alertmanager-authority-file" => monitoring::authorities_shown(&self.alertmanagers),
            "elasticsearch" => records::shown(&self.records),
            "elasticsearch-key-file" => records::keys_shown(&self.records),
            "elasticsearch-authority-file" => records::authorities_shown(&self.records),
            "elasticsearch-index" => records::indices_shown(&self.records),
            "kept-events-days" => self.kept_events.days.to_string(),
            "kept-events-most" => self.kept_events.most.to_string(),
            "smtp" => mail::shown(self.mail.as_ref()),
            "smtp-password-file" => mail::password_shown(self.mail.as_ref()),
            "mail-from" => maybe(self.mail.as_ref().map(|mail| mail.from.clone())),
            "notification-host" => monitoring::joined(self.notification_hosts.iter().cloned()),
            "image-registry-host" => monitoring::joined(self.image_registry_hosts.iter().cloned()),
            "log-receiver-host" => monitoring::joined(self.log_receiver_hosts.iter().cloned()),
            "otlp-endpoint" => maybe(self.otlp_endpoint.clone()),
            "log-format" => format!("{:?}", self.log_format).to_lowercase(),
            "log" => self.log.clone(),
            _ => String::new(),
        }
    }
}

fn existing_file(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    if path.is_file() { Ok(path) } else { Err("is not a file".into()) }
}

/// Settings whose values are addresses of other systems, in which people write passwords.
const HOLD_ADDRESSES: [&str; 6] =
    ["alertmanager", "database", "elasticsearch", "otlp-endpoint", "prometheus", "smtp"];

/// Reads values and gathers what is wrong with them, so that all of it is told at once.
struct Reader<'a> {
    layers: &'a Layers,
    errors: Vec<SettingsError>,
}

impl Reader<'_> {
    fn read<T>(&mut self, name: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        self.list(name, parse).pop()
    }

    fn list<T>(&mut self, name: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> Vec<T> {
        let Some(given) = self.layers.get(name) else { return Vec::new() };
        let mut values = Vec::new();
        for value in &given.values {
            match parse(value) {
                Ok(value) => values.push(value),
                Err(right) => self.errors.push(SettingsError::Value {
                    name,
                    // An address may hold a password.
                    value: if HOLD_ADDRESSES.contains(&name) { "…".into() } else { value.clone() },
                    given_by: given.source.clone(),
                    right,
                }),
            }
        }
        values
    }

    fn parse<T: FromStr>(&mut self, name: &'static str, right: &str) -> Option<T> {
        self.read(name, |text| text.parse().map_err(|_| right.to_owned()))
    }

    fn positive(&mut self, name: &'static str) -> Option<usize> {
        self.read(name, |text| match text.parse() {
            Ok(number) if number > 0 => Ok(number),
            _ => Err("is not a number above 0".into()),
        })
    }

    fn duration(&mut self, name: &'static str) -> Option<Duration> {
        self.read(name, |text| {
            values::parse_duration(text).ok_or_else(|| "is not a duration such as 90s, 15m, 8h or 2d".into())
        })
    }

    fn data_dir(&mut self, environment: &impl Fn(&str) -> Option<String>) -> PathBuf {
        let given = self.read("data-dir", values::parse_path);
        let below = |variable: &str, rest: &str| {
            environment(variable).filter(|value| !value.is_empty()).map(|base| PathBuf::from(base).join(rest))
        };
        let found = given
            .or_else(|| below("XDG_DATA_HOME", "orrery"))
            .or_else(|| below("HOME", ".local/share/orrery"));
        found.unwrap_or_else(|| {
            let sentence = "data-dir is not given, and without $HOME there is no default for it";
            self.errors.push(SettingsError::Together(sentence.into()));
            PathBuf::new()
        })
    }

    fn clusters(&mut self, environment: &impl Fn(&str) -> Option<String>) -> ClusterSource {
        let path = self.read("kubeconfig", existing_file);
        let contexts = self.list("context", |text| Ok(text.to_owned()));
        let wanted: Option<bool> = self.parse("in-cluster", "is neither true nor false");

        let is_kubeconfig_given = self.layers.get("kubeconfig").is_some();
        if wanted == Some(true) && is_kubeconfig_given {
            let sentence = "kubeconfig and in-cluster exclude each other: give one of them";
            self.errors.push(SettingsError::Together(sentence.into()));
        }
        if !contexts.is_empty() && !is_kubeconfig_given {
            let sentence = "context chooses from a kubeconfig, and none is given";
            self.errors.push(SettingsError::Together(sentence.into()));
        }
        let is_in_pod = environment("KUBERNETES_SERVICE_HOST").is_some()
            && PathBuf::from(SERVICE_ACCOUNT_TOKEN).is_file();
        match path {
            Some(path) => ClusterSource::Kubeconfig { path, contexts },
            None if wanted.unwrap_or(is_in_pod) => ClusterSource::InCluster,
            None => ClusterSource::Playground,
        }
    }
}

#[cfg(test)]
mod tests;
