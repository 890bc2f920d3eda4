//! Colours of series: here those of a palette, in Grafana any.

use super::thresholds::parts;
use super::{list, text};
use monitoring_contract::{LONGEST_SERIES, PanelKind, SeriesColor};
use serde_json::{Value, json};

/// The palette's colours, each as it is on light and on dark ground.
const PALETTE: [[&str; 2]; 12] = [
    ["#3f51c4", "#8f9dff"],
    ["#b25a00", "#f0a04b"],
    ["#0f7b6c", "#4fd1b8"],
    ["#a3397f", "#f08cc8"],
    ["#4a7d12", "#a2d45e"],
    ["#1f78b4", "#6cc0f5"],
    ["#8a5a2b", "#d9ab7a"],
    ["#6d4bb3", "#bda0f5"],
    ["#9a2f3c", "#f5919c"],
    ["#5b6572", "#aab4c0"],
    ["#00798c", "#5fd3e6"],
    ["#7a6a00", "#d9c94a"],
];
/// Those that Grafana has a word for, which it shows in a shade for each of its themes.
const NAMED: [(u8, &str); 6] =
    [(0, "blue"), (1, "orange"), (4, "green"), (7, "purple"), (8, "red"), (11, "yellow")];
/// How much less it counts how light a colour is.
const LIGHT: i32 = 7;
/// What Grafana puts before the word of a shade.
const SHADES: [&str; 4] = ["super-light-", "semi-dark-", "light-", "dark-"];

/// The colours of a panel's series. What else is said of single series is told.
pub fn read(panel: &Value, kind: PanelKind, missing: &mut dyn FnMut(String)) -> Vec<SeriesColor> {
    let mut said = Vec::new();
    let of_names = panel["aliasColors"].as_object().into_iter().flatten();
    said.extend(of_names.map(|(name, color)| (name.as_str(), color.as_str().unwrap_or_default())));
    let mut is_all = true;
    for one in list(panel, "/seriesOverrides") {
        let (name, color) = (text(one, "/alias"), text(one, "/color"));
        // What stands between slashes is an expression, of which the names are not known.
        if color.is_empty() || name.starts_with('/') {
            is_all = false;
            continue;
        }
        is_all &= one.as_object().is_some_and(|fields| fields.len() == 2);
        said.push((name, color));
    }
    if !is_all {
        missing("its overrides of series".into());
    }
    let mut is_all = true;
    for one in list(panel, "/fieldConfig/overrides") {
        let name = text(one, "/matcher/options");
        if text(one, "/matcher/id") != "byName" || name.is_empty() {
            is_all = false;
            continue;
        }
        for property in list(one, "/properties") {
            if text(property, "/id") == "color" && text(property, "/value/mode") == "fixed" {
                said.push((name, text(property, "/value/fixedColor")));
            } else {
                is_all = false;
            }
        }
    }
    if !is_all {
        missing("its overrides of fields".into());
    }
    if kind.has_colors() {
        return different(&said, missing);
    }
    if !said.is_empty() {
        missing("its colours of series".into());
    }
    Vec::new()
}

/// Those that can be had together: each series has one, and each colour is one series'.
fn different(said: &[(&str, &str)], missing: &mut dyn FnMut(String)) -> Vec<SeriesColor> {
    let mut colors: Vec<SeriesColor> = Vec::new();
    for (name, color) in said {
        let named: String = name.trim().chars().take(LONGEST_SERIES + 1).collect();
        let found = of(color).map(|color| SeriesColor { name: named, color });
        let is_new = |one: &SeriesColor| {
            one.fault().is_none()
                && colors.iter().all(|other| other.name != one.name && other.color != one.color)
        };
        match found.filter(is_new) {
            Some(one) => colors.push(one),
            None => missing(format!("the colour {color} of {name:?}")),
        }
    }
    colors
}

/// The colour of the palette that a colour of Grafana is, or comes nearest to.
fn of(color: &str) -> Option<u8> {
    if let Some(parts) = parts(color) {
        let places = (0_u8..).zip(PALETTE);
        let distance = |shades: [&str; 2]| shades.into_iter().filter_map(|shade| apart(parts, shade)).min();
        return places
            .filter_map(|(place, shades)| Some((distance(shades)?, place)))
            .min()
            .map(|(_, place)| place);
    }
    let plain = SHADES.into_iter().find_map(|shade| color.strip_prefix(shade)).unwrap_or(color);
    NAMED.into_iter().find(|(_, word)| *word == plain).map(|(place, _)| place)
}

/// How different colours are, of which how light they are counts little: shades of one have a word in common.
fn apart(color: [u8; 3], shade: &str) -> Option<i32> {
    let both = color.into_iter().zip(parts(shade)?);
    let differences: Vec<i32> = both.map(|(one, other)| i32::from(one) - i32::from(other)).collect();
    let sum: i32 = differences.iter().sum();
    let of_hue: i32 = differences.iter().map(|one| (3 * one - sum) * (3 * one - sum)).sum();
    Some(of_hue + sum * sum / LIGHT)
}

/// Colours as overrides of the fields of these names.
pub fn write(colors: &[SeriesColor]) -> Value {
    let one = |one: &SeriesColor| {
        let named = NAMED.into_iter().find(|(place, _)| *place == one.color).map(|(_, word)| word);
        let light = PALETTE.get(usize::from(one.color)).map(|[light, _]| *light);
        json!({
            "matcher": {"id": "byName", "options": one.name},
            "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": named.or(light)}}],
        })
    };
    colors.iter().map(one).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use monitoring_contract::COLORS;

    #[test]
    fn the_palette_is_that_of_charts() {
        let style = include_str!("../../../../style/ui/chart.css");
        for (place, [light, dark]) in PALETTE.into_iter().enumerate() {
            assert!(style.contains(&format!("--chart-{place}: light-dark({light}, {dark});")), "{place}");
        }
        for (place, word) in NAMED {
            assert_eq!(COLORS[usize::from(place)], word);
        }
    }

    #[test]
    fn a_colour_is_its_word_in_any_shade_or_the_nearest() {
        for (written, word) in [
            ("dark-red", "red"),
            ("super-light-blue", "blue"),
            ("semi-dark-orange", "orange"),
            ("#7EB26D", "green"),
            ("#EAB839", "yellow"),
            ("#EF843C", "orange"),
            ("#1F78C1", "sky"),
            ("#F2495C", "red"),
            ("rgba(50, 172, 45, 0.97)", "green"),
            ("#0A437C", "sky"),
            ("#CCCCCC", "grey"),
            ("#806EB7", "purple"),
        ] {
            assert_eq!(of(written).map(|color| COLORS[usize::from(color)]), Some(word), "{written}");
        }
        for written in ["", "text", "transparent", "rgb(1, 2)", "rgb(1, 2, 300)", "#12345", "#ééé"] {
            assert_eq!(of(written), None, "{written}");
        }
    }

    #[test]
    fn every_way_to_say_a_colour_is_read_and_what_is_left_is_told() {
        let mut told = Vec::new();
        let panel = json!({
            "aliasColors": {"a": "#3f51c4", "b": "transparent"},
            "seriesOverrides": [
                {"alias": "c", "color": "#0f7b6c"},
                {"alias": "/^d/", "color": "#a3397f"},
                {"alias": "e", "yaxis": 2},
            ],
            "fieldConfig": {"overrides": [
                {"matcher": {"id": "byName", "options": "f"}, "properties": [
                    {"id": "color", "value": {"mode": "fixed", "fixedColor": "red"}}, {"id": "custom.lineWidth", "value": 3}]},
                {"matcher": {"id": "byName", "options": "g"}, "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": "dark-red"}}]},
                {"matcher": {"id": "byRegexp", "options": "h.*"}, "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": "green"}}]},
            ]},
        });

        let colors = read(&panel, PanelKind::Lines, &mut |words| told.push(words));

        let lines: Vec<String> = colors.iter().map(ToString::to_string).collect();
        assert_eq!(lines, ["blue = a", "teal = c", "red = f"]);
        assert_eq!(
            told,
            [
                "its overrides of series",
                "its overrides of fields",
                "the colour transparent of \"b\"",
                "the colour dark-red of \"g\"",
            ]
        );
        let mut told = Vec::new();
        assert_eq!(read(&panel, PanelKind::Table, &mut |words| told.push(words)), []);
        assert_eq!(told.last().unwrap(), "its colours of series");
    }
}
