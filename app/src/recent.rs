//! Where this browser was lately: what a switch offers first, and the cluster that pages without one lean on.

use leptos::prelude::*;
use ui::Keep;

/// How many are remembered: as many as one glance takes in.
const REMEMBERED: usize = 6;

/// Names, the latest first. Empty until scripts run.
#[derive(Clone, Copy)]
pub struct Recent(RwSignal<Vec<String>>);

impl Recent {
    /// Remembers each name that the page has, in this browser.
    pub fn of(kept_as: &'static str, now: Memo<Option<String>>) -> Self {
        let names = RwSignal::new(Vec::new());
        Effect::new(move |before: Option<()>| {
            if before.is_none() {
                let kept = Keep::Browser.read(kept_as).unwrap_or_default();
                names.set(kept.lines().map(str::to_owned).take(REMEMBERED).collect());
            }
            if let Some(now) = now.get() {
                names.update(|names| put_first(names, now));
                Keep::Browser.write(kept_as, &names.read_untracked().join("\n"));
            }
        });
        Self(names)
    }

    /// The names, the latest first.
    pub fn names(self) -> Vec<String> {
        self.0.get()
    }

    /// The latest, for handlers.
    pub fn latest(self) -> Option<String> {
        self.0.read_untracked().first().cloned()
    }
}

fn put_first(names: &mut Vec<String>, now: String) {
    names.retain(|name| *name != now);
    names.insert(0, now);
    names.truncate(REMEMBERED);
}

/// Puts what was visited lately in front; the rest stays in its order.
pub fn sorted<T>(mut all: Vec<T>, recent: &[String], name: impl Fn(&T) -> String) -> Vec<T> {
    all.sort_by_key(|one| {
        let name = name(one);
        recent.iter().position(|recent| *recent == name).unwrap_or(usize::MAX)
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_comes_first_and_nothing_twice() {
        let mut names = vec!["b".to_owned(), "a".to_owned()];
        put_first(&mut names, "a".into());
        assert_eq!(names, ["a", "b"]);

        let all = sorted(vec!["x", "b", "y", "a"], &names, |name| (*name).to_owned());
        assert_eq!(all, ["a", "b", "x", "y"]);
    }
}
