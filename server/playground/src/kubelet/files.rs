//! A container's file system: small, in memory, gone with the pod.

use jiff::Timestamp;
use std::collections::BTreeMap;
use std::io::{Cursor, ErrorKind, Read};

/// When the images were made, and with them their files.
const MADE: Timestamp = Timestamp::constant(1_780_131_600, 0);
/// What the files of one container may take, in bytes.
const ROOM: usize = 64 << 20;

/// What a path leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Directory,
    File(Vec<u8>),
}

/// All files of a container by their absolute paths, and when each was last changed.
#[derive(Clone, Debug)]
pub struct Files {
    nodes: BTreeMap<String, (Node, Timestamp)>,
    /// When whatever is changed now is changed.
    now: Timestamp,
}

impl Default for Files {
    fn default() -> Self {
        let root = ("/".to_owned(), (Node::Directory, MADE));
        let mut files = Self { nodes: BTreeMap::from([root]), now: MADE };
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
    /// From here on changes bear this time.
    pub fn set_time(&mut self, now: Timestamp) {
        self.now = now;
    }

    pub fn get(&self, path: &str) -> Option<&Node> {
        self.nodes.get(path).map(|(node, _)| node)
    }

    /// When a path was last changed.
    pub fn modified(&self, path: &str) -> Timestamp {
        self.nodes.get(path).map(|(_, modified)| *modified).unwrap_or_default()
    }

    /// Whether so many bytes more find room.
    fn has_room_for(&self, bytes: usize) -> bool {
        let size = |node: &Node| if let Node::File(bytes) = node { bytes.len() } else { 0 };
        self.nodes.values().map(|(node, _)| size(node)).sum::<usize>() + bytes <= ROOM
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
        self.nodes.insert(path.to_owned(), (Node::File(bytes), self.now));
    }

    /// Makes a directory and those above it.
    pub fn make_directory(&mut self, path: &str) {
        let mut made = String::new();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            made = format!("{made}/{part}");
            self.nodes.entry(made.clone()).or_insert((Node::Directory, self.now));
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
        self.nodes.iter().filter_map(move |(path, (node, _))| {
            let name = path.strip_prefix(&prefix)?;
            (!name.is_empty() && !name.contains('/')).then_some((name, node))
        })
    }

    /// Packs a path as `tar` does, under its own name.
    pub fn pack(&self, directory: &str, path: &str) -> Option<Vec<u8>> {
        let whole = resolve(directory, path);
        self.get(&whole)?;
        let mut archive = tar::Builder::new(Vec::new());
        let below = if whole == "/" { whole.clone() } else { format!("{whole}/") };
        let base = path.trim_start_matches('/').trim_end_matches('/');
        for (known, (node, modified)) in
            self.nodes.iter().filter(|(known, _)| **known == whole || known.starts_with(&below))
        {
            let inside = known.strip_prefix(&whole)?;
            let slash = if whole == "/" && !inside.is_empty() { "/" } else { "" };
            let name = format!("{base}{slash}{inside}");
            let name = if name.is_empty() { "." } else { name.trim_start_matches('/') };
            let mut header = tar::Header::new_gnu();
            header.set_mtime(u64::try_from(modified.as_second()).unwrap_or_default());
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

    /// Unpacks an archive into a directory. Of one that breaks off, what has come is written, as `tar` does.
    pub fn unpack(&mut self, directory: &str, archive: &[u8]) -> std::io::Result<()> {
        for entry in tar::Archive::new(Cursor::new(archive)).entries()? {
            let mut entry = entry?;
            let path = resolve(directory, &entry.path()?.to_string_lossy());
            if entry.header().entry_type().is_dir() {
                self.make_directory(&path);
            } else if entry.header().entry_type().is_file() {
                let mut bytes = Vec::new();
                let size = entry.size();
                let read = entry.read_to_end(&mut bytes).map(|_| bytes.len() as u64);
                if !self.has_room_for(bytes.len()) {
                    return Err(std::io::Error::other("write error: No space left on device"));
                }
                self.write(&path, bytes);
                if read? < size {
                    return Err(std::io::Error::new(ErrorKind::UnexpectedEof, "short read"));
                }
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
    fn of_an_archive_that_breaks_off_the_beginning_is_written() {
        let mut files = Files::default();
        files.write("/data/a.txt", vec![b'a'; 2_000]);
        let mut archive = files.pack("/data", "./a.txt").unwrap();
        archive.truncate(1_024);

        assert!(files.unpack("/tmp", &archive).is_err());

        assert_eq!(files.read("/tmp/a.txt").map(<[u8]>::len), Some(512));
    }

    #[test]
    fn the_root_is_packed_with_everything_below_it() {
        let files = Files::default();
        let mut elsewhere = Files::default();

        elsewhere.unpack("/tmp/copy", &files.pack("/", ".").unwrap()).unwrap();

        assert_eq!(elsewhere.read("/tmp/copy/etc/passwd"), files.read("/etc/passwd"));
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
