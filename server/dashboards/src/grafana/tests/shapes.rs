//! Whole dashboards as Grafana writes them, with everything that stands in such files beside what is meant.

use super::*;

/// What became of a document: its panels, how each is shown and by how many queries. It comes back from Grafana as it went.
#[track_caller]
pub(super) fn shape(document: &str, panels: &[(&str, PanelKind, usize)], left_out: &[&str]) -> Plan {
    let Imported { plan, left_out: told } = import(document).unwrap();
    let found: Vec<_> =
        plan.panels.iter().map(|panel| (panel.title.as_str(), panel.kind, panel.queries.len())).collect();
    assert_eq!(found, panels);
    assert_eq!(told, left_out);
    assert_eq!(plan.problems(), []);
    assert_eq!(import(&export(&plan)).unwrap(), Imported { plan: plan.clone(), left_out: Vec::new() });
    plan
}

pub(super) fn lines<T: ToString>(all: &[T]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}

#[test]
fn figures_have_their_thresholds_and_say_of_which_moment_they_are() {
    let plan = shape(
        include_str!("documents/stats.json"),
        &[
            ("Instances", PanelKind::Value, 1),
            ("Error rate", PanelKind::Value, 1),
            ("Memory", PanelKind::Gauge, 1),
            ("Volumes", PanelKind::Gauge, 1),
        ],
        &["panel \"Error rate\": a mapping of values that is neither of a number nor of a range"],
    );

    let thresholds: Vec<_> =
        plan.panels.iter().map(|panel| (panel.thresholds.warning, panel.thresholds.critical)).collect();
    assert_eq!(
        thresholds,
        [(Some(3.0), Some(2.0)), (None, Some(0.05)), (Some(70.0), Some(90.0)), (None, None)]
    );
    assert_eq!(plan.panels[2].range, ValueRange { min: Some(0.0), max: Some(100.0) });
    assert_eq!(plan.panels[2].unit, Unit::Percent);
    let figures: Vec<_> = plan.panels.iter().map(|panel| panel.figure.word()).collect();
    assert_eq!(figures, ["Latest", "Mean", "Latest", "Latest"]);
}

#[test]
fn tables_keep_their_queries_without_what_is_done_to_them() {
    shape(
        include_str!("documents/tables.json"),
        &[("Pods", PanelKind::Table, 2), ("Nodes", PanelKind::Table, 1), ("Claims", PanelKind::Table, 1)],
        &[
            "panel \"Pods\": its transformations",
            "panel \"Pods\": its overrides of fields",
            "panel \"Nodes\": the styles of its columns",
            "panel \"Claims\": a query that is hidden",
        ],
    );
}

#[test]
fn heat_maps_of_all_ages_are_heat_maps() {
    let plan = shape(
        include_str!("documents/heat.json"),
        &[
            ("Latency", PanelKind::HeatMap, 1),
            ("Load of nodes", PanelKind::HeatMap, 1),
            ("Before", PanelKind::HeatMap, 1),
        ],
        &[
            "panel \"Load of nodes\": that it counts values into buckets itself",
            "panel \"Sizes\": its type histogram",
        ],
    );

    let units: Vec<Unit> = plan.panels.iter().map(|panel| panel.unit).collect();
    assert_eq!(units, [Unit::Seconds, Unit::Count, Unit::Bytes]);
}

#[test]
fn states_have_the_names_that_are_said_of_numbers() {
    let plan = shape(
        include_str!("documents/states.json"),
        &[
            ("Ready", PanelKind::StateTimeline, 1),
            ("Failures of jobs", PanelKind::StateTimeline, 1),
            ("Phases", PanelKind::StateTimeline, 1),
        ],
        &[
            "panel \"Phases\": its mapping of the text \"Running\"",
            "panel \"Phases\": a mapping of values that is neither of a number nor of a range",
        ],
    );

    assert_eq!(lines(&plan.panels[0].mappings), ["critical 0 = Not ready", "ok 1 = Ready"]);
    assert_eq!(lines(&plan.panels[1].mappings), ["critical 1.. = Failed"]);
    assert_eq!(plan.panels[1].step, 300);
}

#[test]
fn words_stay_and_what_shows_other_places_does_not() {
    let plan = shape(
        include_str!("documents/texts.json"),
        &[("", PanelKind::Text, 0), ("Page", PanelKind::Text, 0), ("Note", PanelKind::Text, 0)],
        &[
            "panel \"Page\": its HTML, which stays as it is written",
            "panel \"More\": its type dashlist",
            "panel 4: its type news",
        ],
    );

    assert_eq!(plan.panels[2].text, "Written long ago.");
}

#[test]
fn only_what_is_asked_of_prometheus_is_asked() {
    shape(
        include_str!("documents/sources.json"),
        &[("Both", PanelKind::Lines, 1)],
        &[
            "panel \"Errors\": its search of logs in loki",
            "panel \"Errors\": it has no query that can be asked here",
            "panel \"Both\": a query to loki",
            "panel \"Both\": a query to __expr__",
            "panel \"Shared\": a query that is no PromQL",
            "panel \"Shared\": it has no query that can be asked here",
            "panel \"Traces\": its type traces",
        ],
    );
}

#[test]
fn what_is_repeated_is_there_once_with_its_variable() {
    let plan = shape(
        include_str!("documents/repeated.json"),
        &[
            ("Node $node", PanelKind::Heading, 0),
            ("CPU", PanelKind::Stacked, 1),
            ("Memory", PanelKind::Lines, 1),
            ("Load", PanelKind::Lines, 1),
        ],
        &["the repetition of row \"Node $node\"", "panel \"Load\": its repetition"],
    );

    assert_eq!(lines(&plan.variables), ["node = label_values(kube_node_info, node)"]);
    assert_eq!(plan.panels[2].queries[0].query, "node_memory_MemAvailable_bytes{node=~\"$node\"}");
    assert_eq!(plan.panels[3].width, 4);
}

#[test]
fn variables_of_every_kind_are_taken_or_told() {
    let plan = shape(
        include_str!("documents/variables.json"),
        &[("Usage", PanelKind::Lines, 1)],
        &[
            "variable \"search\": its type is textbox",
            "variable \"site\": its type is constant",
            "variable \"Filters\": its type is adhoc",
            "variable \"metric\": it is no label_values(…) but \"metrics(node_.*)\"",
        ],
    );

    assert_eq!(
        lines(&plan.variables),
        [
            "pod = label_values(kube_pod_info{namespace=\"$namespace\"}, pod)",
            "quantile = values(0.5, 0.9, 0.99)",
        ]
    );
    assert!(plan.panels[0].queries[0].query.ends_with("pod=~\"$pod\"}[5m]))"), "{:?}", plan.panels[0]);
}

#[test]
fn what_stands_in_a_library_is_told_unless_it_is_written_out() {
    let plan = shape(
        include_str!("documents/library.json"),
        &[("Traffic", PanelKind::Lines, 1)],
        &[
            "panel \"Golden signals\": it stands in a library of Grafana, and not in this text",
            "panel \"Saturation\": it stands in a library of Grafana, and not in this text",
        ],
    );

    assert_eq!(plan.panels[0].unit, Unit::PerSecond);
}

#[test]
fn marks_are_those_that_prometheus_knows() {
    let plan = shape(
        include_str!("documents/annotations.json"),
        &[("Restarts", PanelKind::Lines, 1)],
        &["annotation \"Pages\"", "annotation \"Off\"", "annotation \"Tagged\""],
    );

    assert_eq!(
        lines(&plan.annotations),
        ["Rollouts = changes(kube_deployment_status_observed_generation[5m]) > 0"]
    );
}

#[test]
fn graphs_and_single_values_of_old_have_their_colours_and_thresholds() {
    let plan = shape(
        include_str!("documents/rows-of-old.json"),
        &[
            ("Traffic", PanelKind::Heading, 0),
            ("Requests", PanelKind::Stacked, 1),
            ("Bytes", PanelKind::Lines, 2),
            ("Up", PanelKind::Value, 1),
            ("Disk", PanelKind::Gauge, 1),
            ("Failures by hour", PanelKind::Bars, 1),
        ],
        &[
            "panel \"Requests\": its alert",
            "panel \"Bytes\": its overrides of series",
            "panel \"Up\": its mappings of values",
            "panel \"Up\": its mappings of ranges",
        ],
    );

    let [_, requests, bytes, up, disk, failures] = plan.panels.as_slice() else { unreachable!() };
    assert_eq!(lines(&requests.colors), ["green = 2xx", "red = 5xx"]);
    assert_eq!((bytes.unit, bytes.thresholds.critical), (Unit::BytesPerSecond, Some(1_000_000.0)));
    assert_eq!((up.figure.word(), disk.figure.word()), ("Mean", "Latest"));
    // Red comes first there, so that few are bad.
    assert_eq!(up.thresholds, Thresholds { warning: Some(2.0), critical: Some(1.0) });
    assert_eq!(disk.thresholds, Thresholds { warning: Some(0.8), critical: Some(0.9) });
    assert_eq!(failures.step, 3600);
}

#[test]
fn charts_have_their_bars_colours_and_distances() {
    let plan = shape(
        include_str!("documents/charts.json"),
        &[
            ("Versions", PanelKind::Bars, 1),
            ("Yesterday", PanelKind::Lines, 1),
            ("Shares", PanelKind::Stacked, 1),
            ("CPU", PanelKind::Lines, 1),
            ("By code", PanelKind::Gauge, 1),
            ("By hour", PanelKind::Bars, 1),
        ],
        &[
            "panel \"Yesterday\": its own stretch of time",
            "panel \"Yesterday\": its shift of time",
            "panel \"Shares\": that it stacks shares",
            "panel \"By code\": that it is a chart of bars: each is a gauge",
            "panel \"Parts\": its type piechart",
            "panel \"Against\": its type xychart",
        ],
    );

    assert_eq!(lines(&plan.panels[0].colors), ["grey = v1", "blue = v2"]);
    assert_eq!(plan.panels[3].thresholds, Thresholds { warning: Some(0.7), critical: Some(0.9) });
    let steps: Vec<u32> = plan.panels.iter().map(|panel| panel.step).collect();
    assert_eq!(steps, [300, 0, 0, 0, 0, 3600]);
}

#[test]
fn a_dashboard_in_an_object_is_read_as_one() {
    let plan = shape(
        include_str!("documents/object.json"),
        &[("Orders", PanelKind::Lines, 1), ("Open", PanelKind::Value, 1)],
        &[],
    );

    assert_eq!(plan.name, "Shop");
}
