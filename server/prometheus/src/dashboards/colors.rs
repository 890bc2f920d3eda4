//! Colours that a dashboard gives to series.

use model::chart::Series;
use monitoring_contract::{COLORS, SeriesColor};
use std::collections::BTreeSet;

/// Gives series the colours that are said for their names. Others have what is left, in order, and never one that is said for
/// a series as long as there are enough: so colours do not jump when that series comes and goes.
pub(super) fn paint(series: &mut [Series], colors: &[SeriesColor]) {
    if colors.is_empty() {
        return;
    }
    let said = |one: &Series| colors.iter().find(|color| color.name == one.label).map(|color| color.color);
    let mut taken = BTreeSet::new();
    // Of several that are called alike the first has it: a line is put away by its colour.
    let own: Vec<Option<u8>> =
        series.iter().map(|one| said(one).filter(|color| taken.insert(*color))).collect();
    let is_said = |color: &u8| colors.iter().any(|one| one.color == *color);
    let palette = || (0_u8..).take(COLORS.len());
    let unsaid = palette().filter(|color| !is_said(color));
    let spare = palette().filter(|color| is_said(color) && !taken.contains(color));
    let mut free = unsaid.chain(spare);
    for (one, own) in series.iter_mut().zip(own) {
        if let Some(color) = own.or_else(|| free.next()) {
            one.color = color;
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn painted(labels: &[&str], lines: &[&str]) -> Vec<u8> {
        let one = |(color, label): (u8, &&str)| Series {
            key: String::new(),
            label: (*label).to_owned(),
            color,
            is_earlier: false,
            values: Vec::new(),
        };
        let mut series: Vec<Series> = (0_u8..).zip(labels).map(one).collect();
        let colors: Vec<SeriesColor> = lines.iter().map(|line| SeriesColor::parse(line).unwrap()).collect();
        paint(&mut series, &colors);
        series.iter().map(|series| series.color).collect()
    }

    #[test]
    fn series_have_what_is_said_and_the_others_what_is_left() {
        assert_eq!(painted(&["a", "b", "c"], &[]), [0, 1, 2]);
        assert_eq!(painted(&["a", "b", "c"], &["blue = c", "red = b"]), [1, 8, 0]);
        // One that is not there keeps its colour for when it comes.
        assert_eq!(painted(&["a", "b"], &["blue = gone"]), [1, 2]);
    }

    #[test]
    fn no_two_have_the_same_colour() {
        assert_eq!(painted(&["a", "a"], &["red = a"]), [8, 0]);
        let every: Vec<String> = COLORS.iter().map(|word| format!("{word} = gone {word}")).collect();
        let every: Vec<&str> = every.iter().map(String::as_str).collect();
        assert_eq!(painted(&["a", "b", "c"], &every), [0, 1, 2]);
    }
}
