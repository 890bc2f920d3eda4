//! The feeds of the page, and how far each has come.

use leptos::prelude::{Callable, Callback};
use model::link;
use model::live::{FeedMessage, FeedNews, FeedRequest, Topic};
use std::collections::BTreeMap;

/// Who is told a feed's news.
#[derive(Clone, Copy)]
pub(crate) struct Follower {
    /// Takes each piece of news.
    pub take: Callback<FeedNews>,
    /// Called when the stream is open, or open again, before it says anything: what cannot resume by a revision is told
    /// again.
    pub restart: Callback<()>,
}

struct Feed {
    topic: Topic,
    revision: Option<String>,
    follower: Follower,
}

/// All feeds that have not ended, by their number in this tab.
#[derive(Default)]
pub(crate) struct Feeds {
    next: u32,
    open: BTreeMap<u32, Feed>,
}

impl Feeds {
    pub fn add(&mut self, topic: Topic, revision: Option<String>, follower: Follower) -> u32 {
        self.next += 1;
        self.open.insert(self.next, Feed { topic, revision, follower });
        self.next
    }

    pub fn remove(&mut self, number: u32) {
        self.open.remove(&number);
    }

    /// Lets all of them go; returns who is to be told.
    pub fn end(&mut self) -> Vec<Follower> {
        std::mem::take(&mut self.open).into_values().map(|feed| feed.follower).collect()
    }

    /// The address of a stream of all feeds; `None` when there is none.
    pub fn address(&self) -> Option<String> {
        let request = |(number, feed): (&u32, &Feed)| FeedRequest {
            feed: *number,
            topic: feed.topic.clone(),
            from: feed.revision.clone(),
        };
        let requests: Vec<FeedRequest> = self.open.iter().map(request).collect();
        if requests.is_empty() {
            return None;
        }
        let json = serde_json::to_string(&requests).expect("requests hold only texts and numbers");
        Some(format!("/live?feeds={}", link::escape(&json)))
    }

    /// Remembers how far a feed has come; returns who is to be told.
    pub fn note(&mut self, message: &FeedMessage) -> Option<Follower> {
        let feed = self.open.get_mut(&message.feed)?;
        let follower = feed.follower;
        match &message.news {
            FeedNews::Snapshot { revision, .. }
            | FeedNews::Change { revision, .. }
            | FeedNews::Lines { revision, .. }
            | FeedNews::Value { revision, .. } => feed.revision = Some(revision.clone()),
            FeedNews::Redefined | FeedNews::Ended(_) => self.remove(message.feed),
            FeedNews::Anew | FeedNews::Stale(_) | FeedNews::Fresh => {}
        }
        Some(follower)
    }

    /// Asks for everything from the beginning next time.
    pub fn forget_revisions(&mut self) {
        for feed in self.open.values_mut() {
            feed.revision = None;
        }
    }

    /// Says that every feed begins anew.
    pub fn restart(&self) {
        for feed in self.open.values() {
            feed.follower.restart.run(());
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use leptos::prelude::Owner;
    use model::{ClusterName, ConsoleError};

    fn follower() -> Follower {
        Follower { take: Callback::new(|_| ()), restart: Callback::new(|()| ()) }
    }

    fn harbour() -> Topic {
        Topic::Cluster(ClusterName::parse("harbour").unwrap())
    }

    #[test]
    fn a_stream_continues_where_each_feed_was() {
        Owner::new().with(|| {
            let mut feeds = Feeds::default();
            let number = feeds.add(harbour(), Some("r1".into()), follower());
            assert!(feeds.address().unwrap().contains("r1"));

            let news = FeedNews::Value { revision: "r2".into(), value: serde_json::Value::Null };
            assert!(feeds.note(&FeedMessage { feed: number, news }).is_some());

            let address = feeds.address().unwrap();
            assert!(address.contains("r2") && !address.contains("r1"), "{address}");
        });
    }

    #[test]
    fn an_ended_feed_is_not_asked_for_again() {
        Owner::new().with(|| {
            for news in [FeedNews::Ended(ConsoleError::NotSignedIn), FeedNews::Redefined] {
                let mut feeds = Feeds::default();
                let number = feeds.add(harbour(), None, follower());

                assert!(feeds.note(&FeedMessage { feed: number, news: news.clone() }).is_some());

                assert_eq!(feeds.address(), None);
                assert!(feeds.note(&FeedMessage { feed: number, news }).is_none());
            }
        });
    }
}
