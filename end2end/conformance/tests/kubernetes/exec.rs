//! Commands in containers.

use crate::support::channel::{CLOSE, RESIZE, STDERR, STDIN, STDOUT};
use crate::support::{Cluster, Said, json, pod, running_pod, unique, visitor};

const V4: &str = "v4.channel.k8s.io";
const V5: &str = "v5.channel.k8s.io";

/// The path of a command in the pod `a`, each of its words apart.
fn command(cluster: &Cluster, words: &[&str], query: &str) -> String {
    let mut path = form_urlencoded::Serializer::new(String::new());
    for word in words {
        path.append_pair("command", word);
    }
    cluster.core(&format!("pods/a/exec?{}&{query}", path.finish()))
}

#[tokio::test]
async fn a_command_says_what_it_has_to_say_and_how_it_ended() {
    let cluster = Cluster::open().await;
    cluster.run_pod(&running_pod("a")).await;
    let script = ["sh", "-c", "echo out; echo err >&2; exit 3"];
    let path = command(&cluster, &script, "stdout=true&stderr=true");
    let well = command(&cluster, &["echo", "two words"], "stdout=true");

    for (protocol, how) in [(V4, "exit status 3"), (V5, "command terminated with exit code 3")] {
        let socket = cluster.open_socket(&path, protocol).await;
        assert_eq!(socket.protocol, protocol);
        let said = socket.rest().await;
        let well = cluster.open_socket(&well, protocol).await.rest().await;

        assert_eq!((said.on(STDOUT), said.on(STDERR)), ("out\n", "err\n"), "{protocol}");
        assert_ended(&cluster, &said, 3, how).await;
        assert_eq!((well.on(STDOUT), &well.status()["status"]), ("two words\n", &"Success".into()));
    }
    cluster.close().await;
}

/// Compares how a command ended. KWOK tells a code only in words of its own, and as an error of the node.
async fn assert_ended(cluster: &Cluster, said: &Said, code: u8, how: &str) {
    let mut status = said.status();
    // The API server's own words have it, those of nodes had it before 1.37.
    status.as_object_mut().unwrap().remove("metadata");
    if cluster.has_kwok_nodes().await {
        let message = status["message"].as_str().unwrap();
        assert_eq!(status["reason"], "InternalError", "{status}");
        assert!(message.ends_with(&format!("exit status {code}")), "{message}");
        return;
    }
    let expected = json!({
        "status": "Failure", "reason": "NonZeroExitCode",
        "message": format!("command terminated with non-zero exit code: {how}"),
        "details": {"causes": [{"reason": "ExitCode", "message": code.to_string()}]},
    });
    assert_eq!(status, expected);
}

#[tokio::test]
async fn what_is_typed_ends_where_the_fifth_version_says_so() {
    let cluster = Cluster::open().await;
    cluster.run_pod(&running_pod("a")).await;
    let path = command(&cluster, &["cat"], "stdin=true&stdout=true");

    let mut socket = cluster.open_socket(&path, V5).await;
    socket.send(STDIN, b"one ").await;
    socket.send(STDIN, b"two").await;
    socket.send(CLOSE, &[STDIN]).await;
    if cluster.has_kwok_nodes().await {
        // KWOK hands on what is typed and never tells the command that nothing more comes.
        let mut heard = Vec::new();
        while heard != b"one two" {
            let (channel, bytes) = socket.next().await.unwrap();
            assert_eq!(channel, STDOUT);
            heard.extend_from_slice(&bytes);
        }
    } else {
        let said = socket.rest().await;
        assert_eq!((said.on(STDOUT), &said.status()["status"]), ("one two", &"Success".into()));
    }
    cluster.close().await;
}

#[tokio::test]
async fn a_shell_runs_what_is_typed() {
    let cluster = Cluster::open().await;
    cluster.run_pod(&running_pod("a")).await;
    let path = command(&cluster, &["sh"], "stdin=true&stdout=true&stderr=true");

    for (protocol, how) in [(V4, "exit status 4"), (V5, "command terminated with exit code 4")] {
        let mut socket = cluster.open_socket(&path, protocol).await;
        socket.send(STDIN, b"echo heard\nexit 4\n").await;
        let said = socket.rest().await;

        assert_eq!((said.on(STDOUT), said.on(STDERR)), ("heard\n", ""), "{protocol}");
        assert_ended(&cluster, &said, 4, how).await;
    }
    cluster.close().await;
}

#[tokio::test]
async fn a_terminal_shows_errors_where_it_shows_everything() {
    let cluster = Cluster::open().await;
    cluster.run_pod(&running_pod("a")).await;
    // KWOK loses what a terminal shows in its last moment.
    let script = ["sh", "-c", "sleep 1; echo out; echo err >&2; sleep 1; exit 5"];
    let path = command(&cluster, &script, "tty=true&stdin=true&stdout=true&stderr=true");

    for (protocol, how) in [(V4, "exit status 5"), (V5, "command terminated with exit code 5")] {
        let mut socket = cluster.open_socket(&path, protocol).await;
        socket.send(RESIZE, br#"{"Width":100,"Height":30}"#).await;
        let said = socket.rest().await;

        assert_eq!((said.on(STDOUT), said.on(STDERR)), ("out\r\nerr\r\n", ""), "{protocol}");
        assert_ended(&cluster, &said, 5, how).await;
    }
    cluster.close().await;
}

#[tokio::test]
async fn a_program_that_is_not_there_is_an_internal_error() {
    let cluster = Cluster::open().await;
    cluster.run_pod(&running_pod("a")).await;
    let path = command(&cluster, &["no-such-program"], "stdout=true");

    for protocol in [V4, V5] {
        let said = cluster.open_socket(&path, protocol).await.rest().await;
        let status = said.status();

        assert_eq!(said.on(STDOUT), "");
        assert_eq!(
            (&status["status"], &status["reason"], &status["code"]),
            (&"Failure".into(), &"InternalError".into(), &500.into()),
            "{status}"
        );
        // What stands in between is the runtime's own.
        let message = status["message"].as_str().unwrap();
        let start = "Internal error occurred: error executing command in container: ";
        // The API server takes what the node says for the cause of an error of its own.
        let start =
            if protocol == V5 { format!("Internal error occurred: {start}") } else { start.to_owned() };
        assert!(message.starts_with(&start), "{protocol}: {message}");
        assert!(
            message.contains("exec: \"no-such-program\": executable file not found in $PATH"),
            "{message}"
        );
    }
    cluster.close().await;
}

#[tokio::test]
async fn a_protocol_that_fits_is_needed() {
    let cluster = Cluster::open().await;
    cluster.run_pod(&running_pod("a")).await;
    let path = command(&cluster, &["true"], "stdout=true");

    let both = cluster.open_socket(&path, "v4.channel.k8s.io, v5.channel.k8s.io").await;
    let other = cluster.try_socket(&path, "v6.channel.k8s.io").await.err().unwrap();
    let plain = cluster.get(&path).await;
    let posted = cluster.post(&path, &json!(null)).await;

    assert_eq!(both.protocol, V5);
    assert_eq!((other.code, other.text.as_str()), (403, ""));
    plain.fails(400, "BadRequest", "Upgrade request required");
    posted.fails(400, "BadRequest", "Upgrade request required");
    cluster.close().await;
}

#[tokio::test]
async fn a_session_without_streams_is_refused() {
    let cluster = Cluster::open().await;
    cluster.run_pod(&running_pod("a")).await;
    let path = command(&cluster, &["true"], "stderr=false");

    let fourth = cluster.try_socket(&path, V4).await.err().unwrap();
    let fifth = cluster.open_socket(&path, V5).await.rest().await.status();

    let why = "you must specify at least 1 of stdin, stdout, stderr";
    assert_eq!((fourth.code, fourth.text.trim()), (400, why));
    // The node refuses the API server, which has already opened the WebSocket.
    let why = format!("unable to upgrade connection: {why}");
    assert_eq!(
        fifth,
        json!({
            "metadata": {}, "status": "Failure", "reason": "InternalError", "code": 500,
            "message": format!("Internal error occurred: {why}"),
            "details": {"causes": [{"message": why}]},
        })
    );
    cluster.close().await;
}

#[tokio::test]
async fn a_command_needs_a_container_that_is_there() {
    let cluster = Cluster::open().await;
    cluster.post(&cluster.core("pods"), &pod("waiting")).await.is(201);
    let mut two = pod("two");
    two["spec"]["containers"].as_array_mut().unwrap().push(json!({"name": "side", "image": "busybox:1"}));
    cluster.post(&cluster.core("pods"), &two).await.is(201);

    for part in ["exec", "attach"] {
        let ask = async |rest: &str| {
            let path = cluster.core(&format!("pods/{rest}command=true&stdout=true"));
            cluster.try_socket(&path, V5).await.err().unwrap()
        };
        let gone = ask(&format!("gone/{part}?")).await;
        let unscheduled = ask(&format!("waiting/{part}?")).await;
        let unknown = ask(&format!("waiting/{part}?container=nobody&")).await;
        let unnamed = ask(&format!("two/{part}?")).await;

        gone.fails(404, "NotFound", "pods \"gone\" not found");
        unscheduled.fails(400, "BadRequest", "pod waiting does not have a host assigned");
        unknown.fails(400, "BadRequest", "container nobody is not valid for pod waiting");
        unnamed.fails(
            400,
            "BadRequest",
            "a container name must be specified for pod two, choose one of: [main side]",
        );
    }
    cluster.close().await;
}

#[tokio::test]
async fn reading_is_no_right_to_run_commands() {
    let cluster = Cluster::open().await;
    cluster.post(&cluster.core("pods"), &pod("a")).await.is(201);
    let reader = visitor(&cluster, &["pods", "pods/exec", "pods/attach", "pods/portforward"], &["get"]).await;
    let nobody = unique();
    let namespace = &cluster.namespace;
    // The playground does as the release that it plays.
    let asks_for_creation = cluster.minor().await >= 35;

    for part in ["exec", "attach", "portforward"] {
        let path = cluster.core(&format!("pods/a/{part}?command=true&stdout=true&ports=80"));
        let refused = cluster.acting_as(&nobody, &[]).try_socket(&path, V4).await.err().unwrap();
        let reading = cluster.acting_as(&reader, &[]).try_socket(&path, V4).await.err().unwrap();

        let cannot = format!(
            "pods \"a\" is forbidden: User \"{nobody}\" cannot get resource \"pods/{part}\" in API group \"\" in the \
             namespace \"{namespace}\""
        );
        refused.fails(403, "Forbidden", &cannot);
        // Whoever may only read is refused by the subresource itself, without a reason; before 1.35 they were not.
        if asks_for_creation {
            reading.fails(403, "Forbidden", "pods \"a\" is forbidden: ");
        } else {
            reading.fails(400, "BadRequest", "pod a does not have a host assigned");
        }
    }
    cluster.close().await;
}
