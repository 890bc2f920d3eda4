//! Bytes of a log as lines.

/// A longer line is cut: no screen shows it, and no container may fill a browser with one.
pub(crate) const LONGEST_LINE: usize = 64 << 10;
const CUT: &str = " … (cut after 64 KiB)";

/// Makes lines of bytes that arrive in pieces. What is not UTF-8 is replaced.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    unfinished: Vec<u8>,
    /// The rest of this line is not kept.
    is_cut: bool,
}

impl Lines {
    /// Takes a piece and calls back with each line that is complete now.
    pub fn push(&mut self, mut piece: &[u8], mut found: impl FnMut(String)) {
        while let Some(end) = piece.iter().position(|byte| *byte == b'\n') {
            self.keep(&piece[..end]);
            found(self.take());
            piece = &piece[end + 1..];
        }
        self.keep(piece);
    }

    /// The line that the end of the log leaves without a line break.
    pub fn finish(&mut self) -> Option<String> {
        (!self.unfinished.is_empty()).then(|| self.take())
    }

    fn keep(&mut self, piece: &[u8]) {
        let room = LONGEST_LINE - self.unfinished.len();
        self.is_cut |= piece.len() > room;
        self.unfinished.extend_from_slice(&piece[..piece.len().min(room)]);
    }

    fn take(&mut self) -> String {
        let bytes = self.unfinished.strip_suffix(b"\r").unwrap_or(&self.unfinished);
        let mut line = String::from_utf8_lossy(bytes).into_owned();
        if self.is_cut {
            line.push_str(CUT);
        }
        self.unfinished.clear();
        self.is_cut = false;
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(pieces: &[&[u8]]) -> Vec<String> {
        let mut lines = Lines::default();
        let mut found = Vec::new();
        pieces.iter().for_each(|piece| lines.push(piece, |line| found.push(line)));
        found.extend(lines.finish());
        found
    }

    #[test]
    fn a_character_that_arrives_in_two_pieces_stays_whole() {
        assert_eq!(read(&[b"caf\xc3", b"\xa9\r\nnext\n\nend"]), ["café", "next", "", "end"]);
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        assert_eq!(read(&[b"\xff\xfe ok\n"]), ["\u{fffd}\u{fffd} ok"]);
    }

    #[test]
    fn a_line_without_end_is_cut_with_a_mark() {
        let long = vec![b'x'; LONGEST_LINE];
        let found = read(&[&long, b"too much", b" and more\nnext\n"]);

        assert_eq!(found.len(), 2);
        assert!(found[0].ends_with(CUT) && found[0].len() == LONGEST_LINE + CUT.len());
        assert_eq!(found[1], "next");
    }

    proptest! {
        #[test]
        fn where_pieces_end_makes_no_difference(text in "[a-zé\n\r]{0,60}", at in 0_usize..60) {
            let bytes = text.as_bytes();
            let at = at.min(bytes.len());
            prop_assert_eq!(read(&[bytes]), read(&[&bytes[..at], &bytes[at..]]));
        }
    }
}
