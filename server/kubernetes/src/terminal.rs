//! Terminals: a shell in a container, as the caller, for as long as they may.

mod attached;
mod debugger;
mod ending;
mod node;
mod recorder;
mod session;

pub(crate) use ending::{Verdict, of as end_of, outcome, verdict};
pub use recorder::{Begun, RecordedTerminal, Recorder, Recording};

use crate::caller::ForCaller;
use crate::logs::container_of_pod;
use crate::pods;
use access::{Identity, Need, Resource, Verb};
use bytes::Bytes;
use model::ConsoleError;
use model::terminal::{Shell, TerminalEnd, TerminalNews, TerminalPlace, TerminalRequest, TerminalSize};
use session::Session;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// The most bytes in one message to the browser, and of one from it.
pub const LONGEST_TERMINAL_MESSAGE: usize = 64 << 10;

/// What the browser sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// Keys.
    Bytes(Bytes),
    /// Its terminal has another size.
    Resize(TerminalSize),
}

/// What the browser is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// What the shell wrote; at most [`LONGEST_TERMINAL_MESSAGE`].
    Bytes(Bytes),
    /// What the console says.
    News(TerminalNews),
}

/// How long a terminal waits for what; shorter in tests.
#[derive(Clone, Copy, Debug)]
pub struct TerminalPatience {
    /// Without a key pressed for so long it ends: nobody may be there, and whoever comes has a shell.
    pub idle: Duration,
    /// So long before, it says so.
    pub warning: Duration,
    /// How often the cluster is told that somebody is there: balancers give up quiet connections after a minute.
    pub ping: Duration,
    /// How long a shell has to fail before the next is tried. One that writes sooner has not failed.
    pub start: Duration,
    /// How often a container that was added is looked at until it runs.
    pub look: Duration,
}

impl Default for TerminalPatience {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(60 * 60),
            warning: Duration::from_secs(5 * 60),
            ping: Duration::from_secs(15),
            start: Duration::from_secs(3),
            look: Duration::from_secs(1),
        }
    }
}

/// The two ends of a terminal that the browser's side holds on to.
pub struct TerminalEnds {
    /// What is typed. Its end is the browser's.
    pub typed: mpsc::Receiver<Typed>,
    /// Where what is shown goes. Kept short: what waits here is all that waits.
    pub shown: mpsc::Sender<Shown>,
    /// The console stops.
    pub stop: CancellationToken,
}

/// Run a shell in a container, in one that is added to the pod for it, or on a node.
#[derive(Clone, Debug)]
pub(crate) struct Exec(pub TerminalPlace);

impl access::Action for Exec {
    const NAME: &'static str = "terminal";

    fn need(&self) -> Need {
        let pods = Resource::new("", "pods");
        match &self.0 {
            TerminalPlace::Container(TerminalRequest { pod, debug: Some(_), .. }) => {
                Need::on(Verb::Patch, pods.part("ephemeralcontainers"), pod)
            }
            // By HTTP it is a GET; what it does is not. Asked for as a creation, whatever version the cluster has.
            TerminalPlace::Container(request) => Need::on(Verb::Create, pods.part("exec"), &request.pod),
            // Only the console knows this one: the cluster sees a pod that is made.
            TerminalPlace::Node(shell) => {
                Need::on(Verb::Create, Resource::new("", "nodes").part("shell"), &shell.node)
            }
        }
    }

    fn name(&self) -> &'static str {
        match &self.0 {
            TerminalPlace::Container(TerminalRequest { debug: Some(_), .. }) => "debug",
            TerminalPlace::Container(_) => Self::NAME,
            TerminalPlace::Node(_) => "node_shell",
        }
    }
}

impl ForCaller {
    /// Runs a terminal from its beginning, which is in the audit trail before anything is sent, to its end, which is
    /// there too; the last thing shown is why it ended.
    pub async fn terminal(
        &self,
        place: TerminalPlace,
        size: TerminalSize,
        ends: TerminalEnds,
        patience: TerminalPatience,
    ) {
        let shown = ends.shown.clone();
        let places = self.kubernetes.terminals();
        let end = match places.take(self.caller.account_id) {
            None => TerminalEnd::TooMany { limit: places.most_of_one() },
            Some(taken) => {
                let end = self.run(place, size, ends, patience).await;
                drop(taken);
                end
            }
        };
        // Nobody may be left to read it.
        let _ = shown.send(Shown::News(TerminalNews::Ended(end))).await;
    }

    async fn run(
        &self,
        place: TerminalPlace,
        size: TerminalSize,
        ends: TerminalEnds,
        patience: TerminalPatience,
    ) -> TerminalEnd {
        let ended = Arc::new(OnceLock::new());
        let (caller, told) = (self.clone(), Arc::clone(&ended));
        let work = move |granted| async move {
            let end = Session { caller, granted, size, ends, patience }.run().await;
            let outcome = outcome(&end);
            let _ = told.set(end);
            outcome
        };
        // A cluster that one may not see is refused as one that does not exist, before the trail is written.
        let known = self.cluster(place.cluster()).await;
        let performed = match known {
            Ok(_) => self.kubernetes.access().perform(&self.caller, Exec(place), work).await,
            Err(error) => Err(error),
        };
        match (ended.get(), performed) {
            (Some(end), _) => end.clone(),
            (None, Err(error)) => TerminalEnd::Refused(error),
            (None, Ok(())) => unreachable!("work that is done has told its end"),
        }
    }

    /// The container to open: the one wished for if the pod has it, else the pod's default.
    pub(crate) async fn container_for(
        &self,
        request: &TerminalRequest,
        identity: &Identity,
    ) -> Result<String, ConsoleError> {
        let pod = self.pod_of(&request.pod, identity).await?;
        Ok(container_of_pod(&pod, request.container.as_deref())?)
    }
}

/// The path that runs a shell.
fn exec_path(request: &TerminalRequest, container: &str, shell: Shell) -> String {
    let pod = pods::path(&request.pod);
    format!(
        "{pod}/exec?command={}&container={}&stdin=true&stdout=true&tty=true",
        shell.word(),
        model::link::escape(container)
    )
}
