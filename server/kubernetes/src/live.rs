//! What one open page hears: all its feeds on one stream, from where it stands, for as long as it may.

mod fleet;
mod logs;
mod outbox;
mod subscription;
mod table;
mod values;

use crate::caller::ForCaller;
use futures::Stream;
use model::ConsoleError;
use model::fault::ActFault;
use model::live::FeedRequest;
use outbox::{Waiting, outbox};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use subscription::Subscription;

/// A page has a handful of feeds; a stream with more is not a page.
const MOST_FEEDS: usize = 16;

/// One event of the stream.
#[derive(Clone, Debug)]
pub struct LiveEvent {
    /// From where the stream resumes (`Last-Event-ID`): every feed with its revision.
    pub id: String,
    /// A [`model::live::FeedMessage`] as JSON.
    pub data: String,
}

impl ForCaller {
    /// Follows what the page asked for. Ends when the reader goes; a feed that ends says why first.
    pub fn follow(
        &self,
        requests: Vec<FeedRequest>,
        last_event_id: Option<&str>,
    ) -> Result<impl Stream<Item = LiveEvent> + Send + use<>, ConsoleError> {
        if requests.len() > MOST_FEEDS {
            return Err(ConsoleError::refused("feeds", ActFault::ManyFeeds(MOST_FEEDS)));
        }
        let place = self.kubernetes.pages().take(self.caller.account_id);
        let place = place.ok_or_else(|| {
            let most = self.kubernetes.pages().most_of_one();
            ConsoleError::refused("feeds", ActFault::ManyPages(most))
        })?;
        let resumed = last_event_id.map(parse_id).unwrap_or_default();
        let (out, mut arriving) = outbox();
        let mut reached = BTreeMap::new();
        for request in requests {
            let from = resumed.get(&request.feed).cloned().or(request.from).filter(|from| is_revision(from));
            if let Some(from) = &from {
                reached.insert(request.feed, Arc::from(from.as_str()));
            }
            let feed = Subscription { caller: self.clone(), number: request.feed, out: out.clone() };
            tokio::spawn(feed.run(request.topic, from));
        }
        Ok(futures::stream::poll_fn(move |context| {
            // It is taken for as long as the stream is there.
            let _ = &place;
            arriving.poll_recv(context).map(|next| {
                let Waiting { number, message: (revision, news), .. } = next?;
                if let Some(revision) = revision {
                    reached.insert(number, revision);
                }
                Some(LiveEvent {
                    id: write_id(&reached),
                    data: format!("{{\"feed\":{number},\"news\":{news}}}"),
                })
            })
        }))
    }
}

/// `1=a1b2-17,2=c3d4-5`.
fn write_id(reached: &BTreeMap<u32, Arc<str>>) -> String {
    let mut id = String::new();
    for (number, revision) in reached {
        let comma = if id.is_empty() { "" } else { "," };
        let _ = write!(id, "{comma}{number}={revision}");
    }
    id
}

fn parse_id(id: &str) -> BTreeMap<u32, String> {
    let pairs = id.split(',').take(MOST_FEEDS).filter_map(|pair| pair.split_once('='));
    pairs.filter_map(|(number, revision)| Some((number.parse().ok()?, revision.to_owned()))).collect()
}

/// Whether it can be one: it becomes part of an id again, which is one line and is taken apart at commas.
fn is_revision(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_every_feed_and_reads_back() {
        let reached = BTreeMap::from([(1, Arc::from("a1-17")), (4, Arc::from("b2-3"))]);

        let id = write_id(&reached);
        assert_eq!(id, "1=a1-17,4=b2-3");
        let read = parse_id(&id);
        assert_eq!(read, BTreeMap::from([(1, "a1-17".to_owned()), (4, "b2-3".to_owned())]));
        assert!(parse_id("garbage,=,x=y").is_empty());
    }

    #[test]
    fn nothing_that_breaks_an_id_is_taken_for_a_revision() {
        assert!(is_revision("a1b2-17") && is_revision("-1795683600000000000"));
        for text in ["1\n2", "1\r", "1\0", "1,2=3", "é"] {
            assert!(!is_revision(text), "{text:?}");
        }
    }
}
