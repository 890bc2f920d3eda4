//! An API server of a few lines: it answers what the test says, and remembers what it was asked.

use parking_lot::Mutex;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Answers requests until it is dropped.
pub struct Plain {
    address: SocketAddr,
    /// The heads of requests, whole.
    asked: Arc<Mutex<Vec<String>>>,
    _end: DropGuard,
}

/// An answer. `late` is how long it is in coming.
#[derive(Clone, Debug)]
pub struct Said {
    pub code: u16,
    pub headers: &'static str,
    pub body: Vec<u8>,
    pub late: Duration,
}

impl Said {
    pub fn json(value: &serde_json::Value) -> Self {
        Self::code(200, &value.to_string())
    }

    pub fn code(code: u16, body: &str) -> Self {
        Self { code, headers: "", body: body.into(), late: Duration::ZERO }
    }
}

impl Plain {
    /// `answer` is given the path with its query, and the `Accept` header.
    pub async fn new(answer: impl Fn(&str, &str) -> Said + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (answer, asked) = (Arc::new(answer), Arc::new(Mutex::new(Vec::new())));
        let end = CancellationToken::new();
        let (stop, seen) = (end.clone(), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Some(Ok((stream, _))) = stop.run_until_cancelled(listener.accept()).await {
                let (answer, asked, stop) = (Arc::clone(&answer), Arc::clone(&seen), stop.clone());
                tokio::spawn(async move {
                    let _ = stop.run_until_cancelled(talk(stream, &*answer, &asked)).await;
                });
            }
        });
        Self { address, asked, _end: end.drop_guard() }
    }

    pub fn config(&self) -> kube::Config {
        kube::Config::new(format!("http://{}", self.address).parse().unwrap())
    }

    /// The paths that were asked for so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().iter().map(|head| path(head).to_owned()).collect()
    }

    /// The heads of the requests that were made for somebody, so far.
    #[allow(dead_code, reason = "each test file uses a part of it")]
    pub fn asked_for_somebody(&self) -> Vec<String> {
        let all = self.asked.lock().clone();
        all.into_iter().filter(|head| head.to_lowercase().contains("impersonate-user")).collect()
    }
}

fn path(head: &str) -> &str {
    head.split(' ').nth(1).unwrap_or_default()
}

async fn talk(
    mut stream: TcpStream,
    answer: &(impl Fn(&str, &str) -> Said + Send + Sync),
    asked: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    loop {
        // Tests only read, so requests have no bodies.
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
        let text = String::from_utf8_lossy(&std::mem::take(&mut head)).into_owned();
        let path = path(&text);
        let header = text.lines().find(|line| line.to_lowercase().starts_with("accept:"));
        asked.lock().push(text.clone());
        let said = answer(path, header.and_then(|line| line.split_once(':')).map_or("", |(_, value)| value));
        tokio::time::sleep(said.late).await;
        let Said { code, headers, body, .. } = said;
        let length = body.len();
        let head = format!("HTTP/1.1 {code} Said\r\ncontent-length: {length}\r\n{headers}\r\n");
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(&body).await?;
    }
}
