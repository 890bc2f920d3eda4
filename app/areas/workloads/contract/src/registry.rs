//! A login for an image registry, as a secret holds it.

use model::base64;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
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
        let config = config(text);
        let Some((server, login)) = config["auths"].as_object().and_then(|all| all.iter().next()) else {
            return Self::default();
        };
        let part = |key: &str| login[key].as_str().unwrap_or_default().to_owned();
        let both =
            login["auth"].as_str().and_then(base64::decode).and_then(|both| String::from_utf8(both).ok());
        let (username, password) = match both.as_deref().and_then(|both| both.split_once(':')) {
            // Some programs write no more than this.
            Some((username, password)) if part("username").is_empty() => {
                (username.to_owned(), password.to_owned())
            }
            _ => (part("username"), part("password")),
        };
        Self { server: server.clone(), username, password, email: part("email") }
    }

    /// How many logins `.dockerconfigjson` holds.
    pub fn count(text: &str) -> usize {
        config(text)["auths"].as_object().map_or(0, Map::len)
    }

    /// Writes `.dockerconfigjson`: in place of the login that was there, with what else stood there.
    pub fn write(&self, before: &str) -> String {
        let mut config = config(before);
        let first = config["auths"].as_object().and_then(|all| all.values().next().cloned());
        let mut login = first.filter(Value::is_object).unwrap_or_else(|| json!({}));
        login["username"] = self.username.as_str().into();
        login["password"] = self.password.as_str().into();
        login["auth"] = base64::encode(format!("{}:{}", self.username, self.password).as_bytes()).into();
        if !self.email.is_empty() {
            login["email"] = self.email.as_str().into();
        } else if let Some(parts) = login.as_object_mut() {
            parts.remove("email");
        }
        config["auths"] = json!({ &self.server: login });
        config.to_string()
    }
}

/// What stands in `.dockerconfigjson`; an object with nothing in it where that is none.
fn config(text: &str) -> Value {
    serde_json::from_str(text).ok().filter(Value::is_object).unwrap_or_else(|| json!({}))
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

        let text = login.write("");

        assert_eq!(RegistryLogin::read(&text), login);
        assert!(text.contains("\"auth\":\"YWRhOmE6YiJj\""), "{text}");
        assert!(!text.contains("email"), "{text}");
        let with_email = RegistryLogin { email: "ada@example.com".into(), ..login };
        assert_eq!(RegistryLogin::read(&with_email.write(&text)), with_email);
        assert_eq!(RegistryLogin::read("garbage"), RegistryLogin::default());
    }

    #[test]
    fn what_was_not_typed_into_stays() {
        let before =
            r#"{"auths":{"a.example":{"auth":"YWRhOmE6Yg==","identitytoken":"t"}},"credsStore":"pass"}"#;
        let found = RegistryLogin::read(before);
        assert_eq!((found.username.as_str(), found.password.as_str()), ("ada", "a:b"));

        let after = RegistryLogin { server: "b.example".into(), ..found }.write(before);

        assert_eq!(RegistryLogin::count(&after), 1);
        for kept in ["b.example", "\"identitytoken\":\"t\"", "\"credsStore\":\"pass\"", "YWRhOmE6Yg=="] {
            assert!(after.contains(kept), "{kept}: {after}");
        }
        assert_eq!(RegistryLogin::count(r#"{"auths":{"a":{},"b":{}}}"#), 2);
    }
}
