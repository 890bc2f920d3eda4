//! `smtp-server`, a mail server that keeps what it gets, by npm.

use std::{fs, path::PathBuf, process::Command, time::Duration};

use anyhow::{Context, Result};

use super::{Fact, LeftOut, certificates, daemon::Daemon, folder, ports, wait_until};
use crate::{npm, workspace::Workspace};

const START_LIMIT: Duration = Duration::from_secs(60);

/// Starts it, without any mail.
pub fn up(workspace: &Workspace) -> Result<Vec<Fact>> {
    certificates::check()?;
    let source = workspace.root.join("end2end/peers/smtp");
    npm::ensure(workspace, &source).map_err(|reason| {
        let reason = crate::explain(&reason);
        LeftOut(format!("its npm packages cannot be installed: {reason}"))
    })?;
    down(workspace)?;
    let home = home(workspace);
    if home.exists() {
        fs::remove_dir_all(&home).with_context(|| format!("cannot empty {}", home.display()))?;
    }
    fs::create_dir_all(&home).with_context(|| format!("cannot create {}", home.display()))?;
    certificates::make(&home)?;
    let [starting, wrapped] = ports::free()?;
    fs::write(home.join("ports"), format!("{starting} {wrapped}"))?;
    let daemon = daemon(workspace);
    daemon.start(
        Command::new("node")
            .arg("server.mjs")
            .args([starting.to_string(), wrapped.to_string()])
            .arg(&home)
            .current_dir(source),
    )?;
    let says_so = || fs::read_to_string(daemon.log()).is_ok_and(|log| log.contains("ready"));
    wait_until("the mail server", START_LIMIT, || daemon.check(), says_so)?;
    facts(workspace).context("the mail server ended right after its start")
}

/// Its ports, and the folder with its authority and its mail, while it runs.
pub fn facts(workspace: &Workspace) -> Option<Vec<Fact>> {
    let home = home(workspace);
    let ports = fs::read_to_string(home.join("ports")).ok()?;
    let (starting, wrapped) = ports.split_once(' ')?;
    let fact = |variable, value: &str| Fact { variable, value: value.to_owned() };
    daemon(workspace).is_running().then(|| {
        vec![
            fact("ORRERY_PEER_SMTP", starting),
            fact("ORRERY_PEER_SMTPS", wrapped),
            fact("ORRERY_PEER_SMTP_HOME", &home.display().to_string()),
        ]
    })
}

/// Stops it.
pub fn down(workspace: &Workspace) -> Result<()> {
    daemon(workspace).stop()
}

fn home(workspace: &Workspace) -> PathBuf {
    folder(workspace, "smtp")
}

fn daemon(workspace: &Workspace) -> Daemon {
    Daemon::new(&home(workspace), "smtp")
}
