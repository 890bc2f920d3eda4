//! A hundred values that nobody asks to see, and everything that is said, logged and kept.

use super::addresses::{Ask, Sending, places};
use super::questions::{extras, functions, pages, without_values};
use super::world::Stage;
use super::*;
use providers_contract::{Kind, Settings};
use serde_json::json;
use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

/// With what every value begins, plainly and as clusters write it.
const BEGINNINGS: [&str; 2] = ["hiddenvalue", "aGlkZGVudmFs"];
const COUNT: usize = 100;

/// Everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

fn leak(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let at = BEGINNINGS.iter().find_map(|beginning| text.find(beginning))?;
    let from = text.floor_char_boundary(at.saturating_sub(200));
    let until = text.floor_char_boundary((at + 60).min(text.len()));
    Some(text[from..until].to_owned())
}

/// Secrets of every sort that Kubernetes knows, some with the traces that `kubectl apply` leaves.
async fn hide(stage: &Stage) {
    use base64::Engine;
    for index in 0..COUNT {
        let value = format!("hiddenvalue{index:03}");
        let namespace = if index % 2 == 0 { "shop" } else { "bank" };
        let coded = base64::prelude::BASE64_STANDARD.encode(&value);
        let applied =
            json!({"kind": "Secret", "data": {"key": coded}, "stringData": {"other": value}}).to_string();
        let mut secret = json!({
            "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
            "metadata": {"name": format!("hidden-{index}"), "namespace": namespace},
            "stringData": {"key": value, "token": value},
        });
        if index % 3 == 0 {
            secret["metadata"]["annotations"] =
                json!({"kubectl.kubernetes.io/last-applied-configuration": applied});
        }
        stage.ground.create(secret).await;
    }
}

// One thread, so that whatever logs does so into this log.
#[tokio::test]
async fn values_of_secrets_are_nowhere_but_where_they_are_asked_for() {
    let log = Log::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(log.clone()).finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    // With only one subscriber, what another test's thread reaches first is asked of that thread, which has none, and is
    // never logged again. With two, all are asked.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let stage = Stage::new().await;
    hide(&stage).await;
    let settings = Settings::draft(Kind::GitHub);
    stage.console.registry().add(&settings, "hiddenvalue-of-a-provider").await.unwrap();
    let reveals = |ask: &Ask| {
        ask.is_of_a_cluster()
            || matches!(&ask.sending, Sending::Json(json) if json.contains("\"reveal\":true"))
    };
    let mut asks: BTreeSet<Ask> = places()
        .iter()
        .take(2)
        .flat_map(|place| pages(place).into_iter().chain(functions(place)).chain(extras(place)))
        .filter(|ask| !reveals(ask))
        .collect();
    for index in 0..COUNT {
        asks.extend(without_values(&format!("hidden-{index}"), &places()[index % 2]));
    }
    let administrator = stage.person("administrator");
    let mut found = 0;
    for ask in &asks {
        let body = text(stage.send(administrator, ask).await).await;
        found += usize::from(body.contains("hidden-"));
        assert_eq!(leak(body.as_bytes()), None, "{ask:?}");
    }
    assert!(found > 2 * COUNT, "the secrets were shown by only {found} answers");

    let trail = format!("{:?}", stage.console.database().audit_trail(10_000).await.unwrap());
    assert_eq!(leak(trail.as_bytes()), None, "in the audit trail");
    assert_eq!(leak(&stage.stored()), None, "in what is kept");
    let logged = log.0.lock().unwrap().clone();
    assert!(logged.len() > 10_000, "nothing was logged");
    assert_eq!(leak(&logged), None, "in the log");

    // Where a value is asked for, it is shown: the beginnings are the right ones.
    let asked = Ask {
        address: "/api/resources/manifest".into(),
        sending: Sending::Json(
            json!({"resource": {"cluster": "lantern", "kind": "secrets", "namespace": "shop", "name": "hidden-0"}, "reveal": true})
                .to_string(),
        ),
    };
    let body = text(stage.send(administrator, &asked).await).await;
    assert!(leak(body.as_bytes()).is_some(), "{body}");
    stage.close().await;
}
