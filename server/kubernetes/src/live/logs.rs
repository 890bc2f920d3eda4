//! Logs of containers, followed.

use super::outbox::Gone;
use super::subscription::{Flow, Subscription};
use crate::feed::{json, plain};
use crate::logs::{LogNews, LogStream};
use model::live::{FeedNews, LogTopic};

impl Subscription {
    pub(super) async fn log(&self, topic: LogTopic, from: Option<String>) -> Flow {
        let (granted, lines) = self.caller.follow_log(topic, from.as_deref()).await?;
        self.under(vec![Box::new(granted)], self.lines(lines)).await
    }

    async fn lines(&self, mut stream: LogStream) -> Flow {
        loop {
            let news = tokio::select! {
                () = self.out.closed() => return Err(Gone.into()),
                news = stream.next() => news?,
            };
            match news {
                LogNews::Anew => self.send(plain(&FeedNews::Anew)).await?,
                LogNews::Lines { revision, lines } => {
                    let from = Some(revision.as_str().into());
                    self.send((from, json(&FeedNews::Lines { revision, lines }))).await?;
                }
            }
        }
    }
}
