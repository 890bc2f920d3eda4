//! Makes sure that the compiler can build for the browser.
//!
//! `rustup target add` is the normal way. Where it cannot download, the standard library is built from Debian's
//! sources of exactly the same compiler, once, and put where rustup would have put it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{debian, process, workspace::Workspace};

/// The target's name everywhere.
pub const TARGET: &str = "wasm32-unknown-unknown";
/// How long rustup may try. Without a way to its server it waits for minutes.
const RUSTUP_LIMIT: Duration = Duration::from_secs(60);

/// The compiler in use.
#[derive(Debug)]
pub struct Toolchain {
    /// Its folder.
    pub sysroot: PathBuf,
    /// Its version, as `1.95.0`.
    pub release: String,
}

impl Toolchain {
    /// Asks the compiler that builds this workspace.
    pub fn active(workspace: &Workspace) -> Result<Self> {
        let rustc = || {
            let mut command = Command::new("rustc");
            command.current_dir(&workspace.root);
            command
        };
        let sysroot = PathBuf::from(process::capture(rustc().args(["--print", "sysroot"]))?);
        let version = process::capture(rustc().arg("-vV"))?;
        let release = version
            .lines()
            .find_map(|line| line.strip_prefix("release: "))
            .context("rustc does not say its version")?;
        Ok(Self { sysroot, release: release.to_owned() })
    }

    /// Whether the standard library for the browser is there. Only the file counts: rustup's records may say so
    /// after a download that was cut off.
    pub fn has_browser_target(&self) -> bool {
        has_core(&self.libraries())
    }

    fn libraries(&self) -> PathBuf {
        self.sysroot.join("lib/rustlib").join(TARGET).join("lib")
    }
}

/// Installs the browser target unless it is there.
pub fn ensure(workspace: &Workspace) -> Result<()> {
    let toolchain = Toolchain::active(workspace)?;
    if toolchain.has_browser_target() {
        return Ok(());
    }
    println!("The compiler cannot build for the browser yet.");
    if install_by_rustup(workspace, &toolchain)? {
        return Ok(());
    }
    install_from_sources(workspace, &toolchain).with_context(|| what_to_do(&toolchain))
}

/// What a person can do when nothing worked.
fn what_to_do(toolchain: &Toolchain) -> String {
    format!(
        "cannot get the standard library for {TARGET}. One of these helps:\n\
         \x20 - let rustup reach its server, then run `rustup target add {TARGET}`;\n\
         \x20 - on Debian or Ubuntu, let apt reach a mirror that has rust-src {release};\n\
         \x20 - copy lib/rustlib/{TARGET} of another machine's Rust {release} into {folder}",
        release = toolchain.release,
        folder = toolchain.sysroot.join("lib/rustlib").display(),
    )
}

fn install_by_rustup(workspace: &Workspace, toolchain: &Toolchain) -> Result<bool> {
    if process::find_program("rustup").is_none() {
        return Ok(false);
    }
    let mut command = Command::new("rustup");
    command.args(["target", "add", TARGET]).current_dir(&workspace.root);
    let log = workspace.log("rustup target add");
    let finished = process::watch("rustup target add", &mut command, &log, Some(RUSTUP_LIMIT))?;
    if toolchain.has_browser_target() {
        println!("  rustup target add: {}", process::seconds(finished.elapsed));
        return Ok(true);
    }
    println!("  rustup could not download it; building it from Debian's sources instead");
    Ok(false)
}

fn install_from_sources(workspace: &Workspace, toolchain: &Toolchain) -> Result<()> {
    let folder = workspace.cache.join("browser-target").join(&toolchain.release);
    let library = sources(workspace, toolchain, &folder)?;
    let built = build(workspace, toolchain, &library, &folder)?;
    install(&built, &toolchain.libraries())?;
    // A few hundred megabytes that nobody needs again: the result is in the toolchain.
    fs::remove_dir_all(&folder).with_context(|| format!("cannot delete {}", folder.display()))
}

/// The folder `library` of the compiler's sources, downloaded unless it is there.
fn sources(workspace: &Workspace, toolchain: &Toolchain, folder: &Path) -> Result<PathBuf> {
    let unpacked = folder.join("rust-src");
    let library = || {
        let places = fs::read_dir(unpacked.join("usr/src")).ok()?;
        let mut candidates = places.flatten().map(|entry| entry.path().join("library"));
        candidates.find(|library| library.join("std/Cargo.toml").is_file())
    };
    if library().is_none() {
        debian::unpack(workspace, "rust-src", &toolchain.release, &unpacked)?;
    }
    library().context("Debian's rust-src has no library folder")
}

/// Builds the standard library and returns the folder with the results.
fn build(workspace: &Workspace, toolchain: &Toolchain, library: &Path, folder: &Path) -> Result<PathBuf> {
    // Cargo builds a standard library only for something that needs one: an empty library does.
    let package = folder.join("empty");
    fs::create_dir_all(package.join("src"))?;
    fs::write(package.join("src/lib.rs"), "")?;
    fs::write(
        package.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n",
    )?;
    let target = folder.join("target");
    let mut command = Command::new(toolchain.sysroot.join("bin/cargo"));
    command
        .args(["build", "--release", "--target", TARGET, "-Z", "build-std=std,panic_abort,proc_macro"])
        .current_dir(&package)
        // The two switches with which the Rust project tests this very feature; a stable compiler obeys them.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("__CARGO_TESTS_ONLY_SRC_ROOT", library)
        .env("RUSTC", toolchain.sysroot.join("bin/rustc"))
        .env("CARGO_TARGET_DIR", &target)
        // Release builds optimise across all crates, and find nothing to optimise in libraries without bitcode.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    process::run("building the standard library", &mut command, &workspace.log("standard library"))?;
    Ok(target.join(TARGET).join("release/deps"))
}

/// Copies the libraries into the toolchain: all of them or none.
fn install(built: &Path, libraries: &Path) -> Result<()> {
    let home = libraries.parent().context("the library folder has no parent")?;
    let not_written = || format!("cannot write to the toolchain: {} (is it yours?)", home.display());
    let partial = home.join("lib.partial");
    for leftover in [&partial, &libraries.to_path_buf()] {
        if leftover.exists() {
            // Two copies of `core` side by side break every later build.
            fs::remove_dir_all(leftover).with_context(not_written)?;
        }
    }
    fs::create_dir_all(&partial).with_context(not_written)?;
    for entry in fs::read_dir(built)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = name.starts_with("libempty-");
        if name.ends_with(".rlib") && !ours {
            fs::copy(entry.path(), partial.join(&name)).with_context(not_written)?;
        }
    }
    if !has_core(&partial) {
        bail!("the build left no libcore in {}", built.display());
    }
    fs::rename(&partial, libraries).with_context(not_written)
}

fn has_core(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name.starts_with("libcore-") && name.ends_with(".rlib")
        })
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_libcore_is_not_a_target() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("libstd-1.rlib"), "").unwrap();

        assert!(!has_core(folder.path()));

        fs::write(folder.path().join("libcore-1.rlib"), "").unwrap();
        assert!(has_core(folder.path()));
    }

    #[test]
    fn a_half_installed_target_is_replaced_and_the_empty_library_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let (built, libraries) = (folder.path().join("deps"), folder.path().join("wasm/lib"));
        fs::create_dir_all(&built).unwrap();
        fs::create_dir_all(&libraries).unwrap();
        for name in ["libcore-2.rlib", "libstd-2.rlib", "libempty-2.rlib", "libcore-2.rmeta"] {
            fs::write(built.join(name), "").unwrap();
        }
        fs::write(libraries.join("libcore-1.rlib"), "").unwrap();

        install(&built, &libraries).unwrap();

        let mut names: Vec<_> =
            fs::read_dir(&libraries).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["libcore-2.rlib", "libstd-2.rlib"]);
    }
}
