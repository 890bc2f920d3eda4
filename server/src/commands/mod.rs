//! The program's commands and their help.

mod account;
mod audit;
mod check_config;
mod man;
mod migrate;
mod playground;
mod serve;

use crate::settings::{Layers, SETTINGS, Setting, Settings, SettingsError};
use anyhow::Context;
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

const ABOUT: &str = "A console for Kubernetes clusters";

const LONG_ABOUT: &str = "\
Orrery is a web console for Kubernetes clusters: it shows every kind of object as it changes, explains what is wrong, \
and changes what its reader may change, always as that reader.

Without a command it serves the console. Without --kubeconfig and outside of a cluster it starts a playground, \
simulated clusters to try it out on. When it starts for the first time it prints a link with which the first \
administrator chooses a name and a password; there is no default one.

Every setting can be given as a flag, as an environment variable (ORRERY_ and the flag's name in capitals), or as a key \
of a TOML file named by --config. Flags win over the environment, and the environment wins over the file. \
`orrery check-config` shows what is in force and where it comes from.";

const EXAMPLES: &str = "\
Examples:
  orrery
      Try it out on the playground.
  orrery --kubeconfig ~/.kube/config --context production --context staging
      Two clusters of your kubeconfig.
  orrery --in-cluster --listen 0.0.0.0:3080 --public-url https://console.example.org \\
         --database postgres://orrery@db/orrery --trusted-proxies 10.0.0.0/8
      One of several replicas behind a balancer.
  orrery account add ada --in harbour/shop=editor --in meadow=viewer
      An account that may change one project and look at a whole cluster.";

/// Runs the command that the arguments name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let matches = match command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match dispatch(&matches) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("orrery: {}", told(&error));
            ExitCode::FAILURE
        }
    }
}

/// An error with its causes. What an error has said of its cause already is not said again.
fn told(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if told.is_empty() {
            told = cause;
        } else if !told.contains(&cause) {
            told.push_str(": ");
            told.push_str(&cause);
        }
    }
    told
}

/// The whole command line.
pub fn command() -> Command {
    let config = Arg::new("config").long("config").value_name("FILE").global(true).help_heading("Settings");
    let config = config.help("Read settings from this TOML file").value_parser(clap::value_parser!(PathBuf));
    Command::new("orrery")
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .long_about(LONG_ABOUT)
        .after_long_help(EXAMPLES)
        .disable_help_subcommand(true)
        .max_term_width(100)
        .arg(config.env("ORRERY_CONFIG"))
        .args(SETTINGS.iter().map(argument))
        .subcommand(serve::command())
        .subcommand(check_config::command())
        .subcommand(migrate::command())
        .subcommand(account::command())
        .subcommand(audit::command())
        .subcommand(playground::command())
        .subcommand(man::command())
}

fn argument(setting: &'static Setting) -> Arg {
    let long_help = format!("{}\n\n{}\n\nEnvironment: {}", setting.help, setting.details, setting.variable());
    let argument = Arg::new(setting.name)
        .long(setting.name)
        .global(true)
        .help(setting.help)
        .long_help(long_help)
        .help_heading("Settings");
    match setting.value {
        None => argument
            .value_name("true|false")
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true"),
        Some(value) if setting.is_list => argument.value_name(value).action(ArgAction::Append),
        Some(value) => argument.value_name(value),
    }
}

fn dispatch(matches: &ArgMatches) -> anyhow::Result<ExitCode> {
    let (name, arguments) = matches.subcommand().unwrap_or(("serve", matches));
    if name == "man" {
        return man::run(arguments);
    }
    let (settings, layers) = match read_settings(arguments) {
        Ok(read) => read,
        Err(errors) => {
            for error in &errors {
                eprintln!("orrery: {error}");
            }
            return Ok(ExitCode::from(2));
        }
    };
    let runtime = tokio::runtime::Runtime::new().context("cannot start threads")?;
    runtime.block_on(async {
        match name {
            "check-config" => check_config::run(&settings, &layers).await,
            "migrate" => migrate::run(&settings).await,
            "account" => account::run(&settings, arguments).await,
            "audit" => audit::run(&settings, arguments).await,
            "playground" => playground::run(&settings, arguments).await,
            _ => serve::run(settings).await,
        }
    })
}

fn read_settings(arguments: &ArgMatches) -> Result<(Settings, Layers), Vec<SettingsError>> {
    let environment = |name: &str| std::env::var(name).ok();
    let flags: BTreeMap<_, _> = SETTINGS
        .iter()
        .filter_map(|setting| {
            let values = arguments.get_many::<String>(setting.name)?;
            Some((setting.name, values.cloned().collect()))
        })
        .collect();
    let file = arguments.get_one::<PathBuf>("config");
    let layers =
        Layers::gather(flags, environment, file.map(PathBuf::as_path)).map_err(|error| vec![error])?;
    let settings = Settings::check(&layers, environment)?;
    Ok((settings, layers))
}

/// Opens the database that the settings name, making the directory for a file.
async fn open_database(settings: &Settings) -> anyhow::Result<database::Database> {
    if let database::Address::SqliteFile(path) = &settings.database
        && let Some(directory) = path.parent()
    {
        private_directory(directory)
            .with_context(|| format!("cannot make the directory {}", directory.display()))?;
        private_file(path).with_context(|| format!("cannot make the database {}", path.display()))?;
    }
    Ok(database::Database::open(settings.database.clone()).await?)
}

/// Makes a directory that only this user can look into.
fn private_directory(directory: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    if directory.as_os_str().is_empty() || directory.is_dir() {
        return Ok(());
    }
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

/// Makes an empty file that only this user can read, where there is none: others may look into a directory that was there before.
fn private_file(path: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn every_command_has_a_manual_page() {
        let folder = tempfile::tempdir().unwrap();

        let code = run(["orrery".into(), "man".into(), folder.path().into()]);

        assert_eq!(code, ExitCode::SUCCESS);
        let page = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(page("orrery.1").contains("ORRERY_LISTEN"));
        for subcommand in command().get_subcommands() {
            let text = page(&format!("orrery-{}.1", subcommand.get_name()));
            assert!(text.contains(".SH DESCRIPTION"), "{text}");
        }
    }

    #[test]
    fn a_kubeconfig_that_cannot_be_used_is_found_before_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kubeconfig");
        std::fs::write(&file, "contexts: [{name: one, context: {cluster: gone, user: gone}}]").unwrap();
        let check = |arguments: &[&std::ffi::OsStr]| {
            let before = ["orrery".into(), "check-config".into(), "--data-dir".into(), folder.path().into()];
            run(before.into_iter().chain(arguments.iter().map(OsString::from)))
        };

        assert_eq!(check(&["--kubeconfig".as_ref(), file.as_os_str()]), ExitCode::from(2));
        assert_eq!(check(&[]), ExitCode::SUCCESS);
        assert!(!folder.path().join("secrets.key").exists(), "nothing is made");
        assert_eq!(check(&["--secrets-key-file".as_ref(), file.as_os_str()]), ExitCode::from(2));
    }

    #[test]
    fn a_cause_is_told_once() {
        let error = anyhow::anyhow!("no such database")
            .context("the server says: no such database")
            .context("cannot open it");

        assert_eq!(told(&error), "cannot open it: the server says: no such database");
    }

    #[test]
    fn the_database_is_its_owners_alone_wherever_it_is() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let arguments = ["orrery".into(), "migrate".into(), "--data-dir".into(), folder.path().into()];

        assert_eq!(run(arguments), ExitCode::SUCCESS);

        let mode = folder.path().join("orrery.db").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn every_setting_is_explained_in_the_help() {
        let help = command().render_long_help().to_string();

        for setting in SETTINGS {
            assert!(help.contains(&format!("--{}", setting.name)) && help.contains(&setting.variable()));
        }
    }
}
