//! What the API server answers when it does not answer with an object.

use serde_json::{Value, json};

/// A refusal in the words and with the codes of Kubernetes, ready to be sent as a `Status` object.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct Status {
    /// The HTTP status code.
    pub code: u16,
    /// The machine-readable reason, such as `NotFound`; empty where the real server gives none.
    pub reason: String,
    /// The sentence people read.
    pub message: String,
    /// Name, group, kind and causes where they are known; `Null` otherwise.
    pub details: Value,
    /// Seconds after which trying again is worthwhile, sent as `Retry-After`.
    pub retry_after_seconds: Option<u32>,
    /// A continue token that allows to go on with an inconsistent list.
    pub(crate) continue_token: Option<String>,
}

/// One wrong field of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    /// The reason as Kubernetes names it, such as `FieldValueRequired`.
    pub reason: &'static str,
    /// What is wrong, beginning with `Required value`, `Invalid value` and the like.
    pub message: String,
    /// The path of the field, such as `spec.containers[0].image`.
    pub field: String,
}

impl Cause {
    /// A field that must be there and is not.
    pub fn required(field: impl Into<String>, detail: &str) -> Self {
        Self::with("FieldValueRequired", "Required value", field, detail)
    }

    /// A field whose value is wrong; `detail` says why.
    pub fn invalid(field: impl Into<String>, value: &Value, detail: &str) -> Self {
        Self::with("FieldValueInvalid", &format!("Invalid value: {value}"), field, detail)
    }

    /// A field whose value is not one of the few it may have.
    pub fn not_supported(field: impl Into<String>, value: &Value, supported: &[&str]) -> Self {
        let supported = supported.iter().map(|one| format!("\"{one}\"")).collect::<Vec<_>>().join(", ");
        Self {
            reason: "FieldValueNotSupported",
            message: format!("Unsupported value: {value}: supported values: {supported}"),
            field: field.into(),
        }
    }

    /// A field with more bytes than it may have.
    pub fn too_long(field: impl Into<String>, most_bytes: usize) -> Self {
        let detail = format!("may not be more than {most_bytes} bytes");
        Self::with("FieldValueTooLong", "Too long", field, &detail)
    }

    /// A value that occurs twice where it may occur once.
    pub fn duplicate(field: impl Into<String>, value: &Value) -> Self {
        Self::with("FieldValueDuplicate", &format!("Duplicate value: {value}"), field, "")
    }

    /// A list with more items than it may have.
    pub fn too_many(field: impl Into<String>, length: u64, most: u64) -> Self {
        let detail = format!("must have at most {most} items");
        Self::with("FieldValueTooMany", &format!("Too many: {length}"), field, &detail)
    }

    /// A field that may not be set here.
    pub fn forbidden(field: impl Into<String>, detail: &str) -> Self {
        Self::with("FieldValueForbidden", "Forbidden", field, detail)
    }

    /// A reference to something that does not exist.
    pub fn not_found(field: impl Into<String>, value: &Value) -> Self {
        Self::with("FieldValueNotFound", &format!("Not found: {value}"), field, "")
    }

    /// A value of another type than the schema says.
    pub fn wrong_type(field: impl Into<String>, value: &Value, detail: &str) -> Self {
        Self::with("FieldValueTypeInvalid", &format!("Invalid value: {}", compact(value)), field, detail)
    }

    fn with(reason: &'static str, head: &str, field: impl Into<String>, detail: &str) -> Self {
        let message = if detail.is_empty() { head.to_owned() } else { format!("{head}: {detail}") };
        Self { reason, message, field: field.into() }
    }

    pub(crate) fn sentence(&self) -> String {
        if self.field.is_empty() { self.message.clone() } else { format!("{}: {}", self.field, self.message) }
    }
}

fn compact(value: &Value) -> String {
    match value {
        Value::Object(_) => "\"object\"".to_owned(),
        Value::Array(_) => "\"array\"".to_owned(),
        other => other.to_string(),
    }
}

impl Status {
    /// Any refusal, by code, reason and sentence.
    pub fn new(code: u16, reason: &str, message: impl Into<String>) -> Self {
        Self {
            code,
            reason: reason.to_owned(),
            message: message.into(),
            details: Value::Null,
            retry_after_seconds: None,
            continue_token: None,
        }
    }

    fn about(mut self, group: &str, kind: &str, name: &str) -> Self {
        let mut details = serde_json::Map::new();
        for (key, value) in [("name", name), ("group", group), ("kind", kind)] {
            if !value.is_empty() {
                details.insert(key.to_owned(), json!(value));
            }
        }
        self.details = Value::Object(details);
        self
    }

    /// There is no object of this name. `resource` is `plural` or `plural.group`.
    pub fn not_found(resource: &str, name: &str) -> Self {
        let (plural, group) = resource.split_once('.').unwrap_or((resource, ""));
        Self::new(404, "NotFound", format!("{resource} \"{name}\" not found")).about(group, plural, name)
    }

    /// The path names nothing this server has.
    pub fn no_such_path() -> Self {
        let mut status = Self::new(404, "NotFound", "the server could not find the requested resource");
        status.details = json!({});
        status
    }

    /// An object of this name exists already.
    pub fn already_exists(resource: &str, name: &str) -> Self {
        let (plural, group) = resource.split_once('.').unwrap_or((resource, ""));
        Self::new(409, "AlreadyExists", format!("{resource} \"{name}\" already exists"))
            .about(group, plural, name)
    }

    /// Somebody else was faster.
    pub fn conflict(resource: &str, name: &str, why: &str) -> Self {
        let (plural, group) = resource.split_once('.').unwrap_or((resource, ""));
        Self::new(409, "Conflict", format!("Operation cannot be fulfilled on {resource} \"{name}\": {why}"))
            .about(group, plural, name)
    }

    /// The usual conflict: the caller's resourceVersion is not the newest.
    pub(crate) fn modified(resource: &str, name: &str) -> Self {
        Self::conflict(
            resource,
            name,
            "the object has been modified; please apply your changes to the latest version and try again",
        )
    }

    /// The object breaks rules of its kind.
    pub fn invalid(group: &str, kind: &str, name: &str, causes: &[Cause]) -> Self {
        let qualified = if group.is_empty() { kind.to_owned() } else { format!("{kind}.{group}") };
        let sentences: Vec<String> = causes.iter().map(Cause::sentence).collect();
        let list =
            if sentences.len() == 1 { sentences[0].clone() } else { format!("[{}]", sentences.join(", ")) };
        let mut status = Self::new(422, "Invalid", format!("{qualified} \"{name}\" is invalid: {list}"))
            .about(group, kind, name);
        status.details["causes"] = causes
            .iter()
            .map(|cause| json!({"reason": cause.reason, "message": cause.message, "field": cause.field}))
            .collect();
        status
    }

    /// The caller may not do this. `why` follows "is forbidden: ".
    pub fn forbidden(resource: &str, name: &str, why: &str) -> Self {
        let (plural, group) = resource.split_once('.').unwrap_or((resource, ""));
        let what = if name.is_empty() { resource.to_owned() } else { format!("{resource} \"{name}\"") };
        Self::new(403, "Forbidden", format!("{what} is forbidden: {why}")).about(group, plural, name)
    }

    /// The request itself makes no sense.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    /// The object says another name than its address.
    pub(crate) fn other_name(sent: &str, name: &str) -> Self {
        Self::bad_request(format!(
            "the name of the object ({sent}) does not match the name on the URL ({name})"
        ))
    }

    /// The server does not know who is asking.
    pub fn unauthorized() -> Self {
        Self::new(401, "Unauthorized", "Unauthorized")
    }

    /// The server cannot do what it should.
    pub fn internal(message: impl std::fmt::Display) -> Self {
        let message = message.to_string();
        let mut status = Self::new(500, "InternalError", format!("Internal error occurred: {message}"));
        status.details = json!({"causes": [{"message": message}]});
        status
    }

    /// The store takes no object of this size: the words of etcd, which the real server hands on as they are.
    pub(crate) fn too_large_to_store() -> Self {
        Self::new(500, "", "etcdserver: request is too large")
    }

    /// The resourceVersion asked for has been compacted away.
    pub fn expired(message: impl Into<String>) -> Self {
        Self::new(410, "Expired", message)
    }

    /// The verb is not offered on this resource.
    pub(crate) fn method_not_allowed() -> Self {
        let mut status = Self::new(
            405,
            "MethodNotAllowed",
            "the server does not allow this method on the requested resource",
        );
        status.details = json!({});
        status
    }

    /// The object as it goes over the wire.
    pub fn to_json(&self) -> Value {
        let mut metadata = json!({});
        if let Some(token) = &self.continue_token {
            metadata["continue"] = json!(token);
        }
        let mut status = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": metadata, "status": "Failure",
            "message": self.message, "code": self.code,
        });
        if !self.reason.is_empty() {
            status["reason"] = json!(self.reason);
        }
        if !self.details.is_null() {
            status["details"] = self.details.clone();
        }
        if let Some(seconds) = self.retry_after_seconds {
            status["details"]["retryAfterSeconds"] = json!(seconds);
        }
        status
    }
}
