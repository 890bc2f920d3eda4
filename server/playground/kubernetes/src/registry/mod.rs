//! The kinds the API server knows: data, looked up by path and by `apiVersion` and `kind`.

pub(crate) mod access;
mod built_in;
pub(crate) mod cells;
mod columns;
pub(crate) mod control;
pub(crate) mod core;
mod kind;
pub(crate) mod network;
mod pod_cells;
pub(crate) mod storage;
mod subresource;
pub(crate) mod workloads;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use built_in::BuiltIn;
pub(crate) use columns::{AGE, Cell, Column, NAME, NAME_DESCRIPTION, PlainColumn, at, number, since, with};
pub(crate) use kind::{Kind, ScalePaths, Selectable, Source};
pub(crate) use subresource::Subresource;

/// `group/version`, or the version alone in the core group.
pub(crate) fn api_version(group: &str, version: &str) -> String {
    if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") }
}

/// Splits an `apiVersion` into group and version.
pub(crate) fn split_api_version(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

/// All kinds of one cluster.
#[derive(Debug, Clone)]
pub(crate) struct Registry {
    /// By `plural` or `plural.group`, aliases included.
    by_resource: BTreeMap<String, Arc<Kind>>,
}

impl Registry {
    /// The kinds every cluster of a version (1.`minor`) has.
    pub(crate) fn built_in(minor: u32) -> Self {
        let mut registry = Self { by_resource: BTreeMap::new() };
        let tables =
            [core::KINDS, workloads::KINDS, network::KINDS, storage::KINDS, access::KINDS, control::KINDS];
        for plain in tables.into_iter().flatten().filter(|plain| plain.since <= minor) {
            registry.insert(&Arc::new(Kind::from(plain)));
        }
        registry
    }

    /// Adds or replaces a kind.
    pub(crate) fn insert(&mut self, kind: &Arc<Kind>) {
        for (group, _) in &kind.served {
            let resource =
                if group.is_empty() { kind.plural.clone() } else { format!("{}.{group}", kind.plural) };
            self.by_resource.insert(resource, Arc::clone(kind));
        }
    }

    pub(crate) fn remove(&mut self, resource: &str) {
        self.by_resource.remove(resource);
    }

    /// By `plural` or `plural.group`.
    pub(crate) fn find(&self, resource: &str) -> Option<&Arc<Kind>> {
        self.by_resource.get(resource)
    }

    /// By group, version and plural, as a path names it.
    pub(crate) fn served(&self, group: &str, version: &str, plural: &str) -> Option<&Arc<Kind>> {
        let found = if group.is_empty() {
            self.by_resource.get(plural)
        } else {
            self.by_resource.get(&format!("{plural}.{group}"))
        };
        found.filter(|kind| kind.served.iter().any(|(g, v)| g == group && v == version))
    }

    /// By `apiVersion` and `kind`, as an object names it.
    pub(crate) fn of_object(&self, api_version: &str, kind: &str) -> Option<&Arc<Kind>> {
        let (group, version) = split_api_version(api_version);
        self.by_resource
            .values()
            .find(|known| known.kind == kind && known.served.iter().any(|(g, v)| g == group && v == version))
    }

    /// Every kind once.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = &Arc<Kind>> {
        self.by_resource.iter().filter(|(resource, kind)| **resource == kind.resource()).map(|(_, kind)| kind)
    }
}
