//! What the limit ranges of a namespace allow, and what of a draft they would refuse.

mod refused;

use crate::Form;
use leptos::prelude::*;
use model::{ClusterName, ConsoleError, Namespace};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// What a limit range is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LimitOf {
    /// Each container.
    Container,
    /// All containers of a pod together.
    Pod,
    /// Each claim for a volume.
    PersistentVolumeClaim,
}

/// What a limit range of a namespace says of one resource. Amounts are quantities; what it does not say is `None`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitLine {
    /// The limit range.
    pub range: String,
    /// What it is about.
    pub of: LimitOf,
    /// The resource, such as `cpu`.
    pub resource: String,
    /// The request of a container that says none.
    pub default_request: Option<String>,
    /// The limit of a container that says none.
    pub default_limit: Option<String>,
    /// The least that may be asked for.
    pub least: Option<String>,
    /// The most that may be asked for.
    pub most: Option<String>,
    /// How many times its request a limit may be.
    pub most_ratio: Option<String>,
}

/// What the limit ranges of a namespace say.
#[server(endpoint = "workloads/limits", input = Json)]
pub async fn read_limits(
    /// The cluster.
    cluster: ClusterName,
    /// The namespace.
    namespace: Namespace,
) -> Result<Vec<LimitLine>, ConsoleError> {
    model::port::<dyn crate::Wizards>()?.limits(cluster, namespace).await
}

impl Form {
    /// Whether limit ranges are about what it makes: pods, or claims.
    pub fn is_limited(&self) -> bool {
        self.template.is_some() || self.slug == "persistentvolumeclaims"
    }
}

/// A place of a form at which an amount is asked for that limit ranges are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limited {
    of: LimitOf,
    is_limit: bool,
    resource: String,
}

/// What is said of a field: the limit range, what holds where nothing is filled in, the least, the most, and how far limits
/// may be from requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitHint {
    /// The limit range.
    pub range: String,
    /// What holds where nothing is filled in.
    pub usual: Option<String>,
    /// The least that may be filled in.
    pub least: Option<String>,
    /// The most that may be filled in.
    pub most: Option<String>,
    /// How many times the request the limit may be.
    pub most_ratio: Option<String>,
}

impl Limited {
    /// What is asked for at a path such as `spec/containers/0/resources/limits/cpu`; `None` for every other path.
    pub fn at(path: &str) -> Option<Self> {
        let (around, asked) = path.rsplit_once("resources/")?;
        let (side, resource) = asked.split_once('/')?;
        let is_limit = match side {
            "requests" => false,
            "limits" => true,
            _ => return None,
        };
        let of = match resource {
            "storage" => LimitOf::PersistentVolumeClaim,
            _ if around.contains("ontainers/") => LimitOf::Container,
            _ => return None,
        };
        Some(Self { of, is_limit, resource: resource.to_owned() })
    }

    /// What it is asked for.
    pub fn of(&self) -> LimitOf {
        self.of
    }

    /// The resource, such as `cpu`.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// What limit ranges say of it.
    pub fn hints(&self, limits: &[LimitLine]) -> Vec<LimitHint> {
        let about = limits.iter().filter(|line| line.of == self.of && line.resource == self.resource);
        let hint = |line: &LimitLine| LimitHint {
            range: line.range.clone(),
            usual: if self.is_limit { line.default_limit.clone() } else { line.default_request.clone() },
            least: line.least.clone(),
            most: line.most.clone(),
            most_ratio: line.most_ratio.clone(),
        };
        let says_something = |hint: &LimitHint| {
            [&hint.usual, &hint.least, &hint.most, &hint.most_ratio].iter().any(|one| one.is_some())
        };
        about.map(hint).filter(says_something).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn line(of: LimitOf, resource: &str) -> LimitLine {
        LimitLine {
            range: "usual".into(),
            of,
            resource: resource.into(),
            default_request: None,
            default_limit: None,
            least: None,
            most: None,
            most_ratio: None,
        }
    }

    #[test]
    fn a_field_is_told_what_holds_for_it() {
        let text = |text: &str| Some(text.to_owned());
        let cpu = LimitLine {
            default_request: text("100m"),
            default_limit: text("500m"),
            most: text("2"),
            ..line(LimitOf::Container, "cpu")
        };
        let gpu = LimitLine { most_ratio: text("1"), ..line(LimitOf::Container, "nvidia.com/gpu") };
        let storage = LimitLine { least: text("1Gi"), ..line(LimitOf::PersistentVolumeClaim, "storage") };
        let limits = [cpu, gpu, storage, line(LimitOf::Container, "memory"), line(LimitOf::Pod, "cpu")];
        let hints = |path: &str| Limited::at(path).map(|limited| limited.hints(&limits)).unwrap_or_default();
        let usual = |path: &str| hints(path).into_iter().map(|hint| hint.usual).collect::<Vec<_>>();

        assert_eq!(usual("spec/template/spec/containers/0/resources/requests/cpu"), [text("100m")]);
        assert_eq!(usual("spec/initContainers/1/resources/limits/cpu"), [text("500m")]);
        assert_eq!(hints("spec/containers/0/resources/requests/nvidia.com/gpu")[0].most_ratio, text("1"));
        assert_eq!(hints("spec/resources/requests/storage")[0].least, text("1Gi"));
        assert_eq!(hints("spec/volumeClaimTemplates/0/spec/resources/requests/storage").len(), 1);
        assert_eq!(hints("spec/containers/0/resources/limits/memory"), [], "of which nothing is said");
        assert_eq!(Limited::at("spec/containers/0/resources/limits"), None);
        assert_eq!(Limited::at("spec/hard/requests.cpu"), None);
    }
}
