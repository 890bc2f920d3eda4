//! A login for an image registry, as a secret holds it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt;

/// Who one is to a registry.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryLogin {
    /// Its address.
    pub server: String,
    /// The name.
    pub username: String,
    /// The password, or a token.
    pub password: String,
    /// The address of a mailbox, which old registries ask for.
    pub email: String,
}

/// Without the password.
impl fmt::Debug for RegistryLogin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { server, username, .. } = self;
        formatter
            .debug_struct("RegistryLogin")
            .field("server", server)
            .field("username", username)
            .finish_non_exhaustive()
    }
}

impl RegistryLogin {
    /// Reads `.dockerconfigjson`; of several logins the first.
    pub fn read(text: &str) -> Self {
        let config: Value = serde_json::from_str(text).unwrap_or_default();
        let Some((server, login)) = config["auths"].as_object().and_then(|all| all.iter().next()) else {
            return Self::default();
        };
        let part = |key: &str| login[key].as_str().unwrap_or_default().to_owned();
        Self {
            server: server.clone(),
            username: part("username"),
            password: part("password"),
            email: part("email"),
        }
    }

    /// Writes `.dockerconfigjson`.
    pub fn write(&self) -> String {
        let auth = base64(format!("{}:{}", self.username, self.password).as_bytes());
        let mut login = json!({"username": self.username, "password": self.password, "auth": auth});
        if !self.email.is_empty() {
            login["email"] = self.email.as_str().into();
        }
        json!({"auths": { &self.server: login }}).to_string()
    }
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(group >> (18 - 6 * place) & 63) as usize];
            text.push(if place > chunk.len() { '=' } else { letter.into() });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_survives_being_written() {
        let login = RegistryLogin {
            server: "registry.example".into(),
            username: "ada".into(),
            password: "a:b\"c".into(),
            email: String::new(),
        };

        let text = login.write();

        assert_eq!(RegistryLogin::read(&text), login);
        assert!(text.contains("\"auth\":\"YWRhOmE6YiJj\""), "{text}");
        assert!(!text.contains("email"), "{text}");
        let with_email = RegistryLogin { email: "ada@example.com".into(), ..login };
        assert_eq!(RegistryLogin::read(&with_email.write()), with_email);
        assert_eq!(RegistryLogin::read("garbage"), RegistryLogin::default());
        for (bytes, expected) in
            [(&b""[..], ""), (b"f", "Zg=="), (b"fo", "Zm8="), (b"foo", "Zm9v"), (b"foob", "Zm9vYg==")]
        {
            assert_eq!(base64(bytes), expected);
        }
    }
}
