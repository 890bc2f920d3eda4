//! Programs that read text: a file's, or what is piped into them.

use super::{Performance, Shell, failed, options, said};
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
        let mut count = 10usize;
        let mut files = Vec::new();
        let mut words = rest.iter();
        while let Some(word) = words.next() {
            let number = match word.strip_prefix("-n").or_else(|| word.strip_prefix('-')) {
                Some("") => words.next().map(String::as_str),
                other => other,
            };
            match number {
                Some(number) => count = number.parse().unwrap_or(count),
                None => files.push(word.as_str()),
            }
        }
        let bytes = match self.gather(program, &files, input) {
            Ok(bytes) => bytes,
            Err(problem) => return problem,
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let kept = count.min(lines.len());
        said(if program == "head" { lines[..kept].concat() } else { lines[lines.len() - kept..].concat() })
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
