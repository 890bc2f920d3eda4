//! Mail servers of places: who sends the mails to receivers there instead of the console's own.

use crate::fields::{is_mail_address, line};
use async_trait::async_trait;
use leptos::prelude::*;
use model::{ConsoleError, FieldProblem, Language, Timestamp};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;
use std::net::IpAddr;
use workspaces_contract::MemberPlace;

/// The longest name of a host (RFC 1035).
const LONGEST_HOST: usize = 253;
/// The longest part of one.
const LONGEST_LABEL: usize = 63;

/// How a mail server is spoken with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// With TLS from the beginning.
    #[default]
    Tls,
    /// In the clear until both sides begin TLS, and not at all without it.
    StartTls,
    /// In the clear, which only hosts are that an operator allowed.
    None,
}

impl MailSecurity {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Tls, Self::StartTls, Self::None];

    /// Its stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::StartTls => "starttls",
            Self::None => "none",
        }
    }

    /// The port where it is usual.
    pub fn port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }
}

/// The fields of the form of a place's mail server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailServerFields {
    /// For which place.
    pub place: MemberPlace,
    /// What was read, empty where there was none: saving over another version is refused.
    #[serde(default)]
    pub version: String,
    /// The server.
    #[serde(default)]
    pub host: String,
    /// Its port; empty for the usual one.
    #[serde(default)]
    pub port: String,
    /// How it is spoken with.
    #[serde(default)]
    pub security: MailSecurity,
    /// As whom the console signs in; empty for not at all.
    #[serde(default)]
    pub user: String,
    /// With which password. It is never sent back; empty keeps the one that is there.
    #[serde(default)]
    pub password: String,
    /// Who sends: an address, with a name or without.
    #[serde(default)]
    pub from: String,
}

/// A mail server that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedMailServer {
    /// The server, in small letters.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it is spoken with.
    pub security: MailSecurity,
    /// As whom the console signs in; empty for not at all.
    pub user: String,
    /// With which password; none where the one that is kept stays, or none is needed.
    pub password: Option<String>,
    /// Who sends.
    pub from: String,
}

impl MailServerFields {
    /// An empty form.
    pub fn new(place: MemberPlace) -> Self {
        Self {
            place,
            version: String::new(),
            host: String::new(),
            port: String::new(),
            security: MailSecurity::default(),
            user: String::new(),
            password: String::new(),
            from: String::new(),
        }
    }

    /// A mail server that can be kept, or what is wrong at which field. `is_kept` is whether there is a password already.
    pub fn check(&self, is_kept: bool) -> Result<CheckedMailServer, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let mut read = |field: &str, value: Result<String, String>| {
            value.unwrap_or_else(|message| {
                problems.push(FieldProblem::new(field, message));
                String::new()
            })
        };
        let host = read("host", host(self.host.trim()));
        let user = read("user", line(self.user.trim()));
        let from = read("from", sender(self.from.trim()));
        let password = read("password", line(&self.password));
        let port = match self.port.trim() {
            "" => self.security.port(),
            port => port.parse::<u16>().ok().filter(|port| *port != 0).unwrap_or_else(|| {
                problems.push(FieldProblem::new("port", "a number from 1 to 65535, or nothing"));
                0
            }),
        };
        let wrong = |field: &str| problems.iter().any(|problem| problem.field == field);
        if !password.is_empty() && user.is_empty() && !wrong("user") {
            problems.push(FieldProblem::new("user", "a password is for a name"));
        } else if password.is_empty() && !user.is_empty() && !is_kept && !wrong("password") {
            problems.push(FieldProblem::new("password", "is needed"));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let password = (!password.is_empty()).then_some(password);
        Ok(CheckedMailServer { host, port, security: self.security, user, password, from })
    }
}

fn host(value: &str) -> Result<String, String> {
    let host = value.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase();
    let is_part = |part: &str| {
        (1..=LONGEST_LABEL).contains(&part.len())
            && part.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'))
    };
    let is_name = host.len() <= LONGEST_HOST && host.split('.').all(is_part);
    match value {
        "" => Err("is needed".to_owned()),
        _ if is_name || host.parse::<IpAddr>().is_ok() => Ok(host),
        _ => Err("write a host such as mail.example.org, without scheme, port and path".to_owned()),
    }
}

/// Who sends: `ada@example.org`, or `Ada <ada@example.org>`.
fn sender(value: &str) -> Result<String, String> {
    let address = match value.split_once('<') {
        None => Some(value),
        Some((_, rest)) => rest.strip_suffix('>'),
    };
    match address {
        _ if value.is_empty() => Err("is needed".to_owned()),
        Some(address) if is_mail_address(address) => line(value),
        _ => Err("write an address like Orrery <orrery@example.org>".to_owned()),
    }
}

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
            return Err(vec![FieldProblem::new("to", "write one mail address")]);
        }
        let language = Language::ALL.into_iter().find(|language| language.tag() == self.language);
        let language =
            language.ok_or_else(|| vec![FieldProblem::new("language", "choose one of the languages")]);
        Ok((to.to_owned(), language?))
    }
}

/// Questions and commands about mail servers of places, on behalf of one caller.
#[async_trait]
pub trait MailServers: Send + Sync {
    /// Those that the caller may see.
    async fn mail_servers(&self) -> Result<MailServerList, ConsoleError>;
    /// That of a place, or what its form begins with.
    async fn mail_server(&self, place: MemberPlace) -> Result<MailServerView, ConsoleError>;
    /// Keeps the mail server of a place, new or changed.
    async fn save_mail_server(&self, fields: MailServerFields) -> Result<(), ConsoleError>;
    /// Takes it away: the one of the next place around sends again.
    async fn remove_mail_server(&self, place: MemberPlace) -> Result<(), ConsoleError>;
    /// Sends a mail by it now that says that it is a trial, and keeps what came of it.
    async fn try_mail_server(&self, fields: MailTrialFields) -> Result<(), ConsoleError>;
}

/// The mail servers that the caller may see.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MailServerList {
    /// By place.
    pub servers: Vec<MailServerRow>,
    /// Where the caller may set one.
    pub places: Vec<MemberPlace>,
}

/// A mail server in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MailServerRow {
    /// Whose.
    pub place: MemberPlace,
    /// Its host and port.
    pub address: String,
    /// Who sends.
    pub from: String,
    /// What came of trying it out last, since it is as it is.
    pub trial: Option<MailTrial>,
    /// Whether its password can be used: it was sealed with the key that the console has.
    pub is_readable: bool,
}

/// The mail server of a place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MailServerView {
    /// What its form shows: everything but the password. Without a version there is none.
    pub fields: MailServerFields,
    /// Whether there is a password that can be used.
    pub is_kept: bool,
    /// Whether its password, if it has one, can be used.
    pub is_readable: bool,
    /// What came of trying it out last, since it is as it is.
    pub trial: Option<MailTrial>,
    /// Whether the caller may change it.
    pub may_change: bool,
    /// Who sends where the place has none of its own.
    pub otherwise: OtherSender,
}

/// Who sends mails to the receivers of a place that has no mail server of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OtherSender {
    /// The mail server of a place around.
    Of(MemberPlace),
    /// The console's own.
    Console,
    /// Nobody.
    Nobody,
}

/// The mail servers that the caller may see.
#[server(endpoint = "notifications/mail-servers", input = Json)]
pub async fn read_mail_servers() -> Result<MailServerList, ConsoleError> {
    model::port::<dyn MailServers>()?.mail_servers().await
}

/// The mail server of a place.
#[server(endpoint = "notifications/mail-server", input = Json)]
pub async fn read_mail_server(
    /// Of which.
    place: MemberPlace,
) -> Result<MailServerView, ConsoleError> {
    model::port::<dyn MailServers>()?.mail_server(place).await
}

/// Keeps the mail server of a place.
#[server(endpoint = "notifications/save-mail-server")]
pub async fn save_mail_server(
    /// The fields of the form.
    fields: MailServerFields,
) -> Result<(), ConsoleError> {
    let next = model::link::mail_server(&fields.place.to_string());
    model::port::<dyn MailServers>()?.save_mail_server(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Takes the mail server of a place away.
#[server(endpoint = "notifications/remove-mail-server")]
pub async fn remove_mail_server(
    /// Of which.
    place: MemberPlace,
) -> Result<(), ConsoleError> {
    model::port::<dyn MailServers>()?.remove_mail_server(place).await?;
    model::go_to(model::link::NOTIFICATIONS);
    Ok(())
}

/// Sends a mail by the mail server of a place that says that it is a trial.
#[server(endpoint = "notifications/try-mail-server")]
pub async fn try_mail_server(
    /// The fields of the form.
    fields: MailTrialFields,
) -> Result<(), ConsoleError> {
    let next = model::link::mail_server(&fields.place.to_string());
    model::port::<dyn MailServers>()?.try_mail_server(fields).await?;
    model::go_to(&next);
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::ClusterName;

    fn form() -> MailServerFields {
        MailServerFields {
            host: "mail.example.org".into(),
            from: "Shop <shop@example.org>".into(),
            ..MailServerFields::new(MemberPlace::Cluster(ClusterName::parse("harbour").unwrap()))
        }
    }

    fn wrong(fields: &MailServerFields, is_kept: bool) -> Vec<String> {
        let problems = fields.check(is_kept).unwrap_err();
        problems.into_iter().map(|problem| problem.field).collect()
    }

    #[test]
    fn what_is_left_empty_is_what_is_usual() {
        let checked = form().check(false).unwrap();
        assert_eq!((checked.port, checked.password, checked.user.as_str()), (465, None, ""));

        let with = MailServerFields {
            host: "[FE80::1]".into(),
            port: " 2525 ".into(),
            security: MailSecurity::StartTls,
            user: "ada".into(),
            password: " hush ".into(),
            ..form()
        };
        let checked = with.check(false).unwrap();
        assert_eq!((checked.host.as_str(), checked.port), ("fe80::1", 2525));
        assert_eq!(checked.password.as_deref(), Some(" hush "), "a password is kept as it was typed");
    }

    #[test]
    fn each_field_says_what_is_wrong_with_it() {
        let empty = MailServerFields::new(form().place);
        assert_eq!(wrong(&empty, false), ["host", "from"]);
        for host in ["https://mail.example.org", "mail:25", "a..b", "a b", "mail.example.org/x", "ä.example"]
        {
            assert_eq!(wrong(&MailServerFields { host: host.into(), ..form() }, false), ["host"], "{host}");
        }
        for port in ["0", "65536", "smtp"] {
            assert_eq!(wrong(&MailServerFields { port: port.into(), ..form() }, false), ["port"], "{port}");
        }
        for from in ["shop", "Shop <shop>", "Shop <a@x", "a@x\r\nBcc: b@y", "A\r\nBcc: b@y <a@x>"] {
            assert_eq!(wrong(&MailServerFields { from: from.into(), ..form() }, false), ["from"], "{from}");
        }
    }

    #[test]
    fn a_name_has_a_password_and_a_password_a_name() {
        let named = MailServerFields { user: "ada".into(), ..form() };
        assert_eq!(wrong(&named, false), ["password"]);
        assert_eq!(named.check(true).unwrap().password, None, "the one that is kept stays");
        let nameless = MailServerFields { password: "hush".into(), ..form() };
        assert_eq!(wrong(&nameless, true), ["user"]);
    }

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
            place: form().place,
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
