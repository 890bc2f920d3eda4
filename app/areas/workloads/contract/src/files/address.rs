//! The addresses of files and folders of a container.

use super::{FileName, FilePlace};
use model::link;

fn question(place: &FilePlace) -> String {
    let container = place.container.as_deref();
    let container = container.map(|name| format!("container={}&", link::escape(name))).unwrap_or_default();
    format!("{container}path={}", link::escape(place.path.as_str()))
}

/// The page of a folder.
pub fn files_address(folder: &FilePlace) -> String {
    format!("{}&{}", link::object_tab(&folder.pod, "files"), question(folder))
}

/// The page of a file's folder, with the file opened.
pub fn open_address(file: &FilePlace) -> String {
    let folder = files_address(&file.at(file.path.parent()));
    let name = file.path.name().map(|name| format!("&open={}", link::escape(name.as_str())));
    format!("{folder}{}", name.unwrap_or_default())
}

/// A file, to be kept.
pub fn download_address(file: &FilePlace) -> String {
    format!("{}/file?{}", link::object(&file.pod), question(file))
}

/// A folder with everything in it as an archive, to be kept.
pub fn folder_address(folder: &FilePlace) -> String {
    format!("{}/folder?{}", link::object(&folder.pod), question(folder))
}

/// Where a file of this name and size is sent to, which shall stand in this folder.
pub fn upload_address(folder: &FilePlace, name: &FileName, size_bytes: u64, replace: bool) -> String {
    let replace = if replace { "&replace=1" } else { "" };
    let name = link::escape(name.as_str());
    format!("{}/file?{}&name={name}&size={size_bytes}{replace}", link::object(&folder.pod), question(folder))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::FilePath;
    use model::ResourceRef;

    #[test]
    fn names_are_escaped() {
        let pod = ResourceRef {
            cluster: "harbour".parse().unwrap(),
            kind: "pods".parse().unwrap(),
            namespace: Some("shop".parse().unwrap()),
            name: "web-0".parse().unwrap(),
        };
        let path = FilePath::parse("/srv/a&b=c #1").unwrap();
        let place = FilePlace { pod, container: Some("web".into()), path };

        assert_eq!(
            files_address(&place),
            "/clusters/harbour/pods/shop/web-0?tab=files&container=web&path=%2Fsrv%2Fa%26b%3Dc%20%231"
        );
        assert_eq!(
            open_address(&place),
            "/clusters/harbour/pods/shop/web-0?tab=files&container=web&path=%2Fsrv&open=a%26b%3Dc%20%231"
        );
        let name = FileName::parse("x?y").unwrap();
        assert!(upload_address(&place, &name, 7, true).ends_with("&name=x%3Fy&size=7&replace=1"));
    }
}
