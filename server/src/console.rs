//! What all routes share.

use crate::forwards::Tunnels;
use crate::guards::Surroundings;
use crate::log_receivers::Way;
use crate::platform::Known;
use crate::routes::assets::Site;
use access::Access;
use axum::extract::FromRef;
use dashboards::Dashboards;
use database::Database;
use elasticsearch::{Elasticsearch, Named};
use identity::passkeys::Passkeys;
use identity::providers::Registry;
use identity::second_factor::SecondFactors;
use identity::sessions::Lifetime;
use identity::{Accounts, Seal};
use kubernetes::{Cluster, Connection, Keepers, Kubernetes};
use leptos::config::LeptosOptions;
use list_alerts::ListAlerts;
use metering::Metering;
use model::ClusterName;
use notifier::{Bases, Mailer, Notifier, OfClusters};
use outbound::{Outbound, OutboundError, Reach};
use prometheus::{Prometheus, Ways};
use provisioner::Provisioner;
use recordings::Recordings;
use recycle_bin::RecycleBin;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tenants::{Letters, Tenants};
use tokio_util::sync::CancellationToken;

/// The parts that a console is made of.
pub struct Parts {
    /// Its own tables.
    pub database: Database,
    /// With what secrets in the tables are sealed.
    pub seal: Seal,
    /// Where it stands.
    pub surroundings: Surroundings,
    /// How long sessions live.
    pub sessions: Lifetime,
    /// Scripts, styles and images.
    pub site: Site,
    /// The clusters that it manages.
    pub clusters: Vec<Arc<Cluster>>,
    /// By which connections rights are written into clusters; by the console's own, where there is none.
    pub provisioning: BTreeMap<ClusterName, Connection>,
    /// The ways to what measures clusters and to who tells of their alerts, where settings name them.
    pub monitoring: Ways,
    /// The log stores of clusters, as far as settings name them.
    pub records: BTreeMap<ClusterName, Named>,
    /// How receivers of notifications are reached.
    pub notifications: Reached,
    /// How the console stops.
    pub stopping: Stopping,
}

/// How receivers of notifications are reached, and what else people name.
#[derive(Clone, Default)]
pub struct Reached {
    /// Who carries mail, if anybody.
    pub mailer: Option<Mailer>,
    /// Hosts to which messages may go although they are not public.
    pub hosts: BTreeSet<String>,
    /// Image registries that may be asked although they are not public.
    pub image_registries: BTreeSet<String>,
    /// Receivers of logs that may be dialled although they are not public.
    pub log_receivers: BTreeSet<String>,
}

/// The two steps of stopping.
#[derive(Clone, Debug, Default)]
pub struct Stopping {
    /// Cancelled first: the console says that it is not ready, and goes on serving until balancers have heard of it.
    pub announced: CancellationToken,
    /// Cancelled then: no more connections are taken, and open streams end.
    pub begun: CancellationToken,
}

/// The console, as routes see it. Cheap to clone.
#[derive(Clone)]
pub struct Console(Arc<Inner>);

struct Inner {
    parts: Parts,
    factors: SecondFactors,
    passkeys: Passkeys,
    kubernetes: Arc<Kubernetes>,
    prometheus: Arc<Prometheus>,
    elasticsearch: Arc<Elasticsearch>,
    bin: RecycleBin,
    recordings: Recordings,
    dashboards: Dashboards,
    lists: ListAlerts,
    metering: Metering,
    tenants: Tenants,
    tunnels: Tunnels,
    platform: Known,
    image_registries: Outbound,
    log_receivers: Way,
    leptos: LeptosOptions,
}

/// Who writes rights into clusters, each by the connection that is meant for that, or by the console's own.
fn start_provisioner(parts: &mut Parts, access: &Access) -> Provisioner {
    let mut writing = std::mem::take(&mut parts.provisioning);
    let provisioned = parts.clusters.iter().map(|cluster| {
        let connection = writing.remove(cluster.name());
        (Arc::clone(cluster), connection.unwrap_or_else(|| cluster.connection().clone()))
    });
    Provisioner::start(parts.database.clone(), access, provisioned)
}

/// The clusters, with those who keep what is deleted in them and what terminals show.
fn clusters(
    parts: &mut Parts,
    access: &Access,
    bin: &RecycleBin,
    recordings: &Recordings,
) -> Arc<Kubernetes> {
    let keepers = Keepers { bin: Some(Arc::new(bin.clone())), recorder: Some(Arc::new(recordings.clone())) };
    Kubernetes::keeping(std::mem::take(&mut parts.clusters), access.clone(), keepers)
}

/// The dashboards that people keep, over all that they can show.
fn dashboards(
    parts: &Parts,
    kubernetes: &Arc<Kubernetes>,
    prometheus: &Arc<Prometheus>,
    elasticsearch: &Arc<Elasticsearch>,
) -> Dashboards {
    Dashboards {
        database: parts.database.clone(),
        kubernetes: Arc::clone(kubernetes),
        prometheus: Arc::clone(prometheus),
        elasticsearch: Arc::clone(elasticsearch),
        seal: parts.seal.clone(),
        public_url: parts.surroundings.public_url().to_string().into(),
        shown: Default::default(),
    }
}

/// Who sends links by mail, where mail is sent.
fn letters(parts: &Parts) -> Option<Letters> {
    let mailer = parts.notifications.mailer.clone()?;
    let public_url = parts.surroundings.public_url().to_string().into();
    Some(Letters { database: parts.database.clone(), mailer, public_url })
}

/// Who tells receivers of these alerts.
fn start_notifier(parts: &Parts, alerts: OfClusters) -> Result<Notifier, OutboundError> {
    Notifier::start(notifier::Parts {
        database: parts.database.clone(),
        seal: parts.seal.clone(),
        alerts: Arc::new(alerts),
        public_url: parts.surroundings.public_url().to_string(),
        hosts: parts.notifications.hosts.clone(),
        mailer: parts.notifications.mailer.clone(),
        bases: Bases::default(),
    })
}

impl Console {
    /// A console made of these parts.
    pub fn new(mut parts: Parts) -> Result<Self, OutboundError> {
        let leptos = LeptosOptions::builder().output_name("orrery").site_pkg_dir("pkg").build();
        let access = Access::new(parts.database.clone());
        let accounts = Accounts::new(parts.database.clone());
        let public_url = parts.surroundings.public_url().to_string();
        let registry = Registry::new(parts.database.clone(), parts.seal.clone(), &public_url);
        let factors = SecondFactors::new(parts.database.clone(), parts.seal.clone());
        let passkeys = Passkeys::new(parts.database.clone(), parts.seal.clone());
        let provisioner = start_provisioner(&mut parts, &access);
        let bin = RecycleBin::new(parts.database.clone(), parts.seal.clone());
        let recordings = Recordings::start(parts.database.clone(), parts.seal.clone(), access.clone());
        let kubernetes = clusters(&mut parts, &access, &bin, &recordings);
        let ways = std::mem::take(&mut parts.monitoring);
        let prometheus = Prometheus::of(Arc::clone(&kubernetes), parts.database.clone(), ways);
        let named = std::mem::take(&mut parts.records);
        let elasticsearch = Elasticsearch::new(Arc::clone(&kubernetes), parts.database.clone(), named);
        let database = parts.database.clone();
        let lists = ListAlerts::new(Arc::clone(&kubernetes), database.clone());
        let alerts = OfClusters::new(Arc::clone(&kubernetes), Arc::clone(&prometheus), lists.clone());
        let reach = Reach::Public(Arc::new(parts.notifications.image_registries.clone()));
        let image_registries = Outbound::new(reach, crate::image_registries::LIMITS, "")?;
        let log_receivers = Way::new(parts.notifications.log_receivers.clone())?;
        let letters = letters(&parts);
        let notifier = start_notifier(&parts, alerts)?;
        let dashboards = dashboards(&parts, &kubernetes, &prometheus, &elasticsearch);
        let metering = Metering {
            database: database.clone(),
            kubernetes: Arc::clone(&kubernetes),
            prometheus: Arc::clone(&prometheus),
            months: Arc::default(),
        };
        let tenants = Tenants {
            database,
            access,
            provisioner,
            kubernetes: Arc::clone(&kubernetes),
            prometheus: Arc::clone(&prometheus),
            accounts,
            registry,
            notifier,
            letters,
        };
        let inner = Inner {
            parts,
            factors,
            passkeys,
            kubernetes,
            prometheus,
            elasticsearch,
            bin,
            recordings,
            dashboards,
            lists,
            metering,
            tenants,
            tunnels: Tunnels::default(),
            platform: Known::default(),
            image_registries,
            log_receivers,
            leptos,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// The console's own tables.
    pub fn database(&self) -> &Database {
        &self.0.parts.database
    }

    /// Where the console stands.
    pub fn surroundings(&self) -> &Surroundings {
        &self.0.parts.surroundings
    }

    /// What was read of the platform last.
    pub fn platform_known(&self) -> &Known {
        &self.0.platform
    }

    /// How long sessions live.
    pub fn sessions(&self) -> Lifetime {
        self.0.parts.sessions
    }

    /// Scripts, styles and images.
    pub fn site(&self) -> &Site {
        &self.0.parts.site
    }

    /// How the console stops.
    pub fn stopping(&self) -> &Stopping {
        &self.0.parts.stopping
    }

    /// Who may do what.
    pub fn access(&self) -> &Access {
        self.0.kubernetes.access()
    }

    /// The way to image registries.
    pub fn image_registries(&self) -> &Outbound {
        &self.0.image_registries
    }

    /// The way to receivers of logs.
    pub fn log_receivers(&self) -> &Way {
        &self.0.log_receivers
    }

    /// The clusters.
    pub fn kubernetes(&self) -> &Arc<Kubernetes> {
        &self.0.kubernetes
    }

    /// What measures the clusters.
    pub fn prometheus(&self) -> &Arc<Prometheus> {
        &self.0.prometheus
    }

    /// What keeps the clusters' past.
    pub fn elasticsearch(&self) -> &Arc<Elasticsearch> {
        &self.0.elasticsearch
    }

    /// What was deleted in the clusters.
    pub fn recycle_bin(&self) -> &RecycleBin {
        &self.0.bin
    }

    /// What terminals showed.
    pub fn recordings(&self) -> &Recordings {
        &self.0.recordings
    }

    /// The dashboards that people keep.
    pub fn dashboards(&self) -> &Dashboards {
        &self.0.dashboards
    }

    /// The alerts on lists that people keep.
    pub fn list_alerts(&self) -> &ListAlerts {
        &self.0.lists
    }

    /// What was used in the clusters, and what it costs.
    pub fn metering(&self) -> &Metering {
        &self.0.metering
    }

    /// Who can sign in.
    pub fn accounts(&self) -> &Accounts {
        &self.0.tenants.accounts
    }

    /// Workspaces, members, roles and people.
    pub fn tenants(&self) -> &Tenants {
        &self.0.tenants
    }

    /// Connections to ports of pods that wait for the next request.
    pub fn tunnels(&self) -> &Tunnels {
        &self.0.tunnels
    }

    /// Through which other systems people sign in.
    pub fn registry(&self) -> &Registry {
        &self.0.tenants.registry
    }

    /// What is asked for besides passwords.
    pub fn factors(&self) -> &SecondFactors {
        &self.0.factors
    }

    /// With what people sign in instead of a password.
    pub fn passkeys(&self) -> &Passkeys {
        &self.0.passkeys
    }
}

impl FromRef<Console> for LeptosOptions {
    fn from_ref(console: &Console) -> Self {
        console.0.leptos.clone()
    }
}
