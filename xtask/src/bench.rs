//! Measures the release build and prints every figure beside its target.
//!
//! Sizes are read from the site; times and memory come from a browser and a bounded load against the running server
//! (`end2end/bench`). What is measured inside the process is in the examples of the crates concerned.

use std::{collections::BTreeMap, fs, path::Path, process::ExitCode};

use anyhow::{Context, Result};

use crate::{
    npm, process, serve,
    site::{self, Profile},
    test::end_to_end,
    workspace::Workspace,
};

/// How much to measure with.
#[derive(clap::Args)]
pub struct Options {
    /// Pods in the generated cluster; everything else in proportion.
    #[arg(long, default_value_t = 100_000)]
    pods: u32,
    /// Changes per second while measuring.
    #[arg(long, default_value_t = 1_000)]
    changes: u32,
    /// Only what needs no running server.
    #[arg(long)]
    sizes: bool,
}

/// Where a figure should be.
#[derive(Clone, Copy)]
enum Target {
    AtMost(f64),
    AtLeast(f64),
    /// Printed for comparison with earlier runs.
    None,
}

/// The figures with a target, by the names the measurements give them.
const TARGETS: &[(&str, Target)] = &[
    ("until interactive, brotli bytes", Target::AtMost(300_000.0)),
    ("until interactive, bytes on the wire", Target::AtMost(330_000.0)),
    ("page of the list, brotli bytes", Target::AtMost(30_000.0)),
    ("start to first page, ms", Target::AtMost(1_000.0)),
    ("resident idle, MB", Target::AtMost(60.0)),
    ("sync, pods per second", Target::AtLeast(20_000.0)),
    ("resident with all pods, MB", Target::AtMost(300.0)),
    ("resident at the end, MB", Target::AtMost(300.0)),
    ("first byte of the list, p99 ms", Target::AtMost(40.0)),
    ("rows painted, median ms", Target::AtMost(200.0)),
    ("a change on the screen, p95 ms", Target::AtMost(250.0)),
    ("heap of the tab, MB", Target::AtMost(15.0)),
];

/// Builds, measures, prints. Figures that miss their target do not fail the command: they are for reading.
pub fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let site = site::build(workspace, Profile::Release)?;
    let mut figures = sizes(&site)?;
    if !options.sizes {
        figures.extend(measure(workspace, options, &site)?);
    }
    println!();
    for line in table(&figures) {
        println!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}

type Figures = Vec<(String, f64)>;

/// Bytes of what travels, compressed as the server sends it.
fn sizes(site: &Path) -> Result<Figures> {
    let manifest = fs::read(site.join("manifest.json")).context("the site has no manifest")?;
    let manifest: BTreeMap<String, String> = serde_json::from_slice(&manifest)?;
    let bytes = |file: &str| {
        let file = site.join(format!("{file}.br"));
        fs::metadata(&file)
            .map(|about| about.len() as f64)
            .with_context(|| format!("{} is missing", file.display()))
    };
    let mut figures = Figures::new();
    for (name, real) in &manifest {
        figures.push((format!("{name}, brotli bytes"), bytes(real)?));
    }
    let first = figures.iter().map(|(_, bytes)| bytes).sum();
    // Only pages with an editor load these.
    for name in ["vendor/editor.js", "vendor/editor.css"] {
        figures.push((format!("{name}, brotli bytes"), bytes(name)?));
    }
    figures.push(("until interactive, brotli bytes".to_owned(), first));
    Ok(figures)
}

/// Times and memory of the running server.
fn measure(workspace: &Workspace, options: &Options, site: &Path) -> Result<Figures> {
    let folder = workspace.root.join("end2end");
    npm::ensure(workspace, &folder)?;
    let chromium = end_to_end::ensure_chromium(workspace)?;
    let server = serve::build_server(workspace, Profile::Release)?;
    let result = workspace.scratch().join("bench.json");
    let mut command = npm::program(&folder, "playwright");
    command
        .args(["test", "--config=bench.config.ts", "--reporter=line"])
        .env("ORRERY_BINARY", server)
        .env("ORRERY_SITE_ROOT", site)
        .env("ORRERY_CHROMIUM", chromium)
        .env("ORRERY_BENCH_PODS", options.pods.to_string())
        .env("ORRERY_BENCH_CHANGES", options.changes.to_string())
        .env("ORRERY_BENCH_RESULT", &result)
        .env("FORCE_COLOR", "0");
    process::run("measuring", &mut command, &workspace.log("bench"))?;
    let text = fs::read(&result).context("the measurement left no figures")?;
    let figures: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&text)?;
    Ok(figures.into_iter().filter_map(|(name, value)| Some((name, value.as_f64()?))).collect())
}

/// One line for each figure: name, value, target, and whether it is met.
fn table(figures: &[(String, f64)]) -> Vec<String> {
    let width = figures.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let line = |(name, value): &(String, f64)| {
        let target =
            TARGETS.iter().find(|(known, _)| known == name).map_or(Target::None, |(_, target)| *target);
        let (wanted, verdict) = match target {
            Target::AtMost(limit) => {
                (format!("≤ {}", number(limit)), if *value <= limit { "met" } else { "MISSED" })
            }
            Target::AtLeast(limit) => {
                (format!("≥ {}", number(limit)), if *value >= limit { "met" } else { "MISSED" })
            }
            Target::None => (String::new(), ""),
        };
        format!("{name:<width$}  {:>12}  {wanted:>12}  {verdict}", number(*value)).trim_end().to_owned()
    };
    figures.iter().map(line).collect()
}

/// Digits in groups of three; a decimal only where it says something.
fn number(value: f64) -> String {
    if value < 100.0 && value.fract() != 0.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let grouped = digits.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group).into_owned());
    grouped.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_stands_beside_its_target_with_a_verdict() {
        let lines = table(&[
            ("resident idle, MB".to_owned(), 48.5),
            ("sync, pods per second".to_owned(), 12_500.0),
            ("pkg/orrery.css, brotli bytes".to_owned(), 9_876.0),
        ]);

        assert!(lines[0].ends_with("48.5          ≤ 60  met"), "{}", lines[0]);
        assert!(lines[1].ends_with("12 500      ≥ 20 000  MISSED"), "{}", lines[1]);
        assert!(lines[2].ends_with("9 876"), "{}", lines[2]);
    }
}
