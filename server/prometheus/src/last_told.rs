//! What many people ask for at the same time is asked for once.

use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// What was told last, and when: an answer, or why there is none.
pub struct LastTold<T, E>(Mutex<Told<T, E>>);

type Told<T, E> = Option<(Instant, Result<Arc<T>, E>)>;

impl<T, E> Default for LastTold<T, E> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T, E: Clone> LastTold<T, E> {
    /// What was told no longer ago than `fresh`, else what `ask` answers. It is asked by one at a time, and whoever waits
    /// meanwhile gets the same, also where that is a failure: if each tried by themselves, one after the other, the last
    /// would wait for the patience of all.
    pub async fn get<F>(&self, fresh: Duration, ask: impl FnOnce() -> F) -> Result<Arc<T>, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let came = Instant::now();
        let mut told = self.0.lock().await;
        if let Some((at, answer)) = &*told
            && (*at >= came || (answer.is_ok() && at.elapsed() < fresh))
        {
            return answer.clone();
        }
        let answer = ask().await.map(Arc::new);
        *told = Some((Instant::now(), answer.clone()));
        answer
    }

    /// It has changed.
    pub async fn forget(&self) {
        *self.0.lock().await = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test]
    async fn whoever_waits_gets_the_same_and_who_comes_after_a_failure_asks_again() {
        let (told, asked) = (LastTold::<u32, String>::default(), AtomicU32::new(0));
        let ask = || {
            told.get(Duration::from_secs(60), || async {
                tokio::time::sleep(Duration::from_millis(20)).await;
                match asked.fetch_add(1, Ordering::Relaxed) {
                    0 => Err("it is down".to_owned()),
                    count => Ok(count),
                }
            })
        };

        let (one, two, three) = tokio::join!(ask(), ask(), ask());
        assert!([one, two, three].iter().all(|answer| *answer == Err("it is down".to_owned())));
        assert_eq!(asked.load(Ordering::Relaxed), 1);

        assert_eq!(ask().await, Ok(Arc::new(1)));
        assert_eq!(ask().await, Ok(Arc::new(1)), "it is fresh");
        told.forget().await;
        assert_eq!(ask().await, Ok(Arc::new(2)));
    }
}
