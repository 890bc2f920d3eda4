//! One terminal while it is open.

use super::debugger::Debugger;
use super::ending::{self, Verdict};
use super::node;
use super::recorder::{self, Recording};
use super::{Exec, LONGEST_TERMINAL_MESSAGE, Shown, TerminalEnds, TerminalPatience, Typed, exec_path};
use crate::caller::ForCaller;
use crate::connection::{As, Channel, FromCluster, ToCluster};
use crate::error::KubernetesError;
use crate::recheck::Recheck;
use crate::ticks;
use access::{Granted, Identity};
use bytes::Bytes;
use model::terminal::{Shell, TerminalEnd, TerminalNews, TerminalPlace, TerminalRequest, TerminalSize};
use model::{ConsoleError, ResourceRef};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout_at};

pub(super) struct Session {
    pub caller: ForCaller,
    pub granted: Granted<Exec>,
    pub size: TerminalSize,
    pub ends: TerminalEnds,
    pub patience: TerminalPatience,
}

/// A shell that runs, and what it wrote while it was found out whether it does.
pub(super) struct Running {
    /// `None` when a container's own program runs.
    pub shell: Option<Shell>,
    pub to: ToCluster,
    pub from: FromCluster,
    pub first: Option<Bytes>,
}

impl Session {
    /// Runs to the end. Where it has to be recorded, that begins and is said before anything is opened, and its end is the
    /// last thing recorded.
    pub async fn run(self) -> TerminalEnd {
        let begun = match recorder::begin(&self.caller, &self.granted, self.size).await {
            Ok(None) => return self.run_with(None).await,
            Ok(Some(begun)) => begun,
            Err(error) => return TerminalEnd::Refused(error),
        };
        let recording = begun.recording;
        let end = match say(&self.ends.shown, TerminalNews::Recorded { days: begun.days }).await {
            Ok(()) => self.run_with(Some(Arc::clone(&recording))).await,
            Err(Gone) => left(),
        };
        recording.end(&end).await;
        end
    }

    /// Rights are asked for again all the while, whichever way the bytes flow. What was made for it is taken away when it
    /// ends, however it ends.
    async fn run_with(self, recording: Option<Arc<dyn Recording>>) -> TerminalEnd {
        let Self { caller, granted, size, ends, patience } = self;
        let TerminalEnds { mut typed, shown, stop } = ends;
        let (place, identity) = (granted.action().0.clone(), granted.identity());
        let made = match &place {
            TerminalPlace::Node(shell) => match node::pod_for(&shell.node) {
                Ok(pod) => Some(pod),
                Err(error) => return TerminalEnd::Refused(error),
            },
            TerminalPlace::Container(_) => None,
        };
        let mut recheck = Recheck::new(&caller, vec![Box::new(granted)]);
        let opening = Opening { caller: &caller, identity: &identity, size, shown: &shown, patience };
        let talk = async {
            let (pod, container, running) = match opening.open(&place, made.as_ref()).await {
                Ok(opened) => opened,
                Err(end) => return end,
            };
            let screen = Screen { shown: &shown, recording: recording.as_deref() };
            let end = talk(running, &container, &mut typed, screen, patience).await;
            ending::explain(&caller, &identity, &pod, &container, end).await
        };
        let end = tokio::select! {
            error = recheck.refused() => TerminalEnd::Refused(error),
            () = stop.cancelled() => TerminalEnd::Stopping,
            end = recorder::broken(recording.as_deref()) => end,
            end = talk => end,
        };
        if let Some(pod) = made
            && let Err(why) = node::delete(&caller, &identity, &pod).await
        {
            tracing::warn!(cluster = %pod.cluster, pod = %pod.name, %why, "A node shell's pod is left behind");
            // The browser may have gone.
            let _ = say(&shown, TerminalNews::Left { pod, why }).await;
        }
        end
    }
}

/// What opens a terminal.
struct Opening<'a> {
    caller: &'a ForCaller,
    identity: &'a Identity,
    size: TerminalSize,
    shown: &'a mpsc::Sender<Shown>,
    patience: TerminalPatience,
}

impl Opening<'_> {
    /// The pod, the container in it, and what runs there.
    async fn open(
        &self,
        place: &TerminalPlace,
        made: Option<&ResourceRef>,
    ) -> Result<(ResourceRef, String, Running), TerminalEnd> {
        let &Self { caller, identity, size, shown, patience } = self;
        let request = match (place, made) {
            (TerminalPlace::Container(request), _) => request,
            (TerminalPlace::Node(shell), Some(pod)) => {
                let entered = node::enter(caller, identity, shell, pod, size, shown, patience.look).await;
                return entered.map(|(container, running)| (pod.clone(), container, running));
            }
            (TerminalPlace::Node(_), None) => unreachable!("the pod of a node is named before it is made"),
        };
        let container = caller.container_for(request, identity).await.map_err(TerminalEnd::Refused)?;
        let (container, running) = match &request.debug {
            None => {
                let running = start(caller, identity, request, &container, size, patience.start).await?;
                (container, running)
            }
            Some(image) => {
                let debugger = Debugger { caller, identity, request };
                debugger.start(image, &container, size, shown, patience.look).await?
            }
        };
        Ok((request.pod.clone(), container, running))
    }
}

/// Tries the shells in turn until one runs.
async fn start(
    caller: &ForCaller,
    identity: &Identity,
    request: &TerminalRequest,
    container: &str,
    size: TerminalSize,
    patience: Duration,
) -> Result<Running, TerminalEnd> {
    let wanted: Vec<Shell> = request.shell.map_or_else(|| Shell::ALL.to_vec(), |shell| vec![shell]);
    for shell in &wanted {
        if let Some(running) = attempt(caller, identity, request, container, *shell, size, patience).await? {
            return Ok(running);
        }
    }
    Err(TerminalEnd::NoShell { tried: wanted })
}

/// Runs one shell; `None` when the container has not got it.
async fn attempt(
    caller: &ForCaller,
    identity: &Identity,
    request: &TerminalRequest,
    container: &str,
    shell: Shell,
    size: TerminalSize,
    patience: Duration,
) -> Result<Option<Running>, TerminalEnd> {
    let opened = async {
        let cluster = caller.cluster(&request.pod.cluster).await?;
        let path = exec_path(request, container, shell);
        let opened = cluster.connection().channels(As::Caller(identity), path).await;
        Ok::<_, ConsoleError>(opened?)
    };
    let (mut to, mut from) = opened.await.map_err(TerminalEnd::Refused)?.split();
    // A size that cannot be set is not worth a terminal.
    let _ = to.resize(size).await;
    let until = Instant::now() + patience;
    loop {
        let first = match timeout_at(until, from.next()).await {
            // It reads, and writes nothing of its own accord.
            Err(_) => None,
            Ok(Some(Ok(Channel::Nothing))) => continue,
            Ok(Some(Ok(Channel::Output(bytes) | Channel::Errors(bytes)))) => Some(bytes),
            Ok(Some(Ok(Channel::Status(status)))) => match ending::verdict(&status) {
                Verdict::NoSuchProgram => return Ok(None),
                Verdict::Exited(code) => return Err(TerminalEnd::Exited { code, because: None }),
                Verdict::Failed(message) => return Err(TerminalEnd::Failed { message }),
            },
            Ok(Some(Err(error))) => return Err(TerminalEnd::Refused(error.into())),
            Ok(None) => return Err(TerminalEnd::Lost { because: None }),
        };
        return Ok(Some(Running { shell: Some(shell), to, from, first }));
    }
}

/// Carries bytes both ways until one side ends. Nothing is kept here: whoever does not read makes the other side wait.
async fn talk(
    running: Running,
    container: &str,
    typed: &mut mpsc::Receiver<Typed>,
    screen: Screen<'_>,
    patience: TerminalPatience,
) -> TerminalEnd {
    let Running { shell, mut to, mut from, first } = running;
    let opened = TerminalNews::Opened { container: container.to_owned(), shell };
    if let Some(recording) = screen.recording {
        recording.opened(container);
    }
    let down = async {
        if say(screen.shown, opened).await.is_err() {
            return left();
        }
        let mut next = first;
        loop {
            if let Some(bytes) = next.take()
                && let Err(end) = screen.show(&bytes).await
            {
                return end;
            }
            match from.next().await {
                Some(Ok(Channel::Output(bytes) | Channel::Errors(bytes))) => next = Some(bytes),
                Some(Ok(Channel::Status(status))) => return ending::of(&status),
                Some(Ok(Channel::Nothing)) => {}
                Some(Err(_)) | None => return TerminalEnd::Lost { because: None },
            }
        }
    };
    let end = tokio::select! {
        end = down => end,
        end = listen(&mut to, typed, screen, patience) => end,
    };
    to.close().await;
    end
}

/// Passes on what is typed, keeps the connection awake, and ends a terminal that nobody uses.
async fn listen(
    to: &mut ToCluster,
    typed: &mut mpsc::Receiver<Typed>,
    screen: Screen<'_>,
    patience: TerminalPatience,
) -> TerminalEnd {
    let mut pings = ticks::at_once(patience.ping);
    let mut used = Instant::now();
    let mut is_warned = false;
    let lost = |_: KubernetesError| TerminalEnd::Lost { because: None };
    loop {
        let limit = if is_warned { patience.idle } else { patience.idle.saturating_sub(patience.warning) };
        let sent = tokio::select! {
            typed = typed.recv() => match typed {
                Some(Typed::Bytes(bytes)) => {
                    (used, is_warned) = (Instant::now(), false);
                    to.type_in(&bytes).await
                }
                Some(Typed::Resize(size)) => match screen.resize(size.sensible()).await {
                    Ok(()) => to.resize(size.sensible()).await,
                    Err(end) => return end,
                },
                None => return left(),
            },
            _ = pings.tick() => to.ping().await,
            () = sleep_until(used + limit) => {
                if is_warned {
                    let minutes = u32::try_from(patience.idle.as_secs() / 60).unwrap_or(u32::MAX);
                    return TerminalEnd::Idle { minutes };
                }
                is_warned = true;
                let seconds = u32::try_from(patience.warning.as_secs()).unwrap_or(u32::MAX);
                if say(screen.shown, TerminalNews::EndsSoon { seconds }).await.is_err() {
                    return left();
                }
                Ok(())
            }
        };
        if let Err(end) = sent.map_err(lost) {
            return end;
        }
    }
}

/// The browser has gone, and the shell with it.
pub(super) fn left() -> TerminalEnd {
    TerminalEnd::Exited { code: 0, because: None }
}

/// The browser has gone.
pub(super) struct Gone;

pub(super) async fn say(shown: &mpsc::Sender<Shown>, news: TerminalNews) -> Result<(), Gone> {
    shown.send(Shown::News(news)).await.map_err(|_| Gone)
}

/// What the reader sees, and who records it.
#[derive(Clone, Copy)]
struct Screen<'a> {
    shown: &'a mpsc::Sender<Shown>,
    recording: Option<&'a dyn Recording>,
}

impl Screen<'_> {
    /// Nothing is shown that was not recorded before, where it has to be.
    async fn show(&self, bytes: &Bytes) -> Result<(), TerminalEnd> {
        if let Some(recording) = self.recording {
            recording.output(bytes).await?;
        }
        let mut rest = bytes.clone();
        while !rest.is_empty() {
            let piece = rest.split_to(rest.len().min(LONGEST_TERMINAL_MESSAGE));
            self.shown.send(Shown::Bytes(piece)).await.map_err(|_| left())?;
        }
        Ok(())
    }

    async fn resize(&self, size: TerminalSize) -> Result<(), TerminalEnd> {
        match self.recording {
            Some(recording) => recording.resized(size).await,
            None => Ok(()),
        }
    }
}
