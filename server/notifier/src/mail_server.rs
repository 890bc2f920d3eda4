//! The mail server of a place, as it is used.

use crate::mail::{Encryption, MailError, MailSettings, Mailer};
use database::DatabaseError;
use database::mail_servers::StoredMailServer;
use database::members::Place;
use identity::Seal;
use notifications_contract::MailSecurity;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is kept about a mail server and may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailServerSaid {
    /// The server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it is spoken with.
    pub security: MailSecurity,
    /// As whom the console signs in; empty for not at all.
    pub user: String,
    /// Who sends.
    pub from: String,
}

/// A mail server with its password.
#[derive(Clone)]
pub struct MailServer {
    /// What was said about it.
    pub said: MailServerSaid,
    password: Password,
}

#[derive(Clone)]
enum Password {
    None,
    Known(String),
    /// It was sealed with another key.
    Unreadable,
}

/// The sealed form of a password.
pub fn seal(seal: &Seal, place: &Place, password: &str) -> String {
    seal.seal_value(&purpose(place), &password)
}

fn purpose(place: &Place) -> String {
    match place {
        Place::Cluster(name) => format!("mail server of cluster {name}"),
        Place::Workspace(id) => format!("mail server of workspace {id}"),
        Place::Project(id) => format!("mail server of project {id}"),
    }
}

impl MailServer {
    /// A mail server, as it is kept.
    pub fn read(stored: &StoredMailServer, seal: &Seal) -> Result<Self, DatabaseError> {
        let said = serde_json::from_str(&stored.said.settings);
        let said = said.map_err(|_| DatabaseError::Unreadable { what: "mail server" })?;
        let password = stored.said.sealed_password.as_ref().map(|sealed| {
            seal.open_value(&purpose(&stored.place), sealed).map_or(Password::Unreadable, Password::Known)
        });
        Ok(Self { said, password: password.unwrap_or(Password::None) })
    }

    /// Whether there is a password that can be used.
    pub fn has_password(&self) -> bool {
        matches!(self.password, Password::Known(_))
    }

    /// Whether its password, if it has one, can be used.
    pub fn is_readable(&self) -> bool {
        !matches!(self.password, Password::Unreadable)
    }

    /// Who sends by it, if it can be used; these hosts may be anywhere, others are in the public internet.
    pub fn mailer(&self, hosts: &Arc<BTreeSet<String>>) -> Result<Mailer, Unusable> {
        let MailServerSaid { host, port, security, user, from } = self.said.clone();
        let password = match &self.password {
            Password::None => String::new(),
            Password::Known(password) => password.clone(),
            Password::Unreadable => return Err(Unusable::Sealed),
        };
        let encryption = match security {
            MailSecurity::Tls => Encryption::Tls,
            MailSecurity::StartTls => Encryption::StartTls,
            MailSecurity::None => Encryption::None,
        };
        let credentials = (!user.is_empty()).then_some((user, password));
        let settings = MailSettings { host, port, encryption, credentials, from };
        Ok(Mailer::of_form(&settings, hosts)?)
    }
}

/// Why a mail server of a place cannot be used. No other one is used instead: whoever set it wants mails to come from there.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// Its password cannot be opened.
    #[error(
        "the password of the mail server was sealed with another key: enter it again on the page of notifications"
    )]
    Sealed,
    /// What was said about it is not enough.
    #[error(transparent)]
    Mail(#[from] MailError),
}

#[cfg(test)]
mod tests;
