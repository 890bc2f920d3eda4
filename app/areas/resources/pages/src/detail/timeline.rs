//! What happened to an object and what it owns, from everybody who knows, in one order.

mod moments;

use crate::address::{ObjectAddress, number, with_pairs};
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use model::{ConsoleError, Level, Status, link};
use moments::{Moment, Of, counted, frame, moments};
use monitoring_contract::{LookedBack, PastAlert, read_past_alerts};
use people_contract::{AuditLine, read_changes_of};
use records_contract::{PastEvents, read_past_events};
use resources_contract::{History, ObjectView, read_history};
use ui::{
    Banner, Card, Empty, Glyph, Histogram, HistogramBar, LinkButton, Problem, Since, SkeletonTable,
    StatusMark, awaited,
};

/// Which moments are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Choice {
    of: Option<Of>,
    from: Option<i64>,
    to: Option<i64>,
    /// Whether alerts of the whole week are told: they cost what measures the cluster more than those of a day.
    is_week: bool,
}

impl Choice {
    fn parse(query: &ParamsMap) -> Self {
        let of = query.get("of").and_then(|word| Of::parse(&word));
        let is_week = query.get("alerts").is_some_and(|word| word == "week");
        Self { of, from: number(query, "from"), to: number(query, "to"), is_week }
    }

    fn href(self, address: &ObjectAddress) -> String {
        let of = self.of.map(|of| format!("of={}", of.word()));
        let ends = [("from", self.from), ("to", self.to)].into_iter();
        let ends = ends.filter_map(|(name, end)| Some(format!("{name}={}", end?)));
        let week = self.is_week.then(|| "alerts=week".to_owned());
        with_pairs(address.tab("timeline"), &of.into_iter().chain(ends).chain(week).collect::<Vec<_>>())
    }

    fn is_whole(self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    fn is_of(self, moment: &Moment) -> bool {
        self.of.is_none_or(|of| moment.of == of)
    }

    fn is_then(self, moment: &Moment) -> bool {
        self.from.is_none_or(|from| moment.at.0 >= from) && self.to.is_none_or(|to| moment.at.0 <= to)
    }
}

/// What people did, and what fired, as far as that may be told.
type Lines = Result<Option<Vec<AuditLine>>, ConsoleError>;
type Fired = Result<Option<Vec<PastAlert>>, ConsoleError>;
/// What the cluster itself may have forgotten.
type Past = Result<Option<PastEvents>, ConsoleError>;

pub(super) fn tab(object: Signal<ObjectView>, address: Signal<ObjectAddress>) -> AnyView {
    let query = use_query_map();
    let choice = Memo::new(move |_| Choice::parse(&query.read()));
    let resource = address.read_untracked().resource.clone();
    let older = link::past_events(&resource);
    let (same, again) = (resource.clone(), resource.clone());
    let past = Resource::new(move || again.clone(), read_past_events);
    let own = resource.clone();
    let history = Resource::new(move || own.clone(), read_history);
    let lines = Resource::new(move || resource.clone(), read_changes_of);
    let of_week = same.clone();
    let fired = Resource::new(move || same.clone(), |object| read_past_alerts(object, LookedBack::Day));
    let fired_in_week = Resource::new(
        move || (of_week.clone(), choice.get().is_week),
        |(object, is_week)| async move {
            if is_week { read_past_alerts(object, LookedBack::Week).await } else { Ok(None) }
        },
    );
    let is_whole = RwSignal::new(false);
    let content = move || {
        Suspend::new(async move {
            let (lines_known, fired_known): (Lines, Fired) = (lines.await, fired.await);
            let week_known: Fired = fired_in_week.await;
            let (past_known, history_known): (Past, _) = (past.await, history.await);
            let untold = history_known.as_ref().err().cloned().map(|error| {
                let on_retry = Callback::new(move |()| history.refetch());
                view! { <Problem error on_retry/> }
            });
            // Those of the day are told all the same.
            let no_week = week_known.as_ref().err().cloned().map(|error| {
                let on_retry = Callback::new(move |()| fired_in_week.refetch());
                view! { <Problem error on_retry/> }
            });
            let trouble = (
                untold,
                no_week,
                trouble(&lines_known, text("timeline.no-people"), Callback::new(move |()| lines.refetch())),
                trouble(&fired_known, text("timeline.no-alerts"), Callback::new(move |()| fired.refetch())),
                trouble(&past_known, text("timeline.no-past"), Callback::new(move |()| past.refetch())),
            );
            let people = lines_known.ok().flatten().unwrap_or_default();
            let day = fired_known.ok().flatten();
            let is_told = day.is_some();
            let alerts = week_known.ok().flatten().or(day).unwrap_or_default();
            let PastEvents { events, is_cut } = past_known.ok().flatten().unwrap_or_default();
            let history = history_known.unwrap_or_default();
            let more = is_cut.then(|| view! { <p class="timeline-by">{text("timeline.more-past")}</p> });
            let all = Memo::new(move |_| moments(&object.read(), &people, &alerts, &events, &history));
            let back = move || is_told.then(|| looked_back(choice.get(), &address.read()));
            Effect::new(move |_| is_whole.set(true));
            view! {
                <div class="stack timeline-whole">
                    {trouble}
                    {move || shown(&all.read(), choice.get(), &address.read())}
                    {more}
                    {back}
                </div>
            }
        })
    };
    // It is sent before any of the others have answered, and gives way to the whole: by the style sheet where nothing runs.
    let early = move || (!is_whole.get()).then(|| early(&object.read(), choice.get()));
    view! {
        {early}
        <Transition fallback=|| ()>{awaited(content)}</Transition>
        <div class="tab-actions">
            <LinkButton href=older glyph=Glyph::Search>{text("events.past")}</LinkButton>
        </div>
    }
    .into_any()
}

/// What the object itself tells, while everybody else is still asked.
fn early(object: &ObjectView, choice: Choice) -> AnyView {
    let mut own = moments(object, &[], &[], &[], &History::default());
    own.retain(|moment| choice.is_then(moment) && choice.is_of(moment));
    let list = if own.is_empty() { view! { <SkeletonTable/> }.into_any() } else { list(own) };
    view! {
        <div class="stack timeline-early">
            <Banner level=Level::Progressing>{text("timeline.early")}</Banner>
            <Card title=text("tab.timeline") flush=true wide=true>{list}</Card>
        </div>
    }
    .into_any()
}

/// How far back alerts are told, and the way to the other.
fn looked_back(choice: Choice, address: &ObjectAddress) -> AnyView {
    let href = Choice { is_week: !choice.is_week, ..choice }.href(address);
    let (told, other) = match choice.is_week {
        true => (text("timeline.alerts.week"), text("timeline.alerts.show-day")),
        false => (text("timeline.alerts.day"), text("timeline.alerts.show-week")),
    };
    view! { <p class="timeline-by">{told}" "<a href=href>{other}</a></p> }.into_any()
}

/// What is missing of the story, and why.
fn trouble<T>(
    known: &Result<Option<T>, ConsoleError>,
    hidden: &'static str,
    on_retry: Callback<()>,
) -> Option<AnyView> {
    match known {
        Ok(Some(_)) => None,
        Ok(None) => Some(view! { <Banner level=Level::Inactive>{hidden}</Banner> }.into_any()),
        Err(error) => Some(view! { <Problem error=error.clone() on_retry/> }.into_any()),
    }
}

fn shown(all: &[Moment], choice: Choice, address: &ObjectAddress) -> AnyView {
    let then: Vec<Moment> = all.iter().filter(|moment| choice.is_then(moment)).cloned().collect();
    let chosen: Vec<Moment> = then.iter().filter(|moment| choice.is_of(moment)).cloned().collect();
    let choices = choices(&then, choice, address);
    let picture = picture(&chosen, choice, address);
    let list = if chosen.is_empty() {
        view! {
            <Empty glyph=Glyph::Event title=text("timeline.none") explanation=text("timeline.none.text")/>
        }
        .into_any()
    } else {
        list(chosen)
    };
    view! { {choices}{picture}<Card title=text("tab.timeline") flush=true wide=true>{list}</Card> }.into_any()
}

fn list(moments: Vec<Moment>) -> AnyView {
    view! { <ol class="timeline">{moments.into_iter().map(row).collect_view()}</ol> }.into_any()
}

/// Who tells, with how many moments each, and the way back to the whole time.
fn choices(then: &[Moment], choice: Choice, address: &ObjectAddress) -> AnyView {
    let one = |of: Option<Of>| {
        let count = then.iter().filter(|moment| of.is_none_or(|of| moment.of == of)).count();
        let href = Choice { of, ..choice }.href(address);
        let word = text_of("timeline.of", of.map_or("all", Of::word));
        (count > 0 || of == choice.of).then(|| {
            view! {
                <li>
                    <a class="level-chip" href=href aria-current=(of == choice.of).then_some("true")>
                        {word}" "
                        <span class="level-count">{ui::quantity::number(count as i64)}</span>
                    </a>
                </li>
            }
        })
    };
    let all = [None].into_iter().chain(Of::ALL.map(Some)).map(one).collect_view();
    let whole = (!choice.is_whole()).then(|| {
        let href = Choice { from: None, to: None, ..choice }.href(address);
        view! { <LinkButton href>{text("timeline.whole")}</LinkButton> }
    });
    view! {
        <div class="timeline-choices">
            <ul class="level-chips" aria-label=text("timeline.who")>{all}</ul>
            {whole}
        </div>
    }
    .into_any()
}

/// How much happened when; each bar leads into its stretch.
fn picture(chosen: &[Moment], choice: Choice, address: &ObjectAddress) -> Option<AnyView> {
    let frame = frame(chosen)?;
    let bars = counted(chosen, frame).into_iter().enumerate().map(|(index, [total, failed, warned])| {
        let from = frame.at(index).0;
        let stretch = Choice { from: Some(from), to: Some(from + i64::from(frame.step) - 1), ..choice };
        HistogramBar { total, failed, warned, href: stretch.href(address) }
    });
    let bars: Vec<HistogramBar> = bars.collect();
    let (failed, warned) = (text("timeline.failed"), text("timeline.warned"));
    Some(view! { <Histogram title=text("timeline.bars") frame bars failed warned/> }.into_any())
}

fn row(moment: Moment) -> AnyView {
    let Moment { at, of, level, title, words, by, count, about } = moment;
    let about = about.map(|about| view! { <a href=link::object(&about)>{about.to_string()}</a> });
    let times = (count > 1).then(|| text_with("timeline.times", &[("count", &ui::quantity::number(count))]));
    let words = (!words.is_empty()).then(|| view! { <p class="timeline-words">{words}</p> });
    let by = (!by.is_empty()).then(|| view! { <span class="timeline-by">{by}</span> });
    view! {
        <li class="timeline-moment" data-of=of.word()>
            <Since at with_time=true/>
            <div>
                <div class="timeline-head">
                    <StatusMark status=Status::new(level, title)/>
                    {times.map(|times| view! { <span class="timeline-by">{times}</span> })}
                    {about}
                    {by}
                </div>
                {words}
            </div>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests;
