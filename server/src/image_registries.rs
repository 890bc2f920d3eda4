//! What is asked of image registries. A login is shown to one before it becomes a secret, as container runtimes do it: the
//! registry says who gives out tokens, and that one sees the login. Images and tags are looked for as nobody, or with the
//! login of a secret that the caller may read. Only the public internet is dialled, and what an operator named; certificates
//! are always checked.

mod distribution;
mod harbor;
mod hub;
mod images;
mod registry;
mod secrets;

use crate::console::Console;
use access::{Caller, Command, Need, Place, Resource, Verb};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use http::{Request, StatusCode};
use model::{ClusterName, ConsoleError, Namespace};
use outbound::{Limits, Outbound, OutboundError};
use std::sync::Arc;
use std::time::Duration;
use workloads_contract::{FoundImages, ImageSource, ImageTags, LoginAnswer, Registries, RegistryLogin};

/// A hundred tags, each with what it is for every kind of machine, are half a megabyte.
pub const LIMITS: Limits = Limits { patience: Duration::from_secs(10), longest_answer: 2 * 1024 * 1024 };

/// What Docker Hub is called in logins, and where it is.
const HUB_NAMES: [&str; 4] = ["docker.io", "index.docker.io", "registry.hub.docker.com", "hub.docker.com"];
const HUB: &str = "registry-1.docker.io";

/// Logins, as far as a caller may make secrets of them.
pub struct Logins {
    console: Console,
    caller: Arc<Caller>,
}

impl Logins {
    /// For this caller.
    pub fn new(console: Console, caller: Arc<Caller>) -> Self {
        Self { console, caller }
    }
}

#[async_trait]
impl Registries for Logins {
    async fn try_login(
        &self,
        cluster: ClusterName,
        namespace: Namespace,
        login: RegistryLogin,
    ) -> Result<LoginAnswer, ConsoleError> {
        let place = Place::Namespace(namespace);
        let need = Need::to_all(Verb::Create, Resource::new("", "secrets"), cluster, place);
        let base = base(&login.server);
        let action = Command::of("test registry login", need).saying(base.clone().unwrap_or_default());
        let way = self.console.image_registries().clone();
        let work = async move |_| match base {
            Some(base) => ask(&way, &base, &login).await.map_err(ConsoleError::from),
            None => Err(ConsoleError::from(Trouble::NoAddress)),
        };
        self.console.access().perform(&self.caller, action, work).await
    }

    async fn find_images(&self, source: ImageSource, words: String) -> Result<FoundImages, ConsoleError> {
        self.find(source, words).await
    }

    async fn image_tags(
        &self,
        source: ImageSource,
        image: String,
        words: String,
    ) -> Result<ImageTags, ConsoleError> {
        self.tags(source, image, words).await
    }
}

/// Why a registry cannot be asked, or gives no answer that can be used.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    /// What was typed is no address of a registry.
    #[error(
        "this is no address of a registry: it is written like registry.example.com or https://registry.example.com:5000"
    )]
    NoAddress,
    /// Something answers that is no registry, or one that has a bad day.
    #[error("{address} does not answer as a registry does, but with status {}", status.as_u16())]
    NoRegistry {
        /// Who.
        address: String,
        /// With what.
        status: StatusCode,
    },
    /// Only who has a login is answered.
    #[error("{0} answers only with a login: choose a secret that holds one for it")]
    NoLogin(String),
    /// The login is not good enough.
    #[error("{0} refuses the login of this secret, or does not let it see this")]
    Refused(String),
    /// It does not say what it has.
    #[error("{0} does not say which images it has: type the name of one, and its tags can be shown")]
    NoList(String),
    /// What was typed names no image.
    #[error("this names no image: it is written like nginx or registry.example.com/team/app")]
    NoImage,
    /// There is no such image, or not for whom asks.
    #[error("{registry} has no image {image}, or shows it only with another login")]
    UnknownImage {
        /// Who.
        registry: String,
        /// Which.
        image: String,
    },
    /// A secret holds no login for the registry.
    #[error("secret {secret} holds no login for {registry}")]
    NoSuchLogin {
        /// Which.
        secret: String,
        /// For whom.
        registry: String,
    },
    /// There is no answer.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
}

impl From<Trouble> for ConsoleError {
    fn from(trouble: Trouble) -> Self {
        Self::invalid("", trouble.to_string())
    }
}

/// Where a registry is, of what stands in a login: scheme and host, and nothing else. Whoever writes a name in front of the
/// host means something else than they see.
fn base(server: &str) -> Option<String> {
    let (scheme, rest) = server.trim().split_once("://").unwrap_or(("https", server.trim()));
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_sound = !host.is_empty() && !host.contains(|letter: char| letter == '@' || letter.is_whitespace());
    let host = if HUB_NAMES.contains(&host) { HUB } else { host };
    (is_sound && matches!(scheme, "https" | "http")).then(|| format!("{scheme}://{host}"))
}

async fn ask(way: &Outbound, base: &str, login: &RegistryLogin) -> Result<LoginAnswer, Trouble> {
    let catalogue = format!("{base}/v2/");
    let first = way.send(get(&catalogue, None)?).await?;
    let no_registry = |status| Trouble::NoRegistry { address: base.to_owned(), status };
    let door = match first.status() {
        StatusCode::OK => return Ok(LoginAnswer::NotAsked),
        StatusCode::UNAUTHORIZED => door(first.headers(), catalogue, false),
        status => return Err(no_registry(status)),
    };
    let door = door.ok_or_else(|| no_registry(StatusCode::UNAUTHORIZED))?;
    match way.send(get(&door, Some(login))?).await?.status() {
        StatusCode::OK => Ok(LoginAnswer::Taken),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Ok(LoginAnswer::Refused),
        status => Err(no_registry(status)),
    }
}

fn get(address: &str, login: Option<&RegistryLogin>) -> Result<Request<Bytes>, Trouble> {
    let mut request =
        Request::get(address).body(Bytes::new()).map_err(|_| Trouble::from(OutboundError::Unsendable))?;
    if let Some(RegistryLogin { username, password, .. }) = login {
        let said = format!("Basic {}", STANDARD.encode(format!("{username}:{password}")));
        let mut said = HeaderValue::try_from(said).map_err(|_| Trouble::from(OutboundError::Unsendable))?;
        said.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, said);
    }
    Ok(request)
}

/// Where the login is to be shown: where tokens are given out, there with what they are for if they are to be used, or at the
/// registry itself.
fn door(headers: &HeaderMap, registry: String, is_used: bool) -> Option<String> {
    let said = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|said| said.to_str().ok());
    let said: Vec<(&str, &str)> =
        said.map(|said| said.trim().split_once(' ').unwrap_or((said.trim(), ""))).collect();
    let of = |scheme: &str| said.iter().find(|(word, _)| word.eq_ignore_ascii_case(scheme));
    match (of("bearer"), of("basic")) {
        // Who was asked in private leads nobody to show the login in public.
        (Some((_, said)), _) => token_address(said, is_used)
            .filter(|door| door.starts_with("https://") || registry.starts_with("http://")),
        (None, Some(_)) => Some(registry),
        (None, None) => None,
    }
}

/// The address that gives out tokens, of what stands behind `Bearer`.
fn token_address(said: &str, is_used: bool) -> Option<String> {
    let realm = parameter(said, "realm")?;
    let mut question = form_urlencoded::Serializer::new(String::new());
    if let Some(service) = parameter(said, "service") {
        question.append_pair("service", service);
    }
    if let Some(scope) = parameter(said, "scope").filter(|scope| is_used && !scope.is_empty()) {
        question.append_pair("scope", scope);
    }
    let sign = if realm.contains('?') { '&' } else { '?' };
    Some(format!("{realm}{sign}{}", question.finish()))
}

/// A parameter such as `service="registry.example"` (RFC 9110, section 11.2).
fn parameter<'s>(said: &'s str, name: &str) -> Option<&'s str> {
    let mut rest = said;
    loop {
        let (key, behind) = rest.split_once('=')?;
        let (value, after) = match behind.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => behind.split_once(',').unwrap_or((behind, "")),
        };
        if key.trim_matches([' ', ',']).eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests;
