//! Labels of the time axis, at round times of the reader's clock.

use model::Timestamp;

/// Seconds between labels.
const STEPS: [i64; 16] = [
    60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600,
    2_592_000,
];
/// Seconds of a day.
const DAY: i64 = 86_400;
/// More labels than this run into each other where a chart is narrow.
const MOST: i64 = 6;

/// Hundredths as an attribute that stretches with its place.
pub fn place(hundredths: f64) -> String {
    format!("{}%", (hundredths * 100.0).round() / 100.0)
}

/// Moments with their words, at multiples of a round step of a clock that is so many seconds before UTC. Labels that would
/// be cut by the edges are left out.
pub fn time_labels(start: i64, end: i64, offset: i64) -> Vec<(i64, String)> {
    labels(start, end, offset, 0)
}

/// The same for points that are days: no label stands inside one.
pub fn day_labels(start: i64, end: i64) -> Vec<(i64, String)> {
    labels(start, end, 0, DAY)
}

/// A day of UTC in words, by its beginning.
pub fn day_words(start: i64) -> String {
    Timestamp(start).to_rfc3339().get(..10).unwrap_or_default().to_owned()
}

/// At multiples of a step of at least so many seconds.
fn labels(start: i64, end: i64, offset: i64, shortest: i64) -> Vec<(i64, String)> {
    let span = (end - start).max(1);
    let mut steps = STEPS.into_iter().filter(|step| *step >= shortest);
    let step = steps.find(|step| span / step <= MOST).unwrap_or(2_592_000);
    let first = (start + offset).div_euclid(step) * step + step;
    let room = span / 25;
    let moments = (0..=MOST + 1).map(|index| first + index * step - offset);
    let inside = moments.filter(|moment| *moment >= start + room && *moment <= end - room);
    inside.map(|moment| (moment, words(moment + offset, step))).collect()
}

/// `14:05`, or `11-26` where a day begins or labels are days apart.
fn words(local: i64, step: i64) -> String {
    let text = Timestamp(local).to_rfc3339();
    let part = if step >= DAY || local.rem_euclid(DAY) == 0 { text.get(5..10) } else { text.get(11..16) };
    part.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(start: &str, end: &str, offset: i64) -> Vec<String> {
        let seconds = |text: &str| Timestamp::parse_minutes(text).map_or(0, |moment| moment.0);
        time_labels(seconds(start), seconds(end), offset).into_iter().map(|(_, words)| words).collect()
    }

    #[test]
    fn labels_are_round_on_the_readers_clock() {
        assert_eq!(
            labels("2026-11-26T13:03", "2026-11-26T14:03", 0),
            ["13:10", "13:20", "13:30", "13:40", "13:50", "14:00"]
        );
        // Half past in Delhi is no half past in Greenwich.
        let delhi = labels("2026-11-26T00:03", "2026-11-26T06:03", 19_800);
        assert_eq!(delhi, ["06:00", "07:00", "08:00", "09:00", "10:00", "11:00"]);
    }

    #[test]
    fn midnight_is_its_day() {
        assert_eq!(labels("2026-11-25T22:10", "2026-11-26T02:10", 0), ["23:00", "11-26", "01:00", "02:00"]);
        // The last midnight would be cut by the edge.
        assert_eq!(labels("2026-11-20T03:00", "2026-11-26T03:00", 3600).len(), 5);
    }

    #[test]
    fn days_have_no_hours() {
        let seconds = |text: &str| Timestamp::parse_minutes(text).map_or(0, |moment| moment.0);
        let (start, end) = (seconds("2026-11-30T00:00"), seconds("2026-12-03T00:00"));
        let days: Vec<String> = day_labels(start, end).into_iter().map(|(_, words)| words).collect();

        assert_eq!(days, ["12-01", "12-02"]);
        assert_eq!(time_labels(start, end, 0).len(), 5, "moments have labels between midnights");
        assert_eq!(day_words(start), "2026-11-30");
    }

    #[test]
    fn there_are_never_many() {
        for span in [60, 900, 3600, 86_400, 604_800, 2_592_000, 15_897_600] {
            let count = time_labels(1_700_000_000, 1_700_000_000 + span, 0).len();
            assert!((1..=7).contains(&count) || span == 60, "{count} labels for {span} s");
        }
    }
}
