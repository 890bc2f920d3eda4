//! Ports of pods.

use crate::support::{Cluster, Socket, pod, running_pod};

const V4: &str = "v4.channel.k8s.io";

/// A request, and the page that the ports of the suite's pods answer with.
async fn ask(socket: &mut Socket, channel: u8, path: &str) {
    let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n");
    // In two pieces: it is one stream, whatever messages carry it.
    let (start, end) = request.as_bytes().split_at(9);
    socket.send(channel, start).await;
    socket.send(channel, end).await;
}

/// The number of the port that a channel begins with.
fn number(port: u16) -> Vec<u8> {
    port.to_le_bytes().to_vec()
}

#[tokio::test]
async fn two_ports_are_carried_at_once() {
    let cluster = Cluster::open().await;
    cluster.run_pod(&running_pod("a")).await;
    let path = cluster.core("pods/a/portforward?ports=8080&ports=8081");

    let mut socket = cluster.open_socket(&path, V4).await;
    let mut said = vec![Vec::new(); 4];
    let begun = |said: &[Vec<u8>]| said.iter().all(|bytes| bytes.len() >= 2);
    while !begun(&said) {
        let (channel, bytes) = socket.next().await.unwrap();
        said[usize::from(channel)].extend_from_slice(&bytes);
    }
    assert_eq!(said, [number(8080), number(8080), number(8081), number(8081)]);
    ask(&mut socket, 2, "/second").await;
    ask(&mut socket, 0, "/first").await;
    // A channel that nobody asked for is heard by nobody.
    socket.send(6, b"hello").await;
    let pages = ["Port 8080 answers for /first.", "", "Port 8081 answers for /second.", ""];
    let text = |bytes: &[u8]| String::from_utf8_lossy(&bytes[2..]).into_owned();
    while !said.iter().zip(pages).all(|(bytes, page)| text(bytes).contains(page)) {
        let (channel, bytes) = socket.next().await.unwrap();
        said[usize::from(channel)].extend_from_slice(&bytes);
    }

    assert!(text(&said[0]).starts_with("HTTP/1.1 200 OK\r\n"), "{said:?}");
    assert!(!text(&said[0]).contains("/second"), "{said:?}");
    assert_eq!((text(&said[1]), text(&said[3])), (String::new(), String::new()));
    cluster.close().await;
}

#[tokio::test]
async fn why_a_port_does_not_answer_is_said_on_its_second_channel() {
    let cluster = Cluster::open().await;
    let pod = cluster.run_pod(&running_pod("a")).await;
    let path = cluster.core("pods/a/portforward?ports=9");

    let said = cluster.open_socket(&path, V4).await.rest().await;

    assert_eq!(said.bytes(0), number(9), "{pod}");
    let (begin, why) = said.bytes(1).split_at(2);
    let why = std::str::from_utf8(why).unwrap();
    assert_eq!(begin, number(9));
    assert!(why.starts_with("error forwarding port 9 to pod "), "{why}");
    assert!(why.ends_with("127.0.0.1:9: connect: connection refused"), "{why}");
    cluster.close().await;
}

#[tokio::test]
async fn ports_are_forwarded_in_the_fourth_version_only() {
    let cluster = Cluster::open().await;
    cluster.run_pod(&running_pod("a")).await;
    let path = cluster.core("pods/a/portforward?ports=8080");

    let both = cluster.open_socket(&path, "v5.channel.k8s.io, v4.channel.k8s.io").await;
    let newer = cluster.try_socket(&path, "v5.channel.k8s.io").await.err().unwrap();
    let plain = cluster.get(&path).await;

    assert_eq!(both.protocol, V4);
    assert_eq!((newer.code, newer.text.as_str()), (403, ""));
    plain.fails(400, "BadRequest", "Upgrade request required");
    cluster.close().await;
}

#[tokio::test]
async fn ports_that_are_none_are_refused() {
    let cluster = Cluster::open().await;
    cluster.run_pod(&running_pod("a")).await;
    cluster.post(&cluster.core("pods"), &pod("waiting")).await.is(201);
    let ask = async |rest: &str| {
        cluster.try_socket(&cluster.core(&format!("pods/{rest}")), V4).await.err().unwrap()
    };

    let none = ask("a/portforward").await;
    let zero = ask("a/portforward?ports=0").await;
    let large = ask("a/portforward?ports=65536").await;
    let word = ask("a/portforward?ports=http").await;
    let gone = ask("gone/portforward?ports=80").await;
    let waiting = ask("waiting/portforward?ports=80").await;

    assert_eq!((none.code, none.text.as_str()), (400, "query parameter \"port\" is required"));
    assert_eq!((zero.code, zero.text.as_str()), (400, "port \"0\" must be > 0"));
    let not_converted = |why: &str| format!("cannot convert to []int32: strconv.ParseUint: parsing {why}");
    large.fails(400, "BadRequest", &not_converted("\"65536\": value out of range"));
    word.fails(400, "BadRequest", &not_converted("\"http\": invalid syntax"));
    gone.fails(404, "NotFound", "pods \"gone\" not found");
    waiting.fails(400, "BadRequest", "pod waiting does not have a host assigned");
    cluster.close().await;
}
