//! What a caller may see of what was measured: namespaces, each since it was made.

use crate::layout::Layout;
use crate::promql::{Forced, Wanted};
use crate::reads::ReadMetrics;
use access::{Granted, Scope};
use kubernetes::Cluster;
use model::{ConsoleError, Namespace};
use std::collections::{BTreeMap, BTreeSet};

/// What a caller may see.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Seen {
    /// Everything, of whoever it was.
    All,
    /// These namespaces, each since a moment in seconds since 1970: what had the name before may have been somebody else's.
    Namespaces(BTreeMap<Namespace, i64>),
}

/// What a grant shows: of namespaces nothing that another one of the same name left, except to who may see the whole cluster.
/// Where it cannot be known since when they are there, nothing is shown.
pub(crate) async fn seen_of(cluster: &Cluster, granted: &Granted<ReadMetrics>) -> Result<Seen, ConsoleError> {
    if *granted.scope() == Scope::All || granted.is_cluster_wide() {
        return Ok(Seen::ever(granted.scope()));
    }
    Ok(Seen::since(granted.scope(), &*cluster.births().await?))
}

impl Seen {
    /// What the scope of a grant shows of namespaces that were made at these moments, in milliseconds since 1970. A name
    /// that is not there is nobody's.
    pub fn since(scope: &Scope, births: &BTreeMap<Namespace, i64>) -> Self {
        let born = |name: &Namespace| Some((name.clone(), births.get(name)?.div_euclid(1000)));
        match scope {
            Scope::All => Self::All,
            Scope::Namespaces(names) | Scope::NamespaceObjects(names) => {
                Self::Namespaces(names.iter().filter_map(born).collect())
            }
        }
    }

    /// What a scope shows to who may see the whole cluster, and so what there was before too.
    pub fn ever(scope: &Scope) -> Self {
        match scope {
            Scope::All => Self::All,
            Scope::Namespaces(names) | Scope::NamespaceObjects(names) => {
                Self::Namespaces(names.iter().map(|name| (name.clone(), i64::MIN)).collect())
            }
        }
    }

    /// A namespace alone, as far as it is seen.
    #[must_use]
    pub fn only(&self, namespace: &Namespace) -> Self {
        let since = match self {
            Self::All => Some(i64::MIN),
            Self::Namespaces(names) => names.get(namespace).copied(),
        };
        Self::Namespaces(since.map(|since| (namespace.clone(), since)).into_iter().collect())
    }

    /// Some namespaces, as far as they are seen.
    #[must_use]
    pub fn among(&self, namespaces: &BTreeSet<Namespace>) -> Self {
        match self {
            Self::All => Self::Namespaces(namespaces.iter().map(|name| (name.clone(), i64::MIN)).collect()),
            Self::Namespaces(names) => {
                let seen = names.iter().filter(|(name, _)| namespaces.contains(*name));
                Self::Namespaces(seen.map(|(name, since)| (name.clone(), *since)).collect())
            }
        }
    }

    /// What is seen since this moment or longer, and what only since later.
    pub fn split(&self, moment: i64) -> (Self, Self) {
        match self {
            Self::All => (Self::All, Self::Namespaces(BTreeMap::new())),
            Self::Namespaces(names) => {
                let (old, young) = names.clone().into_iter().partition(|(_, since)| *since <= moment);
                (Self::Namespaces(old), Self::Namespaces(young))
            }
        }
    }

    /// Whether nothing is seen.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Namespaces(names) if names.is_empty())
    }

    /// Whether something of a namespace and a moment is seen; of no moment when nobody knows it.
    pub fn admits(&self, namespace: &str, at: Option<i64>) -> bool {
        match self {
            Self::All => true,
            Self::Namespaces(names) => names
                .iter()
                .any(|(name, since)| name.as_str() == namespace && *since <= at.unwrap_or(i64::MIN)),
        }
    }

    /// Since when the youngest namespace is seen.
    pub fn youngest(&self) -> i64 {
        match self {
            Self::All => i64::MIN,
            Self::Namespaces(names) => names.values().copied().max().unwrap_or(i64::MIN),
        }
    }

    /// The namespaces, for people; `None` for all.
    pub fn names(&self) -> Option<Vec<String>> {
        match self {
            Self::All => None,
            Self::Namespaces(names) => Some(names.keys().map(ToString::to_string).collect()),
        }
    }

    /// What it forces on a selector that names this metric, whenever that is read.
    pub fn forced(&self, layout: &Layout, metric: Option<&str>) -> Vec<Forced> {
        let names = self.names().into_iter();
        names
            .map(|names| Forced {
                label: layout.namespace_label(metric).to_owned(),
                wanted: Wanted::AnyOf(names),
            })
            .collect()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn name(text: &str) -> Namespace {
        Namespace::parse(text).unwrap()
    }

    fn scope() -> Scope {
        Scope::Namespaces([name("shop"), name("gone")].into())
    }

    #[test]
    fn of_a_workspace_no_more_is_seen_than_of_its_projects_one_by_one() {
        let seen = Seen::since(&scope(), &[(name("shop"), 100_500)].into());
        let (own, others) = ([name("shop"), name("bank")].into(), [name("bank")].into());

        assert_eq!(seen.among(&own), Seen::Namespaces([(name("shop"), 100)].into()));
        assert!(seen.among(&others).is_nothing());
        assert_eq!(Seen::All.among(&others).names(), Some(vec!["bank".to_owned()]));
    }

    #[test]
    fn what_a_name_held_before_is_nobodys() {
        let seen = Seen::since(&scope(), &[(name("shop"), 100_500), (name("blog"), 1)].into());

        assert_eq!(seen.names(), Some(vec!["shop".to_owned()]));
        assert!(seen.admits("shop", Some(100)) && !seen.admits("shop", Some(99)));
        assert!(
            !seen.admits("shop", None) && !seen.admits("gone", Some(500)) && !seen.admits("blog", Some(500))
        );
    }

    #[test]
    fn who_may_see_the_whole_cluster_sees_what_a_name_held_before() {
        let seen = Seen::ever(&scope());

        assert_eq!(seen.names().unwrap().len(), 2);
        assert!(seen.admits("gone", Some(0)) && seen.admits("shop", None) && !seen.admits("blog", Some(0)));
        assert_eq!(Seen::All.only(&name("shop")), Seen::Namespaces([(name("shop"), i64::MIN)].into()));
    }

    #[test]
    fn old_and_young_are_told_apart() {
        let seen = Seen::Namespaces([(name("blog"), 10), (name("shop"), 20)].into());

        let (old, young) = seen.split(10);

        assert_eq!((old, young), (seen.only(&name("blog")), seen.only(&name("shop"))));
        assert_eq!(seen.youngest(), 20);
        assert!(Seen::All.split(0).1.is_nothing() && seen.only(&name("bank")).is_nothing());
    }
}
