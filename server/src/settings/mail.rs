//! How mail is sent.

use super::{Reader, SettingsError};
use notifier::{Encryption, MailSettings};
use std::fs;

/// The server, its password and the sender.
pub fn read(reader: &mut Reader<'_>) -> Option<MailSettings> {
    let server = reader.read("smtp", server);
    let password = reader.read("smtp-password-file", |file| {
        let text = fs::read_to_string(file);
        text.map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
            .map_err(|error| format!("names a file that cannot be read: {error}"))
    });
    let from = reader.read("mail-from", |text| {
        let wrong = "is no mail address such as Orrery <orrery@example.org>";
        if notifier::is_sender(text) { Ok(text.to_owned()) } else { Err(wrong.into()) }
    });
    let mut together = |sentence: &str| reader.errors.push(SettingsError::Together(sentence.into()));
    let Some(mut server) = server else {
        if password.is_some() || from.is_some() {
            together("smtp-password-file and mail-from are for smtp, which is not set");
        }
        return None;
    };
    match (password, &mut server.credentials) {
        (Some(password), Some((_, own))) => *own = password,
        (Some(_), None) => together("smtp-password-file is for the name in smtp, such as smtps://name@host"),
        (None, _) => {}
    }
    match from {
        Some(from) => server.from = from,
        None => together("smtp needs mail-from: who sends mail"),
    }
    Some(server)
}

fn server(text: &str) -> Result<MailSettings, String> {
    let wrong = || "is not smtps://name:password@host:port or smtp://name:password@host:port".to_owned();
    let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
    let (user, place) = rest.rsplit_once('@').map_or((None, rest), |(user, place)| (Some(user), place));
    let place: http::uri::Authority = place.trim_end_matches('/').parse().map_err(|_| wrong())?;
    let host = place.host().trim_start_matches('[').trim_end_matches(']').to_owned();
    let encryption = match scheme {
        "smtps" => Encryption::Tls,
        "smtp" if outbound::is_this_machine(&host) => Encryption::None,
        "smtp" => Encryption::StartTls,
        _ => return Err(wrong()),
    };
    if host.is_empty() {
        return Err(wrong());
    }
    let port = place.port_u16().unwrap_or(if encryption == Encryption::Tls { 465 } else { 587 });
    // Both may hold what an address may not: they are written in the way of addresses.
    let credentials = user.map(|user| {
        let (name, password) = user.split_once(':').unwrap_or((user, ""));
        (model::link::unescape(name), model::link::unescape(password))
    });
    Ok(MailSettings { host, port, encryption, credentials, from: String::new() })
}

/// A host, as addresses are compared with it.
pub fn host(text: &str) -> Result<String, String> {
    let host = text.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase();
    let is_host = !host.is_empty()
        && (host.parse::<std::net::IpAddr>().is_ok()
            || host
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_')));
    if is_host { Ok(host) } else { Err("is not a host without scheme, port and path".into()) }
}

/// As it is shown: without what is secret.
pub fn shown(mail: Option<&MailSettings>) -> String {
    let Some(MailSettings { host, port, encryption, .. }) = mail else { return "- (no mail is sent)".into() };
    let scheme = if *encryption == Encryption::Tls { "smtps" } else { "smtp" };
    format!("{scheme}://{host}:{port}")
}

/// Whether there is a password.
pub fn password_shown(mail: Option<&MailSettings>) -> String {
    let credentials = mail.and_then(|mail| mail.credentials.as_ref());
    if credentials.is_some_and(|(_, password)| !password.is_empty()) { "(set)".into() } else { "-".into() }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_spoken_with_as_its_address_says() {
        let read = |text: &str| server(text).unwrap();

        let mail = read("smtps://ada:s%40cret@mail.example.org");
        assert_eq!((mail.port, mail.encryption), (465, Encryption::Tls));
        assert_eq!(mail.credentials, Some(("ada".into(), "s@cret".into())));
        assert!(!format!("{mail:?}{}", shown(Some(&mail))).contains("cret"));
        assert_eq!(read("smtp://mail.example.org").encryption, Encryption::StartTls);
        assert_eq!(read("smtp://mail.example.org").port, 587);
        let own = read("smtp://127.0.0.1:1025/");
        assert_eq!((own.port, own.encryption, own.credentials), (1025, Encryption::None, None));
    }

    #[test]
    fn what_is_no_server_and_no_host_is_told() {
        for wrong in ["mail.example.org", "http://mail.example.org", "smtps://", "smtp://a b"] {
            assert!(server(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "https://x", "x:80", "x/y", "a b"] {
            assert!(host(wrong).is_err(), "{wrong}");
        }
        assert_eq!(host("Chat.Internal.").unwrap(), "chat.internal");
        assert_eq!(host("[::1]").unwrap(), "::1");
    }
}
