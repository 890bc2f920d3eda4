//! The form of a place's mail server, and what is wrong with it.

use crate::fields::{is_mail_address, line};
use model::fault::{EntryFault, MailServerFault};
use model::{Fault, FieldProblem};
use serde::{Deserialize, Serialize};
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
        let mut read = |field: &str, value: Result<String, Fault>| {
            value.unwrap_or_else(|fault| {
                problems.push(FieldProblem::of(field, fault));
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
                problems.push(FieldProblem::of("port", MailServerFault::Port));
                0
            }),
        };
        let wrong = |field: &str| problems.iter().any(|problem| problem.field == field);
        if !password.is_empty() && user.is_empty() && !wrong("user") {
            problems.push(FieldProblem::of("user", MailServerFault::NoUser));
        } else if password.is_empty() && !user.is_empty() && !is_kept && !wrong("password") {
            problems.push(FieldProblem::of("password", EntryFault::Empty));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let password = (!password.is_empty()).then_some(password);
        Ok(CheckedMailServer { host, port, security: self.security, user, password, from })
    }
}

fn host(value: &str) -> Result<String, Fault> {
    let host = value.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase();
    let is_part = |part: &str| {
        (1..=LONGEST_LABEL).contains(&part.len())
            && part.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'))
    };
    let is_name = host.len() <= LONGEST_HOST && host.split('.').all(is_part);
    match value {
        "" => Err(EntryFault::Empty.into()),
        _ if is_name || host.parse::<IpAddr>().is_ok() => Ok(host),
        _ => Err(MailServerFault::Host.into()),
    }
}

/// Who sends: `ada@example.org`, or `Ada <ada@example.org>`.
fn sender(value: &str) -> Result<String, Fault> {
    let address = match value.split_once('<') {
        None => Some(value),
        Some((_, rest)) => rest.strip_suffix('>'),
    };
    match address {
        _ if value.is_empty() => Err(EntryFault::Empty.into()),
        Some(address) if is_mail_address(address) => line(value),
        _ => Err(MailServerFault::From.into()),
    }
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
}
