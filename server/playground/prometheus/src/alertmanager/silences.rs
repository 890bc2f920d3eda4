//! Silences: for a while nobody is told of some alerts.

use std::collections::BTreeMap;

use axum::response::Response;
use http::StatusCode;
use playground_promql::Labels;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Alertmanager;
use super::matcher::Matcher;
use crate::api::{Parameters, Refusal, json, text};
use crate::times::{read, written};

/// Ended silences are kept for so long, in milliseconds.
const KEPT: i64 = 120 * 3_600_000;

/// All silences by id.
#[derive(Debug, Default)]
pub(super) struct Silences(BTreeMap<String, Silence>);

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Silence {
    matchers: Vec<Matcher>,
    starts: i64,
    ends: i64,
    updated: i64,
    created_by: String,
    comment: String,
}

/// As it is posted.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Posted {
    #[serde(default)]
    id: Option<String>,
    matchers: Option<Vec<Matcher>>,
    starts_at: Option<String>,
    ends_at: Option<String>,
    created_by: Option<String>,
    comment: Option<String>,
}

impl Posted {
    /// What the API's schema finds wrong with it: a code and a sentence.
    fn fault(&self) -> Option<(u16, &'static str)> {
        let required = [
            (self.comment.is_none(), "comment in body is required"),
            (self.created_by.is_none(), "createdBy in body is required"),
            (self.ends_at.is_none(), "endsAt in body is required"),
            (self.matchers.is_none(), "matchers in body is required"),
        ];
        let missing = required.into_iter().find(|(is_missing, _)| *is_missing).map(|(_, words)| (602, words));
        let empty = self.matchers.as_ref().is_some_and(Vec::is_empty);
        missing
            .or(empty.then_some((612, "matchers in body should have at least 1 items")))
            .or(self.starts_at.is_none().then_some((602, "startsAt in body is required")))
    }
}

impl Silence {
    fn state(&self, now: i64) -> &'static str {
        if now < self.starts {
            "pending"
        } else if now < self.ends {
            "active"
        } else {
            "expired"
        }
    }

    fn json(&self, id: &str, now: i64) -> Value {
        json!({
            "id": id,
            "status": { "state": self.state(now) },
            "updatedAt": written(self.updated),
            "comment": self.comment,
            "createdBy": self.created_by,
            "endsAt": written(self.ends),
            "startsAt": written(self.starts),
            "matchers": self.matchers,
        })
    }
}

impl Silences {
    /// The silences that keep an alert quiet now.
    pub(super) fn of(&self, labels: &Labels, now: i64) -> Vec<String> {
        let active = self.0.iter().filter(|(_, silence)| silence.state(now) == "active");
        let fitting =
            active.filter(|(_, silence)| silence.matchers.iter().all(|matcher| matcher.fits(labels)));
        fitting.map(|(id, _)| id.clone()).collect()
    }
}

/// `GET /api/v2/silences`
pub(super) fn list(manager: &Alertmanager, parameters: &Parameters) -> Result<Response, Refusal> {
    let filters = filters(parameters)?;
    let now = manager.prometheus.source.now();
    let mut silences = manager.silences.lock();
    silences.0.retain(|_, silence| silence.ends + KEPT > now);
    // A filter names a condition of the silence; it is not held against what the condition allows.
    let is_about = |silence: &Silence| filters.iter().all(|filter| silence.matchers.contains(filter));
    let mut found: Vec<(&String, &Silence)> =
        silences.0.iter().filter(|(_, silence)| is_about(silence)).collect();
    let order = |state: &str| ["active", "pending", "expired"].iter().position(|known| *known == state);
    found.sort_by_key(|(_, silence)| (order(silence.state(now)), silence.ends));
    let found: Vec<Value> = found.into_iter().map(|(id, silence)| silence.json(id, now)).collect();
    Ok(json(StatusCode::OK, &found))
}

/// `POST /api/v2/silences`: makes one, or another in its place where an active one is changed beyond its end.
pub(super) fn post(manager: &Alertmanager, parameters: &Parameters) -> Result<Response, Refusal> {
    let posted: Posted = serde_json::from_slice(&parameters.body).map_err(|error| {
        Refusal::words(StatusCode::BAD_REQUEST, &format!("parsing silence body failed: {error}"))
    })?;
    if let Some((code, words)) = posted.fault() {
        return Err(Refusal::schema(code, words));
    }
    let now = manager.prometheus.source.now();
    let time = |name: &str, text: Option<String>| {
        let text = text.unwrap_or_default();
        let words = format!("{name} in body must be of type date-time: {text:?}");
        read(&text).ok_or_else(|| Refusal::schema(601, &words))
    };
    let (starts, ends) = (time("startsAt", posted.starts_at)?, time("endsAt", posted.ends_at)?);
    let silence = Silence {
        matchers: posted.matchers.unwrap_or_default(),
        starts: starts.max(now),
        ends,
        updated: now,
        created_by: posted.created_by.unwrap_or_default(),
        comment: posted.comment.unwrap_or_default(),
    };
    if let Some(problem) = problem(&silence, starts, now) {
        return Err(Refusal::words(StatusCode::BAD_REQUEST, &problem));
    }
    let mut silences = manager.silences.lock();
    let wanted = posted.id.filter(|id| !id.is_empty());
    let id = match wanted {
        Some(id) => {
            let known = silences.0.get_mut(&id);
            let known = known
                .ok_or_else(|| Refusal::words(StatusCode::NOT_FOUND, &format!("silence not found: {id}")))?;
            if known.matchers == silence.matchers && known.state(now) != "expired" {
                let starts = known.starts;
                *known = Silence { starts, ..silence };
                id
            } else {
                known.ends = known.ends.min(now);
                silences.add(silence)
            }
        }
        None => silences.add(silence),
    };
    Ok(json(StatusCode::OK, &json!({ "silenceID": id })))
}

impl Silences {
    fn add(&mut self, silence: Silence) -> String {
        let id = Uuid::new_v4().to_string();
        self.0.insert(id.clone(), silence);
        id
    }
}

fn problem(silence: &Silence, starts: i64, now: i64) -> Option<String> {
    if silence.ends <= starts {
        return Some("Failed to create silence: start time must be before end time".to_owned());
    }
    if silence.ends <= now {
        return Some("Failed to create silence: end time can't be in the past".to_owned());
    }
    if let Some(problem) = silence.matchers.iter().find_map(Matcher::problem) {
        return Some(format!("invalid silence: {problem}"));
    }
    silence
        .matchers
        .iter()
        .all(Matcher::fits_nothing)
        .then(|| "invalid silence: at least one matcher must not match the empty string".to_owned())
}

/// `GET /api/v2/silence/<id>`
pub(super) fn one(manager: &Alertmanager, parameters: &Parameters) -> Result<Response, Refusal> {
    let silences = manager.silences.lock();
    let id = id(parameters)?;
    let silence = silences.0.get(&id).ok_or_else(not_found)?;
    Ok(json(StatusCode::OK, &silence.json(&id, manager.prometheus.source.now())))
}

/// `DELETE /api/v2/silence/<id>`: ends it now; it is kept for a while.
pub(super) fn expire(manager: &Alertmanager, parameters: &Parameters) -> Result<Response, Refusal> {
    let now = manager.prometheus.source.now();
    let mut silences = manager.silences.lock();
    let silence = silences.0.get_mut(&id(parameters)?).ok_or_else(not_found)?;
    if silence.state(now) != "expired" {
        silence.starts = silence.starts.min(now);
        silence.ends = now;
        silence.updated = now;
    }
    Ok(text(StatusCode::OK, ""))
}

fn id(parameters: &Parameters) -> Result<String, Refusal> {
    let written = parameters.path.rsplit('/').next().unwrap_or_default();
    let id = Uuid::parse_str(written).map_err(|_| {
        let words = format!("silenceID in path must be of type uuid: {written:?}");
        Refusal::schema(601, &words)
    })?;
    Ok(id.to_string())
}

fn not_found() -> Refusal {
    Refusal::words(StatusCode::NOT_FOUND, "")
}

/// What the parameter `filter` asks for.
pub(super) fn filters(parameters: &Parameters) -> Result<Vec<Matcher>, Refusal> {
    let read = |written: &str| {
        Matcher::read(written)
            .ok_or_else(|| Refusal::words(StatusCode::BAD_REQUEST, &format!("bad matcher format: {written}")))
    };
    parameters.all("filter").map(read).collect()
}
