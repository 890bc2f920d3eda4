//! One feed of the page.

use crate::Liveness;
use crate::connection::{Follower, LiveConnection};
use leptos::prelude::*;
use model::ConsoleError;
use model::live::{FeedNews, Topic};

/// A feed that is open as long as its owner lives.
#[derive(Clone, Copy)]
pub(crate) struct Feed {
    connection: Option<LiveConnection>,
    ended: RwSignal<Option<ConsoleError>>,
    is_redefined: RwSignal<bool>,
}

impl Feed {
    pub fn liveness(self) -> Signal<Liveness> {
        Signal::derive(move || match self.connection {
            Some(connection) if self.ended.read().is_none() && !self.is_redefined.get() => {
                connection.liveness().get()
            }
            _ => Liveness::Waiting,
        })
    }

    /// Whether it has ended because what it follows is to be asked for anew.
    pub fn is_redefined(self) -> Signal<bool> {
        self.is_redefined.into()
    }

    pub fn ended(self) -> Signal<Option<ConsoleError>> {
        self.ended.into()
    }
}

/// Follows a topic from a revision, once the page lives, and hands each piece of news to `take`. Follows the new topic
/// when it changes and nothing while it is `None`. `restart` is called before a feed begins anew.
pub(crate) fn follow(
    request: Signal<Option<(Topic, Option<String>)>>,
    take: impl Fn(FeedNews) + Send + Sync + 'static,
    restart: impl Fn() + Send + Sync + 'static,
) -> Feed {
    let connection = use_context::<LiveConnection>();
    let (ended, is_redefined) = (RwSignal::new(None), RwSignal::new(false));
    let take = Callback::new(move |news: FeedNews| {
        match &news {
            FeedNews::Ended(error) => ended.set(Some(error.clone())),
            FeedNews::Redefined => is_redefined.set(true),
            _ => {}
        }
        take(news);
    });
    let follower = Follower { take, restart: Callback::new(move |()| restart()) };
    Effect::new(move |_| {
        let (Some(connection), Some((topic, from))) = (connection, request.get()) else { return };
        ended.set(None);
        is_redefined.set(false);
        let feed = connection.open(topic, from, follower);
        on_cleanup(move || connection.close(feed));
    });
    Feed { connection, ended, is_redefined }
}
