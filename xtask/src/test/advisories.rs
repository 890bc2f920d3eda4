//! Holds the locked crates against the Rust security advisory database.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, SystemTime},
};

use anyhow::{Context, Result};
use rustsec::{Database, Lockfile, report};

use super::{Run, counts::Counts};
use crate::{process, workspace::Workspace};

const DATABASE: &str = "https://github.com/rustsec/advisory-db.git";
/// How long a fetch may take; without a network it fails at once or never.
const FETCH_LIMIT: Duration = Duration::from_secs(90);
/// An older copy says too little to count as a check.
const OLDEST_COPY: Duration = Duration::from_secs(30 * 24 * 3600);

/// Advisories that do not concern us, each with the reason.
const NOT_OURS: &[(&str, &str)] = &[(
    "RUSTSEC-2023-0071",
    "rsa leaks its private keys through timing; openidconnect uses it with the public keys of providers alone, to check \
     signatures",
)];

/// Fetches the database and looks for every crate of the lock file in it.
pub fn check(run: &Run<'_>) -> Result<Counts> {
    let folder = run.workspace.cache.join("advisory-db");
    if let Err(reason) = fetch(run.workspace, &folder) {
        match age(&folder) {
            Some(age) if age < OLDEST_COPY => {
                println!("  the advisory database is {} days old: {reason:#}", age.as_secs() / 86_400);
            }
            _ => return Ok(Counts::skip(format!("the advisory database cannot be fetched: {reason:#}"))),
        }
    }
    let database = Database::open(&folder).context("the advisory database cannot be read")?;
    let lock = Lockfile::load(run.workspace.root.join("Cargo.lock"))?;
    Ok(Counts::from_problems(concerns(&database, &lock)))
}

fn concerns(database: &Database, lock: &Lockfile) -> Vec<String> {
    let ignored = |id: &rustsec::advisory::Id| NOT_OURS.iter().any(|(known, _)| id.as_str() == *known);
    let settings = report::Settings {
        informational_warnings: vec![rustsec::advisory::Informational::Unsound],
        ..Default::default()
    };
    let found = report::Report::generate(database, lock, &settings);
    let vulnerable = found.vulnerabilities.list.iter().map(|one| (&one.advisory, &one.package));
    let warned =
        found.warnings.values().flatten().filter_map(|one| Some((one.advisory.as_ref()?, &one.package)));
    vulnerable
        .chain(warned)
        .filter(|(advisory, _)| !ignored(&advisory.id))
        .map(|(advisory, package)| {
            format!("{} {}: {} ({})", package.name, package.version, advisory.title, advisory.id)
        })
        .collect()
}

/// Brings the copy in `folder` up to date.
fn fetch(workspace: &Workspace, folder: &Path) -> Result<()> {
    let mut command = Command::new("git");
    command.env("GIT_TERMINAL_PROMPT", "0");
    if folder.join(".git").is_dir() {
        command.arg("-C").arg(folder).args(["pull", "--quiet", "--ff-only", "--depth", "1"]);
    } else {
        fs::create_dir_all(&workspace.cache)?;
        command.args(["clone", "--quiet", "--depth", "1", DATABASE]).arg(folder);
    }
    let finished =
        process::watch("fetching advisories", &mut command, &workspace.log("advisories"), Some(FETCH_LIMIT))?;
    if finished.succeeded() {
        return Ok(());
    }
    let said = finished.output()?;
    let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("no answer in time").to_owned();
    anyhow::bail!(last)
}

/// How long ago the copy was brought up to date.
fn age(folder: &Path) -> Option<Duration> {
    let marks = [PathBuf::from(".git/FETCH_HEAD"), PathBuf::from(".git/HEAD")];
    let newest =
        marks.iter().filter_map(|mark| fs::metadata(folder.join(mark)).ok()?.modified().ok()).max()?;
    SystemTime::now().duration_since(newest).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::str::FromStr;

    use super::*;

    const ADVISORY: &str = r#"```toml
[advisory]
id = "RUSTSEC-2001-2101"
package = "example"
date = "2001-01-01"

[versions]
patched = [">= 2.0.0"]
```

# Example leaks what it is told

It should not.
"#;

    fn database() -> (tempfile::TempDir, Database) {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("crates/example");
        fs::create_dir_all(&home).unwrap();
        fs::write(home.join("RUSTSEC-2001-2101.md"), ADVISORY).unwrap();
        let database = Database::open(folder.path()).unwrap();
        (folder, database)
    }

    fn lock(version: &str) -> Lockfile {
        let source = rustsec::cargo_lock::package::SourceId::default();
        Lockfile::from_str(&format!(
            "version = 4\n\n[[package]]\nname = \"example\"\nversion = \"{version}\"\nsource = \"{source}\"\n\
             checksum = \"{}\"\n",
            "0".repeat(64)
        ))
        .unwrap()
    }

    #[test]
    fn a_vulnerable_version_is_named_with_its_advisory() {
        let (_folder, database) = database();

        let found = concerns(&database, &lock("1.0.0"));

        assert_eq!(found, ["example 1.0.0: Example leaks what it is told (RUSTSEC-2001-2101)"]);
    }

    #[test]
    fn a_patched_version_is_fine() {
        let (_folder, database) = database();

        assert!(concerns(&database, &lock("2.0.0")).is_empty());
    }
}
