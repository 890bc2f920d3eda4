//! From the settings to connections: which clusters there are and what they are called.

use crate::settings::{ClusterSource, Settings};
use anyhow::{Context, anyhow, bail};
use kube::Config;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kubernetes::{Cluster, Connection};
use model::ClusterName;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// What the cluster around this program is called.
const OWN_CLUSTER: &str = "local";

/// The longest name that is made of a context's, in characters. A label has 63.
const LONGEST_NAME: usize = 57;

/// Prepares a connection to each cluster. Nothing is sent yet: a cluster that does not answer is shown as such, and does
/// not keep the console from starting. `playground` is the kubeconfig of the simulated clusters.
pub async fn connect(source: &ClusterSource, playground: Option<&str>) -> anyhow::Result<Vec<Arc<Cluster>>> {
    match source {
        ClusterSource::InCluster => {
            let config = Config::incluster().context("the service account of this pod cannot be used")?;
            Ok(vec![cluster(OWN_CLUSTER, config)?])
        }
        ClusterSource::Kubeconfig { path, contexts } => {
            let kubeconfig = read(path)?;
            from_kubeconfig(&kubeconfig, contexts).await.with_context(|| path.display().to_string())
        }
        ClusterSource::Playground => {
            let kubeconfig = Kubeconfig::from_yaml(playground.unwrap_or_default())?;
            from_kubeconfig(&kubeconfig, &[]).await
        }
    }
}

/// Reads a kubeconfig. Why it cannot be read is told without the lines around the place: there may be a token in them.
fn read(path: &Path) -> anyhow::Result<Kubeconfig> {
    Kubeconfig::read_from(path).map_err(|error| {
        let said = error.to_string();
        let first = said.lines().next().unwrap_or_default();
        anyhow!("the kubeconfig {} cannot be read: {first}", path.display())
    })
}

/// What the settings say about clusters that are not there, such as for a name that was mistyped.
pub fn misnamed(settings: &Settings, clusters: &[Arc<Cluster>]) -> Vec<String> {
    let names: Vec<&str> = clusters.iter().map(|cluster| cluster.name().as_str()).collect();
    let named = [
        ("prometheus", settings.monitoring.keys().collect::<Vec<_>>()),
        ("alertmanager", settings.alertmanagers.keys().collect()),
        ("elasticsearch", settings.records.keys().collect()),
    ];
    let pairs = named.into_iter().flat_map(|(setting, of)| of.into_iter().map(move |name| (setting, name)));
    pairs
        .filter(|(_, name)| !names.contains(&name.as_str()))
        .map(|(setting, name)| {
            format!("{setting} names cluster {name}, which is not here; there are {}", names.join(", "))
        })
        .collect()
}

/// The chosen contexts, or all. A context that was chosen must be usable; of all, those that are not are left out. No two may
/// have the same name as clusters, usable or not.
async fn from_kubeconfig(kubeconfig: &Kubeconfig, chosen: &[String]) -> anyhow::Result<Vec<Arc<Cluster>>> {
    let known: Vec<&str> = kubeconfig.contexts.iter().map(|context| context.name.as_str()).collect();
    if let Some(missing) = chosen.iter().find(|name| !known.contains(&name.as_str())) {
        bail!("there is no context {missing:?}; there are {}", known.join(", "));
    }
    let mut clusters = Vec::new();
    let is_wanted = |name: &&str| chosen.is_empty() || chosen.iter().any(|chosen| chosen == name);
    for (name, context) in each_of_its_own_name(known.into_iter().filter(is_wanted))? {
        match prepare(kubeconfig, context, &name).await {
            Ok(cluster) => clusters.push(cluster),
            Err(error) if chosen.is_empty() => {
                tracing::warn!(
                    context,
                    error = format!("{error:#}"),
                    "This context cannot be used and is left out"
                );
            }
            Err(error) => return Err(error),
        }
    }
    if clusters.is_empty() {
        bail!(
            "it has no context that can be used: see `kubectl config get-contexts`, and what the log says above"
        );
    }
    Ok(clusters)
}

/// The contexts with their names as clusters, in their order. Roles, quotas and what was written down belong to a cluster by its
/// name: were two that are called the same told apart by their order, what holds in one would hold in the other as soon as
/// somebody adds or removes a context.
fn each_of_its_own_name<'c>(
    contexts: impl Iterator<Item = &'c str>,
) -> anyhow::Result<Vec<(String, &'c str)>> {
    let named: Vec<_> = contexts.map(|context| (cluster_name(context), context)).collect();
    let mut by_name: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, context) in &named {
        by_name.entry(name).or_default().push(format!("{context:?}"));
    }
    let shared = by_name.into_iter().filter(|(_, contexts)| contexts.len() > 1);
    let shared: Vec<_> = shared
        .map(|(name, contexts)| format!("{} would be cluster {name}", contexts.join(" and ")))
        .collect();
    if shared.is_empty() {
        for (name, context) in named.iter().filter(|(_, context)| plain(context).len() > LONGEST_NAME) {
            tracing::info!(
                context,
                cluster = name,
                "The name of this context is too long: the cluster is called by its end"
            );
        }
        return Ok(named);
    }
    bail!(
        "each cluster needs a name of its own, but the contexts {}; rename one with `kubectl config rename-context`, or choose \
         contexts with --context",
        shared.join(", and ")
    );
}

/// The connections of the accounts that write rights into these clusters, one for each. Nothing is sent yet.
pub async fn provisioning(
    clusters: &[Arc<Cluster>],
    path: &Path,
) -> anyhow::Result<BTreeMap<ClusterName, Connection>> {
    let kubeconfig = read(path)?;
    provisioning_by(clusters, &kubeconfig).await.with_context(|| path.display().to_string())
}

/// Rights that are written into another cluster than was meant would be somebody else's: a cluster without a context, or with
/// two, is an error.
async fn provisioning_by(
    clusters: &[Arc<Cluster>],
    kubeconfig: &Kubeconfig,
) -> anyhow::Result<BTreeMap<ClusterName, Connection>> {
    let mut connections = BTreeMap::new();
    for cluster in clusters {
        let name = cluster.name();
        let all = kubeconfig.contexts.iter().map(|context| context.name.as_str());
        let is_its_own = |context: &&str| cluster_name(context) == name.as_str();
        let own: Vec<&str> = all.filter(is_its_own).collect();
        let [context] = own.as_slice() else {
            let found = if own.is_empty() { "none".to_owned() } else { own.join(", ") };
            bail!("it needs one context for cluster {name}, called so; there are {found}");
        };
        let config = config(kubeconfig, context).await?;
        connections.insert(name.clone(), connection(name.as_str(), config)?);
    }
    Ok(connections)
}

async fn prepare(kubeconfig: &Kubeconfig, context: &str, name: &str) -> anyhow::Result<Arc<Cluster>> {
    cluster(name, config(kubeconfig, context).await?)
}

async fn config(kubeconfig: &Kubeconfig, context: &str) -> anyhow::Result<Config> {
    let options = KubeConfigOptions { context: Some(context.to_owned()), ..KubeConfigOptions::default() };
    let config = Config::from_custom_kubeconfig(kubeconfig.clone(), &options).await;
    config.with_context(|| format!("context {context:?} cannot be used"))
}

fn cluster(name: &str, config: Config) -> anyhow::Result<Arc<Cluster>> {
    Ok(Cluster::new(ClusterName::parse(name)?, connection(name, config)?))
}

fn connection(name: &str, config: Config) -> anyhow::Result<Connection> {
    Connection::new(name, config).with_context(|| format!("cluster {name} cannot be connected to"))
}

/// A context's name in small letters and dashes: contexts may be called `arn:aws:eks:…/prod` or `admin@prod`, but a cluster's
/// name stands in addresses.
fn plain(context: &str) -> String {
    let lower = context.to_ascii_lowercase();
    let parts =
        lower.split(|character: char| !character.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-")
}

/// The context's name as a cluster's name. Of a long one the end is kept, from its first whole word on, which is what differs in
/// those of clouds. All that is kept of a cluster is kept under this name: a context has the same one in every version from here
/// on, whatever other contexts there are.
fn cluster_name(context: &str) -> String {
    let joined = plain(context);
    let name = match joined.len().checked_sub(LONGEST_NAME + 1) {
        None => joined.as_str(),
        Some(over) => {
            let end = joined.get(over + 1..).unwrap_or_default();
            end.split_once('-').map_or(end, |(_, whole)| whole)
        }
    };
    if name.is_empty() { "cluster" } else { name }.to_owned()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    const KUBECONFIG: &str = "
apiVersion: v1
kind: Config
clusters: [{name: one, cluster: {server: 'https://127.0.0.1:1'}}]
users: [{name: ada, user: {token: secret}}]
contexts:
- {name: Prod/EU, context: {cluster: one, user: ada}}
- {name: admin@Test, context: {cluster: one, user: ada}}
- {name: broken, context: {cluster: missing, user: ada}}
";

    /// One more, which would be called as the first is, and cannot be used.
    const ALIKE: &str = "- {name: prod-eu, context: {cluster: missing, user: ada}}\n";

    async fn names(chosen: &[&str]) -> anyhow::Result<Vec<String>> {
        names_in(KUBECONFIG, chosen).await
    }

    async fn names_in(kubeconfig: &str, chosen: &[&str]) -> anyhow::Result<Vec<String>> {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let chosen: Vec<String> = chosen.iter().map(ToString::to_string).collect();
        let clusters = from_kubeconfig(&Kubeconfig::from_yaml(kubeconfig).unwrap(), &chosen).await?;
        Ok(clusters.iter().map(|cluster| cluster.name().to_string()).collect())
    }

    #[tokio::test]
    async fn contexts_become_clusters_with_names_that_fit_an_address() {
        assert_eq!(names(&[]).await.unwrap(), ["prod-eu", "admin-test"]);
        assert_eq!(names(&["admin@Test"]).await.unwrap(), ["admin-test"]);
    }

    #[tokio::test]
    async fn contexts_that_would_be_called_the_same_are_refused_with_their_names() {
        let kubeconfig = format!("{KUBECONFIG}{ALIKE}");

        let error = names_in(&kubeconfig, &[]).await.unwrap_err().to_string();

        assert_eq!(
            error,
            "each cluster needs a name of its own, but the contexts \"Prod/EU\" and \"prod-eu\" would be cluster prod-eu; rename \
             one with `kubectl config rename-context`, or choose contexts with --context"
        );
        assert_eq!(
            names_in(&kubeconfig, &["Prod/EU", "admin@Test"]).await.unwrap(),
            ["prod-eu", "admin-test"]
        );
    }

    #[tokio::test]
    async fn a_chosen_context_must_exist_and_work() {
        let missing = names(&["staging"]).await.unwrap_err().to_string();
        assert_eq!(missing, "there is no context \"staging\"; there are Prod/EU, admin@Test, broken");
        assert!(names(&["broken"]).await.unwrap_err().to_string().contains("\"broken\""));
    }

    #[tokio::test]
    async fn rights_are_written_by_accounts_of_the_same_names_or_not_at_all() {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let kubeconfig = Kubeconfig::from_yaml(KUBECONFIG).unwrap();
        let clusters = from_kubeconfig(&kubeconfig, &["Prod/EU".into()]).await.unwrap();
        let of = |contexts: &str| KUBECONFIG.split("contexts:").next().unwrap().to_owned() + contexts;
        let writing = async |text: &str| {
            let kubeconfig = Kubeconfig::from_yaml(text).unwrap();
            let connections = provisioning_by(&clusters, &kubeconfig).await?;
            Ok::<_, anyhow::Error>(connections.into_keys().map(|name| name.to_string()).collect::<Vec<_>>())
        };

        let one = of("contexts: [{name: Prod EU, context: {cluster: one, user: ada}}]");
        assert_eq!(writing(&one).await.unwrap(), ["prod-eu"]);
        let none = of("contexts: [{name: staging, context: {cluster: one, user: ada}}]");
        let error = writing(&none).await.unwrap_err().to_string();
        assert_eq!(error, "it needs one context for cluster prod-eu, called so; there are none");
        let two = format!("{KUBECONFIG}{ALIKE}");
        let error = writing(&two).await.unwrap_err().to_string();
        assert_eq!(error, "it needs one context for cluster prod-eu, called so; there are Prod/EU, prod-eu");
    }

    #[test]
    fn a_kubeconfig_that_is_none_is_told_without_its_lines() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kubeconfig");
        std::fs::write(&file, "users: [{name: ada, user: {token: hunter2}").unwrap();

        let error = read(&file).unwrap_err();

        let text = format!("{error:#}");
        assert!(text.contains("cannot be read: ") && !text.contains("hunter2"), "{text}");
    }

    #[tokio::test]
    async fn a_setting_for_a_cluster_that_is_not_there_is_told() {
        let flags = [("prometheus", vec!["prod-eu=http://one".to_owned(), "prod=http://two".to_owned()])];
        let layers = crate::settings::Layers::gather(flags.into(), |_| None, None).unwrap();
        let home = |variable: &str| (variable == "HOME").then(|| "/home/ada".to_owned());
        let settings = Settings::check(&layers, home).unwrap();
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let kubeconfig = Kubeconfig::from_yaml(KUBECONFIG).unwrap();
        let clusters = from_kubeconfig(&kubeconfig, &["Prod/EU".into()]).await.unwrap();

        assert_eq!(
            misnamed(&settings, &clusters),
            ["prometheus names cluster prod, which is not here; there are prod-eu"]
        );
    }

    #[test]
    fn any_context_has_a_name() {
        for context in
            ["arn:aws:eks:eu-west-1:123:cluster/prod", "admin@prod", "生产", "", &"x".repeat(300), "-"]
        {
            let name = cluster_name(context);
            assert!(ClusterName::parse(&name).is_ok(), "{context:?} became {name:?}");
        }
    }

    /// Whoever changes one of these takes from people what they hold in their clusters.
    #[test]
    fn a_context_has_the_same_name_in_every_version() {
        let (most, more) = ("x".repeat(57), "x".repeat(58));
        let parted = |length: usize| format!("a/{}", "b".repeat(length));
        for (context, name) in [
            ("Prod/EU", "prod-eu"),
            ("admin@prod", "admin-prod"),
            (
                "arn:aws:eks:eu-west-1:123456789012:cluster/prod",
                "arn-aws-eks-eu-west-1-123456789012-cluster-prod",
            ),
            (
                "arn:aws:eks:eu-central-1:123456789012:cluster/production-of-the-shop",
                "eu-central-1-123456789012-cluster-production-of-the-shop",
            ),
            (
                "gke_a-project-with-a-rather-long-name_europe-west1_production-of-the-shop",
                "a-rather-long-name-europe-west1-production-of-the-shop",
            ),
            (&*most, &*most),
            (&*more, &*most),
            (&*parted(55), &*format!("a-{}", "b".repeat(55))),
            (&*parted(56), &*"b".repeat(56)),
            ("生产", "cluster"),
        ] {
            assert_eq!(cluster_name(context), name, "{context:?}");
        }
    }

    #[test]
    fn long_contexts_that_differ_at_their_ends_have_different_names() {
        let of = |number: u32| {
            format!("arn:aws:eks:eu-west-1:123456789012:cluster/a-company-with-a-name-{number}")
        };

        assert_eq!(cluster_name(&of(1)), "eu-west-1-123456789012-cluster-a-company-with-a-name-1");
        assert_ne!(cluster_name(&of(1)), cluster_name(&of(2)));
    }
}
