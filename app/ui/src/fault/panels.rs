//! What is wrong with panels of dashboards.

use super::quoted;
use crate::words::{text, text_with};
use model::fault::PanelFault;

pub(super) fn panel_words(fault: &PanelFault) -> String {
    let words = match fault {
        PanelFault::ManyQueries(most) => {
            return text_with("fault.panel.many-queries", &[("most", most)]);
        }
        PanelFault::LongQuery { longest, name } => {
            return text_with("fault.panel.long-query", &[("longest", longest), ("name", name)]);
        }
        PanelFault::NoNumber(said) => {
            return text_with("fault.panel.no-number", &[("said", &quoted(said))]);
        }
        PanelFault::ManyStates(most) => {
            return text_with("fault.panel.many-states", &[("most", most)]);
        }
        PanelFault::NoState(line) => {
            return text_with("fault.panel.no-state", &[("line", &quoted(line))]);
        }
        PanelFault::StateName(longest) => {
            return text_with("fault.panel.state-name", &[("longest", longest)]);
        }
        PanelFault::NoColor { line, colors } => {
            return text_with("fault.panel.no-color", &[("line", &quoted(line)), ("colors", colors)]);
        }
        PanelFault::SeriesName(longest) => {
            return text_with("fault.panel.series-name", &[("longest", longest)]);
        }
        PanelFault::ColorName(colors) => {
            return text_with("fault.panel.color-name", &[("colors", colors)]);
        }
        PanelFault::SeriesTwice(name) => {
            return text_with("fault.panel.series-twice", &[("name", &quoted(name))]);
        }
        PanelFault::ColorTwice { color, name } => {
            return text_with("fault.panel.color-twice", &[("color", color), ("name", &quoted(name))]);
        }
        PanelFault::Nameless => text("fault.panel.nameless"),
        PanelFault::Width => text("fault.panel.width"),
        PanelFault::Step => text("fault.panel.step"),
        PanelFault::NoPoints => text("fault.panel.no-points"),
        PanelFault::NoHeight => text("fault.panel.no-height"),
        PanelFault::NoFigure => text("fault.panel.no-figure"),
        PanelFault::NoText => text("fault.panel.no-text"),
        PanelFault::TextElsewhere => text("fault.panel.text-elsewhere"),
        PanelFault::QueryOfWords => text("fault.panel.query-of-words"),
        PanelFault::NoQuery => text("fault.panel.no-query"),
        PanelFault::TwoSearches => text("fault.panel.two-searches"),
        PanelFault::NameAlone => text("fault.panel.name-alone"),
        PanelFault::HeatMapThreshold => text("fault.panel.heat-map-threshold"),
        PanelFault::LogsThreshold => text("fault.panel.logs-threshold"),
        PanelFault::HeadingThreshold => text("fault.panel.heading-threshold"),
        PanelFault::SameThresholds => text("fault.panel.same-thresholds"),
        PanelFault::NotFinite => text("fault.panel.not-finite"),
        PanelFault::NoRange => text("fault.panel.no-range"),
        PanelFault::RangeEnd => text("fault.panel.range-end"),
        PanelFault::NoAxis => text("fault.panel.no-axis"),
        PanelFault::NotAboveZero => text("fault.panel.not-above-zero"),
        PanelFault::NoStates => text("fault.panel.no-states"),
        PanelFault::StateValues => text("fault.panel.state-values"),
        PanelFault::StateRange => text("fault.panel.state-range"),
        PanelFault::StateLevel => text("fault.panel.state-level"),
        PanelFault::NoColors => text("fault.panel.no-colors"),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::reads_as_it_says;
    use super::*;
    use model::Fault;

    #[test]
    fn faults_of_panels_of_dashboards_read_as_they_say() {
        let panel_faults = [
            PanelFault::Nameless,
            PanelFault::Width,
            PanelFault::Step,
            PanelFault::NoPoints,
            PanelFault::NoHeight,
            PanelFault::NoFigure,
            PanelFault::NoText,
            PanelFault::TextElsewhere,
            PanelFault::QueryOfWords,
            PanelFault::NoQuery,
            PanelFault::ManyQueries(7),
            PanelFault::TwoSearches,
            PanelFault::NameAlone,
            PanelFault::LongQuery { longest: 7, name: 7 },
            PanelFault::HeatMapThreshold,
            PanelFault::LogsThreshold,
            PanelFault::HeadingThreshold,
            PanelFault::SameThresholds,
            PanelFault::NotFinite,
            PanelFault::NoNumber("two words".into()),
            PanelFault::NoRange,
            PanelFault::RangeEnd,
            PanelFault::NoAxis,
            PanelFault::NotAboveZero,
            PanelFault::NoStates,
            PanelFault::ManyStates(7),
            PanelFault::NoState("two words".into()),
            PanelFault::StateName(7),
            PanelFault::StateValues,
            PanelFault::StateRange,
            PanelFault::StateLevel,
            PanelFault::NoColors,
            PanelFault::NoColor { line: "two words".into(), colors: "two words".into() },
            PanelFault::SeriesName(7),
            PanelFault::ColorName("two words".into()),
            PanelFault::SeriesTwice("two words".into()),
            PanelFault::ColorTwice { color: "two words".into(), name: "two words".into() },
        ];

        reads_as_it_says(panel_faults.map(Fault::from));
    }
}
