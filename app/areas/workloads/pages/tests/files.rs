//! The tab with a pod's files, rendered as the server does, over a port that answers what the test says.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{ConsoleError, Need, ResourceRef};
use std::sync::{Arc, Mutex};
use workloads_contract::{
    FileContent, FileEntry, FileKind, FileName, FilePlace, FileTrouble, Files, Folder, FolderPage,
};
use workloads_pages::files_tab;

struct Fake {
    content: Result<Folder, FileTrouble>,
    refused: Option<ConsoleError>,
    text: String,
    asked: Mutex<Vec<String>>,
}

#[async_trait]
impl Files for Fake {
    async fn folder(&self, place: FilePlace) -> Result<FolderPage, ConsoleError> {
        self.asked.lock().unwrap().push(format!("list {}", place.path.as_str()));
        if let Some(error) = &self.refused {
            return Err(error.clone());
        }
        let containers = vec!["web".to_owned(), "proxy".to_owned()];
        Ok(FolderPage { container: "web".into(), containers, content: self.content.clone() })
    }

    async fn content(&self, place: FilePlace) -> Result<Result<FileContent, FileTrouble>, ConsoleError> {
        self.asked.lock().unwrap().push(format!("show {}", place.path.as_str()));
        Ok(Ok(FileContent::Text { text: self.text.clone(), is_cut: true }))
    }
}

fn entry(name: &str, kind: FileKind) -> FileEntry {
    FileEntry {
        name: FileName::parse(name).unwrap(),
        kind,
        size_bytes: (kind == FileKind::File).then_some(2_048),
        mode: "rw-r--r--".into(),
        modified: None,
        target: (kind == FileKind::Link).then(|| "/elsewhere".to_owned()),
    }
}

fn holding(entries: Vec<FileEntry>) -> Arc<Fake> {
    answering(Ok(Folder { entries, more: false, unread: 2 }))
}

fn answering(content: Result<Folder, FileTrouble>) -> Arc<Fake> {
    Arc::new(Fake { content, refused: None, text: "<b>pears</b>".into(), asked: Mutex::default() })
}

fn pod() -> ResourceRef {
    ResourceRef {
        cluster: "harbour".parse().unwrap(),
        kind: "pods".parse().unwrap(),
        namespace: Some("shop".parse().unwrap()),
        name: "web-0".parse().unwrap(),
    }
}

#[component]
fn Page() -> impl IntoView {
    files_tab(pod())
}

async fn render(fake: &Arc<Fake>, question: &str) -> String {
    rendering::render(&format!("/?tab=files{question}"), || {
        provide_context::<Arc<dyn Files>>(fake.clone());
        view! {
            <Router>
                <Routes fallback=|| "no such page"><Route path=path!("/") view=Page/></Routes>
            </Router>
        }
    })
    .await
}

#[tokio::test]
async fn a_folder_is_a_table_of_links() {
    let fake = holding(vec![
        entry("conf.d", FileKind::Folder),
        entry("a&b.txt", FileKind::File),
        entry("link", FileKind::Link),
        entry("pipe", FileKind::Other),
    ]);

    let html = render(&fake, "&container=web&path=/etc").await;

    let here = "/clusters/harbour/pods/shop/web-0";
    for link in [
        format!("{here}?tab=files&amp;container=web&amp;path=%2Fetc%2Fconf.d"),
        format!("{here}?tab=files&amp;container=web&amp;path=%2Fetc&amp;open=a%26b.txt"),
        format!("{here}/file?container=web&amp;path=%2Fetc%2Fa%26b.txt"),
        format!("{here}/folder?container=web&amp;path=%2Fetc%2Fconf.d"),
        format!("{here}?tab=files&amp;container=web&amp;path=%2F"),
    ] {
        assert!(html.contains(&format!("href=\"{link}\"")), "{link} is not in {html}");
    }
    assert!(!html.contains("path=%2Fetc%2Fpipe"), "what has no end cannot be kept");
    assert!(html.contains("2 KiB") && html.contains("2 entries have names"));
    assert!(html.contains("kubectl cp shop/web-0:/etc FOLDER --container web"), "{html}");
    assert_eq!(*fake.asked.lock().unwrap(), ["list /etc"]);
}

#[tokio::test]
async fn what_is_left_of_an_upload_says_what_it_is() {
    let part = entry(FileName::of_upload(7).as_str(), FileKind::File);

    let html = render(&holding(vec![part, entry("notes.txt", FileKind::File)]), "&path=/etc").await;

    assert_eq!(html.matches("part of an upload").count(), 1, "{html}");
}

#[tokio::test]
async fn a_file_is_shown_as_text_and_nothing_else() {
    let fake = holding(Vec::new());

    let html = render(&fake, "&path=/etc&open=motd").await;

    assert!(html.contains("&lt;b>pears&lt;/b>") || html.contains("&lt;b&gt;pears"), "{html}");
    assert!(html.contains("first 1 KiB"));
    assert!(fake.asked.lock().unwrap().contains(&"show /etc/motd".to_owned()));
}

#[tokio::test]
async fn what_is_no_path_asks_the_container_nothing() {
    let fake = holding(Vec::new());

    let html = render(&fake, "&path=..%2Fetc").await;

    assert!(html.contains("aria-invalid=\"true\"") && html.contains("write a path from the root"));
    assert!(fake.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn trouble_and_refusal_are_said_with_a_way_on() {
    let html = render(&answering(Err(FileTrouble::NotAFolder)), "&path=/etc/motd").await;
    assert!(html.contains("This is not a folder") && html.contains("open=motd"));

    let html = render(&answering(Err(FileTrouble::NoProgram { program: "ls".into() })), "").await;
    assert!(html.contains("its image has no ls"));

    let need = Need {
        verb: "create".into(),
        resource: "pods/exec".into(),
        cluster: None,
        namespace: Some("shop".into()),
        granted_by: model::GrantedBy::Project("shop".into()),
    };
    let mut fake =
        Fake { content: Ok(Folder::default()), refused: None, text: String::new(), asked: Mutex::default() };
    fake.refused = Some(ConsoleError::Forbidden { need, said: None });
    let html = render(&Arc::new(fake), "").await;
    assert!(html.contains("pods/exec") && html.contains("Whoever manages the members"), "{html}");
}
