//! The format of recordings: asciicast v2, one JSON value in a line. <https://docs.asciinema.org/manual/asciicast/v2/>

use model::terminal::TerminalSize;
use serde_json::json;

/// The first line of a file.
pub fn header(size: (u16, u16), started_seconds: i64, title: &str) -> String {
    let header = json!({
        "version": 2, "width": size.0, "height": size.1, "timestamp": started_seconds, "title": title,
    });
    format!("{header}\n")
}

/// What the shell wrote, so many seconds after the beginning.
pub fn output(seconds: f64, text: &str) -> String {
    format!("[{seconds:.6}, \"o\", {}]\n", json!(text))
}

/// Another size.
pub fn resize(seconds: f64, size: TerminalSize) -> String {
    format!("[{seconds:.6}, \"r\", \"{}x{}\"]\n", size.columns, size.rows)
}

/// The text that an event wrote; `None` for other lines.
pub fn written(line: &str) -> Option<String> {
    let (_, code, text): (f64, String, String) = serde_json::from_str(line).ok()?;
    (code == "o").then_some(text)
}

/// Whole characters of what was written. A character whose end has not come yet waits in `rest`; what is none becomes `�`.
pub fn whole(rest: &mut Vec<u8>, bytes: &[u8]) -> String {
    rest.extend_from_slice(bytes);
    let mut text = String::with_capacity(rest.len());
    let mut left: &[u8] = rest;
    let incomplete = loop {
        match std::str::from_utf8(left) {
            Ok(valid) => {
                text.push_str(valid);
                break &[][..];
            }
            Err(error) => {
                let (valid, wrong) = left.split_at(error.valid_up_to());
                text.push_str(&String::from_utf8_lossy(valid));
                let Some(length) = error.error_len() else { break wrong };
                text.push(char::REPLACEMENT_CHARACTER);
                left = &wrong[length..];
            }
        }
    };
    *rest = incomplete.to_vec();
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_lines_of_json() {
        assert_eq!(output(1.5, "a\x1b[0m\"\n"), "[1.500000, \"o\", \"a\\u001b[0m\\\"\\n\"]\n");
        let size = TerminalSize { columns: 80, rows: 24 };
        assert_eq!(resize(0.0, size), "[0.000000, \"r\", \"80x24\"]\n");
        assert_eq!(written(&output(1.0, "店\n")).as_deref(), Some("店\n"));
        assert_eq!(written(&resize(1.0, size)), None);
        let header = header((80, 24), 1_700_000_000, "web \"0\"");
        assert!(header.contains("\"version\":2") && header.ends_with("}\n"), "{header}");
    }

    #[test]
    fn a_character_is_never_cut_in_two() {
        let mut rest = Vec::new();
        let bytes = "a店b".as_bytes();

        let pieces: Vec<String> = bytes.iter().map(|byte| whole(&mut rest, &[*byte])).collect();

        assert_eq!(pieces, ["a", "", "", "店", "b"]);
        assert!(rest.is_empty());
        assert_eq!(whole(&mut rest, b"x\xff\xe5y\xe5"), "x��y");
        assert_eq!(rest, b"\xe5");
    }
}
