//! Where in the frames of a WebSocket a stream of bytes stands: between two messages something may be added, and nowhere
//! else. <https://www.rfc-editor.org/rfc/rfc6455#section-5.2>

use bytes::{BufMut, Bytes, BytesMut};

/// Follows the frames that a server sends.
#[derive(Debug, Default)]
pub(super) struct Frames {
    head: Vec<u8>,
    left: u64,
    is_in_message: bool,
}

const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const LAST: u8 = 0x80;
/// The channel on which a command's end is told.
const STATUS: u8 = 3;
/// Nothing is wrong.
const NORMAL: u16 = 1000;

impl Frames {
    /// Notes that these bytes went by.
    pub fn pass(&mut self, mut bytes: &[u8]) {
        while let Some((first, rest)) = bytes.split_first() {
            if self.left > 0 {
                let here = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
                self.left -= here as u64;
                bytes = &bytes[here..];
                continue;
            }
            self.head.push(*first);
            bytes = rest;
            if let Some(length) = length(&self.head) {
                let opening = self.head[0];
                // Control frames may stand inside a message that comes in pieces.
                if opening & 0x0f < CLOSE {
                    self.is_in_message = opening & LAST == 0;
                }
                self.left = length;
                self.head.clear();
            }
        }
    }

    /// Whether the last message is whole.
    pub fn is_between(&self) -> bool {
        self.head.is_empty() && self.left == 0 && !self.is_in_message
    }
}

/// The length of what follows a head, once the head is whole.
fn length(head: &[u8]) -> Option<u64> {
    let second = *head.get(1)?;
    let mask = if second & 0x80 == 0 { 0 } else { 4 };
    let (said, length) = match second & 0x7f {
        126 => (2, u64::from(u16::from_be_bytes(head.get(2..4)?.try_into().ok()?))),
        127 => (8, u64::from_be_bytes(head.get(2..10)?.try_into().ok()?)),
        short => (0, u64::from(short)),
    };
    (head.len() == 2 + said + mask).then_some(length)
}

/// What tells a program that its command has ended, and why, and then says goodbye. `status` is a `Status` as JSON.
pub(super) fn farewell(status: &[u8]) -> Bytes {
    let mut bytes = BytesMut::new();
    let mut message = vec![STATUS];
    message.extend_from_slice(status);
    put(&mut bytes, BINARY, &message);
    put(&mut bytes, CLOSE, &NORMAL.to_be_bytes());
    bytes.freeze()
}

fn put(bytes: &mut BytesMut, opcode: u8, payload: &[u8]) {
    bytes.put_u8(LAST | opcode);
    match payload.len() {
        short @ 0..=125 => bytes.put_u8(short as u8),
        length => {
            let length = u16::try_from(length).expect("a status is a few sentences");
            bytes.put_u8(126);
            bytes.put_u16(length);
        }
    }
    bytes.put_slice(payload);
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use futures::StreamExt;
    use tokio_tungstenite::WebSocketStream;
    use tokio_tungstenite::tungstenite::protocol::{Message, Role};

    fn frame(opening: u8, length: usize) -> Vec<u8> {
        let mut frame = vec![opening];
        match length {
            0..=125 => frame.push(length as u8),
            126..=65_535 => {
                frame.push(126);
                frame.extend((length as u16).to_be_bytes());
            }
            _ => {
                frame.push(127);
                frame.extend((length as u64).to_be_bytes());
            }
        }
        frame.extend(vec![b'x'; length]);
        frame
    }

    #[test]
    fn only_between_messages_something_may_be_added() {
        let stream = [
            frame(LAST | BINARY, 0),
            frame(LAST | BINARY, 125),
            frame(LAST | BINARY, 126),
            frame(LAST | BINARY, 70_000),
        ];
        for size in [1, 7, 4096] {
            let mut frames = Frames::default();
            for whole in &stream {
                assert!(frames.is_between());
                for (index, piece) in whole.chunks(size).enumerate() {
                    frames.pass(piece);
                    let is_last = (index + 1) * size >= whole.len();
                    assert_eq!(frames.is_between(), is_last, "{size} {index}");
                }
            }
        }
    }

    #[test]
    fn a_message_in_pieces_is_whole_with_its_last() {
        let mut frames = Frames::default();

        frames.pass(&frame(BINARY, 3));
        assert!(!frames.is_between());
        frames.pass(&frame(LAST | 9, 2));
        assert!(!frames.is_between(), "a ping ends no message");
        frames.pass(&frame(LAST, 3));
        assert!(frames.is_between());
    }

    #[tokio::test]
    async fn a_farewell_is_read_as_a_status_and_a_goodbye() {
        let status = vec![b'x'; 300];
        let bytes = farewell(&status);
        let (near, mut far) = tokio::io::duplex(4096);
        tokio::io::AsyncWriteExt::write_all(&mut far, &bytes).await.unwrap();
        let mut socket = WebSocketStream::from_raw_socket(near, Role::Client, None).await;

        let Some(Ok(Message::Binary(message))) = socket.next().await else { panic!("no message") };
        assert_eq!((message[0], message.len()), (STATUS, 301));
        assert!(matches!(socket.next().await, Some(Ok(Message::Close(Some(_))))));
    }
}
