//! What can be wrong with a form, as it travels in the query.

use crate::PasswordProblem;

/// Why somebody was not signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInProblem {
    /// Name and password do not belong together. Whether the name exists is not said.
    Wrong,
    /// Too many tries from here: wait.
    Wait {
        /// For how long.
        seconds: u32,
    },
    /// The console's database does not answer.
    Unavailable,
}

impl SignInProblem {
    /// Reads the query's `problem` and `seconds`.
    pub fn parse(problem: &str, seconds: Option<&str>) -> Option<Self> {
        match problem {
            "wrong" => Some(Self::Wrong),
            "wait" => Some(Self::Wait { seconds: seconds.and_then(|text| text.parse().ok()).unwrap_or(60) }),
            "unavailable" => Some(Self::Unavailable),
            _ => None,
        }
    }

    /// The query's `problem`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::Wait { .. } => "wait",
            Self::Unavailable => "unavailable",
        }
    }
}

/// Why a password was not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetUpProblem {
    /// The link was used, has expired, or never was one.
    Link,
    /// The name is empty, too long, or holds control characters.
    Name,
    /// Somebody has the name already.
    NameTaken,
    /// The two passwords differ.
    Different,
    /// The password is not good enough.
    Password(PasswordProblem),
    /// Too many tries from here: wait a minute.
    Wait,
    /// The console's database does not answer.
    Unavailable,
}

impl SetUpProblem {
    const ALL: [Self; 10] = [
        Self::Link,
        Self::Name,
        Self::NameTaken,
        Self::Different,
        Self::Password(PasswordProblem::Short),
        Self::Password(PasswordProblem::Long),
        Self::Password(PasswordProblem::LikeName),
        Self::Password(PasswordProblem::Common),
        Self::Wait,
        Self::Unavailable,
    ];

    /// Reads the query's `problem`.
    pub fn parse(problem: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|candidate| candidate.word() == problem)
    }

    /// The query's `problem`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Name => "name",
            Self::NameTaken => "name-taken",
            Self::Different => "different",
            Self::Password(PasswordProblem::Short) => "short",
            Self::Password(PasswordProblem::Long) => "long",
            Self::Password(PasswordProblem::LikeName) => "like-name",
            Self::Password(PasswordProblem::Common) => "common",
            Self::Wait => "wait",
            Self::Unavailable => "unavailable",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_survives_the_query() {
        for problem in SetUpProblem::ALL {
            assert_eq!(SetUpProblem::parse(problem.word()), Some(problem));
        }
        for problem in [SignInProblem::Wrong, SignInProblem::Wait { seconds: 7 }, SignInProblem::Unavailable]
        {
            assert_eq!(SignInProblem::parse(problem.word(), Some("7")), Some(problem));
        }
        assert_eq!(SignInProblem::parse("<script>", None), None);
    }
}
