#![doc = include_str!("../README.md")]

mod alerts;
mod channels;
mod hearing;
mod look;
mod mail;
mod mail_server;
mod message;
mod quiet;
mod receiver;
mod rounds;
mod send;
mod template;
mod tokens;
mod words;

pub use alerts::{Alerts, OfClusters};
pub use channels::{Bases, Outcome};
pub use mail::{Encryption, MailError, MailSettings, Mailer, Tried, is_sender};
pub use mail_server::{MailServer, MailServerSaid, Unusable};
pub use receiver::{Receiver, Said, Secrets, target};

use crate::message::Message;
use crate::send::Sender;
use crate::tokens::Tokens;
use crate::words::Words;
use database::deliveries::{DeliveryState, NewDelivery};
use database::mail_servers::StoredMailServer;
use database::members::Place;
use database::receivers::StoredReceiver;
use database::{Database, DatabaseError, now_seconds};
use identity::Seal;
use model::{FieldProblem, Language};
use notifications_contract::{MessageTemplate, Reason, TemplatePreview};
use outbound::{Limits, Outbound, OutboundError, Reach};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Answers are short words.
const LIMITS: Limits = Limits { patience: Duration::from_secs(10), longest_answer: 64 * 1024 };

/// The longest text of a preview, in bytes.
const LONGEST_PREVIEW: usize = 10_000;

/// What telling needs.
pub struct Parts {
    /// The console's tables.
    pub database: Database,
    /// With what secrets in them are sealed.
    pub seal: Seal,
    /// What fires.
    pub alerts: Arc<dyn Alerts>,
    /// Where people open the console, without a slash at its end.
    pub public_url: String,
    /// Hosts to which messages may go although they are not public, in small letters.
    pub hosts: BTreeSet<String>,
    /// How mail is sent, if it is.
    pub mailer: Option<Mailer>,
    /// Where services are that have one address for everybody.
    pub bases: Bases,
}

/// Why a message was not delivered now.
#[derive(Debug, thiserror::Error)]
pub enum TellError {
    /// The receiver's system, or the way to it, said so.
    #[error("{0}")]
    Undelivered(String),
    /// The receiver's system has it, and did not say whether it took it.
    #[error("{0}")]
    Unknown(String),
    /// The tables failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Tells receivers of alerts. Cheap to clone; ends with its last clone.
#[derive(Clone)]
pub struct Notifier(Arc<Inner>);

struct Inner {
    database: Database,
    seal: Seal,
    alerts: Arc<dyn Alerts>,
    sender: Sender,
    /// Names this replica for the lease.
    holder: String,
    asked: Notify,
    /// Tells the time, in seconds since 1970.
    clock: Clock,
    end: CancellationToken,
}

type Clock = Box<dyn Fn() -> i64 + Send + Sync>;

impl Drop for Inner {
    fn drop(&mut self) {
        self.end.cancel();
    }
}

impl Notifier {
    /// Begins to tell.
    pub fn start(parts: Parts) -> Result<Self, OutboundError> {
        let notifier = Self::new(parts)?;
        let rounds = rounds::keep(Arc::downgrade(&notifier.0));
        tokio::spawn(notifier.0.end.clone().run_until_cancelled_owned(rounds));
        Ok(notifier)
    }

    /// Prepares everything, and tells nobody yet.
    fn new(parts: Parts) -> Result<Self, OutboundError> {
        Self::by(Box::new(now_seconds), parts)
    }

    fn by(clock: Clock, parts: Parts) -> Result<Self, OutboundError> {
        let Parts { database, seal, alerts, public_url, hosts, mailer, bases } = parts;
        let hosts = Arc::new(hosts);
        let outbound = Outbound::new(Reach::Public(Arc::clone(&hosts)), LIMITS, "")?;
        let (tables, opening) = (database.clone(), seal.clone());
        let tokens = Tokens::default();
        let sender =
            Sender { outbound, mailer, database: tables, seal: opening, hosts, bases, public_url, tokens };
        let (holder, end) = (Uuid::new_v4().to_string(), CancellationToken::new());
        let asked = Notify::new();
        Ok(Self(Arc::new(Inner { database, seal, alerts, sender, holder, asked, clock, end })))
    }

    /// Whether the console sends mail for places that have no mail server of their own.
    pub fn has_mailer(&self) -> bool {
        self.0.sender.mailer.is_some()
    }

    /// Whether anybody sends mail to the receivers of a place; none is the whole console.
    pub async fn has_mail(&self, place: Option<&Place>) -> Result<bool, DatabaseError> {
        match place {
            Some(place) if !self.has_mailer() => Ok(self.0.database.mail_server_for(place).await?.is_some()),
            _ => Ok(self.has_mailer()),
        }
    }

    /// The mail server of a place with its password, as it is kept.
    pub fn read_mail_server(&self, stored: &StoredMailServer) -> Result<MailServer, DatabaseError> {
        MailServer::read(stored, &self.0.seal)
    }

    /// The sealed form of the password for the mail server of a place.
    pub fn seal_mail_password(&self, place: &Place, password: &str) -> String {
        mail_server::seal(&self.0.seal, place, password)
    }

    /// Sends a mail that says that it is a trial by the mail server of a place, and says how far that came.
    pub async fn try_mail_server(
        &self,
        server: &MailServer,
        to: &str,
        language: Language,
    ) -> Result<Tried, Unusable> {
        let words = Words::of(language);
        let text = format!("{}\n\n{}\n", words.trial_of_mail, self.0.sender.public_url);
        Ok(server.mailer(&self.0.sender.hosts)?.try_text(to, words.test_subject, text).await)
    }

    /// A receiver with its secrets, as it is kept; `None` when it cannot be read.
    pub fn read(&self, stored: &StoredReceiver) -> Option<Receiver> {
        Receiver::read(stored, &self.0.seal)
    }

    /// The sealed form of a receiver's secrets.
    pub fn seal(&self, id: Uuid, secrets: &Secrets) -> String {
        receiver::seal(&self.0.seal, id, secrets)
    }

    /// Looks at receivers and alerts as soon as possible: something about them changed.
    pub fn look_again(&self) {
        self.0.asked.notify_one();
    }

    /// What a receiver would be told by a template, of alerts that are made up.
    pub fn preview(&self, receiver: &Receiver, template: MessageTemplate) -> TemplatePreview {
        let mut receiver = receiver.clone();
        receiver.said.template = template;
        let message = Message::example(now_seconds());
        let said = self.0.sender.render(&receiver, Reason::Firing, &message);
        let wrong = [("subject", said.own_subject().err()), ("text", said.own_text().err())];
        let wrong = wrong.into_iter().filter_map(|(field, words)| Some(FieldProblem::new(field, words?)));
        let wrong: Vec<FieldProblem> = wrong.collect();
        if !wrong.is_empty() {
            return TemplatePreview::Wrong(wrong);
        }
        let (subject, text) = (said.subject(), said.text(LONGEST_PREVIEW));
        let text = text.strip_prefix(&subject).unwrap_or(&text).trim_start_matches('\n').to_owned();
        TemplatePreview::Shown { subject, text }
    }

    /// Sends a message that says that it is a trial, and waits for what comes of it.
    pub async fn test(&self, receiver: &Receiver) -> Result<(), TellError> {
        let message = Message::test(now_seconds());
        let said = self.0.sender.render(receiver, Reason::Test, &message);
        let new = NewDelivery {
            receiver: receiver.id,
            reason: Reason::Test.word().to_owned(),
            subject: said.subject(),
            content: message.to_json(),
        };
        let id = self.0.database.begin_delivery(&new).await?;
        let outcome = self.0.sender.send(receiver, Reason::Test, &message, id).await;
        // Nobody waits for a second try of a trial.
        let (state, told) = match &outcome {
            Outcome::Taken => (DeliveryState::Sent, Ok(())),
            Outcome::Unknown(why) => (DeliveryState::Unknown, Err(TellError::Unknown(why.clone()))),
            Outcome::Refused(why) | Outcome::Later { why, .. } => {
                (DeliveryState::Failed, Err(TellError::Undelivered(why.clone())))
            }
        };
        let problem = outcome.why().unwrap_or_default();
        self.0.database.end_delivery(id, state, now_seconds(), problem).await?;
        told
    }
}

#[cfg(test)]
mod tests;
