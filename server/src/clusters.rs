//! From the settings to connections: which clusters there are and what they are called.

use crate::settings::ClusterSource;
use anyhow::{Context, bail};
use kube::Config;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kubernetes::{Cluster, Connection};
use model::ClusterName;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// What the cluster around this program is called.
const OWN_CLUSTER: &str = "local";

/// Prepares a connection to each cluster. Nothing is sent yet: a cluster that does not answer is shown as such, and does
/// not keep the console from starting. `playground` is the kubeconfig of the simulated clusters.
pub async fn connect(source: &ClusterSource, playground: Option<&str>) -> anyhow::Result<Vec<Arc<Cluster>>> {
    match source {
        ClusterSource::InCluster => {
            let config = Config::incluster().context("the service account of this pod cannot be used")?;
            Ok(vec![cluster(OWN_CLUSTER, config)?])
        }
        ClusterSource::Kubeconfig { path, contexts } => {
            let kubeconfig = Kubeconfig::read_from(path)
                .with_context(|| format!("the kubeconfig {} cannot be read", path.display()))?;
            from_kubeconfig(&kubeconfig, contexts).await.with_context(|| path.display().to_string())
        }
        ClusterSource::Playground => {
            let kubeconfig = Kubeconfig::from_yaml(playground.unwrap_or_default())?;
            from_kubeconfig(&kubeconfig, &[]).await
        }
    }
}

/// The chosen contexts, or all. A context that was chosen must be usable; of all, those that are not are left out.
async fn from_kubeconfig(kubeconfig: &Kubeconfig, chosen: &[String]) -> anyhow::Result<Vec<Arc<Cluster>>> {
    let known: Vec<&str> = kubeconfig.contexts.iter().map(|context| context.name.as_str()).collect();
    if let Some(missing) = chosen.iter().find(|name| !known.contains(&name.as_str())) {
        bail!("there is no context {missing:?}; there are {}", known.join(", "));
    }
    let mut clusters = Vec::new();
    let mut names = BTreeSet::new();
    for context in
        known.into_iter().filter(|name| chosen.is_empty() || chosen.iter().any(|chosen| chosen == name))
    {
        let name = unused_name(context, &mut names);
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
        bail!("it has no context that can be used");
    }
    Ok(clusters)
}

/// The connections of the accounts that write rights into these clusters, one for each. Nothing is sent yet.
pub async fn provisioning(
    clusters: &[Arc<Cluster>],
    path: &Path,
) -> anyhow::Result<BTreeMap<ClusterName, Connection>> {
    let kubeconfig = Kubeconfig::read_from(path)
        .with_context(|| format!("the kubeconfig {} cannot be read", path.display()))?;
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
        let is_its_own = |context: &&str| unused_name(context, &mut BTreeSet::new()) == name.as_str();
        let own: Vec<&str> = all.filter(is_its_own).collect();
        let [context] = own.as_slice() else {
            bail!("it needs one context for cluster {name}, called so; there are {}", own.len());
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

/// The context's name as a cluster's name: contexts may be called `arn:aws:eks:…/prod` or `admin@prod`, but a cluster's
/// name stands in addresses.
fn unused_name(context: &str, used: &mut BTreeSet<String>) -> String {
    let lower = context.to_ascii_lowercase();
    let parts =
        lower.split(|character: char| !character.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let joined = parts.collect::<Vec<_>>().join("-");
    let base = joined.get(..joined.len().min(57)).unwrap_or_default().trim_end_matches('-');
    let base = if base.is_empty() { "cluster" } else { base };
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    let name = std::iter::once(base.to_owned()).chain(numbered).find(|name| !used.contains(name));
    let name = name.expect("numbers do not end");
    used.insert(name.clone());
    name
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
- {name: prod-eu, context: {cluster: one, user: ada}}
- {name: broken, context: {cluster: missing, user: ada}}
";

    async fn names(chosen: &[&str]) -> anyhow::Result<Vec<String>> {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let chosen: Vec<String> = chosen.iter().map(ToString::to_string).collect();
        let clusters = from_kubeconfig(&Kubeconfig::from_yaml(KUBECONFIG).unwrap(), &chosen).await?;
        Ok(clusters.iter().map(|cluster| cluster.name().to_string()).collect())
    }

    #[tokio::test]
    async fn contexts_become_clusters_with_names_that_fit_an_address() {
        assert_eq!(names(&[]).await.unwrap(), ["prod-eu", "prod-eu-2"]);
        assert_eq!(names(&["prod-eu"]).await.unwrap(), ["prod-eu"]);
    }

    #[tokio::test]
    async fn a_chosen_context_must_exist_and_work() {
        let missing = names(&["staging"]).await.unwrap_err().to_string();
        assert_eq!(missing, "there is no context \"staging\"; there are Prod/EU, prod-eu, broken");
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
        assert_eq!(error, "it needs one context for cluster prod-eu, called so; there are 0");
        assert!(writing(KUBECONFIG).await.is_err(), "two contexts are called so");
    }

    #[test]
    fn any_context_has_a_name() {
        for context in
            ["arn:aws:eks:eu-west-1:123:cluster/prod", "admin@prod", "生产", "", &"x".repeat(300), "-"]
        {
            let name = unused_name(context, &mut BTreeSet::new());
            assert!(ClusterName::parse(&name).is_ok(), "{context:?} became {name:?}");
        }
    }
}
