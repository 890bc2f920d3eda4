//! Sending one message.

use crate::channels::{self, Bases, Outcome};
use crate::mail::Mailer;
use crate::message::{Message, Rendering};
use crate::receiver::Receiver;
use database::now_seconds;
use notifications_contract::Reason;
use outbound::{Outbound, OutboundError};
use uuid::Uuid;

/// The longest mail, in bytes.
const MAIL_BYTES: usize = 100_000;

/// Who carries messages.
pub struct Sender {
    pub outbound: Outbound,
    pub mailer: Option<Mailer>,
    pub bases: Bases,
    pub public_url: String,
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
        let outcome = match (&self.mailer, channel) {
            (Some(mailer), "email") => {
                let (subject, text) = (said.subject(), said.text(MAIL_BYTES));
                match said.html() {
                    Ok(html) => mailer.send(receiver.value("to"), &subject, text, html).await,
                    Err(why) => Outcome::Refused(format!("the message cannot be written: {why}")),
                }
            }
            (None, "email") => {
                Outcome::Refused("this console sends no mail: an operator has to set smtp".into())
            }
            _ => self.send_requests(&said).await,
        };
        let word = match &outcome {
            Outcome::Taken => "sent",
            Outcome::Later { .. } => "later",
            Outcome::Refused(_) => "refused",
        };
        metrics::counter!("orrery_notifications_total", "channel" => channel, "outcome" => word).increment(1);
        if let Some(why) = outcome.why() {
            tracing::warn!(delivery = %id, receiver = %receiver.id, channel, why, "A receiver could not be told");
        }
        outcome
    }

    async fn send_requests(&self, said: &Rendering<'_>) -> Outcome {
        let Ok(requests) = channels::requests(said, &self.bases, now_seconds()) else {
            return Outcome::Refused("its address or its secret holds what may not be sent".into());
        };
        for request in requests {
            let outcome = match self.outbound.send(request).await {
                Ok(answer) => channels::outcome(said.receiver.channel.word, &answer),
                Err(error) => of_error(said.receiver.channel.word, &error),
            };
            if outcome != Outcome::Taken {
                return outcome;
            }
        }
        Outcome::Taken
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
