//! A page of a table, followed: what changed in the store becomes what changed on the page. Everybody who looks at the
//! same page with the same scope and in the same language shares one follower, and each message is written once.

use crate::error::KubernetesError;
use crate::sight::Sight;
use crate::state::{RowData, State};
use crate::store::{Standing, Store, now};
use crate::view::{Page, View, to_row};
use model::fault::TableFault;
use model::live::FeedNews;
use model::{Language, Stale, TableQuery};
use parking_lot::Mutex;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::{broadcast, watch};
use tokio::time::{Instant, interval, sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Gap between two messages of one page. Below 50 ms a rollout repaints faster than anyone reads; above 250 ms the
/// table feels stale.
const GATHER: Duration = Duration::from_millis(100);
/// Messages that are kept for those who were away a moment.
const REMEMBERED_MESSAGES: usize = 256;
/// A follower without readers is kept so long, for a tab that reconnects.
const LINGER: Duration = Duration::from_secs(60);
/// Pages that one person follows in one cluster, those left a moment ago among them. Far more than anybody has tabs.
const MOST_OF_ONE: usize = 64;
/// How often a search in whole objects looks for changes that show in no column.
const LOOK_INSIDE: Duration = Duration::from_secs(1);
/// Conditions on ages (`age<1h`) come to mean other rows as time goes by.
const RENEW: Duration = Duration::from_secs(30);

/// A message as it goes out: the revision it leads to, if it is one to resume from, and its JSON.
pub(crate) type Message = (Option<Arc<str>>, Arc<str>);

/// A page and the revision it is of. Pure: states go in, news come out.
pub(crate) struct Follower {
    view: View,
    page: Page,
    /// The revision that was looked at last.
    revision: u64,
    /// The revision that readers were told last; nothing on the page differs between the two.
    told: u64,
}

impl Follower {
    /// The page as it is in this state.
    pub fn new(view: View, state: &State) -> Self {
        Self { page: view.page(state), revision: state.revision(), told: state.revision(), view }
    }

    /// What is different on the page in this state, if anything is.
    pub fn advance(&mut self, state: &State) -> Option<Difference> {
        let is_touched = match state.changes_after(self.revision) {
            Some(mut changes) => changes.any(|change| {
                self.view.concerns(state, &self.page, change.old.as_deref(), change.new.as_deref())
            }),
            None => true,
        };
        self.revision = state.revision();
        if is_touched { self.renew(state) } else { None }
    }

    /// Looks at everything anew.
    pub fn renew(&mut self, state: &State) -> Option<Difference> {
        let page = self.view.page(state);
        let difference = difference(&self.page, &page);
        self.page = page;
        self.revision = state.revision();
        difference
    }
}

/// What is different between two pages.
#[derive(Debug, Default)]
pub(crate) struct Difference {
    put: Vec<Arc<RowData>>,
    gone: Vec<String>,
    order: Option<Vec<String>>,
}

fn difference(old: &Page, new: &Page) -> Option<Difference> {
    let before: HashMap<&str, &Arc<RowData>> = old.rows.iter().map(|row| (&*row.uid, row)).collect();
    let after: HashSet<&str> = new.rows.iter().map(|row| &*row.uid).collect();
    let is_same = |row: &Arc<RowData>| {
        before.get(&*row.uid).is_some_and(|known| Arc::ptr_eq(known, row) || **known == *row)
    };
    let put: Vec<_> = new.rows.iter().filter(|row| !is_same(row)).cloned().collect();
    let gone: Vec<_> =
        old.rows.iter().filter(|row| !after.contains(&*row.uid)).map(|row| row.uid.to_string()).collect();
    let is_moved =
        old.rows.len() != new.rows.len() || old.rows.iter().zip(&new.rows).any(|(a, b)| a.uid != b.uid);
    let order = is_moved.then(|| new.rows.iter().map(|row| row.uid.to_string()).collect());
    let is_silent = put.is_empty() && !is_moved && old.total == new.total && old.levels == new.levels;
    (!is_silent).then_some(Difference { put, gone, order })
}

/// A follower and those who read it.
pub(crate) struct Feed {
    store: Arc<Store>,
    query: TableQuery,
    sight: Sight,
    language: Language,
    opened_by: Uuid,
    /// Cancelled when nobody moves the follower on any more.
    end: CancellationToken,
    inside: Mutex<Inside>,
    sender: broadcast::Sender<Message>,
    _counted: Counted,
}

/// Counts a feed for as long as it is there.
struct Counted(metrics::Gauge);

impl Counted {
    fn new(cluster: &str) -> Self {
        let gauge = metrics::gauge!("orrery_feeds", "cluster" => cluster.to_owned());
        gauge.increment(1);
        Self(gauge)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

struct Inside {
    follower: Follower,
    remembered: VecDeque<Remembered>,
}

struct Remembered {
    from: u64,
    message: Message,
}

type Key = (TableQuery, Sight, Language);

/// Followers by what they follow.
#[derive(Default)]
pub(crate) struct Feeds(Mutex<HashMap<Key, Weak<Feed>>>);

impl Feeds {
    /// The feed of a page in a language, begun for this account if nobody follows it yet.
    pub fn follow(
        &self,
        store: &Arc<Store>,
        query: &TableQuery,
        sight: &Sight,
        (account, language): (Uuid, Language),
    ) -> Result<Arc<Feed>, KubernetesError> {
        let key = (query.clone(), sight.clone(), language);
        if let Some(feed) = known(&self.0.lock(), &key, store) {
            return Ok(feed);
        }
        self.make_room(account)?;
        // Heard from before the first look on: what changes after it is told, however late the follower gets its turn.
        let (revisions, standings) = (store.revisions(), store.standings());
        // The first look at a page may take milliseconds, so nobody else waits for it.
        let view = View::new(query, sight.clone(), &store.served().kind, now())?;
        let follower = Follower::new(view, &store.read());
        let mut feeds = self.0.lock();
        if let Some(feed) = known(&feeds, &key, store) {
            return Ok(feed);
        }
        let feed = Arc::new(Feed {
            store: Arc::clone(store),
            query: query.clone(),
            sight: sight.clone(),
            language,
            opened_by: account,
            end: CancellationToken::new(),
            inside: Mutex::new(Inside { follower, remembered: VecDeque::new() }),
            sender: broadcast::Sender::new(REMEMBERED_MESSAGES),
            _counted: Counted::new(store.cluster()),
        });
        feeds.retain(|_, feed| feed.strong_count() > 0);
        feeds.insert(key, Arc::downgrade(&feed));
        tokio::spawn(run(Arc::clone(&feed), revisions, standings));
        Ok(feed)
    }

    /// Pages that an account has left make room for its next.
    fn make_room(&self, account: Uuid) -> Result<(), KubernetesError> {
        let feeds: Vec<_> = self.0.lock().values().filter_map(Weak::upgrade).collect();
        let own = feeds.iter().filter(|feed| feed.opened_by == account && !feed.end.is_cancelled());
        let own: Vec<_> = own.collect();
        if own.len() < MOST_OF_ONE || own.iter().any(|feed| feed.end_if_alone()) {
            return Ok(());
        }
        Err(KubernetesError::refused_at("feeds", TableFault::ManyLists(MOST_OF_ONE)))
    }
}

fn known(feeds: &HashMap<Key, Weak<Feed>>, key: &Key, store: &Arc<Store>) -> Option<Arc<Feed>> {
    let feed = feeds.get(key).and_then(Weak::upgrade)?;
    let is_alive = Arc::ptr_eq(&feed.store, store) && !feed.end.is_cancelled();
    is_alive.then_some(feed)
}

impl Feed {
    /// What brings a reader from a revision to now, and what comes then. Nothing in between is lost: both are taken
    /// under one lock. `None` when the feed has ended meanwhile and must be asked for again.
    pub fn subscribe(&self, from: Option<&str>) -> Option<(Vec<Message>, broadcast::Receiver<Message>)> {
        let mut inside = self.inside.lock();
        if self.end.is_cancelled() {
            return None;
        }
        let known = from.and_then(|text| self.store.parse_revision(text));
        // A page that was drawn since the last look is not led back to what was before.
        if known.is_some_and(|revision| revision > inside.follower.revision) {
            self.advance_inside(&mut inside, false);
        }
        let receiver = self.sender.subscribe();
        let mut messages = match known.and_then(|revision| inside.since(revision)) {
            Some(missed) => missed,
            None => vec![self.snapshot(&inside.follower)],
        };
        if let Some(stale) = self.store.stale() {
            messages.push(plain(&FeedNews::Stale(stale)));
        }
        Some((messages, receiver))
    }

    /// Ends unless somebody reads it; answers whether it has ended.
    fn end_if_alone(&self) -> bool {
        // Who begins to read does so under this lock.
        let _inside = self.inside.lock();
        if self.sender.receiver_count() == 0 {
            self.end.cancel();
        }
        self.end.is_cancelled()
    }

    fn snapshot(&self, follower: &Follower) -> Message {
        let revision = self.store.revision_text(follower.told);
        let news = FeedNews::Snapshot {
            revision: revision.clone(),
            rows: follower.page.rows.iter().filter_map(|row| to_row(row, self.language)).collect(),
            total: follower.page.total,
            levels: follower.page.levels.list(),
        };
        (Some(revision.into()), json(&news))
    }

    fn advance(&self, is_renewal: bool) {
        self.advance_inside(&mut self.inside.lock(), is_renewal);
    }

    fn advance_inside(&self, inside: &mut Inside, is_renewal: bool) {
        let state = self.store.read();
        let difference = if is_renewal {
            if let Ok(view) = View::new(&self.query, self.sight.clone(), state.kind(), now()) {
                inside.follower.view = view.knowing(&inside.follower.view);
            }
            inside.follower.renew(&state)
        } else {
            inside.follower.advance(&state)
        };
        drop(state);
        let Some(difference) = difference else { return };
        let revision = self.store.revision_text(inside.follower.revision);
        let page = &inside.follower.page;
        let news = FeedNews::Change {
            revision: revision.clone(),
            put: difference.put.iter().filter_map(|row| to_row(row, self.language)).collect(),
            gone: difference.gone,
            order: difference.order,
            total: page.total,
            levels: page.levels.list(),
        };
        let message: Message = (Some(revision.into()), json(&news));
        if inside.remembered.len() == REMEMBERED_MESSAGES {
            inside.remembered.pop_front();
        }
        let reached = inside.follower.revision;
        let from = std::mem::replace(&mut inside.follower.told, reached);
        inside.remembered.push_back(Remembered { from, message: message.clone() });
        metrics::counter!("orrery_feed_messages_total").increment(1);
        // Nobody may be listening just now; whoever comes back finds it remembered.
        let _ = self.sender.send(message);
    }

    fn tell(&self, news: &FeedNews) {
        let _ = self.sender.send(plain(news));
    }
}

impl Inside {
    /// The messages after a revision, if it is one that readers were told, or the present one.
    fn since(&self, revision: u64) -> Option<Vec<Message>> {
        if revision == self.follower.told || revision == self.follower.revision {
            return Some(Vec::new());
        }
        let start = self.remembered.iter().position(|remembered| remembered.from == revision)?;
        Some(self.remembered.iter().skip(start).map(|remembered| remembered.message.clone()).collect())
    }
}

async fn run(feed: Arc<Feed>, mut revisions: watch::Receiver<u64>, mut standings: watch::Receiver<Standing>) {
    let mut renewals = interval(RENEW);
    let mut looks = interval(LOOK_INSIDE);
    let looks_inside = feed.inside.lock().follower.view.looks_inside();
    let mut puts = feed.store.read().puts();
    let mut alone_since = None;
    loop {
        tokio::select! {
            changed = revisions.changed() => {
                if changed.is_err() { return }
                sleep(GATHER).await;
                revisions.mark_unchanged();
                feed.advance(false);
            }
            changed = standings.changed() => {
                if changed.is_err() { return }
                let news = match &*standings.borrow_and_update() {
                    Standing::Stale(stale) => FeedNews::Stale(Stale::clone(stale)),
                    Standing::Fresh => FeedNews::Fresh,
                    Standing::Loading(_) => continue,
                };
                feed.tell(&news);
            }
            () = feed.end.cancelled() => return,
            _ = looks.tick(), if looks_inside => {
                let now = feed.store.read().puts();
                if std::mem::replace(&mut puts, now) != now { feed.advance(true); }
            }
            _ = renewals.tick() => {
                if !feed.query.search.is_empty() { feed.advance(true); }
            }
        }
        if feed.sender.receiver_count() > 0 {
            alone_since = None;
        } else if alone_since.get_or_insert_with(Instant::now).elapsed() > LINGER && feed.end_if_alone() {
            return;
        }
    }
}

/// A message that is nothing to resume from.
pub(crate) fn plain(news: &FeedNews) -> Message {
    (None, json(news))
}

/// The message as it goes out; written once for all who read it.
pub(crate) fn json(news: &FeedNews) -> Arc<str> {
    serde_json::to_string(news).expect("news have only texts as keys").into()
}

#[cfg(test)]
mod tests;
