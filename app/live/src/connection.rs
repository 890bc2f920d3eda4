//! The tab's one event stream.

mod feeds;
mod refusal;
mod stream;

use crate::Liveness;
use feeds::Feeds;
pub(crate) use feeds::Follower;
use leptos::prelude::*;
use leptos::reactive::send_wrapper_ext::SendOption;
use model::live::{FeedMessage, FeedNews, Topic};
use model::{ConsoleError, Timestamp};
use std::time::Duration;
use stream::{Stream, StreamEvent};

/// How long a hidden tab keeps its stream: long enough to look something up in another tab without losing it.
const HIDDEN_FOR: Duration = Duration::from_secs(30);

/// Changes of the set of feeds are gathered this long, so that a page with five feeds opens one stream, not five.
const GATHER: Duration = Duration::from_millis(20);

/// The longest wait before a refused stream is tried again.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// The tab's event stream, shared by all feeds of the page. It is open while there are feeds and the tab is looked at.
#[derive(Clone, Copy)]
pub struct LiveConnection {
    feeds: StoredValue<Feeds>,
    stream: StoredValue<SendOption<Stream>>,
    start_timer: Timer,
    hidden_timer: Timer,
    refusals: StoredValue<u32>,
    /// What the server said last was not understood: that its stream can be opened is no reason to ask sooner.
    is_lost: StoredValue<bool>,
    liveness: RwSignal<Liveness>,
}

/// Gives the page its event stream. Called once, at the top of the app.
pub fn provide_live() -> LiveConnection {
    let connection = LiveConnection::new();
    provide_context(connection);
    Effect::new(move |_| {
        let listener =
            window_event_listener_untyped("visibilitychange", move |_| connection.look(!document().hidden()));
        on_cleanup(move || listener.remove());
    });
    connection
}

impl LiveConnection {
    fn new() -> Self {
        Self {
            feeds: StoredValue::new(Feeds::default()),
            stream: StoredValue::new(SendOption::new_local(None)),
            start_timer: Timer::new(),
            hidden_timer: Timer::new(),
            refusals: StoredValue::new(0),
            is_lost: StoredValue::new(false),
            liveness: RwSignal::new(Liveness::Waiting),
        }
    }

    /// How fresh what the page shows is.
    pub fn liveness(self) -> Signal<Liveness> {
        self.liveness.into()
    }

    /// Adds a feed. Browser only.
    pub(crate) fn open(self, topic: Topic, revision: Option<String>, follower: Follower) -> u32 {
        let number =
            self.feeds.try_update_value(|feeds| feeds.add(topic, revision, follower)).unwrap_or_default();
        self.start_after(GATHER);
        number
    }

    /// Takes a feed away.
    pub(crate) fn close(self, number: u32) {
        // The whole page may be gone already, and the connection with it.
        if self.feeds.try_update_value(|feeds| feeds.remove(number)).is_some() {
            self.start_after(GATHER);
        }
    }

    /// The tab is looked at, or no longer.
    fn look(self, is_seen: bool) {
        if !is_seen {
            self.hidden_timer.set(HIDDEN_FOR, move || self.pause());
            return;
        }
        self.hidden_timer.clear();
        if matches!(self.liveness.get_untracked(), Liveness::Paused(_)) {
            self.start_after(Duration::ZERO);
        }
    }

    fn start_after(self, wait: Duration) {
        self.start_timer.set(wait, move || self.start());
    }

    /// Opens a stream for the feeds there are, each from the last revision it has seen.
    fn start(self) {
        let Some(address) = self.feeds.with_value(Feeds::address) else {
            return self.stop(Liveness::Waiting);
        };
        if document().hidden() {
            return self.pause();
        }
        let stream = Stream::open(&address, move |event| self.hear(event));
        self.stream.update_value(|current| **current = stream);
    }

    fn pause(self) {
        self.stop(Liveness::Paused(self.last_true()));
    }

    fn stop(self, liveness: Liveness) {
        self.start_timer.clear();
        self.stream.update_value(|current| **current = None);
        self.show(liveness);
    }

    fn hear(self, event: StreamEvent) {
        match event {
            StreamEvent::Opened => {
                if !self.is_lost.get_value() {
                    self.refusals.set_value(0);
                }
                // Browsers open a stream that broke again by themselves, and what comes then begins anew too.
                self.feeds.with_value(Feeds::restart);
                self.show(Liveness::Live);
            }
            StreamEvent::Message(text) => match serde_json::from_str::<FeedMessage>(&text) {
                Ok(message) => {
                    self.is_lost.set_value(false);
                    let follower = self.feeds.try_update_value(|feeds| feeds.note(&message)).flatten();
                    if let Some(follower) = follower {
                        follower.take.run(message.news);
                    }
                }
                // A newer server speaks differently. Nothing may be lost, so everything is asked for anew.
                Err(_) => {
                    self.is_lost.set_value(true);
                    self.feeds.update_value(Feeds::forget_revisions);
                    self.retry();
                }
            },
            StreamEvent::Broken => self.show_broken(),
            StreamEvent::Refused => self.find_out_why(),
        }
    }

    /// Tries again later, unless nobody is signed in any more.
    fn find_out_why(self) {
        self.retry();
        leptos::task::spawn_local(async move {
            if refusal::is_signed_out().await {
                self.end(&ConsoleError::NotSignedIn);
            }
        });
    }

    /// Ends every feed: whoever shows one says why, and nothing is tried again.
    fn end(self, why: &ConsoleError) {
        let Some(followers) = self.feeds.try_update_value(Feeds::end) else { return };
        for follower in followers {
            follower.take.run(FeedNews::Ended(why.clone()));
        }
        self.stop(Liveness::Waiting);
    }

    /// Tries again later, each time twice as late, so that a server in trouble is not kept there by its tabs.
    fn retry(self) {
        self.show_broken();
        let refusals = self.refusals.get_value();
        self.refusals.set_value(refusals.saturating_add(1));
        self.start_after(wait(refusals));
    }

    fn show_broken(self) {
        self.show(Liveness::Reconnecting(self.last_true()));
    }

    /// When what is shown was last true: the first moment of a break or a pause, also where one follows the other.
    fn last_true(self) -> Timestamp {
        self.liveness.try_get_untracked().and_then(Liveness::last_true).unwrap_or_else(now)
    }

    fn show(self, liveness: Liveness) {
        if self.liveness.try_get_untracked().is_some_and(|shown| shown != liveness) {
            self.liveness.set(liveness);
        }
    }
}

/// One thing to do later; setting it again forgets the earlier one.
#[derive(Clone, Copy)]
struct Timer(StoredValue<Option<TimeoutHandle>>);

impl Timer {
    fn new() -> Self {
        Self(StoredValue::new(None))
    }

    fn set(self, after: Duration, then: impl FnOnce() + 'static) {
        self.clear();
        let handle = set_timeout_with_handle(then, after).ok();
        // The page may be gone already, and the timer with it.
        let _ = self.0.try_update_value(|current| *current = handle);
    }

    fn clear(self) {
        if let Some(Some(handle)) = self.0.try_update_value(Option::take) {
            handle.clear();
        }
    }
}

fn wait(refusals: u32) -> Duration {
    LONGEST_WAIT.min(Duration::from_secs(1) * 2_u32.saturating_pow(refusals.min(8)))
}

fn now() -> Timestamp {
    Timestamp((js_sys::Date::now() / 1000.0) as i64)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::ClusterName;

    #[test]
    fn each_feed_begins_anew_whenever_its_stream_opens_also_by_the_browser_itself() {
        Owner::new().with(|| {
            let (connection, begun) = (LiveConnection::new(), StoredValue::new(0));
            let restart = Callback::new(move |()| begun.update_value(|count| *count += 1));
            let follower = Follower { take: Callback::new(|_| ()), restart };
            let topic = Topic::Cluster(ClusterName::parse("harbour").unwrap());
            connection.feeds.update_value(|feeds| {
                feeds.add(topic, None, follower);
            });

            connection.hear(StreamEvent::Opened);
            assert_eq!(begun.get_value(), 1);
            // It broke meanwhile, and nobody but the browser has done anything.
            connection.hear(StreamEvent::Opened);
            assert_eq!(begun.get_value(), 2);
        });
    }

    #[test]
    fn whoever_is_not_signed_in_any_more_is_told_so_by_every_feed() {
        Owner::new().with(|| {
            let (connection, told) = (LiveConnection::new(), StoredValue::new(Vec::new()));
            let take = Callback::new(move |news: FeedNews| told.update_value(|told| told.push(news)));
            let follower = Follower { take, restart: Callback::new(|()| ()) };
            let topic = || Topic::Cluster(ClusterName::parse("harbour").unwrap());
            connection.feeds.update_value(|feeds| {
                feeds.add(topic(), None, follower);
                feeds.add(topic(), Some("r1".into()), follower);
            });

            connection.end(&ConsoleError::NotSignedIn);

            let ended = FeedNews::Ended(ConsoleError::NotSignedIn);
            assert_eq!(told.get_value(), [ended.clone(), ended]);
            assert_eq!(connection.feeds.with_value(Feeds::address), None, "nothing is asked for again");
        });
    }

    #[test]
    fn a_server_that_is_not_understood_is_asked_less_and_less_often_although_it_opens_streams() {
        Owner::new().with(|| {
            let connection = LiveConnection::new();
            connection.refusals.set_value(3);
            connection.is_lost.set_value(true);

            connection.hear(StreamEvent::Opened);
            assert_eq!(connection.refusals.get_value(), 3);

            connection.hear(StreamEvent::Message(r#"{"feed":1,"news":"fresh"}"#.into()));
            connection.hear(StreamEvent::Opened);
            assert_eq!(connection.refusals.get_value(), 0);
        });
    }

    #[test]
    fn a_break_behind_a_pause_does_not_make_what_is_shown_younger() {
        Owner::new().with(|| {
            let connection = LiveConnection::new();
            let hidden_at = Timestamp(1_795_407_600);
            connection.liveness.set(Liveness::Paused(hidden_at));

            // The tab is looked at again, and its stream breaks before it has said anything.
            connection.hear(StreamEvent::Broken);
            assert_eq!(connection.liveness.get_untracked(), Liveness::Reconnecting(hidden_at));

            connection.pause();
            assert_eq!(connection.liveness.get_untracked(), Liveness::Paused(hidden_at));
        });
    }

    #[test]
    fn a_refused_stream_waits_longer_each_time_but_not_forever() {
        let seconds: Vec<u64> = [0, 1, 2, 4, 9, 1000].map(|refusals| wait(refusals).as_secs()).into();

        assert_eq!(seconds, [1, 2, 4, 16, 30, 30]);
    }
}
