//! What is written, as it is written.

use crate::address::Address;
use crate::answer::answer;
use crate::page::{banners, confined, keeper};
use crate::tailed::{Entry, Tailed};
use crate::words::{text, text_of};
use crate::{audit, events, lines};
use leptos::prelude::*;
use live::Liveness;
use model::{ConsoleError, Timestamp};
use records_contract::{Of, Row, Searched, Shortfall, Tail, tail_records};
use std::time::Duration;
use ui::{Button, Clock, Empty, Glyph, LiveMark, Moments, Problem};

/// How often the log store is asked.
const EVERY: Duration = Duration::from_secs(3);

type First = Resource<Result<Searched<Tail>, ConsoleError>>;

/// The newest of what is looked for, and what comes while the page is there.
pub fn tail(address: Address) -> AnyView {
    if address.read().is_err() {
        return ().into_any();
    }
    let request = address.tail(None);
    let first = Resource::new(move || request.clone(), tail_records);
    let on_retry = Callback::new(move |()| first.refetch());
    answer(first, on_retry, address, move |tail, address| followed(tail, address, first))
}

/// What is followed, and how that goes.
#[derive(Clone, Copy)]
struct Following {
    tailed: RwSignal<Tailed>,
    shortfall: RwSignal<Vec<Shortfall>>,
    error: RwSignal<Option<ConsoleError>>,
    /// When the log store answered last; `None` before the page lives.
    looked: RwSignal<Option<Timestamp>>,
    is_paused: RwSignal<bool>,
    is_asking: RwSignal<bool>,
    clock: Option<Clock>,
    first: First,
}

impl Following {
    /// Asks again and again while the page is there and looked at. Signals may be gone by the time an answer comes.
    fn go_on(self, address: Address) {
        Effect::new(move |_| {
            self.looked.set(self.now());
            let address = address.clone();
            let look = move || {
                if !self.is_paused.get_untracked() && !document().hidden() {
                    self.look(&address);
                }
            };
            if let Ok(timer) = set_interval_with_handle(look, EVERY) {
                on_cleanup(move || timer.clear());
            }
        });
    }

    fn look(self, address: &Address) {
        if self.is_asking.get_untracked() {
            return;
        }
        self.is_asking.set(true);
        let request = address.tail(self.tailed.with_untracked(Tailed::newest_ms));
        leptos::task::spawn_local(async move {
            let answer = tail_records(request).await;
            let _ = self.is_asking.try_set(false);
            match answer {
                Ok(Searched::Answered(tail)) => self.take(*tail),
                // The page itself says what was looked for.
                Ok(Searched::Missing(_)) => self.first.refetch(),
                Err(error) => {
                    // Whoever may not look any more is not refused, and written down, every few seconds.
                    if !error.may_pass() {
                        let _ = self.is_paused.try_set(true);
                    }
                    let _ = self.error.try_set(Some(error));
                }
            }
        });
    }

    fn take(self, tail: Tail) {
        let Tail { rows, is_cut, shortfall, .. } = tail;
        let _ = self.tailed.try_maybe_update(|tailed| (tailed.take(rows.into_vec(), is_cut), ()));
        let _ = self.error.try_set(None);
        let _ = self.shortfall.try_set(shortfall);
        let _ = self.looked.try_set(self.now());
    }

    fn now(self) -> Option<Timestamp> {
        self.clock.and_then(|clock| untrack(|| clock.now()))
    }

    fn liveness(self) -> Liveness {
        match self.looked.get() {
            None => Liveness::Waiting,
            Some(at) if self.is_paused.get() => Liveness::Paused(at),
            Some(at) if self.error.read().is_some() => Liveness::Reconnecting(at),
            Some(_) => Liveness::Live,
        }
    }
}

fn followed(tail: Tail, address: &Address, first: First) -> AnyView {
    let Tail { rows, shortfall, confined_to, kept_by, .. } = tail;
    let following = Following {
        tailed: RwSignal::new(Tailed::begin(rows.into_vec())),
        shortfall: RwSignal::new(shortfall),
        error: RwSignal::new(None),
        looked: RwSignal::new(None),
        is_paused: RwSignal::new(false),
        is_asking: RwSignal::new(false),
        clock: use_context(),
        first,
    };
    following.go_on(address.clone());
    let problem = move || following.error.get().map(|error| view! { <Problem error/> });
    view! {
        {bar(following)}
        {problem}
        {move || banners(following.shortfall.get())}
        {confined(confined_to)}
        {entries(following, address)}
        {keeper(kept_by)}
    }
    .into_any()
}

/// Whether it is followed, and the button that lets one read.
fn bar(following: Following) -> AnyView {
    let Following { is_paused, .. } = following;
    let words = move || if is_paused.get() { text("live.go-on") } else { text("live.pause") };
    let on_press = Callback::new(move |()| is_paused.update(|is_paused| *is_paused = !*is_paused));
    view! {
        <div class="tail-bar needs-scripts">
            <LiveMark state=Signal::derive(move || following.liveness())/>
            <Button glyph=Glyph::Pause on_press>{words}</Button>
            <span class="records-note">{text("live.about")}</span>
        </div>
    }
    .into_any()
}

fn entries(following: Following, address: &Address) -> AnyView {
    let (of, address, moments) =
        (address.of, StoredValue::new(address.clone()), StoredValue::new(Moments::new()));
    let is_empty = Memo::new(move |_| following.tailed.read().entries().is_empty());
    let draw = move |entry: Entry| {
        address.with_value(|address| moments.with_value(|moments| entry_view(entry, address, moments)))
    };
    let rows = move || {
        view! { <For each=move || following.tailed.read().entries().to_vec() key=Entry::key children=draw/> }
            .into_any()
    };
    let list = move || {
        match of {
        _ if is_empty.get() => {
            view! { <Empty glyph=Glyph::Follow title=text_of("none", of.word()) explanation=text("live.none")/> }
                .into_any()
        }
        Of::Logs => lines::around(rows()),
        Of::Events => events::around(rows()),
        Of::Audit => audit::around(rows()),
    }
    };
    list.into_any()
}

fn entry_view(entry: Entry, address: &Address, moments: &Moments) -> AnyView {
    match entry {
        Entry::Row(Row::Log(row)) => lines::line(row, address, moments, None),
        Entry::Row(Row::Event(row)) => events::row(row, address, moments),
        Entry::Row(Row::Audit(row)) => audit::row(row, address, moments),
        Entry::Gap(_) if address.of == Of::Logs => {
            view! { <li class="record-gap">{text("live.gap")}</li> }.into_any()
        }
        Entry::Gap(_) => {
            view! { <tr><td class="record-gap" colspan="6">{text("live.gap")}</td></tr> }.into_any()
        }
    }
}
