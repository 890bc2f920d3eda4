//! OpenLDAP from Debian: the machine's own where it is installed, else unpacked. With people, groups in groups, somebody
//! who is disabled, and thousands of entries.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result};

use super::{Fact, LeftOut, certificates, daemon::Daemon, folder, ports, wait_until};
use crate::{debian, process, workspace::Workspace};

const START_LIMIT: Duration = Duration::from_secs(60);
/// Above what OpenLDAP gives at once, three times over.
const CROWD: usize = 3000;
/// Everybody's password; the directory lives for tests and listens on this machine only.
const PASSWORD: &str = "harbour";
/// The service account's.
const SERVICE_PASSWORD: &str = "service secret";

/// The attribute with which Active Directory says that somebody is disabled.
const AS_IN_ACTIVE_DIRECTORY: &str = "attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' EQUALITY integerMatch \
     SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )\n\
     objectclass ( 1.3.6.1.4.1.4203.666.1.1 NAME 'testPerson' SUP top AUXILIARY MAY userAccountControl )\n";

/// Starts a directory with everybody in it.
pub fn up(workspace: &Workspace) -> Result<Vec<Fact>> {
    let programs = Programs::find(workspace)?;
    down(workspace)?;
    let home = home(workspace);
    if home.exists() {
        fs::remove_dir_all(&home).with_context(|| format!("cannot empty {}", home.display()))?;
    }
    fs::create_dir_all(home.join("data"))?;
    certificates::make(&home)?;
    fs::write(home.join("slapd.conf"), programs.configuration(&home))?;
    fs::write(home.join("people.ldif"), people())?;
    process::capture(
        programs
            .command()
            .args(["-T", "add", "-q", "-f"])
            .arg(home.join("slapd.conf"))
            .arg("-l")
            .arg(home.join("people.ldif")),
    )
    .context("the directory cannot be filled")?;
    let [plain, encrypted] = ports::free()?;
    fs::write(home.join("address"), format!("ldap://localhost:{plain} ldaps://localhost:{encrypted}"))?;
    let daemon = daemon(workspace);
    daemon.start(
        programs
            .command()
            .arg("-f")
            .arg(home.join("slapd.conf"))
            .arg("-h")
            .arg(format!("ldap://127.0.0.1:{plain} ldaps://127.0.0.1:{encrypted}"))
            .args(["-d", "0"]),
    )?;
    let takes = || std::net::TcpStream::connect(("127.0.0.1", encrypted)).is_ok();
    wait_until("OpenLDAP", START_LIMIT, || daemon.check(), takes)?;
    facts(workspace).context("OpenLDAP ended right after its start")
}

/// Where it answers, while it runs.
pub fn facts(workspace: &Workspace) -> Option<Vec<Fact>> {
    let home = home(workspace);
    let addresses = fs::read_to_string(home.join("address")).ok()?;
    let (plain, encrypted) = addresses.split_once(' ')?;
    let fact = |variable, value: &str| Fact { variable, value: value.to_owned() };
    daemon(workspace).is_running().then(|| {
        vec![
            fact("ORRERY_PEER_LDAP", plain),
            fact("ORRERY_PEER_LDAPS", encrypted),
            fact("ORRERY_PEER_LDAP_AUTHORITY", &home.join("authority.crt").display().to_string()),
        ]
    })
}

/// Stops it.
pub fn down(workspace: &Workspace) -> Result<()> {
    daemon(workspace).stop()
}

fn home(workspace: &Workspace) -> PathBuf {
    folder(workspace, "ldap")
}

fn daemon(workspace: &Workspace) -> Daemon {
    Daemon::new(&home(workspace), "ldap")
}

/// Where the programs and their files are.
struct Programs {
    root: PathBuf,
}

impl Programs {
    fn find(workspace: &Workspace) -> Result<Self> {
        certificates::check()?;
        let machine = PathBuf::from("/");
        if slapd(&machine).is_file() {
            return Ok(Self { root: machine });
        }
        let root = workspace.cache.join("peers/programs/slapd");
        if !slapd(&root).is_file() {
            debian::unpack_with_dependencies(workspace, "slapd", &root).map_err(|reason| {
                let reason = crate::explain(&reason);
                LeftOut(format!("OpenLDAP is not installed (Debian: slapd) and cannot be unpacked: {reason}"))
            })?;
        }
        Ok(Self { root })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(slapd(&self.root));
        if self.root != Path::new("/") {
            command.env("LD_LIBRARY_PATH", debian::libraries(&self.root));
        }
        command
    }

    /// Entries are given 500 at once, as OpenLDAP does by itself, and any number page by page.
    fn configuration(&self, home: &Path) -> String {
        let (root, home) = (self.root.display().to_string(), home.display().to_string());
        let root = root.trim_end_matches('/');
        format!(
            "include {root}/etc/ldap/schema/core.schema\n\
             include {root}/etc/ldap/schema/cosine.schema\n\
             include {root}/etc/ldap/schema/inetorgperson.schema\n\
             {AS_IN_ACTIVE_DIRECTORY}\
             pidfile {home}/slapd.pid\n\
             modulepath {root}/usr/lib/ldap\n\
             moduleload back_mdb\n\
             TLSCACertificateFile {home}/authority.crt\n\
             TLSCertificateFile {home}/server.crt\n\
             TLSCertificateKeyFile {home}/server.key\n\
             sizelimit size.soft=500 size.hard=500 size.pr=500 size.prtotal=unlimited\n\
             database mdb\n\
             suffix \"dc=example,dc=org\"\n\
             directory {home}/data\n\
             maxsize 268435456\n\
             index uid,member,cn eq\n\
             access to attrs=userPassword by anonymous auth by * none\n\
             access to * by dn.exact=\"cn=service,dc=example,dc=org\" read by * none\n"
        )
    }
}

fn slapd(root: &Path) -> PathBuf {
    root.join("usr/sbin/slapd")
}

/// Who is in it. `grace` is a sailor; sailors are crew; crew is the fleet, and the fleet is among the sailors: a circle.
fn people() -> String {
    let mut text = String::from(
        "dn: dc=example,dc=org\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n\n\
         dn: ou=people,dc=example,dc=org\nobjectClass: organizationalUnit\nou: people\n\n\
         dn: ou=groups,dc=example,dc=org\nobjectClass: organizationalUnit\nou: groups\n\n",
    );
    let mut add = |entry: String| text.push_str(&entry);
    add(format!(
        "dn: cn=service,dc=example,dc=org\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\n\
         cn: service\nuserPassword: {SERVICE_PASSWORD}\n\n"
    ));
    for uid in ["grace", "ada", "quote\"d, o'neil (x)*"] {
        add(person(uid));
    }
    // slapadd knows the classes of an entry by lines that stand together.
    let disabled = person("mallory")
        .replace("inetOrgPerson\n", "inetOrgPerson\nobjectClass: testPerson\nuserAccountControl: 514\n");
    add(disabled);
    for index in 0..CROWD {
        add(person(&format!("crowd-{index}")));
    }
    let of_person = |uid: &str| format!("uid={},ou=people,dc=example,dc=org", escaped(uid));
    let of_group = |cn: &str| format!("cn={cn},ou=groups,dc=example,dc=org");
    add(group("sailors", &[of_person("grace"), of_group("fleet"), of_person("quote\"d, o'neil (x)*")]));
    add(group("crew", &[of_group("sailors")]));
    add(group("fleet", &[of_group("crew")]));
    let crowd: Vec<String> = (0..CROWD).map(|index| of_person(&format!("crowd-{index}"))).collect();
    add(group("crowd", &crowd));
    text
}

fn person(uid: &str) -> String {
    format!(
        "dn: uid={},ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: {uid}\nsn: {uid}\n\
         userPassword: {PASSWORD}\n\n",
        escaped(uid)
    )
}

fn group(cn: &str, members: &[String]) -> String {
    let mut text = format!("dn: cn={cn},ou=groups,dc=example,dc=org\nobjectClass: groupOfNames\ncn: {cn}\n");
    for member in members {
        let _ = writeln!(text, "member: {member}");
    }
    text.push('\n');
    text
}

/// A value inside an entry's name (RFC 4514).
fn escaped(value: &str) -> String {
    let mut text = String::new();
    for character in value.chars() {
        if "\"+,;<>\\=".contains(character) {
            text.push('\\');
        }
        text.push(character);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_signs_are_written_so_that_they_stay_one_name() {
        assert_eq!(escaped("quote\"d, o'neil (x)*"), "quote\\\"d\\, o'neil (x)*");
    }

    #[test]
    fn everybody_is_in_it_once() {
        let text = people();

        assert_eq!(text.matches("objectClass: inetOrgPerson").count(), CROWD + 4);
        assert!(text.contains("member: cn=fleet,ou=groups,dc=example,dc=org"));
    }
}
