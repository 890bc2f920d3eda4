//! Telling by mail.

mod stream;

use crate::channels::Outcome;
use crate::message::{one_line, shortened};
use lettre::message::{Mailbox, MessageBuilder, MultiPart};
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, MailBodyParameter, MailParameter};
use lettre::{Address, Message};
use notifications_contract::MailStep;
use outbound::{Found, OutboundError, Reach, TrustError};
use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use stream::MailStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

/// How long a mail server may take for a mail, from looking it up to its word that it has the mail.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long it may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);
/// The longest answer that is told, in bytes.
const LONGEST_TOLD: usize = 300;
/// The ways to sign in, the best first. Both show the password, which is why there is encryption.
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// How mail is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct MailSettings {
    /// The server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it is spoken with.
    pub encryption: Encryption,
    /// A name and a password, where it wants them.
    pub credentials: Option<(String, String)>,
    /// Who sends.
    pub from: String,
}

/// How a mail server is spoken with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// With TLS from the beginning (RFC 8314).
    Tls,
    /// With STARTTLS, or not at all.
    StartTls,
    /// Without, which only a server on this machine is, or one that an operator allowed.
    None,
}

impl std::fmt::Debug for MailSettings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { host, port, encryption, credentials, from } = self;
        let name = credentials.as_ref().map(|(name, _)| name);
        write!(formatter, "{host}:{port} {encryption:?} {name:?} {from}")
    }
}

/// Why mail cannot be sent at all.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The sender is no mail address.
    #[error("{0:?} is no mail address")]
    From(String),
    /// The server is no host that a certificate could be for.
    #[error("{0:?} is no host")]
    Host(String),
    /// Encryption cannot be prepared.
    #[error("encryption of mail cannot be prepared")]
    Tls(#[source] smtp::Error),
    /// Nobody can be trusted.
    #[error(transparent)]
    Trust(#[from] TrustError),
}

/// Sends mail. Cheap to clone.
#[derive(Clone)]
pub struct Mailer(Arc<Inner>);

struct Inner {
    settings: MailSettings,
    from: Mailbox,
    reach: Reach,
    begin: Begin,
    patience: Duration,
}

/// How encryption begins.
enum Begin {
    AtOnce(TlsConnector, ServerName<'static>),
    Later(TlsParameters),
    Never,
}

/// What came of a try to send a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The last step that was begun.
    pub step: MailStep,
    /// How it ended.
    pub outcome: Outcome,
}

/// How far a try has come.
struct Progress {
    /// The last step that was begun.
    step: MailStep,
    /// Whether the server has all of the mail, and only its word is missing.
    is_handed_over: bool,
}

/// Why a step failed.
struct Failure {
    why: String,
    /// Whether it makes no sense to try again.
    is_final: bool,
    /// Whether the server itself said so.
    is_answer: bool,
}

impl Failure {
    /// What follows from it. A mail that a server has whole it may have taken, unless it says that it did not.
    fn outcome(self, progress: &Progress) -> Outcome {
        let Self { why, is_final, is_answer } = self;
        match progress.is_handed_over && !is_answer {
            true => Outcome::Unknown(format!(
                "the mail server has the mail and did not say whether it took it, so it is not sent again: {why}"
            )),
            false if is_final => Outcome::Refused(why),
            false => Outcome::Later { why, after: None },
        }
    }
}

impl Mailer {
    /// Prepares to send by a server that an operator named; nobody is asked yet.
    pub fn new(settings: &MailSettings) -> Result<Self, MailError> {
        Self::within(settings, Reach::Anywhere)
    }

    /// Prepares to send by a server that was typed into a form: only one of the public internet and with encryption, or one of
    /// these hosts.
    pub fn of_form(settings: &MailSettings, hosts: &Arc<BTreeSet<String>>) -> Result<Self, MailError> {
        Self::within(settings, Reach::Public(Arc::clone(hosts)))
    }

    fn within(settings: &MailSettings, reach: Reach) -> Result<Self, MailError> {
        let from = settings.from.parse().map_err(|_| MailError::From(settings.from.clone()))?;
        let host = || settings.host.clone();
        let begin = match settings.encryption {
            Encryption::Tls => {
                let name = ServerName::try_from(host()).map_err(|_| MailError::Host(host()))?;
                Begin::AtOnce(TlsConnector::from(Arc::new(outbound::client_config("")?)), name)
            }
            Encryption::StartTls => Begin::Later(TlsParameters::new(host()).map_err(MailError::Tls)?),
            Encryption::None => Begin::Never,
        };
        let (settings, patience) = (settings.clone(), PATIENCE);
        Ok(Self(Arc::new(Inner { settings, from, reach, begin, patience })))
    }

    /// Sends a text, and the same as a page, to mail addresses with commas between.
    pub async fn send(&self, to: &str, subject: &str, text: String, html: String) -> Outcome {
        self.carry(self.message(to, subject, text, html)).await.outcome
    }

    /// Sends a text alone.
    pub async fn send_text(&self, to: &str, subject: &str, text: String) -> Outcome {
        self.try_text(to, subject, text).await.outcome
    }

    /// Sends a text alone, and says how far that came.
    pub async fn try_text(&self, to: &str, subject: &str, text: String) -> Tried {
        let message = self.addressed(to, subject);
        self.carry(message.and_then(|message| message.body(text).map_err(|error| error.to_string()))).await
    }

    async fn carry(&self, message: Result<Message, String>) -> Tried {
        let mut progress = Progress { step: MailStep::Find, is_handed_over: false };
        let message = match message {
            Ok(message) => message,
            Err(why) => return Tried { step: progress.step, outcome: Outcome::Refused(why) },
        };
        let patience = self.0.patience;
        let outcome = match timeout(patience, self.0.hand_over(&message, &mut progress)).await {
            Ok(Ok(mut connection)) => {
                // Whatever comes of this: the mail was taken.
                let _ = timeout(GOODBYE, connection.abort()).await;
                Outcome::Taken
            }
            Ok(Err(failure)) => failure.outcome(&progress),
            Err(_) => {
                let why = format!("the mail server did not answer within {} s", patience.as_secs());
                Failure { why, is_final: false, is_answer: false }.outcome(&progress)
            }
        };
        Tried { step: progress.step, outcome }
    }

    fn message(&self, to: &str, subject: &str, text: String, html: String) -> Result<Message, String> {
        let both = MultiPart::alternative_plain_html(text, html);
        self.addressed(to, subject)?.multipart(both).map_err(|error| error.to_string())
    }

    fn addressed(&self, to: &str, subject: &str) -> Result<MessageBuilder, String> {
        let mut builder: MessageBuilder = Message::builder().from(self.0.from.clone()).subject(subject);
        for address in to.split(',').map(str::trim).filter(|address| !address.is_empty()) {
            let mailbox =
                address.parse().map_err(|error| format!("{address:?} is no mail address: {error}"))?;
            builder = builder.to(mailbox);
        }
        Ok(builder)
    }
}

impl Inner {
    /// Sends a mail; `progress` says how far that came. Has no limit in time of its own.
    async fn hand_over(
        &self,
        message: &Message,
        progress: &mut Progress,
    ) -> Result<AsyncSmtpConnection, Failure> {
        let Progress { step, is_handed_over } = progress;
        let mut connection = self.open(step).await?;
        if let Some((name, password)) = &self.settings.credentials {
            *step = MailStep::Login;
            connection.auth(&MECHANISMS, &Credentials::new(name.clone(), password.clone())).await?;
        }
        let (envelope, content) = (message.envelope(), message.formatted());
        *step = MailStep::Sender;
        let parameters = parameters(envelope.from().into_iter().chain(envelope.to()), &content);
        connection.command(Mail::new(envelope.from().cloned(), parameters)).await?;
        *step = MailStep::Recipients;
        for to in envelope.to() {
            connection.command(Rcpt::new(to.clone(), Vec::new())).await?;
        }
        *step = MailStep::Content;
        connection.command(Data).await?;
        // Asked for once the content is written, before its end is: until then there is nothing that could be taken.
        let written = std::iter::from_fn(|| {
            *is_handed_over = true;
            None
        });
        connection.message_iter(std::iter::once(content.as_slice()).chain(written)).await?;
        Ok(connection)
    }

    /// A connection on which both sides have said who they are, with encryption where there is any.
    async fn open(&self, step: &mut MailStep) -> Result<AsyncSmtpConnection, Failure> {
        let MailSettings { host, port, .. } = &self.settings;
        let is_encrypted = !matches!(self.begin, Begin::Never);
        let found = Found::of(&self.reach, host, *port, is_encrypted).await?;
        *step = MailStep::Connect;
        let stream = found.dial().await?;
        let (peer, own_name) = (stream.peer_addr()?, ClientId::default());
        match &self.begin {
            Begin::AtOnce(connector, name) => {
                *step = MailStep::Encrypt;
                let stream = connector.connect(name.clone(), stream).await?;
                *step = MailStep::Greet;
                let stream = Box::new(MailStream::new(stream, peer));
                Ok(AsyncSmtpConnection::connect_with_transport(stream, &own_name).await?)
            }
            Begin::Later(parameters) => {
                *step = MailStep::Greet;
                let stream = Box::new(MailStream::new(stream, peer));
                let mut connection = AsyncSmtpConnection::connect_with_transport(stream, &own_name).await?;
                *step = MailStep::Encrypt;
                connection.starttls(parameters.clone(), &own_name).await?;
                Ok(connection)
            }
            Begin::Never => {
                *step = MailStep::Greet;
                let stream = Box::new(MailStream::new(stream, peer));
                Ok(AsyncSmtpConnection::connect_with_transport(stream, &own_name).await?)
            }
        }
    }
}

/// What a server has to know about a mail before it comes.
fn parameters<'a>(mut addresses: impl Iterator<Item = &'a Address>, content: &[u8]) -> Vec<MailParameter> {
    let has_letters = addresses.any(|address| !AsRef::<str>::as_ref(address).is_ascii());
    let of_addresses = has_letters.then_some(MailParameter::SmtpUtfEight);
    let of_content = (!content.is_ascii()).then_some(MailParameter::Body(MailBodyParameter::EightBitMime));
    of_addresses.into_iter().chain(of_content).collect()
}

impl From<smtp::Error> for Failure {
    fn from(error: smtp::Error) -> Self {
        let (is_final, is_answer) = (error.is_permanent(), error.status().is_some());
        Self { why: told(&error), is_final, is_answer }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self { why: told(&error), is_final: false, is_answer: false }
    }
}

impl From<OutboundError> for Failure {
    fn from(error: OutboundError) -> Self {
        let is_final = !matches!(error, OutboundError::Unreachable { .. } | OutboundError::Slow { .. });
        let why = match error {
            OutboundError::Insecure(address) => format!(
                "{address} is spoken with in the clear, and no operator of this console allowed it, so nothing is sent there"
            ),
            other => other.to_string(),
        };
        Self { why, is_final, is_answer: false }
    }
}

fn told(error: &(dyn std::error::Error + 'static)) -> String {
    let said = one_line(&outbound::innermost(error));
    format!("the mail server: {}", shortened(said.trim(), LONGEST_TOLD))
}

/// Whether mail can be sent by this: an address, with a name or without.
pub fn is_sender(text: &str) -> bool {
    text.parse::<Mailbox>().is_ok()
}

#[cfg(test)]
pub(crate) mod tests;
