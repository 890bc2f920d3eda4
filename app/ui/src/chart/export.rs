//! A chart as a file.

use super::axis::{day_labels, day_words, time_labels};
use crate::quantity::quantity;
use crate::words::text;
use crate::{Glyph, Menu, MenuItem};
use leptos::prelude::*;
use model::chart::Chart;
use model::link::escape;
use std::fmt::Write;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{CanvasRenderingContext2d, HtmlAnchorElement, HtmlCanvasElement, HtmlImageElement};

/// What a chart is saved as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Csv,
    Svg,
    Png,
}

/// Size of a saved picture, in pixels.
const SIZE: (f64, f64) = (1000.0, 360.0);

pub fn menu(
    title: String,
    chart: StoredValue<Chart>,
    names: StoredValue<Vec<String>>,
    days: bool,
) -> AnyView {
    let title = StoredValue::new(title);
    let save = move |form: Form| {
        Callback::new(move |()| {
            let (title, chart, names) = (title.read_value(), chart.read_value(), names.read_value());
            match form {
                Form::Csv => download(
                    &file(&title, "csv"),
                    &format!("data:text/csv;charset=utf-8,{}", escape(&csv(&chart, &names, days))),
                ),
                Form::Svg => download(&file(&title, "svg"), &picture_address(&title, &chart, &names, days)),
                Form::Png => as_png(file(&title, "png"), &picture_address(&title, &chart, &names, days)),
            }
        })
    };
    view! {
        <div class="chart-menu needs-scripts">
            <Menu title=text("chart.save") glyph=Glyph::Download compact=true>
                <MenuItem title=text("chart.save.csv") on_press=save(Form::Csv)/>
                <MenuItem title=text("chart.save.svg") on_press=save(Form::Svg)/>
                <MenuItem title=text("chart.save.png") on_press=save(Form::Png)/>
            </Menu>
        </div>
    }
    .into_any()
}

fn file(title: &str, ending: &str) -> String {
    let words = title.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    format!("{}.{ending}", words.collect::<Vec<_>>().join("-").to_lowercase())
}

/// A line for each moment or day, a column for each line of the chart; nothing where nothing was measured (RFC 4180).
fn csv(chart: &Chart, names: &[String], days: bool) -> String {
    let mut text = String::from(if days { "day" } else { "time" });
    for name in names {
        // A spreadsheet would run what begins like a formula.
        let guard = if name.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
        let _ = write!(text, ",\"{guard}{}\"", name.replace('"', "\"\""));
    }
    text.push_str("\r\n");
    for point in 0..chart.scale.frame.points() {
        let at = chart.scale.frame.at(point);
        text.push_str(&if days { day_words(at.0) } else { at.to_rfc3339() });
        for series in &chart.series {
            text.push(',');
            if let Some(value) = series.values.get(point).copied().flatten() {
                let _ = write!(text, "{value}");
            }
        }
        text.push_str("\r\n");
    }
    text
}

fn picture_address(title: &str, chart: &Chart, names: &[String], days: bool) -> String {
    format!("data:image/svg+xml;charset=utf-8,{}", escape(&picture(title, chart, names, days)))
}

/// The colours of a saved picture, which has no style sheet: those of the light theme.
const COLORS: [&str; 12] = [
    "#3f51c4", "#b25a00", "#0f7b6c", "#a3397f", "#4a7d12", "#1f78b4", "#8a5a2b", "#6d4bb3", "#9a2f3c",
    "#5b6572", "#00798c", "#7a6a00",
];

/// The drawing with its labels and a legend, as a picture that stands alone.
fn picture(title: &str, chart: &Chart, names: &[String], days: bool) -> String {
    let (width, height) = SIZE;
    let (left, top, right, bottom) = (80.0, 40.0, 20.0, 70.0);
    let (inner_width, inner_height) = (width - left - right, height - top - bottom);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\"><rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/><text x=\"{left}\" y=\"24\" font-size=\"14\" font-weight=\"bold\">{}</text><style>.chart-grid{{stroke:#e4e4ea}}.chart-line{{stroke-width:1.5}}.chart-band{{opacity:.35}}.chart-earlier{{stroke-dasharray:4 3;opacity:.7}}",
        safe(title)
    );
    for (index, color) in COLORS.iter().enumerate() {
        let _ = write!(
            text,
            "[data-series=\"{index}\"]:not(.chart-band){{stroke:{color}}}.chart-band[data-series=\"{index}\"]{{fill:{color}}}"
        );
    }
    text.push_str("</style>");
    for tick in &chart.scale.ticks {
        let y = top + chart.scale.down(*tick).unwrap_or_default() / 100.0 * inner_height;
        let words = safe(&quantity(*tick, chart.scale.unit));
        let _ = write!(
            text,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"#565967\">{words}</text>",
            left - 8.0,
            y + 4.0
        );
    }
    let (start, end) = (chart.scale.frame.start, chart.scale.frame.end);
    for (moment, words) in if days { day_labels(start, end) } else { time_labels(start, end, 0) } {
        let x = left + chart.scale.frame.right(moment).unwrap_or_default() / 100.0 * inner_width;
        let _ = write!(
            text,
            "<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\" fill=\"#565967\">{words}</text>",
            height - bottom + 18.0
        );
    }
    let _ = write!(
        text,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"#565967\">UTC</text>",
        width - right,
        height - bottom + 18.0
    );
    let mut x = left;
    for (series, name) in chart.series.iter().zip(names).filter(|(series, _)| !series.is_earlier) {
        let color = COLORS.get(usize::from(series.color)).copied().unwrap_or("#000000");
        let _ = write!(
            text,
            "<rect x=\"{x}\" y=\"{}\" width=\"10\" height=\"10\" fill=\"{color}\"/><text x=\"{}\" y=\"{}\">{}</text>",
            height - 24.0,
            x + 16.0,
            height - 15.0,
            safe(name)
        );
        x += 36.0 + 7.0 * name.chars().count() as f64;
    }
    let place = format!("<svg x=\"{left}\" y=\"{top}\" width=\"{inner_width}\" height=\"{inner_height}\" ");
    text.push_str(&chart.svg.replacen("<svg ", &place, 1));
    text.push_str("</svg>");
    text
}

fn safe(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Browser only.
fn download(file: &str, address: &str) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let anchor =
        document.create_element("a").ok().and_then(|anchor| anchor.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(anchor) = anchor {
        anchor.set_href(address);
        anchor.set_download(file);
        anchor.click();
    }
}

/// Lets the browser paint the picture, then saves what it painted. Browser only.
fn as_png(file: String, address: &str) {
    let Ok(image) = HtmlImageElement::new() else { return };
    let painted = image.clone();
    let paint = move || {
        let document = web_sys::window()?.document()?;
        let canvas: HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
        // Twice as fine, for screens that are.
        canvas.set_width((SIZE.0 * 2.0) as u32);
        canvas.set_height((SIZE.1 * 2.0) as u32);
        let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        context
            .draw_image_with_html_image_element_and_dw_and_dh(&painted, 0.0, 0.0, SIZE.0 * 2.0, SIZE.1 * 2.0)
            .ok()?;
        download(&file, &canvas.to_data_url().ok()?);
        Some(())
    };
    let painted = Closure::once_into_js(move || {
        let _ = paint();
    });
    image.set_onload(Some(painted.unchecked_ref()));
    image.set_src(address);
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Unit;
    use model::chart::{Frame, Scale, Series};

    fn chart() -> Chart {
        let frame = Frame { start: 0, end: 60, step: 60 };
        let scale = Scale {
            frame,
            low: 0.0,
            high: 1.0,
            ticks: vec![0.0, 1.0],
            unit: Unit::Cores,
            is_stacked: false,
            is_logarithmic: false,
        };
        let line =
            |values| Series { key: String::new(), label: String::new(), color: 0, is_earlier: false, values };
        let series = vec![line(vec![Some(0.5), None]), line(vec![None, Some(1.0)])];
        Chart {
            svg: "<svg class=\"chart-drawing\"></svg>".into(),
            scale,
            series,
            left_out: 0,
            warnings: vec![],
        }
    }

    #[test]
    fn a_gap_is_empty_in_the_table_and_a_formula_is_defused() {
        let table = csv(&chart(), &["a \"b\"".into(), "\t=1+1".into()], false);

        assert_eq!(
            table,
            "time,\"a \"\"b\"\"\",\"'\t=1+1\"\r\n1970-01-01T00:00:00Z,0.5,\r\n1970-01-01T00:01:00Z,,1\r\n"
        );
    }

    #[test]
    fn days_are_written_as_days() {
        let mut chart = chart();
        chart.scale.frame = Frame { start: 0, end: 86_400, step: 86_400 };

        let table = csv(&chart, &["a".into(), "b".into()], true);

        assert_eq!(table, "day,\"a\",\"b\"\r\n1970-01-01,0.5,\r\n1970-01-02,,1\r\n");
    }

    #[test]
    fn a_picture_stands_alone_and_names_are_no_markup() {
        let text = picture("CPU <usage>", &chart(), &["<script>".into(), "b".into()], false);

        assert!(
            text.starts_with("<svg xmlns=")
                && text.contains("CPU &lt;usage&gt;")
                && !text.contains("<script>")
        );
        assert!(text.contains("class=\"chart-drawing\""));
    }

    #[test]
    fn files_have_plain_names() {
        assert_eq!(file("CPU, by pod / 1 h", "csv"), "cpu-by-pod-1-h.csv");
    }
}
