//! Operators between two expressions.

use hashbrown::{HashMap, HashSet};
use promql_parser::parser::token::{T_ATAN2, T_LAND, T_LOR, T_LUNLESS, TokenId};
use promql_parser::parser::{BinaryExpr, VectorMatchCardinality};

use super::Evaluation;
use super::matching::Matching;
use super::operate::{Outcome, operate, remaining};
use crate::error::Problem;
use crate::labels::Labels;
use crate::value::{Grid, Row, Value, merged};

impl Evaluation<'_> {
    pub(super) fn binary(&self, binary: &BinaryExpr, grid: &Grid) -> Result<Value, Problem> {
        let left = self.value(&binary.lhs, grid)?;
        let right = self.value(&binary.rhs, grid)?;
        let operator = binary.op.id();
        match (left, right) {
            (Value::Scalar(left), Value::Scalar(right)) => {
                Ok(Value::Scalar(scalars(operator, &left, &right)))
            }
            (Value::Vector(rows), Value::Scalar(numbers)) => {
                let operator = WithNumber { binary, number_is_left: false };
                operator.apply(rows, &numbers).map(Value::Vector)
            }
            (Value::Scalar(numbers), Value::Vector(rows)) => {
                let operator = WithNumber { binary, number_is_left: true };
                operator.apply(rows, &numbers).map(Value::Vector)
            }
            (Value::Vector(left), Value::Vector(right)) => {
                self.spend(left.len().saturating_mul(grid.count))?;
                let matching = Matching::of(binary.modifier.as_ref());
                match operator {
                    T_LAND => Ok(Value::Vector(kept(left, &right, &matching, true))),
                    T_LUNLESS => Ok(Value::Vector(kept(left, &right, &matching, false))),
                    T_LOR => Ok(Value::Vector(either(left, right, &matching))),
                    _ => Pairs { binary, matching, grid }.apply(&left, &right).map(Value::Vector),
                }
            }
            _ => Err(Problem::execution("a string cannot be calculated with")),
        }
    }
}

fn scalars(operator: TokenId, left: &[f64], right: &[f64]) -> Vec<f64> {
    let each = left.iter().zip(right);
    each.map(|(left, right)| match operate(operator, *left, *right) {
        Outcome::Number(number) => number,
        Outcome::Holds(holds) => f64::from(u8::from(holds)),
    })
    .collect()
}

/// A vector and a number.
struct WithNumber<'a> {
    binary: &'a BinaryExpr,
    number_is_left: bool,
}

impl WithNumber<'_> {
    fn apply(&self, rows: Vec<Row>, numbers: &[f64]) -> Result<Vec<Row>, Problem> {
        let as_number = self.binary.return_bool();
        let changed = rows.into_iter().map(|row| {
            let each = row.points.iter().zip(numbers);
            let points = each.map(|(point, number)| {
                let value = (*point)?;
                let (left, right) = if self.number_is_left { (*number, value) } else { (value, *number) };
                remaining(operate(self.binary.op.id(), left, right), value, as_number)
            });
            Row { points: points.collect(), labels: name(self.binary, &row.labels) }
        });
        merged(changed.collect())
    }
}

/// The labels after an operator: a calculated value is no longer what its name says. Prometheus 2.42 forgets that for
/// `atan2`.
fn name(binary: &BinaryExpr, labels: &Labels) -> Labels {
    let is_filter = binary.op.is_comparison_operator() && !binary.return_bool();
    if is_filter || binary.op.id() == T_ATAN2 { labels.clone() } else { labels.nameless() }
}

/// Two vectors, series by series.
struct Pairs<'a> {
    binary: &'a BinaryExpr,
    matching: Matching<'a>,
    grid: &'a Grid,
}

impl Pairs<'_> {
    fn apply(&self, left: &[Row], right: &[Row]) -> Result<Vec<Row>, Problem> {
        let cardinality = self.binary.modifier.as_ref().map(|modifier| &modifier.card);
        match cardinality {
            None | Some(VectorMatchCardinality::OneToOne | VectorMatchCardinality::ManyToMany) => {
                self.join(left, right, None, false)
            }
            Some(VectorMatchCardinality::ManyToOne(included)) => {
                self.join(left, right, Some(&included.labels), false)
            }
            Some(VectorMatchCardinality::OneToMany(included)) => {
                self.join(right, left, Some(&included.labels), true)
            }
        }
    }

    /// Joins each row of `many` with the row of `one` it belongs to. `included` are the labels it takes from there;
    /// none if both sides may have one row only.
    fn join(
        &self,
        many: &[Row],
        one: &[Row],
        included: Option<&[String]>,
        is_swapped: bool,
    ) -> Result<Vec<Row>, Problem> {
        let groups = self.matching.groups(one);
        self.refuse_ambiguous(&groups, one, many, is_swapped)?;
        let mut taken: HashMap<(Labels, Option<Labels>), Vec<bool>> = HashMap::new();
        let mut joined = Vec::with_capacity(many.len());
        for row in many {
            let key = self.matching.key(&row.labels);
            let Some(partners) = groups.get(&key) else { continue };
            for partner in partners.iter().map(|place| &one[*place]) {
                let labels = self.labels(&row.labels, &partner.labels, included);
                let claim = (key.clone(), included.is_some().then(|| labels.clone()));
                let taken = taken.entry(claim).or_insert_with(|| vec![false; self.grid.count]);
                let points = self.points(row, partner, is_swapped, taken, included.is_some())?;
                joined.push(Row { labels, points });
            }
        }
        merged(joined)
    }

    fn points(
        &self,
        row: &Row,
        partner: &Row,
        is_swapped: bool,
        taken: &mut [bool],
        is_grouped: bool,
    ) -> Result<Vec<Option<f64>>, Problem> {
        let as_number = self.binary.return_bool();
        let mut points = Vec::with_capacity(row.points.len());
        for (index, (mine, theirs)) in row.points.iter().zip(&partner.points).enumerate() {
            let (Some(mine), Some(theirs)) = (*mine, *theirs) else {
                points.push(None);
                continue;
            };
            let (left, right) = if is_swapped { (theirs, mine) } else { (mine, theirs) };
            let point = remaining(operate(self.binary.op.id(), left, right), left, as_number);
            if point.is_some() && std::mem::replace(&mut taken[index], true) {
                return Err(Problem::execution(if is_grouped {
                    "multiple matches for labels: grouping labels must ensure unique matches"
                } else {
                    "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
                }));
            }
            points.push(point);
        }
        Ok(points)
    }

    fn labels(&self, mine: &Labels, partner: &Labels, included: Option<&[String]>) -> Labels {
        let named = name(self.binary, mine);
        let Some(included) = included else { return self.matching.of_pair(&named) };
        included.iter().fold(named, |labels, name| labels.with(name, partner.get(name)))
    }

    /// Each group may have one series of the "one" side at a time. Where the other side is empty nobody asks.
    fn refuse_ambiguous(
        &self,
        groups: &HashMap<Labels, Vec<usize>>,
        one: &[Row],
        many: &[Row],
        is_swapped: bool,
    ) -> Result<(), Problem> {
        let is_asked = |index: usize| many.iter().any(|row| row.points[index].is_some());
        for (key, places) in groups.iter().filter(|(_, places)| places.len() > 1) {
            for index in 0..self.grid.count {
                let present: Vec<&Row> = places
                    .iter()
                    .map(|place| &one[*place])
                    .filter(|row| row.points[index].is_some())
                    .collect();
                if let [first, second, ..] = present[..]
                    && is_asked(index)
                {
                    let side = if is_swapped { "left" } else { "right" };
                    return Err(Problem::Execution(format!(
                        "found duplicate series for the match group {} on the {side} hand-side of the operation: \
                         [{}, {}];many-to-many matching not allowed: matching labels must be unique on one side",
                        braced(key),
                        braced(&second.labels),
                        braced(&first.labels)
                    )));
                }
            }
        }
        Ok(())
    }
}

/// Labels with the name among them, as in messages.
fn braced(labels: &Labels) -> String {
    let pairs: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
    format!("{{{}}}", pairs.join(", "))
}

/// For each key, at which steps a vector has it.
fn presence(rows: &[Row], matching: &Matching) -> HashMap<Labels, Vec<bool>> {
    let mut presence: HashMap<Labels, Vec<bool>> = HashMap::with_capacity(rows.len());
    for row in rows {
        let seen = presence.entry(matching.key(&row.labels)).or_insert_with(|| vec![false; row.points.len()]);
        for (seen, point) in seen.iter_mut().zip(&row.points) {
            *seen |= point.is_some();
        }
    }
    presence
}

/// `and` and `unless`: what is on the left, where there is, or is not, something on the right.
fn kept(left: Vec<Row>, right: &[Row], matching: &Matching, wanted: bool) -> Vec<Row> {
    let presence = presence(right, matching);
    let rows = left.into_iter().map(|mut row| {
        let there = presence.get(&matching.key(&row.labels));
        for (index, point) in row.points.iter_mut().enumerate() {
            if there.is_some_and(|there| there[index]) != wanted {
                *point = None;
            }
        }
        row
    });
    rows.filter(Row::has_points).collect()
}

/// `or`: what is on the left, and what is on the right where there is nothing on the left.
fn either(left: Vec<Row>, right: Vec<Row>, matching: &Matching) -> Vec<Row> {
    let presence = presence(&left, matching);
    let mut rows = left;
    let known: HashSet<Labels> = rows.iter().map(|row| row.labels.clone()).collect();
    let mut others = Vec::new();
    for mut row in right {
        let there = presence.get(&matching.key(&row.labels));
        for (index, point) in row.points.iter_mut().enumerate() {
            if there.is_some_and(|there| there[index]) {
                *point = None;
            }
        }
        if !row.has_points() {
            continue;
        }
        if known.contains(&row.labels) {
            // The same series, present on the left at other times.
            if let Some(same) = rows.iter_mut().find(|other| other.labels == row.labels) {
                same.fill(row.points);
            }
        } else {
            others.push(row);
        }
    }
    rows.extend(others);
    rows
}
