#![doc = include_str!("../README.md")]

pub mod channels;
mod delivery;
mod fields;
mod hearing;
mod mail;
mod mail_servers;
mod mail_trial;
mod quiet;
mod template;

pub use channels::{Channel, ChannelField, Shape};
pub use delivery::{DeliveryRow, DeliveryState, Reason};
pub use fields::{Checked, LONGEST_NAME, Least, MOST_RECIPIENTS, REPEAT_HOURS, ReceiverFields};
pub use hearing::{Fate, HeardAlert, Hearing, ReadHearing, read_hearing};
pub use mail::{CheckedMailServer, MailSecurity, MailServerFields};
pub use mail_servers::{
    MailSender, MailServerList, MailServerRow, MailServerView, MailServers, ReadMailServer, ReadMailServers,
    RemoveMailServer, SaveMailServer, TryMailServer, read_mail_server, read_mail_servers, remove_mail_server,
    save_mail_server, try_mail_server,
};
pub use mail_trial::{MailStep, MailTrial, MailTrialFields, StepState};
pub use quiet::{MOST_QUIET_TIMES, QuietTime, QuietTimes};
pub use template::{
    LONGEST_SUBJECT, LONGEST_TEXT, MessageTemplate, PreviewTemplate, SaveTemplate, TemplateFields,
    TemplatePreview, preview_template, save_template,
};

use async_trait::async_trait;
use leptos::prelude::*;
use model::ConsoleError;
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;
use std::fmt;
use workspaces_contract::MemberPlace;

/// Whose alerts a receiver hears.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ReceiverPlace {
    /// Those of all clusters.
    Platform,
    /// Those of a cluster, of the projects of a workspace, or of one project.
    In(MemberPlace),
}

/// As forms and addresses carry it: `platform`, or as [`MemberPlace`] is written.
impl fmt::Display for ReceiverPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Platform => formatter.write_str("platform"),
            Self::In(place) => place.fmt(formatter),
        }
    }
}

impl From<ReceiverPlace> for String {
    fn from(place: ReceiverPlace) -> Self {
        place.to_string()
    }
}

impl TryFrom<String> for ReceiverPlace {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == "platform" { Ok(Self::Platform) } else { MemberPlace::try_from(text).map(Self::In) }
    }
}

/// Questions and commands about who is told, on behalf of one caller.
#[async_trait]
pub trait Notifications: Send + Sync {
    /// The receivers that the caller may see.
    async fn receivers(&self) -> Result<ReceiverList, ConsoleError>;
    /// One of them, with what was sent to it last.
    async fn receiver(&self, id: String) -> Result<ReceiverView, ConsoleError>;
    /// What fires now where a receiver listens, and what becomes of it.
    async fn hearing(&self, id: String) -> Result<Hearing, ConsoleError>;
    /// Keeps a receiver, new or changed, and answers its id.
    async fn save_receiver(&self, fields: ReceiverFields) -> Result<String, ConsoleError>;
    /// Lets a receiver be told, or not for now.
    async fn switch_receiver(&self, id: String, is_enabled: bool) -> Result<(), ConsoleError>;
    /// Takes a receiver away, with what was sent to it.
    async fn delete_receiver(&self, id: String) -> Result<(), ConsoleError>;
    /// Sends a message to it now that says that it is a trial.
    async fn test_receiver(&self, id: String) -> Result<(), ConsoleError>;
    /// Keeps the words in which a receiver is told.
    async fn save_template(&self, fields: TemplateFields) -> Result<(), ConsoleError>;
    /// Says what a receiver would be told by templates.
    async fn preview_template(&self, fields: TemplateFields) -> Result<TemplatePreview, ConsoleError>;
}

/// The receivers that the caller may see.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReceiverList {
    /// By place and name.
    pub receivers: Vec<ReceiverRow>,
    /// Where the caller may add one.
    pub places: Vec<ReceiverPlace>,
    /// The words of the ways in which this console can tell.
    pub channels: Vec<String>,
}

/// A receiver in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReceiverRow {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The word of the way in which it is told.
    pub channel: String,
    /// Where that leads, without what is secret.
    pub target: String,
    /// Whose alerts it hears.
    pub place: ReceiverPlace,
    /// How bad an alert must be.
    pub least: Least,
    /// Whether it is told.
    pub is_enabled: bool,
    /// When it is not told all the same; none for never.
    pub quiet: Option<QuietTimes>,
    /// What was sent to it last.
    pub last: Option<DeliveryRow>,
}

/// One receiver.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReceiverView {
    /// What its form shows: everything but secrets.
    pub fields: ReceiverFields,
    /// The names of the secrets that are kept.
    pub kept: Vec<String>,
    /// The words in which it is told.
    pub template: MessageTemplate,
    /// Whether it is told.
    pub is_enabled: bool,
    /// Who sends to it; none for one that is not told by mail.
    pub mail_by: Option<MailSender>,
    /// Whether the caller may change it.
    pub may_change: bool,
    /// What was sent to it last, the newest first.
    pub deliveries: Vec<DeliveryRow>,
}

/// The receivers that the caller may see.
#[server(endpoint = "notifications/receivers", input = Json)]
pub async fn read_receivers() -> Result<ReceiverList, ConsoleError> {
    model::port::<dyn Notifications>()?.receivers().await
}

/// One receiver.
#[server(endpoint = "notifications/receiver", input = Json)]
pub async fn read_receiver(
    /// Which.
    id: String,
) -> Result<ReceiverView, ConsoleError> {
    model::port::<dyn Notifications>()?.receiver(id).await
}

/// Keeps a receiver, new or changed.
#[server(endpoint = "notifications/save")]
pub async fn save_receiver(
    /// The fields of the form.
    fields: ReceiverFields,
) -> Result<(), ConsoleError> {
    let id = model::port::<dyn Notifications>()?.save_receiver(fields).await?;
    model::go_to(&model::link::receiver(&id));
    Ok(())
}

/// Lets a receiver be told, or not for now.
#[server(endpoint = "notifications/switch")]
pub async fn switch_receiver(
    /// Which.
    id: String,
    /// Whether it is to be told.
    is_enabled: bool,
) -> Result<(), ConsoleError> {
    model::port::<dyn Notifications>()?.switch_receiver(id.clone(), is_enabled).await?;
    model::go_to(&model::link::receiver(&id));
    Ok(())
}

/// Takes a receiver away.
#[server(endpoint = "notifications/delete")]
pub async fn delete_receiver(
    /// Which.
    id: String,
) -> Result<(), ConsoleError> {
    model::port::<dyn Notifications>()?.delete_receiver(id).await?;
    model::go_to(model::link::NOTIFICATIONS);
    Ok(())
}

/// Sends a message that says that it is a trial.
#[server(endpoint = "notifications/test")]
pub async fn test_receiver(
    /// To which receiver.
    id: String,
) -> Result<(), ConsoleError> {
    model::port::<dyn Notifications>()?.test_receiver(id.clone()).await?;
    model::go_to(&model::link::receiver(&id));
    Ok(())
}
