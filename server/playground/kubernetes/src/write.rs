//! How an object gets into the store: create, replace, delete, each with all their checks.

mod checks;
mod kept;
mod metadata;

use std::sync::Arc;

use serde_json::{Value, json};

use crate::cluster::{Cluster, DeleteOptions};
use crate::object::Object;
use crate::registry::{Kind, Subresource, split_api_version};
use crate::{Cause, Status, admission, collector, managed, validation};
use checks::{check_identity, check_preconditions};
use kept::{count_generation, keep_other_parts, keep_system_metadata};
use metadata::{reset_metadata, written};

pub(crate) use checks::slashed;
pub(crate) use kept::same;
pub(crate) use metadata::{complete_metadata, now, skewed};

/// The circumstances of a write.
#[derive(Debug, Clone, Default)]
pub(crate) struct Write {
    /// Who is entered in `managedFields`; empty to leave them alone.
    pub(crate) manager: String,
    /// Whether one of the cluster's own parts writes: it may set status together with everything else.
    pub(crate) internal: bool,
    pub(crate) dry_run: bool,
    pub(crate) subresource: Option<Subresource>,
    /// Whether `managedFields` of the new object are right already, as after server-side apply.
    pub(crate) fields_are_managed: bool,
    /// The version in which the object was sent, recorded in `managedFields`.
    pub(crate) api_version: Option<String>,
    /// How far the server's clock is ahead.
    pub(crate) skew_seconds: i64,
}

/// What a deletion came to.
#[derive(Debug)]
pub(crate) enum Removal {
    /// The object is gone; this was its last state.
    Gone(Arc<Object>),
    /// The object waits for finalizers or for the end of its grace period.
    Waiting(Arc<Object>),
}

impl Cluster {
    /// Creates an object.
    pub(crate) fn insert(
        &self,
        kind: &Arc<Kind>,
        namespace: Option<&str>,
        mut object: Value,
        write: &Write,
    ) -> Result<Arc<Object>, Status> {
        let _writing = self.inner.writer.lock();
        crate::custom::check_served(self, kind)?;
        let sent_version = self.to_storage_version(kind, &mut object);
        if !write.internal || !object["metadata"].is_object() {
            reset_metadata(&mut object);
        }
        if kind.namespaced {
            object["metadata"]["namespace"] = json!(namespace);
        } else if let Some(metadata) = object["metadata"].as_object_mut() {
            metadata.remove("namespace");
        }
        if write.skew_seconds != 0 {
            object["metadata"]["creationTimestamp"] = json!(written(skewed(write.skew_seconds)));
        }
        complete_metadata(kind, &mut object);
        let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        if let Some(namespace) = namespace {
            self.check_namespace(kind, namespace, &name)?;
        }
        if !write.internal && kind.has(Subresource::Status) {
            object.as_object_mut().map(|fields| fields.remove("status"));
        }
        let wrong = prepare(kind, &mut object, &sent_version);
        if !write.internal {
            admission::check_account(self, kind, &object)?;
        }
        admission::on_create(self, kind, &mut object)?;
        check(kind, &object, None, wrong)?;
        admission::check_pod_security(self, kind, &object)?;
        if self.inner.state.read().get(&kind.resource(), namespace, &name).is_some() {
            return Err(Status::already_exists(&kind.resource(), &name));
        }
        admission::check_quota(self, kind, None, &object)?;
        if !write.fields_are_managed && !write.manager.is_empty() {
            let version = write.api_version.as_deref().unwrap_or(&sent_version);
            managed::record(kind, None, &mut object, &write.manager, version, None);
        }
        if write.dry_run {
            return Ok(Arc::new(Object::encode(kind, &object, 0)));
        }
        let created = self.commit(kind, &object)?;
        collector::after_create(self, kind, &created);
        Ok(created)
    }

    /// Changes an object. `change` gets the stored object and answers what it should become.
    pub(crate) fn replace(
        &self,
        kind: &Arc<Kind>,
        namespace: Option<&str>,
        name: &str,
        write: &Write,
        change: impl FnOnce(&Object, Value) -> Result<Value, Status>,
    ) -> Result<Arc<Object>, Status> {
        let _writing = self.inner.writer.lock();
        let resource = kind.resource();
        let stored = self.inner.state.read().get(&resource, namespace, name).cloned();
        let stored = stored.ok_or_else(|| Status::not_found(&resource, name))?;
        let Some(new) = self.revise(kind, &stored, write, change)? else { return Ok(stored) };
        if write.dry_run {
            return Ok(Arc::new(Object::encode(kind, &new, stored.resource_version())));
        }
        self.keep_revised(kind, &stored, &new)
    }

    /// What an object becomes by a change, with all checks; none when it stays as it is.
    pub(crate) fn revise(
        &self,
        kind: &Arc<Kind>,
        stored: &Arc<Object>,
        write: &Write,
        change: impl FnOnce(&Object, Value) -> Result<Value, Status>,
    ) -> Result<Option<Value>, Status> {
        let (resource, namespace, name) = (kind.resource(), stored.namespace(), stored.name());
        let old = stored.parse();
        let mut new = change(stored, old.clone())?;
        let sent_version = self.to_storage_version(kind, &mut new);
        check_identity(kind, stored, &new)?;
        // The change may have written other objects, and this one.
        let latest = self.inner.state.read().get(&resource, namespace, name).map(|o| o.resource_version());
        if latest != Some(stored.resource_version()) {
            return Err(Status::modified(&resource, name));
        }
        keep_system_metadata(&old, &mut new);
        keep_other_parts(kind, &old, &mut new, write);
        let wrong = prepare(kind, &mut new, &sent_version);
        if write.subresource == Some(Subresource::Status) {
            // What was filled in elsewhere is not written here.
            keep_other_parts(kind, &old, &mut new, write);
        }
        admission::on_update(self, kind, &old, &mut new);
        count_generation(kind, &old, &mut new);
        check(kind, &new, Some(&old), wrong)?;
        admission::check_quota(self, kind, Some(&old), &new)?;
        if !write.fields_are_managed && !write.manager.is_empty() {
            let version = write.api_version.as_deref().unwrap_or(&sent_version);
            managed::record(kind, Some(&old), &mut new, &write.manager, version, write.subresource);
        }
        Ok((!same(&old, &new)).then_some(new))
    }

    /// Stores what an object has become, or lets it go when nothing holds it any more.
    pub(crate) fn keep_revised(
        &self,
        kind: &Arc<Kind>,
        stored: &Arc<Object>,
        new: &Value,
    ) -> Result<Arc<Object>, Status> {
        if collector::may_go(kind, new) {
            // Nobody sees the object without its last finalizer.
            return Ok(collector::finish(self, kind, &stored.key()).unwrap_or_else(|| Arc::clone(stored)));
        }
        self.commit(kind, new)
    }

    /// Deletes an object or marks it as being deleted.
    pub(crate) fn remove(
        &self,
        kind: &Arc<Kind>,
        namespace: Option<&str>,
        name: &str,
        options: &DeleteOptions,
    ) -> Result<Removal, Status> {
        let _writing = self.inner.writer.lock();
        let resource = kind.resource();
        let stored = self.inner.state.read().get(&resource, namespace, name).cloned();
        let stored = stored.ok_or_else(|| Status::not_found(&resource, name))?;
        check_preconditions(kind, &stored, options)?;
        let old = stored.parse();
        let mut new = old.clone();
        collector::mark(kind, &mut new, options);
        if options.dry_run {
            return Ok(Removal::Gone(stored));
        }
        if collector::may_go(kind, &new) {
            let gone = collector::finish(self, kind, &stored.key()).unwrap_or(stored);
            return Ok(Removal::Gone(gone));
        }
        let waiting = if same(&old, &new) { stored } else { self.commit(kind, &new)? };
        collector::after_mark(self, kind, &waiting);
        let left = self.inner.state.read().get(&resource, namespace, name).cloned();
        Ok(left.map_or(Removal::Gone(waiting), Removal::Waiting))
    }

    /// Writes to the store and lets the rest of the server know.
    pub(crate) fn commit(&self, kind: &Arc<Kind>, object: &Value) -> Result<Arc<Object>, Status> {
        let written = self.inner.state.write().put(kind, object)?;
        self.after_commit(kind, object);
        Ok(written)
    }

    /// Tells the parts of the server that follow certain kinds.
    fn after_commit(&self, kind: &Kind, object: &Value) {
        if crate::custom::is_definition(kind) {
            crate::custom::serve(self, object);
        }
        if kind.kind == "APIService" {
            crate::rest::judge_service(self, object);
        }
        if kind.kind == "ClusterRole" && kind.group == "rbac.authorization.k8s.io" {
            crate::rbac::fill_aggregated(self);
        }
    }

    fn to_storage_version(&self, kind: &Kind, object: &mut Value) -> String {
        let storage = kind.api_version();
        let sent = object["apiVersion"].as_str().unwrap_or(&storage).to_owned();
        // What a webhook has to convert is converted when somebody asks for it.
        if sent != storage && kind.webhook.is_none() {
            if let Some(convert) = kind.convert {
                convert(object, &storage);
            }
            object["apiVersion"] = json!(storage);
        }
        object["kind"] = json!(kind.kind);
        sent
    }

    fn check_namespace(&self, kind: &Kind, namespace: &str, name: &str) -> Result<(), Status> {
        let found = self.inner.state.read().get("namespaces", None, namespace).cloned();
        let found = found.ok_or_else(|| Status::not_found("namespaces", namespace))?;
        if kind.kind == "Event" || !found.is_deleting() {
            return Ok(());
        }
        let mut status = Status::forbidden(
            &kind.resource(),
            name,
            &format!("unable to create new content in namespace {namespace} because it is being terminated"),
        );
        status.details["causes"] = json!([{
            "reason": "NamespaceTerminating", "field": "metadata.namespace",
            "message": format!("namespace {namespace} is being terminated"),
        }]);
        Err(status)
    }
}

/// Completes an object by the rules of its kind. One of a custom kind follows the schema of the version it was sent in,
/// and loses what the stored version does not know; answers what is wrong with it.
fn prepare(kind: &Kind, object: &mut Value, sent: &str) -> Vec<Cause> {
    let mut causes = Vec::new();
    let (_, sent) = split_api_version(sent);
    if let Some(schema) = kind.schemas.get(sent) {
        schema.prune(object);
        schema.default(object);
        schema.validate(object, &mut causes);
    }
    if let Some(schema) = kind.schemas.get(&kind.version).filter(|_| sent != kind.version) {
        schema.prune(object);
        schema.default(object);
    }
    (kind.default)(object);
    causes
}

/// Refuses an object that breaks the rules of its kind, or those of its schema, which it broke already.
fn check(kind: &Kind, new: &Value, old: Option<&Value>, of_schema: Vec<Cause>) -> Result<(), Status> {
    let mut causes = Vec::new();
    validation::metadata(kind, new, old, &mut causes);
    (kind.validate)(new, old, &mut causes);
    causes.extend(of_schema);
    if causes.is_empty() {
        return Ok(());
    }
    let name = new["metadata"]["name"].as_str().unwrap_or_default();
    Err(Status::invalid(&kind.group, &kind.kind, name, &causes))
}
