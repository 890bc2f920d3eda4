//! The guards: what each prevents, where it is, how it is switched off, and the test that has to fail then.
//!
//! One list for each part of the server. A guard's text has to occur exactly once in its file; `cargo xtask test` checks
//! that, so whoever rewrites a guard is told here.

mod access;
mod clusters;
mod console;
mod identity;
mod lists;
mod measurements;
mod outbound;
mod programs;
mod providers;
mod records;
mod sessions;
mod tenants;

use std::fmt;

/// One guard.
#[derive(Clone, Copy)]
pub struct Guard {
    /// What gets through when it is off, in words.
    pub name: &'static str,
    /// Its source. More than one place where each would be enough: then both are off together.
    pub places: &'static [Place],
    /// The test that fails when it is off.
    pub test: Test,
}

/// A piece of a file.
#[derive(Clone, Copy)]
pub struct Place {
    /// From the root of the workspace.
    pub file: &'static str,
    /// The text that is the guard.
    pub guard: &'static str,
    /// What stands in its place when it is off.
    pub off: &'static str,
}

/// A test: its package and its whole name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Test {
    /// One in the sources of a package.
    Lib(&'static str, &'static str),
    /// One in a file of its folder `tests`, which is named between the two.
    File(&'static str, &'static str, &'static str),
}

/// All of them, part by part.
pub fn all() -> impl Iterator<Item = Guard> {
    [
        access::GUARDS,
        identity::GUARDS,
        sessions::GUARDS,
        providers::GUARDS,
        outbound::GUARDS,
        clusters::GUARDS,
        programs::GUARDS,
        measurements::GUARDS,
        records::GUARDS,
        lists::GUARDS,
        tenants::GUARDS,
        console::GUARDS,
    ]
    .into_iter()
    .flatten()
    .copied()
}

impl Test {
    /// The package that holds it.
    pub fn package(&self) -> &'static str {
        match self {
            Self::Lib(package, _) | Self::File(package, ..) => package,
        }
    }

    /// Its name with those of its modules.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Lib(_, name) | Self::File(_, _, name) => name,
        }
    }

    /// How cargo is told which of a package's programs holds it.
    pub fn target(&self) -> Vec<&'static str> {
        match self {
            Self::Lib(..) => vec!["--lib"],
            Self::File(_, file, _) => vec!["--test", file],
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lib(package, name) => write!(formatter, "{package}: {name}"),
            Self::File(package, file, name) => write!(formatter, "{package}, {file}: {name}"),
        }
    }
}
