//! A hundred values that nobody asks to see, and everything that is said, logged and kept.

use super::addresses::{Ask, Sending, places};
use super::people::By;
use super::questions::{extras, functions, pages, without_values};
use super::world::Stage;
use super::*;
use axum::http::header::AUTHORIZATION;
use metrics_exporter_prometheus::PrometheusBuilder;
use providers_contract::{Kind, Settings};
use serde_json::json;
use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

/// With what every value begins, plainly and as clusters write it.
const BEGINNINGS: [&str; 2] = ["hiddenvalue", "aGlkZGVudmFs"];
const COUNT: usize = 100;

/// What is seen of all that is logged: at the level that logs everything it is too much to keep.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Logged>>);

#[derive(Default)]
struct Logged {
    lines: usize,
    /// At the lowest level, where libraries say what nobody reads.
    traced: usize,
    leaks: BTreeSet<String>,
}

impl Write for Log {
    /// A line: the subscriber writes each in one piece.
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut logged = self.0.lock().unwrap();
        logged.lines += 1;
        logged.traced += usize::from(bytes.windows(5).any(|word| word == b"TRACE"));
        logged.leaks.extend(leak(bytes));
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

fn words(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split_whitespace()
}

/// What people type and browsers and programs carry, each with a value in the place of every secret. The answers go to who has
/// sent it.
fn carried() -> Vec<Request<Body>> {
    let value = "hiddenvalue-that-is-carried";
    // As long as the id of a session is, so that it is looked for.
    let session = "orrery=hiddenvalueAAAAAAAAAAA";
    let sealed = words("journey newcomer link code passkey shown way-out port");
    let cookies: Vec<_> = sealed.map(|name| format!("orrery-{name}={value}")).collect();
    let cookies = format!("{session}; {}", cookies.join("; "));
    let fields =
        words("name password password_again old_password code credential token logout_token next provider");
    let form: Vec<_> = fields.map(|field| format!("{field}={value}")).collect();
    let form = form.join("&");
    let posted = words(
        "/sign-in /setup /invitation /sign-in/code /sign-in/forgotten /sign-in/name /sign-in/passkey /sign-out \
         /sign-in/back-channel/none /account/password",
    );
    let read = [
        format!("/setup?token={value}"),
        format!("/invitation?token={value}"),
        format!("/embed/{value}"),
        format!("/embed/{value}/"),
        format!("/sign-in/callback/none?code={value}&state={value}&ticket={value}"),
        "/".into(),
        "/live".into(),
        "/kubernetes/lantern/api/v1/namespaces/shop/pods".into(),
    ];
    let mut requests: Vec<_> = posted.map(|address| post(address, form.clone())).collect();
    requests.push(call("sign_in/link", &json!({"token": value}).to_string()));
    requests.extend(read.iter().map(|address| get(address)));
    let bearer = format!("Bearer {value}");
    requests
        .into_iter()
        .map(|request| with(with(request, COOKIE, &cookies), AUTHORIZATION, &bearer))
        .collect()
}

// One thread, so that whatever logs does so into this log.
#[tokio::test]
async fn values_of_secrets_are_nowhere_but_where_they_are_asked_for() {
    let log = Log::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    // Also what libraries say by other means than ours.
    let _logging = subscriber.set_default();
    let measured = PrometheusBuilder::new().build_recorder();
    let _measuring = ::metrics::set_default_local_recorder(&measured);
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
    for request in carried() {
        router(&stage.console).oneshot(request).await.unwrap();
    }

    let trail = format!("{:?}", stage.console.database().audit_trail(10_000).await.unwrap());
    assert_eq!(leak(trail.as_bytes()), None, "in the audit trail");
    let stored = stage.stored();
    assert_eq!(leak(&stored), None, "in what is kept");
    for person in &stage.people {
        let key = match &person.by {
            By::Nothing => continue,
            By::Cookie(cookie) => cookie.split_once('=').unwrap().1,
            By::Token(token) => token.as_str(),
        };
        let is_kept = stored.windows(key.len()).any(|kept| kept == key.as_bytes());
        assert!(!is_kept, "what lets {} in is in what is kept", person.name);
    }
    {
        let logged = log.0.lock().unwrap();
        assert!(logged.lines > 1000 && logged.traced > 100, "only {} lines were logged", logged.lines);
        assert_eq!(logged.leaks, BTreeSet::new(), "in the log");
    }
    let figures = measured.handle().render();
    assert!(figures.contains("orrery_http_requests_total"), "{figures}");
    assert_eq!(leak(figures.as_bytes()), None, "in the figures");
    assert!(!figures.contains("orrery_panics_total"), "a request panicked, and what it said is in the log");

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
