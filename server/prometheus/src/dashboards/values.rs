//! Names of series, and their latest values one by one or as a table.

use super::panels::Answers;
use crate::answer::{Answer, Measurement};
use crate::boards::{rounded, written};
use crate::explore::telling;
use monitoring_contract::{
    PanelFigure, PanelPlan, PanelQuery, ShownFigure, ShownRow, ShownTable, ShownValue, mapped,
};
use std::collections::BTreeMap;

/// Values that are shown beside each other.
const MOST_VALUES: usize = 12;

/// A value for each query; none where nothing was measured.
type Cells = Vec<Option<ShownFigure>>;

/// What the series of an answer are called: by the query's legend, or by the labels that differ.
pub(super) fn named(query: &PanelQuery, answer: &Answer) -> Vec<String> {
    if query.legend.is_empty() {
        let labels = telling(&answer.series);
        return answer.series.iter().map(|series| written(&labels, series)).collect();
    }
    answer.series.iter().map(|series| filled(&query.legend, series)).collect()
}

/// A legend with the values of a series' labels in it.
fn filled(legend: &str, series: &Measurement) -> String {
    let mut text = String::new();
    let mut rest = legend;
    while let Some((before, (label, after))) =
        rest.split_once("{{").and_then(|(before, rest)| Some((before, rest.split_once("}}")?)))
    {
        text.push_str(before);
        text.push_str(series.label(label.trim()));
        rest = after;
    }
    text.push_str(rest);
    text
}

fn latest(series: &Measurement) -> Option<f64> {
    series.samples.last().map(|(_, value)| rounded(*value))
}

/// An answer with one value for each series: that by which it is shown.
pub(super) fn reduced(answer: &Answer, figure: PanelFigure) -> Answer {
    let one = |series: &Measurement| {
        let value = figure.of(series.samples.iter().map(|(_, value)| *value));
        let at = series.samples.last().map(|(at, _)| *at);
        Measurement { labels: series.labels.clone(), samples: at.zip(value).into_iter().collect() }
    };
    Answer { series: answer.series.iter().map(one).collect(), warnings: answer.warnings.clone() }
}

/// A number as the panel shows it: what it is called counts before the thresholds.
fn figure(plan: &PanelPlan, value: f64) -> ShownFigure {
    match mapped(&plan.mappings, value) {
        Some((_, mapping)) => ShownFigure { value, text: Some(mapping.text.clone()), level: mapping.level },
        None => ShownFigure { value, text: None, level: plan.thresholds.level(value) },
    }
}

pub(super) fn values(answers: &Answers<'_>, plan: &PanelPlan) -> Vec<ShownValue> {
    let each =
        answers.iter().flat_map(|(query, answer)| named(query, answer).into_iter().zip(&answer.series));
    let shown = each.filter_map(|(name, series)| {
        let value = latest(series)?;
        Some(ShownValue { name, figure: figure(plan, value) })
    });
    let mut shown: Vec<ShownValue> = shown.collect();
    // Where there is one, the panel's title says what it is, unless somebody gave it a name.
    if let ([only], [(query, _)]) = (shown.as_mut_slice(), answers)
        && query.legend.is_empty()
    {
        only.name.clear();
    }
    shown.truncate(MOST_VALUES);
    shown
}

/// A row for each set of labels, a column for each query.
pub(super) fn table(answers: &Answers<'_>, plan: &PanelPlan) -> ShownTable {
    let all: Vec<Measurement> =
        answers.iter().flat_map(|(_, answer)| answer.series.iter().cloned()).collect();
    let labels: Vec<&str> = telling(&all).into_iter().filter(|label| *label != "__name__").collect();
    let mut rows: BTreeMap<Vec<String>, Cells> = BTreeMap::new();
    for (column, (_, answer)) in answers.iter().enumerate() {
        for series in &answer.series {
            let key = labels.iter().map(|label| series.label(label).to_owned()).collect();
            let row = rows.entry(key).or_insert_with(|| vec![None; answers.len()]);
            if let (Some(cell), Some(value)) = (row.get_mut(column), latest(series)) {
                *cell = Some(figure(plan, value));
            }
        }
    }
    let left_out = rows.len().saturating_sub(ShownTable::MOST_ROWS) as u32;
    let mut rows: Vec<ShownRow> =
        rows.into_iter().map(|(labels, values)| ShownRow { labels, values }).collect();
    // The largest are what somebody looks for.
    let size = |row: &ShownRow| {
        let first = row.values.first().and_then(Option::as_ref);
        first.map_or(f64::NEG_INFINITY, |figure| figure.value)
    };
    rows.sort_by(|a, b| size(b).total_cmp(&size(a)));
    rows.truncate(ShownTable::MOST_ROWS);
    ShownTable {
        labels: labels.into_iter().map(str::to_owned).collect(),
        columns: answers.iter().map(|(query, _)| query.legend.clone()).collect(),
        rows,
        left_out,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::Level;
    use monitoring_contract::{Thresholds, ValueMapping};
    use std::sync::Arc;

    fn series(labels: &[(&str, &str)], value: f64) -> Measurement {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Measurement { labels, samples: vec![(0, value)] }
    }

    fn answer(series: Vec<Measurement>) -> Arc<Answer> {
        Arc::new(Answer { series, warnings: Vec::new() })
    }

    #[test]
    fn a_series_is_shown_by_the_value_that_is_wished() {
        let samples = vec![(0, 1.0), (60, 5.0), (120, 3.0)];
        let one = Measurement { samples, ..series(&[("pod", "web-0")], 0.0) };
        let none = Measurement { samples: Vec::new(), ..series(&[("pod", "web-1")], 0.0) };
        let both = answer(vec![one, none]);

        for (figure, expected) in
            [(PanelFigure::Mean, 3.0), (PanelFigure::Least, 1.0), (PanelFigure::Most, 5.0)]
        {
            let told = reduced(&both, figure);
            assert_eq!(told.series[0].samples, [(120, expected)], "{figure:?}");
            assert!(told.series[1].samples.is_empty() && told.series[1].label("pod") == "web-1");
        }
    }

    fn query(legend: &str) -> PanelQuery {
        PanelQuery { query: "up".into(), legend: legend.into() }
    }

    #[test]
    fn a_legend_is_filled_with_labels() {
        let one = series(&[("pod", "web-0"), ("container", "main")], 1.0);

        assert_eq!(filled("{{pod}} / {{ container }}", &one), "web-0 / main");
        assert_eq!(filled("{{other}}x", &one), "x", "a label that is not there is empty");
        assert_eq!(filled("{{pod", &one), "{{pod");
    }

    #[test]
    fn series_without_a_legend_are_called_by_what_differs() {
        let both = vec![
            series(&[("job", "a"), ("pod", "web-0")], 1.0),
            series(&[("job", "a"), ("pod", "web-1")], 2.0),
        ];

        assert_eq!(named(&query(""), &answer(both)), ["{pod=\"web-0\"}", "{pod=\"web-1\"}"]);
    }

    #[test]
    fn a_table_has_a_row_for_each_set_of_labels_and_no_zero_for_nothing() {
        let plan = PanelPlan {
            thresholds: Thresholds { warning: Some(2.0), critical: None },
            mappings: vec![ValueMapping::parse("ok 4.. = Plenty").unwrap()],
            ..PanelPlan::default()
        };
        let (used, limit) = (query("used"), query("limit"));
        let answers = [
            (&used, answer(vec![series(&[("pod", "web-0")], 1.0), series(&[("pod", "web-1")], 3.0)])),
            (&limit, answer(vec![series(&[("pod", "web-1")], 4.0)])),
        ];

        let table = table(&answers, &plan);

        assert_eq!((table.labels, table.columns), (vec!["pod".into()], vec!["used".into(), "limit".into()]));
        assert_eq!(table.rows[0].labels, ["web-1"], "the largest comes first");
        let figure =
            |value, text: Option<&str>, level| ShownFigure { value, text: text.map(str::to_owned), level };
        let warned = figure(3.0, None, Some(Level::Warning));
        let plenty = figure(4.0, Some("Plenty"), Some(Level::Healthy));
        assert_eq!(
            table.rows[0].values,
            [Some(warned), Some(plenty)],
            "what it is called counts before thresholds"
        );
        assert_eq!(table.rows[1].values, [Some(figure(1.0, None, None)), None]);
    }

    #[test]
    fn one_value_is_called_as_its_panel() {
        let unnamed = query("");
        let answers = [(&unnamed, answer(vec![series(&[("pod", "web-0")], 7.0)]))];

        let shown = values(&answers, &PanelPlan::default());

        assert_eq!((shown.len(), shown[0].name.as_str(), shown[0].figure.value), (1, "", 7.0));
    }
}
