//! How far back a query reads: what lies before a namespace was made belongs to another one.

use super::{Query, each, name, refused, selector};
use crate::error::PrometheusError;
use model::chart::Frame;
use promql_parser::parser::{AtModifier, Expr, Offset, VectorSelector};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How much further back a selector reads than it says, in seconds: PromQL takes the last sample of a series until it is
/// marked as ended, which happens with the next scrape. (A series that is never marked is taken for five minutes; to wait
/// for those would hide every new namespace for as long.)
pub(crate) const BEFORE_RANGES: i64 = 60;
/// How much further back it reads where a rule has recorded something: rules rarely look at more.
const RECORDED: i64 = 300;

/// What a query reads before the moment for which it is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// How many seconds before, where something that it reads moves with the moment.
    pub seconds: Option<i64>,
    /// Since when, where a part is tied to a moment of its own.
    pub since: Option<i64>,
}

impl Reach {
    /// From which moment on it may read of what was made at this one; `None` for never.
    pub fn admits_from(self, born: i64) -> Option<i64> {
        if self.since.is_some_and(|since| born > since) {
            return None;
        }
        Some(self.seconds.map_or(i64::MIN, |seconds| born.saturating_add(seconds)))
    }

    fn and(self, other: Self) -> Self {
        let earliest = self.since.into_iter().chain(other.since).min();
        Self { seconds: self.seconds.max(other.seconds), since: earliest }
    }

    /// What is read by a part that is moved by an offset and may be tied to a moment, and reads this before that.
    fn placed(self, range: Duration, offset: Option<&Offset>, at: Option<&AtModifier>) -> Self {
        let Some(seconds) = self.seconds else { return self };
        // What looks ahead is taken for what does not move.
        let offset = match offset {
            Some(Offset::Pos(offset)) => whole(*offset),
            Some(Offset::Neg(_)) | None => 0,
        };
        let seconds = seconds.saturating_add(whole(range)).saturating_add(offset);
        match at {
            None => Self { seconds: Some(seconds), ..self },
            Some(at) => {
                let since = moment(at).saturating_sub(seconds);
                Self { seconds: None, since: Some(since) }.and(Self { seconds: None, ..self })
            }
        }
    }
}

impl Query {
    /// How far back it reads. Ranges and offsets add up through subqueries.
    pub fn reach(&self) -> Result<Reach, PrometheusError> {
        of(&self.0)
    }

    /// The query with the beginning and the end of the frame, where it names those, as the moments that they are: a part of
    /// the frame would have others.
    pub fn in_frame(mut self, frame: Frame) -> Result<Self, PrometheusError> {
        each(&mut self.0, &mut |expression| {
            let at = match expression {
                Expr::Subquery(inner) => &mut inner.at,
                other => match selector(other) {
                    Some(selector) => &mut selector.at,
                    None => return Ok(()),
                },
            };
            let named = match at {
                Some(AtModifier::Start) => frame.start,
                Some(AtModifier::End) => frame.end,
                Some(AtModifier::At(_)) | None => return Ok(()),
            };
            let seconds = u64::try_from(named).map_err(|_| refused("the frame begins before 1970".into()))?;
            *at = Some(AtModifier::At(UNIX_EPOCH + Duration::from_secs(seconds)));
            Ok(())
        })?;
        Ok(self)
    }

    /// The query with no range longer than this, in seconds.
    pub fn with_ranges_within(mut self, seconds: i64) -> Result<Self, PrometheusError> {
        let longest = Duration::from_secs(u64::try_from(seconds).unwrap_or(0).max(1));
        each(&mut self.0, &mut |expression| {
            if let Expr::MatrixSelector(matrix) = expression {
                matrix.range = matrix.range.min(longest);
            }
            Ok(())
        })?;
        Ok(self)
    }
}

fn of(expression: &Expr) -> Result<Reach, PrometheusError> {
    let all = |parts: &[&Expr]| {
        parts.iter().try_fold(Reach::default(), |reach, part| Ok::<_, PrometheusError>(reach.and(of(part)?)))
    };
    match expression {
        Expr::VectorSelector(selector) => Ok(of_selector(selector, Duration::ZERO)),
        Expr::MatrixSelector(matrix) => Ok(of_selector(&matrix.vs, matrix.range)),
        Expr::Subquery(inner) => {
            Ok(of(&inner.expr)?.placed(inner.range, inner.offset.as_ref(), inner.at.as_ref()))
        }
        Expr::Aggregate(aggregate) => match &aggregate.param {
            Some(parameter) => all(&[parameter, &aggregate.expr]),
            None => of(&aggregate.expr),
        },
        Expr::Unary(unary) => of(&unary.expr),
        Expr::Binary(binary) => all(&[&binary.lhs, &binary.rhs]),
        Expr::Paren(inner) => of(&inner.expr),
        Expr::Call(call) => all(&call.args.args.iter().map(AsRef::as_ref).collect::<Vec<_>>()),
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) => Ok(Reach::default()),
        Expr::Extension(_) => Err(refused("the query holds what no PromQL has".into())),
    }
}

fn of_selector(selector: &VectorSelector, range: Duration) -> Reach {
    let further = if may_be_recorded(selector) { RECORDED } else { 0 };
    let reach = Reach { seconds: Some(BEFORE_RANGES + further), since: None };
    reach.placed(range, selector.offset.as_ref(), selector.at.as_ref())
}

/// Whether a selector may find what a rule has made of earlier samples. Recorded series have a colon in their names by
/// convention, and those of alerts are called so.
fn may_be_recorded(selector: &VectorSelector) -> bool {
    match name(selector) {
        Some(name) => name.contains(':') || name.starts_with("ALERTS"),
        None => true,
    }
}

/// A length in seconds, at least as long.
fn whole(length: Duration) -> i64 {
    let seconds = length.as_secs().saturating_add(u64::from(length.subsec_nanos() > 0));
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

/// A moment in seconds since 1970, not later than it is. Where a frame begins and ends is put in before: otherwise it is as
/// early as can be.
fn moment(at: &AtModifier) -> i64 {
    let since = |at: &SystemTime| at.duration_since(UNIX_EPOCH).ok();
    match at {
        AtModifier::At(at) => {
            since(at).and_then(|since| i64::try_from(since.as_secs()).ok()).unwrap_or(i64::MIN)
        }
        AtModifier::Start | AtModifier::End => i64::MIN,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn reach(text: &str) -> (Option<i64>, Option<i64>) {
        let frame = Frame { start: 10_000, end: 20_000, step: 60 };
        let Reach { seconds, since } = Query::parse(text).unwrap().in_frame(frame).unwrap().reach().unwrap();
        (seconds, since)
    }

    #[test]
    fn a_query_reaches_as_far_back_as_its_ranges_and_offsets_together() {
        for (text, expected) in [
            ("up", 60),
            ("rate(up[5m])", 360),
            ("up offset 1d", 86_460),
            ("rate(up[5m] offset 1h)", 3960),
            ("up offset -1d", 60),
            ("sum(up) + rate(up[1h])", 3660),
            ("topk(scalar(up offset 1h), up)", 3660),
            ("-(up offset 2m)", 180),
            ("max_over_time(up[1h:1m])", 3660),
            ("max_over_time(rate(up[5m])[1h:1m] offset 1h)", 7560),
            ("max_over_time(max_over_time(rate(up[5m])[1h:])[1d:])", 90_360),
            ("histogram_quantile(0.9, sum by (le) (rate(up_bucket[10m])))", 660),
            ("job:up:sum", 360),
            ("ALERTS", 360),
            (r#"{pod="web-0"}"#, 360),
            (r#"{__name__="up"}"#, 60),
            ("rate(up[1m500ms])", 121),
        ] {
            assert_eq!(reach(text), (Some(expected), None), "{text}");
        }
    }

    #[test]
    fn what_is_tied_to_a_moment_reaches_back_from_there() {
        for (text, expected) in [
            ("1 + 1", (None, None)),
            ("vector(time())", (None, None)),
            ("up @ 5000", (None, Some(4940))),
            ("up @ 5000 offset 1h", (None, Some(1340))),
            ("up @ start()", (None, Some(9940))),
            ("up @ end()", (None, Some(19_940))),
            ("rate(up[5m] @ end())", (None, Some(19_640))),
            ("max_over_time(up[1h:1m] @ start())", (None, Some(6340))),
            ("max_over_time((up @ 5000)[1h:1m])", (None, Some(4940))),
            ("max_over_time((up @ 5000 + up)[1h:1m] @ 4000)", (None, Some(340))),
            ("up - up @ 5000", (Some(60), Some(4940))),
        ] {
            assert_eq!(reach(text), expected, "{text}");
        }
    }

    #[test]
    fn what_was_made_later_is_never_read_at_an_earlier_moment() {
        let tied = Reach { seconds: Some(60), since: Some(5000) };

        assert_eq!((tied.admits_from(5000), tied.admits_from(5001)), (Some(5060), None));
        assert_eq!(Reach::default().admits_from(5001), Some(i64::MIN));
    }

    #[test]
    fn ranges_are_shortened_and_never_lengthened() {
        let within = |seconds| {
            let query = Query::parse("max_over_time(up[1d]) + rate(up[5m])").unwrap();
            query.with_ranges_within(seconds).unwrap().to_text().unwrap()
        };

        assert_eq!(within(7200), "max_over_time(up[2h]) + rate(up[5m])");
        assert_eq!(within(i64::MAX), "max_over_time(up[1d]) + rate(up[5m])");
        assert_eq!(within(-1), "max_over_time(up[1s]) + rate(up[1s])");
    }
}
