//! What names may look like.

use serde_json::{Value, json};

use crate::registry::Kind;
use crate::status::Cause;

const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const OLD_LABEL: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const QUALIFIED: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
pub(super) const CONFIG_KEY: &str = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

fn is_small(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit()
}

/// Whether the text is a name of up to 63 small letters, digits and inner dashes.
pub(super) fn is_label(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 63
        && text.chars().all(|one| is_small(one) || one == '-')
        && text.starts_with(is_small)
        && text.ends_with(is_small)
}

fn is_subdomain(text: &str) -> bool {
    text.len() <= 253
        && text.split('.').all(|part| is_label(part) || (part.len() > 63 && is_label(&part[..63])))
}

fn too_long(field: &str, most: usize) -> Cause {
    Cause {
        reason: "FieldValueTooLong",
        message: format!("Too long: may not be more than {most} bytes"),
        field: field.to_owned(),
    }
}

/// Checks a name in lists of containers, ports and the like.
pub(super) fn label(field: &str, name: &str, causes: &mut Vec<Cause>) {
    if name.len() > 63 {
        causes.push(Cause::invalid(field, &json!(name), "must be no more than 63 bytes"));
    } else if !is_label(name) {
        causes.push(Cause::invalid(field, &json!(name), LABEL));
    }
}

/// Checks the name of an object against the custom of its kind.
pub(super) fn check(kind: &Kind, name: &str, causes: &mut Vec<Cause>) {
    const FIELD: &str = "metadata.name";
    let invalid = |why: &str| Cause::invalid(FIELD, &json!(name), why);
    match (kind.group.as_str(), kind.kind.as_str()) {
        ("rbac.authorization.k8s.io" | "certificates.k8s.io" | "apiregistration.k8s.io", _)
        | ("", "Event")
        | ("networking.k8s.io", "IPAddress") => {
            if matches!(name, "." | "..") {
                causes.push(invalid(&format!("may not be '{name}'")));
            }
            for forbidden in ['/', '%'] {
                if name.contains(forbidden) {
                    causes.push(invalid(&format!("may not contain '{forbidden}'")));
                }
            }
        }
        ("", "Service") => {
            if name.len() > 63 {
                causes.push(invalid("must be no more than 63 bytes"));
            }
            if !is_label(name) || !name.starts_with(|first: char| first.is_ascii_lowercase()) {
                causes.push(invalid(OLD_LABEL));
            }
        }
        ("", "Namespace") => label(FIELD, name, causes),
        _ if name.len() > 253 => causes.push(too_long(FIELD, 253)),
        _ if !is_subdomain(name) => causes.push(invalid(SUBDOMAIN)),
        _ => {}
    }
}

fn is_free(text: &str) -> bool {
    let edge = |one: char| one.is_ascii_alphanumeric();
    text.len() <= 63
        && text.chars().all(|one| edge(one) || "-_.".contains(one))
        && text.starts_with(edge)
        && text.ends_with(edge)
}

/// Checks the key of a label or annotation.
pub(super) fn qualified(field: &str, key: &str, causes: &mut Vec<Cause>) {
    let (prefix, name) = key.split_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    if !is_free(name) {
        causes.push(Cause::invalid(field, &json!(key), QUALIFIED));
    }
    if prefix.is_some_and(|prefix| !is_subdomain(prefix)) {
        causes.push(Cause::invalid(field, &json!(key), &format!("prefix part {SUBDOMAIN}")));
    }
}

/// Checks the value of a label.
pub(super) fn label_value(field: &str, value: &Value, causes: &mut Vec<Cause>) {
    let Some(text) = value.as_str() else {
        causes.push(Cause::invalid(field, value, "must be a string"));
        return;
    };
    if text.len() > 63 {
        causes.push(Cause::invalid(field, value, "must be no more than 63 bytes"));
    } else if !text.is_empty() && !is_free(text) {
        causes.push(Cause::invalid(field, value, VALUE));
    }
}

/// Whether the text may be a key of a config map or secret.
pub(super) fn is_config_key(key: &str) -> bool {
    !key.is_empty()
        && key.len() <= 253
        && key.chars().all(|one| one.is_ascii_alphanumeric() || "-_.".contains(one))
        && !matches!(key, "." | "..")
}
