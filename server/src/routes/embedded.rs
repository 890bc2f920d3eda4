//! Dashboards inside pages of other sites: `/embed/{token}`. Whoever has the address is answered, and nobody else is asked
//! about: no cookie and no session counts here.

use crate::console::Console;
use crate::guards::{Client, Framed, RequestId, framed_policy};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderValue, REFRESH};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use dashboards::Followed;
use leptos::prelude::{Owner, provide_context};
use model::{Language, Preferences, Theme};
use monitoring_contract::{EMBED_PATH, Embedded, Measured, NotEmbedded};
use serde::Deserialize;
use tower_http::compression::CompressionLayer;

/// Seconds between looks: not more often than anything is measured, and not so seldom that it looks dead.
const REFRESHES: std::ops::RangeInclusive<i64> = 30..=300;

/// The way to what links show.
pub fn router() -> Router<Console> {
    Router::new().route(&format!("{EMBED_PATH}/{{token}}"), get(show)).layer(CompressionLayer::new())
}

/// How the page around it wants it to look.
#[derive(Deserialize)]
struct Look {
    #[serde(default)]
    theme: String,
    #[serde(default)]
    lang: String,
}

/// `GET /embed/{token}`.
async fn show(
    State(console): State<Console>,
    Extension(Client(address)): Extension<Client>,
    Extension(RequestId(request)): Extension<RequestId>,
    Path(token): Path<String>,
    Query(look): Query<Look>,
) -> Response {
    let followed = console.dashboards().follow(&token, request.to_string(), Some(address)).await;
    let Followed { origins, shown } = match followed {
        Ok(Some(followed)) => followed,
        Ok(None) => Followed { origins: Vec::new(), shown: Err(NotEmbedded::Unknown) },
        Err(error) => Followed { origins: Vec::new(), shown: Err(NotEmbedded::Failed(error)) },
    };
    let (status, again) = (status(&shown), again(&shown));
    let assets = console.site().assets();
    let owner = Owner::new_root(None);
    let html = owner.with(|| {
        provide_context(preferences(&look));
        app::embedded(&assets, shown)
    });
    let policy = HeaderValue::from_str(&framed_policy(&origins)).expect("origins are ASCII without spaces");
    let answer = [(CONTENT_SECURITY_POLICY, policy), (REFRESH, HeaderValue::from(again))];
    (status, Extension(Framed), answer, Html(html)).into_response()
}

fn status(shown: &Embedded) -> StatusCode {
    match shown {
        Ok(_) => StatusCode::OK,
        Err(NotEmbedded::Unknown) => StatusCode::NOT_FOUND,
        Err(NotEmbedded::Over(_) | NotEmbedded::NoPanel) => StatusCode::GONE,
        Err(NotEmbedded::Withdrawn) => StatusCode::FORBIDDEN,
        Err(NotEmbedded::Failed(error)) => {
            StatusCode::from_u16(error.status_code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

/// After how many seconds the browser looks again: as soon as there can be another point.
fn again(shown: &Embedded) -> i64 {
    let step = match shown {
        Ok(shown) => match &shown.open.view {
            Measured::Answered(view) => i64::from(view.frame.step),
            Measured::Missing(_) => *REFRESHES.start(),
        },
        Err(NotEmbedded::Failed(_)) => *REFRESHES.start(),
        Err(_) => *REFRESHES.end(),
    };
    step.clamp(*REFRESHES.start(), *REFRESHES.end())
}

/// What the address says; there is no cookie that could say more.
fn preferences(look: &Look) -> Preferences {
    let theme = match look.theme.as_str() {
        "light" => Theme::Light,
        "dark" => Theme::Dark,
        _ => Theme::System,
    };
    let is_asked = |language: &Language| language.tag().split('-').next() == look.lang.split('-').next();
    let language = Language::ALL.into_iter().find(is_asked).unwrap_or_default();
    Preferences { theme, language, ..Preferences::default() }
}
