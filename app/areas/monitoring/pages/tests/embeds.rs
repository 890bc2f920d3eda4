//! The page of links to a dashboard, and what those links show, over a port that answers what the test says.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::chart::{Chart, Frame, Scale, Series, State, StateRow, StateSpan, StateTimeline};
use model::{ClusterName, ConsoleError, Namespace, System, Timestamp, Unit};
use monitoring_contract::*;
use monitoring_pages::{EmbedDashboardPage, embedded};
use std::sync::Arc;

#[derive(Clone)]
struct Fake(Vec<EmbedLine>);

#[async_trait]
impl Embedding for Fake {
    async fn embeds(&self, _: ClusterName, _: String) -> Result<EmbedList, ConsoleError> {
        Ok(EmbedList {
            dashboard: "Shop & \"pods\"".into(),
            namespace: Some(Namespace::parse("shop").unwrap()),
            panels: vec![(1234, "Memory".into())],
            embeds: self.0.clone(),
        })
    }

    async fn add_embed(&self, _: EmbedFields) -> Result<(), ConsoleError> {
        Err(ConsoleError::NotSignedIn)
    }

    async fn revoke_embed(&self, _: RevokeEmbedFields) -> Result<(), ConsoleError> {
        Err(ConsoleError::NotSignedIn)
    }
}

async fn page(question: &str, embeds: Vec<EmbedLine>) -> String {
    rendering::render(&format!("/clusters/harbour/monitoring/dashboards/one/embed{question}"), || {
        provide_context::<Arc<dyn Embedding>>(Arc::new(Fake(embeds)));
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/clusters/:cluster/monitoring/dashboards/:id/embed") view=EmbedDashboardPage/>
                </Routes>
            </Router>
        }
    })
    .await
}

fn line(name: &str) -> EmbedLine {
    EmbedLine {
        id: format!("id-of-{name}"),
        name: name.into(),
        origins: vec!["https://wiki.example".into()],
        panel: Some(EmbedPanel::Titled("Memory".into())),
        seconds: 21_600,
        chosen: vec![("pod".into(), "web-1".into()), ("node".into(), String::new())],
        made_by: "mara".into(),
        expires: Timestamp(1_795_405_680),
        is_over: false,
        last_used: None,
        address: None,
    }
}

#[tokio::test]
async fn each_link_says_what_it_shows_to_whom_and_only_its_maker_gets_its_code() {
    let own = EmbedLine { address: Some("https://console.example/embed/x_-1".into()), ..line("wiki") };
    let over = EmbedLine { is_over: true, panel: Some(EmbedPanel::Gone), ..line("old") };

    let html = page("", vec![own, line("theirs"), over]).await;

    assert!(html.contains("Memory, 6h, pod = web-1<"), "{html}");
    assert!(
        html.contains("https://wiki.example") && html.contains("mara") && html.contains("Never"),
        "{html}"
    );
    assert!(html.contains("A panel that is gone") && html.contains("Ended"), "{html}");
    assert_eq!(html.matches("&lt;iframe").count(), 1, "{html}");
    // What is copied is markup again, so a name in it is written twice over.
    assert!(html.contains("title=\"Shop &amp;amp; &amp;quot;pods&amp;quot;\""), "{html}");
    for id in ["wiki", "theirs", "old"] {
        assert!(html.contains(&format!("name=\"fields[embed]\" value=\"id-of-{id}\"")), "{html}");
    }
}

#[tokio::test]
async fn the_form_begins_with_what_the_dashboard_was_looked_at_with() {
    let html = page("?var-pod=web-1&var-node=&from=6h", Vec::new()).await;

    assert!(html.contains("pod = web-1</textarea>"), "{html}");
    assert!(html.contains("value=\"21600\" selected") && html.contains("value=\"30\" selected"), "{html}");
    assert!(html.contains("<option value=\"1234\"") && !html.contains("class=\"embeds\""), "{html}");
    assert!(page("?from=13m", Vec::new()).await.contains("value=\"3600\" selected"));
}

fn shown(content: ShownContent, is_one_panel: bool) -> Embedded {
    let frame = Frame { start: 1_795_405_680, end: 1_795_409_280, step: 30 };
    let panel = ShownPanel {
        title: "Memory".into(),
        width: 12,
        height: PanelHeight::Usual,
        unit: Unit::Cores,
        thresholds: Thresholds::default(),
        queries: vec!["secret_metric".into()],
        content,
        aged: Some(Aged { at: Timestamp(1_795_402_080), cause: "10.0.0.1 refuses".into() }),
    };
    let view = DashboardView {
        frame,
        source: "monitoring/prometheus".into(),
        variables: Vec::new(),
        annotations: Vec::new(),
        panels: vec![panel],
    };
    let line = DashboardLine {
        id: "one".into(),
        name: "Shop <pods>".into(),
        namespace: None,
        panels: 1,
        changed_by: "mara".into(),
        changed: Timestamp(1),
        may_change: true,
        may_share: true,
    };
    let open = OpenedDashboard { line, view: Measured::Answered(Box::new(view)) };
    Ok(EmbeddedDashboard { open, is_one_panel })
}

fn document(shown: Embedded) -> (String, String) {
    let owner = Owner::new_root(None);
    owner.with(|| {
        let (title, content) = embedded(shown);
        (title, content.to_html())
    })
}

#[test]
fn a_link_shows_panels_and_nothing_that_leads_anywhere() {
    let frame = Frame { start: 1_795_405_680, end: 1_795_409_280, step: 30 };
    let values = vec![Some(0.25); frame.points()];
    let series = Series { key: String::new(), label: "web".into(), color: 0, is_earlier: false, values };
    let scale = Scale {
        frame,
        low: 0.0,
        high: 0.5,
        ticks: vec![0.0],
        unit: Unit::Cores,
        is_stacked: false,
        is_logarithmic: false,
    };
    let svg = "<svg class=\"chart-drawing\"></svg>".to_owned();
    let chart = Chart { svg, scale, series: vec![series], left_out: 0, warnings: Vec::new() };

    let (title, html) = document(shown(ShownContent::Chart(Box::new(chart)), false));

    assert_eq!(title, "Shop <pods>");
    assert!(html.contains("Shop &lt;pods&gt;") && html.contains("chart-drawing"), "{html}");
    assert!(html.contains("Last 1h, at 2026-11-23 04:48 UTC"), "{html}");
    assert!(
        html.contains("Last answer") && !html.contains("10.0.0.1"),
        "it is old, and why is not told: {html}"
    );
    for lead in ["<a ", "<button", "<form", "<script", "secret_metric", "monitoring/prometheus", "mara"] {
        assert!(!html.contains(lead), "{lead}: {html}");
    }
    let (_, one) = document(shown(ShownContent::NoData, true));
    assert!(one.contains("visually-hidden") && one.contains("Nothing was measured"), "{one}");
}

#[test]
fn gauges_and_states_lead_nowhere_either() {
    let value =
        ShownValue { name: "web".into(), figure: ShownFigure { value: 0.5, text: None, level: None } };
    let gauge = ShownGauge { value, svg: "<svg class=\"gauge-drawing\"></svg>".into() };
    let gauges = ShownContent::Gauges(ShownGauges { min: 0.0, max: 1.0, gauges: vec![gauge] });
    let timeline = StateTimeline {
        svg: "<svg class=\"chart-drawing\"></svg>".into(),
        frame: Frame { start: 1_795_405_680, end: 1_795_409_280, step: 30 },
        unit: Unit::Count,
        states: vec![State { text: "Ready".into(), value: 1.0, level: None, color: 0 }],
        rows: vec![StateRow { name: "web".into(), spans: vec![StateSpan { first: 0, last: 120, state: 0 }] }],
        left_out: 0,
        warnings: Vec::new(),
    };

    for (content, words) in
        [(gauges, "of 0 to 1"), (ShownContent::StateTimeline(Box::new(timeline)), "2026-11-23 03:48")]
    {
        let (_, html) = document(shown(content, true));
        assert!(html.contains(words) && html.contains("web"), "{html}");
        for lead in ["<a ", "<button", "<form", "<script", "chart-overlay", "secret_metric"] {
            assert!(!html.contains(lead), "{lead}: {html}");
        }
    }
}

#[test]
fn what_failed_inside_is_not_told_outside() {
    let system = System::Cluster("harbour".into());
    let cause = "connect 10.0.0.7:9090".into();
    let (title, html) =
        document(Err(NotEmbedded::Failed(ConsoleError::Unavailable { system, cause, may_be_done: false })));

    assert_eq!(title, "Not available at the moment");
    assert!(!html.contains("10.0.0.7") && !html.contains("harbour"), "{html}");
    assert!(document(Err(NotEmbedded::Over(Timestamp(0)))).1.contains("until 1970-01-01 00:00 UTC"));
}
