//! Writes what was handed over: all recordings of this replica together, so that many terminals cost no more changes than one.

use crate::Inner;
use crate::open::Open;
use database::now_milliseconds;
use database::recordings::RecordingProgress;
use kubernetes::survive;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use uuid::Uuid;

/// How often it is written while bytes flow. What is killed loses no more.
const ROUND: Duration = Duration::from_millis(500);
/// The least time between two changes when there is much: others write too.
const PAUSE: Duration = Duration::from_millis(20);
/// The most in one change, in bytes.
const BATCH: usize = 2 << 20;
/// For so long it is tried again before terminals end.
const PATIENCE: Duration = Duration::from_secs(10);
/// For so long the end of a recording is tried to be kept when its terminal is gone.
const LAST_PATIENCE: Duration = Duration::from_secs(60);
/// How long it is waited after a panic: its cause may be there in the next round too.
const AFTER_PANIC: Duration = Duration::from_secs(2);
/// How often recordings of replicas that are gone, and those whose time is over, are looked for.
const SWEEP: Duration = Duration::from_secs(60);
/// A replica that has said nothing for so long is gone. Its signs of life come every 15 s; clocks may differ.
const SILENT: Duration = Duration::from_secs(120);
/// Recordings that are removed in one change.
const REMOVED: u32 = 10;
/// The lease of who looks.
const LEASE: &str = "recordings";
const LEASE_SECONDS: i64 = 150;

/// Writes until nobody has recordings any more.
pub async fn run(inner: Weak<Inner>, hurry: Arc<Notify>) {
    let holder = Uuid::new_v4().to_string();
    let mut swept = Instant::now();
    let mut unkept = Unkept::default();
    loop {
        tokio::select! {
            () = tokio::time::sleep(ROUND) => {}
            () = hurry.notified() => tokio::time::sleep(PAUSE).await,
        }
        let Some(inner) = inner.upgrade() else { return };
        if survive("Keeping recordings", inner.write(&mut unkept)).await.is_none() {
            inner.have_failed(&mut unkept, "the console failed");
            tokio::time::sleep(AFTER_PANIC).await;
        }
        if swept.elapsed() >= SWEEP {
            swept = Instant::now();
            survive("Removing old recordings", inner.sweep(&holder)).await;
        }
    }
}

/// What was taken and is not kept yet, and since when that fails.
#[derive(Default)]
struct Unkept {
    taken: Vec<(Arc<Open>, RecordingProgress)>,
    since: Option<Instant>,
}

impl Inner {
    /// Keeps everything that was handed over.
    async fn write(&self, unkept: &mut Unkept) {
        let all: Vec<Arc<Open>> = self.open.lock().values().cloned().collect();
        metrics::gauge!("orrery_terminal_recordings").set(all.len() as f64);
        let mut rest = all.into_iter();
        loop {
            // What failed is sent again as it was: nobody knows whether it was kept.
            if unkept.taken.is_empty() {
                let mut size = 0;
                for open in rest.by_ref() {
                    let Some(progress) = open.take(self) else { continue };
                    size += progress.chunk.as_ref().map_or(0, |(_, document)| document.len());
                    unkept.taken.push((open, progress));
                    if size >= BATCH {
                        break;
                    }
                }
            }
            if unkept.taken.is_empty() {
                unkept.since = None;
                return;
            }
            if !self.keep(unkept).await {
                return;
            }
        }
    }

    /// Keeps what was taken; `false` when that failed.
    async fn keep(&self, unkept: &mut Unkept) -> bool {
        let batch: Vec<RecordingProgress> =
            unkept.taken.iter().map(|(_, progress)| progress.clone()).collect();
        match self.database.keep_recordings(&batch).await {
            Ok(gone) => {
                unkept.since = None;
                for (open, progress) in unkept.taken.drain(..) {
                    if gone.contains(&open.id()) {
                        open.give_up("it was removed");
                        self.open.lock().remove(&open.id());
                    } else if open.is_kept(&progress) {
                        self.open.lock().remove(&open.id());
                    }
                }
                true
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "Recordings are not kept");
                self.have_failed(unkept, "the database failed");
                false
            }
        }
    }

    /// What was taken is not kept: it is tried again for a while, and no terminal goes on without.
    fn have_failed(&self, unkept: &mut Unkept, why: &str) {
        let since = *unkept.since.get_or_insert_with(Instant::now);
        if since.elapsed() >= PATIENCE {
            self.open.lock().values().for_each(|open| open.give_up(why));
        }
        if since.elapsed() >= LAST_PATIENCE {
            self.forget_ended(unkept);
        }
    }

    /// Lets those go whose terminals are gone: another replica, or this one, ends them with what was kept last.
    fn forget_ended(&self, unkept: &mut Unkept) {
        let mut open = self.open.lock();
        open.retain(|_, open| !open.has_ended());
        unkept.taken.retain(|(taken, _)| open.contains_key(&taken.id()));
        if unkept.taken.is_empty() {
            unkept.since = None;
        }
    }

    /// Ends recordings of replicas that are gone, and removes those whose time is over. One replica does.
    async fn sweep(&self, holder: &str) {
        if let Err(error) = self.try_sweep(holder).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "Old recordings are not removed");
        }
    }

    async fn try_sweep(&self, holder: &str) -> Result<(), database::DatabaseError> {
        if !self.database.hold_lease(LEASE, holder, LEASE_SECONDS).await? {
            return Ok(());
        }
        let silent = i64::try_from(SILENT.as_millis()).unwrap_or(i64::MAX);
        let cut = self.database.cut_recordings(now_milliseconds() - silent).await?;
        if cut > 0 {
            tracing::warn!(cut, "Recordings of a replica that is gone have ended");
        }
        while self.database.remove_old_recordings(REMOVED).await? > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::open::{Handle, MOST_BYTES};
    use access::Access;
    use database::Database;
    use identity::Seal;
    use kubernetes::Recording;
    use parking_lot::Mutex;

    async fn inner() -> Inner {
        let database = Database::in_memory().await.unwrap();
        let access = Access::new(database.clone());
        Inner { database, seal: Seal::random(), access, open: Mutex::default(), hurry: Arc::default() }
    }

    fn begin(inner: &Inner) -> Handle {
        let open = Arc::new(Open::new(Uuid::new_v4(), MOST_BYTES, Arc::clone(&inner.hurry)));
        inner.open.lock().insert(open.id(), Arc::clone(&open));
        Handle(open)
    }

    /// Since when it fails, for who has tried for long enough.
    fn for_long() -> Instant {
        Instant::now().checked_sub(LAST_PATIENCE).unwrap()
    }

    #[tokio::test]
    async fn a_first_failure_is_waited_for_after_others_were_given_up() {
        let inner = inner().await;
        let ended = Arc::clone(&begin(&inner).0);
        let progress = ended.take(&inner).unwrap();
        let mut unkept = Unkept { taken: vec![(ended, progress)], since: Some(for_long()) };
        inner.have_failed(&mut unkept, "the database failed");
        assert!(unkept.taken.is_empty() && inner.open.lock().is_empty());

        let next = begin(&inner);
        inner.have_failed(&mut unkept, "the database failed");

        assert_eq!(next.output(b"$ ").await, Ok(()));
    }

    #[tokio::test]
    async fn what_failed_is_over_when_there_is_nothing_to_keep() {
        let inner = inner().await;
        let mut unkept = Unkept { since: Some(for_long()), ..Unkept::default() };

        inner.write(&mut unkept).await;

        assert_eq!(unkept.since, None);
    }
}
