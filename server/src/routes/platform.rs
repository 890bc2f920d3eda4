//! The platform's picture: the file, and the form with which it is changed.

use super::knock::Signed;
use super::problem;
use super::sign_in::back;
use crate::console::Console;
use crate::platform::{Logo, NoLogo, Settings, logo};
use axum::extract::State;
use axum::extract::multipart::Multipart;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use bytes::Bytes;
use model::ConsoleError;
use platform_contract::{LOGO, PROBLEM, path};

/// The picture. What is in it may load and run nothing, also for who opens it by itself.
pub async fn show(State(console): State<Console>) -> Response {
    match logo(console.database()).await {
        Ok(Some(Logo { kind, bytes })) => {
            let policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
            let headers = [
                (CONTENT_TYPE, kind),
                (CONTENT_SECURITY_POLICY, policy),
                (CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ];
            (headers, bytes).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "The platform's picture cannot be read"
            );
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// Keeps the picture that was chosen, or takes it away where none was.
pub async fn change(State(console): State<Console>, Signed(caller): Signed, form: Multipart) -> Response {
    let settings = Settings::new(console, caller);
    let logo = match file(form).await {
        Ok(None) => None,
        Ok(Some(bytes)) if bytes.is_empty() => return wrong("none"),
        Ok(Some(bytes)) => match Logo::read(bytes) {
            Ok(logo) => Some(logo),
            Err(NoLogo::Large) => return wrong("large"),
            Err(NoLogo::Kind) => return wrong("kind"),
        },
        Err(()) => return wrong("large"),
    };
    match settings.change_logo(logo).await {
        Ok(()) => Redirect::to(path::SETTINGS).into_response(),
        Err(ConsoleError::Unavailable { .. }) => wrong("unkept"),
        Err(error) => problem(&error),
    }
}

fn wrong(word: &str) -> Response {
    back(path::SETTINGS, &[(PROBLEM, word.to_owned())]).into_response()
}

/// The file of the form, if it has one; an error when it is longer than may be sent.
async fn file(mut form: Multipart) -> Result<Option<Bytes>, ()> {
    while let Some(field) = form.next_field().await.map_err(|_| ())? {
        if field.name() == Some(LOGO) {
            return field.bytes().await.map(Some).map_err(|_| ());
        }
    }
    Ok(None)
}
