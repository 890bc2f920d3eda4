//! The name of what is to be created, out of a body in JSON or, as Helm and other programs in Go send it, in protobuf.

use bytes::Bytes;
use model::ObjectName;
use serde::Deserialize;

/// What every body in protobuf begins with.
const MAGIC: &[u8] = b"k8s\0";
/// The object in the envelope.
const RAW: u64 = 2;
/// The metadata in an object, and the name in the metadata.
const FIRST: u64 = 1;

/// The name, for the audit trail.
pub(super) fn name_in(body: &Bytes) -> Option<ObjectName> {
    let name = match body.strip_prefix(MAGIC) {
        Some(envelope) => {
            let metadata = last(last(envelope, RAW)?, FIRST)?;
            str::from_utf8(last(metadata, FIRST)?).ok()?.to_owned()
        }
        None => serde_json::from_slice::<Named>(body).ok()?.metadata.name,
    };
    ObjectName::parse(&name).ok()
}

#[derive(Deserialize)]
struct Named {
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
}

/// The last field of this number that has a length, which is the one that counts.
fn last(mut message: &[u8], number: u64) -> Option<&[u8]> {
    let mut found = None;
    while !message.is_empty() {
        let tag = varint(&mut message)?;
        let length = match tag & 7 {
            0 => {
                varint(&mut message)?;
                0
            }
            1 => 8,
            2 => usize::try_from(varint(&mut message)?).ok()?,
            5 => 4,
            _ => return None,
        };
        let (value, rest) = message.split_at_checked(length)?;
        if tag == number << 3 | 2 {
            found = Some(value);
        }
        message = rest;
    }
    found
}

fn varint(message: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = message.split_first()?;
        *message = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(body: &'static [u8]) -> Option<String> {
        name_in(&Bytes::from_static(body)).map(|name| name.as_str().to_owned())
    }

    #[test]
    fn a_name_is_read_from_json_and_from_protobuf() {
        let secret =
            b"k8s\0\x0a\x0c\x0a\x02v1\x12\x06Secret\x12\x09\x0a\x07\x0a\x01a\x12\x00\x1a\x00\x1a\x00";

        assert_eq!(named(br#"{"metadata": {"name": "a"}}"#).as_deref(), Some("a"));
        assert_eq!(named(secret).as_deref(), Some("a"));
    }

    #[test]
    fn what_breaks_off_or_has_no_name_is_nobody() {
        for body in [
            &b"k8s\0"[..],
            b"k8s\0\x12\x09\x0a",
            b"k8s\0\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
            b"{}",
        ] {
            assert_eq!(named(body), None, "{body:?}");
        }
    }
}
