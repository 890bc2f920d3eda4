//! Reads a script: lists of pipelines of commands of words.

/// Pipelines and how each depends on the one before.
pub type List = Vec<(Connector, Pipeline)>;
/// Commands whose output feeds the next.
pub type Pipeline = Vec<Command>;
/// A word in parts, so that quotes keep their meaning until it is used.
pub type Word = Vec<Part>;

/// When a pipeline runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connector {
    Always,
    /// After success (`&&`).
    Then,
    /// After failure (`||`).
    Else,
}

/// One command.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Simple(Vec<Word>, Vec<Redirection>),
    /// A list in parentheses or braces.
    Group(List, Vec<Redirection>),
}

/// Where output goes, or input comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Redirection {
    pub kind: Redirect,
    pub target: Word,
}

/// The kinds of redirection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirect {
    Output,
    Append,
    Error,
    ErrorToOutput,
    OutputToError,
    Input,
}

/// A piece of a word.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    Literal(String),
    Variable(String),
    Substitution(String),
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(Word),
    Operator(&'static str),
}

/// Longest first, so that `&&` is not read as two `&`.
const OPERATORS: [&str; 16] =
    ["2>&1", "1>&2", ">&2", "&>", "2>", ">>", "&&", "||", ">", "<", "|", ";", "&", "(", ")", "\n"];

/// What a small shell does not do.
const UNSUPPORTED: [&str; 8] = ["if", "for", "while", "until", "case", "function", "select", "do"];

/// Reads a script.
pub fn parse(script: &str) -> Result<List, String> {
    let tokens = tokens(script)?;
    let mut reader = Reader { tokens: &tokens, at: 0 };
    let list = reader.list()?;
    if reader.at < tokens.len() { Err("unexpected \")\"".to_owned()) } else { Ok(list) }
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take_operator(&mut self, operators: &[&str]) -> Option<&'static str> {
        match self.peek() {
            Some(Token::Operator(operator)) if operators.contains(operator) => {
                let operator = *operator;
                self.at += 1;
                Some(operator)
            }
            _ => None,
        }
    }

    fn list(&mut self) -> Result<List, String> {
        let mut list = List::new();
        let mut connector = Connector::Always;
        loop {
            while self.take_operator(&[";", "&", "\n"]).is_some() {
                connector = Connector::Always;
            }
            if matches!(self.peek(), None | Some(Token::Operator(")"))) {
                return Ok(list);
            }
            list.push((connector, self.pipeline()?));
            connector = match self.take_operator(&["&&", "||"]) {
                Some("&&") => Connector::Then,
                Some(_) => Connector::Else,
                None => Connector::Always,
            };
        }
    }

    fn pipeline(&mut self) -> Result<Pipeline, String> {
        let mut pipeline = vec![self.command()?];
        while self.take_operator(&["|"]).is_some() {
            pipeline.push(self.command()?);
        }
        Ok(pipeline)
    }

    fn command(&mut self) -> Result<Command, String> {
        if self.take_operator(&["("]).is_some() {
            let list = self.list()?;
            self.take_operator(&[")"]).ok_or("expecting \")\"")?;
            return Ok(Command::Group(list, self.redirections(&mut Vec::new())?));
        }
        let mut words = Vec::new();
        let redirections = self.redirections(&mut words)?;
        match words.first().map(Vec::as_slice) {
            None if redirections.is_empty() => Err("unexpected end".to_owned()),
            Some([Part::Literal(word)]) if UNSUPPORTED.contains(&word.as_str()) => {
                Err(format!("\"{word}\" is more than this small shell does"))
            }
            _ => Ok(Command::Simple(words, redirections)),
        }
    }

    /// Words up to the next operator that is no redirection.
    fn redirections(&mut self, words: &mut Vec<Word>) -> Result<Vec<Redirection>, String> {
        let mut redirections = Vec::new();
        loop {
            if let Some(Token::Word(word)) = self.peek() {
                words.push(word.clone());
                self.at += 1;
                continue;
            }
            let Some(operator) = self.take_operator(&["2>&1", "1>&2", ">&2", "&>", "2>", ">>", ">", "<"])
            else {
                return Ok(redirections);
            };
            let kind = match operator {
                "2>&1" => {
                    redirections
                        .insert(0, Redirection { kind: Redirect::ErrorToOutput, target: Word::new() });
                    continue;
                }
                "1>&2" | ">&2" => {
                    redirections.push(Redirection { kind: Redirect::OutputToError, target: Word::new() });
                    continue;
                }
                "2>" => Redirect::Error,
                ">>" => Redirect::Append,
                "<" => Redirect::Input,
                _ => Redirect::Output,
            };
            let Some(Token::Word(target)) = self.peek() else {
                return Err("a redirection needs a file".to_owned());
            };
            redirections.push(Redirection { kind, target: target.clone() });
            self.at += 1;
        }
    }
}

fn tokens(script: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = script;
    while let Some(next) = rest.chars().next() {
        if next == ' ' || next == '\t' || next == '\r' {
            rest = &rest[1..];
        } else if next == '#' {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if let Some(operator) = OPERATORS.iter().find(|operator| rest.starts_with(**operator)) {
            tokens.push(Token::Operator(operator));
            rest = &rest[operator.len()..];
        } else {
            let (word, left) = word(rest)?;
            tokens.push(Token::Word(word));
            rest = left;
        }
    }
    Ok(tokens)
}

/// Reads one word; answers what is left.
fn word(script: &str) -> Result<(Word, &str), String> {
    let mut parts = Word::new();
    let mut rest = script;
    while let Some(next) = rest.chars().next() {
        match next {
            ' ' | '\t' | '\r' | '\n' | ';' | '|' | '&' | '>' | '<' | '(' | ')' => break,
            '\'' => {
                let end = rest[1..].find('\'').ok_or("unterminated quoted string")?;
                parts.push(Part::Literal(rest[1..=end].to_owned()));
                rest = &rest[end + 2..];
            }
            '"' => rest = quoted(&rest[1..], &mut parts)?,
            '\\' => {
                let length = rest[1..].chars().next().map_or(0, char::len_utf8);
                parts.push(Part::Literal(rest[1..1 + length].to_owned()));
                rest = &rest[1 + length..];
            }
            '$' => rest = dollar(rest, &mut parts)?,
            plain => {
                push_literal(&mut parts, plain);
                rest = &rest[plain.len_utf8()..];
            }
        }
    }
    Ok((parts, rest))
}

fn push_literal(parts: &mut Word, character: char) {
    match parts.last_mut() {
        Some(Part::Literal(text)) => text.push(character),
        _ => parts.push(Part::Literal(character.to_string())),
    }
}

fn quoted<'a>(mut rest: &'a str, parts: &mut Word) -> Result<&'a str, String> {
    parts.push(Part::Literal(String::new()));
    while let Some(next) = rest.chars().next() {
        match next {
            '"' => return Ok(&rest[1..]),
            '\\' if rest[1..].starts_with(['"', '\\', '$', '`']) => {
                push_literal(parts, rest.as_bytes()[1].into());
                rest = &rest[2..];
            }
            '$' => rest = dollar(rest, parts)?,
            plain => {
                push_literal(parts, plain);
                rest = &rest[plain.len_utf8()..];
            }
        }
    }
    Err("unterminated quoted string".to_owned())
}

/// Reads what begins with a dollar sign.
fn dollar<'a>(rest: &'a str, parts: &mut Word) -> Result<&'a str, String> {
    let after = &rest[1..];
    if let Some(inside) = after.strip_prefix('(') {
        let end = closing(inside).ok_or("unterminated command substitution")?;
        parts.push(Part::Substitution(inside[..end].to_owned()));
        return Ok(&inside[end + 1..]);
    }
    if let Some(inside) = after.strip_prefix('{') {
        let end = inside.find('}').ok_or("unterminated variable")?;
        let name = inside[..end].split(':').next().unwrap_or_default();
        parts.push(Part::Variable(name.to_owned()));
        return Ok(&inside[end + 1..]);
    }
    let special = after.starts_with(['?', '$', '@', '!']);
    let length = if special {
        1
    } else {
        after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len())
    };
    if length == 0 {
        push_literal(parts, '$');
    } else {
        parts.push(Part::Variable(after[..length].to_owned()));
    }
    Ok(&after[length..])
}

fn closing(inside: &str) -> Option<usize> {
    let mut depth = 1;
    inside.char_indices().find_map(|(index, character)| {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(index)
    })
}
