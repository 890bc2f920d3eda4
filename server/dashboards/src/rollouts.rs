//! Rollouts that a dashboard marks: `rollouts: namespace:shop workload:web`, each with a name or a variable behind it.

use crate::ForCaller;
use crate::records::Chosen;
use database::dashboards::Dashboard;
use futures::future::join_all;
use kubernetes::RolloutsOf;
use model::{ClusterName, ConsoleError, Namespace, ObjectName};
use monitoring_contract::{DashboardView, NAMESPACE_VARIABLE, Plan, ShownAnnotation, Variable};

/// Whose rollouts are meant, as it is written.
#[derive(Debug, Default, PartialEq, Eq)]
struct Whose<'t> {
    namespace: Option<&'t str>,
    workload: Option<&'t str>,
}

impl<'t> Whose<'t> {
    fn read(text: &'t str) -> Result<Self, String> {
        let mut whose = Self::default();
        for word in text.split_whitespace() {
            let (field, value) = word.split_once(':').unwrap_or((word, ""));
            let place = match field {
                "namespace" => &mut whose.namespace,
                "workload" => &mut whose.workload,
                _ => {
                    return Err(format!("{word:?} says nothing about rollouts: namespace: and workload: do"));
                }
            };
            if value.is_empty() || place.replace(value).is_some() {
                return Err(format!("{field}: has one name behind it"));
            }
        }
        Ok(whose)
    }

    /// The same with what is chosen for its variables. Nothing where that is no name, so that nothing can be called so.
    fn choose(&self, kept: &Dashboard, chosen: &Chosen) -> Option<RolloutsOf> {
        let namespace = match &kept.namespace {
            // A dashboard of a project shows that project alone.
            Some(own) => Some(own.clone()),
            None => {
                let name = self.namespace.and_then(|value| choice(value, chosen));
                name.map(|name| Namespace::parse(&name)).transpose().ok()?
            }
        };
        let name = self.workload.and_then(|value| choice(value, chosen));
        Some(RolloutsOf { namespace, kind: None, name })
    }
}

/// What a word means: itself, or what is chosen for the variable that it names, if anything is.
fn choice(value: &str, chosen: &Chosen) -> Option<String> {
    match value.strip_prefix('$') {
        Some(name) => chosen.get(name).cloned().flatten(),
        None => Some(value.to_owned()),
    }
}

/// Why what is written cannot stand in a dashboard with these variables, if it cannot.
pub(crate) fn fault(text: &str, variables: &[Variable]) -> Option<String> {
    let Whose { namespace, workload } = match Whose::read(text) {
        Ok(whose) => whose,
        Err(words) => return Some(words),
    };
    let is_known =
        |name: &str| name == NAMESPACE_VARIABLE || variables.iter().any(|variable| variable.name == name);
    for (value, is_namespace) in [(namespace, true), (workload, false)] {
        let Some(value) = value else { continue };
        let is_name = || match is_namespace {
            true => Namespace::parse(value).is_ok(),
            false => ObjectName::parse(value).is_ok(),
        };
        match value.strip_prefix('$') {
            Some(name) if !is_known(name) => return Some(format!("there is no variable ${name}")),
            None if !is_name() => return Some(format!("nothing can be called {value:?}")),
            Some(_) | None => {}
        }
    }
    None
}

impl ForCaller {
    /// Marks what was rolled out, as its reader may see it.
    pub(crate) async fn mark_rollouts(
        &self,
        kept: &Dashboard,
        plan: &Plan,
        chosen: &Chosen,
        view: &mut DashboardView,
    ) {
        let frame = view.frame;
        let annotations = plan.annotations.iter().zip(&mut view.annotations);
        let annotations = annotations.filter_map(|(plan, shown)| Some((plan.rollouts()?, shown)));
        let marked = annotations.map(async |(text, shown)| {
            let Some(of) = Whose::read(text).ok().and_then(|whose| whose.choose(kept, chosen)) else {
                return;
            };
            let found = self.prometheus.rollouts(&kept.cluster, &of, frame, &shown.name).await;
            *shown = found.unwrap_or_else(|| unseen(&kept.cluster, &shown.name));
        });
        join_all(marked).await;
    }
}

/// That the reader may see no revisions is not that there were no rollouts.
fn unseen(cluster: &ClusterName, name: &str) -> ShownAnnotation {
    let problem = Some(ConsoleError::missing(format!("revisions of workloads in {cluster}")));
    ShownAnnotation { name: name.to_owned(), marks: Vec::new(), left_out: 0, problem }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn chosen(namespace: Option<&str>) -> Chosen {
        BTreeMap::from([(NAMESPACE_VARIABLE.to_owned(), namespace.map(str::to_owned))])
    }

    fn dashboard(namespace: Option<&str>) -> Dashboard {
        Dashboard {
            id: uuid::Uuid::nil(),
            cluster: ClusterName::parse("harbour").unwrap(),
            namespace: namespace.map(|name| Namespace::parse(name).unwrap()),
            name: "Shop".into(),
            document: String::new(),
            version: 1,
            changed_by: "ada".into(),
            changed_at: 0,
        }
    }

    #[test]
    fn whose_rollouts_are_marked_is_written_with_names_and_variables() {
        let of = |text: &str, own: Option<&str>, choice: Option<&str>| {
            let of = Whose::read(text).unwrap().choose(&dashboard(own), &chosen(choice))?;
            Some((of.namespace.map(|namespace| namespace.to_string()), of.name))
        };
        let both = |namespace: Option<&str>, name: Option<&str>| {
            Some((namespace.map(str::to_owned), name.map(str::to_owned)))
        };

        assert_eq!(of("", None, None), both(None, None));
        assert_eq!(of("namespace:$namespace workload:web", None, None), both(None, Some("web")));
        assert_eq!(of("namespace:$namespace", None, Some("shop")), both(Some("shop"), None));
        assert_eq!(of("namespace:$namespace", None, Some("Not a name")), None);
        assert_eq!(of("namespace:blog", Some("shop"), None), both(Some("shop"), None), "its own alone");
    }

    #[test]
    fn what_says_nothing_about_rollouts_is_refused() {
        let side = Variable {
            name: "side".into(),
            selector: String::new(),
            label: String::new(),
            values: vec!["web".into()],
        };
        let fault = |text: &str| fault(text, std::slice::from_ref(&side));

        for text in ["", "namespace:shop", "namespace:$namespace workload:$side"] {
            assert_eq!(fault(text), None, "{text}");
        }
        for text in
            ["shop", "pod:web-0", "namespace:", "namespace:a namespace:b", "namespace:A_b", "workload:$other"]
        {
            assert!(fault(text).is_some(), "{text}");
        }
    }
}
