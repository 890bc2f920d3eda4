//! The file with which kubectl reaches clusters through the console: a new API token stands in it, and nowhere else.

use super::account::{own_change, refused, unavailable};
use super::account_keys::token_problem;
use super::knock::Signed;
use crate::console::Console;
use account_contract::{AccountProblem, Tab};
use axum::extract::{Form, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use database::audit::Decision;
use database::tokens::TokenScope;
use identity::api_tokens;
use kubernetes::kubeconfig;
use model::Language;
use serde::Deserialize;

/// See `account_contract::path::KUBECONFIG`.
#[derive(Deserialize)]
pub struct KubeconfigForm {
    #[serde(default)]
    cluster: String,
    #[serde(default)]
    kubectl_scope: String,
    #[serde(default)]
    kubectl_days: String,
}

/// Makes an API token and answers the file with it.
pub async fn download(
    State(console): State<Console>,
    Signed(caller): Signed,
    Form(form): Form<KubeconfigForm>,
) -> Response {
    let tab = Tab::Tokens;
    let address = console.surroundings().public_url();
    let reader = console.kubernetes().for_caller((*caller).clone(), Language::English);
    let clusters = reader.kubeconfig_clusters();
    let current = clusters.iter().find(|(name, _)| name.as_str() == form.cluster).or(clusters.first());
    let (Some((current, _)), Some(scope), true) =
        (current, TokenScope::parse(&form.kubectl_scope), address.is_https)
    else {
        return refused(tab, AccountProblem::NoKubeconfig).into_response();
    };
    let name = format!("kubeconfig {current}");
    let decision = own_change(&caller, "add_token", "create", "tokens.console.orrery");
    let decision = Decision { name: Some(name.clone()), ..decision };
    if let Err(error) = console.database().record_decision(&decision).await {
        return refused(tab, unavailable(&error)).into_response();
    }
    let days = form.kubectl_days.parse().unwrap_or_default();
    let token = match api_tokens::issue(console.database(), caller.account_id, &name, scope, days).await {
        Ok(token) => token,
        Err(error) => return refused(tab, token_problem(&error)).into_response(),
    };
    let file = kubeconfig(&address.to_string(), &clusters, current, &caller.name, &token);
    let headers = [
        (CONTENT_TYPE, "application/yaml".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"kubeconfig-{current}.yaml\"")),
    ];
    (headers, file).into_response()
}
