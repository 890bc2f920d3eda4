//! The built-in kinds, by subject.

mod access;
mod add_ons;
mod calico;
mod cluster;
mod configuration;
mod devices;
mod extension;
mod gateway;
mod jobs;
mod nodes;
mod pod_status;
mod pods;
mod replica_status;
mod scaling;
mod services;
mod shared;
mod storage;
mod workloads;

use crate::Kind;

pub(crate) use cluster::{event_count, last_seen};
pub(crate) use configuration::quota_limits;
pub(crate) use nodes::PRESSURES;
pub(crate) use pod_status::{is_sidecar, without_preemption};
pub(crate) use shared::{condition_state, sentence};

/// All built-in kinds, in the order of the navigation.
pub(crate) fn kinds() -> Vec<Kind> {
    let mut kinds = vec![
        nodes::nodes(),
        cluster::namespaces(),
        cluster::events(),
        workloads::deployments(),
        workloads::stateful_sets(),
        workloads::daemon_sets(),
        pods::pods(),
        jobs::jobs(),
        jobs::cron_jobs(),
        workloads::replica_sets(),
        workloads::replication_controllers(),
        scaling::horizontal_pod_autoscalers(),
        scaling::pod_disruption_budgets(),
        devices::resource_claims(),
        devices::resource_claim_templates(),
        workloads::controller_revisions(),
        workloads::pod_templates(),
        services::services(),
        services::ingresses(),
        gateway::gateways(),
        gateway::http_routes(),
        gateway::grpc_routes(),
        services::network_policies(),
        services::endpoint_slices(),
        services::endpoints_objects(),
        services::ingress_classes(),
        gateway::gateway_classes(),
        gateway::reference_grants(),
        services::service_cidrs(),
        services::ip_addresses(),
        configuration::config_maps(),
        configuration::secrets(),
        configuration::resource_quotas(),
        configuration::limit_ranges(),
        storage::persistent_volume_claims(),
        storage::persistent_volumes(),
        storage::storage_classes(),
        storage::volume_snapshots(),
        storage::volume_snapshot_contents(),
        storage::volume_snapshot_classes(),
        storage::volume_attachments(),
        storage::volume_attributes_classes(),
        storage::csi_drivers(),
        storage::csi_nodes(),
        storage::csi_storage_capacities(),
        access::service_accounts(),
        access::roles(),
        access::role_bindings(),
        access::cluster_roles(),
        access::cluster_role_bindings(),
        access::certificate_requests(),
        cluster::priority_classes(),
        cluster::runtime_classes(),
        cluster::leases(),
        devices::device_classes(),
        devices::resource_slices(),
        extension::mutating_webhooks(),
        extension::validating_webhooks(),
        extension::admission_policies(),
        extension::admission_policy_bindings(),
        extension::flow_schemas(),
        extension::priority_levels(),
        extension::custom_resource_definitions(),
        extension::api_services(),
    ];
    kinds.extend(calico::kinds());
    kinds.extend(add_ons::kinds());
    // Stable: within a group the order above holds.
    kinds.sort_by_key(|kind| kind.menu);
    kinds
}
