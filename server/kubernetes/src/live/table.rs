//! A page of a table, followed.

use super::outbox::Gone;
use super::subscription::{End, Flow, Subscription};
use crate::caller::Readable;
use crate::cluster::Cluster;
use crate::recheck::Right;
use model::TableQuery;
use tokio::sync::broadcast::error::RecvError;

impl Subscription {
    pub(super) async fn table(&self, query: TableQuery, from: Option<String>) -> Flow {
        let cluster = self.caller.cluster(&query.cluster).await?;
        let readable = self.caller.readable(&cluster, &query.kind, &query.namespaces).await?;
        let rights = std::iter::once(&readable.granted).chain(&readable.users);
        let rights = rights.map(|right| Box::new(right.clone()) as Box<dyn Right>).collect();
        self.under(rights, self.page(&cluster, &readable, &query, from)).await
    }

    async fn page(
        &self,
        cluster: &Cluster,
        readable: &Readable,
        query: &TableQuery,
        mut from: Option<String>,
    ) -> Flow {
        loop {
            let reader = (self.caller.caller.account_id, self.caller.language);
            let feed = cluster.feeds().follow(&readable.store, query, &readable.sight, reader)?;
            let Some((missed, mut news)) = feed.subscribe(from.as_deref()) else { continue };
            for message in missed {
                from = message.0.as_deref().map(str::to_owned).or(from);
                self.send(message).await?;
            }
            loop {
                tokio::select! {
                    () = self.out.closed() => return Err(Gone.into()),
                    () = readable.store.retired() => return Err(End::Redefined),
                    message = news.recv() => match message {
                        Ok(message) => {
                            from = message.0.as_deref().map(str::to_owned).or(from);
                            self.send(message).await?;
                        }
                        // Too slow, so some are lost: begin again with the whole page.
                        Err(RecvError::Lagged(_)) => {
                            from = None;
                            break;
                        }
                        Err(RecvError::Closed) => break,
                    },
                }
            }
        }
    }
}
