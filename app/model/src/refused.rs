//! Forms that a browser sends by itself, and what comes back when they are refused.

use crate::ConsoleError;
use serde::{Deserialize, Serialize};

/// The field that names the server function a form calls. Such a form is sent to the address of its own page, which answers a
/// refusal with itself.
pub const FUNCTION: &str = "__function";

/// The field that names another one, whose value is a secret: it does not come back.
pub const SECRET: &str = "__secret";

/// What stands hidden in the form of something that can be changed: which version the reader saw.
const VERSION: &str = "[version]";

/// A form that was refused, with what was typed into it. The server provides it with the page that the form stands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The address of the server function.
    pub function: String,
    /// Why.
    pub error: ConsoleError,
    fields: Vec<(String, String)>,
    secrets: Vec<String>,
}

impl Refused {
    /// Keeps what was sent, but for secrets: of them only that they were filled.
    pub fn new(function: &str, error: ConsoleError, mut sent: Vec<(String, String)>) -> Self {
        let marked: Vec<String> =
            sent.iter().filter(|(name, _)| name == SECRET).map(|(_, secret)| secret.clone()).collect();
        let is_secret = |name: &String| marked.contains(name);
        let filled = sent.iter().filter(|(name, value)| is_secret(name) && !value.is_empty());
        let secrets = filled.map(|(name, _)| name.clone()).collect();
        sent.retain(|(name, _)| !is_secret(name) && name != SECRET && name != FUNCTION);
        // Browsers send line breaks of forms as CR LF.
        sent.iter_mut().for_each(|(_, value)| *value = value.replace("\r\n", "\n"));
        Self { function: function.to_owned(), error, fields: sent, secrets }
    }

    /// Whether it is the form of this function that has these hidden in it. One page may have many of one function, and what it
    /// is about may have another version meanwhile.
    pub fn is_of(&self, function: &str, hidden: &[(&str, String)]) -> bool {
        let mut told = hidden.iter().filter(|(name, _)| !name.ends_with(VERSION));
        self.function == function && told.all(|(name, value)| self.has(name, value))
    }

    /// What stands hidden in the form when it comes back. The version stays the one that the reader saw: a change that somebody
    /// else made since is told of, and never written over.
    pub fn hidden(&self, name: &str) -> Option<&str> {
        self.typed(name).filter(|_| name.ends_with(VERSION))
    }

    /// What was typed into a field.
    pub fn typed(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Whether a field was sent with this value, as one that is checked is.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.fields.iter().any(|(field, sent)| field == name && sent == value)
    }

    /// Whether a field had a secret in it, which has to be typed again.
    pub fn asks_again(&self, name: &str) -> bool {
        self.secrets.iter().any(|secret| secret == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(sent: &[(&str, &str)]) -> Refused {
        let sent = sent.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Refused::new("/api/garden/plant", ConsoleError::invalid("name", "is taken"), sent)
    }

    #[test]
    fn secrets_do_not_come_back_but_are_asked_for_again() {
        let refused = refused(&[
            ("fields[name]", "Roses"),
            ("fields[token]", "hunter2"),
            (SECRET, "fields[token]"),
            ("fields[key]", ""),
            (SECRET, "fields[key]"),
        ]);

        assert_eq!(refused.typed("fields[name]"), Some("Roses"));
        assert_eq!(refused.typed("fields[token]"), None);
        assert!(!format!("{refused:?}").contains("hunter2"));
        assert!(refused.asks_again("fields[token]") && !refused.asks_again("fields[key]"));
    }

    #[test]
    fn a_form_is_known_by_what_is_hidden_in_it_whatever_the_version() {
        let refused = refused(&[("fields[id]", "7"), ("fields[version]", "3")]);
        let hidden = |id: &str| [("fields[id]", id.to_owned()), ("fields[version]", "4".to_owned())];

        assert!(refused.is_of("/api/garden/plant", &hidden("7")));
        assert!(!refused.is_of("/api/garden/plant", &hidden("8")));
        assert!(!refused.is_of("/api/garden/dig", &hidden("7")));
        assert_eq!((refused.hidden("fields[version]"), refused.hidden("fields[id]")), (Some("3"), None));
    }

    #[test]
    fn lines_come_back_as_they_were_typed() {
        assert_eq!(refused(&[("fields[text]", "a\r\nb")]).typed("fields[text]"), Some("a\nb"));
    }
}
