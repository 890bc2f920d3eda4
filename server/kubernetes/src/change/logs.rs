//! Logs of containers, as the caller may read them.

use crate::change::grants::ReadLog;
use crate::change::lines::Lines;
use crate::change::live::{core_path, json};
use crate::{As, Call, Cluster, KubernetesError};
use access::{Granted, Identity};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use model::link;
use resources_contract::LogPage;
use serde_json::Value;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The most lines that are asked for at once.
const MOST_LINES: u32 = 5_000;
/// The most text that one answer holds; what is older is left out.
const MOST_BYTES: usize = 8 << 20;
/// The API server stops here, whatever the lines are like.
const LIMIT_BYTES: usize = 64 << 20;
/// How long a whole page of a log may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// New lines are gathered for so long: a person reads no faster.
const GATHER: Duration = Duration::from_millis(100);
/// More lines than these are passed on at once even when they arrived faster.
const MOST_GATHERED: usize = 1_000;
/// As are more bytes than these: a thousand lines may be as many times 64 KiB.
const MOST_GATHERED_BYTES: usize = 256 << 10;

/// The container whose log is shown unless another is wished for.
const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

/// The last lines of a container's log.
pub async fn read_log(cluster: &Cluster, granted: &Granted<ReadLog>) -> Result<LogPage, KubernetesError> {
    let request = &granted.action().0;
    let identity = granted.identity();
    let source = source(cluster, &identity, granted).await?;
    let tail = request.tail.clamp(1, MOST_LINES);
    // One more than wished tells whether there are older ones.
    let query = format!("&tailLines={}&limitBytes={LIMIT_BYTES}", tail + 1);
    let previous = if request.previous { "&previous=true" } else { "" };
    let call = Call::get(format!("{}{query}{previous}", source.path)).accepting("text/plain, */*");
    let mut stream = cluster.connection().stream(As::Caller(&identity), &call).await?;

    let mut end = End::new(tail as usize);
    let mut lines = Lines::default();
    let until = Instant::now() + PATIENCE;
    let late = |_| KubernetesError::TimedOut {
        cluster: cluster.name().to_string(),
        after: PATIENCE,
        may_be_done: false,
    };
    while let Some(piece) = timeout_at(until, stream.next()).await.map_err(late)? {
        lines.push(&piece?, |line| end.push(line));
    }
    if let Some(line) = lines.finish() {
        end.push(line);
    }
    let more = end.left_out;
    Ok(LogPage { container: source.container, containers: source.containers, lines: end.lines.into(), more })
}

/// The last lines of a log and then each new one, gathered for a tenth of a second. Ends with the container.
pub async fn follow_log(
    cluster: &Cluster,
    granted: &Granted<ReadLog>,
) -> Result<impl Stream<Item = Result<Vec<String>, KubernetesError>> + Send + use<>, KubernetesError> {
    let request = &granted.action().0;
    let identity = granted.identity();
    let source = source(cluster, &identity, granted).await?;
    let tail = request.tail.min(MOST_LINES);
    let path = format!("{}&follow=true&tailLines={tail}", source.path);
    let call = Call::get(path).accepting("text/plain, */*");
    let stream = cluster.connection().stream(As::Caller(&identity), &call).await?;
    Ok(gather(stream))
}

/// Passes lines on in groups.
fn gather<S>(stream: S) -> impl Stream<Item = Result<Vec<String>, KubernetesError>> + Send
where
    S: Stream<Item = Result<Bytes, KubernetesError>> + Send + Unpin,
{
    let begin = (stream, Lines::default(), None::<KubernetesError>, false);
    futures::stream::unfold(begin, |(mut stream, mut lines, mut failed, mut ended)| async move {
        let (mut group, mut bytes) = (Vec::new(), 0);
        let mut until = None;
        while !ended && group.len() < MOST_GATHERED && bytes < MOST_GATHERED_BYTES {
            let next = match until {
                // Waiting for the first line has no end: a quiet container is not a broken one.
                None => stream.next().await,
                Some(until) => match timeout_at(until, stream.next()).await {
                    Ok(next) => next,
                    Err(_) => break,
                },
            };
            match next {
                Some(Ok(piece)) => lines.push(&piece, |line| {
                    bytes += line.len();
                    group.push(line);
                }),
                Some(Err(error)) => (failed, ended) = (Some(error), true),
                None => ended = true,
            }
            if ended {
                group.extend(lines.finish());
            } else if !group.is_empty() && until.is_none() {
                until = Some(Instant::now() + GATHER);
            }
        }
        if !group.is_empty() {
            return Some((Ok(group), (stream, lines, failed, ended)));
        }
        failed.map(|error| (Err(error), (stream, lines, None, true)))
    })
}

/// The last lines that fit.
struct End {
    lines: VecDeque<String>,
    bytes: usize,
    most_lines: usize,
    left_out: bool,
}

impl End {
    fn new(most_lines: usize) -> Self {
        Self { lines: VecDeque::new(), bytes: 0, most_lines, left_out: false }
    }

    fn push(&mut self, line: String) {
        self.bytes += line.len();
        self.lines.push_back(line);
        while self.lines.len() > self.most_lines || self.bytes > MOST_BYTES {
            self.bytes -= self.lines.pop_front().map_or(0, |line| line.len());
            self.left_out = true;
        }
    }
}

/// Where a log is read.
struct Source {
    path: String,
    container: String,
    containers: Vec<String>,
}

/// Looks at the pod, because a container's name is only trusted when the pod has it.
async fn source(
    cluster: &Cluster,
    identity: &Identity,
    granted: &Granted<ReadLog>,
) -> Result<Source, KubernetesError> {
    let request = &granted.action().0;
    let path = core_path("pods", request.pod.namespace.as_ref(), &request.pod.name);
    let answer = cluster.connection().call(As::Caller(identity), &Call::get(path.clone())).await?;
    let pod = json(cluster.connection(), &answer.body)?;
    let containers = containers(&pod);
    let container = match &request.container {
        Some(wanted) if containers.contains(wanted) => wanted.clone(),
        Some(_) => return Err(KubernetesError::invalid("container", "is not one of the pod's containers")),
        None => default_container(&pod)
            .ok_or_else(|| KubernetesError::invalid("container", "does not exist: the pod has none"))?,
    };
    let path = format!("{path}/log?container={}", link::escape(&container));
    Ok(Source { path, container, containers })
}

/// All containers that have a log, in the order in which they run.
fn containers(pod: &Value) -> Vec<String> {
    let parts = ["initContainers", "containers", "ephemeralContainers"];
    let all = parts.iter().flat_map(|part| pod["spec"][part].as_array().into_iter().flatten());
    all.filter_map(|container| container["name"].as_str()).map(str::to_owned).collect()
}

/// The first that is unwell, else the one that the pod names, else the first of the pod's own.
fn default_container(pod: &Value) -> Option<String> {
    let statuses = ["initContainerStatuses", "containerStatuses"];
    let mut statuses = statuses.iter().flat_map(|part| pod["status"][part].as_array().into_iter().flatten());
    let known = containers(pod);
    let unwell = statuses.find(|status| is_unwell(status)).and_then(|status| status["name"].as_str());
    let named = pod["metadata"]["annotations"][DEFAULT_CONTAINER].as_str();
    let first = pod.pointer("/spec/containers/0/name").and_then(Value::as_str);
    let candidates = [unwell, named, first].into_iter().flatten();
    candidates.into_iter().find(|name| known.iter().any(|known| known == name)).map(str::to_owned)
}

fn is_unwell(status: &Value) -> bool {
    let failed = |state: &Value| state["terminated"]["exitCode"].as_i64().is_some_and(|code| code != 0);
    let waits = status["state"]["waiting"]["reason"].as_str();
    failed(&status["state"])
        || waits.is_some_and(|reason| !matches!(reason, "ContainerCreating" | "PodInitializing"))
        || (status["state"]["running"].is_object()
            && status["ready"] == false
            && failed(&status["lastState"]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(statuses: &Value, annotations: &Value) -> Value {
        json!({
            "metadata": {"annotations": annotations},
            "spec": {"initContainers": [{"name": "setup"}], "containers": [{"name": "web"}, {"name": "proxy"}]},
            "status": {"containerStatuses": statuses},
        })
    }

    #[test]
    fn the_container_that_is_unwell_is_shown_first() {
        let crashing = json!({"name": "proxy", "state": {"waiting": {"reason": "CrashLoopBackOff"}}});
        let fine = json!({"name": "web", "ready": true, "state": {"running": {}}});
        let named = json!({DEFAULT_CONTAINER: "proxy"});

        let shown = |statuses: Value, annotations: Value| default_container(&pod(&statuses, &annotations));
        assert_eq!(shown(json!([fine.clone(), crashing]), json!({})).as_deref(), Some("proxy"));
        assert_eq!(shown(json!([fine.clone()]), named).as_deref(), Some("proxy"));
        assert_eq!(shown(json!([fine]), json!({DEFAULT_CONTAINER: "gone"})).as_deref(), Some("web"));
    }

    #[test]
    fn a_log_that_is_too_long_loses_its_oldest_lines() {
        let mut end = End::new(2);
        ["a", "b", "c"].into_iter().for_each(|line| end.push(line.to_owned()));

        assert_eq!(end.lines, ["b", "c"]);
        assert!(end.left_out);
    }

    #[tokio::test]
    async fn lines_are_gathered_and_an_error_comes_after_them() {
        let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
        let stream = tokio_stream::wrappers::UnboundedReceiverStream::new(receiver);
        let mut groups = Box::pin(gather(stream));
        let send = |text: &'static str| sender.send(Ok(Bytes::from_static(text.as_bytes()))).is_ok();
        let broken = KubernetesError::Missing { what: "the end".into() };

        assert!(send("one\ntw") && send("o\n"));
        assert_eq!(groups.next().await.and_then(Result::ok), Some(vec!["one".to_owned(), "two".to_owned()]));
        assert!(send("three") && sender.send(Err(broken)).is_ok());
        assert_eq!(groups.next().await.and_then(Result::ok), Some(vec!["three".to_owned()]));
        assert!(groups.next().await.is_some_and(|group| group.is_err()));
        assert!(groups.next().await.is_none());
    }

    #[tokio::test]
    async fn long_lines_are_passed_on_before_there_are_many() {
        let line = Bytes::from(format!("{}\n", "x".repeat(60 << 10)));
        let stream = futures::stream::iter(vec![Ok::<_, KubernetesError>(line); 100]);
        let groups: Vec<_> = gather(stream).collect().await;

        assert_eq!(groups.iter().flatten().map(Vec::len).sum::<usize>(), 100);
        for group in groups.into_iter().flatten() {
            assert!(group.iter().map(String::len).sum::<usize>() < 2 * MOST_GATHERED_BYTES);
        }
    }
}
