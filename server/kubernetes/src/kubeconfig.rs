//! A kubeconfig with which kubectl reaches clusters through the console.

use crate::caller::ForCaller;
use model::ClusterName;
use serde_json::{Value, json};

impl ForCaller {
    /// The clusters that a kubeconfig of the caller names, each with the namespace in which its commands begin: the
    /// caller's own, when there is only one.
    pub fn kubeconfig_clusters(&self) -> Vec<(ClusterName, Option<String>)> {
        let clusters = self.visible_clusters().into_iter();
        clusters
            .map(|cluster| {
                let name = cluster.name().clone();
                let mut own = self.caller.namespaces_of(&name).into_iter();
                let only = own.next().filter(|_| own.next().is_none());
                (name, only.map(|namespace| namespace.to_string()))
            })
            .collect()
    }
}

/// The text of the file. `address` is the console's; `current` is the cluster that commands go to by themselves.
pub fn kubeconfig(
    address: &str,
    clusters: &[(ClusterName, Option<String>)],
    current: &ClusterName,
    user: &str,
    token: &str,
) -> String {
    let server = |name: &ClusterName| json!({"name": name.as_str(), "cluster": {"server": format!("{address}/kubernetes/{name}")}});
    let context = |(name, namespace): &(ClusterName, Option<String>)| {
        let mut context = json!({"cluster": name.as_str(), "user": user});
        if let Some(namespace) = namespace {
            context["namespace"] = Value::from(namespace.as_str());
        }
        json!({"name": name.as_str(), "context": context})
    };
    let file = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": clusters.iter().map(|(name, _)| server(name)).collect::<Vec<_>>(),
        "users": [{"name": user, "user": {"token": token}}],
        "contexts": clusters.iter().map(context).collect::<Vec<_>>(),
        "current-context": current.as_str(),
    });
    serde_saphyr::to_string(&file).expect("a JSON tree is always valid YAML")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use kube::config::Kubeconfig;

    #[test]
    fn a_client_reads_what_was_written() {
        let (harbour, lantern) =
            (ClusterName::parse("harbour").unwrap(), ClusterName::parse("lantern").unwrap());
        let clusters = [(harbour.clone(), Some("shop".to_owned())), (lantern, None)];

        let text = kubeconfig("https://console.example", &clusters, &harbour, "ada: #1", "orrery_x");

        let read = Kubeconfig::from_yaml(&text).unwrap();
        assert_eq!(read.current_context.as_deref(), Some("harbour"));
        let server = |index: usize| read.clusters[index].cluster.as_ref().unwrap().server.clone().unwrap();
        assert_eq!(server(0), "https://console.example/kubernetes/harbour");
        assert_eq!(server(1), "https://console.example/kubernetes/lantern");
        let context = |index: usize| read.contexts[index].context.clone().unwrap();
        assert_eq!((context(0).namespace.as_deref(), context(1).namespace), (Some("shop"), None));
        assert_eq!(
            (context(0).user.as_deref(), read.auth_infos[0].name.as_str()),
            (Some("ada: #1"), "ada: #1")
        );
    }
}
