//! A program in the background that outlives this command.

use std::{
    fs::{self, File},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::process;

/// How long a program may take to end when it is asked to.
const PATIENCE: Duration = Duration::from_secs(20);
/// How much of a log explains why a program ended.
const SHOWN_LINES: usize = 30;

/// One program and the files that say whether it runs.
pub struct Daemon {
    folder: PathBuf,
    name: &'static str,
}

/// A process that cannot be mistaken for another: ids are given away again, the time of the start is not.
#[derive(Debug, PartialEq, Eq)]
struct Identity {
    id: u32,
    /// In ticks since the machine started.
    began: u64,
}

impl Daemon {
    /// The program that keeps its files in `folder`.
    pub fn new(folder: &Path, name: &'static str) -> Self {
        Self { folder: folder.to_path_buf(), name }
    }

    /// Everything it writes to its output.
    pub fn log(&self) -> PathBuf {
        self.folder.join(format!("{}.log", self.name))
    }

    fn record(&self) -> PathBuf {
        self.folder.join(format!("{}.pid", self.name))
    }

    /// Whether the process that was started here still runs.
    pub fn is_running(&self) -> bool {
        self.identity().is_some()
    }

    /// Starts it and returns at once.
    pub fn start(&self, command: &mut Command) -> Result<()> {
        let log =
            File::create(self.log()).with_context(|| format!("cannot write {}", self.log().display()))?;
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            // Ctrl-C in this terminal is not meant for it.
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {}", process::describe(command)))?;
        let began = began(child.id()).with_context(|| format!("{} ended at once", self.name))?;
        fs::write(self.record(), format!("{} {began}\n", child.id()))
            .with_context(|| format!("cannot write {}", self.record().display()))
    }

    /// Fails with the end of its log when it no longer runs.
    pub fn check(&self) -> Result<()> {
        if self.is_running() {
            return Ok(());
        }
        let text = fs::read(self.log()).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        let end = lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n");
        bail!("{} ended; its log, {}, ends with\n{end}", self.name, self.log().display())
    }

    /// Asks it to end, and makes it end when it does not.
    pub fn stop(&self) -> Result<()> {
        if let Some(running) = self.identity() {
            signal("TERM", running.id)?;
            let start = Instant::now();
            while self.is_running() {
                if start.elapsed() > PATIENCE {
                    signal("KILL", running.id)?;
                    break;
                }
                thread::sleep(Duration::from_millis(50));
            }
            println!("  stopped {}", self.name);
        }
        if self.record().exists() {
            fs::remove_file(self.record())?;
        }
        Ok(())
    }

    fn identity(&self) -> Option<Identity> {
        let text = fs::read_to_string(self.record()).ok()?;
        let (id, began_then) = text.trim().split_once(' ')?;
        let identity = Identity { id: id.parse().ok()?, began: began_then.parse().ok()? };
        (began(identity.id) == Some(identity.began)).then_some(identity)
    }
}

/// When a process began; none when there is no such process or it has ended.
fn began(id: u32) -> Option<u64> {
    began_in(&fs::read_to_string(format!("/proc/{id}/stat")).ok()?)
}

/// Reads the line that the kernel keeps about a process: `id (name) state …`, where the name may hold anything.
fn began_in(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ');
    let has_ended = matches!(fields.next()?, "Z" | "X");
    // The 22nd of the line, of which three are gone.
    let began = fields.nth(18)?.parse().ok()?;
    (!has_ended).then_some(began)
}

fn signal(name: &str, id: u32) -> Result<()> {
    process::capture(Command::new("kill").arg(format!("-{name}")).arg(id.to_string()))?;
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn sleeper(folder: &Path) -> Daemon {
        let daemon = Daemon::new(folder, "sleeper");
        daemon.start(Command::new("sleep").arg("60")).unwrap();
        daemon
    }

    #[test]
    fn what_was_started_is_known_and_can_be_stopped() {
        let folder = tempfile::tempdir().unwrap();

        let daemon = sleeper(folder.path());

        assert!(daemon.is_running());
        daemon.stop().unwrap();
        assert!(!daemon.is_running());
    }

    #[test]
    fn another_process_with_the_same_id_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let daemon = sleeper(folder.path());
        let running = daemon.identity().unwrap();

        fs::write(daemon.record(), format!("{} {}", running.id, running.began + 1)).unwrap();

        assert!(!daemon.is_running());
        daemon.stop().unwrap();
        assert_eq!(began(running.id), Some(running.began));
        signal("KILL", running.id).unwrap();
    }

    #[test]
    fn a_program_that_ended_is_explained_by_its_log() {
        let folder = tempfile::tempdir().unwrap();
        let daemon = Daemon::new(folder.path(), "failing");
        fs::write(daemon.log(), "the port is taken\n").unwrap();

        let error = daemon.check().unwrap_err().to_string();

        assert!(error.contains("the port is taken"), "{error}");
    }

    #[test]
    fn names_with_spaces_and_brackets_do_not_confuse() {
        let rest = "1 1 1 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0 4711 0 0";

        assert_eq!(began_in(&format!("7 (a (b) c) S {rest}")), Some(4711));
        assert_eq!(began_in(&format!("7 (a (b) c) Z {rest}")), None);
    }
}
