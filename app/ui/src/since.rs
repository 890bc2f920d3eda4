//! Moments: absolute at first, as ages once the page lives.

use crate::words::text_with;
use crate::{local_time, preferences};
use leptos::prelude::*;
use model::Timestamp;
use std::time::Duration;

/// The page's one clock. `None` until the page lives, so that the first browser render of each part equals the server's.
#[derive(Clone, Copy)]
pub struct Clock {
    now: RwSignal<Option<Timestamp>>,
    /// Changes once: what only wants to know that is not made anew with each second.
    lives: Memo<bool>,
}

impl Clock {
    /// Now, to the second; `None` during the first render.
    pub fn now(self) -> Option<Timestamp> {
        self.now.get()
    }

    /// Whether it goes.
    fn lives(self) -> bool {
        self.lives.get()
    }
}

/// Marks the document once the browser half has taken over all of its page.
pub const LIVE: &str = "data-live";

/// Makes one clock for everything below, ticking each second once the page lives.
pub fn provide_clock() -> Clock {
    let now = RwSignal::new(None::<Timestamp>);
    let clock = Clock { now, lives: Memo::new(move |_| now.read().is_some()) };
    provide_context(clock);
    Effect::new(move |_| {
        let tick = move || {
            if is_live() {
                let _ = now.try_set(Some(browser_now()));
            }
        };
        once_live(tick);
        if let Ok(handle) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || handle.clear());
        }
    });
    clock
}

/// Whether all of the page is taken over. Parts of it that come late are taken to say what the server wrote: an age that is known
/// before them would not be written until it changes, which takes an hour for some.
fn is_live() -> bool {
    document().document_element().is_some_and(|root| root.has_attribute(LIVE))
}

/// Calls what waits for the page to live, with the first picture that is drawn then.
fn once_live(then: impl FnOnce() + 'static) {
    if is_live() {
        then();
    } else {
        request_animation_frame(move || once_live(then));
    }
}

fn browser_now() -> Timestamp {
    Timestamp((js_sys::Date::now() / 1000.0) as i64)
}

/// A moment: as an age when the page lives and as UTC before, with the exact time in the reader's zone as a tooltip.
#[component]
pub fn Since(
    /// The moment.
    at: Timestamp,
    /// Writes "5m ago" instead of "5m".
    #[prop(optional)]
    in_words: bool,
    /// Writes the day alone as long as scripts do not run, for columns that must not change their width.
    #[prop(optional)]
    narrow: bool,
    /// Writes the time of day beside the age, in the reader's zone: for what is compared with clocks elsewhere.
    #[prop(optional)]
    with_time: bool,
) -> impl IntoView {
    let clock = use_context::<Clock>();
    let zone = preferences().time_zone;
    // The browser's formatter is dear, and a list has many moments: what it wrote is kept until it would write otherwise.
    let zone_of_time = zone.clone();
    let mut written: Option<(Style, String)> = None;
    let mut time = move |seconds| {
        let style = Style::beside_age(seconds);
        match &written {
            Some((of, time)) if *of == style => time.clone(),
            _ => written.insert((style, in_zone(at, zone_of_time.as_deref(), style))).1.clone(),
        }
    };
    let shown = move || match clock.and_then(Clock::now) {
        None if narrow => absolute(at).chars().take(10).collect(),
        None => absolute(at),
        Some(now) => {
            let seconds = at.age_seconds(now);
            let age = age(seconds);
            if with_time {
                format!("{age} · {}", time(seconds))
            } else if in_words {
                text_with("ago", &[("age", &age)])
            } else {
                age
            }
        }
    };
    let exact = exact(clock, at, zone);
    view! { <time class="since" datetime=at.to_rfc3339() title=exact>{shown}</time> }
}

/// A moment to come, such as the end of something: in UTC before the page lives, and in the reader's zone then.
#[component]
pub fn Until(
    /// The moment.
    at: Timestamp,
) -> impl IntoView {
    let shown = exact(use_context::<Clock>(), at, preferences().time_zone);
    view! { <time datetime=at.to_rfc3339()>{shown}</time> }
}

/// Whether clocks that are so many seconds before UTC at these moments show what [`Until`] writes of each.
pub fn is_own_clock(moments: Vec<(Timestamp, i64)>) -> Memo<bool> {
    let clock = use_context::<Clock>();
    let zone = preferences().time_zone;
    Memo::new(move |_| {
        let lives = clock.is_some_and(Clock::lives);
        let own = |at| if lives { local_time::offset(at, zone.as_deref()) } else { 0 };
        moments.iter().all(|(at, offset)| own(*at) == *offset)
    })
}

/// All of a moment: in UTC before the page lives, and in a zone then.
fn exact(clock: Option<Clock>, at: Timestamp, zone: Option<String>) -> impl Fn() -> String + Send + Sync {
    move || match clock.is_some_and(Clock::lives) {
        true => in_zone(at, zone.as_deref(), Style::Full),
        false => format!("{} UTC", absolute(at)),
    }
}

/// `2026-11-23 04:20`, in UTC.
fn absolute(at: Timestamp) -> String {
    at.to_rfc3339().chars().take(16).map(|character| if character == 'T' { ' ' } else { character }).collect()
}

/// An age in its two largest units while the second still matters, as kubectl writes it: `45s`, `3m12s`, `5h`, `12d`.
pub(crate) fn age(seconds: i64) -> String {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    const YEAR: i64 = 365 * DAY;
    let pair = |large: i64, sign: char, small: i64, small_sign: char| match seconds % large / small {
        0 => format!("{}{sign}", seconds / large),
        rest => format!("{}{sign}{rest}{small_sign}", seconds / large),
    };
    match seconds {
        ..=119 => format!("{seconds}s"),
        120..=599 => pair(MINUTE, 'm', 1, 's'),
        600..=10_799 => format!("{}m", seconds / MINUTE),
        10_800..=28_799 => pair(HOUR, 'h', MINUTE, 'm'),
        28_800..=172_799 => format!("{}h", seconds / HOUR),
        172_800..=691_199 => pair(DAY, 'd', HOUR, 'h'),
        691_200..=63_071_999 => format!("{}d", seconds / DAY),
        _ => pair(YEAR, 'y', DAY, 'd'),
    }
}

/// A time of day alone is understood for so many seconds; later it needs its day.
const TODAY: i64 = 12 * 3600;

/// How much of a moment is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Time,
    Day,
    Full,
}

impl Style {
    /// Of a moment so many seconds ago, beside its age.
    fn beside_age(seconds: i64) -> Self {
        if seconds < TODAY { Self::Time } else { Self::Day }
    }
}

/// The moment on the reader's clock, with its day. Browser only.
pub(crate) fn moment_in_zone(at: Timestamp) -> String {
    in_zone(at, preferences().time_zone.as_deref(), Style::Day)
}

/// The moment in a zone; in UTC where the browser does not know the zone. Browser only.
fn in_zone(at: Timestamp, zone: Option<&str>, style: Style) -> String {
    let mut options = match style {
        Style::Time => vec![("timeStyle", "medium")],
        Style::Day => vec![("dateStyle", "short"), ("timeStyle", "short")],
        Style::Full => vec![("dateStyle", "medium"), ("timeStyle", "long")],
    };
    options.extend(zone.map(|zone| ("timeZone", zone)));
    let words = local_time::formatted(at, preferences().language.tag(), &options);
    words.unwrap_or_else(|| format!("{} UTC", absolute(at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_read_as_in_kubectl() {
        for (seconds, expected) in [
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (192, "3m12s"),
            (3600, "60m"),
            (18_000, "5h"),
            (18_060, "5h1m"),
            (90_000, "25h"),
            (200_000, "2d7h"),
            (8_640_000, "100d"),
            (70_000_000, "2y80d"),
        ] {
            assert_eq!(age(seconds), expected, "{seconds} seconds");
        }
    }

    #[test]
    fn before_scripts_a_moment_is_utc() {
        assert_eq!(absolute(Timestamp(1_795_407_600)), "2026-11-23 04:20");
    }
}
