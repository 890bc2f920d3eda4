//! The authorization code grant: to the provider with a question, back with a code, and the code against tokens.

use crate::providers::journey::Journey;
use crate::providers::outbound::Outbound;
use crate::providers::registry::{Provider, ProviderError};
use ::outbound::OutboundError;
use oauth2::basic::{
    BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse,
    BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    ExtraTokenFields, RedirectUrl, RefreshToken, RequestTokenError, Scope, StandardRevocableToken,
    StandardTokenResponse, TokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// What a browser brings back from a provider.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Callback {
    /// What proves that it was sent there by us.
    #[serde(default)]
    pub state: String,
    /// What is given for tokens.
    #[serde(default)]
    pub code: String,
    /// What proves to CAS that somebody signed in there.
    pub ticket: Option<String>,
    /// Who answers, as RFC 9207 has it.
    pub iss: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
    /// The same in words.
    pub error_description: Option<String>,
}

impl Callback {
    /// Whether this is the answer to the journey's question.
    pub(crate) fn belongs_to(&self, journey: &Journey, provider: &Provider) -> Result<(), ProviderError> {
        let is_ours = bool::from(self.state.as_bytes().ct_eq(journey.state.as_bytes()));
        if is_ours && journey.provider == provider.id { Ok(()) } else { Err(ProviderError::Foreign) }
    }

    /// The code, if this is the answer to the journey's question.
    pub(crate) fn code_for(
        &self,
        journey: &Journey,
        provider: &Provider,
    ) -> Result<AuthorizationCode, ProviderError> {
        self.belongs_to(journey, provider)?;
        if let Some(error) = &self.error {
            let words = self.error_description.as_deref().unwrap_or(error);
            return Err(ProviderError::Refused(plain(words)));
        }
        if self.code.is_empty() {
            return Err(ProviderError::Unusable("it sends no code".into()));
        }
        Ok(AuthorizationCode::new(self.code.clone()))
    }
}

/// A foreign text, short and in one line.
pub(crate) fn plain(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(200).collect()
}

/// Where a provider takes questions and codes.
#[derive(Clone, Debug)]
pub(crate) struct Ends {
    pub authorization: String,
    pub token: String,
    pub client_id: String,
    /// Whether the secret is sent in the body, for providers that do not take it in a header.
    pub secret_in_body: bool,
}

/// The tokens that an OpenID provider adds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct WithIdToken {
    pub id_token: Option<String>,
}

impl ExtraTokenFields for WithIdToken {}

/// What a code was given for.
pub(crate) struct Tokens {
    pub access: String,
    pub id_token: Option<String>,
    pub refresh: Option<String>,
}

/// What a refresh token was given for.
pub(crate) enum Refreshed {
    /// New tokens.
    Tokens(Tokens),
    /// Nothing: what it belonged to is over.
    Over,
}

type Client = oauth2::Client<
    BasicErrorResponse,
    StandardTokenResponse<WithIdToken, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

impl Ends {
    fn client(&self, provider: &Provider, callback: String) -> Result<Client, ProviderError> {
        let unusable = |_| ProviderError::Unusable("it names an address that is none".into());
        let client = oauth2::Client::new(ClientId::new(self.client_id.clone()))
            .set_auth_uri(AuthUrl::new(self.authorization.clone()).map_err(unusable)?)
            .set_token_uri(TokenUrl::new(self.token.clone()).map_err(unusable)?)
            .set_redirect_uri(RedirectUrl::new(callback).map_err(unusable)?)
            .set_auth_type(if self.secret_in_body { AuthType::RequestBody } else { AuthType::BasicAuth });
        Ok(match provider.secret.reveal() {
            "" => client,
            secret => client.set_client_secret(ClientSecret::new(secret.to_owned())),
        })
    }

    /// Where to send the browser.
    pub fn question(
        &self,
        provider: &Provider,
        callback: String,
        journey: &Journey,
        scopes: &[String],
        extra: &[(&str, &str)],
    ) -> Result<String, ProviderError> {
        let client = self.client(provider, callback)?;
        let state = journey.state.clone();
        let mut request =
            client.authorize_url(move || CsrfToken::new(state)).set_pkce_challenge(journey.challenge());
        for scope in scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        for (name, value) in extra {
            request = request.add_extra_param(*name, *value);
        }
        Ok(request.url().0.to_string())
    }

    /// Gives the code for tokens.
    pub async fn redeem(
        &self,
        provider: &Provider,
        callback: String,
        outbound: &Outbound,
        code: AuthorizationCode,
        journey: &Journey,
    ) -> Result<Tokens, ProviderError> {
        let client = self.client(provider, callback)?;
        let answer =
            client.exchange_code(code).set_pkce_verifier(journey.proof()).request_async(outbound).await;
        match answer {
            Ok(tokens) => Ok(tokens_of(&tokens)),
            Err(error) => Err(refusal(error)),
        }
    }

    /// Gives a refresh token for new ones.
    pub async fn refresh(
        &self,
        provider: &Provider,
        callback: String,
        outbound: &Outbound,
        token: String,
    ) -> Result<Refreshed, ProviderError> {
        let client = self.client(provider, callback)?;
        let token = RefreshToken::new(token);
        let answer = client.exchange_refresh_token(&token).request_async(outbound).await;
        match answer {
            Ok(tokens) => Ok(Refreshed::Tokens(tokens_of(&tokens))),
            Err(RequestTokenError::ServerResponse(said))
                if *said.error() == BasicErrorResponseType::InvalidGrant =>
            {
                Ok(Refreshed::Over)
            }
            Err(error) => Err(refusal(error)),
        }
    }
}

fn tokens_of(answer: &StandardTokenResponse<WithIdToken, BasicTokenType>) -> Tokens {
    Tokens {
        access: answer.access_token().secret().clone(),
        id_token: answer.extra_fields().id_token.clone(),
        refresh: answer.refresh_token().map(|token| token.secret().clone()),
    }
}

/// Why there are no tokens.
fn refusal(error: RequestTokenError<OutboundError, BasicErrorResponse>) -> ProviderError {
    match error {
        RequestTokenError::ServerResponse(said) => ProviderError::Refused(plain(&said.to_string())),
        RequestTokenError::Request(error) => ProviderError::Unavailable(error),
        // What it said instead may hold tokens: it is not repeated.
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            ProviderError::Unusable("it does not answer with tokens".into())
        }
    }
}
