//! A playground in a process of its own, for checks and measurements.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

/// How long it may take to start: some seconds, and a minute more for a hundred thousand pods.
const START_LIMIT: Duration = Duration::from_secs(300);

/// Simulated clusters that run until this is dropped.
pub struct Playground {
    child: Child,
    kubeconfig: PathBuf,
}

impl Playground {
    /// Starts fresh clusters with this server and further arguments of `orrery playground`; `name` tells its files from
    /// those of others. Answers when the clusters answer.
    pub fn start<S: AsRef<OsStr>>(
        workspace: &Workspace,
        server: &Path,
        name: &str,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Self> {
        let kubeconfig = workspace.scratch().join(format!("{name}.kubeconfig"));
        if kubeconfig.exists() {
            fs::remove_file(&kubeconfig)?;
        }
        let path = workspace.log(&format!("playground {name}"));
        let log = fs::File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        let child = Command::new(server)
            .args(["playground", "--fresh", "--kubeconfig-out"])
            .arg(&kubeconfig)
            .args(arguments)
            .env("ORRERY_DATA_DIR", workspace.scratch().join(name))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {}", server.display()))?;
        let mut playground = Self { child, kubeconfig };
        playground.wait(&path)?;
        Ok(playground)
    }

    /// How to reach the clusters.
    pub fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// The name of the last cluster, which is the generated one if one was asked for.
    pub fn last_cluster(&self) -> Result<String> {
        // The playground writes JSON, which is YAML.
        let kubeconfig: serde_json::Value = serde_json::from_slice(&fs::read(&self.kubeconfig)?)?;
        let contexts = kubeconfig["contexts"].as_array().and_then(|contexts| contexts.last());
        let name = contexts.and_then(|context| context["name"].as_str());
        Ok(name.context("the playground's kubeconfig has no contexts")?.to_owned())
    }

    /// The kubeconfig is written when everything is up.
    fn wait(&mut self, log: &Path) -> Result<()> {
        let start = Instant::now();
        while !self.kubeconfig.is_file() {
            if let Some(status) = self.child.try_wait()? {
                bail!("the playground ended ({status}):\n{}", fs::read_to_string(log)?);
            }
            if start.elapsed() > START_LIMIT {
                bail!("the playground does not start; its log is {}", log.display());
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Drop for Playground {
    fn drop(&mut self) {
        // It holds nothing but memory.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
