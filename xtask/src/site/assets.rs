//! The last touches on a site: names with hashes, compressed copies, the manifest.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

use super::Profile;
use crate::{npm, process};

/// Folders whose files may change their names: only the server refers to them, and it asks the manifest.
const HASHED: [&str; 1] = ["pkg/"];
/// Not worth compressing: smaller than a packet, or compressed by nature.
const SMALLEST: u64 = 1024;
const COMPRESSED_BY_NATURE: [&str; 6] = ["png", "jpg", "webp", "avif", "woff2", "ico"];

/// Plain name to real name, both relative to the site, where they differ.
type Manifest = BTreeMap<String, String>;

/// Copies a folder with everything in it. One that does not exist counts as empty.
pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for file in if from.is_dir() { files(from)? } else { Vec::new() } {
        let target = to.join(file.strip_prefix(from)?);
        fs::create_dir_all(target.parent().context("a file has a folder")?)?;
        fs::copy(&file, &target).with_context(|| format!("cannot copy {}", file.display()))?;
    }
    Ok(())
}

/// Renames, writes the manifest and compresses, as the profile wants it.
pub fn finish(profile: Profile, site: &Path) -> Result<()> {
    if profile == Profile::Development {
        return Ok(());
    }
    let mut manifest = Manifest::new();
    // Scripts last: they name the files that they load.
    let mut named = files(site)?;
    named.sort_by_key(|file| file.extension().is_some_and(|extension| extension == "js"));
    for file in named {
        let name = file.strip_prefix(site)?.to_string_lossy().replace('\\', "/");
        if HASHED.iter().any(|folder| name.starts_with(folder)) {
            let contents = renamed(fs::read(&file)?, &manifest);
            let real = hashed_name(&name, &contents);
            fs::write(site.join(&real), contents)?;
            fs::remove_file(&file)?;
            manifest.insert(name, real);
        }
    }
    process::work("compressing", || files(site)?.iter().try_for_each(|file| compress(file)))?;
    fs::write(site.join("manifest.json"), serde_json::to_vec_pretty(&manifest)?)
        .context("cannot write the manifest")
}

/// All files of a folder and the folders in it, in a fixed order.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(files(&entry.path())?);
        } else {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// A script with the real names of the modules that it loads from beside it; any other file as it is.
fn renamed(contents: Vec<u8>, manifest: &Manifest) -> Vec<u8> {
    let Ok(mut script) = String::from_utf8(contents.clone()) else { return contents };
    let quoted = |name: &str| format!("\"./{}\"", name.rsplit('/').next().unwrap_or(name));
    for (plain, real) in manifest.iter().filter(|(plain, _)| plain.ends_with(".wasm")) {
        script = script.replace(&quoted(plain), &quoted(real));
    }
    script.into_bytes()
}

/// `pkg/orrery.wasm` to `pkg/orrery.0123456789ab.wasm`.
fn hashed_name(name: &str, contents: &[u8]) -> String {
    let hash = npm::hex(&Sha256::digest(contents)[..6]);
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{hash}.{extension}"),
        None => format!("{name}.{hash}"),
    }
}

/// Writes `<file>.br` and `<file>.gz` where they are smaller.
fn compress(file: &Path) -> Result<()> {
    let extension = file.extension().unwrap_or_default().to_string_lossy();
    if COMPRESSED_BY_NATURE.contains(&extension.as_ref()) || fs::metadata(file)?.len() < SMALLEST {
        return Ok(());
    }
    let contents = fs::read(file)?;
    let parameters = BrotliEncoderParams { quality: 11, lgwin: 24, ..Default::default() };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut contents.as_slice(), &mut small, &parameters)?;
    write_beside(file, "br", &small)?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&contents)?;
    write_beside(file, "gz", &encoder.finish()?)
}

fn write_beside(file: &Path, suffix: &str, contents: &[u8]) -> Result<()> {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    let path = PathBuf::from(name);
    File::create(&path)
        .and_then(|mut output| output.write_all(contents))
        .with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn site() -> tempfile::TempDir {
        let site = tempfile::tempdir().unwrap();
        fs::create_dir(site.path().join("pkg")).unwrap();
        fs::write(site.path().join("pkg/orrery.js"), "export {};\n".repeat(500)).unwrap();
        fs::write(site.path().join("favicon.svg"), "<svg/>").unwrap();
        site
    }

    fn manifest(site: &Path) -> Manifest {
        serde_json::from_slice(&fs::read(site.join("manifest.json")).unwrap()).unwrap()
    }

    #[test]
    fn a_release_names_files_after_their_contents_and_compresses_them() {
        let site = site();

        finish(Profile::Release, site.path()).unwrap();

        let manifest = manifest(site.path());
        let real = &manifest["pkg/orrery.js"];
        assert_ne!(real, "pkg/orrery.js");
        assert!(real.starts_with("pkg/orrery.") && real.ends_with(".js"), "{real}");
        let plain = fs::metadata(site.path().join(real)).unwrap().len();
        for suffix in ["br", "gz"] {
            assert!(fs::metadata(site.path().join(format!("{real}.{suffix}"))).unwrap().len() < plain / 10);
        }
    }

    #[test]
    fn a_script_loads_the_parts_by_their_real_names() {
        let site = site();
        fs::write(site.path().join("pkg/chunk_0.wasm"), b"\0asm").unwrap();
        fs::write(site.path().join("pkg/orrery.js"), r#"fetch(new URL("./chunk_0.wasm", import.meta.url))"#)
            .unwrap();

        finish(Profile::Release, site.path()).unwrap();

        let manifest = manifest(site.path());
        let script = fs::read_to_string(site.path().join(&manifest["pkg/orrery.js"])).unwrap();
        let part = manifest["pkg/chunk_0.wasm"].replace("pkg/", "./");
        assert_eq!(script, format!(r#"fetch(new URL("{part}", import.meta.url))"#));
    }

    #[test]
    fn names_that_others_know_by_heart_stay() {
        let site = site();

        finish(Profile::Release, site.path()).unwrap();

        assert!(site.path().join("favicon.svg").is_file());
        assert!(!manifest(site.path()).contains_key("favicon.svg"));
    }

    #[test]
    fn a_development_site_keeps_every_name() {
        let site = site();

        finish(Profile::Development, site.path()).unwrap();

        assert!(site.path().join("pkg/orrery.js").is_file());
        assert!(!site.path().join("pkg/orrery.js.br").exists());
    }
}
