//! What is made for an object: a form of another kind, with what follows from the object filled in.

use crate::surroundings::{PageAction, Surroundings};
use crate::words::{text, text_of, text_with};
use model::{KindSlug, ResourceRef, link};
use resources_contract::{CopyHindrance, CopyHindrances, ObjectView};

/// Something to make for objects of a kind.
struct FromThis {
    /// The kind of the object.
    of: &'static str,
    /// Its id, in text keys.
    id: &'static str,
    /// The kind of what is made.
    makes: &'static str,
    /// What is filled in: places of the form, and what stands there. `NAME` and `NAMESPACE` are the object's.
    filled: &'static [(&'static str, &'static str)],
}

const ALL: [FromThis; 9] = [
    FromThis {
        of: "persistentvolumeclaims",
        id: "snapshot",
        makes: "volumesnapshots.snapshot.storage.k8s.io",
        filled: &[("spec/source/persistentVolumeClaimName", "NAME")],
    },
    FromThis {
        of: "persistentvolumeclaims",
        id: "clone",
        makes: "persistentvolumeclaims",
        filled: &[("spec/dataSource/kind", "PersistentVolumeClaim"), ("spec/dataSource/name", "NAME")],
    },
    FromThis {
        of: "volumesnapshots.snapshot.storage.k8s.io",
        id: "restore",
        makes: "persistentvolumeclaims",
        filled: &[
            ("spec/dataSource/kind", "VolumeSnapshot"),
            ("spec/dataSource/name", "NAME"),
            ("spec/dataSource/apiGroup", "snapshot.storage.k8s.io"),
        ],
    },
    FromThis {
        of: "storageclasses",
        id: "claim",
        makes: "persistentvolumeclaims",
        filled: &[("spec/storageClassName", "NAME")],
    },
    FromThis {
        of: "deployments",
        id: "autoscaler",
        makes: "horizontalpodautoscalers",
        filled: &[("spec/scaleTargetRef/kind", "Deployment"), ("spec/scaleTargetRef/name", "NAME")],
    },
    FromThis {
        of: "statefulsets",
        id: "autoscaler",
        makes: "horizontalpodautoscalers",
        filled: &[("spec/scaleTargetRef/kind", "StatefulSet"), ("spec/scaleTargetRef/name", "NAME")],
    },
    FromThis {
        of: "services",
        id: "ingress",
        makes: "ingresses",
        filled: &[("spec/rules/0/http/paths/0/backend/service/name", "NAME")],
    },
    FromThis {
        of: "services",
        id: "route",
        makes: "httproutes.gateway.networking.k8s.io",
        filled: &[("spec/rules/0/backendRefs/0/name", "NAME")],
    },
    FromThis {
        of: "gateways.gateway.networking.k8s.io",
        id: "route",
        makes: "httproutes.gateway.networking.k8s.io",
        filled: &[("spec/parentRefs/0/name", "NAME"), ("spec/parentRefs/0/namespace", "NAMESPACE")],
    },
];

/// What the reader may make for an object, and why it would come to nothing, where it would.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offered {
    pub action: PageAction,
    pub hindered: Option<String>,
}

/// What the reader may make for an object, where the cluster has the kind.
pub(super) fn offered(object: &ObjectView, surroundings: Surroundings) -> Vec<Offered> {
    let resource = &object.resource;
    let for_it = ALL.iter().filter(|each| each.of == resource.kind.as_str());
    let made = for_it.filter_map(|each| {
        let kind = KindSlug::parse(each.makes).ok()?;
        surroundings.find(&kind).filter(|facts| facts.creatable)?;
        let action = PageAction { title: text_of("from", each.id), href: address(each, &kind, resource)? };
        Some(Offered { action, hindered: hindrance(each.id, &object.copying).map(said) })
    });
    made.collect()
}

fn hindrance<'o>(id: &str, copying: &'o CopyHindrances) -> Option<&'o CopyHindrance> {
    match id {
        "snapshot" => copying.snapshot.as_ref(),
        "clone" => copying.clone.as_ref(),
        _ => None,
    }
}

fn said(hindrance: &CopyHindrance) -> String {
    match hindrance {
        CopyHindrance::NotByDriver => text("hindered.volume").to_owned(),
        CopyHindrance::NoDriver { provisioner } => text_with("hindered.driver", &[("name", provisioner)]),
        CopyHindrance::NoSnapshotClass { driver } => {
            text_with("hindered.snapshot-class", &[("driver", driver)])
        }
    }
}

fn address(each: &FromThis, kind: &KindSlug, resource: &ResourceRef) -> Option<String> {
    let namespace = resource.namespace.as_ref().map(ToString::to_string).unwrap_or_default();
    let filled = each.filled.iter().map(|(place, value)| {
        let value = match *value {
            "NAME" => resource.name.as_str(),
            "NAMESPACE" => &namespace,
            value => value,
        };
        (*place, value)
    });
    link::filled_form(&resource.cluster, kind, resource.namespace.as_ref(), filled)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::{ClusterName, Namespace, ObjectName};

    #[test]
    fn a_form_is_opened_with_what_follows_from_the_object() {
        let claim = ResourceRef {
            cluster: ClusterName::parse("harbour").unwrap(),
            kind: KindSlug::parse("persistentvolumeclaims").unwrap(),
            namespace: Some(Namespace::parse("shop").unwrap()),
            name: ObjectName::parse("data-0").unwrap(),
        };
        let of_claims: Vec<String> = ALL
            .iter()
            .filter(|each| each.of == "persistentvolumeclaims")
            .filter_map(|each| address(each, &KindSlug::parse(each.makes).unwrap(), &claim))
            .collect();

        assert_eq!(
            of_claims,
            [
                "/clusters/harbour/new/volumesnapshots.snapshot.storage.k8s.io?namespace=shop\
             &fill.spec%2Fsource%2FpersistentVolumeClaimName=data-0",
                "/clusters/harbour/new/persistentvolumeclaims?namespace=shop\
             &fill.spec%2FdataSource%2Fkind=PersistentVolumeClaim&fill.spec%2FdataSource%2Fname=data-0",
            ]
        );
    }
}
