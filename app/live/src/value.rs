//! One value that arrives whole.

use crate::Liveness;
use crate::follow::{Feed, follow};
use crate::signals::set_if_new;
use leptos::prelude::*;
use model::live::{FeedNews, Topic};
use model::{ConsoleError, Stale};
use serde::de::DeserializeOwned;

/// A value that is followed, such as an object's page or a cluster's overview.
pub struct LiveValue<T: Send + Sync + 'static> {
    value: RwSignal<T>,
    stale: RwSignal<Option<Stale>>,
    feed: Feed,
}

impl<T: Send + Sync + 'static> Clone for LiveValue<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for LiveValue<T> {}

impl<T: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static> LiveValue<T> {
    /// Shows this value and follows it from the revision it was rendered with, once the page lives.
    pub fn new(topic: Topic, initial: T, revision: Option<String>) -> Self {
        let value = RwSignal::new(initial);
        let stale = RwSignal::new(None);
        let take = move |news| match news {
            FeedNews::Value { value: new, .. } => {
                // A value of another shape comes from a newer server; the page keeps what it understood.
                if let Ok(new) = serde_json::from_value::<T>(new) {
                    set_if_new(value, new);
                }
            }
            FeedNews::Stale(news) => stale.set(Some(news)),
            FeedNews::Fresh => stale.set(None),
            FeedNews::Snapshot { .. }
            | FeedNews::Change { .. }
            | FeedNews::Anew
            | FeedNews::Lines { .. }
            | FeedNews::Redefined
            | FeedNews::Ended(_) => {}
        };
        // A value is always whole, so nothing needs to begin anew.
        let feed = follow(Signal::stored(Some((topic, revision))), take, || ());
        Self { value, stale, feed }
    }

    /// The value.
    pub fn value(self) -> Signal<T> {
        self.value.into()
    }

    /// Set while the cluster cannot be followed.
    pub fn stale(self) -> Signal<Option<Stale>> {
        self.stale.into()
    }

    /// How fresh the value is.
    pub fn liveness(self) -> Signal<Liveness> {
        self.feed.liveness()
    }

    /// Why the feed ended, once it has.
    pub fn ended(self) -> Signal<Option<ConsoleError>> {
        self.feed.ended()
    }
}
