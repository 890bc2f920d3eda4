//! What was changed comes back by the watch of its store. An answer waits for that, so that the next page shows what was done.

use crate::Cluster;
use crate::store::Standing;
use futures::future::join;
use kinds::Object;
use model::KindSlug;
use serde_json::Value;
use std::time::Duration;
use tokio::task::yield_now;
use tokio::time::{sleep, timeout};

/// How long an answer waits: longer than watches take, and less than makes anybody wonder.
const PATIENCE: Duration = Duration::from_secs(1);
/// A change that shows in no column wakes nobody, so it is looked for.
const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// A kind is served some time after its definition is there.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// What a store will know of an object that was changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Echo {
    /// The slug of its kind.
    kind: String,
    name: String,
    uid: String,
    wanted: Wanted,
}

#[derive(Clone, Debug, PartialEq)]
enum Wanted {
    /// The object in this version or a later one.
    Version(String),
    /// The same, or no object: one that is being deleted may be gone at any moment.
    VersionOrGone(String),
    Gone,
}

impl Echo {
    /// Of an object that was made or changed and came out as the API server answered; nothing where it does not say.
    pub(crate) fn of_change(kind: &str, answer: &Value) -> Option<Self> {
        let version = text(answer, "/metadata/resourceVersion")?;
        let wanted =
            if is_leaving(answer) { Wanted::VersionOrGone(version) } else { Wanted::Version(version) };
        let (name, uid) = (text(answer, "/metadata/name")?, text(answer, "/metadata/uid")?);
        Some(Self { kind: kind.to_owned(), name, uid, wanted })
    }

    /// As [`Echo::of_change`], of the answer as it came.
    pub fn of_answer(kind: &str, answer: &[u8]) -> Option<Self> {
        Self::of_change(kind, &serde_json::from_slice(answer).ok()?)
    }

    /// Of an object that was deleted. It is answered with a status once it is gone, and with the object while something holds it.
    pub(crate) fn of_deletion(kind: &str, answer: &Value) -> Option<Self> {
        if is_leaving(answer) {
            return Self::of_change(kind, answer);
        }
        let told = |field: &str| {
            let of_status = text(answer, &format!("/details/{field}"));
            of_status.or_else(|| text(answer, &format!("/metadata/{field}")))
        };
        Some(Self { kind: kind.to_owned(), name: told("name")?, uid: told("uid")?, wanted: Wanted::Gone })
    }

    /// Whether the store knows of it. One that nobody looked at will; one that cannot be followed says so itself.
    fn is_heard(&self, cluster: &Cluster) -> bool {
        let Some(store) = cluster.running(&self.kind) else { return true };
        if store.standing() != Standing::Fresh {
            return true;
        }
        let known = store.read().read(&self.uid, |json| {
            let object = Object::parse(json).unwrap_or_default();
            object.text_at("/metadata/resourceVersion").to_owned()
        });
        self.wanted.is_met_by(known.as_deref())
    }

    /// Of a definition, the slug of its kind, and whether that is served now.
    fn defined(&self) -> Option<(String, bool)> {
        let is_served = match self.wanted {
            Wanted::Version(_) => true,
            Wanted::Gone => false,
            Wanted::VersionOrGone(_) => return None,
        };
        let (plural, group) = self.name.split_once('.')?;
        let known = kinds::of_resource(group, plural).map(|kind| kind.slug.to_string());
        let is_definition = self.kind == "customresourcedefinitions";
        is_definition.then(|| (known.unwrap_or_else(|| self.name.clone()), is_served))
    }
}

impl Wanted {
    fn is_met_by(&self, known: Option<&str>) -> bool {
        match (self, known) {
            (Self::Gone, known) => known.is_none(),
            (Self::Version(_), None) => false,
            (Self::VersionOrGone(_), None) => true,
            (Self::Version(wanted) | Self::VersionOrGone(wanted), Some(known)) => is_reached(known, wanted),
        }
    }
}

/// Versions of one object are numbers that grow; of an API server that counts otherwise only the same one is known again.
fn is_reached(known: &str, wanted: &str) -> bool {
    match (known.parse::<u128>(), wanted.parse::<u128>()) {
        (Ok(known), Ok(wanted)) => known >= wanted,
        _ => known == wanted,
    }
}

fn text(answer: &Value, path: &str) -> Option<String> {
    let text = answer.pointer(path).and_then(Value::as_str);
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

fn is_leaving(answer: &Value) -> bool {
    text(answer, "/metadata/deletionTimestamp").is_some()
}

/// Waits until the stores of this replica know of these changes, and the console of the kinds that they define. They are done in any
/// case: what takes longer is not waited for.
pub(crate) async fn hear(cluster: &Cluster, echoes: &[Echo]) {
    let known = async {
        for echo in echoes {
            while !echo.is_heard(cluster) {
                sleep(LOOK_AGAIN).await;
            }
            // There may be thousands, and each is unpacked.
            yield_now().await;
        }
    };
    // Menus and lists go by what is served, which is not asked for each of them.
    let served = async {
        let defined: Vec<_> = echoes.iter().filter_map(Echo::defined).collect();
        for (slug, is_served) in defined {
            while cluster.discovery_anew().await.is_ok_and(|now| now.find(&slug).is_some() != is_served) {
                sleep(ASK_AGAIN).await;
            }
        }
    };
    // One that never comes, because it was taken away at once, keeps no kind from being known.
    let _ = timeout(PATIENCE, join(known, served)).await;
}

impl Cluster {
    /// Waits, for a moment at most, until this replica knows of an object that was made or changed by another connection than
    /// [`Cluster::connection`], from what the API server answered.
    pub async fn hear_of_change(&self, kind: &KindSlug, answer: &[u8]) {
        hear(self, Echo::of_answer(kind.as_str(), answer).as_slice()).await;
    }

    /// As [`Cluster::hear_of_change`], of one that was deleted.
    pub async fn hear_of_deletion(&self, kind: &KindSlug, answer: &[u8]) {
        let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
        hear(self, Echo::of_deletion(kind.as_str(), &answer).as_slice()).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(version: &str) -> Value {
        json!({"kind": "Pod", "metadata": {"name": "web-0", "uid": "u1", "resourceVersion": version}})
    }

    fn held(version: &str) -> Value {
        let mut object = object(version);
        object["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
        object
    }

    fn is_met(echo: Option<Echo>, known: Option<&str>) -> bool {
        echo.is_some_and(|echo| echo.uid == "u1" && echo.wanted.is_met_by(known))
    }

    #[test]
    fn a_change_is_heard_with_its_version_or_a_later_one() {
        let met = |version: &str, known| is_met(Echo::of_change("pods", &object(version)), known);

        assert!(met("9", Some("9")) && met("9", Some("10")));
        assert!(!met("10", Some("9")) && !met("9", None));
        assert!(met("b", Some("b")) && !met("b", Some("c")), "nobody knows which of them is later");
        assert!(is_met(Echo::of_change("pods", &held("9")), None), "its last finalizer was removed");
        assert_eq!(Echo::of_change("pods", &json!({"kind": "Status", "status": "Success"})), None);
    }

    #[test]
    fn a_deletion_is_heard_when_the_object_is_gone_or_held() {
        let status = json!({"kind": "Status", "metadata": {}, "details": {"name": "web-0", "uid": "u1"}});
        for answer in [status, object("9")] {
            let met = |known| is_met(Echo::of_deletion("pods", &answer), known);
            assert!(met(None) && !met(Some("9")) && !met(Some("12")), "{answer}");
        }

        let met = |known| is_met(Echo::of_deletion("pods", &held("9")), known);
        assert!(met(None) && met(Some("9")) && !met(Some("8")));
    }
}
