//! Looks at the machine and says what would be missing.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::{
    browser_target::{TARGET, Toolchain},
    npm, process,
    test::end_to_end,
    workspace::Workspace,
};

/// One line per need; fails when something is missing that the commands cannot get by themselves.
pub fn run(workspace: &Workspace) -> Result<ExitCode> {
    let mut healthy = true;
    let mut line = |name: &str, state: Result<String, String>| {
        let (mark, text) = match &state {
            Ok(text) => ("ok  ", text),
            Err(text) => ("MISS", text),
        };
        healthy &= state.is_ok();
        println!("{mark}  {name:<16} {text}");
    };

    let toolchain = Toolchain::active(workspace)?;
    line("compiler", Ok(format!("Rust {} in {}", toolchain.release, toolchain.sysroot.display())));
    line(
        "browser target",
        Ok(if toolchain.has_browser_target() {
            format!("{TARGET} is installed")
        } else {
            "will be installed by the first build".to_owned()
        }),
    );
    line("node", npm::check_node().map_err(|error| format!("{error:#}")));
    line("chromium", Ok(chromium()));
    line("kubectl", Ok(optional("kubectl", "taken from Debian where apt can, else its tests are skipped")));
    line("go", Ok(optional("go", "a real Kubernetes cannot be built, and `test --peers` leaves it out")));
    line("git", Ok(optional("git", "advisories cannot be fetched and will be skipped")));
    line("downloads", Ok(workspace.cache.display().to_string()));
    line("disk", disk_space(workspace));
    Ok(if healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn chromium() -> String {
    end_to_end::find_chromium().map_or_else(
        || {
            "not found: `cargo xtask test` installs it where apt may, else install your system's Chromium"
                .to_owned()
        },
        |path| path.display().to_string(),
    )
}

fn optional(program: &str, without: &str) -> String {
    process::find_program(program)
        .map_or_else(|| format!("not found; {without}"), |path| path.display().to_string())
}

/// Both halves, their tests and their release builds need about this much.
const NEEDED_GIGABYTES: u64 = 15;

fn disk_space(workspace: &Workspace) -> Result<String, String> {
    let table = process::capture(Command::new("df").arg("--output=avail").arg("-BG").arg(&workspace.root))
        .map_err(|error| error.to_string())?;
    let free = table.lines().nth(1).and_then(|line| line.trim().trim_end_matches('G').parse::<u64>().ok());
    match free {
        Some(free) if free >= NEEDED_GIGABYTES => Ok(format!("{free} GB free")),
        Some(free) => Err(format!("{free} GB free, a full build needs about {NEEDED_GIGABYTES} GB")),
        None => Ok("cannot tell how much is free".to_owned()),
    }
}
