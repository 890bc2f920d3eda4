//! Logins that secrets hold.

use super::Trouble;
use super::images::name_of;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use workloads_contract::RegistryLogin;

/// Where a secret for pulling images keeps its logins.
const KEY: &str = ".dockerconfigjson";

/// The login that a secret holds for a registry, or for whichever it is for where none is named.
pub(super) fn login(secret: &Value, name: &str, registry: &str) -> Result<RegistryLogin, Trouble> {
    let asked = name_of(registry);
    let is_it = |login: &RegistryLogin| registry.is_empty() || name_of(&login.server) == asked;
    let none = || {
        let registry = if registry.is_empty() { "an image registry" } else { registry };
        Trouble::NoSuchLogin { secret: name.to_owned(), registry: registry.to_owned() }
    };
    logins(secret).into_iter().find(is_it).ok_or_else(none)
}

fn logins(secret: &Value) -> Vec<RegistryLogin> {
    let text = secret["data"][KEY].as_str().and_then(decoded);
    let config: Value = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let all = config["auths"].as_object().into_iter().flatten();
    all.map(|(server, login)| {
        let part = |key: &str| login[key].as_str().unwrap_or_default().to_owned();
        let (username, password) = match login["auth"].as_str().and_then(decoded) {
            Some(both) if part("username").is_empty() => {
                let (name, password) = both.split_once(':').unwrap_or((both.as_str(), ""));
                (name.to_owned(), password.to_owned())
            }
            _ => (part("username"), part("password")),
        };
        RegistryLogin { server: server.clone(), username, password, email: String::new() }
    })
    .collect()
}

fn decoded(text: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(text).ok()?).ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_login_for_the_registry_is_found_however_it_is_written() {
        let config = json!({"auths": {
            "https://index.docker.io/v1/": {"auth": STANDARD.encode("ada:a:b")},
            "http://registry.example:5000": {"username": "ben", "password": "c"},
        }});
        let secret = json!({"data": {KEY: STANDARD.encode(config.to_string())}});
        let of =
            |registry: &str| login(&secret, "logins", registry).map(|login| (login.username, login.password));

        assert_eq!(of("docker.io").unwrap(), ("ada".to_owned(), "a:b".to_owned()));
        assert_eq!(of("registry.example:5000").unwrap(), ("ben".to_owned(), "c".to_owned()));
        assert!(of("").is_ok());
        assert!(
            matches!(of("registry.example"), Err(Trouble::NoSuchLogin { .. })),
            "another port is another one"
        );
        assert!(matches!(login(&json!({}), "none", ""), Err(Trouble::NoSuchLogin { .. })));
    }
}
