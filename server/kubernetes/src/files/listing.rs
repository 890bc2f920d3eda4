//! Reading what `ls -lAn` writes, with exact times (`--full-time`) or without.

use model::Timestamp;
use workloads_contract::{FileEntry, FileKind, FileName, Folder};

/// The most entries that are told: more than anybody reads.
const MOST_ENTRIES: usize = 5_000;

/// Whether `ls` is one that cannot write exact times.
pub(super) fn is_unknown_option(errors: &str) -> bool {
    let words = ["unrecognized option", "unknown option", "invalid option", "illegal option"];
    words.iter().any(|words| errors.to_lowercase().contains(words))
}

/// The entries of a listing, folders first, then by name. Of one that was cut the last line is no line.
pub(super) fn read_listing(output: &[u8], is_cut: bool) -> Folder {
    let text = String::from_utf8_lossy(output);
    let whole = if is_cut { text.rfind('\n').map_or("", |end| &text[..end]) } else { &text };
    let mut folder = Folder { more: is_cut, ..Folder::default() };
    for line in whole.lines().filter(|line| !line.is_empty() && !line.starts_with("total ")) {
        match entry(line) {
            Some(entry) => folder.entries.push(entry),
            None => folder.unread += 1,
        }
    }
    folder
        .entries
        .sort_by(|a, b| (a.kind != FileKind::Folder, &a.name).cmp(&(b.kind != FileKind::Folder, &b.name)));
    if folder.entries.len() > MOST_ENTRIES {
        folder.entries.truncate(MOST_ENTRIES);
        folder.more = true;
    }
    folder
}

/// What the first sign of a line says.
pub(super) fn kind_of(line: &str) -> Option<FileKind> {
    match line.chars().next()? {
        'd' => Some(FileKind::Folder),
        '-' => Some(FileKind::File),
        'l' => Some(FileKind::Link),
        'b' | 'c' | 'p' | 's' | 'D' => Some(FileKind::Other),
        _ => None,
    }
}

/// `-rw-r--r-- 1 0 0 12 2026-11-26 09:00:00.000000000 +0000 name`, or `Nov 26 09:00` in place of the time.
fn entry(line: &str) -> Option<FileEntry> {
    let kind = kind_of(line)?;
    let (mode, rest) = word(line)?;
    let (_links, rest) = word(rest)?;
    let (_user, rest) = word(rest)?;
    let (_group, rest) = word(rest)?;
    let (size, mut rest) = word(rest)?;
    if size.ends_with(',') {
        // A device has two numbers in place of a size.
        rest = word(rest)?.1;
    }
    let (first, rest) = word(rest)?;
    let (second, rest) = word(rest)?;
    let (third, rest) = word(rest)?;
    let name = rest.strip_prefix(' ')?;
    let (name, target) = match name.split_once(" -> ") {
        Some((name, target)) if kind == FileKind::Link => (name, Some(target.to_owned())),
        _ => (name, None),
    };
    Some(FileEntry {
        name: FileName::parse(name).ok()?,
        kind,
        size_bytes: size.parse().ok().filter(|_| kind == FileKind::File),
        mode: mode.get(1..10)?.to_owned(),
        modified: moment(first, second, third),
        target,
    })
}

/// The next word of a line, and what follows it.
fn word(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start_matches(' ');
    let end = line.find(' ')?;
    Some(line.split_at(end))
}

/// `2026-11-26 09:00:00 +0000`; a month's name says no exact time.
fn moment(day: &str, time: &str, zone: &str) -> Option<Timestamp> {
    let (hours, minutes) = zone.split_at_checked(3)?;
    let moment: jiff::Timestamp = format!("{day}T{time}{hours}:{minutes}").parse().ok()?;
    Some(Timestamp(moment.as_second()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn listed(text: &str) -> Folder {
        read_listing(text.as_bytes(), false)
    }

    #[test]
    fn listings_of_gnu_and_busybox_read_alike() {
        let gnu = "total 8\n\
            -rw-r--r-- 1 0 0   12 2026-11-26 09:00:00.123456789 +0000 a b\n\
            drwxr-xr-x 2 0 0 4096 2026-11-26 10:00:00.000000000 +0100 conf.d\n\
            lrwxrwxrwx 1 0 0    7 2026-11-26 09:00:00.000000000 +0000 link -> /a -> b\n\
            crw-rw-rw- 1 0 0 1, 3 2026-11-26 09:00:00.000000000 +0000 null\n";
        let busybox = "total 8\n\
            -rw-r--r--    1 0        0               12 2026-11-26 09:00:00 +0000 a b\n\
            drwxr-xr-x    2 0        0             4096 2026-11-26 09:00:00 +0000 conf.d\n\
            lrwxrwxrwx    1 0        0                7 2026-11-26 09:00:00 +0000 link -> /a -> b\n\
            crw-rw-rw-    1 0        0           1,   3 2026-11-26 09:00:00 +0000 null\n";

        let folder = listed(gnu);
        assert_eq!(folder, listed(busybox));
        let names: Vec<_> = folder.entries.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["conf.d", "a b", "link", "null"], "folders come first");
        assert_eq!((folder.more, folder.unread), (false, 0));
        let file = &folder.entries[1];
        assert_eq!((file.size_bytes, file.mode.as_str()), (Some(12), "rw-r--r--"));
        assert_eq!(file.modified.unwrap().to_rfc3339(), "2026-11-26T09:00:00Z");
        assert_eq!(folder.entries[2].target.as_deref(), Some("/a -> b"));
        assert_eq!((folder.entries[3].kind, folder.entries[3].size_bytes), (FileKind::Other, None));
    }

    #[test]
    fn an_older_listing_has_no_exact_times() {
        let folder =
            listed("-rw-r--r--  1 0  0  12 Nov 26 09:00  spaced\n-rw-r--r-- 1 0 0 5 Nov 26  2025 x\n");

        assert_eq!(folder.entries.len(), 2);
        assert!(folder.entries.iter().all(|entry| entry.modified.is_none()));
        assert_eq!(folder.entries[0].name.as_str(), " spaced", "blanks belong to the name");
        assert!(is_unknown_option("ls: unrecognized option '--full-time'\nUsage: ls"));
    }

    #[test]
    fn what_cannot_be_understood_is_counted() {
        let line = |name: &str| format!("-rw-r--r-- 1 0 0 5 2026-11-26 09:00:00 +0000 {name}\n");
        let mut bytes = [line("good"), line("two\nlines"), line("../up")].concat().into_bytes();
        bytes.extend_from_slice(b"-rw-r--r-- 1 0 0 5 2026-11-26 09:00:00 +0000 \xff\n");
        bytes.extend_from_slice(b"?????????? ? ? ? ? ? gone\n");

        let folder = read_listing(&bytes, false);
        let names: Vec<_> = folder.entries.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!((names, folder.unread), (vec!["good", "two"], 4));
    }

    #[test]
    fn a_listing_that_was_cut_loses_its_last_line_and_says_so() {
        let folder =
            read_listing(b"-rw-r--r-- 1 0 0 5 2026-11-26 09:00:00 +0000 a\n-rw-r--r-- 1 0 0 5", true);

        assert_eq!((folder.entries.len(), folder.more, folder.unread), (1, true, 0));
    }

    proptest! {
        #[test]
        fn any_name_that_can_be_a_path_is_read_as_it_is(name in "[ -~é店]{1,30}", size in any::<u32>()) {
            prop_assume!(FileName::parse(&name).is_ok());
            let folder = listed(&format!("-rwxr-x--- 1 0 0 {size} 2026-11-26 09:00:00 +0000 {name}\n"));

            prop_assert_eq!(folder.entries.len(), 1);
            prop_assert_eq!(folder.entries[0].name.as_str(), name.as_str());
            prop_assert_eq!(folder.entries[0].size_bytes, Some(u64::from(size)));
        }

        #[test]
        fn no_output_makes_the_reading_fail(bytes in proptest::collection::vec(any::<u8>(), 0..400), cut in any::<bool>()) {
            let folder = read_listing(&bytes, cut);
            prop_assert!(folder.entries.iter().all(|entry| FileName::parse(entry.name.as_str()).is_ok()));
        }
    }
}
