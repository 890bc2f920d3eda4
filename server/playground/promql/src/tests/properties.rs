//! What holds for any samples and any text.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{ask, named, series};
use crate::{
    Answer, Engine, Memory, MemorySeries, NAME, Query, Range, duration, format_duration, format_number,
};

/// Counters, gauges and numbers that are none.
fn any_values() -> impl Strategy<Value = Vec<f64>> {
    let value = prop_oneof![
        8 => -1e6..1e6,
        2 => Just(0.0),
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => Just(f64::NEG_INFINITY),
        1 => Just(crate::STALE),
    ];
    vec(value, 0..40)
}

fn any_storage() -> impl Strategy<Value = Memory> {
    vec(any_values(), 1..5).prop_map(|all| {
        let each = all.iter().enumerate();
        Memory::new(each.map(|(index, values)| {
            let job = ["a", "b"][index % 2];
            series(&[(NAME, "m"), ("job", job), ("le", &index.to_string())], values)
        }))
    })
}

/// Expressions made of pieces that fit together.
fn any_expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("m".to_owned()),
        Just("m{job=\"a\"}".to_owned()),
        Just("m offset 1m".to_owned()),
        Just("vector(time())".to_owned()),
        Just("rate(m[2m])".to_owned()),
        Just("m @ end()".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 2, |inner| {
        let over = prop_oneof![
            Just("sum_over_time"),
            Just("quantile_over_time"),
            Just("rate"),
            Just("deriv"),
            Just("stdvar_over_time"),
            Just("last_over_time"),
            Just("absent_over_time"),
            Just("changes"),
            Just("irate"),
        ];
        let of = prop_oneof![
            Just("sum"),
            Just("avg by (job)"),
            Just("max without (le)"),
            Just("stddev"),
            Just("count"),
            Just("topk"),
            Just("quantile"),
            Just("bottomk"),
            Just("group by (le)"),
        ];
        let operator = prop_oneof![
            Just("+"),
            Just("/"),
            Just("% on(job) group_left()"),
            Just("> bool"),
            Just("<"),
            Just("and"),
            Just("or"),
            Just("unless on(job)"),
            Just("^ on(le)"),
            Just("atan2 ignoring(le)"),
        ];
        prop_oneof![
            (over, inner.clone()).prop_map(|(function, inner)| match function {
                "quantile_over_time" => format!("quantile_over_time(0.5, ({inner})[3m:20s])"),
                _ => format!("{function}(({inner})[3m:20s])"),
            }),
            (of, inner.clone()).prop_map(|(of, inner)| match of {
                "topk" | "bottomk" => format!("{of}(2, {inner})"),
                "quantile" => format!("quantile(0.9, {inner})"),
                _ => format!("{of} ({inner})"),
            }),
            (operator, inner.clone(), inner.clone())
                .prop_map(|(operator, left, right)| format!("({left}) {operator} ({right})")),
            inner.clone().prop_map(|inner| format!("-({inner})")),
            inner.clone().prop_map(|inner| format!("histogram_quantile(0.5, {inner})")),
            inner.prop_map(|inner| format!(
                "clamp(label_replace({inner}, \"x\", \"$1\", \"job\", \"(.*)\"), 1, 2)"
            )),
        ]
    })
}

/// Equal, and both none are equal too.
fn same(one: f64, other: f64) -> bool {
    one.to_bits() == other.to_bits() || one == other || (one.is_nan() && other.is_nan())
}

#[test]
fn a_number_that_is_no_duration_is_no_expression() {
    assert!(matches!(Query::parse("1 offset inf"), Err(crate::Problem::Parse(_))));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,60}") {
        let _ = Query::parse(&text);
    }

    #[test]
    fn no_text_of_tokens_makes_anything_panic(
        words in vec(prop_oneof![
            Just("m"), Just("("), Just(")"), Just("["), Just("]"), Just("5m"), Just(":"), Just("{"), Just("}"),
            Just("job=\"a\""), Just("sum"), Just("by"), Just("rate"), Just("offset"), Just("@"), Just("-"), Just("1"),
            Just("1e400"), Just("0x"), Just("and"), Just("on"), Just("group_left"), Just("\"x\""), Just(","),
            Just("topk"), Just("bool"), Just("=="), Just("inf"), Just("9999999999y"), Just("start()"),
        ], 0..12),
        storage in any_storage(),
    ) {
        let _ = ask(&storage, &words.join(" "), 600_000);
    }

    #[test]
    fn many_times_are_like_each_of_them(storage in any_storage(), expression in any_expression()) {
        let engine = Engine::default();
        // At many times `end()` is another time than at one.
        let expression = expression.replace("end()", "300");
        let query = Query::parse(&expression).unwrap_or_else(|problem| panic!("{expression}: {problem}"));
        let range = engine.range(&storage, &query, Range { start: 0, end: 1_300_000, step: 130_000 });

        let mut at_once = Vec::new();
        for at in (0..=1_300_000).step_by(130_000) {
            match engine.instant(&storage, &query, at) {
                Ok(Answer::Vector(rows)) => at_once.extend(rows),
                Ok(other) => prop_assert!(false, "{other:?}"),
                Err(problem) => {
                    prop_assert!(range.is_err(), "{expression}: {problem}");
                    return Ok(());
                }
            }
        }

        // Over many times two series may become one that at no single time are both there, which some refuse.
        let Ok(rows) = range else { return Ok(()) };
        let count: usize = rows.iter().map(|row: &MemorySeries| row.samples.len()).sum();
        prop_assert_eq!(count, at_once.len(), "{}", expression);
        for (labels, sample) in at_once {
            let row = rows.iter().find(|row| row.labels == labels);
            let found = row.and_then(|row| row.samples.iter().find(|one| one.at == sample.at));
            prop_assert!(found.is_some_and(|found| same(found.value, sample.value)), "{}: {} {:?}", expression, labels, sample);
        }
    }

    #[test]
    fn a_counter_never_shrinks(steps in vec(0.0..1e6, 2..40)) {
        let total = steps.iter().scan(0.0, |sum, step| { *sum += step; Some(*sum) });
        let storage = Memory::new([named("m", &total.collect::<Vec<f64>>())]);

        let Ok(Answer::Vector(rows)) = ask(&storage, "increase(m[10m])", 300_000) else { panic!("no vector") };
        prop_assert!(rows.iter().all(|(_, sample)| sample.value >= 0.0));
    }

    #[test]
    fn durations_are_read_as_they_are_written(milliseconds in 1i64..100_000_000_000) {
        prop_assert_eq!(duration(&format_duration(milliseconds)), Some(milliseconds));
    }

    #[test]
    fn numbers_are_read_as_they_are_written(number in any::<f64>()) {
        prop_assert!(same(format_number(number).parse().unwrap(), number));
    }
}
