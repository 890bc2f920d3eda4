//! Trying a provider out, step by step, each with what it found in words.

use crate::providers::cas::{self, Validated};
use crate::providers::code::plain;
use crate::providers::directory::{Connection, sentence};
use crate::providers::keys::Known;
use crate::providers::outbound::Outbound;
use crate::providers::registry::{Provider, ProviderError};
use http::Request;
use outbound::{OutboundError, innermost};
use providers_contract::{Cas, Directory, OAuth, OpenId, Step, StepName, System};
use rustls_pki_types::ServerName;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use x509_parser::prelude::{FromDer, X509Certificate};

/// How long a step may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Days before the end of a certificate at which that is worth a word.
const SOON_DAYS: i64 = 21;

/// How many entries are counted at the most.
const COUNTED: usize = 1000;

/// What no service can have given out.
const MADE_UP_TICKET: &str = "ST-orrery-tries-out";

/// The steps taken so far.
#[derive(Default)]
struct Steps(Vec<Step>);

impl Steps {
    /// Takes a step; answers what it yields, or nothing when it failed: then no further one makes sense.
    async fn take<T>(
        &mut self,
        name: StepName,
        work: impl Future<Output = Result<(T, String), String>>,
    ) -> Option<T> {
        let begun = Instant::now();
        let outcome = timeout(PATIENCE, work).await;
        let outcome = outcome.unwrap_or_else(|_| Err(format!("no answer within {} s", PATIENCE.as_secs())));
        let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (value, result) = match outcome {
            Ok((value, words)) => (Some(value), Ok(words)),
            Err(words) => (None, Err(words)),
        };
        self.0.push(Step { name, milliseconds, result });
        value
    }
}

/// Tries out a provider that is to send browsers back to this address.
pub async fn probe(provider: Provider, callback: String) -> Vec<Step> {
    // In a task of its own: the library for directories panics at answers that are none.
    let steps = tokio::spawn(async move { take_all(&provider, &callback).await });
    steps.await.unwrap_or_else(|_| {
        let result = Err("Its answer cannot be read: it is not what it should be.".to_owned());
        vec![Step { name: StepName::Connect, milliseconds: 0, result }]
    })
}

async fn take_all(provider: &Provider, callback: &str) -> Vec<Step> {
    let mut steps = Steps::default();
    // Whatever fails has said so; what would have come after it is left out.
    let _ = match &provider.settings.system {
        System::OpenId(openid) => probe_openid(&mut steps, openid).await,
        System::GitHub(oauth) | System::GitLab(oauth) => probe_oauth(&mut steps, oauth).await,
        System::Cas(cas) => probe_cas(&mut steps, cas, callback).await,
        System::Directory(directory) => probe_directory(&mut steps, provider, directory).await,
    };
    steps.0
}

async fn probe_openid(steps: &mut Steps, openid: &OpenId) -> Option<()> {
    reach(steps, &openid.issuer, &openid.authority).await?;
    let known = steps
        .take(StepName::Discover, async {
            let known = Known::ask(&openid.issuer, &openid.authority).await.map_err(|error| words(&error))?;
            let answer = format!("It describes itself as {}.", openid.issuer);
            Ok((known, answer))
        })
        .await?;
    steps
        .take(StepName::Keys, async {
            let keys = known.keys().keys().len();
            let usable = known.keys().keys().iter().filter(|key| super::openid::is_usable(key)).count();
            match usable {
                0 => Err(format!("None of its {keys} keys can be used for signatures.")),
                _ => Ok(((), format!("{usable} of its {keys} keys can be used for signatures."))),
            }
        })
        .await
}

async fn probe_oauth(steps: &mut Steps, oauth: &OAuth) -> Option<()> {
    reach(steps, &oauth.address, &oauth.authority).await?;
    steps
        .take(StepName::Interface, async {
            let outbound = Outbound::new(&oauth.authority).map_err(|error| error.to_string())?;
            let address = format!("{}/user", oauth.interface.trim_end_matches('/'));
            let request = Request::get(&address).body(Vec::new());
            let request = request.map_err(|_| "The address of the interface is none.".to_owned())?;
            let answer = outbound.send(request).await.map_err(|error| error.to_string())?;
            match answer.status().as_u16() {
                401 | 403 => Ok(((), "It answers, and asks who that is, as it should.".to_owned())),
                status => Err(format!("{address} answers {status} instead of asking who that is.")),
            }
        })
        .await
}

async fn probe_cas(steps: &mut Steps, cas: &Cas, callback: &str) -> Option<()> {
    reach(steps, &cas.address, &cas.authority).await?;
    steps
        .take(StepName::Interface, async {
            match cas::validate(cas, callback, MADE_UP_TICKET).await {
                Ok(Validated::Failure { code, .. }) => {
                    Ok(((), format!("It refuses a made-up ticket, as it should: {code}.")))
                }
                Ok(Validated::Success { .. }) => Err("It takes a ticket that was made up.".to_owned()),
                Err(error) => Err(words(&error)),
            }
        })
        .await?;
    steps
        .take(StepName::Registration, async {
            let address = cas::end(cas, "login", &[("service", callback)]).map_err(|error| words(&error))?;
            let request = Request::get(address).body(Vec::new()).map_err(|error| error.to_string())?;
            let outbound = Outbound::new(&cas.authority).map_err(|error| error.to_string())?;
            match outbound.send(request).await {
                // It leaves the signing in to yet another system.
                Err(OutboundError::Redirect { .. }) => Ok(((), "It sends people on to sign in.".to_owned())),
                Ok(answer) if answer.status().is_success() => {
                    Ok(((), "It lets people sign in for the console.".to_owned()))
                }
                Ok(answer) => {
                    let status = answer.status();
                    Err(format!("It answers {status}: register {callback} there as a service."))
                }
                Err(error) => Err(error.to_string()),
            }
        })
        .await
}

async fn probe_directory(steps: &mut Steps, provider: &Provider, directory: &Directory) -> Option<()> {
    reach(steps, &directory.address, &directory.authority).await?;
    let mut connection = steps.take(StepName::Bind, bind(provider, directory)).await?;
    steps.take(StepName::Search, find_people(&mut connection, directory)).await?;
    if directory.groups_base.is_empty() {
        return Some(());
    }
    steps.take(StepName::Groups, find_groups(&mut connection, directory)).await
}

async fn bind(provider: &Provider, directory: &Directory) -> Result<(Connection, String), String> {
    let mut connection = Connection::open(directory).await.map_err(|error| sentence(&error))?;
    let bound = connection.bind_service(directory, provider.secret.reveal()).await;
    bound.map_err(|error| sentence(&error))?;
    let encrypted = if directory.starts_tls { " after StartTLS" } else { "" };
    let who = if directory.bind_name.is_empty() { "Nobody signs in" } else { "The service account signs in" };
    Ok((connection, format!("{who}{encrypted}.")))
}

async fn find_people(connection: &mut Connection, directory: &Directory) -> Result<((), String), String> {
    let filter = directory.people_filter.replace("{name}", "*");
    let attributes = vec![directory.id_attribute.clone(), directory.name_attribute.clone()];
    let found = connection.search(&directory.people_base, &filter, attributes, COUNTED).await;
    let found = found.map_err(|error| sentence(&error))?;
    let Some(first) = found.first() else {
        return Err(format!("Nobody is found below {} by {filter}.", directory.people_base));
    };
    if first.id(&directory.id_attribute).is_none() {
        return Err(format!("The entry {} has no {}.", first.dn, directory.id_attribute));
    }
    let example = first.first(&directory.name_attribute).unwrap_or(&first.dn);
    let count = counted(found.len(), "person", "people");
    Ok(((), format!("{count} found, such as {}.", plain(example))))
}

async fn find_groups(connection: &mut Connection, directory: &Directory) -> Result<((), String), String> {
    let attribute = &*directory.group_attribute;
    let filter = format!("({attribute}=*)");
    let attributes = vec![attribute.to_owned()];
    let found = connection.search(&directory.groups_base, &filter, attributes, COUNTED).await;
    let found = found.map_err(|error| sentence(&error))?;
    let Some(first) = found.first() else {
        return Err(format!("No group is found below {} by {filter}.", directory.groups_base));
    };
    let example = first.first(attribute).unwrap_or(&first.dn);
    let count = counted(found.len(), "group", "groups");
    Ok(((), format!("{count} found, such as {}.", plain(example))))
}

/// The host's name, a connection, and encryption where that comes first.
async fn reach(steps: &mut Steps, address: &str, authority: &str) -> Option<()> {
    let url = url::Url::parse(address);
    let (host, port, is_encrypted) = match &url {
        Ok(url) => {
            let default = match url.scheme() {
                "https" => 443,
                "ldaps" => 636,
                "ldap" => 389,
                _ => 80,
            };
            let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
            (host, url.port().unwrap_or(default), matches!(url.scheme(), "https" | "ldaps"))
        }
        Err(_) => (String::new(), 0, false),
    };
    let addresses = steps
        .take(StepName::Resolve, async {
            let found = tokio::net::lookup_host((host.clone(), port)).await;
            let found: Vec<SocketAddr> = found.map_err(|error| format!("{host}: {error}"))?.collect();
            let shown: Vec<String> = found.iter().take(4).map(|address| address.ip().to_string()).collect();
            match found.is_empty() {
                true => Err(format!("{host} has no address.")),
                false => Ok((found, format!("{host} is {}.", shown.join(", ")))),
            }
        })
        .await?;
    let stream = steps
        .take(StepName::Connect, async {
            let stream =
                TcpStream::connect(&*addresses).await.map_err(|error| format!("port {port}: {error}"))?;
            let peer = stream.peer_addr().map_or_else(|_| host.clone(), |peer| peer.to_string());
            Ok((stream, format!("{peer} takes the connection.")))
        })
        .await?;
    if !is_encrypted {
        return Some(());
    }
    steps.take(StepName::Secure, secure(stream, host, authority.to_owned())).await
}

async fn secure(stream: TcpStream, host: String, authority: String) -> Result<((), String), String> {
    let config = outbound::client_config(&authority).map_err(|error| error.to_string())?;
    let name =
        ServerName::try_from(host.clone()).map_err(|_| format!("{host} cannot be a server's name."))?;
    let connected = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    let connected = connected.map_err(|error| innermost(&error))?;
    let (_, session) = connected.get_ref();
    let version = session.protocol_version().map_or_else(String::new, |version| format!("{version:?}"));
    let version = version.replace("TLSv1_", "TLS 1.");
    let certificate = session.peer_certificates().and_then(|chain| chain.first());
    let until = certificate.and_then(|der| {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let days = (certificate.validity().not_after.timestamp() - database::now_seconds()) / 86_400;
        let soon = if days < SOON_DAYS { ": renew it soon" } else { "" };
        Some(format!(", the certificate holds for {days} more days{soon}"))
    });
    Ok(((), format!("{version}{}.", until.unwrap_or_default())))
}

fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count if count >= COUNTED => format!("At least {count} {many}"),
        count => format!("{count} {many}"),
    }
}

fn words(error: &ProviderError) -> String {
    match error {
        ProviderError::Unavailable(error @ OutboundError::Redirect { .. }) => format!("{error}."),
        ProviderError::Unavailable(error) => error.to_string(),
        error => error.to_string(),
    }
}
