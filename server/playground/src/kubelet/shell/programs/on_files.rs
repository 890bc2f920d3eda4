//! Programs that list, make, move and pack files.

use super::{Performance, Piece, Shell, ended, failed, options, said};
use crate::kubelet::files::{Files, Node, resolve};

impl Shell {
    pub(super) fn list(&self, rest: &[String]) -> Performance {
        let how = Listing::of(rest);
        let (_, operands) = options(rest);
        let operands = if operands.is_empty() { vec!["."] } else { operands };
        let mut performance = Performance::default();
        for operand in &operands {
            let path = resolve(&self.directory, operand);
            let problem = match self.files.get(&path) {
                None => Some("No such file or directory"),
                Some(Node::File(_)) if operand.ends_with('/') => Some("Not a directory"),
                Some(_) => None,
            };
            if let Some(problem) = problem {
                performance.code = 1;
                performance.pieces.push(Piece::Error(format!("ls: {operand}: {problem}\n").into_bytes()));
                continue;
            }
            let mut output = if operands.len() > 1 { format!("{operand}:\n") } else { String::new() };
            if how.only_itself || !self.files.is_directory(&path) {
                output.push_str(&how.line(operand, &self.files, &path));
            } else {
                for (name, _) in
                    self.files.entries(&path).filter(|(name, _)| how.all || !name.starts_with('.'))
                {
                    output.push_str(&how.line(name, &self.files, &resolve(&path, name)));
                }
            }
            performance.pieces.push(Piece::Output(output.into_bytes()));
        }
        performance
    }

    pub(super) fn change_files(&mut self, program: &str, rest: &[String]) -> Performance {
        let (letters, operands) = options(rest);
        for operand in operands {
            let path = resolve(&self.directory, operand);
            let known = self.files.get(&path).is_some();
            match program {
                "mkdir" if known && !letters.contains('p') => {
                    return failed("mkdir", &format!("can't create directory '{operand}': File exists"));
                }
                "mkdir" => self.files.make_directory(&path),
                "touch" if !known => self.files.write(&path, Vec::new()),
                "rm" if !known && !letters.contains('f') => {
                    return failed("rm", &format!("can't remove '{operand}': No such file or directory"));
                }
                "rm" if self.files.is_directory(&path) && !letters.contains('r') => {
                    return failed("rm", &format!("'{operand}' is a directory"));
                }
                "rm" => self.files.remove(&path),
                _ => {}
            }
        }
        ended(0)
    }

    pub(super) fn copy(&mut self, program: &str, rest: &[String]) -> Performance {
        let (_, operands) = options(rest);
        let [from, to] = operands[..] else { return failed(program, "needs a source and a destination") };
        let source = resolve(&self.directory, from);
        let mut target = resolve(&self.directory, to);
        let Some(bytes) = self.files.read(&source).map(<[u8]>::to_vec) else {
            return failed(program, &format!("can't stat '{from}': No such file or directory"));
        };
        if self.files.is_directory(&target) {
            target = resolve(&target, source.rsplit('/').next().unwrap_or_default());
        }
        self.files.write(&target, bytes);
        if program == "mv" {
            self.files.remove(&source);
        }
        ended(0)
    }

    /// `tar cf - PATH` and `tar xf - -C DIRECTORY`, which is how files are copied in and out.
    pub(super) fn tar(&mut self, rest: &[String], input: &[u8]) -> Performance {
        let mut directory = self.directory.clone();
        let mut letters = String::new();
        let mut paths = Vec::new();
        let mut words = rest.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "-C" => directory = resolve(&self.directory, words.next().map_or("", String::as_str)),
                "-" => {}
                word if word.starts_with("--") => {}
                word if letters.is_empty() || word.starts_with('-') => {
                    letters.push_str(word.trim_start_matches('-'));
                }
                word => paths.push(word),
            }
        }
        if letters.contains('x') {
            return match self.files.unpack(&directory, input) {
                Ok(()) => ended(0),
                Err(problem) => failed("tar", &problem.to_string()),
            };
        }
        let [path] = paths[..] else { return failed("tar", "one path at a time") };
        match self.files.pack(&directory, path) {
            Some(archive) => said(archive),
            None => Performance::failed(1, format!("tar: {path}: No such file or directory\n")),
        }
    }
}

/// How `ls` writes.
struct Listing {
    long: bool,
    all: bool,
    only_itself: bool,
    numeric: bool,
    full_time: bool,
}

impl Listing {
    fn of(rest: &[String]) -> Self {
        let short: Vec<String> = rest.iter().filter(|word| !word.starts_with("--")).cloned().collect();
        let (letters, _) = options(&short);
        Self {
            long: letters.contains(['l', 'n']),
            all: letters.contains(['a', 'A']),
            only_itself: letters.contains('d'),
            numeric: letters.contains('n'),
            full_time: rest.iter().any(|word| word == "--full-time"),
        }
    }

    fn line(&self, name: &str, files: &Files, path: &str) -> String {
        if !self.long {
            return format!("{name}\n");
        }
        let owner = if self.numeric { "0        0       " } else { "root     root    " };
        let modified = files.modified(path);
        let time = if self.full_time { "%Y-%m-%d %H:%M:%S +0000" } else { "%b %e %H:%M" };
        let time = modified.strftime(time);
        match files.get(path) {
            Some(Node::File(bytes)) => {
                format!("-rw-r--r--    1 {owner} {:>9} {time} {name}\n", bytes.len())
            }
            _ => format!("drwxr-xr-x    2 {owner} {:>9} {time} {name}\n", 4096),
        }
    }
}
