//! Applies what is in `deploy/` to the playground's API server and asks it what the console's account may do.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::{Run, counts::Counts};
use crate::{kubectl, process, serve, site::Profile, workspace::Workspace};

/// How long the playground may take to write its kubeconfig.
const START_LIMIT: Duration = Duration::from_secs(60);
const ACCOUNT: &str = "system:serviceaccount:orrery:orrery";

/// What the console's account may and may not do: `kubectl auth can-i <words>`.
const RIGHTS: &[(&[&str], bool)] = &[
    (&["list", "pods", "--all-namespaces"], true),
    (&["watch", "deployments.apps", "--all-namespaces"], true),
    (&["get", "customresourcedefinitions.apiextensions.k8s.io"], true),
    (&["list", "secrets", "--all-namespaces"], false),
    (&["get", "secrets", "--namespace=orrery"], false),
    (&["create", "pods", "--namespace=orrery"], false),
    (&["delete", "deployments.apps", "--all-namespaces"], false),
    (&["create", "pods", "--subresource=exec", "--all-namespaces"], false),
    (&["impersonate", "groups/orrery:viewers"], true),
    (&["impersonate", "groups/orrery:administrators"], true),
    (&["impersonate", "groups/system:masters"], false),
    (&["impersonate", "serviceaccounts"], false),
];

/// One check for each set of manifests and for each right.
pub fn check(run: &Run<'_>) -> Result<Counts> {
    let kubectl = match kubectl::ensure(run.workspace) {
        Ok(kubectl) => kubectl,
        Err(reason) => return Ok(Counts::skip(crate::explain(&reason))),
    };
    let cluster = Cluster::start(run.workspace, kubectl)?;
    let deploy = run.workspace.root.join("deploy");
    let mut counts = Counts::default();
    for (option, path) in [("-k", "kubernetes"), ("-k", "postgresql"), ("-f", "cluster-access.yaml")] {
        let mut command = cluster.kubectl();
        command.args(["apply", option]).arg(deploy.join(path));
        counts.add(match process::capture(&mut command) {
            Ok(_) => Counts::success(),
            Err(error) => Counts::failure(format!("deploy/{path} cannot be applied: {error:#}")),
        });
    }
    for (words, allowed) in RIGHTS {
        counts.add(cluster.right(words, *allowed)?);
    }
    Ok(counts)
}

/// A playground that runs until this is dropped.
struct Cluster {
    child: Child,
    kubectl: PathBuf,
    kubeconfig: PathBuf,
}

impl Cluster {
    fn start(workspace: &Workspace, kubectl: PathBuf) -> Result<Self> {
        let server = serve::build_server(workspace, Profile::Development)?;
        let kubeconfig = workspace.scratch().join("manifests.kubeconfig");
        if kubeconfig.exists() {
            fs::remove_file(&kubeconfig)?;
        }
        let log = fs::File::create(workspace.log("playground"))?;
        let child = Command::new(&server)
            .args(["playground", "--fresh", "--kubeconfig-out"])
            .arg(&kubeconfig)
            .env("ORRERY_DATA_DIR", workspace.scratch().join("manifests"))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {}", server.display()))?;
        let mut cluster = Self { child, kubectl, kubeconfig };
        cluster.wait(&workspace.log("playground"))?;
        Ok(cluster)
    }

    /// Until the clusters answer.
    fn wait(&mut self, log: &Path) -> Result<()> {
        let start = Instant::now();
        loop {
            if self.kubeconfig.is_file()
                && process::capture(self.kubectl().args(["get", "namespaces", "--output=name"])).is_ok()
            {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the playground ended ({status}):\n{}", fs::read_to_string(log)?);
            }
            if start.elapsed() > START_LIMIT {
                bail!("the playground does not answer; its log is {}", log.display());
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    fn kubectl(&self) -> Command {
        let mut command = Command::new(&self.kubectl);
        command.arg("--kubeconfig").arg(&self.kubeconfig);
        command
    }

    fn right(&self, words: &[&str], allowed: bool) -> Result<Counts> {
        let mut command = self.kubectl();
        command.args(["auth", "can-i", "--as", ACCOUNT]).args(words);
        // Exits with 1 for "no", so that is not a failure.
        let output = command.output().context("cannot start kubectl")?;
        let answer = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let expected = if allowed { "yes" } else { "no" };
        if answer.split_whitespace().next() == Some(expected) {
            return Ok(Counts::success());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Ok(Counts::failure(format!(
            "{}: {answer:?} instead of {expected:?} {said}",
            process::describe(&command)
        )))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It holds nothing but memory.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
