//! What a real Prometheus answered, written down: one line for each expression.

use serde_json::{Value, json};

use crate::ask::Answer;

/// Each expression with its answer.
pub fn recorded() -> impl Iterator<Item = (String, Answer)> {
    include_str!("answers.jsonl").lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        let code = line["code"].as_u64().and_then(|code| u16::try_from(code).ok()).unwrap();
        (line["expression"].as_str().unwrap().to_owned(), Answer { code, body: line["body"].clone() })
    })
}

/// An expression with its answer, as a line.
pub fn line(expression: &str, answer: &Answer) -> String {
    format!("{}\n", json!({ "expression": expression, "code": answer.code, "body": answer.body }))
}
