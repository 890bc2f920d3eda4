//! Programs that read text: a file's, or what is piped into them.

use super::{Performance, Piece, Shell, failed, options, said};
use crate::kubelet::files::{Node, resolve};

impl Shell {
    /// The bytes of the files named, or of the input when there are none.
    fn gather(&self, program: &str, operands: &[&str], input: &[u8]) -> Result<Vec<u8>, Performance> {
        if operands.is_empty() {
            return Ok(input.to_vec());
        }
        let mut bytes = Vec::new();
        for operand in operands {
            let path = resolve(&self.directory, operand);
            match self.files.get(&path) {
                Some(Node::File(found)) => bytes.extend_from_slice(found),
                Some(Node::Directory) => return Err(failed(program, "read error: Is a directory")),
                None => {
                    return Err(failed(
                        program,
                        &format!("can't open '{operand}': No such file or directory"),
                    ));
                }
            }
        }
        Ok(bytes)
    }

    pub(super) fn concatenate(&self, rest: &[String], input: &[u8]) -> Performance {
        let (_, operands) = options(rest);
        self.gather("cat", &operands, input).map_or_else(|problem| problem, said)
    }

    pub(super) fn grep(&self, rest: &[String], input: &[u8]) -> Performance {
        let (letters, operands) = options(rest);
        let Some((pattern, files)) = operands.split_first() else {
            return failed("grep", "a pattern is needed");
        };
        let bytes = match self.gather("grep", files, input) {
            Ok(bytes) => bytes,
            Err(problem) => return problem,
        };
        let fold = |line: &str| if letters.contains('i') { line.to_lowercase() } else { line.to_owned() };
        let pattern = fold(pattern);
        let matches = |line: &str| match pattern.strip_prefix('^') {
            Some(head) => fold(line).starts_with(head),
            None => fold(line).contains(&pattern),
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let found: String = text
            .lines()
            .filter(|line| matches(line) != letters.contains('v'))
            .map(|line| format!("{line}\n"))
            .collect();
        let code = i32::from(found.is_empty());
        Performance { code, ..said(found) }
    }

    pub(super) fn ends(&self, program: &str, rest: &[String], input: &[u8]) -> Performance {
        let mut count = "10";
        let (mut follows, mut waits) = (false, false);
        let mut files = Vec::new();
        let mut words = rest.iter().map(String::as_str);
        while let Some(word) = words.next() {
            match word.strip_prefix('-') {
                Some("n") => count = words.next().unwrap_or(count),
                Some(letter @ ("f" | "F")) => (follows, waits) = (true, letter == "F"),
                Some("" | "q" | "v") => {}
                Some(number) => count = number.trim_start_matches('n'),
                // It is empty, and stays so.
                None if word == "/dev/null" => {}
                None => files.push(word),
            }
        }
        let found = self.gather(program, &files, input).map(|bytes| said(part(program, count, &bytes)));
        match found {
            Err(problem) if !waits => problem,
            Ok(read) | Err(read) if follows => {
                let pieces = read.pieces.into_iter().chain([Piece::Pause(f64::INFINITY)]);
                Performance { pieces: pieces.collect(), ..Performance::default() }
            }
            Ok(read) | Err(read) => read,
        }
    }

    pub(super) fn count(&self, rest: &[String], input: &[u8]) -> Performance {
        let (letters, operands) = options(rest);
        let bytes = match self.gather("wc", &operands, input) {
            Ok(bytes) => bytes,
            Err(problem) => return problem,
        };
        let text = String::from_utf8_lossy(&bytes);
        let (lines, words) = (text.matches('\n').count(), text.split_whitespace().count());
        said(match letters.as_str() {
            "l" => format!("{lines}\n"),
            "w" => format!("{words}\n"),
            "c" => format!("{}\n", bytes.len()),
            _ => format!("{lines:>9} {words:>9} {:>9}\n", bytes.len()),
        })
    }
}

/// The first or the last lines of a text, as many as `count` says; for `tail`, `+3` is everything from the third line on.
fn part(program: &str, count: &str, bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let all = lines.len();
    let number: usize = count.trim_start_matches('+').parse().unwrap_or(10);
    let (first, last) = match (program, count.starts_with('+')) {
        ("head", _) => (0, number.min(all)),
        (_, true) => (number.saturating_sub(1).min(all), all),
        (_, false) => (all.saturating_sub(number), all),
    };
    lines[first..last].concat()
}
