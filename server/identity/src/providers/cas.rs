//! CAS, the Central Authentication Service: the browser brings a ticket, and the service says whose it is (CAS Protocol
//! 3.0 Specification, sections 2.1, 2.3 and 2.5).

use crate::providers::arrival::Arrived;
use crate::providers::claims;
use crate::providers::code::{Callback, plain};
use crate::providers::journey::Journey;
use crate::providers::logout::LogoutRefused;
use crate::providers::outbound::Outbound;
use crate::providers::registry::{Provider, ProviderError, Registry};
use database::identities::Person;
use http::Request;
use http::header::ACCEPT;
use providers_contract::Cas;
use roxmltree::{Document, Node};
use url::Url;

/// The namespace of answers.
const ANSWER: &str = "http://www.yale.edu/tp/cas";

/// The namespace of requests to sign somebody out (SAML 2.0).
const LOGOUT: &str = "urn:oasis:names:tc:SAML:2.0:protocol";

/// The longest ticket that is handed on: eight times what a client must take.
const MAX_TICKET_BYTES: usize = 2048;

/// The longest request to sign somebody out that is looked at.
const MAX_LOGOUT_BYTES: usize = 16 * 1024;

/// What a service says of a ticket.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Validated {
    /// Whose it is.
    Success {
        /// The name with which they sign in there.
        user: String,
        /// What else is said of them, in its order.
        attributes: Vec<(String, String)>,
    },
    /// It is nobody's.
    Failure {
        /// Such as `INVALID_TICKET`.
        code: String,
        /// The same in words.
        words: String,
    },
}

impl Registry {
    pub(super) fn ask_cas(
        &self,
        provider: &Provider,
        cas: &Cas,
        journey: &Journey,
    ) -> Result<String, ProviderError> {
        end(cas, "login", &[("service", &self.service(provider, journey)?)])
    }

    pub(super) async fn hear_cas(
        &self,
        provider: &Provider,
        cas: &Cas,
        journey: &Journey,
        callback: &Callback,
    ) -> Result<Arrived, ProviderError> {
        callback.belongs_to(journey, provider)?;
        let ticket = callback.ticket.as_deref().filter(|ticket| is_ticket(ticket));
        let ticket = ticket.ok_or_else(|| ProviderError::Unusable("it sends no ticket".into()))?;
        match validate(cas, &self.service(provider, journey)?, ticket).await? {
            Validated::Success { user, attributes } => arrived(cas, ticket, &user, &attributes),
            Validated::Failure { code, words } => Err(ProviderError::Refused(format!("{code}: {words}"))),
        }
    }

    /// Where the ticket is brought, which is also for what it counts: nobody can bring one that was made for another
    /// browser's journey.
    fn service(&self, provider: &Provider, journey: &Journey) -> Result<String, ProviderError> {
        let mut service = Url::parse(&self.callback(&provider.id)).map_err(|_| no_address())?;
        service.query_pairs_mut().append_pair("state", &journey.state);
        Ok(service.into())
    }

    /// Where a browser signs out there too.
    pub(super) fn way_out_of_cas(&self, cas: &Cas) -> Option<String> {
        let back = format!("{}{}", self.public_url, sign_in_contract::path::SIGN_IN);
        end(cas, "logout", &[("service", &back)]).ok()
    }

    /// Ends the session that was begun with the ticket which a request names; answers how many those were. The request
    /// is not signed: who knows the ticket, which only the service, the console and the browser do, is believed.
    pub(super) async fn sign_out_by_ticket(
        &self,
        provider: &Provider,
        request: &str,
    ) -> Result<u64, LogoutRefused> {
        let ticket = ticket_of(request).ok_or(LogoutRefused::Untrue("it names no ticket"))?;
        Ok(self.database.end_session_there(&provider.id, &claims::session(&ticket)).await?)
    }
}

/// Who vouches.
pub(crate) fn issuer(cas: &Cas) -> String {
    format!("cas {}", cas.address.trim_end_matches('/').to_lowercase())
}

/// An address of the service with a query.
pub(super) fn end(cas: &Cas, path: &str, query: &[(&str, &str)]) -> Result<String, ProviderError> {
    let address = format!("{}/{path}", cas.address.trim_end_matches('/'));
    let mut address = Url::parse(&address).map_err(|_| no_address())?;
    address.query_pairs_mut().extend_pairs(query);
    Ok(address.into())
}

fn no_address() -> ProviderError {
    ProviderError::Unusable("its address is none".into())
}

fn is_ticket(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_TICKET_BYTES && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Asks whose a ticket is.
pub(super) async fn validate(cas: &Cas, service: &str, ticket: &str) -> Result<Validated, ProviderError> {
    let address = end(cas, "p3/serviceValidate", &[("service", service), ("ticket", ticket)])?;
    let request = Request::get(address).header(ACCEPT, "application/xml").body(Vec::new());
    let answer = Outbound::new(&cas.authority)?.send(request.map_err(|_| no_address())?).await?;
    let (status, body) = (answer.status(), answer.into_body());
    let read = String::from_utf8(body).ok().and_then(|text| read(&text));
    read.ok_or_else(|| {
        ProviderError::Unusable(format!("it answers a ticket with {status} and no answer of CAS"))
    })
}

/// An answer. Document types, and with them entities, are not read.
pub(super) fn read(text: &str) -> Option<Validated> {
    let document = Document::parse(text).ok()?;
    let root = document.root_element();
    if !root.has_tag_name((ANSWER, "serviceResponse")) {
        return None;
    }
    let outcome = root.children().find(Node::is_element)?;
    match (outcome.tag_name().namespace(), outcome.tag_name().name()) {
        (Some(ANSWER), "authenticationSuccess") => {
            let user = child(outcome, "user").map(text_of).filter(|user| !user.is_empty())?;
            let attributes = child(outcome, "attributes").map(attributes).unwrap_or_default();
            Some(Validated::Success { user, attributes })
        }
        (Some(ANSWER), "authenticationFailure") => Some(Validated::Failure {
            code: plain(outcome.attribute("code").unwrap_or("without a code")),
            words: plain(&text_of(outcome)),
        }),
        _ => None,
    }
}

fn attributes(parent: Node<'_, '_>) -> Vec<(String, String)> {
    let said = parent.children().filter(Node::is_element);
    said.map(|attribute| (attribute.tag_name().name().to_owned(), text_of(attribute))).collect()
}

fn child<'a, 'd>(parent: Node<'a, 'd>, name: &str) -> Option<Node<'a, 'd>> {
    parent.children().find(|child| child.has_tag_name((ANSWER, name)))
}

/// The whole text: a comment in the middle does not cut a name in two.
fn text_of(node: Node<'_, '_>) -> String {
    let text: String = node.descendants().filter(Node::is_text).filter_map(|text| text.text()).collect();
    text.trim().to_owned()
}

fn arrived(
    cas: &Cas,
    ticket: &str,
    user: &str,
    attributes: &[(String, String)],
) -> Result<Arrived, ProviderError> {
    let all = |name: &str| {
        let of_name = attributes.iter().filter(|(of, _)| of == name);
        of_name.map(|(_, value)| value.clone()).collect::<Vec<_>>()
    };
    let one = |name: &str| match name {
        "" => Some(user.to_owned()),
        // Of several nobody could say which.
        name => <[String; 1]>::try_from(all(name)).ok().map(|[value]| value),
    };
    let subject = one(&cas.subject_attribute).filter(|subject| claims::is_subject(subject));
    let subject = subject.ok_or_else(|| {
        ProviderError::Unusable(format!("it does not say who that is by one {}", cas.subject_attribute))
    })?;
    Ok(Arrived {
        person: Person { issuer: issuer(cas), subject },
        name: claims::sound_name(&one(&cas.proposed_attribute).unwrap_or_default()),
        groups: claims::sound_groups(all(&cas.groups_attribute)),
        session_there: Some(claims::session(ticket)),
        id_token: None,
        refresh: None,
    })
}

/// The ticket with which the session began that a request names.
fn ticket_of(request: &str) -> Option<String> {
    if request.len() > MAX_LOGOUT_BYTES {
        return None;
    }
    let document = Document::parse(request).ok()?;
    let root = document.root_element();
    if !root.has_tag_name((LOGOUT, "LogoutRequest")) {
        return None;
    }
    let index = root.children().find(|child| child.has_tag_name((LOGOUT, "SessionIndex")))?;
    Some(text_of(index)).filter(|ticket| is_ticket(ticket))
}
