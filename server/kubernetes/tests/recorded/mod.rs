//! Terminals that are recorded, and what becomes of those that cannot be.

use crate::support::Stage;
use crate::{open, opened, patience, staged};
use async_trait::async_trait;
use kubernetes::{Begun, ForCaller, Keepers, RecordedTerminal, Recorder, Recording, Typed};
use model::terminal::{TerminalEnd, TerminalNews, TerminalPlace, TerminalSize};
use model::{ConsoleError, System};
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;

/// Records into a list, as far as it may.
#[derive(Clone, Default)]
struct Scribe {
    refuses: bool,
    most: Option<usize>,
    told: Arc<Mutex<Vec<String>>>,
    breaks: CancellationToken,
}

impl Scribe {
    fn tell(&self, words: String) {
        self.told.lock().unwrap().push(words);
    }

    fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }
}

#[async_trait]
impl Recorder for Scribe {
    async fn asks_for(&self, _: &TerminalPlace) -> Result<bool, ConsoleError> {
        Ok(true)
    }

    async fn begin(&self, terminal: RecordedTerminal) -> Result<Option<Begun>, ConsoleError> {
        if self.refuses {
            let cause = "the disk is full".into();
            return Err(ConsoleError::Unavailable { system: System::Database, cause, may_be_done: false });
        }
        self.tell(format!("{} of {}", terminal.action, terminal.request));
        Ok(Some(Begun { recording: Arc::new(self.clone()), days: 30 }))
    }
}

#[async_trait]
impl Recording for Scribe {
    fn opened(&self, container: &str) {
        self.tell(format!("opened {container}"));
    }

    async fn output(&self, bytes: &[u8]) -> Result<(), TerminalEnd> {
        if self.most.is_some_and(|most| bytes.len() > most) {
            return Err(TerminalEnd::RecordingFull { mebibytes: 1 });
        }
        self.tell(format!("wrote {}", String::from_utf8_lossy(bytes)));
        Ok(())
    }

    async fn resized(&self, size: TerminalSize) -> Result<(), TerminalEnd> {
        self.tell(format!("resized {}x{}", size.columns, size.rows));
        Ok(())
    }

    async fn broken(&self) -> TerminalEnd {
        self.breaks.cancelled().await;
        TerminalEnd::Unrecorded { why: "the disk is full".into() }
    }

    async fn end(&self, end: &TerminalEnd) {
        self.tell(format!("ended {end:?}"));
    }
}

async fn recorded_by(scribe: &Scribe) -> (Stage, ForCaller) {
    let stage = staged(Keepers { recorder: Some(Arc::new(scribe.clone())), ..Keepers::default() }).await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    (stage, editor)
}

#[tokio::test]
async fn whoever_is_recorded_hears_of_it_before_the_shell_opens() {
    let scribe = Scribe::default();
    let (_stage, editor) = recorded_by(&scribe).await;
    let mut browser = open(&editor, Some("main"), patience());

    assert_eq!(browser.news().await, TerminalNews::Recorded { days: 30 });
    assert_eq!(browser.screen, "");
    assert_eq!(browser.news().await, opened());
    browser.keys.send(Typed::Resize(TerminalSize { columns: 90, rows: 20 })).await.unwrap();
    browser.type_in("hello").await;
    browser.type_in("exit").await;
    assert_eq!(browser.end().await, TerminalEnd::Exited { code: 3, because: None });

    let told = scribe.told();
    assert_eq!(told[..2], ["terminal of test", "opened main"]);
    assert!(told.contains(&"resized 90x20".to_owned()), "{told:?}");
    assert_eq!(told.last().unwrap(), "ended Exited { code: 3, because: None }");
    let wrote = told.iter().filter_map(|words| words.strip_prefix("wrote ")).collect::<String>();
    assert_eq!(wrote, browser.screen, "what is recorded is what was shown");
}

#[tokio::test]
async fn what_has_to_be_recorded_and_cannot_be_does_not_open() {
    let scribe = Scribe { refuses: true, ..Scribe::default() };
    let (_stage, editor) = recorded_by(&scribe).await;
    let mut browser = open(&editor, Some("main"), patience());

    let news = browser.news().await;

    let TerminalNews::Ended(TerminalEnd::Refused(error)) = news else { panic!("{news:?}") };
    assert!(error.to_string().contains("the disk is full"), "{error}");
    assert_eq!(browser.screen, "");
}

#[tokio::test]
async fn a_terminal_ends_with_its_recording() {
    let scribe = Scribe { most: Some(1000), ..Scribe::default() };
    let (_stage, editor) = recorded_by(&scribe).await;
    let mut browser = open(&editor, Some("main"), patience());
    browser.type_in("yes").await;
    assert_eq!(browser.end().await, TerminalEnd::RecordingFull { mebibytes: 1 });
    assert!(!browser.screen.contains('y'), "what was not recorded is not shown");

    let mut browser = open(&editor, Some("main"), patience());
    browser.type_in("hello").await;
    scribe.breaks.cancel();
    assert_eq!(browser.end().await, TerminalEnd::Unrecorded { why: "the disk is full".into() });
}
