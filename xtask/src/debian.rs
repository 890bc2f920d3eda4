//! Takes single packages from the Debian mirror this machine already uses, without installing them.
//!
//! Nothing of the system is changed: the package lists of the other suites are kept in our own cache folder.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{process, workspace::Workspace};

/// Suites newer than the machine's own that may have the wanted version, in the order they are asked.
const SUITES: [&str; 3] = ["trixie-backports", "trixie", "sid"];

/// A Debian mirror, as one entry of apt's sources names it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mirror {
    address: String,
    /// The value of `Signed-By`, when the entry has one.
    keyring: Option<String>,
}

/// Unpacks a package of exactly one upstream version into `destination`.
///
/// Asks the suites in order and stops at the first that has the version.
pub fn unpack(workspace: &Workspace, package: &str, upstream: &str, destination: &Path) -> Result<()> {
    for program in ["apt-get", "apt-cache", "dpkg"] {
        if process::find_program(program).is_none() {
            bail!("{program} is not on this machine");
        }
    }
    let mirror = machine_mirror()?;
    let folder = workspace.cache.join("debian");
    for suite in SUITES {
        let apt = Apt::new(&folder, &mirror, suite)?;
        let log = workspace.log(&format!("apt {suite}"));
        let update = process::watch(
            &format!("reading the package list of Debian {suite}"),
            apt.command("apt-get").arg("update"),
            &log,
            None,
        )?;
        if !update.succeeded() {
            println!("  Debian {suite} cannot be read: {}", process::excerpt(&update)?);
            continue;
        }
        let offered = process::capture(apt.command("apt-cache").args(["madison", package]))?;
        let Some(version) = find_version(&offered, upstream) else { continue };
        let download = folder.join("packages");
        fs::create_dir_all(&download)?;
        process::run(
            &format!("downloading {package} {version} from Debian {suite}"),
            apt.command("apt-get").arg("download").arg(format!("{package}={version}")).current_dir(&download),
            &workspace.log(&format!("download {package}")),
        )?;
        let file = downloaded(&download, package)?;
        fs::create_dir_all(destination)?;
        process::capture(Command::new("dpkg").arg("-x").arg(&file).arg(destination))?;
        fs::remove_file(&file)?;
        return Ok(());
    }
    bail!("none of the Debian suites {} has {package} {upstream}", SUITES.join(", "))
}

/// Unpacks a package of the machine's own Debian release into `destination`, with everything it needs that is not
/// installed.
///
/// Programs in it look for their libraries where [`libraries`] says.
pub fn unpack_with_dependencies(workspace: &Workspace, package: &str, destination: &Path) -> Result<()> {
    for program in ["apt-get", "dpkg"] {
        if process::find_program(program).is_none() {
            bail!("{program} is not on this machine");
        }
    }
    let folder = workspace.cache.join("debian");
    let apt = Apt::new(&folder, &machine_mirror()?, &codename()?)?;
    process::run(
        "reading Debian's package list",
        apt.command("apt-get").arg("update"),
        &workspace.log("apt update"),
    )?;
    let mut simulation = apt.command("apt-get");
    simulation.args(["install", "--simulate", "--no-install-recommends", package]);
    let missing = to_install(&process::capture(&mut simulation)?);
    // One after the other in a folder of their own: a run that was cut off must not look like a whole one.
    let partial = destination.with_extension("partial");
    fs::create_dir_all(&partial).with_context(|| format!("cannot create {}", partial.display()))?;
    process::run(
        &format!("downloading {package} from Debian"),
        apt.command("apt-get").arg("download").args(&missing).current_dir(&partial),
        &workspace.log(&format!("download {package}")),
    )?;
    let archives: Vec<PathBuf> = fs::read_dir(&partial)?.flatten().map(|entry| entry.path()).collect();
    for archive in archives.iter().filter(|file| file.extension().is_some_and(|end| end == "deb")) {
        process::capture(Command::new("dpkg").arg("-x").arg(archive).arg(&partial))?;
        fs::remove_file(archive)?;
    }
    fs::rename(&partial, destination).with_context(|| format!("cannot write {}", destination.display()))
}

/// The search path for libraries of what was unpacked into a folder.
pub fn libraries(root: &Path) -> OsString {
    let mut folders = vec![root.join("usr/lib"), root.join("lib")];
    for parent in [root.join("usr/lib"), root.join("lib")] {
        let triplets = fs::read_dir(parent).into_iter().flatten().flatten().map(|entry| entry.path());
        folders.extend(triplets.filter(|path| path.to_string_lossy().ends_with("-linux-gnu")));
    }
    folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(":").into()
}

/// The packages of `apt-get --simulate`, whose lines are `Inst NAME (VERSION …)`, as `NAME=VERSION`.
fn to_install(simulation: &str) -> Vec<String> {
    let lines = simulation.lines().filter_map(|line| line.strip_prefix("Inst "));
    lines
        .filter_map(|line| {
            let (name, rest) = line.split_once(' ')?;
            let version = rest.split_once('(')?.1.split_whitespace().next()?;
            Some(format!("{name}={version}"))
        })
        .collect()
}

/// apt with sources, lists and cache of its own.
struct Apt {
    options: Vec<String>,
}

impl Apt {
    fn new(folder: &Path, mirror: &Mirror, suite: &str) -> Result<Self> {
        let home = folder.join(suite);
        for needed in ["lists/partial", "cache/archives/partial"] {
            fs::create_dir_all(home.join(needed))?;
        }
        let sources = home.join("orrery.sources");
        fs::write(&sources, mirror.entry(suite))?;
        let set = |name: &str, value: &Path| format!("{name}={}", value.display());
        let mut options = vec![
            set("Dir::Etc::SourceList", &sources),
            "Dir::Etc::SourceParts=/dev/null".to_owned(),
            set("Dir::State::lists", &home.join("lists")),
            set("Dir::Cache", &home.join("cache")),
            "Acquire::Languages=none".to_owned(),
            "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false".to_owned(),
            "Acquire::Retries=2".to_owned(),
            "APT::Update::Error-Mode=any".to_owned(),
        ];
        if fs::metadata(&home).is_ok() && is_root() {
            // The user apt switches to cannot enter a home folder.
            options.push("APT::Sandbox::User=root".to_owned());
        }
        Ok(Self { options })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.args(self.options.iter().flat_map(|option| ["-o", option]));
        command
    }
}

impl Mirror {
    fn entry(&self, suite: &str) -> String {
        let keyring = self.keyring.as_ref().map(|value| format!("Signed-By: {value}\n")).unwrap_or_default();
        format!("Types: deb\nURIs: {}\nSuites: {suite}\nComponents: main\n{keyring}", self.address)
    }
}

/// Whether this program may install packages.
pub fn is_root() -> bool {
    process::capture(Command::new("id").arg("-u")).is_ok_and(|user| user == "0")
}

/// The name of the machine's Debian release.
fn codename() -> Result<String> {
    let release = fs::read_to_string("/etc/os-release").context("this is not a Debian machine")?;
    let codename = release
        .lines()
        .find_map(|line| line.strip_prefix("VERSION_CODENAME="))
        .context("/etc/os-release names no Debian release")?;
    Ok(codename.trim_matches('"').to_owned())
}

fn machine_mirror() -> Result<Mirror> {
    let codename = codename()?;
    let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
    if let Ok(folder) = fs::read_dir("/etc/apt/sources.list.d") {
        files.extend(folder.flatten().map(|entry| entry.path()));
    }
    files
        .iter()
        .filter_map(|file| Some((file, fs::read_to_string(file).ok()?)))
        .find_map(|(file, text)| match file.extension().and_then(|extension| extension.to_str()) {
            Some("sources") => mirror_of_stanzas(&text, &codename),
            Some("list") => mirror_of_lines(&text, &codename),
            _ => None,
        })
        .with_context(|| format!("no source in /etc/apt carries Debian {codename}"))
}

/// Reads the format of `*.sources`: paragraphs of `Field: value`.
fn mirror_of_stanzas(text: &str, codename: &str) -> Option<Mirror> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    lines.split(|line| line.trim().is_empty()).find_map(|stanza| {
        // A value goes on over the following lines that begin with a space, as an inline key does.
        let field = |name: &str| {
            let start = stanza.iter().position(|line| {
                line.split_once(':').is_some_and(|(field, _)| field.trim().eq_ignore_ascii_case(name))
            })?;
            let first = stanza[start].split_once(':')?.1.trim().to_owned();
            let rest = stanza[start + 1..].iter().take_while(|line| line.starts_with([' ', '\t']));
            Some(rest.fold(first, |value, line| value + "\n" + line))
        };
        let has = |name: &str, word: &str| {
            field(name).is_some_and(|value| value.split_whitespace().any(|w| w == word))
        };
        if !has("Types", "deb") || !has("Suites", codename) || !has("Components", "main") {
            return None;
        }
        let address = field("URIs")?.split_whitespace().next()?.to_owned();
        Some(Mirror { address, keyring: field("Signed-By") })
    })
}

/// Reads the format of `*.list`: `deb [option=value] address suite component…`.
fn mirror_of_lines(text: &str, codename: &str) -> Option<Mirror> {
    text.lines().find_map(|line| {
        let mut rest = line.trim().strip_prefix("deb ")?.trim_start();
        let mut keyring = None;
        if let Some(after) = rest.strip_prefix('[') {
            let (options, after) = after.split_once(']')?;
            keyring = options.split_whitespace().find_map(|option| option.strip_prefix("signed-by="));
            rest = after.trim_start();
        }
        let mut words = rest.split_whitespace();
        let address = words.next()?;
        let fits = words.next()? == codename && words.any(|component| component == "main");
        fits.then(|| Mirror { address: address.to_owned(), keyring: keyring.map(str::to_owned) })
    })
}

/// Picks from `apt-cache madison` the newest packaging of one upstream version.
fn find_version<'a>(offered: &'a str, upstream: &str) -> Option<&'a str> {
    offered.lines().filter_map(|line| line.split('|').nth(1)).map(str::trim).find(|version| {
        let without_epoch = version.split_once(':').map_or(*version, |(_, rest)| rest);
        without_epoch.split(['+', '-', '~']).next() == Some(upstream)
    })
}

fn downloaded(folder: &Path, package: &str) -> Result<PathBuf> {
    fs::read_dir(folder)?
        .flatten()
        .map(|entry| entry.path())
        .find(|file| {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(&format!("{package}_")) && name.ends_with(".deb")
        })
        .with_context(|| format!("apt-get download left no {package} in {}", folder.display()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_mirror_is_found_in_stanzas_and_its_key_is_kept() {
        let text = "# comment\nTypes: deb\nURIs: http://mirror.test/security\nSuites: bookworm-security\n\
                    Components: main\n\nTypes: deb deb-src\nURIs: http://mirror.test/debian\n\
                    Suites: bookworm bookworm-updates\nComponents: main\nSigned-By: /keys/debian.gpg\n";

        let mirror = mirror_of_stanzas(text, "bookworm").unwrap();

        assert_eq!(mirror.address, "http://mirror.test/debian");
        assert_eq!(mirror.keyring.as_deref(), Some("/keys/debian.gpg"));
    }

    #[test]
    fn a_key_inside_the_stanza_is_kept_whole() {
        let text = "Types: deb\nURIs: http://mirror.test/debian\nSuites: bookworm\nComponents: main\nSigned-By:\n \
                    -----BEGIN\n .\n abc\n";

        let mirror = mirror_of_stanzas(text, "bookworm").unwrap();

        assert_eq!(mirror.keyring.as_deref(), Some("\n -----BEGIN\n .\n abc"));
    }

    #[test]
    fn the_mirror_is_found_in_lines() {
        let text = "#deb http://old.test/debian bookworm main\n\
                    deb http://mirror.test/security bookworm-security main\n\
                    deb [arch=amd64 signed-by=/keys/debian.gpg] http://mirror.test/debian bookworm main contrib\n";

        let mirror = mirror_of_lines(text, "bookworm").unwrap();

        assert_eq!(
            mirror,
            Mirror { address: "http://mirror.test/debian".into(), keyring: Some("/keys/debian.gpg".into()) }
        );
    }

    #[test]
    fn what_apt_would_install_is_read_with_its_versions() {
        let said = "The following NEW packages will be installed:\n  slapd\nInst libodbc2 (2.3.11-2 Debian:12/stable \
                    [amd64])\nInst slapd (2.5.13+dfsg-5 Debian:12/stable [amd64])\nConf slapd (2.5.13+dfsg-5)\n";

        assert_eq!(to_install(said), ["libodbc2=2.3.11-2", "slapd=2.5.13+dfsg-5"]);
    }

    #[test]
    fn only_exactly_the_wanted_version_will_do() {
        let offered = "  rust-src | 1.96.1+dfsg1-2~bpo13+1 | http://mirror.test suite/main amd64 Packages\n  \
                       rust-src | 1.95.0+dfsg1-2~bpo13+1 | http://mirror.test suite/main amd64 Packages\n";

        assert_eq!(find_version(offered, "1.95.0"), Some("1.95.0+dfsg1-2~bpo13+1"));
        assert_eq!(find_version(offered, "1.95"), None);
    }
}
