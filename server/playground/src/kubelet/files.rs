//! A container's file system: small, in memory, gone with the pod.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// What a path leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Directory,
    File(Vec<u8>),
}

/// All files of a container by their absolute paths.
#[derive(Clone, Debug)]
pub struct Files {
    nodes: BTreeMap<String, Node>,
}

impl Default for Files {
    fn default() -> Self {
        let mut files = Self { nodes: BTreeMap::from([("/".to_owned(), Node::Directory)]) };
        for directory in ["/bin", "/dev", "/etc", "/home", "/proc", "/root", "/tmp", "/usr/bin", "/var/log"] {
            files.make_directory(directory);
        }
        for program in ["sh", "ls", "cat", "echo", "env", "ps", "id", "uname", "date", "sleep", "tar", "grep"]
        {
            files.write(&format!("/bin/{program}"), Vec::new());
        }
        files.write(
            "/etc/passwd",
            b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n".to_vec(),
        );
        files.write(
            "/etc/os-release",
            b"NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.22.1\nPRETTY_NAME=\"Alpine Linux v3.22\"\n"
                .to_vec(),
        );
        files
    }
}

/// An absolute path without `.`, `..` and double slashes.
pub fn resolve(directory: &str, path: &str) -> String {
    let whole = if path.starts_with('/') { path.to_owned() } else { format!("{directory}/{path}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// The directory a path is in.
fn parent(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) | None => "/",
        Some((parent, _)) => parent,
    }
}

impl Files {
    pub fn get(&self, path: &str) -> Option<&Node> {
        self.nodes.get(path)
    }

    pub fn is_directory(&self, path: &str) -> bool {
        self.get(path) == Some(&Node::Directory)
    }

    /// The bytes of a file.
    pub fn read(&self, path: &str) -> Option<&[u8]> {
        match self.get(path)? {
            Node::File(bytes) => Some(bytes),
            Node::Directory => None,
        }
    }

    /// Writes a file, making the directories on the way.
    pub fn write(&mut self, path: &str, bytes: Vec<u8>) {
        self.make_directory(parent(path));
        self.nodes.insert(path.to_owned(), Node::File(bytes));
    }

    /// Makes a directory and those above it.
    pub fn make_directory(&mut self, path: &str) {
        let mut made = String::new();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            made = format!("{made}/{part}");
            self.nodes.entry(made.clone()).or_insert(Node::Directory);
        }
    }

    /// Removes a path and everything below it.
    pub fn remove(&mut self, path: &str) {
        let below = format!("{path}/");
        self.nodes.retain(|known, _| known != path && !known.starts_with(&below));
    }

    /// What is directly in a directory, with names only.
    pub fn entries<'a>(&'a self, directory: &str) -> impl Iterator<Item = (&'a str, &'a Node)> {
        let prefix = if directory == "/" { "/".to_owned() } else { format!("{directory}/") };
        self.nodes.iter().filter_map(move |(path, node)| {
            let name = path.strip_prefix(&prefix)?;
            (!name.is_empty() && !name.contains('/')).then_some((name, node))
        })
    }

    /// Packs a path as `tar` does, under its own name.
    pub fn pack(&self, directory: &str, path: &str) -> Option<Vec<u8>> {
        let whole = resolve(directory, path);
        self.get(&whole)?;
        let mut archive = tar::Builder::new(Vec::new());
        let below = format!("{whole}/");
        let base = path.trim_start_matches('/').trim_end_matches('/');
        for (known, node) in
            self.nodes.iter().filter(|(known, _)| **known == whole || known.starts_with(&below))
        {
            let inside = known.strip_prefix(&whole)?;
            let name = format!("{base}{inside}");
            let name = if name.is_empty() { "." } else { name.trim_start_matches('/') };
            let mut header = tar::Header::new_gnu();
            header.set_mtime(0);
            let bytes: &[u8] = match node {
                Node::Directory => {
                    header.set_entry_type(tar::EntryType::Directory);
                    header.set_mode(0o755);
                    &[]
                }
                Node::File(bytes) => {
                    header.set_entry_type(tar::EntryType::Regular);
                    header.set_mode(0o644);
                    bytes
                }
            };
            header.set_size(bytes.len() as u64);
            archive.append_data(&mut header, name, bytes).ok()?;
        }
        archive.into_inner().ok()
    }

    /// Unpacks an archive into a directory.
    pub fn unpack(&mut self, directory: &str, archive: &[u8]) -> std::io::Result<()> {
        for entry in tar::Archive::new(Cursor::new(archive)).entries()? {
            let mut entry = entry?;
            let path = resolve(directory, &entry.path()?.to_string_lossy());
            if entry.header().entry_type().is_dir() {
                self.make_directory(&path);
            } else if entry.header().entry_type().is_file() {
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes)?;
                self.write(&path, bytes);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_resolved_and_cannot_leave_the_root() {
        assert_eq!(resolve("/var/log", "../lib/./data"), "/var/lib/data");
        assert_eq!(resolve("/", "../../etc"), "/etc");
    }

    #[test]
    fn what_was_packed_can_be_unpacked_elsewhere() {
        let mut files = Files::default();
        files.write("/data/one/a.txt", b"apples".to_vec());

        let archive = files.pack("/", "/data").unwrap();
        files.unpack("/tmp", &archive).unwrap();

        assert_eq!(files.read("/tmp/data/one/a.txt"), Some(b"apples".as_slice()));
    }
}
