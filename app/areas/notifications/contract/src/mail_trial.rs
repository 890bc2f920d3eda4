//! Trying a mail server out, step by step.

use crate::MailSecurity;
use crate::fields::is_mail_address;
use model::fault::{EntryFault, MailServerFault};
use model::{FieldProblem, Language, Timestamp};
use serde::{Deserialize, Serialize};
use workspaces_contract::MemberPlace;

/// What is done to send a mail, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailStep {
    /// What the name of the host stands for, and whether that may be asked.
    Find,
    /// A connection.
    Connect,
    /// Encryption, with whom it should be.
    Encrypt,
    /// Each says who it is.
    Greet,
    /// Name and password.
    Login,
    /// Who sends.
    Sender,
    /// To whom.
    Recipients,
    /// The mail itself.
    Content,
}

impl MailStep {
    /// Its stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Find => "find",
            Self::Connect => "connect",
            Self::Encrypt => "encrypt",
            Self::Greet => "greet",
            Self::Login => "login",
            Self::Sender => "sender",
            Self::Recipients => "recipients",
            Self::Content => "content",
        }
    }

    /// The steps to a server that is spoken with like this, in their order.
    pub fn all(security: MailSecurity, signs_in: bool) -> Vec<Self> {
        let begun: &[Self] = match security {
            MailSecurity::Tls => &[Self::Find, Self::Connect, Self::Encrypt, Self::Greet],
            MailSecurity::StartTls => &[Self::Find, Self::Connect, Self::Greet, Self::Encrypt],
            MailSecurity::None => &[Self::Find, Self::Connect, Self::Greet],
        };
        let login = signs_in.then_some(Self::Login);
        begun.iter().copied().chain(login).chain([Self::Sender, Self::Recipients, Self::Content]).collect()
    }
}

/// What came of trying a mail server out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailTrial {
    /// When.
    pub at: Timestamp,
    /// To whom a mail was sent.
    pub to: String,
    /// The last step that was begun.
    pub step: MailStep,
    /// Why that one failed; empty when the mail was taken.
    pub problem: String,
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Well.
    Done,
    /// Not.
    Failed,
    /// It was not begun.
    Left,
}

impl MailTrial {
    /// How each step went with a server that is spoken with like this.
    pub fn steps(&self, security: MailSecurity, signs_in: bool) -> Vec<(MailStep, StepState)> {
        let mut state = StepState::Done;
        let went = |step: MailStep| {
            let is_last = step == self.step && !self.problem.is_empty();
            let own = if is_last { StepState::Failed } else { state };
            if is_last {
                state = StepState::Left;
            }
            (step, own)
        };
        MailStep::all(security, signs_in).into_iter().map(went).collect()
    }
}

/// The fields of the form that tries a mail server out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailTrialFields {
    /// Of which place.
    pub place: MemberPlace,
    /// To whom a mail is sent.
    #[serde(default)]
    pub to: String,
    /// The tag of the language in which it is.
    #[serde(default)]
    pub language: String,
}

impl MailTrialFields {
    /// To whom, and in which language, or what is wrong at which field.
    pub fn check(&self) -> Result<(String, Language), Vec<FieldProblem>> {
        let to = self.to.trim();
        if !is_mail_address(to) {
            return Err(vec![FieldProblem::of("to", MailServerFault::To)]);
        }
        let language = Language::ALL.into_iter().find(|language| language.tag() == self.language);
        let language = language.ok_or_else(|| vec![FieldProblem::of("language", EntryFault::Language)]);
        Ok((to.to_owned(), language?))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::ClusterName;

    #[test]
    fn a_trial_tells_of_each_step_how_it_went() {
        let at = |step, problem: &str| MailTrial {
            at: Timestamp(7),
            to: "ada@example.org".into(),
            step,
            problem: problem.into(),
        };

        let failed = at(MailStep::Login, "no").steps(MailSecurity::StartTls, true);
        let words: Vec<_> = failed.iter().map(|(step, state)| (step.word(), *state)).collect();
        let (done, left) = (StepState::Done, StepState::Left);
        let begun = [("find", done), ("connect", done), ("greet", done), ("encrypt", done)];
        let rest = [("login", StepState::Failed), ("sender", left), ("recipients", left), ("content", left)];
        assert_eq!(words, [begun, rest].concat());

        let taken = at(MailStep::Content, "").steps(MailSecurity::None, false);
        assert!(taken.len() == 6 && taken.iter().all(|(_, state)| *state == done), "{taken:?}");
    }

    #[test]
    fn a_trial_goes_to_one_address() {
        let to = |to: &str, language: &str| MailTrialFields {
            place: MemberPlace::Cluster(ClusterName::parse("harbour").unwrap()),
            to: to.into(),
            language: language.into(),
        };

        assert_eq!(
            to(" ada@example.org ", "en").check().unwrap(),
            ("ada@example.org".into(), Language::English)
        );
        for (address, language) in [("", "en"), ("a@x, b@x", "en"), ("a@x\nb@x", "en"), ("a@x", "xx")] {
            assert!(to(address, language).check().is_err(), "{address:?} {language}");
        }
    }
}
