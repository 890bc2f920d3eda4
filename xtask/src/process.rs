//! Runs other programs so that one sees how long they take and why they failed.

use std::{
    fs::{self, File},
    io::{IsTerminal, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// How often the line on a terminal is drawn again.
const REDRAW: Duration = Duration::from_millis(250);
/// How often a line is added where the output is a file. CI services give up on jobs that are silent for long.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// How much of a log is shown when a step fails; the rest stays in the file.
const SHOWN_LINES: usize = 120;

/// How lines begin that only say how far a program is.
const PROGRESS: [&str; 6] =
    ["Compiling ", "Checking ", "Downloaded ", "Downloading ", "Running ", "Doc-tests "];

/// What became of a program.
#[derive(Debug)]
pub struct Finished {
    /// How it ended; `None` when it was stopped because its time was up.
    pub status: Option<ExitStatus>,
    /// Everything it wrote.
    pub log: PathBuf,
    /// How long it took.
    pub elapsed: Duration,
}

impl Finished {
    /// Whether the program ended by itself and was content.
    pub fn succeeded(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// The output.
    pub fn output(&self) -> Result<String> {
        let bytes = fs::read(&self.log).with_context(|| format!("cannot read {}", self.log.display()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Runs a program to its end, showing `title`, the time and its last line meanwhile; fails when it fails.
pub fn run(title: &str, command: &mut Command, log: &Path) -> Result<Finished> {
    let finished = watch(title, command, log, None)?;
    if !finished.succeeded() {
        let ending = finished.status.map_or_else(|| "ran too long".to_owned(), |status| status.to_string());
        bail!("{title}: {ending}\n{}\n\nThe command was: {}", excerpt(&finished)?, describe(command));
    }
    println!("  {title}: {}", seconds(finished.elapsed));
    Ok(finished)
}

/// Runs a program to its end or to its time limit, showing `title`, the time and its last line meanwhile.
///
/// A program that fails is an answer here, not an error.
pub fn watch(title: &str, command: &mut Command, log: &Path, limit: Option<Duration>) -> Result<Finished> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    let output = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);

    let start = Instant::now();
    let mut child = command.spawn().with_context(|| not_started(command))?;
    let mut progress = Progress::new(title);
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if limit.is_some_and(|limit| start.elapsed() > limit) {
            child.kill()?;
            child.wait()?;
            break None;
        }
        progress.show(start.elapsed(), || last_line(log));
        thread::sleep(pause(start.elapsed()));
    };
    progress.clear();
    Ok(Finished { status, log: log.to_path_buf(), elapsed: start.elapsed() })
}

/// Does work of our own under the same kind of progress line.
pub fn work<T: Send>(title: &str, action: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    let start = Instant::now();
    let mut progress = Progress::new(title);
    let result = thread::scope(|scope| {
        let worker = scope.spawn(action);
        while !worker.is_finished() {
            progress.show(start.elapsed(), String::new);
            thread::sleep(pause(start.elapsed()));
        }
        worker.join()
    });
    progress.clear();
    match result {
        Ok(Ok(value)) => {
            println!("  {title}: {}", seconds(start.elapsed()));
            Ok(value)
        }
        Ok(Err(error)) => Err(error.context(title.to_owned())),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Runs a short program and returns what it printed.
pub fn capture(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| not_started(command))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{} failed ({}): {}", describe(command), output.status, said.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The path of a program in `PATH`.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// The command as one could type it.
pub fn describe(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// A duration as people read it: `0.4 s`, `12 s`, `3 min 5 s`.
pub fn seconds(duration: Duration) -> String {
    let whole = duration.as_secs();
    match whole {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        10..120 => format!("{whole} s"),
        _ => format!("{} min {} s", whole / 60, whole % 60),
    }
}

/// The end of a log without cargo's and npm's lines about progress, and where the rest is.
pub fn excerpt(finished: &Finished) -> Result<String> {
    let output = finished.output()?;
    let is_progress = |line: &str| PROGRESS.iter().any(|word| line.trim_start().starts_with(word));
    let lines: Vec<&str> = output.lines().filter(|line| !is_progress(line)).collect();
    let hidden = lines.len().saturating_sub(SHOWN_LINES);
    let mut text = String::new();
    if hidden > 0 {
        text = format!("… {hidden} lines before this are in {}\n", finished.log.display());
    }
    Ok(text + &lines[hidden..].join("\n"))
}

fn not_started(command: &Command) -> String {
    format!("cannot start {}: is it installed and in PATH?", command.get_program().to_string_lossy())
}

/// Short at first, so that quick programs are not made to look slow.
fn pause(elapsed: Duration) -> Duration {
    if elapsed < Duration::from_secs(2) { Duration::from_millis(10) } else { Duration::from_millis(150) }
}

/// The last line that is not empty, read from the end of a file that may be long.
fn last_line(log: &Path) -> String {
    let read = || -> std::io::Result<String> {
        let mut file = File::open(log)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(2000)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let tail = read().unwrap_or_default();
    tail.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default().to_owned()
}

/// One line drawn over and over on a terminal, or a new line now and then elsewhere.
struct Progress<'a> {
    title: &'a str,
    terminal: bool,
    shown: Duration,
}

impl<'a> Progress<'a> {
    fn new(title: &'a str) -> Self {
        Self { title, terminal: std::io::stdout().is_terminal(), shown: Duration::ZERO }
    }

    fn show(&mut self, elapsed: Duration, detail: impl FnOnce() -> String) {
        let every = if self.terminal { REDRAW } else { HEARTBEAT };
        if elapsed < self.shown + every {
            return;
        }
        self.shown = elapsed;
        let mut detail: String = detail().chars().filter(|character| !character.is_control()).collect();
        if detail.chars().count() > 60 {
            detail = detail.chars().take(59).chain(['…']).collect();
        }
        let line = format!("  {} … {}  {detail}", self.title, seconds(elapsed));
        if self.terminal {
            print!("\r\x1b[2K{line}");
        } else {
            println!("{line}");
        }
        // A progress line that cannot be written is not worth stopping for.
        let _ = std::io::stdout().flush();
    }

    fn clear(&self) {
        if self.terminal && self.shown > Duration::ZERO {
            print!("\r\x1b[2K");
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_runs_too_long_is_stopped() {
        let folder = tempfile::tempdir().unwrap();

        let finished = watch(
            "sleeping",
            Command::new("sleep").arg("30"),
            &folder.path().join("log"),
            Some(Duration::from_millis(50)),
        )
        .unwrap();

        assert!(finished.status.is_none());
        assert!(!finished.succeeded());
    }

    #[test]
    fn a_failure_shows_what_the_program_said_and_how_it_was_called() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo the disk is full; exit 3"]);

        let error = run("saving", &mut command, &folder.path().join("log")).unwrap_err().to_string();

        assert!(error.contains("the disk is full"), "{error}");
        assert!(error.contains("sh -c"), "{error}");
    }

    #[test]
    fn a_missing_program_is_named() {
        let folder = tempfile::tempdir().unwrap();

        let error =
            run("trying", &mut Command::new("no-such-program"), &folder.path().join("log")).unwrap_err();

        assert!(error.to_string().contains("no-such-program"), "{error}");
    }

    #[test]
    fn durations_read_like_speech() {
        assert_eq!(seconds(Duration::from_millis(420)), "0.4 s");
        assert_eq!(seconds(Duration::from_secs(42)), "42 s");
        assert_eq!(seconds(Duration::from_secs(185)), "3 min 5 s");
    }
}
