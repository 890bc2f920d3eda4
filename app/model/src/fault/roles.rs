//! What can be wrong with who holds what: members, roles, departments, and requests for roles.

use serde::{Deserialize, Serialize};

/// What keeps somebody from being given a role in a place, or from losing one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum MemberFault {
    /// It gives, or they hold, these permissions that the caller lacks.
    #[error("holds more than you do here ({0}): who has it can give it")]
    More(String),
    /// There is nobody of that name.
    #[error("there is no account of that name")]
    Unknown,
    /// There is no role that could be taken.
    #[error("holds nothing here that people gave; what a provider's groups say is changed there")]
    HoldsNothing,
    /// No moment at which a role ends.
    #[error("this is no moment such as 2026-12-24T18:00")]
    NoMoment,
    /// A moment that is over.
    #[error("this is over already; leave it empty for good")]
    Over,
    /// A moment so far away that it is as good as none.
    #[error("this is more than ten years away; leave it empty for good")]
    TooFar,
}

/// What is wrong with a role that people make, or keeps it as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum RoleFault {
    /// A workspace makes it for something else than itself and its projects.
    #[error("a workspace has roles for itself and for its projects")]
    Tier,
    /// It is to be for something else than before.
    #[error("stays what it was when the role was made")]
    TierStays,
    /// It is to be removed.
    #[error("somebody holds it: give them another one first")]
    InUse,
    /// It is none that people made.
    #[error("comes with the console and stays as it is")]
    BuiltIn,
    /// Its permissions are not those that the form began with.
    #[error("were changed by somebody else meanwhile: reload and compare")]
    Changed,
}

/// What is wrong with a department, or with what it is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum DepartmentFault {
    /// The department that it is to be a part of.
    #[error("is not there any more")]
    NoParent,
    /// The same, which would be a part of itself.
    #[error("is a part of this department itself")]
    Circle,
    /// It is to be removed.
    #[error("has departments below it: remove or move them first")]
    InUse,
    /// A place in which it cannot hold anything.
    #[error("is not in the workspace of this department")]
    ForeignPlace,
    /// A role that cannot be held in that place.
    #[error("does not count in such a place: choose another")]
    Role,
}

/// What is wrong with a request for a role, or with an answer to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum RequestFault {
    /// There is nothing to decide any more.
    #[error("this request is not open any more: it was decided, withdrawn, or has lapsed")]
    Gone,
    /// The caller's own.
    #[error("this request is your own: somebody else decides about it")]
    Own,
    /// It is held already.
    #[error("gives nothing that you do not hold here already")]
    GivesNothing,
    /// It was asked for already.
    #[error("is what you have asked for here already: wait for an answer, or withdraw that request first")]
    AlreadyOpen,
    /// As many as this wait for an answer.
    #[error("is too much: {0} requests of yours are open; withdraw one first")]
    TooMany(i64),
    /// No reason for asking.
    #[error("say what you need it for")]
    NoNeed,
    /// No reason for refusing.
    #[error("say why, so that they know what to do next")]
    NoReason,
    /// A reason that is too long.
    #[error("must have at most {longest} characters; it has {length}")]
    LongReason {
        /// How long it may be.
        longest: usize,
        /// How long it is.
        length: usize,
    },
}
