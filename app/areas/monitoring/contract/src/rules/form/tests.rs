use super::*;

fn fields() -> RuleFields {
    RuleFields {
        namespace: "shop".into(),
        name: " Memory is short ".into(),
        template: "memory-of-limit".into(),
        kind: "deployments".into(),
        target: "web".into(),
        threshold: "85".into(),
        severity: "warning".into(),
        hold: "5m".into(),
        summary: "{{ $labels.pod }} uses {{ $value | humanizePercentage }}\r\n".into(),
        ..RuleFields::new(ClusterName::parse("harbour").unwrap())
    }
}

fn wrong(fields: &RuleFields) -> Vec<String> {
    fields.check().unwrap_err().into_iter().map(|problem| problem.field).collect()
}

#[test]
fn a_form_becomes_a_rule() {
    let plan = fields().check().unwrap();

    assert_eq!((plan.name.as_str(), plan.severity), ("Memory is short", Severity::Warning));
    assert_eq!(plan.summary, "{{ $labels.pod }} uses {{ $value | humanizePercentage }}");
    let RuleSource::Template { targets: Some(targets), threshold, comparison, .. } = plan.source else {
        panic!()
    };
    let names = targets.to_string();
    assert_eq!((targets.kind().as_str(), names.as_str(), threshold), ("deployments", "web", 0.85));
    assert_eq!(comparison, RuleComparison::Above, "as the template begins");
}

#[test]
fn a_rule_can_warn_of_what_is_too_little() {
    let side = |template: &str, comparison: &str| {
        let (kind, target) = (String::new(), String::new());
        let fields = RuleFields { template: template.into(), kind, target, ..fields() };
        let source = RuleFields { comparison: comparison.into(), ..fields }.check().unwrap().source;
        let RuleSource::Template { comparison, threshold, .. } = source else { panic!() };
        (comparison, threshold)
    };

    let gibibyte = 1_073_741_824.0;
    assert_eq!(side("node-memory-left", ""), (RuleComparison::Below, 85.0 * gibibyte));
    assert_eq!(side("node-memory-left", "at-least"), (RuleComparison::AtLeast, 85.0 * gibibyte));
    assert_eq!(side("node-received", "at-most"), (RuleComparison::AtMost, 10_625_000.0));
    // That is a state, whatever somebody sends.
    assert_eq!(side("node-not-ready", "below"), (RuleComparison::Above, 0.0));
}

#[test]
fn nothing_is_a_threshold_and_no_name_means_all_where_that_makes_sense() {
    let plan = RuleFields { threshold: "0".into(), ..fields() }.check().unwrap();
    assert!(matches!(plan.source, RuleSource::Template { threshold: 0.0, .. }));

    let nodes =
        RuleFields { template: "node-cpu".into(), kind: String::new(), target: String::new(), ..fields() };
    assert!(matches!(nodes.check().unwrap().source, RuleSource::Template { targets: None, .. }));
    let ready = RuleFields {
        template: "node-not-ready".into(),
        kind: String::new(),
        threshold: String::new(),
        ..fields()
    };
    assert!(matches!(ready.check().unwrap().source, RuleSource::Template { threshold: 0.0, .. }));
}

#[test]
fn each_problem_stands_at_its_field() {
    assert_eq!(wrong(&RuleFields { target: " ".into(), ..fields() }), ["target"]);
    assert_eq!(wrong(&RuleFields { target: "../web".into(), ..fields() }), ["target"]);
    assert_eq!(wrong(&RuleFields { kind: "nodes".into(), ..fields() }), ["kind"]);
    for threshold in ["", "-1", "NaN", "inf", "much", "1e99"] {
        assert_eq!(
            wrong(&RuleFields { threshold: threshold.into(), ..fields() }),
            ["threshold"],
            "{threshold}"
        );
    }
    assert_eq!(wrong(&RuleFields { comparison: "near".into(), ..fields() }), ["comparison"]);
    assert_eq!(wrong(&RuleFields { template: "none".into(), ..fields() }), ["template"]);
    assert_eq!(wrong(&RuleFields { template: String::new(), ..fields() }), ["query"]);
    assert_eq!(
        wrong(&RuleFields { severity: "page".into(), hold: "soon".into(), ..fields() }),
        ["severity", "hold"]
    );
    for interval in ["0s", "often", "8d", "5"] {
        assert_eq!(wrong(&RuleFields { interval: interval.into(), ..fields() }), ["interval"], "{interval}");
    }
    assert!(RuleFields { interval: " 30s ".into(), ..fields() }.check().is_ok());
    for runbook in ["javascript:alert(1)", "runbooks.example.org", "https://a b"] {
        assert_eq!(wrong(&RuleFields { runbook: runbook.into(), ..fields() }), ["runbook"], "{runbook}");
    }
    for summary in ["{{ $value", "$value }}", "{{ {{ $value }}", "a }} {{ b"] {
        assert_eq!(wrong(&RuleFields { summary: summary.into(), ..fields() }), ["summary"], "{summary}");
    }
    assert_eq!(wrong(&RuleFields { name: "a\nb".into(), ..fields() }), ["name"]);
}

#[test]
fn the_past_is_looked_at_before_a_rule_has_a_name() {
    let unnamed = RuleFields { name: String::new(), severity: String::new(), ..fields() };

    assert!(unnamed.check_measured().is_ok());
    assert!(RuleFields { threshold: "x".into(), ..unnamed }.check_measured().is_err());
}
