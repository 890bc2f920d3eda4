//! Building the real systems beside other work, with what that leaves of the processors.

use std::{
    env,
    fs::{self, File},
    io::{self, Read},
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context, Result};

use crate::{process, workspace::Workspace};

/// A build in the background. It ends, done or not, with whoever holds this, however that ends.
pub struct Ahead {
    builder: Child,
}

impl Ahead {
    /// Begins to build all peers.
    pub fn begin(workspace: &Workspace) -> Result<Self> {
        let this = env::current_exe().context("cannot tell which program this is")?;
        let mut command = Command::new(this);
        command.args(["peers", "build", "--aside"]);
        Self::start(workspace, &mut command)
    }

    fn start(workspace: &Workspace, command: &mut Command) -> Result<Self> {
        let log = workspace.log("peers ahead");
        let folder = log.parent().context("a log is in a folder")?;
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let output = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let builder = command
            .stdin(Stdio::piped())
            .stdout(output.try_clone()?)
            .stderr(output)
            // So that it can end with all that it started, and nothing else.
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {}", process::describe(command)))?;
        Ok(Self { builder })
    }

    /// Waits for the end of the build. What failed is tried again, and explained, by whoever starts the peers.
    pub fn finish(mut self) -> Result<()> {
        let status = process::work("waiting for what is still being built", || {
            loop {
                if let Some(status) = self.builder.try_wait()? {
                    return Ok(status);
                }
                thread::sleep(Duration::from_millis(200));
            }
        })?;
        if !status.success() {
            println!("  building beside the steps before ended with {status}");
        }
        Ok(())
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        // The end of its input tells it to end. Nothing is to be told when it has ended before.
        drop(self.builder.stdin.take());
        let _ = self.builder.wait();
    }
}

/// Leaves the processors to everybody else, and ends with all that was started here once the input ends.
pub fn step_aside() -> Result<()> {
    let own = std::process::id().to_string();
    process::capture(Command::new("renice").args(["-n", "19", "-p", &own])).context("cannot step aside")?;
    thread::spawn(move || {
        // An input that cannot be read has ended, too.
        let _ = io::stdin().read_to_end(&mut Vec::new());
        let group = format!("-{own}");
        if let Err(error) = process::capture(Command::new("kill").args(["-TERM", "--", &group])) {
            eprintln!("{}", crate::explain(&error));
        }
    });
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn start(script: &str) -> (Ahead, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().to_path_buf();
        let workspace = Workspace { root: place.clone(), target: place.clone(), cache: place };
        (Ahead::start(&workspace, Command::new("sh").args(["-c", script])).unwrap(), folder)
    }

    #[test]
    fn it_ends_with_whoever_holds_it() {
        let (ahead, folder) = start("cat; echo told to end");

        drop(ahead);

        let log = fs::read_to_string(folder.path().join("xtask/logs/peers-ahead.log")).unwrap();
        assert_eq!(log, "told to end\n");
    }

    #[test]
    fn a_build_that_fails_keeps_nobody_from_going_on() {
        let (ahead, _folder) = start("exit 3");

        ahead.finish().unwrap();
    }
}
