//! What a terminal showed, as plain text: for who has no scripts, or no eyes on the screen.

/// Longer lines than this are nobody's to read; the rest of one is left out.
const LONGEST_LINE: usize = 8 << 10;

/// Takes what a shell wrote and keeps its lines: without colours, with what was written over gone. Programs that draw on the
/// whole screen leave what they wrote in the order in which they did.
#[derive(Default)]
pub struct Lines {
    text: String,
    line: Vec<char>,
    column: usize,
    state: State,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Text,
    /// After ESC.
    Escape,
    /// After ESC and a sign that another one follows.
    Charset,
    /// Until a final letter.
    Sequence,
    /// A title or the like, until BEL or ESC \.
    Words,
    /// ESC within those.
    WordsEscape,
}

impl Lines {
    /// What was written next.
    pub fn write(&mut self, text: &str) {
        text.chars().for_each(|sign| self.sign(sign));
    }

    /// How many bytes there are so far, without the line that is not finished.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// All lines.
    pub fn finish(mut self) -> String {
        if !self.line.is_empty() {
            self.end_line();
        }
        self.text
    }

    fn sign(&mut self, sign: char) {
        self.state = match (self.state, sign) {
            (State::Text, '\u{1b}') => State::Escape,
            (State::Text, '\u{9b}') => State::Sequence,
            (State::Text, sign) => {
                self.plain(sign);
                State::Text
            }
            (State::Escape, '[') => State::Sequence,
            (State::Escape, ']' | 'P' | 'X' | '^' | '_') => State::Words,
            (State::Escape, ' '..='/') => State::Charset,
            (State::Sequence, '\u{1b}') => State::Escape,
            (State::Sequence, sign) if !('@'..='~').contains(&sign) => State::Sequence,
            (State::Sequence, 'K') => {
                self.line.truncate(self.column);
                State::Text
            }
            (State::Words, '\u{1b}') => State::WordsEscape,
            (State::Words, sign) if sign != '\u{7}' => State::Words,
            (State::WordsEscape, sign) if sign != '\\' => State::Words,
            _ => State::Text,
        };
    }

    fn plain(&mut self, sign: char) {
        match sign {
            '\n' => self.end_line(),
            '\r' => self.column = 0,
            '\u{8}' => self.column = self.column.saturating_sub(1),
            '\t' => self.put('\t'),
            sign if sign.is_control() => {}
            sign => self.put(sign),
        }
    }

    fn put(&mut self, sign: char) {
        let length = self.line.len();
        match self.line.get_mut(self.column) {
            Some(place) => *place = sign,
            None if length < LONGEST_LINE => self.line.push(sign),
            None => {}
        }
        self.column = (self.column + 1).min(self.line.len());
    }

    fn end_line(&mut self) {
        let line: String = self.line.drain(..).collect();
        self.text.push_str(line.trim_end());
        self.text.push('\n');
        self.column = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let mut lines = Lines::default();
        // However it is cut.
        text.chars().for_each(|sign| lines.write(&sign.to_string()));
        lines.finish()
    }

    #[test]
    fn colours_titles_and_questions_are_left_out() {
        assert_eq!(read("\u{1b}[1;32mok\u{1b}[0m\r\n"), "ok\n");
        assert_eq!(read("\u{1b}]0;a title\u{7}$ ls\u{1b}]0;x\u{1b}\\!\n"), "$ ls!\n");
        assert_eq!(read("\u{1b}(Bplain\u{1b}[?25l\u{1b}[6n店"), "plain店\n");
        assert_eq!(read("\u{1b}P$q q\u{1b}\\x"), "x\n");
    }

    #[test]
    fn what_was_written_over_is_gone() {
        assert_eq!(read("10%\r20%\r\n"), "20%\n");
        assert_eq!(read("lss\u{8}\u{8}\u{1b}[K -l\n"), "l -l\n");
        assert_eq!(read("abc\rx\u{1b}[K\n"), "x\n");
    }
}
