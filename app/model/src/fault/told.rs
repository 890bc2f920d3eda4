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
    /// It has no name.
    #[error("give it a name by which others know it")]
    Nameless,
    /// None of the ways of telling.
    #[error("choose one of the ways")]
    Way,
    /// A secret that is to be replaced and removed at once.
    #[error("enter another one or remove what is kept, not both")]
    NewAndRemoved,
    /// All of a sort, where the way cannot write to all.
    #[error("name them: this way does not write to all of them")]
    NotAll,
    /// It would write to nobody.
    #[error("say whom it writes to")]
    NoAddressee,
    /// A password without a name.
    #[error("is needed where there is a password")]
    NoUser,
    /// A name without a password.
    #[error("is needed where there is a name")]
    NoPassword,
    /// A token beside a name with its password.
    #[error("give a token, or a name and a password")]
    TwoProofs,
    /// A name that could not be told from the password behind it.
    #[error("has no colon in it")]
    Colon,
    /// No web address, or one with a password.
    #[error("write an address like https://hooks.example.org/path, without a name and password")]
    Address,
    /// Among mail addresses, one that is none.
    #[error("{0:?} is no mail address")]
    NoMailAddress(String),
    /// More mail addresses than one receiver has.
    #[error("at most {most} addresses; there are {many}")]
    ManyAddresses {
        /// How many it may have.
        most: usize,
        /// How many there are.
        many: usize,
    },
    /// Among those who are called, one who is neither a number nor an id.
    #[error("{0:?} is no number or id")]
    NoId(String),
    /// Others beside this word, which calls everybody.
    #[error("either {0}, or some")]
    AllAndSome(String),
    /// More than one receiver calls.
    #[error("at most {most}; there are {many}")]
    ManyCalled {
        /// How many it may call.
        most: usize,
        /// How many there are.
        many: usize,
    },
    /// Among quiet times, one that is none.
    #[error("{0:?} is no time: write one like sat 22:00-02:00")]
    NoQuietTime(String),
    /// More quiet times than one receiver has.
    #[error("at most {most} quiet times; there are {many}")]
    ManyQuietTimes {
        /// How many it may have.
        most: usize,
        /// How many there are.
        many: usize,
    },
    /// None of the time zones.
    #[error("choose one of the time zones")]
    Zone,
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
    /// No host.
    #[error("write a host such as mail.example.org, without scheme, port and path")]
    Host,
    /// No port.
    #[error("must be a number from 1 to 65535, or empty")]
    Port,
    /// A password without a name.
    #[error("a password is for a name")]
    NoUser,
    /// Who sends is no address.
    #[error("write an address like Orrery <orrery@example.org>")]
    From,
    /// To whom a trial goes is no address, or several.
    #[error("write one mail address")]
    To,
}
