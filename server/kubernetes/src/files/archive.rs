//! Archives as `tar` writes and reads them.

use bytes::{Bytes, BytesMut};

const BLOCK: usize = 512;
/// `tar` reads and writes so much at a time.
const RECORD: u64 = 10_240;
/// Two empty blocks end an archive.
const END: usize = 2 * BLOCK;

/// The header of a file of this name and size.
pub(super) fn header(name: &str, size_bytes: u64, modified_seconds: u64) -> Bytes {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Regular);
    header.set_mode(0o644);
    header.set_size(size_bytes);
    header.set_mtime(modified_seconds);
    // Longer names than a header holds are not given here; their ends would be cut.
    let bytes = name.as_bytes();
    let held = bytes.len().min(99);
    header.as_old_mut().name[..held].copy_from_slice(&bytes[..held]);
    header.set_cksum();
    Bytes::copy_from_slice(header.as_bytes())
}

/// What follows the last byte of the only file of an archive: the rest of its block, the end, and the rest of the record,
/// because some readers wait for whole ones.
pub(super) fn ending(size_bytes: u64) -> Bytes {
    let written = BLOCK as u64 + size_bytes.next_multiple_of(BLOCK as u64);
    let whole = (written + END as u64).next_multiple_of(RECORD);
    zeros(whole - BLOCK as u64 - size_bytes)
}

/// An archive on its way. Its end is held back until it is known whether everything is in it, so that otherwise a file
/// can be added that says what is missing.
#[derive(Default)]
pub(super) struct Passing {
    passed: u64,
    /// What has come of the next header.
    header: BytesMut,
    at: At,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    #[default]
    Header,
    /// So many bytes before the next header.
    Content(u64),
    /// Nothing but zeros follows.
    Over,
    /// It is written in a way that is not known here: it is passed on as it is.
    Lost,
}

impl Passing {
    /// What can be passed on of the next piece.
    pub fn push(&mut self, mut piece: Bytes) -> Vec<Bytes> {
        let mut ready = Vec::new();
        while !piece.is_empty() {
            match self.at {
                At::Header => {
                    let wanted = (BLOCK - self.header.len()).min(piece.len());
                    self.header.extend_from_slice(&piece.split_to(wanted));
                    if self.header.len() == BLOCK {
                        self.take_header(&mut ready);
                    }
                }
                At::Content(left) => {
                    let part = piece.split_to(usize::try_from(left).unwrap_or(usize::MAX).min(piece.len()));
                    let left = left - part.len() as u64;
                    self.at = if left == 0 { At::Header } else { At::Content(left) };
                    ready.push(part);
                }
                At::Over => break,
                At::Lost => ready.push(std::mem::take(&mut piece)),
            }
        }
        self.passed += ready.iter().map(|bytes| bytes.len() as u64).sum::<u64>();
        ready
    }

    fn take_header(&mut self, ready: &mut Vec<Bytes>) {
        let bytes = self.header.split().freeze();
        self.at = match size_in(&bytes) {
            _ if bytes.iter().all(|byte| *byte == 0) => At::Over,
            Some(0) => At::Header,
            Some(size) => At::Content(size.next_multiple_of(BLOCK as u64)),
            None => At::Lost,
        };
        if self.at != At::Over {
            ready.push(bytes);
        }
    }

    /// Whether anything is in it.
    pub fn has_files(&self) -> bool {
        self.passed > 0
    }

    /// The end of an archive with everything in it.
    pub fn finish(self) -> Bytes {
        match self.at {
            At::Over => zeros((self.passed + END as u64).next_multiple_of(RECORD) - self.passed),
            _ => self.header.freeze(),
        }
    }

    /// The end of an archive in which something is missing: a file of this name says what. `None` when it broke off
    /// before its end, so that nothing can be added.
    pub fn finish_with(self, name: &str, text: &str, modified_seconds: u64) -> Option<[Bytes; 3]> {
        let size = text.len() as u64;
        let note =
            [header(name, size, modified_seconds), Bytes::copy_from_slice(text.as_bytes()), ending(size)];
        (self.at == At::Over).then_some(note)
    }
}

/// The size that a header names.
fn size_in(bytes: &[u8]) -> Option<u64> {
    let bytes: &[u8; BLOCK] = bytes.try_into().ok()?;
    let header = tar::Header::from_byte_slice(bytes);
    let is_known = header.as_ustar().is_some() || header.as_gnu().is_some();
    header.size().ok().filter(|_| is_known && !header.entry_type().is_gnu_sparse())
}

fn zeros(count: u64) -> Bytes {
    Bytes::from(vec![0; usize::try_from(count).unwrap_or_default()])
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Read;

    fn files(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
        let mut archive = tar::Archive::new(archive);
        let entries = archive.entries().unwrap().map(|entry| {
            let mut entry = entry.unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (entry.path().unwrap().to_string_lossy().into_owned(), bytes)
        });
        entries.collect()
    }

    fn archive(bytes: &[u8]) -> Vec<u8> {
        let size = bytes.len() as u64;
        [header("file", size, 7).to_vec(), bytes.to_vec(), ending(size).to_vec()].concat()
    }

    proptest! {
        #[test]
        fn what_is_packed_reads_back(size in 0_usize..30_000, byte in any::<u8>()) {
            let archive = archive(&vec![byte; size]);

            prop_assert_eq!(archive.len() as u64 % RECORD, 0);
            prop_assert_eq!(files(&archive), [("file".to_owned(), vec![byte; size])]);
        }

        #[test]
        fn an_archive_passes_as_it_is(
            bytes in proptest::collection::vec(prop_oneof![Just(0), any::<u8>()], 0..3_000),
            piece in 1_usize..700,
        ) {
            let archive = archive(&bytes);
            let mut passing = Passing::default();
            let mut passed: Vec<u8> = Vec::new();
            for piece in archive.chunks(piece) {
                passed.extend(passing.push(Bytes::copy_from_slice(piece)).concat());
            }
            passed.extend(passing.finish());

            prop_assert_eq!(passed, archive);
        }

        #[test]
        fn what_is_missing_is_said_in_a_file_of_its_own(
            bytes in proptest::collection::vec(prop_oneof![Just(0), any::<u8>()], 0..3_000),
        ) {
            let mut passing = Passing::default();
            let mut passed = passing.push(Bytes::from(archive(&bytes))).concat();
            passed.extend(passing.finish_with("missing.txt", "no /etc/shadow", 7).unwrap().concat());

            let expected = [("file".to_owned(), bytes), ("missing.txt".to_owned(), b"no /etc/shadow".to_vec())];
            prop_assert_eq!(files(&passed), expected);
        }
    }

    #[test]
    fn nothing_is_added_to_an_archive_that_broke_off() {
        let mut passing = Passing::default();
        passing.push(Bytes::from(archive(b"pears")).slice(..600));
        assert!(passing.finish_with("missing.txt", "", 7).is_none());

        let mut passing = Passing::default();
        assert_eq!(passing.push(Bytes::from(vec![1; 1024])).concat(), [1; 1024], "it is passed on as it is");
        assert!(passing.finish_with("missing.txt", "", 7).is_none());
    }
}
