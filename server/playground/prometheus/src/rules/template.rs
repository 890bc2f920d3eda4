//! The texts of alerts: words with `{{ $labels.pod }}` and `{{ $value | humanizePercentage }}` in them.
//!
//! This is the part of Go's templates that alert rules are written with: fields, literals, pipes and the functions that
//! Prometheus adds for numbers. What is anything else stays as it is written, so that its author sees it.

use playground_promql::{Labels, format_go, format_number};

/// What a text can speak of.
pub(super) struct Words<'a> {
    pub(super) labels: &'a Labels,
    pub(super) value: f64,
}

/// A value on its way through a pipe.
#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Number(f64),
}

impl Piece {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => format_go(*number),
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.parse().ok(),
        }
    }
}

/// The text with everything in braces replaced.
pub(super) fn expand(text: &str, words: &Words) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        expanded.push_str(before);
        let Some((inner, after)) = after.split_once("}}") else {
            expanded.push_str("{{");
            rest = after;
            continue;
        };
        match pipe(inner.trim_matches('-').trim(), words) {
            Some(piece) => expanded.push_str(&piece.text()),
            None => expanded.push_str(&format!("{{{{{inner}}}}}")),
        }
        rest = after;
    }
    expanded.push_str(rest);
    expanded
}

fn pipe(text: &str, words: &Words) -> Option<Piece> {
    let mut piece: Option<Piece> = None;
    for stage in parts(text, '|') {
        let stage_words = parts(stage.trim(), ' ');
        piece = Some(apply(&stage_words, piece, words)?);
    }
    piece
}

/// Splits at a sign, but not within quotes.
fn parts(text: &str, sign: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut is_quoted) = (0, false);
    for (place, character) in text.char_indices() {
        if character == '"' {
            is_quoted = !is_quoted;
        } else if character == sign && !is_quoted {
            parts.push(&text[start..place]);
            start = place + character.len_utf8();
        }
    }
    parts.push(&text[start..]);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

fn apply(stage: &[&str], before: Option<Piece>, words: &Words) -> Option<Piece> {
    let (first, rest) = stage.split_first()?;
    let arguments: Option<Vec<Piece>> = rest.iter().map(|word| atom(word, words)).collect();
    let mut arguments = arguments?;
    arguments.extend(before);
    let number = || arguments.last().and_then(Piece::number);
    Some(match *first {
        "humanize" => {
            Piece::Text(humanized(number()?, 1000.0, &["", "k", "M", "G", "T", "P", "E", "Z", "Y"]))
        }
        "humanize1024" => {
            Piece::Text(humanized(number()?, 1024.0, &["", "ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"]))
        }
        "humanizePercentage" => Piece::Text(format!("{}%", significant(number()? * 100.0))),
        "humanizeDuration" => Piece::Text(duration(number()?)),
        "printf" => printf(arguments.split_first()?),
        "title" | "toUpper" => Piece::Text(arguments.last()?.text().to_uppercase()),
        "toLower" => Piece::Text(arguments.last()?.text().to_lowercase()),
        _ if arguments.is_empty() => atom(first, words)?,
        _ => return None,
    })
}

fn atom(word: &str, words: &Words) -> Option<Piece> {
    if word == "$value" || word == ".Value" {
        return Some(Piece::Number(words.value));
    }
    if let Some(name) = word.strip_prefix("$labels.").or_else(|| word.strip_prefix(".Labels.")) {
        return Some(Piece::Text(words.labels.get(name).to_owned()));
    }
    if word.starts_with("$externalLabels.") {
        return Some(Piece::Text(String::new()));
    }
    if let Some(quoted) = word.strip_prefix('"').and_then(|word| word.strip_suffix('"')) {
        return Some(Piece::Text(quoted.to_owned()));
    }
    word.parse().ok().map(Piece::Number)
}

/// `printf` with one value: `%s`, `%v`, `%d` and `%.2f`.
fn printf((format, values): (&Piece, &[Piece])) -> Piece {
    let mut text = String::new();
    let mut values = values.iter();
    let format = format.text();
    let mut rest = format.as_str();
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        let Some(end) = after.find(|character: char| character.is_ascii_alphabetic() || character == '%')
        else {
            rest = after;
            continue;
        };
        let verb = &after[end..=end];
        rest = &after[end + 1..];
        if verb == "%" {
            text.push('%');
            continue;
        }
        let Some(value) = values.next() else { continue };
        let digits = after[..end].strip_prefix('.').and_then(|digits| digits.parse::<usize>().ok());
        match (verb, value.number()) {
            ("f", Some(number)) => text.push_str(&format!("{number:.0$}", digits.unwrap_or(6))),
            ("d", Some(number)) => text.push_str(&format!("{number:.0}")),
            _ => text.push_str(&value.text()),
        }
    }
    text.push_str(rest);
    Piece::Text(text)
}

fn humanized(value: f64, base: f64, prefixes: &[&str]) -> String {
    if value == 0.0 || !value.is_finite() {
        return significant(value);
    }
    let mut value = value;
    let mut place = 0;
    while value.abs() >= base && place + 1 < prefixes.len() {
        value /= base;
        place += 1;
    }
    format!("{}{}", significant(value), prefixes[place])
}

/// Four significant digits, as Go's `%.4g` has them in the middle of the scale.
fn significant(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format_number(value);
    }
    let digits = 3 - value.abs().log10().floor() as i32;
    let rounded = format!("{value:.0$}", digits.max(0) as usize);
    if rounded.contains('.') {
        rounded.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        rounded
    }
}

fn duration(seconds: f64) -> String {
    if !seconds.is_finite() {
        return format_number(seconds);
    }
    let sign = if seconds < 0.0 { "-" } else { "" };
    let whole = seconds.abs() as u64;
    let (days, hours, minutes, rest) = (whole / 86_400, whole / 3600 % 24, whole / 60 % 60, whole % 60);
    if days > 0 {
        format!("{sign}{days}d {hours}h {minutes}m {rest}s")
    } else if hours > 0 {
        format!("{sign}{hours}h {minutes}m {rest}s")
    } else if minutes > 0 {
        format!("{sign}{minutes}m {rest}s")
    } else if seconds.abs() >= 1.0 || seconds == 0.0 {
        format!("{}s", significant(seconds))
    } else {
        format!("{}ms", significant(seconds * 1000.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, value: f64) -> String {
        let labels = Labels::new([("pod", "a-1"), ("namespace", "shop")]);
        expand(text, &Words { labels: &labels, value })
    }

    #[test]
    fn labels_and_values_are_filled_in() {
        assert_eq!(
            said("Pod {{ $labels.namespace }}/{{$labels.pod}} is {{ $value }}", 1.5),
            "Pod shop/a-1 is 1.5"
        );
        assert_eq!(said("{{ $value | humanizePercentage }} used", 0.98765), "98.77% used");
        assert_eq!(said("{{ printf \"%.2f\" $value }} | x", 2.345), "2.35 | x");
        assert_eq!(said("{{ $value | humanize1024 }}B", 5_242_880.0), "5MiB");
        assert_eq!(said("{{ $value | humanizeDuration }}", 3725.0), "1h 2m 5s");
    }

    #[test]
    fn what_is_not_understood_stays() {
        assert_eq!(
            said("{{ query \"up\" | first }} and {{ open", 1.0),
            "{{ query \"up\" | first }} and {{ open"
        );
    }
}
