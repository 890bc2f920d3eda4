//! Which colours series have.

use super::PanelPlan;
use model::Fault;
use model::fault::PanelFault;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// The colours of charts, in the order of the palette, by the words of forms. Each is readable in light and in dark.
pub const COLORS: [&str; 12] =
    ["blue", "orange", "teal", "pink", "green", "sky", "brown", "purple", "red", "grey", "cyan", "yellow"];
/// The longest name of a series that has a colour of its own, in characters.
pub const LONGEST_SERIES: usize = 200;

/// The colour of a series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesColor {
    /// What the series is called in the chart.
    pub name: String,
    /// Which of [`COLORS`].
    pub color: u8,
}

impl SeriesColor {
    /// A line of a form: `orange = web-0`.
    pub fn parse(line: &str) -> Option<Self> {
        let (word, name) = line.split_once('=')?;
        let place = COLORS.into_iter().position(|known| known == word.trim())?;
        let color = Self { name: name.trim().to_owned(), color: u8::try_from(place).ok()? };
        color.fault().is_none().then_some(color)
    }

    /// The word of the colour, if there is such a colour.
    pub fn word(&self) -> Option<&'static str> {
        COLORS.get(usize::from(self.color)).copied()
    }

    /// What is wrong with it, if anything is.
    pub fn fault(&self) -> Option<PanelFault> {
        let length = self.name.chars().count();
        if length == 0 || length > LONGEST_SERIES || self.name.contains(['\n', '\r']) {
            return Some(PanelFault::SeriesName(LONGEST_SERIES));
        }
        self.word().is_none().then(|| PanelFault::ColorName(COLORS.join(", ")))
    }
}

impl fmt::Display for SeriesColor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} = {}", self.word().unwrap_or_default(), self.name)
    }
}

impl PanelPlan {
    pub(super) fn color_problems(&self, wrong: &mut impl FnMut(&str, Fault)) {
        if !self.kind.has_colors() && !self.colors.is_empty() {
            wrong("colors", PanelFault::NoColors.into());
        }
        if let Some(fault) = self.colors.iter().find_map(SeriesColor::fault) {
            wrong("colors", fault.into());
        }
        // A line is put away and brought back by its colour.
        let (mut names, mut colors) = (BTreeSet::new(), BTreeSet::new());
        for one in &self.colors {
            if !names.insert(&one.name) {
                wrong("colors", PanelFault::SeriesTwice(one.name.clone()).into());
            }
            if !colors.insert(one.color) {
                let color = one.word().unwrap_or_default().to_owned();
                wrong("colors", PanelFault::ColorTwice { color, name: one.name.clone() }.into());
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::super::{PanelKind, PanelQuery};
    use super::*;

    #[test]
    fn a_line_is_read_as_it_is_written() {
        for line in ["blue = web-0", "yellow = {a=\"b\"}", "red = a = b"] {
            assert_eq!(SeriesColor::parse(line).unwrap().to_string(), line);
        }
        assert_eq!(SeriesColor::parse(" teal=web 0 "), Some(SeriesColor { name: "web 0".into(), color: 2 }));
        let long = format!("blue = {}", "x".repeat(LONGEST_SERIES + 1));
        for line in ["", "blue", "blue =", "= web-0", "mauve = web-0", "#ff0000 = web-0", &long] {
            assert_eq!(SeriesColor::parse(line), None, "{line}");
        }
    }

    #[test]
    fn each_series_and_each_colour_is_there_once_and_only_where_series_are_drawn() {
        let problems = |kind, lines: &[&str]| {
            let colors = lines.iter().map(|line| SeriesColor::parse(line).unwrap()).collect();
            let queries = vec![PanelQuery { query: "up".into(), legend: String::new() }];
            let panel = PanelPlan { title: "Up".into(), kind, queries, colors, ..PanelPlan::default() };
            panel.problems().into_iter().map(|problem| problem.message).collect::<Vec<_>>()
        };

        assert!(problems(PanelKind::Bars, &["blue = a", "red = b"]).is_empty());
        assert!(problems(PanelKind::Lines, &["blue = a", "red = a"])[0].contains("\"a\" has a colour"));
        assert!(problems(PanelKind::Lines, &["blue = a", "blue = b"])[0].contains("blue is another"));
        assert!(problems(PanelKind::Table, &["blue = a"])[0].contains("only lines"));
    }
}
