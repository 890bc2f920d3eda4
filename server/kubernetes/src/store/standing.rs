//! How a store stands.

use super::now;
use model::{ConsoleError, Stale};

/// How a store stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Standing {
    /// The first list is not complete; says what went wrong, if something did.
    Loading(Option<ConsoleError>),
    /// What is known is what is there.
    Fresh,
    /// What is known is what was last heard.
    Stale(Stale),
}

/// How a store stands by its own list, and by the list of those who use what it knows, where it says who does.
pub(super) struct Standings {
    pub own: Standing,
    pub users: Option<Standing>,
}

impl Standings {
    /// What comes of both. Without a list of users at the beginning there is nothing to show; later it is shown as it was.
    pub fn whole(&self) -> Standing {
        match (&self.own, &self.users) {
            (Standing::Loading(_), _) | (_, None | Some(Standing::Fresh)) => self.own.clone(),
            (_, Some(Standing::Loading(_))) => Standing::Loading(None),
            (Standing::Stale(own), Some(Standing::Stale(users))) if own.since <= users.since => {
                Standing::Stale(own.clone())
            }
            (_, Some(Standing::Stale(users))) => Standing::Stale(users.clone()),
        }
    }

    /// Takes how the store of users stands. One that cannot be read at all keeps nobody from what is used.
    pub fn set_users(&mut self, standing: Standing) {
        self.users = Some(match (standing, &self.users) {
            (Standing::Loading(Some(error)), Some(Standing::Stale(known))) => {
                Standing::Stale(Stale { since: known.since, error })
            }
            (Standing::Loading(Some(error)), _) => Standing::Stale(Stale { since: now(), error }),
            (standing, _) => standing,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Timestamp;

    fn stale(since: i64) -> Standing {
        let error = ConsoleError::Transport(since.to_string());
        Standing::Stale(Stale { since: Timestamp(since), error })
    }

    #[test]
    fn a_list_that_says_who_uses_it_stands_as_the_worse_of_two() {
        let whole = |own: &Standing, users: Option<Standing>| Standings { own: own.clone(), users }.whole();
        let (fresh, loading) = (Standing::Fresh, Standing::Loading(None));

        assert_eq!(whole(&fresh, None), fresh);
        assert_eq!(whole(&fresh, Some(Standing::Fresh)), fresh);
        assert_eq!(whole(&fresh, Some(stale(7))), stale(7));
        assert_eq!(whole(&stale(3), Some(stale(7))), stale(3));
        assert_eq!(whole(&stale(9), Some(stale(7))), stale(7));
        assert_eq!(whole(&fresh, Some(Standing::Loading(None))), loading);
        assert_eq!(whole(&loading, Some(stale(7))), loading);
    }

    #[test]
    fn users_that_can_never_be_read_are_told_as_old_from_the_first_time() {
        let mut standings = Standings { own: Standing::Fresh, users: None };
        let error = |text: &str| Standing::Loading(Some(ConsoleError::Transport(text.into())));

        standings.set_users(error("first"));
        let Standing::Stale(first) = standings.whole() else { panic!("{:?}", standings.whole()) };
        standings.users = Some(stale(5));
        standings.set_users(error("second"));

        assert_eq!(first.error, ConsoleError::Transport("first".into()));
        let Standing::Stale(second) = standings.whole() else { panic!("{:?}", standings.whole()) };
        assert_eq!((second.since, second.error), (Timestamp(5), ConsoleError::Transport("second".into())));
    }
}
