//! `orrery check-config`.

use crate::clusters;
use crate::settings::{ClusterSource, Layers, SETTINGS, Settings, Source};
use clap::Command;
use std::process::ExitCode;

pub fn command() -> Command {
    Command::new("check-config").about("Check all settings and show which are in force").long_about(
        "Checks all settings as `orrery serve` does when it starts, reads the kubeconfig and its contexts, and shows the \
         value of each setting and where it comes from. Nothing is started, changed or connected to. Passwords in \
         addresses are not shown. Exits with 2 when something is wrong, after naming all of it.",
    )
}

pub async fn run(settings: &Settings, layers: &Layers) -> anyhow::Result<ExitCode> {
    for setting in SETTINGS {
        let source = layers.get(setting.name).map_or(&Source::Default, |given| &given.source);
        println!("{:<28} {:<44} {source}", setting.name, settings.shown(setting.name));
    }
    if settings.clusters == ClusterSource::Playground {
        return Ok(ExitCode::SUCCESS);
    }
    let connected = async {
        let clusters = clusters::connect(&settings.clusters, None).await?;
        if let Some(path) = &settings.provisioner_kubeconfig {
            clusters::provisioning(&clusters, path).await?;
        }
        Ok::<_, anyhow::Error>(clusters)
    };
    match connected.await {
        Ok(clusters) => {
            let misnamed = clusters::misnamed(settings, &clusters);
            for sentence in &misnamed {
                eprintln!("orrery: {sentence}");
            }
            let names: Vec<&str> = clusters.iter().map(|cluster| cluster.name().as_str()).collect();
            println!("\nClusters: {}", names.join(", "));
            Ok(if misnamed.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) })
        }
        Err(error) => {
            eprintln!("orrery: {}", super::told(&error));
            Ok(ExitCode::from(2))
        }
    }
}
