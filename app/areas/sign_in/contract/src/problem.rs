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
    /// The provider refused, or what it said does not hold.
    ProviderRefused,
    /// The provider does not answer.
    ProviderUnavailable,
    /// Name and password do not belong together here, and a directory that could know them does not answer.
    DirectoryUnavailable,
    /// The answer does not belong to a sign-in that was begun in this browser, or came too late.
    Foreign,
    /// Nobody here is linked to who came, and the provider makes no accounts.
    Stranger,
    /// The account is disabled.
    Disabled,
    /// The name is somebody's.
    NameTaken,
    /// The name is none.
    Name,
    /// The code is wrong or was used before.
    Code,
    /// So many codes were wrong that only a recovery code is accepted.
    CodesExhausted,
    /// The code came too late.
    Late,
    /// The passkey is nobody's here, or its answer does not hold.
    Passkey,
    /// The passkey's answer came too late.
    PasskeyLate,
}

impl SignInProblem {
    const PLAIN: [Self; 15] = [
        Self::Wrong,
        Self::Unavailable,
        Self::ProviderRefused,
        Self::ProviderUnavailable,
        Self::DirectoryUnavailable,
        Self::Foreign,
        Self::Stranger,
        Self::Disabled,
        Self::NameTaken,
        Self::Name,
        Self::Code,
        Self::CodesExhausted,
        Self::Late,
        Self::Passkey,
        Self::PasskeyLate,
    ];

    /// Reads the query's `problem` and `seconds`.
    pub fn parse(problem: &str, seconds: Option<&str>) -> Option<Self> {
        if problem == "wait" {
            return Some(Self::Wait { seconds: seconds.and_then(|text| text.parse().ok()).unwrap_or(60) });
        }
        Self::PLAIN.into_iter().find(|plain| plain.word() == problem)
    }

    /// The query's `problem`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::Wait { .. } => "wait",
            Self::Unavailable => "unavailable",
            Self::ProviderRefused => "provider-refused",
            Self::ProviderUnavailable => "provider-unavailable",
            Self::DirectoryUnavailable => "directory-unavailable",
            Self::Foreign => "foreign",
            Self::Stranger => "stranger",
            Self::Disabled => "disabled",
            Self::NameTaken => "name-taken",
            Self::Name => "name",
            Self::Code => "code",
            Self::CodesExhausted => "codes-exhausted",
            Self::Late => "late",
            Self::Passkey => "passkey",
            Self::PasskeyLate => "passkey-late",
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
    /// Whoever accepts an invitation holds a role there already.
    HoldsRole,
    /// The two passwords differ.
    Different,
    /// The password is not good enough.
    Password(PasswordProblem),
    /// Nothing is wrong yet: the password that was right is to be another one from now on.
    Due,
    /// Too many tries from here: wait a minute.
    Wait,
    /// The console's database does not answer.
    Unavailable,
}

impl SetUpProblem {
    const ALL: [Self; 13] = [
        Self::Link,
        Self::Name,
        Self::NameTaken,
        Self::HoldsRole,
        Self::Different,
        Self::Password(PasswordProblem::Short),
        Self::Password(PasswordProblem::Long),
        Self::Password(PasswordProblem::LikeName),
        Self::Password(PasswordProblem::Common),
        Self::Password(PasswordProblem::Same),
        Self::Due,
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
            Self::HoldsRole => "holds-role",
            Self::Different => "different",
            Self::Password(PasswordProblem::Short) => "short",
            Self::Password(PasswordProblem::Long) => "long",
            Self::Password(PasswordProblem::LikeName) => "like-name",
            Self::Password(PasswordProblem::Common) => "common",
            Self::Password(PasswordProblem::Same) => "same",
            Self::Due => "due",
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
        for problem in SignInProblem::PLAIN.into_iter().chain([SignInProblem::Wait { seconds: 7 }]) {
            assert_eq!(SignInProblem::parse(problem.word(), Some("7")), Some(problem));
        }
        assert_eq!(SignInProblem::parse("<script>", None), None);
    }
}
