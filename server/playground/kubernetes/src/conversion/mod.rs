//! Conversion webhooks: programs that know what the objects of a custom kind look like in its other versions.
//!
//! An object is stored in one version. Whoever asks for another one gets what the webhook makes of it, and what they write is
//! checked in their version before the webhook turns it into the stored one.

mod call;
mod keep;
mod review;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::cluster::Cluster;
use crate::registry::split_api_version;

/// What converts the objects of a custom kind.
#[derive(Debug)]
pub(crate) struct Webhook {
    target: Target,
    /// The certificates of those who may vouch for it, in PEM.
    authorities: Vec<u8>,
    form: Form,
}

/// Where a webhook is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    /// On this machine, at an address.
    Address { url: String },
    /// Behind a service of the cluster.
    Service { namespace: String, name: String, port: u64, path: String },
}

/// The form in which a webhook is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    V1,
    V1Beta1,
}

impl Webhook {
    /// The one that a definition names; none where versions differ in name only.
    pub(crate) fn of(definition: &Value) -> Option<Self> {
        let conversion = &definition["spec"]["conversion"];
        if conversion["strategy"] != "Webhook" {
            return None;
        }
        let webhook = &conversion["webhook"];
        let client = &webhook["clientConfig"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let service = &client["service"];
        let target = match client["url"].as_str() {
            Some(url) => Target::Address { url: url.to_owned() },
            None => Target::Service {
                namespace: text(&service["namespace"]),
                name: text(&service["name"]),
                port: service["port"].as_u64().unwrap_or(443),
                path: text(&service["path"]),
            },
        };
        let authorities = STANDARD.decode(text(&client["caBundle"])).unwrap_or_default();
        let mut known = webhook["conversionReviewVersions"].as_array().into_iter().flatten();
        let is_known = |version: &&Value| **version == "v1" || **version == "v1beta1";
        let form = if known.find(is_known).is_some_and(|first| first == "v1beta1") {
            Form::V1Beta1
        } else {
            Form::V1
        };
        Some(Self { target, authorities, form })
    }

    /// The objects in another version, in their order, or why there are none. Those that are in it are not sent.
    pub(crate) async fn convert(
        &self,
        cluster: &Cluster,
        api_version: &str,
        mut objects: Vec<Value>,
    ) -> Result<Vec<Value>, String> {
        let others = || objects.iter().filter(|object| object["apiVersion"] != api_version);
        let Some(first) = others().next() else { return Ok(objects) };
        let kind = described(first);
        let sent: Vec<Value> = others().cloned().collect();
        let failed = |why: String| format!("conversion webhook for {kind} {why}");
        let uid = uuid::Uuid::new_v4().to_string();
        let request = review::request(self.form, &uid, api_version, &sent);
        let answer = call::post(cluster, &self.target, &self.authorities, &request).await;
        let answer = answer.and_then(|answer| review::converted(self.form, &uid, &answer));
        let converted = answer.map_err(|why| failed(format!("failed: {why}")))?;
        if converted.len() != sent.len() {
            return Err(failed(format!("returned {} objects, expected {}", converted.len(), sent.len())));
        }
        let others = objects.iter_mut().filter(|object| object["apiVersion"] != api_version);
        for (object, converted) in others.zip(converted) {
            *object = review::accept(object, converted, api_version).map_err(&failed)?;
        }
        Ok(objects)
    }
}

/// `group/version, Kind=kind`
fn described(object: &Value) -> String {
    let (group, version) = split_api_version(object["apiVersion"].as_str().unwrap_or_default());
    format!("{group}/{version}, Kind={}", object["kind"].as_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_webhook_is_what_the_definition_says() {
        let mut definition = json!({"spec": {"conversion": {"strategy": "Webhook", "webhook": {
            "clientConfig": {"service": {"namespace": "a", "name": "b"}},
            "conversionReviewVersions": ["v9", "v1beta1", "v1"],
        }}}});

        let webhook = Webhook::of(&definition);
        definition["spec"]["conversion"] = json!({"strategy": "None"});

        let webhook = webhook.expect("it is complete");
        let target =
            Target::Service { namespace: "a".into(), name: "b".into(), port: 443, path: String::new() };
        assert_eq!((webhook.target, webhook.form), (target, Form::V1Beta1));
        assert!(Webhook::of(&definition).is_none());
    }
}
