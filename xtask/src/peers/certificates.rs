//! Certificates for peers that speak TLS.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};

use super::LeftOut;
use crate::process;

/// Whether they can be made.
pub fn check() -> Result<()> {
    if process::find_program("openssl").is_none() {
        return Err(LeftOut("openssl makes its certificates, and is not on this machine".to_owned()).into());
    }
    Ok(())
}

/// An authority of its own, and a certificate for this machine's loopback names.
pub fn make(home: &Path) -> Result<()> {
    let run = |arguments: &[&str]| {
        process::capture(Command::new("openssl").args(arguments).current_dir(home))
            .context("a certificate cannot be made")
    };
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    let days = ["-days", "30"];
    let authority =
        ["-subj", "/CN=Orrery test authority", "-keyout", "authority.key", "-out", "authority.crt"];
    let is_authority = ["-addext", "basicConstraints=critical,CA:TRUE"];
    run(&[&["req", "-x509"][..], &key, &days, &authority, &is_authority].concat())?;
    let server = ["-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"];
    run(&[&["req"][..], &key, &server].concat())?;
    fs::write(home.join("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n")?;
    let by = ["-CA", "authority.crt", "-CAkey", "authority.key", "-CAcreateserial", "-extfile", "names"];
    let made = ["x509", "-req", "-in", "server.csr", "-out", "server.crt"];
    run(&[&made[..], &by, &days].concat())?;
    Ok(())
}
