//! The timeline of an object over a fake of what measures its cluster.

use crate::POD;
use crate::support::{Fake, crashing_pod, render};
use async_trait::async_trait;
use model::{ClusterName, ConsoleError, Level, ResourceRef, Timestamp};
use monitoring_contract::*;
use std::sync::{Arc, Mutex};

/// Knows an alert of the last day and one that was over before it, if it measures at all; remembers how far back it was asked.
struct Measuring {
    is_measured: bool,
    asked: Mutex<Vec<LookedBack>>,
}

fn untold<T>() -> Result<T, ConsoleError> {
    Err(ConsoleError::Internal { reference: "no timeline asks for it".into() })
}

fn fired(name: &str, from: i64) -> PastAlert {
    PastAlert {
        name: name.into(),
        level: Level::Failed,
        severity: "critical".into(),
        from: Timestamp(from),
        from_step: PastAlert::NEAR,
        is_older: false,
        until: Some(Timestamp(from + 600)),
        until_step: PastAlert::NEAR,
        about: None,
    }
}

#[async_trait]
impl Monitoring for Measuring {
    async fn past_alerts(
        &self,
        _: ResourceRef,
        back: LookedBack,
    ) -> Result<Option<Vec<PastAlert>>, ConsoleError> {
        self.asked.lock().unwrap().push(back);
        let (today, before) = (fired("Crashing", 1_795_407_000), fired("Waiting", 1_795_100_000));
        let alerts = match back {
            LookedBack::Day => vec![today],
            LookedBack::Week => vec![today, before],
        };
        Ok(self.is_measured.then_some(alerts))
    }

    async fn board(&self, _: BoardRequest) -> Result<Measured<BoardView>, ConsoleError> {
        untold()
    }

    async fn ranking(&self, _: RankingRequest) -> Result<Measured<Ranking>, ConsoleError> {
        untold()
    }

    async fn alerts(&self, _: ClusterName) -> Result<Measured<Alerts>, ConsoleError> {
        untold()
    }

    async fn firing(&self) -> Result<Vec<Firing>, ConsoleError> {
        untold()
    }

    async fn soon(&self) -> Result<SoonList, ConsoleError> {
        untold()
    }

    async fn routing(&self, _: ClusterName) -> Result<Option<Routing>, ConsoleError> {
        untold()
    }

    async fn fired(&self, _: ClusterName, _: Window) -> Result<Measured<Fired>, ConsoleError> {
        untold()
    }

    async fn acknowledge(&self, _: AcknowledgeFields) -> Result<(), ConsoleError> {
        untold()
    }

    async fn withdraw_acknowledgement(&self, _: WithdrawFields) -> Result<(), ConsoleError> {
        untold()
    }

    async fn preview_silence(&self, _: ClusterName, _: String) -> Result<Vec<Alert>, ConsoleError> {
        untold()
    }

    async fn create_silence(&self, _: SilenceFields) -> Result<(), ConsoleError> {
        untold()
    }

    async fn end_silence(&self, _: EndSilenceFields) -> Result<(), ConsoleError> {
        untold()
    }

    async fn metric_names(&self, _: ClusterName) -> Result<Vec<String>, ConsoleError> {
        untold()
    }

    async fn labels(&self, _: ClusterName, _: String, _: String) -> Result<Vec<String>, ConsoleError> {
        untold()
    }

    async fn explore(&self, _: ExploreRequest) -> Result<Measured<Explored>, ConsoleError> {
        untold()
    }
}

/// A timeline, and how far back was asked for it.
async fn shown(question: &str, is_measured: bool) -> (String, Vec<LookedBack>) {
    let measuring = Arc::new(Measuring { is_measured, asked: Mutex::default() });
    let fake = Fake { object: Ok(crashing_pod()), measuring: Some(measuring.clone()), ..Fake::default() };
    let html = render(&format!("{POD}?tab=timeline{question}"), &Arc::new(fake)).await;
    let asked = measuring.asked.lock().unwrap().clone();
    (html, asked)
}

#[tokio::test]
async fn a_timeline_leads_to_the_alerts_of_a_week_and_back() {
    let (html, asked) = shown("", true).await;
    assert_eq!(asked, [LookedBack::Day], "a week costs more, and nobody has asked for it");
    assert!(html.contains("Crashing fires") && !html.contains("Waiting fires"), "{html}");
    let way = format!("href=\"{POD}?tab=timeline&amp;alerts=week\">Tell those of the last week");
    assert!(html.contains(&way), "{html}");

    let (html, asked) = shown("&alerts=week", true).await;
    assert!(asked.contains(&LookedBack::Week), "{asked:?}");
    assert!(html.contains("Crashing fires") && html.contains("Waiting fires"), "{html}");
    let back = format!("href=\"{POD}?tab=timeline\">Tell those of the last day alone");
    assert!(html.contains(&back), "{html}");

    // What else was chosen stays.
    let (html, _) = shown("&of=alerts", true).await;
    assert!(html.contains("?tab=timeline&amp;of=alerts&amp;alerts=week\">Tell those"), "{html}");

    let (html, _) = shown("", false).await;
    assert!(html.contains("Alerts are not shown") && !html.contains("alerts=week"), "{html}");
}
