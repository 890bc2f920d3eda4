//! Against `oidc-provider`: `cargo xtask test --peers`, or by hand with `cargo xtask peers up openid`.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use database::Database;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use identity::Seal;
use identity::providers::{Arrived, Callback, Journey, ProviderError, Purpose, Registry, probe};
use providers_contract::{Kind, Settings, System};
use std::collections::BTreeMap;

fn variable(name: &str) -> String {
    std::env::var(name).expect("needs an OpenID provider: set what `cargo xtask peers up openid` prints")
}

/// A browser, as far as it is needed: it keeps cookies and follows redirects until it is sent back to the console.
#[derive(Default)]
struct Browser {
    cookies: BTreeMap<String, String>,
}

impl Browser {
    async fn send(&mut self, request: http::request::Builder, body: String) -> Response<String> {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request =
            request.header(COOKIE, cookies.join("; ")).body(Full::<bytes::Bytes>::from(body)).unwrap();
        let client = Client::builder(TokioExecutor::new()).build_http();
        let (head, body) = client.request(request).await.unwrap().into_parts();
        for line in head.headers.get_all(SET_COOKIE) {
            let pair = line.to_str().unwrap().split(';').next().unwrap().to_owned();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.into(), value.into());
        }
        let body = body.collect().await.unwrap().to_bytes();
        Response::from_parts(head, String::from_utf8(body.to_vec()).unwrap())
    }

    /// Signs in as somebody, agrees to everything, and answers where the browser is sent in the end.
    async fn sign_in(&mut self, address: &str, name: &str) -> url::Url {
        let issuer = url::Url::parse(address).unwrap();
        let console = variable("ORRERY_PEER_OPENID_CONSOLE");
        let mut response = self.send(Request::get(address), String::new()).await;
        for _ in 0..12 {
            if let Some(target) = response.headers().get(LOCATION) {
                let target = issuer.join(target.to_str().unwrap()).unwrap();
                if target.as_str().starts_with(&console) {
                    return target;
                }
                response = self.send(Request::get(target.as_str()), String::new()).await;
                continue;
            }
            let page = response.body();
            let action = page.split("action=\"").nth(1).unwrap_or_else(|| panic!("{page}"));
            let action = issuer.join(action.split('"').next().unwrap()).unwrap();
            let form = if page.contains("name=\"login\"") {
                format!("prompt=login&login={name}&password=x")
            } else {
                "prompt=consent".into()
            };
            let request =
                Request::post(action.as_str()).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
            response = self.send(request, form).await;
        }
        panic!("the provider never sends the browser back");
    }
}

async fn world(secret: &str) -> (Registry, String) {
    let database = Database::in_memory().await.unwrap();
    let console = variable("ORRERY_PEER_OPENID_CONSOLE");
    let registry = Registry::new(database, Seal::random(), &console);
    let mut settings = Settings::draft(Kind::OpenId);
    settings.name = "Company".into();
    let System::OpenId(openid) = &mut settings.system else { unreachable!("it is one") };
    openid.issuer = variable("ORRERY_PEER_OPENID");
    openid.client_id = "orrery".into();
    let id = registry.add(&settings, secret).await.unwrap();
    assert_eq!(id, "company", "the provider knows the console's address under this name");
    (registry, id)
}

async fn round(registry: &Registry, id: &str, name: &str) -> Result<Arrived, ProviderError> {
    let provider = registry.enabled(id).await?;
    let journey = Journey::begin(id, Purpose::SignIn, "/");
    let address = registry.ask(&provider, &journey).await?;
    let back = Browser::default().sign_in(&address, name).await;
    let query: BTreeMap<String, String> = back.query_pairs().into_owned().collect();
    let callback = Callback {
        ticket: None,
        state: query["state"].clone(),
        code: query["code"].clone(),
        iss: query.get("iss").cloned(),
        error: None,
        error_description: None,
    };
    registry.hear(&provider, &journey, &callback).await
}

#[tokio::test]
#[ignore = "needs an OpenID provider: run by `cargo xtask test --peers`"]
async fn somebody_arrives_with_their_name_and_groups() {
    let (registry, id) = world("a secret between the two").await;

    let arrived = round(&registry, &id, "grace").await.unwrap();

    assert_eq!(
        (arrived.person.issuer, arrived.person.subject),
        (variable("ORRERY_PEER_OPENID"), "grace".into())
    );
    assert_eq!(arrived.name, "grace");
    assert_eq!(arrived.groups, ["sailors", "admirals"], "and not as a master of Kubernetes");
    assert!(arrived.id_token.is_some());
}

#[tokio::test]
#[ignore = "needs an OpenID provider: run by `cargo xtask test --peers`"]
async fn a_wrong_secret_is_refused_by_the_provider() {
    let (registry, id) = world("another secret").await;

    let refused = round(&registry, &id, "grace").await;

    assert!(matches!(refused, Err(ProviderError::Refused(_))), "{refused:?}");
}

#[tokio::test]
#[ignore = "needs an OpenID provider: run by `cargo xtask test --peers`"]
async fn it_describes_itself_and_the_way_out() {
    let (registry, id) = world("a secret between the two").await;
    let provider = registry.enabled(&id).await.unwrap();

    let steps = probe(provider.clone(), "https://console.example".into()).await;
    let way_out = registry.way_out(&provider, None).await.unwrap();

    assert!(steps.len() == 4 && steps.iter().all(|step| step.result.is_ok()), "{steps:?}");
    assert!(way_out.starts_with(&format!("{}/session/end?client_id=orrery", variable("ORRERY_PEER_OPENID"))));
}
