//! Messages in words of their own.

use model::fault::EntryFault;
use model::{ConsoleError, FieldProblem};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

use leptos::prelude::*;

/// The longest template of a subject, in characters.
pub const LONGEST_SUBJECT: usize = 300;
/// The longest template of a text, in characters.
pub const LONGEST_TEXT: usize = 2_000;

/// What a receiver is told, in the language of Jinja. What is empty is said in the console's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageTemplate {
    /// The subject, in a line.
    #[serde(default)]
    pub subject: String,
    /// What stands below it.
    #[serde(default)]
    pub text: String,
}

/// The fields of the form of a receiver's templates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TemplateFields {
    /// Of which receiver.
    #[serde(default)]
    pub id: String,
    /// What was read: saving over another version is refused.
    #[serde(default)]
    pub version: i64,
    /// The subject.
    #[serde(default)]
    pub subject: String,
    /// What stands below it.
    #[serde(default)]
    pub text: String,
}

impl TemplateFields {
    /// The templates, or what is wrong with their length; what stands in them only the server can read.
    pub fn check(&self) -> Result<MessageTemplate, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let subject = self.subject.trim().to_owned();
        let text = self.text.replace("\r\n", "\n").trim_end().to_owned();
        if subject.chars().count() > LONGEST_SUBJECT || subject.chars().any(char::is_control) {
            problems.push(FieldProblem::of("subject", EntryFault::Line(LONGEST_SUBJECT)));
        }
        if text.chars().count() > LONGEST_TEXT {
            problems.push(FieldProblem::of("text", EntryFault::Longest(LONGEST_TEXT)));
        }
        if problems.is_empty() { Ok(MessageTemplate { subject, text }) } else { Err(problems) }
    }
}

/// What a receiver would be told by templates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TemplatePreview {
    /// A message about alerts that are made up.
    Shown {
        /// Its subject.
        subject: String,
        /// Its text.
        text: String,
    },
    /// What is wrong with the templates.
    Wrong(Vec<FieldProblem>),
}

/// Keeps the templates of a receiver.
#[server(endpoint = "notifications/save-template")]
pub async fn save_template(
    /// The fields of the form.
    fields: TemplateFields,
) -> Result<(), ConsoleError> {
    let next = model::link::receiver(&fields.id);
    model::port::<dyn crate::Notifications>()?.save_template(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// What a receiver would be told by templates. Nothing is kept.
#[server(endpoint = "notifications/preview-template", input = Json)]
pub async fn preview_template(
    /// The fields of the form.
    fields: TemplateFields,
) -> Result<TemplatePreview, ConsoleError> {
    model::port::<dyn crate::Notifications>()?.preview_template(fields).await
}
