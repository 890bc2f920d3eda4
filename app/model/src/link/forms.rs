//! Forms of objects.

use super::{escape, object};
use crate::{ClusterName, KindSlug, Namespace, ResourceRef};

/// Kinds that have a form.
pub const WITH_FORM: [&str; 33] = [
    "deployments",
    "statefulsets",
    "daemonsets",
    "jobs",
    "cronjobs",
    "services",
    "ingresses",
    "configmaps",
    "secrets",
    "persistentvolumeclaims",
    "horizontalpodautoscalers",
    "pods",
    "poddisruptionbudgets",
    "networkpolicies",
    "httproutes.gateway.networking.k8s.io",
    "grpcroutes.gateway.networking.k8s.io",
    "tlsroutes.gateway.networking.k8s.io",
    "tcproutes.gateway.networking.k8s.io",
    "serviceaccounts",
    "volumesnapshots.snapshot.storage.k8s.io",
    "volumesnapshotclasses.snapshot.storage.k8s.io",
    "storageclasses",
    "resourcequotas",
    "limitranges",
    "priorityclasses",
    "roles",
    "clusterroles",
    "rolebindings",
    "clusterrolebindings",
    "gateways.gateway.networking.k8s.io",
    "ingressclasses",
    "clusteroutputs.fluentbit.fluent.io",
    "outputs.fluentbit.fluent.io",
];

/// What is edited as text alone: of a pod hardly anything can change.
const EDITED_AS_TEXT: &str = "pods";

/// Whether somebody wrote a form for a kind.
pub fn has_form(kind: &KindSlug) -> bool {
    WITH_FORM.contains(&kind.as_str())
}

/// The form for a new object of a kind, if there is one: written for it, or made from its definition where that describes
/// its fields.
pub fn new_form(
    cluster: &ClusterName,
    kind: &KindSlug,
    namespace: Option<&Namespace>,
    is_described: bool,
) -> Option<String> {
    let question = namespace.map(|namespace| format!("?namespace={namespace}")).unwrap_or_default();
    (is_described || has_form(kind)).then(|| format!("/clusters/{cluster}/new/{kind}{question}"))
}

/// The same with places of the form filled in.
pub fn filled_form<'f>(
    cluster: &ClusterName,
    kind: &KindSlug,
    namespace: Option<&Namespace>,
    filled: impl IntoIterator<Item = (&'f str, &'f str)>,
) -> Option<String> {
    let mut address = new_form(cluster, kind, namespace, false)?;
    for (place, value) in filled {
        let sign = if address.contains('?') { '&' } else { '?' };
        address.push_str(&format!("{sign}{FILLED}{}={}", escape(place), escape(value)));
    }
    Some(address)
}

/// Before a place, in addresses of forms that have something filled in.
pub const FILLED: &str = "fill.";

/// The form of an object that exists, if there is one: written for its kind, or made from its definition.
pub fn edit_form(resource: &ResourceRef, is_described: bool) -> Option<String> {
    let kind = resource.kind.as_str();
    ((is_described || has_form(&resource.kind)) && kind != EDITED_AS_TEXT)
        .then(|| format!("{}/form", object(resource)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::ObjectName;

    #[test]
    fn a_kind_has_the_form_that_somebody_wrote_or_that_its_definition_gives() {
        let cluster = ClusterName::parse("harbour").unwrap();
        let shop = Namespace::parse("shop").unwrap();
        let kind = |slug: &str| KindSlug::parse(slug).unwrap();
        let orchards = kind("orchards.growers.example");

        assert!(new_form(&cluster, &kind("deployments"), None, false).is_some());
        assert_eq!(new_form(&cluster, &orchards, None, false), None);
        let form = new_form(&cluster, &orchards, Some(&shop), true);
        assert_eq!(form.as_deref(), Some("/clusters/harbour/new/orchards.growers.example?namespace=shop"));
        let name = ObjectName::parse("south").unwrap();
        let south = ResourceRef { cluster, kind: orchards, namespace: Some(shop), name };
        assert_eq!(edit_form(&south, false), None);
        assert_eq!(edit_form(&south, true), Some(format!("{}/form", object(&south))));
        assert_eq!(edit_form(&ResourceRef { kind: kind("pods"), ..south.clone() }, false), None);
        assert!(edit_form(&ResourceRef { kind: kind("secrets"), ..south }, false).is_some());
    }
}
