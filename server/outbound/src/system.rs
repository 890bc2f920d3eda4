//! A system that an operator named in the settings, and what it wants to be shown.

use crate::{Limits, Outbound, OutboundError, Reach};
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response};
use std::path::PathBuf;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Where a system is, and what it wants to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// `https://system.example.org/base`, without a slash at its end.
    pub url: String,
    /// What it wants to be shown.
    pub proof: Proof,
    /// The only authorities that are trusted, as PEM; empty for those that the machine trusts.
    pub authority: String,
}

/// What a system wants to be shown.
#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    /// Nothing.
    Nothing,
    /// A name and a password, as `name:password` in base64.
    Basic(String),
    /// What stands in a file, which is read with each question: tokens are renewed.
    File {
        /// The file.
        path: PathBuf,
        /// What goes before it where the file does not say so itself: `Bearer` or `ApiKey`.
        scheme: &'static str,
    },
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Nothing => formatter.write_str("Nothing"),
            Self::Basic(_) => formatter.write_str("Basic(…)"),
            Self::File { path, .. } => write!(formatter, "File({})", path.display()),
        }
    }
}

impl Proof {
    async fn header(&self) -> Result<Option<HeaderValue>, OutboundError> {
        let shown = match self {
            Self::Nothing => return Ok(None),
            Self::Basic(both) => format!("Basic {both}"),
            Self::File { path, scheme } => {
                let text = tokio::fs::read_to_string(path).await;
                let text = text.map_err(|source| OutboundError::Credential { path: path.clone(), source })?;
                match text.trim() {
                    key if key.starts_with("Bearer ") || key.starts_with("ApiKey ") => key.to_owned(),
                    key => format!("{scheme} {key}"),
                }
            }
        };
        let mut shown = HeaderValue::from_str(&shown).map_err(|_| OutboundError::Unsendable)?;
        shown.set_sensitive(true);
        Ok(Some(shown))
    }
}

/// A way to a system that speaks JSON.
#[derive(Clone, Debug)]
pub struct System {
    address: Address,
    outbound: Outbound,
}

impl System {
    /// Prepares the way; nothing is sent yet.
    pub fn new(address: Address, limits: Limits) -> Result<Self, OutboundError> {
        let outbound = Outbound::new(Reach::Anywhere, limits, &address.authority)?;
        Ok(Self { address, outbound })
    }

    /// Where it is, without what is secret.
    pub fn url(&self) -> &str {
        &self.address.url
    }

    /// Asks at a path; the body is JSON, and empty for none.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<Response<Bytes>, OutboundError> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.address.url));
        request = request.header(ACCEPT, JSON);
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, JSON);
        }
        if let Some(shown) = self.address.proof.header().await? {
            request = request.header(AUTHORIZATION, shown);
        }
        self.outbound.send(request.body(body).map_err(|_| OutboundError::Unsendable)?).await
    }
}
