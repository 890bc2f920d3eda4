//! How an object gets into the store: create, replace, delete, each with all their checks.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use serde_json::{Map, Value, json};

use crate::cluster::{Cluster, DeleteOptions};
use crate::object::Object;
use crate::registry::{Kind, Subresource, split_api_version};
use crate::{Cause, Status, admission, collector, managed, validation};

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

/// The present, as objects write it.
pub(crate) fn now() -> String {
    written(Timestamp::now())
}

fn written(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The present by a clock that is so far ahead.
pub(crate) fn skewed(seconds: i64) -> Timestamp {
    Timestamp::now().saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

/// Fills in uid, creation time and generation where they are missing.
pub(crate) fn complete_metadata(kind: &Kind, object: &mut Value) {
    if !object["metadata"].is_object() {
        object["metadata"] = json!({});
    }
    let metadata = object["metadata"].as_object_mut().expect("made an object above");
    metadata.remove("resourceVersion");
    metadata.remove("selfLink");
    metadata.entry("uid").or_insert_with(|| json!(uuid::Uuid::new_v4().to_string()));
    metadata.entry("creationTimestamp").or_insert_with(|| json!(now()));
    if !metadata.contains_key("name")
        && let Some(prefix) = metadata.get("generateName").and_then(Value::as_str)
    {
        let name = format!("{}{}", &prefix[..prefix.len().min(58)], random_suffix());
        metadata.insert("name".to_owned(), json!(name));
    }
    if kind.generation || kind.custom {
        metadata.entry("generation").or_insert(json!(1));
    }
}

/// Five letters that make no words.
fn random_suffix() -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut random = rand::rng();
    (0..5).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect()
}

/// The parts of an object other than its metadata and status.
fn wish(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let skip = ["metadata", "status", "kind", "apiVersion"];
    object.as_object().into_iter().flatten().filter(move |(key, _)| !skip.contains(&key.as_str()))
}

fn set_or_remove(fields: &mut Map<String, Value>, key: &str, value: Option<&Value>) {
    match value {
        Some(value) => fields.insert(key.to_owned(), value.clone()),
        None => fields.remove(key),
    };
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

fn reset_metadata(object: &mut Value) {
    if !object["metadata"].is_object() {
        object["metadata"] = json!({});
    }
    let metadata = object["metadata"].as_object_mut().expect("made an object above");
    for key in [
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
        "selfLink",
    ] {
        metadata.remove(key);
    }
}

/// A key with one slash in front: those of objects of the whole cluster have one already.
pub(crate) fn slashed(key: &str) -> String {
    if key.starts_with('/') { key.to_owned() } else { format!("/{key}") }
}

fn check_identity(kind: &Kind, stored: &Object, new: &Value) -> Result<(), Status> {
    let metadata = &new["metadata"];
    let resource = kind.resource();
    if let Some(version) =
        metadata["resourceVersion"].as_str().filter(|version| !version.is_empty() && *version != "0")
        && version != stored.resource_version().to_string()
    {
        return Err(Status::modified(&resource, stored.name()));
    }
    if let Some(uid) = metadata["uid"].as_str().filter(|uid| !uid.is_empty())
        && uid != stored.uid()
    {
        let group = if kind.custom { format!("{}/", kind.group) } else { String::new() };
        let key = format!("/registry/{group}{}{}", kind.plural, slashed(&stored.key()));
        let why = format!(
            "StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition \
             failed: UID in precondition: {uid}, UID in object meta: {}",
            stored.uid()
        );
        return Err(Status::conflict(&resource, stored.name(), &why));
    }
    if metadata["name"].as_str() != Some(stored.name()) {
        let sent = metadata["name"].as_str().unwrap_or_default();
        return Err(Status::bad_request(format!(
            "the name of the object ({sent}) does not match the name on the URL ({})",
            stored.name()
        )));
    }
    Ok(())
}

fn check_preconditions(kind: &Kind, stored: &Object, options: &DeleteOptions) -> Result<(), Status> {
    let qualified =
        if kind.group.is_empty() { kind.kind.clone() } else { format!("{}.{}", kind.kind, kind.group) };
    // The real server names the kind where one expects the resource.
    let conflict = |what: &str, wanted: &str, found: &str| {
        let why = format!(
            "the {what} in the precondition ({wanted}) does not match the {what} in record ({found}). The object might \
             have been "
        );
        let what_else = if what == "UID" { "deleted and then recreated" } else { "modified" };
        Err(Status::conflict(&qualified, stored.name(), &(why + what_else)))
    };
    if let Some(uid) = options.uid.as_deref().filter(|uid| *uid != stored.uid()) {
        return conflict("UID", uid, stored.uid());
    }
    let version = stored.resource_version().to_string();
    if let Some(wanted) = options.resource_version.as_deref().filter(|wanted| *wanted != version) {
        return conflict("ResourceVersion", wanted, &version);
    }
    Ok(())
}

/// Fields of the metadata that only the server writes.
fn keep_system_metadata(old: &Value, new: &mut Value) {
    if let Some(metadata) = new["metadata"].as_object_mut() {
        for key in [
            "uid",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "generation",
            "namespace",
            "resourceVersion",
            "selfLink",
        ] {
            set_or_remove(metadata, key, old["metadata"].get(key));
        }
    }
}

/// A write to a sub-resource changes that part only; a write to the object leaves its status alone.
fn keep_other_parts(kind: &Kind, old: &Value, new: &mut Value, write: &Write) {
    let Some(fields) = new.as_object_mut() else { return };
    match write.subresource {
        Some(Subresource::Status) => {
            let status = fields.get("status").cloned();
            let managed = fields["metadata"].get("managedFields").cloned();
            let mut metadata = old["metadata"].clone();
            if let Some(changed) = fields.get("metadata") {
                for key in ["labels", "annotations"] {
                    if let Some(metadata) = metadata.as_object_mut() {
                        set_or_remove(metadata, key, changed.get(key));
                    }
                }
            }
            *fields = old.as_object().cloned().unwrap_or_default();
            set_or_remove(fields, "status", status.as_ref());
            fields.insert("metadata".to_owned(), metadata);
            if let (Some(managed), Some(metadata)) = (managed, fields["metadata"].as_object_mut()) {
                metadata.insert("managedFields".to_owned(), managed);
            }
        }
        _ if kind.has(Subresource::Status) && !write.internal => {
            set_or_remove(fields, "status", old.get("status"));
        }
        _ => {}
    }
}

fn count_generation(kind: &Kind, old: &Value, new: &mut Value) {
    if (kind.generation || kind.custom) && !wish(old).eq(wish(new)) {
        let generation = old["metadata"]["generation"].as_i64().unwrap_or(1);
        new["metadata"]["generation"] = json!(generation + 1);
    }
}

/// Whether nothing but the book-keeping differs.
pub(crate) fn same(old: &Value, new: &Value) -> bool {
    let parts = |object: &Value| -> Vec<(String, Value)> {
        let fields = object["metadata"].as_object().into_iter().flatten();
        let fields = fields.filter(|(key, _)| *key != "resourceVersion" && *key != "managedFields");
        fields.map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    wish(old).eq(wish(new))
        && old.get("status") == new.get("status")
        && parts(old) == parts(new)
        && managed::same_but_for_time(&old["metadata"]["managedFields"], &new["metadata"]["managedFields"])
}
