//! The file with which kubectl reaches clusters through the console: a new API token stands in it, and nowhere else.

use super::account::{own_change, refused, refused_as_typed, unavailable};
use super::account_keys::{for_place, token_problem};
use super::knock::Signed;
use super::token_place::place_of;
use crate::console::Console;
use account_contract::{AccountProblem, Tab, path};
use axum::extract::{Form, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use database::audit::Decision;
use database::tokens::TokenScope;
use identity::api_tokens;
use kubernetes::kubeconfig;
use model::{ClusterName, Language};
use serde::Deserialize;

/// The longest name of a token, in characters.
const LONGEST_NAME: usize = 64;

/// See `account_contract::path::KUBECONFIG`.
#[derive(Deserialize)]
pub struct KubeconfigForm {
    #[serde(default)]
    cluster: String,
    #[serde(default)]
    kubectl_scope: String,
    #[serde(default)]
    kubectl_place: String,
    #[serde(default)]
    kubectl_namespace: String,
    #[serde(default)]
    kubectl_days: String,
}

/// Makes an API token and answers the file with it.
pub async fn download(
    State(console): State<Console>,
    Signed(caller): Signed,
    Form(form): Form<KubeconfigForm>,
) -> Response {
    let as_typed = |problem| refused_as_typed(Tab::Tokens, problem, path::KUBECONFIG);
    let address = console.surroundings().public_url();
    let (place, namespace) = (&form.kubectl_place, &form.kubectl_namespace);
    let place = match place_of(&console, &caller, place, namespace, AccountProblem::KubectlPlace).await {
        Ok(place) => place,
        Err(problem) => return as_typed(problem),
    };
    // The file names what its token reaches.
    let program = match console.access().within(&caller, place.as_ref()).await {
        Ok(program) => program,
        Err(error) => return as_typed(unavailable(&error)),
    };
    let reader = console.kubernetes().for_caller(program, Language::English);
    let clusters = reader.kubeconfig_clusters();
    let current = clusters.iter().find(|(name, _)| name.as_str() == form.cluster).or(clusters.first());
    let (Some((current, _)), Some(scope), true) =
        (current, TokenScope::parse(&form.kubectl_scope), address.is_https)
    else {
        return refused(Tab::Tokens, AccountProblem::NoKubeconfig).into_response();
    };
    let name = named(current);
    let decision = own_change(&caller, "add_token", "create", "tokens.console.orrery");
    let reason = for_place(&form.kubectl_place, &form.kubectl_namespace);
    let decision = Decision { name: Some(name.clone()), reason, ..decision };
    if let Err(error) = console.database().record_decision(&decision).await {
        return as_typed(unavailable(&error));
    }
    let hours = api_tokens::hours_of(&form.kubectl_days);
    let (database, account) = (console.database(), caller.account_id);
    let token = match api_tokens::issue_for(database, account, &name, scope, place, hours).await {
        Ok(token) => token,
        Err(error) => return as_typed(token_problem(&error)),
    };
    let file = kubeconfig(&address.to_string(), &clusters, current, &caller.name, &token);
    let headers = [
        (CONTENT_TYPE, "application/yaml".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"kubeconfig-{current}.yaml\"")),
    ];
    (headers, file).into_response()
}

/// What the token in the file is called; of a long name of a cluster only so much as a name of a token may have.
fn named(cluster: &ClusterName) -> String {
    format!("kubeconfig {cluster}").chars().take(LONGEST_NAME).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_token_can_be_named_after_any_cluster() {
        for name in ["harbour".to_owned(), "x".repeat(63)] {
            let name = named(&ClusterName::parse(&name).unwrap());
            assert!(identity::is_name(&name), "{name}");
        }
    }
}
