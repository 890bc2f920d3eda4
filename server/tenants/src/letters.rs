//! Links to choose a password with, by mail.

use database::unsent_mails::UnsentMail;
use database::{Database, DatabaseError, now_seconds};
use identity::Forgotten;
use model::{ConsoleError, Language, System};
use notifier::{Mailer, Outcome};
use sign_in_contract::{field, path};
use std::sync::Arc;

/// Sends people links to choose a password with. Cheap to clone.
#[derive(Clone)]
pub struct Letters {
    /// The console's tables.
    pub database: Database,
    /// Who carries mail.
    pub mailer: Mailer,
    /// Where people open the console.
    pub public_url: Arc<str>,
}

/// Why it is not settled that a link is on its way.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// It could not be sent, for this reason, which is kept for whoever manages accounts.
    #[error("{0}")]
    Unsent(String),
    /// The mail server has it, and did not say whether it took it. That is kept, too: a link is sent again by hand.
    #[error("{0}")]
    Unknown(String),
    /// What came of it, in these words, cannot be kept.
    #[error("{came}, which cannot be kept")]
    Unkept {
        /// Whether it was sent, and why not.
        came: String,
        /// Why that cannot be kept.
        #[source]
        source: DatabaseError,
    },
}

impl From<LetterError> for ConsoleError {
    fn from(error: LetterError) -> Self {
        match error {
            LetterError::Unsent(cause) => {
                Self::Unavailable { system: System::Mail, cause: cause.into(), may_be_done: false }
            }
            LetterError::Unknown(cause) => {
                Self::Unavailable { system: System::Mail, cause: cause.into(), may_be_done: true }
            }
            LetterError::Unkept { source, .. } => source.into(),
        }
    }
}

impl Letters {
    /// Sends a link, which takes half a minute at most, and keeps with the account what came of it.
    pub async fn send(&self, forgotten: &Forgotten, language: Language) -> Result<(), LetterError> {
        let (subject, text) = letter(&self.public_url, forgotten, language);
        let unsettled = match self.mailer.send_text(&forgotten.email, subject, text).await {
            Outcome::Taken => {
                let forgot = self.database.forget_unsent_mail(forgotten.account).await;
                return forgot.map_err(|source| LetterError::Unkept { came: "it was sent".into(), source });
            }
            Outcome::Refused(why) | Outcome::Later { why, .. } => LetterError::Unsent(why),
            Outcome::Unknown(why) => LetterError::Unknown(why),
        };
        let why = unsettled.to_string();
        let (account_id, tried_at) = (forgotten.account, now_seconds());
        let mail = UnsentMail { account_id, tried_at, why: why.clone(), language };
        match self.database.keep_unsent_mail(&mail).await {
            Ok(()) => Err(unsettled),
            Err(source) => Err(LetterError::Unkept { came: why, source }),
        }
    }
}

/// What stands in the mail. The address is the console's own, and never one that a browser named.
fn letter(console: &str, forgotten: &Forgotten, language: Language) -> (&'static str, String) {
    let (console, name) = (console.trim_end_matches('/'), &forgotten.name);
    let token = model::link::escape(forgotten.token.reveal());
    let link = format!("{console}{}?{}={token}", path::SET_UP, field::TOKEN);
    match language {
        Language::English => (
            "Choose another password",
            format!(
                "Somebody, most likely you, says to have forgotten the password of {name} at {console}.\n\n\
                 Choose another one here within a day:\n{link}\n\n\
                 If it was not you, there is nothing to do: without this link nothing changes.\n"
            ),
        ),
        Language::Chinese => (
            "重新设置密码",
            format!(
                "有人（很可能是您）表示忘记了 {name} 在 {console} 的密码。\n\n请在一天之内通过此链接重新设置：\n{link}\n\n\
                 如果不是您本人，无需任何操作：没有此链接，一切都不会改变。\n"
            ),
        ),
    }
}
