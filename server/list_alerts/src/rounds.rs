//! Looking at all lists.

use crate::ListAlerts;
use crate::kept::{self, KNOWN, Kept, UNKNOWN, WITHDRAWN};
use crate::look::{self, Objects};
use access::Caller;
use database::list_alerts::{ListAlert, ListFound, ListLook, ListedKey};
use database::{DatabaseError, now_seconds};
use futures::{StreamExt, TryStreamExt};
use model::{ConsoleError, Language};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use uuid::Uuid;

/// How long a list may take to say what it holds.
const PATIENCE: Duration = Duration::from_secs(15);
/// As long as nothing changes, it is written down this often that somebody has looked.
const NOTED_EVERY_SECONDS: i64 = 60;
/// So many writers' rights are read at the same time: few enough that other questions to the console's tables pass between them.
const READ_AT_ONCE: usize = 8;
/// The longest reason that is kept, in characters.
const LONGEST_CAUSE: usize = 500;

/// Who wrote alerts, with what they may do at this moment; none when they may not sign in any more.
type Writers = BTreeMap<Uuid, Option<Arc<Caller>>>;

/// What came of a look at a list.
enum Outcome {
    /// It holds these.
    Found(Vec<ListedKey>),
    /// Its writer has no right to look.
    Withdrawn,
    /// It cannot be looked at, and why.
    Unknown(String),
}

impl ListAlerts {
    /// Looks once at the lists of all alerts that are on. Only one replica should at a time: what two find out at once is kept
    /// of one of them.
    pub async fn look(&self) -> Result<(), DatabaseError> {
        let mut all = self.database.every_list_alert().await?;
        all.retain(|row| row.off_at.is_none());
        self.asked.lock().retain(|id, _| all.iter().any(|row| row.id == *id));
        let writers = self.writers(&all).await?;
        let mut objects = BTreeMap::new();
        for cluster in all.iter().map(|row| &row.cluster).collect::<BTreeSet<_>>() {
            objects.extend(self.database.listed(cluster).await?);
        }
        let looks = all.iter().filter_map(|row| {
            let writer = row.writer.and_then(|id| writers.get(&id).cloned().flatten());
            Some(self.look_at(row, kept::readable(row)?, writer, objects.remove(&row.id).unwrap_or_default()))
        });
        futures::future::try_join_all(looks).await.map(drop)
    }

    async fn writers(&self, all: &[ListAlert]) -> Result<Writers, DatabaseError> {
        let ids: BTreeSet<Uuid> = all.iter().filter_map(|row| row.writer).collect();
        let read = ids.into_iter().map(|id| async move { self.writer(id).await.map(|writer| (id, writer)) });
        futures::stream::iter(read).buffer_unordered(READ_AT_ONCE).try_collect().await
    }

    async fn writer(&self, id: Uuid) -> Result<Option<Arc<Caller>>, DatabaseError> {
        let account = self.database.account(id).await?.filter(|account| account.is_enabled);
        let Some(mut account) = account else { return Ok(None) };
        account.name = format!("{} (alerts on lists)", account.name);
        let caller = self.kubernetes.access().caller(account, None, String::new(), None).await?;
        Ok(Some(Arc::new(caller)))
    }

    async fn look_at(
        &self,
        row: &ListAlert,
        kept: Kept,
        writer: Option<Arc<Caller>>,
        before: Objects,
    ) -> Result<(), DatabaseError> {
        let outcome = match writer {
            Some(writer) => self.find(&kept, &writer).await,
            None => Outcome::Withdrawn,
        };
        let look = after(row, &before, outcome, now_seconds());
        if !is_worth_keeping(&row.found, &look) {
            return Ok(());
        }
        // What somebody else has found out meanwhile, or said of the alert, counts: it is looked at again soon.
        self.database.keep_list_look(row.id, row.version, &look).await.map(drop)
    }

    /// What a list holds, with the rights that the alert's writer has at this moment: to look, and to keep the alert. What
    /// they may not any more is told to nobody and not written down: it would be with every look.
    async fn find(&self, kept: &Kept, writer: &Caller) -> Outcome {
        if !writer.may(&kept::update(&kept.query, kept.id, &kept.name)) {
            return Outcome::Withdrawn;
        }
        let earlier = self.asked.lock().get(&kept.id).cloned();
        let looker = self.kubernetes.for_caller(writer.clone(), Language::default());
        match timeout(PATIENCE, looker.matches(&kept.query, earlier.as_ref())).await {
            Ok(Ok(Some(matches))) => {
                self.asked.lock().insert(kept.id, matches.asked);
                let key = |(namespace, name): (Option<Box<str>>, Box<str>)| {
                    (namespace.map(String::from).unwrap_or_default(), String::from(name))
                };
                Outcome::Found(matches.objects.into_iter().map(key).collect())
            }
            Ok(Ok(None)) => Outcome::Withdrawn,
            Ok(Err(error)) => Outcome::Unknown(cause(error)),
            Err(_) => Outcome::Unknown(format!("no answer within {} s", PATIENCE.as_secs())),
        }
    }
}

/// What is to be kept of a look.
fn after(row: &ListAlert, before: &Objects, outcome: Outcome, now: i64) -> ListLook {
    let was = &row.found;
    let known = |standing: &str, matched: usize| ListFound {
        standing: standing.to_owned(),
        cause: String::new(),
        looked_at: Some(now),
        matched: i64::try_from(matched).unwrap_or(i64::MAX),
        ..was.clone()
    };
    let (found, objects) = match outcome {
        // Neither begins nor ends anything: what was known holds.
        Outcome::Unknown(cause) => {
            let found = ListFound { standing: UNKNOWN.to_owned(), cause, ..was.clone() };
            return ListLook { found, ..ListLook::default() };
        }
        Outcome::Withdrawn => (known(WITHDRAWN, 0), Objects::new()),
        Outcome::Found(keys) => {
            let matched = keys.len();
            let followed = look::followed(keys, before);
            (known(KNOWN, matched), look::step(&row.terms, before, was.looked_at, &followed, now))
        }
    };
    let (put, gone) = look::difference(before, &objects);
    ListLook { found, put, gone }
}

/// Whether a look tells anything that is not known already; that somebody has looked is noted every now and then.
fn is_worth_keeping(was: &ListFound, look: &ListLook) -> bool {
    let ListLook { found, put, gone } = look;
    let is_due = match (was.looked_at, found.looked_at) {
        (Some(before), Some(now)) => now - before >= NOTED_EVERY_SECONDS,
        (before, now) => before != now,
    };
    let is_news = (&was.standing, &was.cause, was.matched) != (&found.standing, &found.cause, found.matched);
    is_due || is_news || !put.is_empty() || !gone.is_empty()
}

fn cause(error: ConsoleError) -> String {
    let words = match error {
        ConsoleError::Invalid { problems } => {
            problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    };
    words.chars().take(LONGEST_CAUSE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use database::list_alerts::{ListAlertTerms, Listed};
    use model::ClusterName;

    fn row(found: ListFound) -> ListAlert {
        ListAlert {
            id: Uuid::nil(),
            cluster: ClusterName::parse("lantern").unwrap_or_else(|_| unreachable!("it is a name")),
            terms: ListAlertTerms {
                name: "Pods".into(),
                severity: "warning".into(),
                hold_seconds: 0,
                least: 1,
            },
            query: String::new(),
            writer: None,
            version: 1,
            written_by: String::new(),
            written_at: 0,
            off_at: None,
            found,
        }
    }

    fn objects() -> Objects {
        Objects::from([(("shop".into(), "web-0".into()), Listed { since: 100, fired_at: Some(100) })])
    }

    fn known() -> ListFound {
        ListFound { looks: 4, standing: KNOWN.into(), cause: String::new(), looked_at: Some(100), matched: 1 }
    }

    #[test]
    fn a_cluster_that_does_not_answer_ends_nothing_and_says_so() {
        let look = after(&row(known()), &objects(), Outcome::Unknown("it is down".into()), 115);

        assert_eq!((look.put.len(), look.gone.len()), (0, 0));
        let wanted = ListFound { standing: UNKNOWN.into(), cause: "it is down".into(), ..known() };
        assert_eq!(look.found, wanted);
        assert!(is_worth_keeping(&known(), &look));
        assert!(!is_worth_keeping(&wanted, &look), "the same is said once");
    }

    #[test]
    fn who_has_lost_their_rights_finds_nothing() {
        let look = after(&row(known()), &objects(), Outcome::Withdrawn, 115);

        assert_eq!((look.found.standing.as_str(), look.found.matched), (WITHDRAWN, 0));
        assert_eq!(look.gone, [("shop".to_owned(), "web-0".to_owned())]);
    }

    #[test]
    fn that_nothing_has_changed_is_noted_now_and_then() {
        let again = |now| {
            let found = Outcome::Found(vec![("shop".into(), "web-0".into())]);
            is_worth_keeping(&known(), &after(&row(known()), &objects(), found, now))
        };

        assert!(!again(115) && again(160));
    }
}
