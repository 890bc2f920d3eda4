//! What cards, rankings and ready-made rules come to, of series as exporters give them.

use monitoring_contract::{BoardId, BuiltInRule, cards};
use playground_promql::{Answer, Engine, Labels, Memory, MemorySeries, NAME, Query, Sample};

/// When it is asked, in milliseconds: at the last sample.
const NOW: i64 = 600_000;

/// A series that begins with a value and grows by so much in each second; the first of its labels is its name.
fn series(labels: &[&str], begins: f64, grows: f64) -> MemorySeries {
    let pairs = labels.iter().map(|&label| label.split_once('=').unwrap_or((NAME, label)));
    let sample =
        |turn: i32| Sample { at: i64::from(turn) * 30_000, value: begins + grows * f64::from(turn * 30) };
    MemorySeries { labels: Labels::new(pairs), samples: (0..=20).map(sample).collect() }
}

/// What the best expression of a card gives, as the values of a label and numbers.
fn of_card(board: BoardId, id: &str, label: &str, all: Vec<MemorySeries>) -> Vec<(String, f64)> {
    let card = cards::of(board).iter().find(|card| card.id == id).unwrap();
    evaluated(card.lines[0].picks[0], label, all)
}

/// What the best expression of a ready-made rule gives; it fires for each.
fn of_rule(key: &str, label: &str, all: Vec<MemorySeries>) -> Vec<(String, f64)> {
    evaluated(BuiltInRule::find(key).unwrap().picks[0], label, all)
}

fn evaluated(pick: &str, label: &str, all: Vec<MemorySeries>) -> Vec<(String, f64)> {
    let answer = Engine::default().instant(&Memory::new(all), &Query::parse(pick).unwrap(), NOW).unwrap();
    let Answer::Vector(rows) = answer else { panic!("{pick}: {answer:?}") };
    let rounded = |value: f64| (value * 1e6).round() / 1e6;
    rows.iter().map(|(labels, sample)| (labels.get(label).to_owned(), rounded(sample.value))).collect()
}

#[test]
fn a_quota_is_held_against_what_is_used_of_it_and_not_of_another() {
    let line = |quota: &str, of: &str, amount| {
        let (quota, of) = (format!("resourcequota={quota}"), format!("type={of}"));
        series(&["kube_resourcequota", "namespace=shop", &quota, "resource=pods", &of], amount, 0.0)
    };
    let all = vec![
        line("lasting", "used", 8.0),
        line("lasting", "hard", 10.0),
        line("ending", "used", 1.0),
        line("ending", "hard", 2.0),
    ];

    assert_eq!(of_card(BoardId::Namespace, "quota", "resource", all), [("pods".to_owned(), 0.8)]);
}

#[test]
fn a_container_without_a_limit_has_no_share_in_that_of_its_pod() {
    let of = |name: &str, container: &str, more: &str, begins, grows| {
        let container = format!("container={container}");
        series(&[name, "namespace=shop", "pod=web-0", &container, more], begins, grows)
    };
    let limit = |resource: &str, amount| {
        of("kube_pod_container_resource_limits", "proxy", &format!("resource={resource}"), amount, 0.0)
    };
    let cpu =
        |container: &str, cores| of("container_cpu_usage_seconds_total", container, "id=/a", 0.0, cores);
    let memory =
        |container: &str, bytes| of("container_memory_working_set_bytes", container, "id=/a", bytes, 0.0);

    let used = vec![cpu("web", 4.0), cpu("proxy", 0.05), limit("cpu", 0.1)];
    assert_eq!(of_card(BoardId::Workload, "cpu-of-limit", "pod", used), [("web-0".to_owned(), 0.5)]);
    let used = vec![memory("web", 4e9), memory("proxy", 32e6), limit("memory", 64e6)];
    assert_eq!(of_card(BoardId::Workload, "memory-of-limit", "pod", used), [("web-0".to_owned(), 0.5)]);
}

/// The exporter tells of each interface of the machine, too, under the namespace that it was found in or under none.
#[test]
fn what_a_machine_receives_belongs_to_no_project() {
    let received = |labels: &[&str], bytes| {
        series(
            &[&["container_network_receive_bytes_total", "interface=eth0"][..], labels].concat(),
            0.0,
            bytes,
        )
    };
    let all = || {
        vec![
            received(&["namespace=shop", "pod=web-0", "id=/kubepods/a"], 10.0),
            received(&["id=/"], 1000.0),
            received(&["namespace=kube-system", "id=/"], 1000.0),
        ]
    };
    let shop = [("shop".to_owned(), 10.0)];

    assert_eq!(of_card(BoardId::Applications, "received-by-namespace", "namespace", all()), shop);
    assert_eq!(of_card(BoardId::Namespace, "traffic", "", all()), [(String::new(), 10.0)]);
    for column in cards::RANKED_NAMESPACES.iter().chain(cards::RANKED_WORKSPACES).chain(cards::RANKED_PODS) {
        if column.id == "received" {
            assert_eq!(evaluated(column.picks[0], "namespace", all()), shop, "{}", column.picks[0]);
        }
    }
}

/// One that has done its work is not ready either, and one that waits for a node says nothing of it.
#[test]
fn a_pod_that_is_not_ready_counts_unless_it_has_done_its_work() {
    let of = |name: &str, pod: &str, label: &str, value: &str, words: &[&str]| -> Vec<MemorySeries> {
        let (pod, is) = (format!("pod={pod}"), |word: &str| if word == value { 1.0 } else { 0.0 });
        let one =
            |word: &&str| series(&[name, "namespace=shop", &pod, &format!("{label}={word}")], is(word), 0.0);
        words.iter().map(one).collect()
    };
    let phase = |pod: &str, value: &str| {
        let words = ["Failed", "Pending", "Running", "Succeeded", "Unknown"];
        of("kube_pod_status_phase", pod, "phase", value, &words)
    };
    let ready = |pod: &str, value: &str| {
        of("kube_pod_status_ready", pod, "condition", value, &["true", "false", "unknown"])
    };
    let waiting = || phase("web-0", "Pending");
    let others = [
        phase("web-1", "Running"),
        ready("web-1", "true"),
        phase("web-2", "Running"),
        ready("web-2", "false"),
        phase("import-1", "Succeeded"),
        ready("import-1", "false"),
    ];

    // Those of a node are counted by what says where they are.
    let here = ["web-0", "web-2", "import-1"].map(|pod| {
        series(&["kube_pod_info", "namespace=shop", &format!("pod={pod}"), "node=worker-1"], 1.0, 0.0)
    });
    let of_node = |key: &str| {
        let card = cards::of(BoardId::Node).iter().find(|card| card.id == "node-pods").unwrap();
        let line = card.lines.iter().find(|line| line.key == key).unwrap();
        evaluated(line.picks[0], "", [waiting(), others.concat(), here.to_vec()].concat())
    };
    assert_eq!(of_node("not-ready"), [(String::new(), 2.0)]);
    assert_eq!(of_node("ended-well"), [(String::new(), 1.0)]);

    for board in [BoardId::Namespace, BoardId::Applications] {
        let all = [waiting(), others.concat()].concat();
        assert_eq!(of_card(board, "pods-not-ready", "", all.clone()), [(String::new(), 2.0)]);
        // Of the three that have not done their work.
        assert_eq!(of_card(board, "share-not-ready", "", all), [(String::new(), 0.666_667)]);
        // Where no pod at all has the condition, they are no gap.
        let none = [waiting(), vec![series(&["kube_pod_status_ready", "condition=false"], 1.0, 0.0)]];
        assert_eq!(of_card(board, "pods-not-ready", "", none.concat()), [(String::new(), 1.0)]);
    }
}

/// While a new version comes up there may be more than is wished, and where nothing is wished nothing is lacking.
#[test]
fn what_is_lacking_of_a_workload_is_a_share_of_what_is_wished() {
    let lacking = |wished: f64, ready: f64| {
        let of = |name: &str, amount| series(&[name, "namespace=shop", "deployment=web"], amount, 0.0);
        let all = vec![
            of("kube_deployment_spec_replicas", wished),
            of("kube_deployment_status_replicas_ready", ready),
        ];
        of_card(BoardId::Workload, "share-not-ready", "", all).first().map(|(_, share)| *share)
    };

    assert_eq!(lacking(4.0, 3.0), Some(0.25));
    assert_eq!(lacking(4.0, 5.0), Some(0.0));
    assert!(lacking(0.0, 0.0).is_none_or(f64::is_nan), "nothing of nothing is a gap");
}

/// A kubelet is named by its node, and by its address where nothing says which node that is.
#[test]
fn every_kubelet_is_told_of_however_it_is_labelled() {
    let of =
        |name: &str, labels: &[&str], begins, grows| series(&[&[name][..], labels].concat(), begins, grows);
    let pods = || {
        let labels = ["instance=10.0.0.1:10250", "node=worker-1"];
        vec![
            of("kubelet_running_pods", &labels, 7.0, 0.0),
            of("kubelet_running_pods", &["instance=10.0.0.2:10250"], 5.0, 0.0),
        ]
    };
    let looks = |labels: &[&str], quick| {
        let of_bound = |bound: &str, rate| {
            let bound = format!("le={bound}");
            let labels = [labels, &[bound.as_str()]].concat();
            of("kubelet_pleg_relist_duration_seconds_bucket", &labels, 0.0, rate)
        };
        vec![of_bound("0.1", quick), of_bound("1", 1.0), of_bound("+Inf", 1.0)]
    };
    let both = |id: &str, all: Vec<MemorySeries>| {
        let by = |label: &str| of_card(BoardId::Machines, id, label, all.clone());
        let mut named = [by("node"), by("instance")].concat();
        named.retain(|(name, _)| !name.is_empty());
        named
    };

    assert_eq!(
        both("kubelet-pods", pods()),
        [("worker-1".to_owned(), 7.0), ("10.0.0.2:10250".to_owned(), 5.0)]
    );
    let all =
        [looks(&["instance=a", "node=worker-1"], 1.0), looks(&["instance=10.0.0.2:10250"], 0.0)].concat();
    let p99 = both("kubelet-pleg", all);
    assert_eq!(p99, [("worker-1".to_owned(), 0.099), ("10.0.0.2:10250".to_owned(), 0.991)]);
}

#[test]
fn requests_that_fail_or_are_too_slow_are_shares_of_what_was_asked() {
    let of = |name: &str, labels: &[&str], rate| series(&[&[name][..], labels].concat(), 0.0, rate);
    let asked = |verb: &str, code: &str, rate| {
        of(
            "apiserver_request_total",
            &[format!("verb={verb}").as_str(), format!("code={code}").as_str()],
            rate,
        )
    };
    let lasted = |verb: &str, scope: &str, within: &[(&str, f64)]| -> Vec<MemorySeries> {
        let labels = [format!("verb={verb}"), format!("scope={scope}")];
        let labels = [labels[0].as_str(), labels[1].as_str()];
        let bucket = |(bound, rate): &(&str, f64)| {
            let bound = format!("le={bound}");
            of("apiserver_request_duration_seconds_bucket", &[&labels[..], &[bound.as_str()]].concat(), *rate)
        };
        let count = of("apiserver_request_duration_seconds_count", &labels, 10.0);
        within.iter().map(bucket).chain([count]).collect()
    };
    let all = || {
        let codes = vec![
            asked("GET", "200", 9.0),
            asked("GET", "503", 1.0),
            asked("LIST", "200", 10.0),
            asked("PUT", "200", 10.0),
        ];
        // A list of a whole cluster may take as long as no other; bounds are written in two ways.
        let get = lasted("GET", "resource", &[("1", 9.0), ("30", 10.0)]);
        let list = lasted("LIST", "cluster", &[("1.0", 2.0), ("30.0", 10.0)]);
        let put = lasted("PUT", "resource", &[("1.0", 8.0), ("5.0", 10.0)]);
        [codes, get, list, put].concat()
    };
    let sorted = |id: &str| {
        let mut shares = of_card(BoardId::ControlPlane, id, "verb", all());
        shares.sort_by(|one, other| one.0.cmp(&other.0));
        shares
    };
    let shares =
        |get, list, put| [("GET".to_owned(), get), ("LIST".to_owned(), list), ("PUT".to_owned(), put)];

    assert_eq!(sorted("api-failed-by-verb"), shares(0.1, 0.0, 0.0));
    assert_eq!(sorted("api-slow-by-verb"), shares(0.1, 0.0, 0.2));
    let budget = cards::of(BoardId::ControlPlane).iter().find(|card| card.id == "api-budget").unwrap();
    let spent = |line: usize| evaluated(budget.lines[line].picks[0], "", all());
    assert_eq!(spent(0), [(String::new(), 0.1)], "one failed and one was slow, of twenty");
    assert_eq!(spent(1), [(String::new(), 0.2)]);
}

#[test]
fn a_part_that_is_missing_is_missed_though_another_one_is_there_twice() {
    let fires = |ordinals: &[f64]| {
        let part = |(number, ordinal): (usize, &f64)| {
            let (instance, own) = (format!("instance={number}"), format!("shard_ordinal={ordinal}"));
            let labels = ["namespace=monitoring", instance.as_str()];
            [
                series(&[&["kube_state_metrics_total_shards"][..], &labels].concat(), 3.0, 0.0),
                series(
                    &[&["kube_state_metrics_shard_ordinal", own.as_str()][..], &labels].concat(),
                    *ordinal,
                    0.0,
                ),
            ]
        };
        let all = ordinals.iter().enumerate().flat_map(part).collect();
        of_rule("KubeStateMetricsShardsMissing/critical", "namespace", all)
    };

    assert!(fires(&[0.0, 1.0, 2.0]).is_empty());
    assert_eq!(fires(&[0.0, 1.0, 1.0]), [("monitoring".to_owned(), 4.0)]);
}

#[test]
fn an_update_that_stands_still_is_told_until_all_pods_have_it() {
    let fires = |updated: f64| {
        let of = |name: &str, more: &str, amount| {
            series(&[name, "namespace=shop", "statefulset=db", more], amount, 0.0)
        };
        let all = vec![
            of("kube_statefulset_status_current_revision", "revision=db-1", 1.0),
            of("kube_statefulset_status_update_revision", "revision=db-2", 1.0),
            of("kube_statefulset_replicas", "instance=a", 3.0),
            of("kube_statefulset_status_replicas_updated", "instance=a", updated),
        ];
        of_rule("KubeStatefulSetUpdateNotRolledOut/warning", "statefulset", all)
    };

    assert_eq!(fires(1.0), [("db".to_owned(), 1.0)]);
    assert!(fires(3.0).is_empty());
}

#[test]
fn who_knows_fewer_than_there_are_and_who_is_behind_is_told() {
    let member = |instance: &str, known| {
        let instance = format!("instance={instance}");
        series(&["alertmanager_cluster_members", "namespace=monitoring", &instance], known, 0.0)
    };
    let all = vec![member("a", 3.0), member("b", 3.0), member("c", 2.0)];
    assert_eq!(of_rule("AlertmanagerMembersInconsistent/critical", "instance", all), [("c".to_owned(), 2.0)]);

    let sent = |url: &str, until| {
        let url = format!("url={url}");
        series(
            &["prometheus_remote_storage_queue_highest_sent_timestamp_seconds", "instance=p", &url],
            until,
            0.0,
        )
    };
    let highest =
        series(&["prometheus_remote_storage_highest_timestamp_in_seconds", "instance=p"], 1000.0, 0.0);
    let all = vec![highest, sent("near", 990.0), sent("far", 700.0)];
    assert_eq!(of_rule("PrometheusRemoteWriteBehind/critical", "url", all), [("far".to_owned(), 300.0)]);
}
