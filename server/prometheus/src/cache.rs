//! Answers that several people share.

use crate::answer::Answer;
use crate::error::PrometheusError;
use model::chart::Frame;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::OnceCell;

/// A failure is not asked for again so soon: a hundred panels should not each wait for what is down.
const FAILURE: Duration = Duration::from_secs(3);
/// Nothing is older than this, however far apart its points are.
const LONGEST: Duration = Duration::from_secs(60);
/// How much is kept, in bytes.
const ROOM: usize = 96 << 20;

/// A question: the query as it is sent, and the points of time.
pub type Question = (String, Frame);

type Outcome = Result<Arc<Answer>, PrometheusError>;

#[derive(Default)]
struct Entry {
    cell: OnceCell<Outcome>,
}

struct Kept {
    entry: Arc<Entry>,
    until: Instant,
}

/// Answers by question. Whoever asks what is being asked already waits for the same answer.
#[derive(Default)]
pub struct Cache {
    kept: Mutex<HashMap<Question, Kept>>,
}

impl Cache {
    /// The answer to a question, asked at most once at a time.
    pub async fn get<F: Future<Output = Result<Answer, PrometheusError>>>(
        &self,
        question: Question,
        ask: F,
    ) -> Outcome {
        let now = Instant::now();
        let lifetime = Duration::from_secs(u64::from(question.1.step)).min(LONGEST);
        let entry = {
            let mut kept = self.kept.lock();
            let room =
                kept.get(&question).filter(|kept| kept.until > now).map(|kept| Arc::clone(&kept.entry));
            match room {
                Some(entry) => entry,
                None => {
                    make_room(&mut kept, now);
                    let entry = Arc::<Entry>::default();
                    kept.insert(question.clone(), Kept { entry: Arc::clone(&entry), until: now + lifetime });
                    entry
                }
            }
        };
        let outcome = entry.cell.get_or_init(|| async { ask.await.map(Arc::new) }).await.clone();
        if outcome.is_err()
            && let Some(kept) = self.kept.lock().get_mut(&question)
            && Arc::ptr_eq(&kept.entry, &entry)
        {
            kept.until = kept.until.min(Instant::now() + FAILURE);
        }
        outcome
    }
}

/// Lets go of what is old, and of the oldest when there is too much.
fn make_room(kept: &mut HashMap<Question, Kept>, now: Instant) {
    kept.retain(|_, kept| kept.until > now);
    let weight = |kept: &Kept| match kept.entry.cell.get() {
        Some(Ok(answer)) => answer.weight(),
        _ => 0,
    };
    let mut total: usize = kept.values().map(weight).sum();
    while total > ROOM {
        let Some(oldest) =
            kept.iter().min_by_key(|(_, kept)| kept.until).map(|(question, _)| question.clone())
        else {
            return;
        };
        total -= kept.remove(&oldest).as_ref().map_or(0, weight);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    fn question(query: &str) -> Question {
        (query.into(), Frame { start: 0, end: 60, step: 15 })
    }

    #[tokio::test]
    async fn many_viewers_ask_once() {
        let (cache, asked) = (Cache::default(), AtomicU32::new(0));
        let ask = || async {
            asked.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            Ok(Answer::default())
        };

        let viewers = (0..50).map(|_| cache.get(question("up"), ask()));
        futures::future::join_all(viewers).await;
        cache.get(question("up"), ask()).await.unwrap();

        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_viewer_who_leaves_does_not_take_the_answer_along() {
        let cache = Cache::default();
        let never = cache.get(question("up"), std::future::pending());
        assert!(tokio::time::timeout(Duration::from_millis(10), never).await.is_err());

        let answer = cache.get(question("up"), async { Ok(Answer::default()) }).await;

        assert!(answer.is_ok());
    }

    #[tokio::test]
    async fn a_failure_is_shared_for_a_moment_only() {
        let cache = Cache::default();
        let failing = async { Err(PrometheusError::Unreadable { cause: "it is empty".into() }) };
        assert!(cache.get(question("up"), failing).await.is_err());

        let until = cache.kept.lock().get(&question("up")).map(|kept| kept.until).unwrap();
        assert!(until <= Instant::now() + FAILURE);
    }
}
