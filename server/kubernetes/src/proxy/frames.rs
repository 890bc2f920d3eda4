//! Where in the frames of a WebSocket a stream of bytes stands: between two messages something may be added, and nowhere
//! else; and what stands in them. <https://www.rfc-editor.org/rfc/rfc6455#section-5.2>

use bytes::{BufMut, Bytes, BytesMut};

/// Follows the frames of one direction.
#[derive(Debug, Default)]
pub(super) struct Frames {
    head: Vec<u8>,
    left: u64,
    is_in_message: bool,
    /// Whether what passes now is a piece of a message, and not of a frame between.
    is_data: bool,
    /// Of the message that passes: its first byte.
    channel: Option<u8>,
    mask: [u8; 4],
    masked: usize,
}

const CONTINUED: u8 = 0;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const LAST: u8 = 0x80;
const MASKED: u8 = 0x80;
/// The channels of a command: what it writes, how it ended, and how large its terminal is.
/// <https://kubernetes.io/docs/reference/using-api/websockets/>
pub(super) const OUTPUT: u8 = 1;
pub(super) const ERRORS: u8 = 2;
pub(super) const STATUS: u8 = 3;
pub(super) const SIZE: u8 = 4;
/// Nothing is wrong.
const NORMAL: u16 = 1000;

impl Frames {
    /// Notes that these bytes went by, and says what they are of which channel.
    pub fn pass(&mut self, mut bytes: &[u8], mut told: impl FnMut(u8, &[u8])) {
        while let Some((first, rest)) = bytes.split_first() {
            if self.left > 0 {
                let here = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
                self.left -= here as u64;
                if self.is_data {
                    self.tell(&bytes[..here], &mut told);
                }
                bytes = &bytes[here..];
                continue;
            }
            self.head.push(*first);
            bytes = rest;
            if let Some(length) = length(&self.head) {
                self.begin(length);
            }
        }
    }

    /// A frame begins whose head is whole.
    fn begin(&mut self, length: u64) {
        let opcode = self.head[0] & 0x0f;
        // Control frames may stand inside a message that comes in pieces.
        self.is_data = opcode < CLOSE;
        if self.is_data {
            self.is_in_message = self.head[0] & LAST == 0;
            if opcode != CONTINUED {
                self.channel = None;
            }
        }
        let is_masked = self.head[1] & MASKED != 0;
        self.mask = self.head.last_chunk().copied().filter(|_| is_masked).unwrap_or_default();
        self.masked = 0;
        self.left = length;
        self.head.clear();
    }

    fn tell(&mut self, bytes: &[u8], told: &mut impl FnMut(u8, &[u8])) {
        let mask = self.mask.iter().cycle().skip(self.masked % self.mask.len());
        let plain: Vec<u8> = bytes.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
        self.masked += bytes.len();
        match (self.channel, plain.split_first()) {
            (Some(channel), _) => told(channel, &plain),
            (None, Some((channel, rest))) => {
                self.channel = Some(*channel);
                told(*channel, rest);
            }
            (None, None) => {}
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
    let mask = if second & MASKED == 0 { 0 } else { 4 };
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
    bytes.extend_from_slice(&message(STATUS, status));
    put(&mut bytes, CLOSE, &NORMAL.to_be_bytes());
    bytes.freeze()
}

/// A message of one channel.
pub(super) fn message(channel: u8, bytes: &[u8]) -> Bytes {
    let mut framed = BytesMut::new();
    put(&mut framed, BINARY, &[&[channel], bytes].concat());
    framed.freeze()
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
                    frames.pass(piece, |_, _| {});
                    let is_last = (index + 1) * size >= whole.len();
                    assert_eq!(frames.is_between(), is_last, "{size} {index}");
                }
            }
        }
    }

    #[test]
    fn a_message_in_pieces_is_whole_with_its_last() {
        let mut frames = Frames::default();

        frames.pass(&frame(BINARY, 3), |_, _| {});
        assert!(!frames.is_between());
        frames.pass(&frame(LAST | 9, 2), |_, _| {});
        assert!(!frames.is_between(), "a ping ends no message");
        frames.pass(&frame(LAST, 3), |_, _| {});
        assert!(frames.is_between());
    }

    #[test]
    fn what_a_channel_carries_is_told_however_it_is_cut() {
        let masked = |opening: u8, payload: &[u8]| {
            let mask = [7, 90, 200, 3];
            let hidden = payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask);
            [&[opening, MASKED | payload.len() as u8], &mask[..], &hidden.collect::<Vec<u8>>()].concat()
        };
        let stream = [
            message(OUTPUT, b"hello").to_vec(),
            vec![BINARY, 3, ERRORS, b'n', b'o'],
            vec![LAST | 9, 1, b'p'],
            vec![LAST, 2, b'p', b'e'],
            masked(LAST | BINARY, b"\x04{\"Width\":80}"),
            message(STATUS, b"{}").to_vec(),
        ]
        .concat();
        for size in 1..stream.len() {
            let mut told = std::collections::BTreeMap::<u8, Vec<u8>>::new();
            let mut frames = Frames::default();
            for piece in stream.chunks(size) {
                frames.pass(piece, |channel, bytes| told.entry(channel).or_default().extend(bytes));
            }

            assert_eq!(told[&OUTPUT], b"hello", "{size}");
            assert_eq!(told[&ERRORS], b"nope", "{size}");
            assert_eq!(told[&SIZE], b"{\"Width\":80}", "{size}");
            assert_eq!(told[&STATUS], b"{}", "{size}");
        }
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
