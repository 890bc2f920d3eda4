//! Forms that browsers without scripts sent, and that were refused.

use std::fmt;

/// The name in the address of a page for the command whose form was refused.
pub const COMMAND: &str = "__path";

/// The name in the address of a page for why that was, as server functions write it.
pub const ERROR: &str = "__err";

/// What was typed into a form that was refused. The server provides it with the page that the form stands on, which shows
/// it once more; the browser's half never has it, because some of it may be secret.
#[derive(Clone, PartialEq, Eq)]
pub struct SentForm {
    command: String,
    fields: Vec<(String, String)>,
}

impl SentForm {
    /// The fields of the form of this command. Browsers send line breaks as CR LF; here they are what was typed.
    pub fn new(command: impl Into<String>, fields: impl IntoIterator<Item = (String, String)>) -> Self {
        let typed = |(name, value): (String, String)| (name, value.replace("\r\n", "\n"));
        Self { command: command.into(), fields: fields.into_iter().map(typed).collect() }
    }

    /// The address of the command that was refused.
    pub fn command(&self) -> &str {
        &self.command
    }

    /// Whether it is the form of this command with these hidden fields. The version of what is changed does not count: the
    /// page may know a newer one by now.
    pub fn is_of(&self, command: &str, hidden: &[(&str, String)]) -> bool {
        let is_version = |name: &str| name.trim_end_matches(']').ends_with("version");
        self.command == command
            && hidden.iter().all(|(name, value)| is_version(name) || self.holds(name, value))
    }

    /// What stood in a field; none when it was not sent, as fields that were not ticked are.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Whether a field was sent with this value, which several of one name can be.
    pub fn holds(&self, name: &str, value: &str) -> bool {
        self.fields.iter().any(|(own, sent)| own == name && sent == value)
    }
}

/// Without what was typed: it may be a password.
impl fmt::Debug for SentForm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SentForm").field("command", &self.command).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> SentForm {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        SentForm::new("/api/roles/save", fields)
    }

    #[test]
    fn a_form_is_told_from_others_by_its_hidden_fields_but_not_by_the_version() {
        let sent = form(&[("fields[id]", "7"), ("fields[version]", "3"), ("fields[title]", "On call")]);
        let hidden = |id: &str| [("fields[id]", id.to_owned()), ("fields[version]", "4".to_owned())];

        assert!(sent.is_of("/api/roles/save", &hidden("7")));
        assert!(!sent.is_of("/api/roles/save", &hidden("8")), "it is about another one");
        assert!(!sent.is_of("/api/roles/remove", &hidden("7")), "it is another command");
    }

    #[test]
    fn what_was_typed_comes_back_as_it_was_typed() {
        let sent = form(&[("text", "a: 1\r\nb: 2"), ("of[]", "read"), ("of[]", "write")]);

        assert_eq!(sent.value("text"), Some("a: 1\nb: 2"));
        assert!(sent.holds("of[]", "write") && !sent.holds("of[]", "delete"));
        assert_eq!(sent.value("ticked"), None);
        assert!(!format!("{sent:?}").contains("a: 1"), "it may be a password");
    }
}
