//! Measures the release build and prints every figure beside its target, and beside the same work done the plain way.
//!
//! One playground with a generated cluster serves all of it, in a process of its own. Sizes are read from the site;
//! stores and queries are measured inside a process (`kubernetes`, example `scale`), access by examples of the crates that
//! decide, record and prove, logs and terminals by some that count lines, charts by one that draws many; times and memory of the
//! whole console come from a browser and a bounded load (`end2end/bench`).

mod figures;

use std::{collections::BTreeMap, fs, path::Path, process::Command, process::ExitCode};

use anyhow::{Context, Result};

use self::figures::{Figures, table};
use crate::{
    npm,
    playground::Playground,
    process, serve,
    site::{self, Profile},
    test::end_to_end,
    workspace::Workspace,
};

/// What measures by itself, by package and example: decisions by a cluster's own roles and by the console's, the audit trail
/// whose writers are killed, passwords that are guessed, what is open when a right ends, many logs that are followed, a shell that
/// writes without end, and charts.
const EXAMPLES: &[(&str, &str)] = &[
    ("rbac", "figures"),
    ("access", "decisions"),
    ("database", "kills"),
    ("identity", "guesses"),
    ("kubernetes", "streams_end"),
    ("kubernetes", "logs_flow"),
    ("charts", "thousand"),
    ("kubernetes", "terminal_flow"),
];

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

/// Builds, measures, prints. Figures that miss their target do not fail the command: they are for reading.
pub fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let site = site::build(workspace, Profile::Release)?;
    let mut ours = sizes(&site)?;
    let mut plain = Figures::new();
    if !options.sizes {
        for (package, example) in EXAMPLES {
            let title = format!("measuring {package}, {example}");
            let log = format!("bench {package} {example}");
            ours.extend(measured(workspace, &title, &log, &mut release_example(package, example))?);
        }
        let server = serve::build_server(workspace, Profile::Release)?;
        let playground = Playground::start(
            workspace,
            &server,
            "bench",
            ["--scale", &options.pods.to_string(), "--churn", &options.changes.to_string()],
        )?;
        ours.extend(in_process(workspace, &playground, false)?);
        plain.extend(in_process(workspace, &playground, true)?);
        for (name, value) in from_outside(workspace, options, &site, &server, &playground)? {
            match name.strip_prefix("plain: ") {
                Some(name) => plain.push((name.to_owned(), value)),
                None => ours.push((name, value)),
            }
        }
    }
    println!();
    for line in table(&ours, &plain) {
        println!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}

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
    // Only pages with an editor load these.
    for name in ["vendor/editor.js", "vendor/editor.css"] {
        figures.push((format!("{name}, brotli bytes"), bytes(name)?));
    }
    Ok(figures)
}

/// What stores and queries cost, or what following the same cluster the plain way does.
fn in_process(workspace: &Workspace, playground: &Playground, plain: bool) -> Result<Figures> {
    let mut command = release_example("kubernetes", "scale");
    command
        .arg("--")
        .arg(playground.kubeconfig())
        .arg(playground.last_cluster()?)
        .args(plain.then_some("--naive"));
    let (title, log) =
        if plain { ("measuring the plain way", "bench plain") } else { ("measuring stores", "bench stores") };
    measured(workspace, title, log, &mut command)
}

/// The command that builds and runs an example of a package in release.
fn release_example(package: &str, example: &str) -> Command {
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "--release", "--package", package, "--example", example]);
    command
}

/// The `name<TAB>value` lines that a program prints.
fn measured(workspace: &Workspace, title: &str, log: &str, command: &mut Command) -> Result<Figures> {
    command.current_dir(&workspace.root);
    let output = process::run(title, command, &workspace.log(log))?.output()?;
    let figures = output.lines().filter_map(|line| line.split_once('\t'));
    Ok(figures.filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?))).collect())
}

/// Times and memory of the running console.
fn from_outside(
    workspace: &Workspace,
    options: &Options,
    site: &Path,
    server: &Path,
    playground: &Playground,
) -> Result<Figures> {
    let folder = workspace.root.join("end2end");
    npm::ensure(workspace, &folder)?;
    let chromium = end_to_end::ensure_chromium(workspace)?;
    let result = workspace.scratch().join("bench.json");
    // Each measurement writes its figures beside those of the others: none of an earlier run may be left.
    if result.exists() {
        fs::remove_file(&result)?;
    }
    let mut command = npm::program(&folder, "playwright");
    command
        .args(["test", "--config=bench.config.ts", "--reporter=line"])
        .env("ORRERY_BINARY", server)
        .env("ORRERY_SITE_ROOT", site)
        .env("ORRERY_CHROMIUM", chromium)
        .env("ORRERY_BENCH_KUBECONFIG", playground.kubeconfig())
        .env("ORRERY_BENCH_CLUSTER", playground.last_cluster()?)
        .env("ORRERY_BENCH_PODS", options.pods.to_string())
        .env("ORRERY_BENCH_RESULT", &result)
        .env("FORCE_COLOR", "0");
    process::run("measuring the console", &mut command, &workspace.log("bench"))?;
    let text = fs::read(&result).context("the measurement left no figures")?;
    let figures: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&text)?;
    Ok(figures.into_iter().filter_map(|(name, value)| Some((name, value.as_f64()?))).collect())
}
