//! Decides whether the site's files are put into the program.

fn main() {
    println!("cargo::rerun-if-env-changed=ORRERY_EMBED_SITE");
    println!("cargo::rustc-check-cfg=cfg(orrery_embed_site)");
    if std::env::var("ORRERY_EMBED_SITE").is_ok_and(|value| value == "1") {
        println!("cargo::rustc-cfg=orrery_embed_site");
        println!("cargo::rerun-if-changed=../target/site");
    }
}
