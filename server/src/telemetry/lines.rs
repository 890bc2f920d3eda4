//! Lines of the log.

use std::io::{self, Write};

/// Writes each record that it is given as one line that steers no terminal, whatever stands in it: otherwise whoever chooses a
/// text that is logged, such as a cluster that refuses something, writes records of their own. What is written at once is one
/// record, and ends its line.
pub struct OneLine<W> {
    /// Where the lines go.
    pub writer: W,
    /// Whether colours are wished for. They are all that stays of what steers terminals.
    pub is_coloured: bool,
}

impl<W: Write> Write for OneLine<W> {
    fn write(&mut self, record: &[u8]) -> io::Result<usize> {
        let text = record.strip_suffix(b"\n").unwrap_or(record);
        let mut line = one_line(&String::from_utf8_lossy(text), self.is_coloured);
        line.push('\n');
        self.writer.write_all(line.as_bytes())?;
        Ok(record.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

fn one_line(text: &str, is_coloured: bool) -> String {
    let mut line = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(steers) {
        let (before, from) = rest.split_at(at);
        line.push_str(before);
        let length = if is_coloured { colour(from) } else { None };
        rest = if let Some(length) = length {
            let (colour, behind) = from.split_at(length);
            line.push_str(colour);
            behind
        } else {
            let mut characters = from.chars();
            line.extend(characters.next().into_iter().flat_map(char::escape_default));
            characters.as_str()
        };
    }
    line.push_str(rest);
    line
}

/// Whether a character does something else than to be seen.
fn steers(character: char) -> bool {
    character.is_control() && character != '\t'
}

/// The length of a sequence that begins here and changes how text looks, and nothing else.
fn colour(text: &str) -> Option<usize> {
    let inside = text.strip_prefix("\u{1b}[")?;
    let end = inside.find(|character: char| !character.is_ascii_digit() && character != ';')?;
    inside[end..].starts_with('m').then_some(text.len() - inside.len() + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_stay_where_they_are_wished_for_and_nothing_else_that_steers() {
        let text = "\u{1b}[1;33mWARN\u{1b}[0m a\tb\r\nc\u{1b}]0;title\u{7}\u{9b}2J\u{1b}[2J\u{1b}";

        assert_eq!(
            one_line(text, true),
            "\u{1b}[1;33mWARN\u{1b}[0m a\tb\\r\\nc\\u{1b}]0;title\\u{7}\\u{9b}2J\\u{1b}[2J\\u{1b}"
        );
        assert!(!one_line(text, false).contains(steers));
    }
}
