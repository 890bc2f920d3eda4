//! `orrery check-config`.

use super::{serve, told};
use crate::clusters;
use crate::settings::{ClusterSource, Layers, SETTINGS, Settings, Source};
use clap::Command;
use identity::Seal;
use kubernetes::Cluster;
use std::process::ExitCode;
use std::sync::Arc;

pub fn command() -> Command {
    Command::new("check-config").about("Check all settings and show which are in force").long_about(
        "Checks all settings as `orrery serve` does when it starts, reads the kubeconfig, its contexts and the other files, \
         and shows the value of each setting and where it comes from. Nothing is started, changed or connected to. \
         Passwords in addresses are not shown. Exits with 2 when something is wrong, after naming all of it.",
    )
}

pub async fn run(settings: &Settings, layers: &Layers) -> anyhow::Result<ExitCode> {
    for setting in SETTINGS {
        let source = layers.get(setting.name).map_or(&Source::Default, |given| &given.source);
        println!("{:<28} {:<44} {source}", setting.name, settings.shown(setting.name));
    }
    let mut wrong = unusable_files(settings);
    if settings.clusters != ClusterSource::Playground {
        match connect(settings).await {
            Ok(clusters) => {
                wrong.extend(clusters::misnamed(settings, &clusters));
                let names: Vec<&str> = clusters.iter().map(|cluster| cluster.name().as_str()).collect();
                println!("\nClusters: {}", names.join(", "));
            }
            Err(error) => wrong.push(told(&error)),
        }
    }
    for sentence in &wrong {
        eprintln!("orrery: {sentence}");
    }
    Ok(if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

/// The clusters, and the accounts that write into them, as far as files tell.
async fn connect(settings: &Settings) -> anyhow::Result<Vec<Arc<Cluster>>> {
    let clusters = clusters::connect(&settings.clusters, None).await?;
    if let Some(path) = &settings.provisioner_kubeconfig {
        clusters::provisioning(&clusters, path).await?;
    }
    Ok(clusters)
}

/// What is wrong with the key for secrets, where there is one already, and with certificates of authorities.
fn unusable_files(settings: &Settings) -> Vec<String> {
    let key = &settings.secrets_key_file;
    let key = key.exists().then(|| Seal::of_file(key)).transpose();
    let tried: [anyhow::Result<()>; 3] = [
        key.map(drop).map_err(anyhow::Error::from),
        serve::ways(settings).map(drop),
        serve::log_stores(settings).map(drop),
    ];
    tried.into_iter().filter_map(Result::err).map(|error| told(&error)).collect()
}
