//! A page without a browser: it is rendered as the server does, over a port that answers what the test says.

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::chart::{Chart, Frame, Scale, Series};
use model::{
    ClusterName, ConsoleError, KindSlug, Level, Namespace, ObjectName, ResourceRef, Timestamp, Unit,
};
use monitoring_contract::*;
use monitoring_pages::{
    AlertsPage, ExplorePage, FiringCard, MonitoringPage, RankingPage, RoutingPage, SilencePage, SoonCard,
};
use std::sync::{Arc, Mutex};

/// The answer of what measures the cluster.
pub type Answer<T> = Result<Measured<T>, ConsoleError>;

/// A port that answers what the test says, and remembers what it was asked.
#[derive(Clone, Default)]
pub struct Fake {
    pub board: Option<Answer<BoardView>>,
    pub ranking: Option<Answer<Ranking>>,
    pub explored: Option<Answer<Explored>>,
    pub alerts: Option<Answer<Alerts>>,
    pub firing: Vec<Firing>,
    pub soon: SoonList,
    pub fired: Option<Answer<Fired>>,
    pub routing: Option<Routing>,
    pub asked: Arc<Mutex<Vec<String>>>,
}

fn untold<T>() -> Answer<T> {
    Err(ConsoleError::Internal { reference: "this test does not ask for it".into() })
}

#[async_trait]
impl Monitoring for Fake {
    async fn past_alerts(
        &self,
        _: ResourceRef,
        _: LookedBack,
    ) -> Result<Option<Vec<PastAlert>>, ConsoleError> {
        Ok(None)
    }

    async fn board(&self, request: BoardRequest) -> Answer<BoardView> {
        let of = match &request.subject {
            Subject::Workspace(_, workspace) => format!(" of {workspace}"),
            Subject::Cluster(_) | Subject::Object(_) => String::new(),
        };
        let asked = format!("{:?} {:?} {:?}{of}", request.board, request.window, request.compare);
        self.asked.lock().unwrap().push(asked);
        self.board.clone().unwrap_or_else(untold)
    }

    async fn ranking(&self, request: RankingRequest) -> Answer<Ranking> {
        self.asked.lock().unwrap().push(format!("{:?} {:?} {:?}", request.of, request.search, request.sort));
        self.ranking.clone().unwrap_or_else(untold)
    }

    async fn alerts(&self, _: ClusterName) -> Answer<Alerts> {
        self.alerts.clone().unwrap_or_else(untold)
    }

    async fn firing(&self) -> Result<Vec<Firing>, ConsoleError> {
        Ok(self.firing.clone())
    }

    async fn soon(&self) -> Result<SoonList, ConsoleError> {
        Ok(self.soon.clone())
    }

    async fn routing(&self, _: ClusterName) -> Result<Option<Routing>, ConsoleError> {
        Ok(self.routing.clone())
    }

    async fn fired(&self, _: ClusterName, window: Window) -> Answer<Fired> {
        self.asked.lock().unwrap().push(format!("fired {window:?}"));
        self.fired.clone().unwrap_or_else(untold)
    }

    async fn acknowledge(&self, _: AcknowledgeFields) -> Result<(), ConsoleError> {
        Ok(())
    }

    async fn withdraw_acknowledgement(&self, _: WithdrawFields) -> Result<(), ConsoleError> {
        Ok(())
    }

    async fn preview_silence(&self, _: ClusterName, matchers: String) -> Result<Vec<Alert>, ConsoleError> {
        self.asked.lock().unwrap().push(matchers);
        Ok(vec![alert("KubePodCrashLooping")])
    }

    async fn create_silence(&self, _: SilenceFields) -> Result<(), ConsoleError> {
        Ok(())
    }

    async fn end_silence(&self, _: EndSilenceFields) -> Result<(), ConsoleError> {
        Ok(())
    }

    async fn labels(&self, _: ClusterName, _: String, _: String) -> Result<Vec<String>, ConsoleError> {
        Ok(Vec::new())
    }

    async fn metric_names(&self, _: ClusterName) -> Result<Vec<String>, ConsoleError> {
        Ok(Vec::new())
    }

    async fn explore(&self, request: ExploreRequest) -> Answer<Explored> {
        self.asked.lock().unwrap().extend(request.queries.into_iter().filter(|query| !query.is_empty()));
        self.explored.clone().unwrap_or_else(untold)
    }
}

/// The HTML of an address below a cluster's monitoring.
pub async fn render(address: &str, fake: Fake) -> String {
    rendering::render(&format!("/clusters/harbour/monitoring{address}"), || {
        provide_context::<Arc<dyn Monitoring>>(Arc::new(fake));
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/clusters/:cluster/monitoring") view=MonitoringPage/>
                    <Route path=path!("/clusters/:cluster/monitoring/alerts") view=AlertsPage/>
                    <Route path=path!("/clusters/:cluster/monitoring/alerts/routing") view=RoutingPage/>
                    <Route path=path!("/clusters/:cluster/monitoring/firing") view=FiringCard/>
                    <Route path=path!("/clusters/:cluster/monitoring/soon") view=SoonCard/>
                    <Route path=path!("/clusters/:cluster/monitoring/silences/new") view=SilencePage/>
                    <Route path=path!("/clusters/:cluster/monitoring/ranking") view=RankingPage/>
                    <Route path=path!("/clusters/:cluster/monitoring/explore") view=ExplorePage/>
                </Routes>
            </Router>
        }
    })
    .await
}

/// What measures has answered.
pub fn answered<T>(value: T) -> Option<Answer<T>> {
    Some(Ok(Measured::Answered(Box::new(value))))
}

/// An hour.
pub fn frame() -> Frame {
    Frame { start: 1_795_405_680, end: 1_795_409_280, step: 30 }
}

/// Two lines with a gap.
pub fn chart() -> Chart {
    let mut values = vec![Some(0.25); frame().points()];
    values[7] = None;
    let line = |key: &str, label: &str, color| Series {
        key: key.into(),
        label: label.into(),
        color,
        is_earlier: false,
        values: values.clone(),
    };
    Chart {
        svg: "<svg class=\"chart-drawing\"></svg>".into(),
        scale: Scale {
            frame: frame(),
            low: 0.0,
            high: 0.5,
            ticks: vec![0.0, 0.25, 0.5],
            unit: Unit::Cores,
            is_stacked: false,
            is_logarithmic: false,
        },
        series: vec![line("", "<shop>", 0), line("requested", "", 1)],
        left_out: 3,
        warnings: vec!["one store is down".into()],
    }
}

/// A pod of the shop.
pub fn pod(name: &str) -> ResourceRef {
    ResourceRef {
        cluster: ClusterName::parse("harbour").unwrap(),
        kind: KindSlug::parse("pods").unwrap(),
        namespace: Some(Namespace::parse("shop").unwrap()),
        name: ObjectName::parse(name).unwrap(),
    }
}

/// A pod that fails in the shop, which the reader may silence.
pub fn alert(name: &str) -> Alert {
    let labels = vec![("namespace".into(), "shop".into())];
    Alert {
        summary: "Pod is <crash> looping.".into(),
        runbook: Some("https://runbooks.example/crash".into()),
        since: Some(Timestamp(1_795_405_680)),
        resource: Some(pod("web-0")),
        fingerprint: "f00d".into(),
        matchers: vec![Matcher::equal("alertname", name), Matcher::equal("namespace", "shop")],
        may_silence: true,
        ..Alert::firing(name, Level::Failed, "critical", labels)
    }
}
