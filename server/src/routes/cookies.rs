//! Small cookies that carry something from one page to the next. What is in them is sealed; browsers send them only here.

use crate::console::Console;
use axum::http::header::{COOKIE, HeaderMap, HeaderValue};

/// A cookie of the console besides the session's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// What the console remembers while a browser is at a provider.
    Journey,
    /// Who came through a provider and is to choose a name.
    Newcomer,
    /// Who somebody has proved to be at a provider, to be linked to their account.
    Link,
    /// Whose password was right, and who is to give a code.
    Code,
    /// What was asked of a passkey.
    Passkey,
    /// What was just made and is shown this once.
    Shown,
    /// Where to sign out at the provider too.
    WayOut,
    /// What lets a browser through to a port, under the address of that port alone.
    Port,
}

impl Kept {
    fn word(self) -> &'static str {
        match self {
            Self::Journey => "journey",
            Self::Newcomer => "newcomer",
            Self::Link => "link",
            Self::Code => "code",
            Self::Passkey => "passkey",
            Self::Shown => "shown",
            Self::WayOut => "way-out",
            Self::Port => "port",
        }
    }

    /// With https the prefix makes browsers refuse the cookie from anywhere but this host.
    pub fn name(self, console: &Console) -> String {
        let prefix = if console.surroundings().public_url().is_https { "__Host-" } else { "" };
        format!("{prefix}orrery-{}", self.word())
    }

    /// What a request brings.
    pub fn read(self, console: &Console, headers: &HeaderMap) -> Option<String> {
        let name = self.name(console);
        let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(own, _)| *own == name).map(|(_, value)| value.to_owned())
    }

    /// The header that keeps a value for a quarter of an hour.
    pub fn keep(self, console: &Console, value: &str) -> HeaderValue {
        self.header(console, value, "; Max-Age=900")
    }

    /// The header that keeps a value until the browser is closed.
    pub fn keep_open(self, console: &Console, value: &str) -> HeaderValue {
        self.header(console, value, "")
    }

    /// The header that makes the browser forget it.
    pub fn forget(self, console: &Console) -> HeaderValue {
        self.header(console, "", "; Max-Age=0")
    }

    /// Lax: a browser that comes back from a provider brings it along.
    fn header(self, console: &Console, value: &str, age: &str) -> HeaderValue {
        let secure = if console.surroundings().public_url().is_https { "; Secure" } else { "" };
        let name = self.name(console);
        let line = format!("{name}={value}; Path=/{age}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::from_str(&line).expect("values are base64")
    }
}
