//! Writes the schemas of the built-in kinds, as the `k8s-openapi` crate knows them, into one file.

use std::path::PathBuf;
use std::{env, fs};

use k8s_openapi::api::{
    admissionregistration, apps, authentication, authorization, autoscaling, batch, certificates,
    coordination, core, discovery, events, flowcontrol, networking, node, policy, rbac, scheduling, storage,
};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions;
use k8s_openapi::kube_aggregator::pkg::apis::apiregistration;
use k8s_openapi::schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

macro_rules! schemas {
    ($generator:ident: $($kind:ty),* $(,)?) => { $($generator.subschema_for::<$kind>();)* };
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    look_for_kubectl();
    let mut generator = SchemaGenerator::default();
    add_everyday_kinds(&mut generator);
    add_governing_kinds(&mut generator);
    let schemas: Map<String, Value> = generator
        .take_definitions(true)
        .into_iter()
        .map(|(name, schema)| (name.clone(), written(&name, schema)))
        .collect();
    let file = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("schemas.json");
    let json = serde_json::to_vec(&schemas).expect("schemas are plain JSON");
    fs::write(&file, json).expect("OUT_DIR can be written to");
}

/// Lets the conformance tests know whether there is a kubectl to run.
fn look_for_kubectl() {
    println!("cargo::rustc-check-cfg=cfg(kubectl)");
    println!("cargo::rerun-if-env-changed=PATH");
    let path = env::var_os("PATH").unwrap_or_default();
    if env::split_paths(&path).any(|folder| folder.join("kubectl").is_file()) {
        println!("cargo::rustc-cfg=kubectl");
    }
}

fn add_everyday_kinds(generator: &mut SchemaGenerator) {
    schemas!(generator:
        core::v1::Binding, core::v1::ComponentStatus, core::v1::ConfigMap, core::v1::Endpoints, core::v1::Event,
        core::v1::LimitRange, core::v1::Namespace, core::v1::Node, core::v1::PersistentVolume,
        core::v1::PersistentVolumeClaim, core::v1::Pod, core::v1::PodTemplate, core::v1::ReplicationController,
        core::v1::ResourceQuota, core::v1::Secret, core::v1::Service, core::v1::ServiceAccount,
        apps::v1::ControllerRevision, apps::v1::DaemonSet, apps::v1::Deployment, apps::v1::ReplicaSet,
        apps::v1::StatefulSet, autoscaling::v1::Scale, autoscaling::v1::HorizontalPodAutoscaler,
        autoscaling::v2::HorizontalPodAutoscaler, batch::v1::CronJob, batch::v1::Job,
        discovery::v1::EndpointSlice, events::v1::Event, networking::v1::IPAddress, networking::v1::Ingress,
        networking::v1::IngressClass, networking::v1::NetworkPolicy, networking::v1::ServiceCIDR,
        policy::v1::Eviction, policy::v1::PodDisruptionBudget, storage::v1::CSIDriver, storage::v1::CSINode,
        storage::v1::CSIStorageCapacity, storage::v1::StorageClass, storage::v1::VolumeAttachment,
        storage::v1::VolumeAttributesClass,
    );
}

fn add_governing_kinds(generator: &mut SchemaGenerator) {
    schemas!(generator:
        admissionregistration::v1::MutatingWebhookConfiguration,
        admissionregistration::v1::ValidatingAdmissionPolicy,
        admissionregistration::v1::ValidatingAdmissionPolicyBinding,
        admissionregistration::v1::ValidatingWebhookConfiguration,
        apiextensions::v1::CustomResourceDefinition, apiregistration::v1::APIService,
        authentication::v1::SelfSubjectReview, authentication::v1::TokenRequest, authentication::v1::TokenReview,
        authorization::v1::LocalSubjectAccessReview, authorization::v1::SelfSubjectAccessReview,
        authorization::v1::SelfSubjectRulesReview, authorization::v1::SubjectAccessReview,
        certificates::v1::CertificateSigningRequest, coordination::v1::Lease,
        flowcontrol::v1::FlowSchema, flowcontrol::v1::PriorityLevelConfiguration, node::v1::RuntimeClass,
        rbac::v1::ClusterRole, rbac::v1::ClusterRoleBinding, rbac::v1::Role, rbac::v1::RoleBinding,
        scheduling::v1::PriorityClass,
    );
}

/// A schema as the document has it. Those types that stand for any JSON are described as such.
fn written(name: &str, schema: Value) -> Value {
    let simple_name = name.rsplit('.').next().unwrap_or(name);
    if simple_name == "JSON" || simple_name.starts_with("JSONSchemaPropsOr") {
        return json!({"description": schema["description"], "x-kubernetes-preserve-unknown-fields": true});
    }
    tidy(schema)
}

/// Turns references into those of an `OpenAPI` document, where a reference may have nothing beside it.
fn tidy(value: Value) -> Value {
    match value {
        Value::Object(mut fields) => {
            if let Some(Value::String(reference)) = fields.remove("$ref") {
                let reference = json!({"$ref": reference.replace("#/$defs/", "#/components/schemas/")});
                if fields.is_empty() {
                    return reference;
                }
                fields.insert("allOf".to_owned(), json!([reference]));
                return Value::Object(fields);
            }
            Value::Object(fields.into_iter().map(|(key, value)| (key, tidy(value))).collect())
        }
        Value::Array(list) => list.into_iter().map(tidy).collect(),
        other => other,
    }
}
