//! Starts the worlds and writes a kubeconfig for them: `cargo run -p playground --example worlds -- config`.

use std::path::PathBuf;

use anyhow::Context;
use playground::{Options, start};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let file: PathBuf =
        std::env::args_os().nth(1).context("say where the kubeconfig is to be written")?.into();
    let playground = start(Options::default()).await?;
    std::fs::write(&file, playground.kubeconfig())?;
    println!("export KUBECONFIG={}", file.display());
    tokio::signal::ctrl_c().await?;
    playground.stop().await?;
    Ok(())
}
