//! No query may take all there is.

use std::time::Duration;

use super::{ask, named};
use crate::{Engine, Memory, Problem, Query, Range};

fn storage() -> Memory {
    Memory::new([named("one", &[1.0; 1000])])
}

#[test]
fn long_and_deep_expressions_are_refused() {
    let long = format!("vector(1){}", "+1".repeat(10_000));
    let deep = format!("{}1{}", "(".repeat(2_000), ")".repeat(2_000));
    let chain = format!("1{}", "+1".repeat(1_000));

    for expression in [long, deep, chain] {
        let refusal = Query::parse(&expression).unwrap_err().to_string();
        assert!(refusal.contains("at most"), "{refusal}");
    }
}

#[test]
fn a_query_that_reads_too_much_is_refused() {
    let engine = Engine { max_samples: 500, ..Engine::default() };
    let query = Query::parse("sum_over_time(one[10h])").unwrap();

    assert_eq!(engine.instant(&storage(), &query, 30_000_000), Err(Problem::TooManySamples));
}

#[test]
fn a_sub_query_of_tiny_steps_is_refused() {
    let refusal = ask(&storage(), "sum_over_time(vector(1)[100y:1ms])", 30_000_000);

    assert_eq!(refusal, Err(Problem::TooManySamples));
}

#[test]
fn a_query_that_takes_too_long_is_given_up() {
    let engine = Engine { timeout: Duration::ZERO, ..Engine::default() };
    let query = Query::parse("sum(one)").unwrap();

    std::thread::sleep(Duration::from_millis(2));
    let range = Range { start: 0, end: 600_000, step: 1_000 };
    assert_eq!(engine.range(&storage(), &query, range), Err(Problem::Timeout));
}

#[test]
fn what_this_version_does_not_know_is_refused() {
    for expression in
        ["first_over_time(one[5m])", "sort_by_label(one, \"job\")", "info(one)", "{a=\"b\" or c=\"d\"}"]
    {
        assert!(matches!(Query::parse(expression), Err(Problem::Parse(_))), "{expression}");
    }
}
