//! Cells of volumes, claims and their classes.

use serde_json::{Value, json};

use super::text;

/// `RWO,ROX`.
pub(crate) fn access_modes(modes: &Value) -> Value {
    let short = |mode: &str| match mode {
        "ReadWriteOnce" => "RWO",
        "ReadOnlyMany" => "ROX",
        "ReadWriteMany" => "RWX",
        "ReadWriteOncePod" => "RWOP",
        _ => "?",
    };
    let modes: Vec<&str> =
        modes.as_array().into_iter().flatten().filter_map(Value::as_str).map(short).collect();
    json!(modes.join(","))
}

/// The claim a volume is bound to.
pub(crate) fn volume_claim(volume: &Value) -> Value {
    let claim = &volume["spec"]["claimRef"];
    json!(
        claim["name"].as_str().map_or(String::new(), |name| format!("{}/{name}", text(claim, "/namespace")))
    )
}

/// The class's name, and whether it is the default.
pub(crate) fn storage_class_name(class: &Value) -> Value {
    let name = text(class, "/metadata/name");
    let default = class["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"] == "true";
    json!(if default { format!("{name} (default)") } else { name.to_owned() })
}
