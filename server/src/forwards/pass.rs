//! What lets a browser through to a port: sealed, in a cookie of that address alone. Whether it is still good is asked with
//! every request, so that every replica answers.

use crate::console::Console;
use crate::routes::Kept;
use access::Caller;
use axum::http::header::{HeaderMap, HeaderValue};
use database::accounts::Account;
use database::open_ports::port_handle;
use kubernetes::ForwardPort;
use model::{ConsoleError, Language, ResourceRef};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use uuid::Uuid;

/// For how long a ticket is good, in seconds: for the way to the address, and no longer.
const TICKET: i64 = 60;
const FOR_TICKETS: &str = "port-ticket";
const FOR_PASSES: &str = "port-pass";

/// Who may reach which port under which address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    /// The first part of the address.
    pub id: String,
    /// In which language whoever opened it reads: the console's own cookies are not for this address.
    pub language: Language,
    pod: ResourceRef,
    port: u16,
    account: Uuid,
}

#[derive(Serialize, Deserialize)]
struct Ticket {
    pass: Pass,
    until: i64,
}

impl Pass {
    /// A new address for a port, for who opened it.
    pub fn new(forward: ForwardPort, account: Uuid, language: Language) -> Self {
        let id = format!("{:032x}", rand::random::<u128>());
        Self { id, language, pod: forward.pod, port: forward.port, account }
    }

    /// What is behind it.
    pub fn forward(&self) -> ForwardPort {
        ForwardPort { pod: self.pod.clone(), port: self.port }
    }

    /// What the browser brings along on its way to the address.
    pub fn ticket(&self, console: &Console) -> String {
        let ticket = Ticket { pass: self.clone(), until: database::now_seconds() + TICKET };
        console.registry().seal().seal_value(FOR_TICKETS, &ticket)
    }

    /// The cookie for a ticket that is good at this address.
    pub fn exchange(console: &Console, id: &str, ticket: &str) -> Option<HeaderValue> {
        let seal = console.registry().seal();
        let Ticket { pass, until } = seal.open_value(FOR_TICKETS, ticket).ok()?;
        if pass.id != id || database::now_seconds() > until {
            return None;
        }
        Some(Kept::Port.keep_open(console, &seal.seal_value(FOR_PASSES, &pass)))
    }

    /// The pass of a request to this address.
    pub fn of_cookie(console: &Console, id: &str, headers: &HeaderMap) -> Option<Self> {
        let value = Kept::Port.read(console, headers)?;
        let pass: Self = console.registry().seal().open_value(FOR_PASSES, &value).ok()?;
        (pass.id == id).then_some(pass)
    }

    /// Who opened it, with what they may do now; refused when it was ended, or when they have signed out since. What is
    /// granted to such a caller ends with the port.
    pub async fn holder(
        &self,
        console: &Console,
        request_id: String,
        address: Option<IpAddr>,
    ) -> Result<Caller, ConsoleError> {
        let handle = port_handle(&self.id);
        let is_open = console.database().is_open(&handle).await?;
        let account = console.database().account(self.account).await?;
        let account = account.filter(|account: &Account| is_open && account.is_enabled);
        let account = account.ok_or(ConsoleError::NotSignedIn)?;
        Ok(console.access().caller(account, Some(handle), request_id, address).await?)
    }
}
