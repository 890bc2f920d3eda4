//! The whole way from a request to what is sent, over a Prometheus made of a few lines.

use crate::client::Client;
use crate::error::PrometheusError;
use crate::layout::Layout;
use crate::seen::Seen;
use crate::sources::Source;
use crate::transport::Transport;
use crate::workspaces::Workspaces;
use async_trait::async_trait;
use bytes::Bytes;
use futures::future::join_all;
use model::{ClusterName, KindSlug, Namespace, ObjectName, ResourceRef, WorkspaceName};
use monitoring_contract::{
    BoardId, BoardRequest, BoardView, ExploreRequest, LookedBack, PanelContent, RankOf, RankingRequest,
    Subject, Window, cards,
};
use parking_lot::Mutex;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

pub(crate) const NOW: i64 = 1_795_407_600;

mod evaluated;
mod last;
mod made_anew;

/// An object of the cluster `harbour`.
pub(crate) fn object(kind: &str, namespace: Option<&str>, name: &str) -> ResourceRef {
    ResourceRef {
        cluster: ClusterName::parse("harbour").unwrap(),
        kind: KindSlug::parse(kind).unwrap(),
        namespace: namespace.map(|namespace| Namespace::parse(namespace).unwrap()),
        name: ObjectName::parse(name).unwrap(),
    }
}

/// Remembers what was asked, and answers each query with two series of which one has a gap: those of the namespaces that it
/// names, if it names some.
#[derive(Default)]
pub(crate) struct Fake {
    pub(crate) asked: Mutex<Vec<String>>,
    /// What was asked over a stretch of time, with when that begins.
    pub(crate) begins: Mutex<Vec<(String, i64)>>,
    /// The moments of which something was asked.
    pub(crate) moments: Mutex<Vec<i64>>,
    /// What was selected of which the values of a label were asked.
    pub(crate) selectors: Mutex<Vec<String>>,
    pub(crate) is_down: AtomicBool,
    /// It says with every answer that it is a part.
    pub(crate) is_partial: bool,
    /// Points that are nearer to each other than so many seconds are too much.
    pub(crate) finest: i64,
}

const TOO_MUCH: &str = r#"{"status":"error","errorType":"execution","error":"query processing would load too many samples into memory in query execution"}"#;

#[async_trait]
impl Transport for Arc<Fake> {
    fn name(&self) -> String {
        "monitoring/fake".into()
    }

    fn namespace(&self) -> Option<&str> {
        Some("monitoring")
    }

    async fn get(&self, path: &str) -> Result<Bytes, PrometheusError> {
        let (path, question) = path.split_once('?').unwrap_or((path, ""));
        let value = |name: &str| {
            let pairs = question.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .filter(|(own, _)| *own == name)
                .map(|(_, value)| model::link::unescape(value))
                .next()
                .unwrap_or_default()
        };
        if self.is_down.load(Ordering::Relaxed) {
            return Err(PrometheusError::Unreachable { cause: "connection refused".into(), source: None });
        }
        let warnings = if self.is_partial { r#"["a store did not answer"]"# } else { "[]" };
        let success = |data: String| {
            Ok(Bytes::from(format!(r#"{{"status":"success","data":{data},"warnings":{warnings}}}"#)))
        };
        if path.ends_with("/values") && !path.contains("__name__") {
            self.selectors.lock().push(value("match[]"));
            return success(r#"["web-1","web-0"]"#.into());
        }
        if path.ends_with("/labels") {
            self.selectors.lock().push(value("match[]"));
        }
        if path.ends_with("/values") || path.ends_with("/labels") {
            return success(serde_json::to_string(&metrics()).unwrap());
        }
        let query = value("query");
        self.asked.lock().push(query.clone());
        match path.rsplit('/').next() {
            Some("query_range") => {
                let number = |name: &str| value(name).parse::<i64>().unwrap();
                let (start, end, step) = (number("start"), number("end"), number("step"));
                if step < self.finest {
                    return Ok(Bytes::from_static(TOO_MUCH.as_bytes()));
                }
                self.begins.lock().push((query.clone(), start));
                let samples = |without: i64| {
                    let moments = (start..=end).step_by(step as usize).filter(|at| *at != without);
                    moments.map(|at| format!(r#"[{at},"0.5"]"#)).collect::<Vec<_>>().join(",")
                };
                let series = |name: &str, without| {
                    format!(
                        r#"{{"metric":{{"namespace":"{name}","pod":"{name}-0"}},"values":[{}]}}"#,
                        samples(without)
                    )
                };
                let all = [("shop", series("shop", 0)), ("blog", series("blog", end))].into_iter();
                let names_none = !query.contains("shop") && !query.contains("blog");
                let named = all.filter(|(name, _)| names_none || query.contains(name));
                let series: Vec<String> = named.map(|(_, series)| series).collect();
                success(format!(r#"{{"resultType":"matrix","result":[{}]}}"#, series.join(",")))
            }
            _ => {
                self.moments.lock().extend(value("time").parse::<i64>());
                success(r#"{"resultType":"vector","result":[{"metric":{"namespace":"shop","pod":"web-0"},"value":[0,"2"]}]}"#.into())
            }
        }
    }
}

/// Every metric that any card names.
fn metrics() -> BTreeSet<String> {
    let lines = BoardId::ALL.into_iter().flat_map(cards::of).flat_map(|card| card.lines);
    let ranked = [cards::RANKED_NODES, cards::RANKED_NAMESPACES, cards::RANKED_PODS].into_iter().flatten();
    let picks =
        lines.filter_map(|line| line.picks.first()).chain(ranked.filter_map(|column| column.picks.first()));
    picks.flat_map(|pick| crate::Query::parse(pick).unwrap().metrics().unwrap()).collect()
}

pub(crate) fn source(fake: &Arc<Fake>) -> Source {
    let client = Client::new(Arc::new(Arc::clone(fake)));
    let layout = Layout::of_names(metrics());
    Source { client, layout, known_rules: Default::default(), last: Arc::default() }
}

pub(crate) fn cluster() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

pub(crate) fn request(board: BoardId) -> BoardRequest {
    BoardRequest { subject: Subject::Cluster(cluster()), board, window: Window::default(), compare: None }
}

pub(crate) fn shop() -> Seen {
    Seen::All.only(&Namespace::parse("shop").unwrap())
}

#[tokio::test]
async fn forty_viewers_cost_what_one_costs() {
    for board in BoardId::OF_CLUSTER {
        let fake = Arc::<Fake>::default();
        let source = source(&fake);
        let lines: usize = cards::of(board).iter().map(|card| card.lines.len()).sum();
        let began = Instant::now();

        // They come one after another within a quarter of a minute.
        let request = request(board);
        let views =
            join_all((0..40).map(|viewer| source.board(&request, &Seen::All, NOW + viewer % 15))).await;

        let asked = fake.asked.lock().len();
        println!(
            "{}: {} charts, {lines} queries, 40 viewers in {:?}",
            board.word(),
            views[0].panels.len(),
            began.elapsed()
        );
        assert!(asked <= lines, "{} asked {asked} for {lines}", board.word());
        assert!(views.iter().all(|view| *view == views[0]));
    }
}

#[tokio::test]
async fn nothing_is_sent_for_a_member_that_is_not_confined() {
    let fake = Arc::<Fake>::default();
    let source = source(&fake);
    let ranking =
        |of| RankingRequest { cluster: cluster(), of, search: String::new(), workspace: None, sort: None };
    let explore = ExploreRequest::one(cluster(), "sum(up) or vector(1)", Window::default());

    source.board(&request(BoardId::Applications), &shop(), NOW).await;
    for of in [RankOf::Workspaces, RankOf::Namespaces, RankOf::Workloads, RankOf::Pods] {
        source.ranking(&ranking(of), &shop(), &Workspaces::default(), NOW).await.unwrap();
    }
    let explored = source.explore(&explore, &shop(), NOW).await.unwrap();

    assert_eq!(explored.queries[0].sent, r#"sum(up{namespace="shop"}) or vector(1)"#);
    assert_eq!(explored.confined_to, Some(vec!["shop".to_owned()]));
    let asked = fake.asked.lock();
    assert!(asked.len() > 10);
    for query in asked.iter().filter(|query| !query.is_empty()) {
        let selectors = crate::Query::parse(query).unwrap().metrics().unwrap().len();
        assert!(query.matches(r#"namespace="shop""#).count() >= selectors, "{query}");
    }
}

#[tokio::test]
async fn labels_are_offered_of_what_is_seen() {
    let fake = Arc::<Fake>::default();
    let source = source(&fake);

    let values = source.labels("kube_pod_info", "pod", &shop(), NOW).await.unwrap();
    source.labels("kube_pod_info", "", &shop(), NOW).await.unwrap();

    assert_eq!(values, ["web-0", "web-1"]);
    assert_eq!(*fake.selectors.lock(), [r#"kube_pod_info{namespace="shop"}"#; 2]);
    assert!(source.labels("sum(kube_pod_info)", "", &shop(), NOW).await.is_err());
    assert!(source.labels("up{", "", &shop(), NOW).await.is_err());
    assert!(source.labels("up", "..", &shop(), NOW).await.unwrap().is_empty());
}

#[tokio::test]
async fn workspaces_are_ranked_by_what_their_projects_use() {
    let source = source(&Arc::<Fake>::default());
    let request = RankingRequest {
        cluster: cluster(),
        of: RankOf::Workspaces,
        search: String::new(),
        workspace: None,
        sort: None,
    };
    let whose: Workspaces = [("shop".to_owned(), WorkspaceName::parse("retail").unwrap())].into();

    let ranked = source.ranking(&request, &Seen::All, &whose, NOW).await.unwrap();
    let nobodys = source.ranking(&request, &Seen::All, &Workspaces::default(), NOW).await.unwrap();

    let rows: Vec<_> = ranked.rows.iter().map(|row| (row.name.as_str(), row.values[0])).collect();
    assert_eq!(rows, [("retail", Some(2.0))]);
    assert!(ranked.rows[0].resource.is_none(), "a workspace is no object of the cluster");
    assert_eq!(nobodys.rows[0].name, "");
}

#[tokio::test]
async fn a_layout_knows_what_cards_ask_for() {
    let fake = Arc::<Fake>::default();

    let layout = Layout::learn(&Client::new(Arc::new(Arc::clone(&fake))), NOW).await.unwrap();

    assert_eq!(layout.names, metrics());
    assert!(fake.asked.lock().len() <= 3, "{:?}", fake.asked.lock());
}

#[tokio::test]
async fn what_is_too_much_is_asked_once_more_with_fewer_points_and_then_told() {
    let explore = ExploreRequest::one(cluster(), "sum(up)", Window::default());
    let fake = Arc::new(Fake { finest: 60, ..Fake::default() });

    let view = source(&fake).board(&request(BoardId::Applications), &Seen::All, NOW).await;
    let explored = source(&fake).explore(&explore, &Seen::All, NOW).await.unwrap();

    let PanelContent::Chart(chart) = &view.panels[0].content else { panic!("{:?}", view.panels[0].content) };
    assert_eq!((view.frame.step, chart.scale.frame.step), (30, 120));
    assert!(chart.warnings[0].starts_with("a point every 2m"), "{:?}", chart.warnings);
    let chart = explored.chart.unwrap();
    assert_eq!((chart.scale.frame.step, chart.warnings.len()), (60, 1));

    let stubborn = Arc::new(Fake { finest: 121, ..Fake::default() });
    let view = source(&stubborn).board(&request(BoardId::Applications), &Seen::All, NOW).await;
    let explored = source(&stubborn).explore(&explore, &Seen::All, NOW).await.unwrap();

    let PanelContent::Failed(error) = &view.panels[0].content else { panic!("{:?}", view.panels[0].content) };
    assert!(error.to_string().contains("too many samples"), "{error}");
    let fault = explored.queries[0].fault.as_ref().unwrap();
    assert!(fault.message.contains("too many samples") && explored.chart.is_none());
}

#[tokio::test]
async fn several_queries_are_on_one_chart_and_one_that_is_wrong_keeps_none_from_it() {
    let source = source(&Arc::<Fake>::default());
    let alone = ExploreRequest::one(cluster(), "up", Window::default());
    let queries = ["sum by (pod) (up)", "", "sum(up", "count(up)", ""].map(str::to_owned);
    let several = ExploreRequest { queries, ..alone.clone() };

    let explored = source.explore(&several, &shop(), NOW).await.unwrap();

    let letters: Vec<_> =
        explored.queries.iter().map(|query| (query.letter.as_str(), query.fault.is_some())).collect();
    assert_eq!(letters, [("A", false), ("C", true), ("D", false)]);
    assert!(explored.queries.iter().all(|query| query.fault.is_some() == query.sent.is_empty()));
    let chart = explored.chart.unwrap();
    let lines: Vec<_> = chart.series.iter().map(|series| (series.key.as_str(), series.color)).collect();
    assert_eq!(lines, [("A", 0), ("D", 1)]);
    let alone = source.explore(&alone, &shop(), NOW).await.unwrap().chart.unwrap();
    assert!(alone.series.iter().all(|series| series.key.is_empty()), "one needs no letter");
}

#[tokio::test]
async fn what_fired_is_asked_for_within_what_is_seen_and_between_points_too() {
    let fake = Arc::<Fake>::default();
    let source = source(&fake);

    let day = source.fired(&cluster(), Window::Last(86_400), &shop(), NOW).await.unwrap();
    source.fired(&cluster(), Window::Last(604_800), &shop(), NOW).await.unwrap();

    assert_eq!((day.total, day.step), (1, 60));
    assert_eq!(
        *fake.asked.lock(),
        [
            r#"ALERTS{alertstate="firing",namespace="shop"}"#,
            r#"max_over_time(ALERTS{alertstate="firing",namespace="shop"}[10m])"#,
            // Whether the last of them go on.
            r#"ALERTS{alertstate="firing",namespace="shop"}"#
        ]
    );
}

#[tokio::test]
async fn what_fired_about_an_object_for_a_week_is_one_stretch_that_begins_and_ends_as_well_as_is_known() {
    let fake = Arc::<Fake>::default();
    let shop_itself = object("namespaces", None, "shop");

    let told = source(&fake).past_alerts(&shop_itself, LookedBack::Week, &shop(), NOW).await.unwrap();

    let times: Vec<_> = told
        .iter()
        .map(|alert| (NOW - alert.from.0, alert.from_step, alert.until, alert.until_step))
        .collect();
    assert_eq!(times, [(7 * 86_400 + 600, 600, None, 60)]);
    let mut asked = fake.asked.lock().clone();
    asked.sort();
    assert_eq!(
        asked,
        [
            r#"ALERTS{alertstate="firing",namespace="shop"}"#,
            r#"max_over_time(ALERTS{alertstate="firing",namespace="shop"}[10m])"#
        ]
    );
}

#[tokio::test]
async fn a_gap_is_in_the_chart_and_in_its_figures() {
    let fake = Arc::<Fake>::default();
    let BoardView { panels, .. } =
        source(&fake).board(&request(BoardId::Applications), &Seen::All, NOW).await;

    let PanelContent::Chart(chart) = &panels[0].content else { panic!("{:?}", panels[0].content) };
    let blog = chart.series.iter().find(|series| series.label == "blog").unwrap();
    assert_eq!(blog.values.last(), Some(&None));
    assert_eq!(blog.summary().unwrap().last, 0.5);
}

#[tokio::test]
async fn what_is_down_costs_each_card_and_not_the_board() {
    let fake = Arc::new(Fake { is_down: true.into(), ..Fake::default() });

    let view = source(&fake).board(&request(BoardId::Usage), &Seen::All, NOW).await;

    assert_eq!(view.panels.len(), cards::of(BoardId::Usage).len());
    for panel in view.panels {
        let PanelContent::Failed(error) = panel.content else { panic!("{:?}", panel.content) };
        assert!(error.to_string().contains("connection refused"), "{error}");
    }
}

#[tokio::test]
async fn what_is_not_measured_says_which_series_are_missing() {
    let fake = Arc::<Fake>::default();
    let mut source = source(&fake);
    source.layout.names.retain(|name| !name.starts_with("etcd_") && !name.starts_with("apiserver_storage"));

    let view = source.board(&request(BoardId::ControlPlane), &Seen::All, NOW).await;

    let raft = view.panels.iter().find(|panel| panel.card == "etcd-raft").unwrap();
    let PanelContent::NotMeasured(names) = &raft.content else { panic!("{:?}", raft.content) };
    assert_eq!(names.len(), 3, "{names:?}");
}
