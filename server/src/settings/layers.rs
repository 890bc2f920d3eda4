//! Where values come from: flags before environment before file.

use super::table::{SETTINGS, Setting, setting};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// Where a value was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// On the command line.
    Flag,
    /// In the environment, under this name.
    Environment(String),
    /// In the file.
    File(PathBuf),
    /// Nowhere: it is the default.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => formatter.write_str("command line"),
            Self::Environment(name) => write!(formatter, "environment variable {name}"),
            Self::File(path) => write!(formatter, "{}", path.display()),
            Self::Default => formatter.write_str("default"),
        }
    }
}

/// What is wrong with a setting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A value that cannot be used.
    #[error("{name}: {value:?} (from {given_by}) {right}")]
    Value {
        /// The setting.
        name: &'static str,
        /// Its value; hidden when it may hold a secret.
        value: String,
        /// Where it was given.
        given_by: Source,
        /// What would be right, as the rest of the sentence.
        right: String,
    },
    /// Values that do not go together, or one that is missing.
    #[error("{0}")]
    Together(String),
    /// The file cannot be read.
    #[error("the settings file {path} cannot be read: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// The file has a key that is no setting.
    #[error("{path}: there is no setting {key:?}; the settings are {known}")]
    Unknown {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// All settings.
        known: String,
    },
}

/// A value as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The value or values.
    pub values: Vec<String>,
    /// Where.
    pub source: Source,
}

/// All values that were given, the strongest source for each.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    given: BTreeMap<&'static str, Given>,
}

impl Layers {
    /// Gathers values from the three sources. `environment` answers what a variable holds.
    pub fn gather(
        flags: BTreeMap<&'static str, Vec<String>>,
        environment: impl Fn(&str) -> Option<String>,
        file: Option<&Path>,
    ) -> Result<Self, SettingsError> {
        let mut layers = Self::default();
        if let Some(path) = file {
            let text = std::fs::read_to_string(path)
                .map_err(|error| SettingsError::File { path: path.into(), cause: error.to_string() })?;
            layers.given.extend(read_file(path, &text)?);
        }
        for setting in SETTINGS {
            let variable = setting.variable();
            if let Some(value) = environment(&variable) {
                let values = split(setting, &value);
                layers.given.insert(setting.name, Given { values, source: Source::Environment(variable) });
            }
        }
        for (name, values) in flags {
            let setting = setting(name).expect("flags are made from the table");
            let values = values.iter().flat_map(|value| split(setting, value)).collect();
            layers.given.insert(name, Given { values, source: Source::Flag });
        }
        Ok(layers)
    }

    /// What was given for a setting, if anything.
    pub fn get(&self, name: &str) -> Option<&Given> {
        self.given.get(name)
    }
}

fn split(setting: &Setting, value: &str) -> Vec<String> {
    if setting.is_list {
        value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    } else {
        vec![value.to_owned()]
    }
}

fn read_file(path: &Path, text: &str) -> Result<BTreeMap<&'static str, Given>, SettingsError> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| SettingsError::File {
        path: path.into(),
        cause: without_excerpt(text, &error),
    })?;
    let mut given = BTreeMap::new();
    for (key, value) in table {
        let Some(setting) = setting(&key) else {
            let known = SETTINGS.iter().map(|setting| setting.name).collect::<Vec<_>>().join(", ");
            return Err(SettingsError::Unknown { path: path.into(), key, known });
        };
        let values = match value {
            toml::Value::Array(values) if setting.is_list => values.into_iter().map(scalar).collect(),
            value => vec![scalar(value)],
        };
        given.insert(setting.name, Given { values, source: Source::File(path.into()) });
    }
    Ok(given)
}

/// What is wrong with the text, and in which line, without showing that line: there may be a password in it.
fn without_excerpt(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    format!("line {}: {}", before.matches('\n').count() + 1, error.message().replace('\n', ", "))
}

fn scalar(value: toml::Value) -> String {
    match value {
        toml::Value::String(text) => text,
        other => other.to_string(),
    }
}
