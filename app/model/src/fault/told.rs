//! What can be wrong with who is told of alerts, and with what carries mail.

use serde::{Deserialize, Serialize};

/// What is wrong with a receiver of alerts, or keeps messages from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ReceiverFault {
    /// It is not what the form began with.
    #[error("somebody else changed this receiver since you opened it: reload the page and change it again")]
    Changed,
    /// Its way has no words that a template could say.
    #[error("this way takes fields and no words")]
    NoWords,
    /// It is told by mail, which nobody sends.
    #[error("nobody sends mail for this place: set a mail server for it first, or an operator sets smtp")]
    NoMail,
    /// A secret that was typed for another address.
    #[error("enter it again: it was for another address")]
    SecretElsewhere,
    /// A message did not get there, for this reason.
    #[error("the message was not delivered: {0}")]
    Undelivered(String),
}

/// What is wrong with a mail server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum MailServerFault {
    /// It is not what the form began with.
    #[error(
        "somebody else changed this mail server since you opened it: reload the page and change it again"
    )]
    Changed,
    /// A password that was typed for another server.
    #[error("enter it again: it was for another server, name or encryption")]
    PasswordElsewhere,
    /// No address that mail can come from.
    #[error("no mail can be sent from this address")]
    Sender,
}
