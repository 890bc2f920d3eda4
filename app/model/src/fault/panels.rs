//! What can be wrong with panels of dashboards.

use serde::{Deserialize, Serialize};

/// What is wrong with a panel of a dashboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum PanelFault {
    /// It has no title.
    #[error("say what it shows")]
    Nameless,
    /// None of the widths.
    #[error("choose one of the widths")]
    Width,
    /// None of the distances between points.
    #[error("choose one of the distances")]
    Step,
    /// It has no points.
    #[error("only what is drawn over time has points: choose the first, or another kind")]
    NoPoints,
    /// It is not higher or lower.
    #[error("only lines, areas, bars and logs are higher or lower: choose the usual, or one of them")]
    NoHeight,
    /// It does not show one value.
    #[error("only single values and gauges show one value of a time: choose the first, or one of them")]
    NoFigure,
    /// It has no text.
    #[error("write the text")]
    NoText,
    /// It shows no text.
    #[error("only a panel that shows a text has one: choose that, or leave this empty")]
    TextElsewhere,
    /// It asks nothing.
    #[error("words ask nothing: leave this empty, or choose another kind")]
    QueryOfWords,
    /// It has no query.
    #[error("write at least one query")]
    NoQuery,
    /// More than this many queries.
    #[error("at most {0} queries")]
    ManyQueries(usize),
    /// Logs are searched more than once.
    #[error("logs are searched once: leave this empty, or make another panel")]
    TwoSearches,
    /// A name without a query.
    #[error("a name without a query: write the query, or leave both empty")]
    NameAlone,
    /// A query or its name is too long.
    #[error("at most {longest} characters, and {name} for what it is called")]
    LongQuery {
        /// How long it may be.
        longest: usize,
        /// The name.
        name: usize,
    },
    /// A heat map has no thresholds.
    #[error("a heat map says how much by its colours: leave this empty")]
    HeatMapThreshold,
    /// Logs have no thresholds.
    #[error("lines of logs are no values: leave this empty")]
    LogsThreshold,
    /// A heading has no thresholds.
    #[error("a heading has no values: leave this empty")]
    HeadingThreshold,
    /// Both thresholds are one.
    #[error("must differ from what warns")]
    SameThresholds,
    /// No number.
    #[error("must be a number")]
    NotFinite,
    /// A text that is no number.
    #[error("{0:?} is no number; write one like 0.8")]
    NoNumber(String),
    /// It has no ends.
    #[error("only gauges, lines, areas and bars have ends: choose one of them, or leave this empty")]
    NoRange,
    /// It ends before it begins.
    #[error("must be more than where it begins")]
    RangeEnd,
    /// It has no logarithmic axis.
    #[error("only lines stand on a logarithmic axis: choose the first, or lines")]
    NoAxis,
    /// A logarithmic axis with zero.
    #[error("a logarithmic axis has nothing but what is above zero")]
    NotAboveZero,
    /// It has no states.
    #[error(
        "only a state timeline, single values and tables call values something else: choose one of them, or \
         leave this empty"
    )]
    NoStates,
    /// More than this many states.
    #[error("at most {0} states")]
    ManyStates(usize),
    /// A line that is no state.
    #[error("{0:?} is no state; write one like critical 0 = Down, or ok 1..5 = Up")]
    NoState(String),
    /// A state without a name.
    #[error("a state is called something, in one line of at most {0} characters")]
    StateName(usize),
    /// A state of no values.
    #[error("a state is a number, or a range with at least one end")]
    StateValues,
    /// A state whose range ends before it begins.
    #[error("a range begins before it ends")]
    StateRange,
    /// A state of no level.
    #[error("a state is ok, warning, critical or none of these")]
    StateLevel,
    /// It has no colours of its own.
    #[error("only lines, areas and bars have colours of their own: choose one of them, or leave this empty")]
    NoColors,
    /// A line that is no colour.
    #[error("{line:?} is no colour; write one like orange = web-0, of {colors}")]
    NoColor {
        /// The line.
        line: String,
        /// The colours that there are.
        colors: String,
    },
    /// A colour of no series.
    #[error("a series is called something, in one line of at most {0} characters")]
    SeriesName(usize),
    /// None of the colours.
    #[error("a colour is one of {0}")]
    ColorName(String),
    /// A series with two colours.
    #[error("{0:?} has a colour already: give it one")]
    SeriesTwice(String),
    /// A colour of two series.
    #[error("{color} is another series' already: choose another for {name:?}")]
    ColorTwice {
        /// The colour.
        color: String,
        /// The name.
        name: String,
    },
}
