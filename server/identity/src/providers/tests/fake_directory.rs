//! A small directory that can be told to misbehave. Plain LDAP on loopback.

use futures::{SinkExt, StreamExt};
use ldap3_proto::LdapCodec;
use ldap3_proto::control::LdapControl;
use ldap3_proto::proto::{
    LdapBindCred, LdapBindResponse, LdapFilter, LdapMsg, LdapOp, LdapPartialAttribute, LdapResult,
    LdapResultCode, LdapSearchRequest, LdapSearchResultEntry, LdapSearchResultReference, LdapSubstringFilter,
};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::codec::Framed;

/// What it does wrong.
#[derive(Clone, Debug, Default)]
pub struct Behaviour {
    pub delay: Duration,
    pub closes_after_bind: bool,
    /// Answers searches with a referral to this address.
    pub refers_to: Option<String>,
    /// Adds references to this address among the entries.
    pub references: Option<String>,
    /// The most entries it gives without pages.
    pub size_limit: Option<usize>,
    /// Refuses StartTLS.
    pub refuses_tls: bool,
    /// Says yes to StartTLS, and sends an answer to a bind along in the clear.
    pub injects: bool,
}

struct Inner {
    behaviour: Mutex<Behaviour>,
    entries: Mutex<Vec<Entry>>,
    binds: Mutex<Vec<(String, String)>>,
    connections: AtomicUsize,
    address: String,
}

/// An entry: its name, its password, its attributes.
#[derive(Clone)]
pub struct Entry {
    pub dn: String,
    password: String,
    attributes: Vec<(String, Vec<String>)>,
}

/// An entry with these attributes, written `name=value`.
pub fn entry(dn: &str, password: &str, attributes: &[&str]) -> Entry {
    let mut all: Vec<(String, Vec<String>)> = Vec::new();
    for attribute in attributes {
        let (name, value) = attribute.split_once('=').unwrap();
        match all.iter_mut().find(|(known, _)| known == name) {
            Some((_, values)) => values.push(value.into()),
            None => all.push((name.into(), vec![value.into()])),
        }
    }
    Entry { dn: dn.into(), password: password.into(), attributes: all }
}

#[derive(Clone)]
pub struct FakeDirectory(Arc<Inner>);

impl FakeDirectory {
    pub async fn start(entries: Vec<Entry>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fake = Self(Arc::new(Inner {
            behaviour: Mutex::default(),
            entries: Mutex::new(entries),
            binds: Mutex::default(),
            connections: AtomicUsize::new(0),
            address: format!("ldap://{}", listener.local_addr().unwrap()),
        }));
        let serving = fake.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serving.0.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(serving.clone(), stream));
            }
        });
        fake
    }

    pub fn address(&self) -> String {
        self.0.address.clone()
    }

    pub fn behave(&self, behaviour: Behaviour) {
        *self.0.behaviour.lock() = behaviour;
    }

    /// From now on these are its entries.
    pub fn hold(&self, entries: Vec<Entry>) {
        *self.0.entries.lock() = entries;
    }

    /// Every name and password that anybody has tried.
    pub fn binds(&self) -> Vec<(String, String)> {
        self.0.binds.lock().clone()
    }

    pub fn connections(&self) -> usize {
        self.0.connections.load(Ordering::SeqCst)
    }

    fn bind(&self, dn: &str, password: &str) -> LdapResultCode {
        self.0.binds.lock().push((dn.into(), password.into()));
        let entries = self.0.entries.lock();
        let is_right =
            entries.iter().any(|entry| entry.dn.eq_ignore_ascii_case(dn) && entry.password == password);
        // As RFC 4513 has it: a name without a password is nobody, and welcome.
        if is_right || password.is_empty() {
            LdapResultCode::Success
        } else {
            LdapResultCode::InvalidCredentials
        }
    }

    fn search(
        &self,
        request: &LdapSearchRequest,
        offset: usize,
        page: usize,
    ) -> (Vec<LdapOp>, Option<usize>) {
        let base = request.base.to_lowercase();
        let entries = self.0.entries.lock();
        let found: Vec<&Entry> = entries
            .iter()
            .filter(|entry| entry.dn.to_lowercase().ends_with(&base) && matches(&request.filter, entry))
            .collect();
        let shown = found.iter().skip(offset).take(page).map(|entry| shown(entry)).collect();
        let next = offset + page;
        (shown, (next < found.len()).then_some(next))
    }
}

fn matches(filter: &LdapFilter, entry: &Entry) -> bool {
    match filter {
        LdapFilter::And(all) => all.iter().all(|filter| matches(filter, entry)),
        LdapFilter::Or(any) => any.iter().any(|filter| matches(filter, entry)),
        LdapFilter::Equality(name, value) => entry.attributes.iter().any(|(known, values)| {
            known.eq_ignore_ascii_case(name) && values.iter().any(|known| known.eq_ignore_ascii_case(value))
        }),
        LdapFilter::Substring(name, parts) => entry.attributes.iter().any(|(known, values)| {
            known.eq_ignore_ascii_case(name) && values.iter().any(|known| has_parts(known, parts))
        }),
        LdapFilter::Present(name) => {
            entry.attributes.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
        }
        _ => false,
    }
}

/// Whether a value has the parts of a filter with stars, in their order.
fn has_parts(value: &str, parts: &LdapSubstringFilter) -> bool {
    let (first, last) = (parts.initial.as_deref(), parts.final_.as_deref());
    let Some(mut rest) = value.strip_prefix(first.unwrap_or_default()) else { return false };
    for part in &parts.any {
        let Some((_, behind)) = rest.split_once(part.as_str()) else { return false };
        rest = behind;
    }
    rest.ends_with(last.unwrap_or_default())
}

fn shown(entry: &Entry) -> LdapOp {
    let attribute = |(name, values): &(String, Vec<String>)| LdapPartialAttribute {
        atype: name.clone(),
        vals: values.iter().map(|value| value.clone().into_bytes()).collect(),
    };
    let attributes = entry.attributes.iter().map(attribute).collect();
    LdapOp::SearchResultEntry(LdapSearchResultEntry { dn: entry.dn.clone(), attributes })
}

fn result(code: LdapResultCode) -> LdapResult {
    LdapResult { code, matcheddn: String::new(), message: String::new(), referral: Vec::new() }
}

async fn serve(fake: FakeDirectory, stream: TcpStream) {
    let mut wire = Framed::new(stream, LdapCodec::default());
    while let Some(Ok(message)) = wire.next().await {
        let behaviour = fake.0.behaviour.lock().clone();
        tokio::time::sleep(behaviour.delay).await;
        let mut control = Vec::new();
        let answers = match message.op {
            LdapOp::BindRequest(bind) => {
                let LdapBindCred::Simple(password) = &bind.cred else { return };
                let res = result(fake.bind(&bind.dn, password));
                vec![LdapOp::BindResponse(LdapBindResponse { res, saslcreds: None })]
            }
            LdapOp::SearchRequest(search) => {
                if let Some(address) = behaviour.refers_to {
                    let referral = vec![address];
                    vec![LdapOp::SearchResultDone(LdapResult {
                        referral,
                        ..result(LdapResultCode::Referral)
                    })]
                } else {
                    search_answers(&fake, &behaviour, &search, &message.ctrl, &mut control)
                }
            }
            LdapOp::ExtendedRequest(_) => {
                let code = if behaviour.refuses_tls {
                    LdapResultCode::ProtocolError
                } else {
                    LdapResultCode::Success
                };
                let mut answers = vec![LdapOp::ExtendedResponse(ldap3_proto::proto::LdapExtendedResponse {
                    res: result(code),
                    name: None,
                    value: None,
                })];
                if behaviour.injects {
                    let res = result(LdapResultCode::Success);
                    answers.push(LdapOp::BindResponse(LdapBindResponse { res, saslcreds: None }));
                }
                answers
            }
            _ => return,
        };
        let is_bind = matches!(answers.first(), Some(LdapOp::BindResponse(_)));
        let last = answers.len() - 1;
        for (index, op) in answers.into_iter().enumerate() {
            let ctrl = if index == last { control.clone() } else { Vec::new() };
            if wire.send(LdapMsg { msgid: message.msgid, op, ctrl }).await.is_err() {
                return;
            }
        }
        if is_bind && behaviour.closes_after_bind {
            return;
        }
    }
}

fn search_answers(
    fake: &FakeDirectory,
    behaviour: &Behaviour,
    search: &LdapSearchRequest,
    asked: &[LdapControl],
    control: &mut Vec<LdapControl>,
) -> Vec<LdapOp> {
    let page = asked.iter().find_map(|control| match control {
        LdapControl::SimplePagedResults { size, cookie } => {
            let offset = String::from_utf8(cookie.clone()).ok()?.parse().unwrap_or_default();
            Some((offset, usize::try_from(*size).ok()?))
        }
        _ => None,
    });
    let (offset, size) = page.unwrap_or((0, behaviour.size_limit.unwrap_or(usize::MAX / 2)));
    let (mut answers, next) = fake.search(search, offset, size);
    if let Some(address) = &behaviour.references {
        answers
            .push(LdapOp::SearchResultReference(LdapSearchResultReference { uris: vec![address.clone()] }));
    }
    if page.is_some() {
        let cookie = next.map(|next| next.to_string().into_bytes()).unwrap_or_default();
        control.push(LdapControl::SimplePagedResults { size: 0, cookie });
    }
    let code = match (page, next) {
        (None, Some(_)) => LdapResultCode::SizeLimitExceeded,
        _ => LdapResultCode::Success,
    };
    answers.push(LdapOp::SearchResultDone(result(code)));
    answers
}
