//! Comma-separated values, as RFC 4180 writes them.

use crate::state::RowData;
use model::{Cell, Column, Language, Timestamp, Untold};
use std::sync::Arc;

/// A heading and all rows.
pub(crate) fn write(columns: &[Column], rows: &[Arc<RowData>], language: Language) -> String {
    let mut text = String::new();
    let heading = ["namespace", "name"].into_iter().chain(columns.iter().map(|column| column.id.as_str()));
    line(&mut text, heading.map(str::to_owned));
    for row in rows {
        let own = [row.namespace.as_deref().unwrap_or_default().to_owned(), row.name.to_string()];
        let told = row.fields.iter().map(|field| plain(&field.to_whole_cell(language)));
        line(&mut text, own.into_iter().chain(told));
    }
    text
}

/// Writes one line behind a text.
pub fn line(text: &mut String, values: impl IntoIterator<Item = String>) {
    for (index, value) in values.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&quoted(&value));
    }
    text.push_str("\r\n");
}

fn quoted(value: &str) -> String {
    // A spreadsheet takes these as the start of a formula (OWASP ASVS 5.0, 1.2.10). A negative number is none.
    let is_formula = value.starts_with(['=', '+', '-', '@', '\t', '\r']) && value.parse::<f64>().is_err();
    let value = if is_formula { format!("'{value}") } else { value.to_owned() };
    if value.contains([',', '"', '\n', '\r', ';']) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value
    }
}

fn plain(cell: &Cell) -> String {
    match cell {
        Cell::None => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Ratio(part, whole) => format!("{part}/{whole}"),
        Cell::Status(status) => status.word.clone(),
        Cell::Quantity(amount, _) => amount.to_string(),
        Cell::Since(Timestamp(seconds)) => Timestamp(*seconds).to_rfc3339(),
        Cell::List(items) => items.join(" "),
        Cell::Labels(labels) => {
            labels.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(" ")
        }
        Cell::Flag(flag) => flag.to_string(),
        Cell::Object(_, Some(namespace), name) => format!("{namespace}/{name}"),
        Cell::Object(_, None, name) => name.to_string(),
        Cell::Users(_, _, names, _) if names.is_empty() => "nobody".to_owned(),
        Cell::Users(_, _, names, _) => names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        Cell::Untold(Untold::Rights) => "not yours to see".to_owned(),
        Cell::Untold(Untold::NotYet) => "not known yet".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_separators_quoted() {
        assert_eq!(quoted("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(quoted("@cmd"), "'@cmd");
        assert_eq!(quoted("-5"), "-5");
        assert_eq!(quoted("a,b"), "\"a,b\"");
        assert_eq!(quoted("plain"), "plain");
    }
}
