//! What a pod needs from configuration maps and secrets, and what of it is not there.

use serde_json::Value;

use crate::objects::{array, flag, namespace, text};
use crate::site::Site;

/// The sentence about the first thing a container's environment names and the namespace lacks.
pub fn missing_environment(site: &Site, pod: &Value, container: &Value) -> Option<String> {
    let keys = array(container, "/env").iter().find_map(|variable| {
        let from = &variable["valueFrom"];
        missing_key(site, pod, &from["configMapKeyRef"], "configmaps", "configmap", "ConfigMap")
            .or_else(|| missing_key(site, pod, &from["secretKeyRef"], "secrets", "secret", "Secret"))
    });
    keys.or_else(|| {
        array(container, "/envFrom").iter().find_map(|source| {
            missing_key(site, pod, &source["configMapRef"], "configmaps", "configmap", "ConfigMap")
                .or_else(|| missing_key(site, pod, &source["secretRef"], "secrets", "secret", "Secret"))
        })
    })
}

fn missing_key(
    site: &Site,
    pod: &Value,
    reference: &Value,
    kind: &str,
    lower: &str,
    upper: &str,
) -> Option<String> {
    if !reference.is_object() || flag(reference, "/optional") {
        return None;
    }
    let name = text(reference, "/name");
    let Some(source) = site.get(kind, namespace(pod), name) else {
        return Some(format!("{lower} \"{name}\" not found"));
    };
    let key = text(reference, "/key");
    let there = key.is_empty()
        || ["data", "binaryData", "stringData"].iter().any(|part| source[part].get(key).is_some());
    (!there).then(|| format!("couldn't find key {key} in {upper} {}/{name}", namespace(pod)))
}

/// The sentence about the first volume whose source the namespace lacks.
pub fn missing_volume(site: &Site, pod: &Value) -> Option<String> {
    array(pod, "/spec/volumes").iter().find_map(|volume| {
        let sources = [
            ("configMap", "/name", "configmaps", "configmap"),
            ("secret", "/secretName", "secrets", "secret"),
        ];
        sources.iter().find_map(|(part, pointer, kind, word)| {
            let source = volume.get(part)?;
            let name = text(source, pointer);
            let there = flag(source, "/optional") || site.get(kind, namespace(pod), name).is_some();
            let title = text(volume, "/name");
            (!there).then(|| {
                format!("MountVolume.SetUp failed for volume \"{title}\" : {word} \"{name}\" not found")
            })
        })
    })
}

/// What a pod's containers believe to be called: in the network of its node, as the node is.
pub fn host_name(pod: &Value) -> &str {
    if flag(pod, "/spec/hostNetwork") { text(pod, "/spec/nodeName") } else { crate::objects::name(pod) }
}

/// A container's environment as its processes see it.
pub fn environment(site: &Site, pod: &Value, container: &Value) -> Vec<(String, String)> {
    let mut variables = vec![
        ("PATH".to_owned(), "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned()),
        ("HOSTNAME".to_owned(), host_name(pod).to_owned()),
        ("KUBERNETES_SERVICE_HOST".to_owned(), "10.96.0.1".to_owned()),
        ("KUBERNETES_SERVICE_PORT".to_owned(), "443".to_owned()),
        ("HOME".to_owned(), "/root".to_owned()),
    ];
    for source in array(container, "/envFrom") {
        let prefix = text(source, "/prefix");
        for (part, kind) in [("configMapRef", "configmaps"), ("secretRef", "secrets")] {
            if let Some(found) = site.get(kind, namespace(pod), text(&source[part], "/name")) {
                let keys = found["data"].as_object().into_iter().flatten().map(|(key, _)| key.clone());
                variables.extend(keys.map(|key| (format!("{prefix}{key}"), data(&found, kind, &key))));
            }
        }
    }
    for variable in array(container, "/env") {
        let value = variable_value(site, pod, variable);
        let name = text(variable, "/name").to_owned();
        variables.retain(|(known, _)| *known != name);
        variables.push((name, value));
    }
    variables
}

fn variable_value(site: &Site, pod: &Value, variable: &Value) -> String {
    let from = &variable["valueFrom"];
    for (part, kind) in [("configMapKeyRef", "configmaps"), ("secretKeyRef", "secrets")] {
        let reference = &from[part];
        if reference.is_object() {
            return site
                .get(kind, namespace(pod), text(reference, "/name"))
                .map(|found| data(&found, kind, text(reference, "/key")))
                .unwrap_or_default();
        }
    }
    let path = text(from, "/fieldRef/fieldPath");
    if path.is_empty() {
        return text(variable, "/value").to_owned();
    }
    text(pod, &format!("/{}", path.replace('.', "/"))).to_owned()
}

/// One entry of a configuration map or secret, decoded.
pub fn data(source: &Value, kind: &str, key: &str) -> String {
    let written = source["data"].get(key).and_then(Value::as_str).unwrap_or_default();
    if kind == "secrets" { decode(written) } else { written.to_owned() }
}

/// Decodes base64; what is not text is shown as far as it is.
fn decode(written: &str) -> String {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(written).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
