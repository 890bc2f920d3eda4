//! What is known to have happened to an object, in one order.

use crate::words::{text, text_with};
use model::chart::Frame;
use model::{Level, Namespace, ResourceRef, Timestamp};
use monitoring_contract::{PastAlert, Window};
use people_contract::AuditLine;
use records_contract::EventRecord;
use resources_contract::{
    Condition, EventView, History, ObjectView, Revision, Rollout, Writing, WrittenPart,
};
use ui::deed_words;

/// Who tells of a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The cluster's components, by events.
    Events,
    /// Versions of a workload.
    Rollouts,
    /// The object itself: its beginning, its conditions, its end.
    States,
    /// Who wrote the object and what its pods read, with whatever program.
    Changes,
    /// Alerts of the last day, or of the last week.
    Alerts,
    /// The audit trail.
    People,
}

impl Of {
    /// All of them, in the order of choices.
    pub const ALL: [Self; 6] =
        [Self::Events, Self::Rollouts, Self::States, Self::Changes, Self::Alerts, Self::People];

    /// As addresses and texts name it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Rollouts => "rollouts",
            Self::States => "states",
            Self::Changes => "changes",
            Self::Alerts => "alerts",
            Self::People => "people",
        }
    }

    /// Reads [`Of::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|of| of.word() == word)
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// When, or when last.
    pub at: Timestamp,
    /// Who tells of it.
    pub of: Of,
    /// How bad it is.
    pub level: Level,
    /// What it was, in a word or two.
    pub title: String,
    /// More about it.
    pub words: String,
    /// Who did it or says so.
    pub by: String,
    /// How often it happened until then.
    pub count: i64,
    /// Where it happened, if that is another object.
    pub about: Option<ResourceRef>,
}

impl Moment {
    fn new(at: Timestamp, of: Of, level: Level, title: impl Into<String>) -> Self {
        let (words, by) = (String::new(), String::new());
        Self { at, of, level, title: title.into(), words, by, count: 1, about: None }
    }
}

/// Everything that is known, newest first.
pub fn moments(
    object: &ObjectView,
    lines: &[AuditLine],
    alerts: &[PastAlert],
    past: &[EventRecord],
    history: &History,
) -> Vec<Moment> {
    let mut moments: Vec<Moment> = object.events.iter().map(event).collect();
    moments.extend(past.iter().filter_map(|record| past_event(record, object)));
    moments.extend(object.revisions.iter().filter_map(revision));
    moments.extend(history.rollouts.iter().map(rollout));
    // What the object reads may be older than it is.
    let since = history.writings.iter().filter(|writing| Some(writing.at) >= object.created);
    moments.extend(since.filter_map(|writing| written(writing, lines)));
    moments.extend(object.conditions.iter().filter_map(condition));
    moments.extend(lines.iter().map(|line| person(line, object)));
    moments.extend(alerts.iter().flat_map(alert));
    let state = |at: Option<Timestamp>, level, title| at.map(|at| Moment::new(at, Of::States, level, title));
    moments.extend(state(object.created, Level::Finished, text("timeline.created")));
    moments.extend(state(object.deleting_since, Level::Warning, text("timeline.deleting")));
    moments.sort_by_key(|moment| std::cmp::Reverse(moment.at));
    moments
}

fn event(event: &EventView) -> Moment {
    Moment {
        words: event.message.clone(),
        by: event.source.clone(),
        count: event.count,
        about: event.about.clone(),
        ..Moment::new(event.last_seen, Of::Events, event.level, event.reason.clone())
    }
}

/// What was kept of an event, unless the cluster still tells it, or it is from before the object: then another one of its name
/// is meant.
fn past_event(record: &EventRecord, object: &ObjectView) -> Option<Moment> {
    let at = Timestamp(record.at_ms.div_euclid(1000));
    let words: String = record.message.iter().map(|piece| piece.text.as_str()).collect();
    let count = i64::try_from(record.count).unwrap_or(i64::MAX);
    let is_same = |event: &EventView| {
        (event.last_seen, event.count) == (at, count)
            && event.reason == record.reason
            && event.message == words
    };
    if object.created.is_some_and(|created| at < created) || object.events.iter().any(is_same) {
        return None;
    }
    let level = if record.is_warning { Level::Warning } else { Level::Healthy };
    Some(Moment {
        words,
        by: record.source.clone(),
        count,
        about: record.resource.clone().filter(|about| *about != object.resource),
        ..Moment::new(at, Of::Events, level, record.reason.clone())
    })
}

fn revision(revision: &Revision) -> Option<Moment> {
    let title = text_with("timeline.revision", &[("number", &revision.number)]);
    let cause = (!revision.cause.is_empty()).then(|| revision.cause.clone());
    let words: Vec<String> = revision.images.iter().cloned().chain(cause).collect();
    Some(Moment {
        words: words.join(" · "),
        ..Moment::new(revision.created?, Of::Rollouts, Level::Progressing, title)
    })
}

fn rollout(rollout: &Rollout) -> Moment {
    let Rollout { resource, kind_title, number, at, images, cause } = rollout;
    let title = text_with("timeline.rollout", &[("kind", kind_title), ("number", number)]);
    let cause = Some(cause.clone()).filter(|cause| !cause.is_empty());
    Moment {
        words: images.iter().cloned().chain(cause).collect::<Vec<_>>().join(" · "),
        about: Some(resource.clone()),
        ..Moment::new(*at, Of::Rollouts, Level::Progressing, title)
    }
}

/// The most seconds from a decision of the console until the cluster writes what it was about.
const SOON: i64 = 10;

/// Who wrote, unless it was the console for somebody of whom the trail tells.
fn written(writing: &Writing, lines: &[AuditLine]) -> Option<Moment> {
    let Writing { at, by, part, about } = writing;
    let is_told = |line: &AuditLine| line.refused.is_none() && (line.at.0..=line.at.0 + SOON).contains(&at.0);
    if by == Writing::CONSOLE && about.is_none() && lines.iter().any(is_told) {
        return None;
    }
    let title = match part {
        WrittenPart::Object => text_with("timeline.written", &[("by", by)]),
        WrittenPart::Scale => text_with("timeline.scaled", &[("by", by)]),
    };
    Some(Moment { about: about.clone(), ..Moment::new(*at, Of::Changes, Level::Finished, title) })
}

fn condition(condition: &Condition) -> Option<Moment> {
    let Condition { kind, state, level, reason, message, since } = condition;
    let words: Vec<&str> =
        [reason.as_str(), message.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    Some(Moment {
        words: words.join(": "),
        ..Moment::new((*since)?, Of::States, *level, format!("{kind}: {state}"))
    })
}

/// When it began to fire, and when that was over.
fn alert(alert: &PastAlert) -> impl Iterator<Item = Moment> + use<> {
    let PastAlert { name, level, severity, from, from_step, is_older, until, until_step, about } =
        alert.clone();
    let told = |at, level, title: String| Moment {
        by: severity.clone(),
        about: about.clone(),
        ..Moment::new(at, Of::Alerts, level, title)
    };
    let began = match is_older {
        true => text("timeline.alert.older").to_owned(),
        false => nearly(from_step, |step| text_with("timeline.alert.later", &[("step", &step)])),
    };
    let fires =
        Moment { words: began, ..told(from, level, text_with("timeline.alert", &[("alert", &name)])) };
    let ended = nearly(until_step, |step| text_with("timeline.alert.sooner", &[("step", &step)]));
    let over = until.map(|at| Moment {
        words: ended,
        ..told(at, Level::Finished, text_with("timeline.alert.over", &[("alert", &name)]))
    });
    [fires].into_iter().chain(over)
}

/// How well a moment is known, where that is worse than alerts are evaluated.
fn nearly(step: u32, words: impl FnOnce(String) -> String) -> String {
    if step > PastAlert::NEAR { words(Window::Last(step).to_texts().0) } else { String::new() }
}

/// What somebody did; with what they did it to, where that is not the object itself.
fn person(line: &AuditLine, object: &ObjectView) -> Moment {
    let level = match (&line.refused, line.outcome.as_deref()) {
        (Some(_), _) => Level::Inactive,
        (None, Some("failed" | "unknown")) => Level::Failed,
        (None, _) => Level::Finished,
    };
    let refused = line.refused.as_ref().map(|reason| text_with("timeline.refused", &[("reason", reason)]));
    let own = object.resource.namespace.as_ref().map(Namespace::as_str);
    let is_other =
        line.namespace.as_deref() != own || line.name.as_deref() != Some(object.resource.name.as_str());
    let other = is_other.then(|| format!("{} {}", line.resource, line.name.as_deref().unwrap_or_default()));
    let told = [other.unwrap_or_default(), refused.unwrap_or_else(|| line.detail.clone())];
    let told = told.iter().map(|part| part.trim()).filter(|part| !part.is_empty());
    Moment {
        words: told.collect::<Vec<_>>().join(" · "),
        by: line.person.clone(),
        ..Moment::new(line.at, Of::People, level, deed_words(&line.action))
    }
}

/// The most bars of the picture: narrow ones can still be hit.
const BARS: i64 = 48;

/// Equal stretches from the first moment to the last; nothing where all happened at once.
pub fn frame(moments: &[Moment]) -> Option<Frame> {
    let (end, start) = (moments.first()?.at.0, moments.last()?.at.0);
    let step = u32::try_from((end - start) / BARS + 1).ok()?;
    (end > start).then_some(Frame { start, end, step })
}

/// How many moments are in each stretch: all, bad ones, and those that somebody should look at.
pub fn counted(moments: &[Moment], frame: Frame) -> Vec<[u64; 3]> {
    let mut counts = vec![[0; 3]; frame.points()];
    for moment in moments {
        let stretch = usize::try_from((moment.at.0 - frame.start) / i64::from(frame.step)).ok();
        let Some(count) = stretch.and_then(|stretch| counts.get_mut(stretch)) else { continue };
        count[0] += 1;
        count[1] += u64::from(moment.level == Level::Failed);
        count[2] += u64::from(moment.level == Level::Warning);
    }
    counts
}
