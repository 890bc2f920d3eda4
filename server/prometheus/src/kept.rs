//! The last answers, for the time in which what measures a cluster does not answer.
//!
//! What is kept is what was shown, not what was measured, under everything that decided it: the cluster, the question, and
//! what whoever asked could see. Nobody but who asks the same with the same view is shown it again.

use crate::error::PrometheusError;
use crate::ranking::Rows;
use crate::seen::Seen;
use crate::workspaces::Workspaces;
use model::{ClusterName, Timestamp};
use monitoring_contract::{Aged, BoardRequest, PanelContent, RankOf, ShownContent, Window};
use parking_lot::Mutex;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::io::{self, Write};
use std::sync::Arc;

/// How much is kept of each sort, in bytes. A chart is about 50 kB, so this is some six hundred charts: the boards that are
/// open while something is down, and not all that anybody ever looked at.
const ROOM: usize = 32 << 20;
/// How much larger something is in memory than written down.
const LARGER: usize = 2;
/// What is larger than this, in bytes, would push out too much of the rest.
const LARGEST: usize = ROOM / 4;
/// How many answers are kept of each sort, however small they are.
const MOST: usize = 2000;
/// What is older than this, in seconds, says more about what was than about what is.
const LONGEST: i64 = 3600;
/// What was kept so many seconds ago is not written over: many look at the same thing at the same time.
const OFTEN: i64 = 15;

/// The last answers of every cluster, by sort.
#[derive(Default)]
pub struct LastAnswers {
    /// Cards of boards.
    pub cards: Last<(BoardRequest, &'static str), PanelContent>,
    /// Panels of dashboards.
    pub panels: Last<OfPanel, ShownContent>,
    /// Rankings, with what belongs to which workspace where that is asked.
    pub rankings: Last<(RankOf, Workspaces), Rows>,
}

/// What decides what a panel of a dashboard shows, beside what its reader may see.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct OfPanel {
    /// All that its author said of it.
    pub plan: String,
    /// Over which stretch of time.
    pub window: Window,
    /// Beside which earlier one.
    pub compare: Option<u32>,
    /// What is chosen for variables.
    pub chosen: BTreeMap<String, Option<String>>,
}

/// A question with everything that decides its answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Asked<Q> {
    cluster: ClusterName,
    question: Q,
    seen: Seen,
}

impl<Q> Asked<Q> {
    /// A question about a cluster, of somebody who sees this.
    pub fn new(cluster: &ClusterName, question: Q, seen: &Seen) -> Self {
        Self { cluster: cluster.clone(), question, seen: seen.clone() }
    }
}

/// The last answers of a sort.
pub struct Last<Q, A>(Mutex<Store<Q, A>>);

struct Store<Q, A> {
    answers: HashMap<Arc<Asked<Q>>, Answered<A>>,
    /// The same questions, the one that was answered first in front.
    order: BTreeMap<u64, Arc<Asked<Q>>>,
    next: u64,
    weight: usize,
}

struct Answered<A> {
    at: i64,
    place: u64,
    weight: usize,
    answer: A,
}

impl<Q, A> Default for Last<Q, A> {
    fn default() -> Self {
        let (answers, order) = (HashMap::new(), BTreeMap::new());
        Self(Mutex::new(Store { answers, order, next: 0, weight: 0 }))
    }
}

impl<Q: Eq + Hash + Serialize, A: Clone + Serialize> Last<Q, A> {
    /// An answer of this moment, in seconds since 1970, which is kept. Where what measures the cluster has failed, what it
    /// answered last to the same question of somebody who sees the same, with its age. What is wrong with a question is told
    /// as it is.
    pub fn or_last(
        &self,
        asked: Asked<Q>,
        answer: Result<A, PrometheusError>,
        now: i64,
    ) -> Result<(A, Option<Aged>), PrometheusError> {
        let error = match answer {
            Ok(answer) => {
                self.keep(asked, &answer, now);
                return Ok((answer, None));
            }
            Err(error) => error,
        };
        let last = if error.is_silence() { self.0.lock().last(&asked, now) } else { None };
        let (answer, at) = last.ok_or_else(|| error.clone())?;
        Ok((answer, Some(Aged { at: Timestamp(at), cause: error.cause() })))
    }

    fn keep(&self, asked: Asked<Q>, answer: &A, now: i64) {
        if self.0.lock().is_recent(&asked, now) {
            return;
        }
        let names = asked.seen.names().unwrap_or_default();
        let weight = weight(&(&asked.question, names, answer)).saturating_mul(LARGER);
        let mut store = self.0.lock();
        store.forget(&asked);
        if weight <= LARGEST {
            store.put(asked, answer.clone(), weight, now);
        }
    }
}

impl<Q: Eq + Hash, A: Clone> Store<Q, A> {
    fn is_recent(&self, asked: &Asked<Q>, now: i64) -> bool {
        self.answers.get(asked).is_some_and(|kept| (0..OFTEN).contains(&(now - kept.at)))
    }

    fn last(&self, asked: &Asked<Q>, now: i64) -> Option<(A, i64)> {
        let kept = self.answers.get(asked).filter(|kept| now - kept.at <= LONGEST)?;
        Some((kept.answer.clone(), kept.at))
    }

    fn put(&mut self, asked: Asked<Q>, answer: A, weight: usize, now: i64) {
        let (asked, place) = (Arc::new(asked), self.next);
        self.next += 1;
        self.weight += weight;
        self.order.insert(place, Arc::clone(&asked));
        self.answers.insert(asked, Answered { at: now, place, weight, answer });
        self.make_room(now);
    }

    fn forget(&mut self, asked: &Asked<Q>) {
        if let Some(kept) = self.answers.remove(asked) {
            self.order.remove(&kept.place);
            self.weight = self.weight.saturating_sub(kept.weight);
        }
    }

    /// Lets go of what is too old, and of what was answered first where there is too much.
    fn make_room(&mut self, now: i64) {
        while let Some((_, first)) = self.order.first_key_value() {
            let is_old = self.answers.get(&**first).is_none_or(|kept| now - kept.at > LONGEST);
            if !is_old && self.weight <= ROOM && self.answers.len() <= MOST {
                return;
            }
            if let Some((_, first)) = self.order.pop_first()
                && let Some(kept) = self.answers.remove(&*first)
            {
                self.weight = self.weight.saturating_sub(kept.weight);
            }
        }
    }
}

/// How long something is, written down; more than is ever kept if it cannot be.
fn weight(what: &impl Serialize) -> usize {
    let mut count = Count(0);
    if serde_json::to_writer(&mut count, what).is_err() {
        return LARGEST.saturating_add(1);
    }
    count.0
}

/// Counts what is written.
struct Count(usize);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.saturating_add(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::Namespace;

    const NOW: i64 = 1_795_407_600;

    fn asked(cluster: &str, question: &'static str, seen: &Seen) -> Asked<&'static str> {
        Asked::new(&ClusterName::parse(cluster).unwrap(), question, seen)
    }

    fn silent() -> PrometheusError {
        PrometheusError::Unreachable { cause: "connection refused".into(), source: None }
    }

    /// What is shown while nothing answers.
    fn shown(last: &Last<&'static str, String>, asked: Asked<&'static str>, now: i64) -> Option<String> {
        let (answer, aged) = last.or_last(asked, Err(silent()), now).ok()?;
        assert!(aged.is_some(), "it is not told as if it were of now");
        Some(answer)
    }

    fn since(name: &str, moment: i64) -> Seen {
        Seen::Namespaces([(Namespace::parse(name).unwrap(), moment)].into())
    }

    #[test]
    fn what_does_not_answer_is_told_with_what_it_answered_last_and_with_its_age() {
        let last = Last::<&str, String>::default();
        let up = || asked("harbour", "up", &Seen::All);
        assert!(last.or_last(up(), Err(silent()), NOW).is_err(), "nothing is known yet");

        let fresh = last.or_last(up(), Ok("1".into()), NOW).unwrap();
        let kept = last.or_last(up(), Err(silent()), NOW + 480).unwrap();

        assert_eq!(fresh, ("1".to_owned(), None));
        let aged = Aged { at: Timestamp(NOW), cause: "connection refused".into() };
        assert_eq!(kept, ("1".to_owned(), Some(aged)));
        assert!(last.or_last(up(), Err(silent()), NOW + LONGEST + 1).is_err(), "it says nothing any more");
        assert_eq!(last.or_last(up(), Ok("2".into()), NOW + 500).unwrap(), ("2".to_owned(), None));
        assert_eq!(shown(&last, up(), NOW + 600), Some("2".to_owned()));
    }

    #[test]
    fn a_kept_answer_is_never_given_to_who_sees_something_else() {
        let last = Last::<&str, String>::default();
        let views = [Seen::All, since("shop", 5), since("shop", 6), since("blog", 5)];
        for seen in &views {
            let whose = format!("{seen:?}");
            last.or_last(asked("harbour", "up", seen), Ok(whose), NOW).unwrap();
        }

        for seen in &views {
            assert_eq!(shown(&last, asked("harbour", "up", seen), NOW + 60), Some(format!("{seen:?}")));
        }
        assert_eq!(shown(&last, asked("harbour", "up", &since("bank", 5)), NOW + 60), None);
        assert_eq!(shown(&last, asked("meadow", "up", &Seen::All), NOW + 60), None);
        assert_eq!(shown(&last, asked("harbour", "down", &Seen::All), NOW + 60), None);
    }

    #[test]
    fn what_is_wrong_with_a_question_is_told_and_not_what_was_answered_before() {
        let last = Last::<&str, String>::default();
        let up = || asked("harbour", "up", &Seen::All);
        last.or_last(up(), Ok("1".into()), NOW).unwrap();

        let refused = |kind: &str| PrometheusError::Refused { kind: kind.into(), message: "no".into() };
        assert!(last.or_last(up(), Err(refused("bad_data")), NOW + 60).is_err());
        assert!(last.or_last(up(), Err(PrometheusError::TooLarge { limit_bytes: 1 }), NOW + 60).is_err());
        assert!(last.or_last(up(), Err(refused("timeout")), NOW + 60).is_ok());
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let last = Last::<String, String>::default();
        let harbour = ClusterName::parse("harbour").unwrap();
        let of = |number: usize| Asked::new(&harbour, number.to_string(), &Seen::All);
        let large = "x".repeat(LARGEST / LARGER / 2);

        for number in 0..20 {
            last.or_last(of(number), Ok(large.clone()), NOW).unwrap();
        }
        last.or_last(of(100), Ok("x".repeat(LARGEST)), NOW).unwrap();

        assert!(last.0.lock().weight <= ROOM);
        assert!(last.or_last(of(0), Err(silent()), NOW).is_err(), "the oldest has gone");
        assert!(last.or_last(of(19), Err(silent()), NOW).is_ok());
        assert!(last.or_last(of(100), Err(silent()), NOW).is_err(), "it would have pushed out the others");
        for number in 0..MOST + 10 {
            last.or_last(of(number), Ok(String::new()), NOW + 60).unwrap();
        }
        let store = last.0.lock();
        assert_eq!((store.answers.len(), store.order.len()), (MOST, MOST));
    }

    #[test]
    fn what_is_old_is_let_go_when_something_new_comes() {
        let last = Last::<&str, String>::default();
        last.or_last(asked("harbour", "up", &Seen::All), Ok("1".into()), NOW).unwrap();
        last.or_last(asked("harbour", "down", &Seen::All), Ok("1".into()), NOW + LONGEST + 1).unwrap();

        assert_eq!(last.0.lock().answers.len(), 1);
    }
}
