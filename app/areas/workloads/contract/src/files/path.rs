//! Paths inside containers. What is one of these may be an argument of a program: it begins with `/`, so no program takes
//! it for an option, and no part of it leads upwards.

use model::fault::FileFault;
use serde::{Deserialize, Serialize};

/// The longest path that Linux takes, in bytes.
const LONGEST_PATH: usize = 4_096;
/// The longest name, in bytes.
const LONGEST_NAME: usize = 255;
/// How the name of a file begins as long as it is sent into a container; the rest is 32 hexadecimal digits.
const UPLOAD: &str = ".orrery-upload-";

/// The absolute path of something in a container, without `.`, `..`, doubled slashes and a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FilePath(String);

/// The name of something in a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileName(String);

/// What was written is no path, or no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", FileFault::Path)]
pub struct InvalidPath;

impl FilePath {
    /// The root of the container.
    pub fn root() -> Self {
        Self("/".to_owned())
    }

    /// Reads a path. `..` is not resolved but refused: behind a link it leads elsewhere than it seems.
    pub fn parse(text: &str) -> Result<Self, InvalidPath> {
        if !text.starts_with('/') {
            return Err(InvalidPath);
        }
        let mut path = Self::root();
        for part in text.split('/').filter(|part| !matches!(*part, "" | ".")) {
            path = path.join(&FileName::parse(part)?);
        }
        (path.0.len() <= LONGEST_PATH).then_some(path).ok_or(InvalidPath)
    }

    /// The path as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same, so that a program takes it for a folder and follows a link that stands there.
    pub fn as_folder(&self) -> String {
        if self.0 == "/" { self.0.clone() } else { format!("{}/", self.0) }
    }

    /// What it is called in its folder; the root is called nothing.
    pub fn name(&self) -> Option<FileName> {
        let (_, name) = self.0.rsplit_once('/')?;
        FileName::parse(name).ok()
    }

    /// The folder that it is in; the root is in itself.
    #[must_use]
    pub fn parent(&self) -> Self {
        match self.0.rsplit_once('/') {
            Some(("", _)) | None => Self::root(),
            Some((parent, _)) => Self(parent.to_owned()),
        }
    }

    /// Something in this folder.
    #[must_use]
    pub fn join(&self, name: &FileName) -> Self {
        Self(format!("{}{}", self.as_folder(), name.0))
    }

    /// The way from the root to here, without the root.
    pub fn steps(&self) -> Vec<Self> {
        let ends = self.0.match_indices('/').skip(1).map(|(end, _)| end);
        let mut steps: Vec<Self> = ends.map(|end| Self(self.0[..end].to_owned())).collect();
        if *self != Self::root() {
            steps.push(self.clone());
        }
        steps
    }
}

impl FileName {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, InvalidPath> {
        let is_name = !matches!(text, "" | "." | "..")
            && text.len() <= LONGEST_NAME
            && !text
                .chars()
                .any(|sign| sign == '/' || sign == char::REPLACEMENT_CHARACTER || sign.is_control());
        is_name.then(|| Self(text.to_owned())).ok_or(InvalidPath)
    }

    /// What a file is called as long as it is sent into a container.
    pub fn of_upload(id: u128) -> Self {
        Self(format!("{UPLOAD}{id:032x}"))
    }

    /// Whether a file of this name is on its way into the container, or was: where the shell that receives it is killed, or
    /// there is none, a part may stay.
    pub fn is_of_upload(&self) -> bool {
        let id = self.0.strip_prefix(UPLOAD);
        id.is_some_and(|id| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
    }

    /// The name as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for FilePath {
    type Error = InvalidPath;

    fn try_from(text: String) -> Result<Self, InvalidPath> {
        Self::parse(&text)
    }
}

impl TryFrom<String> for FileName {
    type Error = InvalidPath;

    fn try_from(text: String) -> Result<Self, InvalidPath> {
        Self::parse(&text)
    }
}

impl From<FilePath> for String {
    fn from(path: FilePath) -> Self {
        path.0
    }
}

impl From<FileName> for String {
    fn from(name: FileName) -> Self {
        name.0
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_path_is_absolute_and_has_one_form() {
        for (written, read) in [
            ("/", "/"),
            ("//", "/"),
            ("/etc/", "/etc"),
            ("/etc//nginx/./conf.d", "/etc/nginx/conf.d"),
            ("/a b/-rf", "/a b/-rf"),
            ("/店", "/店"),
        ] {
            assert_eq!(FilePath::parse(written).unwrap().as_str(), read);
        }
        for nonsense in ["", "etc", "-rf", "../etc", "/etc/..", "/a/../b", "/a\nb", "/a\0b", "/a\u{fffd}"] {
            assert!(FilePath::parse(nonsense).is_err(), "{nonsense:?} was taken");
        }
        assert!(FilePath::parse(&"/a".repeat(LONGEST_PATH)).is_err());
        assert!(FilePath::parse(&format!("/{}", "a".repeat(256))).is_err());
    }

    #[test]
    fn the_way_to_a_path_begins_below_the_root() {
        let path = FilePath::parse("/etc/nginx/conf.d").unwrap();

        let steps: Vec<_> = path.steps().iter().map(|step| step.as_str().to_owned()).collect();
        assert_eq!(steps, ["/etc", "/etc/nginx", "/etc/nginx/conf.d"]);
        assert_eq!(path.parent().as_str(), "/etc/nginx");
        assert_eq!(path.as_folder(), "/etc/nginx/conf.d/");
        assert_eq!((FilePath::root().steps(), FilePath::root().as_folder()), (Vec::new(), "/".to_owned()));
        assert_eq!(FilePath::root().name(), None);
    }

    #[test]
    fn a_file_on_its_way_is_known_by_its_name() {
        let own = FileName::of_upload(7);
        assert_eq!(FileName::parse(own.as_str()), Ok(own.clone()));
        assert!(own.is_of_upload());
        for other in [".orrery-upload-", ".orrery-upload-my notes", "orrery-upload-0"] {
            assert!(!FileName::parse(other).unwrap().is_of_upload(), "{other}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_taken_stays_below_the_root_and_is_no_option(text in "[ -~\\n\\x00é店]{0,40}") {
            if let Ok(path) = FilePath::parse(&text) {
                prop_assert!(path.as_str().starts_with('/'));
                prop_assert!(path.as_str().split('/').all(|part| part != ".." && part != "."));
                prop_assert!(!path.as_str().chars().any(char::is_control));
                prop_assert_eq!(FilePath::parse(path.as_str()), Ok(path.clone()));
                if let Some(name) = path.name() {
                    prop_assert_eq!(path.parent().join(&name), path);
                }
            }
        }
    }
}
