//! Applies what is in `deploy/` to the playground's API server and asks it what the console's accounts may do.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result};

use super::{Run, counts::Counts};
use crate::{kubectl, playground::Playground, process, serve, site::Profile, workspace::Workspace};

const CONSOLE: &str = "system:serviceaccount:orrery:orrery";
const PROVISIONER: &str = "system:serviceaccount:orrery:orrery-provisioner";

/// What the account that the console reads with, and acts as people by, may and may not do: `kubectl auth can-i <words>`.
const RIGHTS: &[(&[&str], bool)] = &[
    (&["list", "pods", "--all-namespaces"], true),
    (&["watch", "deployments.apps", "--all-namespaces"], true),
    (&["get", "customresourcedefinitions.apiextensions.k8s.io"], true),
    (&["list", "secrets", "--all-namespaces"], false),
    (&["get", "secrets", "--namespace=orrery"], false),
    (&["create", "pods", "--namespace=orrery"], false),
    (&["delete", "deployments.apps", "--all-namespaces"], false),
    (&["create", "pods", "--subresource=exec", "--all-namespaces"], false),
    (&["escalate", "clusterroles.rbac.authorization.k8s.io"], false),
    (&["bind", "clusterroles.rbac.authorization.k8s.io"], false),
    (&["create", "clusterrolebindings.rbac.authorization.k8s.io"], false),
    (&["create", "rolebindings.rbac.authorization.k8s.io", "--all-namespaces"], false),
    (&["create", "namespaces"], false),
    (&["patch", "namespaces"], false),
    (&["create", "serviceaccounts", "--subresource=token", "--all-namespaces"], false),
    // Until the console has written the lists of whom it may act as.
    (&["impersonate", "users"], false),
    (&["impersonate", "groups/orrery:administrators"], false),
    (&["impersonate", "groups/system:masters"], false),
    (&["impersonate", "serviceaccounts"], false),
];

/// What the account that writes rights may and may not do.
const RIGHTS_OF_PROVISIONER: &[(&[&str], bool)] = &[
    (&["escalate", "clusterroles.rbac.authorization.k8s.io"], true),
    (&["create", "rolebindings.rbac.authorization.k8s.io", "--all-namespaces"], true),
    (&["create", "roles.rbac.authorization.k8s.io", "--all-namespaces"], false),
    (&["create", "namespaces"], true),
    (&["list", "pods", "--all-namespaces"], false),
    (&["get", "secrets", "--namespace=orrery"], false),
    (&["impersonate", "users"], false),
    (&["impersonate", "groups/system:masters"], false),
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
    for (option, path) in [("-k", "kubernetes"), ("-k", "postgresql")] {
        let mut command = cluster.kubectl();
        command.args(["apply", option]).arg(deploy.join(path));
        counts.add(match process::capture(&mut command) {
            Ok(_) => Counts::success(),
            Err(error) => Counts::failure(format!("deploy/{path} cannot be applied: {error:#}")),
        });
    }
    for (account, rights) in [(CONSOLE, RIGHTS), (PROVISIONER, RIGHTS_OF_PROVISIONER)] {
        for (words, allowed) in rights {
            counts.add(cluster.right(account, words, *allowed)?);
        }
    }
    Ok(counts)
}

/// A playground and the kubectl for it.
struct Cluster {
    playground: Playground,
    kubectl: PathBuf,
}

impl Cluster {
    fn start(workspace: &Workspace, kubectl: PathBuf) -> Result<Self> {
        let server = serve::build_server(workspace, Profile::Development)?;
        let playground = Playground::start(workspace, &server, "manifests", [""; 0])?;
        Ok(Self { playground, kubectl })
    }

    fn kubectl(&self) -> Command {
        let mut command = Command::new(&self.kubectl);
        command.arg("--kubeconfig").arg(self.playground.kubeconfig());
        command
    }

    fn right(&self, account: &str, words: &[&str], allowed: bool) -> Result<Counts> {
        let mut command = self.kubectl();
        command.args(["auth", "can-i", "--as", account]).args(words);
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
