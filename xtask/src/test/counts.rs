//! Adding up what passed, read from what the test programs print.

use std::fmt;

use anyhow::{Context, Result};

/// What became of some checks.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Checks that were content.
    pub passed: u64,
    /// Checks that were not.
    pub failed: u64,
    /// Checks that could not be made.
    pub skipped: u64,
    /// Shown at once: what is wrong.
    pub problems: Vec<String>,
    /// Shown once more at the end of a run: the tests that failed, with the first lines of what they said.
    pub failures: Vec<String>,
    /// Why something could not be checked.
    pub skips: Vec<String>,
}

impl Counts {
    /// One check that was content.
    pub fn success() -> Self {
        Self { passed: 1, ..Self::default() }
    }

    /// One check that was not, and why.
    pub fn failure(problem: String) -> Self {
        Self { failed: 1, problems: vec![problem], ..Self::default() }
    }

    /// One check that could not be made, and why.
    pub fn skip(reason: String) -> Self {
        Self { skipped: 1, skips: vec![reason], ..Self::default() }
    }

    /// A check that looked for problems of one sort and lists those it found.
    pub fn from_problems(problems: Vec<String>) -> Self {
        if problems.is_empty() { Self::success() } else { Self { failed: 1, problems, ..Self::default() } }
    }

    /// Adds the numbers of other checks.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.problems.extend(other.problems);
        self.failures.extend(other.failures);
        self.skips.extend(other.skips);
    }

    /// Counts Rust's test programs: each ends with `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    pub fn of_rust_tests(output: &str) -> Self {
        let mut counts = Self::default();
        for line in output.lines().filter_map(|line| line.trim().strip_prefix("test result: ")) {
            let number = |what: &str| {
                line.split(['.', ';'])
                    .find_map(|part| part.trim().strip_suffix(what)?.trim().parse::<u64>().ok())
            };
            counts.passed += number("passed").unwrap_or(0);
            counts.failed += number("failed").unwrap_or(0);
            counts.skipped += number("ignored").unwrap_or(0);
        }
        // `test client::works ... ignored, needs kubectl` or `test … ignored`
        counts.skips = output
            .lines()
            .filter_map(|line| line.trim().strip_prefix("test ")?.split_once(" ... ignored"))
            .map(|(name, reason)| format!("{name}{reason}"))
            .collect();
        counts.failures = failed_rust_tests(output);
        counts
    }

    /// Counts Node's test runner: `# pass 3`, `# fail 0`, `# skipped 0` (or `ℹ` in front on a terminal).
    pub fn of_node_tests(output: &str) -> Self {
        let number = |what: &str| {
            output
                .lines()
                .filter_map(|line| line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")))
                .find_map(|line| line.strip_prefix(what)?.trim().parse::<u64>().ok())
                .unwrap_or(0)
        };
        Self {
            passed: number("pass "),
            failed: number("fail "),
            skipped: number("skipped "),
            ..Self::default()
        }
    }

    /// Counts Playwright's JSON report. A test that passed only at the second try has failed.
    pub fn of_browser_tests(report: &str) -> Result<Self> {
        #[derive(serde::Deserialize)]
        struct Report {
            stats: Stats,
            #[serde(default)]
            suites: Vec<Suite>,
        }
        #[derive(serde::Deserialize)]
        struct Stats {
            expected: u64,
            unexpected: u64,
            flaky: u64,
            skipped: u64,
        }
        let Report { stats, suites } =
            serde_json::from_str(report).context("the report of the browser tests")?;
        Ok(Self {
            passed: stats.expected,
            failed: stats.unexpected + stats.flaky,
            skipped: stats.skipped,
            failures: suites.iter().flat_map(Suite::failures).collect(),
            ..Self::default()
        })
    }
}

/// How much of what a failed test said is repeated.
const LINES_OF_A_FAILURE: usize = 8;

fn first_lines<'a>(name: &str, said: impl Iterator<Item = &'a str>) -> String {
    let lines = said.map(without_colors).filter(|line| !line.is_empty()).take(LINES_OF_A_FAILURE);
    lines.fold(name.to_owned(), |text, line| format!("{text}\n    {line}"))
}

/// A line without the marks that colour it on a terminal: `ESC [ … m` (ECMA-48, 8.3.117).
fn without_colors(line: &str) -> String {
    let mut parts = line.trim_end().split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.filter_map(|part| Some(part.split_once('m')?.1));
    rest.fold(first, |text, part| text + part).trim_end().to_owned()
}

/// What a failed test has printed stands between `---- its::name stdout ----` and the next such line or the list of
/// names; of a panic's stack nothing is repeated.
fn failed_rust_tests(output: &str) -> Vec<String> {
    let mut lines = output.lines().peekable();
    let mut failures = Vec::new();
    while let Some(line) = lines.next() {
        let Some(name) = line.strip_prefix("---- ").and_then(|line| line.strip_suffix(" stdout ----")) else {
            continue;
        };
        let mut said = Vec::new();
        while let Some(line) = lines
            .next_if(|line| !line.starts_with("---- ") && *line != "failures:" && *line != "stack backtrace:")
        {
            said.push(line);
        }
        failures.push(first_lines(name, said.into_iter()));
    }
    failures
}

/// A file, or a group in it, of Playwright's report.
#[derive(serde::Deserialize)]
struct Suite {
    #[serde(default)]
    suites: Vec<Suite>,
    #[serde(default)]
    specs: Vec<Spec>,
}

#[derive(serde::Deserialize)]
struct Spec {
    title: String,
    file: String,
    line: u64,
    tests: Vec<BrowserTest>,
}

#[derive(serde::Deserialize)]
struct BrowserTest {
    #[serde(rename = "projectName")]
    project: String,
    results: Vec<BrowserResult>,
}

#[derive(serde::Deserialize)]
struct BrowserResult {
    error: Option<BrowserError>,
}

#[derive(serde::Deserialize)]
struct BrowserError {
    #[serde(default)]
    message: String,
}

impl Suite {
    fn failures(&self) -> Vec<String> {
        let own = self.specs.iter().flat_map(|spec| {
            spec.tests.iter().filter_map(|test| {
                let error = test.results.iter().find_map(|result| result.error.as_ref())?;
                let name = format!("[{}] {}:{} {}", test.project, spec.file, spec.line, spec.title);
                Some(first_lines(&name, error.message.lines()))
            })
        });
        own.chain(self.suites.iter().flat_map(Self::failures)).collect()
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(formatter, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_results_of_several_test_programs_are_added() {
        let output = "running 3 tests\ntest a ... ok\ntest kubectl_gets_pods ... ignored, needs kubectl\n\n\
                      test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.0s\n\
                      test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n";

        let counts = Counts::of_rust_tests(output);

        assert_eq!((counts.passed, counts.failed, counts.skipped), (6, 2, 1));
        assert_eq!(counts.skips, ["kubectl_gets_pods, needs kubectl"]);
    }

    #[test]
    fn tests_that_failed_are_named_with_what_they_said() {
        let output = "test a ... FAILED\ntest b ... FAILED\n\nfailures:\n\n---- sums::a stdout ----\n\n\
                      thread 'sums::a' panicked at src/sums.rs:3:5:\n1 is not 2\nstack backtrace:\n   0: main\n\n\
                      ---- b stdout ----\nError: gone\n\n\nfailures:\n    sums::a\n    b\n\n\
                      test result: FAILED. 0 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n";

        let failures = Counts::of_rust_tests(output).failures;

        assert_eq!(
            failures,
            [
                "sums::a\n    thread 'sums::a' panicked at src/sums.rs:3:5:\n    1 is not 2",
                "b\n    Error: gone"
            ]
        );
    }

    #[test]
    fn node_tests_are_counted() {
        let output = "TAP version 13\n# tests 4\n# pass 3\n# fail 1\n# cancelled 0\n# skipped 0\n";

        let counts = Counts::of_node_tests(output);

        assert_eq!((counts.passed, counts.failed, counts.skipped), (3, 1, 0));
    }

    #[test]
    fn a_browser_test_that_passed_only_at_the_second_try_has_failed() {
        let report = r#"{"stats": {"expected": 7, "unexpected": 1, "flaky": 1, "skipped": 2, "duration": 3.5},
                "suites": [{"specs": [], "suites": [{"specs": [{"title": "signs in", "file": "story.spec.ts", "line": 8,
                    "tests": [{"projectName": "scripts", "results": [
                        {"status": "failed", "error": {"message": "\u001b[31mno\u001b[39m button\n\n  at once"}}, {"status": "passed"}]}]}]}]}]}"#;

        let counts = Counts::of_browser_tests(report).unwrap();

        assert_eq!((counts.passed, counts.failed, counts.skipped), (7, 2, 2));
        assert_eq!(counts.failures, ["[scripts] story.spec.ts:8 signs in\n    no button\n      at once"]);
    }

    #[test]
    fn the_sentence_names_what_was_skipped_only_if_something_was() {
        let mut counts = Counts::success();
        assert_eq!(counts.to_string(), "1 passed, 0 failed");

        counts.add(Counts::skip("no network".into()));
        assert_eq!(counts.to_string(), "1 passed, 0 failed, 1 skipped");
    }
}
