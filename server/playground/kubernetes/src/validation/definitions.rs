//! Definitions of custom kinds.

use http::Uri;
use serde_json::{Value, json};

use super::{immutable, list, text};
use crate::status::Cause;

/// The forms in which webhooks can be asked.
const REVIEWS: [&str; 2] = ["v1", "v1beta1"];

pub(crate) fn custom_resource_definition(new: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let spec = &new["spec"];
    let wanted = format!("{}.{}", text(spec, "/names/plural"), text(spec, "/group"));
    if text(new, "/metadata/name") != wanted {
        causes.push(Cause::invalid(
            "metadata.name",
            &new["metadata"]["name"],
            "must be spec.names.plural+\".\"+spec.group",
        ));
    }
    for pointer in ["/group", "/scope", "/names/plural", "/names/kind"] {
        if text(spec, pointer).is_empty() {
            let field = pointer.trim_start_matches('/').replace('/', ".");
            causes.push(Cause::required(format!("spec.{field}"), ""));
        }
    }
    let versions = list(spec, "/versions");
    if versions.iter().filter(|version| version["storage"] == true).count() != 1 {
        let why = "must have exactly one version marked as storage version";
        causes.push(Cause::invalid("spec.versions", &spec["versions"], why));
    }
    for (index, version) in versions.iter().enumerate() {
        if version["schema"]["openAPIV3Schema"].is_null() {
            let field = format!("spec.versions[{index}].schema.openAPIV3Schema");
            causes.push(Cause::required(field, "schemas are required"));
        }
    }
    conversion(&spec["conversion"], causes);
    if let Some(old) = old {
        immutable(new, old, "/spec/group", causes);
        immutable(new, old, "/spec/scope", causes);
        immutable(new, old, "/spec/names/kind", causes);
    }
}

/// Who converts between the versions, and where it is.
fn conversion(conversion: &Value, causes: &mut Vec<Cause>) {
    let webhook = &conversion["webhook"];
    let (client, reviews) = (&webhook["clientConfig"], list(webhook, "/conversionReviewVersions"));
    let field = |name: &str| format!("spec.conversion.{name}");
    match text(conversion, "/strategy") {
        "Webhook" => {
            if client.is_null() {
                let why = "required when strategy is set to Webhook";
                causes.push(Cause::required(field("webhookClientConfig"), why));
            } else if client["url"].is_string() == client["service"].is_object() {
                let why = "exactly one of url or service is required";
                causes.push(Cause::required(field("webhookClientConfig"), why));
            } else if let Some(url) = client["url"].as_str() {
                address(&field("webhookClientConfig.url"), url, causes);
            } else {
                for part in ["name", "namespace"] {
                    if text(&client["service"], &format!("/{part}")).is_empty() {
                        causes
                            .push(Cause::required(field(&format!("webhookClientConfig.service.{part}")), ""));
                    }
                }
            }
            review_versions(&field("conversionReviewVersions"), reviews, causes);
        }
        "None" => {
            let why = "should not be set when strategy is not set to Webhook";
            if !client.is_null() {
                causes.push(Cause::forbidden(field("webhookClientConfig"), why));
            }
            if !reviews.is_empty() {
                causes.push(Cause::forbidden(field("conversionReviewVersions"), why));
            }
        }
        other => {
            causes.push(Cause::not_supported(field("strategy"), &json!(other), &["None", "Webhook"]));
        }
    }
}

fn review_versions(field: &str, versions: &[Value], causes: &mut Vec<Cause>) {
    if versions.is_empty() {
        causes.push(Cause::required(field, ""));
        return;
    }
    for (index, version) in versions.iter().enumerate() {
        if versions[..index].contains(version) {
            causes.push(Cause::invalid(format!("{field}[{index}]"), version, "duplicate version"));
        }
    }
    if !versions.iter().any(|version| REVIEWS.iter().any(|known| version == known)) {
        let why = format!("must include at least one of {}", REVIEWS.join(", "));
        causes.push(Cause::invalid(field, &json!(versions), &why));
    }
}

fn address(field: &str, url: &str, causes: &mut Vec<Cause>) {
    const FORM: &str = "; desired format: https://host[/path]";
    let Ok(read) = url.parse::<Uri>() else {
        let why = format!("url must be a valid URL: parse {url:?}: it cannot be read{FORM}");
        causes.push(Cause::required(field, &why));
        return;
    };
    let mut refuse = |value: &str, why: &str| causes.push(Cause::invalid(field, &json!(value), why));
    let scheme = read.scheme_str().unwrap_or_default();
    if scheme != "https" {
        refuse(scheme, &format!("'https' is the only allowed URL scheme{FORM}"));
    }
    if read.host().unwrap_or_default().is_empty() {
        refuse("", &format!("host must be specified{FORM}"));
    }
    if let Some((user, _)) = read.authority().and_then(|authority| authority.as_str().rsplit_once('@')) {
        refuse(user, "user information is not permitted in the URL");
    }
    if let Some((_, fragment)) = url.split_once('#') {
        refuse(fragment, "fragments are not permitted in the URL");
    }
    if let Some(query) = read.query().filter(|query| !query.is_empty()) {
        refuse(query, "query parameters are not permitted in the URL");
    }
}
