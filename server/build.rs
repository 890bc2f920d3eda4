//! Decides whether the site's files are put into the program, and lets tests know whether there is a kubectl to run.

use std::env;

fn main() {
    println!("cargo::rerun-if-env-changed=ORRERY_EMBED_SITE");
    println!("cargo::rustc-check-cfg=cfg(orrery_embed_site)");
    if env::var("ORRERY_EMBED_SITE").is_ok_and(|value| value == "1") {
        println!("cargo::rustc-cfg=orrery_embed_site");
        println!("cargo::rerun-if-changed=../target/site");
    }
    println!("cargo::rustc-check-cfg=cfg(kubectl)");
    println!("cargo::rerun-if-env-changed=PATH");
    let path = env::var_os("PATH").unwrap_or_default();
    if env::split_paths(&path).any(|folder| folder.join("kubectl").is_file()) {
        println!("cargo::rustc-cfg=kubectl");
    }
}
