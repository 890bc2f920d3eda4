//! What terminals carry: how many bytes of a shell that writes as fast as it is read, how soon a key comes back, alone and
//! beside such a shell, and how far a shell gets ahead of a reader who does not read. Every line has a number and is counted.
//! `terminal_flow [LINES]` has a shell write so many lines, a million if it is not told, and prints figures as
//! `name<TAB>value` lines. What is measured is between the console's end of a terminal and the container: the browser's
//! WebSocket and its drawing are not in it. The containers are in the same process, so what they need is in its memory too.
#![expect(clippy::unwrap_used, reason = "a measurement that fails should stop")]

#[path = "../tests/support/mod.rs"]
mod support;

use async_trait::async_trait;
use bytes::Bytes;
use kubernetes::{ForCaller, Shown, TerminalEnds, TerminalPatience, Typed};
use model::ResourceRef;
use model::terminal::{TerminalNews, TerminalPlace, TerminalRequest, TerminalSize};
use playground_kubernetes::{ExecExit, ExecIo, Kubelet};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use support::{Stage, harbour, pod};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Keys that are pressed one after the other, each when the one before has come back.
const KEYS: usize = 2_000;
/// What a line has behind its number: what builds write is about as long.
const WORDS: &str = " compiling storefront v2.4.0 (/src/storefront) with 2 warnings";
/// So much is written at once.
const PIECE: usize = 16 << 10;
/// For so long nobody reads.
const UNREAD: Duration = Duration::from_secs(5);
/// What makes a shell write its lines.
const COUNT: &[u8] = b"count";

/// An agent whose shells give back what is typed, and count when they are told to.
struct Counting {
    lines: u64,
    /// Bytes that shells have got rid of.
    written: Arc<AtomicU64>,
}

#[async_trait]
impl Kubelet for Counting {
    async fn exec(&self, _: &Value, _: &str, _: Vec<String>, _: bool, mut io: ExecIo) -> ExecExit {
        let (mut stdin, stdout) = (io.stdin.take().unwrap(), io.stdout.take().unwrap());
        while let Some(typed) = stdin.recv().await {
            if typed != COUNT {
                if stdout.send(typed).await.is_err() {
                    break;
                }
                continue;
            }
            let mut piece = String::with_capacity(PIECE + 100);
            for number in 0..self.lines {
                piece.push_str(&format!("{number}{WORDS}\r\n"));
                if piece.len() >= PIECE || number + 1 == self.lines {
                    let bytes = Bytes::from(std::mem::take(&mut piece));
                    let length = bytes.len() as u64;
                    if stdout.send(bytes).await.is_err() {
                        return ExecExit::Code(0);
                    }
                    self.written.fetch_add(length, Ordering::Relaxed);
                }
            }
        }
        ExecExit::Code(0)
    }
}

/// The browser's side of a terminal.
struct Open {
    keys: mpsc::Sender<Typed>,
    showing: mpsc::Receiver<Shown>,
    stop: CancellationToken,
}

impl Open {
    /// Opens one and waits for its shell.
    async fn by(caller: &ForCaller) -> Self {
        let ((keys, typed), (shown, showing)) = (mpsc::channel(2), mpsc::channel(2));
        let stop = CancellationToken::new();
        let ends = TerminalEnds { typed, shown, stop: stop.clone() };
        let caller = caller.clone();
        tokio::spawn(async move {
            let request = TerminalRequest { pod: web(), container: None, shell: None, debug: None };
            let place = TerminalPlace::Container(request);
            caller.terminal(place, TerminalSize::USUAL, ends, TerminalPatience::default()).await;
        });
        let mut open = Self { keys, showing, stop };
        loop {
            match open.showing.recv().await.unwrap() {
                Shown::News(TerminalNews::Opened { .. }) => return open,
                Shown::News(TerminalNews::Ended(end)) => panic!("it did not open: {end:?}"),
                _ => {}
            }
        }
    }

    async fn type_in(&self, bytes: &'static [u8]) {
        self.keys.send(Typed::Bytes(Bytes::from_static(bytes))).await.unwrap();
    }

    async fn read(&mut self) -> Bytes {
        loop {
            match self.showing.recv().await.unwrap() {
                Shown::Bytes(bytes) => return bytes,
                Shown::News(TerminalNews::Ended(end)) => panic!("it ended: {end:?}"),
                Shown::News(_) => {}
            }
        }
    }

    /// How long each key takes to come back, in milliseconds.
    async fn echoes(&mut self) -> Vec<f64> {
        let mut times = Vec::with_capacity(KEYS);
        for _ in 0..KEYS {
            let pressed = Instant::now();
            self.type_in(b"k").await;
            assert_eq!(self.read().await, b"k".as_slice(), "it gives back something else");
            times.push(pressed.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_unstable_by(f64::total_cmp);
        times
    }
}

/// What has been read of numbered lines.
#[derive(Default)]
struct Counted {
    /// The beginning of a line whose end has not come.
    rest: Vec<u8>,
    next: u64,
    disordered: u64,
    bytes: u64,
}

impl Counted {
    async fn read(&mut self, open: &mut Open, lines: u64) {
        while self.next < lines {
            let bytes = open.read().await;
            self.bytes += bytes.len() as u64;
            self.rest.extend_from_slice(&bytes);
            let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else { continue };
            let text = String::from_utf8(self.rest.drain(..=end).collect()).unwrap();
            text.lines().for_each(|line| self.take(line));
        }
    }

    fn take(&mut self, line: &str) {
        let number: u64 = line.split(' ').next().unwrap().parse().unwrap();
        self.disordered += u64::from(number != self.next);
        // What is missing is not waited for.
        self.next = self.next.max(number) + 1;
    }
}

#[tokio::main]
async fn main() {
    let lines: u64 = std::env::args().nth(1).map_or(1_000_000, |lines| lines.parse().unwrap());
    let written = Arc::new(AtomicU64::new(0));
    let stage = Stage::run_by(Arc::new(Counting { lines, written: Arc::clone(&written) })).await;
    stage.bind_roles();
    let mut pod = pod("shop", "web-0");
    pod["spec"]["nodeName"] = json!("node-0");
    pod["status"] = json!({"containerStatuses": [{"name": "main", "ready": true, "state": {"running": {}}}]});
    stage.cluster.create(pod).unwrap();
    let caller = stage.caller("project-editor", &["shop"]).await;
    println!("terminal: memory of shells and console before, MB\t{:.0}", resident("VmRSS:"));

    let mut typing = Open::by(&caller).await;
    print_echoes("alone", &typing.echoes().await);
    flow(&caller, &mut typing, lines).await;
    unread(&caller, lines, &written).await;
    println!("terminal: memory of shells and console at most, MB\t{:.0}", resident("VmHWM:"));
}

/// A shell that is read as fast as it writes, and keys in another terminal meanwhile.
async fn flow(caller: &ForCaller, typing: &mut Open, lines: u64) {
    let mut flowing = Open::by(caller).await;
    let (begin, processor) = (Instant::now(), processor_seconds());
    let mut counted = Counted::default();
    flowing.type_in(COUNT).await;
    let reading = async {
        counted.read(&mut flowing, lines).await;
        begin.elapsed().as_secs_f64()
    };
    let (seconds, echoes) = tokio::join!(reading, typing.echoes());
    println!("terminal: lines written\t{lines}");
    println!("terminal: lines lost or out of order\t{}", counted.disordered);
    println!("terminal: bytes per second\t{:.0}", counted.bytes as f64 / seconds);
    println!("terminal: lines per second\t{:.0}", lines as f64 / seconds);
    println!("terminal: processor seconds per second\t{:.2}", (processor_seconds() - processor) / seconds);
    print_echoes("while another one flows", &echoes);
    flowing.stop.cancel();
}

/// A shell that nobody reads for a while: what it gets rid of meanwhile waits somewhere.
async fn unread(caller: &ForCaller, lines: u64, written: &AtomicU64) {
    let mut waiting = Open::by(caller).await;
    let before = written.load(Ordering::Relaxed);
    waiting.type_in(COUNT).await;
    tokio::time::sleep(UNREAD).await;
    let ahead = written.load(Ordering::Relaxed) - before;
    let mut counted = Counted::default();
    counted.read(&mut waiting, lines).await;
    println!(
        "terminal: ahead of a reader who does not read, buffers of connections included, kB\t{}",
        ahead / 1024
    );
    println!("terminal: lines lost or out of order when read late\t{}", counted.disordered);
    waiting.stop.cancel();
}

fn print_echoes(when: &str, times: &[f64]) {
    for percent in [50, 99] {
        let time = times[(times.len() - 1) * percent / 100];
        println!("terminal: a key until it comes back, {when}, p{percent} ms\t{time:.2}");
    }
}

fn web() -> ResourceRef {
    ResourceRef {
        cluster: harbour(),
        kind: "pods".parse().unwrap(),
        namespace: Some("shop".parse().unwrap()),
        name: "web-0".parse().unwrap(),
    }
}

/// Megabytes of memory that this process has, or had at most.
fn resident(which: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(which)).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}

/// Seconds of processor time that the process has used, on all cores.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}
