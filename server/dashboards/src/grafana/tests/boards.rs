//! Dashboards of the sorts that most people have: of a machine, a project, an ingress, a database, what is probed and promised.

use super::shapes::{lines, shape};
use super::*;

#[test]
fn resources_of_a_project_keep_charts_and_tables_without_what_is_done_to_single_fields() {
    let plan = shape(
        include_str!("documents/project-resources.json"),
        &[
            ("CPU", PanelKind::Heading, 0),
            ("CPU usage", PanelKind::Stacked, 2),
            ("CPU quota", PanelKind::Table, 2),
            ("Network", PanelKind::Heading, 0),
            ("Received", PanelKind::Lines, 1),
            ("Sent", PanelKind::Lines, 1),
        ],
        &[
            "panel \"CPU usage\": its overrides of fields",
            "panel \"CPU quota\": its transformations",
            "panel \"CPU quota\": its overrides of fields",
        ],
    );

    // Which namespace is chosen is asked by every dashboard here.
    assert_eq!(lines(&plan.variables), ["cluster = label_values(up{job=\"kube-state-metrics\"}, cluster)"]);
    assert_eq!((plan.panels[1].step, plan.panels[4].unit), (60, Unit::BytesPerSecond));
}

#[test]
fn a_machine_has_shares_as_gauges_and_variables_that_hang_on_each_other() {
    let plan = shape(
        include_str!("documents/machine.json"),
        &[
            ("Quick look", PanelKind::Heading, 0),
            ("Pressure", PanelKind::Gauge, 3),
            ("Root file system", PanelKind::Gauge, 1),
            ("Uptime", PanelKind::Value, 1),
            ("Memory and network", PanelKind::Heading, 0),
            ("Memory", PanelKind::Stacked, 2),
            ("Network", PanelKind::Lines, 2),
            ("Load", PanelKind::Heading, 0),
            ("Load", PanelKind::Lines, 3),
        ],
        &[
            "link \"Source\"",
            "link \"Other machines\"",
            "the description",
            "panel \"Network\": its overrides of fields",
            "panel \"Load\": its links",
            "panel \"Load\": its description",
        ],
    );

    assert_eq!(
        lines(&plan.variables),
        [
            "job = label_values(node_uname_info, job)",
            "nodename = label_values(node_uname_info{job=\"$job\"}, nodename)",
            "instance = label_values(node_uname_info{job=\"$job\",nodename=\"$nodename\"}, instance)",
        ]
    );
    let thresholds =
        |place: usize| (plan.panels[place].thresholds.warning, plan.panels[place].thresholds.critical);
    assert_eq!((thresholds(1), thresholds(2)), ((Some(0.7), Some(0.9)), (Some(70.0), Some(90.0))));
    assert_eq!(lines(&plan.panels[5].colors), ["blue = Used", "red = Swap"]);
    assert_eq!((plan.panels[5].range.min, plan.panels[6].unit), (Some(0.0), Unit::BitsPerSecond));
}

#[test]
fn what_is_probed_is_up_or_down_in_words() {
    let plan = shape(
        include_str!("documents/probes.json"),
        &[
            ("$target", PanelKind::Heading, 0),
            ("Status", PanelKind::Value, 1),
            ("Answer", PanelKind::Value, 1),
            ("Certificate ends in", PanelKind::Value, 1),
            ("Duration by phase", PanelKind::Stacked, 1),
            ("All of them", PanelKind::StateTimeline, 1),
        ],
        &[
            "the repetition of row \"$target\"",
            "panel \"Status\": its thresholds, of which not all can be said by two numbers",
            "panel \"Answer\": a mapping of values that is neither of a number nor of a range",
        ],
    );

    assert_eq!(lines(&plan.panels[1].mappings), ["ok 1 = UP", "critical 0 = DOWN"]);
    assert_eq!(lines(&plan.panels[2].mappings), ["ok 200..299 = fine"]);
    // Few seconds are bad, unlike high codes.
    let (answer, ends) = (plan.panels[2].thresholds, plan.panels[3].thresholds);
    assert_eq!(answer, Thresholds { warning: Some(300.0), critical: Some(400.0) });
    assert_eq!(ends, Thresholds { warning: Some(1_814_400.0), critical: Some(604_800.0) });
    assert_eq!(plan.panels[5].step, 300);
}

#[test]
fn objectives_keep_their_limits_and_are_compared_with_last_week() {
    let plan = shape(
        include_str!("documents/objectives.json"),
        &[
            ("Availability", PanelKind::Gauge, 1),
            ("Budget left", PanelKind::Value, 1),
            ("Burn rate", PanelKind::Lines, 1),
            ("Errors by day", PanelKind::Bars, 1),
            ("Than last week", PanelKind::Lines, 2),
            ("Response time", PanelKind::Lines, 2),
        ],
        &["annotation \"Deploys\"", "panel \"Availability\": its own stretch of time"],
    );

    let thresholds: Vec<_> =
        plan.panels[..3].iter().map(|panel| (panel.thresholds.warning, panel.thresholds.critical)).collect();
    assert_eq!(thresholds, [(Some(0.999), Some(0.99)), (Some(0.25), Some(0.0)), (None, Some(0.01))]);
    assert_eq!((plan.panels[0].figure.word(), plan.panels[3].step), ("Mean", 86_400));
    assert_eq!(plan.panels[5].axis, PanelAxis::Log10);
    assert_eq!(
        lines(&plan.variables),
        ["service = label_values(http_requests_total, service)", "quantile = values(0.5, 0.95)"]
    );
}

#[test]
fn the_answer_of_an_old_grafana_is_read_as_what_is_inside() {
    let plan = shape(
        include_str!("documents/answer-of-old.json"),
        &[
            ("Running", PanelKind::Value, 1),
            ("Connections", PanelKind::Lines, 2),
            ("Reads and hits", PanelKind::Lines, 2),
            ("Shares of transactions", PanelKind::Stacked, 1),
            ("Lag", PanelKind::Lines, 1),
            ("Sizes", PanelKind::Table, 1),
        ],
        &[
            "panel \"Connections\": its overrides of series",
            "panel \"Reads and hits\": its overrides of series",
            "panel \"Shares of transactions\": that it stacks shares",
            "panel \"Lag\": one of its thresholds",
            "panel \"Sizes\": the styles of its columns",
            "panel \"Alerts\": its type alertlist",
        ],
    );

    assert_eq!(plan.name, "Database of old");
    assert_eq!(plan.panels[0].thresholds, Thresholds { warning: Some(2.0), critical: Some(1.0) });
    assert_eq!(lines(&plan.panels[1].colors), ["red = most"]);
    assert_eq!((plan.panels[2].range.min, plan.panels[2].unit), (Some(0.0), Unit::PerSecond));
    assert_eq!((plan.panels[4].axis, plan.panels[4].thresholds.warning), (PanelAxis::Log10, Some(30.0)));
}

#[test]
fn traffic_keeps_what_prometheus_knows_of_it() {
    let plan = shape(
        include_str!("documents/traffic.json"),
        &[
            ("Requests", PanelKind::Stacked, 1),
            ("Response time", PanelKind::Lines, 2),
            ("All response times", PanelKind::HeatMap, 1),
            ("Busiest", PanelKind::Gauge, 1),
        ],
        &[
            "the filter of variable \"ingress\"",
            "panel \"Requests\": that it stacks shares",
            "panel \"By method\": its type piechart",
            "panel \"By place\": its type geomap",
            "panel \"Refused\": its search of logs in loki",
            "panel \"Refused\": it has no query that can be asked here",
        ],
    );

    assert_eq!(
        lines(&plan.annotations),
        [
            "Reloads = changes(nginx_ingress_controller_config_last_reload_successful_timestamp_seconds[5m]) > 0"
        ]
    );
    assert_eq!((plan.panels[2].unit, plan.panels[3].unit), (Unit::Seconds, Unit::PerSecond));
}

#[test]
fn queues_keep_their_states_and_one_panel_for_each_that_is_repeated() {
    let plan = shape(
        include_str!("documents/queues.json"),
        &[
            ("Lag of $topic", PanelKind::Lines, 1),
            ("Messages", PanelKind::Lines, 1),
            ("Than yesterday", PanelKind::Lines, 1),
            ("Brokers", PanelKind::StateTimeline, 1),
            ("Partitions by broker", PanelKind::Gauge, 1),
            ("How to read this", PanelKind::Text, 0),
        ],
        &[
            "panel \"Lag of $topic\": its repetition",
            "panel \"Messages\": a query to influxdb",
            "panel \"Messages\": a query to __expr__",
            "panel \"Than yesterday\": its shift of time",
            "panel \"Partitions by broker\": its transformations",
            "panel \"Partitions by broker\": that it is a chart of bars: each is a gauge",
        ],
    );

    assert_eq!(lines(&plan.variables), ["topic = label_values(kafka_topic_partitions, topic)"]);
    assert_eq!(lines(&plan.panels[3].mappings), ["critical 0 = gone", "ok 1 = there"]);
    assert_eq!(plan.panels[5].text, "Lag is what **waits**.");
}
