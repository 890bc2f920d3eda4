#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use crate::image_registries::LIMITS;
use outbound::Reach;
use parking_lot::Mutex;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A registry at this machine: what it answers to whoever asks for a path, and what it has heard.
struct Fake {
    name: String,
    heard: Arc<Mutex<Vec<String>>>,
}

/// Whether somebody has shown what is needed: nothing, a token, or a password. Where it is busy, nothing helps.
#[derive(Clone, Copy, PartialEq)]
enum Door {
    Open,
    Token,
    Password,
    Busy,
}

async fn fake(door: Door, pages: &'static [(&'static str, &'static str)]) -> Fake {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let name = listener.local_addr().unwrap().to_string();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let (kept, here) = (Arc::clone(&heard), name.clone());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4096];
            let length = stream.read(&mut request).await.unwrap_or_default();
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
            let shown =
                request.lines().find_map(|line| line.strip_prefix("authorization: ")).unwrap_or_default();
            kept.lock().push(format!("{path} {shown}").trim().to_owned());
            let is_in = match door {
                Door::Open => true,
                Door::Token => shown == "Bearer key",
                Door::Password => shown.starts_with("Basic "),
                Door::Busy => false,
            };
            let asked = match door {
                Door::Password => "Basic realm=\"r\"".to_owned(),
                _ => format!(
                    "Bearer realm=\"http://{here}/token\",service=\"s\",scope=\"repository:team/till:pull\""
                ),
            };
            let page = pages.iter().find(|(known, _)| path == *known);
            let (status, body) = match (path.as_str(), page) {
                (path, _) if path.starts_with("/token") => ("200 OK".to_owned(), "{\"token\":\"key\"}"),
                (path, None) if path.starts_with("/api/") => ("404 Not Found".to_owned(), ""),
                (path, Some((_, body))) if path.starts_with("/api/") => ("200 OK".to_owned(), *body),
                _ if door == Door::Busy => ("429 Too Many Requests".to_owned(), ""),
                _ if !is_in => (format!("401 Unauthorized\r\nwww-authenticate: {asked}"), ""),
                (_, None) => ("404 Not Found".to_owned(), ""),
                (_, Some((_, body))) => ("200 OK".to_owned(), *body),
            };
            let length = body.len();
            let answer =
                format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    Fake { name, heard }
}

impl Fake {
    fn way(&self) -> Outbound {
        Outbound::new(Reach::Public(Arc::new(["127.0.0.1".to_owned()].into())), LIMITS, "").unwrap()
    }

    fn login(&self) -> RegistryLogin {
        RegistryLogin {
            server: format!("http://{}", self.name),
            username: "ada".into(),
            password: "a:b".into(),
            ..RegistryLogin::default()
        }
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().clone()
    }
}

const TAGS: &str = r#"{"name":"team/till","tags":["1.9","1.10","latest","edge"]}"#;
const LIST: &str = "/v2/team/till/tags/list?n=1000";

#[tokio::test]
async fn tags_are_read_with_a_token_that_the_login_gets() {
    let registry = fake(Door::Token, &[(LIST, TAGS)]).await;

    let found = list(registry.way(), &registry.name, "team/till", Some(registry.login()), "").await.unwrap();

    let names: Vec<&str> = found.tags.iter().map(|tag| tag.name.as_str()).collect();
    assert_eq!(names, ["latest", "1.10", "1.9", "edge"]);
    let heard = registry.heard();
    assert!(heard[1].starts_with("/v2/team/till/tags/list") && !heard[1].contains("Basic"), "{heard:?}");
    assert!(
        heard[2].starts_with("/token?service=s&scope=repository%3Ateam%2Ftill%3Apull Basic "),
        "{heard:?}"
    );
    assert_eq!(heard[3], format!("{LIST} Bearer key"));
}

#[tokio::test]
async fn a_registry_that_takes_passwords_itself_sees_them_only_when_it_asks() {
    let registry = fake(Door::Password, &[(LIST, TAGS)]).await;

    let found =
        list(registry.way(), &registry.name, "team/till", Some(registry.login()), "1.").await.unwrap();
    assert_eq!(found.tags.len(), 2);
    // Nothing is encrypted, so that nobody is asked who has no login which says so.
    assert!(list(registry.way(), &registry.name, "team/till", None, "").await.is_err());
}

#[tokio::test]
async fn an_image_that_is_not_there_and_a_login_that_is_refused_are_told_apart() {
    let open = fake(Door::Open, &[]).await;
    let missing = list(open.way(), &open.name, "team/till", Some(open.login()), "").await.unwrap_err();
    assert!(matches!(missing, Trouble::UnknownImage { .. }), "{missing}");

    let nobody = RegistryLogin { server: format!("http://{}", open.name), ..RegistryLogin::default() };
    let list_of_all = search(open.way(), &open.name, Some(nobody), "till").await.unwrap_err();
    assert!(matches!(list_of_all, Trouble::NoList(_)), "{list_of_all}");
}

#[tokio::test]
async fn a_registry_that_has_no_time_is_not_said_to_lack_anything() {
    let registry = fake(Door::Busy, &[]).await;

    let tags = list(registry.way(), &registry.name, "team/till", Some(registry.login()), "").await;
    let images = search(registry.way(), &registry.name, Some(registry.login()), "till").await;

    for error in [tags.unwrap_err(), images.unwrap_err()] {
        assert!(error.to_string().contains("status 429"), "{error}");
    }
}

#[tokio::test]
async fn a_harbor_is_asked_in_its_own_way_and_any_other_by_its_catalogue() {
    let harbor = fake(
        Door::Token,
        &[("/api/v2.0/search?q=till", r#"{"project":[],"repository":[{"repository_name":"team/till"}]}"#)],
    )
    .await;
    let other =
        fake(Door::Token, &[("/v2/_catalog?n=1000", r#"{"repositories":["team/till","team/scales"]}"#)])
            .await;

    for registry in [harbor, other] {
        let found = search(registry.way(), &registry.name, Some(registry.login()), "till").await.unwrap();
        let names: Vec<&str> = found.images.iter().map(|image| image.name.as_str()).collect();
        assert_eq!(names, [format!("{}/team/till", registry.name)]);
    }
}

#[test]
fn a_registry_is_called_as_in_names_of_images() {
    for (server, expected) in [
        ("", Some("docker.io")),
        ("https://index.docker.io/v1/", Some("docker.io")),
        ("http://Registry.example:5000/", Some("registry.example:5000")),
        ("ada@evil.example", None),
    ] {
        assert_eq!(name_of(server).as_deref(), expected, "{server}");
    }
}
