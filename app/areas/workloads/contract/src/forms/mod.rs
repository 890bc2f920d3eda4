//! Every form, as data.

mod access;
mod configuration;
mod gateway;
mod jobs;
mod limits;
mod log_outputs;
mod network;
mod pod;
mod routes;
mod scaling;
mod selectors;
mod storage;
mod storage_classes;
mod workloads;

use crate::field::{Control, Field, Form, Section, Settled};
use crate::rule::Rule;

/// All forms.
pub static ALL: [&Form; 33] = [
    &workloads::DEPLOYMENT,
    &workloads::STATEFUL_SET,
    &workloads::DAEMON_SET,
    &jobs::JOB,
    &jobs::CRON_JOB,
    &network::SERVICE,
    &network::INGRESS,
    &configuration::CONFIG_MAP,
    &configuration::SECRET,
    &storage::CLAIM,
    &scaling::AUTOSCALER,
    &workloads::POD_ALONE,
    &limits::DISRUPTION_BUDGET,
    &limits::NETWORK_POLICY,
    &routes::HTTP_ROUTE,
    &routes::GRPC_ROUTE,
    &routes::TLS_ROUTE,
    &routes::TCP_ROUTE,
    &configuration::SERVICE_ACCOUNT,
    &storage::SNAPSHOT,
    &storage_classes::SNAPSHOT_CLASS,
    &storage_classes::STORAGE_CLASS,
    &limits::RESOURCE_QUOTA,
    &limits::LIMIT_RANGE,
    &scaling::PRIORITY_CLASS,
    &access::ROLE,
    &access::CLUSTER_ROLE,
    &access::ROLE_BINDING,
    &access::CLUSTER_ROLE_BINDING,
    &gateway::GATEWAY,
    &network::INGRESS_CLASS,
    &log_outputs::CLUSTER_OUTPUT,
    &log_outputs::OUTPUT,
];

/// The form of a kind.
pub fn find(slug: &str) -> Option<&'static Form> {
    ALL.into_iter().find(|form| form.slug == slug)
}

/// Whether the version of a kind depends on the cluster, so that the cluster has to be asked before something new begins.
pub fn asks_version(slug: &str) -> bool {
    slug == routes::TLS_ROUTE.slug || slug == routes::TCP_ROUTE.slug
}

/// Whether a kind is a route of the Gateway API.
pub(crate) fn is_route(slug: &str) -> bool {
    [&routes::HTTP_ROUTE, &routes::GRPC_ROUTE, &routes::TLS_ROUTE, &routes::TCP_ROUTE]
        .iter()
        .any(|form| form.slug == slug)
}

const NAME: Field =
    Field::new("metadata/name", "name", Control::Line).rule(Rule::Subdomain).required().fixed();
const LABELS: Field = Field::new("metadata/labels", "labels", Control::Pairs).rule(Rule::Labels);
/// What people call it and say of it, which stands among its annotations; these are those of [`model::called`].
const ALIAS: Field = line("metadata/annotations/kubesphere.io~1alias-name", "alias");
const DESCRIPTION: Field =
    Field::new("metadata/annotations/kubernetes.io~1description", "described-as", Control::Area);
const ANNOTATIONS: Field = Field::new(
    "metadata/annotations",
    "annotations",
    Control::Others(&[model::called::ALIAS, model::called::DESCRIPTION]),
);

/// What every object of a namespace has: who it is.
pub(crate) const METADATA: &[Field] = &[
    NAME,
    Field::new("metadata/namespace", "namespace", Control::Names("namespaces"))
        .rule(Rule::Label)
        .required()
        .fixed(),
    ALIAS,
    DESCRIPTION,
    LABELS,
    ANNOTATIONS,
];

/// What every pod that nothing makes has.
const METADATA_OF_POD: &[Field] =
    &[METADATA[0], METADATA[1], ALIAS, DESCRIPTION, LABELS, ANNOTATIONS, pod::POOLS_OF_ONE];

/// What every object of a cluster has.
pub(crate) const METADATA_OF_CLUSTER: &[Field] = &[NAME, ALIAS, DESCRIPTION, LABELS, ANNOTATIONS];

/// A line of text.
const fn line(path: &'static str, id: &'static str) -> Field {
    Field::new(path, id, Control::Line)
}

/// A whole number that an `int32` of Kubernetes holds, and none below zero.
const fn whole(path: &'static str, id: &'static str) -> Field {
    Field::new(path, id, Control::Number).rule(Rule::Whole(0, i32::MAX as i64))
}

/// An amount such as `500m` or `2Gi`.
const fn quantity(path: &'static str, id: &'static str) -> Field {
    Field::new(path, id, Control::Line).rule(Rule::Quantity)
}

/// A step about the object that the form is for.
const fn section(id: &'static str, base: &'static str, fields: &'static [Field]) -> Section {
    Section { id, object: 0, words: None, base, fields, settled: Settled::No }
}

/// The first step of every form.
pub(crate) const fn basics(fields: &'static [Field]) -> Section {
    section("basics", "", fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_are_those_that_links_offer() {
        let slugs: Vec<&str> = ALL.iter().map(|form| form.slug).collect();

        assert_eq!(slugs, model::link::WITH_FORM);
    }

    #[test]
    fn what_objects_are_called_stands_where_their_pages_read_it() {
        for (field, key) in [(ALIAS, model::called::ALIAS), (DESCRIPTION, model::called::DESCRIPTION)] {
            assert_eq!(field.path, format!("metadata/annotations/{}", key.replace('/', "~1")));
        }
    }
}
