//! A piece of long work, such as a drain or work on many objects, as it goes on.

use super::{Sending, send_on_submit};
use crate::surroundings::Surroundings;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use live::LiveValue;
use model::live::Topic;
use model::{ClusterName, ConsoleError, Level, Status, link};
use resources_contract::{ActionKind, Job, JobStep, ManyWork, PodLeaving, StopByForm, UndoByForm, read_job};
use serde::de::DeserializeOwned;
use ui::{Button, Card, LinkButton, LiveMark, Problem, Since, StatusMark, awaited, error_words};

/// The work that the address names, with its steps, followed; nothing while it names none. `close` is the page without
/// it.
pub fn job_panel(id: Memo<Option<String>>, close: Signal<String>) -> AnyView {
    let job = Resource::new_blocking(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => Some(read_job(id).await),
                None => None,
            }
        },
    );
    let content = move || {
        Suspend::new(async move {
            // The page may be gone before its turn comes, and again before the answer does.
            id.try_get_untracked()?;
            let answer = job.await?;
            id.try_get_untracked()?;
            Some(match answer {
                Ok(job) => {
                    steps(LiveValue::new(Topic::Job(job.id.clone()), job, None), close.get_untracked())
                }
                Err(error) => {
                    view! { <Problem error on_retry=Callback::new(move |()| job.refetch())/> }.into_any()
                }
            })
        })
    };
    view! { <Transition fallback=|| ()>{awaited(content)}</Transition> }.into_any()
}

fn steps(live: LiveValue<Job>, close: String) -> AnyView {
    let job = live.value();
    let title = Signal::derive(move || title(&job.read()));
    let status = move || {
        let job = job.read();
        view! { <StatusMark status=status(&job)/> " " <Since at=job.started in_words=true/> }
    };
    let progress = move || progress(&job.read());
    let step = |step: JobStep| {
        let href = link::object(&step.resource);
        let name = step.resource.to_string();
        let status = step_status(step);
        view! {
            <li>
                <a href=href>{name}</a>
                <StatusMark status with_reason=true/>
            </li>
        }
    };
    let next = Memo::new(move |_| Next::of(&job.read()));
    let here = close.clone();
    view! {
        <Card
            title
            wide=true
            actions=move || view! { <LiveMark state=live.liveness()/><a href=close>{text("close")}</a> }
        >
            <div class="job-state">{status}{progress}{move || next.get().view(&here)}</div>
            {move || job.read().error.clone().map(|error| view! { <Problem error/> })}
            <ol class="job-steps">{move || job.read().steps.clone().into_iter().map(step).collect_view()}</ol>
            {move || left_out(&job.read())}
        </Card>
    }
    .into_any()
}

/// How a step stands, in the reader's language. What a cluster says stays as it says it.
fn step_status(JobStep { status, pod, error, .. }: JobStep) -> Status {
    let word = match (pod, &error) {
        (Some(pod), _) => text_of("job.pod", pod.word()),
        (None, Some(_)) => text("job.failed").to_owned(),
        (None, None) => status.word,
    };
    let reason = error.map_or(status.reason, |error| error_words(&error));
    Status::new(status.level, word).because(reason)
}

/// What is done, and of many objects with what.
fn title(job: &Job) -> String {
    let action = text_of("job", job.action.word());
    let Some(many) = &job.many else { return action };
    let surroundings = Surroundings::here();
    let action = text_of("action", job.action.word());
    let kind = surroundings.title(&many.work.query.kind);
    let title = text_with("many.objects", &[("action", &action), ("kind", &kind)]);
    match (many.work.is_trial, many.work.is_undo) {
        (true, _) => text_with("many.trial", &[("title", &title)]),
        (false, true) => text_with("many.undo", &[("title", &title)]),
        (false, false) => title,
    }
}

fn status(job: &Job) -> Status {
    let failed = job.many.as_ref().map_or(0, |many| many.failed);
    let is_stopped = job.many.as_ref().is_some_and(|many| many.is_stopped);
    match (&job.ended, &job.error) {
        (None, _) => Status::new(Level::Progressing, text("job.running")),
        (Some(_), Some(_)) => Status::new(Level::Failed, text("job.failed")),
        (Some(_), None) if is_stopped => Status::new(Level::Inactive, text("many.stopped")),
        (Some(_), None) if failed > 0 => Status::new(Level::Warning, text("job.finished")),
        (Some(_), None) => Status::new(Level::Finished, text("job.finished")),
    }
}

fn progress(job: &Job) -> Option<AnyView> {
    let (done, all) = done_of_all(job);
    let failed = job.many.as_ref().map(|many| many.failed).filter(|failed| *failed > 0);
    let failed =
        failed.map(|failed| view! { <strong>{text_with("many.failed", &[("failed", &failed)])}</strong> });
    (all > 0).then(|| {
        view! {
            <progress max=all.to_string() value=done.to_string() aria-label=text("job.progress")></progress>
            <span>{format!("{done} / {all}")}</span>
            {failed}
        }
        .into_any()
    })
}

/// How much is done, and of how much. What stays where it is was never to be done.
fn done_of_all(job: &Job) -> (u64, u64) {
    if let Some(many) = &job.many {
        return (many.done, many.total);
    }
    let asked = job.steps.iter().filter(|step| step.pod != Some(PodLeaving::Stays));
    let done = asked.clone().filter(|step| step.status.level == Level::Finished);
    (done.count() as u64, asked.count() as u64)
}

/// Of many that failed only so many are listed.
fn left_out(job: &Job) -> Option<AnyView> {
    let (many, listed) = (job.many.as_ref()?, job.steps.len());
    (many.failed > listed as u64).then(|| {
        let words = text_with("many.first-failed", &[("count", &listed)]);
        view! { <p class="hint">{words}</p> }.into_any()
    })
}

/// What can be done next with work on many objects.
#[derive(Clone, Debug, PartialEq)]
enum Next {
    Nothing,
    /// While it runs.
    Stop(String),
    /// When it was only tried out.
    DoIt(ManyWork),
    /// When something was deleted: it can be made again.
    Restore(ClusterName),
    /// When it can be taken back: the job, and with how many objects.
    Undo(String, u64),
}

impl Next {
    fn of(job: &Job) -> Self {
        match (&job.many, job.ended) {
            (Some(_), None) => Self::Stop(job.id.clone()),
            (Some(many), Some(_)) if many.work.is_trial => Self::DoIt(many.work.clone()),
            (Some(many), Some(_))
                if many.work.what.kind() == ActionKind::Delete && many.done > many.failed =>
            {
                Self::Restore(many.work.query.cluster.clone())
            }
            (Some(many), Some(_)) if many.can_undo > 0 => Self::Undo(job.id.clone(), many.can_undo),
            _ => Self::Nothing,
        }
    }

    /// `here` is the list without the job.
    fn view(self, here: &str) -> AnyView {
        match self {
            Self::Nothing => ().into_any(),
            Self::Stop(id) => {
                let sign = if here.contains('?') { '&' } else { '?' };
                let next = format!("{here}{sign}job={}", link::escape(&id));
                command::<StopByForm>(id, next, text("many.stop").to_owned())
            }
            Self::Undo(id, count) => {
                command::<UndoByForm>(id, here.to_owned(), text_with("many.undo-all", &[("count", &count)]))
            }
            Self::Restore(cluster) => {
                let href = link::deleted(&cluster);
                view! { <LinkButton href>{text("undo.deleted")}</LinkButton> }.into_any()
            }
            Self::DoIt(work) => {
                let sign = if here.contains('?') { '&' } else { '?' };
                let href = format!("{here}{sign}all={}&do={}", work.count, work.what.kind().word());
                view! {
                    <span>{text("many.trial.over")}</span>
                    <LinkButton href>{text("many.do")}</LinkButton>
                }
                .into_any()
            }
        }
    }
}

/// A button that does something with a job, and leads to a page.
fn command<F>(id: String, next: String, words: String) -> AnyView
where
    F: ServerFn<Error = ConsoleError> + 'static,
    F::Output: DeserializeOwned + Send + Sync + 'static,
{
    let sending = Sending::of::<F>();
    let submit = send_on_submit::<F>(sending, Callback::new(|_: F::Output| ()));
    view! {
        <form method="post" action=F::url() on:submit=submit>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="next" value=next/>
            <Button form_type="submit" busy=sending.is_busy>{words}</Button>
        </form>
        {move || sending.error.get().map(|error| view! { <Problem error/> })}
    }
    .into_any()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::fault::DrainFault;
    use model::{Language, Preferences, ResourceRef, TableQuery, Timestamp};
    use resources_contract::{Action, Many, ManyAction};

    fn job(ended: Option<Timestamp>, is_trial: bool, can_undo: u64) -> Job {
        let query = TableQuery::of("harbour".parse().unwrap(), "deployments".parse().unwrap());
        let what = ManyAction::Act(Action::Scale { replicas: 3 });
        let work = ManyWork { query, what, count: 4, is_trial, is_undo: false };
        Job {
            id: "j".into(),
            resource: None,
            many: Some(Many { work, total: 4, done: 4, failed: 0, is_stopped: false, can_undo }),
            action: ActionKind::Scale,
            started: Timestamp(0),
            ended,
            error: None,
            steps: Vec::new(),
        }
    }

    #[test]
    fn a_step_is_told_in_the_readers_language_and_what_a_cluster_says_as_it_says_it() {
        let in_chinese = |pod, error, reason: &str| {
            let status = Status::new(Level::Warning, "English").because(reason);
            let resource = ResourceRef {
                cluster: "harbour".parse().unwrap(),
                kind: "pods".parse().unwrap(),
                namespace: None,
                name: "web-0".parse().unwrap(),
            };
            let step = JobStep { resource, status, pod, error };
            let status = Owner::new().with(|| {
                provide_context(Preferences { language: Language::Chinese, ..Preferences::default() });
                step_status(step)
            });
            (status.word, status.reason)
        };
        let stays = ConsoleError::refused("", DrainFault::OfDaemonSet);
        let budget = "Cannot evict pod as it would violate the pod's disruption budget.";

        assert_eq!(
            in_chinese(Some(PodLeaving::Stays), Some(stays), "its daemon set runs on every node"),
            ("保留".to_owned(), "其守护进程集在每个节点上运行".to_owned())
        );
        assert_eq!(
            in_chinese(Some(PodLeaving::Budget), None, budget),
            ("等待中断预算".to_owned(), budget.to_owned())
        );
        assert_eq!(in_chinese(None, Some(ConsoleError::NotSignedIn), "English").0, "失败");
    }

    #[test]
    fn pods_that_stay_on_a_node_are_not_counted_as_left_undone() {
        let step = |pod, level| JobStep {
            resource: ResourceRef {
                cluster: "harbour".parse().unwrap(),
                kind: "pods".parse().unwrap(),
                namespace: None,
                name: "web-0".parse().unwrap(),
            },
            status: Status::new(level, ""),
            pod: Some(pod),
            error: None,
        };
        let stays = step(PodLeaving::Stays, Level::Inactive);
        let drain = |steps| Job { many: None, steps, ..job(None, false, 0) };

        assert_eq!(done_of_all(&drain(vec![stays.clone()])), (0, 0));
        let steps = vec![
            stays,
            step(PodLeaving::Gone, Level::Finished),
            step(PodLeaving::Leaving, Level::Progressing),
        ];
        assert_eq!(done_of_all(&drain(steps)), (1, 2));
    }

    #[test]
    fn what_has_ended_can_be_taken_back_where_anything_of_it_can() {
        let ended = Some(Timestamp(9));

        assert_eq!(Next::of(&job(ended, false, 3)), Next::Undo("j".into(), 3));
        assert_eq!(Next::of(&job(ended, false, 0)), Next::Nothing);
        assert_eq!(Next::of(&job(None, false, 3)), Next::Stop("j".into()));
        assert!(matches!(Next::of(&job(ended, true, 0)), Next::DoIt(_)));
    }
}
