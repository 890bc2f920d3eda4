//! Serves an empty cluster and writes its kubeconfig to the file named by the first argument.

#[path = "../tests/support/mod.rs"]
mod support;

use std::sync::Arc;

use anyhow::Context;
use playground_kubernetes::{Cluster, ClusterSettings, serve};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let file = std::env::args().nth(1).context("usage: serve KUBECONFIG-FILE")?;
    let cluster = Cluster::new(ClusterSettings::default());
    let running = serve(cluster, Arc::new(support::SmallKubelet::default()), "127.0.0.1:0".parse()?).await?;
    std::fs::write(&file, running.kubeconfig())?;
    println!("https://{} - export KUBECONFIG={file}", running.address);
    tokio::signal::ctrl_c().await?;
    running.shutdown().await;
    Ok(())
}
