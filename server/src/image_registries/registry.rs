//! A registry that is asked for what it has.

use super::{Trouble, base, door, get};
use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use http::{Response, StatusCode};
use outbound::{Outbound, OutboundError};
use serde_json::Value;
use workloads_contract::RegistryLogin;

/// A registry, and the login with which it is asked, if there is one.
pub(super) struct Registry {
    way: Outbound,
    /// Scheme and host.
    address: String,
    login: Option<RegistryLogin>,
}

/// What stands at an address.
pub(super) struct Found {
    pub headers: HeaderMap,
    pub value: Value,
}

impl Registry {
    /// The registry of a name such as `registry.example:5000`.
    pub fn of(way: Outbound, name: &str, login: Option<RegistryLogin>) -> Result<Self, Trouble> {
        // A login says whether its registry is without encryption.
        let own = login.as_ref().and_then(|login| base(&login.server));
        let address = base(name).map(|address| own.unwrap_or(address)).ok_or(Trouble::NoAddress)?;
        Ok(Self { way, address, login })
    }

    /// What answers at an address, asked as nobody.
    pub fn at(way: Outbound, address: &str) -> Self {
        Self { way, address: address.to_owned(), login: None }
    }

    /// Scheme and host.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What stands at a path of an interface that is the registry's own; nothing where it has no such interface. The login is
    /// shown at once: without one it answers too, but of less.
    pub async fn own(&self, path: &str) -> Result<Option<Value>, Trouble> {
        let answer = self.way.send(get(&format!("{}{path}", self.address), self.login.as_ref())?).await;
        Ok(match answer {
            Ok(answer) if answer.status() == StatusCode::OK => serde_json::from_slice(answer.body()).ok(),
            Ok(answer) if is_busy(answer.status()) => return Err(self.no_registry(answer.status())),
            // Where it leads to a page for people there is no interface for programs.
            Ok(_) | Err(OutboundError::Redirect { .. }) => None,
            Err(error) => return Err(error.into()),
        })
    }

    /// What stands at a path of the interface that every registry has; nothing where there is no such thing. Who gives out
    /// tokens is asked for one, as container runtimes do it.
    pub async fn read(&self, path: &str) -> Result<Option<Found>, Trouble> {
        let address = format!("{}{path}", self.address);
        let first = self.way.send(get(&address, None)?).await?;
        let answer = match first.status() {
            StatusCode::UNAUTHORIZED => self.knock(&address, first.headers()).await?,
            _ => first,
        };
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Ok(None),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(self.refused()),
            status => return Err(self.no_registry(status)),
        }
        let (head, body) = answer.into_parts();
        let value = serde_json::from_slice(&body).map_err(|_| self.no_registry(head.status))?;
        Ok(Some(Found { headers: head.headers, value }))
    }

    /// Asks once more, with what the first answer asks for.
    async fn knock(&self, address: &str, said: &HeaderMap) -> Result<Response<Bytes>, Trouble> {
        let door = door(said, address.to_owned(), true);
        let door = door.ok_or_else(|| self.no_registry(StatusCode::UNAUTHORIZED))?;
        if door == address {
            let login = self.login.as_ref().ok_or_else(|| self.refused())?;
            return Ok(self.way.send(get(address, Some(login))?).await?);
        }
        let answer = self.way.send(get(&door, self.login.as_ref())?).await?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(self.refused()),
            status => return Err(self.no_registry(status)),
        }
        let token: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        let token = token["token"].as_str().or_else(|| token["access_token"].as_str());
        let token = token.ok_or_else(|| self.no_registry(StatusCode::OK))?;
        let mut shown = HeaderValue::try_from(format!("Bearer {token}"))
            .map_err(|_| Trouble::from(OutboundError::Unsendable))?;
        shown.set_sensitive(true);
        let mut request = get(address, None)?;
        request.headers_mut().insert(AUTHORIZATION, shown);
        Ok(self.way.send(request).await?)
    }

    fn refused(&self) -> Trouble {
        let address = self.address.clone();
        if self.login.is_some() { Trouble::Refused(address) } else { Trouble::NoLogin(address) }
    }

    fn no_registry(&self, status: StatusCode) -> Trouble {
        Trouble::NoRegistry { address: self.address.clone(), status }
    }
}

/// Whether somebody else, or the same question later, would be answered otherwise.
pub fn is_busy(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error()
}
