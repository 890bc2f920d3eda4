//! Runs `helm` as people do, and never waits for ever.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::timeout;

/// How long a command may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(240);

/// A Helm with a home of its own, for one namespace of a cluster.
pub struct Helm {
    program: OsString,
    home: TempDir,
    namespace: String,
    chart: PathBuf,
    /// Options that stand in every command.
    options: Vec<&'static str>,
}

/// What a command said, and how it ended.
pub struct Said {
    what: String,
    text: String,
    output: String,
    succeeded: bool,
}

impl Helm {
    /// The one that the environment names, with a kubeconfig, and a chart to install.
    pub fn new(kubeconfig: &str, namespace: &str, chart: impl Into<PathBuf>) -> Self {
        let program = env::var_os("ORRERY_PEER_HELM");
        let program = program.expect("ORRERY_PEER_HELM names no Helm: cargo xtask peers up helm");
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("config"), kubeconfig).unwrap();
        Self { program, home, namespace: namespace.to_owned(), chart: chart.into(), options: Vec::new() }
    }

    /// The same with an authority to trust.
    pub fn trusting(mut self, certificate: &str) -> Self {
        fs::write(self.home.path().join("ca.pem"), certificate).unwrap();
        self.options.push("--kube-ca-file=ca.pem");
        self
    }

    /// Runs a command to its end; `CHART` stands for the chart.
    pub async fn run(&self, words: &str) -> Said {
        let config = self.home.path().join("config");
        let mut command = Command::new(&self.program);
        command
            .args(words.split_whitespace().map(|word| match word {
                "CHART" => self.chart.as_os_str(),
                word => word.as_ref(),
            }))
            .args(&self.options)
            .env("KUBECONFIG", config)
            .env("HELM_NAMESPACE", &self.namespace)
            .env("HOME", self.home.path())
            .current_dir(self.home.path())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let output = timeout(PATIENCE, command.output()).await;
        let output =
            output.unwrap_or_else(|_| panic!("helm {words} did not end within {PATIENCE:?}")).unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Said {
            what: words.to_owned(),
            text: text(&[output.stdout.clone(), output.stderr].concat()),
            output: text(&output.stdout),
            succeeded: output.status.success(),
        }
    }

    /// What a command that has to succeed writes as JSON.
    pub async fn json(&self, words: &str) -> Value {
        let said = self.run(&format!("{words} --output json")).await.succeeds();
        serde_json::from_str(&said.output)
            .unwrap_or_else(|error| panic!("helm {words}: {error}: {}", said.output))
    }
}

impl Said {
    /// The command has to have succeeded.
    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert!(self.succeeded, "helm {}: {}", self.what, self.text);
        self
    }

    /// It has to have said this.
    #[track_caller]
    pub fn says(self, expected: &str) -> Self {
        assert!(self.text.contains(expected), "helm {} should say {expected:?}: {}", self.what, self.text);
        self
    }

    /// The command has to have failed with these words.
    #[track_caller]
    pub fn fails_with(self, expected: &str) {
        assert!(!self.succeeded, "helm {}: {}", self.what, self.text);
        self.says(expected);
    }
}
