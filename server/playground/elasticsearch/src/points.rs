//! Points in time: what there was at a moment, for as long as somebody reads on.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::aggregate::interval;
use crate::answer::Refusal;

/// The most that are open at once.
const MOST: usize = 300;

/// The open ones.
#[derive(Debug, Default)]
pub(crate) struct Points {
    open: Mutex<HashMap<String, Point>>,
}

/// What is read.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    /// Which indices.
    pub(crate) expression: String,
    /// When it was opened, in milliseconds since 1970.
    pub(crate) at: i64,
    until: Instant,
}

impl Points {
    pub(crate) fn open(&self, expression: &str, at: i64, keep_alive: &str) -> Result<String, Refusal> {
        let until = Instant::now() + lasting(keep_alive)?;
        let mut open = self.open.lock();
        open.retain(|_, point| point.until > Instant::now());
        if open.len() >= MOST {
            return Err(Refusal {
                status: 429,
                kind: "es_rejected_execution_exception",
                reason: format!(
                    "Trying to create too many reader contexts. Must be less than or equal to: [{MOST}]."
                ),
            });
        }
        let id = (0_u32..).map(|number| format!("point-{at:x}-{number:x}")).find(|id| !open.contains_key(id));
        let id = id.unwrap_or_default();
        open.insert(id.clone(), Point { expression: expression.to_owned(), at, until });
        Ok(id)
    }

    /// An open one, which stays for so much longer.
    pub(crate) fn read(&self, id: &str, keep_alive: Option<&str>) -> Result<Point, Refusal> {
        let mut open = self.open.lock();
        open.retain(|_, point| point.until > Instant::now());
        let point = open.get_mut(id).ok_or_else(|| Refusal {
            status: 404,
            kind: "search_context_missing_exception",
            reason: format!("No search context found for id [{id}]"),
        })?;
        if let Some(keep_alive) = keep_alive {
            point.until = Instant::now() + lasting(keep_alive)?;
        }
        Ok(point.clone())
    }

    /// Whether there was one to let go.
    pub(crate) fn close(&self, id: &str) -> bool {
        self.open.lock().remove(id).is_some()
    }
}

fn lasting(text: &str) -> Result<Duration, Refusal> {
    let milliseconds = interval(text).and_then(|milliseconds| u64::try_from(milliseconds).ok());
    milliseconds.map(Duration::from_millis).ok_or_else(|| {
        Refusal::argument(format!("failed to parse setting [keep_alive] with value [{text}] as a time value"))
    })
}
