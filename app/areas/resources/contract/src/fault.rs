//! What can be wrong with a form, told apart so that pages can say it in the reader's language.

use model::ConsoleError;
use std::fmt;

/// What is wrong with a field of a form. Errors carry it as its sentence, which programs read as it is and pages read
/// back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormFault {
    /// Not a number of replicas.
    Replicas,
    /// Not a revision.
    Revision,
    /// No key of a taint.
    TaintKey,
    /// A line, counted from 1, has no `=`.
    NoValue(usize),
    /// A line, counted from 1, has quotes that are not closed.
    OpenQuotes(usize),
    /// Something else was typed to confirm than this.
    Confirm(String),
    /// The form is not as the page made it.
    Foreign,
}

impl FormFault {
    /// The error of a field.
    pub fn at(self, field: &str) -> ConsoleError {
        ConsoleError::invalid(field, self.to_string())
    }

    /// Reads the sentence; `None` for what others say.
    pub fn parse(sentence: &str) -> Option<Self> {
        let in_line = sentence.strip_prefix("line ").and_then(|rest| rest.split_once(':'));
        let line = in_line.and_then(|(line, _)| line.parse().ok());
        let confirm = sentence.strip_prefix("must be exactly ").map(|word| Self::Confirm(word.to_owned()));
        let all = [Self::Replicas, Self::Revision, Self::TaintKey, Self::Foreign];
        let with_line = line.into_iter().flat_map(|line| [Self::NoValue(line), Self::OpenQuotes(line)]);
        all.into_iter().chain(with_line).chain(confirm).find(|fault| fault.to_string() == sentence)
    }
}

impl fmt::Display for FormFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Replicas => formatter.write_str("must be a whole number, 0 or more"),
            Self::Revision => formatter.write_str("must be one of the revisions"),
            Self::TaintKey => formatter.write_str("must be a key, such as dedicated"),
            Self::NoValue(line) => write!(formatter, "line {line}: write key=value"),
            Self::OpenQuotes(line) => {
                write!(formatter, "line {line}: close the quotes; inside them write \\\" and \\n")
            }
            Self::Confirm(word) => write!(formatter, "must be exactly {word}"),
            Self::Foreign => formatter.write_str("is not what the page made: reload it"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_read_back_from_its_sentence() {
        let all = [
            FormFault::Replicas,
            FormFault::Revision,
            FormFault::TaintKey,
            FormFault::NoValue(3),
            FormFault::OpenQuotes(12),
            FormFault::Confirm("web-0".into()),
            FormFault::Foreign,
        ];
        for fault in all {
            assert_eq!(FormFault::parse(&fault.to_string()), Some(fault));
        }
        assert_eq!(FormFault::parse("line x: write key=value"), None);
        assert_eq!(FormFault::parse("spec.replicas: Invalid value"), None);
    }
}
