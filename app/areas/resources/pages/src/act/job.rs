//! A piece of long work, such as a drain, as it goes on.

use crate::words::{text, text_of};
use leptos::prelude::*;
use live::LiveValue;
use model::live::Topic;
use model::{Level, Status, link};
use resources_contract::{Job, JobStep, read_job};
use ui::{Card, LiveMark, Problem, Since, StatusMark, awaited};

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
    let title = Signal::derive(move || text_of("job", job.read().action.word()));
    let status = move || {
        let job = job.read();
        let status = match (&job.ended, &job.error) {
            (None, _) => Status::new(Level::Progressing, text("job.running")),
            (Some(_), None) => Status::new(Level::Finished, text("job.finished")),
            (Some(_), Some(_)) => Status::new(Level::Failed, text("job.failed")),
        };
        view! { <StatusMark status/> " " <Since at=job.started in_words=true/> }
    };
    let progress = move || {
        let job = job.read();
        let done = job.steps.iter().filter(|step| step.status.level == Level::Finished).count();
        (!job.steps.is_empty()).then(|| {
            view! {
                <progress max=job.steps.len().to_string() value=done.to_string() aria-label=text("job.progress")></progress>
                <span>{format!("{done} / {}", job.steps.len())}</span>
            }
        })
    };
    let step = |JobStep { resource, status }: JobStep| {
        let href = link::object(&resource);
        view! {
            <li>
                <a href=href>{resource.to_string()}</a>
                <StatusMark status with_reason=true/>
            </li>
        }
    };
    view! {
        <Card
            title
            wide=true
            actions=move || view! { <LiveMark state=live.liveness()/><a href=close>{text("close")}</a> }
        >
            <div class="job-state">{status}{progress}</div>
            {move || job.read().error.clone().map(|error| view! { <Problem error/> })}
            <ol class="job-steps">{move || job.read().steps.clone().into_iter().map(step).collect_view()}</ol>
        </Card>
    }
    .into_any()
}
