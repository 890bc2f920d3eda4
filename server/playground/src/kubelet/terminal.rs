//! Plays what a shell does to whoever listens, and reads what they type.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use playground_kubernetes::{ExecExit, ExecIo};
use tokio::sync::mpsc;

use super::shell::{Performance, Piece, Shell};

/// The exit code of a command ended by Ctrl-C.
const INTERRUPTED: i32 = 130;

/// How archives are divided; two empty blocks end them.
const BLOCK: usize = 512;

/// The most that a command reads before it does anything: more than the file system holds.
const LONGEST_INPUT: usize = 65 << 20;

/// How much may be typed ahead of a command that does not read.
const AHEAD: usize = 64 * 1024;

/// The byte Ctrl-C sends.
const INTERRUPT: u8 = 3;
/// What Ctrl-L and Ctrl-U send, and how keys begin that send several bytes.
const CLEAR_SCREEN: u8 = 12;
const CLEAR_LINE: u8 = 21;
const ESCAPE: u8 = 27;

/// One exec session.
pub struct Terminal<'a> {
    pub shell: Shell,
    pub tty: bool,
    pub io: ExecIo,
    /// What was typed while a command ran, for whoever reads next.
    pub ahead: VecDeque<u8>,
    /// Takes in the files as they are before each command.
    pub load: &'a (dyn Fn(&mut Shell) + Send + Sync),
    /// Keeps the files as they are after each command.
    pub save: &'a (dyn Fn(&Shell) + Send + Sync),
}

impl Terminal<'_> {
    /// Runs a command to its end.
    pub async fn run(mut self, words: &[String]) -> ExecExit {
        let input =
            if wants_input(words) && !self.tty { self.read_all(is_archive(words)).await } else { Vec::new() };
        (self.load)(&mut self.shell);
        let performance = self.shell.run_words(words, &input);
        (self.save)(&self.shell);
        let reads_on = performance.reads_on;
        let code = self.play(performance).await;
        if reads_on { self.read_lines().await } else { ExecExit::Code(code) }
    }

    /// Everything sent until the sender ends, or an archive does.
    async fn read_all(&mut self, archive: bool) -> Vec<u8> {
        let mut all = Vec::new();
        let Some(stdin) = &mut self.io.stdin else { return all };
        while let Some(bytes) = stdin.recv().await {
            all.extend_from_slice(&bytes);
            if all.len() > LONGEST_INPUT || (archive && is_whole(&all)) {
                break;
            }
        }
        all
    }

    /// Writes the pieces in their time; answers the exit code.
    async fn play(&mut self, performance: Performance) -> i32 {
        for piece in performance.pieces {
            match piece {
                Piece::Output(bytes) => self.write(bytes, false).await,
                Piece::Error(bytes) => self.write(bytes, true).await,
                Piece::Pause(seconds) => {
                    if !self.pause(seconds).await {
                        return INTERRUPTED;
                    }
                }
            }
        }
        performance.code
    }

    /// Waits; answers false when interrupted. What is typed meanwhile is kept, unless it interrupts.
    async fn pause(&mut self, seconds: f64) -> bool {
        let wait = tokio::time::sleep(Duration::from_secs_f64(seconds.min(86_400.0)));
        tokio::pin!(wait);
        loop {
            let interrupt = self.ahead.iter().position(|byte| *byte == INTERRUPT).filter(|_| self.tty);
            if let Some(interrupt) = interrupt {
                self.ahead.drain(..=interrupt);
                return false;
            }
            let room = self.ahead.len() < AHEAD;
            let typed = async {
                match &mut self.io.stdin {
                    Some(stdin) if room => stdin.recv().await,
                    _ => std::future::pending().await,
                }
            };
            tokio::select! {
                () = &mut wait => return true,
                bytes = typed => match bytes {
                    Some(bytes) => self.ahead.extend(bytes),
                    None => self.io.stdin = None,
                },
                () = gone(&self.io.stdout) => return false,
            }
        }
    }

    async fn write(&mut self, bytes: Vec<u8>, error: bool) {
        let bytes = if self.tty { with_carriage_returns(&bytes) } else { bytes };
        let sink = if error && self.io.stderr.is_some() { &self.io.stderr } else { &self.io.stdout };
        if let Some(sink) = sink {
            for chunk in bytes.chunks(32 * 1024) {
                if sink.send(Bytes::copy_from_slice(chunk)).await.is_err() {
                    return;
                }
            }
        }
    }

    async fn prompt(&mut self) {
        if self.tty {
            let prompt = format!("{} # ", self.shell.directory);
            self.write(prompt.into_bytes(), false).await;
        }
    }

    /// Reads and runs lines until `exit` or the end of what is typed.
    async fn read_lines(&mut self) -> ExecExit {
        let mut line: Vec<u8> = Vec::new();
        let mut history = History::default();
        let mut code = 0;
        self.prompt().await;
        while let Some(byte) = self.typed().await {
            match byte {
                b'\r' | b'\n' => {
                    self.echo(b"\n").await;
                    history.add(&line);
                    let script = String::from_utf8_lossy(&std::mem::take(&mut line)).into_owned();
                    (self.load)(&mut self.shell);
                    let performance = self.shell.run_script(&script, &[]);
                    (self.save)(&self.shell);
                    let exits = performance.exits;
                    code = self.play(performance).await;
                    if exits {
                        return ExecExit::Code(code);
                    }
                    self.prompt().await;
                }
                INTERRUPT if self.tty => {
                    line.clear();
                    code = INTERRUPTED;
                    self.echo(b"^C\n").await;
                    self.prompt().await;
                }
                4 if self.tty && line.is_empty() => {
                    self.echo(b"\n").await;
                    return ExecExit::Code(code);
                }
                8 | 127 if self.tty => {
                    let whole = line.len();
                    // A character of several bytes goes as one.
                    while line.pop().is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000) {}
                    if line.len() < whole {
                        self.echo(b"\x08 \x08").await;
                    }
                }
                ESCAPE if self.tty => {
                    let found = match self.sequence().await {
                        Some(b'A') => history.before(),
                        Some(b'B') => history.after(),
                        _ => None,
                    };
                    if let Some(found) = found {
                        self.replace(&mut line, found).await;
                    }
                }
                CLEAR_LINE if self.tty => self.replace(&mut line, Vec::new()).await,
                CLEAR_SCREEN if self.tty => {
                    self.echo(b"\x1b[H\x1b[2J").await;
                    self.prompt().await;
                    self.echo(&line.clone()).await;
                }
                byte if self.tty && byte < 32 => {}
                byte => {
                    line.push(byte);
                    self.echo(&[byte]).await;
                }
            }
        }
        ExecExit::Code(code)
    }

    /// The last byte of a key that sends several, such as an arrow.
    async fn sequence(&mut self) -> Option<u8> {
        let first = self.typed().await?;
        if !matches!(first, b'[' | b'O') {
            return Some(first);
        }
        loop {
            let byte = self.typed().await?;
            if byte.is_ascii_alphabetic() || byte == b'~' {
                return Some(byte);
            }
        }
    }

    /// Another line instead of the one that stands there.
    async fn replace(&mut self, line: &mut Vec<u8>, new: Vec<u8>) {
        let characters = String::from_utf8_lossy(line).chars().count();
        self.echo(&b"\x08 \x08".repeat(characters)).await;
        self.echo(&new).await;
        *line = new;
    }

    /// The next byte typed; none when there will be no more.
    async fn typed(&mut self) -> Option<u8> {
        while self.ahead.is_empty() {
            let bytes = tokio::select! {
                bytes = self.io.stdin.as_mut()?.recv() => bytes?,
                () = gone(&self.io.stdout) => return None,
            };
            self.ahead.extend(bytes);
        }
        self.ahead.pop_front()
    }

    async fn echo(&mut self, bytes: &[u8]) {
        if self.tty {
            self.write(bytes.to_vec(), false).await;
        }
    }
}

/// The lines typed before, and which of them is shown.
#[derive(Default)]
struct History {
    lines: Vec<Vec<u8>>,
    place: usize,
}

impl History {
    fn add(&mut self, line: &[u8]) {
        if !line.is_empty() && self.lines.last().is_none_or(|last| last != line) {
            self.lines.push(line.to_vec());
        }
        self.place = self.lines.len();
    }

    fn before(&mut self) -> Option<Vec<u8>> {
        self.place = self.place.checked_sub(1)?;
        self.lines.get(self.place).cloned()
    }

    fn after(&mut self) -> Option<Vec<u8>> {
        if self.place >= self.lines.len() {
            return None;
        }
        self.place += 1;
        Some(self.lines.get(self.place).cloned().unwrap_or_default())
    }
}

/// Completes when nobody listens any more.
async fn gone(sink: &Option<mpsc::Sender<Bytes>>) {
    match sink {
        Some(sink) => sink.closed().await,
        None => std::future::pending().await,
    }
}

fn with_carriage_returns(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 16);
    for byte in bytes {
        if *byte == b'\n' {
            out.push(b'\r');
        }
        out.push(*byte);
    }
    out
}

/// Whether an archive has come to its end. Zeros inside a file are none.
fn is_whole(archive: &[u8]) -> bool {
    let mut rest = archive;
    while let Some((block, after)) = rest.split_first_chunk::<BLOCK>() {
        if block.iter().all(|byte| *byte == 0) {
            return after.len() >= BLOCK;
        }
        let size = tar::Header::from_byte_slice(block).size().unwrap_or_default();
        let size = usize::try_from(size).unwrap_or(usize::MAX).checked_next_multiple_of(BLOCK);
        match size.and_then(|size| after.get(size..)) {
            Some(next) => rest = next,
            None => return false,
        }
    }
    false
}

fn is_archive(words: &[String]) -> bool {
    words.iter().any(|word| word == "tar" || word.contains("tar x") || word.contains("tar -x"))
}

/// Whether a command reads what is sent to it before it does anything.
fn wants_input(words: &[String]) -> bool {
    let script = words.join(" ");
    let mut parts = script.split_whitespace().peekable();
    while let Some(part) = parts.next() {
        let next = parts.peek().copied().unwrap_or_default();
        match part {
            "tar" if next.contains('x') => return true,
            "cat" | "wc" | "grep" if next.is_empty() || next.starts_with(['>', '|']) || next == "-" => {
                return true;
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::kubelet::files::Files;

    fn words(script: &str) -> Vec<String> {
        script.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn only_commands_that_read_wait_for_input() {
        assert!(wants_input(&words("tar -xmf - -C /tmp")));
        assert!(wants_input(&words("cat > /tmp/x")));
        assert!(!wants_input(&words("cat /etc/os-release")));
        assert!(!wants_input(&words("tar cf - /etc")));
        assert!(!wants_input(&words("sh")));
    }

    #[test]
    fn zeros_inside_a_file_do_not_end_an_archive() {
        let mut files = Files::default();
        files.write("/zeros", vec![0; 40_000]);
        let archive = files.pack("/", "./zeros").unwrap();

        assert!(is_whole(&archive));
        for length in [0, 512, 1_024, 20_480, archive.len() - 512] {
            assert!(!is_whole(&archive[..length]), "{length} bytes are not all");
        }
    }

    /// Types everything at once into a shell with a terminal; answers what it shows.
    async fn shows(typed: &'static [&'static str]) -> String {
        let (keyboard, stdin) = mpsc::channel(64);
        let (stdout, mut screen) = mpsc::channel(1024);
        let (_window, resize) = mpsc::channel(1);
        let io = ExecIo { stdin: Some(stdin), stdout: Some(stdout), stderr: None, resize };
        for text in typed {
            keyboard.send(Bytes::from_static(text.as_bytes())).await.unwrap();
        }
        drop(keyboard);
        let terminal = Terminal {
            shell: Shell::new(Files::default(), Vec::new(), Vec::new()),
            tty: true,
            io,
            ahead: VecDeque::new(),
            load: &|_| {},
            save: &|_| {},
        };
        let mut shown = Vec::new();
        let show = async {
            while let Some(bytes) = screen.recv().await {
                shown.extend_from_slice(&bytes);
            }
        };
        let shell = words("sh");
        tokio::join!(terminal.run(&shell), show);
        String::from_utf8(shown).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_typed_ahead_of_a_command_is_read_after_it() {
        let shown = shows(&["sleep 5\r", "echo wo", "rks\rexit\r"]).await;

        assert!(shown.contains("\r\nworks\r\n"), "{shown}");
    }

    #[tokio::test(start_paused = true)]
    async fn arrows_bring_back_what_was_typed_before() {
        let shown = shows(&["echo one\r", "echo two\r", "\x1b[A\x1b[A\x1b[B\r", "exit\r"]).await;

        assert_eq!(shown.matches("\r\ntwo\r\n").count(), 2, "{shown}");
        assert!(!shown.contains("[A"), "{shown}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_interruption_ends_the_command_and_drops_what_was_typed_ahead() {
        let shown = shows(&["sleep 5\r", "echo dropped\r\x03", "echo kept\rexit\r"]).await;

        assert!(!shown.contains("\r\ndropped"), "{shown}");
        assert!(shown.contains("\r\nkept\r\n"), "{shown}");
    }
}
