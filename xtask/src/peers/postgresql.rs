//! PostgreSQL from Debian: the machine's own where it is installed, else unpacked.

use std::{
    fs::{self, Permissions},
    io::Read,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result};

use super::{Fact, LeftOut, daemon::Daemon, folder, ports, wait_until};
use crate::{debian, npm::hex, process, workspace::Workspace};

/// Debian 12's.
const MAJOR: &str = "15";
/// Where Debian puts each major version.
const INSTALLED: &str = "usr/lib/postgresql";
/// PostgreSQL does not run as root, and nobody else gets into root's home.
const HOME_OF_ROOT: &str = "/var/lib/orrery-peers";
const START_LIMIT: Duration = Duration::from_secs(60);

/// Starts an empty server with one user, who may do everything.
pub fn up(workspace: &Workspace) -> Result<Vec<Fact>> {
    let server = Server::find(workspace)?;
    down(workspace)?;
    let home = home(workspace);
    server.empty(&home)?;
    let password = password()?;
    write_secret(&home.join("password"), &password)?;
    server.give_to_runner(&home)?;
    let data = home.join("data");
    process::capture(
        server
            .command("initdb")
            .arg("--pgdata")
            .arg(&data)
            .args(["--username=orrery", "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync"])
            .arg(format!("--pwfile={}", home.join("password").display()))
            .current_dir(&home),
    )?;
    let [port] = ports::free()?;
    let daemon = daemon(workspace);
    daemon.start(
        server
            .command("postgres")
            .arg("-D")
            .arg(&data)
            .args(["-h", "127.0.0.1", "-p", &port.to_string()])
            .args(["-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=200"])
            .current_dir(&home),
    )?;
    let url = format!("postgres://orrery:{password}@127.0.0.1:{port}/postgres");
    write_secret(&home.join("url"), &url)?;
    let port = port.to_string();
    let is_ready = || process::capture(server.command("pg_isready").args(["-h", "127.0.0.1", "-p", &port]));
    wait_until("PostgreSQL", START_LIMIT, || daemon.check(), || is_ready().is_ok())?;
    facts(workspace).context("PostgreSQL ended right after its start")
}

/// Its URL, while it runs.
pub fn facts(workspace: &Workspace) -> Option<Vec<Fact>> {
    let url = fs::read_to_string(home(workspace).join("url")).ok()?;
    let fact = Fact { variable: "ORRERY_TEST_POSTGRES", value: url };
    daemon(workspace).is_running().then(|| vec![fact])
}

/// Stops it.
pub fn down(workspace: &Workspace) -> Result<()> {
    daemon(workspace).stop()
}

fn home(workspace: &Workspace) -> PathBuf {
    if debian::is_root() {
        Path::new(HOME_OF_ROOT).join("postgresql")
    } else {
        folder(workspace, "postgresql")
    }
}

fn daemon(workspace: &Workspace) -> Daemon {
    Daemon::new(&home(workspace), "postgresql")
}

/// The programs and the user they run as.
struct Server {
    /// Under which `usr` is.
    root: PathBuf,
    programs: PathBuf,
    /// Somebody else, where we are root.
    runner: Option<&'static str>,
}

impl Server {
    fn find(workspace: &Workspace) -> Result<Self> {
        let root = match newest(Path::new("/")) {
            Some(_) => PathBuf::from("/"),
            None => unpacked(workspace)?,
        };
        let programs = newest(&root).context("Debian's package has no initdb")?;
        Ok(Self { root, programs, runner: runner()? })
    }

    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = match self.runner {
            None => Command::new(&program),
            Some(user) => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid", user, "--regid", &group_of(user), "--clear-groups"]).arg(&program);
                command
            }
        };
        if self.root != Path::new("/") {
            command.env("LD_LIBRARY_PATH", debian::libraries(&self.root));
        }
        command
    }

    fn empty(&self, home: &Path) -> Result<()> {
        if home.exists() {
            fs::remove_dir_all(home).with_context(|| format!("cannot empty {}", home.display()))?;
        }
        fs::create_dir_all(home).with_context(|| format!("cannot create {}", home.display()))
    }

    fn give_to_runner(&self, home: &Path) -> Result<()> {
        if let Some(user) = self.runner {
            let owner = format!("{user}:{}", group_of(user));
            process::capture(Command::new("chown").arg("-R").arg(owner).arg(home))?;
        }
        Ok(())
    }
}

/// The programs of the newest version below a folder.
fn newest(root: &Path) -> Option<PathBuf> {
    let versions = fs::read_dir(root.join(INSTALLED)).ok()?.flatten();
    let number = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let whole = versions.map(|entry| entry.path()).filter(|path| path.join("bin/initdb").is_file());
    whole.max_by_key(number).map(|path| path.join("bin"))
}

/// Debian's package without installing it, which would start a server of its own.
fn unpacked(workspace: &Workspace) -> Result<PathBuf> {
    let base =
        if debian::is_root() { PathBuf::from(HOME_OF_ROOT) } else { workspace.cache.join("peers/programs") };
    let root = base.join(format!("postgresql-{MAJOR}"));
    if newest(&root).is_none() {
        let package = format!("postgresql-{MAJOR}");
        debian::unpack_with_dependencies(workspace, &package, &root).map_err(|reason| {
            let reason = crate::explain(&reason);
            LeftOut(format!(
                "PostgreSQL is not installed (Debian: {package}) and cannot be unpacked: {reason}"
            ))
        })?;
    }
    Ok(root)
}

/// Debian's user for it, or the one who may do nothing; none where we are not root.
fn runner() -> Result<Option<&'static str>> {
    if !debian::is_root() {
        return Ok(None);
    }
    let exists = |user: &str| process::capture(Command::new("id").arg("-u").arg(user)).is_ok();
    let user = ["postgres", "nobody"].into_iter().find(|user| exists(user));
    let user = user
        .ok_or_else(|| LeftOut("PostgreSQL refuses to run as root: run this as another user".to_owned()))?;
    Ok(Some(user))
}

fn group_of(user: &str) -> String {
    process::capture(Command::new("id").arg("-gn").arg(user)).unwrap_or_else(|_| user.to_owned())
}

fn password() -> Result<String> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(hex(&bytes))
}

fn write_secret(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
    fs::set_permissions(file, Permissions::from_mode(0o600))?;
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_that_is_whole_is_taken() {
        let root = tempfile::tempdir().unwrap();
        for version in ["9", "15", "16"] {
            fs::create_dir_all(root.path().join(INSTALLED).join(version).join("bin")).unwrap();
        }
        for version in ["9", "15"] {
            fs::write(root.path().join(INSTALLED).join(version).join("bin/initdb"), "").unwrap();
        }

        assert_eq!(newest(root.path()), Some(root.path().join(INSTALLED).join("15/bin")));
    }
}
