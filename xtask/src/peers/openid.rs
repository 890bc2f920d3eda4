//! `oidc-provider`, a certified OpenID provider, by npm.

use std::{fs, path::PathBuf, process::Command, time::Duration};

use anyhow::{Context, Result};

use super::{Fact, LeftOut, daemon::Daemon, folder, ports, wait_until};
use crate::{npm, workspace::Workspace};

const START_LIMIT: Duration = Duration::from_secs(60);

/// Starts the provider, which knows the console under an address that nobody listens on.
pub fn up(workspace: &Workspace) -> Result<Vec<Fact>> {
    let source = workspace.root.join("end2end/peers/openid");
    npm::ensure(workspace, &source).map_err(|reason| {
        let reason = crate::explain(&reason);
        LeftOut(format!("its npm packages cannot be installed: {reason}"))
    })?;
    down(workspace)?;
    let home = home(workspace);
    fs::create_dir_all(&home).with_context(|| format!("cannot create {}", home.display()))?;
    let [port, console] = ports::free()?;
    let console = format!("http://127.0.0.1:{console}");
    fs::write(home.join("address"), format!("http://127.0.0.1:{port} {console}"))?;
    let daemon = daemon(workspace);
    daemon.start(
        Command::new("node")
            .arg("server.mjs")
            .arg(port.to_string())
            .arg(format!("{console}/sign-in/callback/company"))
            .arg(format!("{console}/sign-in/back-channel/company"))
            .current_dir(source),
    )?;
    let says_so = || fs::read_to_string(daemon.log()).is_ok_and(|log| log.contains("ready at"));
    wait_until("the OpenID provider", START_LIMIT, || daemon.check(), says_so)?;
    facts(workspace).context("the OpenID provider ended right after its start")
}

/// Its issuer and the console's address there, while it runs.
pub fn facts(workspace: &Workspace) -> Option<Vec<Fact>> {
    let addresses = fs::read_to_string(home(workspace).join("address")).ok()?;
    let (issuer, console) = addresses.split_once(' ')?;
    let fact = |variable, value: &str| Fact { variable, value: value.to_owned() };
    daemon(workspace)
        .is_running()
        .then(|| vec![fact("ORRERY_PEER_OPENID", issuer), fact("ORRERY_PEER_OPENID_CONSOLE", console)])
}

/// Stops it.
pub fn down(workspace: &Workspace) -> Result<()> {
    daemon(workspace).stop()
}

fn home(workspace: &Workspace) -> PathBuf {
    folder(workspace, "openid")
}

fn daemon(workspace: &Workspace) -> Daemon {
    Daemon::new(&home(workspace), "openid")
}
