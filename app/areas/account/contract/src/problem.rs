//! What was done, and what can be wrong with a form, as it travels in the query.

use sign_in_contract::PasswordProblem;

macro_rules! words {
    ($(#[$outer:meta])* $name:ident { $($(#[$inner:meta])* $member:ident = $word:literal),* $(,)? }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$inner])* $member),* }

        impl $name {
            /// Every member.
            pub const ALL: &'static [Self] = &[$(Self::$member),*];

            /// The word in the query.
            pub fn word(self) -> &'static str {
                match self { $(Self::$member => $word),* }
            }

            /// Reads the word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|member| member.word() == word)
            }
        }
    };
}

words! {
    /// What a form has done.
    Done {
        /// The password is another one now.
        Password = "password",
        /// A session was ended.
        Session = "session",
        /// All other sessions were ended.
        Sessions = "sessions",
        /// An open port was ended.
        Port = "port",
        /// An API token was made: it is shown this once.
        Token = "token",
        /// An API token was revoked.
        TokenRevoked = "token-revoked",
        /// A code generator is being set up.
        FactorBegun = "factor-begun",
        /// A code generator is asked for from now on: recovery codes are shown this once.
        Factor = "factor",
        /// No code generator is asked for any more.
        FactorRemoved = "factor-removed",
        /// A passkey was added.
        Passkey = "passkey",
        /// A passkey was removed.
        PasskeyRemoved = "passkey-removed",
        /// A person at a provider was linked.
        Linked = "linked",
        /// A person at a provider was unlinked.
        Unlinked = "unlinked",
    }
}

words! {
    /// Why a form has done nothing.
    AccountProblem {
        /// The old password is wrong.
        OldPassword = "old-password",
        /// The two new passwords differ.
        Different = "different",
        /// The new password is too short.
        Short = "short",
        /// The new password is too long.
        Long = "long",
        /// The new password is too close to the name.
        LikeName = "like-name",
        /// The new password is among those that are tried first.
        Common = "common",
        /// The new password is the old one.
        Same = "same",
        /// The account has no password.
        NoPassword = "no-password",
        /// Too many tries: wait a minute.
        Wait = "wait",
        /// The name of the API token is none.
        TokenName = "token-name",
        /// The API token would be for a place in which its owner holds nothing.
        TokenPlace = "token-place",
        /// The same of the API token in a kubeconfig.
        KubectlPlace = "kubectl-place",
        /// The API token would live for no time or for more than a year.
        TokenExpiry = "token-expiry",
        /// The account has too many API tokens.
        TokenCount = "token-count",
        /// There is no cluster for a kubeconfig, or no https.
        NoKubeconfig = "no-kubeconfig",
        /// The API token is gone already.
        NoToken = "no-token",
        /// The code is wrong or was used before.
        Code = "code",
        /// So many codes were wrong that only a recovery code is accepted.
        CodesExhausted = "codes-exhausted",
        /// There is a code generator already, or none to confirm or remove.
        NoFactor = "no-factor",
        /// The name of the passkey is none.
        PasskeyName = "passkey-name",
        /// The browser's answer does not hold, or came too late.
        Passkey = "passkey",
        /// The passkey is known already.
        PasskeyKnown = "passkey-known",
        /// The account has too many passkeys.
        PasskeyCount = "passkey-count",
        /// The passkey is gone already, or there can be none at this address.
        NoPasskey = "no-passkey",
        /// Nobody was proved at a provider in this session, or too long ago.
        NoLink = "no-link",
        /// That person is linked to an account already.
        LinkTaken = "link-taken",
        /// Nothing else would be left to sign in with, or it is unlinked already.
        LastWay = "last-way",
        /// The session has ended already.
        NoSession = "no-session",
        /// The port is not open any more.
        NoPort = "no-port",
        /// The console's database does not answer.
        Unavailable = "unavailable",
    }
}

impl From<PasswordProblem> for AccountProblem {
    fn from(problem: PasswordProblem) -> Self {
        match problem {
            PasswordProblem::Short => Self::Short,
            PasswordProblem::Long => Self::Long,
            PasswordProblem::LikeName => Self::LikeName,
            PasswordProblem::Common => Self::Common,
            PasswordProblem::Same => Self::Same,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_survives_the_query() {
        for problem in AccountProblem::ALL {
            assert_eq!(AccountProblem::parse(problem.word()), Some(*problem));
        }
        for done in Done::ALL {
            assert_eq!(Done::parse(done.word()), Some(*done));
        }
        assert_eq!(Done::parse("<script>"), None);
    }
}
