//! A board on a page: time bar, charts, and looking again.

use crate::address::TimeAddress;
use crate::dashboards::annotations::{annotations, mark};
use crate::missing::missing;
use crate::panel::panel;
use crate::time_bar::time_bar;
use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use model::{ConsoleError, Timestamp};
use monitoring_contract::{
    BoardId, BoardRequest, BoardView, Measured, ShownAnnotation, Subject, Window, read_board,
};
use std::time::Duration;
use ui::{Problem, SkeletonCards, awaited, provide_chart_pointer};

/// A stretch of time that is chosen in a chart is no shorter, in seconds.
const SHORTEST_ZOOM: i64 = 60;

/// A board of a subject, over the stretch of time in the address.
pub fn board(
    subject: Signal<Result<Subject, ConsoleError>>,
    id: Signal<BoardId>,
    address: Signal<TimeAddress>,
) -> AnyView {
    provide_chart_pointer();
    let request = Memo::new(move |_| {
        let address = address.read();
        subject.get().map(|subject| BoardRequest {
            subject,
            board: id.get(),
            window: address.window,
            compare: address.compare,
        })
    });
    let answer = Resource::new(move || request.get(), |request| async move { read_board(request?).await });
    look_again(address, move || answer.refetch());
    let go = use_navigate();
    let on_zoom = Callback::new(move |(from, to): (Timestamp, Timestamp)| {
        let to = Timestamp(to.0.max(from.0 + SHORTEST_ZOOM));
        let href = address.read_untracked().with(|address| address.window = Window::Between(from, to));
        go(&href, NavigateOptions { scroll: false, ..Default::default() });
    });
    let content = move || {
        Suspend::new(async move {
            let (answer_now, subject) = (answer.await, subject.get_untracked());
            match (answer_now, subject) {
                (Ok(Measured::Answered(view)), Ok(subject)) => {
                    charts(*view, &subject, &address.read_untracked(), on_zoom)
                }
                (Ok(Measured::Missing(found)), Ok(subject)) => missing(subject.cluster(), found),
                (Err(error), _) | (_, Err(error)) => {
                    let here = address.read_untracked().href();
                    let on_retry = Callback::new(move |()| answer.refetch());
                    view! { <Problem error here on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        {time_bar(address, true)}
        <Transition fallback=|| view! { <SkeletonCards count=6/> }>{awaited(content)}</Transition>
    }
    .into_any()
}

fn charts(
    view: BoardView,
    subject: &Subject,
    address: &TimeAddress,
    on_zoom: Callback<(Timestamp, Timestamp)>,
) -> AnyView {
    let BoardView { frame, panels, source, rollouts } = view;
    let rollouts: Vec<ShownAnnotation> = rollouts.and_then(rolled_out).into_iter().collect();
    mark(&rollouts);
    let step = Window::Last(frame.step).to_texts().0;
    let panels = panels.into_iter().map(|one| panel(one, subject.cluster(), address, on_zoom)).collect_view();
    view! {
        {annotations(rollouts)}
        <div class="board">{panels}</div>
        <p class="board-source">{text_with("board.source", &[("source", &source), ("step", &step)])}</p>
    }
    .into_any()
}

/// Rollouts under their name, where there are any or it is not known whether there are.
fn rolled_out(mut rollouts: ShownAnnotation) -> Option<ShownAnnotation> {
    if rollouts.marks.is_empty() && rollouts.problem.is_none() {
        return None;
    }
    for mark in &mut rollouts.marks {
        text("rollouts").clone_into(&mut mark.name);
    }
    Some(ShownAnnotation { name: text("rollouts").to_owned(), ..rollouts })
}

/// Asks again as often as the address says, while the page is there.
pub fn look_again(address: Signal<TimeAddress>, look: impl Fn() + Copy + Send + Sync + 'static) {
    let every = Memo::new(move |_| address.read().refresh);
    Effect::new(move |_| {
        let Some(seconds) = every.get() else { return };
        if let Ok(handle) = set_interval_with_handle(look, Duration::from_secs(seconds.into())) {
            on_cleanup(move || handle.clear());
        }
    });
}
