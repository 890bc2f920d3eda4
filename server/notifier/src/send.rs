//! Sending one message.

use crate::channels::{self, Bases, Outcome};
use crate::mail::Mailer;
use crate::mail_server::MailServer;
use crate::message::{Message, Rendering};
use crate::receiver::Receiver;
use crate::tokens::{Key, Tokens};
use bytes::Bytes;
use database::members::Place;
use database::{Database, now_seconds};
use http::Request;
use identity::Seal;
use notifications_contract::Reason;
use outbound::{Outbound, OutboundError};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;
use uuid::Uuid;

/// The longest mail, in bytes.
const MAIL_BYTES: usize = 100_000;

/// Who carries messages.
pub struct Sender {
    pub outbound: Outbound,
    /// The console's own, for places without a mail server of their own.
    pub mailer: Option<Mailer>,
    /// Where those of places are kept, with what opens their passwords, and which of their hosts may be anywhere.
    pub database: Database,
    pub seal: Seal,
    pub hosts: Arc<BTreeSet<String>>,
    pub bases: Bases,
    pub public_url: String,
    /// What apps were given, shared by all receivers of an app.
    pub tokens: Tokens,
}

/// What came of telling with a token.
struct Told {
    outcome: Outcome,
    /// The token does not hold any more, so that nothing was taken.
    is_token_gone: bool,
}

impl From<Outcome> for Told {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, is_token_gone: false }
    }
}

fn unsendable() -> Outcome {
    Outcome::Refused("its address or its secret holds what may not be sent".into())
}

impl Sender {
    /// A message in the words of its receiver.
    pub fn render<'m>(
        &'m self,
        receiver: &'m Receiver,
        reason: Reason,
        message: &'m Message,
    ) -> Rendering<'m> {
        Rendering { receiver, reason, message, public_url: &self.public_url }
    }

    /// Tries to tell a receiver.
    pub async fn send(&self, receiver: &Receiver, reason: Reason, message: &Message, id: Uuid) -> Outcome {
        let said = self.render(receiver, reason, message);
        let channel = receiver.channel.word;
        let outcome = match channel {
            "email" => self.send_mail(receiver, &said).await,
            _ => self.send_requests(&said).await,
        };
        let word = match &outcome {
            Outcome::Taken => "sent",
            Outcome::Later { .. } => "later",
            Outcome::Refused(_) => "refused",
            Outcome::Unknown(_) => "unknown",
        };
        metrics::counter!("orrery_notifications_total", "channel" => channel, "outcome" => word).increment(1);
        if let Some(why) = outcome.why() {
            tracing::warn!(delivery = %id, receiver = %receiver.id, channel, why, "A receiver could not be told");
        }
        outcome
    }

    async fn send_mail(&self, receiver: &Receiver, said: &Rendering<'_>) -> Outcome {
        let mailer = match self.mailer_for(receiver.place.as_ref()).await {
            Ok(mailer) => mailer,
            Err(outcome) => return outcome,
        };
        let (subject, text) = (said.subject(), said.text(MAIL_BYTES));
        match said.html() {
            Ok(html) => mailer.send(receiver.value("to"), &subject, text, html).await,
            Err(why) => Outcome::Refused(format!("the message cannot be written: {why}")),
        }
    }

    /// Who sends mails to the receivers of a place: the mail server of that place or of the nearest one around it, and the
    /// console's own where there is none. One that is there and cannot be used is not passed over.
    async fn mailer_for(&self, place: Option<&Place>) -> Result<Mailer, Outcome> {
        let own = match place {
            Some(place) => self.database.mail_server_for(place).await,
            None => Ok(None),
        };
        let later = |error: &dyn std::error::Error| Outcome::Later {
            why: format!("it is not known which mail server sends: {error}"),
            after: None,
        };
        match own.map_err(|error| later(&error))? {
            Some(stored) => {
                let server = MailServer::read(&stored, &self.seal).map_err(|error| later(&error))?;
                server.mailer(&self.hosts).map_err(|error| Outcome::Refused(error.to_string()))
            }
            None => {
                let nobody =
                    "nobody sends mail for this place: set a mail server for it, or an operator sets smtp";
                self.mailer.clone().ok_or_else(|| Outcome::Refused(nobody.into()))
            }
        }
    }

    /// Sends what tells a receiver; with a token that is kept, where it is an app's, and with a new one where that does not hold.
    async fn send_requests(&self, said: &Rendering<'_>) -> Outcome {
        let asking = match channels::token_request(said.receiver, &self.bases) {
            Ok(Some(asking)) => asking,
            Ok(None) => return self.tell(said, "").await.outcome,
            Err(_) => return unsendable(),
        };
        let key = Key::of(&asking);
        if let Some(token) = self.tokens.get(key, Instant::now()) {
            let told = self.tell_by(key, said, &token).await;
            if !told.is_token_gone {
                return told.outcome;
            }
        }
        match self.token(said.receiver.channel.word, key, asking).await {
            Ok(token) => self.tell_by(key, said, &token).await.outcome,
            Err(outcome) => outcome,
        }
    }

    /// What an app is to show with its messages. Nothing was sent yet where it does not get that.
    async fn token(&self, channel: &str, key: Key, asking: Request<Bytes>) -> Result<String, Outcome> {
        let answer = self.outbound.send(asking).await.map_err(|error| of_error(channel, &error))?;
        let given = channels::token_in(channel, &answer)?;
        self.tokens.keep(key, &given, Instant::now());
        Ok(given.text)
    }

    /// Tells with a token, which is forgotten where it does not hold.
    async fn tell_by(&self, key: Key, said: &Rendering<'_>, token: &str) -> Told {
        let told = self.tell(said, token).await;
        if told.is_token_gone {
            self.tokens.forget(key, token);
        }
        told
    }

    async fn tell(&self, said: &Rendering<'_>, token: &str) -> Told {
        let channel = said.receiver.channel.word;
        let Ok(requests) = channels::requests(said, &self.bases, now_seconds(), token) else {
            return unsendable().into();
        };
        for request in requests {
            let told = match self.outbound.send(request).await {
                Ok(answer) => Told {
                    outcome: channels::outcome(channel, &answer),
                    is_token_gone: channels::is_token_gone(channel, &answer),
                },
                Err(error) => of_error(channel, &error).into(),
            };
            if told.outcome != Outcome::Taken {
                return told;
            }
        }
        Outcome::Taken.into()
    }
}

/// What a failure on the way means: some pass, and some are what somebody has to mend.
fn of_error(channel: &str, error: &OutboundError) -> Outcome {
    let why = error.to_string();
    match error {
        OutboundError::Long { status, .. } => channels::outcome_unread(channel, *status, why),
        OutboundError::Slow { .. } | OutboundError::Unreachable { .. } => Outcome::Later { why, after: None },
        _ => Outcome::Refused(why),
    }
}

#[cfg(test)]
mod tests;
