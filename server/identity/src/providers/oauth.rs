//! GitHub and GitLab: OAuth 2 and an interface that says who somebody is.

use crate::providers::arrival::Arrived;
use crate::providers::claims;
use crate::providers::code::{Callback, Ends};
use crate::providers::journey::Journey;
use crate::providers::outbound::Outbound;
use crate::providers::registry::{Provider, ProviderError, Registry};
use database::identities::Person;
use http::Request;
use http::header::{ACCEPT, AUTHORIZATION};
use providers_contract::{Kind, OAuth};
use serde_json::Value;

/// Pages of groups that are read; each holds a hundred.
const PAGES: u32 = 10;

/// The number of groups on a page.
const PAGE: usize = 100;

fn ends(kind: Kind, oauth: &OAuth) -> Ends {
    let address = oauth.address.trim_end_matches('/');
    let (authorization, token) = match kind {
        Kind::GitHub => ("/login/oauth/authorize", "/login/oauth/access_token"),
        _ => ("/oauth/authorize", "/oauth/token"),
    };
    Ends {
        authorization: format!("{address}{authorization}"),
        token: format!("{address}{token}"),
        client_id: oauth.client_id.clone(),
        secret_in_body: true,
    }
}

fn scopes(kind: Kind, oauth: &OAuth) -> Vec<String> {
    let scopes: &[&str] = match (kind, oauth.reads_groups) {
        (Kind::GitHub, true) => &["read:user", "read:org"],
        (Kind::GitHub, false) => &["read:user"],
        (_, true) => &["read_user", "read_api"],
        (_, false) => &["read_user"],
    };
    scopes.iter().map(|scope| (*scope).to_owned()).collect()
}

impl Registry {
    pub(super) fn ask_oauth(
        &self,
        provider: &Provider,
        oauth: &OAuth,
        journey: &Journey,
    ) -> Result<String, ProviderError> {
        let (kind, callback) = (provider.kind(), self.callback(&provider.id));
        ends(kind, oauth).question(provider, callback, journey, &scopes(kind, oauth), &[])
    }

    pub(super) async fn hear_oauth(
        &self,
        provider: &Provider,
        oauth: &OAuth,
        journey: &Journey,
        callback: &Callback,
    ) -> Result<Arrived, ProviderError> {
        let kind = provider.kind();
        let code = callback.code_for(journey, provider)?;
        let outbound = Outbound::new(&oauth.authority)?;
        let here = self.callback(&provider.id);
        let tokens = ends(kind, oauth).redeem(provider, here, &outbound, code, journey).await?;
        let person = Interface { outbound: &outbound, oauth, access: &tokens.access };
        let who = person.read("/user").await?;
        // The number: names are changed and given to others.
        let subject = who.get("id").and_then(Value::as_u64);
        let subject = subject.ok_or_else(|| ProviderError::Unusable("it does not say who that is".into()))?;
        let name = who.get(if kind == Kind::GitHub { "login" } else { "username" });
        let groups = if oauth.reads_groups { person.groups(kind).await? } else { Vec::new() };
        Ok(Arrived {
            person: Person { issuer: issuer(kind, oauth), subject: subject.to_string() },
            name: claims::sound_name(name.and_then(Value::as_str).unwrap_or_default()),
            groups: claims::sound_groups(groups),
            session_there: None,
            id_token: None,
            refresh: None,
        })
    }
}

/// Who vouches: the kind is part of it, so that no OpenID provider can have the same name.
pub(crate) fn issuer(kind: Kind, oauth: &OAuth) -> String {
    format!("{} {}", kind.word(), oauth.address.trim_end_matches('/').to_lowercase())
}

/// The provider's interface, asked as the person.
struct Interface<'a> {
    outbound: &'a Outbound,
    oauth: &'a OAuth,
    access: &'a str,
}

impl Interface<'_> {
    async fn read(&self, path: &str) -> Result<Value, ProviderError> {
        let address = format!("{}{path}", self.oauth.interface.trim_end_matches('/'));
        let request = Request::get(address)
            .header(AUTHORIZATION, format!("Bearer {}", self.access))
            .header(ACCEPT, "application/json")
            .body(Vec::new())
            .map_err(|_| ProviderError::Unusable("the address of its interface is none".into()))?;
        let answer = self.outbound.send(request).await?;
        if !answer.status().is_success() {
            let words = format!("its interface answers {path} with {}", answer.status());
            return Err(ProviderError::Unusable(words));
        }
        serde_json::from_slice(answer.body())
            .map_err(|_| ProviderError::Unusable(format!("its interface answers {path} with no JSON")))
    }

    /// Teams of GitHub as `organisation/team`, groups of GitLab by their full path.
    async fn groups(&self, kind: Kind) -> Result<Vec<String>, ProviderError> {
        let path = match kind {
            Kind::GitHub => "/user/teams?",
            _ => "/groups?min_access_level=10&",
        };
        let mut groups = Vec::new();
        for page in 1..=PAGES {
            let found = self.read(&format!("{path}per_page={PAGE}&page={page}")).await?;
            let found = found.as_array().map(Vec::as_slice).unwrap_or_default();
            groups.extend(found.iter().filter_map(|group| name_of(kind, group)));
            if found.len() < PAGE {
                break;
            }
        }
        Ok(groups)
    }
}

fn name_of(kind: Kind, group: &Value) -> Option<String> {
    if kind == Kind::GitHub {
        let organisation = group.get("organization")?.get("login")?.as_str()?;
        return Some(format!("{organisation}/{}", group.get("slug")?.as_str()?));
    }
    Some(group.get("full_path")?.as_str()?.to_owned())
}
