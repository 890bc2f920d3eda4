//! Figures, their targets, and how they are set beside each other.

/// Names with values; the unit is in the name.
pub type Figures = Vec<(String, f64)>;

/// Where a figure should be.
#[derive(Clone, Copy, Debug)]
enum Target {
    AtMost(f64),
    AtLeast(f64),
    /// Printed for comparison with earlier runs.
    None,
}

/// The figures with a target, by how the names that the measurements give them begin.
const TARGETS: &[(&str, Target)] = &[
    ("until interactive, bytes on the wire", Target::AtMost(300_000.0)),
    ("page of the list, brotli bytes", Target::AtMost(30_000.0)),
    ("RBAC: visible namespaces, cold, ms", Target::AtMost(5.0)),
    ("RBAC: one decision, p99 µs", Target::AtMost(200.0)),
    ("console: one decision, p99 µs", Target::AtMost(200.0)),
    ("a right taken, refused here, p99 ms", Target::AtMost(1_000.0)),
    ("a right taken, refused on another replica, p99 ms", Target::AtMost(1_000.0)),
    ("a right taken here, until an open list ends, p99 ms", Target::AtMost(5_000.0)),
    ("a right taken here, until an open log ends, p99 ms", Target::AtMost(5_000.0)),
    ("a right taken here, until an open terminal ends, p99 ms", Target::AtMost(5_000.0)),
    ("a right taken on another replica, until an open list ends, p99 ms", Target::AtMost(5_000.0)),
    ("a right taken on another replica, until an open log ends, p99 ms", Target::AtMost(5_000.0)),
    ("a right taken on another replica, until an open terminal ends, p99 ms", Target::AtMost(5_000.0)),
    ("audited operations", Target::AtLeast(100_000.0)),
    ("audit: writers killed", Target::AtLeast(100.0)),
    ("audit: acknowledged and missing", Target::AtMost(0.0)),
    ("audit: rows that are there twice", Target::AtMost(0.0)),
    ("audit: rows outside the chain or broken", Target::AtMost(0.0)),
    ("password guesses that were hashed, per minute", Target::AtMost(10.0)),
    ("victim signs in from a known address, % of times", Target::AtLeast(100.0)),
    ("logs: lines lost", Target::AtMost(0.0)),
    ("logs: lines told twice", Target::AtMost(0.0)),
    ("logs: memory of writers and console at most, MB", Target::AtMost(256.0)),
    ("page of 40 panels, warm, p50 ms", Target::AtMost(150.0)),
    ("terminal: lines lost or out of order", Target::AtMost(0.0)),
    ("terminal: lines lost or out of order when read late", Target::AtMost(0.0)),
    ("start to first page, ms", Target::AtMost(1_000.0)),
    ("resident idle, MB", Target::AtMost(60.0)),
    ("sync, pods per processor second", Target::AtLeast(20_000.0)),
    ("everything kept, bytes per pod", Target::AtMost(1_500.0)),
    ("resident with all pods, MB", Target::AtMost(300.0)),
    ("resident at the end, MB", Target::AtMost(300.0)),
    ("sort by name, p99 ms", Target::AtMost(5.0)),
    ("sort by status, p99 ms", Target::AtMost(5.0)),
    ("sort by restarts, p99 ms", Target::AtMost(5.0)),
    ("sort by node, p99 ms", Target::AtMost(5.0)),
    ("sort by age, p99 ms", Target::AtMost(5.0)),
    ("filter by status, p99 ms", Target::AtMost(5.0)),
    ("filter by a word, p99 ms", Target::AtMost(5.0)),
    ("filter by a label, p99 ms", Target::AtMost(5.0)),
    ("first byte of the list, p99 ms", Target::AtMost(40.0)),
    ("rows painted, median ms", Target::AtMost(200.0)),
    ("a change on the screen, p95 ms", Target::AtMost(250.0)),
    ("a change on 200 streams, p95 ms", Target::AtMost(250.0)),
    ("changes that 200 streams lost", Target::AtMost(0.0)),
    ("requests to the API server for 200 more streams", Target::AtMost(5.0)),
    ("heap of the tab, MB", Target::AtMost(15.0)),
];

/// One line for each figure: name, value, target, whether it is met, and how many times better or worse the plain way
/// was in the same run.
pub fn table(ours: &[(String, f64)], plain: &[(String, f64)]) -> Vec<String> {
    let width = ours.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let line = |(name, value): &(String, f64)| {
        let target =
            TARGETS.iter().find(|(known, _)| known == name).map_or(Target::None, |(_, target)| *target);
        let (wanted, verdict) = match target {
            Target::AtMost(limit) => {
                (format!("≤ {}", number(limit)), if *value <= limit { "met" } else { "MISSED" })
            }
            Target::AtLeast(limit) => {
                (format!("≥ {}", number(limit)), if *value >= limit { "met" } else { "MISSED" })
            }
            Target::None => (String::new(), ""),
        };
        let other = plain.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
        let beside = other.map_or_else(String::new, |other| {
            format!("plain {} ({} times)", number(other), number(other / value))
        });
        let line = format!("{name:<width$}  {:>12}  {wanted:>12}  {verdict:<6}  {beside}", number(*value));
        line.trim_end().to_owned()
    };
    ours.iter().map(line).collect()
}

/// Digits in groups of three; decimals only where they say something.
fn number(value: f64) -> String {
    if value < 10.0 && value.fract() != 0.0 {
        return format!("{value:.2}");
    }
    if value < 100.0 && value.fract() != 0.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let grouped = digits.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group).into_owned());
    grouped.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(name: &str, value: f64) -> (String, f64) {
        (name.to_owned(), value)
    }

    #[test]
    fn a_figure_stands_beside_its_target_with_a_verdict() {
        let ours = [
            figure("resident idle, MB", 48.5),
            figure("sync, pods per processor second", 12_500.0),
            figure("pkg/orrery.css, brotli bytes", 9_876.0),
        ];

        let lines = table(&ours, &[]);

        assert!(lines[0].ends_with("48.5          ≤ 60  met"), "{}", lines[0]);
        assert!(lines[1].ends_with("12 500      ≥ 20 000  MISSED"), "{}", lines[1]);
        assert!(lines[2].ends_with("9 876"), "{}", lines[2]);
    }

    #[test]
    fn the_plain_way_stands_beside_as_a_ratio() {
        let ours = [figure("everything kept, bytes per pod", 1_000.0)];
        let plain = [figure("everything kept, bytes per pod", 51_400.0), figure("something else", 1.0)];

        let lines = table(&ours, &plain);

        assert_eq!(lines.len(), 1);
        assert!(lines[0].ends_with("met     plain 51 400 (51.4 times)"), "{}", lines[0]);
    }
}
