//! Runs `kubectl` as people do, and never waits for ever.

use std::process::{Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

/// How long a command may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(180);

/// A kubectl with a folder of its own and a kubeconfig in it.
pub struct Kubectl {
    folder: TempDir,
}

/// What a command said, and how it ended.
pub struct Said {
    pub text: String,
    pub code: i32,
}

/// A command that goes on while the test does.
pub struct Following {
    what: String,
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Kubectl {
    /// A kubectl for the clusters of this kubeconfig.
    pub fn new(kubeconfig: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config"), kubeconfig).unwrap();
        Self { folder }
    }

    /// The folder in which commands run.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    fn command(&self, arguments: &str) -> Command {
        self.prepared(Command::new("kubectl"), arguments)
    }

    fn prepared(&self, mut command: Command, arguments: &str) -> Command {
        command
            .args(shell_words(arguments))
            .env("KUBECONFIG", self.folder.path().join("config"))
            .env("HOME", self.folder.path())
            .env("KUBE_EDITOR", "sed -i s/nginx:1.27/nginx:1.29/")
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Runs a command to its end.
    pub async fn run(&self, arguments: &str) -> Said {
        let child = self.command(arguments).spawn().unwrap();
        finish(arguments, child, None).await
    }

    /// Runs a command that reads `input`.
    pub async fn with_input(&self, arguments: &str, input: &str) -> Said {
        let child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        finish(arguments, child, Some(input.as_bytes())).await
    }

    /// Runs commands in the namespace `shop`; each has to succeed and to say what stands beside it.
    pub async fn expect(&self, commands: &[(&str, &str)]) {
        for (arguments, expected) in commands {
            let said = self.run(&format!("-n shop {arguments}")).await;
            assert_eq!(said.code, 0, "kubectl {arguments}: {}", said.text);
            assert!(
                said.text.contains(expected),
                "kubectl {arguments} should say {expected:?}: {}",
                said.text
            );
        }
    }

    /// Starts a command that goes on, errors among its lines.
    pub fn follow(&self, arguments: &str) -> Following {
        let mut shell = Command::new("sh");
        shell.args(["-c", "exec kubectl \"$@\" 2>&1", "kubectl"]);
        let mut child = self.prepared(shell, arguments).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Following { what: arguments.to_owned(), child, lines }
    }
}

async fn finish(arguments: &str, mut child: Child, input: Option<&[u8]>) -> Said {
    let stdin = child.stdin.take();
    let write = async {
        if let (Some(mut stdin), Some(input)) = (stdin, input) {
            // A command may end without reading everything.
            stdin.write_all(input).await.ok();
        }
    };
    let both = async { tokio::join!(write, child.wait_with_output()).1 };
    let output: Output = timeout(PATIENCE, both)
        .await
        .unwrap_or_else(|_| panic!("kubectl {arguments} did not end within {PATIENCE:?}"))
        .unwrap();
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    Said { text, code: output.status.code().unwrap() }
}

impl Following {
    /// Reads lines until one contains the text; answers that line.
    pub async fn until(&mut self, expected: &str) -> String {
        let mut seen = Vec::new();
        let found = async {
            while let Some(line) = self.lines.next_line().await.unwrap() {
                if line.contains(expected) {
                    return line;
                }
                seen.push(line);
            }
            panic!("kubectl {} ended without saying {expected:?}: {seen:#?}", self.what);
        };
        let in_time = timeout(PATIENCE, found).await;
        in_time.unwrap_or_else(|_| panic!("kubectl {} has not said {expected:?}", self.what))
    }

    /// Waits for the command's own end; answers the lines that were left.
    pub async fn end(mut self) -> Vec<String> {
        let rest = async {
            let mut rest = Vec::new();
            while let Some(line) = self.lines.next_line().await.unwrap() {
                rest.push(line);
            }
            assert!(self.child.wait().await.unwrap().success(), "kubectl {}", self.what);
            rest
        };
        let in_time = timeout(PATIENCE, rest).await;
        in_time.unwrap_or_else(|_| panic!("kubectl {} did not end", self.what))
    }
}

impl Said {
    /// What was said; the command has to have succeeded.
    pub fn succeeds(self) -> String {
        assert_eq!(self.code, 0, "{}", self.text);
        self.text
    }

    /// The command has to have failed with these words.
    pub fn fails_with(self, expected: &str) {
        assert_ne!(self.code, 0, "{}", self.text);
        assert!(self.text.contains(expected), "should say {expected:?}: {}", self.text);
    }
}

/// Splits at blanks, except within single quotes.
fn shell_words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in text.chars() {
        match character {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            other => words.last_mut().unwrap().push(other),
        }
    }
    words.into_iter().filter(|word| !word.is_empty()).collect()
}
