//! Why a cron job does not run when it should.

use super::{Finding, Related, quoted};
use crate::builtin::last_seen;
use crate::said::{Said, Text, say};
use crate::{Object, time};
use model::Level;

/// What keeps a cron job from its next run.
pub(super) fn finding(cron_job: &Object<'_>, related: &Related<'_>) -> Option<Finding> {
    if cron_job.is_true("/spec/suspend") {
        return None;
    }
    unreadable(cron_job, related)
        .or_else(|| missed(cron_job, related))
        .or_else(|| overlapping(cron_job, related))
}

/// A time table or time zone that the controller cannot read; what it said of an earlier one is past.
fn unreadable(cron_job: &Object<'_>, related: &Related<'_>) -> Option<Finding> {
    let said_of = |path: &str, reasons: &[&str]| {
        let written = cron_job.text_at(path);
        related.event(cron_job, reasons, written).filter(|_| !written.is_empty())
    };
    let event = said_of("/spec/timeZone", &["UnknownTimeZone"])
        .or_else(|| said_of("/spec/schedule", &["UnparseableSchedule", "InvalidSchedule"]))?;
    Some(Finding::new(
        Level::Failed,
        say("finding.schedule.unreadable.title"),
        controller_says(event),
        say("finding.schedule.unreadable.next"),
    ))
}

/// A run that could not begin within its deadline, and none since.
fn missed(cron_job: &Object<'_>, related: &Related<'_>) -> Option<Finding> {
    let event = since_last_run(cron_job, related, "MissSchedule")?;
    let seconds = cron_job.number_at("/spec/startingDeadlineSeconds")?;
    let late = say("finding.schedule.missed.detail").with("seconds", seconds);
    Some(Finding::new(
        Level::Warning,
        say("finding.schedule.missed.title"),
        Said::from(controller_says(event)).and(late),
        say("finding.schedule.missed.next"),
    ))
}

/// A run that is left out because the one before still goes on.
fn overlapping(cron_job: &Object<'_>, related: &Related<'_>) -> Option<Finding> {
    let active = cron_job.items_at("/status/active").first()?;
    if cron_job.text_at("/spec/concurrencyPolicy") != "Forbid" {
        return None;
    }
    since_last_run(cron_job, related, "JobAlreadyActive")?;
    let name = active.text_at("/name");
    let finding = Finding::new(
        Level::Warning,
        say("finding.schedule.overlap.title"),
        say("finding.schedule.overlap.detail").with("job", name),
        say("finding.schedule.overlap.next"),
    );
    Some(match related.of("jobs").find(|job| job.name() == name) {
        Some(job) => finding.at("jobs", job),
        None => finding,
    })
}

/// The newest event with a reason, if nothing was scheduled since.
fn since_last_run<'r>(cron_job: &Object<'_>, related: &Related<'r>, reason: &str) -> Option<&'r Object<'r>> {
    let scheduled = time::seconds(cron_job.text_at("/status/lastScheduleTime"));
    related.event(cron_job, &[reason], "").filter(|event| last_seen(event) > scheduled)
}

fn controller_says(event: &Object<'_>) -> Text {
    say("finding.controller-says").with("said", quoted(event.text_at("/message")))
}
