//! Forms of objects that are filled in without scripts: each button posts the form to the address of its page, which is
//! rendered with what was typed, and with what the cluster would make of it once that is asked. What is typed may be long
//! and secret, so nothing of it is in an address, and nothing is kept between two requests.

use crate::console::Console;
use crate::routes::posted::{self, Refused};
use crate::routes::problem;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use model::fault::FormFault;
use model::{ClusterName, ConsoleError, DocumentPreview, SentForm};
use resources_contract::{Base, ManifestChange, Resources};
use serde::Deserialize;
use workloads_contract::{Draft, Form, PostedForm, Wizards, forms};

/// What the address of a form says.
#[derive(Debug, Deserialize)]
pub struct Place {
    cluster: String,
    kind: String,
    /// Of what exists.
    #[serde(default)]
    name: Option<String>,
}

/// `POST` to the page of a form: one that was refused, or one that is being filled in.
pub async fn refused_or_filled_in(
    State(console): State<Console>,
    Path(place): Path<Place>,
    request: Request,
) -> Response {
    if let Some(refused) = Refused::of(request.uri()) {
        return refused.shown(console, request).await;
    }
    // Forms that the browser makes have none to post.
    let Some(form) = forms::find(&place.kind) else { return StatusCode::METHOD_NOT_ALLOWED.into_response() };
    let asker = match posted::asker(&console, &request) {
        Ok(asker) => asker,
        Err(error) => return problem(&error),
    };
    let (parts, sent) = match posted::whole(request).await {
        Ok(whole) => whole,
        Err(answer) => return answer,
    };
    let sent = SentForm::new(String::new(), form_urlencoded::parse(&sent).into_owned());
    match filled_in(form, &place, &sent, &asker).await {
        Ok(posted) => posted::render(console, parts, StatusCode::OK, posted).await,
        Err(error) => problem(&error),
    }
}

async fn filled_in(
    form: &Form,
    place: &Place,
    sent: &SentForm,
    asker: &(impl Resources + Wizards),
) -> Result<PostedForm, ConsoleError> {
    let cluster =
        ClusterName::parse(&place.cluster).map_err(|error| ConsoleError::refused("cluster", error.rule))?;
    let is_new = place.name.is_none();
    let mut posted = PostedForm::read(form, sent, is_new).ok_or_else(|| FormFault::Foreign.at("draft"))?;
    let base = posted.base.as_deref().map(Base::from_field).transpose();
    let base = base.map_err(|_| FormFault::Foreign.at("base"))?;
    if base.is_none() != is_new {
        return Err(FormFault::Foreign.at("base"));
    }
    if posted.is_asked(form) {
        let text = posted.draft.to_yaml();
        let change = ManifestChange { cluster, namespace: None, text: text.clone(), base, force: false };
        let answer = tried_out(&posted.draft, change, asker).await;
        posted.preview = Some((text, answer));
    }
    Ok(posted)
}

/// What the cluster would make of it. A certificate is held against its key first.
async fn tried_out(
    draft: &Draft,
    change: ManifestChange,
    asker: &(impl Resources + Wizards),
) -> Result<Vec<DocumentPreview>, ConsoleError> {
    if let Some((certificate, key)) = draft.certificate() {
        let problems = asker.pair(certificate, key).await?;
        if !problems.is_empty() {
            return Err(ConsoleError::Invalid { problems });
        }
    }
    asker.preview(change).await
}
