//! What PromQL means, and how Prometheus answers.

#![allow(clippy::unwrap_used)]

mod answers;
mod ask;
#[path = "../asked/mod.rs"]
mod asked;
mod compare;
mod world;

use ask::{Form, Prometheus};
use compare::differences;
use conformance::samples::START;
use serde_json::Value;

/// The moment at which expressions are asked: twenty-seven minutes and a bit after the first sample.
const MOMENT: i64 = START / 1000 + 27 * 60 + 13;

/// The times at which they are asked, on both sides of all samples.
const RANGE: [(&str, i64); 3] =
    [("start", START / 1000 - 600), ("end", START / 1000 + 60 * 60), ("step", 97)];

fn expressions() -> impl Iterator<Item = &'static str> {
    let lines = include_str!("expressions.txt").lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn at_a_moment(expression: &str) -> Form {
    Form::new("/api/v1/query").with("query", expression).with("time", MOMENT)
}

fn over_time(expression: &str) -> Form {
    let form = Form::new("/api/v1/query_range").with("query", expression);
    RANGE.into_iter().fold(form, |form, (name, value)| form.with(name, value))
}

/// What a real Prometheus answered is written down, so that this needs none.
#[tokio::test]
async fn the_simulator_answers_at_a_moment_as_prometheus_did() {
    let simulator = Prometheus::simulator();
    let mut wrong = Vec::new();

    for (expression, recorded) in answers::recorded() {
        let answer = simulator.ask(&at_a_moment(&expression)).await;
        wrong.extend(differences(&expression, &answer, &recorded));
    }

    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_expression_has_a_recorded_answer() {
    let recorded: Vec<String> = answers::recorded().map(|(expression, _)| expression).collect();
    let missing: Vec<&str> = expressions().filter(|one| !recorded.iter().any(|known| known == one)).collect();

    assert!(recorded.len() >= 300, "{} expressions", recorded.len());
    assert!(missing.is_empty(), "ask Prometheus again (see docs/peers.md) for {missing:?}");
}

#[tokio::test]
#[ignore = "needs a real Prometheus: cargo xtask test --step peers"]
async fn the_simulator_answers_at_any_time_as_prometheus_does() {
    let (simulator, peer) = (Prometheus::simulator(), Prometheus::peer());
    let mut wrong = Vec::new();
    let mut lines = String::new();

    for expression in expressions() {
        for form in [at_a_moment(expression), over_time(expression)] {
            let (answer, wanted) = (simulator.ask(&form).await, peer.ask(&form).await);
            wrong.extend(differences(expression, &answer, &wanted));
            if form.path == "/api/v1/query" {
                lines.push_str(&answers::line(expression, &wanted));
            }
        }
    }

    if let Some(file) = std::env::var_os("ORRERY_RECORD_ANSWERS") {
        std::fs::write(file, lines).unwrap();
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

/// What is refused, and with what words.
#[tokio::test]
#[ignore = "needs a real Prometheus: cargo xtask test --step peers"]
async fn the_simulator_refuses_as_prometheus_does() {
    let (simulator, peer) = (Prometheus::simulator(), Prometheus::peer());
    let query = || Form::new("/api/v1/query");
    let range = || Form::new("/api/v1/query_range").with("query", "up");
    let forms = [
        query().with("query", "up").with("time", "yesterday"),
        query().with("query", "up").with("timeout", "soon"),
        range(),
        range().with("start", 10).with("end", 5).with("step", 1),
        range().with("start", 10).with("end", 50).with("step", 0),
        range().with("start", 10).with("end", 50).with("step", "-1s"),
        range().with("start", 10).with("end", 50).with("step", "often"),
        range().with("start", 10).with("end", 50),
        range().with("start", 0).with("end", 11_001).with("step", 1),
        range().with("start", 0).with("end", 11_000).with("step", 1),
        range().with("start", 10).with("end", "2026-01-05T00:10:00Z").with("step", "1h"),
        Form::new("/api/v1/query_range")
            .with("query", "up[5m]")
            .with("start", 1)
            .with("end", 2)
            .with("step", 1),
        Form::new("/api/v1/query_range")
            .with("query", "\"a\"")
            .with("start", 1)
            .with("end", 2)
            .with("step", 1),
        Form::new("/api/v1/series"),
        Form::new("/api/v1/series").with("match[]", "up").with("start", 1).with("end", 2),
        Form::new("/api/v1/series").with("match[]", "up").with("start", 2).with("end", 1),
    ];
    let mut wrong = Vec::new();

    for form in forms {
        let (answer, wanted) = (simulator.ask(&form).await, peer.ask(&form).await);
        if (answer.code, &answer.body) != (wanted.code, &wanted.body) {
            wrong.push(format!(
                "{form:?}\n  {} {}\n  {} {}",
                answer.code, answer.body, wanted.code, wanted.body
            ));
        }
    }

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
#[ignore = "needs a real Prometheus: cargo xtask test --step peers"]
async fn the_simulator_lists_series_and_labels_as_prometheus_does() {
    let (simulator, peer) = (Prometheus::simulator(), Prometheus::peer());
    let within = |form: Form| form.with("start", START / 1000).with("end", START / 1000 + 3600);
    let forms = [
        within(Form::new("/api/v1/series"))
            .with("match[]", "up")
            .with("match[]", "temperature{room=~\"h.*\"}"),
        within(Form::new("/api/v1/labels")),
        within(Form::new("/api/v1/labels")).with("match[]", "device"),
        within(Form::get("/api/v1/label/job/values")),
        within(Form::get("/api/v1/label/__name__/values")),
        within(Form::get("/api/v1/label/room/values")).with("match[]", "temperature"),
        Form::get("/api/v1/label/bad-name/values"),
    ];
    let sorted = |body: &Value| {
        let mut items: Vec<String> =
            body["data"].as_array().into_iter().flatten().map(Value::to_string).collect();
        items.sort();
        items
    };

    for form in forms {
        let (answer, wanted) = (simulator.ask(&form).await, peer.ask(&form).await);
        assert_eq!(answer.code, wanted.code, "{form:?}: {} {}", answer.body, wanted.body);
        assert_eq!(sorted(&answer.body), sorted(&wanted.body), "{form:?}");
    }
}
