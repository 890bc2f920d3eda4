//! Every form, as data.

mod configuration;
mod network;
mod pod;
mod storage;
mod workloads;

use crate::field::{Control, Field, Form, Section};
use crate::rule::Rule;

/// All forms.
pub static ALL: [&Form; 11] = [
    &workloads::DEPLOYMENT,
    &workloads::STATEFUL_SET,
    &workloads::DAEMON_SET,
    &workloads::JOB,
    &workloads::CRON_JOB,
    &network::SERVICE,
    &network::INGRESS,
    &configuration::CONFIG_MAP,
    &configuration::SECRET,
    &storage::CLAIM,
    &workloads::AUTOSCALER,
];

/// The form of a kind.
pub fn find(slug: &str) -> Option<&'static Form> {
    ALL.into_iter().find(|form| form.slug == slug)
}

/// What every object has: who it is.
const METADATA: &[Field] = &[
    Field::new("metadata/name", "name", Control::Line).rule(Rule::Subdomain).required().fixed(),
    Field::new("metadata/namespace", "namespace", Control::Names("namespaces"))
        .rule(Rule::Label)
        .required()
        .fixed(),
    Field::new("metadata/labels", "labels", Control::Pairs).rule(Rule::Labels),
    Field::new("metadata/annotations", "annotations", Control::Pairs),
];

/// The first step of every form.
const fn basics(fields: &'static [Field]) -> Section {
    Section { id: "basics", object: 0, base: "", fields }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_are_those_that_links_offer() {
        let slugs: Vec<&str> = ALL.iter().map(|form| form.slug).collect();

        assert_eq!(slugs, model::link::WITH_FORM);
    }
}
