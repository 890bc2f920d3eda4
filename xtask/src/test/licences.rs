//! Checks that everything we ship may be shipped: the licences of all crates and npm packages, and where they are from.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};
use spdx::{Expression, LicenseReq, ParseMode};

use super::{Run, counts::Counts};

/// Licences that ask for no more than to be named, or that end at the border of the file.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OpenSSL",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "bzip2-1.0.6",
];

/// Crates that state their licence only in a file we have read.
const READ_BY_US: &[(&str, &str)] = &[];

/// Where crates may come from: the public registry, or this workspace.
const REGISTRY: &str = "registry+";

/// Reads the licence of every package that any build of ours uses.
pub fn check(run: &Run<'_>) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut problems = Vec::new();
    for package in &run.metadata.packages {
        let name = format!("{} {}", package.name, package.version);
        if package.source.as_ref().is_some_and(|source| !source.repr.starts_with(REGISTRY)) {
            problems
                .push(format!("{name} does not come from the registry, so nobody can tell when it changes"));
        }
        let read = READ_BY_US.iter().find(|(crate_name, _)| package.name.as_str() == *crate_name);
        problems
            .extend(problem_with(&name, read.map(|(_, licence)| *licence).or(package.license.as_deref())));
    }
    counts.add(Counts::from_problems(problems));
    for folder in ["frontend/vendor", "end2end"] {
        counts.add(Counts::from_problems(node_packages(&run.workspace.root.join(folder))?));
    }
    Ok(counts)
}

/// The packages a lock file names, with the licences their makers declared.
fn node_packages(folder: &Path) -> Result<Vec<String>> {
    #[derive(serde::Deserialize)]
    struct Lock {
        packages: BTreeMap<String, Package>,
    }
    #[derive(serde::Deserialize)]
    struct Package {
        license: Option<String>,
    }
    let file = folder.join("package-lock.json");
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let lock: Lock = serde_json::from_str(&text).with_context(|| format!("{} is damaged", file.display()))?;
    let named = lock.packages.iter().filter(|(path, _)| !path.is_empty());
    Ok(named
        .filter_map(|(path, package)| {
            problem_with(path.rsplit("node_modules/").next().unwrap_or(path), package.license.as_deref())
        })
        .collect())
}

fn problem_with(name: &str, licence: Option<&str>) -> Option<String> {
    let Some(licence) = licence else {
        return Some(format!("{name} states no licence: read it and add it to READ_BY_US"));
    };
    // Older crates write `MIT/Apache-2.0`.
    match Expression::parse_mode(licence, ParseMode::LAX) {
        Ok(expression) if expression.evaluate(is_allowed) => None,
        Ok(_) => Some(format!("{name} is under {licence}, which we do not ship")),
        Err(_) => Some(format!("{name} states a licence nobody can parse: {licence}")),
    }
}

fn is_allowed(wanted: &LicenseReq) -> bool {
    // An exception, as in `Apache-2.0 WITH LLVM-exception`, only ever permits more.
    wanted.license.id().is_some_and(|id| ALLOWED.contains(&id.name))
}

#[cfg(test)]
mod tests {
    use super::problem_with;

    #[test]
    fn one_good_licence_among_alternatives_is_enough() {
        assert_eq!(problem_with("a", Some("GPL-3.0 OR MIT")), None);
        assert_eq!(problem_with("a", Some("MIT/Apache-2.0")), None);
        assert_eq!(problem_with("a", Some("Apache-2.0 WITH LLVM-exception")), None);
    }

    #[test]
    fn every_part_of_a_combination_must_be_good() {
        assert!(problem_with("a", Some("MIT AND AGPL-3.0")).is_some());
    }

    #[test]
    fn a_package_without_a_licence_is_a_problem() {
        assert!(problem_with("a", None).is_some());
    }
}
