//! Colours of terminal output (ANSI "SGR" sequences) as spans of known classes. Whatever else a program wrote to steer
//! a terminal is dropped, so a log cannot hide or move text.

/// A piece of a line in one look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The text, without control characters.
    pub text: String,
    /// Its look.
    pub look: Look,
}

/// How a piece looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// One of the 16 colours of terminals.
    pub colour: Option<u8>,
    /// Heavier.
    pub bold: bool,
    /// Lighter.
    pub dim: bool,
    /// Underlined.
    pub underline: bool,
}

impl Look {
    /// The classes that style knows.
    pub fn class(self) -> String {
        let mut class = String::new();
        if let Some(colour) = self.colour {
            class.push_str("ansi-");
            class.push_str(&colour.to_string());
        }
        for (is_set, word) in
            [(self.bold, " ansi-bold"), (self.dim, " ansi-dim"), (self.underline, " ansi-underline")]
        {
            if is_set {
                class.push_str(word);
            }
        }
        class
    }

    fn apply(&mut self, parameters: &str) {
        let mut codes = parameters.split(';').map(|code| code.parse::<u16>().unwrap_or(0));
        while let Some(code) = codes.next() {
            match code {
                0 => *self = Self::default(),
                1 => self.bold = true,
                2 => self.dim = true,
                4 => self.underline = true,
                22 => (self.bold, self.dim) = (false, false),
                24 => self.underline = false,
                30..=37 => self.colour = Some((code - 30) as u8),
                90..=97 => self.colour = Some((code - 90 + 8) as u8),
                39 => self.colour = None,
                38 => self.colour = of_many(&mut codes),
                // Backgrounds are not shown, but what says which is read over.
                48 => {
                    of_many(&mut codes);
                }
                _ => {}
            }
        }
    }
}

/// One of 256 colours, or a true one: the first 16 are ours, the others are left plain rather than guessed at.
fn of_many(codes: &mut impl Iterator<Item = u16>) -> Option<u8> {
    match codes.next()? {
        5 => codes.next().and_then(|code| u8::try_from(code).ok()).filter(|code| *code < 16),
        2 => {
            let _red_green_blue = codes.nth(2);
            None
        }
        _ => None,
    }
}

/// Takes a line apart into pieces of one look each.
pub fn spans(line: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut span = Span::default();
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '\u{1b}' => {
                let (last, parameters) = sequence(&mut characters);
                if last == Some('m') {
                    let mut look = span.look;
                    look.apply(&parameters);
                    if look != span.look {
                        push(&mut spans, std::mem::replace(&mut span, Span { text: String::new(), look }));
                    }
                }
            }
            '\t' => span.text.push('\t'),
            _ if character.is_control() => {}
            _ => span.text.push(character),
        }
    }
    push(&mut spans, span);
    spans
}

fn push(spans: &mut Vec<Span>, span: Span) {
    if !span.text.is_empty() {
        spans.push(span);
    }
}

/// Reads one escape sequence: its final character and its parameters.
fn sequence(characters: &mut std::str::Chars<'_>) -> (Option<char>, String) {
    let mut parameters = String::new();
    match characters.next() {
        Some('[') => {
            for character in characters.by_ref() {
                match character {
                    '0'..='?' | ' '..='/' => parameters.push(character),
                    _ => return (Some(character), parameters),
                }
            }
            (None, parameters)
        }
        // A title or a link: runs to BEL, or to ESC \.
        Some(']') => {
            while let Some(character) = characters.next() {
                if character == '\u{7}' || (character == '\u{1b}' && characters.next() == Some('\\')) {
                    break;
                }
            }
            (None, parameters)
        }
        _ => (None, parameters),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_become_spans() {
        let line = spans("\u{1b}[31merror\u{1b}[0m: \u{1b}[1;32mok\u{1b}[22m!");

        let pieces: Vec<(&str, String)> =
            line.iter().map(|span| (span.text.as_str(), span.look.class())).collect();
        assert_eq!(
            pieces,
            [
                ("error", "ansi-1".to_owned()),
                (": ", String::new()),
                ("ok", "ansi-2 ansi-bold".to_owned()),
                ("!", "ansi-2".to_owned()),
            ]
        );
    }

    #[test]
    fn whatever_else_steers_a_terminal_is_dropped() {
        let line =
            spans("a\u{1b}[2Jb\u{1b}]0;title\u{7}c\u{1b}]8;;http://x\u{1b}\\d\u{8}\r\u{1b}[38;2;1;2;3me");

        assert_eq!(line.iter().map(|span| span.text.as_str()).collect::<String>(), "abcde");
    }

    #[test]
    fn colours_that_are_not_shown_are_not_read_as_looks() {
        for colour in ["48;5;1", "48;2;1;4;31", "38;2;1;4;31"] {
            let line = spans(&format!("\u{1b}[{colour}mtext"));
            assert_eq!(line, [Span { text: "text".into(), look: Look::default() }], "{colour}");
        }
        assert_eq!(spans("\u{1b}[38;5;9;1mtext")[0].look.class(), "ansi-9 ansi-bold");
    }

    #[test]
    fn an_unfinished_sequence_hides_nothing_before_it() {
        assert_eq!(spans("text\u{1b}[3"), [Span { text: "text".into(), look: Look::default() }]);
        assert!(spans("").is_empty());
    }
}
