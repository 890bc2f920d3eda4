use super::*;
use proptest::prelude::*;

fn confined(text: &str) -> Result<String, PrometheusError> {
    let forced =
        Forced { label: "namespace".into(), wanted: Wanted::AnyOf(vec!["shop".into(), "blog".into()]) };
    Query::parse(text)?.force(|_| vec![forced.clone()])?.to_text()
}

/// Whether each way through each selector of a text demands one of the two namespaces.
fn is_confined(text: &str) -> bool {
    let demands = |matchers: &[Matcher]| {
        matchers.iter().any(|matcher| {
            matcher.name == "namespace"
                && matcher.value == "shop|blog"
                && matches!(matcher.op, MatchOp::Re(_))
        })
    };
    let mut query = Query::parse(text).unwrap();
    // Counted in another way than the fence finds them.
    let selectors = format!("{:?}", query.0).matches("VectorSelector {").count();
    let mut confined = 0;
    each(&mut query.0, &mut |expression| {
        if let Some(selector) = selector(expression) {
            let matchers = &selector.matchers;
            let is_confined = match matchers.or_matchers.as_slice() {
                [] => demands(&matchers.matchers),
                groups => groups.iter().all(|group| demands(group)),
            };
            confined += usize::from(is_confined);
        }
        Ok(())
    })
    .unwrap();
    confined == selectors
}

#[test]
fn a_number_that_is_no_duration_is_refused() {
    for query in ["up offset inf", "1 offset inf", "up offset 1e300"] {
        assert!(matches!(Query::parse(query), Err(PrometheusError::Query { .. })), "{query}");
    }
}

#[test]
fn every_form_of_selector_is_confined() {
    for query in [
        "up",
        "up{}",
        r#"{__name__=~"kube_.+"}"#,
        r#"{__name__="up",namespace="kube-system"}"#,
        r#"up{namespace!="shop"}"#,
        r#"up{namespace=~".*"}"#,
        "up offset 5m",
        "up @ 1600000000",
        "up @ start()",
        "rate(up[5m])",
        "rate(up[5m] offset 1h)",
        "max_over_time(rate(up[5m])[1h:1m])",
        "sum by (namespace) (up) / on (namespace) group_left () sum by (namespace) (other)",
        "up and other or third unless fourth",
        "-up",
        "(((up)))",
        "topk(5, up)",
        "topk(scalar(secret), up)",
        "quantile(scalar(sum(rate(secret[5m]))), up)",
        "quantile(0.9, up)",
        r#"count_values("namespace", up)"#,
        r#"label_replace(up, "namespace", "shop", "namespace", ".*")"#,
        r#"label_join(up, "namespace", "", "job")"#,
        "absent(up)",
        "absent_over_time(up[5m])",
        "histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))",
        "vector(1) or up",
        "scalar(up) * up",
        "up # {namespace=\"shop\"}\n",
        r#"up{job="a\"} or up{x=\""}"#,
        r#"up{a="b" or c="d"}"#,
        r#"{a="b" or namespace="kube-system"}"#,
        r#"up{job='x'} or {job=`y`}"#,
        "up > bool 1",
        "sum(up) by (namespace)",
        "sort_desc(up)",
        r#"{"my.metric"}"#,
        r#"{"up} or up{a", job="x"}"#,
        r#"{"x=\"1\"} or up{y"="c"}"#,
    ] {
        match confined(query) {
            Ok(sent) => assert!(is_confined(&sent), "{query} was sent as {sent}"),
            Err(error) => assert!(matches!(error, PrometheusError::Query { .. }), "{query}: {error}"),
        }
    }
}

#[test]
fn ordinary_queries_are_sent_and_not_refused() {
    assert_eq!(confined("up").unwrap(), r#"up{namespace=~"shop|blog"}"#);
    assert_eq!(
        confined(r#"sum(rate(x{a="b"}[5m])) / 2"#).unwrap(),
        r#"sum(rate(x{a="b",namespace=~"shop|blog"}[5m])) / 2"#
    );
}

#[test]
fn what_reads_more_than_its_selectors_is_refused() {
    assert!(confined("info(up)").unwrap_err().to_string().contains("info()"));
}

#[test]
fn what_cannot_be_read_is_not_sent() {
    for query in ["", "up{", "up[5m", "WITH (x = up) x", "up{a=~\"(\"}", "sum("] {
        assert!(confined(query).is_err(), "{query}");
    }
    assert!(confined(&"(".repeat(100_000)).is_err());
    assert!(confined(&format!("up{{a=\"{}\"}}", "x".repeat(20_000))).is_err());
}

#[test]
fn a_query_is_only_so_deep_and_so_long() {
    let deep = |levels: usize| Query::parse(&format!("{}up{}", "(".repeat(levels), ")".repeat(levels)));
    let long = |letters: usize| Query::parse(&format!("up{{a=\"{}\"}}", "x".repeat(letters)));

    assert!(deep(DEEPEST).is_ok() && deep(DEEPEST + 1).is_err());
    // What stands in quotes and remarks opens and closes nothing.
    let inner = |closing: &str| format!("{}1 + {closing} + {}up", "(".repeat(60), "(".repeat(10));
    for closing in ["up{a=\")))))))))))\"}", "up{a='\\')))))))))))'}", "1 # )))))))))))\n"] {
        let query = format!("{}{}", inner(closing), ")".repeat(70));
        assert!(Query::parse(&query).is_err_and(|error| error.to_string().contains("levels")), "{query}");
    }
    for (operand, operator) in [("1", "+"), ("up", " or "), ("up", " UNLESS "), ("", "-"), ("1", "^")] {
        let many = |count: usize| format!("{}up", format!("{operand}{operator}").repeat(count));
        assert!(Query::parse(&many(MOST_OPERATORS)).and_then(|query| query.to_text()).is_ok(), "{operator}");
        let refusal = Query::parse(&many(MOST_OPERATORS + 1));
        assert!(refusal.is_err_and(|error| error.to_string().contains("operators")), "{operator}");
    }
    let names = vec!["web-0"; 1000].join("|");
    assert!(Query::parse(&format!("up{{pod=~\"{names}\"}}")).is_ok());
    assert!(long(LONGEST_QUERY - 10).is_ok() && long(LONGEST_QUERY).is_err());
}

#[test]
fn names_of_namespaces_are_no_expressions() {
    let forced = Wanted::AnyOf(vec!["a.b".into(), "c|d".into(), "e".into()]);
    let forced = Forced { label: "namespace".into(), wanted: forced };
    let text = Query::parse("up").unwrap().force(|_| vec![forced.clone()]).unwrap().to_text().unwrap();

    assert_eq!(text, r#"up{namespace=~"a\\.b|c\\|d|e"}"#);
}

#[test]
fn nobodys_projects_are_nothing() {
    let forced = Forced { label: "namespace".into(), wanted: Wanted::AnyOf(Vec::new()) };
    let text = Query::parse("up").unwrap().force(|_| vec![forced.clone()]).unwrap().to_text().unwrap();

    assert_eq!(text, r#"up{namespace=~"-"}"#);
}

#[test]
fn only_the_range_that_stands_for_any_grows() {
    let text = |query: &str| Query::parse(query).unwrap().with_steps_of(3600).unwrap().to_text().unwrap();

    assert_eq!(text("rate(x[5m])"), "rate(x[1h])");
    assert_eq!(text("increase(x[2h])"), "increase(x[2h])");
    assert_eq!(
        Query::parse("rate(x[5m])").unwrap().with_steps_of(15).unwrap().to_text().unwrap(),
        "rate(x[5m])"
    );
}

#[test]
fn every_expression_of_every_card_can_be_read_and_confined() {
    use monitoring_contract::{BoardId, cards};
    let of_boards =
        BoardId::ALL.into_iter().flat_map(cards::of).flat_map(|card| card.lines).flat_map(|line| line.picks);
    let ranked = [cards::RANKED_NODES, cards::RANKED_NAMESPACES, cards::RANKED_PODS];
    let of_rankings = ranked.into_iter().flatten().flat_map(|column| column.picks);
    for query in of_boards.chain(of_rankings) {
        let parsed = Query::parse(query).unwrap_or_else(|error| panic!("{query}: {error}"));
        assert!(!parsed.metrics().unwrap().is_empty(), "{query} names no metric");
        assert!(is_confined(&confined(query).unwrap()), "{query}");
    }
}

/// Queries of any form, out of pieces that are easily mistaken for one another.
fn query() -> impl Strategy<Value = String> {
    let name = prop_oneof![Just("up"), Just("kube_pod_info"), Just("a:b:c"), Just("sum"), Just("offset")];
    let value = "[a-z\"'`{}()|.*\\\\ ,=#\n]{0,8}".prop_map(|text| format!("{text:?}"));
    let matcher = (
        prop_oneof![Just("namespace"), Just("job"), Just("__name__")],
        prop_oneof![Just("="), Just("!="), Just("=~"), Just("!~")],
        value,
    );
    let matchers =
        proptest::collection::vec(matcher.prop_map(|(name, op, value)| format!("{name}{op}{value}")), 0..3);
    let glue = prop_oneof![Just(", "), Just(" or ")];
    let selector = (proptest::option::of(name), matchers, glue).prop_map(|(name, matchers, glue)| {
        let name = name.unwrap_or_default();
        format!("{name}{{{}}}", matchers.join(glue))
    });
    selector.prop_recursive(4, 24, 3, |inner| {
        let operator = prop_oneof![
            Just("+"),
            Just("and"),
            Just("or"),
            Just("unless"),
            Just("> bool"),
            Just("== on (pod)")
        ];
        let wrapped = prop_oneof![
            Just(("rate(", "[5m])")),
            Just(("sum by (namespace) (", ")")),
            Just(("absent(", ")")),
            Just(("(", ")")),
            Just(("-", "")),
            Just(("max_over_time(rate(", "[5m])[1h:])")),
            Just(("", " offset 5m")),
            Just(("", " @ end()")),
            Just(("label_replace(", ", \"namespace\", \"x\", \"y\", \"z\")")),
            Just(("topk(3, ", ")")),
            Just(("topk(scalar(", "), up)")),
            Just(("", " # c\n")),
        ];
        prop_oneof![
            (inner.clone(), operator, inner.clone())
                .prop_map(|(left, op, right)| format!("{left} {op} {right}")),
            (wrapped, inner).prop_map(|((before, after), inner)| format!("{before}{inner}{after}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_form_of_query_leaves_a_selector_unconfined(query in query()) {
        if let Ok(sent) = confined(&query) {
            prop_assert!(is_confined(&sent), "{} was sent as {}", query, sent);
        }
    }

    #[test]
    fn no_text_at_all_leaves_a_selector_unconfined(text in "[ a-z{}()\\[\\]=~\"'`\\\\|,0-9#\n-]{0,40}") {
        if let Ok(sent) = confined(&text) {
            prop_assert!(is_confined(&sent), "{} was sent as {}", text, sent);
        }
    }
}
