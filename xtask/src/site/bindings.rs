//! From the compiler's WebAssembly to a module a browser can load.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::{Profile, parts};
use crate::{npm, process, workspace::Workspace};

/// Writes `orrery.js`, `orrery.wasm` and the parts into `package`, unless those there were made from the same file.
pub fn generate(workspace: &Workspace, profile: Profile, wasm: &Path, package: &Path) -> Result<()> {
    let stamp = package.join("made-from");
    let source = fingerprint(wasm)?;
    if fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == source) {
        return Ok(());
    }
    super::empty(package)?;
    let whole = process::work("cutting the module into parts", || parts::cut(wasm, package, "orrery.js"))?;
    process::work("writing the bindings", || {
        Bindgen::new()
            .input_path(&whole)
            .out_name("orrery")
            .web(true)?
            .typescript(false)
            // The page names the file: in a release it has a hash in its name.
            .omit_default_module_path(true)
            .keep_debug(false)
            // Parts use the table and the memory of the main module.
            .keep_lld_exports(true)
            .remove_name_section(profile == Profile::Release)
            .remove_producers_section(true)
            .generate(package)
    })?;
    // Leptos loads `orrery.wasm`.
    fs::rename(package.join("orrery_bg.wasm"), package.join("orrery.wasm"))
        .context("the bindings have no orrery_bg.wasm")?;
    if profile == Profile::Release {
        shrink(workspace, &package.join("orrery.wasm"))?;
        parts::files(package)?.iter().try_for_each(|part| shrink(workspace, part))?;
    }
    fs::write(&stamp, source).with_context(|| format!("cannot write {}", stamp.display()))
}

/// Makes the module smaller without changing what it does.
fn shrink(workspace: &Workspace, module: &Path) -> Result<()> {
    let small = module.with_extension("small");
    let mut command = npm::program(&workspace.root.join("frontend/vendor"), "wasm-opt");
    // Only what every browser of the last three years understands; rustc emits no more than this either.
    command
        .args(["-Oz", "--enable-bulk-memory", "--enable-nontrapping-float-to-int", "--enable-sign-ext"])
        .args(["--enable-mutable-globals", "--enable-reference-types", "--enable-multivalue"])
        .arg(module)
        .arg("-o")
        .arg(&small);
    process::run("making the WebAssembly small", &mut command, &workspace.log("wasm-opt"))?;
    fs::rename(&small, module).context("wasm-opt wrote nothing")
}

/// Changes when the file does; reading its tens of megabytes each time would cost more than it saves.
fn fingerprint(file: &Path) -> Result<String> {
    let path = PathBuf::from(file);
    let about = fs::metadata(&path).with_context(|| format!("the compiler left no {}", path.display()))?;
    let modified = about.modified()?.duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(format!("{} bytes, {} ns", about.len(), modified.as_nanos()))
}
