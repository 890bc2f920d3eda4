//! Why an object is unwell, in words, and what to do next.

mod certificates;
mod deletion;
pub(crate) mod extension;
pub(crate) mod gateway;
mod images;
pub(crate) mod nodes;
pub(crate) mod pods;
mod readiness;
pub(crate) mod scaling;
mod schedules;
mod scheduling;
pub(crate) mod services;
mod starting;
pub(crate) mod storage;
pub(crate) mod workloads;

pub use certificates::Certificate;

use crate::builtin::last_seen;
use crate::said::{Said, say};
use crate::{Kind, Object, Reference};
use model::{Level, Timestamp};

/// One explanation of ill health, for readers of any language.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// How bad it is.
    pub level: Level,
    /// What is wrong, in one line.
    pub title: Said,
    /// How it is known: exit codes, messages, arithmetic.
    pub detail: Said,
    /// What to do next.
    pub next_step: Said,
    /// The object where it shows, if it is another one.
    pub at: Option<Reference>,
    /// The log whose last lines may tell why.
    pub log: Option<LogOf>,
}

/// A container's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogOf {
    /// The pod's namespace.
    pub namespace: String,
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
    /// The run before the present one.
    pub previous: bool,
}

/// What belongs to an object and helps to explain it. Whatever is missing only makes explanations fewer.
#[derive(Clone, Debug, Default)]
pub struct Related<'r> {
    /// Events about the object and about what it owns.
    pub events: Vec<&'r Object<'r>>,
    /// Objects that it owns (directly or not), selects or refers to, each with the slug of its kind.
    pub objects: Vec<(&'r str, &'r Object<'r>)>,
    /// Slugs of the kinds of which `objects` holds everything related: only there does absence mean something.
    pub looked_at: Vec<&'r str>,
    /// Certificates in the secrets that it names, as far as they may be read.
    pub certificates: Vec<Certificate>,
    /// The present moment.
    pub now: Timestamp,
}

/// Why an object is unwell, most likely cause first; empty when nothing is known to be wrong.
pub fn explain(kind: &Kind, object: &Object<'_>, related: &Related<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = deletion::findings(object, related).into_iter().collect();
    if let Some(own) = kind.explain {
        findings.extend(own(object, related));
    }
    if findings.is_empty() {
        findings.extend(from_status(kind, object));
    }
    findings
}

/// What the status says, for trouble that nothing here knows better.
fn from_status(kind: &Kind, object: &Object<'_>) -> Option<Finding> {
    let health = kind.status.map(|status| status(object))?;
    matches!(health.level, Level::Failed | Level::Warning)
        .then(|| Finding::new(health.level, health.word, health.reason, say("finding.status.next")))
}

impl Finding {
    fn new(
        level: Level,
        title: impl Into<Said>,
        detail: impl Into<Said>,
        next_step: impl Into<Said>,
    ) -> Self {
        let (title, detail, next_step) = (title.into(), detail.into(), next_step.into());
        Self { level, title, detail, next_step, at: None, log: None }
    }

    /// It shows at another object.
    fn at(mut self, kind: &str, object: &Object<'_>) -> Self {
        self.at = Some(Reference {
            kind: kind.into(),
            namespace: object.namespace().map(Into::into),
            name: object.name().into(),
        });
        self
    }

    /// A container's log may tell why.
    fn log(mut self, pod: &Object<'_>, container: &str, previous: bool) -> Self {
        self.log = Some(LogOf {
            namespace: pod.namespace().unwrap_or_default().to_owned(),
            pod: pod.name().to_owned(),
            container: container.to_owned(),
            previous,
        });
        self
    }
}

impl<'r> Related<'r> {
    /// Related objects of a kind.
    fn of(&self, slug: &str) -> impl Iterator<Item = &'r Object<'r>> {
        self.objects.iter().filter(move |(kind, _)| *kind == slug).map(|(_, object)| *object)
    }

    /// Whether everything related of a kind is here.
    fn has_all(&self, slug: &str) -> bool {
        self.looked_at.contains(&slug)
    }

    /// The newest event about an object with one of these reasons whose message contains a text.
    fn event(&self, about: &Object<'_>, reasons: &[&str], containing: &str) -> Option<&'r Object<'r>> {
        self.events
            .iter()
            .copied()
            .filter(|event| is_about(event, about))
            .filter(|event| reasons.contains(&event.text_at("/reason")))
            .filter(|event| event.text_at("/message").contains(containing))
            .max_by_key(|event| last_seen(event))
    }
}

fn is_about(event: &Object<'_>, object: &Object<'_>) -> bool {
    match event.text_at("/involvedObject/uid") {
        "" => {
            event.text_at("/involvedObject/name") == object.name()
                && event.text_at("/involvedObject/kind") == object.text_at("/kind")
        }
        uid => uid == object.uid(),
    }
}

/// A quoted text in full, or its beginning when it is long.
fn quoted(text: &str) -> String {
    const MOST: usize = 400;
    let text = text.trim();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("“{} …”", &text[..end]),
        None => format!("“{text}”"),
    }
}
