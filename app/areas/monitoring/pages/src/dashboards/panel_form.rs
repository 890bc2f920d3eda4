//! The form of a panel.

use super::edit::which;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::{ClusterName, ConsoleError, link};
use monitoring_contract::{
    COLORS, KeptDashboard, MOST_QUERIES, PANEL_STEPS, PanelAxis, PanelFigure, PanelHeight, PanelKind,
    PanelPlan, PanelQuery, QUERY_FIELDS, SavePanel, Thresholds, UNITS, ValueRange, WIDTHS, Window, unit_word,
};
use ui::{
    Card, Command, Field, FormProblems, PageHeader, PageTitle, Problem, Select, TextArea, command_form,
};

/// Names of the fields that show what is wrong with them.
const FIELDS: [&str; 20] = [
    "title", "kind", "unit", "width", "height", "step", "figure", "warning", "critical", "min", "max",
    "axis", "mappings", "colors", "text", "query-1", "query-2", "query-3", "query-4", "query-5",
];

/// The form of the panel of this number, or of a new one.
pub fn panel_form(
    kept: &KeptDashboard,
    cluster: &ClusterName,
    which_panel: &str,
    on_change: Callback<String>,
) -> AnyView {
    let (panel, index, title) = if which_panel == "new" {
        (PanelPlan::default(), String::new(), text("panel.add"))
    } else {
        let found = which_panel.parse().ok().and_then(|index: usize| kept.plan.panels.get(index));
        let Some(panel) = found else {
            let error = ConsoleError::missing(text("panel.this"));
            return view! { <Problem error is_page=true/> }.into_any();
        };
        (panel.clone(), which_panel.to_owned(), text("panel.edit"))
    };
    let mut hidden = which(kept, cluster);
    hidden.push(("fields[index]", index));
    let command = Command {
        hidden,
        fields: &FIELDS,
        cancel: Some((text("cancel").to_owned(), link::edit_dashboard(cluster, &kept.id))),
        done: Some(text("panel.saved").to_owned()),
        on_done: Some(on_change),
        ..Command::new(SavePanel::PATH, text("panel.save"))
    };
    let form = command_form(command, |problems| fields(panel, problems));
    let kind = format!("{cluster} / {}", kept.plan.name);
    view! {
        <PageTitle text=format!("{title} · {}", kept.plan.name)/>
        <PageHeader title kind/>
        <div class="wide-form"><Card title=text("panel.form")>{form}</Card></div>
    }
    .into_any()
}

fn fields(panel: PanelPlan, problems: FormProblems) -> AnyView {
    let look = look(&panel, problems);
    let (when, bounds, words) = (when(&panel, problems), bounds(&panel, problems), words(&panel, problems));
    let queries = of_kinds(|kind| !kind.is_words(), queries(panel.queries, problems));
    view! {
        <Field
            name="fields[title]"
            label=text("panel.title")
            value=Signal::stored(panel.title)
            problem=problems.at("title")
            autocomplete="off"
        />
        {look}
        {queries}
        {when}
        {bounds}
        {words}
    }
    .into_any()
}

/// What only some kinds of panels have. The style sheet shows it while one of them is chosen, and while something is wrong
/// with it; what is not shown is sent all the same.
fn of_kinds(has: fn(PanelKind) -> bool, part: AnyView) -> AnyView {
    let kinds = PanelKind::ALL.into_iter().filter(|kind| has(*kind)).map(PanelKind::word);
    let kinds = kinds.collect::<Vec<_>>().join(" ");
    view! { <div class="panel-part" data-kinds=kinds>{part}</div> }.into_any()
}

/// How far points of time are apart, and which value of the time stands for a series.
fn when(panel: &PanelPlan, problems: FormProblems) -> AnyView {
    let figures = PanelFigure::ALL.map(|one| (one.word().to_owned(), text_of("panel.figure", one.word())));
    let step = |step: u32| match step {
        0 => ("0".to_owned(), text("panel.step.fine").to_owned()),
        step => (step.to_string(), Window::Last(step).to_texts().0),
    };
    let steps = view! {
        <Select
            name="fields[step]"
            label=text("panel.step")
            hint=text("panel.step.hint")
            options=Signal::stored(PANEL_STEPS.map(step).to_vec())
            value=Signal::stored(panel.step.to_string())
            problem=problems.at("step")
        />
    };
    let figure = view! {
        <Select
            name="fields[figure]"
            label=text("panel.figure")
            hint=text("panel.figure.hint")
            options=Signal::stored(figures.to_vec())
            value=Signal::stored(panel.figure.word().to_owned())
            problem=problems.at("figure")
        />
    };
    let (steps, figure) = (
        of_kinds(PanelKind::is_over_time, steps.into_any()),
        of_kinds(PanelKind::has_figure, figure.into_any()),
    );
    view! { {steps}{figure} }.into_any()
}

/// From where on values are bad, and where an axis begins and ends.
fn bounds(panel: &PanelPlan, problems: FormProblems) -> AnyView {
    let axes = PanelAxis::ALL.map(|one| (one.word().to_owned(), text_of("panel.axis", one.word())));
    let number = |name: &'static str, label: &'static str, hint: &'static str, value: Option<f64>| {
        let value = value.map(|value| value.to_string()).unwrap_or_default();
        let problem = problems.at(name);
        let name = format!("fields[{name}]");
        view! { <Field name label hint value=Signal::stored(value) problem autocomplete="off"/> }
    };
    let Thresholds { warning, critical } = panel.thresholds;
    let ValueRange { min, max } = panel.range;
    let bad = view! {
        <div class="field-row">
            {number("warning", text("panel.warning"), text("panel.threshold.hint"), warning)}
            {number("critical", text("panel.critical"), "", critical)}
        </div>
    };
    let axis = view! {
        <Select
            name="fields[axis]"
            label=text("panel.axis")
            hint=text("panel.axis.hint")
            options=Signal::stored(axes.to_vec())
            value=Signal::stored(panel.axis.word().to_owned())
            problem=problems.at("axis")
        />
    };
    let axis = of_kinds(PanelKind::has_axis, axis.into_any());
    let ends = view! {
        <div class="field-row">
            {number("min", text("panel.min"), text("panel.range.hint"), min)}
            {number("max", text("panel.max"), "", max)}
        </div>
    };
    let (bad, ends) =
        (of_kinds(has_thresholds, bad.into_any()), of_kinds(PanelKind::has_range, ends.into_any()));
    view! { {bad}{ends}{axis} }.into_any()
}

fn has_thresholds(kind: PanelKind) -> bool {
    kind.asks_monitoring() && kind != PanelKind::HeatMap
}

/// What values are called, which colours series have, and the text of a panel that shows one.
fn words(panel: &PanelPlan, problems: FormProblems) -> AnyView {
    let mappings = panel.mappings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let colors = panel.colors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let lines = |name: &'static str, label: &'static str, hint: String, value: String| {
        let problem = problems.at(name);
        let name = format!("fields[{name}]");
        view! { <TextArea name label hint value=Signal::stored(value) problem lines=3/> }.into_any()
    };
    let hint = text_with("panel.colors.hint", &[("colors", &ui::listed(&COLORS))]);
    let mappings =
        lines("mappings", text("panel.mappings"), text("panel.mappings.hint").to_owned(), mappings);
    let colors = lines("colors", text("panel.colors"), hint, colors);
    let said = lines("text", text("panel.text"), text("panel.text.hint").to_owned(), panel.text.clone());
    let (mappings, colors) =
        (of_kinds(PanelKind::has_mappings, mappings), of_kinds(PanelKind::has_colors, colors));
    let said = of_kinds(|kind| kind == PanelKind::Text, said);
    view! { {mappings}{colors}{said} }.into_any()
}

/// How it is shown, in which unit, and how large.
fn look(panel: &PanelPlan, problems: FormProblems) -> AnyView {
    let kinds = PanelKind::ALL.map(|kind| (kind.word().to_owned(), text_of("panel.kind", kind.word())));
    let units = UNITS.map(|(_, word)| (word.to_owned(), text_of("unit", word)));
    let heights = PanelHeight::ALL.map(|one| (one.word().to_owned(), text_of("panel.height", one.word())));
    let widths = WIDTHS.map(|width| (width.to_string(), text_of("panel.width", &width.to_string())));
    let unit = view! {
        <Select
            name="fields[unit]"
            label=text("panel.unit")
            options=Signal::stored(units.to_vec())
            value=Signal::stored(unit_word(panel.unit).to_owned())
            problem=problems.at("unit")
        />
    };
    let height = view! {
        <Select
            name="fields[height]"
            label=text("panel.height")
            options=Signal::stored(heights.to_vec())
            value=Signal::stored(panel.height.word().to_owned())
            problem=problems.at("height")
        />
    };
    view! {
        <div class="field-row">
            <Select
                name="fields[kind]"
                label=text("panel.kind")
                options=Signal::stored(kinds.to_vec())
                value=Signal::stored(panel.kind.word().to_owned())
                problem=problems.at("kind")
            />
            {of_kinds(PanelKind::asks_monitoring, unit.into_any())}
            <Select
                name="fields[width]"
                label=text("panel.width")
                options=Signal::stored(widths.to_vec())
                value=Signal::stored(panel.width.to_string())
                problem=problems.at("width")
            />
            {of_kinds(PanelKind::has_height, height.into_any())}
        </div>
    }
    .into_any()
}

/// A pair of fields for each query, and one more: saving it shows another.
fn queries(queries: Vec<PanelQuery>, problems: FormProblems) -> AnyView {
    let count = (queries.len() + 1).clamp(2, MOST_QUERIES);
    let empty = std::iter::repeat_with(PanelQuery::default);
    let pairs = queries.into_iter().chain(empty).zip(QUERY_FIELDS).take(count).enumerate();
    let pair = |(index, (PanelQuery { query, legend }, field)): (usize, (PanelQuery, &'static str))| {
        let hint = if index == 0 { text("panel.query.hint") } else { "" };
        let called = view! {
            <Field
                name=format!("fields[queries][{index}][legend]")
                label=text("panel.legend")
                value=Signal::stored(legend)
                code=true
                autocomplete="off"
                placeholder="{{pod}}"
            />
        };
        let pair = view! {
            <div class="query-pair">
                <TextArea
                    name=format!("fields[queries][{index}][query]")
                    label=text_with("panel.query", &[("number", &(index + 1))])
                    hint
                    value=Signal::stored(query)
                    problem=problems.at(field)
                    lines=2
                />
                {of_kinds(PanelKind::asks_monitoring, called.into_any())}
            </div>
        }
        .into_any();
        // Logs are of one search.
        if index == 0 { pair } else { of_kinds(PanelKind::asks_monitoring, pair) }
    };
    view! { <div class="query-pairs">{pairs.map(pair).collect_view()}</div> }.into_any()
}
