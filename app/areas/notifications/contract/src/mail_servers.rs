//! Mail servers of places: who sends the mails to receivers there instead of the console's own.

use crate::{MailServerFields, MailTrial, MailTrialFields};
use async_trait::async_trait;
use leptos::prelude::*;
use model::ConsoleError;
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;
use workspaces_contract::MemberPlace;

/// Questions and commands about mail servers of places, on behalf of one caller.
#[async_trait]
pub trait MailServers: Send + Sync {
    /// Those that the caller may see.
    async fn mail_servers(&self) -> Result<MailServerList, ConsoleError>;
    /// That of a place, or what its form begins with.
    async fn mail_server(&self, place: MemberPlace) -> Result<MailServerView, ConsoleError>;
    /// Keeps the mail server of a place, new or changed.
    async fn save_mail_server(&self, fields: MailServerFields) -> Result<(), ConsoleError>;
    /// Takes it away: the one of the next place around sends again.
    async fn remove_mail_server(&self, place: MemberPlace) -> Result<(), ConsoleError>;
    /// Sends a mail by it now that says that it is a trial, and keeps what came of it.
    async fn try_mail_server(&self, fields: MailTrialFields) -> Result<(), ConsoleError>;
}

/// The mail servers that the caller may see.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MailServerList {
    /// By place.
    pub servers: Vec<MailServerRow>,
    /// Where the caller may set one.
    pub places: Vec<MemberPlace>,
}

/// A mail server in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MailServerRow {
    /// Whose.
    pub place: MemberPlace,
    /// Its host and port.
    pub address: String,
    /// Who sends.
    pub from: String,
    /// What came of trying it out last, since it is as it is.
    pub trial: Option<MailTrial>,
    /// Whether its password can be used: it was sealed with the key that the console has.
    pub is_readable: bool,
}

/// The mail server of a place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MailServerView {
    /// What its form shows: everything but the password. Without a version there is none.
    pub fields: MailServerFields,
    /// Whether there is a password that can be used.
    pub is_kept: bool,
    /// Whether its password, if it has one, can be used.
    pub is_readable: bool,
    /// What came of trying it out last, since it is as it is.
    pub trial: Option<MailTrial>,
    /// Whether the caller may change it.
    pub may_change: bool,
    /// Who sends where the place has none of its own.
    pub otherwise: MailSender,
}

/// Who sends mails to the receivers of a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MailSender {
    /// The mail server of this place.
    Of(MemberPlace),
    /// The console's own.
    Console,
    /// Nobody.
    Nobody,
}

/// The mail servers that the caller may see.
#[server(endpoint = "notifications/mail-servers", input = Json)]
pub async fn read_mail_servers() -> Result<MailServerList, ConsoleError> {
    model::port::<dyn MailServers>()?.mail_servers().await
}

/// The mail server of a place.
#[server(endpoint = "notifications/mail-server", input = Json)]
pub async fn read_mail_server(
    /// Of which.
    place: MemberPlace,
) -> Result<MailServerView, ConsoleError> {
    model::port::<dyn MailServers>()?.mail_server(place).await
}

/// Keeps the mail server of a place.
#[server(endpoint = "notifications/save-mail-server")]
pub async fn save_mail_server(
    /// The fields of the form.
    fields: MailServerFields,
) -> Result<(), ConsoleError> {
    let next = model::link::mail_server(&fields.place.to_string());
    model::port::<dyn MailServers>()?.save_mail_server(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Takes the mail server of a place away.
#[server(endpoint = "notifications/remove-mail-server")]
pub async fn remove_mail_server(
    /// Of which.
    place: MemberPlace,
) -> Result<(), ConsoleError> {
    model::port::<dyn MailServers>()?.remove_mail_server(place).await?;
    model::go_to(model::link::NOTIFICATIONS);
    Ok(())
}

/// Sends a mail by the mail server of a place that says that it is a trial.
#[server(endpoint = "notifications/try-mail-server")]
pub async fn try_mail_server(
    /// The fields of the form.
    fields: MailTrialFields,
) -> Result<(), ConsoleError> {
    let next = model::link::mail_server(&fields.place.to_string());
    model::port::<dyn MailServers>()?.try_mail_server(fields).await?;
    model::go_to(&next);
    Ok(())
}
