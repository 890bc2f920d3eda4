//! What links showed a moment ago. Whoever follows a link is nobody, and as many as like may: one look answers them all.

use access::rights::Rights;
use futures::lock::Mutex;
use model::ConsoleError;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// So long a look answers: less than the pause after which a page looks again.
const FRESH: Duration = Duration::from_secs(5);

/// The last looks through links, by the ids of these. Cheap to clone.
pub struct Shown<T>(Arc<Mutex<HashMap<Uuid, Last<T>>>>);

/// The last look through one link.
type Last<T> = Arc<Mutex<Option<Look<T>>>>;

struct Look<T> {
    at: Instant,
    /// With which rights.
    rights: Arc<Rights>,
    /// At which state of the dashboard.
    version: i64,
    answer: Result<T, ConsoleError>,
}

impl<T> Default for Shown<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Clone for Shown<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Clone> Shown<T> {
    /// What was seen a moment ago with these rights and of this state, else what `look` sees. Whoever waits while somebody
    /// looks gets the same, also where that is a failure.
    pub async fn get<F>(
        &self,
        link: Uuid,
        rights: &Arc<Rights>,
        version: i64,
        look: impl FnOnce() -> F,
    ) -> Result<T, ConsoleError>
    where
        F: Future<Output = Result<T, ConsoleError>>,
    {
        let last = self.of(link).await;
        let came = Instant::now();
        let mut last = last.lock().await;
        if let Some(seen) = &*last
            && seen.version == version
            && seen.rights == *rights
            && (seen.at >= came || (seen.answer.is_ok() && seen.at.elapsed() < FRESH))
        {
            return seen.answer.clone();
        }
        let answer = look().await;
        let rights = Arc::clone(rights);
        *last = Some(Look { at: Instant::now(), rights, version, answer: answer.clone() });
        answer
    }

    /// The last look through a link; those that answer nobody any more are let go.
    async fn of(&self, link: Uuid) -> Last<T> {
        let mut all = self.0.lock().await;
        let is_fresh = |last: &Last<T>| {
            let seen = last.try_lock();
            seen.is_none_or(|seen| seen.as_ref().is_some_and(|seen| seen.at.elapsed() < FRESH))
        };
        all.retain(|_, last| Arc::strong_count(last) > 1 || is_fresh(last));
        Arc::clone(all.entry(link).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test]
    async fn one_look_answers_many_as_long_as_nothing_has_changed() {
        let (shown, looks) = (Shown::<u32>::default(), AtomicU32::new(0));
        let see = |link: u128, role: &str, version| {
            let rights = Arc::new(Rights { role: role.into(), ..Rights::default() });
            let (shown, looks) = (shown.clone(), &looks);
            async move {
                let look = || async {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    match looks.fetch_add(1, Ordering::Relaxed) {
                        0 => Err(ConsoleError::NotSignedIn),
                        count => Ok(count),
                    }
                };
                shown.get(Uuid::from_u128(link), &rights, version, look).await
            }
        };

        let (one, two) = tokio::join!(see(1, "regular", 1), see(1, "regular", 1));
        assert_eq!((one, two), (Err(ConsoleError::NotSignedIn), Err(ConsoleError::NotSignedIn)));
        assert_eq!(see(1, "regular", 1).await, Ok(1), "a failure is no answer for who comes later");
        assert_eq!(see(1, "regular", 1).await, Ok(1));
        assert_eq!(see(1, "administrator", 1).await, Ok(2), "its maker may see something else now");
        assert_eq!(see(1, "administrator", 2).await, Ok(3), "the dashboard is another one");
        assert_eq!(see(2, "administrator", 2).await, Ok(4), "another link");
        assert_eq!(shown.0.lock().await.len(), 2);
    }
}
