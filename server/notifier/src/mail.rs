//! Telling by mail.

use crate::channels::Outcome;
use lettre::message::{Mailbox, MessageBuilder, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::time::Duration;

/// How long a mail server may take.
const PATIENCE: Duration = Duration::from_secs(15);

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
    /// Without, which only a server on this machine is.
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
    /// Encryption cannot be prepared.
    #[error("encryption of mail cannot be prepared")]
    Tls(#[source] lettre::transport::smtp::Error),
}

/// Sends mail.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// Prepares to send; nobody is asked yet.
    pub fn new(settings: &MailSettings) -> Result<Self, MailError> {
        let from = settings.from.parse().map_err(|_| MailError::From(settings.from.clone()))?;
        let tls = || TlsParameters::new(settings.host.clone()).map_err(MailError::Tls);
        let tls = match settings.encryption {
            Encryption::Tls => Tls::Wrapper(tls()?),
            Encryption::StartTls => Tls::Required(tls()?),
            Encryption::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(PATIENCE));
        if let Some((name, password)) = &settings.credentials {
            builder = builder.credentials(Credentials::new(name.clone(), password.clone()));
        }
        Ok(Self { transport: builder.build(), from })
    }

    /// Sends a text, and the same as a page, to mail addresses with commas between.
    pub async fn send(&self, to: &str, subject: &str, text: String, html: String) -> Outcome {
        self.carry(self.message(to, subject, text, html)).await
    }

    /// Sends a text alone.
    pub async fn send_text(&self, to: &str, subject: &str, text: String) -> Outcome {
        let message = self.addressed(to, subject);
        self.carry(message.and_then(|message| message.body(text).map_err(|error| error.to_string()))).await
    }

    async fn carry(&self, message: Result<Message, String>) -> Outcome {
        let message = match message {
            Ok(message) => message,
            Err(why) => return Outcome::Refused(why),
        };
        match self.transport.send(message).await {
            Ok(_) => Outcome::Taken,
            Err(error) if error.is_permanent() => Outcome::Refused(told(&error)),
            Err(error) => Outcome::Later { why: told(&error), after: None },
        }
    }

    fn message(&self, to: &str, subject: &str, text: String, html: String) -> Result<Message, String> {
        let both = MultiPart::alternative_plain_html(text, html);
        self.addressed(to, subject)?.multipart(both).map_err(|error| error.to_string())
    }

    fn addressed(&self, to: &str, subject: &str) -> Result<MessageBuilder, String> {
        let mut builder: MessageBuilder = Message::builder().from(self.from.clone()).subject(subject);
        for address in to.split(',').map(str::trim).filter(|address| !address.is_empty()) {
            let mailbox =
                address.parse().map_err(|error| format!("{address:?} is no mail address: {error}"))?;
            builder = builder.to(mailbox);
        }
        Ok(builder)
    }
}

fn told(error: &lettre::transport::smtp::Error) -> String {
    format!("the mail server: {}", outbound::innermost(error))
}

/// Whether mail can be sent by this: an address, with a name or without.
pub fn is_sender(text: &str) -> bool {
    text.parse::<Mailbox>().is_ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn mailer() -> Mailer {
        let settings = MailSettings {
            host: "localhost".into(),
            port: 9,
            encryption: Encryption::None,
            credentials: None,
            from: "Orrery <orrery@example.org>".into(),
        };
        Mailer::new(&settings).unwrap()
    }

    #[tokio::test]
    async fn a_mail_holds_its_text_and_its_page_and_nobody_else_gets_it() {
        let message = mailer().message(
            "ada@x.org, bea@x.org",
            "A\r\nBcc: eve@x.org",
            "plain".into(),
            "<p>page</p>".into(),
        );
        let message = message.unwrap();
        let text = String::from_utf8(message.formatted()).unwrap();

        let to: Vec<String> = message.envelope().to().iter().map(ToString::to_string).collect();
        assert_eq!(to, ["ada@x.org", "bea@x.org"]);
        assert!(
            text.contains("multipart/alternative")
                && text.contains("text/plain")
                && text.contains("text/html"),
            "{text}"
        );
        assert!(!text.lines().any(|line| line.starts_with("Bcc:")), "{text}");
        assert!(mailer().message("nobody", "A", String::new(), String::new()).is_err());
    }

    fn of_peer(variable: &str, encryption: Encryption, password: &str) -> Mailer {
        let port = std::env::var(variable).expect("`cargo xtask peers up smtp` says where it answers");
        let settings = MailSettings {
            host: "localhost".into(),
            port: port.parse().unwrap(),
            encryption,
            credentials: Some(("orrery".into(), password.into())),
            from: "Orrery <orrery@example.org>".into(),
        };
        Mailer::new(&settings).unwrap()
    }

    /// What the server has kept that was sent under a subject.
    fn kept(home: &std::path::Path, subject: &str) -> Vec<serde_json::Value> {
        let files = std::fs::read_dir(home.join("mail")).unwrap().map(|file| file.unwrap().path());
        let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
        let read = files.map(|path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap());
        read.filter(|mail: &serde_json::Value| mail["text"].as_str().unwrap().contains(subject)).collect()
    }

    /// In a process of its own: whom to trust is said by its environment.
    #[tokio::test]
    #[ignore = "needs a mail server: run by `cargo xtask test --peers`"]
    async fn mail_is_sent_and_refusals_are_told_apart_on_a_real_mail_server() {
        const PASSWORD: &str = "a password for mail";
        let home = std::path::PathBuf::from(std::env::var("ORRERY_PEER_SMTP_HOME").unwrap());
        let authority = home.join("authority.crt");
        if std::env::var_os("SSL_CERT_FILE").as_deref() != Some(authority.as_os_str()) {
            let stranger = of_peer("ORRERY_PEER_SMTPS", Encryption::Tls, PASSWORD);
            let said = stranger.send("ada@x.org", "S", "t".into(), "p".into()).await;
            assert!(said.why().is_some_and(|why| why.contains("certificate")), "{said:?}");
            let again = std::process::Command::new(std::env::current_exe().unwrap())
                .args([
                    "--exact",
                    "--ignored",
                    "mail::tests::mail_is_sent_and_refusals_are_told_apart_on_a_real_mail_server",
                ])
                .env("SSL_CERT_FILE", &authority)
                .output()
                .unwrap();
            assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stdout));
            return;
        }
        for (variable, encryption) in
            [("ORRERY_PEER_SMTP", Encryption::StartTls), ("ORRERY_PEER_SMTPS", Encryption::Tls)]
        {
            let mailer = of_peer(variable, encryption, PASSWORD);
            let subject = format!("[Firing] {encryption:?} {}", uuid::Uuid::new_v4());
            let text = "first\n.\nQUIT\nlast".to_owned();
            let sent = mailer.send("ada@x.org, bea@x.org", &subject, text, "<p>page</p>".into()).await;
            assert_eq!(sent, Outcome::Taken);

            let kept = kept(&home, &subject);
            assert_eq!(kept.len(), 1, "{kept:?}");
            assert_eq!(
                (&kept[0]["to"], &kept[0]["encrypted"]),
                (&serde_json::json!(["ada@x.org", "bea@x.org"]), &true.into())
            );
            let text = kept[0]["text"].as_str().unwrap();
            assert!(text.contains("<p>page</p>") && text.contains("multipart/alternative"), "{text}");
            assert!(text.contains("last"), "a line with a dot alone ends no mail: {text}");

            let gone = mailer.send("nobody@x.org", "S", "t".into(), "p".into()).await;
            assert!(matches!(&gone, Outcome::Refused(why) if why.contains("no such user")), "{gone:?}");
            let later = mailer.send("later@x.org", "S", "t".into(), "p".into()).await;
            assert!(
                matches!(&later, Outcome::Later { why, .. } if why.contains("try again later")),
                "{later:?}"
            );
            let wrong =
                of_peer(variable, encryption, "wrong").send("ada@x.org", "S", "t".into(), "p".into()).await;
            assert!(
                matches!(&wrong, Outcome::Refused(why) if why.contains("credentials invalid")),
                "{wrong:?}"
            );
        }
    }
}
