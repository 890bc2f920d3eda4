//! What the console shows of the platform that it belongs to, and who may change that.

use crate::console::Console;
use access::{Caller, Command, Verb};
use async_trait::async_trait;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use database::{Database, DatabaseError, now_seconds};
use model::cause::KeptOutage;
use model::{ConsoleError, FieldProblem, Platform, PlatformLink, System, Timestamp};
use parking_lot::Mutex;
use platform_contract::{MOST_LOGO_BYTES, PlatformFields, PlatformSettings, path};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Under which names it is kept.
const SAID: &str = "platform";
const LOGO: &str = "platform_logo";
/// So long what was read is shown: every page shows it, and another replica may have changed it.
const KNOWN_FOR: Duration = Duration::from_secs(5);

/// What was read last.
#[derive(Debug, Default)]
pub struct Known(Mutex<Option<(Instant, Platform)>>);

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// Its media type.
    pub kind: &'static str,
    /// The file.
    pub bytes: Bytes,
}

/// Pictures that are taken, by their media types.
const KINDS: [&str; 3] = ["image/png", "image/webp", "image/svg+xml"];

/// Why a file is no picture for the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoLogo {
    /// It is larger than [`MOST_LOGO_BYTES`].
    Large,
    /// It is of no kind that is taken.
    Kind,
}

impl Logo {
    /// Reads a file: by what is in it, and not by what it is called.
    pub fn read(bytes: Bytes) -> Result<Self, NoLogo> {
        if bytes.len() > MOST_LOGO_BYTES {
            return Err(NoLogo::Large);
        }
        let kind = match &*bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => KINDS[0],
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => KINDS[1],
            text if is_svg(text) => KINDS[2],
            _ => return Err(NoLogo::Kind),
        };
        Ok(Self { kind, bytes })
    }

    fn stored(&self) -> String {
        format!("{};{}", self.kind, BASE64_STANDARD.encode(&self.bytes))
    }

    fn of(stored: &str) -> Option<Self> {
        let (kind, text) = stored.split_once(';')?;
        let kind = KINDS.into_iter().find(|known| *known == kind)?;
        Some(Self { kind, bytes: BASE64_STANDARD.decode(text).ok()?.into() })
    }
}

/// Whether a text is an SVG document. What is in it runs nowhere: it is only ever shown as a picture, under a policy that
/// allows nothing.
fn is_svg(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with("<svg") || (text.starts_with("<?xml") && text.contains("<svg"))
}

/// Why what is said of the platform is not known.
#[derive(Debug, thiserror::Error)]
pub enum PlatformError {
    /// The tables failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// It is there and cannot be read.
    #[error(
        "what is kept as {name:?} in the table facts is nothing that this version of the console reads: start the version that \
         wrote it, or delete that row and say it again in the settings of the platform"
    )]
    Unreadable {
        /// Under which name.
        name: &'static str,
        /// Why not, where that is known.
        #[source]
        source: Option<serde_json::Error>,
    },
}

/// What every page shows. Nobody is kept from a page because it cannot be read: then it shows what was read last.
pub async fn shown(console: &Console) -> Platform {
    kept(console).await.at(Timestamp(now_seconds()))
}

async fn kept(console: &Console) -> Platform {
    let known = console.platform_known();
    let last = known.0.lock().clone();
    if let Some((read, platform)) = &last
        && read.elapsed() < KNOWN_FOR
    {
        return platform.clone();
    }
    match read(console.database()).await {
        Ok(platform) => {
            *known.0.lock() = Some((Instant::now(), platform.clone()));
            platform
        }
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "What is said of the platform cannot be read");
            last.map(|(_, platform)| platform).unwrap_or_default()
        }
    }
}

async fn read(database: &Database) -> Result<Platform, PlatformError> {
    let mut platform = match database.fact(SAID).await? {
        Some(said) => parse(&said)?,
        None => Platform::default(),
    };
    let logo = database.fact(LOGO).await?;
    platform.logo = logo.map(|logo| format!("{}?v={}", path::LOGO, version(&logo)));
    Ok(platform)
}

fn parse(said: &str) -> Result<Platform, PlatformError> {
    let unreadable = |source| PlatformError::Unreadable { name: SAID, source: Some(source) };
    serde_json::from_str(said).map_err(unreadable)
}

/// Which picture it is, in its address: another one has another.
fn version(logo: &str) -> String {
    Sha256::digest(logo.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The picture, if there is one.
pub async fn logo(database: &Database) -> Result<Option<Logo>, PlatformError> {
    let Some(stored) = database.fact(LOGO).await? else { return Ok(None) };
    let unreadable = PlatformError::Unreadable { name: LOGO, source: None };
    Logo::of(&stored).map(Some).ok_or(unreadable)
}

/// What is said of the platform, as far as a caller may change it.
pub struct Settings {
    console: Console,
    caller: Arc<Caller>,
}

impl Settings {
    /// For this caller.
    pub fn new(console: Console, caller: Arc<Caller>) -> Self {
        Self { console, caller }
    }

    /// Keeps a picture, or takes it away.
    pub async fn change_logo(&self, logo: Option<Logo>) -> Result<(), ConsoleError> {
        self.keep(LOGO, logo.map(|logo| logo.stored())).await
    }

    /// Whether a site is the console itself, or one of its ports: in a frame it could do whatever its pages can.
    fn is_own(&self, site: &PlatformLink) -> bool {
        let authority = site.origin().trim_start_matches("https://").trim_end_matches(":443");
        let surroundings = self.console.surroundings();
        authority.eq_ignore_ascii_case(&surroundings.public_url().authority)
            || surroundings.forwarded(authority).is_some()
    }

    async fn keep(&self, name: &'static str, value: Option<String>) -> Result<(), ConsoleError> {
        let command = Command::on_platform("change_platform", Verb::Update, "settings", Some(name));
        let database = self.console.database().clone();
        let work = async move |_| {
            let kept = database.set_fact(name, value.as_deref()).await;
            kept.map_err(|error| unavailable(&error.into()))
        };
        self.console.access().perform(&self.caller, command, work).await?;
        *self.console.platform_known().0.lock() = None;
        Ok(())
    }
}

#[async_trait]
impl PlatformSettings for Settings {
    async fn settings(&self) -> Result<Platform, ConsoleError> {
        let command = Command::on_platform("read_platform", Verb::Get, "settings", None);
        self.console.access().grant(&self.caller, command).await?;
        read(self.console.database()).await.map_err(|error| unavailable(&error))
    }

    async fn change(&self, fields: PlatformFields) -> Result<(), ConsoleError> {
        let platform = fields.read().map_err(|problems| ConsoleError::Invalid { problems })?;
        if platform.sites.iter().any(|site| self.is_own(site)) {
            let problems = vec![FieldProblem::new("sites", "problem.own".to_owned())];
            return Err(ConsoleError::Invalid { problems });
        }
        let text = serde_json::to_string(&platform).expect("our own values have no keys that JSON lacks");
        self.keep(SAID, Some(text)).await
    }
}

fn unavailable(error: &PlatformError) -> ConsoleError {
    let cause = match error {
        PlatformError::Database(error) => error.cause(),
        PlatformError::Unreadable { name, .. } => KeptOutage::Fact((*name).to_owned()).into(),
    };
    ConsoleError::Unavailable { system: System::Database, cause, may_be_done: false }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_known_by_what_is_in_it_and_comes_back_as_it_was() {
        for (bytes, kind) in [
            (&b"\x89PNG\r\n\x1a\nrest"[..], "image/png"),
            (b"RIFF\0\0\0\0WEBPrest", "image/webp"),
            (b"\n<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        ] {
            let logo = Logo::read(Bytes::from_static(bytes)).unwrap();
            assert_eq!((logo.kind, Logo::of(&logo.stored())), (kind, Some(logo.clone())));
        }
        for (bytes, why) in [
            (Bytes::from_static(b"<html><script>alert(1)</script></html>"), NoLogo::Kind),
            (Bytes::from_static(b""), NoLogo::Kind),
            (Bytes::from(vec![b'x'; MOST_LOGO_BYTES + 1]), NoLogo::Large),
        ] {
            assert_eq!(Logo::read(bytes), Err(why));
        }
        assert_eq!(Logo::of("text/html;PGI+"), None);
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_told_and_not_taken_for_nothing() {
        let database = Database::in_memory().await.unwrap();
        assert_eq!(read(&database).await.unwrap(), Platform::default());
        assert_eq!(logo(&database).await.unwrap(), None);
        let kept = serde_json::to_string(&Platform::default()).unwrap();
        database.set_fact(SAID, Some(&kept)).await.unwrap();
        assert_eq!(read(&database).await.unwrap(), Platform::default());

        for wrong in ["", "nonsense", "7", &kept[..kept.len() - 1]] {
            database.set_fact(SAID, Some(wrong)).await.unwrap();
            let error = read(&database).await.unwrap_err().to_string();
            assert!(
                error.contains("\"platform\" in the table facts") && error.contains("delete that row"),
                "{error}"
            );
        }
        database.set_fact(LOGO, Some("text/html;PGI+")).await.unwrap();
        assert!(matches!(logo(&database).await, Err(PlatformError::Unreadable { name: LOGO, .. })));
    }
}
