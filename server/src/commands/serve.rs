//! `orrery serve`, which is also what `orrery` alone does.

use super::account::link_address;
use super::{open_database, playground as simulated, private_directory};
use crate::clusters;
use crate::console::{Console, Parts, Reached, Stopping};
use crate::guards::Surroundings;
use crate::listener::{self, Listening, Patience};
use crate::routes::{self, assets::Site};
use crate::settings::{ClusterSource, LogStore, PublicUrl, Settings};
use crate::signals::{self, AskedBy};
use crate::telemetry;
use anyhow::Context;
use clap::Command;
use database::{Address, Database, DatabaseError};
use identity::Seal;
use kubernetes::survive;
use model::ClusterName;
use notifier::Mailer;
use playground::Playground;
use prometheus::{Direct, DirectAlertmanager, Transport, Ways};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How often expired sessions and links are removed. They do not work any more; this only keeps the tables small.
const SWEEP: Duration = Duration::from_secs(600);

/// How often directories are asked whether who comes in by them is still there.
const ROLL_CALL: Duration = Duration::from_secs(60);

/// For how long a replica has the say about that: two rounds and a half.
const ROLL_CALL_LEASE_SECONDS: i64 = 150;

/// How long changes whose readers have gone may still take when the console stops: what is left of the 30 s that
/// Kubernetes waits.
const SETTLE: Duration = Duration::from_secs(3);

/// Under which name something sealed is kept, by which a key is known.
const FIRST_KEY: &str = "secrets_key";

pub fn command() -> Command {
    Command::new("serve").about("Serve the console (what happens without a command)").long_about(
        "Serves the console until it is interrupted. On SIGTERM it says at once that it is not ready, takes connections for \
         5 more seconds, then lets running requests and changes finish for up to 20 seconds and tells open pages to come \
         back. On Ctrl-C it does the same without the 5 seconds; a second signal ends it at once.\n\n\
         /health/live and /health/ready are for whoever starts and stops it.",
    )
}

pub async fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    let telemetry = telemetry::start(&settings)?;
    let metrics = routes::metrics::install()?;
    tokio::spawn(routes::metrics::add_up(metrics.clone()));
    let seal = open_seal(&settings)?;
    let database = open_database(&settings).await?;
    let migrated = database.migrate().await?;
    tracing::info!(database = %database.address(), step = migrated.version, "The database is up to date");
    check_key(&database, &seal, &settings.secrets_key_file).await?;

    let playground = start_playground(&settings).await?;
    let kubeconfig = playground.as_ref().map(Playground::kubeconfig);
    let clusters = clusters::connect(&settings.clusters, kubeconfig).await?;
    for sentence in clusters::misnamed(&settings, &clusters) {
        tracing::warn!("{sentence}");
    }
    let provisioning = match &settings.provisioner_kubeconfig {
        Some(path) => clusters::provisioning(&clusters, path).await?,
        None => BTreeMap::new(),
    };
    let site = open_site(&settings)?;

    let listener = bind(settings.listen).await?;
    let address = listener.local_addr()?;
    let public_url = settings.public_url.clone().unwrap_or_else(|| PublicUrl::of_listener(address));
    let stopping = Stopping::default();
    let console = Console::new(Parts {
        database: database.clone(),
        seal,
        surroundings: Surroundings::new(public_url.clone(), address, settings.trusted_proxies.clone())
            .forwarding_below(settings.forward_domain.clone()),
        sessions: settings.sessions,
        site,
        clusters,
        provisioning,
        monitoring: ways(&settings)?,
        records: log_stores(&settings)?,
        notifications: reached(&settings)?,
        stopping: stopping.clone(),
    })?;
    let listening = Listening {
        limits: settings.connections,
        trusted_proxies: settings.trusted_proxies.clone(),
        patience: Patience::default(),
    };
    if let Some(address) = settings.metrics_listen {
        let (own, router) = (bind(address).await?, routes::metrics::router(metrics));
        tokio::spawn(listener::serve(own, router, listening.clone(), stopping.begun.clone()));
    }
    keep_in_order(&console, &settings, &stopping.begun);

    if let Some(sentence) = openness(settings.public_url.as_ref(), address) {
        tracing::warn!(listen = %address, "{sentence}");
    }
    println!("Orrery is at {public_url}");
    greet(&console, &public_url).await?;
    tokio::spawn(stop_when_asked(stopping.clone()));
    let cut = listener::serve(listener, routes::router(&console), listening, stopping.begun).await;

    settle(&console, cut).await;
    if let Some(playground) = playground {
        playground.stop().await?;
    }
    database.close().await;
    telemetry.finish().await;
    Ok(ExitCode::SUCCESS)
}

/// The key for secrets, out of a data directory that is there from now on and nobody else's.
fn open_seal(settings: &Settings) -> anyhow::Result<Seal> {
    private_directory(&settings.data_dir)
        .with_context(|| format!("cannot make the data directory {}", settings.data_dir.display()))?;
    let seal = Seal::of_file(&settings.secrets_key_file)?;
    let is_own_key = settings.secrets_key_file.starts_with(&settings.data_dir);
    if is_own_key && matches!(settings.database, Address::Postgres(_)) {
        tracing::warn!(
            "Secrets are sealed with the key in this replica's data directory. Give --secrets-key-file when there are several \
             replicas: what one has sealed the others cannot open"
        );
    }
    Ok(seal)
}

/// Says when the key is another one than the first that this database was used with. It goes on: whoever has lost the key gets in,
/// and enters secrets anew.
async fn check_key(database: &Database, seal: &Seal, file: &Path) -> anyhow::Result<()> {
    if !knows_key(database, seal).await? {
        tracing::error!(
            file = %file.display(),
            "This is not the key with which secrets in the database were sealed: they cannot be read. Give the right one with \
             --secrets-key-file; where it is lost for good, see Backup in docs/operating.md"
        );
    }
    Ok(())
}

/// Whether the key is the one that this database was first used with, which it is from the first question on.
async fn knows_key(database: &Database, seal: &Seal) -> Result<bool, DatabaseError> {
    if let Some(kept) = database.fact(FIRST_KEY).await? {
        return Ok(seal.open(FIRST_KEY, &kept).is_ok());
    }
    database.set_fact(FIRST_KEY, Some(&seal.seal(FIRST_KEY, &[]))).await?;
    Ok(true)
}

fn open_site(settings: &Settings) -> anyhow::Result<Site> {
    let site = Site::open(settings.site_root.as_deref()).context("the site's files cannot be read")?;
    if let Some(directory) = site.directory().filter(|directory| !directory.join("pkg").is_dir()) {
        let directory = directory.display();
        tracing::warn!(
            "There are no scripts and styles in {directory}: pages will be plain. Give --site-root"
        );
    }
    Ok(site)
}

/// Whom the console reaches besides clusters.
fn reached(settings: &Settings) -> anyhow::Result<Reached> {
    Ok(Reached {
        mailer: settings.mail.as_ref().map(Mailer::new).transpose()?,
        hosts: settings.notification_hosts.clone(),
        image_registries: settings.image_registry_hosts.clone(),
        log_receivers: settings.log_receiver_hosts.clone(),
    })
}

/// Waits for changes that are still under way when nobody is connected any more, and says what did not end in time.
async fn settle(console: &Console, cut: usize) {
    if cut > 0 {
        tracing::warn!(connections = cut, "Connections that did not end in time were cut");
    }
    if timeout(SETTLE, console.access().settle()).await.is_err() {
        tracing::warn!("A change is still under way: its outcome will not be in the audit trail");
    }
}

/// Starts what goes on beside requests until the console stops.
fn keep_in_order(console: &Console, settings: &Settings, stop: &CancellationToken) {
    tokio::spawn(sweep(console.database().clone(), stop.clone()));
    tokio::spawn(call_the_roll(console.clone(), stop.clone()));
    let keeping = elasticsearch::keep_events(Arc::clone(console.elasticsearch()), settings.kept_events);
    tokio::spawn(stop.clone().run_until_cancelled_owned(keeping));
}

/// Leads through the steps of [`Stopping`]. Whoever asks twice is in a hurry.
async fn stop_when_asked(stopping: Stopping) {
    let asked_by = signals::interrupted().await;
    stopping.announced.cancel();
    let hurry = async {
        signals::interrupted().await;
        tracing::warn!("Asked twice: ending at once");
        std::process::exit(1);
    };
    tokio::spawn(hurry);
    if asked_by == AskedBy::Manager {
        tracing::info!("Not ready any more; new connections are taken for {} s", listener::LINGER.as_secs());
        tokio::time::sleep(listener::LINGER).await;
    }
    stopping.begun.cancel();
}

async fn start_playground(settings: &Settings) -> anyhow::Result<Option<Playground>> {
    if settings.clusters != ClusterSource::Playground {
        return Ok(None);
    }
    let playground = playground::start(simulated::options(settings)).await?;
    println!(
        "No kubeconfig is given, so this is the playground: simulated clusters ({}) to try things out on.",
        simulated::names(&playground)
    );
    Ok(Some(playground))
}

/// The ways to what measures clusters and to who tells of their alerts, where the settings name them.
pub(super) fn ways(settings: &Settings) -> anyhow::Result<Ways> {
    let way = |(cluster, address): (&ClusterName, &outbound::Address)| {
        let direct =
            Direct::new(address.clone()).with_context(|| format!("the Prometheus of cluster {cluster}"))?;
        Ok((cluster.clone(), Arc::new(direct) as Arc<dyn Transport>))
    };
    let manager = |(cluster, address): (&ClusterName, &outbound::Address)| {
        let direct = DirectAlertmanager::new(address.clone());
        Ok((cluster.clone(), direct.with_context(|| format!("the Alertmanager of cluster {cluster}"))?))
    };
    Ok(Ways {
        prometheus: settings.monitoring.iter().map(way).collect::<anyhow::Result<_>>()?,
        alertmanagers: settings.alertmanagers.iter().map(manager).collect::<anyhow::Result<_>>()?,
    })
}

/// The log stores of clusters, as far as the settings name them.
pub(super) fn log_stores(settings: &Settings) -> anyhow::Result<BTreeMap<ClusterName, elasticsearch::Named>> {
    let store = |(cluster, store): (&ClusterName, &LogStore)| {
        let way = store.address.clone().map(elasticsearch::Direct::new).transpose();
        let way = way.with_context(|| format!("the Elasticsearch of cluster {cluster}"))?;
        let transport = way.map(|way| Arc::new(way) as Arc<dyn elasticsearch::Transport>);
        Ok((cluster.clone(), elasticsearch::Named { transport, indices: store.indices.clone() }))
    };
    settings.records.iter().map(store).collect()
}

/// What is wrong when other machines reach the console: nobody finds out by looking at one's own.
fn openness(public_url: Option<&PublicUrl>, listener: SocketAddr) -> Option<&'static str> {
    let is_own_alone = listener.ip().is_loopback();
    match public_url {
        None if !is_own_alone => Some(
            "Other machines reach this address, and are refused: requests count only by the address that is printed. Give \
             --public-url with the address that people open",
        ),
        Some(url) if !url.is_https && !url.is_of_this_machine() => Some(
            "Passwords and sessions cross the network in plain text: public-url begins with http://. Put a proxy that speaks TLS in \
             front, and give its https:// address",
        ),
        _ => None,
    }
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let next = match error.kind() {
            ErrorKind::AddrInUse => "another program is there: end it, or choose another port",
            ErrorKind::AddrNotAvailable => {
                "this machine does not have that address: choose one of its own, or 0.0.0.0"
            }
            ErrorKind::PermissionDenied => "this user may not take that port: choose one from 1024 on",
            _ => "choose another address",
        };
        anyhow::Error::new(error).context(format!("cannot listen on {address} ({next})"))
    })
}

/// Prints the way in when there is none yet. Each start prints a link of its own; using one ends all.
async fn greet(console: &Console, public_url: &PublicUrl) -> anyhow::Result<()> {
    if !console.database().has_administrator().await? {
        let token = console.accounts().issue_link(None).await?;
        println!("There is no administrator yet. This link makes one; it works once, within 24 hours:");
        println!("  {}", link_address(public_url, &token));
    }
    Ok(())
}

/// One replica asks for all. Whoever is gone is out within five minutes, also when that replica ends.
async fn call_the_roll(console: Console, stop: CancellationToken) {
    let holder = uuid::Uuid::new_v4().to_string();
    while stop.run_until_cancelled(tokio::time::sleep(ROLL_CALL)).await.is_some() {
        let round = async {
            match console.database().hold_lease("roll call", &holder, ROLL_CALL_LEASE_SECONDS).await? {
                true => console.registry().call_the_roll().await,
                false => Ok(0),
            }
        };
        match survive("Asking directories who is there", round).await {
            Some(Ok(changed)) if changed > 0 => console.access().announce_change(),
            Some(Err(error)) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "Directories were not asked who is there");
            }
            Some(Ok(_)) | None => {}
        }
    }
}

async fn sweep(database: Database, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(SWEEP)).await.is_some() {
        if let Some(Err(error)) = survive("Removing what has expired", database.remove_expired()).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "Expired sessions could not be removed");
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn another_key_than_the_first_is_noticed_at_each_start() {
        let database = Database::in_memory().await.unwrap();
        let (first, other) = (Seal::random(), Seal::random());

        assert!(knows_key(&database, &first).await.unwrap());
        assert!(!knows_key(&database, &other).await.unwrap());
        assert!(!knows_key(&database, &other).await.unwrap());
        assert!(knows_key(&database, &first).await.unwrap());
    }

    #[test]
    fn whoever_opens_the_console_to_others_is_told_what_is_missing() {
        let (own, all) = ("127.0.0.1:3080".parse().unwrap(), "0.0.0.0:3080".parse().unwrap());
        let url = |text: &str| PublicUrl::parse(text).unwrap();

        assert_eq!(openness(None, own), None);
        assert!(openness(None, all).unwrap().contains("--public-url"));
        assert!(openness(Some(&url("http://console.example.org")), own).unwrap().contains("TLS"));
        assert_eq!(openness(Some(&url("http://localhost:3080")), all), None);
        assert_eq!(openness(Some(&url("https://console.example.org")), all), None);
    }

    #[tokio::test]
    async fn a_port_that_is_taken_is_told_with_what_to_do() {
        let there = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();

        let error = bind(there.local_addr().unwrap()).await.unwrap_err();

        assert!(error.to_string().contains("another program is there"), "{error}");
    }
}
