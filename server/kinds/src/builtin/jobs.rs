//! Kinds that run to an end.

use super::shared::{from_condition, owner, owns, pod_relations, selects, sentence, terminating, words};
use crate::column::{age, count, flag, function, list, ratio, since, status, text};
use crate::said::say;
use crate::{Field, Health, Kind, Menu, Object, explain, time};
use model::{ActionKind, Level};

pub(super) fn jobs() -> Kind {
    let mut relations = vec![owns("pods"), selects("pods", "/spec/selector")];
    relations.extend(pod_relations!("/spec/template/spec"));
    Kind {
        menu: Menu::Workloads,
        status: Some(job_status),
        explain: Some(explain::workloads::job),
        columns: vec![
            status(),
            ratio("completions", "/status/succeeded", "/spec/completions"),
            function("duration", |job, _| duration(job)),
            since("finished", "/status/completionTime").hidden(),
            function("owner", owner),
            list("images", "/spec/template/spec/containers/*/image"),
            age(),
        ],
        actions: vec![
            ActionKind::Edit,
            ActionKind::Trigger,
            ActionKind::Suspend,
            ActionKind::Unsuspend,
            ActionKind::SetMetadata,
            ActionKind::Delete,
        ],
        relations,
        search: words(["/spec/template/spec/containers/*/image"]),
        ..Kind::plain("batch", "v1", "Job", "jobs")
    }
}

fn job_status(job: &Object<'_>) -> Health {
    if let Some(status) = terminating(job) {
        return status;
    }
    let is = |kind: &str| job.condition(kind).filter(|condition| condition.text_at("/status") == "True");
    if let Some(failed) = is("Failed").or_else(|| is("FailureTarget")) {
        let reason = format!("{}: {}", failed.text_at("/reason"), sentence(failed.text_at("/message")));
        return Health::new(Level::Failed, "Failed").because(reason);
    }
    if is("Complete").is_some() {
        return Health::new(Level::Finished, "Complete");
    }
    if let Some(met) = is("SuccessCriteriaMet") {
        return from_condition(Level::Progressing, met);
    }
    if job.is_true("/spec/suspend") {
        return Health::new(Level::Inactive, "Suspended");
    }
    match job.number_at("/status/failed").unwrap_or_default() {
        0 => Health::new(Level::Progressing, "Running"),
        failed => {
            let limit = job.number_at("/spec/backoffLimit").unwrap_or(6);
            let left = say("reason.job.tries").with("count", (limit - failed + 1).max(0));
            let reason = say("reason.job.failing").with("count", failed).with("left", left);
            Health::new(Level::Warning, "Running").because(reason)
        }
    }
}

/// From start to end, of jobs that have ended: how long the others have run changes all the time.
fn duration(job: &Object<'_>) -> Field {
    let start = time::seconds(job.text_at("/status/startTime"));
    let end = time::seconds(job.text_at("/status/completionTime"));
    let Some(seconds) = start.zip(end).map(|(start, end)| (end - start).max(0)) else { return Field::None };
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let text = match (hours, minutes) {
        (0, 0) => format!("{rest}s"),
        (0, _) => format!("{minutes}m{rest:02}s"),
        _ => format!("{hours}h{minutes:02}m"),
    };
    Field::Text(text.into())
}

pub(super) fn cron_jobs() -> Kind {
    let mut relations = vec![owns("jobs")];
    relations.extend(pod_relations!("/spec/jobTemplate/spec/template/spec"));
    Kind {
        menu: Menu::Workloads,
        aliases: words(["cj"]),
        status: Some(cron_job_status),
        explain: Some(explain::workloads::cron_job),
        columns: vec![
            status(),
            text("schedule", "/spec/schedule"),
            text("time_zone", "/spec/timeZone").hidden(),
            flag("suspended", "/spec/suspend").hidden(),
            count("active", "/status/active/*"),
            since("last_scheduled", "/status/lastScheduleTime"),
            since("last_succeeded", "/status/lastSuccessfulTime"),
            list("images", "/spec/jobTemplate/spec/template/spec/containers/*/image").hidden(),
            age(),
        ],
        actions: vec![
            ActionKind::Edit,
            ActionKind::Trigger,
            ActionKind::Suspend,
            ActionKind::Unsuspend,
            ActionKind::SetMetadata,
            ActionKind::Delete,
        ],
        relations,
        search: words(["/spec/jobTemplate/spec/template/spec/containers/*/image"]),
        ..Kind::plain("batch", "v1", "CronJob", "cronjobs")
    }
}

fn cron_job_status(cron_job: &Object<'_>) -> Health {
    if let Some(status) = terminating(cron_job) {
        return status;
    }
    if cron_job.is_true("/spec/suspend") {
        return Health::new(Level::Inactive, "Suspended");
    }
    let active = cron_job.items_at("/status/active").len() as i64;
    if active > 0 {
        return Health::new(Level::Progressing, "Running")
            .because(say("reason.cron-job.runs").with("count", active));
    }
    let scheduled = time::seconds(cron_job.text_at("/status/lastScheduleTime"));
    let succeeded = time::seconds(cron_job.text_at("/status/lastSuccessfulTime"));
    if scheduled.is_some() && succeeded < scheduled {
        return Health::new(Level::Warning, "Last run failed").because(say("reason.cron-job.last-failed"));
    }
    Health::new(Level::Healthy, "Scheduled")
}
