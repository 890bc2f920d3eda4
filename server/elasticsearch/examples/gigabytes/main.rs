//! What it costs to search gigabytes of logs in a real log store, as a page does it.
//!
//! `gigabytes ADDRESS [GIGABYTES]` fills the log store at an address without a password with lines as Fluent Bit writes them,
//! until what it keeps is so large (ten gigabytes if nothing is told), and then searches them as an administrator and as a
//! member of two projects. What an earlier run has written is searched again. `gigabytes ADDRESS --clean` deletes it and does
//! nothing else. Figures are printed as `name<TAB>value` lines, and how far it is goes to the other stream.
#![expect(clippy::unwrap_used, reason = "a measurement that fails should stop")]

mod fill;
mod lines;
mod questions;

use fill::{Filled, LogStore};
use outbound::{Address, Proof};

/// What is asked for.
struct Wanted {
    url: String,
    gigabytes: f64,
    is_clean: bool,
}

impl Wanted {
    /// Reads what was told, or says how to.
    fn read() -> Option<Self> {
        let mut wanted = Self { url: String::new(), gigabytes: 10.0, is_clean: false };
        for argument in std::env::args().skip(1) {
            match argument.as_str() {
                "--clean" => wanted.is_clean = true,
                url if url.starts_with("http") => url.trim_end_matches('/').clone_into(&mut wanted.url),
                number => wanted.gigabytes = number.parse().ok()?,
            }
        }
        let is_possible = !wanted.url.is_empty() && (0.01..=100.0).contains(&wanted.gigabytes);
        is_possible.then_some(wanted)
    }
}

#[tokio::main]
async fn main() {
    let Some(wanted) = Wanted::read() else {
        eprintln!("gigabytes http://127.0.0.1:9200 [0.01 to 100, ten if nothing is told] [--clean]");
        std::process::exit(2);
    };
    let address = Address { url: wanted.url, proof: Proof::Nothing, authority: String::new() };
    let store = LogStore::new(address.clone());
    if wanted.is_clean {
        return store.clean().await;
    }
    match store.filled().await {
        Filled::Whole => eprintln!("what an earlier run has written is there and is searched"),
        Filled::Partly => {
            eprintln!("an earlier run was stopped while it wrote: take away what it left with --clean");
            std::process::exit(1);
        }
        Filled::Nothing => {
            let bytes = (wanted.gigabytes * 1e9) as u64;
            tokio::select! {
                () = store.fill(bytes) => {}
                _ = tokio::signal::ctrl_c() => {
                    eprintln!("stopped; --clean takes away what was written");
                    std::process::exit(130);
                }
            }
        }
    }
    store.print_size().await;
    questions::measure(address, store.newest().await).await;
}
