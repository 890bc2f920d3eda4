//! `cargo xtask peers`: the real systems that Orrery speaks to, on this machine, for its tests.
//!
//! Each is built or unpacked once per version into the cache, starts empty on free ports of the loopback interface,
//! and keeps everything it writes in one folder. What runs is known by a file with its process id and the time that
//! process began, so that only what was started here is ever stopped.

mod ahead;
mod alertmanager;
mod certificates;
mod daemon;
mod helm;
mod kubernetes;
mod kwok;
mod ldap;
mod monitoring;
mod openid;
mod opensearch;
mod ports;
mod postgresql;
mod prometheus;
mod smtp;

use std::{
    fmt,
    fs::{self, File},
    path::PathBuf,
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::Subcommand;

use crate::{process::seconds, workspace::Workspace};

pub use self::ahead::Ahead;

/// What to do with them.
#[derive(Subcommand)]
pub enum Action {
    /// Build what takes minutes, once, and start nothing.
    Build {
        /// Only these, and what they need.
        names: Vec<String>,
        /// At the lowest priority, and only as long as somebody keeps the standard input open.
        #[arg(long)]
        aside: bool,
    },
    /// Start them and print where they answer; what runs already stays as it is.
    Up {
        /// Only these, and what they need.
        names: Vec<String>,
    },
    /// Say which of them run.
    Status {
        /// Only these.
        names: Vec<String>,
    },
    /// Stop those that were started here.
    Down {
        /// Only these, and what needs them.
        names: Vec<String>,
    },
}

/// A system of somebody else's.
pub struct Peer {
    /// As one calls it on the command line.
    pub name: &'static str,
    /// What it cannot run without.
    needs: &'static [&'static str],
    /// What takes minutes the first time, and starts nothing.
    build: Option<fn(&Workspace) -> Result<()>>,
    up: fn(&Workspace) -> Result<Vec<Fact>>,
    facts: fn(&Workspace) -> Option<Vec<Fact>>,
    down: fn(&Workspace) -> Result<()>,
}

/// In the order they start.
const PEERS: [Peer; 11] = [
    Peer {
        name: "kubernetes",
        needs: &[],
        build: Some(kubernetes::build),
        up: kubernetes::up,
        facts: kubernetes::facts,
        down: kubernetes::down,
    },
    Peer {
        name: "kwok",
        needs: &["kubernetes"],
        build: None,
        up: kwok::up,
        facts: kwok::facts,
        down: kwok::down,
    },
    Peer {
        name: "helm",
        needs: &[],
        build: Some(helm::build),
        up: helm::up,
        facts: helm::facts,
        down: helm::down,
    },
    Peer {
        name: "postgresql",
        needs: &[],
        build: None,
        up: postgresql::up,
        facts: postgresql::facts,
        down: postgresql::down,
    },
    Peer { name: "ldap", needs: &[], build: None, up: ldap::up, facts: ldap::facts, down: ldap::down },
    Peer { name: "smtp", needs: &[], build: None, up: smtp::up, facts: smtp::facts, down: smtp::down },
    Peer {
        name: "openid",
        needs: &[],
        build: None,
        up: openid::up,
        facts: openid::facts,
        down: openid::down,
    },
    Peer {
        name: "prometheus",
        needs: &[],
        build: None,
        up: prometheus::up,
        facts: prometheus::facts,
        down: prometheus::down,
    },
    Peer {
        name: "monitoring",
        needs: &["kubernetes", "kwok"],
        build: Some(monitoring::build),
        up: monitoring::up,
        facts: monitoring::facts,
        down: monitoring::down,
    },
    Peer {
        name: "alertmanager",
        needs: &[],
        build: Some(alertmanager::build),
        up: alertmanager::up,
        facts: alertmanager::facts,
        down: alertmanager::down,
    },
    Peer {
        name: "opensearch",
        needs: &[],
        build: None,
        up: opensearch::up,
        facts: opensearch::facts,
        down: opensearch::down,
    },
];

/// Something worth knowing about a running peer, such as its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The environment variable that tests read it from.
    pub variable: &'static str,
    /// What it is.
    pub value: String,
}

/// Why a peer cannot be had on this machine. Unlike any other error this says something about the machine, not
/// about the peer.
#[derive(Debug)]
pub struct LeftOut(pub String);

impl fmt::Display for LeftOut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for LeftOut {}

/// What became of a peer.
pub enum Outcome {
    /// It answers.
    Up {
        /// Where, and how to get in.
        facts: Vec<Fact>,
        /// It was stopped before.
        started: bool,
    },
    /// This machine lacks something.
    LeftOut(String),
    /// It should have started.
    Broken(anyhow::Error),
}

/// Carries out the command.
pub fn run(workspace: &Workspace, action: &Action) -> Result<ExitCode> {
    let (Action::Build { names, .. }
    | Action::Up { names }
    | Action::Status { names }
    | Action::Down { names }) = action;
    check_names(names)?;
    match action {
        Action::Build { aside, .. } => {
            if *aside {
                ahead::step_aside()?;
            }
            build(workspace, names)?;
        }
        Action::Up { .. } => {
            let outcomes = up(workspace, names)?;
            let broken = outcomes.iter().any(|(_, outcome)| matches!(outcome, Outcome::Broken(_)));
            outcomes.iter().for_each(|(peer, outcome)| print_outcome(peer, outcome));
            return Ok(if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS });
        }
        Action::Status { .. } => {
            for peer in chosen(names) {
                match (peer.facts)(workspace) {
                    Some(facts) => print_facts(peer.name, &facts),
                    None => println!("{:<12} down", peer.name),
                }
            }
        }
        Action::Down { .. } => down(workspace, names)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds the named peers, or all, with what they need. What this machine lacks the means for is left to [`up`] to tell.
fn build(workspace: &Workspace, names: &[String]) -> Result<()> {
    let _alone = lock(workspace)?;
    for peer in with_needs(names) {
        match peer.build.map(|build| build(workspace)) {
            Some(Err(error)) if !error.is::<LeftOut>() => return Err(error.context(peer.name)),
            Some(Err(error)) => println!("{:<12} left out: {}", peer.name, crate::explain(&error)),
            Some(Ok(())) => println!("{:<12} built", peer.name),
            None => {}
        }
    }
    Ok(())
}

/// Starts the named peers, or all, with what they need. One that fails does not keep others from starting.
pub fn up(workspace: &Workspace, names: &[String]) -> Result<Vec<(&'static str, Outcome)>> {
    let _alone = lock(workspace)?;
    let mut outcomes: Vec<(&'static str, Outcome)> = Vec::new();
    for peer in with_needs(names) {
        let missing = peer.needs.iter().find(|need| {
            outcomes.iter().any(|(name, outcome)| name == *need && !matches!(outcome, Outcome::Up { .. }))
        });
        let outcome = match missing {
            Some(need) => Outcome::LeftOut(format!("it needs {need}, which is not there")),
            None => start(workspace, peer),
        };
        outcomes.push((peer.name, outcome));
    }
    Ok(outcomes)
}

/// Stops the named peers, or all, and what cannot run without them.
pub fn down(workspace: &Workspace, names: &[String]) -> Result<()> {
    let _alone = lock(workspace)?;
    let is_affected = |peer: &Peer| {
        names.is_empty() || names.iter().any(|name| name == peer.name || peer.needs.contains(&name.as_str()))
    };
    for peer in PEERS.iter().rev().filter(|peer| is_affected(peer)) {
        (peer.down)(workspace).with_context(|| format!("{} does not stop", peer.name))?;
    }
    Ok(())
}

fn start(workspace: &Workspace, peer: &Peer) -> Outcome {
    if let Some(facts) = (peer.facts)(workspace) {
        return Outcome::Up { facts, started: false };
    }
    println!("{}", peer.name);
    // What comes from registries may falter once. A machine that lacks something lacks it the second time too.
    let first = (peer.up)(workspace);
    let up = match first {
        Err(error) if !error.is::<LeftOut>() => {
            println!("  {} once more, because: {}", peer.name, crate::explain(&error));
            (peer.up)(workspace)
        }
        decided => decided,
    };
    match up {
        Ok(facts) => Outcome::Up { facts, started: true },
        Err(error) => match error.downcast_ref::<LeftOut>() {
            Some(LeftOut(reason)) => Outcome::LeftOut(reason.clone()),
            None => {
                // What runs without being healthy would be taken for up the next time.
                Outcome::Broken(match (peer.down)(workspace) {
                    Ok(()) => error,
                    Err(left) => error.context(format!("it does not stop either: {}", crate::explain(&left))),
                })
            }
        },
    }
}

fn check_names(names: &[String]) -> Result<()> {
    if let Some(unknown) = names.iter().find(|name| PEERS.iter().all(|peer| peer.name != **name)) {
        let known: Vec<_> = PEERS.iter().map(|peer| peer.name).collect();
        bail!("there is no peer {unknown:?}; there are: {}", known.join(", "));
    }
    Ok(())
}

fn chosen(names: &[String]) -> impl Iterator<Item = &'static Peer> {
    PEERS.iter().filter(move |peer| names.is_empty() || names.iter().any(|name| name == peer.name))
}

fn with_needs(names: &[String]) -> impl Iterator<Item = &'static Peer> {
    let needed = move |peer: &Peer| chosen(names).any(|one| one.needs.contains(&peer.name));
    let wanted = move |peer: &Peer| names.is_empty() || names.iter().any(|name| name == peer.name);
    PEERS.iter().filter(move |peer| wanted(peer) || needed(peer))
}

/// Two that start the same peer would each throw away what the other began.
fn lock(workspace: &Workspace) -> Result<File> {
    let folder = workspace.cache.join("peers");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let file = File::create(folder.join("lock")).context("cannot write the lock of the peers")?;
    file.lock().context("cannot lock the peers")?;
    Ok(file)
}

/// Everything a peer writes.
fn folder(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.cache.join("peers").join(name)
}

/// Asks again and again until the answer is yes; `is_alive` is to fail when waiting is of no use.
fn wait_until(
    what: &str,
    limit: Duration,
    mut is_alive: impl FnMut() -> Result<()>,
    mut is_so: impl FnMut() -> bool,
) -> Result<()> {
    let start = Instant::now();
    while !is_so() {
        is_alive()?;
        if start.elapsed() > limit {
            bail!("{what} took longer than {}", seconds(limit));
        }
        thread::sleep(Duration::from_millis(200));
    }
    println!("  {what}: {}", seconds(start.elapsed()));
    Ok(())
}

fn print_outcome(name: &str, outcome: &Outcome) {
    match outcome {
        Outcome::Up { facts, .. } => print_facts(name, facts),
        Outcome::LeftOut(reason) => println!("{name:<12} left out: {reason}"),
        Outcome::Broken(error) => println!("{name:<12} FAILED: {}", crate::explain(error)),
    }
}

fn print_facts(name: &str, facts: &[Fact]) {
    println!("{name:<12} up");
    for fact in facts {
        println!("             {}={}", fact.variable, fact.value);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_a_peer_needs_starts_before_it() {
        let names: Vec<_> = with_needs(&["kwok".to_owned()]).map(|peer| peer.name).collect();

        assert_eq!(names, ["kubernetes", "kwok"]);
    }

    #[test]
    fn without_names_all_are_meant() {
        assert_eq!(with_needs(&[]).count(), PEERS.len());
        assert_eq!(chosen(&[]).count(), PEERS.len());
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let error = check_names(&["kubernets".to_owned()]).unwrap_err().to_string();

        assert!(error.contains("kubernets") && error.contains("postgresql"), "{error}");
    }
}
