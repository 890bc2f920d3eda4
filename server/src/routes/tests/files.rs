//! Files of containers: what is asked for before anything runs in one.

use super::forwards::Stage;
use super::*;
use ::kubernetes::Upload;
use bytes::Bytes;
use futures::{StreamExt, stream};
use model::{Language, ResourceRef};
use tokio::sync::oneshot;
use workloads_contract::{FileName, FilePath, FilePlace, Files as _};

const FILE: &str = "/clusters/harbour/pods/shop/web-0/file?path=/srv";
const FOLDER: &str = "/clusters/harbour/pods/shop/web-0/folder?path=/srv";

fn with_cookie(mut request: Request<Body>, cookie: &str) -> Request<Body> {
    request.headers_mut().insert(COOKIE, cookie.parse().unwrap());
    request
}

/// Bytes from one of our own pages.
fn bytes(path: &str, kind: &'static str) -> Request<Body> {
    let mut request = post(path, "pears");
    request.headers_mut().insert(CONTENT_TYPE, kind.parse().unwrap());
    request
}

#[tokio::test]
async fn files_are_for_whoever_is_signed_in() {
    let world = World::new().await;
    let upload = format!("{FILE}&name=a&size=5");

    for request in [get(FILE), get(FOLDER), bytes(&upload, "application/octet-stream")] {
        assert_eq!(world.send(request).await.status(), StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_link_on_another_site_runs_nothing_in_a_container() {
    let world = World::new().await;
    let cookie = world.signed_in().await;

    for address in [FILE, FOLDER] {
        for (site, status) in [
            ("cross-site", StatusCode::FORBIDDEN),
            ("same-site", StatusCode::FORBIDDEN),
            // There is no such cluster here: it was let through.
            ("same-origin", StatusCode::NOT_FOUND),
            ("none", StatusCode::NOT_FOUND),
        ] {
            let mut request = with_cookie(get(address), &cookie);
            request.headers_mut().insert(SITE, site.parse().unwrap());
            assert_eq!(world.send(request).await.status(), status, "{address} from {site}");
        }
    }
}

#[tokio::test]
async fn what_is_no_place_or_no_file_is_refused_at_its_field() {
    let world = World::new().await;
    let cookie = world.signed_in().await;
    let octets = "application/octet-stream";
    let address = |rest: &str| format!("{FILE}{rest}");

    for (request, status) in [
        (get("/clusters/harbour/pods/shop/web-0/file?path=../etc"), StatusCode::UNPROCESSABLE_ENTITY),
        (get("/clusters/harbour/deployments/shop/web/file?path=/etc"), StatusCode::NOT_FOUND),
        (bytes(&address("&name=a&size=5"), "text/plain"), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (bytes(&address("&name=..%2Fa&size=5"), octets), StatusCode::UNPROCESSABLE_ENTITY),
        (bytes(&address("&name=a&size=6"), octets), StatusCode::UNPROCESSABLE_ENTITY),
        (bytes(&address("&size=5"), octets), StatusCode::UNPROCESSABLE_ENTITY),
        (bytes(&address("&name=a&size=5"), octets), StatusCode::NOT_FOUND),
    ] {
        let asked = format!("{} {}", request.method(), request.uri());
        let answer = world.send(with_cookie(request, &cookie)).await;
        assert_eq!(answer.status(), status, "{asked}");
    }
    let foreign = {
        let mut request = with_cookie(bytes(&address("&name=a&size=5"), octets), &cookie);
        request.headers_mut().insert(SITE, "cross-site".parse().unwrap());
        request
    };
    assert_eq!(world.send(foreign).await.status(), StatusCode::FORBIDDEN);
}

/// The shell of the playground runs what receives an upload, as one of `BusyBox` does.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_arrives_as_a_whole_and_leaves_nothing_when_the_right_ends_on_its_way() {
    let stage = Stage::new().await;
    let (bob, session) = stage.person("bob", "project-editor").await;
    let (cyd, _) = stage.person("cyd", "project-editor").await;
    // Once it can be opened, a pod runs.
    stage.open(&session).await;
    let console = &stage.world.console;
    let (open, _) = console.database().open_ports_of(bob).await.unwrap().remove(0);
    let pod = ResourceRef { kind: "pods".parse().unwrap(), name: open.pod, ..open.resource };
    let folder = FilePlace { pod, container: None, path: FilePath::parse("/tmp").unwrap() };
    let clusters = async |account: uuid::Uuid| {
        let account = console.database().account(account).await.unwrap().unwrap();
        let caller = console.access().caller(account, None, "test".into(), None).await.unwrap();
        console.kubernetes().for_caller(caller, Language::English)
    };
    let (of_bob, of_cyd) = (clusters(bob).await, clusters(cyd).await);
    let upload = |name: &str| {
        let name = FileName::parse(name).unwrap();
        Upload { folder: folder.clone(), name, size_bytes: 6, replace: false }
    };
    let half = || Ok(Bytes::from_static(b"pea"));
    let names = async || {
        let page = of_cyd.folder(folder.clone()).await.unwrap();
        let entries = page.content.unwrap().entries;
        entries.iter().map(|entry| entry.name.as_str().to_owned()).collect::<Vec<_>>()
    };

    of_bob.upload(upload("a & b"), stream::iter([half(), half()]).boxed()).await.unwrap();
    assert_eq!(names().await, ["a & b"]);

    let (sent, has_sent) = oneshot::channel();
    let no_more = async move {
        let _ = sent.send(());
        std::future::pending().await
    };
    let pieces = stream::iter([half()]).chain(stream::once(no_more)).boxed();
    let second = upload("c");
    let sending = tokio::spawn(async move { of_bob.upload(second, pieces).await });
    has_sent.await.unwrap();
    stage.take(bob).await;
    let refused = sending.await.unwrap();
    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
    // What `tar` alone had left would be there within moments.
    for _ in 0..20 {
        assert_eq!(names().await, ["a & b"]);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
