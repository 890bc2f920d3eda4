#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use std::collections::BTreeMap;

fn home(variable: &str) -> Option<String> {
    (variable == "HOME").then(|| "/home/ada".to_owned())
}

fn layers(flags: &[(&'static str, &str)], environment: &[(&str, &str)], file: Option<&str>) -> Layers {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("orrery.toml");
    if let Some(text) = file {
        std::fs::write(&path, text).unwrap();
    }
    let flags: BTreeMap<_, _> =
        flags.iter().map(|(name, value)| (*name, vec![(*value).to_owned()])).collect();
    let lookup = |name: &str| {
        environment.iter().find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned())
    };
    Layers::gather(flags, lookup, file.map(|_| path.as_path())).unwrap()
}

fn errors(flags: &[(&'static str, &str)]) -> Vec<String> {
    let errors = Settings::check(&layers(flags, &[], None), home).unwrap_err();
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn with_nothing_given_the_playground_starts_on_loopback() {
    let settings = Settings::check(&layers(&[], &[], None), home).unwrap();

    assert_eq!(settings.clusters, ClusterSource::Playground);
    assert_eq!(settings.listen.to_string(), "127.0.0.1:3080");
    assert_eq!(settings.database.to_string(), "sqlite:/home/ada/.local/share/orrery/orrery.db");
}

#[test]
fn flags_win_over_the_environment_which_wins_over_the_file() {
    let file =
        "listen = '127.0.0.1:1'\nlog = 'warn'\nsession-idle = '1h'\ntrusted-proxies = ['10.0.0.0/8', '::1']";
    let layers = layers(
        &[("listen", "127.0.0.1:3")],
        &[("ORRERY_LISTEN", "127.0.0.1:2"), ("ORRERY_SESSION_IDLE", "2h")],
        Some(file),
    );

    let settings = Settings::check(&layers, home).unwrap();

    assert_eq!(settings.listen.port(), 3);
    assert_eq!(settings.sessions.idle, Duration::from_secs(7200));
    assert_eq!(settings.log, "warn");
    assert_eq!(settings.trusted_proxies.len(), 2);
    assert_eq!(
        layers.get("session-idle").unwrap().source.to_string(),
        "environment variable ORRERY_SESSION_IDLE"
    );
}

#[test]
fn an_error_names_setting_value_source_and_what_is_right() {
    let layers = layers(&[], &[("ORRERY_LISTEN", "everywhere")], None);

    let errors = Settings::check(&layers, home).unwrap_err();

    assert_eq!(
        errors[0].to_string(),
        "listen: \"everywhere\" (from environment variable ORRERY_LISTEN) is not an address with a port, such as \
         127.0.0.1:3080"
    );
}

#[test]
fn all_errors_are_told_at_once() {
    let errors = errors(&[
        ("listen", "x"),
        ("public-url", "console"),
        ("kubeconfig", "/no/such/file"),
        ("max-connections", "0"),
        ("session-idle", "8"),
        ("log-format", "xml"),
        ("in-cluster", "maybe"),
        ("trusted-proxies", "10.0.0.0/8,proxy"),
    ]);

    assert_eq!(errors.len(), 8, "{errors:#?}");
}

#[test]
fn a_wrong_address_of_another_system_does_not_show_its_password() {
    for (name, address) in
        [("database", "mysql://root:hunter2@db/x"), ("otlp-endpoint", "https://ada:hunter2@collector:4318")]
    {
        let errors = errors(&[(name, address)]);

        assert!(errors[0].starts_with(&format!("{name}: ")) && !errors[0].contains("hunter2"), "{errors:?}");
    }
}

#[test]
fn events_are_kept_for_a_week_unless_something_else_is_said() {
    let kept = |pairs: &[(&'static str, &str)]| {
        Settings::check(&layers(pairs, &[], None), home).unwrap().kept_events
    };

    assert_eq!(kept(&[]), KeptLimits { days: 7, most: 200_000 });
    let said = [("kept-events-days", "0"), ("kept-events-most", "10")];
    assert_eq!(kept(&said), KeptLimits { days: 0, most: 10 });
    assert!(errors(&[("kept-events-days", "1d")])[0].contains("from 0 to 183"));
}

#[test]
fn settings_that_exclude_each_other_are_refused() {
    assert!(errors(&[("context", "prod")])[0].contains("none is given"));
    assert!(errors(&[("session-idle", "2d")])[0].contains("session-absolute"));
    let one = [("listen", "127.0.0.1:9"), ("metrics-listen", "127.0.0.1:9")];
    assert!(errors(&one)[0].contains("an address of their own"));
}

#[test]
fn an_unknown_key_in_the_file_is_refused_with_the_known_ones() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("orrery.toml");
    std::fs::write(&path, "lisen = '127.0.0.1:1'").unwrap();

    let error = Layers::gather(BTreeMap::new(), |_| None, Some(&path)).unwrap_err().to_string();

    assert!(error.contains("\"lisen\"") && error.contains("kubeconfig, context"), "{error}");
}

#[test]
fn what_is_no_toml_is_told_by_its_line_and_not_shown() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("orrery.toml");
    std::fs::write(&path, "log = 'info'\nsmtp = smtps://ada:hunter2@mail.example.org").unwrap();

    let error = Layers::gather(BTreeMap::new(), |_| None, Some(&path)).unwrap_err().to_string();

    assert!(error.contains("line 2: ") && !error.contains("hunter2"), "{error}");
}

#[test]
fn every_setting_can_be_shown() {
    let settings = Settings::check(&layers(&[], &[], None), home).unwrap();

    for setting in SETTINGS {
        assert!(!settings.shown(setting.name).is_empty(), "{} cannot be shown", setting.name);
    }
}
