//! Devices that pods ask for by claim.

use super::shared::{owner, refers, terminating};
use crate::column::{age, cluster_wide, count, function, list, status, text};
use crate::said::say;
use crate::{Health, Kind, Menu, Object};
use model::Level;

const GROUP: &str = "resource.k8s.io";

pub(super) fn device_classes() -> Kind {
    Kind {
        rare: true,
        namespaced: false,
        columns: vec![
            list("selectors", "/spec/selectors/*/cel/expression"),
            count("configurations", "/spec/config/*"),
            age(),
        ],
        ..Kind::plain(GROUP, "v1", "DeviceClass", "deviceclasses")
    }
}

pub(super) fn resource_claims() -> Kind {
    Kind {
        rare: true,
        menu: Menu::Workloads,
        status: Some(claim_status),
        columns: vec![
            status(),
            list("classes", "/spec/devices/requests/*/exactly/deviceClassName"),
            list("devices", "/status/allocation/devices/results/*/device"),
            list("reserved_for", "/status/reservedFor/*/name"),
            function("owner", owner),
            age(),
        ],
        relations: vec![refers("deviceclasses", "/spec/devices/requests/*/exactly/deviceClassName")],
        ..Kind::plain(GROUP, "v1", "ResourceClaim", "resourceclaims")
    }
}

fn claim_status(claim: &Object<'_>) -> Health {
    terminating(claim).unwrap_or_else(|| {
        let allocated = claim.at("/status/allocation").is_some();
        match (allocated, claim.items_at("/status/reservedFor").is_empty()) {
            (false, _) => Health::new(Level::Progressing, "Pending").because(say("reason.device.none")),
            (true, true) => Health::new(Level::Healthy, "Allocated"),
            (true, false) => Health::new(Level::Healthy, "Allocated,Reserved"),
        }
    })
}

pub(super) fn resource_claim_templates() -> Kind {
    Kind {
        rare: true,
        menu: Menu::Workloads,
        columns: vec![list("classes", "/spec/spec/devices/requests/*/exactly/deviceClassName"), age()],
        relations: vec![refers("deviceclasses", "/spec/spec/devices/requests/*/exactly/deviceClassName")],
        ..Kind::plain(GROUP, "v1", "ResourceClaimTemplate", "resourceclaimtemplates")
    }
}

pub(super) fn resource_slices() -> Kind {
    Kind {
        rare: true,
        namespaced: false,
        columns: vec![
            text("driver", "/spec/driver"),
            cluster_wide("node", "nodes", "/spec/nodeName"),
            text("pool", "/spec/pool/name"),
            count("device_count", "/spec/devices/*"),
            age(),
        ],
        relations: vec![refers("nodes", "/spec/nodeName")],
        ..Kind::plain(GROUP, "v1", "ResourceSlice", "resourceslices")
    }
}
