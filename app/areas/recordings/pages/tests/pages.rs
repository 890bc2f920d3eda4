//! Recordings, what is recorded, and one recording, over a port that answers what the test says.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{ClusterName, ConsoleError, Timestamp};
use recordings_contract::{
    PolicyFields, PolicyView, RecordingLine, Recordings, RecordingsPage as Page, RecordingsQuery, Transcript,
};
use recordings_pages::{RecordingPage, RecordingsPage};
use std::sync::{Arc, Mutex};

#[derive(Clone)]
struct Fake {
    page: Page,
    asked: Arc<Mutex<Vec<RecordingsQuery>>>,
    shown: Arc<Mutex<u32>>,
}

#[async_trait]
impl Recordings for Fake {
    async fn recordings(&self, query: RecordingsQuery) -> Result<Page, ConsoleError> {
        self.asked.lock().unwrap().push(query);
        Ok(self.page.clone())
    }

    async fn recording(&self, _: ClusterName, id: String) -> Result<RecordingLine, ConsoleError> {
        let lines = self.page.lines.as_ref().unwrap();
        let gone = ConsoleError::missing("this recording");
        lines.iter().find(|line| line.id == id).cloned().ok_or(gone)
    }

    async fn transcript(&self, _: ClusterName, _: String) -> Result<Transcript, ConsoleError> {
        *self.shown.lock().unwrap() += 1;
        Ok(Transcript { text: "# ls <all>\n".into(), is_cut: true })
    }

    async fn record(&self, _: PolicyFields) -> Result<(), ConsoleError> {
        Err(ConsoleError::NotSignedIn)
    }
}

fn harbour() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

fn line(id: &str, ending: Option<&str>) -> RecordingLine {
    RecordingLine {
        id: id.into(),
        person: "Ada".into(),
        cluster: harbour(),
        namespace: Some("shop".into()),
        name: "web-0".into(),
        container: "main".into(),
        action: "terminal".into(),
        started: Timestamp(1_700_000_000),
        seconds: 125,
        ending: ending.map(str::to_owned),
        ending_detail: "0".into(),
        size_bytes: 2048,
        kept_until: ending.map(|_| Timestamp(1_702_592_125)),
        request: "request-1".into(),
    }
}

fn fake(lines: Option<Vec<RecordingLine>>, policy: PolicyView) -> Fake {
    Fake { page: Page { lines, next: None, policy }, asked: Arc::default(), shown: Arc::default() }
}

fn of_shop(project: Option<u32>, projects: Option<u32>) -> PolicyView {
    let namespace = Some("shop".to_owned());
    PolicyView { namespace, project, projects, may_change_project: true, ..PolicyView::default() }
}

async fn render(address: &str, fake: &Fake) -> String {
    rendering::render(address, || {
        provide_context::<Arc<dyn Recordings>>(Arc::new(fake.clone()));
        view! {
            <Router>
                <Routes fallback=|| "not found">
                    <Route path=path!("/clusters/:cluster/recordings") view=RecordingsPage/>
                    <Route path=path!("/clusters/:cluster/recordings/:id") view=RecordingPage/>
                </Routes>
            </Router>
        }
    })
    .await
}

#[tokio::test]
async fn recordings_are_listed_with_whose_they_are_and_how_they_ended() {
    let lines = vec![line("one", Some("exited")), line("two", None), line("three", Some("cut"))];
    let mut fake = fake(Some(lines), of_shop(None, None));
    fake.page.next = Some("17-two".into());

    let html = render("/clusters/harbour/recordings?namespace=shop&person=Ada&from=2026-11-01", &fake).await;

    let asked = fake.asked.lock().unwrap().remove(0);
    assert_eq!(
        (asked.namespace.as_str(), asked.person.as_str(), asked.from.as_str()),
        ("shop", "Ada", "2026-11-01")
    );
    for words in ["shop / web-0 / main", "2:05", "Left", "Goes on", "Cut off", "about its last second"] {
        assert!(html.contains(words), "{words} is missing");
    }
    assert!(html.contains("href=\"/clusters/harbour/recordings/one\""));
    assert!(
        html.contains("From day (UTC)") && html.contains("To day (UTC)"),
        "days are no reader's own: {html}"
    );
    let older = "recordings?namespace=shop&amp;person=Ada&amp;from=2026-11-01&amp;before=17-two";
    assert!(html.contains(older), "{html}");
}

#[tokio::test]
async fn whether_it_records_is_a_form_for_who_may_say_it() {
    let page = "/clusters/harbour/recordings?namespace=shop";
    let html = render(page, &fake(Some(Vec::new()), of_shop(Some(30), None))).await;
    assert!(html.contains("action=\"/api/recordings/record\"") && html.contains("value=\"30\""), "{html}");
    assert!(html.contains("kubectl are recorded too") && html.contains("No recordings"));

    // A project cannot do less than its cluster.
    let html = render(page, &fake(Some(Vec::new()), of_shop(None, Some(120)))).await;
    assert!(html.contains("keeps them for 120 days") && !html.contains("/api/recordings/record"));

    let policy = PolicyView { may_change_project: false, ..of_shop(Some(30), None) };
    let html = render(page, &fake(Some(Vec::new()), policy)).await;
    assert!(html.contains("recorded, kept for 30 days") && !html.contains("/api/recordings/record"));

    let policy = PolicyView { may_change_cluster: true, nodes: Some(7), ..PolicyView::default() };
    let html = render("/clusters/harbour/recordings", &fake(None, policy)).await;
    assert_eq!(html.matches("action=\"/api/recordings/record\"").count(), 2, "nodes and all projects");
    assert!(html.contains("another right"), "who may say it sees none without the right for that");
}

#[tokio::test]
async fn a_recording_shows_nothing_before_it_is_asked_to() {
    let fake = fake(Some(vec![line("one", Some("exited"))]), PolicyView::default());

    let html = render("/clusters/harbour/recordings/one", &fake).await;
    assert_eq!(*fake.shown.lock().unwrap(), 0);
    assert!(
        html.contains("Terminal of Ada") && html.contains("Replay 2:05") && html.contains("2 KiB"),
        "{html}"
    );
    assert!(html.contains("href=\"/clusters/harbour/recordings/one/file\""));
    assert!(html.contains("href=\"/audit?text=request-1\""));

    let html = render("/clusters/harbour/recordings/one?as=text", &fake).await;
    assert_eq!(*fake.shown.lock().unwrap(), 1);
    assert!(html.contains("# ls &lt;all&gt;") && html.contains("There is more than is shown"), "{html}");

    let html = render("/clusters/harbour/recordings/none", &fake).await;
    assert!(html.contains("this recording"), "{html}");
}
