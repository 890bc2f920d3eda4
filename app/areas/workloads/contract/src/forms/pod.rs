//! The pod: containers, volumes, where it runs.

mod container;
mod mounts;
mod placement;
mod profiles;
mod volumes;

use super::section;
use crate::field::{Control, Field, Section};
use crate::rule::Rule;

/// The steps about a pod whose spec is there: its containers, its volumes, and where it runs.
pub const fn sections(base: &'static str) -> [Section; 3] {
    [
        section("containers", base, container::CONTAINERS),
        section("volumes", base, volumes::VOLUMES),
        section("placement", base, placement::PLACEMENT),
    ]
}

/// The labels of the pods that something makes, beside its own.
pub const LABELS: Field =
    Field::new("template/metadata/labels", "pod-labels", Control::Pairs).rule(Rule::Labels);

/// The annotations of the pods that something makes, beside its own.
pub const ANNOTATIONS: Field = Field::new("template/metadata/annotations", "pod-annotations", Control::Pairs);

/// From which of Calico's pools they take their addresses.
pub const POOLS: Field = Field::new(
    "template/metadata/annotations/cni.projectcalico.org~1ipv4pools",
    "address-pools",
    Control::AddressPools,
);

/// The same of a pod that nothing makes.
pub const POOLS_OF_ONE: Field = Field::new(
    "metadata/annotations/cni.projectcalico.org~1ipv4pools",
    "address-pools",
    Control::AddressPools,
)
.fixed();

/// Whether a pod starts although what is named is not there.
const OPTIONAL: Field = Field::new("optional", "optional", Control::Toggle);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ADDRESS_POOLS;

    #[test]
    fn pools_are_read_where_they_are_written() {
        let key = ADDRESS_POOLS.replace('/', "~1");

        assert_eq!(POOLS.path, format!("template/metadata/annotations/{key}"));
        assert_eq!(POOLS_OF_ONE.path, format!("metadata/annotations/{key}"));
    }
}
