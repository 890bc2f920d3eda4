//! What listens at the ports of containers: a small page at every address, and a `WebSocket` that says everything back.

use futures::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Message, Role};

/// Answers every HTTP request on a connection to a port of a pod.
pub async fn serve(mut connection: DuplexStream, pod: &str, port: u16) -> std::io::Result<()> {
    let mut received = Vec::new();
    let mut buffer = [0u8; 4096];
    loop {
        let count = connection.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        received.extend_from_slice(&buffer[..count]);
        while let Some(end) = received.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&received[..end]).into_owned();
            received.drain(..end + 4);
            if let Some(key) = header(&head, "sec-websocket-key") {
                let accept = derive_accept_key(key.as_bytes());
                let answer = format!(
                    "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                     sec-websocket-accept: {accept}\r\n\r\n"
                );
                connection.write_all(answer.as_bytes()).await?;
                echo(connection, received, pod, port).await;
                return Ok(());
            }
            connection.write_all(page(&head, pod, port).as_bytes()).await?;
        }
    }
}

fn header<'h>(head: &'h str, wanted: &str) -> Option<&'h str> {
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    lines.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
}

fn page(head: &str, pod: &str, port: u16) -> String {
    let path = head.split_whitespace().nth(1).unwrap_or("/").replace(['<', '>', '&'], "");
    let page =
        format!("<!doctype html><title>{pod}</title><h1>{pod}</h1><p>Port {port} answers for {path}.</p>\n");
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\r\n{page}",
        page.len()
    )
}

/// Says first where one is, and then everything back, until either side ends.
async fn echo(connection: DuplexStream, received: Vec<u8>, pod: &str, port: u16) {
    let mut socket = WebSocketStream::from_partially_read(connection, received, Role::Server, None).await;
    let greeting = Message::text(format!("{pod} listens at port {port}."));
    if socket.send(greeting).await.is_err() {
        return;
    }
    while let Some(Ok(message)) = socket.next().await {
        let is_said = message.is_text() || message.is_binary();
        if is_said && socket.send(message).await.is_err() {
            return;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_page_and_then_a_websocket_are_served_on_one_connection() {
        let (mut near, far) = tokio::io::duplex(4096);
        let serving = tokio::spawn(serve(far, "web-0", 80));
        let mut buffer = vec![0; 4096];

        near.write_all(b"GET /cart HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
        let length = near.read(&mut buffer).await.unwrap();
        assert!(String::from_utf8_lossy(&buffer[..length]).contains("Port 80 answers for /cart."));
        near.write_all(b"GET /live HTTP/1.1\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
            .await
            .unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(near.read_u8().await.unwrap());
        }
        assert!(
            String::from_utf8(head).unwrap().contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        );
        let mut socket = WebSocketStream::from_raw_socket(near, Role::Client, None).await;
        assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("web-0 listens at port 80."));
        socket.send(Message::text("pears")).await.unwrap();
        assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("pears"));
        drop(socket);
        serving.await.unwrap().unwrap();
    }
}
